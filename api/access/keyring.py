"""The keyring: the store's access keys as this process knows them, not older than a second."""

from __future__ import annotations

import asyncio
import re
import time
from hashlib import sha256

from api.access.actor import Actor, Way
from api.problems import Refused
from api.work.pool import Pool
from events.access_keys import KEY_PATTERN, AccessKey, AccessKeys, half_of
from events.errors import StoreUnavailable

#: How long after it was revoked elsewhere a key may still be let in.
STALE_SECONDS = 1.0
#: How long keys that were known go on serving while the store is away.
AWAY_SECONDS = 300.0
_KEY = re.compile(KEY_PATTERN)
_NOBODYS = AccessKey("", "nobody", (), sha256(b"").hexdigest(), 0)


class Keyring:
    """The keys of one store."""

    def __init__(self, kept: AccessKeys, pool: Pool) -> None:
        self._kept = kept
        self._pool = pool
        self._keys: dict[str, AccessKey] = {}
        self._read_at = self._good_at = -float("inf")
        self._turn = asyncio.Lock()

    async def by_key(self, key: str) -> Actor:
        """Whose key it is; raises `Refused` (401)."""
        found = _KEY.fullmatch(key)
        if found is None:
            raise unknown()
        return await self.by_half(found[1], half_of(key), "key")

    async def by_half(self, key_id: str, half: bytes, way: Way) -> Actor:
        """Whose key it is that a session holds the half of; raises `Refused` (401)."""
        await self._refresh()
        kept = self._keys.get(key_id, _NOBODYS)
        if not kept.fits(half):
            raise unknown()
        # Only who holds the secret is told what became of the key.
        standing = kept.standing(self._kept.now())
        if standing != "good":
            raise refused(f"The key {kept.key_id} is {standing}.")
        return Actor(kept.name, frozenset(kept.scopes), way)

    async def _refresh(self) -> None:
        if time.monotonic() - self._read_at < STALE_SECONDS:
            return
        async with self._turn:
            if time.monotonic() - self._read_at < STALE_SECONDS:
                return
            # Before the keys are read: what is revoked meanwhile is not held for longer.
            asked_at = time.monotonic()
            try:
                keys = await self._pool.run(self._kept.all)
            except StoreUnavailable:
                # Nor can any be revoked meanwhile, and a replica may still answer.
                if asked_at - self._good_at > AWAY_SECONDS:
                    raise
            else:
                self._keys = {one.key_id: one for one in keys}
                self._good_at = asked_at
            self._read_at = asked_at


def unknown() -> Refused:
    """The refusal of what is nobody's: it does not say which part is wrong."""
    return refused("What was sent is no key or token that is good here.")


def refused(detail: str) -> Refused:
    """401 for a credential that was shown (RFC 6750, section 3.1)."""
    challenge = 'Bearer realm="chancery", error="invalid_token"'
    return Refused("unauthenticated", detail, headers={"WWW-Authenticate": challenge})
