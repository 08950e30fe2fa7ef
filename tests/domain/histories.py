"""Hypothesis strategies for histories: acts of every kind, with imprecise and missing dates."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from domain.acts import EVENT_TYPES, Act, Fact, make_act, validate
from domain.dates import format_day
from domain.kinds import ACT_KINDS, KINDS
from tests.domain.given import REGISTRY

PARTIES = ("DEU", "FRA", "GBR", "USA")
FIRST = 728_000  # in 1994
DAYS = st.integers(FIRST, FIRST + 900)


@st.composite
def dates(draw: st.DrawFn) -> str:
    """A date of any precision within three years, with open, unknown and uncertain ones."""
    first = draw(DAYS)
    day = format_day(first)
    later = format_day(first + draw(st.integers(0, 60)))
    return draw(
        st.sampled_from(
            [
                *(day, day[:7], day[:4], f"{day}/{later}", f"[{day}..{later}]"),
                *(f"{day}/", f"{day}/..", f"{day[:7]}~", f"{day}?", f"/{later}", f"../{later}"),
            ]
        )
    )


@st.composite
def bodies(
    draw: st.DrawFn, kind: str, codes: tuple[str, ...], dated: st.SearchStrategy[str] | None = None
) -> dict[str, Any]:
    """The body of some event of a kind, dated in any way or as `dated` says."""
    when = dates() if dated is None else dated
    row = draw(st.sampled_from([t for t in EVENT_TYPES.values() if t.kind == kind]))
    body: dict[str, Any] = {"type": row.name, "date": draw(when)}
    if "by" in row.requires or draw(st.booleans()):
        body["by"] = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True))
    if kind in ("visit", "talk") and ("planned_for" in row.requires or draw(st.booleans())):
        body["planned_for"] = draw(when)
    if "mission_class" in row.requires:
        body["mission_class"] = "ambassador"
    if "statement" in row.requires:
        body["statement"] = "a reservation"
    if kind == "agreement" and draw(st.booleans()):
        field = draw(st.sampled_from(["deposited", "effective", "expires_on"]))
        body[field] = draw(when)
    if kind == "agreement" and draw(st.booleans()):
        body["in_force_on_signature"] = draw(st.booleans())
    if kind == "proposal" and draw(st.booleans()):
        body["target"] = {"name": "trade", "value": 2.5, "unit": "USD"}
    if kind == "letter" and draw(st.integers(0, 3)) == 0:
        body["in_reply_to"] = "letter:1"
    if kind == "letter" and draw(st.booleans()):
        body["form"] = draw(st.sampled_from(["demarche", "circular"]))
    if draw(st.integers(0, 3)) == 0:
        body["figures"] = [{"name": "trade", "value": draw(st.integers(1, 9)), "unit": "USD"}]
    return body


def parties_of(kind: str, codes: tuple[str, ...]) -> list[dict[str, str]]:
    """Parties with the roles of a kind."""
    roles = KINDS[kind].roles
    if not roles:
        return [{"party": code} for code in codes]
    # Where one party alone can have the first role, all the others have the second.
    turns = [min(index, 1) if roles[0].single else index % 2 for index in range(len(codes))]
    return [
        {"party": code, "role": roles[turn].name} for code, turn in zip(codes, turns, strict=True)
    ]


@st.composite
def later_bodies(draw: st.DrawFn, kind: str, codes: tuple[str, ...]) -> dict[str, Any]:
    """The body of an event after the first, which may name parties once more."""
    body = draw(bodies(kind, codes))
    if draw(st.integers(0, 3)) == 0:
        some = st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True)
        body["parties"] = parties_of(kind, tuple(draw(some)))
    return body


@st.composite
def acts(draw: st.DrawFn) -> list[Act]:
    """Some acts, recorded in some interleaving, each event at a position of its own."""
    told: list[tuple[str, str, dict[str, Any]]] = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(ACT_KINDS))
        codes = draw(
            st.lists(st.sampled_from(PARTIES), min_size=2, max_size=4, unique=True).map(tuple)
        )
        first = draw(bodies(kind, codes)) | {"parties": parties_of(kind, codes)}
        # A later event may name who was not told of before.
        named = draw(st.sampled_from([codes, PARTIES]))
        events = [first, *draw(st.lists(later_bodies(kind, named), max_size=4))]
        told.extend((f"act-{number}", kind, body) for body in events)
    order = draw(st.permutations(range(len(told))))
    position = {index: order[index] + 1 for index in range(len(told))}
    grouped: dict[str, tuple[str, list[Fact]]] = {}
    for index, (act_id, kind, body) in enumerate(told):
        facts = grouped.setdefault(act_id, (kind, []))[1]
        facts.append(Fact(validate(body, REGISTRY), len(facts) + 1, position[index]))
    return [make_act(act_id, kind, facts) for act_id, (kind, facts) in grouped.items()]


@st.composite
def treaties(draw: st.DrawFn) -> Act:
    """A treaty of three or four, nearly always dated to the day."""
    day = DAYS.map(format_day)
    dated = day if draw(st.integers(0, 3)) else st.one_of(day, day, dates())
    codes = draw(st.lists(st.sampled_from(PARTIES), min_size=3, max_size=4, unique=True).map(tuple))
    told = draw(st.lists(bodies("agreement", codes, dated), min_size=2, max_size=7))
    told[0] |= {"parties": parties_of("agreement", codes)}
    facts = [Fact(validate(body, REGISTRY), n, n) for n, body in enumerate(told, 1)]
    return make_act("treaty", "agreement", facts)


@st.composite
def succeeded_treaties(draw: st.DrawFn) -> Act:
    """A treaty of three or four that Czechoslovakia's two successors may come into."""
    codes = ("CSK", *draw(st.lists(st.sampled_from(PARTIES), min_size=2, max_size=3, unique=True)))
    acting = st.sampled_from((codes, codes, ("CZE", "SVK")))
    dated = st.one_of(DAYS.map(format_day), dates())
    told = [draw(bodies("agreement", codes, dated)) | {"parties": parties_of("agreement", codes)}]
    count = draw(st.integers(1, 4))
    told += [draw(bodies("agreement", draw(acting), dated)) for _ in range(count)]
    for _ in range(draw(st.integers(1, 2))):
        heir = draw(st.sampled_from(("CZE", "SVK")))
        told.append({"type": "agreement.succeeded", "date": draw(dated), "by": [heir]})
    facts = [Fact(validate(body, REGISTRY), n, n) for n, body in enumerate(told, 1)]
    return make_act("treaty", "agreement", facts)
