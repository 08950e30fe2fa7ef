"""Keeping: `chancery verify` and `chancery rebuild`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.common import (
    Differs,
    JsonOption,
    StoreOption,
    cell,
    opened,
    out,
    print_json,
    progress_bar,
    states_asked,
)
from api.cli.evidence import is_evidence, verify_evidence
from api.exchange.jsonl_check import check
from events.application import Chancery
from events.backup import BackupFile, is_backup
from events.errors import StoreUnavailable, UnreadableRecord
from events.tlog.keys import parse_verifier_key
from events.verify import Against, Finding, verify_holdings


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("verify")(verify)
    app.command("rebuild")(rebuild)


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="An export (jsonl), evidence or a backup, in place of a store."
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="VKEY",
            help="A verifier key of the log, or of a witness, that must have signed.",
            show_default=False,
        ),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="A checkpoint kept elsewhere, which a store, export or backup must agree with.",
            show_default=False,
        ),
    ] = None,
    states: Annotated[
        str,
        typer.Option(
            "--states",
            metavar="N|all",
            help="Of a store: of how many relationships, drawn by lot, states are folded again.",
        ),
    ] = "10",
    page: Annotated[
        Path | None,
        typer.Option(
            "--page",
            metavar="FILE",
            help="Of evidence that holds: where its page for people goes.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Derive everything again from the log and compare; exit code 1 names the first difference."""
    if file is not None and is_evidence(file):
        if checkpoint:
            raise ValueError("--checkpoint: expected none with evidence, which holds its own")
        return verify_evidence(file, key or (), page, json)
    if page:
        raise ValueError("--page: expected with evidence alone, got another file or none")
    against = Against(
        tuple(parse_verifier_key(one) for one in key or ()),
        tuple((f"checkpoint {path.name}", path.read_bytes()) for path in checkpoint or ()),
        states_asked(states),
    )
    if file is not None and is_backup(file):
        holdings = BackupFile(file)
        count = holdings.size
        findings = list(verify_holdings(holdings, holdings.manifest.root, against))
    elif file is not None:
        count, findings = check([file], against)
    else:
        with opened(store, as_it_lies=True) as chancery:
            findings = list(chancery.admin.verify(against))
            count = _count(chancery, findings)
    if json:
        differences = [
            {name: getattr(finding, name) for name in Finding.__slots__} for finding in findings
        ]
        print_json({"records": count, "differences": differences})
    for finding in () if json else findings[1:]:
        out().print(cell(str(finding)))
    if findings:
        raise Differs(f"{findings[0]} (and {len(findings) - 1} more)")
    if not json:
        out().print(cell(f"{count} records verified: nothing differs"))
    return 0


def _count(chancery: Chancery, findings: list[Finding]) -> int:
    """How many records there are, as far as a damaged store can be asked."""
    try:
        return chancery.query.head().position
    except (UnreadableRecord, StoreUnavailable):
        return max((finding.position for finding in findings), default=0)


def rebuild(
    cores: Annotated[
        int | None,
        typer.Option(
            "--cores", metavar="N", help="On so many; all by default.", show_default=False
        ),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            "--dask",
            metavar="ADDRESS",
            help="By the workers of the dask cluster whose scheduler this is.",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Derive the index anew from the log alone, while the old one goes on answering."""
    with opened(store) as chancery, progress_bar("records") as progress:
        (task,) = progress.task_ids

        def told(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of, description=f"{done} of {of} records")

        count = chancery.admin.rebuild(cores=cores, dask=dask, progress=told)
    if json:
        print_json({"records": count})
    else:
        out().print(cell(f"index derived from {count} records"))
    return 0
