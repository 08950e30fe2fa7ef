"""Inspection: questions about the record itself, and answers that prove themselves."""

from __future__ import annotations

from domain.parties import Registry
from events.errors import InvalidBasis
from events.evidence import Page, make_bundle
from events.notary.notary import Notary
from events.query import answer_types as types
from events.query import audit, belief, recent, retroactive, twins
from events.query.according import According
from events.query.answers import canonical_key
from events.query.basis import Clock, instants, known_position, resolve
from events.query.log_step import step
from events.query.questions import Json, KnownAt
from events.store.protocol import Store


class Inspection:
    """Ask who recorded what and when, how belief grew, and for evidence of an answer."""

    def __init__(self, store: Store, registry: Registry, clock: Clock) -> None:
        self._store = store
        self._registry = registry
        self._clock = clock

    def audit_records(
        self,
        *,
        act_id: str | None = None,
        relationship: str | None = None,
        actor: str | None = None,
        recorded_from: str | None = None,
        recorded_to: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> types.AuditRecords:
        """Records beyond a position, with who did what to which event, when and why.

        `recorded_from` and `recorded_to` are instants or UTC days, both included. Raises
        `UnknownAct`, `UnknownParty` and `InvalidBasis`.
        """
        since = None if recorded_from is None else instants(recorded_from, "from")[0]
        until = None if recorded_to is None else instants(recorded_to, "to")[1]
        if since is not None and until is not None and until < since:
            raise InvalidBasis("to", f"a time not before {recorded_from}", str(recorded_to))
        key = None if relationship is None else canonical_key(relationship, self._registry)
        with self._store.read() as reader:
            asked = audit.Asked(act_id, key, actor, since, until)
            return audit.records(reader, asked, after, limit)

    def belief(
        self,
        relationship: str,
        as_of: str | None = None,
        known_at: KnownAt = None,
        according_to: str | None = None,
    ) -> types.Belief:
        """What was held about one valid day, or what one source told of it, by recorded day."""
        key = canonical_key(relationship, self._registry)
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at, according_to)
            if according_to is not None:
                return According(reader, self._registry, key, basis).belief()
            return belief.belief(reader, self._registry, key, basis)

    def twins(
        self,
        relationship: str | None = None,
        known_at: KnownAt = None,
        after: int = 0,
        limit: int = 100,
    ) -> types.Twins:
        """Pairs of acts of two sources that are likely one, beyond an act's first position."""
        key = None if relationship is None else canonical_key(relationship, self._registry)
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, None, known_at)
            return twins.twins(reader, self._registry, basis, key, after, limit)

    def late_changes(
        self, did: str | None = None, after: int = 0, limit: int = 100
    ) -> types.LateChanges:
        """Records beyond a position that changed answers about days already past.

        `did` narrows them to one of `audit.DEEDS`; raises `InvalidBasis` for another word.
        """
        if did is not None and did not in audit.DEEDS:
            raise InvalidBasis("did", f"one of {', '.join(audit.DEEDS)}", repr(did))
        with self._store.read() as reader:
            return retroactive.late_changes(reader, did, after, limit)

    def step(
        self,
        position: int | str | None = None,
        relationship: str | None = None,
        as_of: str | None = None,
    ) -> Json:
        """One record, what it changed of a valid day, and where the steps beside it are.

        Without a position the last one. Of a relationship only records that changed what is
        known of it are steps. Raises `UnknownParty` and `InvalidBasis`.
        """
        key = None if relationship is None else canonical_key(relationship, self._registry)
        with self._store.read() as reader:
            reached = known_position(reader, self._clock, position, "position")
            day = resolve(reader, self._clock, as_of).as_of
            return step(reader, self._registry, key, reached, day)

    def recent(self) -> Json:
        """What was recorded last: new acts, corrections, and late changes, each newest first."""
        with self._store.read() as reader:
            return recent.recent(reader, self._registry)

    def evidence(
        self,
        relationship: str,
        as_of: str | None = None,
        known_at: KnownAt = None,
        *,
        notary: Notary,
        page: Page,
    ) -> bytes:
        """A file that proves the state of a relationship at a basis (docs/evidence.md).

        `page` makes the part of it that a person reads.
        Raises `NoLogKey` where the notary has no key, and else as `state` does.
        """
        key = canonical_key(relationship, self._registry)
        with self._store.read() as reader:
            basis = resolve(reader, self._clock, as_of, known_at)
        data = None
        while data is None:
            # Made after the basis is known and before it is read again, so that it reaches it.
            checkpoint = notary.checkpoint()
            with self._store.read() as reader:
                data = make_bundle(reader, self._registry, key, basis, checkpoint, notary, page)
        return data
