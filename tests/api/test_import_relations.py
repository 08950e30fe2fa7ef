"""The guide to recognition, relations and missions, on the publisher's own articles."""

from __future__ import annotations

from collections import Counter

import pytest

from api.exchange.headings import Told, read_heading
from api.exchange.hsg_relations import HsgRelations
from api.exchange.loading import load
from api.exchange.row import NotUnderstood, OutOfScope, Quarantined
from api.exchange.silence import silent_pairs
from events.application import open_chancery
from tests.api.samples import acts_of, read, rows_of, told

GUIDE = "hsg_rdcr_raw.tar.gz"


@pytest.fixture(scope="module")
def items():
    return read("hsg-relations", GUIDE)


@pytest.fixture(scope="module")
def acts(items):
    return acts_of(items)


@pytest.fixture(scope="module")
def quarantined(items):
    return {item.key: item for item in items if isinstance(item, Quarantined)}


def events_of(acts, article):
    return [
        event
        for act_id, act in acts.items()
        if act_id.split(":")[1] == article
        for event in act.events
    ]


def test_every_one_of_the_1222_entries_is_recorded_out_of_scope_or_quarantined(items):
    assert rows_of(items) == 1222
    assert Counter(type(item).__name__ for item in items)["Quarantined"] < 80


def test_kyrgyzstan_was_recognised_and_relations_established_on_25_december_1991(acts):
    recognised, established = events_of(acts, "kyrgyzstan")
    assert (recognised["type"], recognised["date"]) == ("relation.recognised", "1991-12-25")
    assert (recognised["by"], recognised["toward"]) == (["USA"], ["KGZ"])
    assert (established["type"], established["date"]) == ("relation.established", "1991-12-25")
    assert recognised["verbatim"]["date"] == "1991"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("eritrea/recognition/1", ("1933", "1993")),
        ("kyrgyzstan/diplomatic_relations/2", ("2004", "1992-02-01")),
        ("south-sudan/recognition/1", ("1882", "2011")),
        ("solomon-islands/diplomatic-relations/3", ("1933", "1993")),
        ("honduras/diplomatic-relations/2", ("1858", "1856")),
        ("saint-lucia/diplomatic_relations/2", ("1983", "1979-06-11")),
        ("estonia/diplomatic-relations/2", ("1922", "1930-06-30")),
        ("nicaragua/diplomatic-relations/8", ("1942", "1943-03-27")),
    ],
)
def test_where_mark_up_heading_and_text_disagree_neither_is_believed_in_silence(
    quarantined, key, words
):
    assert all(word in quarantined[key].reason for word in words)


def test_background_in_the_text_does_not_contradict_a_heading(acts):
    (established,) = (
        event for event in events_of(acts, "tonga") if event["type"] == "relation.established"
    )
    assert established["date"].startswith("1972")


def test_the_united_states_kept_an_interests_section_in_cuba_under_swiss_protection(acts):
    (section,) = (
        event
        for event in events_of(acts, "cuba")
        if event["type"] == "relation.interests_section_opened"
    )
    assert (section["date"], section["protecting_power"]) == ("1977-09-01", "CHE")


def test_the_united_arab_republic_broke_relations_with_the_united_states(acts):
    (severed,) = (
        event for event in events_of(acts, "egypt") if event["type"] == "relation.severed"
    )
    assert severed["by"] != ["USA"]
    assert severed["toward"] == ["USA"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("czechoslovakia/recognition/1", "AUH"),
        ("algeria/recognition/3", "party of 1962-07-03"),
        ("montenegro/recognition/2", "YUG"),
    ],
)
def test_a_state_recognised_before_it_began_is_not_the_one_whose_place_it_took(
    quarantined, key, words
):
    assert words in quarantined[key].reason


@pytest.mark.parametrize(
    ("article", "party"),
    [
        ("turkey", "OTTOMAN"),
        ("russia", "SUN"),
        ("serbia", "FRY"),
        ("united-kingdom", "GREATBRITAIN"),
        ("andorra", "AND"),
    ],
)
def test_the_same_state_under_an_older_name_is_its_article_s_party(acts, article, party):
    assert any(
        entry["party"] == party for event in events_of(acts, article) for entry in event["parties"]
    )


