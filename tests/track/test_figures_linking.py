"""Which thread a figure joins, and when it rather starts its own."""

from dataclasses import replace

import pytest

from monitor.track.figures import follow_figures
from tests.track.filed_figures import MemoryThreads, filed, report_of

HELD = {"measure": "held", "counted": "captives", "series": "stock", "nationality": None}


def stream(*reports, texts=None):
    """Follow one claim a report, each of another outlet on its own day unless told."""
    threads = MemoryThreads()
    answers = []
    for article, fields in enumerate(reports, start=1):
        claim = filed(article=article, **{"outlet": f"o{article}", "day": article, **fields})
        text = texts[article - 1] if texts else ""
        answers += threads.follow([claim], report_of(claim, text=text))
    return answers


def together(*reports, **fields):
    """Whether the last report's figure joined the first one's thread."""
    answers = stream(*reports, **fields)
    last = answers[-1].thread
    return last is not None and last.id == answers[0].thread.id


JOINS = {
    "the next total of the same place": [{"n": 900}, {"n": 1000}],
    "a nested place with the very same number": [
        {"n": 512, "place": "Easton", "within": ["Northland"]},
        {"n": 512, "place": "Northland"},
    ],
    "a misread place, the same authority and number": [
        {"n": 1400, "place": "Northland"},
        {"n": 1400, "place": "Southland"},
    ],
    "a town and its land in one disaster": [
        {"n": 116, "place": "Northland", "event": "stampede", "series": "event_total"},
        {"n": 121, "place": "Easton", "within": ["Northland"], "event": "stampede"},
    ],
    "no place, the same authority and a plausible step": [{"n": 900}, {"n": 960, "place": None}],
    "a count of a day long past as that day's event": [
        {"n": 140, "series": "event_total"},
        {"n": 140, "series": "flow_period", "since": 1, "until": 1, "day": 9},
    ],
    "captives by where they were taken from and where they are held": [
        {"n": 199, "place": "Northland", **HELD},
        {"n": 203, "place": "Southland", **HELD},
    ],
    "a confirmed number that agrees with the reported one": [
        {"n": 140},
        {"n": 140, "status": "confirmed", "authority": "Observatory"},
    ],
    "agents worded otherwise": [
        {"n": 90, "agent": "Northland forces"},
        {"n": 98, "agent": "the Northland army"},
    ],
}


@pytest.mark.parametrize("reports", JOINS.values(), ids=JOINS)
def test_one_quantity_is_one_thread(reports):
    texts = ["Northland and Southland are named here."] * len(reports)
    assert together(*reports, texts=texts)


STAYS_APART = {
    "a place inside, another number": [
        {"n": 512, "place": "Northland"},
        {"n": 300, "place": "Easton", "within": ["Northland"]},
    ],
    "two attacks in one land": [
        {"n": 12, "place": "Northland", "event": "attack", "series": "event_total"},
        {"n": 14, "place": "Easton", "within": ["Northland"], "event": "attack"},
    ],
    "no place and nobody named": [{"n": 900}, {"n": 960, "place": None, "authority": ""}],
    "captives of another story": [
        {"n": 199, "place": "Northland", **HELD},
        {"n": 203, "place": "Farland", **HELD, "authority": "Governor"},
    ],
    "another period of a flow": [
        {"n": 60, "series": "flow_period", "since": 1, "until": 1},
        {"n": 66, "series": "flow_period", "since": 2, "until": 2},
    ],
    "a flow without a period": [
        {"n": 60, "series": "flow_period"},
        {"n": 66, "series": "flow_period"},
    ],
    "an incident after a silence": [
        {"n": 12, "series": "event_total", "event": "mine collapse"},
        {"n": 13, "series": "event_total", "event": "mine collapse", "day": 80},
    ],
    "a tenfold number": [{"n": 300}, {"n": 9000, "authority": ""}],
}


@pytest.mark.parametrize("reports", STAYS_APART.values(), ids=STAYS_APART)
def test_an_uncertain_figure_stays_apart(reports):
    assert not together(*reports)


ESTABLISHED = [{"n": 5000}, {"n": 5400}, {"n": 5800}]


def test_a_number_far_below_an_established_total_is_of_a_part():
    parts = [{"n": 40, "authority": ""}, {"n": 55, "authority": ""}]
    *_, first, second = stream(*ESTABLISHED, *parts)
    assert first.opened
    assert second.opened, "two parts of one place are not each other's next number"


def test_a_number_far_above_an_established_total_is_of_another_place():
    *_, first, second = stream(
        *({**fields, "day": 3 * day} for day, fields in enumerate(ESTABLISHED, start=1)),
        {"n": 19000, "day": 10},
        {"n": 19500, "day": 11},
    )
    assert first.opened
    assert second.opened


def test_the_part_itself_is_known_by_its_number():
    *_, first, second = stream(*ESTABLISHED, {"n": 40}, {"n": 40})
    assert second.thread.id == first.thread.id


def a_total_of_three_reports():
    """The threads, and the one answer of the last report."""
    threads = MemoryThreads()
    for article, n in enumerate((500, 540, 580), start=1):
        claim = filed(article=article, day=article, outlet=f"o{article}", n=n)
        (main,) = threads.follow([claim], report_of(claim))
    return threads, main


def test_of_two_threads_that_nothing_tells_apart_the_larger_takes_the_figure():
    threads, main = a_total_of_three_reports()
    stray = filed(article=9, day=3, outlet="o9", n=590, authority="")
    twin = replace(main.thread, id="thr_twin", history=(stray,))
    threads.threads["thr_twin"] = twin
    claim = filed(article=10, day=4, outlet="o10", n=590, authority="")
    (answer,) = threads.follow([claim], report_of(claim))
    assert answer.thread.id == main.thread.id


