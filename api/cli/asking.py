"""Questions: `chancery state`, `timeline`, `diff`, `history` and `replay`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from api.cli.answers import print_differences, print_state
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
from events.errors import InvalidBasis
from events.query.answer_types import State

_FromOption = Annotated[str | None, typer.Option("--from", metavar="DAY", show_default=False)]
_ToOption = Annotated[str | None, typer.Option("--to", metavar="DAY", show_default=False)]
_WhenOption = Annotated[str | None, typer.Option(metavar="WHEN", show_default=False)]


def install(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (state, timeline, diff, history, replay):
        app.command(command.__name__)(command)


def state(
    pair: PairArgument,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    chain: Annotated[
        bool, typer.Option("--chain", help="Along the parties that each continues, as one.")
    ] = False,
    according_to: AccordingToOption = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """What stood between two parties on a day, by what was known at a time."""
    if chain and according_to is not None:
        raise ValueError(f"--according-to: expected none with --chain, got {according_to!r}")
    found: State
    with opened(store) as chancery:
        if chain:
            found = chancery.query.state_along(pair, as_of, known_at)
        else:
            found = chancery.query.state(pair, as_of, known_at, according_to)
    print_json(found) if json else print_state(found)
    return 0


def timeline(
    pair: PairArgument,
    day_from: _FromOption = None,
    day_to: _ToOption = None,
    known_at: KnownAtOption = None,
    according_to: AccordingToOption = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """The events of two parties, by earliest day; with --json a page a line."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("when", "what", "act", "title", "record"):
        table.add_column(name, overflow="fold")
    cursor = None
    with opened(store) as chancery:
        position = chancery.query.head().position if known_at is None else known_at
        while True:
            page = chancery.query.timeline(
                pair,
                day_from=day_from,
                day_to=day_to,
                known_at=position,
                cursor=cursor,
                limit=500,
                according_to=according_to,
            )
            if json:
                print_json(page)
            for event in () if json else page["events"]:
                when = describe(parse(event["date"])) if "date" in event else "erased"
                row = (
                    when,
                    event["type"],
                    event["act_id"],
                    event.get("title"),
                    event["records"][0],
                )
                table.add_row(*(cell(value) for value in row))
            cursor = page["cursor"]
            if cursor is None:
                break
    if not json:
        out().print(table)
    return 0


def diff(
    pair: PairArgument,
    day_from: _FromOption = None,
    day_to: _ToOption = None,
    known_at: KnownAtOption = None,
    as_of: AsOfOption = None,
    known_from: _WhenOption = None,
    known_to: _WhenOption = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """What changed between two days (--from, --to), or was learnt between two times.

    The first takes --known-at as well; the second is --known-from, --known-to and --as-of.
    """
    by_day = day_from is not None and day_to is not None
    stray = (as_of, known_from, known_to) if by_day else (day_from, day_to, known_at)
    if any(value is not None for value in stray) or (not by_day and known_from is None):
        raise InvalidBasis("diff", "--from and --to, or --known-from", "neither pair, or both")
    with opened(store) as chancery:
        if day_from is not None and day_to is not None:
            found = chancery.query.diff_dates(pair, day_from, day_to, known_at)
        else:
            found = chancery.query.diff_knowledge(pair, as_of, known_from or "0", known_to)
    if json:
        print_json(found)
    else:
        print_differences(found["changes"])
    return 0


def history(
    act_id: Annotated[str, typer.Argument(metavar="ACT_ID")],
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Every record of an act: what was told, corrected or retracted, by whom, when and why."""
    with opened(store) as chancery:
        found = chancery.query.history(act_id)
        sources = chancery.query.act_sources(act_id)
    if json:
        print_json(found)
        return 0
    fates = {event["version"]: event["fate"].replace("_", " ") for event in found["events"]}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("version", "position", "recorded", "by", "what", "told"):
        table.add_column(name, overflow="fold")
    for record in found["records"]:
        body: dict[str, Any] = record["body"] or {}
        words = body.get("event", body)
        gone = "erased" if record["body"] is None else None
        parts = [words.get("date"), words.get("title"), fates.get(record["version"], gone)]
        if "reason" in body:
            parts = [f"of version {body['version']}", words.get("date"), body["reason"]]
        row = (
            record["version"],
            record["position"],
            record["recorded_at"],
            record["recorded_by"],
            record["type"],
            " · ".join(part for part in parts if part),
        )
        table.add_row(*(cell(value) for value in row))
    out().print(cell(f"{found['act_id']} ({found['kind']})"))
    out().print(table)
    for event in sources["events"]:
        for field, said in event["differ"].items():
            told = "; ".join(f"{source}: {value}" for source, value in said.items())
            out().print(cell(f"sources differ on version {event['version']}, {field}: {told}"))
    return 0


def replay(
    pair: Annotated[str | None, typer.Argument(metavar="[A-B]")] = None,
    order: Annotated[str, typer.Option(help="recorded or valid")] = "recorded",
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """A relationship step by step, or without one the whole log; with --json a step a line."""
    with opened(store) as chancery:
        for step in chancery.query.replay(pair, order, as_of, known_at):
            if json:
                print_json(step)
                continue
            if "day" in step:
                line = step["day"] or "from before all days"
            else:
                line = (
                    f"{step['position']}  {step['recorded_at']}  {step['act_id']}  {step['type']}"
                )
            out().print(cell(line), style="bold" if "changes" in step else None)
            print_differences(step.get("changes", ()), "  ")
    return 0
