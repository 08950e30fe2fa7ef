"""A process that rebuilds a store, and says so as it goes until it is killed.

    rebuilding_process.py URL CORES PAUSE_SECONDS

Of every portion a line is printed, and a pause made; at the end a last line.
"""

import sys
import time

import events.rebuild.rebuilding
from events.application import open_chancery


def main(url: str, cores: int, pause_seconds: float) -> None:
    events.rebuild.rebuilding._POSITIONS = 20
    events.rebuild.rebuilding._ROWS = 60
    chancery = open_chancery(url)

    def progress(done: int, of: int) -> None:
        sys.stdout.write(f"{done} {of}\n")
        sys.stdout.flush()
        time.sleep(pause_seconds)

    chancery.admin.rebuild(cores=cores, progress=progress)
    chancery.close()
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
