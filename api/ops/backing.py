"""Backing up: a backup gets its name only when it is whole, and nothing in the place of another."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import SystemRandom

import orjson

from events.application import Chancery
from events.backup import BackupFile, Manifest
from events.store.durable import sync_folder

Told = Callable[[int, int], None]
_PAGE = 500


def back_up(chancery: Chancery, place: Path, force: bool, progress: Told) -> tuple[Path, Manifest]:
    """Write a backup to a file, or to one of a name of its own in a folder; gives which.

    It is read by its owner alone (mode 0600). It is written under another name beside, synced,
    read again whole, and only then given its name. `told` hears of records written and of all.
    Raises `ValueError` where there is such a file and it is not to be replaced.
    """
    path = place / _name(chancery) if place.is_dir() else place
    if path.exists() and not force:
        raise ValueError(f"{path}: expected no such file, got one; --force replaces it")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.touch(mode=0o600, exist_ok=False)
        with part.open("wb") as file:
            manifest = chancery.admin.backup(file, progress)
            file.flush()
            os.fsync(file.fileno())
        BackupFile(part).check(lambda done, of: None)
        _give_name(part, path, force)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    sync_folder(path.parent)
    return path, manifest


def _name(chancery: Chancery) -> str:
    head = chancery.query.head()
    return f"chancery-{chancery.query.today()}-{head.position:010}.backup"


def _give_name(part: Path, path: Path, force: bool) -> None:
    if force:
        part.replace(path)
        return
    try:
        # Unlike a renaming, this fails where another has taken the name meanwhile.
        path.hardlink_to(part)
    except FileExistsError:
        raise ValueError(f"{path}: expected no such file, got one; --force replaces it") from None


def other_states(
    source: Chancery, target: Chancery, size: int, number: int | None
) -> tuple[int, list[str]]:
    """How many relationships were asked about of two stores, and whose states differ.

    As they were known at position `size`; of so many drawn by lot, or of all. The states are held
    against each other byte by byte.
    """
    keys, cursor = [], ""
    known_at = str(size)
    while page := source.query.relationships(None, None, known_at, cursor, _PAGE)["relationships"]:
        keys += [one["relationship"] for one in page]
        cursor = keys[-1]
    if number is not None and number < len(keys):
        keys = sorted(SystemRandom().sample(keys, number))
    day = source.query.today()

    def told(chancery: Chancery, key: str) -> bytes:
        return orjson.dumps(chancery.query.state(key, day, known_at))

    return len(keys), [key for key in keys if told(source, key) != told(target, key)]
