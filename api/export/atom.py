"""Atom (RFC 4287): what was recorded, newest first: new acts, corrections, late changes.

A record's entry never changes, so readers are shown it once. `next` leads to the entries before
the oldest shown: the same feed as it was known at the position below.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid5
from xml.etree import ElementTree

from api.export.taken import Taken
from api.export.xml import document, plain
from domain.dates import DateError, describe, parse

_NAMESPACE = "http://www.w3.org/2005/Atom"
#: A name for what Atom has no word for; nothing is served there.
TERMS = "https://chancery.example/terms#"
#: The space of names that feeds and entries have theirs in, chosen once (RFC 9562).
_SPACE = UUID("0d0a2f35-4f3c-5b52-9d3b-6c7a3f9be0d1")
_DONE = {
    "recorded": "",
    "corrected": "Corrected: ",
    "retracted": "Retracted: ",
    "erased": "Erased: ",
}
_FILTER = ("relationship", "party", "act", "kind", "only")


def write(taken: Taken) -> Iterator[bytes]:
    """The feed as one document."""
    ElementTree.register_namespace("", _NAMESPACE)
    ElementTree.register_namespace("chancery", TERMS)
    rows = list(taken.rows())
    asked = {name: taken.asked.given[name] for name in _FILTER if name in taken.asked.given}
    feed = ElementTree.Element(_tag("feed"))
    _add(feed, "id", _identifier("feed", taken.link_base, *asked.values()))
    _add(feed, "title", f"Chancery: {taken.name}")
    # A feed is as new as its newest entry; an empty one as what it rests on.
    newest = rows[0]["recorded_at"] if rows else taken.basis["known_at"]
    _add(feed, "updated", newest or "1970-01-01T00:00:00Z")
    _add(ElementTree.SubElement(feed, _tag("author")), "name", "Chancery")
    _add(feed, "generator", "Chancery")
    path = f"{taken.link_base}/v1/exports/events.atom"
    limit = {"limit": taken.asked.given["limit"]} if "limit" in taken.asked.given else {}
    known = {name: v for name, v in taken.asked.given.items() if name == "known_at"}
    _link(feed, "self", _url(path, {**asked, **limit, **known}), "application/atom+xml")
    if taken.following:
        older = {**asked, **limit, "known_at": taken.following}
        _link(feed, "next", _url(path, older), "application/atom+xml")
    for name in ("known_at", "position", "digest"):
        _term(feed, name, taken.basis[name])
    for row in rows:
        _entry(feed, taken, row)
    yield document(feed)


def _entry(feed: ElementTree.Element, taken: Taken, row: dict[str, Any]) -> None:
    entry = ElementTree.SubElement(feed, _tag("entry"))
    # The digest is salted: no two records have one, in whatever store.
    _add(entry, "id", _identifier("record", row["digest"]))
    event = row["event"]
    name = (event["type"] or row["kind"]).replace(".", ": ").replace("_", " ")
    _add(entry, "title", f"{_DONE[row['did']]}{name}: {event['title'] or row['act_id']}")
    _add(entry, "published", row["recorded_at"])
    _add(entry, "updated", row["recorded_at"])
    _add(ElementTree.SubElement(entry, _tag("author")), "name", row["recorded_by"])
    _link(entry, "alternate", f"{taken.link_base}/acts/{quote(row['act_id'], safe=':~')}")
    late = ("late_change",) if row["late_count"] else ()
    new = ("new_act",) if row["version"] == 1 else ()
    for term in (row["did"], row["kind"], *new, *late, *row["parties"]):
        ElementTree.SubElement(entry, _tag("category"), {"term": plain(term)})
    summary = ElementTree.SubElement(entry, _tag("summary"), {"type": "text"})
    summary.text = plain(" ".join(_said(taken, row)))
    _term(entry, "position", row["position"])
    _term(entry, "date", event["date"])
    _term(entry, "digest", row["digest"])


def _said(taken: Taken, row: dict[str, Any]) -> Iterator[str]:
    names = [taken.registry.name(code) for code in row["parties"]]
    if names:
        yield f"{', '.join(names)}."
    if row["event"]["date"]:
        yield f"Dated {_date(row['event']['date'])}."
    if row["reason"]:
        yield f"Reason: {row['reason']}"
    for change in row["late_changes"]:
        since = "of any day" if change["since"] is None else f"from {change['since']} on"
        yield f"Changes past answers about {change['relationship']} {since}."
    unnamed = row["late_count"] - len(row["late_changes"])
    if unnamed:
        yield f"And about {unnamed} others."


def _date(text: str) -> str:
    try:
        return f"{describe(parse(text))} ({text})"
    except DateError:
        return text


def _identifier(*parts: str) -> str:
    return uuid5(_SPACE, "\n".join(parts)).urn


def _url(path: str, asked: dict[str, Any]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path


def _add(element: ElementTree.Element, name: str, text: object) -> None:
    ElementTree.SubElement(element, _tag(name)).text = plain(text)


def _term(element: ElementTree.Element, name: str, value: object) -> None:
    if value is not None:
        ElementTree.SubElement(element, f"{{{TERMS}}}{name}").text = plain(value)


def _link(element: ElementTree.Element, rel: str, href: str, media_type: str = "text/html") -> None:
    attributes = {"rel": rel, "type": media_type, "href": href}
    ElementTree.SubElement(element, _tag("link"), attributes)


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"
