"""Following figures through a stream of reports: what each one changes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claims import Attribution, Span
from monitor.track.figures import follow_figures
from monitor.track.labels import in_words
from monitor.track.linking import figure_key
from tests.track.filed_figures import MemoryThreads, filed, report_of

EVENT = {"series": "event_total", "event": "ferry accident"}


def follow(*reports):
    """Each report is a list of claims; the kinds of change by report, None where none."""
    threads = MemoryThreads()
    kinds = []
    for claims in reports:
        followed = threads.follow(claims, report_of(claims[0]))
        kinds.append([answer.change and answer.change.kind.value for answer in followed])
    return threads, kinds


def one(article, **fields):
    return [filed(article=article, outlet=f"outlet {article}", **fields)]


def copy(article, **fields):
    """A report of one outlet's own, so that its reports are never independent of each other."""
    return [filed(article=article, outlet="A", origin=f"text {article}", **fields)]


STORIES = {
    "a total rises and is said again": (
        [one(1, n=100), one(2, n=140, day=2), one(3, n=140, day=2)],
        [["first"], ["raised"], ["restated"]],
    ),
    "an older number later the same day is stale": (
        [one(1, n=250), one(2, n=198, hour=14)],
        [["first"], ["stale"]],
    ),
    "after a lowering, the number it replaced is stale and no rise": (
        [
            one(1, n=1400),
            one(2, n=1200, day=2, revision_words="revised down from 1,400"),
            one(3, n=1400, day=3, modifier="at_least"),
            one(4, n=1200, day=3),
        ],
        [["first"], ["lowered"], ["stale"], ["restated"]],
    ),
    "a revision may fall back to a number of long ago": (
        [
            one(1, n=1200),
            one(2, n=1400, day=3),
            one(3, n=1200, day=5, authority=""),
            one(4, n=1200, day=30),
        ],
        [["first"], ["raised"], ["stale"], ["lowered"]],
    ),
    "a second independent origin confirms a fall": (
        [
            one(1, n=90, **EVENT),
            one(2, n=76, day=2, authority="", **EVENT),
            one(3, n=76, day=2, authority="", **EVENT),
        ],
        [["first"], ["stale"], ["lowered"]],
    ),
    "two reports of one outlet do not confirm a fall": (
        [
            one(1, n=91),
            [filed(article=2, outlet="A", day=2, n=76, authority="")],
            [filed(article=3, outlet="A", day=2, n=76, authority="")],
        ],
        [["first"], ["stale"], ["stale"]],
    ),
    "one number too high never blinds the thread": (
        [
            copy(1, n=3000),
            copy(2, n=9000, day=2, authority=""),
            copy(3, n=3200, day=3, authority=""),
            copy(4, n=3300, day=4, authority=""),
            copy(5, n=3500, day=5, authority=""),
        ],
        [["first"], ["raised"], ["stale"], ["raised"], ["raised"]],
    ),
    "an implausible number waits and does not become the state": (
        [one(1, n=300), one(2, n=3000, hour=13), one(3, n=330, hour=15)],
        [["first"], ["raised"], ["raised"]],
    ),
    "a page updated later with an old number fills history": (
        [one(1, n=300, day=10), one(2, n=120, day=11, as_of=6), one(3, n=320, day=11)],
        [["first"], [None], ["raised"]],
    ),
    "what was planned, denied or long ago is not followed": (
        [
            one(1, n=300, followed=False, why_not_followed="planned"),
            one(2, n=300, older=True),
            one(3, n=300),
        ],
        [[None], [None], ["first"]],
    ),
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_stream_of_reports(story):
    reports, expected = story
    assert follow(*reports)[1] == expected


def test_one_number_worded_three_ways_in_a_report_is_one_change():
    before = one(1, n=4651)
    report = [
        filed(article=2, day=2, at=0, n=5000, modifier="at_least", headline=True, authority=""),
        filed(article=2, day=2, at=100, n=5100, modifier="approximate"),
        filed(article=2, day=2, at=300, n=5087),
    ]
    threads, kinds = follow(before, report)
    assert kinds[1] == [None, None, "raised"]
    assert len(threads.threads) == 1


def test_the_number_that_a_report_says_was_replaced_is_measured_against():
    report = [
        filed(article=1, at=0, n=22, nationality="Westlanders"),
        filed(article=1, at=90, n=14, nationality="Westlanders", as_of=1, as_of_basis="replaced"),
    ]
    threads = MemoryThreads()
    new, old = threads.follow(report, report_of(report[0]))
    assert new.change is not None
    assert new.change.kind.value == "raised"
    assert new.change.before == old.claim.id
    assert old.change is None


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"n": 22, "series": "flow_cumulative"}, "raised"),
        ({"n": 9, "series": "flow_cumulative", "revision_words": "revised down from"}, "lowered"),
        ({"n": 9, "series": "stock", "unit": "person"}, "lowered"),
        ({"n": 9, "series": "unknown", "unit": None}, "first"),
        ({"n": 22, "series": "stock", "unit": "percent"}, "first"),
        ({"n": 9, "series": "stock", "unit": "percent"}, "first"),
    ],
    ids=lambda told: told if isinstance(told, str) else " ".join(map(str, told.values())),
)
def test_the_former_level_of_a_series_first_seen_is_background_unless_it_grew_or_was_revised(
    told, kind
):
    past = {"n": 14, "as_of": 1, "as_of_basis": "earlier"}
    report = [
        filed(article=1, at=0, day=2, **told),
        filed(article=1, at=90, day=2, **(told | past | {"revision_words": None})),
    ]
    _, kinds = follow(report)
    assert kinds == [[kind, None]]


