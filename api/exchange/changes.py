"""Changes: what an edition changes of what was recorded of its source, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.exchange.clash import Clash
from api.exchange.row import Twin
from events.write.identity import facts
from events.write.retelling import ImportOutcome, Missing, Revision

Json = dict[str, Any]


@dataclass
class Changes:
    """An edition's difference to the record; lines in the order they were found."""

    every: bool = False
    """Whether new and revised events are kept too, as a dry run shows them."""
    new: list[Json] = field(default_factory=list)
    revised: list[Json] = field(default_factory=list)
    reused: list[Json] = field(default_factory=list)
    """Acts under ids of their own, since an earlier edition gave theirs to another act."""
    clashes: list[Json] = field(default_factory=list)
    gone: list[Missing] = field(default_factory=list)
    twins: list[Json] = field(default_factory=list)
    likely_twins: list[Json] = field(default_factory=list)
    """New acts, each beside one of another source that is likely the same; both by their ids."""

    def take(self, source_id: str, outcome: ImportOutcome) -> None:
        """Add what became of one act of the source."""
        self.gone += outcome.missing
        if outcome.problems:
            return
        if outcome.act_id != source_id and outcome.new:
            line = event_line(outcome.act_id, outcome.new[0])
            self.reused.append({"id": source_id} | line)
        for twin in outcome.twins:
            self.likely_twins.append({"first": twin, "second": outcome.act_id})
        if self.every:
            self.new += [event_line(outcome.act_id, body) for body in outcome.new]
            self.revised += [_revised(outcome.act_id, one) for one in outcome.revisions]

    def clash(self, found: Clash) -> None:
        """Add an id that several acts of the edition have."""
        acts = [event_line(act.act_id, act.events[0]) for act in found.acts]
        self.clashes.append({"id": found.act_id, "acts": acts})

    def twin(self, found: Twin) -> None:
        """Add two rows that say the same under two ids."""
        self.twins.append({"first": found.first, "second": found.second, "note": found.note})

    def to_json(self) -> Json:
        """Every list by name; new and revised events where they were kept."""
        kept = {"new": self.new, "revised": self.revised} if self.every else {}
        return kept | {
            "gone": [_gone(lost) for lost in self.gone],
            "reused": self.reused,
            "clashes": self.clashes,
            "twins": self.twins,
            "likely_twins": self.likely_twins,
        }


def event_line(act_id: str, body: Mapping[str, Any]) -> Json:
    """An event for a list: of which act, what, when, between whom."""
    parties = [entry["party"] for entry in body.get("parties", ())]
    line = {"act_id": act_id, "type": body["type"], "date": body["date"], "parties": parties}
    return line | ({"title": body["title"]} if "title" in body else {})


def _revised(act_id: str, revision: Revision) -> Json:
    before, after = facts(revision.before), facts(revision.after)
    fields = {name: {"old": before.get(name), "new": after.get(name)} for name in revision.fields}
    line = event_line(act_id, revision.after) | {"version": revision.version, "fields": fields}
    return line if fields else line | {"reinstated": True}


def _gone(lost: Missing) -> Json:
    line = event_line(lost.act_id, lost.body) | {"version": lost.version}
    return line | ({"settled_by": lost.settled_by} if lost.settled_by is not None else {})
