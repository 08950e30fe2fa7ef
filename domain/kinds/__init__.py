"""The kinds of diplomatic acts: a module each, and the registry that everything goes through.

A kind is added by its own module, a line of `KINDS`, a line of the folds
(`domain/relationship/fold.py`) and its lists at the end of those that are stored
(`domain/relationship/state.py`).
"""

from __future__ import annotations

from domain.kinds.agreement import AGREEMENT, CONSENTS, ENDS
from domain.kinds.coverage import coverage_of
from domain.kinds.event_type import EventType
from domain.kinds.kind import Kind, Life, Role
from domain.kinds.letter import LETTER
from domain.kinds.proposal import PROPOSAL
from domain.kinds.relation import RELATION
from domain.kinds.section import GLANCES, Counted, Listed, Said, Section, Slot
from domain.kinds.talk import TALK
from domain.kinds.visit import VISIT

__all__ = [
    "ACT_KINDS",
    "CONSENTS",
    "ENDS",
    "EVENT_TYPES",
    "GLANCES",
    "KINDS",
    "SAID",
    "SECTIONS",
    "Counted",
    "EventType",
    "Kind",
    "Life",
    "Listed",
    "Role",
    "Said",
    "Section",
    "Slot",
    "UnknownEventType",
    "event_type",
    "section_of",
]

_ACTS = (
    VISIT,
    TALK,
    AGREEMENT,
    PROPOSAL,
    RELATION,
    LETTER,
)

#: Every kind by its name: the acts between parties, and the claims of sources about them.
KINDS: dict[str, Kind] = {kind.name: kind for kind in (*_ACTS, coverage_of(_ACTS))}
#: The names of the kinds whose acts stand between parties.
ACT_KINDS = tuple(kind.name for kind in KINDS.values() if kind.between_parties)
#: The sections of a state in their order: what holds until it is changed comes before lists.
SECTIONS: dict[str, Section] = {
    section.name: section
    for section in sorted(
        (kind.section for kind in KINDS.values() if kind.section is not None),
        key=lambda section: bool(section.lists),
    )
}
#: The fields that lines of one section alone have, by name.
SAID: dict[str, Said] = {said.name: said for section in SECTIONS.values() for said in section.says}
#: Every event by its stored type name.
EVENT_TYPES: dict[str, EventType] = {
    row.name: row for kind in KINDS.values() for row in kind.events
}


def section_of(kind: str) -> Section:
    """The section of a state that holds the acts of a kind; raises `KeyError` for none."""
    section = KINDS[kind].section
    if section is None:
        raise KeyError(kind)
    return section


class UnknownEventType(ValueError):
    """A type name that stands in no row of the table."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown event type {name!r}: expected one of {', '.join(EVENT_TYPES)}")
        self.name = name


def event_type(name: str) -> EventType:
    """The row of a stored type name; raises `UnknownEventType`, never ignores one."""
    try:
        return EVENT_TYPES[name]
    except KeyError:
        raise UnknownEventType(name) from None
