"""Make the README's two pictures again: a page with both sliders, and a session of a terminal.

    make pictures

Both are of the sample as it is served, known on 9 March 2024, when its article was published. The
page is what Chromium draws; the session is what the commands say. Nothing in them is drawn by hand.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from api.exchange.loading import DEFAULT_SAMPLES, load, sample
from events.application import open_chancery
from tests.browser.chromium import chromium
from tests.browser.serving import Served

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PAGE = "/relationships/KAZ-KGZ?as_of=2024-02-02"
SESSION = (
    "chancery state KAZ-KGZ --as-of 2024-02-02",
    "chancery log prove 3 | head -4",
    "chancery verify",
)
_KNOWN_ON = int(datetime(2024, 3, 9, 12, tzinfo=UTC).timestamp()) * 1_000_000
_COLUMNS = 112
#: Rich names fonts on another machine, which a picture must not ask for, and itself in a comment.
_ELSEWHERE = re.compile(r"\s*@font-face \{.*?\}|\s*<!--.*?-->", re.DOTALL)


def recorded(store: str) -> None:
    """Record the sample into a store."""
    chancery = open_chancery(store, lambda: _KNOWN_ON)
    for name in DEFAULT_SAMPLES:
        source, paths = sample(name)
        load(chancery, source, paths, lambda _row: None)
    chancery.close()


def page(store: str, picture: Path) -> None:
    """The first screen of a relationship's page, by day."""
    with Served(open_chancery(store)) as service, chromium() as browser:
        context = browser.new_context(
            base_url=service.address,
            viewport={"width": 1280, "height": 800},
            locale="en-GB",
            color_scheme="light",
        )
        shown = context.new_page()
        shown.goto(PAGE)
        # Script has put the sliders beside their fields.
        for name in ("True on", "Known on"):
            shown.get_by_role("slider", name=name).wait_for()
        shown.screenshot(path=picture)


def session(store: str, folder: Path, picture: Path) -> None:
    """What the commands of a session say, one after the other."""
    command = Path(sys.executable).parent / "chancery"
    key = folder / "log.key"
    environment = {**os.environ, "CHANCERY_STORE": store, "COLUMNS": str(_COLUMNS)}
    made = ("log", "key", "new", "chancery.example/log", "-o", str(key))
    subprocess.run([command, *made], env=environment, check=True, capture_output=True)
    environment["CHANCERY_LOG_KEY"] = str(key)
    console = Console(record=True, width=_COLUMNS, file=io.StringIO())
    for words in SESSION:
        run = words.replace("chancery", shlex.quote(str(command)), 1)
        said = subprocess.run(
            ["sh", "-c", run], env=environment, check=True, capture_output=True, text=True
        ).stdout
        console.print(Text(f"$ {words}", style="bold"))
        console.print(Text(said))
    drawn = console.export_svg(title="chancery", unique_id="session")
    lines = (line.rstrip() for line in _ELSEWHERE.sub("", drawn).splitlines())
    picture.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Make both."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/sample.db"
        recorded(store)
        page(store, FOLDER / "relationship.png")
        session(store, Path(folder), FOLDER / "session.svg")


if __name__ == "__main__":
    main()
