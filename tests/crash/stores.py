"""Where the histories of a campaign are kept: a new, empty store for each."""

from __future__ import annotations

import tempfile
from itertools import count
from pathlib import Path
from typing import Protocol

from tests import postgres


class Stores(Protocol):
    """Gives empty stores."""

    def fresh(self) -> str: ...

    def close(self) -> None: ...


class Files:
    """SQLite in files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def fresh(self) -> str:
        return f"sqlite:///{self._folder / f'history-{next(self._numbers)}.db'}"

    def close(self) -> None:
        """Nothing: the folder is another's."""


class Databases:
    """Databases of a PostgreSQL server of the campaign's own, which syncs what it commits."""

    def __init__(self, folder: Path) -> None:
        self.server = postgres.Server(folder, durable=True)
        self.server.start()
        self._numbers = count(1)

    def fresh(self) -> str:
        """The url of an empty database, by the server's own administrator."""
        name = f"history_{next(self._numbers)}"
        postgres._command(self.server.url(), f"CREATE DATABASE {name} TEMPLATE template0")
        return self.server.url(name)

    def close(self) -> None:
        self.server.stop()


class Given:
    """One store that is given by its url, which must be empty."""

    def __init__(self, url: str) -> None:
        self._urls = [url]

    def fresh(self) -> str:
        return self._urls.pop()

    def close(self) -> None:
        """Nothing: the store is another's."""


def stores(named: str, folder: Path) -> Stores:
    """By name: `sqlite`, `postgresql`, or the url of an empty store."""
    if named == "sqlite":
        return Files(folder)
    if named == "postgresql":
        # A path that the server's own user can reach.
        return Databases(Path(tempfile.mkdtemp(prefix="chancery-crash-")) / "server")
    return Given(named)
