"""Builds `events/data/parties.json` from the tables in `events/data/parties/`.

    python scripts/build_parties.py            build from the committed tables
    python scripts/build_parties.py --check    say whether the committed file is current

A clean checkout needs nothing else. `scripts/cut_party_sources.py` renews the two extracts among
the tables from what their publishers offer. Standard library only.
"""

import argparse
import csv
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from domain.parties import folded  # noqa: E402

TABLES = ROOT / "events" / "data" / "parties"
TARGET = ROOT / "events" / "data" / "parties.json"

Row = dict[str, str]
#: A half-open span of days; None where there is no bound.
Span = tuple[date | None, date | None]
ALWAYS: Span = (None, None)


@dataclass
class Draft:
    """A party while its tables are being read together."""

    code: str
    kind: str
    first_day: str
    life: Span
    names: list[tuple[str, Span]] = field(default_factory=list)
    codes: list[tuple[str, str, Span]] = field(default_factory=list)
    ties: list[tuple[str, str, str]] = field(default_factory=list)


def table(name: str) -> list[Row]:
    """The rows of a committed table, every cell text: Namibia's `NA` is two letters."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first(text: str) -> date | None:
    """The first day of `1922-12-30` or of the year `1922`; None where the table says nothing."""
    if not text:
        return None
    return date(int(text), 1, 1) if len(text) == 4 else date.fromisoformat(text)


def after(text: str) -> date | None:
    """The day after the last day of `1991-12-26` or of the year `1991`."""
    if not text:
        return None
    last = date(int(text), 12, 31) if len(text) == 4 else date.fromisoformat(text)
    return last + timedelta(days=1)


def meet(a: Span, b: Span) -> Span | None:
    """The days in both spans; None when there are none."""
    start = max((day for day in (a[0], b[0]) if day), default=None)
    end = min((day for day in (a[1], b[1]) if day), default=None)
    return None if start and end and start >= end else (start, end)


def join(spans: Iterable[Span]) -> Span:
    """The least span over all of them."""
    spans = list(spans)
    starts, ends = [a for a, _ in spans], [b for _, b in spans]
    return (
        None if None in starts else min(day for day in starts if day),
        None if None in ends else max(day for day in ends if day),
    )


def gsh_span(row: Row) -> Span:
    """A territory's years; 9999 is the publisher's "still", and one start is before our era."""
    since, until = row["valid_since"], row["valid_until"]
    start = first(since.zfill(4)) if since.isdigit() and int(since) else None
    return start, after(until.zfill(4)) if until.isdigit() and int(until) < 9999 else None


def read() -> dict[str, Draft]:
    """Every party with names, codes and ties, by code."""
    parties: dict[str, Draft] = {}
    for row in table("parties.csv"):
        life = (first(row["first_day"]), after(row["last_day"]))
        parties[row["code"]] = Draft(row["code"], row["kind"], row["first_day"], life)
    for row in table("organisations.csv"):
        life = (first(row["first_day"]), after(row["last_day"]))
        draft = Draft(row["code"], "organisation", row["first_day"], life)
        parties.setdefault(row["code"], draft)
    territories = {row["id"]: row for row in table("gsh_territories.csv")}
    owners = {r["id"]: r["party"] for r in table("state_department_ids.csv") if r["list"] == "gsh"}
    add_names(parties, territories, owners)
    add_codes(parties, territories)
    add_ties(parties, territories, owners)
    return parties


def add_names(
    parties: dict[str, Draft], territories: dict[str, Row], owners: dict[str, str]
) -> None:
    """Names in order of preference: the party's own, the dated ones, then what the lists say.

    A name dated in names.csv stands as dated there, and only so; any other is joined from all
    the lists that give it.
    """
    dated: dict[str, list[tuple[str, Span]]] = defaultdict(list)
    listed: dict[str, list[tuple[str, Span]]] = defaultdict(list)
    for row in table("names.csv"):
        span = (first(row["first_day"]), after(row["last_day"]))
        dated[row["party"]].append((row["name"], span))
    for row in table("parties.csv"):
        listed[row["code"]] += [(row["name"], ALWAYS), (row["long_name"], ALWAYS)]
    for row in table("organisations.csv"):
        span = (first(row["name_first_day"]), after(row["name_last_day"]))
        listed[row["code"]].append((row["name"], span))
    ids: dict[str, list[Row]] = defaultdict(list)
    for known, code in owners.items():
        ids[code].append(territories[known])
    for row in table("country_codes.csv"):
        code = row["alpha_3"]
        # Where the State Department tells several territories apart under one party, today's
        # formal name began with the last of them.
        since = [gsh_span(r)[0] for r in ids[code] if r["valid_until"] == "9999"]
        formal = (since[0] if since and len(ids[code]) > 1 else None, None)
        for column in ("cldr_display_name", "unterm_english_short", "official_name_en"):
            listed[code].append((bare(row[column]), ALWAYS))
        listed[code].append((bare(row["unterm_english_formal"]), formal))
    for code, rows in ids.items():
        for row in rows:
            for column in ("short_form_name", "long_form_name"):
                listed[code].append((row[column], gsh_span(row)))
    for code, party in parties.items():
        party.names = ordered(party, dated[code], listed[code])


def bare(name: str) -> str:
    """A UNTERM name without the article and the footnote marks the list hangs on it."""
    name = name.replace("*", "").strip().removesuffix("(the)").strip()
    return name.removeprefix("the ")


def ordered(
    party: Draft, dated: list[tuple[str, Span]], listed: list[tuple[str, Span]]
) -> list[tuple[str, Span]]:
    """The party's names, own name first, each inside the party's life."""
    own = folded(listed[0][0])
    said = {folded(name) for name, _ in dated}
    joined: dict[str, list[tuple[str, Span]]] = defaultdict(list)
    for name, span in listed:
        inside = meet(span, party.life)
        if name and inside and folded(name) not in said:
            joined[folded(name)].append((name, inside))
    names: list[tuple[str, Span]] = [row for row in dated if folded(row[0]) == own]
    names += [(j[0][0], join(s for _, s in j)) for key, j in joined.items() if key == own]
    names += [row for row in dated if folded(row[0]) != own]
    names += [(j[0][0], join(s for _, s in j)) for key, j in joined.items() if key != own]
    for name, span in names:
        if meet(span, party.life) != span:
            raise SystemExit(f"{party.code} bears {name!r} on days it did not exist")
    return names


def add_codes(parties: dict[str, Draft], territories: dict[str, Row]) -> None:
    """Codes by scheme. Where a code passed to a later party, it is the later one's from its start.

    A state-system code is the state's for its whole life: membership began late for many, and an
    occupied state kept its number.
    """
    claims: dict[tuple[str, str], dict[str, Span]] = defaultdict(dict)

    def claim(scheme: str, code: str, party: str, span: Span) -> None:
        inside = meet(span, parties[party].life)
        if code and party and inside and party not in claims[scheme, code]:
            claims[scheme, code][party] = inside

    for row in table("country_codes.csv"):
        for scheme, column in ISO.items():
            claim(scheme, row[column], row["alpha_3"], ALWAYS)
        claim("wikidata", row["wikidata"], row["alpha_3"], ALWAYS)
    for row in table("former_countries.csv"):
        if row["party"]:
            span: Span = (None, after(row["withdrawn"]))
            claim("iso3166-3", row["iso3166_3"], row["party"], ALWAYS)
            for scheme, column in ISO.items():
                claim(scheme, row[column], row["party"], span)
    for row in table("state_system.csv"):
        claim(row["scheme"], row["code"], row["party"], ALWAYS)
        if row["scheme"] == "cow":
            claim("cowc", row["abbreviation"], row["party"], ALWAYS)
    for row in table("state_department_ids.csv"):
        span = (first(row["first_day"]), after(row["last_day"]))
        if row["list"] == "gsh":
            span = gsh_span(territories[row["id"]])
            # The publisher's years are sometimes another state's; the id is the party's all the
            # same, so it is then good for the party's whole life.
            span = span if meet(span, parties[row["party"]].life) else ALWAYS
        claim("gsh", row["id"], row["party"], span)
    for (scheme, code), held in sorted(claims.items()):
        for party, span in passed_on(held):
            parties[party].codes.append((scheme, code, span))


ISO = {
    "iso3166-1-alpha-2": "alpha_2",
    "iso3166-1-alpha-3": "alpha_3",
    "iso3166-1-numeric": "numeric",
}


def passed_on(held: dict[str, Span]) -> Iterator[tuple[str, Span]]:
    """Who held a code when, each holder until the next one's start."""
    line = sorted(held.items(), key=lambda item: (item[1][0] or date.min, item[0]))
    for (party, (start, end)), following in zip(line, [*line[1:], None], strict=True):
        heir = following[1][0] if following else None
        span = meet((start, end), (None, heir))
        if span is None:
            raise SystemExit(f"{party} and {following} claim one code from one day")
        yield party, span


