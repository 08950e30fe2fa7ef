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
class Coverage:
    """The stretch of valid time a source claims to cover; outside it absence is unknown."""

    valid_from: str
    """EDTF."""
    valid_to: str
    """EDTF, inclusive."""
    note: str
    parties: tuple[str, ...] = ()
    """Whose relationships it covers; none means all."""
    kinds: tuple[str, ...] = ()
    """Which kinds of acts; none means all."""
    part: str = ""
    """Which part of a source published in parts: each claims for itself."""

    def claim(self, source: Format) -> SourceAct | None:
        """The claim as an act, so that it is known, corrected and proved like everything else.

        None where nothing is claimed. The same claim again records nothing; a wider one, from
        a newer file, becomes a correction.
        """
        if self.valid_from == self.valid_to == "..":
            return None
        body: dict[str, Any] = {
            "type": "coverage.claimed",
            "key": "coverage",
            "date": f"{self.valid_from}/{self.valid_to}",
            "title": source.title,
            "note": self.note,
        }
        if self.parties:
            body["parties"] = [{"party": code} for code in self.parties]
        if self.kinds:
            body["kinds"] = list(self.kinds)
        part = f":{self.part}" if self.part else ""
        return SourceAct(f"coverage:{source.name}{part}", (body,), rows=0)


class Format(Protocol):
    """A publisher's form of file, read into acts."""

    name: str
    """The word for it on the command line."""
    title: str
    licence: str

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

    _by_key: dict[str, str] = field(default_factory=dict)
    _by_words: dict[str, str] = field(default_factory=dict)

    def repeats(self, key: str, words: str) -> bool:
        """Whether this id has come with these very words before."""
        repeated = self._by_key.get(key) == words
        self._by_key[key] = words
        return repeated

    def twin(self, key: str, words: str) -> str | None:
        """The id that first came with these words, where it is another; else None."""
        first = self._by_words.setdefault(words, key)
        return None if first == key else first
