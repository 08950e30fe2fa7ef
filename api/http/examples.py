"""Examples for the OpenAPI document: real acts, as the bundled sources tell them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

#: Events by act_id, as `api.exchange` reads them from the samples; a test holds them to it.
ACTS: dict[str, list[dict[str, Any]]] = orjson.loads(
    files("api.http").joinpath("examples.json").read_bytes()
)
#: What the service answered to the examples, by "METHOD /path"; made by
#: scripts/build_answer_examples.py, and a test holds them to it.
ANSWERED: dict[str, Any] = orjson.loads(
    files("api.http").joinpath("examples_answers.json").read_bytes()
)

_KALAKAUA = "hsg-visits:2138"
_PLANNED = "eurasian-2024:a03"
_TARGET = "eurasian-2024:a02"


def _act(act_id: str) -> dict[str, Any]:
    return {"act_id": act_id, "events": ACTS[act_id]}


NEW_ACTS = {
    "a visit that was held": {
        "summary": "King Kalakaua's visit to the United States, 1874",
        "value": _act(_KALAKAUA),
    },
    "a visit that is planned": {
        "summary": "A visit announced for some day in April 2024",
        "value": _act(_PLANNED),
    },
    "a target": {
        "summary": "A trade target of USD 2.0bn endorsed by both, 2024",
        "value": _act(_TARGET),
    },
}
_HELD: list[dict[str, Any]] = [
    {
        "type": "visit.held",
        "date": "2024-04-18/2024-04-19",
        "place": "Astana",
        "rank": "official",
        "participants": [{"office": "President", "party": "KGZ", "name": "Sadyr Japarov"}],
    }
]
NEXT = {
    "the visit takes place": {
        "summary": "The visit of April 2024, once it was held",
        "value": {"events": _HELD},
    }
}
CORRECTIONS = {
    "the whole stay": {
        "summary": "The dates of the whole stay, as the source's own text gives them",
        "value": {
            "reason": "In the United States from 29 November 1874 to 2 February 1875.",
            "event": {**ACTS[_KALAKAUA][0], "date": "1874-11-29/1875-02-02"},
        },
    }
}
RETRACTIONS = {
    "entered twice": {"value": {"reason": "Entered twice: see eurasian-2024:a03."}},
}
ERASURES = {
    "by order of a court": {
        "value": {"reason": "Erased by order of the court of first instance, 12 March 2026."}
    },
}
BULK = {
    "two acts": {
        "summary": "Two acts, a line each",
        "value": b"".join(
            orjson.dumps(_act(act_id), option=orjson.OPT_APPEND_NEWLINE)
            for act_id in (_KALAKAUA, _PLANNED)
        ).decode(),
    }
}
PREVIEWS: dict[str, Any] = {
    "the visit takes place": {
        "summary": "What changes once the visit of April 2024 was held",
        "value": {"act_id": _PLANNED, "version": 1, "events": _HELD},
    },
    "a new act": {"value": {**_act(_PLANNED), "act_id": "act:2"}},
    "a correction": {
        "value": {
            "act_id": _PLANNED,
            "corrects": 1,
            "reason": "Another source has it in May.",
            "event": {**ACTS[_PLANNED][0], "planned_for": "2024-05"},
        }
    },
    "a retraction": {
        "value": {"act_id": _PLANNED, "retracts": 1, "reason": "Another source knows of none."}
    },
    "an erasure": {
        "value": {"act_id": _PLANNED, "erases": 1, **ERASURES["by order of a court"]["value"]}
    },
}
