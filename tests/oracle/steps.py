"""The steps of a treaty: what is done, what takes effect, what is told, each on its day."""

from __future__ import annotations

from dataclasses import dataclass

from domain.dates import EdtfDate
from domain.kinds import CONSENTS
from tests.oracle.known import Fact
from tests.oracle.when import last_day, sure_day

TEXTS = ("initialled", "agreed_in_principle", "adopted")


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a treaty's life."""

    part: str
    """Whether something is done, takes effect, or is told of the treaty."""
    fact: Fact
    date: EdtfDate

    @property
    def event(self) -> str:
        return self.fact.event

    @property
    def first(self) -> int:
        return self.date.earliest

    @property
    def last(self) -> int:
        return last_day(self.date, False)

    @property
    def sure(self) -> int:
        return sure_day(self.date, False)

    @property
    def stage(self) -> int:
        return self.fact.stage

    @property
    def version(self) -> int:
        return self.fact.version

    @property
    def position(self) -> int:
        return self.fact.position


def steps_of(fact: Fact) -> list[Step]:
    """Signing, consenting and agreeing on a text are done; all else, and force, takes effect."""
    consents = fact.event in CONSENTS
    done = fact.takes_effect if fact.event == "succeeded" else fact.done
    steps = []
    if consents or fact.event == "signed" or fact.event in TEXTS:
        steps.append(Step("done", fact, done))
    by_terms = fact.event == "signed" and fact.body.get("in_force_on_signature")
    if consents or by_terms or not steps:
        steps.append(Step("effect", fact, fact.takes_effect))
    if "form" in fact.body or "expires_on" in fact.body:
        steps.append(Step("told", fact, done))
    return steps
