"""Handles: how many files and sockets this process may have open, and how many it has."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

if sys.platform != "win32":
    import resource


def most_handles() -> int | None:
    """How many it may have, after asking the system for as many as it gives; None for any."""
    if sys.platform == "win32":
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return None if soft == resource.RLIM_INFINITY else soft


def used_handles() -> int | None:
    """How many it has; None where that cannot be told, as where none is left to look with."""
    try:
        with os.scandir("/dev/fd") as found:
            return sum(1 for _ in found)
    except OSError:
        return None
