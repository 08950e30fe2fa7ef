"""What a format module yields: every row of a source, accounted for.

For any file, rows read = the sum of the `rows` of acts and of what is out of scope + quarantined
+ repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from domain.parties import Registry
from domain.relationship.coverage import PART_OF_DAY


@dataclass(frozen=True)
class SourceAct:
    """One act as the source tells it, ready to be appended."""

    act_id: str
    """Derived from the source's own id: the same row gives the same act for ever."""
    events: tuple[dict[str, Any], ...]
    """Bodies in wire form, in the order of the source; each has `type` and `key`."""
    rows: int = 1
    """How many rows of the source stand behind the act."""


@dataclass(frozen=True)
class Quarantined:
    """A row that could not be understood: kept whole, never guessed at."""

    row: str
    """The row's own words, whole."""
    key: str
    """The source's id of the row."""
    where: str
    """The file and the place in it."""
    reason: str
    """What was expected and what was got."""
    rows: int = 1
    """How many rows of the source it is."""


@dataclass(frozen=True)
class OutOfScope:
    """A row that was understood and is no event of Chancery's kinds, such as a narrative note."""

    key: str
    where: str
    reason: str
    rows: int = 1
    """How many rows are told of at once: a source of millions counts them by reason."""


@dataclass(frozen=True)
class Repeated:
    """The same row once more under the same id: counted, stored once."""

    key: str
    where: str


@dataclass(frozen=True)
class Twin:
    """Two rows alike in every word under two ids: both recorded, reported for review.

    A remark beside the rows, not a row: it takes no part in the sum.
    """

    first: str
    second: str
    note: str


Item: TypeAlias = SourceAct | Quarantined | OutOfScope | Repeated | Twin


@dataclass(frozen=True)
class Span:
    """Days without a break that files hold, or a part of one day."""

    valid_from: str
    """EDTF."""
    valid_to: str
    """EDTF, inclusive."""
    minutes: tuple[int, int] | None = None
    """Of a day in part: the first minute that is held and the one after the last; of 1,440."""

    @property
    def date(self) -> str:
        """The days as EDTF."""
        one_day = self.valid_from == self.valid_to
        return self.valid_from if one_day else f"{self.valid_from}/{self.valid_to}"

    @property
    def period(self) -> str | None:
        """Which part of the day is held, as from one time to another; None for whole days."""
        if self.minutes is None:
            return None
        return "/".join(f"{minute // 60:02}:{minute % 60:02}" for minute in self.minutes)

    @property
    def words(self) -> str:
        """What is held, for a person."""
        if self.minutes is None:
            return self.date.replace("/", " to ")
        first, after = self.minutes
        return f"{self.date}, {after - first} minutes of the day ({self.period})"


@dataclass(frozen=True)
class Coverage:
    """The valid time that files claim to cover, which is what they hold; beyond it is unknown."""

    spans: tuple[Span, ...]
    """In the order of time; none where nothing is claimed."""
    note: str
    parties: tuple[str, ...] = ()
    """Whose relationships it covers; none means all."""
    kinds: tuple[str, ...] = ()
    """Which kinds of acts; none means all."""

    def to_json(self) -> dict[str, Any]:
        """The claim by name; `valid_from` and `valid_to` are the bounds of all its spans."""
        first = min((span.valid_from for span in self.spans), default="..")
        last = max((span.valid_to for span in self.spans), default="..")
        spans = [
            {"date": span.date} | ({"period": span.period} if span.period else {})
            for span in self.spans
        ]
        bounds = {"valid_from": first, "valid_to": last, "spans": spans}
        return bounds | {"note": self.note, "parties": self.parties, "kinds": self.kinds}

    def claim(self, source: Format) -> SourceAct | None:
        """The claims as one act of the source, so that they are known and proved like any other.

        None where nothing is claimed. Each span is an event of its own, whose key is the span:
        the same files again record nothing, and what other files hold stands beside it.
        """
        if not self.spans:
            return None
        return SourceAct(
            f"coverage:{source.name}",
            tuple(self._claimed(span, source.title) for span in self.spans),
            rows=0,
        )

    def _claimed(self, span: Span, title: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": "coverage.claimed",
            "key": span.date,
            "date": span.date,
            "title": title,
            "note": self.note,
        }
        if span.minutes is not None and span.period is not None:
            held = span.minutes[1] - span.minutes[0]
            part = {"name": PART_OF_DAY, "value": held, "unit": "minutes", "period": span.period}
            body |= {"key": f"{span.date} {span.period}", "figures": [part]}
        if self.parties:
            body["parties"] = [{"party": code} for code in self.parties]
        if self.kinds:
            body["kinds"] = list(self.kinds)
        return body


class Format(Protocol):
    """A publisher's form of file, read into acts."""

    name: str
    """The word for it on the command line."""
    title: str
    licence: str
    whole: bool
    """Whether an edition has all that the source tells: what it lacks is gone from the source."""
    own_ids: bool
    """Whether its acts have ids of this record, as an export does: they are never made distinct."""

    def read(self, paths: Sequence[Path], registry: Registry) -> Iterator[Item]:
        """Every row of the files, accounted for, as the files are read.

        Raises `api.exchange.source.UnreadableSource` where a file is not of this format.
        """

    def coverage(self, paths: Sequence[Path]) -> Coverage:
        """The valid time the files claim; raises `UnreadableSource` as `read` does."""


class NotUnderstood(ValueError):
    """A row cannot be told as an event; `reason` says what was expected and what was got."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Ledger:
    """Which ids and which words have been met, so that nothing is stored twice in silence."""

    _met: set[tuple[str, str]] = field(default_factory=set)
    _by_words: dict[str, str] = field(default_factory=dict)

    def repeats(self, key: str, words: str) -> bool:
        """Whether this id has come with these very words before."""
        repeated = (key, words) in self._met
        self._met.add((key, words))
        return repeated

    def twin(self, key: str, words: str) -> str | None:
        """The id that first came with these words, where it is another; else None."""
        first = self._by_words.setdefault(words, key)
        return None if first == key else first
