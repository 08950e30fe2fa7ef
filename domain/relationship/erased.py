"""What was erased: every pair it bore on shows that something was, whatever day is asked about."""

from __future__ import annotations

from collections.abc import Iterable

from domain.acts.act import Act
from domain.dates import LAST_DAY
from domain.relationship.change import Ledger
from domain.relationship.ties import Tie


def fold_erased(act: Act, ledger: Ledger, ties: Iterable[Tie]) -> None:
    """List the erased events of an act in pairs of its parties.

    On every valid day on which both are party, for when it was is erased as well; and on no
    other list, for what it was is too. The records named are the one that held it and the one of
    its erasure.
    """
    if not act.erased:
        return
    for tie in ties:
        for gone in act.erased:
            line = {
                "act_id": act.act_id,
                "kind": act.kind,
                "reason": gone.reason,
                "records": [gone.position, gone.erasure],
            }
            ledger.item(tie.pair, "erased", tie.joined, LAST_DAY, gone.position, line)
