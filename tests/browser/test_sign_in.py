"""A service that asks who is there, in a browser: signing in, recording, and going again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from api.settings import Settings
from tests.browser.conftest import History
from tests.browser.serving import Served

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def house() -> Iterator[tuple[Served, dict[str, str]]]:
    """A service of the test's own that asks for a key, and two keys."""
    history = History()
    history.load("eurasian-2024")
    keys = history.chancery.admin.access_keys()
    made = {
        name: keys.create(name, scopes)[1]
        for name, scopes in (("reader", ["read", "audit"]), ("desk", ["read", "append"]))
    }
    settings = Settings(heartbeat_seconds=1, access="required")
    with Served(history.chancery, settings) as service:
        yield service, made


def test_a_reader_signs_in_records_with_the_desk_s_key_and_signs_out(opened, house, axe):
    service, keys = house
    page = opened(service)
    page.goto("/relationships/KAZ-KGZ?as_of=2024-02-02")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Access key").fill("sesame")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("no key or token that is good here")
    page.get_by_label("Access key").fill(keys["reader"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/relationships/KAZ-KGZ?as_of=2024-02-02")
    expect(page.locator("footer")).to_contain_text("Signed in as reader (audit, read)")
    assert axe(page) == []
    assert "chancery-session" not in page.evaluate("document.cookie")
    assert keys["reader"] not in str(page.context.storage_state())

    page.goto("/record?type=talk.held&between=KAZ-KGZ")
    expect(page.get_by_label("Access key")).to_be_hidden()
    page.locator("#field-date").fill("2024-02-20")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_label("Access key")).to_be_focused()
    page.keyboard.type(keys["desk"])
    page.get_by_role("button", name="Record").click()
    page.wait_for_url(re.compile(r"/acts/act:\d+"))
    record = service.chancery.query.records(service.chancery.query.head().position - 1, 1)[
        "events"
    ][0]
    assert record["recorded_by"] == "desk"
    assert page.evaluate("localStorage.length") == 0

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/audit")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_desk_signs_in_and_records_without_a_script(browser, house):
    service, keys = house
    context = browser.new_context(base_url=service.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/record?type=talk.held&between=KAZ-KGZ")
    page.get_by_label("Access key").fill(keys["desk"])
    page.get_by_role("button", name="Sign in").click()
    page.locator("#field-date").fill("2024-02-20")
    page.get_by_role("button", name="Record").click()
    page.wait_for_url(re.compile(r"/acts/act:\d+"))
    record = service.chancery.query.records(service.chancery.query.head().position - 1, 1)[
        "events"
    ][0]
    assert record["recorded_by"] == "desk"
    context.close()


def test_an_open_service_says_so_at_the_foot_of_every_page(page):
    page.goto("/")
    expect(page.locator("footer")).to_contain_text("This service is open")
