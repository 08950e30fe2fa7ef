"""Tests that coverage does not look at: random histories, which would take three times as long.

What they reach, other tests reach. A folder takes this up in its `conftest.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def untraced() -> Iterator[None]:
    """The tracer put aside for the length of a test, where there is one."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)
