"""How one party stands to a treaty on a day: a fold of the steps that bear on it.

These are its own acts and the acts of the whole, in the order of days.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.dates import EdtfDate, parse
from domain.kinds import CONSENTS, ENDS
from domain.parties import Registry
from tests.oracle.known import Act, Fact
from tests.oracle.since import Part, Since, since
from tests.oracle.speaking import of_two, places, speaks_for
from tests.oracle.steps import TEXTS, Step, steps_of
from tests.oracle.when import life_order, sure_day


@dataclass
class Standing:
    """One party's standing, as the steps of the treaty's life have made it so far."""

    text: Step | None = None
    signed: Step | None = None
    consented: Step | None = None
    live: list[Fact] = field(default_factory=list)
    """The signatures and consents that are not taken back."""
    consent_in_effect: bool = False
    bound: Since | None = None
    bound_by_itself: bool = False
    """Whether its own entry into force or its succession began the stretch."""
    engaged: Since | None = None
    """Since when it is bound or applies the treaty provisionally, without a break."""
    suspension: Step | None = None
    parts: list[Part] = field(default_factory=list)
    in_force: bool = False
    """Whether the treaty itself has come into force and has not ended."""
    form: str | None = None
    expires: tuple[EdtfDate, Fact] | None = None
    """The day that the treaty names for its end: VCLT art. 54(a)."""

    @property
    def out(self) -> Part | None:
        return self.parts[-1] if self.parts and self.parts[-1].end else None

    @property
    def committed(self) -> Step | None:
        return self.signed or self.consented

    def tie(self, step: Step) -> None:
        """Begin a part, where none goes on."""
        if not self.parts or self.parts[-1].end:
            self.parts.append(Part(step.first, step.sure))

    def bind(self, step: Step, *, by_itself: bool = False) -> None:
        """Begin a bound stretch: VCLT art. 12 and 24. Definitive force ends the provisional."""
        if self.bound is None:
            self.tie(step)
            self.bound, self.bound_by_itself = since(step), by_itself
            self.engaged = self.engaged or self.bound

    def bind_by_own_force(self, step: Step) -> None:
        """The party's own entry into force counts, not what else had bound it before."""
        if self.bound is not None and not self.bound_by_itself:
            self.bound, self.bound_by_itself = since(step), True
        self.bind(step, by_itself=True)

    def apply_provisionally(self, step: Step) -> None:
        """VCLT art. 25."""
        if self.engaged is None:
            self.tie(step)
            self.engaged = since(step)

    def disengage(self) -> None:
        self.bound = self.engaged = self.suspension = None
        self.bound_by_itself = False

    def end(self, how: str, when: Since, date: EdtfDate, by: tuple[str, ...], some: bool) -> None:
        """Its part ends: VCLT art. 54, 56, 59. Of two ends the first is the one told."""
        self.disengage()
        if self.parts and self.parts[-1].end is None:
            part = self.parts[-1]
            part.how, part.end, part.ends, part.by, part.of_some = how, when, date, by, some

    def expire_before(self, day: int) -> None:
        """The day that the treaty names for its end is the last on which it stands."""
        if self.expires is None or sure_day(self.expires[0], False) >= day:
            return
        (named, fact), self.expires = self.expires, None
        self.in_force = False
        over, told = sure_day(named, False) + 1, sure_day(fact.done, False)
        if told >= over:
            # It was named when it had passed: nothing ended before that was said.
            late = Since(told, fact.position, fact.done.text, named.text)
            self.end("expired", late, fact.done, (), some=False)
        else:
            self.end("expired", Since(over, fact.position, named.text), named, (), some=False)


def standing(act: Act, code: str, day: int, registry: Registry) -> Standing:
    """The fold of the steps that bear on the party and are certain on the day."""
    party = Standing()
    steps = [step for fact in act.facts for step in steps_of(fact) if step.sure <= day]
    mine = {step for step in steps if code in speaks_for(act, step.fact, act.facts)}
    bearing = [s for s in steps if s in mine or s.part == "told" or of_the_whole(s.fact)]
    for step in life_order(bearing):
        party.expire_before(step.first)
        if step.part == "told":
            tell(party, step.fact)
            continue
        if step.event == "entered_into_force" and of_the_whole(step.fact):
            party.in_force = True
        if step in mine:
            take(party, step, _Question(act, code, day, registry))
        if step.event in ENDS:
            party.in_force = False
    party.expire_before(day)
    return party


