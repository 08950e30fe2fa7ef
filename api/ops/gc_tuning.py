"""The heap: what a process loads before it works is not looked through for garbage again."""

from __future__ import annotations

import gc

#: Objects made, over those let go, before the collector looks at the newest. Reading and folding
#: make many and few in circles: at Python's 700 a fifth of an import is looking for nothing.
_NEWEST = 20_000


def keep_loaded() -> None:
    """Keep modules, tables and the party registry out of the collector's sight; once a process.

    A full collection that walks them takes some tens of milliseconds, in the midst of an answer.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.set_threshold(_NEWEST, *gc.get_threshold()[1:])
