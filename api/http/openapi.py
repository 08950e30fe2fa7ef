"""The OpenAPI document: operations as they are, bodies from the domain, problems everywhere."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from api.access.opening import is_required
from api.access.scopes import needed
from api.access.session import PLAIN
from api.http.answering import POSITION
from api.http.examples import ANSWERED
from api.http.schemas.answers import ANSWERS
from api.http.schemas.dates import DATES
from api.http.schemas.events import event_components
from api.http.schemas.evidence import EVIDENCE
from api.http.schemas.log import PROOFS
from api.http.schemas.requests import LINE
from api.http.schemas.words import COUNT, ref
from api.problems import KINDS, LEAST_POSITION, MEDIA_TYPE
from events.access_keys import Scope

_DESCRIPTION = (
    "Diplomatic acts as immutable events, and what stood between two parties on any day "
    "(`as_of`), as known at any time (`known_at`). Every error is a problem document."
)
_READS: tuple[int, ...] = (400, 401, 403, 404, 406, 408, 414, 421, 422, 429, 431, 500, 503)

_WRITES = (*_READS, 409, 412, 413, 415, 501)
#: How a caller shows who it is (docs/access.md).
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access key (`chancery_…`), or a JSON web token of the OpenID provider.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": PLAIN,
        "description": "What a browser that signed in keeps; over https its name begins `__Host-`.",
    },
}


def operations(title: str, version: str, routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """What the framework tells of routes: the document before it is completed."""
    told = get_openapi(
        title=title,
        version=version,
        summary="An event-sourced timeline of diplomatic acts",
        description=_DESCRIPTION,
        routes=routes,
    )
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            # The framework's ids end with path and method; generated clients are named by them.
            ending = re.sub(r"\W", "_", f"{path}") + f"_{method}"
            operation["operationId"] = operation["operationId"].removesuffix(ending)
    return told


def document(app: FastAPI, bare: dict[str, Any]) -> dict[str, Any]:
    """The document of an application, made once of the operations of its routes."""
    if app.openapi_schema is None:
        told = copy.deepcopy(bare)
        schemas = told.setdefault("components", {}).setdefault("schemas", {})
        told["components"]["securitySchemes"] = _SCHEMES
        required = is_required(app.state.settings)
        schemas.update(
            {
                **event_components(),
                "BulkLine": LINE.schema(),
                **ANSWERS,
                **DATES,
                **EVIDENCE,
                **PROOFS,
            }
        )
        for path, methods in told["paths"].items():
            for method, operation in methods.items():
                _complete(operation, method)
                scope = needed(f"{method.upper()} {path}", app.state.settings.metrics_open)
                operation["security"] = _security(scope, required)
                _show(operation, f"{method.upper()} {path}")
        app.openapi_schema = told
    return app.openapi_schema


def parameters(bare: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The query parameters of every path in the document."""
    return {
        path: tuple(
            dict.fromkeys(
                parameter["name"]
                for operation in methods.values()
                for parameter in operation.get("parameters", ())
                if parameter["in"] == "query"
            )
        )
        for path, methods in bare["paths"].items()
    }


def methods(bare: dict[str, Any]) -> dict[str, str]:
    """The `Allow` header of every path in the document; what can be got can be asked for."""
    return {
        path: ", ".join(
            name
            for name in ("GET", "HEAD", "POST")
            if name.lower() in told or (name == "HEAD" and "get" in told)
        )
        for path, told in bare["paths"].items()
    }


def _security(scope: Scope | None, required: bool) -> list[dict[str, list[str]]]:
    """What an operation needs; on an open service nothing, though what is shown must be good."""
    if scope is None:
        return []
    ways: list[dict[str, list[str]]] = [{name: [scope]} for name in _SCHEMES]
    return ways if required else [{}, *ways]


def _show(operation: dict[str, Any], name: str) -> None:
    """Show what the service really answered to the operation's example."""
    if name in ANSWERED:
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                # Of several formats the example is in the first.
                for content in [*response.get("content", {}).values()][:1]:
                    content["example"] = ANSWERED[name]


def _complete(operation: dict[str, Any], method: str) -> None:
    """Tell the problems an operation can answer with."""
    responses = operation["responses"]
    named = {parameter["name"] for parameter in operation.get("parameters", ())}
    reads = _READS
    if LEAST_POSITION in named:
        reads = tuple(sorted({*_READS, 409}))
        reached = {"schema": COUNT, "description": "The position the answer rests on, or beyond."}
        responses["200"]["headers"] = {POSITION: reached}
    for status in _WRITES if method == "post" else reads:
        names = [kind.name for kind in KINDS.values() if kind.status == status]
        responses[str(status)] = {
            "description": "Problem: " + ", ".join(names) + ".",
            "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
        }
    for parameter in operation.get("parameters", ()):
        # The header may be left out, but it cannot be sent as null.
        schema = parameter["schema"]
        kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
        if len(kinds) == 1:
            rest = {name: value for name, value in schema.items() if name != "anyOf"}
            parameter["schema"] = {**rest, **kinds[0]}
        examples = parameter.get("examples", {})
        if any(example.get("value") is None for example in examples.values()):
            del parameter["examples"]
