"""Tables of one's own: what a map says of a file, and what it is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli.main import run as run_here
from api.exchange.loading import load
from api.exchange.row import OutOfScope, Quarantined, Repeated, SourceAct
from api.exchange.table.map_reading import read_map
from api.exchange.table.table import Table
from api.exchange.unreadable import UnreadableSource
from events.application import open_chancery
from events.registry import load_registry
from tests.api.samples import acts_of, rows_of

MAPS = Path(__file__).parents[2] / "docs" / "maps"
WIPO = Path(__file__).parent / "tables" / "wipo_membership.csv"

VISITS = (MAPS / "visits.toml").read_text("utf-8")
HEADER = "no;guest;host;from;to;who"
GISCARD = "1;France;United States;17/05/1976;22/05/1976;Valéry Giscard d'Estaing"
NIXON = "2;United States;China;21/02/1972;28/02/1972;Richard Nixon"
BREZHNEV = "3;Soviet Union;Germany, Federal Republic of;18/05/1973;;Leonid Brezhnev"


def table(folder, told, *rows, name="visits.csv", encoding="utf-8"):
    """The format of a map, and a file of rows."""
    (folder / "map.toml").write_text(told, "utf-8")
    path = folder / name
    path.write_bytes("\n".join([*rows, ""]).encode(encoding))
    return Table(read_map(folder / "map.toml")), path


def items(folder, told, *rows, **more):
    source, path = table(folder, told, *rows, **more)
    return list(source.read([path], load_registry()))


def reasons(found):
    return [item.reason for item in found if isinstance(item, Quarantined)]


def test_six_columns_suffice_for_a_visit(tmp_path):
    found = items(tmp_path, VISITS, HEADER, GISCARD, NIXON, BREZHNEV)
    (event,) = acts_of(found)["my-visits:1"].events
    assert (event["type"], event["date"]) == ("visit.held", "1976-05-17/1976-05-22")
    assert event["parties"] == [
        {"party": "FRA", "role": "visitor"},
        {"party": "USA", "role": "host"},
    ]
    assert event["participants"] == [{"party": "FRA", "name": "Valéry Giscard d'Estaing"}]
    assert event["title"] == "Visit of Valéry Giscard d'Estaing to United States"
    assert event["sources"] == [
        {"title": "Visits, from my own notes", "locator": "visits.csv, line 2"}
    ]
    (soviet,) = acts_of(found)["my-visits:3"].events
    assert soviet["date"] == "1973-05-18"
    assert [entry["party"] for entry in soviet["parties"]] == ["SUN", "GFR"]
    chancery = open_chancery("sqlite:///:memory:")
    source, path = table(tmp_path, VISITS, HEADER, GISCARD, NIXON, BREZHNEV)
    first = load(chancery, source, [path], lambda row: pytest.fail(row.reason))
    again = load(chancery, source, [path], lambda row: pytest.fail(row.reason))
    assert (first.recorded, again.recorded, again.known, again.revised) == (3, 0, 3, 0)


@pytest.mark.parametrize(
    ("dates", "cell", "date"),
    [
        ("day-first", "03/04/2019", "2019-04-03"),
        ("month-first", "03/04/2019", "2019-03-04"),
        ("day-first", "3.4.2019", "2019-04-03"),
        ("day-first", "2019", "2019"),
        ("day-first", "2019-11-00", "2019-11"),
        ("day-first", "1883-00-00", "1883"),
        ("day-first", "1927-01-01T00:00:00Z", "1927-01-01"),
        ("day-first", "2019-04/2019-05", "2019-04/2019-05"),
        ("day-first", "1985~", "1985~"),
    ],
)
def test_a_date_keeps_its_precision_and_the_declared_order(tmp_path, dates, cell, date):
    told = VISITS.replace('dates = "day-first"', f'dates = "{dates}"')
    row = f"1;France;United States;{cell};;X"
    (act,) = items(tmp_path, told, HEADER, row)
    assert act.events[0]["date"] == date


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("", "from: expected YYYY, YYYY-MM or YYYY-MM-DD, or DD/MM/YYYY, got 'nothing'"),
        ("31/02/2019", "from: expected"),
        ("2019-00-05", "from: expected"),
        ("03/14/2019", "from: expected"),
        ("spring of 1976", "from: expected"),
        ("23/05/1976", "date: expected"),
    ],
)
def test_a_date_that_cannot_be_puts_the_row_aside(tmp_path, cell, words):
    row = f"1;France;United States;{cell};22/05/1976;X"
    found = items(tmp_path, VISITS, HEADER, row, NIXON)
    (reason,) = reasons(found)
    assert reason.startswith(words)
    assert [item.where for item in found if isinstance(item, Quarantined)] == ["visits.csv, line 2"]


FOUND = VISITS.replace('"day-first"', '"found"')
OPEN = "1;France;United States;03/04/2019;;X"


def test_the_order_of_day_and_month_is_found_over_the_whole_file(tmp_path):
    later = "2;France;United States;14/04/2019;;X"
    acts = acts_of(items(tmp_path, FOUND, HEADER, OPEN, later))
    assert acts["my-visits:1"].events[0]["date"] == "2019-04-03"
    later = "2;France;United States;04/14/2019;;X"
    acts = acts_of(items(tmp_path, FOUND, HEADER, OPEN, later))
    assert acts["my-visits:1"].events[0]["date"] == "2019-03-04"


@pytest.mark.parametrize(
    ("told", "rows"),
    [
        (FOUND, (OPEN,)),
        (FOUND, (OPEN, "2;France;Spain;14/04/2019;;X", "3;France;Spain;04/14/2019;;X")),
        (VISITS.replace('dates = "day-first"\n', ""), (OPEN,)),
        (VISITS.replace('dates = "day-first"\n', ""), (OPEN, "2;France;Spain;14/04/2019;;X")),
    ],
    ids=["open", "contradicting", "not declared", "not asked to be found"],
)
def test_an_order_of_day_and_month_is_never_guessed(tmp_path, told, rows):
    with pytest.raises(UnreadableSource, match='expected dates = "day-first" or "month-first"'):
        items(tmp_path, told, HEADER, *rows)


def test_another_encoding_is_declared_or_refused_with_its_line(tmp_path):
    rows = (HEADER, NIXON, GISCARD)
    with pytest.raises(UnreadableSource, match=r"visits.csv, line .*declare encoding"):
        items(tmp_path, VISITS, *rows, encoding="windows-1252")
    declared = f'encoding = "windows-1252"\n{VISITS}'
    found = acts_of(items(tmp_path, declared, *rows, encoding="windows-1252"))
    assert "Valéry" in found["my-visits:1"].events[0]["title"]
    found = acts_of(items(tmp_path, VISITS, *rows, encoding="utf-16"))
    assert "Valéry" in found["my-visits:1"].events[0]["title"]
    with pytest.raises(UnreadableSource, match="expected an encoding, got 'klingon'"):
        items(tmp_path, f'encoding = "klingon"\n{VISITS}', *rows)


def test_a_missing_column_is_named_with_what_the_file_has_and_the_nearest(tmp_path):
    with pytest.raises(UnreadableSource) as refusal:
        items(tmp_path, VISITS, "no;guests;host;from;to;who", GISCARD)
    assert str(refusal.value) == (
        "visits.csv, line 1: event 1: expected a column 'guest' (nearest: 'guests'); "
        "the file has no, guests, host, from, to, who"
    )


@pytest.mark.parametrize(
    ("change", "to", "words"),
    [
        ('name = "my-visits"', 'name = "My Visits"', "name: expected small letters"),
        ("[[event]]", "[[evnt]]", "event: expected [[event]], got {"),
        ("visit.held", "visit.hold", "event 1.type: expected an event type, got 'visit.hold' (nea"),
        ('start = "from"', 'starts = "from"', "event 1.start: expected a column, got nothing"),
        ('end = "to"', 'ends = "to"', "event 1.ends: expected one of type, start, end"),
        ('dates = "day-first"', 'dates = "day"', "dates: expected one of day-first, month-first"),
        ("of = 1", "of = 3", "event 1.person.of: expected the number of a party, from 1 to 2"),
        ('id = ["no"]', 'id = "no"', "id: expected a list of columns, got 'no'"),
        ("title = {", "titel = {", "(nearest: 'title')"),
        ('column = "guest"\n', "", "event 1.party 1.column: expected a column, or a value"),
        ("[[event]]", "[[event", "expected TOML"),
    ],
)
def test_a_mistake_in_a_map_is_named_with_its_place(tmp_path, change, to, words):
    assert change in VISITS
    with pytest.raises(UnreadableSource) as refusal:
        items(tmp_path, VISITS.replace(change, to, 1), HEADER, GISCARD)
    assert str(refusal.value).startswith("map.toml: ")
    assert words in str(refusal.value)


def test_without_an_id_a_digest_of_what_a_row_tells_is_its_id(tmp_path):
    told = VISITS.replace('id = ["no"]\n', "")
    found = items(tmp_path, told, HEADER, GISCARD, NIXON, NIXON)
    assert [type(item) for item in found] == [SourceAct, SourceAct, Repeated]
    assert rows_of(found) == 3
    renumbered = items(tmp_path, told, HEADER, f"7{NIXON[1:]}", f"8{GISCARD[1:]}")
    assert set(acts_of(renumbered)) == set(acts_of(found))


def test_an_id_of_any_letters_is_an_id_and_no_two_are_one(tmp_path):
    rows = [f"{no}{NIXON[1:]}" for no in ("A 1", "a-1", "É", "È")]
    assert len(acts_of(items(tmp_path, VISITS, HEADER, *rows))) == 4
    (reason,) = reasons(items(tmp_path, VISITS, HEADER, NIXON[1:]))
    assert reason == "id: expected a cell in no, got nothing"


def test_a_name_of_today_means_whoever_stood_there_on_the_day(tmp_path):
    row = "1;Russia;Thailand;18/05/1973;;X"
    assert reasons(items(tmp_path, VISITS, HEADER, row))
    told = VISITS.replace('column = "guest"\n', 'column = "guest"\nnames = "today"\n')
    (act,) = items(tmp_path, told, HEADER, row)
    assert act.events[0]["parties"][0]["party"] == "SUN"


def test_a_code_of_a_scheme_names_the_party_of_the_day_and_one_row_tells_two_events(tmp_path):
    told = (MAPS / "alliances.toml").read_text("utf-8")
    rows = ("alliance,state1,state2,begin,end", "9,260,200,1955-05-05,1990-10-02", "10,255,2,2000,")
    first, second = acts_of(items(tmp_path, told, *rows)).values()
    assert [(event["type"], event["date"]) for event in first.events] == [
        ("agreement.entered_into_force", "1955-05-05"),
        ("agreement.terminated", "1990-10-02"),
    ]
    assert [p["party"] for p in first.events[0]["parties"]] == ["GFR", "GBR"]
    assert [p["party"] for p in second.events[0]["parties"]] == ["DEU", "USA"]
    assert len(second.events) == 1


def test_rows_that_the_map_does_not_take_are_left_out_by_their_column(tmp_path):
    told = VISITS.replace("[[event]]", '[only]\nguest = ["France", "Spain"]\n\n[[event]]', 1)
    found = items(tmp_path, told, HEADER, GISCARD, NIXON)
    (left,) = (item for item in found if isinstance(item, OutOfScope))
    assert left.reason == "guest is none of those that the map takes"
    assert rows_of(found) == 2


def test_who_joined_a_treaty_is_one_act_of_the_rows_of_the_treaty():
    source = Table(read_map(MAPS / "wipo-membership.toml"))
    found = list(source.read([WIPO], load_registry()))
    assert rows_of(found) == 25
    aside = [item.reason for item in found if isinstance(item, Quarantined)]
    assert len(aside) == 7
    assert any("European Union (EU)" in reason for reason in aside)
    beijing = acts_of(found)[next(a for a in acts_of(found) if ":beijing" in a)]
    assert beijing.rows == 7
    chancery = open_chancery("sqlite:///:memory:")
    counts = load(chancery, source, [WIPO], lambda row: None)
    assert (counts.acts, counts.quarantined) == (3, 7)
    (line,) = chancery.query.state("CHN-KEN", "2020-05-01")["agreements"]["in_force"]
    assert (line["title"], line["since"]) == ("Beijing", "2020-04-28")
    again = load(chancery, source, [WIPO], lambda row: None)
    assert (again.recorded, again.revised, again.gone) == (0, 0, 0)


def test_the_command_takes_a_map_for_a_table_and_for_nothing_else(tmp_path, capfd):
    _, path = table(tmp_path, VISITS, HEADER, GISCARD)
    told, url = str(tmp_path / "map.toml"), f"sqlite:///{tmp_path / 'acts.db'}"
    assert run_here(("import", "table", str(path), "--map", told, "--store", url)) == 0
    assert run_here(("history", "my-visits:1", "--store", url)) == 0
    assert "import:my-visits" in capfd.readouterr().out
    assert run_here(("import", "table", str(path), "--store", url)) == 2
    assert run_here(("import", "csv", str(path), "--map", told, "--store", url)) == 2
    assert capfd.readouterr().err.count("--map: expected with the format table") == 2
    (tmp_path / "map.toml").write_text(VISITS.replace("my-visits", "hsg-visits"))
    assert run_here(("import", "table", str(path), "--map", told, "--store", url)) == 2
    assert "expected one of your own, got hsg-visits" in capfd.readouterr().err


def mapped(capfd, *arguments):
    code = run_here(("map", *map(str, arguments)))
    printed = capfd.readouterr()
    return code, printed.out, printed.err


def test_a_sketched_map_finds_days_parties_and_ids_and_shows_what_rows_become(tmp_path, capfd):
    rows = (HEADER, GISCARD, NIXON, BREZHNEV)
    _, path = table(tmp_path, VISITS, *rows)
    code, out, _ = mapped(capfd, path)
    assert code == 0
    assert "# my-visits:1: visit.held, 1976-05-17/1976-05-22, FRA-USA" in out
    assert 'id = ["no"]' in out
    assert 'dates = "day-first"' in out
    assert "# Columns that it leaves out: who." in out
    drawn = tmp_path / "drawn.toml"
    assert mapped(capfd, path, "-o", drawn)[0] == 0
    found = acts_of(Table(read_map(drawn)).read([path], load_registry()))
    plain = acts_of(items(tmp_path, VISITS, *rows))
    for act_id, act in plain.items():
        told = found[act_id].events[0]
        assert (told["date"], told["parties"]) == (act.events[0]["date"], act.events[0]["parties"])
    before = drawn.read_bytes()
    assert mapped(capfd, path, "-o", drawn)[0] == 2, "a map that is there is kept"
    assert drawn.read_bytes() == before


def test_what_a_sketch_cannot_know_is_left_to_a_person(tmp_path, capfd):
    _, path = table(tmp_path, VISITS, "state;begin", "2;03/04/1999", "200;05/06/2000")
    _, out, _ = mapped(capfd, path)
    assert 'scheme = "cow"' in out
    assert "# Dates such as 03/04/2019 may be either: say which." in out
    assert "# No column tells all rows apart" in out
    assert "# It is not complete: the map: event 1.party 2.column: expected a column" in out


def test_a_file_that_is_no_table_is_not_mapped(tmp_path, capfd):
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    code, _, err = mapped(capfd, path)
    assert code == 2
    assert "expected a header and rows" in err
    path.write_bytes("a;b\n1;Valéry\n".encode("windows-1252"))
    assert "declare encoding" in mapped(capfd, path)[2]
    assert mapped(capfd, path, "--encoding", "windows-1252")[0] == 0
