"""Clients of several services on one store, and the history of their questions and answers."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

import orjson

from tests.crash.service import Service
from tests.crash.wire import Answer as HttpAnswer
from tests.crash.wire import Unanswered, Wire
from tests.linear.checker import NEVER, Operation
from tests.linear.model import (
    EXISTS,
    MISMATCH,
    UNKNOWN,
    Answer,
    Append,
    ReadAct,
    ReadPair,
    Request,
)

_PAIRS = (("FRA", "SUN"), ("AUT", "USA"))
#: So few, that clients meet at them.
_ACTS = 5
#: How often each is asked, by how many in all.
_WEIGHTS = {"new": 3, "next": 4, "if matching": 6, "again": 3, "read": 5, "read pair": 2}
_PROBLEMS = {
    "/problems/act-exists": EXISTS,
    "/problems/unknown-act": UNKNOWN,
    "/problems/idempotency-mismatch": MISMATCH,
}


class History:
    """What all clients asked; a clock of this process orders it."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._lock = Lock()

    def ask(self, client: str, request: Request, carry_out: Callable[[], HttpAnswer]) -> Answer:
        """Ask, and keep it; where no answer comes that is kept too, and `Unanswered` raised."""
        begun = time.monotonic_ns()
        ended, answer = NEVER, None
        try:
            got = carry_out()
            if got.status == 503:
                # Nobody can say whether it was recorded.
                raise Unanswered(got.body.decode())
            ended, answer = time.monotonic_ns(), _answer(request, got)
        finally:
            with self._lock:
                self.operations.append(Operation(client, request, begun, ended, answer))
        return answer


class Client:
    """Asks one service, one request after another, until it is unanswered or has asked enough."""

    def __init__(self, name: str, draw: random.Random, history: History, sent: list[Append]):
        """`sent` are the appends of all clients, which each may send again."""
        self._name = name
        self._draw = draw
        self._history = history
        self._sent = sent
        self._versions: dict[str, int] = {}
        self._count = 0

    def work(self, wire: Wire, operations: int) -> None:
        try:
            for _ in range(operations):
                self._once(wire)
        except Unanswered:
            return
        finally:
            wire.close()

    def _once(self, wire: Wire) -> None:
        request = self._drawn()
        answer = self._history.ask(self._name, request, lambda: _carry_out(request, wire))
        if isinstance(request, Append) and answer[0] in ("recorded", "stale"):
            version = answer[1]
            assert isinstance(version, int)
            self._versions[request.act] = version
        elif isinstance(request, ReadAct) and answer[0] == "act":
            positions = answer[2]
            assert isinstance(positions, tuple)
            self._versions[request.act] = len(positions)

    def _drawn(self) -> Request:
        draw = self._draw
        (kind,) = draw.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        number = draw.randrange(_ACTS)
        act, pair = f"talk:{number}", "-".join(_PAIRS[number % len(_PAIRS)])
        if kind == "read":
            return ReadAct(act)
        if kind == "read pair":
            return ReadPair(pair)
        if kind == "again" and self._sent:
            return draw.choice(self._sent)
        self._count += 1
        key, events = f"{self._name}.{self._count}", draw.randint(1, 3)
        if kind == "new":
            # Some acts are of this client alone, and some are opened by several at once.
            mine = f"{act}.{key}" if draw.random() < 0.5 else act
            request = Append(mine, pair, events, key, new=True)
        else:
            version = self._versions.get(act) if kind == "if matching" else None
            request = Append(act, pair, events, key, new=False, if_match=version)
        self._sent.append(request)
        return request


def _carry_out(request: Request, wire: Wire) -> HttpAnswer:
    if isinstance(request, ReadAct):
        return wire.get(f"/v1/acts/{request.act}")
    if isinstance(request, ReadPair):
        return wire.get(f"/v1/relationships/{request.pair}")
    parties = [{"party": code} for code in request.pair.split("-")]
    events = [
        {"type": "talk.held", "date": "1975", "parties": parties, "note": f"{request.key}/{number}"}
        for number in range(request.events)
    ]
    headers = {"Content-Type": "application/json", "Idempotency-Key": request.key}
    if request.if_match is not None:
        headers["If-Match"] = f'"{request.if_match}"'
    path = "/v1/acts" if request.new else f"/v1/acts/{request.act}/events"
    body = {"act_id": request.act, "events": events} if request.new else {"events": events}
    return wire.ask("POST", path, orjson.dumps(body), headers)


def _answer(request: Request, got: HttpAnswer) -> Answer:
    """What an answer says, in the words of the model."""
    document = got.json()
    if got.status == 201:
        return ("recorded", document["version"], tuple(document["positions"]))
    if got.status == 412:
        return ("stale", int(document["problems"][0]["expected"].strip('"')))
    if got.status != 200:
        return _PROBLEMS[document["type"]]
    position = document["basis"]["position"]
    if isinstance(request, ReadPair):
        contact = document["contact"]
        return ("pair", position, contact["acts"].get("talk", 0) if contact else 0)
    positions = [number for event in document["events"] for number in event["records"]]
    assert document["version"] == len(positions)
    return ("act", position, tuple(positions))


def at_work(
    services: Sequence[Service],
    history: History,
    pool: ThreadPoolExecutor,
    draw: random.Random,
    sent: list[Append],
    *,
    clients: int,
    operations: int,
    name: str,
) -> list[Future[None]]:
    """So many clients at work, on each of the services in turn."""
    begun = []
    for number in range(clients):
        service = services[number % len(services)]
        client = Client(f"{name}{number}", random.Random(draw.random()), history, sent)
        begun.append(pool.submit(client.work, service.wire(), operations))
    return begun
