"""The questions put to a store. Nothing a user wrote stands in one: only parameters."""

from __future__ import annotations

from collections.abc import Iterable

HEAD = """
    SELECT {position}, {header} FROM stored_events ORDER BY {position} DESC LIMIT 1
"""
HEADER = "SELECT {header} FROM stored_events WHERE {position} = ?"
RECORDS = """
    SELECT state FROM stored_events WHERE {position} > ? AND {position} <= ?
    ORDER BY {position} LIMIT ?
"""
LOG = """
    SELECT {position}, originator_id, originator_version, topic, state
    FROM stored_events WHERE {position} > ? AND {position} <= ? ORDER BY {position} LIMIT ?
"""
STREAM = """
    SELECT state FROM stored_events
    WHERE originator_id = ? AND {+}{position} <= ? ORDER BY originator_version
"""
# The whole streams of the acts opened at a span of positions.
STREAMS = """
    SELECT opened.{position}, told.state FROM stored_events AS opened
    {join} stored_events AS told
        ON told.originator_id = opened.originator_id AND {+}told.{position} <= :head
    WHERE opened.{position} > :after AND opened.{position} <= :upto
        AND {+}opened.originator_version = 1
    ORDER BY opened.{position}, told.originator_version
"""
ERASED_SINCE = """
    SELECT originator_id FROM stored_events WHERE {position} > ? AND topic = 'event.erased'
"""
RECORDED = """
    SELECT DISTINCT originator_id FROM stored_events
    WHERE originator_id IN (SELECT value FROM {listed}(?))
"""
VERSION = "SELECT max(originator_version) FROM stored_events WHERE originator_id = ?"

TILE = "SELECT hashes FROM tile WHERE level = ? AND number = ?"
SET_TILE = """
    INSERT INTO tile VALUES (?, ?, ?)
    ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""

CHECKPOINT = "SELECT size, note, made_at FROM checkpoint WHERE size = ?"
CHECKPOINTS = """
    SELECT size, note, made_at FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?
"""
LAST_CHECKPOINT = """
    SELECT size, note, made_at FROM checkpoint ORDER BY size DESC LIMIT 1
"""
KEEP_CHECKPOINT = """
    INSERT INTO checkpoint VALUES (?, ?, ?)
    ON CONFLICT (size) DO UPDATE SET note = excluded.note
"""

CHANGES = """
    SELECT relationship, day, until, position, effect FROM change_known
    WHERE relationship = ? AND day <= ? AND {+}known_from <= ? AND known_to > ?
    ORDER BY day, position, until
"""
ACTS_OF = """
    SELECT DISTINCT act_id FROM change_known WHERE relationship = ? AND known_from <= ?
"""
ACTS_ON = """
    SELECT DISTINCT act_id FROM change_known
    WHERE relationship = ? AND {+}known_from <= ? AND day <= ? AND known_to > ?
"""
KNOWN_BEFORE = """
    SELECT EXISTS (SELECT 1 FROM change_known WHERE relationship = ? AND known_from < ?)
"""

CLAIMS = """
    SELECT act_id, version, type, earliest, latest, relationship, position
    FROM version_known WHERE type = 'coverage.claimed' AND known_from <= ? AND known_to > ?
    ORDER BY position
"""

_ACTS = """
    SELECT a.act_id, a.kind, a.opened, a.title, a.first_day, a.last_day, a.text
    FROM act_known AS a
"""
_ACTS_OF_PARTY = """
    SELECT a.act_id, a.kind, a.opened, a.title, a.first_day, a.last_day, a.text
    FROM party_known AS p {join} act_known AS a ON a.act_id = p.act_id