def test_the_embassy_at_taipei_that_closed_in_1979_was_not_the_one_in_china(acts):
    (closed,) = (
        event for event in events_of(acts, "china") if event["type"] == "relation.mission_closed"
    )
    assert closed["toward"] == ["TWN"]


def test_italian_independence_in_the_papal_states_article_is_italy_s_history(acts):
    assert not [
        e
        for e in events_of(acts, "papal-states")
        if "Recognition of Italian" in e["verbatim"]["text"]
    ]


MISSION = ("type", "date", "mission_class", "mission_title", "resident", "seat")


@pytest.mark.parametrize(
    ("article", "key", "told"),
    [
        # Accredited from the seat in a third state: VCDR art. 5.
        (
            "laos",
            "diplomatic-relations/1/2",
            ("mission_opened", "1950-07-29", "envoy", None, False, "Saigon"),
        ),
        (
            "maldives",
            "relations/1/2",
            ("mission_opened", "1966-04-09", "ambassador", None, False, "Colombo"),
        ),
        (
            "liechtenstein",
            "relations/1/2",
            ("mission_opened", "1997-02-10", "ambassador", None, False, "Bern"),
        ),
        (
            "san-marino",
            "diplomatic-relations/1/2",
            ("mission_opened", "2007-03-08", "ambassador", None, False, "Rome"),
        ),
        # The ambassador to two states at once came to live in the second.
        (
            "bahrain",
            "diplomatic_relations/1/2",
            ("mission_opened", "1971-09-21", "ambassador", None, False, "Kuwait"),
        ),
        (
            "bahrain",
            "diplomatic_relations/2",
            ("mission_class_changed", "1974-06-10", "ambassador", None, True, "Manama"),
        ),
        (
            "cambodia",
            "diplomatic-relations/3/2",
            ("mission_class_changed", "1954-10-02", "ambassador", None, True, "Phnom Penh"),
        ),
        # The embassy closed, and the ambassador stayed accredited from elsewhere.
        (
            "comoros",
            "diplomatic-relations/3",
            ("mission_class_changed", "1993-09-30", "ambassador", None, False, "Port Louis"),
        ),
        # Classes and titles of their own: VCDR art. 14.
        (
            "uruguay",
            "diplomatic-relations/2",
            ("mission_opened", "1870-07-06", "envoy", "Minister Resident", True, None),
        ),
        (
            "denmark",
            "diplomatic-relations/2",
            ("mission_opened", "1827-09-20", "charge_daffaires", None, True, None),
        ),
        (
            "finland",
            "diplomatic_relations/2",
            ("mission_opened", "1920-03-19", "envoy", None, True, None),
        ),
    ],
)
def test_a_head_of_mission_has_class_title_and_seat_as_the_guide_tells(acts, article, key, told):
    (event,) = (event for event in events_of(acts, article) if event["key"] == key)
    found = tuple(event.get(name) for name in MISSION)
    assert found == (f"relation.{told[0]}", *told[1:])


@pytest.mark.parametrize(
    ("heading", "mission_class", "title"),
    [
        ("Establishment of the American Embassy in Accra", "ambassador", None),
        (
            "Establishment of the British High Commission in Accra",
            "ambassador",
            "High Commissioner",
        ),
        ("Establishment of the Apostolic Nunciature in Accra", "ambassador", "Apostolic Nuncio"),
        ("Establishment of a De Facto Embassy in Taipei", "liaison", None),
        ("American Legation Opened", "envoy", None),
    ],
)
def test_a_mission_has_the_class_of_its_head_and_a_de_facto_embassy_no_ambassador(
    heading, mission_class, title
):
    (one,) = read_heading(heading)
    assert (one.event, one.mission_class, one.mission_title) == (
        "mission_opened",
        mission_class,
        title,
    )


def test_a_charge_who_acts_in_the_interim_makes_no_mission_of_a_third_seat(acts):
    types = {event["type"] for event in events_of(acts, "gabon")}
    assert "relation.established" in types
    assert not [
        event
        for event in events_of(acts, "gabon")
        if event["type"] == "relation.mission_opened" and event.get("seat") == "Brazzaville"
    ]


def test_a_legation_is_not_raised_to_a_de_facto_embassy():
    with pytest.raises(NotUnderstood, match="class"):
        read_heading("Legation Raised to a De Facto Embassy")


