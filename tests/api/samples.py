"""The bundled samples, read once, and what tests ask of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import api
from api.exchange import FORMATS
from api.exchange.row import Format, Item, OutOfScope, Quarantined, Repeated, SourceAct
from events.registry import load_registry

SAMPLES = Path(api.__file__).parent / "samples"


@cache
def read(format_name: str, file: str) -> tuple[Item, ...]:
    """Everything a format makes of a bundled file."""
    return tuple(FORMATS[format_name].read([SAMPLES / file], load_registry()))


def told(source: Format, folder: Path, name: str, text: str | bytes) -> list[Item]:
    """Everything a format makes of a file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return list(source.read([path], load_registry()))


def acts_of(items: Iterable[Item]) -> dict[str, SourceAct]:
    """The acts by their ids."""
    return {item.act_id: item for item in items if isinstance(item, SourceAct)}


def rows_of(items: Iterable[Item]) -> int:
    """The rows that are accounted for."""
    return sum(
        item.rows if isinstance(item, SourceAct | OutOfScope) else 1
        for item in items
        if isinstance(item, SourceAct | Quarantined | Repeated | OutOfScope)
    )
