"""The report: the figures of every peer side by side, in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Figures = dict[str, Any]

#: Task -> what it is called; each is a list of seconds in a peer's figures.
WAITS = {
    "append": "append one, durable",
    "now/small": "state, small",
    "now/middling": "state, middling",
    "now/largest": "state, largest",
    "past/small": "state as known before, small",
    "past/middling": "state as known before, middling",
    "past/largest": "state as known before, largest",
    "late/small": "state after a late act, small",
    "late/middling": "state after a late act, middling",
    "late/largest": "state after a late act, largest",
}
#: Those whose processor time stands beside: a late act's is mixed with that of its append.
WORKED = {task: text for task, text in WAITS.items() if not task.startswith("late/")}
BASE = "chancery"


def percentile(waits: Sequence[float], share: float) -> float:
    """The wait that a share of all does not exceed."""
    ordered = sorted(waits)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def milliseconds(seconds: float) -> str:
    """Three digits that count."""
    value = seconds * 1_000
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def rate(records: float, seconds: float) -> str:
    """Records a second."""
    return f"{records / seconds:,.0f}/s" if seconds else "-"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def report(figures: dict[str, Any]) -> str:
    """The whole report."""
    parts = [_preface(figures)]
    parts += [_size(found) for found in figures["sizes"]]
    if figures.get("acceptance"):
        parts.append(_sections("Chancery's own figures", figures["acceptance"]))
    parts.append(_how(figures["sizes"]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _preface(figures: dict[str, Any]) -> str:
    machine = figures["machine"]
    packages = ", ".join(f"{name} {found}" for name, found in machine["packages"].items())
    return (
        f"Measured {machine['date']} on {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, Python {machine['python']}, SQLite {machine['sqlite']}; "
        f"{packages}. Load average at the start {machine['load']}, "
        f"at the end {figures['load_end']}: above the number of cores, every wait is longer than "
        "on a quiet machine and the ratios are what counts."
    )


def _size(found: dict[str, Any]) -> str:
    plan, peers = found["plan"], found["peers"]
    names, base = list(peers), peers.get(BASE, {})
    titles = [peers[name].get("title", name) for name in names]
    events = ", ".join(
        f"{size} {plan['relationships'][size]} ({number:,} records)"
        for size, number in plan["events"].items()
    )
    rows = [_row("right answers", peers, _checked)]
    rows.append(_row("bulk import", peers, _bulk))
    rows += [_row(text, peers, lambda p, t=task: _wait(p, t)) for task, text in WAITS.items()]
    rows.append(_row("full rebuild", peers, _rebuild))
    rows.append(_row("memory, peak MB", peers, _memory))
    rows.append(_row("bytes on disk a record", peers, _disk))
    ratios = [
        _row(text, peers, lambda p, t=task: _ratio(p, base, t)) for task, text in WAITS.items()
    ]
    ratios.insert(0, _row("bulk import", peers, lambda p: _bulk_ratio(p, base)))
    preface = (
        f"## {plan['records']:,} records\n\nRelationships: {events}. Waits are milliseconds, "
        "median (p99). *Stopped* and *cannot* carry their reasons below."
    )
    parts = [preface, table(["task", *titles], rows)]
    worked = [_row(text, peers, lambda p, t=task: _worked(p, t)) for task, text in WORKED.items()]
    worked.insert(0, _row("bulk import, a record", peers, _bulk_worked))
    said = "Processor milliseconds of one, servers and all threads included; other work on the"
    parts += [f"{said} machine hardly lengthens them:", table(["task", *titles], worked)]
    if "bulk" in base:
        parts += [
            "Time beside Chancery's in this run; above 1 the peer is slower, below 1 faster:",
            table(["task", *titles], ratios),
        ]
    return "\n\n".join([*parts, *_reasons(peers)])


def _row(text: str, peers: dict[str, Figures], cell: Callable[[Figures], str]) -> list[str]:
    return [text, *(cell(figures) for figures in peers.values())]


def _checked(figures: Figures) -> str:
    checked = figures.get("checked")
    if checked is None:
        return "*not asked*"
    right = checked["answers"] - checked["wrong"]
    said = f"{right} of {checked['answers']}"
    return said if not checked["wrong"] else f"**WRONG: {said}**"


def _bulk(figures: Figures) -> str:
    bulk = figures.get("bulk")
    if bulk is None:
        return "*failed*" if "failed" in figures else "*cannot*"
    return rate(bulk["records"], bulk["seconds"]) + (
        " *stopped*" if "bulk" in figures["cannot"] else ""
    )


def _wait(figures: Figures, task: str) -> str:
    waits = figures.get(task)
    if not waits:
        return "*cannot*" if task in figures.get("cannot", {}) else "-"
    median, worst = statistics.median(waits), percentile(waits, 0.99)
    return f"{milliseconds(median)} ({milliseconds(worst)})"


def _worked(figures: Figures, task: str) -> str:
    seconds = figures.get("worked", {}).get(task)
    return "-" if seconds is None else milliseconds(seconds)


def _bulk_worked(figures: Figures) -> str:
    bulk = figures.get("bulk")
    return milliseconds(bulk["worked"] / bulk["records"]) if bulk else "-"


def _rebuild(figures: Figures) -> str:
    if "rebuild" not in figures:
        return "*cannot*" if "rebuild" in figures.get("cannot", {}) else "-"
    return rate(figures["rebuilt_records"], figures["rebuild"])


def _memory(figures: Figures) -> str:
    memory = figures.get("memory")
    if memory is None:
        return "-"
    own, servers = (round(memory[name] / 1e6) for name in ("process_peak", "servers_peak"))
    return f"{own}" + (f" + {servers} server" if servers else "")


def _disk(figures: Figures) -> str:
    disk = figures.get("disk")
    return f"{disk['bytes'] / disk['records']:,.0f}" if disk else "-"


def _ratio(figures: Figures, base: Figures, task: str) -> str:
    waits, ours = figures.get(task), base.get(task)
    if not waits or not ours:
        return "-"
    return _times(statistics.median(waits) / statistics.median(ours))


def _bulk_ratio(figures: Figures, base: Figures) -> str:
    bulk, ours = figures.get("bulk"), base.get("bulk")
    if not bulk or not ours:
        return "-"
    each = bulk["seconds"] / bulk["records"]
    return _times(each / (ours["seconds"] / ours["records"]))


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}"


def _reasons(peers: dict[str, Figures]) -> list[str]:
    reasons = []
    for name, figures in peers.items():
        title = figures.get("title", name)
        if "failed" in figures:
            reasons.append(f"- {title} failed: {figures['failed']}")
        reasons += [
            f"- {title}, {task}: {reason}" for task, reason in figures.get("cannot", {}).items()
        ]
        reasons += [f"- {title}: {line}" for line in figures.get("checked", {}).get("first", ())]
    return ["\n".join(reasons)] if reasons else []


def _sections(title: str, given: dict[str, Any]) -> str:
    parts = [f"## {title}"]
    for name, lines in given.items():
        rows = [[str(line), str(value)] for line, value in lines.items()]
        parts.append(f"### {name}\n\n" + table(["figure", "measured"], rows))
    return "\n\n".join(parts)


def _how(sizes: list[dict[str, Any]]) -> str:
    if not sizes:
        return ""
    peers = {n: f for found in sizes for n, f in found["peers"].items() if "how" in f}
    rows = [
        [f["title"], f["how"]["index"], f["how"]["bulk"], f["how"]["durable"]]
        for f in peers.values()
    ]
    return "## How each peer does it\n\n" + table(["peer", "index", "bulk", "durable by"], rows)
