"""The page of a bundle: the answer and what it rests on, as a person reads it.

Plain HTML that stands alone: nothing is fetched, nothing runs, and every value is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from domain.dates import DateError, describe, parse
from domain.kinds import SAID, SECTIONS
from events.log.record import Record, instant_text

Json = Mapping[str, Any]

_STYLE = (
    "body{font:16px/1.5 Georgia,serif;max-width:54rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;font-size:.85rem}"
    "td,th{text-align:left;vertical-align:top;border-bottom:1px solid #bbb;padding:.25rem .5rem}"
    "pre,code{font:.8rem/1.4 monospace;overflow-wrap:anywhere;white-space:pre-wrap}"
    "h2{font-size:1.1rem;margin-top:2rem}"
)
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>"""
_SECTIONS = (
    *SECTIONS,
    "contact",
    "coverage",
    "context",
    "possible",
    "anomalies",
    "erased",
)
#: What names a line is shown before what it says.
_NAMES = ("act_id", "title", "records")
_DATES = frozenset(
    {"date", "window", "since", "until", "first", "last", "published"}
    | {name for name, said in SAID.items() if said.date}
)


def page(answer: Json, records: Iterable[Record], sources: Sequence[Json], checkpoint: str) -> str:
    """The page of an answer, the records it rests on, their sources and the log's checkpoint."""
    one, other = (party["name"] for party in answer["parties"])
    title = f"{one} and {other}"
    basis = answer["basis"]
    known = basis["known_at"] or "before the first record"
    asked = (
        f"<p>What stood between the two on {escape(_date(basis['as_of']))}, by what was known at "
        f"{escape(known)}, which is position {basis['position']} in the log.</p>"
    )
    proven = (
        f"<p>Digest of the answer: <code>{escape(basis['digest'])}</code>. Every record above is "
        "in the log of this checkpoint; the file that holds this page proves it. This page alone "
        "proves nothing: run <code>chancery verify FILE</code>.</p>"
    )
    parts = [
        _HEAD.format(title=escape(title), style=_STYLE),
        f"<h1>{escape(title)}</h1>",
        asked,
        *_stood(answer),
        "<h2>Records</h2>",
        _table(
            ("position", "recorded", "by", "act", "what", "told"),
            (_row(record) for record in records),
        ),
        "<h2>Sources</h2>",
        _table(
            ("source", "records"),
            ((_source(line["source"]), _positions(line["records"])) for line in sources),
        ),
        "<h2>Proof</h2>",
        proven,
        f"<pre>{escape(checkpoint)}</pre>",
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _stood(answer: Json) -> Iterator[str]:
    empty = True
    for section in _SECTIONS:
        lines = list(_lines(answer.get(section), ""))
        if lines:
            empty = False
            yield f"<h2>{section.capitalize()}</h2>\n<ul>"
            yield from (f"<li>{line}</li>" for line in lines)
            yield "</ul>"
    for place, rest in answer["more"].items():
        yield f"<p>{escape(_words(place))}: {rest['count']} in all, the newest shown here.</p>"
    if empty:
        yield "<p>Nothing was known.</p>"


def _lines(value: Any, path: str) -> Iterator[str]:
    """What stands in a section, a line each, by the path to it; what is empty is left out."""
    if isinstance(value, list):
        for entry in value:
            yield from _lines(entry, path)
    elif isinstance(value, dict) and "records" not in value:
        for name, entry in value.items():
            yield from _lines(entry, f"{path} {name}".strip())
    elif value:
        head = f"{escape(_words(path))}: " if path else ""
        shown = _date(value) if isinstance(value, str) else value
        yield head + (_act(value) if isinstance(value, dict) else escape(str(shown)))


def _act(line: Json) -> str:
    said = "; ".join(
        f"{_words(name)} {_said(name, value)}"
        for name, value in line.items()
        if name not in _NAMES and value not in (None, [], {})
    )
    name = escape(line.get("title") or line.get("act_id", ""))
    place = f"<code>{escape(line.get('act_id', ''))}</code>"
    records = _positions(line["records"])
    return f"<b>{name}</b> {escape(said)} [{place}, record {escape(records)}]"


def _said(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_words(key)} {_said(key, entry)}" for key, entry in value.items())
    if isinstance(value, list):
        return ", ".join(_said(name, entry) for entry in value)
    return _date(value) if name in _DATES and isinstance(value, str) else str(value)


def _row(record: Record) -> tuple[str, ...]:
    about, event = record.about, record.wording or {}
    if record.body is None:
        text = "erased"
    else:
        date = _date(event["date"]) if "date" in event else ""
        target = (f"version {about.version}", about.reason) if about else ()
        text = "; ".join(str(part) for part in (*target, date, event.get("title")) if part)
    return (
        str(record.position),
        instant_text(record.recorded_at),
        record.recorded_by,
        f"{record.act_id}, version {record.version}",
        record.type,
        text,
    )


def _source(source: Json) -> str:
    return "; ".join(f"{_words(name)} {_said(name, value)}" for name, value in source.items())


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["<table>", "<tr>" + "".join(f"<th>{head}</th>" for head in heads) + "</tr>"]
    lines += (
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return "\n".join([*lines, "</table>"])


def _positions(positions: Iterable[int]) -> str:
    return ", ".join(str(position) for position in positions)


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _date(text: str) -> str:
    try:
        return describe(parse(text))
    except DateError:
        return text
