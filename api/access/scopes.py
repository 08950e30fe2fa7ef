"""Scopes: what each operation and page needs, in one table; what is not in it needs everything."""

from __future__ import annotations

from functools import lru_cache

from fastapi import Request

from api.access.actor import Actor
from api.problems import Refused
from events.access_keys import Scope

_PAIR = "/v1/relationships/{a}-{b}"
_EVENT = "/events/{version}"
#: Answered to anyone: they tell about this program, or whether it runs, and nothing of the record.
OPEN = frozenset(
    {
        "GET /healthz",
        "GET /readyz",
        "GET /docs",
        "GET /problems",
        "GET /problems/{problem}",
        "GET /sign-in",
        "POST /sign-in",
        "POST /sign-out",
        "GET /static/icon.svg",
        "GET /static/kinds.css",
        "GET /static/{name}.css",
        "GET /static/built/{name}",
    }
)
_BY_SCOPE: dict[Scope, tuple[str, ...]] = {
    "read": (
        "GET /v1/acts",
        "GET /v1/acts/{act_id}",
        "GET /v1/acts/{act_id}/history",
        "GET /v1/dates",
        "GET /v1/events",
        "GET /v1/events/stream",
        "GET /v1/exports/{view}.{form}",
        "GET /v1/log/checkpoint",
        "GET /v1/log/consistency",
        "GET /v1/log/inclusion",
        "GET /v1/log/keys",
        "GET /v1/log/proof/{position}",
        "GET /v1/log/tile/{path}",
        "GET /v1/parties",
        "GET /v1/parties/resolve",
        "GET /v1/parties/{code}",
        "GET /v1/parties/{code}/network",
        "GET /v1/relationships",
        f"GET {_PAIR}",
        f"GET {_PAIR}/chain",
        f"GET {_PAIR}/density",
        f"GET {_PAIR}/diff",
        f"GET {_PAIR}/evidence",
        f"GET {_PAIR}/items",
        f"GET {_PAIR}/replay",
        f"GET {_PAIR}/timeline",
        "GET /v1/twins",
        "GET /metrics",
        "GET /",
        "GET /acts/{act_id}",
        "GET /acts/{act_id}/because",
        f"GET /acts/{{act_id}}{_EVENT}/correct",
        f"GET /acts/{{act_id}}{_EVENT}/retract",
        "GET /acts/{act_id}/next",
        "GET /parties/{code}",
        "GET /parties/{code}/network",
        "GET /record",
        "GET /relationships/{a}-{b}",
        "GET /relationships/{a}-{b}/changes",
        "GET /relationships/{a}-{b}/events",
        "GET /relationships/{a}-{b}/learnt",
        "GET /relationships/{a}-{b}/state",
        "GET /twins",
    ),
    "append": (
        "POST /v1/acts",
        "POST /v1/acts/{act_id}/events",
        f"POST /v1/acts/{{act_id}}{_EVENT}/correction",
        f"POST /v1/acts/{{act_id}}{_EVENT}/retraction",
        "POST /v1/events/bulk",
        "POST /v1/preview",
        "POST /record",
        "POST /acts/{act_id}/next",
        f"POST /acts/{{act_id}}{_EVENT}/correct",
        f"POST /acts/{{act_id}}{_EVENT}/retract",
    ),
    "audit": (
        "GET /v1/audit/records",
        "GET /v1/audit/late-changes",
        f"GET {_PAIR}/belief",
        "GET /audit",
    ),
    "admin": (f"POST /v1/acts/{{act_id}}{_EVENT}/erasure",),
}
NEEDS: dict[str, Scope] = {
    operation: scope for scope, operations in _BY_SCOPE.items() for operation in operations
}


def needed(operation: str, metrics_open: bool = False) -> Scope | None:
    """The scope an operation, such as `GET /v1/acts`, needs; None where none."""
    if operation in OPEN or (metrics_open and operation == "GET /metrics"):
        return None
    return NEEDS.get(operation, "admin")


@lru_cache(maxsize=1_024)  # far more than there are
def _needed(method: str, path: str, metrics_open: bool) -> Scope | None:
    operation = path.replace(":path}", "}")
    return needed(f"{method} {operation}", metrics_open)


async def admit(request: Request) -> None:
    """Refuse whoever was not shown to be someone (401), or may not do this (403)."""
    asked = request.scope
    scope = _needed(asked["method"], asked["route"].path, request.app.state.settings.metrics_open)
    if scope is None:
        return
    actor: Actor | None = request.state.actor
    if actor is None:
        raise Refused(
            "unauthenticated",
            "This service asks who you are: send a key or a token, or sign in.",
            headers={"WWW-Authenticate": 'Bearer realm="chancery"'},
        )
    if scope not in actor.scopes:
        challenge = f'Bearer realm="chancery", error="insufficient_scope", scope="{scope}"'
        raise Refused(
            "scope-needed",
            f"This needs the scope {scope}.",
            headers={"WWW-Authenticate": challenge},
        )
