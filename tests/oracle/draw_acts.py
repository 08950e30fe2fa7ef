"""Drawing the lives of visits, talks, proposals, letters and relations by chance."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.oracle.draw import Body, as_parties, chance, date_text, event, some, weighted

GOALS = ({"name": "trade", "unit": "USD"}, {"name": "trade"}, {"name": "flights", "unit": "week"})
PERIODS = ("1994", "1995", "1996", "1996-03", "last year", None)
STEPS = (0, 1, 5, 20, 60, 200, 500)

VISIT = {"announced": 0.3, "postponed": 0.2, "began": 0.15, "held": 0.25, "cancelled": 0.1}
TALK = {
    "scheduled": 0.2,
    "opened": 0.2,
    "adjourned": 0.17,
    "halted": 0.08,
    "held": 0.25,
    "cancelled": 0.1,
}
PROPOSAL = {
    "tabled": 0.2,
    "counter_proposed": 0.15,
    "endorsed": 0.25,
    "accepted": 0.12,
    "declined": 0.12,
    "withdrawn": 0.06,
    "lapsed": 0.04,
    "superseded": 0.03,
    "carried_out": 0.03,
}
RELATION = {
    "established": 0.18,
    "suspended": 0.1,
    "severed": 0.12,
    "resumed": 0.12,
    "recognised": 0.1,
    "recognition_withdrawn": 0.05,
    "mission_opened": 0.12,
    "mission_class_changed": 0.08,
    "mission_closed": 0.07,
    "interests_section_opened": 0.06,
}
LETTER = {"sent": 0.15, "received": 0.2, "answered": 0.3, "withdrawn": 0.15, "published": 0.2}
#: What one of several may do alone.
ALONE: tuple[str, ...] = (
    "postponed",
    "cancelled",
    "halted",
    "counter_proposed",
    "endorsed",
    "accepted",
)
ALONE += ("declined", "withdrawn", "carried_out", "suspended", "severed")


def _by(rng: Random, name: str, codes: list[str]) -> list[str] | None:
    return some(rng, codes)[:2] if name in ALONE and chance(rng, 0.4) else None


def visit(rng: Random, codes: list[str], day: int) -> tuple[list[dict[str, str]], list[Body]]:
    """The parties and the bodies of a visit."""
    many = chance(rng, 0.3)
    roles = ["visitor", "host", *(rng.choice(("visitor", "host")) for _ in codes[2:4] if many)]
    parties = [{"party": c, "role": role} for c, role in zip(codes, roles, strict=False)]
    return parties, _meeting(rng, "visit", VISIT, [p["party"] for p in parties], day)


def talk(rng: Random, codes: list[str], day: int) -> tuple[list[dict[str, str]], list[Body]]:
    """The parties and the bodies of a talk."""
    codes = codes[: 2 if chance(rng, 0.7) else rng.randint(3, 4)]
    return as_parties(codes), _meeting(rng, "talk", TALK, codes, day)


def _meeting(
    rng: Random, kind: str, shares: dict[str, float], codes: list[str], day: int
) -> list[Body]:
    bodies = []
    for _ in range(rng.randint(1, 5)):
        name = weighted(rng, shares)
        window = None
        if name == "announced" or (name in ("scheduled", "postponed") and chance(rng, 0.6)):
            window = date_text(rng, day + rng.choice((10, 40, 100)))
        more: dict[str, Any] = {"planned_for": window, "by": _by(rng, name, codes)}
        if kind == "talk" and chance(rng, 0.2):
            more["figures"] = [figure(rng)]
        bodies.append(event(rng, f"{kind}.{name}", day, **more))
        day += rng.choice(STEPS)
    return bodies


def figure(rng: Random) -> dict[str, Any]:
    """A figure reported for some period, or for none."""
    told = dict(rng.choice(GOALS), value=rng.choice((5, 20, 65.5, 130)))
    period = rng.choice(PERIODS)
    return told if period is None else told | {"period": period}


def proposal(rng: Random, codes: list[str], day: int) -> tuple[list[dict[str, str]], list[Body]]:
    """The parties and the bodies of a proposal, to one or to several."""
    codes = codes[: 2 if chance(rng, 0.5) else rng.randint(2, 4)]
    parties = as_parties(codes)
    if chance(rng, 0.7):
        for index, entry in enumerate(parties):
            last = rng.choice(("addressee", "addressee", "proposer"))
            entry["role"] = ("proposer", "addressee", last, last)[index]
    bodies = []
    for turn in range(rng.randint(1, 5)):
        name = "tabled" if turn == 0 and chance(rng, 0.8) else weighted(rng, PROPOSAL)
        more: dict[str, Any] = {"by": _by(rng, name, codes)}
        if chance(rng, 0.5 if name == "endorsed" else 0.1):
            more["target"] = dict(rng.choice(GOALS), value=rng.choice((100, 200)))
        if chance(rng, 0.4):
            more["figures"] = [figure(rng) for _ in range(rng.randint(1, 2))]
        bodies.append(event(rng, f"proposal.{name}", day, **more))
        day += rng.choice(STEPS)
    return parties, bodies


def letter(rng: Random, codes: list[str], day: int) -> tuple[list[dict[str, str]], list[Body]]:
    """The parties and the bodies of a letter to one, or of a circular note to several."""
    sender, *others = codes[: 2 if chance(rng, 0.5) else rng.randint(2, 4)]
    parties = [{"party": sender, "role": "sender"}]
    parties += [{"party": code, "role": "addressee"} for code in others]
    bodies = []
    for turn in range(rng.randint(1, 5)):
        name = "sent" if turn == 0 and chance(rng, 0.8) else weighted(rng, LETTER)
        acting = others if name in ("received", "answered") else [sender]
        more: dict[str, Any] = {"by": some(rng, acting) if chance(rng, 0.5) else None}
        if chance(rng, 0.1):
            more["in_reply_to"] = "act-1"
        bodies.append(event(rng, f"letter.{name}", day, **more))
        day += rng.choice(STEPS)
    return parties, bodies


def relation(rng: Random, codes: list[str], day: int) -> tuple[list[dict[str, str]], list[Body]]:
    """The parties and the bodies of relations: mostly of two, or of one toward several."""
    several = chance(rng, 0.12)
    codes = codes[: 3 if several else 2]
    bodies = []
    for _ in range(rng.randint(1, 6)):
        name = weighted(rng, RELATION)
        more: dict[str, Any] = {"by": _by(rng, name, codes)}
        if name.startswith(("recog", "mission", "interests")):
            actor = codes[0] if several else rng.choice(codes)
            toward = [code for code in codes if code != actor]
            more["by"] = [actor]
            if several or chance(rng, 0.3):
                more["toward"] = some(rng, toward)
        if name == "recognised" and chance(rng, 0.7):
            more["recognition"] = rng.choice(("de_facto", "de_jure"))
        if name in ("mission_opened", "mission_class_changed"):
            more["mission_class"] = rng.choice(("ambassador", "envoy", "charge_daffaires"))
        if name.startswith(("mission", "interests")) and chance(rng, 0.4):
            more["resident"] = chance(rng, 0.5)
        bodies.append(event(rng, f"relation.{name}", day, **more))
        day += rng.choice(STEPS)
    return as_parties(codes), bodies
