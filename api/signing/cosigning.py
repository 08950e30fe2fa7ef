"""Cosigning: the log's newest checkpoint is brought to its witnesses (c2sp.org/tlog-witness)."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from events.notary.notary import Notary
from events.notary.witnesses import Witness
from events.tlog.checkpoint import parse_checkpoint
from events.tlog.errors import ProofError
from events.tlog.note import Note, parse_note
from events.tlog.witnessing import AddCheckpoint, cosigned, parse_size

_SECONDS = 10
_LARGEST_ANSWER = 2**16


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking a witness came to."""

    witness: Witness
    refusal: str | None
    """None where it has cosigned."""


def cosign(notary: Notary) -> tuple[bytes, list[Asked]]:
    """The newest checkpoint with the cosignatures of all witnesses that gave one, kept.

    A witness that refuses or cannot be reached stops no other.
    """
    note = parse_note(notary.latest())
    asked = []
    for witness in notary.witnesses():
        try:
            note = parse_note(notary.add_cosignatures(_cosigned(notary, witness, note)))
            asked.append(Asked(witness, None))
        except (OSError, HTTPException, ProofError) as error:
            asked.append(Asked(witness, str(error) or type(error).__name__))
    return note.encode(), asked


def _cosigned(notary: Notary, witness: Witness, note: Note) -> Note:
    # What the witness knows is learnt from its 409, so nothing about it need be kept here.
    status, body = _post(witness.url, AddCheckpoint(0, (), note).encode())
    if status == 409:
        known, size = parse_size(body), parse_checkpoint(note.text).head.size
        if known > size:
            expected = f"a witness that knows at most {size} records of this log"
            raise ProofError("out_of_range", f"witness {witness.key.name}", expected, f"{known}")
        proof = notary.consistency(known, size).hashes
        status, body = _post(witness.url, AddCheckpoint(known, proof, note).encode())
    if status != 200:
        reply = body[:200].decode("utf-8", "replace").strip()
        raise ProofError("unsigned", f"witness {witness.key.name}", "200", f"{status}: {reply}")
    return cosigned(note, body, [witness.key])


def _post(url: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer; follows no redirect and reads no endless answer."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        connection.request("POST", f"{parts.path}/add-checkpoint", body)
        answer = connection.getresponse()
        return answer.status, answer.read(_LARGEST_ANSWER)
    finally:
        connection.close()
