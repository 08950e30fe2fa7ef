"""Schemas of what goes out: the answers, as the OpenAPI document shows them."""

from __future__ import annotations

from api.http.schemas.words import (
    COUNT,
    POSITIONS,
    TEXT,
    Schema,
    an_object,
    list_of,
    may_lack,
    or_none,
    ref,
)
from domain.relationship import MOST, shown

_any_object: Schema = {"type": "object"}
_cursor = or_none({"type": ["string", "integer"]})
_WINDOW: dict[str, Schema] = {"from": TEXT, "to": TEXT}
_by_kind: Schema = {"type": "object", "additionalProperties": COUNT}
DIFFERENCE = may_lack(
    an_object(
        "One difference: where in the state, of which act, and the two values.",
        path=TEXT,
        act_id=TEXT,
        before={},
        after={},
    ),
    "act_id",
)
_part = may_lack(an_object("A party in its part.", party=TEXT, name=TEXT, role=TEXT), "role")
_existence = may_lack(
    an_object(
        "A party, and whether it existed on the day; days are inclusive, null without a bound.",
        code=TEXT,
        name=TEXT,
        existed={"type": "boolean"},
        until=or_none(TEXT),
        preceded_by=list_of(TEXT),
        followed_by=list_of(TEXT),
        **{"from": or_none(TEXT)},
    ),
    "preceded_by",
    "followed_by",
)
ACT_LINE: dict[str, Schema] = {
    "act_id": TEXT,
    "kind": TEXT,
    "title": or_none(TEXT),
    "status": or_none(TEXT),
    "parties": list_of(_part),
}

