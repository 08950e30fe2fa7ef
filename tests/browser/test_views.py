"""Start, party, network and audit pages in a browser: by keyboard, by pointer, and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from events.write.commands import CorrectEvent, RecordAct

pytestmark = pytest.mark.needs("chromium")


def test_a_pair_is_found_by_keyboard_alone_under_the_names_of_its_day(page):
    page.goto("/")
    page.keyboard.press("Tab")  # the way past the masthead
    page.keyboard.press("Enter")
    page.get_by_label("Party or pair").focus()
    page.keyboard.type("Kirghizia, Kazakhstan")
    page.keyboard.press("Enter")
    link = page.locator("table").get_by_role("link", name="Kazakhstan – Kyrgyzstan")
    expect(link).to_have_count(1)
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/relationships/KAZ-KGZ"))


def test_what_was_found_keeps_its_basis_on_the_way(page):
    page.goto("/?q=Soviet+Union&as_of=1985-03-11")
    page.get_by_role("link", name="Soviet Union", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/parties/SUN\?as_of=1985-03-11"))
    page.get_by_role("link", name="The network round it").click()
    expect(page).to_have_url(re.compile(r"/parties/SUN/network\?as_of=1985-03-11"))


def test_the_network_is_drawn_beside_its_table_and_leads_where_the_table_leads(page):
    page.goto("/parties/KGZ/network?as_of=2024-05-01")
    drawing = page.get_by_role("img", name=re.compile("Kyrgyzstan and those it deals with most"))
    expect(drawing).to_be_visible()
    box = drawing.bounding_box()
    first = page.locator("table tbody th a").first.get_attribute("href")
    # The strongest of a few stands at the top of the only ring.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 26)
    page.wait_for_url(f"**{first}")


def test_the_network_follows_the_colours_that_are_chosen(page):
    page.goto("/parties/KGZ/network")
    drawing = page.get_by_role("img", name=re.compile("Kyrgyzstan"))
    expect(drawing).to_be_visible()
    light = drawing.screenshot()
    choice = page.get_by_role("button", name=re.compile("Colours"))
    choice.click()
    choice.click()
    assert drawing.screenshot() != light


def test_without_script_the_network_is_its_table_and_nothing_stands_empty(opened, served):
    page = opened(served, java_script_enabled=False)
    page.goto("/parties/USA/network?limit=5")
    expect(page.locator("table tbody tr")).to_have_count(5)
    expect(page.locator("#network")).to_be_hidden()


def test_the_record_is_stepped_through_by_keys_forwards_and_back(page):
    page.goto("/audit?relationship=KAZ-KGZ&as_of=2024-05-10")
    reached = page.locator(".steps .reached")
    last = reached.inner_text()
    page.keyboard.press("ArrowLeft")
    expect(reached).not_to_have_text(last)
    before = reached.inner_text(), page.locator("h2").first.inner_text()
    page.keyboard.press("ArrowLeft")
    expect(reached).not_to_have_text(before[0])
    page.keyboard.press("ArrowRight")
    expect(reached).to_have_text(before[0])
    expect(page.locator("h2").first).to_have_text(before[1])
    page.keyboard.press("Home")
    expect(reached).to_have_text(re.compile("Step 1 of"))
    page.keyboard.press("End")
    expect(reached).to_have_text(last)


def test_every_step_has_an_address_and_the_way_back_is_the_browser_s(page):
    page.goto("/audit?position=5")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"position=6"))
    before = page.locator("#said").inner_text()
    page.go_back()
    expect(page.locator("#said")).not_to_have_text(before)
    page.goto("/audit?position=6")
    expect(page.locator("#said")).to_have_text(before)


def test_arrows_in_a_field_move_in_the_field(page):
    page.goto("/audit?position=5")
    page.get_by_label("Position").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(r"position=5"))


@pytest.mark.parametrize("script", [True, False])
def test_steps_are_links_that_can_be_followed_with_or_without_script(opened, served, script):
    page = opened(served, java_script_enabled=script)
    page.goto("/audit?position=0")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#said")).to_contain_text("Record 1")
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_text("Here nothing was known yet")).to_be_visible()


def test_an_act_s_life_leads_to_each_event_and_each_record_to_what_it_changed(page):
    page.goto("/acts/eurasian-2024:a03")
    life = page.get_by_role("list").filter(has_text="announced").first
    life.get_by_role("link", name="held").click()
    expect(page).to_have_url(re.compile("#event-2"))
    page.get_by_role("link", name="what it changed").last.click()
    expect(page.get_by_text("It was a state visit.").first).to_be_visible()


HOSTILE = '"><img src=/x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}'


def test_hostile_words_are_words_on_every_page(opened, write_served):
    parties = [{"party": "KGZ"}, {"party": "KAZ"}]
    body = {
        "type": "talk.held",
        "date": "2024-03-01",
        "parties": parties,
        **dict.fromkeys(("title", "place", "note"), HOSTILE),
        "verbatim": {"text": HOSTILE, "names": [HOSTILE]},
        "sources": [{"title": HOSTILE, "url": "https://example.org/?q=javascript:alert(3)"}],
        "participants": [{"name": HOSTILE, "office": HOSTILE}],
        "figures": [{"name": HOSTILE, "value": 1, "unit": HOSTILE}],
    }
    write_served.chancery.commands.execute(RecordAct("hostile:1", [body], recorded_by=HOSTILE))
    changed = {**body, "place": f"{HOSTILE} again"}
    write_served.chancery.commands.execute(
        CorrectEvent("hostile:1", 1, changed, HOSTILE, recorded_by=HOSTILE)
    )
    page = opened(write_served)
    page.on("dialog", lambda _: pytest.fail("a script ran"))
    for path in (
        "/",
        f"/?q={HOSTILE}",
        "/parties/KGZ",
        "/parties/KGZ/network",
        "/acts/hostile:1",
        "/acts/hostile:1/events/1/correct",
        "/audit",
        "/audit?relationship=KAZ-KGZ",
        f"/audit?relationship={HOSTILE}",
    ):
        page.goto(path)
        expect(page.locator("img")).to_have_count(0)
        expect(page.locator("main script")).to_have_count(0)
