"""According to one source: state, its lists, timeline and belief from what that source alone tells.

The acts are folded for the question, so it costs what the history of the relationship holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, cast

from domain.acts import Act
from domain.kinds import KINDS
from domain.parties import Registry, split_key
from domain.relationship import Change, answer, changes, page_of
from domain.shapes import shown
from events.errors import InvalidBasis
from events.log.account import account, known_account, sources_of
from events.log.history import Telling
from events.log.record import Record
from events.projection.rows import OPEN, KnownChange, VersionRow, rows_of
from events.query import answer_types as types
from events.query.answers import check_list, folded, refusing_cursor, sealed
from events.query.basis import Basis
from events.query.belief import belief_days
from events.query.timeline import Days, days_of, page_of_rows, place_of
from events.store.change_cursor import Place
from events.store.protocol import Reader
from events.store.window import Chosen

Json = dict[str, Any]

#: As long as a title, a publisher or a recorder's name may be.
_LONGEST_NAME = 2_000


class According:
    """What one source tells of a relationship, up to a basis that names the source."""

    def __init__(self, reader: Reader, registry: Registry, relationship: str, basis: Basis) -> None:
        """Raises `InvalidBasis` for the name of a source that is empty, or too long for one."""
        source = basis.according_to
        if not source or len(source) > _LONGEST_NAME:
            expected = f"the name of a source, of at most {_LONGEST_NAME} characters"
            raise InvalidBasis("according_to", expected, shown(source))
        self._reader = reader
        self._registry = registry
        self._relationship = relationship
        self._basis = basis
        self._source = source
        acts = reader.acts_naming(relationship, basis.position)
        streams = [reader.stream(act_id) for act_id in sorted(acts)]
        self._streams = [stream for stream in streams if _between_parties(stream)]

    def state(self) -> types.State:
        """The state that the source's acts and its claims of coverage amount to.

        Beside it `sources` names, in order, all whose words there are of the relationship.
        """
        claims = dict.fromkeys(row.act_id for row in self._reader.claims(self._basis.position))
        streams = (self._reader.stream(act_id) for act_id in claims)
        acts = [*self._acts(self._streams), *self._acts(streams)]
        return folded(acts, self._registry, self._relationship, self._basis, self._named())

    def items(self, place: str, cursor: str | None, limit: int) -> types.Items:
        """A page of one list of that state, newest first, from a cursor on."""
        check_list(place)
        pair = self._relationship
        acts = self._acts(self._streams)
        found = (change for act in acts for change in changes(act, self._registry, {pair}))
        given = answer(pair, found, self._basis.as_of)
        with refusing_cursor(cursor):
            page = page_of(given, place, given.summary.items(place), cursor, limit)
        told = {"relationship": pair, "list": place, **page, **self._named()}
        return sealed(types.Items, told, self._basis, self._registry)

    def timeline(
        self, window: Days, cursor: str | None, limit: int, chosen: Chosen
    ) -> types.Timeline:
        """The events that the source tells and that touch a window of days, by earliest day."""
        first, last = days_of(window)
        after = place_of(cursor)
        rows = [
            row
            for act in self._acts(self._streams)
            for row in self._versions(act)
            if row.earliest <= last and row.latest >= first and self._is(row, chosen)
            if after is None or _row_place(row) > after
        ]
        page = page_of_rows(self._reader, sorted(rows, key=_row_place), limit)
        given = {"relationship": self._relationship, **page, **self._named()}
        return sealed(types.Timeline, given, self._basis, self._registry)

    def belief(self) -> types.Belief:
        """What the source had told of a day by each recorded day on which it told more."""
        # All that is asked for belief is here, and anything else fails by its name.
        known = (k for stream in self._streams for k in self._known(stream))
        told = cast(Reader, _Told(self._reader, known))
        found = belief_days(told, self._registry, self._relationship, self._basis)
        return sealed(types.Belief, {**found, **self._named()}, self._basis, self._registry)

    def _acts(self, streams: Iterable[list[Record]]) -> Iterator[Act]:
        """The acts of which the source tells anything by the basis, as it alone tells them."""
        for stream in streams:
            act = known_account(stream, self._source, self._basis.position)
            if act is not None:
                yield act

    def _named(self) -> Json:
        names: set[str] = set()
        for stream in self._streams:
            known = (record for record in stream if record.position <= self._basis.position)
            names = names.union(*(sources_of(record) for record in known))
        return {"sources": sorted(names)}

    def _versions(self, act: Act) -> tuple[VersionRow, ...]:
        """The event versions in force of an act, where it is between the two."""
        if not {*split_key(self._relationship)} <= {*act.codes}:
            return ()
        return rows_of(act, 0, self._registry, only=()).versions

    def _is(self, row: VersionRow, chosen: Chosen) -> bool:
        record = self._reader.record(row.position)
        event = (record and record.wording) or {}
        return (
            chosen.kind in (None, row.type.partition(".")[0])
            and chosen.rank in (None, event.get("rank"))
            and (chosen.level is None or chosen.level in event.get("levels", ()))
        )

    def _known(self, stream: list[Record]) -> Iterator[KnownChange]:
        """Every change that an act was to the relationship by the source's words."""
        act_id, telling = stream[0].act_id, Telling(stream)
        held: dict[_Identity, tuple[Change, int]] = {}
        for record in account(stream, self._source):
            telling.take(record)
            told = changes(telling.act(), self._registry, {self._relationship})
            now = {change[:4]: change for change in told}
            for identity, (change, since) in [*held.items()]:
                if now.get(identity) != change:
                    yield KnownChange(change, act_id, since, record.position)
                    del held[identity]
            for identity, change in now.items():
                held.setdefault(identity, (change, record.position))
        for change, since in held.values():
            yield KnownChange(change, act_id, since, OPEN)


