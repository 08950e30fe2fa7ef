"""A treaty between two, on one day: a fold of its steps from the first to the last."""

from __future__ import annotations

from domain.acts.kinds import CONSENTS, ENDS
from domain.dates import format_day
from domain.parties import Registry
from tests.oracle.known import Act
from tests.oracle.speaking import Pair, party_by, predecessor, sides, successors_of
from tests.oracle.standing import Standing
from tests.oracle.steps import Line, Step, expiry_named_by, ordered_steps
from tests.oracle.when import sure_day

TEXTS = ("initialled", "agreed_in_principle", "adopted")
#: Their form says that no further consent is expected.
AWAITS_NOTHING = ("commitment_in_principle", "contract_package", "joint_declaration")
MET = ("in_force", "suspended", "provisional")


class Life:
    """The fold: every party's standing, and what stands between the two."""

    def __init__(self, act: Act, pair: Pair, day: int, registry: Registry) -> None:
        self.act, self.pair, self.registry = act, pair, registry
        self.facts = act.certain(day)
        self.standings: dict[str, Standing] = {}
        for erased in act.erased:
            for code in erased.names:
                self.standing(code)
        self.whole_in_force = False
        self.consent_on_record = False
        self.signature_on_record = False
        self.text: str | None = None
        self.form: str | None = None
        self.expiry: Step | None = None
        self.key: tuple[str | None, str | None] = (None, None)
        self.turned: Step | None = None
        self.met = False
        self.ended: Step | None = None
        self.ended_after_force = False
        for step in ordered_steps(act, self.facts, day):
            if self.expiry is not None and self.expiry.last < step.first:
                self.expire()
            self.take(step)
            self.expiry = expiry_named_by(step) or self.expiry
            self.tell(step)
        if self.expiry is not None and self.expiry.sure <= day:
            self.expire()

    def standing(self, code: str) -> Standing:
        return self.standings.setdefault(code, Standing())

    def expire(self) -> None:
        """The day that the treaty names for its end has come: VCLT art. 54(a)."""
        step, self.expiry = self.expiry, None
        if step is not None:
            for standing in self.standings.values():
                standing.end(step)
            self.tell(step)

    def take(self, step: Step) -> None:
        """Let one step change the standing of those for whom it speaks."""
        fact = step.fact
        if fact is None:
            return
        for code in fact.names:
            self.standing(code)
        self.form = fact.body.get("form", self.form)
        if step.done and step.event in TEXTS:
            self.text = step.event
        for code in sorted(step.speakers):
            self.take_for(code, step)
        if step.done:
            self.consent_on_record = self.consent_on_record or step.event in CONSENTS
            self.signature_on_record = self.signature_on_record or step.event == "signed"
        if step.effect and step.event == "entered_into_force":
            if not fact.by:
                self.enter_as_a_whole(step)
            # In force for several, it is a treaty that has come into force: VCLT art. 24(3).
            self.whole_in_force = self.whole_in_force or len(fact.by) > 1

    def take_for(self, code: str, step: Step) -> None:
        party = self.standing(code)
        fact = step.fact
        if step.done and step.event == "signed":
            party.signed = True
            party.left = None
        if step.done and step.event in CONSENTS:
            party.consented = True
            party.left = None
        if not step.effect or fact is None:
            return
        if step.event == "signed" and fact.body.get("in_force_on_signature"):
            party.bind(step)
        elif step.event == "succeeded":
            self.succeed(code, step)
        elif step.event in CONSENTS:
            party.consent_in_effect = True
            if self.whole_in_force:
                party.bind(step, by_consent=True)
        elif step.event == "entered_into_force" and fact.by:
            party.bind_by_own_force(step)
        elif step.event == "provisionally_applied":
            party.apply_provisionally(step)
        elif step.event == "suspended":
            party.suspend(step)
        elif step.event == "resumed":
            party.suspension = None
        elif step.event == "consent_withdrawn":
            party.take_consent_back()
        elif step.event == "withdrawn":
            party.leave(step)
        elif step.event in ENDS:
            party.end(step)

    def succeed(self, code: str, step: Step) -> None:
        party = self.standing(code)
        party.consented = party.consent_in_effect = True
        assert step.fact is not None
        members = party_by(self.act, step.fact, self.facts)
        before = predecessor(code, members, self.registry)
        if before is not None:
            party.stand_in_place_of(self.standing(before), step)
        if party.left is None and self.whole_in_force:
            party.bind(step, by_consent=True)

    def enter_as_a_whole(self, step: Step) -> None:
        """VCLT art. 24: whom the entry into force of the whole binds."""
        self.whole_in_force = True
        assert step.fact is not None
        members = party_by(self.act, step.fact, self.facts)
        side = sides(self.act, members, self.facts, self.registry)
        if len(set(side.values())) <= 2:
            bound = members
        elif self.consent_on_record:
            bound = {c for c in step.speakers if self.standing(c).consent_in_effect}
        elif self.signature_on_record:
            bound = {c for c in step.speakers if self.standing(c).signed}
        else:
            bound = set(step.speakers)
        for code in bound:
            self.standing(code).bind(step)

    def tell(self, step: Step) -> None:
        """Note what the step makes of the two, and since when it stands."""
        key = self.status(step)
        if key != self.key:
            self.key = key
            self.turned = step

    def status(self, step: Step) -> tuple[str | None, str | None]:
        if any(code not in self.standings for code in self.pair):
            return None, None
        one, other = (self.standings[code] for code in self.pair)
        if one.engaged and other.engaged:
            self.met = True
            self.ended = None
            self.ended_after_force = False
            if one.suspension or other.suspension:
                return "suspended", None
            return ("in_force" if one.bound and other.bound else "provisional"), None
        if self.met:
            self.met = False
            if step.event != "consent_withdrawn":
                self.ended, self.ended_after_force = step, True
        if not self.ended_after_force:
            gone = [party.left for party in (one, other) if party.left]
            self.ended = min(gone, key=lambda end: (end.sure, end.position)) if gone else None
        if self.ended is not None:
            return "ended", self.ended.event
        return self.before_force(one, other)

    def before_force(self, one: Standing, other: Standing) -> tuple[str | None, str | None]:
        agreed = any(party.signed or party.consented for party in (one, other))
        if self.form in AWAITS_NOTHING:
            if agreed:
                return "commitments", None
            return ("commitments", self.text) if self.text else (None, None)
        if agreed:
            return "signed", None
        return ("unsigned", self.text) if self.text else (None, None)

    def line(self) -> tuple[str, Line] | None:
        """The status between the two and what its line says."""
        status, how = self.key
        if status is None or self.turned is None:
            return None
        side = sides(self.act, set(self.standings), self.facts, self.registry)
        if len(set(side.values())) <= 2 and side[self.pair[0]] == side[self.pair[1]]:
            return None
        one, other = (self.standings[code] for code in self.pair)
        until = self.expiry and self.expiry_text()
        if status == "in_force":
            return status, _later(one.bound, other.bound).line(until=until)
        begins = _later(one.engaged, other.engaged) if status in MET else None
        if status == "provisional" and begins:
            return status, begins.line(until=until)
        if status == "suspended" and begins:
            held = [party.suspension for party in (one, other) if party.suspension]
            first = min(held, key=lambda step: (step.sure, step.position))
            return status, _later(begins, first).line(by=_listed(first))
        if status == "ended" and self.ended:
            return status, self.ended.line(how=self.ended.event, by=_listed(self.ended))
        plain = {"effective": None, "dated": None, "since": self.turned.since}
        if self.turned.fact is not None and self.turned.done:
            plain["since"] = self.turned.fact.when.text
        awaiting = self.awaiting() if status == "signed" else None
        return status, self.turned.line(awaiting=awaiting, how=how) | plain

    def expiry_text(self) -> str | None:
        return self.expiry.effective or self.expiry.since if self.expiry else None

    def awaiting(self) -> list[str] | None:
        """Who has not signed yet, and only that one; else who has yet to consent."""
        open_ = {c: self.standings[c] for c in self.pair if self.standings[c].bound is None}
        unsigned = [c for c, party in open_.items() if not (party.signed or party.consented)]
        return sorted(unsigned or [c for c, p in open_.items() if not p.consented]) or None


