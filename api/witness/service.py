"""The witness over HTTP: `POST /add-checkpoint` and nothing else (c2sp.org/tlog-witness)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.connections.door import Door
from api.connections.listening import Listener
from api.logs import log_of
from api.settings import Settings
from api.witness.state import WitnessState
from api.work.way import Way
from events.tlog.keys import SigningKey, VerifierKey
from events.tlog.witnessing import SIZE_TYPE, Refused, decide

log = log_of("witness")

#: Beyond what 63 hashes and a note with a hundred signatures take.
_LARGEST = 2**16
_TEXT = "text/plain; charset=utf-8"


def seconds() -> int:
    """Seconds since 1970 by the machine's clock."""
    return int(time.time())


class Witnessing:
    """One witness: its keys, the logs it trusts, and its state. One decision at a time."""

    def __init__(
        self,
        state: WitnessState,
        keys: Sequence[SigningKey],
        logs: Mapping[str, Sequence[VerifierKey]],
        clock: Callable[[], int] = seconds,
    ) -> None:
        self._state = state
        self._keys = keys
        self._logs = logs
        self._clock = clock
        self._lock = Lock()

    def answer(self, body: bytes) -> Response:
        """The answer to a request's body; the state is kept before it is signed."""
        with self._lock:
            decided = decide(body, self._state.known, self._logs)
            if isinstance(decided, Refused):
                kind = _TEXT if decided.known_size is None else SIZE_TYPE
                # The type is given as it is: the framework would add a charset to it.
                return Response(decided.answer(), decided.status, {"Content-Type": kind})
            try:
                self._state.keep(decided.origin, decided.head)
            except OSError as error:
                log.error("state not kept", reason=str(error))
                return Response("the state cannot be kept\n", 503, media_type=_TEXT)
            return Response(decided.answer(self._clock(), *self._keys), media_type=_TEXT)


def create_witness(witnessing: Witnessing) -> Starlette:
    """The service."""

    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST:
                return Response(f"at most {_LARGEST} bytes\n", 413, media_type=_TEXT)
        return await run_in_threadpool(witnessing.answer, bytes(body))

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


class Server(Listener):
    """The HTTP server of a witness; says where it listens."""

    def __init__(self, app: Starlette, settings: Settings) -> None:
        super().__init__(app, Door(settings, Way()))

    def listens(self, host: str, port: int, address: str) -> None:
        """Say where it listens."""
        sys.stdout.write(f"witnessing on {address}\n")
        sys.stdout.flush()
