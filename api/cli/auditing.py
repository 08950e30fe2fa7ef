"""Audit on the command line: `chancery audit`, `belief`, `late-changes` and `twins`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from api.cli.answers import print_differences
from api.cli.common import (
    AccordingToOption,
    AsOfOption,
    JsonOption,
    KnownAtOption,
    PairArgument,
    StoreOption,
    cell,
    opened,
    out,
    print_json,
)
from domain.dates import describe, parse

_AfterOption = Annotated[
    int, typer.Option("--after", metavar="POSITION", min=0, help="Beyond this position.")
]
_LIMIT = 500
_HEADS = ("position", "recorded", "by", "did", "what", "act", "told")


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("audit")(audit)
    app.command("belief")(belief)
    app.command("late-changes")(late_changes)
    app.command("twins")(twins)


def audit(
    act: Annotated[str | None, typer.Option("--act", metavar="ACT_ID", show_default=False)] = None,
    relationship: Annotated[
        str | None, typer.Option("--relationship", metavar="A-B", show_default=False)
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option("--actor", metavar="NAME", help="Who recorded it.", show_default=False),
    ] = None,
    recorded_from: Annotated[
        str | None, typer.Option("--from", metavar="TIME", show_default=False)
    ] = None,
    recorded_to: Annotated[
        str | None, typer.Option("--to", metavar="TIME", show_default=False)
    ] = None,
    after: _AfterOption = 0,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Who recorded, corrected, retracted or erased what, when and why.

    Each option narrows; --from and --to are recorded time. With --json, a record a line.
    """
    cursor: int | None = after
    lines: list[Mapping[str, Any]] = []
    with opened(store) as chancery:
        while cursor is not None:
            page = chancery.inspection.audit_records(
                act_id=act,
                relationship=relationship,
                actor=actor,
                recorded_from=recorded_from,
                recorded_to=recorded_to,
                after=cursor,
                limit=_LIMIT,
            )
            lines += _given(page["records"], json)
            cursor = page["cursor"]
    if not json:
        _print(lines)
    return 0


def belief(
    pair: PairArgument,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    according_to: AccordingToOption = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """What was held about one day, recorded day by recorded day, as it was learnt."""
    with opened(store) as chancery:
        found = chancery.inspection.belief(pair, as_of, known_at, according_to)
    if json:
        print_json(found)
        return 0
    for day in found["days"]:
        out().print(cell(f"{day['day']} (position {day['position']})"), style="bold")
        for line in day["records"]:
            out().print(cell(f"  {_line(line)}"))
        print_differences(day["changes"], "    ")
    return 0


def twins(
    pair: Annotated[str | None, typer.Argument(metavar="[A-B]")] = None,
    known_at: KnownAtOption = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Acts of two sources that are likely one, for a person; with --json a pair a line."""
    cursor: int | None = 0
    found: list[Mapping[str, Any]] = []
    with opened(store) as chancery:
        position = chancery.query.head().position if known_at is None else known_at
        while cursor is not None:
            page = chancery.inspection.twins(pair, position, cursor, _LIMIT)
            found += _given(page["twins"], json)
            cursor = page["cursor"]
    for told in found:
        for act in told["acts"]:
            parties = "-".join(party["party"] for party in act["parties"])
            sources = ", ".join(act["sources"])
            line = f"{act['act_id']} {act['date']} {parties} {act['title'] or act['kind']}"
            out().print(cell(f"{line} (according to {sources})"))
        differ = ", ".join(told["differ"]) or "nothing"
        out().print(cell(f"  they differ in: {differ}"))
    return 0


def late_changes(
    did: Annotated[
        str | None,
        typer.Option(
            "--did",
            metavar="WORD",
            help="Only what was recorded, corrected, retracted or erased.",
            show_default=False,
        ),
    ] = None,
    after: _AfterOption = 0,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Records that changed answers about days already past; with --json a record a line."""
    cursor: int | None = after
    lines: list[Mapping[str, Any]] = []
    with opened(store) as chancery:
        while cursor is not None:
            page = chancery.inspection.late_changes(did, cursor, _LIMIT)
            lines += _given(page["late_changes"], json)
            cursor = page["cursor"]
    if not json:
        _print(lines)
    return 0


def _given(lines: Iterable[Mapping[str, Any]], json: bool) -> list[Mapping[str, Any]]:
    """The lines to set out at the end; with JSON they are printed now, and none are left."""
    if not json:
        return list(lines)
    for line in lines:
        print_json(line)
    return []


def _print(lines: Iterable[Mapping[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS:
        table.add_column(head, overflow="fold")
    for line in lines:
        table.add_row(
            *(
                cell(value)
                for value in (
                    line["position"],
                    line["recorded_at"],
                    line["recorded_by"],
                    line["did"],
                    line["event"]["type"],
                    f"{line['act_id']} {line['event']['version']}",
                    _words(line),
                )
            )
        )
    out().print(table)


def _line(line: Mapping[str, Any]) -> str:
    told = f"{line['did']} {line['event']['type']} {line['act_id']} {line['event']['version']}"
    return f"{line['position']}  {line['recorded_by']} {told}: {_words(line)}"


def _words(line: Mapping[str, Any]) -> str:
    event = line["event"]
    date = describe(parse(event["date"])) if event["date"] else None
    parts = [date, event["title"], line["reason"]]
    if line["erased"]:
        parts.append("its content is erased")
    if "relationships" in line:
        named = ", ".join(_changed(told) for told in line["relationships"][:3])
        more = line["count"] - 3
        parts.append(f"changed {named}{f' and {more} more' if more > 0 else ''}")
    return " · ".join(part for part in parts if part)


def _changed(told: dict[str, Any]) -> str:
    since = f" since {told['since']}" if told["since"] else " on all days"
    return f"{told['relationship']}{since}"