def test_a_legation_raised_to_an_embassy_is_a_change_of_class(acts):
    raised = [
        event
        for event in events_of(acts, "afghanistan")
        if event["type"] == "relation.mission_class_changed"
    ]
    assert [event["mission_class"] for event in raised] == ["ambassador"]
    assert raised[0]["date"].startswith("1948")


def test_relations_and_an_embassy_of_one_day_are_two_events_of_one_entry(acts):
    keys = {event["key"]: event["type"] for event in events_of(acts, "jamaica")}
    assert "relation.established" in keys.values()
    assert any(
        key.endswith("/2") and kind == "relation.mission_opened" for key, kind in keys.items()
    )


def test_the_two_germanies_are_two_parties_in_one_article(acts):
    parties = {event["parties"][1]["party"] for event in events_of(acts, "germany")}
    assert len(parties) > 1
    assert {"hsg-relations:germany:" + party.lower() for party in parties} <= set(acts)


@pytest.mark.parametrize(
    ("heading", "events"),
    [
        ("U.S. Recognition of Israel", [Told("recognised", "usa")]),
        ("British Recognition of U.S. Independence", [Told("recognised", "other")]),
        ("Mutual Recognition", [Told("recognised", "usa"), Told("recognised", "other")]),
        (
            "Recognition of Independent Montenegro Withdrawn by the United States",
            [Told("recognition_withdrawn", "usa")],
        ),
        ("Diplomatic Relations Severed by Iraq", [Told("severed", by="Iraq")]),
        ("Cessation of Relations", [Told("severed")]),
        ("Normal Relations Interrupted", [Told("suspended")]),
        ("Diplomatic Relations Reestablished", [Told("resumed")]),
        (
            "Resumption of Diplomatic Relations and Reopening of Embassy Brazzaville",
            [Told("resumed"), Told("mission_opened", "usa", mission_class="ambassador")],
        ),
        (
            "Establishment of Diplomatic Relations and the American Legation in Siam",
            [Told("established"), Told("mission_opened", "usa", mission_class="envoy")],
        ),
        (
            "Establishment of the British Legation in the U.S",
            [Told("mission_opened", "other", mission_class="envoy")],
        ),
        (
            "Elevation of Legations to Embassy Status",
            [
                Told("mission_class_changed", "usa", mission_class="ambassador"),
                Told("mission_class_changed", "other", mission_class="ambassador"),
            ],
        ),
        (
            "Consulate Elevated to Embassy",
            [Told("mission_opened", "usa", mission_class="ambassador")],
        ),
        ("American Embassy Closed", [Told("mission_closed", "usa")]),
        ("Suspension of Embassy Operations in Kabul", [Told("mission_closed", "usa")]),
        (
            "U.S. Liaison Office Opened",
            [Told("mission_opened", "usa", mission_class="liaison")],
        ),
        ("Establishment of U.S. Interests Section", [Told("interests_section_opened", "usa")]),
        ("American Embassy Moved to Vichy", []),
        ("Treaty of Amity and Commerce", []),
        ("Establishment of Consular Relations", []),
        ("Division of Germany and U.S. Non-Recognition of GDR", []),
        ("Assassination of American Ambassador", []),
        ("Whaling Industry", []),
    ],
)
def test_what_a_heading_says_happened(heading, events):
    assert list(read_heading(heading)) == events


@pytest.mark.parametrize(
    "heading",
    [
        "Limited U.S. Recognition of the French Committee of National Liberation",
        "Establishment of U.S. Diplomatic Mission",
        "Ambassadorial Relations Restored",
        "United States Interests Section and Liaison Office Established",
        "Relations with Syria Ended and Relations Established with the United Arab Republic",
    ],
)
def test_a_heading_that_says_too_little_or_too_much_is_not_understood(heading):
    with pytest.raises(NotUnderstood, match="expected"):
        read_heading(heading)


