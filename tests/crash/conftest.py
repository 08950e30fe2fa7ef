"""What the crash tests stand on: the worker's warm parent, with no fault left in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import process


@pytest.fixture
def warm() -> Iterator[process.Warm]:
    parent = process.warm()
    parent.fault = "none"
    yield parent
    parent.fault = "none"
