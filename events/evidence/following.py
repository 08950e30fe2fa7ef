"""Whether an answer follows from the records of its bundle, which are folded again alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from domain.parties import Registry, split_key
from domain.relationship import LAW_EDITION
from events.errors import ChanceryError
from events.evidence.bundle import Bundle
from events.evidence.making import sources
from events.log.canonical import canonical
from events.log.history import known_act
from events.log.record import ERASED, Record, decode
from events.projection.edition import edition_of
from events.query import answer_types as types
from events.query.answers import folded
from events.query.basis import Basis, valid_day

Json = dict[str, Any]
_ABSENT = "nothing"

#: What reading a value that is not what it should be may raise.
BAD_VALUE = (ChanceryError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in a bundle that is not as it should be."""

    what: str
    calculated: str
    claimed: str

    def __str__(self) -> str:
        return f"{self.what}: calculated {self.calculated}, claimed {self.claimed}"


def check_answer(bundle: Bundle, registry: Registry) -> Iterator[Difference]:
    """What in the answer and the sources does not follow from the records."""
    try:
        basis = basis_of(bundle.answer)
        relationship = "-".join(split_key(bundle.answer["relationship"]))
        streams = _streams(decode(given.state) for given in bundle.records)
        claimed = bundle.answer["basis"]["digest"]
        digest = _digest_of(bundle.answer)
        derived = refold(streams.values(), registry, relationship, basis)
        found = sources(streams.values(), basis.position)
    except BAD_VALUE as error:
        yield Difference("answer", "one that follows from the records", f"{error!r}"[:160])
        return
    for act_id, stream in streams.items():
        yield from _gaps(act_id, stream, basis.position)
    if digest != claimed:
        yield Difference("digest of the answer", digest, f"{claimed}"[:160])
    law = law_of(bundle.answer)
    if type(law) is not int:
        yield Difference("law of the basis", "an edition: a whole number", f"{law!r}"[:160])
    if law == LAW_EDITION and canonical(derived) != canonical(bundle.answer):
        own = edition_of(registry)
        if bundle.edition != own:
            # Another edition names parties, or folds facts, otherwise: this one cannot tell.
            yield Difference("edition of fold and registry", own, bundle.edition[:160])
        where, calculated, given = _first_difference("", derived, bundle.answer)
        yield Difference(f"answer derived again, at {where}", calculated, given)
    if found != bundle.sources:
        where, calculated, given = _first_difference("", found, bundle.sources)
        yield Difference(f"sources of the records, at {where}", calculated, given)


def law_of(given: Mapping[str, Any]) -> Any:
    """The edition of the law that an answer names; 1 where it names none (ADR 22)."""
    return given["basis"].get("law", 1)


def refold(
    streams: Iterable[list[Record]], registry: Registry, relationship: str, basis: Basis
) -> types.State:
    """The state of a relationship from whole streams alone, sealed as the store's answers are."""
    acts = [
        known_act(stream, basis.position)
        for stream in streams
        if stream[0].position <= basis.position
    ]
    return folded(acts, registry, relationship, basis)


def basis_of(given: Mapping[str, Any]) -> Basis:
    """The basis an answer names; raises what `BAD_VALUE` says."""
    basis = given["basis"]
    position, known_at = basis["position"], basis["known_at"]
    if type(position) is not int or not isinstance(known_at, str | None):
        raise ValueError("expected a position and an instant")
    return Basis(valid_day(basis["as_of"]), position, known_at)


def _streams(records: Iterable[Record]) -> dict[str, list[Record]]:
    streams: dict[str, list[Record]] = {}
    for record in records:
        streams.setdefault(record.act_id, []).append(record)
    return {act_id: streams[act_id] for act_id in sorted(streams)}


def _gaps(act_id: str, stream: list[Record], position: int) -> Iterator[Difference]:
    """An act without one of its records, or with one that was not known at the basis."""
    known = [r for r in stream if r.position <= position]
    versions = [r.version for r in known]
    if versions != list(range(1, len(versions) + 1)):
        expected = f"1 to {len(versions)}"
        yield Difference(f"versions of act {act_id}", expected, f"{versions}"[:160])
    for record in stream:
        if record.position > position and record.type != ERASED:
            what = f"position of a record of act {act_id}"
            yield Difference(what, f"at most {position}", f"{record.position}")


def _digest_of(given: Mapping[str, Any]) -> str:
    basis = {name: value for name, value in given["basis"].items() if name != "digest"}
    return f"sha256:{sha256(canonical({**given, 'basis': basis})).hexdigest()}"


def _first_difference(path: str, calculated: Any, claimed: Any) -> tuple[str, str, str]:
    """Where two values first differ, and what stands there; the digest comes last of all."""
    if isinstance(calculated, Mapping) and isinstance(claimed, Mapping):
        for name in sorted({*calculated, *claimed}, key=lambda name: (name == "basis", name)):
            one, other = calculated.get(name, _ABSENT), claimed.get(name, _ABSENT)
            if one != other:
                return _first_difference(f"{path}/{name}", one, other)
    if isinstance(calculated, list) and isinstance(claimed, list):
        for at in range(max(len(calculated), len(claimed))):
            one = calculated[at] if at < len(calculated) else _ABSENT
            other = claimed[at] if at < len(claimed) else _ABSENT
            if one != other:
                return _first_difference(f"{path}/{at}", one, other)
    return path or "/", _shown(calculated), _shown(claimed)


def _shown(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()[:160]
