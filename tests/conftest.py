"""What holds for every test.

Hypothesis times nothing, for a busy machine is no fault. Processes that tests start keep what they
compile, whatever the machine's setting: else each compiles the whole program again. What takes
longest as one piece begins first: at the end it would keep one worker alone, or two at the same.
Tests that need a program which the machine has not are left out, and told of; see `left_out.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

pytest_plugins = ["tests.left_out"]
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# `make mutants` asks whether a law fails at all, and not for the smallest example.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
settings.register_profile("unshrunk", settings.get_profile("untimed"), phases=_PHASES)
settings.load_profile("untimed")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
_LONG = (Path(__file__).parent / "failover", Path(__file__).parent / "test_readme.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(item.path.is_relative_to(place) for place in _LONG))
