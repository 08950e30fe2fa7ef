from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from domain.acts import EVENT_TYPES
from domain.acts.fields import BODIES
from events.errors import UnreadableRecord
from events.log.history import known_act
from events.log.record import decode, digest_holds
from events.log.upcasting import CORRECTED, SCHEMA, UPCASTERS, upcast
from events.store.sqlite.recorder import LogRecorder
from events.store.sqlite.store import SqliteStore, open_sqlite

#: Bytes as the program wrote them when a talk had one `level`.
STORED = [
    (Path(__file__).parent / "stored" / f"talk-schema-1.{number}").read_bytes()
    for number in (1, 2, 3)
]


@pytest.fixture
def old_store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = open_sqlite(f"sqlite:///{tmp_path / 'old.db'}", clock=lambda: 0)
    recorder: LogRecorder = store._connections.recorder
    recorder.insert_events(
        [
            StoredEvent("cold-war:reykjavik", record.version, record.type, state)
            for state in STORED
            for record in [decode(state)]
        ]
    )
    yield store
    store.close()


def test_a_talk_stored_when_it_had_one_level_is_read_with_its_levels(old_store: SqliteStore):
    with old_store.read() as reader:
        scheduled, held, corrected = reader.stream("cold-war:reykjavik")

    assert scheduled.body is not None
    assert held.body is not None
    assert corrected.body is not None
    assert "levels" not in scheduled.body
    assert held.body["levels"] == ["head_of_state"]
    assert "level" not in held.body
    assert corrected.body["event"]["levels"] == ["head_of_state"]
    assert [held.schema, corrected.schema] == [1, 1]


def test_upcasting_changes_no_stored_byte_and_every_digest_still_holds(old_store: SqliteStore):
    with old_store.read() as reader:
        reader.stream("cold-war:reykjavik")
        rows = reader.log(0, 10)

    assert [row.state for row in rows] == STORED
    assert all(digest_holds(row.state) for row in rows)


def test_an_act_of_old_records_folds_like_one_told_today(old_store: SqliteStore):
    with old_store.read() as reader:
        act = known_act(reader.stream("cold-war:reykjavik"))

    held = act.facts[1].event.body
    assert (held["place"], held["levels"]) == ("Höfði, Reykjavík", ["head_of_state"])
    for fact in act.facts:
        problems = []
        BODIES[fact.event.type.name].check(dict(fact.event.body), "", problems)
        assert not problems


def test_every_type_has_an_upcaster_for_every_schema_it_has_left_behind():
    steps = {(name, step) for name, schema in SCHEMA.items() for step in range(1, schema)}

    assert set(UPCASTERS) == steps
    assert set(EVENT_TYPES) <= set(SCHEMA)


def test_a_body_of_the_present_schema_is_left_as_it_is():
    body = {"date": "1986-10-11", "levels": ["head_of_state"]}

    assert upcast("talk.held", 2, body) is body


@pytest.mark.parametrize(
    ("type_name", "schema", "body"),
    [
        ("talk.overheard", 1, {}),
        ("talk.held", 3, {}),
        ("talk.held", 0, {}),
        ("visit.held", 2, {}),
        ("events.talks.TalkHeld", 1, {}),
        (CORRECTED, 1, {"version": 1, "event": {"type": "talk.overheard"}}),
    ],
)
def test_an_unknown_type_or_a_newer_schema_is_never_passed_over(
    type_name: str, schema: int, body: dict[str, object]
):
    with pytest.raises(UnreadableRecord):
        upcast(type_name, schema, body)
