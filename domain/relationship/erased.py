"""What was erased: every pair it bore on shows that something was, whatever day is asked about."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

from domain.acts.act import Act
from domain.dates import FIRST_DAY, LAST_DAY
from domain.parties import relationship_key
from domain.relationship.change import Ledger


def fold_erased(act: Act, ledger: Ledger, only: Collection[str] | None) -> None:
    """List the erased events of an act in all its pairs, or in those that `only` names.

    On every valid day, for when it was is erased as well; and on no other list, for what it was
    is too. The records named are the one that held it and the one of its erasure.
    """
    if not act.erased:
        return
    for a, b in combinations(act.codes, 2):
        pair = relationship_key(a, b)
        if only is not None and pair not in only:
            continue
        for gone in act.erased:
            line = {
                "act_id": act.act_id,
                "kind": act.kind,
                "reason": gone.reason,
                "records": [gone.position, gone.erasure],
            }
            ledger.item(pair, "erased", FIRST_DAY, LAST_DAY, gone.position, line)
