"""Editions of a source: ids used twice, given anew, rows that are gone; on cuts of real ones."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.cli.main import run as run_here
from api.exchange import FORMATS
from api.exchange.clash import Clash, settled
from api.exchange.counts import Counts
from api.exchange.edition import FEWEST_ASIDE, TooManyAside
from api.exchange.hsg_visits import HsgVisits
from api.exchange.loading import Wish, load
from api.exchange.row import Quarantined, Repeated, SourceAct
from events.application import Chancery, open_chancery
from events.registry import load_registry
from events.write.commands import CorrectEvent
from tests.api.test_import_visits import visit

CUTS = Path(__file__).parent / "editions"
VISITS = sorted((CUTS / "hsg-visits").iterdir())
TRAVELS = sorted((CUTS / "hsg-travels").iterdir())
COMPARE = Path(__file__).parents[2] / "scripts" / "compare_editions.py"


def store() -> Chancery:
    return open_chancery("sqlite:///:memory:")


def take(chancery: Chancery, name: str, *paths: Path, **wish: object) -> Counts:
    return load(chancery, FORMATS[name], paths, lambda row: None, wish=Wish(**wish))


def test_every_visit_of_an_id_that_three_rows_have_is_recorded():
    chancery = store()
    counts = take(chancery, "hsg-visits", VISITS[0])
    assert (counts.read, counts.recorded, counts.revised) == (16, 16, 0)
    clash = next(c for c in counts.changes.clashes if c["id"] == "hsg-visits:2879")
    assert sorted((act["act_id"], act["date"]) for act in clash["acts"]) == [
        ("hsg-visits:2879:gbr-usa", "2017-01-27"),
        ("hsg-visits:2879:gtm-usa", "2017-06-15/2017-06-16"),
        ("hsg-visits:2879:jor-usa", "2017-04-04/2017-04-06"),
    ]
    held = chancery.query.state("GBR-USA", "2017-02-01")["visits"]["last_held"]["GBR"]
    assert held["date"] == "2017-01-27"


@pytest.mark.parametrize("edition", [*VISITS, *TRAVELS], ids=lambda path: path.name)
def test_the_same_edition_again_records_and_revises_nothing(edition):
    chancery = store()
    first = take(chancery, edition.parent.name, edition)
    position = chancery.query.head().position
    again = take(chancery, edition.parent.name, edition, retract_missing=True)
    assert (again.recorded, again.revised, again.gone) == (0, 0, 0)
    assert again.known == first.recorded
    assert chancery.query.head().position == position


def test_an_id_that_a_later_edition_gives_to_another_journey_leaves_the_first_as_it_was():
    chancery = store()
    for edition in TRAVELS:
        counts = take(chancery, "hsg-travels", edition)
        if edition.name == "2024-09-19":
            reused = {line["act_id"]: line["id"] for line in counts.changes.reused}
            gone = {lost.act_id for lost in counts.changes.gone}
    assert reused["hsg-travels:3793:usa-sau"] == "hsg-travels:3793"
    assert "hsg-travels:3793" in gone
    days = [
        [entry["event"]["date"] for entry in chancery.query.act(act_id)["events"]]
        for act_id in ("hsg-travels:3793", "hsg-travels:3793:usa-sau")
    ]
    assert days == [["2016-11-14"], ["2018-04-28/2018-04-29"]]


@pytest.mark.parametrize("editions", [VISITS, TRAVELS], ids=["visits", "travels"])
def test_editions_in_order_say_of_today_what_the_last_alone_says(editions):
    command = [sys.executable, str(COMPARE), editions[0].parent.name, *map(str, editions)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert all(re.search(r": [1-9][0-9]* relationships, equal$", line) for line in lines)
    assert len(lines) == len(list(combinations(editions, 2))) + 1


def test_a_gone_row_is_listed_and_stands_until_it_is_asked_to_be_retracted(tmp_path):
    chancery = store()
    both, one = tmp_path / "1970.xml", tmp_path / "later.xml"
    both.write_text(
        f"<visits>{visit(id='1')}{visit(id='2', start='1974-01-02', end='1974-01-02')}</visits>"
    )
    one.write_text(f"<visits>{visit(id='1')}</visits>")
    take(chancery, "hsg-visits", both)
    held = take(chancery, "hsg-visits", one, part=True)
    assert (held.gone, held.changes.gone) == (0, [])
    listed = take(chancery, "hsg-visits", one)
    assert (listed.gone, listed.retracted) == (1, 0)
    assert [lost.act_id for lost in listed.changes.gone] == ["hsg-visits:2"]
    assert len(chancery.query.act("hsg-visits:2")["events"]) == 1
    assert take(chancery, "hsg-visits", one, retract_missing=True).retracted == 1
    assert chancery.query.act("hsg-visits:2")["events"] == []
    record = chancery.query.history("hsg-visits:2")["records"][-1]
    assert record["body"]["reason"] == "no longer in the source hsg-visits, edition later.xml"
    assert take(chancery, "hsg-visits", one, retract_missing=True).gone == 0
    assert take(chancery, "hsg-visits", both).revised == 1, "it is in the source again"
    assert len(chancery.query.act("hsg-visits:2")["events"]) == 1


def test_what_a_person_corrected_is_listed_as_gone_and_left_to_that_person(tmp_path):
    chancery = store()
    path = tmp_path / "1970.xml"
    path.write_text(f"<visits>{visit()}</visits>")
    take(chancery, "hsg-visits", path)
    body = chancery.query.act("hsg-visits:1")["events"][0]["event"]
    chancery.commands.execute(
        CorrectEvent("hsg-visits:1", 1, body | {"date": "1972-07"}, "July", recorded_by="me")
    )
    path.write_text(f"<visits>{visit(id='2', start='1972-08-01', end='1972-08-01')}</visits>")
    counts = take(chancery, "hsg-visits", path, retract_missing=True)
    assert (counts.gone, counts.retracted) == (1, 0)
    assert counts.changes.to_json()["gone"][0]["settled_by"] == "me"
    assert len(chancery.query.act("hsg-visits:1")["events"]) == 1


def test_a_dry_run_shows_the_editions_changes_field_by_field_and_keeps_nothing():
    chancery = store()
    take(chancery, "hsg-visits", VISITS[0])
    position = chancery.query.head().position
    changes = take(chancery, "hsg-visits", VISITS[1], dry_run=True).changes.to_json()
    assert chancery.query.head().position == position
    by_id = {line["act_id"]: line["fields"] for line in changes["revised"]}
    assert by_id["hsg-visits:1841"]["parties"]["old"][0]["party"] == "COD"
    assert by_id["hsg-visits:1841"]["parties"]["new"][0]["party"] == "COG"
    later = take(chancery, "hsg-visits", VISITS[2], dry_run=True)
    changes = later.changes.to_json()
    assert {line["act_id"] for line in changes["gone"]} >= {"hsg-visits:2879:gbr-usa"}
    assert len(changes["new"]) == later.recorded
    assert chancery.query.head().position == position


def test_an_import_of_which_too_many_rows_cannot_be_placed_records_nothing(tmp_path):
    chancery = store()
    path = tmp_path / "1970.xml"
    sound = [visit(id=str(n), start="1972-06-30") for n in range(30)]
    slips = [visit(id=str(n), country="atlantis", name="Atlantis") for n in range(90, 101)]
    path.write_text(f"<visits>{''.join([*sound, *slips])}</visits>")
    aside: list[Quarantined] = []
    with pytest.raises(TooManyAside, match="at most 25% of all, got 11 of 41"):
        load(chancery, HsgVisits(), [path], aside.append, wish=Wish(most_aside=0.25))
    assert len(aside) == 11, "what cannot be placed is told all the same"
    assert chancery.query.head().position == 0
    assert take(chancery, "hsg-visits", path, most_aside=0.3).recorded == 30
    few = "".join(slips[: FEWEST_ASIDE - 1])
    path.write_text(f"<visits>{few}</visits>")
    assert take(chancery, "hsg-visits", path, most_aside=0.25).quarantined == FEWEST_ASIDE - 1


def test_what_the_domain_refuses_counts_among_the_rows_that_cannot_be_placed(tmp_path):
    chancery = store()
    path = tmp_path / "acts.csv"
    lines = [f"a:{n},visit.held,5008-05-05" for n in range(12)]
    path.write_text("\n".join(["act_id,type,date", *lines]) + "\n")
    with pytest.raises(TooManyAside, match="got 12 of 12"):
        take(chancery, "csv", path, most_aside=0.25)


def told(number: str, *fields: dict[str, object]) -> list[SourceAct]:
    """Acts of one id, each a visit that differs in some fields from Mexico's of 30 June 1972."""
    body = {
        "type": "visit.held",
        "key": number,
        "date": "1972-06-30",
        "parties": [{"party": "MEX", "role": "visitor"}, {"party": "USA", "role": "host"}],
        "sources": [{"title": "Visits", "locator": "1970.xml, visit 1"}],
    }
    return [SourceAct(f"src:{number}", (body | more,)) for more in fields]


