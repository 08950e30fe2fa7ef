"""`chancery witness`: cosign other logs' checkpoints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.serving import listen
from api.settings import Settings
from api.signing.key_files import read_keys
from events.tlog.errors import ProofError
from events.tlog.keys import SignatureType, VerifierKey, parse_verifier_key


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command("witness")(witness)


def witness(
    state: Annotated[
        Path, typer.Option("--state", metavar="FILE", help="What it has cosigned so far.")
    ],
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="Its private keys.")],
    log: Annotated[
        list[str], typer.Option("--log", metavar="VKEY", help="A key of a log; may be repeated.")
    ],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
    ] = 8001,
) -> int:
    """Cosign the checkpoints of logs that only grow; prints its key and its address.

    Whoever loses the state must make a new key: a witness without memory would cosign a fork.
    """
    # The web framework takes longer to load than most commands take to run.
    from api.logs import set_up
    from api.witness.service import Server, Witnessing, create_witness
    from api.witness.state import WitnessState

    settings = Settings()
    set_up(settings.log_format, settings.log_level)
    keys = read_keys(key)
    for one in keys:
        if one.type is not SignatureType.COSIGNATURE:
            raise ProofError("wrong_key", f"{key}", "a witness's key", "a log's")
    logs: dict[str, list[VerifierKey]] = {}
    for text in log:
        trusted = parse_verifier_key(text)
        logs.setdefault(trusted.name, []).append(trusted)
    with listen(host, port) as listening:
        kept = WitnessState(state)
        for one in keys:
            sys.stdout.write(f"{one.verifier.encode()}\n")
        if kept.fresh:
            sys.stderr.write(f"chancery: {state} is new: this witness knows no log yet\n")
        server = Server(create_witness(Witnessing(kept, keys, logs)), settings)
        server.run(sockets=[listening])
        kept.close()
    return 0 if server.started else 3
