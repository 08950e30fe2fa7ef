"""Key files: private keys of a log or of a witness, a line each, the newest first.

They lie outside every store, and only their owner can read them.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from events.notary.notary import check_keys
from events.store.durable import sync_folder
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, SigningKey, parse_signing_key

_SEED_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def fresh_key(name: str, *, witness: bool = False) -> SigningKey:
    """A new key. A log's name is its origin: a URL without scheme and without slash at the end."""
    if "://" in name or name.endswith("/"):
        expected = "a URL without scheme and without slash at the end"
        raise ProofError("malformed", "key name", expected, repr(name))
    type = SignatureType.COSIGNATURE if witness else SignatureType.ED25519
    return SigningKey(name, os.urandom(_SEED_BYTES), type)


def read_keys(path: Path) -> tuple[SigningKey, ...]:
    """The keys of a file, in its order; at least one.

    Raises `OSError`, `ProofError`, and `ValueError` for a file that others can read.
    """
    with path.open(encoding="ascii", errors="replace") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & _OTHERS:
            raise ValueError(f"{path}: expected a file of mode 0600, got {stat.S_IMODE(mode):04o}")
        lines = [line.strip() for line in file]
    keys = tuple(parse_signing_key(line) for line in lines if line)
    if not keys:
        raise ValueError(f"{path}: expected a private key a line, got none")
    return keys


def read_log_keys(path: Path | None) -> tuple[SigningKey, ...]:
    """The keys of a log, as `read_keys`; none where no file is named."""
    keys = read_keys(path) if path else ()
    check_keys(keys)
    return keys


def write_new(path: Path, key: SigningKey) -> None:
    """A new file with one key; raises `FileExistsError` rather than replace one."""
    _write(path, (key,))


def rotate(path: Path) -> SigningKey:
    """Put a new key of the same name before those of a file; all of them sign from now on."""
    keys = read_keys(path)
    key = fresh_key(keys[0].name, witness=keys[0].type is SignatureType.COSIGNATURE)
    beside = path.with_name(path.name + ".new")
    _write(beside, (key, *keys))
    beside.replace(path)
    sync_folder(path.parent)
    return key


def _write(path: Path, keys: tuple[SigningKey, ...]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.writelines(f"{key.encode()}\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
