"""The index of an agreement of many grows with its parties, and not with their pairs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from events.application import open_chancery
from events.projection.parts import PartRow
from events.projection.rows import OPEN, ChangeRow, KnownRow
from events.registry import load_registry
from events.write.commands import AddEvents, RecordAct

STATES = sorted(party.code for party in load_registry() if party.kind == "state")


def treaty(parties: int) -> list[dict[str, Any]]:
    """A treaty that each of its parties ratifies by itself."""
    codes = STATES[:parties]
    sides = [{"party": code} for code in codes]
    ratified = [
        {
            "type": "agreement.ratified",
            "date": f"2001-{1 + n % 12:02}-{1 + n % 28:02}",
            "by": [code],
        }
        for n, code in enumerate(codes)
    ]
    return [
        {"type": "agreement.signed", "date": "2000-01-01", "title": "Treaty", "parties": sides},
        *ratified,
        {"type": "agreement.entered_into_force", "date": "2002-01-01"},
    ]


def rows_of(parties: int) -> list[KnownRow]:
    """Every index row of such a treaty, as it was told an event at a time."""
    chancery = open_chancery("sqlite:///:memory:")
    first, *later = treaty(parties)
    chancery.commands.execute(RecordAct("treaty", [first], recorded_by="clerk"))
    for event in later:
        chancery.commands.execute(AddEvents("treaty", [event], recorded_by="clerk"))
    with chancery._store.read() as reader:
        rows = reader.bare().rows_of("treaty")
    chancery.close()
    return rows


def test_twice_the_parties_have_twice_the_parts_and_no_pair_has_a_row():
    sizes = []
    for parties in (12, 24, 48):
        rows = rows_of(parties)
        assert not any(isinstance(known.row, ChangeRow) for known in rows)
        told = [known.row for known in rows if isinstance(known.row, PartRow)]
        # Each party's: signed, ratified, in force. All that is common never changes.
        assert len(told) == 3 * parties + 1
        sizes.append(sum(len(row.part) for row in told))
    assert all(more < 2.2 * less for less, more in pairwise(sizes))


def test_an_event_of_one_party_writes_its_own_part_alone():
    rows = rows_of(12)
    written = [known.row for known in rows if known.known_from == 7]
    assert [row.party for row in written if isinstance(row, PartRow)] == [STATES[5]]
    assert sum(known.known_to == OPEN for known in rows if isinstance(known.row, PartRow)) == 13