BRITISH = {"parties": [{"party": "GBR", "role": "visitor"}, {"party": "USA", "role": "host"}]}
BACK = {"parties": [{"party": "USA", "role": "visitor"}, {"party": "MEX", "role": "host"}]}


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        (({}, BRITISH), {"src:1:gbr-usa", "src:1:mex-usa"}),
        (({}, BACK), {"src:1:mex-usa", "src:1:usa-mex"}),
        (
            ({}, {"date": "1972-11-02"}),
            {"src:1:mex-usa:1972-06-30", "src:1:mex-usa:1972-11-02"},
        ),
        (
            ({}, {"date": "1972-11-02"}, BRITISH),
            {"src:1:mex-usa:1972-06-30", "src:1:mex-usa:1972-11-02", "src:1:gbr-usa"},
        ),
        (({}, {"sources": [{"title": "Visits", "locator": "b.xml, visit 1"}]}), {"src:1"}),
        (({}, {"date": "1972-06-30/1972-07-01"}), {"src:1"}),
    ],
    ids=["party", "roles", "days apart", "both", "the place alone", "days that meet"],
)
@given(data=st.data())
@settings(max_examples=10)
def test_acts_of_one_id_are_told_apart_by_what_they_say_in_any_order(data, fields, ids):
    acts = told("1", *fields)
    shuffled = data.draw(st.permutations(acts))
    items = list(settled(shuffled, load_registry(), own_ids=False))
    found = {item.act_id: item.events for item in items if isinstance(item, SourceAct)}
    assert set(found) == ids
    assert {i.act_id for i in items if isinstance(i, Clash)} == (
        {"src:1"} if len(ids) > 1 else set()
    )
    rows = sum(i.rows for i in items if isinstance(i, SourceAct | Quarantined))
    assert rows + sum(isinstance(i, Repeated) for i in items) == len(acts)
    dates = {events[0]["date"] for events in found.values()}
    again = settled(acts, load_registry(), own_ids=False)
    assert dates == {i.events[0]["date"] for i in again if isinstance(i, SourceAct)}