def _later(one: Step | None, other: Step | None) -> Step:
    both = [step for step in (one, other) if step is not None]
    return max(both, key=lambda step: (step.sure, step.stage, step.position))


def _listed(step: Step) -> list[str] | None:
    return list(step.by) if step.by else None


def between(act: Act, pair: Pair, day: int, registry: Registry) -> tuple[str, Line] | None:
    """The status of the treaty between the two on the day, with its line."""
    if not set(pair) <= act.parties(act.certain(day)):
        return None
    now = Life(act, pair, day, registry).line()
    ends = {code: registry.get(code).valid_to for code in pair}
    first = min(ends.values())
    if first > day:
        return now
    # What stood with a party that ended is closed with it, and what comes later is not told.
    before = between(act, pair, first - 1, registry)
    if before is not None and before[0] == "ended":
        return before
    if before is None and (now is None or now[0] == "ended"):
        return now
    gone = sorted(code for code, end in ends.items() if end == first)
    line: Line = {"since": format_day(first - 1), "effective": None, "dated": None}
    line |= {"awaiting": None, "how": "party_ended", "by": gone, "until": None}
    facts = act.certain(day)
    heirs = sorted({h for code in gone for h in successors_of(act, code, day, facts, registry)})
    if heirs:
        line |= {"how": "succeeded", "by": heirs}
    return "ended", line


def in_effect(act: Act, pair: Pair, day: int, registry: Registry) -> Line | None:
    """The line of a later entry into force that dates its effect back to this day: VCLT art. 28."""
    if not set(pair) <= act.parties(act.certain(day)):
        return None
    today = between(act, pair, day, registry)
    if today is not None and today[0] == "in_force":
        return None
    later = [f for f in act.facts if f.event == "entered_into_force" and f.sure > day]
    for fact in sorted(later, key=lambda f: (f.sure, f.position)):
        found = between(act, pair, fact.sure, registry)
        if found is None or found[0] != "in_force":
            continue
        life = Life(act, pair, fact.sure, registry)
        begins = [life.standings[code].bound for code in pair]
        back = [step for step in begins if step and _back(step, day)]
        if back and all(step and (step.sure <= day or step in back) for step in begins):
            return found[1]
    return None


def _back(step: Step, day: int) -> bool:
    """Whether an entry into force takes effect by the day though it came later."""
    if step.event != "entered_into_force" or step.fact is None or step.sure <= day:
        return False
    effect = step.fact.effect
    return effect is not None and sure_day(effect, False) <= day
