"""Chancery on PostgreSQL beside Chancery on SQLite, in one run.

    python -m bench.stores [--folder FOLDER] [--appends N] [--questions N]

The bundled visits are imported, acts appended by one writer and by sixteen, each acknowledged when
it is durable, and states asked. Both stores are on the same disk, PostgreSQL with `fsync` on.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from api.exchange.loading import load, sample
from bench.peers.server import PostgresServer
from events.application import Chancery, open_chancery
from events.write.commands import RecordAct

WRITERS = 16
DAYS = ("1962-10-16", "1989-11-09", "2001-09-11", "2024-03-09")


def timed(work: Callable[[], object]) -> float:
    """The seconds a piece of work took."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def imported(house: Chancery) -> None:
    source, paths = sample("us-visits")
    load(house, source, paths, lambda row: None)


def appended(house: Chancery, name: str, count: int) -> None:
    parties = [{"party": "FRA"}, {"party": "DEU"}]
    for number in range(count):
        event = {"type": "talk.held", "date": "1963-01-22", "title": "Talk", "parties": parties}
        house.commands.execute(RecordAct(f"{name}:{number}", [event], recorded_by="bench"))


def by_many(house: Chancery, count: int) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        works = [
            pool.submit(appended, house, f"many-{n}", count // WRITERS) for n in range(WRITERS)
        ]
        for work in works:
            work.result()


def figures(house: Chancery, appends: int, questions: int) -> dict[str, float]:
    """Records a second, and the median wait for an answer in milliseconds."""
    measured: dict[str, float] = {}
    seconds = timed(lambda: imported(house))
    measured["import, records/s"] = house.query.head().position / seconds
    measured["1 writer, appends/s"] = appends / timed(lambda: appended(house, "one", appends))
    measured[f"{WRITERS} writers, appends/s"] = appends / timed(lambda: by_many(house, appends))
    keys = [row["relationship"] for row in house.query.relationships(limit=50)["relationships"]]
    head = house.query.head().position
    for title, known_at in (("state now", None), ("state as known half-way", head // 2)):
        waits = [
            timed(
                lambda n=n, at=known_at: house.query.state(
                    keys[n % len(keys)], DAYS[n % len(DAYS)], at
                )
            )
            for n in range(questions)
        ]
        measured[f"{title}, ms"] = statistics.median(waits) * 1_000
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--appends", type=int, default=320)
    parser.add_argument("--questions", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name, "server")
        folder.mkdir()
        server = PostgresServer(folder)
        try:
            server.connected().close()
            urls = {
                "SQLite": f"sqlite:///{name}/acts.db",
                "PostgreSQL": f"postgresql://bench@127.0.0.1:{server.port}/postgres",
            }
            found: dict[str, dict[str, float]] = {}
            for store, url in urls.items():
                house = open_chancery(url)
                found[store] = figures(house, given.appends, given.questions)
                house.close()
        finally:
            server.end()
    print(f"{'':34}{'SQLite':>12}{'PostgreSQL':>12}{'ratio':>8}")
    for task, one in found["SQLite"].items():
        other = found["PostgreSQL"][task]
        print(f"{task:34}{one:12.2f}{other:12.2f}{other / one:8.2f}")


if __name__ == "__main__":
    main()
