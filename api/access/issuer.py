"""The issuer: an OpenID provider's public keys, fetched, kept and fetched again as they rotate."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from api.logs import log_of
from api.problems import Refused
from api.settings import LOOPBACK

#: After this long the keys are asked for anew, so that one that was withdrawn ends.
FRESH_SECONDS = 300.0
#: A kid nobody knows makes the keys be asked for anew, but not more often than this.
REST_SECONDS = 10.0
_MOST_BYTES = 256 * 2**10
_MOST_KEYS = 100
#: How long a request waits for keys that are being fetched, and how long they are fetched at all.
_PATIENCE_SECONDS, _LONGEST_SECONDS = 1.0, 5.0
_LEAST_RSA_BITS = 2048
_WELL_KNOWN = "/.well-known/openid-configuration"

log = log_of("access")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key of the provider, and the algorithms it may be used with."""

    key: Any
    algorithms: tuple[str, ...]


class Issuer:
    """The keys of one provider, fetched beside the requests that need them; of one event loop.

    While it is silent the keys that are known go on serving. Addresses are https, or http on this
    machine; redirects are not followed.
    """

    def __init__(
        self,
        issuer: str,
        jwks_url: str | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = issuer
        self._jwks_url = jwks_url
        self._now = now
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at: float | None = None
        self._tried_at = -float("inf")
        self._fetching: asyncio.Task[None] | None = None
        self._client = httpx.AsyncClient(
            timeout=_LONGEST_SECONDS,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "Chancery"},
        )

    async def close(self) -> None:
        """Let go of the connections."""
        if self._fetching is not None:
            self._fetching.cancel()
            with suppress(asyncio.CancelledError):
                await self._fetching
        await self._client.aclose()

    async def key(self, kid: str) -> PublicKey | None:
        """The key of an id; None where the provider has no such key.

        Waits a moment for keys that are being fetched, however long that takes. Raises `Refused`
        (503) where it cannot be told yet.
        """
        if kid not in self._keys or self._stale():
            fetching = self._fetch_again()
            if fetching is not None:
                await asyncio.wait({fetching}, timeout=_PATIENCE_SECONDS)
        key = self._keys.get(kid)
        if key is None and (self._fetched_at is None or self._is_fetching()):
            raise Refused(
                "issuer-unavailable",
                "Tokens cannot be checked at the moment: their issuer gave no keys.",
                headers={"Retry-After": str(round(REST_SECONDS))},
            )
        return key

    def _stale(self) -> bool:
        return self._fetched_at is None or self._now() - self._fetched_at >= FRESH_SECONDS

    def _is_fetching(self) -> bool:
        return self._fetching is not None and not self._fetching.done()

    def _fetch_again(self) -> asyncio.Task[None] | None:
        """What fetches the keys for all who wait; None where they were asked for just now."""
        if not self._is_fetching():
            if self._now() - self._tried_at < REST_SECONDS:
                return None
            self._tried_at = self._now()
            self._fetching = asyncio.create_task(self._refresh())
        return self._fetching

    async def _refresh(self) -> None:
        begun_at = self._now()
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                address = self._jwks_url or await self._discovered()
                self._keys = _usable(await self._fetch(address))
                self._fetched_at = begun_at
        except TimeoutError:
            reason = f"it did not answer within {_LONGEST_SECONDS:g} seconds"
            log.warning("issuer unavailable", issuer=self.name, reason=reason)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            log.warning("issuer unavailable", issuer=self.name, reason=str(error))

    async def _discovered(self) -> str:
        """OpenID Connect Discovery 1.0, section 4: the document must be of this very issuer."""
        document = await self._fetch(self.name.rstrip("/") + _WELL_KNOWN)
        if document.get("issuer") != self.name:
            raise ValueError(f"expected a document of issuer {self.name!r}, got another's")
        address = document.get("jwks_uri")
        if not isinstance(address, str) or not may_be_trusted(address):
            raise ValueError("expected jwks_uri to be an https address")
        return address

    async def _fetch(self, address: str) -> dict[str, Any]:
        body = bytearray()
        asked = self._client.stream("GET", address, headers={"Accept": "application/json"})
        async with asked as answer:
            if answer.status_code != 200:
                raise ValueError(f"expected status 200 of {address}, got {answer.status_code}")
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ValueError(f"expected at most {_MOST_BYTES} bytes of {address}")
        read = orjson.loads(bytes(body))
        if not isinstance(read, dict):
            raise ValueError(f"expected an object of {address}")
        return read


def may_be_trusted(address: str) -> bool:
    """Whether what an address says cannot be changed on the way."""
    parts = urlsplit(address)
    inside = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or inside)


#: What a key is for, by its type and curve (RFC 7518, section 3; RFC 8037).
_ALGORITHMS: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
    ("OKP", "Ed448"): ("EdDSA",),
}
#: All of them: signatures by keys of two halves. With a shared secret whoever checks could forge.
ALGORITHMS = tuple(dict.fromkeys(name for names in _ALGORITHMS.values() for name in names))


def _usable(document: dict[str, Any]) -> dict[str, PublicKey]:
    """The public keys for signatures that a set (RFC 7517) names by id; others are passed over."""
    keys = document.get("keys")
    if not isinstance(keys, list) or len(keys) > _MOST_KEYS:
        raise ValueError(f"expected a list of at most {_MOST_KEYS} keys")
    found: dict[str, PublicKey] = {}
    for one in keys:
        key = _public_key(one) if isinstance(one, dict) else None
        if key is not None and isinstance(one.get("kid"), str):
            found[one["kid"]] = key
    return found


def _public_key(entry: dict[str, Any]) -> PublicKey | None:
    named, kind = entry.get("alg"), (entry.get("kty"), entry.get("crv"))
    algorithms = _ALGORITHMS.get(kind, ())  # type: ignore[arg-type]
    if named is not None:
        algorithms = tuple(name for name in algorithms if name == named)
    if not algorithms or entry.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK(entry, algorithms[0]).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if isinstance(key, RSAPublicKey):
        return PublicKey(key, algorithms) if key.key_size >= _LEAST_RSA_BITS else None
    public = isinstance(key, EllipticCurvePublicKey | Ed25519PublicKey | Ed448PublicKey)
    return PublicKey(key, algorithms) if public else None
