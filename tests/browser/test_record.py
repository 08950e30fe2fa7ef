"""The record form in a browser: a person fills it in, is told what it means, records once."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.needs("chromium")
FORMS = (
    "/record",
    "/record?type=visit.announced&between=KAZ-KGZ",
    "/record?type=agreement.ratified",
    "/acts/eurasian-2024:a03/next?type=visit.held",
    "/acts/eurasian-2024:a03/events/1/correct",
    "/acts/eurasian-2024:a03/events/1/retract",
)


@pytest.mark.parametrize("path", FORMS)
def test_axe_finds_nothing_on_any_form(opened, served, axe, path):
    # Their colours are those of the other pages, which are looked at by day and by night.
    page = opened(served, color_scheme="dark")
    page.goto(path)
    for more in page.locator("details").all():
        more.evaluate("it => { it.open = true }")
    assert axe(page) == []


@pytest.mark.parametrize("path", FORMS)
def test_a_form_is_no_wider_than_a_small_telephone(opened, served, path):
    page = opened(served, viewport={"width": 320, "height": 640})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def says(page: Page, field: str):
    return page.locator(f"[id='{field}-says'] .meaning")


def test_what_a_date_means_is_said_while_it_is_typed(page):
    page.goto("/record?type=visit.announced")
    page.locator("#field-date").press_sequentially("2024-04")
    expect(says(page, "field-date")).to_have_text("some day from 1 to 30 April 2024")
    page.locator("#field-date").press_sequentially("-31")
    expect(says(page, "field-date")).to_contain_text("got '2024-04-31'")
    expect(page.locator("#field-date")).to_have_attribute("aria-invalid", "true")
    page.locator("#field-date").press("Backspace")
    page.locator("#field-date").press_sequentially("0")
    expect(says(page, "field-date")).to_have_text("30 April 2024")
    expect(page.locator("#field-date")).not_to_have_attribute("aria-invalid", re.compile(""))


def test_a_name_means_who_bore_it_on_the_date_while_both_are_typed(page):
    page.goto("/record?type=talk.held")
    party = page.locator("#field-parties-0-party")
    party.press_sequentially("Soviet Union")
    page.locator("#field-date").press_sequentially("1985-11-19")
    expect(says(page, "field-parties-0-party")).to_contain_text("(SUN)")
    page.locator("#field-date").fill("2000-01-01")
    expect(says(page, "field-parties-0-party")).to_contain_text("nobody on that date")
    expect(says(page, "field-parties-0-party")).to_contain_text("SUN")
    party.fill("Ruritania")
    expect(says(page, "field-parties-0-party")).to_have_text("no party was ever called so")


def test_an_act_is_recorded_by_keyboard_alone(opened, write_served):
    page = opened(write_served)
    page.goto("/record?type=talk.held&between=KAZ-KGZ")
    page.locator("#field-date").focus()
    page.keyboard.type("2024-02-20")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "title":
        page.keyboard.press("Tab")
    page.keyboard.type("Telephone talk of the foreign ministers")
    page.keyboard.press("Enter")  # in a field it previews and records nothing
    preview = page.get_by_role("heading", name=re.compile("What it would change"))
    expect(preview).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "preview"
    expect(page.get_by_text("Nothing is recorded yet")).to_be_visible()
    page.get_by_role("button", name="Record").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/acts/act:\d+#record-\d+"))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Telephone talk of the foreign ministers"
    )


def test_a_double_click_records_once(opened, write_served):
    before = write_served.chancery.query.head().position
    page = opened(write_served)
    page.goto("/record?type=talk.held&between=KAZ-KGZ")
    page.locator("#field-date").fill("2024-02-20")
    page.get_by_role("button", name="Record").dblclick()
    page.wait_for_url(re.compile(r"/acts/act:\d+"))
    assert write_served.chancery.query.head().position == before + 1


@pytest.mark.parametrize("script", [True, False])
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    opened, write_served, axe, script
):
    before = write_served.chancery.query.head().position
    page = opened(write_served, java_script_enabled=script)
    page.goto("/record?type=visit.held")
    page.locator("#field-date").fill("1972-06-31")
    page.locator("#field-title").fill("Nixon in China")
    page.locator("#field-parties-0-party").fill("United States")
    page.locator("#field-parties-0-role").select_option("visitor")
    page.locator("#field-parties-1-party").fill("Cathay of old")
    page.locator("#field-parties-1-role").select_option("host")
    page.get_by_role("button", name="Record").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Nothing was stored")
    if script:
        expect(alert).to_be_focused()
    expect(page.locator("#field-date-says")).to_contain_text("1972-06-31")
    expect(page.locator("[id='field-parties-1-party-says']")).to_contain_text(
        re.compile("no party (in the registry ever bore|was ever called)")
    )
    if script:
        assert axe(page) == []
    expect(page.locator("#field-title")).to_have_value("Nixon in China")
    expect(page.locator("#field-parties-0-party")).to_have_value("United States")
    alert.get_by_role("link", name="date").click()
    page.locator("#field-date").fill("1972-02-21/1972-02-28")
    page.locator("#field-parties-1-party").fill("People's Republic of China")
    page.get_by_role("button", name="Record").click()
    page.wait_for_url(re.compile(r"/acts/act:\d+"))
    assert write_served.chancery.query.head().position == before + 1
    state = write_served.chancery.query.state("CHN-USA")
    assert state["visits"]["last_held"]["USA"]["title"] == "Nixon in China"


@pytest.mark.parametrize("script", [True, False])
def test_the_next_event_a_correction_and_a_retraction_are_made_from_the_act_s_page(
    opened, write_served, script
):
    page = opened(write_served, java_script_enabled=script)
    page.goto("/acts/eurasian-2024:a03")
    page.get_by_role("link", name="Record its next event").click()
    page.get_by_role("link", name="held", exact=True).click()
    page.locator("#field-date").fill("2024-04-18/2024-04-19")
    page.get_by_label("Preview the states of").fill("2024-05-01")
    page.get_by_role("button", name="Preview").last.click()
    expect(page.locator("#preview")).to_contain_text("from 18 to 19 April 2024")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("heading", name="2. visit: held")).to_be_visible()
    page.get_by_role("link", name="Correct event 2").click()
    page.get_by_label("Reason").fill("It was a state visit.")
    page.get_by_label("Rank").select_option("state")
    page.get_by_role("button", name="Correct").click()
    expect(page.get_by_text("It was a state visit.").first).to_be_visible()
    page.get_by_role("link", name="Retract event 1").click()
    page.get_by_label("Reason").fill("Told twice.")
    page.get_by_role("button", name="Retract").click()
    expect(page.get_by_role("heading", name="1. visit: announced retracted")).to_be_visible()
    history = write_served.chancery.query.history("eurasian-2024:a03")
    assert [event["fate"] for event in history["events"]] == ["retracted", "corrected"]


def test_a_row_asked_for_while_the_form_is_on_its_way_is_added_when_it_is_there(page):
    page.goto("/record?type=talk.held")
    page.route("**/record**", lambda route: (time.sleep(0.5), route.continue_()))
    page.get_by_label("What happened").select_option("talk.scheduled")
    page.get_by_role("button", name="Add a row to Parties").click()
    expect(page.locator("[name^='parties/']")).to_have_count(3)
    expect(page.get_by_label("Planned for")).to_be_visible()


def test_another_event_and_one_more_row_keep_what_was_typed_and_the_place(page):
    page.goto("/record?type=talk.held")
    page.get_by_label("Place", exact=True).fill("Geneva")
    page.get_by_label("What happened").select_option("talk.scheduled")
    expect(page.get_by_label("Planned for")).to_be_visible()
    expect(page.get_by_label("Place", exact=True)).to_have_value("Geneva")
    page.get_by_role("button", name="Add a row to Parties").click()
    expect(page.locator("[name^='parties/']")).to_have_count(3)
    expect(page.locator("#field-parties-2-party")).to_be_focused()


def test_when_the_service_is_gone_what_was_typed_stays(opened, write_served):
    page = opened(write_served)
    page.goto("/record?type=talk.held&between=KAZ-KGZ")
    page.locator("#field-date").fill("2024-02-20")
    page.route("**/record", lambda route: route.abort())
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    expect(page.locator("#field-date")).to_have_value("2024-02-20")
    page.unroute("**/record")
    page.get_by_role("button", name="Record").click()
    page.wait_for_url(re.compile(r"/acts/act:\d+"))
