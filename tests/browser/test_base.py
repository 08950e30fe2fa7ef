"""What holds on every page: axe finds nothing, it is whole without script, colours are chosen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.needs("chromium")
PAGES = (
    "/",
    "/?q=Soviet+Union,+Finland&as_of=1985-01-01",
    "/relationships/KAZ-KGZ",
    "/parties/SUN",
    "/parties/KGZ",
    "/parties/USA/network",
    "/acts/eurasian-2024:a03",
    "/audit",
    "/twins",
    "/relationships/KAZ-KGZ?as_of=2024-02-02&according_to=eurasian-2024",
    "/audit?relationship=KAZ-KGZ&position=20",
    "/problems",
    "/docs",
)


@pytest.mark.parametrize(
    ("path", "scheme"),
    # The reference page is long, and of the same colours as the others.
    [(path, scheme) for path in PAGES for scheme in ("light", "dark") if path != "/docs"]
    + [("/docs", "light")],
)
def test_axe_finds_nothing_on_any_page(opened, served, axe, path, scheme):
    page = opened(served, color_scheme=scheme)
    page.goto(path)
    assert axe(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_no_wider_than_a_small_telephone(opened, served, path):
    page = opened(served, viewport={"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_without_script(opened, served, path):
    page = opened(served, java_script_enabled=False)
    answer = page.goto(path)
    assert answer.status == 200
    assert page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_role("main").inner_text().count("\n") > 3


def test_what_colours_a_reader_chose_stays_chosen(page):
    page.goto("/problems")
    ink = "getComputedStyle(document.body).color"
    light = page.evaluate(ink)
    choice = page.get_by_role("button", name=re.compile("Colours"))
    choice.click()
    choice.click()
    expect(choice).to_have_text("Colours: dark")
    expect(page.locator("body")).not_to_have_css("color", light)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Colours: dark").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile(""))


def test_on_paper_a_page_is_black_on_white_whatever_was_chosen(opened, served):
    page = opened(served, color_scheme="dark")
    page.goto("/relationships/KAZ-KGZ")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_scripts_are_kept_for_ever_and_are_packed(page, served):
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/problems")
    (script,) = [one for one in answers if "/static/built/theme-" in one.url]
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-encoding"] in ("br", "gzip")
