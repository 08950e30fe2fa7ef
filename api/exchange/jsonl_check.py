"""Checking an export of the log by itself, away from any store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from api.bodies import read_json
from api.exchange.jsonl_line import read_line
from api.exchange.source import members
from events.canonical import canonical
from events.record import digest_of
from events.verify import Finding


def check(paths: Sequence[Path]) -> tuple[int, list[Finding]]:
    """How many records exports hold, and what in them is not as it should be.

    Positions and versions without gaps, time that never runs backwards, and each body as its
    digest says; a body told in a newer schema than it was stored in has no digest to meet.
    Raises `Refused` for a line that is none.
    """
    lines = (line for member in members(paths, ".jsonl") for line in member.stream)
    findings: list[Finding] = []
    versions: dict[str, int] = {}
    count, before = 0, ""
    for count, data in enumerate((line for line in lines if line.strip()), 1):
        line = read_json(data)
        header, _ = read_line(line)
        act_id, recorded_at = header["stream"], str(header["recorded_at"])
        versions[act_id] = versions.get(act_id, 0) + 1
        for what, calculated, claimed in (
            ("position", count, header["position"]),
            ("version", versions[act_id], header["version"]),
            ("recorded_at", max(before, recorded_at), recorded_at),
            *_digests(line),
        ):
            if calculated != claimed:
                findings.append(Finding(count, act_id, what, str(calculated), str(claimed)))
        before = max(before, recorded_at)
    return count, findings


def _digests(line: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if "body_schema" in line:
        return
    claimed = str(line["header"]["digest"])
    try:
        digest = digest_of(bytes.fromhex(str(line.get("salt"))), canonical(line["body"]))
    except ValueError:
        digest = "none: salt or body cannot be read"
    yield "digest of salt and body", digest, claimed
