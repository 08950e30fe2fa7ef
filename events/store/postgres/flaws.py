"""What differs in a PostgreSQL store from the tables that this program makes.

PostgreSQL's catalogs are asked, and not its files: a page that was altered on the disk is found by
the server's own checksums when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

from events.projection.rows import OPEN
from events.store.postgres.schema import STATEMENTS
from events.store.sql.session import Session
from events.store.sql.tables import DERIVED

_COLUMNS = """
    SELECT c.relname, a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
        l.collname, CASE WHEN a.attnotnull THEN 'not null' END,
        CASE WHEN a.attidentity <> '' THEN 'numbered' END, nullif(a.attgenerated::text, ''))
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
    WHERE c.relnamespace = current_schema()::regnamespace AND a.attnum > 0
        AND NOT a.attisdropped AND c.relname IN (SELECT value FROM {listed}(?))
"""
_INDEXES = """
    SELECT t.relname, c.relname, concat_ws(' ',
        CASE WHEN i.indisunique THEN 'unique' END, CASE WHEN NOT i.indisvalid THEN 'invalid' END,
        (SELECT string_agg(translate(pg_get_indexdef(i.indexrelid, n, true), '"', ''), ', '
            ORDER BY n)
         FROM generate_series(1, i.indnatts) AS n),
        pg_get_expr(i.indpred, i.indrelid))
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_class AS t ON t.oid = i.indrelid
    WHERE t.relnamespace = current_schema()::regnamespace
        AND t.relname IN (SELECT value FROM {listed}(?))
"""
#: What may change rows, or hide them, behind a program's back.
_OTHERS = """
    SELECT c.relname, 'trigger ' || t.tgname FROM pg_trigger AS t
    JOIN pg_class AS c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
        AND c.relname IN (SELECT value FROM {listed}(?1))
    UNION ALL
    SELECT tablename, 'rule ' || rulename FROM pg_rules
    WHERE schemaname = current_schema() AND tablename IN (SELECT value FROM {listed}(?1))
    UNION ALL
    SELECT tablename, 'policy ' || policyname FROM pg_policies
    WHERE schemaname = current_schema() AND tablename IN (SELECT value FROM {listed}(?1))
    UNION ALL
    SELECT relname, 'another kind of relation' FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind <> 'r'
        AND relname IN (SELECT value FROM {listed}(?1))
"""
_LOG = {
    ("stored_events", "originator_id"): "text C not null",
    ("stored_events", "originator_version"): "bigint not null",
    ("stored_events", "topic"): "text C",
    ("stored_events", "state"): "bytea",
    ("stored_events", "notification_id"): "bigint not null",
    ("stored_events", "stored_events_pkey"): "unique originator_id, originator_version",
    ("stored_events", "stored_events_notification_id_idx"): "unique notification_id",
}
_PARTS = re.compile(r",\s*(?![^(]*\))")
_KEY = re.compile(r"PRIMARY KEY \((.*)\)")
_PREDICATES = {
    "many": "many",
    "relationship IS NOT NULL": "(relationship IS NOT NULL)",
    "type = 'coverage.claimed'": "(type = 'coverage.claimed'::text)",
    "acts > 0 OR shared > 0 OR contact IS NOT NULL": (
        "((acts > 0) OR (shared > 0) OR (contact IS NOT NULL))"
    ),
    f"known_to < {OPEN}": f"(known_to < '{OPEN}'::bigint)",
}


def flaws(session: Session, prefix: str) -> list[str]:
    """Tables, columns and indexes that are missing, altered or foreign, by name."""
    expected = dict(_expected(prefix))
    asked = (orjson.dumps(sorted({table for table, _ in expected})).decode(),)
    there = {
        (table, name): told
        for sql in (_COLUMNS, _INDEXES)
        for table, name, told in session.all(sql, asked)
    }
    found = [f"{' '.join(key)} is missing" for key in expected.keys() - there.keys()]
    found += [f"{' '.join(key)} is foreign" for key in there.keys() - expected.keys()]
    found += [
        f"{' '.join(key)} is altered"
        for key in expected.keys() & there.keys()
        if expected[key] != there[key]
    ]
    found += [f"{table} {what} is foreign" for table, what in session.all(_OTHERS, asked)]
    return sorted(found)


def _expected(prefix: str) -> Iterator[tuple[tuple[str, str], str]]:
    """What columns and indexes are made as, in the words of the questions above."""
    yield from _LOG.items()
    for name, (kind, table, statement) in STATEMENTS.items():
        before = prefix if table in DERIVED else ""
        told = re.sub(r"\s+", " ", statement)
        inner = told[told.index("(") + 1 :]
        if kind == "INDEX":
            columns, _, predicate = inner.partition(")")
            where = predicate.removeprefix(" WHERE ").strip()
            said = " ".join(filter(None, (columns, _PREDICATES.get(where, where))))
            yield (before + table, before + name), said
            continue
        for part in _PARTS.split(inner[: inner.rindex(")")].strip()):
            yield from _column(before + table, part.strip())


def _column(table: str, part: str) -> Iterator[tuple[tuple[str, str], str]]:
    if key := _KEY.match(part):
        yield (table, f"{table}_pkey"), f"unique {key[1]}"
        return
    name, _, told = part.partition(" ")
    keyed, unique = "PRIMARY KEY" in told, "UNIQUE" in told
    if keyed:
        yield (table, f"{table}_pkey"), f"unique {name}"
    if unique:
        yield (table, f"{table}_{name}_key"), f"unique {name}"
    words = [told.split()[0]]
    words += ["C"] if 'COLLATE "C"' in told else []
    words += ["not null"] if keyed or "NOT NULL" in told else []
    words += ["numbered"] if "IDENTITY" in told else []
    yield (table, name), " ".join(words)