def test_two_voices_of_one_report_about_one_event_conflict():
    report = [
        filed(article=1, at=0, n=8, authority="State Media", **EVENT),
        filed(article=1, at=90, n=11, authority="Observatory", **EVENT),
    ]
    threads = MemoryThreads()
    first, second = threads.follow(report, report_of(report[0]))
    assert first.change.kind.value == "first"
    assert second.change.kind.value == "conflict"
    assert second.change.before == first.claim.id
    assert "8 (State Media)" in second.change.explanation
    assert "11 (Observatory)" in second.change.explanation


def test_an_increment_never_alters_a_total():
    day = {"series": "flow_period", "since": 2, "until": 2}
    threads, kinds = follow(one(1, n=900), one(2, n=60, day=2, **day), one(3, n=910, day=3))
    assert kinds == [["first"], ["first"], ["raised"]]
    assert len(threads.threads) == 2


def test_support_counts_authorities_origins_and_reports():
    agency = {"origin": "agency copy"}
    threads = MemoryThreads()
    for article, authority in enumerate(["Ministry", "Ministry", "", "Relief Office"], start=1):
        fields = agency if article < 3 else {}
        claim = filed(article=article, outlet=f"o{article}", n=5087, authority=authority, **fields)
        (answer,) = threads.follow([claim], report_of(claim))
    support = answer.change.support
    assert (support.authorities, support.origins, support.reports) == (2, 3, 4)
    assert answer.change.kind.value == "corroborated"


def test_what_two_outlets_have_from_one_agency_is_one_origin():
    told = Attribution((), (), (), channel="Agency")
    threads = MemoryThreads()
    for article in (1, 2):
        claim = filed(article=article, outlet=f"o{article}", n=5087, authority="", attribution=told)
        (answer,) = threads.follow([claim], report_of(claim))
    assert answer.change.kind.value == "restated"
    assert answer.change.support.origins == 1


def test_an_uncertain_figure_starts_its_own_thread():
    threads, _ = follow(
        one(1, n=500, place="Northland"), one(2, n=520, place="Southland", authority="Army")
    )
    claim = filed(article=3, n=510, place=None, authority="", day=2)
    (answer,) = threads.follow([claim], report_of(claim))
    assert answer.opened
    assert answer.reason == "no thread counts the same"


LABELS = {
    "Gaza Strip: people killed, total since 1 Mar 2024": {"place": "Gaza Strip", "since": 1},
    "Northland: captives held": {"measure": "held", "counted": "captives", "series": "stock"},
    "Lamira hospital, 1 Mar 2024: people killed": {
        "place": "Lamira hospital",
        "series": "event_total",
        "event": "attack at Lamira hospital",
        "since": 1,
        "until": 1,
    },
    "Northland: bodies recovered, total": {
        "measure": "bodies recovered",
        "counted": "bodies",
        "reporting_unit": "bodies",
    },
    "Northland: children (Northlanders) killed, confirmed, total": {
        "group": "children",
        "nationality": "Northlanders",
        "status": "confirmed",
    },
    "Northland: inflation": {"measure": "level", "counted": "inflation", "series": "stock"},
    "People killed, on 2 Mar 2024": {
        "place": None,
        "series": "flow_period",
        "since": 2,
        "until": 2,
    },
}


@pytest.mark.parametrize(("label", "fields"), LABELS.items(), ids=LABELS)
def test_the_label_names_place_counted_measure_series_and_since(label, fields):
    claim = filed(n=5087, **fields)
    (answer,) = follow_figures([claim], report_of(claim), MemoryThreads())
    assert answer.thread.label == label


def test_ids_derive_from_content():
    claims = [filed(article=1, n=5087), filed(article=1, at=60, n=900, measure="injured")]
    once = follow_figures(claims, report_of(claims[0]), MemoryThreads())
    again = follow_figures(claims, report_of(claims[0]), MemoryThreads())
    assert once == again
    assert once[0].thread.id != once[1].thread.id


def test_the_key_is_measure_and_what_is_counted():
    claim = filed(n=5, counted="people", group="children")
    assert figure_key(claim.figure) == "killed|children"
    money = replace(claim.figure.quantity, unit="USD")
    assert figure_key(replace(claim.figure, quantity=money)) == "killed|children|usd"


@given(
    st.lists(
        st.tuples(
            st.integers(1, 10_000),
            st.sampled_from(["exact", "at_least", "at_most", "approximate"]),
            st.integers(1, 20),
            st.sampled_from(["Ministry", "Observatory", ""]),
            st.sampled_from(["flow_cumulative", "stock", "event_total", "unknown"]),
        ),
        max_size=12,
    )
)
def test_any_stream_gives_each_claim_one_answer_and_the_same_each_time(stream):
    def run():
        threads = MemoryThreads()
        answers = []
        for article, (n, modifier, day, authority, series) in enumerate(stream, start=1):
            claim = filed(
                article=article, n=n, modifier=modifier, day=day, authority=authority,
                series=series, outlet=f"o{article % 3}",
            )  # fmt: skip
            answers += threads.follow([claim], report_of(claim))
        return answers

    answers = run()
    assert answers == run()
    assert len(answers) == len(stream)
    for answer in answers:
        assert answer.thread.history[-1] == answer.claim
        assert in_words(answer.claim)


def test_offsets_decide_nothing_but_order():
    claim = filed(n=10)
    moved = replace(claim, figure=replace(claim.figure, number=Span(7, 12)))
    first = follow_figures([claim], report_of(claim), MemoryThreads())
    second = follow_figures([moved], report_of(moved), MemoryThreads())
    assert first[0].change == second[0].change
