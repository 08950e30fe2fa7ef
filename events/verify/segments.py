"""Runs: laid again from the index, which has been verified, and held against those kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from events.projection.rows import OPEN
from events.segments import (
    Compaction,
    Delta,
    Entry,
    Runs,
    Segment,
    Signature,
    Sizes,
    decode_entries,
    decode_signature,
    encode_segment,
    lists_of,
)
from events.store.protocol import Reader
from events.store.raw import Bare, BareSegment
from events.verify.finding import Finding

_PAGE = 1_000
#: What reading something that was bent may raise.
_MISREAD = (ValueError, LookupError, TypeError, AttributeError)


def verify_runs(reader: Reader, bare: Bare) -> Iterator[Finding]:
    """Every signature, segment and run that is hidden, bent or added."""
    yield from _signatures(bare)
    with reader.runs() as runs:
        after = ""
        while page := bare.relationships(after, _PAGE):
            for name, *_ in page:
                try:
                    yield from _Laying(runs, bare, name).findings()
                except _MISREAD as error:
                    yield Finding(0, "", f"runs of {name}", "runs", f"none: {error!r}")
            after = page[-1][0]


def _signatures(bare: Bare) -> Iterator[Finding]:
    after = -1
    while page := bare.signatures(after, _PAGE):
        for signature in page:
            try:
                lists = lists_of(decode_signature(signature.told))
            except _MISREAD as error:
                yield Finding(
                    0, "", f"signature {signature.number}", "a signature", f"none: {error!r}"
                )
            else:
                if lists != signature.lists:
                    what = f"lists of signature {signature.number}"
                    yield Finding(0, "", what, f"{lists}", f"{signature.lists}")
        after = page[-1].number


class _Laying:
    """Lays the runs of one relationship, keeping none: see `events.segments.SegmentWriter`."""

    def __init__(self, runs: Runs, bare: Bare, relationship: str) -> None:
        self._runs = runs
        self._bare = bare
        self._name = relationship
        self._sizes: Sizes = runs.sizes
        self._found: list[Finding] = []
        self._ends: list[tuple[int, int]] = []

    def findings(self) -> Iterator[Finding]:
        """What differs, from the first run on."""
        compaction = Compaction(self, self._name, 0, self._sizes)
        left = 0
        for deltas in self._pages():
            laid = compaction.lay(deltas)
            left = sum(delta.position > laid for delta in deltas)
            yield from self._found
            self._found = []
        claimed = self._bare.runs(self._name)
        if claimed.ends != self._ends:
            yield self._differing("ends of the runs", self._ends, claimed.ends)
        if claimed.uncompacted != left:
            yield self._differing("deltas in no run", left, claimed.uncompacted)
        for number in claimed.kept:
            if not 0 < number <= len(self._ends):
                yield self._differing(f"run {number}", "none", "one")

    def _pages(self) -> Iterator[list[Delta]]:
        """Deltas by position, in pages that each begin where the last run ended."""
        while True:
            after = self._ends[-1][1] if self._ends else 0
            ends_before = len(self._ends)
            reach = self._runs.reach(self._name, after, OPEN)
            yield self._runs.deltas(self._name, after, reach)
            if reach == OPEN or len(self._ends) == ends_before:
                return

    def _differing(self, what: str, calculated: object, claimed: object) -> Finding:
        return Finding(0, "", f"{what} of {self._name}", f"{calculated}", f"{claimed}")

    def signature(self, number: int) -> Signature:
        """The signature of a number."""
        return self._runs.signature(number)

    def entries(self, relationship: str, number: int) -> Iterator[Entry]:
        """The entries of a run by day, as kept: they have been held against those laid."""
        for kept in self._bare.segments(relationship, number):
            yield from decode_entries(kept.entries)

    def keep_run(self, relationship: str, number: int, last: int, parts: Iterable[Segment]) -> None:
        """Hold a run against the one that is kept."""
        laid = [BareSegment(part.day, part.part, *encode_segment(part)) for part in parts]
        kept = self._bare.segments(relationship, number)
        self._ends.append((number, last))
        for should, does in zip(laid, kept, strict=False):
            if should != does:
                what = f"segment {number}/{should.part}"
                self._found.append(self._differing(what, should, does))
        if len(laid) != len(kept):
            what = f"segments of run {number}"
            self._found.append(self._differing(what, len(laid), len(kept)))
