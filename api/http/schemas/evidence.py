"""The schema of evidence, which is a file more than an answer."""

from __future__ import annotations

from api.http.schemas.words import POSITIONS, TEXT, Schema, an_object, list_of, or_none, ref

_leaf: dict[str, Schema] = {"header": TEXT, "proof": list_of(TEXT)}

EVIDENCE: dict[str, Schema] = {
    "Evidence": an_object(
        "An answer with all that proves it; docs/evidence.md tells how it is verified.",
        format={"type": "string", "const": "chancery-evidence/v1"},
        answer=ref("State"),
        records=list_of(
            an_object("A record as stored.", **_leaf, salt=or_none(TEXT), body=or_none(TEXT))
        ),
        edges=list_of(an_object("A header.", **_leaf)),
        checkpoint=TEXT,
        keys=list_of(TEXT),
        sources=list_of(an_object("A source.", source={"type": "object"}, records=POSITIONS)),
        page=TEXT,
        edition=TEXT,
        seal=TEXT,
    ),
}
