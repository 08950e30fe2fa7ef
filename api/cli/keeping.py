"""Keeping: `chancery verify` and `chancery rebuild`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.evidence import is_evidence, verify_evidence
from api.cli.terms import Differs, JsonOption, StoreOption, cell, opened, out, print_json
from api.exchange.jsonl_check import check
from events.application import Chancery
from events.verify import Finding


def install(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("verify")(verify)
    app.command("rebuild")(rebuild)


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="An export (jsonl) or evidence, in place of a store."
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="VKEY",
            help="Of evidence: a verifier key of the log, or of a witness, that must have signed.",
            show_default=False,
        ),
    ] = None,
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
        return verify_evidence(file, key or (), page, json)
    if key or page:
        raise ValueError("--key and --page: expected with evidence alone, got another file or none")
    if file is not None:
        count, findings = check([file])
    else:
        with opened(store) as chancery:
            count, findings = chancery.head().position, _findings(chancery)
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


def _findings(chancery: Chancery) -> list[Finding]:
    return list(chancery.verify())


def rebuild(json: JsonOption = False, store: StoreOption = None) -> int:
    """Derive the index anew from the log alone."""
    with opened(store) as chancery:
        count = chancery.rebuild()
    if json:
        print_json({"records": count})
    else:
        out().print(cell(f"index derived from {count} records"))
    return 0
