"""What was noticed about an act is told to the pairs it bears on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from domain.acts.act import Act
from domain.kinds import KINDS, Life
from domain.parties import Registry
from domain.relationship.aftermath import Aftermath
from domain.relationship.anomaly import NAMES_NOBODY, YET_TO_COME, Anomaly, anomalies
from domain.relationship.change import Ledger
from domain.relationship.items import item
from domain.relationship.ties import Tie


def fold_anomalies(act: Act, ledger: Ledger, ties: Iterable[Tie], registry: Registry) -> None:
    """Contribute an act's anomalies to its pairs, each on the days on which it is told."""
    found = anomalies(act, registry)
    by_party: dict[str | None, list[_Told]] = {}
    for anomaly in found:
        by_party.setdefault(anomaly.party, []).append(_told(act, anomaly))
    shown_by_all = by_party.get(None, [])
    aftermath = Aftermath(act)
    if not found and not aftermath.may_be:
        return
    for tie in ties:
        shown = [*shown_by_all, *by_party.get(tie.a, ()), *by_party.get(tie.b, ())]
        for told in sorted(shown, key=lambda told: told.anomaly.order):
            if told.anomaly.party is None and not _bears(act, told.anomaly, tie):
                continue
            told.to(ledger, tie)
        for anomaly in aftermath.of(tie):
            _told(act, anomaly).to(ledger, tie)


class _Told(NamedTuple):
    """An anomaly with its line."""

    anomaly: Anomaly
    position: int
    line: dict[str, Any]

    def to(self, ledger: Ledger, tie: Tie) -> None:
        """List it in a pair: what is yet to come although nobody is party to it by then."""
        ahead = self.anomaly.name == YET_TO_COME
        day = self.anomaly.day if ahead else max(self.anomaly.day, tie.joined)
        until = self.anomaly.until
        ledger.item(tie.pair, "anomalies", day, until, self.position, self.line)


def _told(act: Act, anomaly: Anomaly) -> _Told:
    name, message, party = anomaly.name, anomaly.message, anomaly.party
    line = item(act, anomaly.facts, anomaly=name, message=message, party=party)
    return _Told(anomaly, max(fact.position for fact in anomaly.facts), line)


def _bears(act: Act, anomaly: Anomaly, tie: Tie) -> bool:
    """Whether what is odd bears on two parties; what names nobody might have been for anybody."""
    if anomaly.name == NAMES_NOBODY:
        return True
    odd = anomaly.facts[:1] if KINDS[act.kind].life is Life.SIDES else anomaly.facts
    return all(act.concerns(fact, tie.a, tie.b) for fact in odd)