def of_the_whole(fact: Fact) -> bool:
    """Whether the treaty itself ends or comes into force: for several it does, VCLT art. 24(3)."""
    if fact.event in ENDS:
        return True
    return fact.event == "entered_into_force" and len(fact.by) != 1


@dataclass(frozen=True)
class _Question:
    act: Act
    code: str
    day: int
    registry: Registry


def tell(party: Standing, fact: Fact) -> None:
    """What is told of the treaty holds for all its parties, and the last that is told counts."""
    party.form = fact.body.get("form", party.form)
    if "expires_on" in fact.body:
        party.expires = parse(fact.body["expires_on"]), fact


def take(party: Standing, step: Step, asked: _Question) -> None:
    """Let one step that speaks for the party change its standing."""
    event, fact = step.event, step.fact
    if step.part == "done":
        do(party, step)
    elif event == "signed" or event in CONSENTS:
        # What was taken back before it took effect has none.
        if fact in party.live:
            take_effect(party, step, asked)
    elif event == "entered_into_force":
        if fact.by:
            party.bind_by_own_force(step)
        elif bound_by_the_whole(party, fact, asked):
            party.bind(step)
    elif event == "provisionally_applied":
        party.apply_provisionally(step)
    elif event == "suspended" and party.bound:
        # VCLT art. 57 and 58: a suspension lives within a bound stretch.
        party.suspension = party.suspension or step
    elif event == "resumed":
        party.suspension = None
    elif event == "consent_withdrawn":
        take_back(party)
    elif event == "withdrawn" or event in ENDS:
        if not party.parts:
            party.tie(step)
        by = tuple(sorted(fact.by))
        party.end(event, since(step), step.date, by, some=not fact.row.whole)
        if event == "withdrawn":
            party.text = party.signed = party.consented = None
            party.live, party.consent_in_effect = [], False


def do(party: Standing, step: Step) -> None:
    """Sign, consent, or agree on a text: a second time begins nothing anew."""
    if step.event in TEXTS:
        party.tie(step)
        party.text = step
        return
    # Who left comes back by this; a treaty that has ended comes back by force alone.
    if party.out is None or party.out.how == "withdrawn":
        party.tie(step)
    party.live.append(step.fact)
    if step.event == "signed":
        party.signed = party.signed or step
    else:
        party.consented = party.consented or step


def take_effect(party: Standing, step: Step, asked: _Question) -> None:
    """A signature binds by its terms; a consent binds to what is in force: VCLT art. 24(3)."""
    if step.event == "signed":
        party.bind(step)
        return
    party.consent_in_effect = True
    before = predecessor(asked, step) if step.event == "succeeded" else None
    if before is not None and before.bound:
        # VCSST art. 24 and 34: the successor stands where its predecessor stood.
        if party.bound is None:
            party.bind(step, by_itself=True)
            party.suspension = before.suspension
    elif party.in_force:
        party.bind(step)
    elif before is not None:
        party.apply_provisionally(step)


def predecessor(asked: _Question, step: Step) -> Standing | None:
    """Where those stood in whose place the party comes, that day or the day before.

    Who was bound counts before who applied the treaty provisionally.
    """
    found = [
        standing(asked.act, place, day, asked.registry)
        for place in sorted(places(asked.act, step.fact, asked.code, asked.registry))
        for day in (step.sure, step.sure - 1)
    ]
    bound = [before for before in found if before.bound]
    return next(iter(bound + [before for before in found if before.engaged]), None)


def bound_by_the_whole(party: Standing, force: Fact, asked: _Question) -> bool:
    """VCLT art. 24: whom an entry into force of the whole binds."""
    if of_two(asked.act, force.sure, asked.registry):
        return True
    if on_record(asked, force, CONSENTS):
        return party.consented is not None and party.consent_in_effect
    if on_record(asked, force, {"signed"}):
        return party.signed is not None
    return True


def on_record(asked: _Question, force: Fact, events: set[str] | frozenset[str]) -> bool:
    """Whether anybody had done so by the day of force, as far as is certain."""
    last = sure_day(force.takes_effect, False)
    steps = [step for fact in asked.act.facts if fact.event in events for step in steps_of(fact)]
    given = [step for step in steps if step.part == "done"]
    return any(step.sure <= asked.day and step.first <= last for step in given)


def take_back(party: Standing) -> None:
    """The consent is withdrawn and the signature stays."""
    party.consented, party.consent_in_effect = None, False
    party.live = [fact for fact in party.live if fact.event == "signed"]
    if party.bound:
        party.disengage()
