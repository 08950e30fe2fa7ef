"""Terms that all commands share: options, the store, what is printed where, exit codes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from api.ops.gc_tuning import keep_loaded
from api.problems import document_of
from api.settings import Settings
from domain.parties import UnknownParty, Unresolved
from events.application import Chancery, open_chancery
from events.errors import (
    LogBehind,
    NoCheckpoint,
    NoSuchVersion,
    NotSigned,
    StoreUnavailable,
    UnknownAccessKey,
    UnknownAct,
    UnknownWebhook,
    UnreadableRecord,
)

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", metavar="URL", help="The store; else CHANCERY_STORE.", show_default=False
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
AccordingToOption = Annotated[
    str | None,
    typer.Option(
        "--according-to",
        metavar="SOURCE",
        help="What this source alone tells: the word of its import, or a title it is cited by.",
        show_default=False,
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DAY", help="True on this day. Default: today.", show_default=False
    ),
]
KnownAtOption = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="WHEN",
        help="Known at this instant, day or position. Default: now.",
        show_default=False,
    ),
]
PairArgument = Annotated[str, typer.Argument(metavar="A-B", help="Two codes, such as KAZ-KGZ.")]

_WIDE = 220
_NOT_FOUND = (
    UnknownAct,
    UnknownAccessKey,
    UnknownWebhook,
    UnknownParty,
    Unresolved,
    NoSuchVersion,
    NoCheckpoint,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Differs(Exception):
    """What was verified is not as it should be; the message names the first difference."""


@contextmanager
def opened(store: str | None, *, as_it_lies: bool = False) -> Iterator[Chancery]:
    """The application on the store a command names, or else the settings."""
    chancery = open_chancery(store or Settings().store, as_it_lies=as_it_lies)
    keep_loaded()
    try:
        yield chancery
    finally:
        chancery.close()


def states_asked(states: str) -> int | None:
    """How many relationships `--states` asks for; None for all of them."""
    if states == "all":
        return None
    if not states.isdecimal():
        raise ValueError(f"--states: expected a number or all, got {states!r}")
    return int(states)


def exit_code_of(error: Exception) -> int:
    """Tell an error and give its exit code."""
    if isinstance(error, (StoreUnavailable, NotSigned)):
        # Over HTTP nobody is told why; who has the command line keeps the store and its keys.
        complain(str(error))
        return 3
    document = document_of(error)
    wrong = [
        f"{p.where + ': ' if p.where else ''}expected {p.expected}, got {p.got}"
        for p in document.problems
        if p.expected not in document.detail
    ]
    complain("; ".join([document.detail, *wrong]))
    if isinstance(error, (LogBehind, *_NOT_FOUND)):
        return 1
    return 3 if isinstance(error, UnreadableRecord) else 2


def complain(message: str) -> None:
    """One line on standard error."""
    line = " ".join(plain(message).split())
    sys.stderr.write(f"chancery: {line}\n")


def plain(text: str) -> str:
    """Text that cannot steer a terminal, nor stand in another order than it is read."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def out() -> Console:
    """Where people's answers go; wide where it is no terminal, so that rows stay whole."""
    width = None if sys.stdout.isatty() else _WIDE
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, soft_wrap=True)


def cell(value: object) -> Text:
    """A value as it stands in a table: text and never mark-up."""
    return Text(plain("" if value is None else str(value)))


def print_json(value: Any) -> None:
    """One JSON value on one line, on standard output."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


@contextmanager
def progress_bar(what: str) -> Iterator[Progress]:
    """A progress display on standard error, shown only where that is a terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        progress.add_task(what, total=None)
        yield progress
