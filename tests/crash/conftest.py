"""What the crash tests stand on: one warm parent for all of a worker's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.process import Warm


@pytest.fixture(scope="session")
def parent() -> Iterator[Warm]:
    with Warm() as parent:
        yield parent


@pytest.fixture
def warm(parent: Warm) -> Iterator[Warm]:
    parent.fault = "none"
    yield parent
    parent.fault = "none"