#: Of a change: relationship, day, until and position.
_Identity = tuple[str, int, int, int]


class _Told:
    """Changes that are held in memory, for whoever follows how they grew.

    Each as in `events.store.change_cursor.GrowingReader`.
    """

    def __init__(self, reader: Reader, known: Iterable[KnownChange]) -> None:
        self.record = reader.record
        self.stream = reader.stream
        self._known = sorted(known, key=_place)

    def learnt_beyond(self, _relationship: str, as_of: int, after: int, limit: int) -> list[int]:
        """Positions beyond one at which something was learnt, rising."""
        found = {
            position
            for known in self._known
            if known.change.day <= as_of
            for position in (known.known_from, known.known_to)
            if after < position < OPEN
        }
        return sorted(found)[:limit]

    def changes_of(self, act_id: str, _relationship: str) -> list[KnownChange]:
        """Every change that one act ever was."""
        return [known for known in self._known if known.act_id == act_id]

    def changes_on(
        self, _relationship: str, as_of: int, position: int, after: Place | None, limit: int
    ) -> list[KnownChange]:
        """Known changes beyond a place."""
        found = (k for k in self._at(as_of, position) if after is None or _place(k) > after)
        return [*islice(found, limit)]

    def changes_back(
        self, _relationship: str, as_of: int, position: int, before: Place | None, limit: int
    ) -> list[KnownChange]:
        """Known changes before a place, the newest first."""
        found = (k for k in self._at(as_of, position) if before is None or _place(k) < before)
        return [*islice(reversed([*found]), limit)]

    def _at(self, as_of: int, position: int) -> Iterator[KnownChange]:
        for known in self._known:
            if known.known_from <= position < known.known_to and known.change.day <= as_of:
                yield known


def _between_parties(stream: list[Record]) -> bool:
    """Whether an act stands between its parties; a claim of coverage does not."""
    return KINDS[stream[0].kind].between_parties


def _row_place(row: VersionRow) -> Place:
    return row.earliest, row.latest, row.position


def _place(known: KnownChange) -> Place:
    return known.change.day, known.change.position, known.change.until