def test_two_authorities_with_counts_of_their_own_keep_their_threads():
    threads, main = a_total_of_three_reports()
    theirs = filed(article=9, day=3, outlet="o9", n=410, authority="Observatory")
    threads.threads["thr_other"] = replace(main.thread, id="thr_other", history=(theirs,))
    claim = filed(article=10, day=4, outlet="o10", n=420, authority="Observatory")
    (answer,) = threads.follow([claim], report_of(claim))
    assert answer.thread.id == "thr_other"


def test_a_headline_alone_opens_no_thread():
    claim = filed(n=1300, headline=True)
    (answer,) = MemoryThreads().follow([claim], report_of(claim))
    assert answer.thread is None
    assert answer.reason.startswith("not followed: a headline alone opens no thread")


def test_a_headlines_number_that_the_body_does_not_bear_out_is_another():
    threads = MemoryThreads()
    body = filed(article=1, at=100, n=800)
    headline = filed(article=1, at=0, n=1300, headline=True)
    told, above = threads.follow([body, headline], report_of(body))
    assert told.opened
    assert above.thread is None


def test_the_day_of_the_event_is_not_the_day_of_the_count():
    *_, answer = stream({"n": 1300}, {"n": 1400, "day": 12, "as_of": 1})
    assert answer.change.kind.value == "raised"


def test_a_stray_place_does_not_open_a_thread_to_that_place():
    same = {"authority": "Ministry", "n": 1400}
    reports = [same] * 5 + [{**same, "place": "Southland"}, {"n": 1450, "place": "Southland"}]
    answers = stream(*reports)
    assert answers[5].thread.id == answers[0].thread.id
    assert answers[6].opened


QUAKE = {"event": "earthquake at Lamira", "place": "Lamira"}


def test_a_correction_without_a_place_joins_the_one_live_thread_that_fits():
    corrected = {"n": 108, "place": None, "authority": "", "revision_words": "lowered its count"}
    texts = ["", "", "The agency lowered its count of the dead after the quake to 108."]
    reports = [{"n": 74, "series": "event_total", **QUAKE}, {"n": 112, **QUAKE}, corrected]
    *_, answer = stream(*reports, texts=texts)
    assert not answer.opened
    assert answer.change.kind.value == "lowered"
    assert answer.reason.startswith("the one live thread that fits")


def test_of_two_live_threads_a_figure_without_a_place_joins_none():
    other = {"n": 104, "place": "Torvik", "event": "earthquake at Torvik"}
    bare = {"n": 108, "place": None, "authority": ""}
    texts = ["", "", "The dead of the quake are 108."]
    *_, answer = stream({"n": 112, **QUAKE}, {**other, "series": "event_total"}, bare, texts=texts)
    assert answer.opened


def test_a_whole_and_a_part_of_one_incident_by_name_are_one():
    assert together(
        {"n": 74, "series": "event_total", **QUAKE}, {"n": 81, "series": "part", **QUAKE}
    )


def test_the_text_that_names_the_replaced_number_gives_the_reason_to_fall():
    threads = MemoryThreads()
    missing = {"measure": "missing", "series": "stock", "authority": "", "unit": "person"}
    report = [
        filed(at=0, n=45, **missing),
        filed(at=50, n=60, as_of=1, as_of_basis="earlier", **missing),
    ]
    now, before = threads.follow(report, report_of(report[0]))
    assert now.change.kind.value == "lowered"
    assert now.change.before == before.claim.id


def test_a_level_that_falls_stays_with_its_place_named_more_widely():
    disaster = {"measure": "missing", "series": "stock", "event": "earthquake"}
    first = {"n": 17, "place": "Easton", "within": ("Northland",), "authority": "", **disaster}
    second = {"n": 9, "day": 2, "authority": "", **disaster}
    assert one_thread(first, second)


def test_the_users_own_nouns_for_an_event_link_a_report_that_names_no_place(tmp_path):
    """ "Temblor" is no word of ours for an earthquake: without it the article is of no story."""
    (tmp_path / "events.toml").write_text('[earthquake]\nnouns = ["temblor"]\n', "utf-8")
    known = filed(article=1, n=284, event="earthquake", series="event_total")
    corrected = filed(
        article=2, n=276, day=2, place=None, event=None, authority="", series="event_total",
        revision_words="revised",
    )  # fmt: skip
    text = "The temblor of Monday killed fewer than first thought."
    threads = MemoryThreads()
    threads.follow([known], report_of(known))
    report = report_of(corrected, text=text)
    (without,) = follow_figures([corrected], report, threads)
    (with_list,) = follow_figures([corrected], report, threads, tmp_path)
    assert (without.opened, with_list.opened) == (True, False)


def one_thread(*reports):
    threads = MemoryThreads()
    for article, fields in enumerate(reports, start=1):
        claim = filed(article=article, outlet=f"o{article}", **fields)
        threads.follow([claim], report_of(claim, text="The earthquake in Northland."))
    return len(threads.threads) == 1


def test_a_report_whose_headline_names_another_land_alone_joins_no_thread_of_the_first():
    known = filed(article=1, n=340, place="Peru", event="earthquake")
    place = replace(known.figure.place, iso3="PER")
    known = replace(known, figure=replace(known.figure, place=place))
    for headline, joins in (("Bolivia mourns after earthquake", False), ("Earthquake", True)):
        threads = MemoryThreads()
        [first] = threads.follow([known], report_of(known, text="Earthquake in Peru"))
        claim = filed(article=2, n=410, place=None, event="earthquake", day=2, outlet="o2")
        report = replace(report_of(claim, text="The earthquake killed 410."), title=headline)
        [answer] = threads.follow([claim], report)
        assert (answer.thread is not None and answer.thread.id == first.thread.id) is joins
