"""Writing a store inside one transaction: the log at once, the index in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from eventsourcing.persistence import IntegrityError

from events.log.record import Record, encode, erased_state, header_of, recording_instant
from events.projection.rows import IndexRows
from events.segments import Sizes
from events.store.beside import Remembered
from events.store.protocol import Draft, Head
from events.store.raw import LogRow, next_row
from events.store.sql import queries
from events.store.sql.reader import SqlReader
from events.store.sql.segment_writer import SqlSegmentWriter
from events.store.sql.session import Rows, Session
from events.store.sql.write_buffer import Held
from events.tlog.merkle import leaf_hash
from events.tlog.tree import grown

#: The remark that files still hold what was erased.
PURGE = "purge"
#: Rows held back before they are written together.
_MOST_HELD = 5_000
#: What is asked about one act, the first of the values.
_OF_ONE_ACT = (queries.STREAM, queries.VERSION)

_SET_POINT = "SAVEPOINT attempt"
_GO_BACK = "ROLLBACK TO SAVEPOINT attempt"
_LEAVE_POINT = "RELEASE SAVEPOINT attempt"


class SqlWriter(SqlReader):
    """See `events.store.protocol.Writer`."""

    def __init__(
        self,
        session: Session,
        clock: Callable[[], int],
        salts: Callable[[], bytes],
        sizes: Sizes,
        numbers: Mapping[bytes, int],
    ) -> None:
        """`numbers` are those of signatures that are in the store for good."""
        # What is read here may be undone, so that it is not kept for others.
        super().__init__(session, sizes, {})
        self._clock = clock
        self._read_before = None
        self._salts = salts
        self._versions: dict[str, int] = {}
        self._held = Held()
        self._before: Held | None = None
        """What the plans before hold back, while one is tried."""
        self._point = False
        self._recorded_at = super().head().recorded_at
        self._grown_from = self._position
        self._uncompacted: dict[str, int] = {}
        self._touched: set[str] = set()
        self._known_numbers = numbers
        self.numbers: dict[bytes, int] = {}
        """Numbers of signatures asked for in this transaction."""
        self._leaves: list[bytes] = []
        self.erased = False
        self.finished = False
        """Whether everything was written, and only the commit is left."""

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """All of what is done in it is kept, or nothing where it raises; the rest stays as it is.

        What plans hold back is written together. So the savepoint is set only where something
        is written before the end, after what those before it hold back.
        """
        at, recorded_at, leaves = self._position, self._recorded_at, len(self._leaves)
        uncompacted, erased = {**self._uncompacted}, self.erased
        self._before, self._held, self._point = self._held, Held(), False
        try:
            yield
        except BaseException:
            self._position, self._recorded_at, self._held = at, recorded_at, self._before
            self._uncompacted, self.erased = uncompacted, erased
            del self._leaves[leaves:]
            # What was read or numbered since may be undone with it.
            for memory in (self._versions, self.numbers, self._signatures):
                memory.clear()
            if self._point:
                self._session.all(_GO_BACK)
                self._session.all(_LEAVE_POINT)
            raise
        else:
            if self._point:
                self._session.all(_LEAVE_POINT)
            self._before.absorb(self._held)
            self._held = self._before
        finally:
            self._before, self._point = None, False

    def head(self) -> Head:
        """The end of the log, with what was appended in this transaction."""
        return Head(self._position, self._recorded_at)

    def tile(self, level: int, number: int) -> bytes:
        """A tile of the tree, with what was appended in this transaction."""
        for at, which, hashes in grown(self._stored_tile, self._grown_from, self._leaves):
            if (at, which) == (level, number):
                return hashes
        return super().tile(level, number)

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
            self._held.entries.append((draft.act_id, version, draft.type, state))
            self._held.acts.add(draft.act_id)
            self._position, self._recorded_at = position, recorded_at
        return records

    def transcribe(self, rows: Sequence[LogRow]) -> None:
        """Record what another store recorded, byte for byte."""
        for row in rows:
            recorded_at = next_row(row, self._position, self._recorded_at)
            self._versions[row.act_id] = row.version
            self._leaves.append(leaf_hash(header_of(row.state)))
            self._held.entries.append((row.act_id, row.version, row.type, row.state))
            self._position, self._recorded_at = row.position, recorded_at
        self._store_records()

    def index(self, position: int, closed: IndexRows, opened: IndexRows) -> None:
        """Close and open rows as of a position."""
        self._held.close(position, closed)
        self._held.open(position, opened)
        if position <= self._grown_from:
            # What was learnt at a position that is past is told anew.
            for row in (*closed.changes, *opened.changes):
                self._break_up(row.change.relationship, position)
        if len(self._held) >= _MOST_HELD:
            self.settle()

    def remembered(self, key: str) -> Remembered | None:
        """What an idempotent request got."""
        for held in (self._held, self._before):
            if held is not None and key in held.remembered:
                return Remembered(*held.remembered[key][1:3])
        return super().remembered(key)

    def remember(self, key: str, request_digest: str, answer: bytes, position: int) -> None:
        """Keep the answer of an idempotent request."""
        self._held.remembered[key] = (key, request_digest, answer, position)

    def set_meta(self, name: str, value: str) -> None:
        """Keep a remark."""
        self._set_point()
        self._session.all(queries.SET_META, (name, value))

    def keep_checkpoint(self, size: int, note: bytes, made_at: int | None = None) -> None:
        """Keep a checkpoint."""
        self._set_point()
        at = self._clock() if made_at is None else made_at
        self._session.all(queries.KEEP_CHECKPOINT, (size, note, at))

    def in_parts(self, act_id: str) -> bool:
        """Whether an act is kept in parts."""
        ((found,),) = self._found(queries.IN_PARTS, (act_id,))
        return bool(found)

    def clear_index(self, act_id: str, *, elsewhere: bool = True) -> None:
        """Forget every index row of an act, also in an index that is in the making."""
        self.settle()
        self._set_point()
        touched = self._session.all(queries.TOUCHED, (act_id,))
        for relationship, first in touched:
            self._break_up(relationship, first)
        for statement in queries.CLEAR_ACT:
            self._session.all(statement, (act_id,))
        # Indexed anew it may be kept in parts, and then it names none of them.
        names = _listed([name for name, _ in touched])
        self._session.all(queries.FORGET_RELATIONSHIPS, (names,))
        if elsewhere:
            self._session.forget_act(act_id)

    def erase(self, position: int) -> None:
        """Drop salt and body of a record."""
        self.settle()
        self._set_point()
        (state,) = self._session.all(queries.STATE, (position,))[0]
        self._session.all(queries.ERASE, (erased_state(state), position))
        self._session.all(queries.ERASE_REQUEST, (position,))
        self.set_meta(PURGE, "due")
        self.erased = True

    def finish(self) -> None:
        """Write what was held back: index rows, runs, and the tree over the new records."""
        self.settle()
        writer = self._writer()
        for relationship, first in self._uncompacted.items():
            writer.break_up(relationship, first)
        writer.compact(self._touched | self._uncompacted.keys())
        self._uncompacted, self._touched = {}, set()
        tiles = list(grown(self._stored_tile, self._grown_from, self._leaves))
        self._session.each(queries.SET_TILE, tiles)
        self._grown_from, self._leaves = self._position, []
        self.finished = True

    def _writer(self) -> SqlSegmentWriter:
        return SqlSegmentWriter(self._session, self._position, self._sizes, self._signatures)

    def _number_of(self, signature: bytes) -> int:
        number = self._known_numbers.get(signature) or self.numbers.get(signature)
        if number is None:
            number = self.numbers[signature] = self._writer().number_of(signature)
        return number

    def _break_up(self, relationship: str, first: int) -> None:
        self._uncompacted[relationship] = min(first, self._uncompacted.get(relationship, first))

    def _stored_tile(self, level: int, number: int) -> bytes:
        row = self._session.one(queries.TILE, (level, number))
        return bytes(row[0]) if row else b""

    def settle(self) -> None:
        """Write what was held back: records, index rows opened, then what closes some of them."""
        self._settle_before()
        if self._held:
            self._set_point()
            held, self._held = self._held, Held()
            self._write(held, self._position)

    def _settle_before(self) -> None:
        if self._before:
            before, self._before = self._before, Held()
            self._write(before, self._position - len(self._held.entries))

    def _write(self, held: Held, position: int) -> None:
        """Write what is held back, of which the last record is at a position."""
        self._store(held, position)
        for sql, values in held.opened.items():
            self._session.each(sql, values)
        number_of = self._number_of
        told = [(*row, number_of(signature), *known) for row, signature, known in held.changes]
        self._session.each(queries.OPEN_CHANGE, told)
        touched = held.relationships.items()
        rows = [(name, *name.split("-"), number) for name, number in sorted(touched)]
        self._session.each(queries.TOUCH_RELATIONSHIP, rows)
        self._touched.update(held.relationships)
        for sql, values in held.closed.items():
            if self._session.each(sql, values) != len(values):
                raise IntegrityError("the index does not fit the log: rebuild it")
        self._session.each(queries.REMEMBER, [*held.remembered.values()])

    def _store_records(self) -> None:
        if self._before is not None:
            self._store(self._before, self._position - len(self._held.entries))
        if self._held.entries:
            self._set_point()
            self._store(self._held, self._position)

    def _store(self, held: Held, position: int) -> None:
        if held.entries:
            self._session.store(held.entries, position - len(held.entries))
            held.entries, held.acts = [], set()

    def _set_point(self) -> None:
        """Set the savepoint of the plan that is tried, before the first thing it writes."""
        if self._before is not None and not self._point:
            self._settle_before()
            self._session.all(_SET_POINT)
            self._point = True

    def _version(self, act_id: str) -> int:
        known = self._versions.get(act_id)
        if known is None:
            ((last,),) = self._logged(queries.VERSION, (act_id,))
            known = last or 0
        return known

    def _logged(self, sql: str, values: Any) -> Rows:
        if sql not in _OF_ONE_ACT or self._holds(values[0]):
            self._store_records()
        return super()._logged(sql, values)

    def _holds(self, act_id: str) -> bool:
        """Whether records of an act are held back."""
        return act_id in self._held.acts or (
            self._before is not None and act_id in self._before.acts
        )

    def _found(self, sql: str, values: Any) -> Rows:
        self.settle()
        return super()._found(sql, values)


def _listed(act_ids: Sequence[str]) -> str:
    return orjson.dumps(list(act_ids)).decode()
