"""A witness's state: the last tree it cosigned of each log, on the disk before it answers."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

import orjson

from events.store.durable import replace_file
from events.tlog.checkpoint import TreeHead
from events.tlog.errors import ProofError
from events.tlog.lines import base64_text, hash_of

_FORMAT = "chancery-witness/v1"


class WitnessState:
    """The state in a file, which one process at a time may hold.

    The file is replaced whole, so that a witness that is killed has the old state or the new.
    Whoever loses it loses the witness's memory: a witness that begins anew must take a new key.
    """

    def __init__(self, path: Path) -> None:
        """Raises `OSError`, and `ValueError` for a file that is held or that is no state."""
        self._path = path
        self._lock = _held(path)
        self.fresh = not path.exists()
        self._known = {} if self.fresh else _read(path)
        if self.fresh:
            self._write(self._known)

    @property
    def known(self) -> Mapping[str, TreeHead]:
        """The last tree of each log, by origin."""
        return self._known

    def keep(self, origin: str, head: TreeHead) -> None:
        """Keep a log's new tree; durable when this returns. Raises `OSError`, nothing changed."""
        if self._known.get(origin) != head:
            after = {**self._known, origin: head}
            self._write(after)
            self._known = after

    def close(self) -> None:
        """Let another process have it."""
        os.close(self._lock)

    def _write(self, known: Mapping[str, TreeHead]) -> None:
        logs = {
            origin: {"size": head.size, "root": base64_text(head.root)}
            for origin, head in known.items()
        }
        replace_file(self._path, orjson.dumps({"format": _FORMAT, "logs": logs}, option=_OPTIONS))


_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def _held(path: Path) -> int:
    # The state file itself is replaced, so the lock lies beside it.
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise ValueError(f"{path}: another witness holds this state") from None
    return lock


def _read(path: Path) -> dict[str, TreeHead]:
    try:
        kept = orjson.loads(path.read_bytes())
        if kept["format"] != _FORMAT:
            raise ValueError(kept["format"])
        return {
            origin: TreeHead(head["size"], hash_of(head["root"], "root"))
            for origin, head in kept["logs"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, ProofError) as error:
        raise ValueError(f"{path}: expected a witness's state, got {error!r}") from None
