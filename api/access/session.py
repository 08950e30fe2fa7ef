"""Sessions: a key shown once to a page, kept by the browser sealed and for some hours."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request, Response

from events.access_keys import KEY_PATTERN, half_of

PLAIN, _SECURE = "chancery-session", "__Host-chancery-session"
_LONGEST = 1_000


class Sessions:
    """Makes and opens the cookies of one store.

    A cookie holds the key's id and its half (events/access_keys.py), encrypted: the key itself
    cannot be had from it, and it ends with the key or after its hours.
    """

    def __init__(self, secret: bytes, hours: float, now: Callable[[], int]) -> None:
        self._seal = Fernet(base64.urlsafe_b64encode(secret))
        self.seconds = round(hours * 3_600)
        self._now = now

    def made(self, key: str) -> str:
        """What the browser is to keep of a key."""
        found = re.fullmatch(KEY_PATTERN, key)
        if found is None:
            raise ValueError("expected an access key")
        content = found[1].encode() + half_of(key)
        return self._seal.encrypt_at_time(content, self._seconds_now()).decode()

    def opened(self, cookie: str) -> tuple[str, bytes] | None:
        """The id of the key and its half; None of what was not made here or is too old."""
        if len(cookie) > _LONGEST or not cookie.isascii():
            return None
        try:
            content = self._seal.decrypt_at_time(cookie.encode(), self.seconds, self._seconds_now())
        except InvalidToken:
            return None
        return content[:12].decode(), content[12:]

    def _seconds_now(self) -> int:
        return self._now() // 1_000_000


def cookie_of(request: Request) -> str | None:
    """The session's cookie of a request; over https only one that no other host could set."""
    return request.cookies.get(_name(request))


def keep(request: Request, answer: Response, value: str, seconds: int) -> None:
    """Let the browser keep a session, out of reach of scripts and of other sites."""
    answer.set_cookie(
        _name(request),
        value,
        max_age=seconds,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )


def forget(request: Request, answer: Response) -> None:
    """Let the browser forget it."""
    answer.delete_cookie(
        _name(request),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )


def is_secure(request: Request) -> bool:
    """Whether the browser speaks https with this service, or with the proxy before it."""
    public = request.app.state.settings.public_url or ""
    return request.scope.get("scheme") == "https" or public.startswith("https:")


def _name(request: Request) -> str:
    return _SECURE if is_secure(request) else PLAIN