def add_ties(
    parties: dict[str, Draft], territories: dict[str, Row], owners: dict[str, str]
) -> None:
    """The ties of succession.csv, then what the State Department adds of parties that ended.

    Its edges out of a state that lives on are left: they say who once ruled, not who one was.
    """
    tied: set[frozenset[str]] = set()

    def tie(before: str, kind: str, then: str, on: str) -> None:
        tied.add(frozenset((before, then)))
        back = "predecessor" if kind == "successor" else kind
        parties[before].ties.append((kind, then, on))
        parties[then].ties.append((back, before, on))

    for row in table("succession.csv"):
        tie(row["party"], row["kind"], row["next_party"], row["on"])
    edges = set()
    for known, row in territories.items():
        edges |= {(other, known) for other in row["predecessors"].split()}
        edges |= {(known, other) for other in row["successors"].split()}
    pairs = {(owners.get(a, ""), owners.get(b, "")) for a, b in edges}
    for before, then in sorted(pairs):
        if not before or not then or frozenset((before, then)) in tied:
            continue
        earlier, later = parties[before], parties[then]
        if earlier.life[1] and (earlier.life[0] or date.min) < (later.life[0] or date.min):
            tie(before, "successor", then, later.first_day)
    for party in parties.values():
        party.ties.sort()


def render(parties: dict[str, Draft]) -> bytes:
    """The file: one party a line, days as ISO text, null for no bound."""

    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    lines = []
    for code in sorted(parties):
        party = parties[code]
        line = {
            "code": code,
            "kind": party.kind,
            "from": day(party.life[0]),
            "to": day(party.life[1]),
            "names": [[text, day(a), day(b)] for text, (a, b) in party.names],
            "codes": [[scheme, known, day(a), day(b)] for scheme, known, (a, b) in party.codes],
            "succession": [list(tie) for tie in party.ties],
        }
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    body = ",\n".join(lines)
    edition = hashlib.sha256(body.encode()).hexdigest()[:16]
    return f'{{"edition":"{edition}","parties":[\n{body}\n]}}\n'.encode()


def main() -> int:
    """Build the file, or compare it; 1 when the comparison fails."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--check", action="store_true", help="compare only")
    given = ask.parse_args()
    built = render(read())
    if given.check:
        return int(built != TARGET.read_bytes())
    TARGET.write_bytes(built)
    return 0


if __name__ == "__main__":
    sys.exit(main())
