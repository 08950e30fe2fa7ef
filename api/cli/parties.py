"""`chancery parties`: who bore a name on a day."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from api.cli.common import JsonOption, cell, out, print_json
from api.http.party import party_json, resolved_on
from events.registry import load_registry


def install(app: typer.Typer) -> None:
    """Add the commands."""
    room = typer.Typer(help="The registry of parties.", no_args_is_help=True)
    room.command("resolve")(resolve)
    app.add_typer(room, name="parties")


def resolve(
    name: Annotated[str, typer.Argument(help="A name or a code.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="When (EDTF). Default: today.")
    ] = None,
    scheme: Annotated[
        str | None, typer.Option("--scheme", help="The scheme whose code the name is, such as cow.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """The one party that bore a name on a day; exit code 1 where there is not one."""
    party = party_json(load_registry().resolve(name, on=resolved_on(on), scheme=scheme))
    if json:
        print_json(party)
        return 0
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("code", cell(party["code"]))
    table.add_row("name", cell(party["name"]))
    table.add_row("kind", cell(party["kind"].replace("_", " ")))
    table.add_row("from", cell(party["from"] or "no known start"))
    table.add_row("to", cell(party["to"] or "no end"))
    for tie in party["succession"]:
        table.add_row(tie["kind"], cell(f"{tie['party']} {tie['on']}".strip()))
    out().print(table)
    return 0
