"""Parties: the registry by code, by name and by day."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.http.answering import JSON, answer
from api.http.party import party_json, resolved_on
from api.http.routes.asking import (
    LARGEST,
    App,
    AsOf,
    Cursor,
    KnownAt,
    Limit,
    gives,
    known_parameters,
)
from api.http.routes.reading import Near, NearRoute
from api.http.schemas.words import given
from domain.parties import Party, folded

router = APIRouter(
    prefix="/v1/parties",
    tags=["parties"],
    dependencies=[Depends(known_parameters), Depends(gives(JSON))],
    route_class=NearRoute,
)
Code = Annotated[str, Path(description="Its code.", openapi_examples={"real": {"value": "KAZ"}})]
Kind = Literal["state", "former_state", "government", "entity", "territory", "organisation"]


@router.get("", summary="List parties", responses={200: given("Parties", "A page by code.")})
def list_parties(
    request: Request,
    chancery: App,
    kind: Annotated[Kind | None, Query(description="Parties of one kind.")] = None,
    q: Annotated[
        str | None,
        Query(
            description="Found in codes and names of all times, whatever the accents.",
            max_length=200,
            openapi_examples={"real": {"value": "congo"}},
        ),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """A search for a person to look through: to find the one party of a day, resolve its name."""
    wanted = folded(q) if q else ""
    found = [
        party
        for party in chancery.registry
        if party.code > (cursor or "")
        and (kind is None or party.kind == kind)
        and (not wanted or _found(party, wanted))
    ]
    page = found[:limit]
    return answer(
        request,
        {
            "edition": chancery.registry.edition,
            "parties": [party_json(party) for party in page],
            "cursor": page[-1].code if len(found) > limit else None,
        },
    )


def _found(party: Party, wanted: str) -> bool:
    return any(wanted in folded(text) for text in (party.code, *(n.text for n in party.names)))


@router.get(
    "/resolve",
    summary="The one party that bore a name on a day",
    responses={200: given("Party", "The party.")},
)
def resolve_party(
    request: Request,
    chancery: App,
    name: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="A name, or a code.",
            openapi_examples={"real": {"value": "Soviet Union"}},
        ),
    ],
    on: Annotated[
        str | None,
        Query(
            description="The date (EDTF) on which it bore the name. Default: today.",
            openapi_examples={"real": {"value": "1985-03-11"}},
        ),
    ] = None,
    scheme: Annotated[
        str | None,
        Query(
            max_length=60,
            description="The scheme whose code `name` is, such as cow or iso3166-1-alpha-3.",
        ),
    ] = None,
) -> Response:
    """Never the nearest match: a name nobody bore then is a 404 with `candidates`."""
    party = chancery.registry.resolve(name, on=resolved_on(on), scheme=scheme)
    return answer(request, party_json(party))


@router.get("/{code}", summary="A party", responses={200: given("Party", "The party.")})
def show_party(
    request: Request,
    chancery: App,
    code: Code,
) -> Response:
    """Its names and codes by date, and who came before and after it."""
    return answer(request, party_json(chancery.registry.get(code)))


@router.get(
    "/{code}/network",
    summary="The network round a party",
    responses={200: given("Network", "Its strongest relationships, and those among the others.")},
)
def show_network(
    request: Request,
    chancery: Near,
    code: Code,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    least: Annotated[
        int, Query(ge=1, le=LARGEST, description="Acts a relationship has at least.")
    ] = 1,
    limit: Annotated[
        int, Query(ge=1, le=100, description="How many of the party's relationships at most.")
    ] = 40,
) -> Response:
    """By number of acts; at most two among the others for each of the party's own."""
    with request.app.state.numbers.asked("network"):
        found = chancery.query.network(code, as_of, known_at, least, limit)
    return answer(request, found)
