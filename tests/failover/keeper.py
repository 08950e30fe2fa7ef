"""Ends what was started in a folder when whoever started it is gone, however that ended."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.failover.programs import kill_all

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    sys.stdin.buffer.read()
    kill_all(folder)
    shutil.rmtree(folder, ignore_errors=True)
