"""Generations of the derived tables: one in force, one in the making, others to be dropped.

Each generation's tables bear a prefix, and a remark of the store says which is in force. A snapshot
sees the remark as it was when it began, and so asks the tables that were in force then:
taking over is the change of one row, and no reader waits for it.
"""

from __future__ import annotations

import re

from events.store.postgres.schema import FIRST, GENERATION, INDEXES, made_with, uncounted
from events.store.sql import queries, stale_versions
from events.store.sql.session import Session
from events.store.sql.tables import DERIVED

_PREFIX = re.compile(rf"^(g\d+_)({'|'.join(DERIVED)})$")
_ALL = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
    ORDER BY relname
"""
#: Whether a snapshot may be in use, here or on a standby that tells of its own, from before the
#: transaction that wrote a remark. One that began after it counts too while an older transaction
#: goes on: it is waited for in vain, and not wrongly.
_OLDER = """
    SELECT EXISTS (
        SELECT 1 FROM pg_stat_activity
        WHERE (datname = current_database() OR datname IS NULL) AND pid <> pg_backend_pid()
            AND age(backend_xmin) >= age((SELECT xmin FROM meta WHERE name = ?)))
"""
#: The names of the indexes of one generation.
indexes = INDEXES


def in_force(session: Session) -> str:
    """The prefix of the derived tables that a snapshot is to ask."""
    (prefix,) = session.one(queries.META, (GENERATION,)) or (FIRST,)
    return f"{prefix}"


def next_prefix(session: Session) -> str:
    """The prefix of the generation in the making."""
    return f"g{_number(in_force(session)) + 1}_"


def make_tables(session: Session) -> None:
    """Make the next generation's tables, as yet without indexes."""
    prefix = next_prefix(session)
    for name in DERIVED:
        for statement in (made_with(name, prefix), *uncounted(name, prefix)):
            session.all(statement)


def make_index(session: Session, name: str) -> None:
    """Make one index of the next generation: sorted and at once it costs far less than by rows."""
    session.all(made_with(name, next_prefix(session)))


def take_over(session: Session) -> None:
    """Let the next generation be the one in force, and leave that to be dropped."""
    prefix = next_prefix(session)
    for table in DERIVED:
        # Until its statistics are made the server guesses, and guesses wrong.
        session.all(f"ANALYZE {prefix}{table}")
    session.all(queries.SET_META, (GENERATION, prefix))


def drop_some(session: Session) -> bool:
    """Whether no other is left than that in force, or must be, after one more table has gone.

    One that was in force stays for as long as a snapshot may ask it.
    """
    now = in_force(session)
    others = [(prefix, table) for prefix, table in _generations(session) if prefix != now]
    for prefix, table in others:
        if _number(prefix) < _number(now) and is_seen_past(session, GENERATION):
            continue
        session.all(f"DROP TABLE {prefix}{table}")
        return False
    return True


def is_seen_past(session: Session, remark: str) -> bool:
    """Whether a snapshot may be in use that does not show the newest value of a remark."""
    return session.one(_OLDER, (remark,)) != (False,)


def tables(session: Session) -> list[str]:
    """The names of the derived tables of all generations there are."""
    return [prefix + table for prefix, table in _generations(session)]


def forget_act(session: Session, act_id: str) -> None:
    """Drop what generations not in force hold of an act, of which something is being erased."""
    now = in_force(session)
    others = [(prefix, table) for prefix, table in _generations(session) if prefix != now]
    prefixes = sorted({prefix for prefix, _ in others})
    tables = {prefix + table for prefix, table in others}
    stale_versions.forget_act(session, act_id, prefixes, tables)


def _generations(session: Session) -> list[tuple[str, str]]:
    """Prefix and name of every derived table there is."""
    found = (_PREFIX.match(name) for (name,) in session.all(_ALL))
    return [(match[1], match[2]) for match in found if match]


def _number(prefix: str) -> int:
    return int(prefix[1:-1])
