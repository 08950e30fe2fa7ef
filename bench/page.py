"""The relationship's page in Chromium: first paint, slider to state, bytes, heap.

    python -m bench.page [--acts N] [--moves N] [--json FILE]

Every figure stands beside a baseline of the same run and the same browser: the first paint beside
that of a page without a state, a move of the slider beside a bare `/healthz` fetched from the page.
The sample's densest relationship is measured, and one of very many acts made up by rule.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from bench.crowded import PAIR, crowd
from bench.sample import import_sample
from events.application import open_chancery
from tests.browser.chromium import chromium
from tests.browser.serving import Served

#: Resolves with the milliseconds from a key on a slider until the new state stands in the page.
_MOVE = """key => new Promise((done, fail) => {
  const slider = document.querySelector('[aria-label="True on"]');
  const begun = performance.now();
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  });
  seen.observe(document.getElementById("state"), { childList: true });
  setTimeout(() => fail("no new state"), 30000);
  slider.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
})"""
_FETCH = """async () => {
  const begun = performance.now();
  await (await fetch("/healthz")).text();
  return performance.now() - begun;
}"""
_PAINT = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    const [painted] = list.getEntriesByName("first-contentful-paint");
    if (painted) done(painted.startTime);
  }).observe({ type: "paint", buffered: true });
})"""
_BYTES = """() => [
  ...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource"),
].reduce((sum, one) => sum + one.transferSize, 0)"""


def opened(browser: Browser, service: Served, path: str) -> Page:
    """A page in a fresh context, its chart drawn where it has one."""
    context = browser.new_context(
        base_url=service.address, viewport={"width": 1280, "height": 900}, locale="en-GB"
    )
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(path)
    return page


def measured(browser: Browser, service: Served, path: str, moves: int) -> dict[str, Any]:
    """The figures of one page."""
    paints = []
    for where in ("/problems", path) * 3:
        page = opened(browser, service, where)
        paints.append(page.evaluate(_PAINT))
        page.context.close()
    page = opened(browser, service, path)
    page.locator("#chart").scroll_into_view_if_needed()
    page.locator("#chart [data-ready]").wait_for()
    transferred = page.evaluate(_BYTES)
    moved, bare = [], []
    for number in range(moves):
        moved.append(page.evaluate(_MOVE, "PageUp" if number % 2 else "PageDown"))
        bare.append(page.evaluate(_FETCH))
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Runtime.getHeapUsage")
    page.context.close()
    return {
        "first paint, ms": statistics.median(paints[1::2]),
        "first paint / bare page": statistics.median(paints[1::2])
        / statistics.median(paints[0::2]),
        "slider to state, ms (median)": statistics.median(moved),
        "slider to state, ms (worst of all)": max(moved),
        "slider to state / bare fetch": statistics.median(moved) / statistics.median(bare),
        "kB transferred with chart": transferred / 1_000,
        "heap, MB": metrics["usedSize"] / 1_000_000,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=100_000)
    parser.add_argument("--moves", type=int, default=30)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        sample = open_chancery(f"sqlite:///{folder}/sample.db")
        import_sample(sample)
        with Served(sample) as service:
            for pair in ("KAZ-KGZ", "GBR-USA"):
                path = f"/relationships/{pair}?as_of=2010-06-15"
                found[f"sample, {pair}"] = measured(browser, service, path, asked.moves)
        many = open_chancery(f"sqlite:///{folder}/many.db")
        crowd(many, asked.acts)
        with Served(many) as service:
            path = f"/relationships/{'-'.join(PAIR)}?as_of=2010-06-15"
            found[f"{asked.acts:,} acts"] = measured(browser, service, path, asked.moves)
    for name, figures in found.items():
        print(name)
        for figure, value in figures.items():
            print(f"  {figure:40} {value:10.1f}")
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2), "utf-8")


if __name__ == "__main__":
    main()
