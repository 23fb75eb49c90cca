"""Reading what a number counts, what happened, where, when, who says so: by named cases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims import Assertion, Figure, Place, Series, Status
from monitor.extract.authorities import read_authority
from monitor.extract.extractor import Extractor
from monitor.extract.gazetteer import gazetteer
from monitor.extract.periods import find_times

PUBLISHED = datetime(2024, 5, 16, 12, tzinfo=UTC)  # a Thursday


def figures(text: str, extractor: Extractor | None = None) -> list[Figure]:
    return list((extractor or Extractor()).extract(text, PUBLISHED, "Outlet A").figures)


def only(text: str) -> Figure:
    [figure] = figures(text)
    return figure


# ---------------------------------------------------------------- counted and measure


@pytest.mark.parametrize(
    ("text", "counted", "group", "measure"),
    [
        ("Twelve soldiers were killed near the river.", "soldiers", "soldiers", "killed"),
        ("The blaze left 14 people dead.", "people", None, "killed"),
        ("Landslide kills 30 in mountain village", "people", None, "killed"),
        ("The storm has claimed the lives of 41 villagers.", "people", None, "killed"),
        ("The death toll climbed to 52.", "people", None, "killed"),
        ("Nine people lost their lives in the crash.", "people", None, "killed"),
        ("Police shot dead two gunmen.", "fighters", "fighters", "killed"),
        ("Some 300 homes were destroyed.", "homes", None, "destroyed"),
        ("The army is holding 60 prisoners.", "prisoners", "prisoners", "held"),
        ("Rebels took 20 people hostage.", "people", None, "held"),
        ("The gang freed three hostages.", "captives", "captives", "released"),
        ("More than 900 families were displaced.", "households", None, "displaced"),
        ("The lab confirmed 17 cases of measles.", "cases", None, "infected"),
        ("Forty trucks of flour crossed into the valley.", "trucks", None, "entered"),
        ("The airline cancelled 210 flights.", "flights", None, "cancelled"),
        ("Doctors vaccinated 5,000 children.", "children", "children", "vaccinated"),
        ("The union said 800 workers went on strike.", "staff", "staff", "on strike"),
        ("Officers arrested 33 protesters.", "protesters", "protesters", "arrested"),
        ("Seventeen miners are still missing.", "miners", None, "missing"),
        ("The coast guard rescued 88 migrants.", "migrants", None, "rescued"),
        ("Around 400 patients are being treated.", "patients", "patients", "treated"),
        ("The court acquitted four defendants.", "defendants", "defendants", "acquitted"),
    ],
)
def test_what_is_counted_and_what_happened(
    text: str, counted: str, group: str | None, measure: str | None
) -> None:
    figure = only(text)
    if measure is None:
        assert figure.measure is None
    else:
        assert (figure.counted, figure.group, figure.measure) == (counted, group, measure)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        (
            "At least 40 people were killed and 90 wounded.",
            [("people", "killed"), ("people", "injured")],
        ),
        (
            "The dead included 12 children, eight women and two nurses.",
            [("children", "killed"), ("women", "killed"), ("health workers", "killed")],
        ),
        (
            "Shelling killed 70 villagers, 31 of whom were children.",
            [("people", "killed"), ("children", "killed")],
        ),
        (
            "Of the 47 people aboard, 30 were rescued and 12 are still missing.",
            [("people", None), ("people", "rescued"), ("people", "missing")],
        ),
        (
            "Fighters killed 12 people and took about 20 others hostage.",
            [("people", "killed"), ("people", "held")],
        ),
        (
            "One journalist was killed and six wounded.",
            [("journalists", "killed"), ("journalists", "injured")],
        ),
        (
            "Three gunmen killed 12 people.",
            [("fighters", None), ("people", "killed")],
        ),
        (
            "The ministry put the number of captives at 222.",
            [("captives", "held")],
        ),
        (
            "More than 600,000 of 1.4 million displaced people are sheltering in schools.",
            [("people", "sheltered"), ("people", "displaced")],
        ),
    ],
)
def test_counts_of_one_sentence(text: str, readings: list[tuple[str, str | None]]) -> None:
    assert [(f.counted, f.measure) for f in figures(text)] == readings


@pytest.mark.parametrize(
    "text",
    [
        "Two Norwegian officials told the paper that talks go on.",
        "One of the ministers said the vote was near.",
        "Four witnesses said they heard a bang.",
        "The war began on 7 October 2023.",
        "He is 34 and has led the party for 12 years.",
        "The talks lasted 72 hours.",
        "They met on the first day of a three-week trial.",
        "It rained for a week or two.",
        "Resolution 1701 was passed in 2006.",
        "Prices rose by a third.",
        "The village lies 40 km north of the capital.",
        "She wore number 7.",
    ],
)
def test_no_figure(text: str) -> None:
    assert figures(text) == []


def test_a_people_is_a_nationality() -> None:
    figure = only("The strike killed eight Lebanese civilians.")
    assert (figure.counted, figure.nationality) == ("civilians", "Lebanese")
    assert only("Raids have killed 20 Kenyans.").nationality == "Kenyan"
    assert only("Two United States citizens were killed.").nationality == "American"


# ---------------------------------------------------------------- assertion, status, series


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("The company will close 40 shops.", Assertion.PLANNED),
        ("The firm said it would cut 300 jobs.", Assertion.PLANNED),
        ("Carmaker to cut 5,000 jobs", Assertion.PLANNED),
        ("The rebels offered to free two hostages.", Assertion.OFFERED),
        ("The army told 20,000 people to evacuate.", Assertion.DEMANDED),
        ("The envoy called on the rebels to free 40 captives.", Assertion.DEMANDED),
        ("The police denied that 30 people had been beaten.", Assertion.DENIED),
        ("The raid could displace 9,000 people.", Assertion.HYPOTHETICAL),
        ("The floods displaced 9,000 people.", Assertion.ASSERTED),
    ],
)
def test_assertion(text: str, assertion: Assertion) -> None:
    figure = only(text)
    assert figure.assertion is assertion
    assert figure.followed == (assertion is Assertion.ASSERTED)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Twelve people are feared dead.", Status.FEARED),
        ("The region has 40 confirmed cases of cholera.", Status.CONFIRMED),
        ("The region has 40 suspected cases of cholera.", Status.SUSPECTED),
        ("Some 30 people are presumed dead.", Status.PRESUMED),
        ("The region reported 40 cases of cholera.", Status.REPORTED),
    ],
)
def test_status(text: str, status: Status) -> None:
    assert only(text).status is status


@pytest.mark.parametrize(
    ("text", "series"),
    [
        ("More than 300 people have been killed since 2 May.", Series.CUMULATIVE),
        ("So far 300 people have died.", Series.CUMULATIVE),
        ("The death toll rose to 300.", Series.CUMULATIVE),
        ("In the past 24 hours, 30 people were killed.", Series.PERIOD),
        ("Raids killed 30 people overnight.", Series.PERIOD),
        ("Two more captives were freed.", Series.PERIOD),
        ("Some 40 captives are being held.", Series.STOCK),
        ("About 9,000 people are displaced.", Series.STOCK),
        ("A crash killed 12 people.", Series.EVENT),
        ("Some 40 trucks enter the valley every day.", Series.RATE),
        ("The agency expects 400 trucks to enter.", Series.FORECAST),
        ("The firm plans to hire 400 people.", Series.PLAN),
    ],
)
def test_series(text: str, series: Series) -> None:
    assert only(text).series is series


def test_a_much_smaller_count_beside_a_total_is_a_day() -> None:
    text = (
        "Shelling kills nine in Kenya\n\n"
        "At least nine people have been killed by rebels in Kenya.\n"
        "At least 75 people have been killed by rebels in Kenya since 2 May."
    )
    assert [f.series for f in figures(text)[1:]] == [Series.PERIOD, Series.CUMULATIVE]


@pytest.mark.parametrize(
    ("text", "older"),
    [
        ("In 2006 the war killed 1,200 people.", True),
        ("The previous war killed 1,200 people.", True),
        ("Last year 1,200 people were killed.", True),
        ("On Monday 1,200 people were killed.", False),
    ],
)
def test_older(text: str, older: bool) -> None:
    figure = only(text)
    assert figure.older == older
    assert figure.followed != older


def test_words_of_revision() -> None:
    first, then = figures("The ministry said 50 people had died. The toll was later revised to 41.")
    assert first.revision_words is None
    assert then.revision_words == "revised to"
    assert (then.measure, then.counted) == (first.measure, first.counted)


LEFT = {
    "lowered to, from": ("The death toll was lowered to 19 from 28, officials said.", 28, 19),
    "cut to, from an earlier": ("The death toll was cut to 19, from an earlier 28.", 28, 19),
    "from, to": ("The agency lowered the death toll of the fire from 28 to 19.", 28, 19),
    "revised down to, from": ("The death toll was revised down to 108, from 120.", 120, 108),
    "rose to, from": ("The death toll rose to 41 from 28.", 28, 41),
    "climbed to, up from": ("The death toll climbed to 41, up from 28.", 28, 41),
    "up from, a day earlier": (
        "A total of 214 people have been killed by the flood, officials said on Thursday, "
        "up from 187 a day earlier.",
        187,
        214,
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_the_level_that_a_change_starts_from_is_the_replaced_one(name: str) -> None:
    text, left, new = LEFT[name]
    found = {figure.quantity.value: figure.as_of for figure in figures(text)}
    assert found.keys() == {left, new}
    assert found[left] and found[left].basis.startswith("replaced")
    assert found[left].end < PUBLISHED.date()
    assert found[new] and found[new].end == PUBLISHED.date()


@pytest.mark.parametrize(
    "text",
    [
        "The flood killed 41 people and 28 from 9 villages are missing.",
        "The death toll rose to 41 people from 28 villages.",
        "Officials put the number of dead at 20 to 30.",
    ],
)
def test_where_people_are_from_is_no_level_left(text: str) -> None:
    assert not any(f.as_of and f.as_of.basis.startswith("replaced") for f in figures(text))


def test_by_how_many_a_count_moved_is_no_count() -> None:
    found = figures("The number of unemployed people climbed by 12,000 to 2.92 million.")
    assert [(f.quantity.value, f.followed) for f in found] == [(12000, False), (2920000, True)]


def test_the_number_that_is_replaced_is_the_earlier_state() -> None:
    now, before = figures("The toll rose to 52, up from 48.")
    assert now.as_of is not None and before.as_of is not None
    assert now.as_of.end == date(2024, 5, 16)
    assert before.as_of.end == date(2024, 5, 15)


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("on 7 October 2023", (2023, 10, 7), (2023, 10, 7)),
        ("on October 7", (2023, 10, 7), (2023, 10, 7)),
        ("on 2 May", (2024, 5, 2), (2024, 5, 2)),
        ("on Monday", (2024, 5, 13), (2024, 5, 13)),
        ("on Thursday", (2024, 5, 16), (2024, 5, 16)),
        ("yesterday", (2024, 5, 15), (2024, 5, 15)),
        ("overnight", (2024, 5, 15), (2024, 5, 16)),
        ("in the past 24 hours", (2024, 5, 15), (2024, 5, 16)),
        ("over the past week", (2024, 5, 9), (2024, 5, 16)),
        ("in the last three days", (2024, 5, 13), (2024, 5, 16)),
        ("in July 2006", (2006, 7, 1), (2006, 7, 31)),
        ("in 2014", (2014, 1, 1), (2014, 12, 31)),
        ("so far this year", (2024, 1, 1), (2024, 5, 16)),
        ("10 days ago", (2024, 5, 6), (2024, 5, 6)),
        ("in April", (2024, 4, 1), (2024, 4, 30)),
    ],
)
def test_times(text: str, start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    [when] = find_times(f"It happened {text}, they said.", PUBLISHED.date())
    assert (when.period.start, when.period.end) == (date(*start), date(*end))


@pytest.mark.parametrize("text", ["It may march on.", "Some 2,014 people", "It cost 2024.50 euros"])
def test_no_times(text: str) -> None:
    assert find_times(text, PUBLISHED.date()) == []


def test_since_runs_to_publication() -> None:
    period = only("Some 300 people have been killed since 2 May.").period
    assert period is not None
    assert (period.start, period.end) == (date(2024, 5, 2), date(2024, 5, 16))
    assert period.basis.startswith("since")


# ---------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Khan Younis", Place("Khan Younis", ("Gaza Strip", "Palestinian territories"), "PSE")),
        ("Goma", Place("Goma", ("DR Congo",), "COD")),
        ("Türkiye", Place("Turkey", (), "TUR")),
        ("Kerala", Place("Kerala", ("India",), "IND")),
        ("Florida", Place("Florida", ("United States",), "USA")),
    ],
)
def test_the_gazetteer_knows_what_contains_a_place(name: str, place: Place) -> None:
    known = gazetteer().find(name)
    assert known is not None
    assert known.place == place


LANDS = ["Malawi", "Saudi Arabia", "Dominican Republic", "Vanuatu", "Chad", "French Guiana"]


@pytest.mark.parametrize("land", LANDS)
def test_a_land_is_a_place_whatever_else_its_name_may_be(land: str) -> None:
    place = only(f"Flooding killed 30 people in {land}, the government said.").place
    assert place is not None
    assert place.name == land


def test_two_places_of_one_name_go_by_the_text() -> None:
    known = gazetteer()
    in_egypt, in_gaza = known.find("Rafah", ("EG",)), known.find("Rafah", ("PS",))
    assert in_egypt is not None and in_gaza is not None
    assert (in_egypt.place.iso3, in_gaza.place.iso3) == ("EGY", "PSE")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("At least 20 people were killed in Nairobi.", "Nairobi"),
        ("In Kenya, 20 people were killed.", "Kenya"),
        ("Ethiopian raids killed 20 people in Kenya.", "Kenya"),
        ("Ethiopia has killed 20 villagers in Kenya.", "Kenya"),
        ("Kenya reported 20 cases of cholera.", "Kenya"),
        ("Twenty people died at the Saint Mary Hospital in Nairobi.", "Saint Mary hospital"),
        ("Twenty people died in Kenya and Uganda.", "Kenya and Uganda"),
        ("Some 20 rebels are held in Kenyan prisons.", "Kenya"),
        ("Officials in Kenya said 20 people had died.", "Kenya"),
    ],
)
def test_the_place_of_a_count(text: str, place: str) -> None:
    found = figures(text)[0].place
    assert found is not None
    assert found.name == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Floods hit Kenya\n\nAt least 20 people died.", "Kenya"),
        ("Floods hit Kenya. They moved on to Uganda. At least 20 people died.", "Uganda"),
        (
            "The rebels attacked Uganda. In Kenya, police said 20 people died in the attack.",
            "Kenya",
        ),
        ("Rebels attacked Gulu. Kenya sent help. Some 20 people died in the attack.", "Gulu"),
    ],
)
def test_a_silent_sentence_takes_its_place_over(text: str, place: str) -> None:
    found = figures(text)[-1].place
    assert found is not None
    assert found.name == place


# ---------------------------------------------------------------- authorities


@pytest.mark.parametrize(
    ("written", "place", "authority"),
    [
        ("the health ministry in Gaza", None, "Gaza Ministry of Health"),
        ("Gaza’s Hamas-run health ministry", None, "Gaza Ministry of Health"),
        ("Turkey's disaster agency AFAD", None, "AFAD"),
        ("the UN humanitarian office", None, "OCHA"),
        ("a spokesperson for UNRWA", None, "UNRWA"),
        (
            "the interior ministry",
            Place("Nairobi", ("Kenya",), "KEN"),
            "Kenya Ministry of Interior",
        ),
        ("Kenyan police", None, "Kenya Police"),
        ("the election commission", Place("Ghana"), "Ghana Electoral Commission"),
        ("witnesses", None, None),
        ("he", None, None),
        ("the Lakeside Relief Fund", None, "Lakeside Relief Fund"),
    ],
)
def test_authorities(written: str, place: Place | None, authority: str | None) -> None:
    assert read_authority(written, place) == authority


def test_the_authority_of_a_count_is_who_is_quoted_with_it() -> None:
    figure = only("At least 20 people died in Kenya, the health ministry said on Monday.")
    assert figure.authority == "Kenya Ministry of Health"
    assert figure.authority_as_written == "the health ministry"
    assert figure.attribution is not None


# ---------------------------------------------------------------- lists of one's own, and laws


def test_a_users_list_adds_words(tmp_path: Path) -> None:
    (tmp_path / "measures.toml").write_text('[grounded]\nobject = ["moor"]\n', "utf-8")
    (tmp_path / "counted.toml").write_text(
        '[ferries]\nkind = "thing"\nnouns = ["ferry"]\n', "utf-8"
    )
    [figure] = figures("The port moored 12 ferries.", Extractor(data=tmp_path))
    assert (figure.counted, figure.measure) == ("ferries", "grounded")


WORDS = [
    "killed",
    "12",
    "people",
    "in",
    "on",
    "Monday",
    "since",
    "7",
    "October",
    "Gaza",
    "Kenya",
    "the",
    "of",
    "were",
    "said",
    "ministry",
    "3,000",
    "wounded",
    "more",
    "than",
    "two",
    "1.4",
    "million",
    "another",
    ",",
    ".",
    "and",
    "including",
    "children",
    "toll",
    "rose",
    "to",
    "held",
    "by\n",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(max_size=120))
def test_any_text_is_read_and_points_at_its_numbers(text: str) -> None:
    for figure in figures(text):
        assert figure.number.of(text) == figure.quantity.as_written
        assert 0 <= figure.sentence.start <= figure.number.start
        assert figure.number.end <= figure.sentence.end <= len(text)
        assert figure.followed == (not figure.why_not_followed)


COUNTERS = {
    "put the toll, inside another's saying": (
        "The health ministry said 40 people had died, while the governor put the toll at 52.",
        {"40": "Ministry of Health", "52": "Governor"},
    ),
    "gave a figure, beside a saying": (
        "Floods killed 112 people, the civil protection agency said, while the interior ministry "
        "gave a figure of 119.",
        {"112": "Civil Defence", "119": "Ministry of Interior"},
    ),
    "spoke of": (
        "At least 30 people were killed, according to police; the Red Cross spoke of 45 dead.",
        {"30": "Police", "45": "Red Cross"},
    ),
}


@pytest.mark.parametrize("name", COUNTERS)
def test_the_nearest_voice_counted(name: str) -> None:
    text, expected = COUNTERS[name]
    figures = Extractor().extract(text, datetime(2024, 2, 4, 8, tzinfo=UTC)).figures
    assert {each.quantity.as_written: each.authority for each in figures} == expected


PARTS = {
    "of them, told apart by an adverb": (
        "1,204 people were injured, 721 of them critically.",
        "721",
    ),
    "including, told apart by a state": (
        "At least 2,059 people were injured, including 1,404 in a critical state.",
        "1,404",
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_nothing_in_the_figure_names_is_not_followed(name: str) -> None:
    text, part = PARTS[name]
    figures = Extractor().extract(text, datetime(2024, 2, 4, 8, tzinfo=UTC)).figures
    followed = {each.quantity.as_written: each.followed for each in figures}
    assert followed.pop(part) is False
    assert all(followed.values())


def test_a_part_with_a_group_of_its_own_is_followed_as_that() -> None:
    text = "At least 2,059 people were injured, 312 of them children."
    figures = Extractor().extract(text, datetime(2024, 2, 4, 8, tzinfo=UTC)).figures
    assert {each.quantity.as_written: (each.group, each.followed) for each in figures} == {
        "2,059": (None, True),
        "312": ("children", True),
    }
