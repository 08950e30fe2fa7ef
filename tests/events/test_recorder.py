"""The library's own cases for recorders, run on ours; those that only measure are left out."""

import sys
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from unittest.mock import patch

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from events.store.sqlite.datastore import Datastore
from events.store.sqlite.recorder import LogRecorder

# The module also holds cases for ciphers and so asks for a package that recorders do not need.
_cipher = ModuleType("eventsourcing.cipher")
_cipher.AESCipher = None  # type: ignore[attr-defined]
with patch.dict(sys.modules, {"eventsourcing.cipher": _cipher}):
    from eventsourcing.tests import persistence


class TestTheLibrarysContract(persistence.ApplicationRecorderTestCase[LogRecorder]):
    test_performance = None
    test_concurrent_throughput = None

    def setUp(self):
        self.folder = TemporaryDirectory()
        self.datastore = Datastore(str(Path(self.folder.name) / "log.db"))
        self.numbers = count(1)

    def tearDown(self):
        self.datastore.close()
        self.folder.cleanup()

    def create_recorder(self) -> LogRecorder:
        recorder = LogRecorder(self.datastore)
        recorder.create_table()
        return recorder

    def new_originator_id(self) -> str:
        return f"hsg-visits:{next(self.numbers)}"


@pytest.fixture
def recorder(tmp_path: Path):
    datastore = Datastore(str(tmp_path / "log.db"))
    recorder = LogRecorder(datastore)
    recorder.create_table()
    yield recorder
    datastore.close()


def event(version: int) -> StoredEvent:
    return StoredEvent("visit:1", version, "visit.held", b"state")


def test_a_gap_in_the_positions_is_refused_and_leaves_nothing(recorder: LogRecorder):
    recorder.insert_events([event(1)])

    with (
        pytest.raises(IntegrityError, match="expected the positions from 6 on"),
        recorder.datastore.transaction(commit=True) as cursor,
    ):
        recorder.append(cursor, [("visit:1", 2, "visit.held", b"state")], after=5)

    assert recorder.max_notification_id() == 1


def test_two_events_of_one_version_cannot_both_be_stored(recorder: LogRecorder):
    recorder.insert_events([event(1)])

    with pytest.raises(IntegrityError):
        recorder.insert_events([event(2), event(1)])

    assert recorder.max_notification_id() == 1
