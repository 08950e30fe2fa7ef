"""The wire: requests to the service and answers, or that none came."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

JSON = "application/json"
NDJSON = "application/x-ndjson"
_PATIENCE_SECONDS = 60
#: The service hangs up on who is silent for longer than five seconds.
_IDLE_SECONDS = 2


class Unanswered(Exception):
    """A request may have been carried out or not: its answer did not come whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said."""

    status: int
    body: bytes
    replayed: bool

    def json(self) -> Any:
        return orjson.loads(self.body)

    def lines(self) -> list[Any]:
        return [orjson.loads(line) for line in self.body.splitlines()]


class Wire:
    """One connection, used by one thread. That nobody answers at all is a `TimeoutError`."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE_SECONDS)
        self._used = time.monotonic()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path, None, {})

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if time.monotonic() - self._used > _IDLE_SECONDS:
            self._connection.close()
        try:
            self._connection.request(method, path, body, dict(headers))
            got = self._connection.getresponse()
            data = got.read()
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unanswered(repr(error)) from None
        finally:
            self._used = time.monotonic()
        return Answer(got.status, data, got.headers.get("Idempotency-Replayed") == "true")

    def stream(self, after: int) -> Iterator[dict[str, Any]]:
        """The live feed beyond a position, until it is broken off."""
        headers = {"Last-Event-ID": str(after)}
        try:
            self._connection.request("GET", "/v1/events/stream", None, headers)
            got = self._connection.getresponse()
            if got.status == 503:
                raise Unanswered(got.read().decode())
            if got.status != 200:
                raise AssertionError(f"the feed beyond {after}: {got.read().decode()}")
            while line := got.readline():
                if line.startswith(b"data:"):
                    yield orjson.loads(line[5:])
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unanswered(repr(error)) from None

    def close(self) -> None:
        self._connection.close()
