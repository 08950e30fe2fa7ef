"""The types of the sections of a state, and of a whole state before it has a basis."""

from __future__ import annotations

from typing import Annotated, TypedDict

from domain.relationship.lines import (
    Agreement,
    Anomaly,
    Context,
    Count,
    EdtfText,
    EndedMeeting,
    EndedVisit,
    ErasedLine,
    Existence,
    HeldVisit,
    InEffect,
    Letter,
    Meeting,
    Mission,
    Possible,
    Proposal,
    Standing,
    Visit,
)


class Relations(TypedDict):
    """Recognition, diplomatic relations and missions, each on its own axis."""

    diplomatic: Standing | None
    recognition: Annotated[dict[str, Standing | None], "By the code of the one who recognises."]
    missions: Annotated[dict[str, Mission | None], "By the code of the one who sends."]


class VisitCounts(TypedDict, total=False):
    """Numbers of visits; what is zero is left out."""

    by_status: dict[str, Count]
    by_direction: Annotated[dict[str, Count], "By the code of the visitor."]
    by_rank: dict[str, Count]


class Visits(TypedDict):
    """Visits of one to the other."""

    under_way: list[Visit]
    planned: list[Visit]
    unconfirmed: Annotated[list[Visit], "Planned for days that are over, with nothing recorded."]
    ended: list[EndedVisit]
    last_held: Annotated[dict[str, HeldVisit | None], "By the code of the visitor."]
    counts: VisitCounts


class TalkCounts(TypedDict, total=False):
    """Numbers of talks; what is zero is left out."""

    by_status: dict[str, Count]
    by_level: dict[str, Count]


class Talks(TypedDict):
    """Talks between the two."""

    under_way: list[Meeting]
    planned: list[Meeting]
    unconfirmed: list[Meeting]
    adjourned: list[Meeting]
    ended: list[EndedMeeting]
    last_held: Meeting | None
    counts: TalkCounts


class Agreements(TypedDict):
    """Agreements, of two and of many, by how they stand between the two."""

    in_force: list[Agreement]
    provisional: list[Agreement]
    signed: list[Agreement]
    unsigned: list[Agreement]
    suspended: list[Agreement]
    ended: list[Agreement]
    commitments: list[Agreement]
    in_effect: list[InEffect]
    counts: dict[str, Count]


class Proposals(TypedDict):
    """Proposals and common aims."""

    open: list[Proposal]
    endorsed: list[Proposal]
    ended: list[Proposal]
    closed: Annotated[dict[str, Count], "How many came to which end."]


class LetterCounts(TypedDict, total=False):
    """Numbers of letters; what is zero is left out."""

    by_sender: dict[str, Count]
    by_form: dict[str, Count]
    by_status: dict[str, Count]


class Letters(TypedDict):
    """Letters of one to the other."""

    awaiting: list[Letter]
    ended: list[Letter]
    last_sent: Annotated[dict[str, Letter | None], "By the code of the sender."]
    counts: LetterCounts


class Contact(TypedDict):
    """When the two dealt with each other, and how often."""

    first: EdtfText | None
    last: EdtfText | None
    acts: Annotated[dict[str, Count], "Their own acts, by kind."]
    last_12_months: Annotated[int, "Own acts of which anything took place in that time."]
    many_party: Count
    many_party_agreements: Count


class Rest(TypedDict):
    """Of a list that is not whole: how many items it has, and where to go on."""

    count: Count
    cursor: str


class BareState(TypedDict):
    """What stands between two parties, without what it rests on."""

    relationship: str
    parties: list[Existence]
    pairs_of_the_day: Annotated[
        list[str],
        "Where one of the two did not exist on the day: the relationships of those who stood in"
        " their place.",
    ]
    relations: Relations
    visits: Visits
    talks: Talks
    agreements: Agreements
    proposals: Proposals
    letters: Letters
    contact: Contact
    context: list[Context]
    possible: list[Possible]
    anomalies: list[Anomaly]
    erased: list[ErasedLine]
    more: Annotated[dict[str, Rest], "By the name of each list that is not whole."]
