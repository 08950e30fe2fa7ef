"""Pages: what SQLite holds of a process's memory, told to a file once a second.

Each connection keeps pages of its file, up to a bound of its own, so the memory of a service rises
with its store until each of them is full. What is besides must not rise at all.
"""

from __future__ import annotations

import ctypes
import os
import time
from importlib.util import find_spec
from threading import Thread

_WIDTH = 20


def begin(path: str) -> bool:
    """Begin to tell; False where SQLite is no library of its own that could be asked."""
    spec = find_spec("_sqlite3")
    assert spec is not None
    try:
        used = ctypes.CDLL(spec.origin).sqlite3_memory_used
    except (AttributeError, OSError):
        return False
    used.restype = ctypes.c_int64
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)

    def tell() -> None:
        while True:
            # One write of one width: who reads it meanwhile reads a whole number.
            os.pwrite(handle, str(used()).rjust(_WIDTH).encode("ascii"), 0)
            time.sleep(1)

    Thread(target=tell, daemon=True).start()
    return True
