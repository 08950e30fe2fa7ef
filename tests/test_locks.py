"""The locks: what runs has all it needs, and nothing that only builds it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / "requirements"


def locked(name: str) -> dict[str, str]:
    """The packages of a lock, each with its version."""
    text = (LOCKS / f"{name}.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", text, re.MULTILINE))


def test_no_tool_that_builds_is_among_what_runs():
    assert {"hatchling", "editables"} <= set(locked("build"))
    assert set(locked("build")).isdisjoint(locked("runtime"))


@pytest.mark.parametrize("other", ["build", "dev", "bench", "docs"])
def test_one_package_is_of_one_version_in_every_lock(other: str):
    runtime = locked("runtime")
    assert {name: version for name, version in locked(other).items() if name in runtime} == {
        name: version for name, version in runtime.items() if name in locked(other)
    }


def test_a_container_installs_what_runs_apart_from_what_builds():
    text = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
    installed = re.findall(r"(/opt/\w+)/bin/pip install .* -r requirements/(\w+)\.txt", text)
    assert installed == [
        ("/opt/chancery", "runtime"),
        ("/opt/build", "build"),
        ("/opt/build", "node"),
    ]
