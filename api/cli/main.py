"""The way in: commands put together, and every error told in one line with its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import cast

import typer
from pydantic import ValidationError

from api.cli import (
    asking,
    auditing,
    backing,
    erasing,
    evidence,
    exporting,
    importing,
    key,
    log,
    maintenance,
    mapping,
    parties,
    recording,
    serving,
    webhook,
    witness,
)
from api.cli.common import Differs, complain, exit_code_of
from api.exchange.source import UnreadableSource
from api.problems import KNOWN_ERRORS

app = typer.Typer(
    name="chancery",
    help="Diplomatic acts as events: what stood between two parties, and what was known of it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
serving.install(app)
recording.install(app)
importing.install(app)
mapping.install(app)
exporting.install(app)
asking.install(app)
auditing.install(app)
evidence.install(app)
maintenance.install(app)
backing.install(app)
erasing.install(app)
parties.install(app)
log.install(app)
witness.install(app)
webhook.install(app)
key.install(app)

#: What typer raises for a command line it cannot read; its base has moved between releases.
_USAGE_ERROR = cast(type[Exception], typer.BadParameter.__mro__[2])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code: 0, 1 not found or differs, 2 bad input, 3 no store."""
    command = typer.main.get_command(app)
    try:
        return int(command.main(arguments, prog_name="chancery", standalone_mode=False) or 0)
    except Differs as error:
        complain(str(error))
        return 1
    except KNOWN_ERRORS as error:
        return exit_code_of(error)
    except UnreadableSource as error:
        complain(str(error))
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(step) for step in first["loc"]).upper()
        complain(f"CHANCERY_{name}: {first['msg']}, got {first.get('input')!r}")
    except BrokenPipeError:
        # The reader has had enough, as `head` does: no error, and nothing more to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        complain(f"{error.filename or 'file'}: {error.strerror or error}")
    except ValueError as error:
        complain(str(error))
    except typer.Abort:
        complain("stopped")
        return 130
    except _USAGE_ERROR as error:
        message = getattr(error, "format_message", error.__str__)()
        if message:
            complain(message)
    return 2
