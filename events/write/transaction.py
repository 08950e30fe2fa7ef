"""Writing inside one transaction: records are appended, and the index follows each of them."""

from __future__ import annotations

from collections.abc import Sequence

from domain.acts import Event, InvalidEvent, check_kind, check_opening
from domain.parties import Registry
from domain.shapes import Problem
from events.errors import ActExists, NoSuchVersion, UnknownAct, VersionConflict
from events.log.content import Correction, Erasure, Retraction, body_of
from events.log.history import Telling, known_act, lost_in, remains_of, target_of
from events.log.record import CORRECTED, ERASED, RETRACTED, Record
from events.log.upcasting import SCHEMA
from events.projection.advancing import Advancing
from events.projection.derived import steps
from events.store.act_writer import ActWriter, Draft
from events.write.cost import check_weight

_SPEAKS = {CORRECTED: "corrects", RETRACTED: "retracts", ERASED: "erases"}


class Writing:
    """What may be done to acts within a transaction; every way in comes through here.

    It decides by what the transaction sees, so two writers on one act cannot both win.
    """

    def __init__(
        self, writer: ActWriter, registry: Registry, recorded_by: str, *, bounded: bool = False
    ) -> None:
        """`bounded` refuses what would be too heavy (`events.write.cost`)."""
        self._writer = writer
        self._registry = registry
        self._recorded_by = recorded_by
        self._bounded = bounded

    def record(self, act_id: str | None, events: Sequence[Event]) -> list[Record]:
        """Record a new act; an act_id is made from the next position where none is given.

        Raises `ActExists`, and `InvalidEvent` for events that cannot open an act.
        """
        if act_id is None:
            act_id = self._free_act_id()
        elif self._writer.stream(act_id):
            raise ActExists(act_id)
        return self.begin(act_id, events)

    def begin(self, act_id: str, events: Sequence[Event]) -> list[Record]:
        """Record the first events of an act that is known to have none yet."""
        check_opening(events)
        return self.append(act_id, [], [_plain(act_id, event) for event in events])

    def add(
        self, act_id: str, events: Sequence[Event], expected_version: int | None
    ) -> list[Record]:
        """Record the next events of an act, in whatever order they happened in the world."""
        stream = self.stream(act_id, expected_version)
        kind = kind_of(stream)
        for index, event in enumerate(events):
            check_kind(event, kind, f"/events/{index}/type")
        return self.append(act_id, stream, [_plain(act_id, event) for event in events])

    def correct(
        self,
        act_id: str,
        version: int,
        event: Event,
        reason: str,
        expected_version: int | None = None,
    ) -> list[Record]:
        """Replace the whole of an event version, or reinstate a retracted one."""
        stream = self.stream(act_id, expected_version)
        check_kind(event, kind_of(stream), "/event/type")
        self._correctable(act_id, stream, version)
        before = known_act(stream)
        if any(f.version == version and f.event.body == event.body for f in before.facts):
            expected = "an event that differs from the one in force"
            raise InvalidEvent([Problem("/event", expected, "the same")])
        others = [fact.event for fact in before.facts if fact.version != version]
        erased = [gone for gone in before.erased if gone.version != version]
        check_opening([event, *others], "/event", erased)
        body = body_of(Correction(version, reason, event.body))
        # The header tells the schema of the event that the correction carries.
        schema = SCHEMA.get(event.type.name, 1)
        return self.append(act_id, stream, [Draft(act_id, CORRECTED, body, schema)])

    def retract(
        self, act_id: str, version: int, reason: str, expected_version: int | None = None
    ) -> list[Record]:
        """Say that an event version should not have been recorded; it stays readable."""
        stream = self.stream(act_id, expected_version)
        self._correctable(act_id, stream, version)
        known = known_act(stream)
        if any(gone.version == version for gone in known.erased):
            raise NoSuchVersion(act_id, version, "it is erased: nothing is left to retract")
        if all(fact.version != version for fact in known.facts):
            raise NoSuchVersion(act_id, version, "it is retracted already")
        body = body_of(Retraction(version, reason))
        return self.append(act_id, stream, [Draft(act_id, RETRACTED, body, 1)])

    def erase(
        self, act_id: str, version: int, reason: str, expected_version: int | None = None
    ) -> list[Record]:
        """Erase what was ever told of an event version: its own words and those of corrections.

        The records stay with their headers. The erasure keeps of each the parties it named, or
        the rest of the act would be between nobody, and a digest of its source's key, or the
        next import would tell it again. The act's index is derived anew, for every position.
        """
        stream = self.stream(act_id, expected_version)
        self._correctable(act_id, stream, version)
        held = [
            record
            for record in stream
            if record.wording is not None and target_of(record, {}) == version
        ]
        if not held:
            raise NoSuchVersion(act_id, version, "it is erased already")
        body = body_of(Erasure(version, reason, tuple(map(remains_of, held))))
        recorded = self._writer.append([Draft(act_id, ERASED, body, 1)], self._recorded_by)
        for record in held:
            self._writer.erase(record.position)
        self._writer.clear_index(act_id)
        for position, closed, opened in steps(self._writer.stream(act_id), self._registry):
            self._writer.index(position, closed, opened)
        return recorded

    def stream(self, act_id: str, expected_version: int | None) -> list[Record]:
        """The act's records; raises `UnknownAct`, or `VersionConflict` on a stale version."""
        stream = self._writer.stream(act_id)
        if not stream:
            raise UnknownAct(act_id)
        if expected_version is not None and expected_version != len(stream):
            raise VersionConflict(act_id, expected_version, len(stream))
        return stream

    def append(
        self, act_id: str, stream: Sequence[Record], drafts: Sequence[Draft]
    ) -> list[Record]:
        """Append to a stream as it stands, and bring the index to each new position.

        Each record is a state of knowledge of its own, so that `known_at` may name any position.
        Raises `TooCostly` where it is bounded.
        """
        if self._bounded:
            check_weight(stream, [draft.body for draft in drafts])
        recorded = self._writer.append(drafts, self._recorded_by)
        telling = Telling(stream)
        for record in stream:
            telling.take(record)
        opened = (stream or recorded)[0].position
        advancing = Advancing(opened, self._registry, telling.act() if stream else None)
        for record, draft in zip(recorded, drafts, strict=True):
            telling.take(record, _read_again(draft, record))
            self._writer.index(record.position, *advancing.to(telling.act()))
        return recorded

    def _correctable(self, act_id: str, stream: Sequence[Record], version: int) -> None:
        if not 1 <= version <= len(stream):
            raise NoSuchVersion(act_id, version, f"the act has versions 1 to {len(stream)}")
        record = stream[version - 1]
        if not record.is_event:
            target = target_of(record, lost_in(stream))
            word = _SPEAKS[record.type]
            raise NoSuchVersion(
                act_id, version, f"it is no event but {word} version {target}: name that one"
            )

    def _free_act_id(self) -> str:
        number = self._writer.head().position + 1
        while self._writer.stream(f"act:{number}"):
            number += 1
        return f"act:{number}"


def kind_of(stream: Sequence[Record]) -> str:
    """The kind of an act, which its first record says for ever."""
    return stream[0].kind


def _plain(act_id: str, event: Event) -> Draft:
    """The header says the type, so the stored body need not."""
    body = {name: value for name, value in event.body.items() if name != "type"}
    return Draft(act_id, event.type.name, body, SCHEMA.get(event.type.name, 1), event)


def _read_again(draft: Draft, record: Record) -> Event | None:
    """The event of a draft with the body that was stored of it, without reading it twice."""
    if draft.event is None or record.body is None:
        return None
    read = draft.event
    return Event(read.type, read.date, {"type": record.type, **record.body}, read.parties, read.by)
