"""Evidence on the command line: `chancery evidence`, and a bundle given to `chancery verify`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import typer

from api.cli.common import (
    AsOfOption,
    Differs,
    KnownAtOption,
    PairArgument,
    StoreOption,
    cell,
    complain,
    opened,
    out,
    print_json,
)
from api.cli.log import KeyOption, OutputOption
from api.export.evidence_page import page
from api.settings import Settings
from api.signing.heads import heads_beside
from api.signing.key_files import read_log_keys
from events.evidence import Verdict, looks_like_bundle, verify_bundle
from events.registry import load_registry
from events.tlog.keys import parse_verifier_key

_BEGINNING = 200


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evidence")(evidence)


def evidence(
    pair: PairArgument,
    as_of: AsOfOption = None,
    known_at: KnownAtOption = None,
    output: OutputOption = None,
    log_key: KeyOption = None,
    store: StoreOption = None,
) -> int:
    """The state of two parties in one file that proves it, sealed with the log's key."""
    settings = Settings()
    path = log_key or settings.log_key
    keys, heads = read_log_keys(path), heads_beside(path, settings.log_heads)
    with opened(store) as chancery:
        data = chancery.inspection.evidence(
            pair, as_of, known_at, notary=chancery.admin.notary(keys, heads), page=page
        )
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(data)
    return 0


def is_evidence(file: Path) -> bool:
    """Whether a file is meant as a bundle, by how it begins."""
    if not file.is_file():
        return False
    with file.open("rb") as told:
        return looks_like_bundle(told.read(_BEGINNING))


def verify_evidence(file: Path, keys: Sequence[str], page: Path | None, json: bool) -> int:
    """Check a bundle away from any store; write its page to a file only if it holds."""
    trusted = [parse_verifier_key(key) for key in keys]
    verdict = verify_bundle(file.read_bytes(), load_registry(), trusted)
    if json:
        print_json(_told(verdict))
    for difference in () if json else verdict.differences[1:]:
        out().print(cell(str(difference)))
    if verdict.differences or verdict.bundle is None:
        raise Differs(f"{verdict.differences[0]} (and {len(verdict.differences) - 1} more)")
    if verdict.other_law is not None:
        raise Differs(str(verdict.other_law))
    if page is not None:
        page.write_text(verdict.bundle.page, encoding="utf-8")
    if not json:
        _print(verdict)
    if not verdict.trusted:
        complain(
            "the keys are the file's own word: name the log's key with --key, "
            "as you learnt it from elsewhere"
        )
    return 0


def _told(verdict: Verdict) -> dict[str, object]:
    bundle = verdict.bundle
    return {
        "relationship": bundle.answer.get("relationship") if bundle else None,
        "basis": bundle.answer.get("basis") if bundle else None,
        "records": len(bundle.records) if bundle else 0,
        "log": {
            "size": verdict.head.size if verdict.head else None,
            "keys": [entry.key.encode() for entry in verdict.signers],
            "witnesses": [
                {"key": entry.key.encode(), "time": entry.timestamp} for entry in verdict.witnesses
            ],
        },
        "trusted": verdict.trusted,
        "other_law": verdict.other_law._asdict() if verdict.other_law else None,
        "differences": [
            {"what": one.what, "calculated": one.calculated, "claimed": one.claimed}
            for one in verdict.differences
        ],
    }


def _print(verdict: Verdict) -> None:
    bundle, head = verdict.bundle, verdict.head
    assert bundle is not None
    assert head is not None
    basis = bundle.answer["basis"]
    console = out()
    console.print(
        cell(
            f"{bundle.answer['relationship']} as of {basis['as_of']} at position "
            f"{basis['position']}: the answer follows from its {len(bundle.records)} records, "
            f"which are in the log of {head.size}"
        )
    )
    for entry in verdict.signers:
        console.print(cell(f"signed by {entry.key.encode()}"))
    for entry in verdict.witnesses:
        at = datetime.fromtimestamp(entry.timestamp or 0, UTC).isoformat()
        console.print(cell(f"cosigned by {entry.key.name} at {at.replace('+00:00', 'Z')}"))
