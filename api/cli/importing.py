"""In: `chancery import` and `sample`."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from api.cli.common import (
    JsonOption,
    StoreOption,
    cell,
    opened,
    out,
    print_json,
    progress_bar,
)
from api.exchange import FORMATS, Format, jsonl
from api.exchange.loading import (
    DEFAULT_SAMPLES,
    SAMPLES,
    Counts,
    Quarantine,
    load,
    quarantine_line,
    sample,
)
from api.exchange.row import Coverage, Quarantined
from events.application import Chancery

#: Reasons for leaving rows out that a person's table names; `--json` names all that are kept.
_REASONS_SHOWN = 12
#: Spans of coverage that it names.
_SPANS_SHOWN = 4


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
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=", ".join([*FORMATS, jsonl.NAME]))],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, folders, archives.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do all of it and keep nothing.")
    ] = False,
    quarantine: Annotated[
        Path | None,
        typer.Option(
            "--quarantine",
            metavar="FILE",
            help="Where rows that are not understood go. Default: ./FORMAT-quarantine.jsonl",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Import a publisher's files, or Chancery's own; the same file twice records nothing twice."""
    if form not in FORMATS and form != jsonl.NAME:
        known = ", ".join([*FORMATS, jsonl.NAME])
        raise ValueError(f"FORMAT: expected one of {known}, got {form!r}")
    if form == jsonl.NAME and dry_run:
        raise ValueError("--dry-run: expected none with jsonl, whose lines build on one another")
    aside = QuarantineFile(quarantine or Path(f"{form}-quarantine.jsonl"))
    coverage = None
    try:
        with opened(store) as chancery, progress_bar(f"importing {form}") as progress:
            if form == jsonl.NAME:
                counts = _put_back(chancery, paths, aside)
            else:
                source = FORMATS[form]
                counts = _load(chancery, source, paths, aside, progress, dry_run)
                coverage = source.coverage(paths)
    finally:
        aside.close()
    _report(form, counts, coverage, aside, dry_run, json)
    return 0


def _load(
    chancery: Chancery,
    source: Format,
    paths: list[Path],
    aside: Quarantine,
    progress: Progress,
    dry_run: bool,
) -> Counts:
    def told(read: int) -> bool:
        progress.update(progress.task_ids[0], description=f"{source.name}: {read} rows")
        return True

    return load(chancery, source, paths, aside, dry_run=dry_run, progress=told)


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


def _report(
    name: str,
    counts: Counts,
    coverage: Coverage | None,
    aside: QuarantineFile | None,
    dry_run: bool,
    json: bool,
) -> None:
    kept = str(aside.path) if aside is not None and aside.count else None
    claimed = None if coverage is None else coverage.to_json()
    if json:
        told = {"format": name, "dry_run": dry_run, **counts.to_json()}
        print_json({**told, "coverage": claimed, "quarantine": kept})
        return
    table = Table(title=f"{name}{' (dry run: nothing kept)' if dry_run else ''}", box=None)
    table.add_column("rows and events")
    table.add_column("", justify="right")
    for label, number in (
        ("rows read", counts.read),
        ("events recorded", counts.recorded),
        ("events already known", counts.known),
        ("events revised", counts.revised),
        ("rows quarantined", counts.quarantined),
        ("rows out of scope", counts.out_of_scope),
        ("rows repeated", counts.repeated),
        ("twins to look at", counts.twins),
    ):
        table.add_row(label, str(number))
        if label == "rows out of scope":
            for reason, rows in counts.reasons.most_common(_REASONS_SHOWN):
                table.add_row(cell(f"  {reason}"), str(rows))
            if len(counts.reasons) > _REASONS_SHOWN:
                more = counts.reasons.most_common()[_REASONS_SHOWN:]
                table.add_row(f"  {len(more)} more reasons", str(sum(rows for _, rows in more)))
    out().print(table)
    if coverage is not None:
        shown = [span.words for span in coverage.spans[:_SPANS_SHOWN]]
        if len(coverage.spans) > _SPANS_SHOWN:
            shown.append(f"{len(coverage.spans) - _SPANS_SHOWN} more")
        stated = f"{'; '.join(shown)}: " if shown else ""
        out().print(cell(f"coverage: {stated}{coverage.note}"))
    if kept:
        out().print(cell(f"quarantine: {kept}"))


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
                counts = _load(chancery, source, paths, _left_aside, progress, dry_run=False)
            _report(name, counts, source.coverage(paths), None, False, json)
    return 0


def _left_aside(_row: Quarantined) -> None:
    """The bundled files are known: what is held back of them is told in numbers, not in files."""
