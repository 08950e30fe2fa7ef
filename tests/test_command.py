"""The command: where another program's package stands in the way of its own, it says whose."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMAND = ROOT / "chancery.py"


#: As the console script does it, from wherever the command is.
START = """
import importlib.util, sys
sys.argv = ["chancery", "--help"]
spec = importlib.util.spec_from_file_location("chancery", COMMAND)
command = importlib.util.module_from_spec(spec)
spec.loader.exec_module(command)
command.main()
"""


def run(*path: Path) -> subprocess.CompletedProcess[str]:
    """The command, with folders that stand before its own."""
    found = os.pathsep.join(map(str, (*path, ROOT)))
    return subprocess.run(
        [sys.executable, "-P", "-c", START.replace("COMMAND", repr(str(COMMAND)))],
        env={**os.environ, "PYTHONPATH": found},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_where_its_packages_are_its_own():
    done = run()
    assert done.returncode == 0
    assert "Usage: chancery" in done.stdout


@pytest.mark.parametrize("room", ["domain", "events", "api"])
@pytest.mark.parametrize("kind", ["package", "module"])
def test_another_programs_package_is_named_in_one_line(tmp_path: Path, room: str, kind: str):
    if kind == "package":
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("raise ImportError('not to be loaded')")
    else:
        (tmp_path / f"{room}.py").write_text("raise ImportError('not to be loaded')")
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"chancery: expected its package {room} in {ROOT}, got {tmp_path}")
    assert "PYTHONPATH" in line
