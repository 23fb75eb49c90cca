"""Which change of a figure is pushed, which waits for the digest, which stays silent, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.figure_tiers import DEFAULT_RULES, FigureRules, figure_tier
from monitor.claims import Change, ChangeKind, Support, Tier
from tests.track.filed_figures import MemoryThreads, filed, report_of

EVENT = {"series": "event_total", "event": "ferry accident"}


def judged(*reports, now=None, pushed=True, rules=DEFAULT_RULES, **report_fields):
    """Follow one claim a report; the last one's tier and reason. The earlier ones were pushed."""
    threads = MemoryThreads()
    for article, fields in enumerate(reports, start=1):
        claim = filed(article=article, outlet=f"o{article}", **fields)
        report = replace(report_of(claim), **report_fields)
        (answer,) = threads.follow([claim], report)
        thread = threads.threads[answer.thread.id]
        if article < len(reports) and pushed:
            thread = replace(thread, pushed=claim, pushed_at=claim.published)
            threads.threads[thread.id] = thread
    assert answer.change is not None
    return told(answer.change, claim, thread, report, now or claim.published, rules=rules)


def told(*args, **kwargs):
    """A judgement's tier and reason."""
    judgement = figure_tier(*args, **kwargs)
    return judgement.tier, judgement.reason


