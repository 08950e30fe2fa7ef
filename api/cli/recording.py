"""`chancery record`: acts and events from JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from api.bodies import read_json
from api.cli.common import JsonOption, StoreOption, cell, exit_code_of, opened, out, print_json
from api.http.commands import read_line
from api.http.lines import refused
from api.problems import KNOWN_ERRORS, Refused
from api.settings import Settings
from events.write.commands import AddEvents, Command


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("record")(record)


def record(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="JSON, or a JSON value a line.")],
    act: Annotated[
        str | None, typer.Option("--act", metavar="ACT_ID", help="Add the events to this act.")
    ] = None,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="The version the act must have (--act).")
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Record acts from JSON: {"act_id", "events"}, a list of them, or one a line.

    With --act the file holds an event, or a list of events, to add to it. Each act is recorded
    whole or not at all; one that is refused stops none of the others.
    """
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    values = list(_values(data)) if act is None else [_events(data)]
    worst = 0
    with opened(store) as chancery:
        for number, value in enumerate(values, 1):
            try:
                if isinstance(value, Refused):
                    raise value
                receipt = chancery.commands.execute(_command(value, act, version))
            except KNOWN_ERRORS as error:
                worst = max(worst, exit_code_of(error))
                if json:
                    print_json(refused(number, error))
                continue
            if json:
                print_json({"line": number, "status": 201, **receipt.to_json()})
            else:
                positions = ", ".join(str(position) for position in receipt.positions)
                line = f"{receipt.act_id}: version {receipt.version}, position {positions}"
                out().print(cell(line))
    return worst


def _command(value: Any, act: str | None, version: int | None) -> Command:
    actor = Settings().actor
    if act is None:
        return read_line(value, actor)
    return AddEvents(act, value, recorded_by=actor, expected_version=version)


def _values(data: bytes) -> Iterator[Any]:
    """The values of a file: those of a list, or one a line where the first line is whole."""
    lines = [line for line in data.splitlines() if line.strip()]
    if len(lines) > 1 and _is_whole(lines[0]):
        for line in lines:
            try:
                yield read_json(line)
            except Refused as error:
                yield error
        return
    value = read_json(data)
    yield from value if isinstance(value, list) else [value]


def _is_whole(line: bytes) -> bool:
    try:
        read_json(line)
    except Refused:
        return False
    return True


def _events(data: bytes) -> list[Any]:
    value = read_json(data)
    if isinstance(value, dict) and set(value) == {"events"}:
        value = value["events"]
    return value if isinstance(value, list) else [value]
