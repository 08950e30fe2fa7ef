"""What a machine has not is left out by name and told of, and never where all is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.left_out import EVERYTHING, NEEDS, program, told

ROOT = Path(__file__).parent.parent
TESTS = """
import pytest

@pytest.mark.needs("strace")
@pytest.mark.parametrize("share", [0, 1])
def test_of_power(share):
    raise RuntimeError("expected strace, got none")

@pytest.mark.needs("etcd")
def test_of_a_lead():
    raise RuntimeError("expected etcd, got none")

def test_of_neither():
    pass
"""


def run(
    folder: Path, *options: str, everything: str = "", programs: tuple[str, ...] = ()
) -> tuple[int, str]:
    """How a session ends that has some programs and no others, and what it says."""
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.left_out"]\n')
    (folder / "test_needs.py").write_text(TESTS)
    (folder / "bin").mkdir()
    for name in programs:
        (folder / "bin" / name).touch(mode=0o755)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, str(folder)],
        env={
            **{name: value for name, value in os.environ.items() if "PYTEST" not in name},
            "PATH": str(folder / "bin"),
            "PYTHONPATH": str(ROOT),
            EVERYTHING: everything,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_tests_whose_program_is_missing_are_counted_by_name(tmp_path: Path, workers: str):
    ended, said = run(tmp_path, "-n", workers)
    assert ended == 0
    assert "left out: 1 test of failover (no etcd), 2 of power loss (no strace)" in said
    assert "1 passed" in said
    assert "skipped" not in said


def test_a_test_whose_program_is_there_runs(tmp_path: Path):
    ended, said = run(tmp_path, programs=("etcd",))
    assert ended == 1
    assert "expected etcd, got none" in said
    assert "left out: 2 tests of power loss (no strace)" in said


def test_where_all_is_asked_for_a_missing_program_fails(tmp_path: Path):
    ended, said = run(tmp_path, everything="1")
    assert ended == 1
    assert "3 failed, 1 passed" in said
    assert "left out" not in said


def test_what_was_not_asked_for_is_not_counted(tmp_path: Path):
    ended, said = run(tmp_path, "-k", "neither or lead")
    assert ended == 0
    assert "left out: 1 test of failover (no etcd)" in said
    assert "strace" not in said


def test_the_gate_asks_for_all():
    assert f"export {EVERYTHING}=1\n" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_a_program_is_found_under_any_of_its_names(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program("chromium") is None
    (tmp_path / NEEDS["chromium"].names[-1]).touch(mode=0o755)
    assert program("chromium") == str(tmp_path / NEEDS["chromium"].names[-1])


def test_what_is_told_begins_with_the_number_of_tests():
    counted = Counter({"chromium": 43, "strace": 5})
    assert told(counted) == "left out: 43 tests of pages (no chromium), 5 of power loss (no strace)"
