"""Signing: HMAC-SHA256 over id, time and body, as Standard Webhooks 1.0 has it.

The signed text is `id.timestamp.body`; the header `webhook-signature` holds `v1,` and the
signature in base64. A secret is `whsec_` and 24 to 64 bytes in base64.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from hashlib import sha256

from events.errors import InvalidWebhook

_PREFIX = "whsec_"
_BYTES = 32


def fresh_secret() -> str:
    """A new secret of 32 random bytes."""
    return _PREFIX + base64.b64encode(os.urandom(_BYTES)).decode()


def secret_bytes(secret: str) -> bytes:
    """The key that a secret is the text of; raises `InvalidWebhook`, without the secret in it."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        raise InvalidWebhook("secret", "whsec_ and 24 to 64 bytes in base64", "another text")
    return key


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`; the time is in seconds since 1970 (UTC)."""
    text = f"{message_id}.{timestamp}.".encode() + body
    signed = hmac.new(secret_bytes(secret), text, sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"
