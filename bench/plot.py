"""The plot of the report: what an answer takes as the history grows, for every peer."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

_PANELS = {
    "now/largest": "state of the largest relationship",
    "past/largest": "the same as known before",
    "append": "append one, durable",
}
_MARKS = "osv^D<>pX"


def plot(figures: dict[str, Any], path: Path) -> None:
    """Draw the medians over the sizes as SVG; both axes are logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    # The same figures give the same file.
    mpl.rcParams["svg.hashsalt"] = "bench"
    figure, panels = pyplot.subplots(1, len(_PANELS), figsize=(13, 4.2), sharey=True)
    for panel, (task, title) in zip(panels, _PANELS.items(), strict=True):
        for number, (name, line) in enumerate(_lines(figures, task).items()):
            panel.plot(*zip(*line, strict=True), marker=_MARKS[number % len(_MARKS)], label=name)
        panel.set(xscale="log", yscale="log", xlabel="records in the store", title=title)
        panel.grid(visible=True, which="major", alpha=0.3)
    panels[0].set_ylabel("median, milliseconds")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncol=5, fontsize="small", frameon=False)
    figure.tight_layout(rect=(0, 0.1, 1, 1))
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _lines(report: dict[str, Any], task: str) -> dict[str, list[tuple[int, float]]]:
    lines: dict[str, list[tuple[int, float]]] = {}
    for found in report["sizes"]:
        for name, figures in found["peers"].items():
            points = lines.setdefault(figures.get("title", name), [])
            if figures.get(task):
                median = statistics.median(figures[task]) * 1_000
                points.append((found["plan"]["records"], median))
    return {name: points for name, points in lines.items() if points}