def test_of_two_tellings_of_one_act_that_contradict_one_is_put_aside_by_name():
    acts = told("1", {}, {"date": "1972-06-30/1972-07-01", "title": "Visit of Echeverría"})
    items = list(settled(acts, load_registry(), own_ids=False))
    (aside,) = (item for item in items if isinstance(item, Quarantined))
    assert aside.reason == (
        "id: expected one telling of src:1, got another that differs in date, title"
    )


def test_events_of_one_act_that_stand_apart_in_a_table_are_one_act(tmp_path):
    path = tmp_path / "acts.csv"
    parties = '"[{""party"":""MEX"",""role"":""visitor""},{""party"":""USA"",""role"":""host""}]"'
    lines = [
        f"a:1,visit.announced,1972-05-01,a,{parties},1972-06",
        f"a:2,visit.held,1972-07-01,b,{parties},",
        f"a:1,visit.held,1972-06-30,c,{parties},",
    ]
    path.write_text("\n".join(["act_id,type,date,key,parties,planned_for", *lines]) + "\n")
    chancery = store()
    counts = take(chancery, "csv", path)
    assert (counts.read, counts.acts, counts.recorded, counts.clashes) == (3, 2, 3, 0)
    assert len(chancery.query.act("a:1")["events"]) == 2


def imported(folder: Path, capfd, *arguments: str) -> tuple[int, str, str]:
    url = f"sqlite:///{folder / 'acts.db'}"
    aside = ("--quarantine", str(folder / "aside.jsonl"), "--store", url)
    code = run_here(("import", *arguments, *aside))
    printed = capfd.readouterr()
    return code, printed.out, printed.err


def test_the_command_shows_an_editions_changes_to_people_and_to_programs(tmp_path, capfd):
    code, out, _ = imported(tmp_path, capfd, "hsg-visits", str(VISITS[0]))
    assert code == 0
    assert "hsg-visits:2879:gbr-usa 2017-01-27 GBR-USA Visit of Prime Minister" in plain(out)
    _, out, _ = imported(tmp_path, capfd, "hsg-visits", str(VISITS[1]), "--dry-run")
    assert 'parties: [{"party": "COD", "role": "visitor"}' in plain(out)
    assert '→ [{"party": "COG", "role": "visitor"}' in plain(out)
    later = ("hsg-visits", str(VISITS[2]), "--dry-run", "--retract-missing")
    code, out, _ = imported(tmp_path, capfd, *later)
    assert "no longer in the source: --retract-missing retracts them" in plain(out)
    _, out, _ = imported(tmp_path, capfd, *later, "--json")
    told = orjson.loads(out)
    assert (told["retracted"], told["gone"]) == (0, len(told["changes"]["gone"]))
    _, out, _ = imported(tmp_path, capfd, "hsg-visits", str(VISITS[2]), "--retract-missing")
    assert "retracted, but for what a person corrected" in plain(out)


def plain(text: str) -> str:
    """What was printed, however wide the terminal was."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gdelt", "x", "--retract-missing"), "expected a source whose editions are whole"),
        (("jsonl", "x", "--retract-missing"), "expected a source whose editions are whole"),
        (("hsg-visits", "x", "--part", "--retract-missing"), "expected none with --part"),
        (("hsg-visits", "x", "--most-aside", "25"), "expected a share from 0 to 1, got 25"),
    ],
)
def test_options_that_contradict_one_another_are_refused(tmp_path, capfd, arguments, words):
    code, out, err = imported(tmp_path, capfd, *arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_where_too_many_rows_are_put_aside_the_command_says_where_they_are(tmp_path, capfd):
    rows = [visit(id=str(n), country="atlantis", name="Atlantis") for n in range(FEWEST_ASIDE)]
    path = tmp_path / "1970.xml"
    path.write_text(f"<visits>{''.join(rows)}</visits>")
    code, _, err = imported(tmp_path, capfd, "hsg-visits", str(path))
    assert code == 2
    assert "expected at most 25% of all, got 10 of 10; nothing was recorded" in err
    assert len((tmp_path / "aside.jsonl").read_bytes().splitlines()) == FEWEST_ASIDE
