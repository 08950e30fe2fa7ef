"""What an answer rests on: the valid day asked about, and what was known when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.dates import DateError, day_of, format_day
from events.errors import InvalidBasis
from events.log.record import instant_text, utc_day
from events.store.protocol import Reader

#: Microseconds since 1970 in UTC. The only clock there is; the domain never sees it.
Clock = Callable[[], int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KNOWN_AT = "an instant such as 2024-03-09T12:00:00Z, a day, or a position"


@dataclass(frozen=True, slots=True)
class Basis:
    """A point on both axes. The same basis gives the same bytes for ever."""

    as_of: int
    """Valid day (proleptic Gregorian ordinal); the whole of it counts."""
    position: int
    """Everything up to this position is known, nothing after it; 0 is before all."""
    known_at: str | None
    """The instant asked about; where none was, that of the last record known."""
    according_to: str | None = None
    """The source that alone is asked; None for all that is known."""

    def to_json(self) -> dict[str, Any]:
        """The basis as it stands in an answer, still without the digest."""
        alone = {} if self.according_to is None else {"according_to": self.according_to}
        return {
            "as_of": format_day(self.as_of),
            "known_at": self.known_at,
            "position": self.position,
            **alone,
        }


def valid_day(text: str, where: str = "as_of") -> int:
    """The day a text names; raises `InvalidBasis` for anything but one day that exists."""
    try:
        return day_of(text)
    except DateError as error:
        raise InvalidBasis(
            where, "a day such as 2024-02-01", f"{text!r} ({error.reason})"
        ) from None


def today(clock: Clock) -> int:
    """The present day in UTC."""
    return utc_day(clock())


def resolve(
    reader: Reader,
    clock: Clock,
    as_of: str | None = None,
    known_at: str | int | None = None,
    according_to: str | None = None,
) -> Basis:
    """The basis of a question: today and everything known, unless it says otherwise.

    A `known_at` that is still to come is refused, since its answer could not stay what it is;
    only the present day is taken to mean until now. Raises `InvalidBasis`.
    """
    day = today(clock) if as_of is None else valid_day(as_of)
    position, instant = _known(reader, clock, known_at)
    return Basis(day, position, instant, according_to)


def known_position(
    reader: Reader, clock: Clock, known_at: str | int | None, where: str = "known_at"
) -> int:
    """The position that was reached at a `known_at`."""
    return _known(reader, clock, known_at, where)[0]


def _known(
    reader: Reader, clock: Clock, known_at: str | int | None, where: str = "known_at"
) -> tuple[int, str | None]:
    head = reader.head()
    if known_at is None:
        return head.position, instant_text(head.recorded_at) if head.position else None
    if isinstance(known_at, int) or (known_at.isascii() and known_at.isdigit()):
        return _at_position(reader, int(known_at), head.position, where)
    now = max(clock(), head.recorded_at or 0)
    instant = _instant(known_at, now, where)
    if instant > now:
        raise InvalidBasis(where, "an instant that has passed", repr(known_at))
    return reader.position_at(instant), instant_text(instant)


def _at_position(reader: Reader, position: int, last: int, where: str) -> tuple[int, str | None]:
    if not 0 <= position <= last:
        raise InvalidBasis(where, f"a position from 0 to {last}", str(position))
    record = reader.record(position) if position else None
    return position, instant_text(record.recorded_at) if record else None


def _instant(text: str, now: int, where: str) -> int:
    """Microseconds since 1970 of an instant, or of the last moment of a UTC day."""
    first, last = instants(text, where)
    return now if first <= now <= last else last


def instants(text: str, where: str) -> tuple[int, int]:
    """The first and last microsecond of a UTC day, or an instant twice; since 1970.

    Raises `InvalidBasis`.
    """
    try:
        if len(text) == 10:
            midnight = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            first = (midnight - _EPOCH) // timedelta(microseconds=1)
            return first, first + 86_400_000_000 - 1
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InvalidBasis(where, _KNOWN_AT, repr(text)) from None
    if moment.tzinfo is None:
        raise InvalidBasis(where, "an instant with its zone, such as …T12:00:00Z", repr(text))
    instant = (moment - _EPOCH) // timedelta(microseconds=1)
    return instant, instant
