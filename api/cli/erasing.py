"""`chancery erase`: the content of an event, for ever."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.common import JsonOption, StoreOption, cell, complain, opened, out, print_json
from api.settings import Settings


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("erase")(erase)


def erase(
    act_id: Annotated[str, typer.Argument(metavar="ACT_ID")],
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="As in its history.")],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="By whose order, and why.")
    ],
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Erase an event's content and that of its corrections; headers and proofs stay.

    It cannot be undone. Answers that rested on it show from now on that it was erased.
    """
    with opened(store) as chancery:
        receipt = chancery.erase(act_id, version, reason, recorded_by=Settings().actor)
        if not chancery.purged():
            complain(
                "a reader still holds what was erased in the store's files: "
                "it is gone after the next write that finds no such reader"
            )
    if json:
        print_json(receipt.to_json())
    else:
        told = f"{receipt.act_id}: version {version} erased, position {receipt.positions[0]}"
        out().print(cell(told))
    return 0
