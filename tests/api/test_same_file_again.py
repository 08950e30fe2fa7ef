"""The same file again records nothing and revises nothing, in every format: a property.

Its rows may stand in another order, its name may be another, its ids may clash.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as arrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.exchange import FORMATS
from api.exchange.csv import COLUMNS as CSV_COLUMNS
from api.exchange.icews import COLUMNS
from api.exchange.loading import Wish, load
from api.exchange.table.map_reading import read_map
from api.exchange.table.table import Table
from events.application import Chancery, open_chancery
from tests.api.samples import SAMPLES
from tests.api.test_import_gdelt import GBR, JPN, SAU
from tests.api.test_import_gdelt import row as gdelt_row
from tests.api.test_import_ggo_treaties import SPACE, STATES, WHALERS, state
from tests.api.test_import_icews import LABELS, VISITS, actor
from tests.api.test_import_missions import HEADER
from tests.api.test_import_table import GISCARD, MAPS, NIXON
from tests.api.test_import_uk_treaties import ATLANTIC, ICELAND
from tests.api.test_import_visits import visit


@dataclass(frozen=True)
class Made:
    """A file of a format as its rows, and how they are put together."""

    form: str
    rows: tuple[Any, ...]
    name: str
    """How its file's name ends."""
    write: Callable[[Sequence[Any]], bytes]
    named_by_source: bool = False
    """Whether the file's name is the source's own id, so that only its folder can be renamed."""


def within(tag: str, attributes: str = "") -> Callable[[Sequence[str]], bytes]:
    return lambda rows: f"<{tag}{attributes}>{''.join(rows)}</{tag}>".encode()


def below(header: str, ending: str = "\n") -> Callable[[Sequence[str]], bytes]:
    return lambda rows: "".join(f"{row}{ending}" for row in (header, *rows) if row).encode()


def line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def trip(key: str, role: str, name: str, day: str, country: str, remarks: str = "") -> str:
    return (
        f'<trip who="{name.split()[-1].lower()}" role="{role}"><id>{key}</id><role>{role}</role>'
        f"<name>{name}</name><start-date>{day}</start-date><end-date>{day}</end-date>"
        f'<country id="{country}">{country.title()}</country><locale>City</locale>'
        f"<remarks>{remarks}</remarks></trip>"
    )


def entry(heading: str, prose: str) -> str:
    return f'<div type="timeline"><head>{heading}</head><p>{prose}</p></div>'


def tei(rows: Sequence[str]) -> bytes:
    return (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><title type="short">Bolivia</title>'
        f'</teiHeader><text><body><div xml:id="relations">{"".join(rows)}</div></body></text></TEI>'
    ).encode()


def seed(rows: Sequence[dict[str, Any]]) -> bytes:
    whole = json.loads((SAMPLES / "eurasian_partnership_2024.json").read_text("utf-8"))
    return json.dumps(whole | {"acts": rows}, ensure_ascii=False).encode()


def seed_acts() -> list[dict[str, Any]]:
    acts = json.loads((SAMPLES / "eurasian_partnership_2024.json").read_text("utf-8"))["acts"]
    visits = [act for act in acts if act["kind"] == "visit"]
    return [*visits[:4], visits[1] | {"act_id": visits[0]["act_id"]}]


def event_of_20(key: str, day: str, first: str, code: str, second: str) -> str:
    cells = [""] * len(COLUMNS.split("\t"))
    cells[:8] = [key, day, first, "Government", first, LABELS[code], code, "1.0"]
    cells[8:14] = [second, "Government", second, "77", "1", "A Paper"]
    return "\t".join(cells)


def quadruple(day: str, first: str, code: str, second: str) -> str:
    return line([day, *actor(first), code, LABELS[code], *actor(second), "ICEWS18"])


VISIT = {
    "type": "visit.held",
    "date": "1972-06-30",
    "parties": [{"party": "MEX", "role": "visitor"}, {"party": "USA", "role": "host"}],
}
PLANNED = VISIT | {"type": "visit.announced", "date": "1972-05-01", "planned_for": "1972-06"}
#: Two events of one act, the same event twice, one key with two days, and another act.
OWN = (
    ("a:1", VISIT | {"key": "held"}),
    ("a:2", VISIT),
    ("a:1", PLANNED | {"key": "planned"}),
    ("a:2", VISIT),
    ("a:3", VISIT | {"key": "x"}),
    ("a:3", VISIT | {"key": "x", "date": "1972-07-04"}),
)