"""
#: What each filter of `acts` asks, by the name of its parameter.
_ACT_FILTERS = {
    "kind": "a.kind = :kind",
    "party": "p.party = :party AND p.known_from <= :position AND p.known_to > :position"
    " AND p.opened > :after",
    "day_from": "a.last_day >= :day_from",
    "day_to": "a.first_day <= :day_to",
    "text": "{instr}(a.text, :text) > 0",
    "as_of": "a.first_day <= :as_of",
}


def acts(given: Iterable[str]) -> str:
    """The question for acts with the filters that were given, by their names."""
    filters = [_ACT_FILTERS[name] for name in given if name in _ACT_FILTERS]
    by_party = _ACT_FILTERS["party"] in filters
    if "kind" not in given:
        filters.append("a.kind <> 'coverage'")
    filters += ["a.known_from <= :position", "a.known_to > :position", "a.opened > :after"]
    return " ".join(
        (
            _ACTS_OF_PARTY if by_party else _ACTS,
            "WHERE",
            " AND ".join(filters),
            "ORDER BY p.opened" if by_party else "ORDER BY a.opened",
            "LIMIT :limit",
        )
    )


_CONTACTS = """
    SELECT found.relationship, found.acts, found.shared,
        (SELECT c.contact FROM change_known AS c
         WHERE c.relationship = found.relationship AND c.day <= :as_of
            AND (c.acts > 0 OR c.shared > 0 OR c.contact IS NOT NULL) AND c.contact IS NOT NULL
            AND c.known_from <= :position AND c.known_to > :position
         ORDER BY c.day, c.position LIMIT 1),
        (SELECT c.contact FROM change_known AS c
         WHERE c.relationship = found.relationship AND c.day <= :as_of
            AND (c.acts > 0 OR c.shared > 0 OR c.contact IS NOT NULL) AND c.contact IS NOT NULL
            AND c.known_from <= :position AND c.known_to > :position
         ORDER BY c.day DESC, c.position DESC LIMIT 1)
    FROM (
        SELECT relationship,
            CAST(sum(CASE WHEN until > :as_of THEN acts ELSE 0 END) AS BIGINT) AS acts,
            CAST(sum(CASE WHEN until > :as_of THEN shared ELSE 0 END) AS BIGINT) AS shared
        FROM change_known
        WHERE relationship > :after AND (acts > 0 OR shared > 0 OR contact IS NOT NULL)
            AND day <= :as_of AND known_from <= :position AND known_to > :position
"""
_PAGE = """
        GROUP BY relationship HAVING sum(CASE WHEN until > :as_of THEN acts + shared ELSE 0 END) > 0
        ORDER BY relationship LIMIT :limit
    ) AS found ORDER BY found.relationship
"""
_OF_PARTY = """
            AND relationship IN (SELECT name FROM relationship WHERE a = :party
                UNION SELECT name FROM relationship WHERE b = :party)
"""
_AMONG = """
            AND relationship IN (SELECT name FROM relationship
                WHERE a IN (SELECT value FROM {listed}(:parties))
                AND b IN (SELECT value FROM {listed}(:parties)))
"""
RELATIONSHIPS, RELATIONSHIPS_OF_PARTY, RELATIONSHIPS_AMONG = (
    " ".join(parts)
    for parts in ((_CONTACTS, _PAGE), (_CONTACTS, _OF_PARTY, _PAGE), (_CONTACTS, _AMONG, _PAGE))
)
LEARNT_AT = """
    SELECT known_from AS position FROM change_known
    WHERE relationship = :relationship AND day <= :as_of AND known_from <= :last
    UNION
    SELECT known_to FROM change_known
    WHERE relationship = :relationship AND day <= :as_of AND known_to <= :last
    ORDER BY position
"""
ACT_LOG = """
    SELECT known_from, known_to, act_id, kind, opened, title, first_day, last_day, text
    FROM act_known WHERE act_id = ? AND known_from <= ?
"""
VERSION_LOG = """
    SELECT known_from, known_to, act_id, version, type, earliest, latest, relationship, position
    FROM version_known WHERE act_id = ? AND known_from <= ?
"""
PARTY_LOG = """
    SELECT known_from, known_to, act_id, party, opened, many
    FROM party_known WHERE act_id = ? AND known_from <= ?
"""
CHANGE_LOG = """
    SELECT known_from, known_to, relationship, day, until, position, effect
    FROM change_known WHERE act_id = ? AND known_from <= ?
"""
PART_LOG = """
    SELECT known_from, known_to, act_id, party, day, many_from, part
    FROM part_known WHERE act_id = ? AND known_from <= ?
"""
IN_PARTS = "SELECT EXISTS (SELECT 1 FROM part_known WHERE act_id = ?)"

STATE = "SELECT state FROM stored_events WHERE {position} = ?"
ERASE = "UPDATE stored_events SET state = ? WHERE {position} = ?"
#: The digest of a request tells whether a guess at its body is right; no request has this one.
ERASE_REQUEST = """
    UPDATE remembered SET request_digest = 'erased' WHERE {positions}
