"""Questions: what may be asked of the record, each about one basis on both axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.parties import Registry
from domain.relationship import LAW_EDITION
from events.errors import InvalidBasis
from events.log.record import Record
from events.query import acts_view, answers, chain, differences, network, replay, timeline
from events.query import answer_types as types
from events.query.according import According
from events.query.act_sources import act_sources
from events.query.basis import Basis, Clock, resolve, today, valid_day
from events.query.pages import page_of_records
from events.query.renewing import Renewing, in_stretches
from events.store.protocol import Head, Store
from events.store.window import ALL, Chosen

Json = dict[str, Any]
KnownAt = str | int | None


class Query:
    """Ask what stood between two parties, and of the acts and records it rests on.

    Every answer is a JSON object with its `basis`. Dates are civil days, instants UTC.
    """

    def __init__(self, store: Store, registry: Registry, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry

    def state(
        self,
        relationship: str,
        as_of: str | None = None,
        known_at: KnownAt = None,
        according_to: str | None = None,
    ) -> types.State:
        """The state of a relationship; empty where nothing was known.

        With `according_to` by what that source alone tells (`events.log.account`), folded for the
        question. Raises `UnknownParty` and `InvalidBasis`, as all questions about a relationship
        do.
        """
        key = self._key(relationship)
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at, according_to)
            if according_to is not None:
                return According(reader, self._registry, key, basis).state()
            return answers.state(reader, self._registry, key, basis)

    def state_along(
        self, relationship: str, as_of: str | None = None, known_at: KnownAt = None
    ) -> types.ChainState:
        """The state of a relationship along the chains of both parties, as one."""
        key = self._key(relationship)
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at)
            return chain.state_along(reader, self._registry, key, basis)

    def state_items(
        self,
        relationship: str,
        place: str,
        cursor: str | None = None,
        as_of: str | None = None,
        known_at: KnownAt = None,
        limit: int = 50,
        according_to: str | None = None,
    ) -> types.Items:
        """A page of one list of a state: what `more` points to."""
        key = self._key(relationship)
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at, according_to)
            if according_to is not None:
                return According(reader, self._registry, key, basis).items(place, cursor, limit)
            return answers.state_items(reader, self._registry, key, place, cursor, basis, limit)

    def timeline(
        self,
        relationship: str,
        *,
        day_from: str | None = None,
        day_to: str | None = None,
        known_at: KnownAt = None,
        cursor: str | None = None,
        limit: int = 100,
        chosen: Chosen = ALL,
        according_to: str | None = None,
    ) -> types.Timeline:
        """The events that touch the days from `day_from` to `day_to`, both included.

        With `according_to` those that one source tells, as it tells them.
        """
        key = self._key(relationship)
        window = _window(day_from, day_to)
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, None, known_at, according_to)
            if according_to is not None:
                alone = According(reader, self._registry, key, basis)
                return alone.timeline(window, cursor, limit, chosen)
            return timeline.timeline(
                reader, self._registry, key, window, basis, cursor, limit, chosen
            )

    def density(
        self,
        relationship: str,
        *,
        day_from: str | None = None,
        day_to: str | None = None,
        known_at: KnownAt = None,
        stretches: int = 60,
        chosen: Chosen = ALL,
    ) -> types.Density:
        """How many events begin in each of at most so many equal stretches of a window."""
        key = self._key(relationship)
        window = _window(day_from, day_to)
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, None, known_at)
            return timeline.density(reader, self._registry, key, window, basis, stretches, chosen)

    def steps(self, relationship: str, as_of: str | None = None, known_at: KnownAt = None) -> Json:
        """The days before and after `as_of` on which something changes; None where none does."""
        key = self._key(relationship)
        with self._store.read() as reader:
            return timeline.steps(reader, key, resolve(reader, self._clock, as_of, known_at))

    def learnt(self, relationship: str, most: int = 500) -> list[Json]:
        """The records that changed what is known of a relationship, thinned to a bound."""
        key = self._key(relationship)
        with self._store.read() as reader:
            return timeline.learnt(reader, key, most)

    def diff_dates(
        self, relationship: str, day_from: str, day_to: str, known_at: KnownAt = None
    ) -> types.Difference:
        """What changed between the ends of two days."""
        key = self._key(relationship)
        with self._store.read() as reader:
            days = (day_from, day_to)
            return differences.diff_dates(reader, self._registry, self._clock, key, days, known_at)

    def diff_knowledge(
        self,
        relationship: str,
        as_of: str | None,
        known_from: str | int,
        known_to: KnownAt = None,
    ) -> types.Difference:
        """What was learnt about one day between two states of knowledge."""
        key = self._key(relationship)
        with self._store.read() as reader:
            known = (known_from, known_to)
            return differences.diff_knowledge(
                reader, self._registry, self._clock, key, as_of, known
            )

    def act(self, act_id: str, as_of: str | None = None, known_at: KnownAt = None) -> types.Act:
        """An act as it stood; raises `UnknownAct`."""
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at)
            return acts_view.act(reader, self._registry, act_id, basis)

    def act_sources(self, act_id: str, known_at: KnownAt = None) -> types.ActSources:
        """What each source says of an act's events, and where they differ; raises `UnknownAct`."""
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, None, known_at)
            return act_sources(reader, self._registry, act_id, basis)

    def history(self, act_id: str, known_at: KnownAt = None) -> types.History:
        """Every record of an act, and what became of each event; raises `UnknownAct`."""
        with self._store.read() as reader:
            position = resolve(reader, self._clock, None, known_at).position
            return acts_view.history(reader, act_id, position)

    def acts(
        self,
        *,
        kind: str | None = None,
        party: str | None = None,
        day_from: str | None = None,
        day_to: str | None = None,
        q: str | None = None,
        as_of: str | None = None,
        known_at: KnownAt = None,
        cursor: int = 0,
        limit: int = 100,
    ) -> types.Acts:
        """Acts in the order they were first recorded, filtered; `q` is found in their text."""
        code = None if party is None else self._registry.get(party).code
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at)
            return acts_view.acts(
                reader,
                self._registry,
                basis,
                kind=kind,
                party=code,
                window=_window(day_from, day_to),
                text=None if q is None else q.casefold(),
                after=cursor,
                limit=limit,
                as_of=None if as_of is None else basis.as_of,
            )

    def relationships(
        self,
        party: str | None = None,
        as_of: str | None = None,
        known_at: KnownAt = None,
        cursor: str = "",
        limit: int = 100,
    ) -> types.Relationships:
        """Relationships by key, each with its acts counted and its first and last contact."""
        code = None if party is None else self._registry.get(party).code
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at)
            return acts_view.relationships(reader, self._registry, basis, code, cursor, limit)

    def network(
        self,
        party: str,
        as_of: str | None = None,
        known_at: KnownAt = None,
        least: int = 1,
        limit: int = 40,
    ) -> types.Network:
        """The strongest relationships of a party, and those among the parties it has them with."""
        code = self._registry.get(party).code
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at)
            return network.network(reader, self._registry, code, basis, least, limit)

    def records(self, after: int = 0, limit: int = 100) -> types.Records:
        """The events feed: records beyond a position, in the order they were recorded.

        A page of long ones has fewer than `limit`; only one that has none is the last.
        """
        with self._store.read() as reader:
            found = page_of_records(reader, after, limit)
        shown = [acts_view.record_json(record) for record in found]
        return {"events": shown, "next": found[-1].position if found else after}

    def replay(
        self,
        relationship: str | None = None,
        order: str = "recorded",
        as_of: str | None = None,
        known_at: KnownAt = None,
    ) -> Iterator[Mapping[str, Any]]:
        """States one after another, each with what it changed; of the whole log, the records.

        `order` is `recorded` (belief about `as_of` as it grew) or `valid` (as it went).
        """
        if order not in ("recorded", "valid"):
            raise InvalidBasis("order", "recorded or valid", repr(order))
        key = None if relationship is None else self._key(relationship)
        if key is None and order == "valid":
            raise InvalidBasis("order", "recorded, for the whole log", "valid")
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at)
        return self._replayed(key, order, basis)

    def _replayed(self, key: str | None, order: str, basis: Basis) -> Iterator[Mapping[str, Any]]:
        renewing = Renewing(self._store)
        reader = renewing.reader
        steps: Iterator[Any]
        if key is None:
            steps = replay.whole_log(reader, basis)
        elif order == "recorded":
            steps = replay.recorded_order(reader, self._registry, key, basis)
        else:
            steps = replay.valid_order(reader, self._registry, key, basis)
        yield from in_stretches(renewing, steps)

    def basis(self, as_of: str | None = None, known_at: KnownAt = None) -> Json:
        """What a question now would rest on: a basis without the digest of an answer."""
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at)
        return {**basis.to_json(), "parties": self._registry.edition, "law": LAW_EDITION}

    def head(self) -> Head:
        """The last position and when it was recorded."""
        with self._store.read() as reader:
            return reader.head()

    def today(self) -> str:
        """The present day in UTC, as questions without `as_of` take it."""
        return Basis(today(self._clock), 0, None).to_json()["as_of"]  # type: ignore[no-any-return]

    def raw_records(self, known_at: KnownAt = None) -> Iterator[Record]:
        """Every record up to a `known_at`, in position order, for exports."""
        with self._store.read() as reader:
            last = resolve(reader, self._clock, None, known_at).position
        after = 0
        while after < last:
            with self._store.read() as reader:
                found = reader.records(after, min(1_000, last - after))
            yield from found
            after = found[-1].position

    def wait(self, position: int, timeout_seconds: float) -> bool:
        """Whether something beyond a position is visible, waiting for it at most so long."""
        return self._store.wait(position, timeout_seconds)

    def _key(self, relationship: str) -> str:
        return answers.canonical_key(relationship, self._registry)


def _window(day_from: str | None, day_to: str | None) -> tuple[int | None, int | None]:
    first = None if day_from is None else valid_day(day_from, "from")
    last = None if day_to is None else valid_day(day_to, "to")
    if first is not None and last is not None and last < first:
        raise InvalidBasis("to", f"a day not before {day_from}", str(day_to))
    return first, last
