"""Schemas of what goes out about the record itself: audit, belief, late changes, evidence."""

from __future__ import annotations

from api.http.schemas.words import COUNT, POSITIONS, TEXT, Schema, an_object, list_of, or_none, ref

_any_object: Schema = {"type": "object"}
_version: Schema = {"type": "integer", "minimum": 1}
_cursor = or_none(COUNT)
_line: dict[str, Schema] = {
    "position": {"type": "integer", "minimum": 1},
    "recorded_at": TEXT,
    "recorded_by": TEXT,
    "did": {"type": "string", "enum": ["recorded", "corrected", "retracted", "erased"]},
    "act_id": TEXT,
    "version": _version,
    "event": an_object(
        "The event it tells, or that it is about.",
        version=or_none(_version),
        type=or_none(TEXT),
        date=or_none(TEXT),
        title=or_none(TEXT),
    ),
    "reason": or_none(TEXT),
    "erased": {"type": "boolean", "description": "Whether its own content was erased."},
    "digest": TEXT,
}
_leaf: dict[str, Schema] = {"header": TEXT, "proof": list_of(TEXT)}

AUDIT: dict[str, Schema] = {
    "AuditRecord": an_object("Who did what to which event, when and why.", **_line),
    "AuditRecords": an_object(
        "A page of records; `cursor` is the `after` of the next page, null at the end.",
        records=list_of(ref("AuditRecord")),
        cursor=_cursor,
    ),
    "LateChanges": an_object(
        "A page of records that changed past answers.",
        late_changes=list_of(
            an_object(
                "A record, and the relationships it changed; `count` says of how many.",
                **_line,
                relationships=list_of(
                    an_object(
                        "The first valid day that changed, and how many days ago that was.",
                        relationship=TEXT,
                        since=or_none(TEXT),
                        days=or_none(COUNT),
                    )
                ),
                count=COUNT,
            )
        ),
        cursor=_cursor,
    ),
    "Twins": an_object(
        "A page of pairs of acts that are likely one, by the act of the two recorded later.",
        relationship=or_none(TEXT),
        twins=list_of(
            an_object(
                "Two acts of one kind between the same parties, on days that meet.",
                acts=list_of(
                    an_object(
                        "An act: the one recorded first comes first.",
                        act_id=TEXT,
                        kind=TEXT,
                        title=or_none(TEXT),
                        status=or_none(TEXT),
                        parties=list_of(_any_object),
                        date=TEXT,
                        sources={**list_of(TEXT), "description": "Whose words are in force."},
                        records=POSITIONS,
                    )
                ),
                differ={
                    **_any_object,
                    "description": "By field what the two say otherwise, in the order of `acts`.",
                },
            )
        ),
        cursor=_cursor,
        basis=ref("Basis"),
    ),
    "Belief": an_object(
        "What was held about one valid day, by recorded day.",
        relationship=TEXT,
        parties=list_of(an_object("A party.", code=TEXT, name=TEXT)),
        days=list_of(
            an_object(
                "A recorded day: what was recorded, and what changed by its end.",
                day={"type": "string", "format": "date"},
                position={"type": "integer", "minimum": 1},
                records=list_of(ref("AuditRecord")),
                changes=list_of(_any_object),
            )
        ),
        basis=ref("Basis"),
    ),
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
        sources=list_of(an_object("A source.", source=_any_object, records=POSITIONS)),
        page=TEXT,
        edition=TEXT,
        seal=TEXT,
    ),
}
