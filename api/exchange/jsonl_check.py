"""Checking an export of the log by itself, away from any store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from api.bodies import read_json
from api.exchange.jsonl_line import read_line, unfit
from api.exchange.source import members
from events.log.canonical import canonical
from events.store.raw import LogRow
from events.verify import Against, Finding, Leaves, Tree, verify_checkpoints, verify_log


def check(paths: Sequence[Path], against: Against | None = None) -> tuple[int, list[Finding]]:
    """How many records exports hold, and what in them is not as it should be.

    The records are put together again as they were stored, and verified as those of a store:
    places, time, digests, erasures, and the tree against checkpoints. A body told in a newer
    schema than it was stored in has no digest to meet. Raises `Refused` for a line that is none.
    """
    asked = against or Against()
    retold: set[int] = set()
    leaves = Leaves()
    findings = [
        finding
        for finding in verify_log(leaves.of(_rows(paths, retold)))
        if finding.what != "digest of salt and body" or finding.position not in retold
    ]
    tree = Tree(len(leaves.hashes), leaves.tiles())
    findings += verify_checkpoints(asked.checkpoints, tree, asked.keys)
    return len(leaves.hashes), findings


def _rows(paths: Sequence[Path], retold: set[int]) -> Iterator[LogRow]:
    """The lines as rows of a store; `retold` learns which are told in a newer schema."""
    lines = (line for member in members(paths, ".jsonl") for line in member.stream)
    for data in lines:
        if not data.strip():
            continue
        line = read_json(data)
        header, _ = read_line(line)
        position = header["position"]
        if type(position) is not int:
            raise unfit("a position: a whole number", repr(position))
        if "body_schema" in line:
            retold.add(position)
        yield LogRow(position, header["stream"], header["version"], header["type"], _state(line))


def _state(line: dict[str, Any]) -> bytes:
    header, salt, body = line["header"], line.get("salt"), line.get("body")
    content = b"" if body is None else canonical(body)
    return b"\n".join((canonical(header), str(salt or "").encode(), content))
