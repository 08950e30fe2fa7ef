"""What no package brings, such as a browser: tests that need it are left out where it is missing.

A test says so itself: `@pytest.mark.needs("strace")`. What is left out is counted by name in a
closing line. Where `CHANCERY_TEST_ALL` is set, as `.ci/run` sets it, nothing is left out: the test
runs, and fails for want of its program.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

EVERYTHING = "CHANCERY_TEST_ALL"


class Need(NamedTuple):
    """What a program is for, and the names it goes by: on the path, or where `make` puts it."""

    purpose: str
    names: tuple[str, ...]


_ROOT = Path(__file__).parent.parent
_TYPESCRIPT = "tests/clients/typescript/node_modules/.bin/openapi-typescript"
NEEDS = {
    "chromium": Need("pages", ("chromium", "chromium-browser", "google-chrome")),
    "etcd": Need("failover", ("etcd",)),
    "openapi-python-client": Need(
        "generated clients", (str(_ROOT / ".venv-clients/bin/openapi-python-client"),)
    ),
    "openapi-typescript": Need("generated clients", (str(_ROOT / _TYPESCRIPT),)),
    "strace": Need("power loss", ("strace",)),
}
_MARK = "needs(program): left out where the machine has no such program; see tests/left_out.py"
_COUNTED = pytest.StashKey[Counter[str]]()
#: Under this a worker hands its counts to the process that started it.
_HANDED = "left_out"


def program(name: str) -> str | None:
    """Where a program is; None where the machine has none."""
    found = (shutil.which(each) for each in NEEDS[name].names)
    return next(filter(None, found), None)


def told(counted: Counter[str]) -> str:
    """The closing line: how many tests of what are left out, and for want of what."""
    names = sorted(counted)
    parts = [f"{counted[name]} of {NEEDS[name].purpose} (no {name})" for name in names]
    unit = " test of " if counted[names[0]] == 1 else " tests of "
    parts[0] = parts[0].replace(" of ", unit, 1)
    return f"left out: {', '.join(parts)}"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARK)
    config.stash[_COUNTED] = Counter()


# Last, so that what was not asked for anyway is not counted.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get(EVERYTHING):
        return
    missing = {name for name in NEEDS if program(name) is None}
    left_out, kept = [], []
    for item in items:
        wanted = {mark.args[0] for mark in item.iter_markers("needs")} & missing
        if wanted:
            config.stash[_COUNTED][min(wanted)] += 1
            left_out.append(item)
        else:
            kept.append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def pytest_sessionfinish(session: pytest.Session) -> None:
    handed: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed[_HANDED] = dict(session.config.stash[_COUNTED])


# A worker collects everything, so that the counts of one are those of all.
@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    handed = getattr(node, "workeroutput", {}).get(_HANDED)
    if handed is not None:
        node.config.stash[_COUNTED] = Counter(handed)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.stash[_COUNTED]:
        terminalreporter.write_line(told(config.stash[_COUNTED]), yellow=True)
