"""Addresses of stores: shown to people and in logs without the password they may hold."""

from __future__ import annotations

import re

#: RFC 3986, section 3.2.1; a password may hold anything but what ends the part it is in.
_IN_URL = re.compile(r"(?P<before>[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#:@]*:)[^\s/?#]*(?=@)")
#: As a parameter of a URL, or of a connection string of the PostgreSQL library.
_NAMED = re.compile(r"(?P<before>password\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s&'\"]+)", re.IGNORECASE)


def may_hold_password(text: str) -> bool:
    """Whether a text could hold an address with a password, seen at a glance."""
    return "://" in text or "assword" in text or "ASSWORD" in text


def without_password(text: str) -> str:
    """A text, with each password of an address in it made unreadable."""
    if "://" in text:
        text = _IN_URL.sub(r"\g<before>***", text)
    if "assword" in text or "ASSWORD" in text:
        text = _NAMED.sub(r"\g<before>***", text)
    return text
