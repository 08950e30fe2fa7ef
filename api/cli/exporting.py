"""Out: `chancery export`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from api.cli.common import AsOfOption, KnownAtOption, StoreOption, opened
from api.export import FORMATS, VIEWS, ask, export
from api.export.asked import LONGEST_FEED
from api.export.taken import NOWHERE
from api.settings import Settings
from domain.acts import KINDS
from events.query.filters import ONLY


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export_)


def _option(name: str, metavar: str, help_text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        f"--{name}", metavar=metavar, help=help_text, show_default=False
    )
    return option


def export_(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=", ".join(FORMATS))],
    view: Annotated[
        str | None, _option("view", "VIEW", f"{', '.join(VIEWS)}. Default: by the format.")
    ] = None,
    relationship: Annotated[
        str | None, _option("relationship", "A-B", "Acts both have a part in.")
    ] = None,
    party: Annotated[str | None, _option("party", "CODE", "Acts a party has a part in.")] = None,
    act: Annotated[str | None, _option("act", "ACT_ID", "One act.")] = None,
    kind: Annotated[str | None, _option("kind", "KIND", ", ".join(KINDS))] = None,
    only: Annotated[str | None, _option("only", "WHAT", ", ".join(ONLY))] = None,
    rank: Annotated[str | None, _option("rank", "RANK", "Of a timeline: this rank.")] = None,
    level: Annotated[str | None, _option("level", "LEVEL", "Of a timeline: this level.")] = None,
    day_from: Annotated[str | None, _option("from", "DAY", "What touches it or later.")] = None,
    day_to: Annotated[str | None, _option("to", "DAY", "What touches it or earlier.")] = None,
    q: Annotated[str | None, _option("search", "TEXT", "Found in titles, places, names.")] = None,
    least_acts: Annotated[
        int | None, typer.Option("--least-acts", min=1, help="Relationships with so many acts.")
    ] = None,
    after: Annotated[
        int | None, typer.Option("--after", min=0, help="Records beyond this position.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, max=LONGEST_FEED, help="Entries of a feed, or a network's."),
    ] = None,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: standard output")
    ] = None,
    store: StoreOption = None,
) -> int:
    """Write a view at its basis, in a format other programs read; the log where none is named."""
    asked: dict[str, Any] = {
        "relationship": relationship,
        "party": party,
        "act": act,
        "kind": kind,
        "only": only,
        "rank": rank,
        "level": level,
        "from": day_from,
        "to": day_to,
        "q": q,
        "least_acts": least_acts,
        "after": after,
        "limit": limit,
    }
    # What cannot be given is said before any store is opened, or file begun.
    ask(view, form, as_of=as_of, known_at=known_at, **asked)
    link_base = (Settings().public_url or NOWHERE).rstrip("/")
    with opened(store) as chancery:
        pieces = export(chancery, form, as_of, known_at, view=view, link_base=link_base, **asked)
        if output is None:
            _write(pieces, sys.stdout.buffer)
        else:
            with output.open("wb") as file:
                _write(pieces, file)
    return 0


def _write(pieces: Iterator[bytes], file: IO[bytes]) -> None:
    file.writelines(pieces)
    file.flush()
