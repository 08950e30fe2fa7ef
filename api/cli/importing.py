"""In: `chancery import` and `sample`."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Annotated

import typer
from rich.progress import Progress

from api.cli.common import JsonOption, StoreOption, opened, progress_bar
from api.cli.import_report import report
from api.exchange import FORMATS, Format, jsonl
from api.exchange.counts import Counts
from api.exchange.edition import TooManyAside
from api.exchange.likely_twins import likely_twins
from api.exchange.loading import (
    DEFAULT_SAMPLES,
    SAMPLES,
    Quarantine,
    Wish,
    load,
    quarantine_line,
    sample,
)
from api.exchange.row import Quarantined
from api.exchange.silence import silent_pairs
from api.exchange.table.map_reading import read_map
from api.exchange.table.table import Table
from events.application import Chancery

#: The word for a table of one's own, whose map says what it is.
TABLE = "table"
#: The share of rows that cannot be placed, above which the files are taken to be of another form.
MOST_ASIDE = 0.25


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("import")(import_)
    app.command("sample")(sample_)


class QuarantineFile:
    """Where rows that were not understood are kept; made only when there is one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[bytes] | None = None

    def __call__(self, row: Quarantined) -> None:
        """Keep a row."""
        if self._file is None:
            self._file = self.path.open("wb")
        self.count += 1
        self._file.write(quarantine_line(row))

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()


def import_(
    form: Annotated[
        str, typer.Argument(metavar="FORMAT", help=", ".join([*FORMATS, jsonl.NAME, TABLE]))
    ],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, folders, archives.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Keep nothing; show what the edition would change.")
    ] = False,
    part: Annotated[
        bool, typer.Option("--part", help="The files are a piece: nothing they lack is gone.")
    ] = False,
    retract_missing: Annotated[
        bool, typer.Option("--retract-missing", help="Retract what the edition no longer has.")
    ] = False,
    most_aside: Annotated[
        float,
        typer.Option(
            "--most-aside",
            metavar="SHARE",
            help="Record nothing where more of the rows cannot be placed.",
        ),
    ] = MOST_ASIDE,
    quarantine: Annotated[
        Path | None,
        typer.Option(
            "--quarantine",
            metavar="FILE",
            help="Where rows that are not understood go. Default: ./FORMAT-quarantine.jsonl",
            show_default=False,
        ),
    ] = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="MAP.toml",
            help="For the format table: what its columns mean.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Import a publisher's files, or Chancery's own; the same file twice records nothing twice."""
    wish = Wish(dry_run, part, retract_missing, most_aside)
    source = _source(form, map_file)
    _check(source, wish)
    aside = QuarantineFile(quarantine or Path(f"{form}-quarantine.jsonl"))
    coverage, silent = None, []
    try:
        with opened(store) as chancery, progress_bar(f"importing {form}") as progress:
            if source is None:
                counts = _put_back(chancery, paths, aside)
            else:
                before = chancery.query.head().position
                counts = _load(chancery, source, paths, aside, progress, wish)
                if not dry_run:
                    counts.changes.likely_twins += likely_twins(chancery, before)
                coverage = source.coverage(paths)
                silent = [] if dry_run else silent_pairs(chancery, coverage)
    except TooManyAside as error:
        raise ValueError(f"{error}; they are kept in {aside.path}") from error
    finally:
        aside.close()
    kept = str(aside.path) if aside.count else None
    report(form, counts, coverage, kept, wish, json, silent)
    return 0


def _source(form: str, map_file: Path | None) -> Format | None:
    """The format of that word; None for the log's own lines, which are read in another way."""
    if (form == TABLE) is (map_file is None):
        expected = "expected with the format table, and with no other"
        raise ValueError(f"--map: {expected}, got FORMAT {form}")
    if map_file is not None:
        told = read_map(map_file)
        if told.name in FORMATS:
            raise ValueError(f"{map_file.name}: name: expected one of your own, got {told.name}")
        return Table(told)
    if form not in FORMATS and form != jsonl.NAME:
        known = ", ".join([*FORMATS, jsonl.NAME, TABLE])
        raise ValueError(f"FORMAT: expected one of {known}, got {form!r}")
    return FORMATS.get(form)


def _check(source: Format | None, wish: Wish) -> None:
    """Refuse options that say nothing of the format, or contradict one another."""
    if source is None and wish.dry_run:
        raise ValueError("--dry-run: expected none with jsonl, whose lines build on one another")
    if wish.retract_missing and (source is None or not source.whole):
        name = jsonl.NAME if source is None else source.name
        raise ValueError(
            f"--retract-missing: expected a source whose editions are whole, got {name}"
        )
    if wish.retract_missing and wish.part:
        raise ValueError("--retract-missing: expected none with --part, got both")
    if not 0 <= (wish.most_aside or 0) <= 1:
        raise ValueError(f"--most-aside: expected a share from 0 to 1, got {wish.most_aside}")


def _load(
    chancery: Chancery,
    source: Format,
    paths: list[Path],
    aside: Quarantine,
    progress: Progress,
    wish: Wish,
) -> Counts:
    def told(read: int) -> bool:
        progress.update(progress.task_ids[0], description=f"{source.name}: {read} rows")
        return True

    return load(chancery, source, paths, aside, wish=wish, progress=told)


def _put_back(chancery: Chancery, paths: list[Path], aside: QuarantineFile) -> Counts:
    counts = Counts()
    for line in jsonl.put_back(chancery, paths, f"import:{jsonl.NAME}"):
        counts.read += 1
        counts.recorded += line.outcome == "recorded"
        counts.known += line.outcome == "known"
        if line.quarantined is not None:
            counts.quarantined += 1
            aside(line.quarantined)
    return counts


def sample_(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME…]", help="; ".join(SAMPLES), show_default=False),
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Load bundled histories, all but us-missions where none is named."""
    wanted = names or list(DEFAULT_SAMPLES)
    for name in wanted:
        if name not in SAMPLES:
            raise ValueError(f"NAME: expected one of {', '.join(SAMPLES)}, got {name!r}")
    with opened(store) as chancery:
        for name in wanted:
            source, paths = sample(name)
            with progress_bar(f"loading {name}") as progress:
                counts = _load(chancery, source, paths, _left_aside, progress, Wish())
            report(name, counts, source.coverage(paths), None, Wish(), json)
    return 0


def _left_aside(_row: Quarantined) -> None:
    """The bundled files are known: what is held back of them is told in numbers, not in files."""
