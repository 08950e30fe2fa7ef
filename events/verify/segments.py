"""Strata: laid again from the index, which has been verified, and held against those kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from events.projection.rows import OPEN
from events.segments import (
    Entry,
    Grain,
    Notice,
    Sealing,
    Segment,
    Shape,
    Strata,
    decode_entries,
    encode_segment,
    lists_of,
    shape_told,
)
from events.store.protocol import Reader
from events.store.raw import Bare, BareSegment
from events.verify.finding import Finding

_PAGE = 1_000
#: What reading something that was bent may raise.
_MISREAD = (ValueError, LookupError, TypeError, AttributeError)


def verify_strata(reader: Reader, bare: Bare) -> Iterator[Finding]:
    """Every shape, segment and stratum that is hidden, bent or added."""
    yield from _shapes(bare)
    with reader.strata() as strata:
        after = ""
        while page := bare.relationships(after, _PAGE):
            for name, *_ in page:
                try:
                    yield from _Laying(strata, bare, name).findings()
                except _MISREAD as error:
                    yield Finding(0, "", f"strata of {name}", "strata", f"none: {error!r}")
            after = page[-1][0]


def _shapes(bare: Bare) -> Iterator[Finding]:
    after = -1
    while page := bare.shapes(after, _PAGE):
        for shape in page:
            try:
                lists = lists_of(shape_told(shape.told))
            except _MISREAD as error:
                yield Finding(0, "", f"shape {shape.number}", "a shape", f"none: {error!r}")
            else:
                if lists != shape.lists:
                    what = f"lists of shape {shape.number}"
                    yield Finding(0, "", what, f"{lists}", f"{shape.lists}")
        after = page[-1].number


class _Laying:
    """Lays the strata of one relationship, keeping none: see `events.segments.Ground`."""

    def __init__(self, strata: Strata, bare: Bare, relationship: str) -> None:
        self._strata = strata
        self._bare = bare
        self._name = relationship
        self._grain: Grain = strata.grain
        self._found: list[Finding] = []
        self._ends: list[tuple[int, int]] = []

    def findings(self) -> Iterator[Finding]:
        """What differs, from the first stratum on."""
        sealing = Sealing(self, self._name, 0, self._grain)
        left = 0
        for notices in self._pages():
            laid = sealing.lay(notices)
            left = sum(notice.position > laid for notice in notices)
            yield from self._found
            self._found = []
        claimed = self._bare.strata(self._name)
        if claimed.ends != self._ends:
            yield self._differing("ends of the strata", self._ends, claimed.ends)
        if claimed.unsealed != left:
            yield self._differing("notices in no stratum", left, claimed.unsealed)
        for number in claimed.kept:
            if not 0 < number <= len(self._ends):
                yield self._differing(f"stratum {number}", "none", "one")

    def _pages(self) -> Iterator[list[Notice]]:
        """Notices by position, in pages that each begin where the last stratum ended."""
        while True:
            after = self._ends[-1][1] if self._ends else 0
            ends_before = len(self._ends)
            reach = self._strata.reach(self._name, after, OPEN)
            yield self._strata.notices(self._name, after, reach)
            if reach == OPEN or len(self._ends) == ends_before:
                return

    def _differing(self, what: str, calculated: object, claimed: object) -> Finding:
        return Finding(0, "", f"{what} of {self._name}", f"{calculated}", f"{claimed}")

    def shape(self, number: int) -> Shape:
        """The shape of a number."""
        return self._strata.shape(number)

    def entries(self, relationship: str, number: int) -> Iterator[Entry]:
        """The entries of a stratum by day, as kept: they have been held against those laid."""
        for kept in self._bare.segments(relationship, number):
            yield from decode_entries(kept.entries)

    def keep_stratum(
        self, relationship: str, number: int, last: int, parts: Iterable[Segment]
    ) -> None:
        """Hold a stratum against the one that is kept."""
        laid = [BareSegment(part.day, part.part, *encode_segment(part)) for part in parts]
        kept = self._bare.segments(relationship, number)
        self._ends.append((number, last))
        for should, does in zip(laid, kept, strict=False):
            if should != does:
                what = f"segment {number}/{should.part}"
                self._found.append(self._differing(what, should, does))
        if len(laid) != len(kept):
            what = f"segments of stratum {number}"
            self._found.append(self._differing(what, len(laid), len(kept)))
