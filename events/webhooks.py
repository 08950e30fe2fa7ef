"""Webhooks: addresses that get the records a saved filter takes, and how far they were.

They are remarks of the store, beside the log and no part of it: whom a store tells is its
keeper's affair, and no answer rests on it. The secret lies there as it is, since signing needs
it: who can read the store's file can sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import orjson

from events.errors import InvalidBasis, InvalidWebhook, UnknownWebhook
from events.log.record import instant_text
from events.query.basis import Clock
from events.query.filters import Filter
from events.store.protocol import Reader, Store, Writer

_META = "webhooks"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
#: Each has a thread of its own while it is delivered to.
MOST = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a webhook has got, and what became of the last attempt."""

    position: int
    """Everything up to it that the filter takes was delivered."""
    delivered: int = 0
    failures: int = 0
    """Attempts since the last that succeeded."""
    failing_since: int | None = None
    """When the first of them was, in microseconds since 1970 (UTC)."""
    next_at: int | None = None
    """When the next attempt is due, where the last one failed."""
    last: str | None = None
    """What the last attempt came to, in a few words."""
    disabled: str | None = None
    """Why nothing is delivered any more; None while it is."""

    def to_json(self) -> dict[str, Any]:
        """The progress with its instants as text."""
        document = asdict(self)
        for name in ("failing_since", "next_at"):
            document[name] = None if document[name] is None else instant_text(document[name])
        return document


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address with the filter of what it gets, and the secret that signs it."""

    name: str
    url: str
    secret: str = field(repr=False)
    wanted: Filter
    added_at: int
    """Microseconds since 1970 (UTC); tells it from an earlier one of its name."""
    progress: Progress

    def to_json(self) -> dict[str, Any]:
        """The webhook without its secret, for people."""
        wanted = {name: value for name, value in asdict(self.wanted).items() if value is not None}
        return {
            "name": self.name,
            "url": self.url,
            "filter": wanted,
            "added_at": instant_text(self.added_at),
            **self.progress.to_json(),
        }


class Webhooks:
    """The webhooks of a store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def all(self) -> list[Webhook]:
        """Every webhook, by name."""
        with self._store.read() as reader:
            return webhooks_of(reader)

    def get(self, name: str) -> Webhook:
        """The webhook of a name; raises `UnknownWebhook`."""
        with self._store.read() as reader:
            return _of(_read(reader), name)

    def add(
        self, name: str, url: str, secret: str, wanted: Filter, after: int | None = None
    ) -> Webhook:
        """Add one that gets what comes beyond a position; of what comes from now on by default.

        Raises `InvalidWebhook` for a name that is taken or none, `InvalidBasis` for a position
        beyond the log.
        """
        if not _NAME.fullmatch(name):
            raise InvalidWebhook("name", "lower-case letters, digits and hyphens", repr(name))

        def plan(writer: Writer) -> Webhook:
            known = _read(writer)
            if name in known:
                raise InvalidWebhook("name", "one that is not taken", repr(name))
            if len(known) >= MOST:
                raise InvalidWebhook("name", f"at most {MOST} webhooks", "one more")
            head = writer.head().position
            if after is not None and not 0 <= after <= head:
                raise InvalidBasis("after", f"a position from 0 to {head}", str(after))
            progress = Progress(head if after is None else after)
            added = Webhook(name, url, secret, wanted, self._clock(), progress)
            _keep(writer, {**known, name: added})
            return added

        return self._store.write(plan)

    def remove(self, name: str) -> None:
        """Forget one; raises `UnknownWebhook`."""

        def plan(writer: Writer) -> None:
            known = _read(writer)
            _of(known, name)
            _keep(writer, {other: one for other, one in known.items() if other != name})

        self._store.write(plan)

    def enable(self, name: str) -> Webhook:
        """Deliver again to one that was disabled, from where it was; raises `UnknownWebhook`."""
        return self._change(
            name,
            lambda one: replace(
                one,
                progress=Progress(one.progress.position, one.progress.delivered),
            ),
        )

    def progressed(self, hook: Webhook, progress: Progress) -> None:
        """Keep how far one is; never less far than is kept. One that is gone stays so."""

        def changed(one: Webhook) -> Webhook:
            if one.added_at != hook.added_at:
                return one
            position = max(one.progress.position, progress.position)
            return replace(one, progress=replace(progress, position=position))

        try:
            self._change(hook.name, changed)
        except UnknownWebhook:
            return

    def _change(self, name: str, change: Callable[[Webhook], Webhook]) -> Webhook:
        def plan(writer: Writer) -> Webhook:
            known = _read(writer)
            known[name] = change(_of(known, name))
            _keep(writer, known)
            return known[name]

        return self._store.write(plan)


def webhooks_of(reader: Reader) -> list[Webhook]:
    """Every webhook in a snapshot, by name."""
    return list(_read(reader).values())


def _of(known: dict[str, Webhook], name: str) -> Webhook:
    if name not in known:
        raise UnknownWebhook(name)
    return known[name]


def _read(reader: Reader) -> dict[str, Webhook]:
    rows = orjson.loads(reader.meta(_META) or b"[]")
    return {
        one["name"]: Webhook(
            **{
                **one,
                "wanted": Filter(**one["wanted"]),
                "progress": Progress(**one["progress"]),
            }
        )
        for one in rows
    }


def _keep(writer: Writer, known: dict[str, Webhook]) -> None:
    rows = [asdict(known[name]) for name in sorted(known)]
    writer.set_meta(_META, orjson.dumps(rows).decode())