"""

REMEMBERED = "SELECT request_digest, answer FROM remembered WHERE key = ?"
META = "SELECT value FROM meta WHERE name = ?"

REMEMBER = "INSERT INTO remembered VALUES (?, ?, ?, ?)"
SET_META = """
    INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
FORGET_META = "DELETE FROM meta WHERE name = ?"

# A row is closed by its identity. One opened at the closing position is another row already.
OPEN_ACT = "INSERT INTO act_known VALUES (?, ?, ?, ?, ?, ?, ?, ?, {open})"
CLOSE_ACT = """
    UPDATE act_known SET known_to = ?1
    WHERE act_id = ?2 AND known_to = {open} AND known_from < ?1
"""
OPEN_VERSION = "INSERT INTO version_known VALUES (?, ?, ?, ?, ?, ?, ?, ?, {open})"
CLOSE_VERSION = """
    UPDATE version_known SET known_to = ?1
    WHERE act_id = ?2 AND version = ?3 AND known_to = {open} AND known_from < ?1
"""
OPEN_PARTY = "INSERT INTO party_known VALUES (?, ?, ?, ?, ?, {open})"
CLOSE_PARTY = """
    UPDATE party_known SET known_to = ?1
    WHERE act_id = ?2 AND party = ?3 AND known_to = {open} AND known_from < ?1
"""
OPEN_CHANGE = """
    INSERT INTO change_known
    (act_id, relationship, day, until, position, effect, acts, shared, contact,
        shape, known_from, known_to)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {open})
"""
CLOSE_CHANGE = """
    UPDATE change_known SET known_to = ?1
    WHERE act_id = ?2 AND relationship = ?3 AND day = ?4 AND until = ?5 AND position = ?6
        AND known_to = {open} AND {+}known_from < ?1
"""
OPEN_PART = "INSERT INTO part_known VALUES (?, ?, ?, ?, ?, ?, {open})"
CLOSE_PART = """
    UPDATE part_known SET known_to = ?1
    WHERE act_id = ?2 AND party = ?3 AND known_to = {open} AND known_from < ?1
"""
#: With how many of its changes came to be known, or ceased to be.
TOUCH_RELATIONSHIP = """
    INSERT INTO relationship AS known VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET unsealed = known.unsealed + excluded.unsealed
"""
#: Since when an act has been known to which relationships.
TOUCHED = """
    SELECT relationship, min(known_from) FROM change_known WHERE act_id = ? GROUP BY relationship
"""
#: Those of which no act has a change any more.
FORGET_RELATIONSHIPS = """
    DELETE FROM relationship WHERE name IN (SELECT value FROM {listed}(?))
        AND NOT EXISTS (SELECT 1 FROM change_known WHERE relationship = name)
"""
#: The names of relationships stay that are those of other acts too.
CLEAR_ACT = (
    "DELETE FROM act_known WHERE act_id = ?",
    "DELETE FROM version_known WHERE act_id = ?",
    "DELETE FROM party_known WHERE act_id = ?",
    "DELETE FROM change_known WHERE act_id = ?",
    "DELETE FROM part_known WHERE act_id = ?",
)

#: Rows as `events.projection.batch.PlainRows` has them.
ADD = (
    "INSERT INTO act_known VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO version_known VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO party_known VALUES (?, ?, ?, ?, ?, ?)",
    """
    INSERT INTO change_known
    (act_id, relationship, day, until, position, effect, acts, shared, contact,
        shape, known_from, known_to)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """,
    "INSERT INTO part_known VALUES (?, ?, ?, ?, ?, ?, ?)",
)
#: The relationships that a generation in the making has changes of, with how many deltas.
NAME_RELATIONSHIPS = """
    INSERT INTO relationship
    WITH RECURSIVE named (name) AS (
        SELECT min(relationship) FROM change_known
        UNION ALL
        SELECT (SELECT min(relationship) FROM change_known WHERE relationship > named.name)
        FROM named WHERE named.name IS NOT NULL)
    SELECT name, substr(name, 1, {instr}(name, '-') - 1), substr(name, {instr}(name, '-') + 1),
        (SELECT count(*) FROM change_known WHERE relationship = name)
        + (SELECT count(*) FROM change_known
           WHERE relationship = name AND known_to < {open})
    FROM named WHERE name IS NOT NULL
"""