def own_row(act_id: str, body: dict[str, Any]) -> list[str]:
    cells = {"act_id": act_id} | {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()
    }
    return [cells.get(name, "") for name in CSV_COLUMNS]


def parquet(rows: Sequence[list[str]]) -> bytes:
    columns = {name: [row[i] for row in rows] for i, name in enumerate(CSV_COLUMNS)}
    text = io.BytesIO()
    arrow.parquet.write_table(arrow.table(columns), text)
    return text.getvalue()


MADE = {
    "hsg-visits": Made(
        "hsg-visits",
        (
            visit(id="1"),
            visit(id="1"),
            visit(id="1", end="1972-07-01"),
            visit(id="1", country="france", name="France"),
            visit(id="2", start="1972-03-01", end="1972-03-02"),
            visit(id="2", start="1972-11-01", end="1972-11-02"),
            visit(id="3", country="atlantis", name="Atlantis"),
        ),
        "1970.xml",
        within("visits"),
    ),
    "hsg-travels": Made(
        "hsg-travels",
        (
            trip("1", "president", "Barack Obama", "2011-05-23", "ireland"),
            trip(
                "2",
                "secretary",
                "Ann Clinton",
                "2011-05-23",
                "ireland",
                "Accompanied President Obama.",
            ),
            trip(
                "3",
                "secretary",
                "Bo Clinton",
                "2011-05-23",
                "ireland",
                "Accompanied President Obama.",
            ),
            trip("4", "secretary", "Ann Clinton", "2010-01-16", "haiti"),
            trip("4", "president", "Barack Obama", "2011-03-19", "brazil"),
            trip("4", "secretary", "Ann Clinton", "2010-01-16", "haiti"),
        ),
        "trips.xml",
        within("trips"),
    ),
    "hsg-relations": Made(
        "hsg-relations",
        (
            entry("U.S. Recognition of Bolivian Independence, 1848", "Recognised May 30, 1848."),
            entry("Establishment of Diplomatic Relations, 1849.", "On January 3, 1849."),
            entry("Diplomatic Relations Severed, 1936.", "It severed relations in 1936."),
            entry("Diplomatic Relations Resumed, 1937.", "It resumed relations in 1937."),
        ),
        "bolivia.xml",
        tei,
        named_by_source=True,
    ),
    "us-mission-status": Made(
        "us-mission-status",
        (
            "BOL,145,Bolivia,Bolivia,1848-01-03,1900-01-01,Legation",
            "BOL,145,Bolivia,Bolivia,1848-01-03,1900-01-01,Embassy",
            "BOL,145,Bolivia,Bolivia,1900-01-02,1942-01-01,Legation",
            "BOL,145,Bolivia,Bolivia,1942-01-02,2000-01-01,Embassy",
            "BOL,145,Bolivia,Bolivia,1942-01-02,2000-01-01,Embassy",
        ),
        "missions.csv",
        below(HEADER.strip()),
    ),
    "eurasian-2024": Made("eurasian-2024", tuple(seed_acts()), "seed.json", seed),
    "icews": Made(
        "icews",
        tuple(quadruple(*row) for row in (*VISITS, VISITS[0])),
        "events.csv",
        below("date,subject,subject_country,cameo_code,relation,object,object_country,sources"),
    ),
    "icews in 20 columns": Made(
        "icews",
        (
            event_of_20("7", "2018-07-16", "Finland", "043", "Russia"),
            event_of_20("8", "2018-07-16", "Russia", "042", "Finland"),
            event_of_20("8", "2018-07-17", "China", "042", "Japan"),
            event_of_20("8", "2018-07-17", "China", "046", "Japan"),
        ),
        "events.tab",
        below(COLUMNS),
    ),
    "gdelt": Made(
        "gdelt",
        (
            gdelt_row("881", "20190924", GBR, "042", SAU),
            gdelt_row("882", "20190924", SAU, "043", GBR),
            gdelt_row("883", "20190924", JPN, "042", SAU),
            gdelt_row("883", "20190925", GBR, "042", JPN),
        ),
        "20191024143000.export.CSV",
        below("", ""),
    ),
    "uk-treaties": Made(
        "uk-treaties",
        tuple(
            json.dumps(row)
            for row in (
                ICELAND,
                ATLANTIC,
                ICELAND | {"country_name": "FRANCE ; UNITED KINGDOM"},
                ICELAND | {"subject": "FISH"},
            )
        ),
        "list.jsonl",
        below(""),
    ),
    "ggo-treaties": Made(
        "ggo-treaties",
        tuple(
            line(row)
            for row in (
                *WHALERS,
                state("USA", SPACE, signed="1967-01-27"),
                state("RUS", SPACE, signed="1967-01-27"),
                state("GBR", (SPACE[0], "Another Treaty"), signed="1967-01-27"),
                state("JPN", (SPACE[0], "Another Treaty"), signed="1967-01-27"),
            )
        ),
        "parties.csv",
        below(STATES),
    ),
    "acts": Made(
        "acts",
        tuple(json.dumps({"act_id": act_id, "events": [body]}) for act_id, body in OWN),
        "acts.jsonl",
        below(""),
    ),
    "csv": Made(
        "csv",
        tuple(line(own_row(act_id, body)) for act_id, body in OWN),
        "acts.csv",
        below(",".join(CSV_COLUMNS)),
    ),
    "table": Made(
        "table",
        (
            GISCARD,
            NIXON,
            f"1{NIXON[1:]}",
            f"{NIXON} the younger",
            GISCARD,
        ),
        "visits.csv",
        below("no;guest;host;from;to;who"),
    ),
    "parquet": Made(
        "parquet",
        tuple(own_row(act_id, body) for act_id, body in OWN),
        "acts.parquet",
        parquet,
    ),
}


