"""What every store does with an agreement of many: its pairs are joined from its parts."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import orjson

from domain.acts import read_event
from domain.dates import LAST_DAY, day_of
from domain.relationship import FEW, Change, changes
from events.log.history import known_act
from events.log.record import Record
from events.projection.derived import derived
from events.projection.parts import PartRow
from events.projection.rows import ChangeRow
from events.store.protocol import Reader, Store
from events.write.transaction import Writing
from tests.events.recording import REGISTRY, event, tell
from tests.events.store_case import RETURN, VISIT, StoreCase

CODES = ("AUT", "BEL", "DDR", "DEU", "FRA", "GBR", "ITA", "SUN", "SWE", "USA")
PAIRS = ("AUT-BEL", "DDR-SUN", "FRA-SUN", "ITA-USA", "FRA-GBR")
DAYS = ("1949-12-31", "1960-06-30", "1961-01-01", "1970-01-01", "1991-06-01", "2020-01-01")
#: Of two at first, of a few, and of many only with what is told in the end.
LIFE = (
    event("agreement.signed", "1950-01-01", "FRA", "GBR", title="Treaty"),
    event("agreement.signed", "1951", by=list(CODES[:5])),
    event("agreement.acceded", "1960-07", by=["SUN"]),
    event("agreement.ratified", "1955-02-01", by=["FRA"]),
    event("agreement.acceded", "1961-01-01", "ITA", "SWE", "USA", by=["ITA", "SWE", "USA"]),
    event("agreement.ratified", "1962-02-01", by=["AUT"], deposited="1962-05-01"),
    event("agreement.entered_into_force", "1963-01-01", expires_on="2010"),
    event("agreement.ratified", "1964-02-01", by=["DDR"]),
    event("agreement.withdrawn", "1990-01-01", by=["SUN"]),
)


class PartsContract(StoreCase):
    def tell_treaty(self, store: Store) -> None:
        """Record it an event at a time, then a correction, a retraction and an erasure."""

        def write(change: Any) -> None:
            store.write(lambda writer: change(Writing(writer, REGISTRY, "clerk")))

        tell(store, "visit:1", VISIT)
        write(lambda one: one.record("treaty", [read_event(LIFE[0])]))
        for body in LIFE[1:6]:
            write(lambda one, told=body: one.add("treaty", [read_event(told)], None))
        rest = [read_event(body) for body in LIFE[6:]]
        write(lambda one: one.add("treaty", rest, None))
        sooner = read_event({**LIFE[3], "date": "1954"})
        write(lambda one: one.correct("treaty", 4, sooner, "another source"))
        write(lambda one: one.retract("treaty", 8, "it never was"))
        tell(store, "visit:2", RETURN)
        write(lambda one: one.erase("treaty", 6, "by order"))

    def test_what_is_joined_of_parts_is_what_the_act_folds_to(self, store: Store):
        self.tell_treaty(store)
        with store.read() as reader:
            streams = [reader.stream(act) for act in ("visit:1", "treaty", "visit:2")]
            for pair in PAIRS:
                for position in range(reader.head().position + 1):
                    told = reader.changes(pair, LAST_DAY, position)
                    assert _plain(told) == _plain(_folded(streams, pair, position)), (
                        pair,
                        position,
                    )
                    _answers_alike(reader, pair, position, told)

    def test_what_was_learnt_of_an_act_in_parts_is_what_its_fold_tells_anew(self, store: Store):
        self.tell_treaty(store)
        with store.read() as reader:
            streams = [reader.stream(act) for act in ("visit:1", "treaty", "visit:2")]
            head = reader.head().position
            for pair in PAIRS:
                states = [_folded(streams, pair, position) for position in range(head + 1)]
                for day in (*map(day_of, DAYS), LAST_DAY):
                    told = [_plain([c for c in state if c.day <= day]) for state in states]
                    learnt = [at for at in range(1, head + 1) if told[at] != told[at - 1]]
                    assert reader.learnt_at(pair, day) == learnt
                    assert (
                        reader.learnt_beyond(pair, day, 3, 2) == [at for at in learnt if at > 3][:2]
                    )
                assert (
                    reader.learnt_before(pair, head, 9) == [at for at in learnt if at < head][::-1]
                )
                for position in range(head + 1):
                    known = any(states[at] for at in range(position))
                    assert reader.known_before(pair, position) == known

    def test_pairs_tied_by_an_act_in_parts_are_listed_and_counted_apart(self, store: Store):
        self.tell_treaty(store)
        with store.read() as reader:
            streams = [reader.stream("treaty")]
            head = reader.head().position
            for position in (0, 3, 6, head):
                for day in map(day_of, DAYS):
                    shared = {
                        pair: _counted(_folded(streams, pair, position), day)
                        for pair in ("-".join(two) for two in combinations(CODES, 2))
                    }
                    listed = {
                        row.relationship: row.shared
                        for row in reader.relationships(position, day, None, "", 99)
                    }
                    apart = {pair: number for pair, number in shared.items() if number}
                    assert {pair: n for pair, n in listed.items() if n} == apart
                    own = reader.relationships(position, day, "SUN", "", 99)
                    assert own == [
                        row
                        for row in reader.relationships(position, day, None, "", 99)
                        if "SUN" in row.relationship.split("-")
                    ]
                    among = reader.relationships_among(position, day, ["SUN", "FRA", "USA"])
                    names = {"FRA-SUN", "FRA-USA", "SUN-USA"}
                    whole = reader.relationships(position, day, None, "", 99)
                    assert among == [row for row in whole if row.relationship in names]
                    paged = reader.relationships(position, day, None, "DDR-SUN", 3)
                    assert paged == [row for row in whole if row.relationship > "DDR-SUN"][:3]

    def test_an_act_of_many_has_rows_for_its_parties_and_none_for_their_pairs(self, store: Store):
        self.tell_treaty(store)
        with store.read() as reader:
            bare = reader.bare()
            rows = bare.rows_of("treaty")
            pairs = {r.row.change.relationship for r in rows if isinstance(r.row, ChangeRow)}
            parties = {known.row.party for known in rows if isinstance(known.row, PartRow)}
            assert len(CODES) > FEW
            # Signed by the two alone at first, it is also their own.
            assert (pairs, parties) == ({"FRA-GBR"}, {"", *CODES})
            stream = reader.stream("treaty")
            assert sorted(map(repr, derived(stream, REGISTRY))) == sorted(
                repr(known._replace(listed=None)) if hasattr(known, "_replace") else _bare(known)
                for known in rows
            )
            named = [name for name, _, _ in bare.relationships("", 99)]
            assert named == ["FRA-GBR", "FRA-SUN"]


def _bare(known: Any) -> str:
    return repr(type(known)(known.row, known.known_from, known.known_to))


def _folded(streams: list[list[Record]], pair: str, position: int) -> list[Change]:
    """The changes of a relationship by the plain fold of acts as they were known."""
    found = [
        change
        for stream in streams
        if stream[0].position <= position
        for change in changes(known_act(stream, position), REGISTRY, {pair})
    ]
    return sorted(found, key=lambda change: (change.day, change.position, change.until))


def _plain(told: list[Change]) -> list[bytes]:
    return [orjson.dumps([*change], option=orjson.OPT_SORT_KEYS) for change in told]


def _counted(told: list[Change], day: int) -> int:
    return sum(
        change.effect.get("counts", {}).get("contact.many_party_agreements", 0)
        for change in told
        if change.day <= day < change.until
    )


def _answers_alike(reader: Reader, pair: str, position: int, told: list[Change]) -> None:
    """What is read bit by bit is what is read whole."""
    head = reader.head().position
    forth = [known.change for known in reader.changes_on(pair, LAST_DAY, position, None, 99)]
    back = [known.change for known in reader.changes_back(pair, LAST_DAY, position, None, 99)]
    assert (forth, back) == (told, told[::-1])
    if len(told) > 2:
        middle = told[1].day, told[1].position, told[1].until
        after = reader.changes_on(pair, LAST_DAY, position, middle, 1)
        before = reader.changes_back(pair, LAST_DAY, position, middle, 9)
        assert [known.change for known in after] == told[2:3]
        assert [known.change for known in before] == told[:1]
    known = [one for act in reader.acts_of(pair, head) for one in reader.changes_of(act, pair)]
    held = [one.change for one in known if one.known_from <= position < one.known_to]
    assert sorted(_plain(held)) == sorted(_plain(told))
    for day in map(day_of, DAYS):
        days = {change.day for change in told}
        assert reader.change_days(pair, day, position) == (
            max((one for one in days if one < day), default=None),
            min((one for one in days if one > day), default=None),
        )
        upto = [change for change in told if change.day <= day]
        assert reader.changes(pair, day, position) == upto
        acts = reader.acts_of(pair, position, day)
        assert _plain(reader.changes_of_acts(pair, acts, day, position)) == _plain(upto)
        between = {*reader.acts_between(pair, (day, position), (day_of("1990-01-01"), head))}
        later = reader.changes(pair, day_of("1990-01-01"), head)
        for act in {*reader.acts_of(pair, head)} - between:
            assert reader.changes_of_acts(pair, [act], day, position) == [
                one
                for one in reader.changes_of_acts(pair, [act], day_of("1990-01-01"), head)
                if one in later
            ]
