"""What the harness exists to find: something that the service promised and did not keep."""

from __future__ import annotations


class Loss(AssertionError):
    """A broken promise, by its kind.

    `lost`, `doubled`, `halved`, `altered`, `stray`: of records. `gap`, `backwards`: of the log's
    order. `answer`: what was answered before is answered otherwise now. `differs`: verification.
    `silent`: the service does not come up, or gives no answer, where it must.
    """

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(f"{kind}: {what}")
        self.kind = kind
