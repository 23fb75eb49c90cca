"""Following positions: linking, one change per event, and what never alerts."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims import ChangeKind, Tier, Venue, content_id
from monitor.track.positions import follow_positions
from tests.track.filed_positions import FIRST_DAY, Desk, sent

WEEK = timedelta(days=7)
SUPPORTS = "Hungary said that it supports sanctions against Belarus."
OPPOSES = "Hungary said that it opposes sanctions against Belarus."


@pytest.fixture
def desk():
    return Desk()


def told_of(told, holder):
    [one] = [t for t in told if t.position.holder.name == holder and not t.position.headline]
    return one


def test_the_first_claim_opens_a_thread_named_after_it(desk):
    first = told_of(desk.report(SUPPORTS, FIRST_DAY), "Hungary")
    assert first.step.opened
    assert first.step.thread.id == content_id("thr", first.claim.id)
    assert first.kind is ChangeKind.FIRST
    assert first.tier is Tier.LOG
    change = first.change
    assert change.id == content_id("chg", first.step.thread.id, first.claim.id, ChangeKind.FIRST)


def test_a_turn_is_told_with_what_stood_before(desk):
    before = told_of(desk.report(SUPPORTS, FIRST_DAY), "Hungary")
    after = told_of(desk.report(OPPOSES, FIRST_DAY + WEEK), "Hungary")
    assert after.kind is ChangeKind.REVERSED
    assert after.change.before == before.claim.id
    assert after.step.thread.history[-1] == after.claim
    assert after.change.support.reports == 1


def test_one_event_told_by_several_papers_is_one_change(desk):
    desk.report(SUPPORTS, FIRST_DAY)
    day = FIRST_DAY + WEEK
    tellings = [
        desk.report(OPPOSES, day, outlet="Outlet A"),
        desk.report("Hungary rejected sanctions against Belarus.", day, outlet="Outlet B"),
        desk.report(OPPOSES, day + timedelta(days=1), outlet="Outlet C"),
    ]
    assert [sent(told) for told in tellings] == [[ChangeKind.REVERSED], [], []]


def test_support_counts_an_origin_once(desk):
    desk.report(SUPPORTS, FIRST_DAY, origin="agency")
    again = told_of(desk.report(SUPPORTS, FIRST_DAY, origin="agency"), "Hungary")
    other = told_of(desk.report(SUPPORTS, FIRST_DAY, origin="own desk"), "Hungary")
    assert (again.change.support.origins, again.change.support.reports) == (1, 2)
    assert (other.change.support.origins, other.change.support.reports) == (2, 3)


def test_two_parties_are_two_threads(desk):
    desk.report(SUPPORTS, FIRST_DAY)
    other = told_of(
        desk.report("Hungary said that it opposes sanctions against Georgia.", FIRST_DAY), "Hungary"
    )
    assert other.step.opened


def test_a_holder_may_tell_a_pause_from_a_ceasefire(desk):
    desk.report("Kenya opposes a ceasefire in Sudan.", FIRST_DAY)
    pause = told_of(
        desk.report("Kenya supports a humanitarian pause in Sudan.", FIRST_DAY + WEEK), "Kenya"
    )
    assert pause.step.opened
    assert not pause.sent


def test_a_holder_who_wants_both_stands_on_one_line(desk):
    desk.report("Kenya supports a humanitarian pause in Sudan.", FIRST_DAY)
    both = told_of(desk.report("Kenya called for a ceasefire in Sudan.", FIRST_DAY + WEEK), "Kenya")
    assert not both.step.opened


def test_two_voices_at_one_time_contradict_each_other(desk):
    told = desk.text(
        "Kenya in two minds over the march\n\n"
        "Two Kenyan officials told the newspaper Outlook that Kenya is willing to postpone the "
        "march. However, Kenyan officials have publicly vowed to go ahead with the march, "
        "contradicting what the officials told the newspaper.\n",
        FIRST_DAY,
    )
    assert sent(told) == [ChangeKind.CONTRADICTED]


def test_a_columnist_is_filed_and_in_no_thread(desk):
    told = desk.report(SUPPORTS, FIRST_DAY)
    position = told_of(told, "Hungary").position
    opinion = replace(position, attribution=replace(position.attribution, venue=Venue.COLUMNIST))
    filed = replace(told_of(told, "Hungary").claim, position=opinion)
    report = SimpleNamespace(title="A headline", text="A headline\n\nA text.")
    [step] = follow_positions([filed], report, desk)
    assert (step.thread, step.change) == (None, None)
    assert "opinion" in step.reason


def test_a_denied_claim_of_another_holder_is_a_contradiction(desk):
    told = desk.text(
        "Ghana denies offer\n\n"
        "Togo said that it had offered to return the boats. Ghana described the claim as a lie.\n",
        FIRST_DAY,
    )
    ghana = told_of(told, "Ghana")
    assert ghana.kind is ChangeKind.CONTRADICTED


@pytest.mark.parametrize(
    "retelling",
    [
        "Last week, Hungary had opposed sanctions against Belarus.",
        "In 2021, Hungary said that it opposed sanctions against Belarus.",
        "Hungary had previously opposed sanctions against Belarus.",
    ],
)
def test_retelling_is_never_sent(desk, retelling):
    desk.report(SUPPORTS, FIRST_DAY)
    assert sent(desk.report(retelling, FIRST_DAY + WEEK)) == []


def test_what_a_baseline_holds_is_threaded_and_silent(desk):
    desk.report(SUPPORTS, FIRST_DAY)
    told = desk.report(OPPOSES, FIRST_DAY + WEEK, baseline=True)
    assert told_of(told, "Hungary").kind is ChangeKind.REVERSED
    assert sent(told) == []


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from([SUPPORTS, OPPOSES]), min_size=1, max_size=5))
def test_the_same_reports_make_the_same_ids(statements):
    def ids():
        desk = Desk()
        return [
            (told.step.thread.id, told.change.id)
            for n, text in enumerate(statements)
            for told in desk.report(text, FIRST_DAY + n * WEEK)
            if told.step.thread is not None
        ]

    assert ids() == ids()
