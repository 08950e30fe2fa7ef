"""The types of answers, as every way out gives them; the schemas of the interface are made of them.

A text beside a type describes it to readers; `Narrowed` says which of its values there are.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from domain.relationship.lines import (
    AnyLine,
    Code,
    Count,
    DayText,
    EdtfText,
    Existence,
    Narrowed,
    Positions,
)
from domain.relationship.sections import BareState

Position = Annotated[int, Narrowed(minimum=1)]
Version = Annotated[int, Narrowed(minimum=1)]
Instant = Annotated[str, "UTC, to the microsecond.", Narrowed(format="date-time")]
Digest = Annotated[str, Narrowed(pattern="^sha256:[0-9a-f]{64}$")]
#: An event as it was recorded: see `domain.kinds`.
EventBody = Annotated[dict[str, Any], Narrowed(ref="#/components/schemas/Event")]
Did = Literal["recorded", "corrected", "retracted", "erased"]
#: Beside an answer by one source alone.
Sources = Annotated[list[str], "All whose words there are of the relationship, by name."]
Cursor = Annotated[str | None, "Where the next page begins; null at the end."]

_Window = TypedDict("_Window", {"from": DayText, "to": DayText})
_MaybeWindow = TypedDict("_MaybeWindow", {"from": DayText | None, "to": DayText | None})


class BareBasis(TypedDict):
    """What an answer is about: the day, the time of knowledge, the position it reached."""

    as_of: DayText
    known_at: Instant | None
    position: Count


class Basis(BareBasis):
    """What an answer rests on: the same basis gives the same bytes for ever."""

    according_to: NotRequired[Annotated[str, "The source that alone was asked."]]
    parties: Annotated[str, "Edition of the party registry."]
    law: Annotated[int, "Edition of the law that the answer keeps.", Narrowed(minimum=0)]
    digest: Digest


class Held(TypedDict):
    """How much of the day asked about is held."""

    minutes: Count
    of: Count


class Coverage(TypedDict):
    """What one source claims to cover, all its claims together. The lists are EDTF."""

    act_id: str
    title: str
    date: Annotated[EdtfText, "From the first to the last day of any claim."]
    covers: Annotated[bool, "Whether a span reaches `as_of`."]
    spans: Annotated[list[str], "The days that are covered."]
    gaps: Annotated[list[str], "Days between the spans that nothing covers."]
    in_part: Annotated[list[str], "Days of which only a part is held."]
    held: NotRequired[Held]
    kinds: NotRequired[list[str]]
    records: Positions
    under: NotRequired[str]


class State(BareState):
    """What stands between two parties on a day, as it was known at a time."""

    coverage: list[Coverage]
    sources: NotRequired[Sources]
    basis: Basis


class ChainState(State):
    """The same between two chains of states, each line with the relationship it stands in."""

    chain: Annotated[dict[Code, list[Code]], "The codes of each chain, in order."]


class Items(TypedDict):
    """A page of one list of a state."""

    relationship: str
    list: str
    items: list[AnyLine]
    cursor: Cursor
    sources: NotRequired[Sources]
    basis: Basis


class Part(TypedDict):
    """A party in its part."""

    party: Code
    name: str
    role: NotRequired[str]


class TimelineParty(TypedDict):
    """A party that an event names."""

    party: Code
    role: NotRequired[str]


class TimelineEvent(TypedDict):
    """An event version in force; what it does not say is left out."""

    act_id: str
    version: Version
    type: str
    date: NotRequired[EdtfText]
    title: NotRequired[str]
    parties: NotRequired[list[TimelineParty]]
    by: NotRequired[list[Code]]
    place: NotRequired[str]
    rank: NotRequired[str]
    levels: NotRequired[list[str]]
    form: NotRequired[str]
    planned_for: NotRequired[EdtfText]
    earliest: DayText | None
    latest: DayText | None
    many_party: bool
    sources: Count
    records: Positions
    erased: NotRequired[Annotated[str, "Why its content was erased."]]


class Timeline(TypedDict):
    """A page of the events of a relationship, by earliest day."""

    relationship: str
    events: list[TimelineEvent]
    cursor: Cursor
    sources: NotRequired[Sources]
    basis: Basis


class Extent(_Window):
    """First and last of the days that events begin on."""


class Stretch(_Window):
    """A stretch with events; `wide` of them have a date wider than it."""

    events: dict[str, Count]
    wide: Count


class Density(_MaybeWindow):
    """How many events begin in each stretch of a window."""

    relationship: str
    extent: Extent | None
    days: Annotated[int, "Length of a stretch.", Narrowed(minimum=0)]
    events: Annotated[int, "All that may touch the window.", Narrowed(minimum=0)]
    before: Annotated[dict[str, Count], "Those that may have begun before it, by kind."]
    stretches: list[Stretch]
    basis: Basis


class Change(TypedDict):
    """One difference: where in the state, of which act, and the two values."""

    path: str
    act_id: NotRequired[str]
    before: Any
    after: Any


_Between = TypedDict("_Between", {"from": BareBasis, "to": BareBasis})


class Difference(_Between):
    """What differs between two states."""

    relationship: str
    parties: list[Existence]
    changes: list[Change]
    basis: Basis


class Step(TypedDict):
    """A step of a replay: in recorded order a record, in valid order a day."""

    position: NotRequired[Position]
    recorded_at: NotRequired[Instant]
    recorded_by: NotRequired[str]
    act_id: NotRequired[str]
    version: NotRequired[Version]
    type: NotRequired[str]
    reason: NotRequired[str | None]
    day: NotRequired[DayText | None]
    changes: NotRequired[list[Change]]
    records: NotRequired[Positions]


class SpokenEvent(TypedDict):
    """An event that has happened, surely or possibly."""

    version: Version
    certain: bool
    speaks_for: Annotated[list[Code], "Codes of whom it speaks for."]
    event: EventBody
    records: Positions


class ActAnomaly(TypedDict):
    """What does not fit, of events up to the day asked about."""

    anomaly: str
    message: str
    party: Code | None
    records: Positions


class ErasedEvent(TypedDict):
    """An event whose content was erased: when it was is not known any more."""

    version: Version
    type: str
    reason: str
    records: Positions


class NamedAct(TypedDict):
    """What an act is called, who is in it, and how it stands."""

    act_id: str
    kind: str
    title: str | None
    status: str | None
    parties: list[Part]


class ActLine(NamedAct):
    """An act in a list."""

    date: EdtfText | None
    records: Positions


class BareAct(NamedAct):
    """An act without its events."""

    version: Version


class Act(BareAct):
    """An act as it stood."""

    events: list[SpokenEvent]
    anomalies: list[ActAnomaly]
    erased: list[ErasedEvent]
    basis: Basis


class Acts(TypedDict):
    """A page of acts."""

    acts: list[ActLine]
    cursor: Annotated[int | None, "Where the next page begins; null at the end."]
    basis: Basis


class Record(TypedDict):
    """An event as it was recorded."""

    position: Position
    act_id: str
    version: Version
    type: str
    schema: Annotated[int, Narrowed(minimum=1)]
    recorded_at: Instant
    recorded_by: str
    digest: Digest
    body: Annotated[dict[str, Any] | None, "Null once its content was erased."]


class Records(TypedDict):
    """A page of the feed."""

    events: list[Record]
    next: Count


class Fate(TypedDict):
    """An event and its fate."""

    version: Version
    type: str
    fate: Literal["in_force", "corrected", "retracted", "erased"]
    records: Positions


class History(TypedDict):
    """Every record of an act, and what became of each event."""

    act_id: str
    kind: str
    version: Version
    events: list[Fate]
    records: list[Record]


class NamedParty(TypedDict):
    """A party."""

    code: Code
    name: str


class Relationship(TypedDict):
    """A relationship in a list."""

    relationship: str
    parties: list[NamedParty]
    acts: Count
    many_party_agreements: Annotated[
        int,
        "Agreements of many parties to which both are party, counted apart.",
        Narrowed(minimum=0),
    ]
    first: EdtfText | None
    last: EdtfText | None


class Relationships(TypedDict):
    """A page of relationships, by key."""

    relationships: list[Relationship]
    cursor: Cursor
    basis: Basis


class Network(TypedDict):
    """The network round a party."""

    party: NamedParty
    least: Count
    count: Annotated[int, "Its relationships with at least so many acts.", Narrowed(minimum=0)]
    relationships: list[Relationship]
    among: list[Relationship]
    basis: Basis


class SaidEvent(TypedDict):
    """The event that a record words, or that it is about."""

    version: Version | None
    type: str | None
    date: EdtfText | None
    title: str | None


class AuditRecord(TypedDict):
    """Who did what to which event, when and why."""

    position: Position
    recorded_at: Instant
    recorded_by: str
    did: Did
    act_id: str
    version: Version
    event: SaidEvent
    reason: str | None
    erased: Annotated[bool, "Whether its own content was erased."]
    digest: Digest


class AuditRecords(TypedDict):
    """A page of records; `cursor` is the `after` of the next page, null at the end."""

    records: list[AuditRecord]
    cursor: Annotated[int | None, Narrowed(minimum=0)]


class ChangedLate(TypedDict):
    """The first valid day that changed, and how many days ago that was."""

    relationship: str
    since: DayText | None
    days: Count | None


class LateChange(AuditRecord):
    """A record, and the relationships it changed; `count` says of how many."""

    relationships: list[ChangedLate]
    count: Count


class LateChanges(TypedDict):
    """A page of records that changed past answers."""

    late_changes: list[LateChange]
    cursor: Annotated[int | None, Narrowed(minimum=0)]


class BeliefDay(TypedDict):
    """A recorded day: what was recorded, and what changed by its end."""

    day: DayText
    position: Position
    records: list[AuditRecord]
    changes: list[Change]


class Belief(TypedDict):
    """What was held about one valid day, by recorded day."""

    relationship: str
    parties: list[NamedParty]
    days: list[BeliefDay]
    sources: NotRequired[Sources]
    basis: Basis


class TwinAct(NamedAct):
    """One of two acts that are likely one."""

    date: EdtfText
    sources: Annotated[list[str], "Whose words are in force."]
    records: Positions


class LikelyTwins(TypedDict):
    """Two acts of one kind between the same parties, on days that meet."""

    acts: Annotated[list[TwinAct], "The one recorded first comes first."]
    differ: Annotated[dict[str, list[Any]], "By field, both words, in the order of `acts`."]


class Twins(TypedDict):
    """A page of pairs of acts that are likely one, by the act of the two recorded later."""

    relationship: str | None
    twins: list[LikelyTwins]
    cursor: Annotated[int | None, Narrowed(minimum=0)]
    basis: Basis


class PreviewedRelationship(TypedDict):
    """A relationship, and what would change in its state."""

    relationship: str
    parties: list[Existence]
    changes: list[Change]


class Preview(TypedDict):
    """What recording something would change."""

    act: BareAct
    relationships: list[PreviewedRelationship]
    count: Count
    basis: Annotated[BareBasis, "What it is compared with."]
