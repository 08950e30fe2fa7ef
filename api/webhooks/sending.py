"""Sending: one CloudEvent to one address, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
import orjson

from api.export.cloud import EVENT, cloud_event
from api.webhooks.signing import signature
from api.webhooks.target import LookUp, looked_up, permitted, read_url
from events.errors import InvalidWebhook
from events.log.record import instant_text
from events.webhooks import Webhook

#: The space of names that messages have theirs in, chosen once (RFC 9562).
_SPACE = UUID("5f3b27a4-2b0e-5a0f-8a56-1c1f0c6e9b1d")
#: A receiver may ask for so long a pause, and no longer.
_LONGEST_PAUSE_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to."""

    taken: bool
    """Whether the receiver took it: any 2xx."""
    reply: str
    """The status or the failure, in a few words."""
    gone: bool = False
    """Whether it asked never to be told again (410)."""
    pause_seconds: float = 0.0
    """How long it asked to be left alone (Retry-After)."""


class Sender:
    """Sends to one webhook over connections that are kept.

    Redirects are not followed, no proxy is used, and what is answered beyond the head is not read.
    """

    def __init__(
        self,
        timeout_seconds: float,
        private: bool,
        link_base: str,
        *,
        look_up: LookUp = looked_up,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._private = private
        self._link_base = link_base
        self._look_up = look_up
        self._now = now
        self._client = httpx.Client(
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "Chancery"},
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def record(self, hook: Webhook, record: Mapping[str, Any]) -> Outcome:
        """Tell a record; each attempt bears the same id, by which a receiver knows it again."""
        message_id = f"msg_{uuid5(_SPACE, record['digest']).hex}"
        return self._send(hook, message_id, cloud_event(record, self._link_base))

    def trial(self, hook: Webhook) -> Outcome:
        """Tell nothing, to see whether it is taken: a CloudEvent of type `chancery.test`."""
        token = uuid4().hex
        event = {
            "specversion": "1.0",
            "id": token,
            "source": f"{self._link_base}/v1/events",
            "type": "chancery.test",
            "time": instant_text(int(self._now() * 1_000_000)),
            "datacontenttype": "application/json",
            "data": {"webhook": hook.name},
        }
        return self._send(hook, f"msg_{token}", event)

    def _send(self, hook: Webhook, message_id: str, event: dict[str, Any]) -> Outcome:
        body = orjson.dumps(event)
        timestamp = int(self._now())
        url = read_url(hook.url)
        try:
            address = permitted(url, self._private, self._look_up)
            request = self._client.build_request(
                "POST",
                url.copy_with(host=address),
                content=body,
                headers={
                    "Host": url.netloc.decode(),
                    "Content-Type": EVENT,
                    "webhook-id": message_id,
                    "webhook-timestamp": str(timestamp),
                    "webhook-signature": signature(hook.secret, message_id, timestamp, body),
                },
                # The certificate is that of the name, whatever address it was found at.
                extensions={"sni_hostname": url.raw_host.decode()},
            )
            answer = self._client.send(request, stream=True)
        except InvalidWebhook as error:
            return Outcome(False, str(error))
        except (httpx.HTTPError, OSError) as error:
            return Outcome(False, f"{type(error).__name__}: {error}".rstrip(": "))
        answer.close()
        return Outcome(
            answer.is_success,
            f"status {answer.status_code}",
            answer.status_code == httpx.codes.GONE,
            _pause(answer.headers.get("retry-after", "")),
        )


def _pause(header: str) -> float:
    """Seconds of a Retry-After; a date there is not heeded."""
    if not (header.isascii() and header.isdigit() and len(header) < 9):
        return 0.0
    return min(float(header), _LONGEST_PAUSE_SECONDS)
