"""A warm parent: it has loaded the program, and forks it for each command it is told to run.

    python -c "from tests.warm import main; main()"

Starting Python and loading the program takes most of a command. What is forked here runs the same
`main` with the same arguments as the console script, on its own files, folder and environment,
ends as Python ends, and is killed like it. On standard input comes a line a command, `{"run":
[arguments], "in": file, "out": file, "err": file, "cwd": folder, "environment": {}, "fault":
name}` or `{"reap": pid}`; on standard output goes a line an answer: the process's id, or its exit
code.
"""

from __future__ import annotations

import faulthandler
import json
import os
from typing import Any

import api.server
from api.app import create_app
from api.cli.main import main as chancery
from api.settings import Settings
from events.registry import load_registry
from tests.crash import clock, faults

#: What `chancery serve` loads once it is run.
LOADED = api.server
_ADDED = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def _run(order: dict[str, Any]) -> None:
    files = (
        os.open(order["in"], os.O_RDONLY),
        os.open(order["out"], _ADDED, 0o600),
        os.open(order["err"], _ADDED, 0o600),
    )
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    clock.install()
    faults.install(order["fault"])
    chancery(order["run"])


def main() -> None:
    faulthandler.enable()
    load_registry()
    create_app(Settings())
    # A child's own are 0, 1 and 2, and these it is not to keep open.
    with os.fdopen(os.dup(0)) as commands, os.fdopen(os.dup(1), "w") as answers:
        for line in commands:
            order = json.loads(line)
            if "reap" in order:
                _, status = os.waitpid(order["reap"], 0)
                answer = os.waitstatus_to_exitcode(status)
            else:
                answer = os.fork()
                if answer == 0:
                    break
            answers.write(f"{answer}\n")
            answers.flush()
        else:
            return
    _run(order)


if __name__ == "__main__":
    main()