ANSWERS: dict[str, Schema] = {
    "Problem": an_object(
        "What was wrong, after RFC 9457.",
        type=TEXT,
        title=TEXT,
        status={"type": "integer"},
        detail=TEXT,
        instance=TEXT,
        problems=list_of(
            an_object("One thing: where, expected, got.", where=TEXT, expected=TEXT, got=TEXT)
        ),
    ),
    "Basis": may_lack(
        an_object(
            "What an answer rests on: the same basis gives the same bytes for ever.",
            as_of={"type": "string", "format": "date"},
            known_at=or_none(TEXT),
            position=COUNT,
            according_to={**TEXT, "description": "The source that alone was asked."},
            parties={**TEXT, "description": "Edition of the party registry."},
            law={**COUNT, "description": "Edition of the law that the answer keeps."},
            digest={"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        ),
        "according_to",
    ),
    "Receipt": an_object(
        "What was recorded, given once it is durable.",
        act_id=TEXT,
        version={"type": "integer", "minimum": 1},
        positions=POSITIONS,
        recorded_at=TEXT,
    ),
    "Record": an_object(
        "An event as it was recorded.",
        position={"type": "integer", "minimum": 1},
        act_id=TEXT,
        version={"type": "integer", "minimum": 1},
        type=TEXT,
        schema={"type": "integer", "minimum": 1},
        recorded_at=TEXT,
        recorded_by=TEXT,
        digest=TEXT,
        body=or_none(_any_object),
    ),
    "Records": an_object("A page of the feed.", events=list_of(ref("Record")), next=COUNT),
    "Act": an_object(
        "An act as it stood.",
        **ACT_LINE,
        version={"type": "integer", "minimum": 1},
        events=list_of(
            an_object(
                "An event that has happened, surely or possibly.",
                version={"type": "integer", "minimum": 1},
                certain={"type": "boolean"},
                speaks_for={**list_of(TEXT), "description": "Codes of whom it speaks for."},
                event=_any_object,
                records=POSITIONS,
            )
        ),
        anomalies=list_of(
            an_object(
                "What does not fit, of events up to the day asked about.",
                anomaly=TEXT,
                message=TEXT,
                party=or_none(TEXT),
                records=POSITIONS,
            )
        ),
        erased=list_of(
            an_object(
                "An event whose content was erased: when it was is not known any more.",
                version={"type": "integer", "minimum": 1},
                type=TEXT,
                reason=TEXT,
                records=POSITIONS,
            )
        ),
        basis=ref("Basis"),
    ),
    "History": an_object(
        "Every record of an act, and what became of each event.",
        act_id=TEXT,
        kind=TEXT,
        version={"type": "integer", "minimum": 1},
        events=list_of(
            an_object(
                "An event and its fate.",
                version={"type": "integer", "minimum": 1},
                type=TEXT,
                fate={"type": "string", "enum": ["in_force", "corrected", "retracted", "erased"]},
                records=POSITIONS,
            )
        ),
        records=list_of(ref("Record")),
    ),
    "Acts": an_object(
        "A page of acts.",
        acts=list_of(
            an_object("An act in a list.", **ACT_LINE, date=or_none(TEXT), records=POSITIONS)
        ),
        cursor=_cursor,
        basis=ref("Basis"),
    ),
    "Coverage": may_lack(
        an_object(
            "What one source claims to cover, all its claims together. The lists are EDTF.",
            act_id=TEXT,
            title=TEXT,
            date={**TEXT, "description": "From the first to the last day of any claim."},
            covers={"type": "boolean", "description": "Whether a span reaches `as_of`."},
            spans={**list_of(TEXT), "description": "The days that are covered."},
            gaps={**list_of(TEXT), "description": "Days between the spans that nothing covers."},
            in_part={**list_of(TEXT), "description": "Days of which only a part is held."},
            held=an_object("Of `as_of`, where it is held in part.", minutes=COUNT, of=COUNT),
            kinds=list_of(TEXT),
            records=POSITIONS,
        ),
        "held",
        "kinds",
    ),
    "State": an_object(
        "What stands between two parties.",
        relationship=TEXT,
        parties=list_of(_existence),
        basis=ref("Basis"),
        pairs_of_the_day={
            **list_of(TEXT),
            "description": "Where one of the two did not exist on the day: the relationships of "
            "those who stood in their place.",
        },
        relations=_any_object,
        visits=_any_object,
        talks=_any_object,
        agreements=_any_object,
        proposals=_any_object,
        contact=_any_object,
        coverage=list_of(ref("Coverage")),
        context=list_of(_any_object),
        possible=list_of(_any_object),
        anomalies=list_of(_any_object),
        erased=list_of(_any_object),
        more={
            **_any_object,
            "description": "By the name of each list that is not whole: the `count` of its items, "
            f"of which the newest {shown(MOST + 1)} stand there, and the `cursor` beyond them. A "
            f"list of up to {MOST} items is whole.",
        },
    ),
    "Network": an_object(
        "The network round a party.",
        party=an_object("The party.", code=TEXT, name=TEXT),
        least=COUNT,
        count={**COUNT, "description": "Its relationships with at least so many acts."},
        relationships=list_of(ref("Relationship")),
        among=list_of(ref("Relationship")),
        basis=ref("Basis"),
    ),
    "Items": an_object(
        "A page of one list of a state.",
        relationship=TEXT,
        list=TEXT,
        items=list_of(_any_object),
        cursor=_cursor,
        basis=ref("Basis"),
    ),
    "Timeline": an_object(
        "A page of the events of a relationship, by earliest day.",
        relationship=TEXT,
        events=list_of(
            an_object(
                "An event version in force.",
                act_id=TEXT,
                version={"type": "integer", "minimum": 1},
                type=TEXT,
                earliest=or_none(TEXT),
                latest=or_none(TEXT),
                many_party={"type": "boolean"},
                sources=COUNT,
                records=POSITIONS,
            )
        ),
        cursor=_cursor,
        basis=ref("Basis"),
    ),
    "Density": an_object(
        "How many events begin in each stretch of a window.",
        relationship=TEXT,
        extent=or_none(an_object("First and last of the days that events begin on.", **_WINDOW)),
        **{name: or_none(schema) for name, schema in _WINDOW.items()},
        days={**COUNT, "description": "Length of a stretch."},
        events={**COUNT, "description": "All that may touch the window."},
        before={**_by_kind, "description": "Those that may have begun before it, by kind."},
        stretches=list_of(
            an_object(
                "A stretch with events; `wide` of them have a date wider than it.",
                **_WINDOW,
                events=_by_kind,
                wide=COUNT,
            )
        ),
        basis=ref("Basis"),
    ),
    "Difference": an_object(
        "What differs between two states.",
        relationship=TEXT,
        changes=list_of(DIFFERENCE),
        basis=ref("Basis"),
    ),
    "Step": may_lack(
        an_object(
            "A step of a replay: in recorded order a record, in valid order a day.",
            position={"type": "integer", "minimum": 1},
            day=or_none(TEXT),
            changes=list_of(DIFFERENCE),
        ),
        "position",
        "day",
        "changes",
    ),
    "Relationship": an_object(
        "A relationship in a list.",
        relationship=TEXT,
        parties=list_of(an_object("A party.", code=TEXT, name=TEXT)),
        acts=COUNT,
        many_party_agreements={
            **COUNT,
            "description": "Agreements of many parties to which both are party, counted apart.",
        },
        first=or_none(TEXT),
        last=or_none(TEXT),
    ),
    "Relationships": an_object(
        "A page of relationships, by key.",
        relationships=list_of(ref("Relationship")),
        cursor=_cursor,
        basis=ref("Basis"),
    ),
    "Party": an_object(
        "A party of the registry; days are inclusive, null where there is no bound.",
        code=TEXT,
        kind=TEXT,
        name=TEXT,
        names=list_of(an_object("A name.", text=TEXT, **{"from": or_none(TEXT)}, to=or_none(TEXT))),
        codes=list_of(
            an_object(
                "A code in another scheme.",
                scheme=TEXT,
                code=TEXT,
                **{"from": or_none(TEXT)},
                to=or_none(TEXT),
            )
        ),
        succession=list_of(an_object("A tie.", kind=TEXT, party=TEXT, on=TEXT)),
        to=or_none(TEXT),
        **{"from": or_none(TEXT)},
    ),
    "Parties": an_object(
        "A page of the registry, by code.",
        edition=TEXT,
        parties=list_of(ref("Party")),
        cursor=_cursor,
    ),
    "BulkResult": may_lack(
        an_object(
            "What became of one line; the receipt's fields, or a problem's.",
            line={"type": "integer", "minimum": 1},
            status={"type": "integer"},
            act_id=TEXT,
            version={"type": "integer", "minimum": 1},
            positions=POSITIONS,
            recorded_at=TEXT,
            replayed={"type": "boolean"},
            problem=ref("Problem"),
        ),
        "act_id",
        "version",
        "positions",
        "recorded_at",
        "replayed",
        "problem",
    ),
    "Health": may_lack(an_object("Whether it works.", status=TEXT, position=COUNT), "position"),
}
