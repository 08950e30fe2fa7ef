"""Who was meant: names and codes on their days, and the refusals that keep them honest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import FIRST_DAY, LAST_DAY, day_of, parse
from domain.parties import (
    Party,
    PartyName,
    Registry,
    SameParty,
    UnknownParty,
    Unresolved,
    folded,
    relationship_key,
    split_key,
)
from events.registry import load_registry

REGISTRY = load_registry()
CODES = st.sampled_from([party.code for party in REGISTRY])


def refused(name: str, on: str | None = None, scheme: str | None = None) -> Unresolved:
    with pytest.raises(Unresolved) as caught:
        REGISTRY.resolve(name, on and parse(on), scheme)
    return caught.value


@pytest.mark.parametrize(
    ("code", "scheme", "year", "party"),
    [
        ("255", "cow", "1865", "PRUSSIA"),
        ("255", "cow", "1930", "GMY"),
        ("260", "cow", "1960", "GFR"),
        ("255", "cow", "2000", "DEU"),
        ("255", "gw", "1930", "GMY"),
        ("260", "gw", "1960", "GFR"),
        ("260", "gw", "2000", "DEU"),
        ("265", "cow", "1960", "DDR"),
        ("GMY", "cowc", "1930", "GMY"),
        ("GMY", "cowc", "2000", "DEU"),
        ("365", "cow", "1900", "RUSSIANEMPIRE"),
        ("365", "cow", "1985", "SUN"),
        ("365", "cow", "2000", "RUS"),
        ("345", "cow", "1900", "SERBIA1918"),
        ("345", "cow", "1960", "YUG"),
        ("345", "cow", "2000", "FRY"),
        ("345", "cow", "2005", "SCG"),
        ("345", "cow", "2010", "SRB"),
        ("340", "gw", "1900", "SERBIA1918"),
        ("640", "cow", "1900", "OTTOMAN"),
        ("640", "cow", "1960", "TUR"),
        ("710", "cow", "1900", "QING"),
        ("710", "cow", "1930", "ROC"),
        ("710", "cow", "2000", "CHN"),
        ("713", "cow", "2000", "TWN"),
        ("678", "cow", "1960", "YAR"),
        ("679", "cow", "2000", "YEM"),
        ("678", "gw", "2000", "YEM"),
        ("816", "cow", "1970", "VDR"),
        ("817", "cow", "1970", "RVN"),
        ("816", "cow", "2000", "VNM"),
        ("510", "cow", "1962", "TANGANYIKA"),
        ("510", "cow", "2000", "TZA"),
        ("DEU", "iso3166-1-alpha-3", "1985", "GFR"),
        ("DEU", "iso3166-1-alpha-3", "2000", "DEU"),
        ("YUG", "iso3166-1-alpha-3", "1999", "FRY"),
        ("CS", "iso3166-1-alpha-2", "1985", "CSK"),
        ("CS", "iso3166-1-alpha-2", "2005", "SCG"),
        ("ZR", "iso3166-1-alpha-2", "1985", "COD"),
        ("SUHH", "iso3166-3", "1985", "SUN"),
        ("BUMM", "iso3166-3", "1985", "MMR"),
        ("278", "iso3166-1-numeric", "1985", "DDR"),
        ("albania-1946", "gsh", "1930", "ALB"),
        ("peoples-republic-of-albania-1976", "gsh", "1960", "ALB"),
    ],
)
def test_a_code_means_the_party_of_the_day(code: str, scheme: str, year: str, party: str):
    assert REGISTRY.resolve(code, parse(year), scheme).code == party


@pytest.mark.parametrize(
    ("name", "on", "party"),
    [
        ("Germany", "1930", "GMY"),
        ("Germany", "2000", "DEU"),
        ("West Germany", "1960", "GFR"),
        ("Federal Republic of Germany", "1960", "GFR"),
        ("Federal Republic of Germany", "2000", "DEU"),
        ("German Democratic Republic", "1960", "DDR"),
        ("Prussia", "1850", "PRUSSIA"),
        ("Soviet Union", "1985", "SUN"),
        ("USSR", "1985", "SUN"),
        ("Russia", "1900", "RUSSIANEMPIRE"),
        ("Russia", "2000", "RUS"),
        ("Russian Federation", "2000", "RUS"),
        ("Republic of China", "1930", "ROC"),
        ("Republic of China", "2000", "TWN"),
        ("China", "1900", "QING"),
        ("China", "1930", "ROC"),
        ("China", "2000", "CHN"),
        ("People's Republic of China", "1955", "CHN"),
        ("Taiwan", "2000", "TWN"),
        ("Kosovo", "2010", "XKX"),
        ("Burma", "1970", "MMR"),
        ("Myanmar", "2000", "MMR"),
        ("Burma", "2012", "MMR"),
        ("Austria-Hungary", "1900", "AUH"),
        ("Austria", "1850", "AUSTRIANEMPIRE"),
        ("Austria", "1930", "AUT"),
        ("Hungary", "1930", "HUN"),
        ("Zaire", "1985", "COD"),
        ("Congo", "1985", "COG"),
        ("Congo (Brazzaville)", "2000", "COG"),
        ("Congo (Kinshasa)", "2000", "COD"),
        ("Democratic Republic of the Congo", "2000", "COD"),
        ("Republic of the Congo", "2000", "COG"),
        ("Korea", "1900", "JOSEON"),
        ("South Korea", "1960", "KOR"),
        ("Democratic People's Republic of Korea", "1960", "PRK"),
        ("Yemen", "1960", "YAR"),
        ("Yemen", "2000", "YEM"),
        ("Yemen Arab Republic", "1970", "YAR"),
        ("South Yemen", "1970", "YMD"),
        ("Persia", "1900", "IRN"),
        ("Siam", "1900", "THA"),
        ("Ceylon", "1960", "LKA"),
        ("Dahomey", "1965", "BEN"),
        ("Upper Volta", "1970", "BFA"),
        ("Rhodesia", "1970", "RHO"),
        ("Swaziland", "2000", "SWZ"),
        ("Eswatini", "2020", "SWZ"),
        ("Macedonia", "2000", "MKD"),
        ("North Macedonia", "2020", "MKD"),
        ("Czech Republic", "2000", "CZE"),
        ("Czechia", "2020", "CZE"),
        ("Turkey", "2000", "TUR"),
        ("Türkiye", "2023", "TUR"),
        ("Cape Verde", "2000", "CPV"),
        ("Cabo Verde", "2020", "CPV"),
        ("East Timor", "1990", "EASTTIMOR2002"),
        ("East Timor", "2003", "TLS"),
        ("United Arab Republic", "1960", "EGY"),
        ("Tanganyika", "1962", "TANGANYIKA"),
        ("Texas", "1840", "TEXAS"),
        ("Hawaii", "1890", "HAWAII"),
        ("Orange Free State", "1880", "OFS"),
        ("Two Sicilies", "1850", "SIC"),
        ("Ottoman Empire", "1900", "OTTOMAN"),
        ("European Economic Community", "1970", "EU"),
        ("European Union", "2000", "EU"),
        ("Yugoslavia (Serbia and Montenegro)", "1999", "FRY"),
        ("FR Yugoslavia", "1999", "FRY"),
        ("Netherlands (Kingdom of the)", "1960", "NLD"),
        ("Netherlands (Kingdom of the)", "2024", "NLD"),
        ("Organization of African Unity", "1970", "OAU"),
        ("African Union", "2010", "AU"),
        ("League of Nations", "1930", "LON"),
    ],
)
def test_a_name_means_the_party_that_bore_it_that_year(name: str, on: str, party: str):
    assert REGISTRY.resolve(name, parse(on)).code == party


@pytest.mark.parametrize(
    ("name", "on", "candidates"),
    [
        ("Germany", "1960", ["DDR", "GFR"]),
        ("Korea", "1960", ["KOR", "PRK"]),
        ("Vietnam", "1965", ["RVN", "VDR"]),
        ("Yemen", "1980", ["YAR", "YMD"]),
        ("Congo", "1965", ["COD", "COG"]),
        ("Republic of the Congo", "1962", ["COD", "COG"]),
        ("China", "1960", ["CHN", "TWN"]),
    ],
)
def test_a_name_two_parties_claimed_is_refused_with_both(name, on, candidates):
    error = refused(name, on)

    assert error.reason == "ambiguous"
    assert [party.code for party in error.candidates] == candidates
    assert all(code in str(error) for code in candidates)


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("Russia", "1985"),
        ("Russian Federation", "1985"),
        ("Soviet Union", "2000"),
        ("Prussia", "1960"),
        ("Myanmar", "1970"),
        ("Zaire", "2000"),
        ("FR Yugoslavia", "2004"),
        ("Ceylon", "1980"),
        ("Persia", "1960"),
        ("North Macedonia", "2000"),
        ("Islamic Republic of Iran", "1970"),
        ("European Union", "1970"),
        ("Kosovo", "1990"),
        ("South Sudan", "2005"),
    ],
)
def test_a_name_nobody_bore_that_year_is_never_given_to_the_nearest_party(name: str, on: str):
    error = refused(name, on)

    assert error.reason == "not_on_that_day"
    assert error.candidates
    assert error.name == name
    assert error.on == parse(on)


@pytest.mark.parametrize("name", ["", " ", "the", "Ruritania", "Kyrgystan", "Quad", "-", "Korea?"])
def test_a_name_nobody_ever_bore_is_refused_without_a_guess(name: str):
    assert refused(name).reason == "unknown"
    assert refused(name, "2000").candidates == ()


def test_a_letter_of_another_script_does_not_pass_for_the_one_it_looks_like():
    assert REGISTRY.resolve("Kosovo", parse("2010")).code == "XKX"
    assert refused("K\N{CYRILLIC SMALL LETTER O}sovo", "2010").reason == "unknown"


@pytest.mark.parametrize(
    "spelling",
    [
        "Côte d'Ivoire",
        "côte d’ivoire",
        "COTE D'IVOIRE",
        " Côte  d\N{MODIFIER LETTER APOSTROPHE}Ivoire ",
        "Cote\N{NO-BREAK SPACE}d`Ivoire",
        "Co\N{COMBINING CIRCUMFLEX ACCENT}te d'Ivoire",
    ],
)
def test_case_accents_spaces_and_apostrophes_make_no_other_country(spelling: str):
    assert REGISTRY.resolve(spelling, parse("2000")).code == "CIV"


@pytest.mark.parametrize("name", ["Gambia", "The Gambia", "the gambia", "THE  GAMBIA"])
def test_a_leading_article_makes_no_other_country(name: str):
    assert REGISTRY.resolve(name, parse("2000")).code == "GMB"


def test_theresa_does_not_begin_with_an_article():
    assert folded("Theresa") == "theresa"
    assert folded("The The") == "the"


@pytest.mark.parametrize(
    ("known", "on", "party"),
    [
        ("russia", "1973-06-18", "SUN"),
        ("russia", "1916-03-01", "RUSSIANEMPIRE"),
        ("russia", "1992-02-01", "RUS"),
        ("germany", "1930-01-01", "GMY"),
        ("germany", "1945-07-16", "OCCGERMANY"),
        ("germany", "1963-06-26", "GFR"),
        ("germany", "1990-10-03", "DEU"),
        ("italy", "1930-01-01", "ITA"),
        ("china", "1945-04-26", "ROC"),
        ("china", "1972-02-21", "CHN"),
        ("vietnam", "1951-09-03", "STATEOFVIETNAM"),
        ("vietnam", "1966-10-26", "RVN"),
        ("vietnam", "2000-11-16", "VNM"),
        ("yemen", "1972-07-01", "YAR"),
        ("korea-south", "1952-12-02", "KOR"),
        ("yugoslavia", "1970-09-30", "YUG"),
        ("yugoslavia", "2001-05-09", "FRY"),
        ("serbia", "2003-07-01", "SCG"),
        ("kosovo", "1999-07-29", "FRY"),
        ("tanzania", "1961-07-17", "TANGANYIKATERR"),
        ("tanzania", "1963-07-15", "TANGANYIKA"),
        ("suriname", "1967-04-14", "SURINAME1975"),
        ("namibia", "1990-03-19", "SOUTHWESTAFRICA"),
        ("philippines", "1946-05-09", "PHILIPPINES1946"),
        ("palau", "1986-06-28", "PCI"),
        ("zimbabwe", "1978-04-17", "RHO"),
        ("netherlands", "1785-01-01", "DUTCHREPUBLIC"),
        ("united-kingdom", "1785-06-01", "GREATBRITAIN"),
        ("poland", "1941-04-06", "POL"),
        ("congo-democratic-republic", "1960-07-27", "COD"),
        ("palestinian-authority", "1994-05-17", "PSE"),
        ("bosnia-herzegovina", "1993-09-08", "BIH"),
    ],
)
def test_an_id_the_state_department_uses_today_is_followed_to_the_party_of_that_day(
    known: str, on: str, party: str
):
    assert REGISTRY.resolve(known, day_of(on), "gsh").code == party


def test_an_id_whose_land_had_two_masters_that_day_is_refused_with_both():
    error = refused("poland", "1900-01-01", "gsh")

    assert error.reason == "ambiguous"
    assert [party.code for party in error.candidates] == ["POZNAN", "VISTULALAND"]


def test_a_chain_is_followed_only_for_the_publisher_that_names_countries_as_of_today():
    assert refused("RUS", "1985", "iso3166-1-alpha-3").reason == "not_on_that_day"
    assert refused("nowhere", "1985", "gsh").reason == "unknown"


def test_the_soviet_union_and_russia_are_two_parties_on_one_continuation_chain():
    soviet, russia = REGISTRY.get("SUN"), REGISTRY.get("RUS")

    assert soviet != russia
    assert [t.party for t in soviet.succession if t.kind == "continuation"] == ["RSFSR", "RUS"]
    assert [t.party for t in russia.succession if t.kind == "continuation"] == ["SUN"]


def test_russia_of_1985_given_by_its_own_code_is_refused_too():
    assert refused("RUS", "1985").reason == "not_on_that_day"
    assert REGISTRY.resolve("RUS", parse("2000")).code == "RUS"


def test_without_a_day_whoever_bears_the_name_today_is_meant():
    assert REGISTRY.resolve("Germany").code == "DEU"
    assert REGISTRY.resolve("Yemen").code == "YEM"
    assert REGISTRY.resolve("255", scheme="cow").code == "DEU"


def test_without_a_day_a_name_of_one_former_party_is_that_party():
    assert REGISTRY.resolve("Soviet Union").code == "SUN"
    assert REGISTRY.resolve("Zaire").code == "COD"


def test_without_a_day_a_name_of_several_former_parties_is_refused_with_their_dates():
    error = refused("Zululand")

    assert [party.code for party in error.candidates] == ["ZULULAND", "ZULULAND1910"]
    assert "1879" in str(error)


def test_an_own_code_comes_before_a_name_and_a_name_before_an_iso_code():
    assert REGISTRY.resolve("AU").code == "AU"
    assert REGISTRY.resolve("AU", scheme="iso3166-1-alpha-2").code == "AUS"
    assert REGISTRY.resolve("UK").code == "GBR"
    assert REGISTRY.resolve("GB").code == "GBR"


def test_a_year_of_change_leaves_a_shared_code_open_and_an_unshared_name_not():
    assert refused("365", "1991", "cow").reason == "ambiguous"
    assert REGISTRY.resolve("Soviet Union", parse("1991")).code == "SUN"


def test_an_interval_means_the_party_of_its_beginning():
    assert REGISTRY.resolve("365", parse("1990-01-01/.."), "cow").code == "SUN"
    assert REGISTRY.resolve("365", parse("1991-12-20/1992-01-05"), "cow").code == "SUN"
    assert REGISTRY.resolve("365", parse("/1985-01-05"), "cow").code == "SUN"


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("POL", "1941-04-06"),
        ("NOR", "1942-06-01"),
        ("NLD", "1942-08-06"),
        ("GRC", "1942-06-10"),
        ("YUG", "1942-06-21"),
        ("CSK", "1943-05-12"),
        ("LUX", "1940-10-20"),
        ("FRA", "1943-01-01"),
        ("ETH", "1937-01-01"),
        ("EST", "1960-01-01"),
        ("LTU", "1985-01-01"),
        ("RUS", "1991-12-25"),
        ("SUN", "1991-12-25"),
    ],
)
def test_a_state_under_occupation_or_in_exile_went_on_existing(code: str, day: str):
    assert REGISTRY.existed(code, day_of(day), day_of(day))


@pytest.mark.parametrize(
    ("code", "day"),
    [("SUN", "1991-12-27"), ("RUS", "1985-01-01"), ("SSD", "2010-01-01"), ("DDR", "1949-10-06")],
)
def test_a_state_did_not_exist_before_its_first_day_or_after_its_last(code: str, day: str):
    assert not REGISTRY.existed(code, day_of(day), day_of(day))


def test_a_window_counts_when_one_of_its_days_lies_in_the_life():
    assert REGISTRY.existed("SUN", day_of("1991-12-26"), LAST_DAY)
    assert REGISTRY.existed("SUN", FIRST_DAY, day_of("1922-12-30"))
    assert not REGISTRY.existed("SUN", FIRST_DAY, day_of("1922-12-29"))


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("MMR", "1970-01-01", "Burma"),
        ("MMR", None, "Myanmar"),
        ("COD", "1985-01-01", "Zaire"),
        ("COD", None, "Democratic Republic of the Congo"),
        ("TUR", "2000-01-01", "Turkey"),
        ("TUR", None, "Türkiye"),
        ("THA", "1900-01-01", "Siam"),
        ("SWZ", "2000-01-01", "Swaziland"),
        ("EU", "1970-01-01", "European Economic Community"),
        ("EU", None, "European Union"),
        ("SUN", None, "Soviet Union"),
        ("SUN", "2000-01-01", "Soviet Union"),
    ],
)
def test_a_party_is_called_what_it_was_called_that_day(code: str, on: str | None, name: str):
    assert REGISTRY.name(code, on and day_of(on)) == name


@given(CODES, st.integers(FIRST_DAY, LAST_DAY))
def test_every_party_has_a_name_on_every_day(code: str, day: int):
    assert REGISTRY.name(code, day)


def test_an_unknown_code_is_refused_by_every_question():
    for ask in (REGISTRY.get, REGISTRY.name, lambda code: REGISTRY.existed(code, 1, 2)):
        with pytest.raises(UnknownParty, match="ATLANTIS"):
            ask("ATLANTIS")
    assert "ATLANTIS" not in REGISTRY
    assert "KAZ" in REGISTRY


def test_two_registries_of_the_same_parties_agree_whatever_the_order_they_came_in():
    def party(code: str, name: str) -> Party:
        names = (PartyName(name, FIRST_DAY, LAST_DAY),)
        return Party(code, "state", names, FIRST_DAY, LAST_DAY, (), ())

    parties = [party("BB", "Borduria"), party("AA", "Syldavia")]

    assert [p.code for p in Registry(parties, "1")] == ["AA", "BB"]
    assert Registry(parties, "1").resolve("syldavia") == Registry(parties[::-1], "1").get("AA")


@given(CODES, CODES)
def test_a_pair_is_one_relationship_whichever_party_is_named_first(a: str, b: str):
    if a == b:
        with pytest.raises(SameParty):
            relationship_key(a, b)
    else:
        assert relationship_key(a, b) == relationship_key(b, a)
        assert split_key(relationship_key(a, b)) == tuple(sorted((a, b)))


def test_kgz_kaz_is_read_as_kaz_kgz():
    assert split_key("KGZ-KAZ") == ("KAZ", "KGZ")


@pytest.mark.parametrize("key", ["", "KAZ", "KAZ-", "-KAZ", "KAZ-KGZ-UZB", "kaz-kgz", "KAZ KGZ"])
def test_a_key_that_is_no_pair_of_codes_is_refused(key: str):
    with pytest.raises(ValueError, match="expected"):
        split_key(key)


def test_a_party_has_no_relationship_with_itself():
    with pytest.raises(SameParty, match="KAZ"):
        split_key("KAZ-KAZ")
