"""Making a bundle: the answer at a basis, with the records it rests on and their proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from domain.parties import Registry
from events.evidence.bundle import Bundle, Leaf, ProvenRecord, Signer
from events.log.canonical import canonical
from events.log.history import known_act
from events.log.record import ERASED, Record, decode
from events.notary.witnesses import witnesses_of
from events.projection.edition import edition_of
from events.query import answer_types as types
from events.query import answers
from events.query.basis import Basis
from events.store.protocol import Reader
from events.tlog.checkpoint import parse_checkpoint
from events.tlog.keys import VerifierKey
from events.tlog.merkle import Node, inclusion_proof
from events.tlog.note import parse_note, verified_signatures
from events.tlog.tree import nodes

Json = dict[str, Any]
#: What a person reads of a bundle, as HTML: made of the answer, the records it rests on by
#: position, their sources, and the text of the log's checkpoint.
Page = Callable[[types.State, Sequence[Record], Sequence[Json], str], str]
_PAGE = 100


def make_bundle(
    reader: Reader,
    registry: Registry,
    relationship: str,
    basis: Basis,
    checkpoint: bytes,
    signer: Signer,
    page: Page,
) -> bytes | None:
    """The file that proves the state of a relationship at a basis.

    `checkpoint` is a note over the reader's log that the signer has signed and that reaches the
    basis. One that witnesses have cosigned is taken in its place where there is one that reaches
    all that is told. None where an erasure beyond the checkpoint has to be told: make another.
    """
    answer = answers.state(reader, registry, relationship, basis)
    streams = rests_on(reader, answer, basis)
    records = sorted(
        (record for stream in streams for record in stream), key=lambda record: record.position
    )
    needed = max((basis.position, *(record.position for record in records)))
    witnesses = tuple(witness.key for witness in witnesses_of(reader))
    checkpoint = _cosigned(reader, needed, signer.verifier_keys, witnesses) or checkpoint
    note = parse_note(checkpoint)
    size = parse_checkpoint(note.text).head.size
    if size < needed:
        return None
    node = cache(nodes(reader.tile))
    told = sources(streams, basis.position)
    bundle = Bundle(
        answer,
        tuple(_proven(reader, record.position, size, node) for record in records),
        tuple(
            _proven(reader, position, size, node).leaf
            for position in (basis.position, basis.position + 1)
            if 1 <= position <= size
        ),
        checkpoint,
        (*signer.verifier_keys, *(v.key for v in verified_signatures(note, witnesses))),
        told,
        page(answer, records, told, note.text),
        edition_of(registry),
    )
    return bundle.sealed(signer)


def _cosigned(
    reader: Reader,
    needed: int,
    keys: Sequence[VerifierKey],
    witnesses: Sequence[VerifierKey],
) -> bytes | None:
    """The newest checkpoint of a size or more that one of the keys and a witness have signed."""
    found = None
    beyond = needed - 1
    while witnesses and (known := reader.checkpoints(beyond, _PAGE)):
        for kept in known:
            note = parse_note(kept.note)
            if verified_signatures(note, keys) and verified_signatures(note, witnesses):
                found = kept.note
        beyond = known[-1].size
    return found


def rests_on(reader: Reader, answer: types.State, basis: Basis) -> list[list[Record]]:
    """The records of each act that has a part in an answer, as they stand at its basis.

    These are acts with a change by then, and the claims of coverage it tells. An erasure takes
    effect on answers at bases before it too, and so comes with its act whenever it was.
    """
    acts = {line["act_id"] for line in answer["coverage"]}
    acts |= reader.acts_of(answer["relationship"], basis.position, basis.as_of)
    return [
        [
            record
            for record in reader.stream(act_id)
            if record.position <= basis.position or record.type == ERASED
        ]
        for act_id in sorted(acts)
    ]


def sources(streams: Iterable[Sequence[Record]], position: int) -> list[Json]:
    """The sources that the events in force name, each once, with the records that name it."""
    named: dict[bytes, tuple[Json, set[int]]] = {}
    for stream in streams:
        if stream[0].position > position:
            continue
        for fact in known_act(stream, position).facts:
            for source in fact.event.body.get("sources", ()):
                told = dict(source)
                named.setdefault(canonical(told), (told, set()))[1].add(fact.position)
    lines = sorted((sorted(positions), spelt) for spelt, (_, positions) in named.items())
    return [{"source": named[spelt][0], "records": positions} for positions, spelt in lines]


def _proven(reader: Reader, position: int, size: int, node: Node) -> ProvenRecord:
    (row,) = reader.log(position - 1, 1)
    header, salt, body = row.state.split(b"\n")
    leaf = Leaf(header, tuple(inclusion_proof(position - 1, size, node)))
    decode(row.state)
    return ProvenRecord(leaf, salt.decode() or None, body or None)
