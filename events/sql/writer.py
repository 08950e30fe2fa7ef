"""Writing a store inside one transaction: the log at once, the index in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from eventsourcing.persistence import IntegrityError

from events.bare import LogRow, next_row
from events.index import IndexRows
from events.proof.merkle import leaf_hash
from events.record import Record, encode, erased_state, header_of, recording_instant
from events.sql import queries
from events.sql.ground import SqlGround
from events.sql.reader import SqlReader
from events.sql.session import Entry, Rows, Session
from events.store import Draft, Head
from events.strata import Grain, shape_of, shape_told
from events.tree import grown

#: The remark that files still hold what was erased.
PURGE = "purge"
#: Index rows held back before they are written together.
_HELD = 5_000


class SqlWriter(SqlReader):
    """See `events.store.Writer`."""

    def __init__(
        self,
        session: Session,
        clock: Callable[[], int],
        salts: Callable[[], bytes],
        grain: Grain,
    ) -> None:
        # What is read here may be undone, so that it is not kept for others.
        super().__init__(session, grain, {})
        self._clock = clock
        self._salts = salts
        self._versions: dict[str, int] = {}
        self._waiting = _Waiting()
        self._recorded_at = super().head().recorded_at
        self._grown_from = self._position
        self._unsealed: dict[str, int] = {}
        self._touched: set[str] = set()
        self._numbers: dict[bytes, int] = {}
        self._leaves: list[bytes] = []
        self._entries: list[Entry] = []
        self.erased = False

    def head(self) -> Head:
        """The end of the log, with what was appended in this transaction."""
        return Head(self._position, self._recorded_at)

    def prepare(self, act_ids: Sequence[str]) -> None:
        """Look many acts up at once: one without a record need not be asked for again."""
        recorded = {name for (name,) in self._logged(queries.RECORDED, (_listed(act_ids),))}
        for act_id in act_ids:
            if act_id not in recorded:
                self._versions.setdefault(act_id, 0)

    def stream(self, act_id: str) -> list[Record]:
        """The records of one act in version order."""
        if self._versions.get(act_id) == 0:
            return []
        records = super().stream(act_id)
        self._versions[act_id] = records[-1].version if records else 0
        return records

    def append(self, drafts: Sequence[Draft], recorded_by: str) -> list[Record]:
        """Record drafts at the next positions, all at one instant."""
        recorded_at = recording_instant(self._clock(), self._recorded_at)
        records: list[Record] = []
        for position, draft in enumerate(drafts, self._position + 1):
            version = self._versions[draft.act_id] = self._version(draft.act_id) + 1
            record, state = encode(
                position=position,
                act_id=draft.act_id,
                version=version,
                type=draft.type,
                schema=draft.schema,
                recorded_at=recorded_at,
                recorded_by=recorded_by,
                salt=self._salts(),
                body=draft.body,
            )
            records.append(record)
            self._leaves.append(leaf_hash(state[: state.index(b"\n")]))
            self._entries.append((draft.act_id, version, draft.type, state))
            self._position, self._recorded_at = position, recorded_at
        return records

    def transcribe(self, rows: Sequence[LogRow]) -> None:
        """Record what another store recorded, byte for byte."""
        for row in rows:
            recorded_at = next_row(row, self._position, self._recorded_at)
            self._versions[row.act_id] = row.version
            self._leaves.append(leaf_hash(header_of(row.state)))
            self._entries.append((row.act_id, row.version, row.type, row.state))
            self._position, self._recorded_at = row.position, recorded_at
        self._store_records()

    def index(self, position: int, closed: IndexRows, opened: IndexRows) -> None:
        """Close and open rows as of a position."""
        self._waiting.close(position, closed)
        self._waiting.open(position, opened)
        if position <= self._grown_from:
            # What was learnt at a position that is past is told anew.
            for row in (*closed.changes, *opened.changes):
                self._unseal(row.change.relationship, position)
        if len(self._waiting) + len(self._entries) >= _HELD:
            self.settle()

    def remember(self, key: str, request_digest: str, answer: bytes, position: int) -> None:
        """Keep the answer of an idempotent request."""
        self._session.all(queries.REMEMBER, (key, request_digest, answer, position))

    def set_meta(self, name: str, value: str) -> None:
        """Keep a remark."""
        self._session.all(queries.SET_META, (name, value))

    def keep_checkpoint(self, size: int, note: bytes, made_at: int | None = None) -> None:
        """Keep a checkpoint."""
        at = self._clock() if made_at is None else made_at
        self._session.all(queries.KEEP_CHECKPOINT, (size, note, at))

    def clear_index(self, act_id: str) -> None:
        """Forget every index row of an act, also in an index that is in the making."""
        self.settle()
        for relationship, first in self._session.all(queries.TOUCHED, (act_id,)):
            self._unseal(relationship, first)
        for statement in queries.CLEAR_ACT:
            self._session.all(statement, (act_id,))
        self._session.forget_act(act_id)

    def erase(self, position: int) -> None:
        """Drop salt and body of a record."""
        self._store_records()
        (state,) = self._session.all(queries.STATE, (position,))[0]
        self._session.all(queries.ERASE, (erased_state(state), position))
        self._session.all(queries.ERASE_REQUEST, (position,))
        self.set_meta(PURGE, "due")
        self.erased = True

    def finish(self) -> None:
        """Write what was held back: index rows, strata, and the tree over the new records."""
        self.settle()
        ground = self._ground()
        for relationship, first in self._unsealed.items():
            ground.unseal(relationship, first)
        ground.seal(self._touched | self._unsealed.keys())
        self._unsealed, self._touched = {}, set()
        tiles = list(grown(self._stored_tile, self._grown_from, self._leaves))
        self._session.each(queries.SET_TILE, tiles)
        self._grown_from, self._leaves = self._position, []

    def _ground(self) -> SqlGround:
        return SqlGround(self._session, self._position, self._grain, self._shapes)

    def _number_of(self, shape: bytes) -> int:
        number = self._numbers.get(shape)
        if number is None:
            number = self._numbers[shape] = self._ground().number_of(shape)
        return number

    def _unseal(self, relationship: str, first: int) -> None:
        self._unsealed[relationship] = min(first, self._unsealed.get(relationship, first))

    def _stored_tile(self, level: int, number: int) -> bytes:
        row = self._session.one(queries.TILE, (level, number))
        return bytes(row[0]) if row else b""

    def settle(self) -> None:
        """Write what was held back: records, index rows opened, then what closes some of them."""
        self._store_records()
        waiting, self._waiting = self._waiting, _Waiting()
        for sql, values in waiting.opened.items():
            self._session.each(sql, values)
        number_of = self._number_of
        told = [(*row, number_of(shape), *known) for row, shape, known in waiting.changes]
        self._session.each(queries.OPEN_CHANGE, told)
        touched = waiting.relationships.items()
        rows = [(name, *name.split("-"), number) for name, number in sorted(touched)]
        self._session.each(queries.TOUCH_RELATIONSHIP, rows)
        self._touched.update(waiting.relationships)
        for sql, values in waiting.closed.items():
            if self._session.each(sql, values) != len(values):
                raise IntegrityError("the index does not fit the log: rebuild it")

    def _version(self, act_id: str) -> int:
        known = self._versions.get(act_id)
        if known is None:
            ((last,),) = self._logged(queries.VERSION, (act_id,))
            known = last or 0
        return known

    def _store_records(self) -> None:
        entries, self._entries = self._entries, []
        if entries:
            self._session.store(entries, self._position - len(entries))

    def _logged(self, sql: str, values: Any) -> Rows:
        self._store_records()
        return super()._logged(sql, values)

    def _found(self, sql: str, values: Any) -> Rows:
        self.settle()
        return super()._found(sql, values)


def _listed(act_ids: Sequence[str]) -> str:
    return orjson.dumps(list(act_ids)).decode()


class _Waiting:
    """Index rows not yet written, by the statement that will write them."""

    def __init__(self) -> None:
        self.opened: defaultdict[str, Rows] = defaultdict(list)
        self.closed: defaultdict[str, Rows] = defaultdict(list)
        self.changes: list[tuple[tuple[Any, ...], bytes, tuple[int]]] = []
        """Changes to be opened, the shape of each apart, which has a number only in the store."""
        self.relationships: dict[str, int] = {}
        """With how many changes of each are to be opened and closed."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def open(self, position: int, rows: IndexRows) -> None:
        # Rows of these three are kept as they are told, in the order of their tables' columns.
        for sql, told in (
            (queries.OPEN_ACT, rows.acts),
            (queries.OPEN_VERSION, rows.versions),
            (queries.OPEN_PARTY, rows.parties),
        ):
            if told:
                self.opened[sql].extend([(*row, position) for row in told])
                self._count += len(told)
        for row in rows.changes:
            pair, day, until, at, effect = row.change
            shape = shape_of(effect)
            values = (row.act_id, pair, day, until, at, orjson.dumps(effect))
            self.changes.append(((*values, _acts(shape), row.contact), shape, (position,)))
            self._count += 1
            self._touch(pair)

    def close(self, position: int, rows: IndexRows) -> None:
        for sql, table in (
            (queries.CLOSE_ACT, rows.acts),
            (queries.CLOSE_VERSION, rows.versions),
            (queries.CLOSE_PARTY, rows.parties),
            (queries.CLOSE_CHANGE, rows.changes),
        ):
            if table:
                self.closed[sql].extend([(position, *row.identity) for row in table])
                self._count += len(table)
        for changed in rows.changes:
            self._touch(changed.change.relationship)

    def _touch(self, relationship: str) -> None:
        self.relationships[relationship] = self.relationships.get(relationship, 0) + 1


@lru_cache(maxsize=4_096)
def _acts(shape: bytes) -> int:
    return shape_told(shape).acts
