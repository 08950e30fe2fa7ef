"""Chancery's own figures: each section is a program of its own, so that its memory is its own.

A section prints one JSON object: what was measured, line by line, as the report shows it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sections a run has, and how large they are."""

    largest: int
    """Acts of the largest relationship of the deep store; 0: no such section."""
    equal: int
    """How many random answers are compared with the plain fold; 0: none."""
    sizes: tuple[int, ...]
    """Records of the stores in which they are."""
    served: float
    """Seconds of each load over HTTP; 0: none."""
    source: tuple[str, Path] | None
    """A format and a file of it to be imported whole."""

    @staticmethod
    def add_to(parser: argparse.ArgumentParser) -> None:
        """The options of a run that choose sections."""
        parser.add_argument("--largest", type=int, default=None, help="default: the largest size")
        parser.add_argument("--equal", type=int, default=300, help="answers compared, at each size")
        parser.add_argument("--served", type=float, default=3.0, help="seconds of each HTTP load")
        parser.add_argument(
            "--source", nargs=2, metavar=("FORMAT", "FILE"), help="a source file to import whole"
        )

    @staticmethod
    def of(given: argparse.Namespace) -> Wanted:
        """The choice of a run's options."""
        sizes = [int(size) for size in given.events.split(",") if int(size)]
        most = max(sizes, default=0)
        source = None if given.source is None else (given.source[0], Path(given.source[1]))
        return Wanted(
            most if given.largest is None else given.largest,
            given.equal,
            tuple(sizes) or (10_000,),
            given.served,
            source,
        )


def figures_of(wanted: Wanted, scratch: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """The sections wanted, by title, in the order of the report."""
    found: dict[str, Any] = {}

    def section(title: str, module: str, *options: object) -> None:
        say(f"Chancery: {title}")
        found[title] = _section(module, [str(option) for option in options])

    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        if wanted.largest:
            store = folder / "deep.db"
            deep = f"A relationship of {wanted.largest:,} acts beside one of 1,000"
            section(deep, "bench.deep", store, wanted.largest)
            section("Full rebuild", "bench.rebuild", store)
            if wanted.served:
                section("Answers over HTTP", "bench.serving", store, wanted.served)
            store.unlink(missing_ok=True)
        for records in wanted.sizes if wanted.equal else ():
            title = f"Answers beside the plain fold, {records:,} records"
            section(title, "bench.equality", folder, records, wanted.equal)
        if wanted.source is not None:
            title = f"Import of {wanted.source[1].name}"
            section(title, "bench.source_file", folder, *wanted.source)
    return found


def _section(module: str, options: list[str]) -> dict[str, Any]:
    section = subprocess.run(
        [sys.executable, "-m", module, *options], stdout=subprocess.PIPE, text=True, check=False
    )
    try:
        figures: dict[str, Any] = json.loads(section.stdout)
    except ValueError:
        return {"failed": f"ended by {section.returncode}"}
    return figures