def written(made: Made, folder: Path, prefix: str, rows: Sequence[Any]) -> Path:
    inner = folder / prefix
    inner.mkdir()
    path = inner / (made.name if made.named_by_source else f"{prefix}{made.name}")
    path.write_bytes(made.write(rows))
    return inner


def take(chancery: Chancery, made: Made, path: Path) -> tuple[int, int, int, int]:
    source = Table(read_map(MAPS / "visits.toml")) if made.form == "table" else FORMATS[made.form]
    wish = Wish(retract_missing=source.whole)
    counts = load(chancery, source, [path], lambda row: None, wish=wish)
    in_acts = counts.read - counts.quarantined - counts.out_of_scope - counts.repeated
    assert in_acts >= counts.acts
    return counts.recorded, counts.revised, counts.gone, counts.known


def acts_in(chancery: Chancery) -> dict[str, list[tuple[Any, ...]]]:
    """Every act with the type, day and parties of its events."""
    found = {}
    for act in chancery.query.acts(limit=100)["acts"]:
        events = [entry["event"] for entry in chancery.query.act(act["act_id"])["events"]]
        found[act["act_id"]] = sorted(
            (body["type"], body["date"], json.dumps(body.get("parties"))) for body in events
        )
    return found


def test_every_format_is_tried():
    assert {made.form for made in MADE.values()} == {*FORMATS, "table"}


@pytest.mark.parametrize("name", MADE)
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_the_same_file_in_any_order_and_under_any_name_records_and_revises_nothing(name, data):
    made = MADE[name]
    order = data.draw(st.permutations(range(len(made.rows))))
    with TemporaryDirectory() as folder:
        first = written(made, Path(folder), "a", made.rows)
        again = written(made, Path(folder), "b", [made.rows[i] for i in order])
        chancery = open_chancery("sqlite:///:memory:")
        recorded, revised, gone, _ = take(chancery, made, first)
        assert recorded > 1
        assert (revised, gone) == (0, 0)
        position = chancery.query.head().position
        assert take(chancery, made, again) == (0, 0, 0, recorded)
        assert take(chancery, made, first) == (0, 0, 0, recorded)
        assert chancery.query.head().position == position
        other = open_chancery("sqlite:///:memory:")
        take(other, made, again)
        assert acts_in(other) == acts_in(chancery)
