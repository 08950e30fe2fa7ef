"""The programs a cluster is made of, and how they are started by a user who is not root."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.left_out import program
from tests.postgres import unprivileged

#: PostgreSQL refuses to be run by root, and so Patroni may not be root either.
_REACH = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")


@cache
def etcd() -> str:
    """The program; raises where the machine has none, with what to do."""
    found = program("etcd")
    if found is None:
        raise RuntimeError("expected etcd, got none: apt install etcd-server, as .ci/run does")
    return found


@cache
def patroni() -> tuple[str, ...]:
    """The command that runs Patroni unprivileged, from wherever this environment lies."""
    command = (sys.executable, "-P", "-m", "patroni")
    if _answers(command, **unprivileged()):
        return command
    rights = unprivileged()
    if rights and (setpriv := shutil.which("setpriv")) is not None:
        # The environment lies where only root may look: that one right is handed on.
        who = (f"--reuid={rights['user']}", f"--regid={rights['group']}", "--clear-groups")
        command = (setpriv, *who, *_REACH, *command)
        if _answers(command):
            return command
    raise RuntimeError(f"expected Patroni to run from {sys.prefix}, got no answer: make setup-dev")


def interpreter() -> tuple[str, ...]:
    """The command that runs Python as Patroni is run."""
    return patroni()[: -len(("-P", "-m", "patroni"))]


def _answers(command: tuple[str, ...], **rights: object) -> bool:
    try:
        asked = subprocess.run([*command, "--version"], capture_output=True, cwd="/", **rights)  # type: ignore[call-overload]
    except PermissionError:
        return False
    return bool(asked.returncode == 0)


def start(
    command: tuple[str, ...], log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program unprivileged, in a session of its own, its words in a file."""
    rights = {} if command[0].endswith("setpriv") else unprivileged()
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", **(environment or {})},
            start_new_session=True,
            **rights,
        )


def kill_all(folder: Path) -> None:
    """End every process that was started on something in a folder, and what those started."""
    parents = [pid for pid, command in _processes() if f"{folder}/" in command]
    for pid in [*parents, *(child for parent in parents for child in children(parent))]:
        kill(pid)


def kill(pid: int) -> None:
    """End a process at once, if it is still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def children(parent: int) -> list[int]:
    """The processes a process has started and that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            status = stat.read_text()
        except OSError:
            continue
        if int(status[status.rindex(")") + 2 :].split()[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _processes() -> list[tuple[int, str]]:
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = command.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if int(command.parent.name) != os.getpid():
            found.append((int(command.parent.name), arguments))
    return found
