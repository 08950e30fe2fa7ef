"""The browser of the tests: the distribution's own Chromium, alone with this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.left_out import program

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The shared memory of a container is small.
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)


def chromium_path() -> str:
    """Where Chromium is; raises an error that says how to get it."""
    found = program("chromium")
    if found is None:
        raise RuntimeError(
            "expected Chromium on the PATH, got none: the pages are tested in it (on Debian and "
            "Ubuntu: apt-get install chromium)"
        )
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium, for as long as the context lasts."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=list(_FLAGS), chromium_sandbox=False
        )
        try:
            yield browser
        finally:
            browser.close()
