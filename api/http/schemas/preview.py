"""Schemas of what a person is shown before recording: a preview, and what a date says."""

from __future__ import annotations

from api.http.schemas.answers import ACT_LINE, DIFFERENCE
from api.http.schemas.words import COUNT, TEXT, Schema, an_object, list_of, or_none

BEFORE: dict[str, Schema] = {
    "Date": an_object(
        "What a date says.",
        date=TEXT,
        says=TEXT,
        earliest=or_none(TEXT),
        latest=or_none(TEXT),
        approximate={"type": "boolean"},
        uncertain={"type": "boolean"},
    ),
    "Preview": an_object(
        "What recording something would change.",
        act=an_object(
            "The act as it would stand.", **ACT_LINE, version={"type": "integer", "minimum": 1}
        ),
        relationships=list_of(
            an_object(
                "A relationship, and what would change in its state.",
                relationship=TEXT,
                parties=list_of(an_object("A party.", code=TEXT, name=TEXT)),
                changes=list_of(DIFFERENCE),
            )
        ),
        count=COUNT,
        basis=an_object(
            "What it is compared with.",
            as_of={"type": "string", "format": "date"},
            known_at=or_none(TEXT),
            position=COUNT,
        ),
    ),
}
