"""The types of what an answer says in one line, or in one slot, about one act.

A text beside a type describes it to readers; `Narrowed` says which of its values there are.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, NotRequired, TypedDict


class Narrowed(NamedTuple):
    """Which values of a type there are, in the words of JSON Schema; None says nothing."""

    minimum: int | None = None
    format: str | None = None
    pattern: str | None = None
    ref: str | None = None
    """The schema that says it all, in another place of the document."""


Code = Annotated[str, "A party's code."]
Count = Annotated[int, Narrowed(minimum=0)]
EdtfText = Annotated[str, "A date in EDTF.", Narrowed(format="edtf")]
DayText = Annotated[str, Narrowed(format="date")]
Positions = Annotated[list[Annotated[int, Narrowed(minimum=1)]], "Of the records it rests on."]
Number = Annotated[int | float | str, "A number; text where no double holds it."]


class Line(TypedDict):
    """A line about an act."""

    act_id: str
    title: NotRequired[str]
    records: Positions
    under: NotRequired[Annotated[str, "Along a chain of states: the relationship it stands in."]]


# Two names that are words of Python.
_Since = TypedDict("_Since", {"from": DayText | None})
_Classed = TypedDict("_Classed", {"class": NotRequired[str]})


class Existence(_Since):
    """A party, and whether it existed on the day; days are inclusive, null without a bound."""

    code: Code
    name: str
    existed: bool
    until: DayText | None
    preceded_by: NotRequired[list[Code]]
    followed_by: NotRequired[list[Code]]


class Stood(_Classed):
    """How a slot stood before one of the two parties ended."""

    status: str
    since: EdtfText
    by: NotRequired[list[Code]]
    class_since: NotRequired[EdtfText]
    mission_title: NotRequired[str]
    resident: NotRequired[bool]
    seat: NotRequired[str]
    protecting_power: NotRequired[Code]


class Standing(Line):
    """Recognition, or diplomatic relations, as they stand."""

    status: str
    since: EdtfText
    by: NotRequired[list[Code]]
    how: NotRequired[Literal["party_ended"]]
    stood: NotRequired[Stood]


class Mission(Standing, _Classed):
    """The mission of one of the two with the other."""

    class_since: NotRequired[EdtfText]
    mission_title: NotRequired[str]
    resident: NotRequired[bool]
    seat: NotRequired[Annotated[str, "Where its head resides, when it is elsewhere."]]
    protecting_power: NotRequired[Annotated[Code, "Whose section looks after interests."]]


class Meeting(Line):
    """A visit or talks."""

    date: EdtfText
    place: NotRequired[str]
    place_inferred: NotRequired[Annotated[bool, "Whether no source names the place."]]
    levels: NotRequired[list[str]]
    status: NotRequired[Annotated[str, "How it stands, where the list holds more than one way."]]
    window: NotRequired[Annotated[EdtfText, "When it is planned for."]]


class HeldVisit(Meeting):
    """A visit that took place, of one of the two whose code stands beside it."""

    rank: NotRequired[str]


class Visit(HeldVisit):
    """A visit of one of the two to the other."""

    visitor: Code
    host: Code


class EndedMeeting(Meeting):
    """Talks that were planned or under way when a party ended."""

    how: Literal["party_ended"]
    by: list[Code]
    since: EdtfText


class EndedVisit(Visit):
    """A visit that was planned or under way when a party ended."""

    how: Literal["party_ended"]
    by: list[Code]
    since: EdtfText


class Figure(TypedDict):
    """A number that somebody reported or aims at."""

    name: str
    value: Number
    unit: NotRequired[str]
    period: NotRequired[str]
    qualifier: NotRequired[str]
    by: NotRequired[str]


class ReportedFigure(Figure):
    """A figure with the act that reported it."""

    act_id: str
    records: Positions
    under: NotRequired[str]


class Agreement(Line):
    """An agreement between the two."""

    since: EdtfText
    form: NotRequired[str]
    many_party: NotRequired[Annotated[bool, "Whether others are party to it as well."]]
    dated: NotRequired[Annotated[EdtfText, "The event's date, where it took effect on another."]]
    effective: NotRequired[Annotated[EdtfText, "Since when it is said to take effect."]]
    until: NotRequired[EdtfText]
    amended: NotRequired[list[EdtfText]]
    awaiting: NotRequired[Annotated[list[Code], "Whose consent is not on record yet."]]
    by: NotRequired[list[Code]]
    how: NotRequired[str]
    figures: NotRequired[list[Figure]]


class InEffect(Line):
    """An agreement whose effect is dated back before it was in force."""

    since: EdtfText
    in_force_from: EdtfText
    many_party: NotRequired[bool]


class Proposal(Line):
    """A proposal that waits for an answer, or an aim that both endorsed."""

    since: EdtfText
    proposers: NotRequired[list[Code]]
    addressees: NotRequired[list[Code]]
    status: NotRequired[str]
    target: NotRequired[Figure]
    topics: NotRequired[list[str]]
    days: NotRequired[Annotated[int, "For how many days it has waited."]]
    latest: NotRequired[Annotated[ReportedFigure | None, "The newest figure on the same thing."]]
    reached: NotRequired[Annotated[float | None, "The share of the target that was reached."]]
    how: NotRequired[Literal["party_ended"]]
    by: NotRequired[list[Code]]


class Letter(Line):
    """A letter of one of the two to the other, or of one to both."""

    sender: NotRequired[Code]
    addressee: NotRequired[Code]
    form: NotRequired[str]
    since: EdtfText
    received: NotRequired[EdtfText]
    published: NotRequired[EdtfText]
    in_reply_to: NotRequired[str]
    awaiting: NotRequired[list[Code]]
    how: NotRequired[Literal["party_ended"]]
    by: NotRequired[list[Code]]


class Context(Line):
    """An act of many parties in which both took part without facing each other."""

    kind: str
    status: str
    date: EdtfText
    parties: Annotated[int, "How many it has.", Narrowed(minimum=3)]
    how: NotRequired[str]
    by: NotRequired[list[Code]]
    since: NotRequired[EdtfText]


class Possible(Line):
    """What may have happened by the day, and may yet not have."""

    kind: str
    status: str
    event: str
    date: EdtfText
    by: NotRequired[list[Code]]


class Anomaly(Line):
    """What does not fit together."""

    anomaly: str
    message: str
    party: NotRequired[Code]


class ErasedLine(TypedDict):
    """An event whose content was lawfully erased: what it said is not known any more."""

    act_id: str
    kind: str
    reason: str
    records: Positions
    under: NotRequired[str]


AnyLine = (
    Standing
    | Mission
    | Visit
    | EndedVisit
    | HeldVisit
    | Meeting
    | EndedMeeting
    | Agreement
    | InEffect
    | Proposal
    | Letter
    | Context
    | Possible
    | Anomaly
    | ErasedLine
)
