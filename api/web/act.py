"""An act's page: its life, what each event says and said before, how it came to be known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from api.http.routes.asking import LARGEST, Act, App, gives, known_parameters
from api.http.routes.log import Vouching
from api.problems import KNOWN_ERRORS, document_of
from api.web.asked import asked, basis_of
from api.web.rendering import Names, page
from domain.dates import day_of
from domain.kinds import CONSENTS, KINDS, Life
from events.errors import NoCheckpoint, UnknownAct
from events.log.record import CORRECTED
from events.notary.notary import Notary
from events.query import answer_types as types
from events.tlog.checkpoint import parse_checkpoint
from events.tlog.note import parse_note

Json = dict[str, Any]

PARAMETERS: dict[str, tuple[str, ...]] = {"/acts/{act_id}": ("as_of", "known_at")}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)


@router.get("/acts/{act_id}")
def act_page(request: Request, chancery: App, notary: Vouching, act_id: Act) -> Response:
    """An act as it stood on a day, by what was known at a time, and every record behind it."""
    basis = basis_of(asked(request))
    try:
        act = chancery.query.act(act_id, **basis)
        history = chancery.query.history(act_id, basis["known_at"])
        sources = chancery.query.act_sources(act_id, basis["known_at"])
    except UnknownAct:
        raise
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        return page("act.html", problem.kind.status, problem=problem, asked=basis, act_id=act_id)
    shown = {event["version"] for event in act["events"]}
    return page(
        "act.html",
        problem=None,
        asked=basis,
        act_id=act_id,
        act=act,
        history=history,
        sources=sources,
        wordings={event["version"]: wordings(event, history) for event in history["events"]},
        to_come=[
            event
            for event in history["events"]
            if event["version"] not in shown and event["fate"] in ("in_force", "corrected")
        ],
        consents=consents(act) if KINDS[act["kind"]].life is Life.SIDES else [],
        proven_to=proven_to(notary),
        vouched=bool(notary.verifier_keys),
        name=Names(chancery.registry, day_of(act["basis"]["as_of"])),
    )


def wordings(event: types.Fate, history: types.History) -> list[Json]:
    """What was said of an event, one wording after another, each with what differs from before.

    `body` is None where it was erased; `changed` names each field with both values.
    """
    records = {record["position"]: record for record in history["records"]}
    found: list[Json] = []
    before: Mapping[str, Any] | None = None
    for position in event["records"]:
        record = records[position]
        if record["type"] in ("event.retracted", "event.erased"):
            continue
        body = _body(record)
        fields = {**(before or {}), **(body or {})} if found and before and body else {}
        changed = [
            (name, (before or {}).get(name), (body or {}).get(name))
            for name in fields
            if (before or {}).get(name) != (body or {}).get(name)
        ]
        found.append({"record": record, "body": body, "changed": changed})
        before = body if body is not None else before
    return found


def _body(record: types.Record) -> Json | None:
    if record["body"] is None:
        return None
    if record["type"] == CORRECTED:
        event: Json = record["body"]["event"]
        return event
    return {"type": record["type"], **record["body"]}


def consents(act: types.Act) -> list[Json]:
    """Of each party to an agreement what it did: signed, consented, entered, stated, left.

    Each a list of (what, date) in the order of the act's life; what speaks for all parties is
    told of every one.
    """
    return [
        {"party": part["party"], **_deeds(part["party"], act["events"])} for part in act["parties"]
    ]


def _deeds(code: str, events: Sequence[types.SpokenEvent]) -> dict[str, list[Json]]:
    deeds: dict[str, list[Json]] = {
        place: [] for place in ("text", "consent", "force", "statement")
    }
    for entry in events:
        body = entry["event"]
        if code not in entry["speaks_for"]:
            continue
        word = body["type"].partition(".")[2]
        deeds[_PLACE.get(word, "force")].append(
            {
                "what": word,
                "date": body["date"],
                "deposited": body.get("deposited"),
                "effective": body.get("effective"),
                "certain": entry["certain"],
                "version": entry["version"],
            }
        )
    return deeds


_PLACE = {
    **dict.fromkeys(("initialled", "agreed_in_principle", "adopted", "signed"), "text"),
    **dict.fromkeys(CONSENTS, "consent"),
    **dict.fromkeys(("reservation_made", "objection_made", "declaration_made"), "statement"),
}


def proven_to(notary: Notary) -> int:
    """Up to which position a record can be proved: all with a key, else what was signed once."""
    if notary.verifier_keys:
        return LARGEST
    try:
        return parse_checkpoint(parse_note(notary.latest()).text).head.size
    except NoCheckpoint:
        return 0
