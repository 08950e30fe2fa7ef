"""Tokens: JSON web tokens of the one issuer that is trusted (RFC 7519, RFC 8725, RFC 9068)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

from api.access.actor import Actor
from api.access.issuer import ALGORITHMS, Issuer, PublicKey
from api.access.keyring import refused, unknown
from events.access_keys import SCOPES, Scope

#: What clocks may differ by.
LEEWAY_SECONDS = 30
_LONGEST = 8_192
_LONGEST_NAME = 200
_TYPES = ("jwt", "at+jwt")
#: A token that brings its own key, or says where it lies, proves nothing; and nothing is critical
#: to this service that it could name (RFC 7515, section 4.1).
_FORBIDDEN = ("jwk", "jku", "x5u", "x5c", "crit", "zip")
_PREFIX = "chancery:"
_TOLD: tuple[tuple[type[Exception], str], ...] = (
    (jwt.ExpiredSignatureError, "The token has expired."),
    (jwt.ImmatureSignatureError, "The token is not good yet."),
    (jwt.InvalidAudienceError, "The token is for another audience."),
    (jwt.InvalidIssuerError, "The token is of another issuer."),
    (jwt.MissingRequiredClaimError, "The token lacks a claim: exp, sub, iss and aud are needed."),
)


class Tokens:
    """Checks tokens of an issuer for an audience."""

    def __init__(
        self,
        issuer: Issuer,
        audience: str,
        algorithms: tuple[str, ...] = ALGORITHMS,
        scopes_claim: str = "scope",
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._algorithms = algorithms
        self._scopes_claim = scopes_claim

    async def actor(self, token: str) -> Actor:
        """Whose token it is; raises `Refused` (401, 503)."""
        algorithm, key = await self._key(token)
        try:
            claims = jwt.decode(
                token,
                key=key.key,
                algorithms=[algorithm],
                audience=self._audience,
                issuer=self._issuer.name,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "sub", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            # Claims are checked after the signature: only who holds a real token is told of them.
            for cls, detail in _TOLD:
                if isinstance(error, cls):
                    raise refused(detail) from None
            raise unknown() from None
        except (ValueError, TypeError):
            raise unknown() from None
        return self._named(claims)

    async def _key(self, token: str) -> tuple[str, PublicKey]:
        """The algorithm a token names and the issuer's key of its id, which must be of one kind."""
        if len(token) > _LONGEST or token.count(".") != 2:
            raise unknown()
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError):
            raise unknown() from None
        algorithm, kid, typ = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
        if algorithm not in self._algorithms or not isinstance(kid, str):
            raise unknown()
        if any(name in header for name in _FORBIDDEN):
            raise unknown()
        if not isinstance(typ, str) or typ.lower().removeprefix("application/") not in _TYPES:
            raise unknown()
        key = await self._issuer.key(kid)
        # RFC 8725, section 3.1: the key says what it is for, not the token.
        if key is None or algorithm not in key.algorithms:
            raise unknown()
        return algorithm, key

    def _named(self, claims: Mapping[str, Any]) -> Actor:
        subject = claims["sub"]
        # An issuer is a URL without a fragment, so that no two subjects come to one name.
        name = f"{self._issuer.name}#{subject}"
        if not subject:
            raise refused("The token's subject cannot be recorded: expected one, got none.")
        if not subject.isprintable() or subject != subject.strip() or len(name) > _LONGEST_NAME:
            expected = f"printable, and with its issuer at most {_LONGEST_NAME} characters"
            raise refused(f"The token's subject cannot be recorded: expected it {expected}.")
        return Actor(name, scopes_in(claims, self._scopes_claim), "token")


def scopes_in(claims: Mapping[str, Any], claim: str) -> frozenset[Scope]:
    """The scopes a claim names, in a list or parted by blanks, with or without `chancery:`.

    A claim within claims is named with dots, as in `realm_access.roles`. Other words are passed
    over: providers put many into one claim.
    """
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for step in claim.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    words = found.split() if isinstance(found, str) else found if isinstance(found, list) else ()
    said = {word.removeprefix(_PREFIX) for word in words if isinstance(word, str)}
    return frozenset(scope for scope in SCOPES if scope in said)
