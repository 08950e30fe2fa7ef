"""Taken: a view read whole at its basis, so that its digest is known before a byte is written."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import orjson

from api.export.asked import Asked
from api.export.rows import Json, find
from domain.parties import Registry
from events.application import Chancery

#: What is longer waits on the disk, not in memory.
SPOOL_BYTES = 4 * 2**20
#: Where links lead that nobody has given an address of the service for.
NOWHERE = "http://localhost:8000"


@dataclass
class Taken:
    """The rows of a view and what they rest on; used as a context, which lets go of them."""

    asked: Asked
    basis: Json
    """`as_of`, `known_at`, `position`, `parties` and `digest`: of a state or a network that of
    its answer, else SHA-256 over the rows as they were read, a JSON line each."""
    following: int
    registry: Registry
    link_base: str
    """The service's address, without a slash at its end."""
    _lines: IO[bytes]

    def __enter__(self) -> Taken:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()

    def lines(self) -> Iterator[bytes]:
        """The rows as JSON lines, each with its line feed."""
        self._lines.seek(0)
        return iter(self._lines)

    def rows(self) -> Iterator[Json]:
        """The rows, each an object."""
        return map(orjson.loads, self.lines())

    @property
    def name(self) -> str:
        """The view with what was asked of it, as a person would name it."""
        asked = self.asked
        pair, party, act = asked.get("relationship"), asked.get("party"), asked.get("act")
        about = [part for part in (pair, party, act, asked.get("kind")) if part]
        only = (asked.get("only") or asked.view.name).replace("_", " ")
        return " ".join([only, *about])

    @property
    def file_name(self) -> str:
        """A name for a file of it: view, filter, basis, format."""
        plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in self.name)
        day = [self.basis["as_of"]] if self.basis["as_of"] else []
        parts = ["chancery", plain, *day, str(self.basis["position"])]
        return "-".join(parts) + f".{_ENDINGS.get(self.asked.form.name, self.asked.form.name)}"


_ENDINGS = {"cloudevents": "cloudevents.json"}


def take(chancery: Chancery, asked: Asked, link_base: str = NOWHERE) -> Taken:
    """Read a view whole; raises as the questions of `Chancery` do."""
    steps = taking(chancery, asked, link_base)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            taken: Taken = end.value
            return taken


def taking(
    chancery: Chancery, asked: Asked, link_base: str = NOWHERE
) -> Generator[None, None, Taken]:
    """The same row by row, so that others have their turn and it can be given up between."""
    found = find(chancery, asked)
    lines: IO[bytes] = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
    digest = sha256()
    try:
        for row in found.rows:
            line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
            digest.update(line)
            lines.write(line)
            yield
    except BaseException:
        lines.close()
        raise
    basis: dict[str, Any] = {"digest": f"sha256:{digest.hexdigest()}", **found.basis}
    ordered = {name: basis[name] for name in ("as_of", "known_at", "position", "parties", "digest")}
    return Taken(asked, ordered, found.following, chancery.registry, link_base, lines)
