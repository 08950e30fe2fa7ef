"""What a proof can be refused for."""

from __future__ import annotations

from typing import Literal

from events.errors import ChanceryError

Reason = Literal[
    "malformed",
    "out_of_range",
    "wrong_length",
    "root_mismatch",
    "tile_mismatch",
    "bad_signature",
    "unsigned",
    "ambiguous_key",
    "wrong_key",
    "wrong_origin",
    "too_few_witnesses",
]
"""Short names of refusals.

- malformed: the bytes are not of the format
- out_of_range: an index, size, timestamp or entry beyond what there can be
- wrong_length: a proof with a hash too many or too few
- root_mismatch: the hashes lead to another root
- tile_mismatch: a tile says otherwise than the tiles below it
- bad_signature: a known key's signature does not hold
- unsigned: no known key of the log has signed
- ambiguous_key: two known keys share name and key id
- wrong_key: a key that may not sign this, or not in this way
- wrong_origin: a checkpoint of another log
- too_few_witnesses: fewer cosignatures than asked for
"""

_LONGEST = 160


class ProofError(ChanceryError):
    """A proof, or a part of one, that does not hold; `reason` is its short name."""

    def __init__(self, reason: Reason, what: str, expected: str, got: str) -> None:
        # A damaged file may be one line of a megabyte.
        got = got if len(got) <= _LONGEST else f"{got[:_LONGEST]}…"
        super().__init__(f"{what}: expected {expected}, got {got}")
        self.reason: Reason = reason
        self.what = what
        self.expected = expected
        self.got = got
