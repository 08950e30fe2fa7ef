"""Bulk: a long body taken line by line as it comes in, each line recorded or refused by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Generator
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import orjson

from api.access.actor import Actor
from api.http.lines import line_result, refused
from api.http.routes.posting import too_large
from api.problems import Refused
from api.work.pool import Pool
from events.application import Chancery
from events.write.receipt import Receipt, Request

#: Results beyond this wait on the disk, not in memory.
_SPOOL_BYTES = 4 * 2**20
_PIECE_BYTES = 64 * 2**10


class BulkWriter:
    """Records lines one after another and keeps what became of each.

    The results are handed over when all lines are in: were they sent while the body still comes,
    a client that sends first and reads later, as most do, and this service would wait for each
    other for ever.
    """

    def __init__(
        self, chancery: Chancery, who: Actor, key: str | None, line_limit_bytes: int, pool: Pool
    ) -> None:
        self._chancery = chancery
        self._pool = pool
        self._recorded_by = who.name
        self._key = None if key is None else who.own(key)
        self._line_limit_bytes = line_limit_bytes
        self._number = 0
        self._rest = b""
        self._skipping = False
        self._results: IO[bytes] = SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115
        self.types: Counter[str] = Counter()
        self.position = 0
        self.problems: Counter[str] = Counter()

    def __enter__(self) -> BulkWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._results.close()

    async def take(self, pieces: AsyncIterator[bytes]) -> None:
        """Record every line of a body; a bad line stops none of the others.

        A body that turns out too large ends with a 413 in the place of its next line: what was
        recorded before stays, and a retry with the same Idempotency-Key goes on from there.
        """
        try:
            async for piece in pieces:
                if piece:
                    await self._pool.run(self._take, piece)
        except Refused as error:
            if self._number == 0:
                raise
            self._keep(refused(self._number + 1, error))
            return
        await self._pool.run(self._end)

    def _take(self, piece: bytes) -> None:
        *whole, rest = piece.split(b"\n")
        for part in whole:
            self._line(self._rest + part)
            self._rest = b""
        self._rest += rest
        if len(self._rest) > self._line_limit_bytes:
            # The rest of the line is read past, not kept.
            self._skipping, self._rest = True, b""

    def _end(self) -> None:
        if self._rest or self._skipping:
            self._line(self._rest)

    def _line(self, data: bytes) -> None:
        self._number += 1
        if self._skipping or len(data) > self._line_limit_bytes:
            self._skipping = False
            self._keep(refused(self._number, too_large(self._line_limit_bytes, "a longer line")))
        elif data.strip():
            result = line_result(
                self._chancery,
                self._number,
                data,
                self._recorded_by,
                self._request(data),
                self._heard,
            )
            self._keep(result)

    def _heard(self, receipt: Receipt) -> None:
        self.types.update(receipt.types)
        self.position = receipt.positions[-1]

    def _request(self, data: bytes) -> Request | None:
        if self._key is None:
            return None
        # A blank is in no Idempotency-Key, so this meets no other request's.
        key = f"{self._key} line {self._number}"
        return Request(key, f"sha256:{sha256(data.strip()).hexdigest()}")

    def _keep(self, result: dict[str, Any]) -> None:
        if "problem" in result:
            self.problems[result["problem"]["type"].rpartition("/")[2]] += 1
        self._results.write(orjson.dumps(result, option=orjson.OPT_APPEND_NEWLINE))

    def results(self) -> Generator[bytes, None, None]:
        """The results, a line a line, in the order of the body."""
        self._results.seek(0)
        while piece := self._results.read(_PIECE_BYTES):
            yield piece
