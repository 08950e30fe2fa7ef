"""Schemas of the proofs of the log, as the OpenAPI document shows them."""

from __future__ import annotations

from api.http.schemas.words import COUNT, TEXT, Schema, an_object, list_of

_HASH: Schema = {"type": "string", "contentEncoding": "base64", "pattern": "^[A-Za-z0-9+/]{43}=$"}
_POSITION: Schema = {"type": "integer", "minimum": 1}

PROOFS: dict[str, Schema] = {
    "Inclusion": an_object(
        "That a record is in the tree of a size (RFC 6962, section 2.1.1).",
        position=_POSITION,
        index={**COUNT, "description": "Of the leaf, counted from 0: position - 1."},
        size=_POSITION,
        entry={**TEXT, "description": "The record's header; SHA-256(0x00, entry) is the leaf."},
        leaf=_HASH,
        hashes=list_of(_HASH),
        root=_HASH,
    ),
    "Consistency": an_object(
        "That the tree of one size begins with that of another (RFC 6962, section 2.1.2).",
        to=COUNT,
        from_root=_HASH,
        to_root=_HASH,
        hashes=list_of(_HASH),
        **{"from": COUNT},
    ),
}
