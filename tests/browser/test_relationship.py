"""The relationship's page in a browser: both sliders, the address that pins them, what follows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from events.write.commands import RecordAct

pytestmark = pytest.mark.needs("chromium")
KAZ_KGZ = "/relationships/KAZ-KGZ"
PINNED = f"{KAZ_KGZ}?as_of=2024-02-02"


@pytest.fixture
def at_2_february(page):
    page.goto(PINNED)
    return page


def valid(page):
    return page.get_by_role("slider", name="True on")


def known(page):
    return page.get_by_role("slider", name="Known on")


def state(page):
    return page.locator("#state .state")


def stands(page, as_of: str) -> None:
    expect(state(page)).to_have_attribute("data-as-of", as_of)


def drawn(page):
    """The chart, once it came into sight and was drawn."""
    page.locator("#chart").scroll_into_view_if_needed()
    chart = page.get_by_role("img", name=re.compile("^Timeline"))
    expect(chart).to_have_attribute("data-ready", re.compile("-"))
    return chart


def counts(page, word: str, number: int) -> None:
    line = page.locator(".glance li").filter(has_text=re.compile(f"^{word}"))
    expect(line.locator(".number")).to_have_text(str(number))


def address_tells(page, part: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(part)))


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("ArrowRight", "2024-02-03"),
        ("ArrowLeft", "2024-02-01"),
        ("PageUp", "2024-03-02"),
        ("PageDown", "2024-01-02"),
        ("n", "2024-04-18"),
        ("p", "2024-02-01"),
        ("Home", "2023-12-29"),
        ("End", "2024-05-20"),
    ],
)
def test_a_key_on_true_on_moves_a_day_a_month_or_to_the_next_change(at_2_february, key, day):
    page = at_2_february
    valid(page).press(key)
    stands(page, day)
    expect(page.locator("#as_of")).to_have_value(day)
    address_tells(page, f"as_of={day}")


def test_shift_and_arrows_move_a_year(opened, write_served):
    visit = [
        {
            "type": "visit.held",
            "date": "2020-02-29",
            "parties": [{"party": "KGZ", "role": "visitor"}, {"party": "KAZ", "role": "host"}],
        }
    ]
    write_served.chancery.commands.execute(RecordAct("demo:leap", visit, recorded_by="desk"))
    page = opened(write_served)
    page.goto(f"{KAZ_KGZ}?as_of=2020-02-29")
    valid(page).press("Shift+ArrowRight")
    stands(page, "2021-02-28")
    valid(page).press("Shift+ArrowLeft")
    stands(page, "2020-02-28")


def test_the_state_follows_the_slider_and_says_in_words_where_it_is(at_2_february):
    page = at_2_february
    counts(page, "Planned", 1)
    counts(page, "Unconfirmed", 0)
    expect(valid(page)).to_have_attribute("aria-valuetext", "2 February 2024 (2024-02-02)")
    page.locator("#as_of").fill("2024-01-31")
    page.locator("#as_of").press("Enter")
    stands(page, "2024-01-31")
    counts(page, "Under way", 1)
    counts(page, "Possible", 2)
    expect(page.locator("#told")).to_contain_text("True on 31 January 2024: Under way 1")


def test_the_slider_is_dragged_with_a_pointer(at_2_february):
    page = at_2_february
    box = valid(page).bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    middle = page.locator("#as_of").input_value()
    assert "2024-02-20" < middle < "2024-03-25"
    stands(page, middle)


def test_known_on_takes_back_what_was_learnt_later(opened, served):
    page = opened(served)
    page.goto(f"{KAZ_KGZ}?as_of=2024-05-01")
    counts(page, "Unconfirmed", 0)
    slider = known(page)
    learnt = [one["recorded_at"] for one in served.chancery.query.learnt("KAZ-KGZ")]
    for day, unconfirmed, instant in (("2024-04-25", 0, learnt[-2]), ("2024-03-09", 1, learnt[-3])):
        slider.press("p")
        expect(state(page)).to_have_attribute("data-known-at", instant)
        assert instant.startswith(day)
        counts(page, "Unconfirmed", unconfirmed)
    for instant in reversed(learnt[:-3]):
        slider.press("p")
        expect(state(page)).to_have_attribute("data-known-at", instant)
    slider.press("p")
    expect(page.get_by_text("Nothing was known between the two.")).to_be_visible()
    for instant in learnt:
        slider.press("n")
        expect(state(page)).to_have_attribute("data-known-at", instant)


def test_known_on_is_dragged_with_a_pointer(opened, served):
    page = opened(served)
    page.goto(f"{KAZ_KGZ}?as_of=2024-05-01")
    box = known(page).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(state(page)).to_have_attribute("data-known-at", re.compile("^2024-04"))
    counts(page, "Unconfirmed", 1)


def test_an_address_pins_both_times_and_shows_the_same_again(opened, served):
    page = opened(served, permissions=["clipboard-read", "clipboard-write"])
    page.goto(KAZ_KGZ)
    valid(page).press("p")
    # The visit was held, so that nothing changes where the window of its plan passes.
    stands(page, "2024-04-19")
    page.get_by_role("button", name="Copy link to this").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"as_of=2024-\d\d-\d\d&known_at=\d+$", link)
    before = state(page).inner_text()
    other = opened(served)
    other.goto(link)
    expect(state(other)).to_have_text(before, use_inner_text=True)


def test_the_page_and_the_part_its_script_asks_for_say_the_same(at_2_february):
    page = at_2_february
    whole = state(page).inner_text()
    valid(page).press("ArrowRight")
    stands(page, "2024-02-03")
    valid(page).press("ArrowLeft")
    stands(page, "2024-02-02")
    expect(state(page)).to_have_text(whole, use_inner_text=True)


def test_a_day_that_is_none_is_reported_and_the_state_stays(at_2_february):
    page = at_2_february
    page.locator("#known_at").fill("2024-02-30")
    page.locator("#known_at").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("expected an instant")
    stands(page, "2024-02-02")
    page.locator("#known_at").fill("")
    page.locator("#known_at").press("Enter")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_why_unfolds_the_records_their_sources_and_later_corrections(opened, served):
    page = opened(served)
    page.goto(f"{KAZ_KGZ}?as_of=2024-05-01")
    why = page.locator("#visits ~ dl").get_by_role("link", name=re.compile("why: record"))
    why.first.press("Enter")
    because = page.locator(".because")
    expect(because).to_contain_text("by desk")
    expect(because).to_contain_text("It was a state visit.")
    expect(why.first).to_have_attribute("aria-expanded", "true")
    why.first.press("Enter")
    expect(because).to_have_count(0)


def test_why_of_an_imported_line_names_the_article(at_2_february):
    page = at_2_february
    page.locator("#state").get_by_role("link", name="why: record 3").click()
    expect(page.locator(".because cite").first).to_be_visible()
    expect(page.locator(".because")).to_contain_text("by import:eurasian-2024")


def test_what_changed_and_what_was_learnt_stand_side_by_side(opened, served):
    page = opened(served)
    page.goto(f"{KAZ_KGZ}?as_of=2024-05-01")
    page.get_by_label("Changed since").fill("2024-01-31")
    page.get_by_label("Learnt since").fill("2024-03-10")
    page.get_by_role("button", name="Compare").click()
    changed = page.locator("section:has(> #changed)")
    learnt = page.locator("section:has(> #learnt)")
    expect(changed).to_contain_text("talks: under way")
    expect(learnt).to_contain_text("visits: unconfirmed")
    assert changed.bounding_box()["y"] == learnt.bounding_box()["y"]
    address_tells(page, "from=2024-01-31")
    page.reload()
    expect(page.locator("section:has(> #learnt)")).to_contain_text("visits: unconfirmed")


def test_the_timeline_says_in_words_what_is_in_sight_and_is_moved_by_buttons(at_2_february):
    page = at_2_february
    drawn(page)
    expect(page.locator("figcaption")).to_contain_text("5 events")
    page.get_by_role("button", name="Closer").click()
    page.get_by_role("button", name="Later").click()
    expect(page.locator("#first")).to_have_value(re.compile("^2024-03"))
    expect(page.locator("#events")).not_to_contain_text("Official talks of")
    page.get_by_role("button", name="Whole").click()
    expect(page.locator("#events")).to_contain_text("Official talks of")


def test_the_timeline_is_chosen_by_kind(at_2_february):
    page = at_2_february
    drawn(page)
    page.get_by_label("Kind").select_option("talk")
    expect(page.locator("figcaption")).to_contain_text("2 events")
    expect(page.locator("#events li")).to_have_count(2)


def test_the_whole_job_is_done_by_keyboard_alone(page):
    page.goto("/?q=kazakhstan, kyrgyzstan")
    reached = []

    def tab_to(script: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(f"(e => {script})(document.activeElement)"):
                reached.append(script)
                return
        raise AssertionError(f"never reached {script} after {reached}")

    tab_to("(e.getAttribute('href') ?? '').startsWith('/relationships/KAZ-KGZ')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("KAZ-KGZ"))
    tab_to("e.getAttribute('aria-label') === 'True on'")
    page.keyboard.press("p")
    stands(page, "2024-04-19")
    tab_to("e.getAttribute('aria-label') === 'Known on'")
    page.keyboard.press("p")
    expect(state(page)).to_have_attribute("data-known-at", re.compile("^2024-04-25"))
    tab_to("e.dataset.because")
    page.keyboard.press("Enter")
    expect(page.locator(".because")).to_be_visible()
    tab_to("e.textContent.startsWith('The whole act')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/acts/"))


def test_without_script_both_times_are_typed_and_steps_are_links(opened, served):
    page = opened(served, java_script_enabled=False)
    page.goto(PINNED)
    expect(page.get_by_role("slider")).to_have_count(0)
    page.locator(".steps").get_by_role("link").last.click()
    address_tells(page, "as_of=2024-04-18")
    page.get_by_label("Known on").fill("2024-03-10")
    page.get_by_role("button", name="Show").click()
    counts(page, "Planned", 1)
    page.get_by_label("Changed since").fill("2024-01-31")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#changes")).to_contain_text("talks: under way")
    address_tells(page, "known_at=2024-03-10")
    page.get_by_label("Kind").select_option("talk")
    page.get_by_role("button", name="Choose").click()
    expect(page.locator("#events li")).to_have_count(2)


HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=2</script>{{7*7}}'


def test_hostile_words_are_shown_as_words_wherever_they_are_put(opened, write_served):
    event = {
        "type": "visit.held",
        "date": "2024-02-01",
        "title": HOSTILE,
        "place": HOSTILE,
        "note": HOSTILE,
        "parties": [{"party": "KGZ", "role": "visitor"}, {"party": "KAZ", "role": "host"}],
        "sources": [{"title": HOSTILE, "url": "https://example.org/?q=%22%3E%3Cscript%3E"}],
    }
    write_served.chancery.commands.execute(RecordAct("hostile:1", [event], recorded_by=HOSTILE))
    page = opened(write_served)
    page.goto(f"{PINNED}&from=2024-01-01&known_from=0")
    title = page.title()
    valid(page).press("ArrowLeft")
    stands(page, "2024-02-01")
    why = page.locator("#state").get_by_role("link", name=re.compile("why: record 24"))
    why.first.click()
    expect(page.locator(".because")).to_contain_text("<script>")
    drawn(page)
    expect(page.locator("main img[src]")).to_have_count(0)
    expect(page.locator("main script")).to_have_count(0)
    assert page.title() == title


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "dark"), (768, "light"), (1440, "light"), (1440, "dark")]
)
def test_axe_finds_nothing_when_everything_is_unfolded(
    opened, served, axe, screenshot, width, scheme
):
    page = opened(served, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"{KAZ_KGZ}?as_of=2024-05-01&from=2024-01-31&known_from=2024-03-10")
    page.locator("#state").get_by_role("link", name=re.compile("why: record")).first.click()
    expect(page.locator(".because")).to_be_visible()
    drawn(page)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert screenshot(page, f"relationship-{width}-{scheme}").stat().st_size > 10_000


def test_days_are_written_in_the_reader_s_language_with_iso_beside(opened, served):
    page = opened(served, locale="de-DE")
    page.goto(PINNED)
    expect(valid(page)).to_have_attribute("aria-valuetext", "2. Februar 2024 (2024-02-02)")


def test_many_events_are_shown_as_density_until_a_reader_comes_closer(opened, served):
    page = opened(served)
    page.goto("/relationships/GBR-USA?as_of=1990-01-01&known_at=3000")
    drawn(page)
    expect(page.locator("figcaption")).to_contain_text("events")
    summary = page.locator("details.density summary")
    expect(summary).to_contain_text(re.compile(r"\d+ events"))
    summary.click()
    page.locator("details.density tbody a").last.click()
    expect(page).to_have_url(re.compile(r"first=\d{4}-\d\d-\d\d&last="))
    expect(page.locator("#events li").first).to_be_visible()