ARTICLE = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
<title type="short">France</title></titleStmt></fileDesc></teiHeader><text><body>
<div type="section" xml:id="relations">{entries}</div></body></text></TEI>"""
ENTRY = '<div type="timeline"><head>{head}</head><p>{prose}</p></div>'


def entry(tmp_path, head, prose):
    document = ARTICLE.format(entries=ENTRY.format(head=head, prose=prose))
    return told(HsgRelations(), tmp_path, "france.xml", document)[0]


MARKED = 'Establishment of Diplomatic Relations, <date when="1950">1950</date>.'


@pytest.mark.parametrize(
    ("head", "prose", "date"),
    [
        (MARKED, "Relations were established on May 3, 1950, in Paris.", "1950-05-03"),
        (MARKED, "On May 3, 1950, relations were established.", "1950-05-03"),
        (MARKED, "Relations were established.", "1950"),
        (MARKED, "Mr. Smith came on May 3, 1950. Relations were established later.", "1950"),
        (
            MARKED,
            "Relations were established on May 3, 1950, and confirmed on June 1, 1950.",
            "1950",
        ),
        (MARKED, "France was freed on August 25, 1944. Relations came in 1950.", "1950"),
        ("Establishment of Diplomatic Relations, 1950.", "They began.", "1950"),
        ("Cessation of Relations, 1948-50.", "They ended.", "[1948..1950]"),
        (
            'Cessation of Relations, <date from="1948" to="1950">1948-1950</date>.',
            "They ended.",
            "[1948..1950]",
        ),
        (
            'Cessation of Relations, <date when="1950-05-03">May 3, 1950</date>.',
            "They ended.",
            "1950-05-03",
        ),
    ],
)
def test_the_day_of_the_text_is_taken_only_where_it_is_plainly_the_event_s(
    tmp_path, head, prose, date
):
    assert entry(tmp_path, head, prose).events[0]["date"] == date


@pytest.mark.parametrize(
    ("head", "prose"),
    [
        (MARKED.replace('when="1950"', 'when="1850"'), "They began."),
        (MARKED, "Relations were established on May 3, 1960."),
        ("Establishment of Diplomatic Relations.", "They began."),
        ("Establishment of Diplomatic Relations, 1824 &amp; 1849.", "They began twice."),
        (MARKED.replace('when="1950"', 'when="19500"'), "They began."),
        (MARKED.replace('when="1950"', 'when="1950-02-30"'), "They began."),
    ],
)
def test_an_entry_without_one_date_all_agree_on_is_quarantined(tmp_path, head, prose):
    row = entry(tmp_path, head, prose)
    assert isinstance(row, Quarantined)
    assert row.reason.startswith("date: expected")
    assert prose in row.row


def test_relations_that_never_were_are_no_event(tmp_path):
    row = entry(tmp_path, MARKED, "The two never established diplomatic relations.")
    assert isinstance(row, OutOfScope)


def test_relations_begun_with_one_china_and_ended_with_the_other_are_told_of_each(acts):
    told = {
        (event["type"], event["parties"][1]["party"])
        for event in events_of(acts, "china")
        if event["date"] == "1979-01-01"
    }
    assert told == {("relation.established", "CHN"), ("relation.severed", "TWN")}


@pytest.mark.parametrize(
    ("heading", "toward"),
    [
        ("Establishment of Relations with A/Termination of Relations with the B", ["A", "B"]),
        ("Establishment of Diplomatic Relations with A and the American Legation in B", [None] * 2),
        ("Diplomatic Relations with A Resumed, Embassy in B Opened", [None, None]),
        ("Severance of Relations with the Federation", [None]),
    ],
)
def test_each_event_has_its_own_party_only_where_each_clause_names_one(heading, toward):
    assert [told.toward for told in read_heading(heading)] == toward


def test_a_covered_pair_without_the_relations_that_its_mission_presupposes_is_seen(tmp_path):
    def article(*headings):
        entries = "".join(
            f'<div type="timeline"><head>{heading}</head><p>In Sucre.</p></div>'
            for heading in headings
        )
        path = tmp_path / "bolivia.xml"
        path.write_text(
            '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><title type="short">Bolivia'
            "</title></teiHeader><text><body><div xml:id='r'>"
            f"{entries}</div></body></text></TEI>"
        )
        chancery = open_chancery("sqlite:///:memory:")
        load(chancery, HsgRelations(), [path], lambda row: None)
        return silent_pairs(chancery, HsgRelations().coverage([path]))

    mission = "American Embassy established in La Paz, 1942."
    (silent,) = article("Establishment of Ambassadorial Relations, 1941.", mission)
    assert (silent["relationship"], silent["none_of"]) == ("BOL-USA", ["relation"])
    assert article("Establishment of Diplomatic Relations, 1849.", mission) == []
