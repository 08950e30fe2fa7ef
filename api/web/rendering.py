"""Rendering: templates with every value escaped, and how dates, names and words are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from jinja2 import Environment, PackageLoader

from api.access.visitor import shown_to
from api.web.assets import scripts
from api.web.differences import sorted_changes
from domain.dates import DateError, describe, parse
from domain.kinds import SAID
from domain.parties import Registry

#: Nothing is loaded, run or asked but what this service serves; no page may frame this one.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def said(date: str | None) -> str:
    """A date in words; as it is written where it cannot be read."""
    if date is None:
        return "unknown"
    try:
        return describe(parse(date))
    except DateError:
        return date


def since(date: str | None) -> str:
    """Since when: a date that is a stretch by itself already says "from"."""
    told = said(date)
    return told if told.startswith("from ") else f"since {told}"


def place(path: str) -> str:
    """Where in a state something stands, in words: `agreements.in_force` as it is headed."""
    return ": ".join(words(step) for step in path.split("."))


def instant(text: str) -> str:
    """A recorded instant to the second, and in which zone."""
    return f"{text[:10]} {text[11:19]} UTC"


def words(name: object) -> str:
    """A name of the vocabulary as people write it: `head_of_state` as "head of state"."""
    return str(name).replace("_", " ").replace("charge daffaires", "chargé d’affaires")


def amount(value: object) -> str:
    """A number with its thousands parted; an integer beyond 2^53 is text and stays so."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}"


def percent(share: float) -> str:
    """A share in whole percent, with a decimal where it has one."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def link(path: str, asked: Mapping[str, Any] | None = None, **more: Any) -> str:
    """A path with what was asked, leaving out what was not."""
    given = {**(asked or {}), **more}
    query = urlencode({name: value for name, value in given.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path


def rest(state: Mapping[str, Any], place: str) -> dict[str, Any] | None:
    """How many items a list of a state has, and where their first page is; None of a whole one."""
    more = state["more"].get(place)
    if more is None:
        return None
    basis = state["basis"]
    asked = {"list": place, "as_of": basis["as_of"], "known_at": basis["position"], "limit": 200}
    asked["according_to"] = basis.get("according_to")
    path = f"/v1/relationships/{state['relationship']}/items"
    return {"count": more["count"], "href": link(path, asked)}


def holds(section: Any) -> bool:
    """Whether anything stands in a section of a state."""
    return any(map(holds, section.values())) if isinstance(section, dict) else bool(section)


def under(section: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """The numbers that stand in a section under a path; none where nothing is counted there."""
    found: Mapping[str, Any] = section
    for step in path.split("."):
        found = found.get(step, {})
    return found


ENVIRONMENT = Environment(
    loader=PackageLoader("api.web"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters.update(
    said=said,
    since=since,
    instant=instant,
    words=words,
    amount=amount,
    percent=percent,
    place=place,
    sorted_changes=sorted_changes,
    holds=holds,
    under=under,
)
ENVIRONMENT.globals.update(
    link=link, rest=rest, scripts=scripts, visitor=shown_to.get, said_of_kinds=tuple(SAID.values())
)


def page(template: str, status: int = 200, **given: Any) -> Response:
    """A page from a template."""
    body = ENVIRONMENT.get_template(template).render(**given)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return Response(body, status, headers, "text/html; charset=utf-8")


def fragment(template: str, **given: Any) -> Response:
    """A part of a page, for its script to put in place."""
    return page(template, **given)


class Names:
    """Party names by code, on the day a page is about."""

    def __init__(self, registry: Registry, on: int | None) -> None:
        self._registry = registry
        self._on = on

    def __call__(self, code: str) -> str:
        """The name; the code itself where the registry has none."""
        return self._registry.name(code, self._on) if code in self._registry else code
