"""Answers about relationships: the state and its lists, each with its basis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeVar, cast

from domain.acts import Act
from domain.dates import shift_years
from domain.parties import Registry, SameParty, relationship_key, split_key
from domain.relationship import (
    LAW_EDITION,
    LISTS,
    Answer,
    answer,
    changes,
    coverage,
    cursor_place,
    page_of,
    render,
    shown,
)
from events.errors import InvalidBasis
from events.log.canonical import canonical_answer
from events.log.history import known_act
from events.query import answer_types as types
from events.query.basis import Basis
from events.segments import AsOfSummary
from events.store.protocol import Reader

Json = dict[str, Any]
T = TypeVar("T")


def state(reader: Reader, registry: Registry, relationship: str, basis: Basis) -> types.State:
    """The state of a relationship at a basis, with its digest; `docs/api.md` shows its form."""
    with reader.runs() as runs:
        summary = AsOfSummary(runs, relationship, basis.as_of, basis.position, shown)
        whole = render(_answer(summary, relationship, basis), registry)
    return sealed(types.State, with_coverage(whole, claims(reader, basis), basis), basis, registry)


def _answer(summary: AsOfSummary, relationship: str, basis: Basis) -> Answer:
    rested = summary.rested(shift_years(basis.as_of, -1))
    return Answer(relationship, basis.as_of, summary, rested)


def claims(reader: Reader, basis: Basis) -> list[Act]:
    """The sources' claims of coverage that were known at a basis."""
    acts = dict.fromkeys(row.act_id for row in reader.claims(basis.position))
    return [known_act(reader.stream(act_id), basis.position) for act_id in acts]


def with_coverage(whole: Json, claimed: Iterable[Act], basis: Basis) -> Json:
    """A rendered state with what its sources claim to cover, in its place after the contact."""
    covered = coverage(claimed, whole["relationship"], basis.as_of)
    return {
        name: value
        for part in whole
        for name, value in (
            ((part, whole[part]), ("coverage", covered))
            if part == "contact"
            else ((part, whole[part]),)
        )
    }


def folded(
    acts: Iterable[Act],
    registry: Registry,
    relationship: str,
    basis: Basis,
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> types.State:
    """The state by the plain fold over acts as known at a basis, sealed: the oracle.

    `acts` are all that touch the relationship and all claims of coverage; others do no harm.
    `beside` is told with the state.
    """
    known = list(acts)
    found = [
        change
        for act in known
        if {*split_key(relationship)} <= {*act.codes}
        for change in changes(act, registry, {relationship})
    ]
    whole = render(answer(relationship, found, basis.as_of), registry)
    claimed = [act for act in known if act.kind == "coverage"]
    given = {**with_coverage(whole, claimed, basis), **beside}
    return sealed(types.State, given, basis, registry)


def sealed(kind: type[T], given: Json, basis: Basis, registry: Registry) -> T:
    """An answer of a type with its basis, and in it the digest of all the rest of the answer.

    The digest is SHA-256 over the canonical bytes (RFC 8785) of the answer, its basis included
    and the digest itself left out. The edition of the party registry is part of the basis,
    since the names in an answer and some anomalies rest on it; so is the edition of the law, by
    which facts become an answer.
    """
    rests_on = {**basis.to_json(), "parties": registry.edition, "law": LAW_EDITION}
    digest = sha256(canonical_answer({**given, "basis": rests_on})).hexdigest()
    whole = {**given, "basis": {**rests_on, "digest": f"sha256:{digest}"}}
    head = [name for name in ("relationship", "parties", "basis") if name in whole]
    # That it is of the type is held by tests/law/test_answer_types.py.
    return cast(T, {name: whole[name] for name in (*head, *whole)})


def state_items(
    reader: Reader,
    registry: Registry,
    relationship: str,
    place: str,
    cursor: str | None,
    basis: Basis,
    limit: int,
) -> types.Items:
    """A page of one list of a state, newest first, from a cursor on."""
    check_list(place)
    with reader.runs() as runs:
        summary = AsOfSummary(
            runs, relationship, basis.as_of, basis.position, lambda count: min(count, limit + 1)
        )
        given = _answer(summary, relationship, basis)
        with refusing_cursor(cursor):
            if cursor is None:
                found = summary.items(place)
            else:
                found = summary.items_from(place, *cursor_place(cursor), limit + 1)
            page = page_of(given, place, found, cursor, limit)
    shown = {"relationship": relationship, "list": place, **page}
    return sealed(types.Items, shown, basis, registry)


def check_list(place: str) -> None:
    """Refuse what is no list of a state; raises `InvalidBasis`."""
    if place not in LISTS:
        raise InvalidBasis("list", "a list of a state such as agreements.in_force", place)


@contextmanager
def refusing_cursor(cursor: str | None) -> Iterator[None]:
    """Refuse a cursor that is none of a list: a `ValueError` becomes an `InvalidBasis`."""
    try:
        yield
    except ValueError:
        expected = "a cursor of this list at this basis"
        raise InvalidBasis("cursor", expected, str(cursor)) from None


def canonical_key(text: str, registry: Registry) -> str:
    """The relationship a key names, in either order.

    Raises `InvalidBasis` for what is no pair of codes, `UnknownParty` and `SameParty`.
    """
    try:
        a, b = split_key(text)
    except SameParty:
        raise
    except ValueError:
        raise InvalidBasis("relationship", "a pair such as KAZ-KGZ", repr(text[:80])) from None
    return relationship_key(registry.get(a).code, registry.get(b).code)
