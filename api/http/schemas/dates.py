"""The schema of what a date says."""

from __future__ import annotations

from api.http.schemas.words import TEXT, Schema, an_object, or_none

DATES: dict[str, Schema] = {
    "Date": an_object(
        "What a date says.",
        date=TEXT,
        says=TEXT,
        earliest=or_none(TEXT),
        latest=or_none(TEXT),
        approximate={"type": "boolean"},
        uncertain={"type": "boolean"},
    ),
}
