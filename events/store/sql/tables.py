"""The tables of a store, as SQLite has them; other databases give them their own types."""

from __future__ import annotations

from events.projection.rows import OPEN

#: Counted up whenever the tables below change; kept in `meta` as `schema`.
SCHEMA_VERSION = 6
#: Schemas whose log is this one's: only what is derived from it is laid out otherwise.
DERIVED_ANEW = ("2", "3", "4", "5")
#: Tables of rows of acts, and all tables that are derived from the log alone: a rebuild makes
#: them anew, with their indexes.
ACT_TABLES = ("act_known", "version_known", "party_known", "change_known")
RUN_TABLES = ("stratum", "segment")
DERIVED = (*ACT_TABLES, "relationship", *RUN_TABLES)

#: Beside the library's `stored_events`. `known_to` is `OPEN` for what is known still.
TABLES = (
    """
    CREATE TABLE IF NOT EXISTS act_known (
        act_id TEXT NOT NULL, kind TEXT NOT NULL, opened INTEGER NOT NULL, title TEXT,
        first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, text TEXT NOT NULL,
        known_from INTEGER NOT NULL, known_to INTEGER NOT NULL,
        PRIMARY KEY (act_id, known_from))
    """,
    "CREATE INDEX IF NOT EXISTS act_opened ON act_known (opened, known_from)",
    "CREATE INDEX IF NOT EXISTS act_kind ON act_known (kind, opened, known_from)",
    """
    CREATE TABLE IF NOT EXISTS version_known (
        act_id TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
        earliest INTEGER NOT NULL, latest INTEGER NOT NULL, relationship TEXT,
        position INTEGER NOT NULL, known_from INTEGER NOT NULL, known_to INTEGER NOT NULL,
        PRIMARY KEY (act_id, version, known_from))
    """,
    """
    CREATE INDEX IF NOT EXISTS version_between
    ON version_known (relationship, earliest, latest, position) WHERE relationship IS NOT NULL
    """,
    """
    CREATE INDEX IF NOT EXISTS version_claims
    ON version_known (position) WHERE type = 'coverage.claimed'
    """,
    """
    CREATE TABLE IF NOT EXISTS party_known (
        act_id TEXT NOT NULL, party TEXT NOT NULL, opened INTEGER NOT NULL,
        many INTEGER NOT NULL, known_from INTEGER NOT NULL, known_to INTEGER NOT NULL,
        PRIMARY KEY (act_id, party, known_from)) WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS party_acts ON party_known (party, opened)",
    "CREATE INDEX IF NOT EXISTS party_many ON party_known (party, opened) WHERE many",
    """
    CREATE TABLE IF NOT EXISTS change_known (
        ref INTEGER PRIMARY KEY,
        act_id TEXT NOT NULL, relationship TEXT NOT NULL, day INTEGER NOT NULL,
        until INTEGER NOT NULL, position INTEGER NOT NULL, effect BLOB NOT NULL,
        acts INTEGER NOT NULL, shared INTEGER NOT NULL, contact TEXT, shape INTEGER NOT NULL,
        known_from INTEGER NOT NULL, known_to INTEGER NOT NULL)
    """,
    "CREATE INDEX IF NOT EXISTS change_day ON change_known (relationship, day, position, until)",
    "CREATE INDEX IF NOT EXISTS change_act ON change_known (act_id)",
    """
    CREATE INDEX IF NOT EXISTS change_contact ON change_known
    (relationship, day, position, until, acts, shared, contact, known_from, known_to)
    WHERE acts > 0 OR shared > 0 OR contact IS NOT NULL
    """,
    "CREATE INDEX IF NOT EXISTS change_learnt ON change_known (relationship, known_from)",
    f"""
    CREATE INDEX IF NOT EXISTS change_unlearnt
    ON change_known (relationship, known_to) WHERE known_to < {OPEN}
    """,
    """
    CREATE TABLE IF NOT EXISTS relationship (
        name TEXT PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL,
        unsealed INTEGER NOT NULL) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS stratum (
        relationship TEXT NOT NULL, last INTEGER NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (relationship, last)) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS segment (
        relationship TEXT NOT NULL, number INTEGER NOT NULL,
        day INTEGER NOT NULL, part INTEGER NOT NULL,
        rested BLOB NOT NULL, net BLOB NOT NULL, entries BLOB NOT NULL, held BLOB NOT NULL,
        PRIMARY KEY (relationship, number, day, part))
    """,
    """
    CREATE TABLE IF NOT EXISTS shape (
        number INTEGER PRIMARY KEY, told BLOB NOT NULL UNIQUE, lists INTEGER NOT NULL)
    """,
    "CREATE INDEX IF NOT EXISTS relationship_a ON relationship (a)",
    "CREATE INDEX IF NOT EXISTS relationship_b ON relationship (b)",
    """
    CREATE TABLE IF NOT EXISTS tile (
        level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL,
        PRIMARY KEY (level, number))
    """,
    """
    CREATE TABLE IF NOT EXISTS checkpoint (
        size INTEGER PRIMARY KEY, note BLOB NOT NULL, made_at INTEGER NOT NULL)
    """,
    """
    CREATE TABLE IF NOT EXISTS remembered (
        key TEXT PRIMARY KEY, request_digest TEXT NOT NULL, answer BLOB NOT NULL,
        position INTEGER NOT NULL) WITHOUT ROWID
    """,
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
