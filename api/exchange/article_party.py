"""Which party an entry of the guide is about: the one its heading names, else its article's."""

from __future__ import annotations

import re

from api.exchange.guide import Entry
from api.exchange.row import NotUnderstood
from domain.dates import EdtfDate
from domain.parties import Party, Registry, Unresolved

_NAMED = (
    re.compile(
        r"\bRecognition of (?:the )?(?:Independence of )?(?:the )?([A-Z][^,()]+?)(?:,|$| and )"
    ),
    re.compile(r"\bwith (?:the )?(?:Independent )?([A-Z][^,()]+?)(?: \(| and |,| Interrupted|$)"),
    re.compile(r"\(((?:North|South)(?:ern)? [A-Z][a-z]+)\)"),
)
#: A seat that is another party's than the article's.
_SEATS = {"Taipei": "Republic of China"}
_STEM_LETTERS = 3
#: Words that say nothing of which party is meant: of states at large, and of the headings.
_COMMON = {
    *("the", "and", "republic", "united", "states", "state", "kingdom", "empire", "democratic"),
    *("peoples", "people", "federal", "union", "provisional", "government", "american"),
    *("recognition", "independence", "establishment", "established", "diplomatic", "relations"),
    *("legation", "legations", "embassy", "status", "mission", "ended", "withdrawn"),
}


def party_of(entry: Entry, what: str, on: EdtfDate, registry: Registry, event: str) -> str:
    """The code of the party the entry is about on that date; `what` is its undated heading.

    The registry follows an article's id back to whoever stood in its place, which is right for
    Russia's and wrong where a state is told of before it began: the United States recognised
    Czechoslovakia in September 1918, and not Austria-Hungary. So a party of the day that shares
    no name with article or heading, by itself or by a continuation, is refused, and so is the
    recognition of a territory. Raises `NotUnderstood`.
    """
    named = _named(what, on, registry)
    if named is not None:
        return named.code
    party = _of_article(entry, on, registry)
    dependent = event.startswith("recogni") and party.kind == "territory"
    if dependent or not _shares_a_name(party, f"{entry.title} {what}", registry):
        raise NotUnderstood(
            f"country: expected {entry.title} as a party of {on.text}, "
            f"got {party.code} ({party.name(on.earliest)})"
        )
    return party.code


def resolved(registry: Registry, name: str, on: EdtfDate) -> str:
    """The code of the one party of that name on that date; raises `NotUnderstood`."""
    try:
        return registry.resolve(name, on=on).code
    except Unresolved as error:
        raise NotUnderstood(f"party: expected one of {on.text}, got {name!r}") from error


def _named(what: str, on: EdtfDate, registry: Registry) -> Party | None:
    names = [found.group(1) for pattern in _NAMED if (found := pattern.search(what))]
    names += [name for seat, name in _SEATS.items() if seat in what]
    for name in names:
        try:
            party = registry.resolve(name, on=on)
        except Unresolved:
            continue
        if party.code != "USA":
            return party
    return None


def _of_article(entry: Entry, on: EdtfDate, registry: Registry) -> Party:
    try:
        return registry.resolve(entry.article, on=on, scheme="gsh")
    except Unresolved:
        pass
    names = [entry.title, *re.split(r"[()]", entry.title)]
    for name in dict.fromkeys(name.strip() for name in names if name.strip()):
        for form in (name, name.removeprefix("The ")):
            try:
                return registry.resolve(form, on=on)
            except Unresolved:
                continue
    raise NotUnderstood(
        f"country: expected a party of {on.text}, got {entry.article!r} ({entry.title})"
    )


def _shares_a_name(party: Party, lowered: str, registry: Registry) -> bool:
    lowered = lowered.lower()
    wanted = _stems(lowered)
    waiting, seen = [party], {party.code}
    while waiting:
        known = waiting.pop()
        names = [name.text.lower() for name in known.names]
        if any(name in lowered or wanted & _stems(name) for name in names):
            return True
        for edge in known.succession:
            if edge.kind == "continuation" and edge.party not in seen:
                seen.add(edge.party)
                waiting.append(registry.get(edge.party))
    return False


def _stems(text: str) -> set[str]:
    words = set(re.findall(r"[^\W\d_]{3,}", text)) - _COMMON
    return {word[:_STEM_LETTERS] for word in words}