CASES = {
    "a rise by ten percent": (
        [{"n": 3785}, {"n": 4250, "day": 2}],
        Tier.PUSH,
        "+12.3 % since 3,785",
    ),
    "a milestone crossed": ([{"n": 4651}, {"n": 5087, "day": 2}], Tier.PUSH, "crossed 5,000"),
    "a small rise": (
        [{"n": 5087}, {"n": 5200, "day": 2}],
        Tier.DIGEST,
        "+2.2 % since 5,087: below 10 %",
    ),
    "a small count by a large share": (
        [{"n": 20}, {"n": 25, "day": 2}],
        Tier.DIGEST,
        "+5 since 20: below 10",
    ),
    "an incident below the floor": (
        [{"n": 12, **EVENT}, {"n": 31, "day": 2, **EVENT}],
        Tier.DIGEST,
        "one incident or increment below 100",
    ),
    "an incident at the floor": (
        [{"n": 60, **EVENT}, {"n": 130, "day": 2, **EVENT}],
        Tier.PUSH,
        "crossed 100",
    ),
    "within the gap": (
        [{"n": 4000}, {"n": 4600, "hour": 20}],
        Tier.DIGEST,
        "+15.0 % since 4,000; in the digest: the last message was 8 hours ago",
    ),
    "within the gap, by a quarter": (
        [{"n": 4000}, {"n": 5200, "hour": 20}],
        Tier.PUSH,
        "crossed 5,000",
    ),
    "a fall": (
        [{"n": 1400}, {"n": 1207, "day": 2}],
        Tier.PUSH,
        "lower than the last figure",
    ),
    "a level that falls a little": (
        [{"n": 200, "series": "stock"}, {"n": 190, "day": 2, "series": "stock"}],
        Tier.DIGEST,
        "-5.0 % since 200: below 10 %",
    ),
    "a level that falls much": (
        [{"n": 200, "series": "stock"}, {"n": 150, "day": 2, "series": "stock"}],
        Tier.PUSH,
        "-25.0 % since 200",
    ),
    "a level that falls deep by another counter": (
        [
            {"n": 800, "series": "stock"},
            {"n": 400, "day": 2, "series": "stock", "authority": "Relief Office"},
        ],
        Tier.DIGEST,
        "-50.0 % since 800; 0.5 times the last value; waits 6 hours for a second independent origin",
    ),
    "nobody named": (
        [{"n": 4651}, {"n": 5200, "day": 2, "authority": ""}],
        Tier.DIGEST,
        "crossed 5,000; waits 2 hours for a named source",
    ),
    "said again": ([{"n": 222}, {"n": 222, "day": 2}], Tier.LOG, "not sent: agrees with 222"),
    "a rounded floor": (
        [{"n": 5087}, {"n": 5000, "modifier": "at_least", "exclusive": True, "day": 2}],
        Tier.LOG,
        "not sent: agrees with 5,087",
    ),
    "an older figure": (
        [{"n": 250}, {"n": 198, "hour": 14}],
        Tier.LOG,
        "not sent: an older figure",
    ),
    "the first sight": ([{"n": 5000}], Tier.LOG, "not sent: first sight of this quantity"),
    "a share of money by percent alone": (
        [
            {"n": 3, "unit": "USD", "series": "stock"},
            {"n": 4, "unit": "USD", "series": "stock", "day": 2},
        ],
        Tier.PUSH,
        "+33.3 % since 3 USD",
    ),
    "an implausible number": (
        [{"n": 400}, {"n": 4000, "day": 2}],
        Tier.DIGEST,
        "crossed 2,000; 10.0 times the last value; waits 6 hours for a second independent origin",
    ),
    "another basis": (
        [{"n": 230}, {"n": 180, "day": 2, "status": "confirmed", "revision_words": "now counts"}],
        Tier.DIGEST,
        "counted otherwise than before",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_tier_and_its_reason(case):
    reports, tier, reason = case
    assert judged(*reports) == (tier, reason)


RISE = ({"n": 3785}, {"n": 4250, "day": 2})


def test_the_first_poll_sends_nothing():
    tier, reason = judged(*RISE, baseline=True)
    assert (tier, reason) == (Tier.LOG, "not sent: from the first poll of its feed")


def test_an_old_article_is_digested():
    late = filed(day=4, n=1).published
    tier, reason = judged(*RISE, now=late)
    assert tier is Tier.DIGEST
    assert reason.endswith("in the digest: the article is older than 24 hours")


def test_an_old_state_stays_silent():
    tier, reason = judged({"n": 3785}, {"n": 4250, "day": 9, "as_of": 3})
    assert (tier, reason) == (Tier.LOG, "not sent: as of 2024-03-03, older than 72 hours")


@pytest.mark.parametrize(
    ("confidence", "tier"), [(0.95, Tier.PUSH), (0.8, Tier.DIGEST), (0.5, Tier.LOG)]
)
def test_confidence_bounds(confidence, tier):
    claim = filed(article=2, n=1207, day=2)
    claim = replace(claim, figure=replace(claim.figure, confidence=confidence))
    thread = _thread_with(filed(article=1, n=1400), claim)
    change = _change(ChangeKind.LOWERED, thread.history[0], claim, thread)
    change = replace(change, confidence=0.93)
    assert figure_tier(change, claim, thread, report_of(claim), claim.published).tier is tier


def test_a_sure_link_raises_the_odds_of_the_reading():
    claim = filed(article=2, n=1207, day=2)
    claim = replace(claim, figure=replace(claim.figure, confidence=0.8))
    thread = _thread_with(filed(article=1, n=1400), claim)
    change = replace(_change(ChangeKind.LOWERED, thread.history[0], claim, thread), confidence=0.99)
    assert figure_tier(change, claim, thread, report_of(claim), claim.published).tier is Tier.PUSH


def test_an_edit_is_sure_whatever_was_read_into_the_sentence():
    claim = filed(n=15)
    claim = replace(claim, figure=replace(claim.figure, confidence=0.6))
    thread = _thread_with(filed(n=12), claim)
    change = _change(ChangeKind.EDITED, thread.history[0], claim, thread)
    assert figure_tier(change, claim, thread, report_of(claim), claim.published).tier is Tier.PUSH


@pytest.mark.parametrize("kind", [ChangeKind.EDITED, ChangeKind.WITHDRAWN])
def test_an_edit_of_an_old_article_is_news_from_when_it_is_seen(kind):
    claim = filed(n=15)
    thread = _thread_with(filed(n=12), claim)
    change = _change(kind, thread.history[0], claim, thread)
    seen = claim.published + timedelta(days=6)
    assert figure_tier(change, claim, thread, report_of(claim), seen).tier is Tier.PUSH


def test_a_fall_is_sent_once_in_six_hours():
    claim = filed(article=2, n=1207, day=2)
    thread = _thread_with(filed(article=1, n=1400), claim)
    thread = replace(thread, pushed=claim, pushed_at=claim.published - timedelta(hours=5))
    change = _change(ChangeKind.LOWERED, thread.history[0], claim, thread)
    tier, reason = told(change, claim, thread, report_of(claim), claim.published)
    assert tier is Tier.DIGEST
    assert reason.endswith("sent within the last 6 hours")


@pytest.mark.parametrize(
    ("kind", "fields", "tier"),
    [
        pytest.param(ChangeKind.EDITED, {"n": 15}, Tier.PUSH, id="an edit"),
        pytest.param(ChangeKind.CONFLICT, {"n": 15}, Tier.DIGEST, id="a conflict of small counts"),
        pytest.param(ChangeKind.CONFLICT, {"n": 150, **EVENT}, Tier.PUSH, id="a large incident"),
    ],
)
def test_a_thread_of_one_article_pushes_only_exceptions(kind, fields, tier):
    first = filed(at=0, **{**fields, "n": fields["n"] - 3})
    claim = filed(at=90, **fields)
    thread = _thread_with(first, claim)
    change = _change(kind, first, claim, thread)
    assert figure_tier(change, claim, thread, report_of(claim), claim.published).tier is tier


def test_rules_can_be_set():
    tier, _ = judged({"n": 5087}, {"n": 5200, "day": 2}, rules=FigureRules(raise_percent=2))
    assert tier is Tier.PUSH


def test_a_rise_is_measured_from_the_last_pushed_value():
    steps = [{"n": n, "day": d} for d, n in enumerate((2100, 2250, 2400), start=1)]
    threads = MemoryThreads()
    for article, fields in enumerate(steps, start=1):
        claim = filed(article=article, outlet=f"o{article}", **fields)
        (answer,) = threads.follow([claim], report_of(claim))
        thread = threads.threads[answer.thread.id]
        if article == 1:
            thread = replace(thread, pushed=claim, pushed_at=claim.published)
        threads.threads[thread.id] = thread
        thread = replace(answer.thread, pushed=thread.pushed, pushed_at=thread.pushed_at)
        threads.threads[thread.id] = thread
    tier, reason = told(answer.change, claim, thread, report_of(claim), claim.published)
    assert (tier, reason) == (Tier.PUSH, "+14.3 % since 2,100")


def test_before_any_push_small_steps_add_up_from_the_first_value():
    steps = [{"n": n, "day": d} for d, n in enumerate((3478, 3785, 4137), start=1)]
    assert judged(*steps[:2], pushed=False) == (Tier.DIGEST, "+8.8 % since 3,478: below 10 %")
    assert judged(*steps, pushed=False) == (Tier.PUSH, "+18.9 % since 3,478")


def _thread_with(*claims):
    threads = MemoryThreads()
    (answer,) = threads.follow([claims[0]], report_of(claims[0]))
    return replace(answer.thread, history=tuple(claims))


def _change(kind, before, claim, thread):
    return Change(
        id="chg_1",
        kind=kind,
        thread=thread.id,
        claim=claim.id,
        before=before.id,
        explanation="",
        support=Support(1, 1, 1),
        confidence=0.95,
    )
