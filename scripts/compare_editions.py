"""Whether editions of a source in order say the same of today as the last of them alone.

    python scripts/compare_editions.py FORMAT EDITION EDITION…

The editions come oldest first, each a file, a folder or an archive. Each pair of them is imported
in order with --retract-missing, then all are; every relationship's state is compared with that
after the last one alone. What may differ is left out: positions and what rests on them (instants,
digests, which of several visits of one day is named as the last), and the end of an act's id where
another act had the id before. The exit code is 1 where a state differs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.exchange import FORMATS  # noqa: E402 - after the checkout is on the path
from api.exchange.loading import Wish, load  # noqa: E402
from api.exchange.row import Format  # noqa: E402
from events.application import Chancery, open_chancery  # noqa: E402

_OF_POSITIONS = frozenset({"records", "position", "digest", "known_at"})
_OWN_ID = re.compile(r"([a-z0-9-]+:[0-9]+):[a-z0-9:-]+")


def recorded(source: Format, editions: Sequence[Path]) -> Chancery:
    """A store in memory with editions in order."""
    chancery = open_chancery("sqlite:///:memory:")
    for edition in editions:
        load(chancery, source, [edition], lambda _row: None, wish=Wish(retract_missing=True))
    return chancery


def states(chancery: Chancery) -> dict[str, Any]:
    """The state of today of every relationship, without what may differ."""
    return {key: _plain(chancery.query.state(key)) for key in _relationships(chancery)}


def _relationships(chancery: Chancery) -> Iterator[str]:
    cursor = ""
    while True:
        page = chancery.query.relationships(cursor=cursor, limit=500)
        yield from (line["relationship"] for line in page["relationships"])
        cursor = page["cursor"]
        if not cursor:
            return


def _plain(value: Any) -> Any:
    match value:
        case {"last_held": {**last}}:
            rest = {name: part for name, part in value.items() if name != "last_held"}
            days = {code: visit and visit["date"] for code, visit in last.items()}
            return _plain(rest) | {"last_held": days}
        case dict():
            return {k: _plain(part) for k, part in value.items() if k not in _OF_POSITIONS}
        case list():
            return sorted((_plain(part) for part in value), key=_bytes)
        case str():
            return _OWN_ID.sub(r"\1", value) if _OWN_ID.fullmatch(value) else value
    return value


def _bytes(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def main(name: str, editions: Sequence[Path]) -> int:
    """Compare, and say what was found."""
    source = FORMATS[name]
    alone = {edition: states(recorded(source, [edition])) for edition in editions[1:]}
    ways = [*combinations(editions, 2), *([tuple(editions)] if len(editions) > 2 else [])]
    worst = 0
    for way in ways:
        found, expected = states(recorded(source, way)), alone[way[-1]]
        differ = sorted(
            key
            for key in {*found, *expected}
            if _bytes(found.get(key)) != _bytes(expected.get(key))
        )
        said = f"differ: {', '.join(differ)}" if differ else "equal"
        words = " then ".join(edition.name for edition in way)
        sys.stdout.write(f"{words}: {len(expected)} relationships, {said}\n")
        sys.stdout.flush()
        worst = worst or int(bool(differ))
    return worst


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in FORMATS:
        sys.exit(f"expected FORMAT EDITION EDITION…, FORMAT one of {', '.join(FORMATS)}")
    sys.exit(main(sys.argv[1], [Path(word) for word in sys.argv[2:]]))
