"""The questions about windows on a relationship's events, by what was chosen of them."""

from __future__ import annotations

from collections.abc import Iterable

# Two-party acts by their pair; many-party acts by having both parties.
_OF_THE_PAIR = """
    FROM version_known AS v
    WHERE v.relationship = :relationship AND v.earliest <= :day_to AND v.latest >= :day_from
        AND v.known_from <= :position AND v.known_to > :position
"""
_OF_MANY = """
    FROM party_known AS a
    {join} party_known AS b ON b.act_id = a.act_id
    {join} version_known AS v ON v.act_id = a.act_id
    WHERE a.party = :a AND a.many AND a.known_from <= :position AND a.known_to > :position
        AND b.party = :b AND b.known_from <= :position AND b.known_to > :position
        AND v.relationship IS NULL AND v.earliest <= :day_to AND v.latest >= :day_from
        AND v.known_from <= :position AND v.known_to > :position
"""
#: The acts that ever named both, also where they name one of them no more.
NAMING_BOTH = """
    SELECT DISTINCT a.act_id
    FROM party_known AS a {join} party_known AS b ON b.act_id = a.act_id
    WHERE a.party = :a AND a.known_from <= :position
        AND b.party = :b AND b.known_from <= :position
"""
_FILTERS = {
    "kind": "v.type >= :kind || '.' AND v.type < :kind || '/'",
    "rank": "{tells_rank}",
    "level": "{tells_level}",
}
_ROW = "v.act_id, v.version, v.type, v.earliest, v.latest, v.relationship, v.position"
_BEYOND = "(v.earliest, v.latest, v.position) > (:earliest, :latest, :last)"
_STRETCH = """
    CASE WHEN v.earliest < :day_from THEN -1 ELSE (v.earliest - :day_from) / :width END AS number,
    substr(v.type, 1, {instr}(v.type, '.') - 1) AS kind, v.latest - v.earliest >= :width AS wide
"""
_BOUNDED = "AND v.earliest > :first_day"
_EARLIEST = "SELECT earliest FROM (SELECT v.earliest"
#: One end of the days that events begin on: the index on days ends the pair's part at one row.
FIRST_BEGIN, LAST_BEGIN = (
    " ".join(
        (
            *("SELECT", most, "(earliest) FROM ("),
            *(_EARLIEST, _OF_THE_PAIR, _BOUNDED, "ORDER BY v.earliest", order, "LIMIT 1) AS pair"),
            *("UNION ALL", _EARLIEST, _OF_MANY, _BOUNDED, ") AS many) AS begun"),
        )
    )
    for most, order in (("min", ""), ("max", "DESC"))
)
_NEAREST = """
    SELECT day FROM change_known
    WHERE relationship = :relationship AND known_from <= :position AND known_to > :position
        AND day
"""
#: The days next to `as_of` on which a change begins: the index on days ends each at its first row.
PREVIOUS_DAY = f"{_NEAREST} < :as_of ORDER BY day DESC LIMIT 1"
NEXT_DAY = f"{_NEAREST} > :as_of ORDER BY day LIMIT 1"


def timeline(chosen: Iterable[str]) -> str:
    """The question for a page of events, narrowed by the names of what was chosen."""
    narrowed = _narrowed(chosen)
    return " ".join(
        (
            *("SELECT", _ROW, _OF_THE_PAIR, "AND v.earliest >= :earliest AND", _BEYOND, narrowed),
            *("UNION ALL SELECT", _ROW, _OF_MANY, "AND", _BEYOND, narrowed),
            "ORDER BY earliest, latest, position LIMIT :limit",
        )
    )


def density(chosen: Iterable[str]) -> str:
    """The question for how many events begin in each stretch, narrowed likewise."""
    narrowed = _narrowed(chosen)
    return " ".join(
        (
            "SELECT number, kind, count(*), sum(CASE WHEN wide THEN 1 ELSE 0 END) FROM (",
            *("SELECT", _STRETCH, _OF_THE_PAIR, narrowed),
            *("UNION ALL SELECT", _STRETCH, _OF_MANY, narrowed),
            ") AS begun GROUP BY number, kind ORDER BY number, kind",
        )
    )


def _narrowed(chosen: Iterable[str]) -> str:
    return " ".join(f"AND {_FILTERS[name]}" for name in chosen)
