"""Evidence of the whole sample: every relationship at random bases, and every byte changed.

    python -m bench.evidence [--bases N] [--bytes N]

Makes and verifies a bundle for every relationship of the sample at N random bases each, then
changes N bytes of one bundle to other random ones (0: every byte of it once), each alone. Prints
counts, the time to make and to verify beside the time of the bare state, and sizes.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from typing import Any

from api.export.evidence_page import page
from bench.sample import import_sample, milliseconds
from domain.dates import day_of, format_day
from events.application import Chancery, open_chancery
from events.evidence import verify_bundle
from events.tlog.keys import SigningKey

KEY = SigningKey("chancery.example/log", bytes(range(32)))
#: Pairs that only meet among others: no list of relationships has them, and they have states.
AMONG_OTHERS = ["EAEU-KAZ", "EAEU-KGZ", "EAEU-RUS"]
FIRST, LAST = day_of("1866-01-01"), day_of("2026-12-31")


def matrix(chancery: Chancery, bases: int) -> dict[str, Any]:
    """Every relationship at so many bases, each on both axes."""
    chosen = random.Random(20241125)
    notary = chancery.admin.notary([KEY])
    last = chancery.query.head().position
    page = chancery.query.relationships(as_of="2026-12-31", limit=500)
    pairs = [line["relationship"] for line in page["relationships"]] + AMONG_OTHERS
    waits: dict[str, list[float]] = {"state": [], "make": [], "verify": []}
    sizes, records, empty, differing = [], 0, 0, []
    for pair in pairs:
        for number in range(bases):
            as_of = format_day(chosen.randint(FIRST, LAST))
            # Every other one by all that is known, since a small part of the log tells little.
            position = last if number % 2 else chosen.randint(0, last)
            begun = time.perf_counter()
            chancery.query.state(pair, as_of, position)
            asked = time.perf_counter()
            data = chancery.inspection.evidence(pair, as_of, position, notary=notary, page=page)
            made = time.perf_counter()
            verdict = verify_bundle(data, chancery.registry, [KEY.verifier])
            waits["state"].append(asked - begun)
            waits["make"].append(made - asked)
            waits["verify"].append(time.perf_counter() - made)
            sizes.append(len(data))
            if verdict.differences or verdict.bundle is None:
                differing.append((pair, as_of, position, str(verdict.differences[0])))
            else:
                records += len(verdict.bundle.records)
                empty += not verdict.bundle.records
    return {
        "relationships": len(pairs),
        "bundles": len(sizes),
        "records in them": records,
        "bundles of an empty answer": empty,
        "not verified": differing,
        "bytes": {"median": round(statistics.median(sizes)), "largest": max(sizes)},
        **{name: milliseconds(found) for name, found in waits.items()},
    }


def changed_bytes(chancery: Chancery, number: int) -> dict[str, Any]:
    """How many one-byte changes of a bundle verify; there must be none."""
    chosen = random.Random(1)
    data = chancery.inspection.evidence(
        "KAZ-KGZ", "2024-02-02", notary=chancery.admin.notary([KEY]), page=page
    )
    places = range(len(data)) if not number else chosen.sample(range(len(data)), number)
    unseen = []
    for place in places:
        byte = (data[place] + chosen.randint(1, 255)) % 256
        changed = data[:place] + bytes([byte]) + data[place + 1 :]
        if not verify_bundle(changed, chancery.registry).differences:
            unseen.append((place, byte))
    return {"bytes in the bundle": len(data), "changed": len(places), "verified": unseen}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bases", type=int, default=10)
    parser.add_argument("--bytes", type=int, default=2_000)
    given = parser.parse_args()
    chancery = open_chancery("sqlite:///:memory:")
    import_sample(chancery)
    report = {
        "matrix": matrix(chancery, given.bases),
        "one byte": changed_bytes(chancery, given.bytes),
    }
    chancery.close()
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
