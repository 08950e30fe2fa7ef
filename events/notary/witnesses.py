"""Witnesses: others who are asked to cosign the log's checkpoints, as the store remembers them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from events.store.protocol import Reader, Writer
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, VerifierKey, parse_verifier_key

_META = "witnesses"


@dataclass(frozen=True, slots=True)
class Witness:
    """Where a witness is asked, and by which key its word is known."""

    url: str
    """Its submission prefix: `/add-checkpoint` follows it."""
    key: VerifierKey

    def __post_init__(self) -> None:
        if not _is_prefix(self.url):
            expected = "an http(s) URL without slash at the end"
            raise ProofError("malformed", "witness", expected, repr(self.url))
        if self.key.type is not SignatureType.COSIGNATURE:
            raise ProofError("wrong_key", f"witness {self.key.name}", "a cosigning key", "another")


def _is_prefix(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    whole = f"{parts.scheme}://{parts.netloc}{parts.path}" == url
    named = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    plain = url.isascii() and url.isprintable() and " " not in url and not url.endswith("/")
    return bool(whole and named and plain and port != 0)


def witnesses_of(reader: Reader) -> tuple[Witness, ...]:
    """The witnesses, in the order they were added."""
    kept = orjson.loads(reader.meta(_META) or b"[]")
    return tuple(Witness(one["url"], parse_verifier_key(one["key"])) for one in kept)


def remember(writer: Writer, witnesses: tuple[Witness, ...]) -> None:
    """Keep these witnesses, in the place of those before; each key is asked in one place."""
    by_key = {one.key: one for one in witnesses}
    kept = [{"url": one.url, "key": one.key.encode()} for one in by_key.values()]
    writer.set_meta(_META, orjson.dumps(kept).decode())
