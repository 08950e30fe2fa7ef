"""Schemas of what goes out, as the OpenAPI document shows them.

What the record is asked for has its types in `events.query.answer_types`; here stands what this
interface adds.
"""

from __future__ import annotations

from api.http.schemas.from_types import schemas_of
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
from events.query import answer_types as answers

#: The answers that operations give; what they are made of comes with them.
_GIVEN = (
    answers.State,
    answers.ChainState,
    answers.Items,
    answers.Timeline,
    answers.Density,
    answers.Difference,
    answers.Step,
    answers.Act,
    answers.Acts,
    answers.History,
    answers.Records,
    answers.Relationships,
    answers.Network,
    answers.AuditRecords,
    answers.LateChanges,
    answers.Belief,
    answers.Twins,
    answers.Preview,
)

ANSWERS: dict[str, Schema] = {
    **schemas_of(_GIVEN),
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
    "Receipt": an_object(
        "What was recorded, given once it is durable.",
        act_id=TEXT,
        version={"type": "integer", "minimum": 1},
        positions=POSITIONS,
        recorded_at=TEXT,
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
        cursor=or_none(TEXT),
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
