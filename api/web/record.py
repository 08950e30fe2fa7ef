"""The record form: a person adds an act or its next event, corrects or retracts.

Everything happens here, with or without script: what was typed comes back with what is wrong
beside it, or with what it would change, and is recorded once however often it is sent.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.access.actor import Actor, Who
from api.http.routes.asking import Act, App, Version, gives, known_parameters
from api.http.routes.posting import check_key
from api.metrics import recorded
from api.problems import KNOWN_ERRORS, Document, document_of
from api.web.fields import Making, party_places
from api.web.intended import Intended, beside, between, resolved, typed_body
from api.web.posted import Filled, Posted
from api.web.rendering import Names, page
from domain.acts import EVENT_TYPES, InvalidEvent
from domain.acts.fields import BODIES
from domain.dates import day_of
from domain.kinds import ACT_KINDS, KINDS
from domain.shapes import Problem, shown
from events.application import Chancery
from events.errors import IdempotencyMismatch, InvalidBasis, NoSuchVersion, VersionConflict
from events.write.receipt import Request as Idempotent

PARAMETERS: dict[str, tuple[str, ...]] = {
    "/record": ("type", "between"),
    "/acts/{act_id}/next": ("type",),
    "/acts/{act_id}/events/{version}/correct": (),
    "/acts/{act_id}/events/{version}/retract": (),
}
router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)
#: Names of fields that are none of the event's: a JSON pointer cannot begin so.
_DO, _KEY, _VERSION, _AS_OF, _TYPE = "-do", "-key", "-version", "-as_of", "-type"


@router.get("/record")
def new_form(chancery: App, type: str | None = None, between: str | None = None) -> Response:
    """The form of a new act; without a type, the events that may open one."""
    return _opened(chancery, Intended("new", type=type), between)


@router.post("/record")
def new_posted(request: Request, chancery: App, who: Who, posted: Posted) -> Response:
    """What to do with a new act."""
    act_id = posted.get("-act_id", [""])[-1].strip() or None
    return _done(request, chancery, who, posted, Intended("new", act_id))


@router.get("/acts/{act_id}/next")
def next_form(chancery: App, act_id: Act, type: str | None = None) -> Response:
    """The form of an act's next event."""
    version = chancery.query.history(act_id)["version"]
    return _opened(chancery, Intended("next", act_id, type=type, version=version), None)


@router.post("/acts/{act_id}/next")
def next_posted(request: Request, chancery: App, who: Who, posted: Posted, act_id: Act) -> Response:
    """What to do with an act's next event."""
    return _done(request, chancery, who, posted, Intended("next", act_id))


@router.get("/acts/{act_id}/events/{version}/correct")
def correction_form(chancery: App, act_id: Act, version: Version) -> Response:
    """The form of a correction, with all that the event says now."""
    body = _last_said(chancery, act_id, version)
    whole = chancery.query.history(act_id)["version"]
    name = body.pop("type")
    return _shown(
        chancery,
        Intended("correct", act_id, version, name, whole, body, body),
    )


@router.post("/acts/{act_id}/events/{version}/correct")
def correction_posted(
    request: Request,
    chancery: App,
    who: Who,
    posted: Posted,
    act_id: Act,
    version: Version,
) -> Response:
    """What to do with a correction."""
    return _done(request, chancery, who, posted, Intended("correct", act_id, version))


@router.get("/acts/{act_id}/events/{version}/retract")
def retraction_form(chancery: App, act_id: Act, version: Version) -> Response:
    """The form of a retraction: its reason."""
    _last_said(chancery, act_id, version)
    whole = chancery.query.history(act_id)["version"]
    return _shown(chancery, Intended("retract", act_id, version, version=whole))


@router.post("/acts/{act_id}/events/{version}/retract")
def retraction_posted(
    request: Request,
    chancery: App,
    who: Who,
    posted: Posted,
    act_id: Act,
    version: Version,
) -> Response:
    """What to do with a retraction."""
    return _done(request, chancery, who, posted, Intended("retract", act_id, version))


def _last_said(chancery: Chancery, act_id: str, version: int) -> dict[str, Any]:
    """What an event was last said to be, with its type; raises `NoSuchVersion`."""
    history = chancery.query.history(act_id)
    records = {record["position"]: record for record in history["records"]}
    event = next((one for one in history["events"] if one["version"] == version), None)
    if event is None:
        raise NoSuchVersion(act_id, version, "no event of the act has it")
    if event["fate"] == "erased":
        raise NoSuchVersion(act_id, version, "it is erased")
    told = [records[p] for p in event["records"] if records[p]["type"] != "event.retracted"][-1]
    body = told["body"] or {}
    return dict(body["event"]) if "event" in body else {"type": told["type"], **body}


