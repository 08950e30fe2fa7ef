"""What an import did, or would do, for a person or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from api.cli.common import cell, out, print_json
from api.exchange.counts import Counts
from api.exchange.loading import Wish
from api.exchange.row import Coverage

#: Reasons for leaving rows out that a person's table names; `--json` names all that are kept.
_REASONS_SHOWN = 12
#: Spans of coverage that it names.
_SPANS_SHOWN = 4
#: Lines of each list of changes that it shows.
_LINES_SHOWN = 20
#: Characters of a value before and after.
_LONGEST_VALUE = 100

Json = dict[str, Any]


def report(
    name: str,
    counts: Counts,
    coverage: Coverage | None,
    kept: str | None,
    wish: Wish,
    as_json: bool,
    silent: Sequence[Json] = (),
) -> None:
    """Print it; `kept` is the file of what was put aside, where there is one.

    `silent` are covered pairs of which nothing that was claimed is known.
    """
    if as_json:
        told: Json = {"format": name, "dry_run": wish.dry_run, **counts.to_json()}
        claimed = None if coverage is None else coverage.to_json()
        told |= {"coverage": claimed, "quarantine": kept, "changes": counts.changes.to_json()}
        print_json(told | {"silent": list(silent)})
        return
    out().print(_counted(name, counts, wish))
    if coverage is not None:
        shown = [span.words for span in coverage.spans[:_SPANS_SHOWN]]
        if len(coverage.spans) > _SPANS_SHOWN:
            shown.append(f"{len(coverage.spans) - _SPANS_SHOWN} more")
        stated = f"{'; '.join(shown)}: " if shown else ""
        out().print(cell(f"coverage: {stated}{coverage.note}"))
    if kept:
        out().print(cell(f"quarantine: {kept}"))
    _print_changes(counts.changes.to_json(), wish)
    title = "covered, with other acts and none of those claimed: was a row dropped?"
    _print_list(title, [(_silent(line),) for line in silent])


def _counted(name: str, counts: Counts, wish: Wish) -> Table:
    table = Table(title=f"{name}{' (dry run: nothing kept)' if wish.dry_run else ''}", box=None)
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
        ("ids that several acts have", counts.clashes),
        ("events no longer in the source", counts.gone),
        ("events retracted", counts.retracted),
    ):
        table.add_row(label, str(number))
        if label == "rows out of scope":
            for reason, rows in counts.reasons.most_common(_REASONS_SHOWN):
                table.add_row(cell(f"  {reason}"), str(rows))
            if len(counts.reasons) > _REASONS_SHOWN:
                more = counts.reasons.most_common()[_REASONS_SHOWN:]
                table.add_row(f"  {len(more)} more reasons", str(sum(rows for _, rows in more)))
    return table


def _print_changes(changes: Json, wish: Wish) -> None:
    gone = "no longer in the source"
    if wish.retract_missing and not wish.dry_run:
        gone += ": retracted, but for what a person corrected"
    elif changes["gone"]:
        gone += ": --retract-missing retracts them"
    for title, lines in (
        ("new", [(_event(line),) for line in changes.get("new", ())]),
        ("revised", [tuple(_revised(line)) for line in changes.get("revised", ())]),
        (gone, [(_event(line),) for line in changes["gone"]]),
        ("several acts of one id", [tuple(_clash(line)) for line in changes["clashes"]]),
        ("ids used for another event", [(_event(line),) for line in changes["reused"]]),
        ("twins", [(_twin(line),) for line in changes["twins"]] if wish.dry_run else []),
        (
            "likely the same act as one of another source: chancery twins has the differences",
            [(f"{line['first']} and {line['second']}",) for line in changes["likely_twins"]],
        ),
    ):
        _print_list(title, lines)


def _print_list(title: str, entries: Sequence[Sequence[str]]) -> None:
    if not entries:
        return
    out().print()
    out().print(cell(f"{title} ({len(entries)})"))
    for entry in entries[:_LINES_SHOWN]:
        for line in entry:
            out().print(cell(f"  {line}"))
    if len(entries) > _LINES_SHOWN:
        out().print(cell(f"  {len(entries) - _LINES_SHOWN} more: --json has all"))


def _event(line: Json) -> str:
    between = f" {'-'.join(line['parties'])}" if 0 < len(line["parties"]) <= 2 else ""
    settled = f" (corrected by {line['settled_by']}, left)" if "settled_by" in line else ""
    named = f" {line['title']}" if "title" in line else f" {line['type']}"
    return f"{line['act_id']} {line['date']}{between}{named}{settled}"


def _revised(line: Json) -> Iterator[str]:
    yield _event(line)
    if line.get("reinstated"):
        yield "  in the source again"
    for name, values in line["fields"].items():
        yield f"  {name}: {_value(values['old'])} → {_value(values['new'])}"


def _clash(line: Json) -> Iterator[str]:
    yield line["id"]
    for act in line["acts"]:
        yield f"  {_event(act)}"


def _silent(line: Json) -> str:
    known = [f"{number} {kind}" for kind, number in sorted(line["acts"].items())]
    of_what = ", ".join(line["none_of"])
    return f"{line['relationship']}: none of {of_what}; {', '.join(known) or 'relations'}"


def _twin(line: Json) -> str:
    return f"{line['first']} and {line['second']}: {line['note']}"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
