"""`chancery erase`: the content of an event, for ever."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.answers import print_differences
from api.cli.common import JsonOption, StoreOption, cell, complain, opened, out, print_json
from api.settings import Settings
from events.write.commands import EraseEvent


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("erase")(erase)


def erase(
    act_id: Annotated[str, typer.Argument(metavar="ACT_ID")],
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="As in its history.")],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="By whose order, and why.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what it would change, and keep everything.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DAY",
            help="Of the states of this day (--dry-run). Default: today.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Erase an event's content and that of its corrections; headers and proofs stay.

    It cannot be undone. Answers that rested on it show from now on that it was erased.
    """
    if as_of is not None and not dry_run:
        raise ValueError("--as-of: expected with --dry-run alone")
    command = EraseEvent(act_id, version, reason, recorded_by=Settings().actor)
    with opened(store) as chancery:
        if dry_run:
            _show(chancery.commands.preview(command, as_of), version, json)
            return 0
        receipt = chancery.commands.execute(command)
        if not chancery.admin.purged():
            complain(
                "a reader still holds what was erased in the store's files: "
                "it is gone after the next write that finds no such reader"
            )
    if json:
        print_json(receipt.to_json())
    else:
        line = f"{receipt.act_id}: version {version} erased, position {receipt.positions[0]}"
        out().print(cell(line))
    return 0


def _show(preview: dict[str, Any], version: int, json: bool) -> None:
    """What an erasure would change."""
    if json:
        print_json(preview)
        return
    act, count, basis = preview["act"], preview["count"], preview["basis"]
    head = f"{act['act_id']}: version {version} would be erased; nothing is yet"
    out().print(cell(head), style="bold")
    out().print(cell(f"relationships it changes, as of {basis['as_of']}: {count}"))
    for line in preview["relationships"]:
        out().print(cell(line["relationship"]))
        print_differences(line["changes"], "  ")
    if count > len(preview["relationships"]):
        out().print(cell(f"and {count - len(preview['relationships'])} more"))
