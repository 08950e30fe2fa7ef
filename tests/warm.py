"""A warm parent: it has loaded the program, and forks it for each command it is told to run.

    python -m tests.crash.warm

Starting Python and loading the program takes most of a start. What is forked here runs the same
`main` with the same arguments as the console script, and is killed like it. On standard input
comes a line a command, `{"run": [arguments], "out": file, "environment": {}, "fault": name}` or
`{"reap": pid}`; on standard output goes a line an answer: the process's id, or its exit code.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

import api.app
import api.server
from api.cli.main import main as chancery
from events.registry import load_registry
from tests.crash import clock, faults

#: What `chancery serve` loads once it is run.
LOADED = (api.app, api.server)


def _run(told: dict[str, Any]) -> None:
    out = os.open(told["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(told["environment"])
    clock.install()
    faults.install(told["fault"])
    chancery(told["run"])


def main() -> None:
    load_registry()
    gc.freeze()
    for line in sys.stdin:
        told = json.loads(line)
        if "reap" in told:
            _, status = os.waitpid(told["reap"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                try:
                    _run(told)
                except SystemExit as ended:
                    sys.stdout.flush()
                    os._exit(ended.code if isinstance(ended.code, int) else 1)
                finally:
                    # An exception has no way back into the parent's loop.
                    sys.excepthook(*sys.exc_info()) if sys.exc_info()[0] else None
                    os._exit(70)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