def _opened(chancery: Chancery, form: Intended, pair: str | None) -> Response:
    kinds = [*ACT_KINDS]
    if form.deed == "next":
        kinds = [chancery.query.history(str(form.act_id))["kind"]]
    types = {kind: KINDS[kind].events for kind in kinds}
    if form.type is None:
        return _page(chancery, "choose.html", 200, form, types=types, between=pair)
    if all(form.type != one.name for offered in types.values() for one in offered):
        raise InvalidBasis("type", f"an event of {' or '.join(kinds)}", shown(form.type))
    kind = form.type.partition(".")[0]
    return _shown(chancery, replace(form, typed=between(pair, kind, chancery.registry)))


def _done(
    request: Request, chancery: Chancery, who: Actor, posted: Filled, given: Intended
) -> Response:
    """Record, preview, or show the form again as it was asked."""
    do = posted.get(_DO, ["preview"])[-1]
    form, unresolved = _typed(chancery, posted, given)
    if do == "change":
        return _shown(chancery, form, posted=posted)
    if do.startswith("add:"):
        return _shown(chancery, form, posted=posted, add=do.removeprefix("add:"))
    try:
        if do != "record":
            as_of = posted.get(_AS_OF, [""])[-1].strip() or None
            told = chancery.commands.preview(form.command(who.name), as_of)
            return _shown(chancery, form, posted=posted, told=told)
        key = posted.get(_KEY, [""])[-1]
        check_key(key)
        sent = f"POST {form.path}\n".encode() + orjson.dumps(form.told())
        once = Idempotent(who.own(key), f"sha256:{sha256(sent).hexdigest()}")
        receipt = chancery.commands.execute(form.command(who.name, once))
    except VersionConflict as error:
        # Told of it, a person may go on from the version there is now.
        form = replace(form, version=error.actual)
        return _shown(chancery, form, posted=posted, refused=document_of(error))
    except IdempotencyMismatch as error:
        return _shown(chancery, form, refused=document_of(error))
    except KNOWN_ERRORS as error:
        return _shown(
            chancery, form, posted=posted, refused=document_of(error), unresolved=unresolved
        )
    if not receipt.replayed:
        recorded(request, receipt.types, receipt.positions[-1])
    place = f"/acts/{receipt.act_id}#record-{receipt.positions[-1]}"
    return RedirectResponse(place, 303)


def _typed(chancery: Chancery, posted: Filled, given: Intended) -> tuple[Intended, list[Problem]]:
    """The form as it was filled in, and the names that are nobody's."""
    version = posted.get(_VERSION, [""])[-1]
    known = int(version) if version.isascii() and version.isdigit() and len(version) < 16 else None
    form = replace(given, version=known, reason=posted.get("-reason", [""])[-1])
    if given.deed == "retract":
        return form, []
    name = posted.get(_TYPE, [""])[-1]
    if name not in EVENT_TYPES:
        expected = "an event type: one of " + ", ".join(EVENT_TYPES)
        raise InvalidEvent([Problem("/type", expected, shown(name))])
    typed = typed_body(name, posted)
    body, unresolved = resolved(name, typed, chancery.registry)
    return replace(form, type=name, typed=typed, body=body), unresolved


def _shown(
    chancery: Chancery,
    form: Intended,
    *,
    posted: Filled | None = None,
    told: Any = None,
    refused: Document | None = None,
    unresolved: list[Problem] | None = None,
    add: str | None = None,
) -> Response:
    """The form, with what was typed, what is wrong beside it, and what it would change."""
    wrong = beside(refused.problems if refused else (), form.prefix, unresolved or ())
    meant = dict(party_places(BODIES[form.type], form.body)) if form.type else {}
    making = Making(wrong, meant, add)
    fields = making.of(BODIES[form.type], form.typed) if form.type else ()
    elsewhere = {name: said for name, said in wrong.items() if name not in making.shown}
    key = (posted or {}).get(_KEY, [""])[-1]
    kind = KINDS[form.type.partition(".")[0]] if form.type else None
    return _page(
        chancery,
        "record.html",
        refused.kind.status if refused else 200,
        form,
        fields={one.name: one for one in fields if one.name != "type"},
        types=kind.events if kind else (),
        own=[name for name in kind.fields if name not in kind.seldom] if kind else [],
        told=told,
        refused=refused,
        elsewhere=elsewhere,
        wrong=wrong,
        as_of=(posted or {}).get(_AS_OF, [""])[-1],
        key=key or f"form-{secrets.token_urlsafe(18)}",
        add=add,
    )


def _page(chancery: Chancery, template: str, status: int, form: Intended, **given: Any) -> Response:
    answer = page(
        template,
        status,
        form=form,
        name=Names(chancery.registry, day_of(chancery.query.today())),
        **given,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
