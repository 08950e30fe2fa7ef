"""Replies: whether an answer is one that its request may have, the first time and ever after."""

from __future__ import annotations

from typing import Any

from tests.crash.deed import Request
from tests.crash.ledger import outcomes
from tests.crash.loss import Loss
from tests.crash.wire import Answer, Wire


def refused(request: Request, answer: Answer) -> bool:
    """Whether the store could not be written to, for all of a request or some of its lines."""
    if answer.status == 503:
        return True
    return request.bulk and any(status == 503 for _, status, _ in outcomes(request, answer))


def again(request: Request, wire: Wire) -> Answer:
    """Send a request again; raises `Unanswered`, and `Loss` for an answer that cannot be."""
    answer = request.send(wire)
    check(request, answer)
    request.answer = answer
    return answer


def check(request: Request, answer: Answer) -> None:
    """Raise `Loss` for an answer that the request cannot have, given the one it had before."""
    before = request.answer
    if request.wrong:
        good = answer.status == 422
    elif request.contested and answer.status in (409, 412):
        good = before is None
    elif request.bulk:
        good = answer.status == 200
    else:
        good = answer.status == 201
    if not good:
        raise Loss("answer", f"{request.key} to {request.path}: {answer.status} {answer.body!r}")
    for _, status, outcome in outcomes(request, answer) if request.bulk else ():
        if status not in (200, 201):
            raise Loss("answer", f"{request.key}: {outcome}")
    if before is not None and before.status in (200, 201):
        _same(request, before, answer)


def _same(request: Request, before: Answer, now: Answer) -> None:
    """What was acknowledged is acknowledged again in the same words, and as a repetition."""
    if request.bulk:
        shown = [_receipts(answer) for answer in (before, now)]
        repeated = all(line["status"] == 200 and line["replayed"] for line in now.lines())
    else:
        shown = [before.body, now.body]
        repeated = now.replayed
    if shown[0] != shown[1] or not repeated:
        raise Loss("doubled", f"{request.key}: {before} and then {now}")


def _receipts(answer: Answer) -> list[dict[str, Any]]:
    return [
        {name: line[name] for name in ("act_id", "version", "positions", "recorded_at")}
        for line in answer.lines()
    ]
