"""Keys of signed notes: who signs, by which rule, and how keys are written down.

Two rules are known (c2sp.org/signed-note, "Signature types"), both with Ed25519 of RFC 8032:
plain signatures of logs, and the timestamped cosignatures of witnesses (c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from events.tlog.errors import ProofError
from events.tlog.lines import LARGEST, base64_bytes, base64_text

KEY_ID_BYTES = 4
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_TIMESTAMP_BYTES = 8
_PRIVATE = "PRIVATE+KEY+"


class SignatureType(IntEnum):
    """What a signature is over; the byte is part of the key id and of both key encodings."""

    ED25519 = 0x01
    """The note's text."""
    COSIGNATURE = 0x04
    """The note's text behind a header and the time of signing."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name."""

    name: str
    public: bytes
    """32 bytes (RFC 8032, section 5.1.5)."""
    type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        check_name(self.name)
        _check_length("public key", self.public, _KEY_BYTES)

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, line feed, type, public key)."""
        named = self.name.encode() + b"\n" + bytes([self.type]) + self.public
        return sha256(named).digest()[:KEY_ID_BYTES]

    def encode(self) -> str:
        """The vkey: `name+key id in hexadecimal+base64(type, public key)`."""
        material = base64_text(bytes([self.type]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def verify(self, text: str, signature: bytes) -> int | None:
        """Return only if the key has signed the text: when, in seconds since 1970, if it says so.

        Raises `ProofError`. A cosignature is eight bytes of timestamp, then Ed25519's 64.
        """
        what = f"signature of {self.name}"
        timestamp = None
        if self.type is SignatureType.COSIGNATURE:
            timestamp = int.from_bytes(signature[:_TIMESTAMP_BYTES], "big")
            signature = signature[_TIMESTAMP_BYTES:]
            if timestamp > LARGEST:
                raise ProofError("bad_signature", what, f"a time up to {LARGEST}", f"{timestamp}")
        if len(signature) != _SIGNATURE_BYTES:
            raise ProofError("bad_signature", what, "a whole signature", f"{len(signature)} bytes")
        try:
            public = Ed25519PublicKey.from_public_bytes(self.public)
            public.verify(signature, _signed(text, timestamp))
        except (InvalidSignature, ValueError):
            raise ProofError("bad_signature", what, "one over this text", "another") from None
        return timestamp


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under a name; its printed form does not tell the seed."""

    name: str
    seed: bytes = field(repr=False)
    """32 random bytes (RFC 8032, section 5.1.5)."""
    type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        check_name(self.name)
        _check_length("seed", self.seed, _KEY_BYTES)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return VerifierKey(self.name, public.public_bytes_raw(), self.type)

    def encode(self) -> str:
        """`PRIVATE+KEY+name+key id in hexadecimal+base64(type, seed)`.

        As golang.org/x/mod/sumdb/note writes it. A witness's key has its own type here, where some
        programs keep it as a plain key and change the type on reading.
        """
        material = base64_text(bytes([self.type]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{material}"

    def sign(self, text: str, timestamp: int | None = None) -> bytes:
        """The signature over a note's text; a witness's needs the seconds since 1970, no other."""
        if (self.type is SignatureType.COSIGNATURE) != (timestamp is not None):
            expected = "a time with cosignatures and with no other"
            raise ProofError("wrong_key", f"key {self.name}", expected, repr(timestamp))
        if timestamp is not None and not 0 <= timestamp <= LARGEST:
            raise ProofError("out_of_range", "timestamp", f"0 to {LARGEST}", f"{timestamp}")
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        signature = private.sign(_signed(text, timestamp))
        return (
            signature
            if timestamp is None
            else timestamp.to_bytes(_TIMESTAMP_BYTES, "big") + signature
        )


def parse_verifier_key(text: str) -> VerifierKey:
    """The key of a vkey, whose key id must be its own."""
    name, type, public = _parts(text, "verifier key")
    key = VerifierKey(name, public, type)
    _check_encoding("verifier key", text, key.encode())
    return key


def parse_signing_key(text: str) -> SigningKey:
    """The key of a written private key, whose key id must be its own; errors do not repeat it."""
    what = "signing key"
    if not text.startswith(_PRIVATE):
        raise ProofError("malformed", what, f"{_PRIVATE}…", "another beginning")
    name, type, seed = _parts(text.removeprefix(_PRIVATE), what)
    key = SigningKey(name, seed, type)
    _check_encoding(what, text, key.encode())
    return key


def check_name(name: str) -> None:
    """Raise unless a name may stand in a signature line: no spaces, no plus, no control bytes."""
    lawful = name and not any(
        letter.isspace() or letter == "+" or letter < " " or "\ud800" <= letter <= "\udfff"
        for letter in name
    )
    if not lawful:
        raise ProofError("malformed", "key name", "a word without spaces and plus", repr(name))


def _signed(text: str, timestamp: int | None) -> bytes:
    header = "" if timestamp is None else f"cosignature/v1\ntime {timestamp}\n"
    return (header + text).encode()


def _parts(text: str, what: str) -> tuple[str, SignatureType, bytes]:
    parts = text.split("+", 2)
    try:
        name, _, encoded = parts
        material = base64_bytes(encoded, what)
        return name, SignatureType(material[0]), material[1:]
    except (ProofError, ValueError, IndexError):
        # The cause would repeat the text, which may be a secret.
        raise ProofError(
            "malformed", what, "name+key id+base64 of a known type", f"{len(parts)} parts"
        ) from None


def _check_encoding(what: str, text: str, own: str) -> None:
    if text != own:
        raise ProofError("malformed", what, "its own key id in hexadecimal", "another")


def _check_length(what: str, data: bytes, length: int) -> None:
    if len(data) != length:
        raise ProofError("malformed", what, f"{length} bytes", f"{len(data)}")
