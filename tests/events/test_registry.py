"""The shipped registry: complete against its sources, and rebuilt byte for byte."""

import csv
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import FIRST_DAY, LAST_DAY, EdtfDate, parse
from domain.parties import Party, PartyCode, Unresolved, folded
from events.registry import load_registry

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "events" / "data" / "parties"
REGISTRY = load_registry()


def rows(table: str) -> list[dict[str, str]]:
    with (TABLES / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


UNRESOLVED = {(row["scheme"], row["code"]): row["reason"] for row in rows("unresolved.csv")}
CODES = {(code.scheme, code.code) for party in REGISTRY for code in party.codes}


def test_rebuilding_from_the_committed_tables_gives_the_committed_file_byte_for_byte():
    script = ROOT / "scripts" / "build_parties.py"

    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 0


def test_a_change_to_the_committed_file_is_seen_by_the_check(tmp_path: Path):
    (tmp_path / "scripts").mkdir()
    for part in ("domain", "events/data"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).symlink_to(ROOT / part)
    script = tmp_path / "scripts" / "build_parties.py"
    script.write_bytes((ROOT / "scripts" / "build_parties.py").read_bytes())
    (tmp_path / "events" / "data").unlink()
    (tmp_path / "events" / "data").mkdir()
    (tmp_path / "events" / "data" / "parties").symlink_to(TABLES)
    built = (ROOT / "events" / "data" / "parties.json").read_bytes()
    (tmp_path / "events" / "data" / "parties.json").write_bytes(built.replace(b"Kazakh", b"Kasakh"))

    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 1
    assert subprocess.run([sys.executable, script], check=False).returncode == 0
    assert (tmp_path / "events" / "data" / "parties.json").read_bytes() == built


def test_every_territory_of_the_state_department_is_a_party_or_refused_with_a_reason():
    ids = [("gsh", row["id"]) for row in rows("gsh_territories.csv")]

    assert len(ids) == 577
    assert [known for known in ids if (known in CODES) == (known in UNRESOLVED)] == []


def test_every_country_of_iso_3166_is_a_party_and_every_former_one_is_or_is_refused():
    current = [("iso3166-1-alpha-3", row["alpha_3"]) for row in rows("country_codes.csv")]
    former = [
        ("iso3166-3", row["iso3166_3"]) for row in rows("former_countries.csv") if row["iso3166_3"]
    ]

    assert len(current) == 249
    assert len(former) == 32
    assert [known for known in current if known not in CODES] == []
    assert [known for known in former if (known in CODES) == (known in UNRESOLVED)] == []


def test_nothing_is_refused_without_saying_why():
    assert [known for known, reason in UNRESOLVED.items() if len(reason) < 20] == []


def test_every_state_of_the_two_state_systems_is_a_party():
    known = {(row["scheme"], row["code"]) for row in rows("state_system.csv")}

    assert len(known) > 400
    assert known <= CODES


@pytest.mark.parametrize(
    "row", rows("state_system.csv"), ids=lambda row: f"{row['scheme']}-{row['code']}-{row['party']}"
)
def test_on_the_days_of_its_membership_the_number_is_that_state(row: dict[str, str]):
    party = REGISTRY.get(row["party"])
    first = max(date.fromisoformat(row["member_since"]).toordinal(), party.valid_from)

    assert REGISTRY.resolve(row["code"], first, row["scheme"]) == party


def test_a_code_of_ours_is_two_to_sixteen_capitals_and_digits():
    codes = [party.code for party in REGISTRY]

    assert [code for code in codes if not re.fullmatch("[A-Z][A-Z0-9]{1,15}", code)] == []
    assert codes == sorted(set(codes))


def test_the_code_of_a_former_state_is_the_code_of_no_country_of_today():
    today = {row["alpha_3"] for row in rows("country_codes.csv")}
    ended = {party.code for party in REGISTRY if party.valid_to != LAST_DAY}

    assert ended & today == set()


def test_every_tie_is_told_from_both_sides():
    back = {"successor": "predecessor", "predecessor": "successor", "continuation": "continuation"}
    ties = {(p.code, tie.kind, tie.party, tie.on) for p in REGISTRY for tie in p.succession}

    assert {(b, back[kind], a, on) for a, kind, b, on in ties} == ties
    assert [on for *_, on in ties if on and not isinstance(parse(on), EdtfDate)] == []


def test_no_party_ends_before_it_begins_and_every_name_and_code_lies_inside_its_life():
    for party in REGISTRY:
        assert FIRST_DAY <= party.valid_from < party.valid_to <= LAST_DAY
        assert party.names
        for span in (*party.names, *party.codes):
            assert party.valid_from <= span.valid_from < span.valid_to <= party.valid_to, party.code


def test_namibia_keeps_its_two_letters_through_every_table():
    assert next(r for r in rows("country_codes.csv") if r["alpha_3"] == "NAM")["alpha_2"] == "NA"
    assert REGISTRY.resolve("NA", scheme="iso3166-1-alpha-2").code == "NAM"
    assert REGISTRY.resolve("NA").code == "NAM"


def test_numeric_codes_are_three_digits_with_their_leading_zeros():
    assert REGISTRY.resolve("004", scheme="iso3166-1-numeric").code == "AFG"
    with pytest.raises(Unresolved):
        REGISTRY.resolve("4", scheme="iso3166-1-numeric")


EVERY_CODE = [(party, code) for party in REGISTRY for code in party.codes]
EVERY_NAME = [(party, name) for party in REGISTRY for name in party.names]


@given(st.sampled_from(EVERY_CODE), st.data())
def test_every_code_of_every_party_means_it_on_every_day_it_is_valid(
    held: tuple[Party, PartyCode], data: st.DataObject
):
    party, code = held
    day = data.draw(st.integers(max(code.valid_from, 1), code.valid_to - 1))

    assert REGISTRY.resolve(code.code, day, code.scheme) == party


@given(st.sampled_from(EVERY_NAME), st.data())
def test_a_name_means_a_party_that_bore_it_or_every_one_that_did(held, data: st.DataObject):
    party, name = held
    day = data.draw(st.integers(max(name.valid_from, 1), name.valid_to - 1))
    bearers = {
        p.code
        for p, n in EVERY_NAME
        if folded(n.text) == folded(name.text) and n.valid_from <= day < n.valid_to
    }
    own = REGISTRY.get(name.text) if name.text in REGISTRY else None

    try:
        found = {REGISTRY.resolve(name.text, day).code}
    except Unresolved as refused:
        found = {candidate.code for candidate in refused.candidates}
        assert len(found) > 1

    assert found == ({own.code} if own and own.existed(day, day) else bearers)
    assert own is not None or party.code in found
