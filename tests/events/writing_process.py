"""A process that writes to a store until it has written enough, or is killed.

    writing_process.py MODULE:OPENER URL NAME COUNT

Each event goes to the act `shared:1` with its index row and a remembered answer, and its
position is printed only when the store has acknowledged it.
"""

import sys
import time
from importlib import import_module
from itertools import count

from events.projection.rows import IndexRows, VersionRow
from events.store.protocol import Draft, Writer


def plan(writer: Writer, name: str, number: int) -> int:
    (record,) = writer.append([Draft("shared:1", "talk.held", {"date": "1975"}, 2)], name)
    row = VersionRow(
        "shared:1", record.version, "talk.held", 720_000, 720_364, "FRA-SUN", record.position
    )
    writer.index(record.position, IndexRows(), IndexRows(versions=(row,)))
    writer.remember(f"{name}:{number}", "digest", b"%d" % record.position, record.position)
    return record.position


def main(opener: str, url: str, name: str, most: int) -> None:
    module, _, function = opener.partition(":")
    store = getattr(import_module(module), function)(url, lambda: time.time_ns() // 1_000)
    for number in count():
        if most and number == most:
            break
        position = store.write(lambda writer, number=number: plan(writer, name, number))
        sys.stdout.write(f"{number} {position}\n")
        sys.stdout.flush()
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
