"""Evidence of the whole sample: every relationship is proven at bases taken at random."""

from __future__ import annotations

import random
from collections.abc import Iterator

from api.exchange.loading import DEFAULT_SAMPLES, load, sample
from api.export.evidence_page import page
from domain.dates import day_of, format_day
from events.application import Chancery, open_chancery
from events.evidence import verify_bundle
from events.tlog.keys import SigningKey

KEY = SigningKey("chancery.example/log", bytes(range(32)))
FIRST, LAST = day_of("1866-01-01"), day_of("2026-12-31")


def relationships(chancery: Chancery) -> list[str]:
    page = chancery.query.relationships(as_of="2026-12-31", limit=500)
    assert page["cursor"] is None
    # Three pairs only meet among others: no list has them, and they have states.
    among_others = ["EAEU-KAZ", "EAEU-KGZ", "EAEU-RUS"]
    return [line["relationship"] for line in page["relationships"]] + among_others


def bases(chosen: random.Random, pairs: list[str], last: int) -> Iterator[tuple[str, str, int]]:
    """Every relationship at one basis, and a few of them at ten more."""
    asked = [*pairs, *(pair for pair in chosen.sample(pairs, 8) for _ in range(10))]
    for number, pair in enumerate(asked):
        # Every other one by all that is known, since a small part of the log tells little.
        position = last if number % 2 else chosen.randint(0, last)
        yield pair, format_day(chosen.randint(FIRST, LAST)), position


def test_every_relationship_of_the_sample_is_proven_at_a_random_basis():
    chancery = open_chancery("sqlite:///:memory:")
    for name in DEFAULT_SAMPLES:
        source, paths = sample(name)
        load(chancery, source, paths, lambda row: None)
    notary = chancery.admin.notary([KEY])
    pairs = relationships(chancery)
    assert len(pairs) >= 277
    proven = 0
    for pair, as_of, position in bases(random.Random(8), pairs, chancery.query.head().position):
        data = chancery.inspection.evidence(pair, as_of, position, notary=notary, page=page)
        verdict = verify_bundle(data, chancery.registry, [KEY.verifier])
        assert verdict.differences == (), (pair, as_of, position)
        assert verdict.bundle is not None
        proven += bool(verdict.bundle.records)
    assert proven > 100
    chancery.close()
