"""The digest of what each real history is answered, kept beside the edition that answers it.

After a change of answers count `LAW_EDITION` up, tell the change in docs/law.md, and run
`python -m tests.law.golden`. It refuses while the edition is the one that the old digests are of.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from domain.relationship import LAW_EDITION
from events.application import Chancery
from tests.law.recorded import recorded
from tests.law.table import History, histories

GOLDEN = Path(__file__).with_name("golden.json")


def answers(chancery: Chancery, history: History) -> Iterator[Any]:
    """Answers of every kind that rests on a basis, at each state of the table."""
    query = chancery.query
    for asked in history.states:
        yield query.state(asked.pair, asked.as_of, asked.known_at)
        yield query.state_along(asked.pair, asked.as_of, asked.known_at)
        yield query.timeline(asked.pair, known_at=asked.known_at)
    last = max(asked.as_of for asked in history.states)
    for act_id in dict.fromkeys(entry.act for entry in history.entries):
        yield query.act(act_id, last)
    yield query.acts(as_of=last)
    yield query.relationships(as_of=last)


def digest_of(history: History) -> str:
    """SHA-256 of all of them, without the edition of the registry: its names may change."""
    chancery = recorded(history)
    try:
        found = sha256()
        for answer in answers(chancery, history):
            basis = {
                name: value
                for name, value in answer["basis"].items()
                if name not in ("parties", "digest")
            }
            found.update(orjson.dumps({**answer, "basis": basis}))
        return found.hexdigest()
    finally:
        chancery.close()


def kept() -> dict[str, Any]:
    """The digests as they are kept, with the edition they are of."""
    found: dict[str, Any] = json.loads(GOLDEN.read_text("utf-8"))
    return found


def main() -> int:
    """Renew the digests; gives the exit code."""
    fresh = {history.name: digest_of(history) for history in histories()}
    old = kept() if GOLDEN.exists() else {"law": 0, "answers": {}}
    changed = [name for name, digest in old["answers"].items() if fresh.get(name, digest) != digest]
    if changed and old["law"] == LAW_EDITION:
        sys.stderr.write(
            f"expected LAW_EDITION beyond {LAW_EDITION}, since these are answered otherwise: "
            f"{', '.join(changed)}\n"
        )
        return 1
    GOLDEN.write_text(json.dumps({"law": LAW_EDITION, "answers": fresh}, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
