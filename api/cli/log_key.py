"""`chancery log key …`: private keys are made and rotated in files outside the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.common import JsonOption, cell, out, print_json
from api.signing.key_files import fresh_key, read_keys, write_new
from api.signing.key_files import rotate as rotate_file

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A file of private keys.")]


def install(app: typer.Typer) -> None:
    """Add the commands."""
    key = typer.Typer(no_args_is_help=True, help="Keys that sign: made, rotated, shown.")
    key.command("new")(new)
    key.command("rotate")(rotate)
    key.command("show")(show)
    app.add_typer(key, name="key")


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The log's origin, such as chancery.example/log.")
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Where the private key goes.")
    ] = Path("chancery-log.key"),
    witness: Annotated[bool, typer.Option("--witness", help="A witness's key.")] = False,
) -> int:
    """Make a key; prints the verifier key, which is public. Replaces no file."""
    key = fresh_key(name, witness=witness)
    write_new(output, key)
    out().print(cell(key.verifier.encode()))
    return 0


def rotate(file: FileArgument) -> int:
    """Put a new key before those of a file; prints its verifier key.

    The older ones sign beside it until their lines are removed, so that verifiers have time.
    """
    out().print(cell(rotate_file(file).verifier.encode()))
    return 0


def show(file: FileArgument, json: JsonOption = False) -> int:
    """The verifier keys of a file, the newest first."""
    lines = [key.verifier.encode() for key in read_keys(file)]
    if json:
        print_json(lines)
    for one in () if json else lines:
        out().print(cell(one))
    return 0
