"""`chancery log …`: checkpoints, proofs and witnesses of the log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.cli import log_key
from api.cli.common import Differs, JsonOption, StoreOption, cell, opened, out, print_json
from api.settings import Settings
from api.signing.cosigning import cosign as ask_witnesses
from api.signing.heads import heads_beside
from api.signing.key_files import read_log_keys
from events.notary.notary import Notary
from events.notary.witnesses import Witness
from events.tlog.keys import parse_verifier_key
from events.tlog.lines import base64_text

KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--log-key",
        metavar="FILE",
        help="The log's private keys; else CHANCERY_LOG_KEY.",
        show_default=False,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Else standard output."),
]


def install(app: typer.Typer) -> None:
    """Add the commands."""
    log = typer.Typer(no_args_is_help=True, help="The verifiable log: checkpoints and proofs.")
    log.command("checkpoint")(checkpoint)
    log.command("prove")(prove)
    log.command("consistency")(consistency)
    log.command("witnesses")(witnesses)
    log.command("witness-add")(witness_add)
    log.command("witness-remove")(witness_remove)
    log.command("cosign")(cosign)
    log_key.install(log)
    app.add_typer(log, name="log")


def checkpoint(
    output: OutputOption = None, log_key: KeyOption = None, store: StoreOption = None
) -> int:
    """The newest checkpoint: made now where the log has grown and a key is set."""
    with _notary(store, log_key) as notary:
        _give(notary.latest(), output)
    return 0


def prove(
    position: Annotated[int, typer.Argument(metavar="POSITION", help="Position of a record.")],
    size: Annotated[
        int | None,
        typer.Option("--size", metavar="N", help="With --json: in the first N records."),
    ] = None,
    output: OutputOption = None,
    json: JsonOption = False,
    log_key: KeyOption = None,
    store: StoreOption = None,
) -> int:
    """A proof that a record is in the log, with the newest checkpoint; --json: the hashes alone."""
    if size is not None and not json:
        raise typer.BadParameter("--size: expected --json with it, since a proof has a checkpoint")
    with _notary(store, log_key) as notary:
        if json:
            print_json(notary.inclusion(position, size).to_json())
        else:
            _give(notary.offline_proof(position), output)
    return 0


def consistency(
    earlier: Annotated[int, typer.Argument(metavar="M", help="A number of records.")],
    later: Annotated[
        int | None, typer.Argument(metavar="[N]", help="A later one. Default: all.")
    ] = None,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """The hashes that prove the first N records to begin with the first M."""
    with _notary(store, None) as notary:
        proof = notary.consistency(earlier, later)
    if json:
        print_json(proof.to_json())
        return 0
    for head in (proof.earlier, proof.later):
        out().print(cell(f"root of {head.size}: {base64_text(head.root)}"))
    for node in proof.hashes:
        out().print(cell(base64_text(node)))
    return 0


def witnesses(json: JsonOption = False, store: StoreOption = None) -> int:
    """Who is asked to cosign."""
    with _notary(store, None) as notary:
        shown = [{"url": one.url, "key": one.key.encode()} for one in notary.witnesses()]
    if json:
        print_json(shown)
    for one in () if json else shown:
        out().print(cell(f"{one['url']} {one['key']}"))
    return 0


def witness_add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Before its /add-checkpoint.")],
    vkey: Annotated[str, typer.Argument(metavar="VKEY", help="Its verifier key.")],
    store: StoreOption = None,
) -> int:
    """Ask a witness from now on."""
    with _notary(store, None) as notary:
        notary.add_witness(Witness(url.rstrip("/"), parse_verifier_key(vkey)))
    return 0


def witness_remove(
    url: Annotated[str, typer.Argument(metavar="URL", help="As it was added.")],
    store: StoreOption = None,
) -> int:
    """Ask a witness no more."""
    with _notary(store, None) as notary:
        if not notary.remove_witness(url.rstrip("/")):
            raise Differs(f"no witness is asked at {url}")
    return 0


def cosign(
    output: OutputOption = None, log_key: KeyOption = None, store: StoreOption = None
) -> int:
    """Have all witnesses cosign the newest checkpoint, and give it; exit code 1 if one did not."""
    with _notary(store, log_key) as notary:
        note, asked = ask_witnesses(notary)
    _give(note, output)
    refused = [f"{one.witness.url}: {one.refusal}" for one in asked if one.refusal is not None]
    if refused:
        raise Differs("; ".join(refused))
    return 0


@contextmanager
def _notary(store: str | None, log_key: Path | None) -> Iterator[Notary]:
    settings = Settings()
    path = log_key or settings.log_key
    keys, heads = read_log_keys(path), heads_beside(path, settings.log_heads)
    with opened(store) as chancery:
        yield chancery.admin.notary(keys, heads)


def _give(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(data)
