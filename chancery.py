"""`chancery`: the command, once it is sure that what Python finds is Chancery.

Its rooms have plain names. A folder in PYTHONPATH may have a `domain`, an `events` or an `api` of
its own, which Python then finds first, and what would be told is an error about something in it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

_ROOMS = ("domain", "events", "api")
_HERE = Path(__file__).resolve().parent
#: As for arguments that cannot be used (docs/cli.md).
_UNUSABLE = 2


def main() -> None:
    """Run the command, or say whose package stands in the way."""
    foreign = {room: found for room in _ROOMS if (found := _found(room)) != _HERE / room}
    if foreign:
        room, found = next(iter(foreign.items()))
        path = os.environ.get("PYTHONPATH", "not set")
        sys.stderr.write(
            f"chancery: expected its package {room} in {_HERE}, got {found or 'none'}: "
            f"another program's stands before it in PYTHONPATH ({path})\n"
        )
        sys.exit(_UNUSABLE)
    from api.cli import main as run

    run()


def _found(room: str) -> Path | None:
    """The folder of the package that Python finds under a name, or the file of a module."""
    spec = importlib.util.find_spec(room)
    if spec is None or spec.origin is None:
        return None
    origin = Path(spec.origin).resolve()
    return origin.parent if origin.name == "__init__.py" else origin
