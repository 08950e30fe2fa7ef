"""Targets: where a webhook may be sent, so that no saved address reaches into a private network.

A name is looked up at each attempt, and the connection goes to the address that was looked at:
a name that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import TypeAlias

import httpx

from api.webhooks.special import is_public
from events.errors import InvalidWebhook

#: Gives the addresses of a name; raises `OSError`.
LookUp: TypeAlias = Callable[[str, int], Sequence[str]]

_LONGEST = 2_000
_EXPECTED = "an http or https address, without a name and password in it"


def read_url(text: str) -> httpx.URL:
    """The address of a webhook; raises `InvalidWebhook`."""
    try:
        url = httpx.URL(text)
        port = 1 if url.port is None else url.port
    except (httpx.InvalidURL, ValueError):
        raise InvalidWebhook("url", _EXPECTED, repr(text)) from None
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= _LONGEST
    web = url.scheme in ("http", "https") and bool(url.host) and 0 < port < 65_536
    if not plain or not web:
        raise InvalidWebhook("url", _EXPECTED, repr(text))
    if url.userinfo or url.fragment:
        # Not shown: it may be a password.
        raise InvalidWebhook("url", _EXPECTED, "one with more")
    return url


def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a name, by the machine's own resolver; raises `OSError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host} is no name of a host") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def permitted(url: httpx.URL, private: bool, look_up: LookUp = looked_up) -> str:
    """The IP address to connect to.

    Unless `private` ones are permitted, every address a name has must be one of the public
    Internet. Raises `InvalidWebhook`, and `OSError` where the name has none.
    """
    host = url.raw_host.decode().strip("[]")
    port = url.port or (443 if url.scheme == "https" else 80)
    addresses = look_up(host, port)
    if not addresses:
        raise OSError(f"{host} has no address")
    if not private:
        for address in addresses:
            if not is_public(ipaddress.ip_address(address)):
                expected = "an address of the public Internet (or CHANCERY_WEBHOOK_PRIVATE=1)"
                raise InvalidWebhook("url", expected, f"{host}, which is {address}")
    return addresses[0]
