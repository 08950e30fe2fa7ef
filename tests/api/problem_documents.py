"""What every problem document holds, whatever went wrong."""

from __future__ import annotations

from typing import Any

from api.problems import KINDS, MEDIA_TYPE


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    document = answer.json()
    kind = KINDS[document["type"].removeprefix("/problems/")]
    assert (document["status"], document["title"]) == (status, kind.title)
    assert document["detail"]
    assert document["instance"]
    return document
