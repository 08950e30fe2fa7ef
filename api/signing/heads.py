"""Signed heads in a file beside the key, where no copy of the store takes them back."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import orjson

from events.errors import NotSigned
from events.store.durable import replace_file
from events.tlog.checkpoint import TreeHead
from events.tlog.errors import ProofError
from events.tlog.keys import VerifierKey, parse_verifier_key
from events.tlog.lines import base64_text, hash_of

_FORMAT = "chancery-signed/v1"
_SUFFIX = ".signed"
_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
#: How long one waits for another who signs, and how often one looks.
_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.005


class HeadsFile:
    """The heads in a file, which several services of one machine may share.

    See `events.tlog.signed.SignedHeads`. The file is read anew each time, for another process may
    have signed. It is replaced whole, so that whoever is killed leaves the old heads or the new.
    """

    def __init__(self, path: Path) -> None:
        """Raises `NotSigned` for a file that cannot be read."""
        self.path = path
        self.all()

    def all(self) -> Mapping[VerifierKey, TreeHead]:
        """The last head of each key; none where there is no file yet."""
        try:
            return _decoded(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise NotSigned(f"{self.path} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError, ProofError) as error:
            raise NotSigned(f"{self.path}: expected signed heads, got {error!r}") from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold a lock beside the file, which itself is replaced; it goes with the process."""
        lock = self._opened_lock()
        try:
            self._wait(lock)
            yield
        finally:
            os.close(lock)

    def keep(self, keys: Iterable[VerifierKey], head: TreeHead) -> None:
        """Keep a head; called within `alone`."""
        heads = {**self.all(), **dict.fromkeys(keys, head)}
        try:
            replace_file(self.path, _encoded(heads))
        except OSError as error:
            raise self._not_written(error) from None

    def _opened_lock(self) -> int:
        path = self.path.with_name(self.path.name + ".lock")
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._not_written(error) from None

    def _wait(self, lock: int) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise NotSigned(f"another process holds {self.path}") from None
                time.sleep(_LOOK_SECONDS)
            else:
                return

    def _not_written(self, error: OSError) -> NotSigned:
        return NotSigned(f"{self.path} cannot be written: {error.strerror}")


def heads_beside(key_file: Path | None, heads_file: Path | None = None) -> HeadsFile | None:
    """The heads of a key file's keys: in a file that is named, else in one beside the keys.

    None where there are no keys. Raises `NotSigned`.
    """
    if key_file is None:
        return None
    return HeadsFile(heads_file or key_file.with_name(key_file.name + _SUFFIX))


def _encoded(heads: Mapping[VerifierKey, TreeHead]) -> bytes:
    keys = {
        key.encode(): {"size": head.size, "root": base64_text(head.root)}
        for key, head in heads.items()
    }
    return orjson.dumps({"format": _FORMAT, "keys": keys}, option=_OPTIONS)


def _decoded(data: bytes) -> dict[VerifierKey, TreeHead]:
    found = orjson.loads(data)
    if found["format"] != _FORMAT:
        raise ValueError(found["format"])
    return {
        parse_verifier_key(key): TreeHead(head["size"], hash_of(head["root"], "root"))
        for key, head in found["keys"].items()
    }
