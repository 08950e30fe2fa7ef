"""A file that is replaced durably is synced before it gets its name, and its name after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from events.store.durable import replace_file


def test_a_file_is_synced_then_named_and_then_its_folder_is_synced(tmp_path, monkeypatch):
    done: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        done.append(f"sync {Path(f'/proc/self/fd/{descriptor}').resolve().name}")
        sync(descriptor)

    def renamed(path: Path, target: Path) -> Path:
        done.append(f"name {target.name}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    (tmp_path / "heads").write_bytes(b"before")
    replace_file(tmp_path / "heads", b"after")
    assert done == ["sync heads.new", "name heads", f"sync {tmp_path.name}"]
    assert (tmp_path / "heads").read_bytes() == b"after"


def test_where_there_is_no_room_the_old_file_stays(tmp_path, monkeypatch):
    (tmp_path / "heads").write_bytes(b"before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "heads", b"after")
    assert (tmp_path / "heads").read_bytes() == b"before"
