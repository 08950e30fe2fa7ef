"""Opening: whether anyone is asked who they are, and when a service must not start."""

from __future__ import annotations

import ipaddress

from api.access.issuer import ALGORITHMS, Issuer, may_be_trusted
from api.access.token import Tokens
from api.settings import LOOPBACK, Settings
from events.access_keys import AccessKeys

NOTICE = "This service is open: whoever reaches it from this machine reads and records here."


def is_required(settings: Settings) -> bool:
    """Whether a key, a session or a token is asked for.

    By default it is not where only this machine can ask, and nothing that is set says otherwise.
    """
    if settings.access != "auto":
        return settings.access == "required"
    reached = not is_inside(settings.host) or bool(settings.proxies)
    return reached or settings.openid_issuer is not None


def is_inside(host: str) -> bool:
    """Whether an address to listen on is this machine's own."""
    host = host.strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK


def check_settings(settings: Settings) -> None:
    """Refuse settings of which one undoes another; raises `ValueError`."""
    if settings.access == "open" and not is_inside(settings.host):
        raise ValueError(
            f"--host {settings.host}: expected an address of this machine alone, since "
            "CHANCERY_ACCESS=open asks nobody who they are; see docs/access.md"
        )
    if settings.access == "open" and settings.proxies:
        raise ValueError(
            "CHANCERY_ACCESS: expected 'required' beside CHANCERY_PROXIES, got 'open': through a "
            "proxy others reach this service"
        )
    for name in ("openid_issuer", "openid_jwks_url"):
        address = getattr(settings, name)
        if address is not None and not may_be_trusted(address):
            raise ValueError(f"CHANCERY_{name.upper()}: expected an https address, got {address!r}")
    if settings.openid_issuer is not None and not settings.openid_audience:
        raise ValueError(
            "CHANCERY_OPENID_AUDIENCE: expected whom tokens must be for, got none: a token for "
            "another service would be good here"
        )
    foreign = [name for name in settings.openid_algorithms if name not in ALGORITHMS]
    if foreign:
        expected = ", ".join(ALGORITHMS)
        raise ValueError(
            f"CHANCERY_OPENID_ALGORITHMS: expected some of {expected}, got {foreign[0]!r}"
        )


def check_keys(settings: Settings, keys: AccessKeys) -> None:
    """Refuse to serve others where nobody could show who they are; raises `ValueError`."""
    if not is_required(settings) or settings.openid_issuer is not None:
        return
    now = keys.now()
    if not any(key.standing(now) == "good" for key in keys.all()):
        raise ValueError(
            f"--host {settings.host}: expected a way for callers to show who they are, got none: "
            "make a key with chancery key create, or set CHANCERY_OPENID_ISSUER; "
            "see docs/access.md"
        )


def tokens_of(settings: Settings) -> tuple[Issuer, Tokens] | None:
    """What checks tokens, where an issuer is set."""
    if settings.openid_issuer is None or settings.openid_audience is None:
        return None
    issuer = Issuer(settings.openid_issuer, settings.openid_jwks_url)
    algorithms = settings.openid_algorithms or ALGORITHMS
    return issuer, Tokens(
        issuer, settings.openid_audience, algorithms, settings.openid_scopes_claim
    )
