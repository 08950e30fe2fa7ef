"""Access keys: who may come in, as the store keeps them, beside the log and no part of it.

A key's secret is 256 random bits, shown once. What is kept is its fingerprint, two steps of
SHA-256 away: a session of a browser holds the first step, so that neither a key nor a session can
be made from what the store holds. A slow hash guards words people choose; 256 random bits cannot
be guessed at any speed, and a fast one costs each request nothing.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any, Literal

import orjson

from events.errors import InvalidAccessKey, UnknownAccessKey
from events.log.record import instant_text
from events.query.basis import Clock
from events.store.protocol import Reader, Store, Writer

Scope = Literal["read", "append", "audit", "admin"]
#: What a key or a token may allow; none contains another.
SCOPES: tuple[Scope, ...] = ("read", "append", "audit", "admin")
#: What every key begins with, so that one that leaked is known for what it is.
PREFIX = "chancery_"
#: A key: its id, which is no secret, and 256 random bits.
KEY_PATTERN = PREFIX + r"([0-9a-f]{12})_[0-9a-f]{64}"
#: No colon: `import:…` is what importers record by, and no key may pass for one.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_META = "access-keys"
_SEAL_META = "session-secret"
MOST = 1_000


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key as it is kept."""

    key_id: str
    name: str
    """Whom it names as `recorded_by`; keys of one name are one actor's."""
    scopes: tuple[Scope, ...]
    fingerprint: str = field(repr=False)
    created_at: int
    """Instants are in microseconds since 1970 (UTC)."""
    expires_at: int | None = None
    revoked_at: int | None = None

    def standing(self, now: int) -> Literal["good", "revoked", "expired"]:
        """Whether it lets anyone in at an instant."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "good"

    def fits(self, half: bytes) -> bool:
        """Whether a session's half is of this key; takes as long whichever bytes differ."""
        return hmac.compare_digest(sha256(half).hexdigest(), self.fingerprint)

    def to_json(self, now: int) -> dict[str, Any]:
        """The key without its fingerprint, for people."""
        instants = {
            name: None if value is None else instant_text(value)
            for name, value in (
                ("created_at", self.created_at),
                ("expires_at", self.expires_at),
                ("revoked_at", self.revoked_at),
            )
        }
        mine = {"key_id": self.key_id, "name": self.name, "scopes": list(self.scopes)}
        return {**mine, **instants, "standing": self.standing(now)}


def half_of(key: str) -> bytes:
    """The first of the two steps from a key to its fingerprint: what a session holds of it."""
    return sha256(b"chancery session\n" + key.encode()).digest()


class AccessKeys:
    """The access keys of a store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def now(self) -> int:
        """The instant by which keys expire, in microseconds since 1970 (UTC)."""
        return self._clock()

    def all(self) -> list[AccessKey]:
        """Every key there ever was, oldest first."""
        with self._store.read() as reader:
            return _read(reader)

    def create(
        self, name: str, scopes: Sequence[str], expires_at: int | None = None
    ) -> tuple[AccessKey, str]:
        """A new key as it is kept, and the key itself, which nothing can show again.

        Raises `InvalidAccessKey`.
        """
        if not _NAME.fullmatch(name):
            expected = "1 to 40 lower-case letters, digits, dots, hyphens and underscores"
            raise InvalidAccessKey("name", expected, repr(name))
        foreign = [scope for scope in scopes if scope not in SCOPES]
        if foreign or not scopes:
            got = repr(foreign[0]) if foreign else "none"
            raise InvalidAccessKey("scope", "one or more of " + ", ".join(SCOPES), got)
        now = self._clock()
        if expires_at is not None and expires_at <= now:
            raise InvalidAccessKey("expires", "an instant to come", instant_text(expires_at))
        key_id = secrets.token_hex(6)
        key = f"{PREFIX}{key_id}_{secrets.token_hex(32)}"
        ordered = tuple(scope for scope in SCOPES if scope in scopes)
        kept = AccessKey(key_id, name, ordered, sha256(half_of(key)).hexdigest(), now, expires_at)

        def plan(writer: Writer) -> None:
            known = _read(writer)
            if len(known) >= MOST:
                raise InvalidAccessKey("name", f"at most {MOST} keys", "one more")
            _keep(writer, [*known, kept])

        self._store.write(plan)
        return kept, key

    def revoke(self, key_id_or_name: str) -> list[AccessKey]:
        """Let a key, or every key of a name, in no more; gives those that were let in until now.

        Raises `UnknownAccessKey`.
        """

        def plan(writer: Writer) -> list[AccessKey]:
            known = _read(writer)
            if all(key_id_or_name not in (one.key_id, one.name) for one in known):
                raise UnknownAccessKey(key_id_or_name)
            now = self._clock()
            changed = [
                _revoked(one, now) if key_id_or_name in (one.key_id, one.name) else one
                for one in known
            ]
            _keep(writer, changed)
            return [new for old, new in zip(known, changed, strict=True) if new is not old]

        return self._store.write(plan)

    def session_secret(self) -> bytes:
        """32 bytes that seal sessions, the same for every process on the store."""
        with self._store.read() as reader:
            secret = reader.meta(_SEAL_META)
        if secret is None:

            def plan(writer: Writer) -> str:
                made = writer.meta(_SEAL_META) or secrets.token_hex(32)
                writer.set_meta(_SEAL_META, made)
                return made

            secret = self._store.write(plan)
        return bytes.fromhex(secret)


def keys_among(remarks: Sequence[tuple[str, str]]) -> list[AccessKey]:
    """The access keys that lie among the remarks of a store, oldest first."""
    return _decoded(dict(remarks).get(_META))


def with_keys_revoked(remarks: Sequence[tuple[str, str]], now: int) -> list[tuple[str, str]]:
    """The remarks of a store, in which no access key lets anyone in after an instant."""
    keys = [_revoked(one, now) for one in keys_among(remarks)]
    return [(name, _encoded(keys) if name == _META else value) for name, value in remarks]


def _revoked(key: AccessKey, now: int) -> AccessKey:
    return key if key.revoked_at is not None else replace(key, revoked_at=now)


def _read(reader: Reader) -> list[AccessKey]:
    return _decoded(reader.meta(_META))


def _keep(writer: Writer, known: Sequence[AccessKey]) -> None:
    writer.set_meta(_META, _encoded(known))


def _decoded(remark: str | None) -> list[AccessKey]:
    found = orjson.loads(remark or b"[]")
    return [AccessKey(**{**one, "scopes": tuple(one["scopes"])}) for one in found]


def _encoded(keys: Sequence[AccessKey]) -> str:
    return orjson.dumps([asdict(one) for one in keys]).decode()
