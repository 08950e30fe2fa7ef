"""Export: every view at its basis, in the formats that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from api.exchange import jsonl
from api.export.asked import FORMS, VIEWS, Asked, ask
from api.export.taken import NOWHERE, Taken, take
from events.application import Chancery

#: The formats by the word for them on the command line.
FORMATS = tuple(FORMS)

#: Which module writes a format; each is loaded when it is first asked for.
_WRITERS = {
    "csv": "table",
    "jsonl": "lines",
    "jsonld": "linked",
    "ics": "calendar",
    "atom": "atom",
    "graphml": "graphml",
    "parquet": "parquet",
    "cloudevents": "cloud",
}

__all__ = ["FORMATS", "FORMS", "VIEWS", "Asked", "Taken", "ask", "export", "take", "written"]


def written(taken: Taken) -> Iterator[bytes]:
    """The bytes of an export in the format it was asked for, piece by piece."""
    module = import_module(f"api.export.{_WRITERS[taken.asked.form.name]}")
    write: Callable[[Taken], Iterator[bytes]] = module.write
    return write(taken)


def export(
    chancery: Chancery,
    form: str,
    as_of: str | None = None,
    known_at: str | None = None,
    *,
    view: str | None = None,
    link_base: str = NOWHERE,
    **parameters: Any,
) -> Iterator[bytes]:
    """The bytes of an export, piece by piece; the parameters are those HTTP has.

    The log as JSON lines is given as it is read, however long it is. Raises `Refused` for a view
    or format that there is not, and as the questions of `Chancery` do.
    """
    asked = ask(view, form, as_of=as_of, known_at=known_at, **parameters)
    if (asked.view.name, asked.form.name) == ("events", "jsonl") and not set(asked.given) - {
        "known_at"
    }:
        return jsonl.write(chancery, known_at)
    return _taken(take(chancery, asked, link_base))


def _taken(taken: Taken) -> Iterator[bytes]:
    with taken:
        yield from written(taken)
