"""`chancery map`: a first map of a table of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.common import cell, out
from api.exchange.table.sketch import shown, sketch
from api.exchange.unreadable import UnreadableSource
from events.registry import load_registry


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("map")(map_)


def map_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table: CSV or TSV.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="MAP.toml", help="Where the map goes.", show_default=False
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", help="That of the file, where it is not UTF-8.", show_default=False
        ),
    ] = None,
) -> int:
    """Sketch a map of a table, and show what its first rows become by it; records nothing."""
    registry = load_registry()
    text = sketch(file, registry, encoding)
    try:
        lines = ["As it stands, the first rows become:", *shown(text, file, registry)]
    except UnreadableSource as error:
        lines = [f"It is not complete: {error}"]
    if output is None:
        out().print(cell(text))
    else:
        # Never over a map that somebody has completed.
        with output.open("x", encoding="utf-8") as written:
            written.write(text)
    for line in lines:
        out().print(cell(f"# {line}"), soft_wrap=True)
    return 0
