"""Lines: one act or its next events from one JSON value, in bulk or from a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.bodies import read_json
from api.http.commands import read_line
from api.logs import log_of
from api.problems import KNOWN_ERRORS, document_of
from events.application import Chancery
from events.write.receipt import Receipt, Request

log = log_of("lines")


def line_result(
    chancery: Chancery,
    number: int,
    data: bytes,
    recorded_by: str,
    request: Request | None = None,
    heard: Callable[[Receipt], None] = lambda _receipt: None,
) -> dict[str, Any]:
    """What became of line `number`: 201, 200 for one recorded before, or a problem.

    `heard` is told of each that was recorded just now.
    """
    try:
        command = read_line(read_json(data), recorded_by, request)
        receipt = chancery.commands.execute(command)
    except KNOWN_ERRORS as error:
        result = refused(number, error)
        if result["status"] >= 500:
            log.error("failed", line=number, reason=str(error))
        return result
    status = 200 if receipt.replayed else 201
    if not receipt.replayed:
        heard(receipt)
    shown = {"line": number, "status": status, **receipt.to_json()}
    return {**shown, "replayed": True} if receipt.replayed else shown


def refused(number: int, error: Exception) -> dict[str, Any]:
    """The result of a line that was refused."""
    document = document_of(error)
    return {
        "line": number,
        "status": document.kind.status,
        "problem": document.to_json(f"#line-{number}"),
    }
