"""Drawing the life of a treaty by chance, with everything that can happen to one."""

from __future__ import annotations

from random import Random

from domain.parties import Registry
from tests.oracle.draw import (
    HEIRS,
    Body,
    as_parties,
    chance,
    date_text,
    event,
    some,
    weighted,
)

CONSENTS = ("ratified", "accepted", "approved", "acceded")
FORMS = ("treaty", "convention", "protocol", "memorandum", "agreement")
PLAIN_FORMS = ("commitment_in_principle", "contract_package", "joint_declaration")
STATEMENTS = ("reservation_made", "objection_made", "declaration_made")

LATER = {
    "suspended": 0.16,
    "resumed": 0.12,
    "withdrawn": 0.16,
    "consent_withdrawn": 0.06,
    "consent": 0.12,
    "own_force": 0.1,
    "force": 0.06,
    "provisionally_applied": 0.06,
    "amended": 0.08,
    "statement": 0.04,
    "acceded": 0.08,
    "terminated": 0.05,
    "expired": 0.03,
    "superseded": 0.03,
    "signed": 0.05,
    "succeeded": 0.06,
}


class Treaty:
    """One treaty's life as it is drawn; the day moves on from event to event."""

    def __init__(self, rng: Random, codes: list[str], day: int, registry: Registry) -> None:
        self.rng, self.day, self.registry = rng, day, registry
        self.codes = codes[: 2 if chance(rng, 0.5) else rng.randint(2, 4)]
        self.others = codes[len(self.codes) :]
        self.bodies: list[Body] = []
        self.draw()

    def add(self, name: str, **more: object) -> None:
        rng = self.rng
        effective = deposited = expires_on = None
        if name not in ("reservation_made", "objection_made", "declaration_made"):
            if chance(rng, 0.15):
                step = rng.choice((-400, -60, -5, 1, 30, 180, 365))
                effective = date_text(rng, self.day + step)
            if name in CONSENTS and chance(rng, 0.2):
                deposited = date_text(rng, self.day + rng.choice((-10, 0, 20, 90)))
            if name == "entered_into_force" and chance(rng, 0.15):
                effective = date_text(rng, self.day - rng.choice((20, 100, 500)))
            if name in ("signed", "entered_into_force", "amended") and chance(rng, 0.1):
                expires_on = date_text(rng, self.day + rng.choice((200, 1500, 3000, 4500)))
        days = {"effective": effective, "deposited": deposited, "expires_on": expires_on}
        body = event(rng, f"agreement.{name}", self.day, **{**days, **more})
        self.bodies.append(body)
        self.day += rng.choice((0, 0, 1, 5, 30, 100, 300, 700))

    def draw(self) -> None:
        rng = self.rng
        if chance(rng, 0.3):
            self.add(rng.choice(("initialled", "agreed_in_principle", "adopted")))
        self.sign()
        if chance(rng, 0.15):
            whom = None if chance(rng, 0.5) else some(rng, self.codes)
            self.add("provisionally_applied", by=whom)
        if chance(rng, 0.6):
            for code in some(rng, self.codes):
                self.consent([code])
        self.enter_into_force()
        for code in [code for code in self.codes if code in HEIRS]:
            if chance(rng, 0.6):
                self.succeed(code)
        for _ in range(rng.randint(0, 5)):
            self.later(weighted(rng, LATER))

    def sign(self) -> None:
        rng = self.rng
        form = rng.choice(FORMS) if chance(rng, 0.4) else None
        if chance(rng, 0.15):
            form = rng.choice(PLAIN_FORMS)
        on_signature = True if chance(rng, 0.15) else None
        more = {"form": form, "in_force_on_signature": on_signature}
        match weighted(rng, {"all": 0.5, "staggered": 0.25, "some": 0.15, "nobody": 0.1}):
            case "all":
                self.add("signed", **more)
            case "staggered":
                for code in some(rng, self.codes):
                    self.add("signed", by=[code], **more)
            case "some":
                self.add("signed", by=some(rng, self.codes), **more)

    def consent(self, by: list[str]) -> None:
        self.add(self.rng.choice(CONSENTS), by=by)

    def enter_into_force(self) -> None:
        rng = self.rng
        match weighted(rng, {"whole": 0.5, "named": 0.1, "own": 0.2, "not": 0.2}):
            case "whole":
                self.add("entered_into_force")
            case "named":
                self.add("entered_into_force", parties=as_parties(some(rng, self.codes, 2)))
            case "own":
                for code in some(rng, self.codes):
                    self.add("entered_into_force", by=[code])

    def succeed(self, code: str) -> None:
        """Those who follow the party say so, on the day or late with effect from it."""
        rng = self.rng
        day = self.registry.get(code).valid_to
        effective = date_text(rng, day) if chance(rng, 0.3) else None
        self.day = day + (0 if effective is None else rng.choice((-20, 30, 400, 900)))
        self.add("succeeded", by=some(rng, HEIRS[code]), effective=effective)

    def later(self, what: str) -> None:
        rng = self.rng
        one = [rng.choice(self.codes)]
        match what:
            case "suspended" | "resumed" | "provisionally_applied":
                self.add(what, by=one if chance(rng, 0.5) else None)
            case "withdrawn" | "consent_withdrawn":
                self.add(what, by=one)
            case "signed":
                self.add(what, by=one if chance(rng, 0.7) else None)
            case "consent":
                self.consent(one)
            case "own_force":
                self.add("entered_into_force", by=one)
            case "force":
                self.add("entered_into_force")
            case "statement":
                self.add(rng.choice(STATEMENTS), by=one, statement="It reads it so.")
            case "acceded" if self.others:
                self.add("acceded", by=[rng.choice(self.others)])
            case "succeeded":
                heirs = [heir for code in self.codes for heir in HEIRS.get(code, ())]
                self.add("succeeded", by=some(rng, heirs or self.others or self.codes)[:1])
            case "amended":
                self.add("amended")
            case _:
                acting = one if chance(rng, 0.2) else None
                self.add(what if what != "acceded" else "amended", by=acting)
