"""A service that asks who is there, with a key for each of those who come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.app import create_app
from api.settings import Settings
from events.application import Chancery
from tests.api.conftest import BASE, TestClient

#: Names of keys and what each may.
KEYS: dict[str, Sequence[str]] = {
    "reader": ["read"],
    "desk": ["read", "append"],
    "auditor": ["read", "audit"],
    "keeper": ["admin"],
    "chute": ["append"],
}


def keys_of(house: Chancery) -> dict[str, str]:
    """A key for each name, as it was shown once."""
    return {
        name: house.admin.access_keys().create(name, scopes)[1] for name, scopes in KEYS.items()
    }


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def required(store: str, **more: Any) -> TestClient:
    """A client of a service on a store that asks who is there."""
    app = create_app(Settings(store=store, access="required", **more))
    return TestClient(app, base_url=BASE, raise_server_exceptions=False, follow_redirects=False)
