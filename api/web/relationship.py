"""The relationship's page: true on a day, known on a time; and the parts its script asks for.

The page is whole by itself. Its script moves two sliders and asks for the parts that change with
them: the state, what changed, the events, and what a line rests on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Depends, Request, Response

from api.http.routes.asking import Act, App, Pair, gives, known_parameters
from api.http.routes.timeline import chosen
from api.problems import KNOWN_ERRORS, document_of
from api.web.glance import glance
from api.web.rendering import Names, fragment, page
from domain.dates import day_of, format_day
from domain.kinds import ACT_KINDS, EVENT_TYPES, SECTIONS
from domain.kinds.shapes import LEVELS
from domain.kinds.visit import RANKS
from events.application import Chancery
from events.errors import InvalidBasis
from events.log.record import instant_us, utc_day
from events.query.answer_types import Density, Extent, Record
from events.query.basis import valid_day
from events.store.window import Chosen

_PATH = "/relationships/{a}-{b}"
_BASIS = ("as_of", "known_at")
_COMPARED = ("from", "known_from")
_WINDOW = ("first", "last", "kind", "rank", "level", "cursor")
#: Query parameters by path, as the OpenAPI document tells them of the other routes.
PARAMETERS: dict[str, tuple[str, ...]] = {
    _PATH: (*_BASIS, "according_to", *_COMPARED, *_WINDOW),
    f"{_PATH}/state": _BASIS,
    f"{_PATH}/changes": (*_BASIS, *_COMPARED),
    f"{_PATH}/events": ("known_at", *_WINDOW),
    f"{_PATH}/learnt": (),
    "/acts/{act_id}/because": ("records",),
}
#: How far before everything the slider of valid days begins.
_MARGIN_DAYS = 31
#: From how many events on the page tells how dense they lie.
_MANY = 100
_STRETCHES = 20

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(known_parameters), Depends(gives("text/html"))]
)
data = APIRouter(
    include_in_schema=False,
    dependencies=[Depends(known_parameters), Depends(gives("application/json"))],
)


def asked(request: Request) -> dict[str, str]:
    """What a form asked; a field left empty was not asked."""
    return {name: value.strip() for name, value in request.query_params.items() if value.strip()}


def _of(given: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str | None]:
    return {name: given.get(name) for name in names}


@router.get(_PATH)
def relationship_page(request: Request, chancery: App, pair: Pair) -> Response:
    """The whole page; what cannot be asked is told beside the form."""
    given = asked(request)
    told: dict[str, Any] = {
        "relationship": pair,
        "asked": _of(given, _BASIS),
        "compared": _of(given, _COMPARED),
        "alone": given.get("according_to"),
        "window": _of(given, _WINDOW),
        "durative": [one.name for one in EVENT_TYPES.values() if one.durative],
        "choices": {"kind": ACT_KINDS, "rank": RANKS, "level": LEVELS},
    }
    try:
        state = _state(chancery, pair, given)
        changes = _changes(chancery, pair, given)
        events = _events(chancery, pair, given)
        density = _density(chancery, pair, given)
        bounds = _bounds(chancery, state["state"]["basis"]["as_of"], density["extent"])
    except KNOWN_ERRORS as error:
        problem = document_of(error)
        parties = [chancery.registry.get(code) for code in pair.split("-")]
        named = [{"code": party.code, "name": party.name()} for party in parties]
        return page(
            "relationship.html", problem.kind.status, problem=problem, parties=named, **told
        )
    return page(
        "relationship.html",
        problem=None,
        parties=state["state"]["parties"],
        bounds=bounds,
        density=density if density["events"] > _MANY and told["alone"] is None else None,
        **state,
        **changes,
        **events,
        **told,
    )


@router.get(f"{_PATH}/state")
def state_part(request: Request, chancery: App, pair: Pair) -> Response:
    """The state alone."""
    given = asked(request)
    told = {"relationship": pair, "asked": _of(given, _BASIS), "alone": None}
    return fragment("state.html", **_state(chancery, pair, given), **told)


@router.get(f"{_PATH}/changes")
def changes_part(request: Request, chancery: App, pair: Pair) -> Response:
    """What changed and what was learnt, as far as they are asked."""
    given = asked(request)
    as_of = given.get("as_of")
    told = {
        "relationship": pair,
        "asked": _of(given, _BASIS),
        "compared": _of(given, _COMPARED),
        "name": Names(chancery.registry, None if as_of is None else valid_day(as_of)),
    }
    return fragment("differences.html", **_changes(chancery, pair, given), **told)


@router.get(f"{_PATH}/events")
def events_part(request: Request, chancery: App, pair: Pair) -> Response:
    """A page of events, as a list."""
    given = asked(request)
    told = {
        "relationship": pair,
        "asked": {**_of(given, _BASIS), "as_of": None},
        "alone": None,
        "compared": {},
        "window": _of(given, _WINDOW),
    }
    return fragment("events.html", **_events(chancery, pair, given), **told)


@data.get(f"{_PATH}/learnt")
def learnt_instants(chancery: App, pair: Pair) -> Response:
    """The instants at which something was learnt of the relationship, rising, at most 500."""
    instants = dict.fromkeys(one["recorded_at"] for one in chancery.query.learnt(pair))
    body = orjson.dumps({"relationship": pair, "instants": list(instants)})
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})


@router.get("/acts/{act_id}/because")
def because_part(request: Request, chancery: App, act_id: Act) -> Response:
    """What a line rests on: its records, their sources, and what was said of them later."""
    text = asked(request).get("records", "")
    if not re.fullmatch(r"[0-9]{1,15}(,[0-9]{1,15}){0,499}", text):
        raise InvalidBasis("records", "positions parted by commas", repr(text[:80]))
    wanted = {int(position) for position in text.split(",")}
    history = chancery.query.history(act_id)
    versions = {
        _about(record) or record["version"]
        for record in history["records"]
        if record["position"] in wanted
    }
    told = [
        record
        for record in history["records"]
        if record["position"] in wanted or _about(record) in versions
    ]
    return fragment("because.html", act_id=act_id, records=told, wanted=wanted, about=_about)


def _about(record: Record) -> int | None:
    """The version of the event that a record speaks about; None where it tells its own."""
    body = record["body"]
    return body["version"] if body is not None and record["type"].startswith("event.") else None


def _state(chancery: Chancery, pair: str, given: Mapping[str, str]) -> dict[str, Any]:
    basis = _of(given, _BASIS)
    state = chancery.query.state(pair, **basis, according_to=given.get("according_to"))
    return {
        "state": state,
        "sections": SECTIONS.values(),
        "glance": glance(state),
        "steps": chancery.query.steps(pair, **basis),
        "name": Names(chancery.registry, day_of(state["basis"]["as_of"])),
    }


def _changes(chancery: Chancery, pair: str, given: Mapping[str, str]) -> dict[str, Any]:
    as_of, known_at = given.get("as_of"), given.get("known_at")
    changed = learnt = None
    if "from" in given:
        changed = chancery.query.diff_dates(
            pair, given["from"], as_of or chancery.query.today(), known_at
        )
    if "known_from" in given:
        learnt = chancery.query.diff_knowledge(pair, as_of, given["known_from"], known_at)
    return {"changed": changed, "learnt": learnt}


def _events(chancery: Chancery, pair: str, given: Mapping[str, str]) -> dict[str, Any]:
    timeline = chancery.query.timeline(
        pair,
        day_from=given.get("first"),
        day_to=given.get("last"),
        known_at=given.get("known_at"),
        cursor=given.get("cursor"),
        chosen=_chosen(given),
        according_to=given.get("according_to"),
    )
    return {"timeline": timeline}


def _density(chancery: Chancery, pair: str, given: Mapping[str, str]) -> Density:
    return chancery.query.density(
        pair,
        day_from=given.get("first"),
        day_to=given.get("last"),
        known_at=given.get("known_at"),
        stretches=_STRETCHES,
        chosen=_chosen(given),
    )


def _chosen(given: Mapping[str, str]) -> Chosen:
    return chosen(given.get("kind"), given.get("rank"), given.get("level"))


def _bounds(chancery: Chancery, as_of: str, extent: Extent | None) -> dict[str, str]:
    """The ends of the two sliders, as days: all events and today; all records and today."""
    today = chancery.query.today()
    first = chancery.query.records(0, 1)["events"]
    recorded = first[0]["recorded_at"] if first else f"{today}T00:00:00Z"
    day_before = format_day(utc_day(instant_us(recorded)) - 1)
    begun = [day_of(day) for day in (extent["from"], extent["to"])] if extent else []
    valid = [day_of(as_of), day_of(today), *begun]
    return {
        "today": today,
        "first": format_day(min(valid) - _MARGIN_DAYS),
        "last": format_day(max(valid)),
        "known_first": day_before,
    }
