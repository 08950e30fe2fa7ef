"""The command line: `chancery`. Each command is told in docs/cli.md."""

from api.cli.main import main

__all__ = ["main"]
