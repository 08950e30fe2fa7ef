"""The bitemporal index: what each act is known to say, one row a rectangle.

A row is a value on the valid axis, held on the recorded axis from the position that brought it
to the position that superseded it: `known_from <= p < known_to`. It is derived from the log
alone and can be derived again at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from domain.acts import Act
from domain.dates import FIRST_DAY, LAST_DAY
from domain.kinds import KINDS
from domain.parties import Registry, relationship_key
from domain.relationship import Change, Kept, changes, touched
from events.projection.search_text import search_text

#: `known_to` of a row that nothing has superseded.
OPEN = 2**62


class ActRow(NamedTuple):
    """An act with an event in force; one at a time for each act."""

    act_id: str
    kind: str
    opened: int
    """Position of the act's first record."""
    title: str | None
    first_day: int
    """First day that any of its events may touch."""
    last_day: int
    text: str
    """What a search looks in, casefolded."""

    @property
    def identity(self) -> tuple[str]:
        """Which row of its table this is."""
        return (self.act_id,)


class VersionRow(NamedTuple):
    """An event version in force, or erased: then it may be of any day."""

    act_id: str
    version: int
    type: str
    earliest: int
    latest: int
    relationship: str | None
    """The pair of a two-party act; a many-party act is found through its `PartyRow`s."""
    position: int
    """The record that supplies the body, or held what was erased."""

    @property
    def identity(self) -> tuple[str, int]:
        """Which row of its table this is."""
        return self.act_id, self.version


class PartyRow(NamedTuple):
    """A party to an act."""

    act_id: str
    party: str
    opened: int
    """As in `ActRow`, so that a party's acts come in that order without a look at the acts."""
    many: bool
    """Whether the act is between more than two."""

    @property
    def identity(self) -> tuple[str, str]:
        """Which row of its table this is."""
        return self.act_id, self.party


class ChangeRow(NamedTuple):
    """What an act does to a relationship from a valid day on."""

    act_id: str
    change: Change

    @property
    def identity(self) -> tuple[str, str, int, int, int]:
        """Which row of its table this is."""
        change = self.change
        return self.act_id, change.relationship, change.day, change.until, change.position

    @property
    def acts(self) -> int:
        """How many acts the change counts for its relationship."""
        counts: Mapping[str, int] = self.change.effect.get("counts", {})
        return sum(n for place, n in counts.items() if place.startswith("contact.acts."))

    @property
    def shared(self) -> int:
        """How many agreements of many parties the change counts for its relationship."""
        counts: Mapping[str, int] = self.change.effect.get("counts", {})
        return counts.get("contact.many_party_agreements", 0)

    @property
    def contact(self) -> str | None:
        """The date of the contact that the change tells of, as written, or None."""
        contact: str | None = self.change.effect.get("last", {}).get("contact.last")
        return contact


@dataclass(frozen=True, slots=True)
class IndexRows:
    """Rows of all four tables, each table in the order of its identities."""

    acts: tuple[ActRow, ...] = ()
    versions: tuple[VersionRow, ...] = ()
    parties: tuple[PartyRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()

    def __iter__(self) -> Iterator[Row]:
        yield from self.acts
        yield from self.versions
        yield from self.parties
        yield from self.changes


Row = ActRow | VersionRow | PartyRow | ChangeRow


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row of the index with the time it was, or is, known."""

    row: Row
    known_from: int
    known_to: int
    listed: tuple[int, int, str | None, bytes | None] | None = None
    """Of a change as it lies in a store: its `acts`, `shared`, `contact` and signature."""


@dataclass(frozen=True, slots=True)
class KnownChange:
    """A change with the time it was, or is, known."""

    change: Change
    act_id: str
    known_from: int
    known_to: int


@dataclass(frozen=True, slots=True)
class RelationshipRow:
    """A relationship in a list."""

    relationship: str
    acts: int
    """Its own acts, many-party ones left out, that had begun by the day asked about."""
    shared: int
    """Agreements of many parties to which both were party by that day."""
    first: str | None
    """Date of the first contact, as written."""
    last: str | None


def advance(
    before: Act | None, after: Act, opened: int, registry: Registry
) -> tuple[IndexRows, IndexRows]:
    """The rows to close and to open when one more record of an act is known.

    Only what the record can have touched is folded: one accession to a treaty of 190 is 189
    pairs and not 17,955.
    """
    if before is None:
        return IndexRows(), rows_of(after, opened, registry)
    only = touched(before, after, registry)
    return difference(
        rows_of(before, opened, registry, only), rows_of(after, opened, registry, only)
    )


def rows_of(
    act: Act,
    opened: int,
    registry: Registry,
    only: Collection[str] | None = None,
    kept: Kept | None = None,
) -> IndexRows:
    """The rows of an act as it is known; none where no event of it is in force or erased.

    What was erased may lie on any day, and no search finds it. `only` leaves out the changes to
    other relationships than those it names; `kept` is as for `domain.relationship.changes`.
    """
    if not act.facts and not act.erased:
        return IndexRows()
    between_parties = KINDS[act.kind].between_parties
    between_two = len(act.codes) == 2 and between_parties
    pair = relationship_key(*act.codes) if between_two else None
    many = act.many_party and between_parties
    versions = [
        (f.version, f.event.type.name, f.event.date.earliest, f.event.date.latest, f.position)
        for f in act.facts
    ]
    versions += [(e.version, e.type, FIRST_DAY, LAST_DAY, e.position) for e in act.erased]
    return IndexRows(
        _act_rows(act, opened, registry),
        tuple(
            VersionRow(act.act_id, version, name, earliest, latest, pair, position)
            for version, name, earliest, latest, position in sorted(versions)
        ),
        tuple(PartyRow(act.act_id, code, opened, many) for code in act.codes),
        tuple(ChangeRow(act.act_id, change) for change in changes(act, registry, only, kept)),
    )


def _act_rows(act: Act, opened: int, registry: Registry) -> tuple[ActRow, ...]:
    """The row by which a search finds an act: none where all that it says was erased."""
    if not act.facts:
        return ()
    dates = [fact.event.date for fact in act.facts]
    first_day = min(date.earliest for date in dates)
    last_day = max(date.latest for date in dates)
    text = search_text(act, registry)
    return (ActRow(act.act_id, act.kind, opened, act.title, first_day, last_day, text),)


class _Identified(Protocol):
    @property
    def identity(self) -> tuple[object, ...]: ...


_R = TypeVar("_R", bound=_Identified)


def difference(old: IndexRows, new: IndexRows) -> tuple[IndexRows, IndexRows]:
    """The rows to close and the rows to open for the index to go from `old` to `new`."""
    acts = _difference(old.acts, new.acts)
    versions = _difference(old.versions, new.versions)
    parties = _difference(old.parties, new.parties)
    changed = _difference(old.changes, new.changes)
    return (
        IndexRows(acts[0], versions[0], parties[0], changed[0]),
        IndexRows(acts[1], versions[1], parties[1], changed[1]),
    )


def _difference(old: Sequence[_R], new: Sequence[_R]) -> tuple[tuple[_R, ...], tuple[_R, ...]]:
    before = {row.identity: row for row in old}
    after = {row.identity: row for row in new}
    closed = tuple(row for key, row in before.items() if after.get(key) != row)
    opened = tuple(row for key, row in after.items() if before.get(key) != row)
    return closed, opened
