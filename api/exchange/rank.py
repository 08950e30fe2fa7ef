"""The rank of a visit, read from the prose the Office of the Historian writes beside it."""

from __future__ import annotations

import re

# Longest first. "Offical" is the source's misspelling; "official select" is a lesser official
# visit of the late 1960s that has no rank of its own; "unofficial" says no more than informal.
_RANKS = (
    (r"official state visits?", "state"),
    (r"state visits?", "state"),
    (r"offic(?:i)?al[ -]working visits?", "official_working"),
    (r"offic(?:i)?al(?: select)? visits?", "official"),
    (r"(?:informal |private )?working visits?", "working"),
    (r"private visits?", "private"),
    (r"(?:unofficial |informal )visits?", "informal"),
    (r"courtesy (?:visit|call)s?", "courtesy"),
    (r"in transit", "transit"),
)
_ANY = re.compile(
    r"\b(?:" + "|".join(f"({pattern})" for pattern, _ in _RANKS) + r")\b", re.IGNORECASE
)


def rank_of(prose: str) -> str | None:
    """The rank the prose names, or None where it names none.

    Where it names several ("Official working visit. Private visit to Houston afterward."), the
    first is the visit's own and the others are stages of it. Only a *visit* has a rank: an
    informal meeting or a working lunch says nothing of it.
    """
    match = _ANY.search(prose)
    return None if match is None else _RANKS[(match.lastindex or 1) - 1][1]
