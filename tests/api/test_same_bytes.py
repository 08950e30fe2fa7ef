"""The same history gives the same bytes from every store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from api.exchange.loading import sample
from api.exchange.row import SourceAct
from api.export import VIEWS, export
from events.application import Chancery
from events.registry import load_registry
from events.segments import Sizes
from events.store.postgres.store import open_postgres
from events.store.protocol import Store
from events.store.sqlite.store import open_sqlite
from events.store.window import Chosen
from events.write.commands import EraseEvent, RecordAct
from events.write.receipt import Request
from tests.api.conftest import PUBLISHED
from tests.api.histories import BY, retell
from tests.postgres import database, drop

#: So that even a short history lays runs of several levels.
FINE = Sizes(batch=3, spread=3, levels=3, segment=2)
DAYS = ("1955-07-20", "2023-06-01", "2024-03-09", "2030-01-01")
COURT = "Erased by order of the court of first instance."
TOLD: dict[str, dict[str, Any]] = {
    "state": {"relationship": "KAZ-KGZ"},
    "timeline": {"relationship": "KAZ-KGZ"},
    "network": {"party": "KAZ"},
    "acts": {},
    "relationships": {},
    "events": {},
}


class Clock:
    """Ticks with every look while a history is told, and stands still when it is asked."""

    def __init__(self) -> None:
        self.now, self.tick = PUBLISHED, 1_000

    def __call__(self) -> int:
        self.now += self.tick
        return self.now


def house_of(store_of: Callable[[Callable[[], int], Callable[[], bytes]], Store]) -> Chancery:
    """A history with all that can happen to a record, by a clock and salts that repeat."""
    salts = count()
    clock = Clock()
    store = store_of(clock, lambda: next(salts).to_bytes(16, "big"))
    registry = load_registry()
    house = Chancery(store, registry, clock)
    house.admin.rebuild(cores=1)
    for name in ("eurasian-2024", "us-visits"):
        source, paths = sample(name)
        rows = (row for row in source.read(paths, registry) if isinstance(row, SourceAct))
        list(house.commands.import_acts(islice(rows, 150), recorded_by=name, reason="a sample"))
    retell(house)
    request = Request("a key", "sha256:1")
    late = {
        "type": "talk.held",
        "date": "1992-06",
        "title": "Late talk",
        "parties": [{"party": "KAZ"}, {"party": "KGZ"}],
    }
    house.commands.execute(RecordAct("late:1", [late], request=request, **BY))
    house.commands.execute(RecordAct("late:2", [{**late, "title": "To be erased"}], **BY))
    house.commands.execute(EraseEvent("late:2", 1, COURT, recorded_by="registrar"))
    house.admin.rebuild(cores=1)
    house.commands.execute(RecordAct("late:3", [{**late, "title": "After the rebuild"}], **BY))
    clock.tick = 0
    return house


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chancery, Chancery]]:
    path: Path = tmp_path_factory.mktemp("same") / "acts.db"
    url = database()
    one = house_of(lambda clock, salts: open_sqlite(f"sqlite:///{path}", clock, salts, FINE))
    other = house_of(lambda clock, salts: open_postgres(url, clock, salts, FINE))
    yield one, other
    one.close()
    other.close()
    drop(url)


def laid_bare(house: Chancery) -> Iterator[tuple[str, Any]]:
    """Every row of a store, by what it is of; numbers that a database gives by itself left out."""
    with house._store.read() as reader:
        bare = reader.bare()
        yield "flaws", bare.flaws()
        yield "log", reader.log(0, 100_000)
        yield "tiles", bare.tiles((-1, -1), 1_000)
        yield "receipts", bare.receipts("", 1_000)
        yield "remarks", bare.remarks()
        yield "signatures", sorted(one.told for one in bare.signatures(0, 10_000))
        for act_id in bare.acts("", 100_000):
            yield act_id, sorted(bare.rows_of(act_id), key=repr)
        for name, a, b in bare.relationships("", 10_000):
            runs = bare.runs(name)
            yield name, (a, b, runs)
            for number in runs.kept:
                parts = bare.segments(name, number)
                yield f"{name} {number}", [part[:2] for part in parts]


def test_every_row_is_the_same(houses: tuple[Chancery, Chancery]):
    one, other = (list(laid_bare(house)) for house in houses)
    assert len(one) > 250
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []


def test_every_state_is_the_same_to_its_digest(houses: tuple[Chancery, Chancery]):
    def states(house: Chancery) -> Iterator[bytes]:
        head = house.query.head().position
        rows = house.query.relationships(as_of=DAYS[-1], limit=500)["relationships"]
        for number, row in enumerate(rows):
            day = DAYS[number % len(DAYS)]
            known_at = (None, head // 2, head - 3)[number % 3]
            yield orjson.dumps(house.query.state(row["relationship"], day, known_at))
        for day in DAYS:
            for known_at in range(head - 30, head + 1):
                yield orjson.dumps(house.query.state("KAZ-KGZ", day, known_at))

    one, other = (list(states(house)) for house in houses)
    assert len(one) > 150
    assert one == other


@pytest.mark.parametrize(("view", "form"), [(v.name, f) for v in VIEWS.values() for f in v.forms])
def test_every_export_is_the_same(houses: tuple[Chancery, Chancery], view: str, form: str):
    day = {"as_of": "2024-03-09"} if "as_of" in VIEWS[view].takes else {}
    one, other = (b"".join(export(house, form, view=view, **day, **TOLD[view])) for house in houses)
    assert len(one) > 200
    assert one == other


def test_every_other_answer_is_the_same(houses: tuple[Chancery, Chancery]):
    def answers(house: Chancery) -> Iterator[bytes]:
        head = house.query.head().position
        pair, basis = "KAZ-KGZ", {"as_of": "2024-03-09", "known_at": head}
        yield orjson.dumps(list(house.query.replay(pair, as_of="2024-03-09", known_at=head)))
        yield orjson.dumps(house.inspection.belief(pair, **basis))
        yield orjson.dumps(house.query.steps(pair, **basis))
        yield orjson.dumps(house.query.learnt(pair))
        yield orjson.dumps(house.query.density(pair, known_at=head))
        yield orjson.dumps(house.query.network("USA", **basis))
        yield orjson.dumps(house.query.diff_knowledge(pair, "2024-03-09", head - 40, head))
        for asked in (
            {"q": "ЁLKI"},
            {"q": "TREATY"},
            {"q": "Élysée"},
            {"party": "FRA"},
            {"q": "%"},
        ):
            yield orjson.dumps(house.query.acts(**asked, **basis))
        for chosen in (Chosen(rank="head_of_state"), Chosen(level="embassy"), Chosen("visit")):
            yield orjson.dumps(house.query.timeline("GBR-USA", known_at=head, chosen=chosen))

    one, other = (list(answers(house)) for house in houses)
    assert one == other
