"""What the lines of the proof's text formats are made of: numbers, base64, hashes.

Every value has one spelling, and any other is refused, so that no byte can be changed unseen.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from events.tlog.errors import ProofError

HASH_BYTES = 32
"""Bytes of a SHA-256 hash."""

LARGEST = 2**63 - 1
"""The largest size, index or timestamp: what a signed 64-bit integer holds."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


def number_of(text: str, what: str) -> int:
    """A number in ASCII decimals without leading zeros, at most `LARGEST`."""
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST:
        raise ProofError("malformed", what, "decimals without leading zeros", repr(text))
    return int(text)


def base64_text(data: bytes) -> str:
    """Bytes in the standard alphabet with padding (RFC 4648, section 4)."""
    return b64encode(data).decode("ascii")


def base64_bytes(text: str, what: str) -> bytes:
    """The bytes of base64, which must be spelt as `base64_text` spells them.

    Bits left over in the last character must be zero (RFC 4648, section 3.5).
    """
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = None
    if data is None or base64_text(data) != text:
        raise ProofError("malformed", what, "canonical base64", repr(text))
    return data


def hash_of(text: str, what: str) -> bytes:
    """The 32 bytes of a hash written in base64."""
    data = base64_bytes(text, what)
    if len(data) != HASH_BYTES:
        raise ProofError("malformed", what, f"{HASH_BYTES} bytes", f"{len(data)}")
    return data
