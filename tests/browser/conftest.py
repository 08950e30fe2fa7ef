"""What the tests of the pages stand on: real acts, served; a real browser; axe-core.

`served` is the service (read-only by agreement: tests share it), `page` a fresh page of it,
`write_served` a service of a test's own. Every page fails its test for an error in its script,
for a request that left this machine, and for what the Content-Security-Policy had to stop.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.exchange.loading import load, sample
from events.application import Chancery, open_chancery
from events.write.commands import AddEvents, CorrectEvent
from tests.browser.chromium import chromium
from tests.browser.serving import Served

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "api" / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
#: Rules of WCAG 2.2 A and AA, and axe's own good practice.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What passes is of no account, and all of it is much to carry out of the browser.
_RUN = """tags => axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
}).then(found => found.violations)"""
#: How long something may take that takes no time on a machine that is not busy.
_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)


class History:
    """An application whose clock is set by hand; on 9 March 2024 the article appeared."""

    def __init__(self) -> None:
        self.now = _micros(2024, 3, 9)
        self.chancery = open_chancery("sqlite:///:memory:", lambda: self.now)

    def on(self, year: int, month: int, day: int) -> None:
        """Let it be noon of a day."""
        self.now = _micros(year, month, day)

    def load(self, name: str) -> None:
        """Record a bundled history."""
        source, paths = sample(name)
        load(self.chancery, source, paths, lambda _row: None)


def _micros(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, 12, tzinfo=UTC).timestamp()) * 1_000_000


def corrected(history: History) -> Chancery:
    """The seed history and the visits to the United States, learnt over some weeks.

    The April visit of KAZ-KGZ was held from 18 to 19 April, which was recorded on 25 April; the
    rank was put right on 2 May.
    """
    history.load("eurasian-2024")
    history.on(2024, 3, 11)
    history.load("us-visits")
    history.on(2024, 4, 25)
    visit = "eurasian-2024:a03"
    parties = [{"party": "KGZ", "role": "visitor"}, {"party": "KAZ", "role": "host"}]
    held = {
        "type": "visit.held",
        "date": "2024-04-18/2024-04-19",
        "title": "Visit of the President to Kazakhstan",
        "parties": parties,
    }
    receipt = history.chancery.commands.execute(AddEvents(visit, [held], recorded_by="desk"))
    history.on(2024, 5, 2)
    history.chancery.commands.execute(
        CorrectEvent(
            visit,
            receipt.version,
            {**held, "rank": "state"},
            "It was a state visit.",
            recorded_by="desk",
        )
    )
    history.on(2024, 5, 20)
    return history.chancery


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The service that tests share and only ask; KAZ-KGZ in it grew until 2 May 2024."""
    with Served(corrected(History())) as service:
        yield service


@pytest.fixture
def write_served() -> Iterator[Served]:
    """A service of the test's own, with the seed history, on 9 March 2024."""
    history = History()
    history.load("eurasian-2024")
    with Served(history.chancery) as service:
        yield service


# Of the package, not the session: while it lives, nothing else of its worker can run a loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


#: Makes a context with the options of Playwright's `Browser.new_context`.
Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Opens pages; takes options of a context such as viewport, color_scheme, locale."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(service: Served, **options: object) -> Page:
        chosen = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = browser.new_context(base_url=service.address, **chosen)
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on(
            "console",
            lambda line: (
                complaints.append(line.text) if "Content Security Policy" in line.text else None
            ),
        )
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith(service.address) else complaints.append(asked.url)
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    complaints = [line for line in complaints if not line.startswith(("data:", "blob:"))]
    assert complaints == []


@pytest.fixture
def page(opened: Opened, served: Served) -> Page:
    """A page of the shared service, 1280 wide, in British English."""
    return opened(served)


@pytest.fixture(scope="session")
def axe_source() -> str:
    assert AXE.is_file(), f"{AXE} is missing: make setup fetches it"
    return AXE.read_text("utf-8")


@pytest.fixture
def axe(axe_source: str) -> Callable[[Page], list[str]]:
    """What axe-core finds wrong with a page as it stands: rule and place, a line each."""

    def violations(page: Page) -> list[str]:
        page.evaluate(axe_source)
        found = page.evaluate(_RUN, _TAGS)
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found
            for node in one["nodes"]
        ]

    return violations


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[[Page, str], Path]:
    """Keeps a picture of a whole page; in CHANCERY_TEST_PICTURES where that names a folder."""
    folder = Path(os.environ.get("CHANCERY_TEST_PICTURES", tmp_path))

    def keep(page: Page, name: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return keep
