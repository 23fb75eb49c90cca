"""One revision through track, alerts and store: what is filed, what is sent, what is not and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts.volume import over_volume
from monitor.alerts.watches import Watch
from monitor.claims import ChangeKind, Extraction, FiledFigure, Period, Stance, Tier
from monitor.pipeline import (
    Filed,
    Rules,
    file_revision,
    unsent_between,
    withdraw_article,
)
from monitor.store import Store
from monitor.track.differences import Difference
from tests.store.stored_claims import (
    FEED,
    arrival_of,
    at,
    entry,
    file_toll,
    poll_of,
    record,
    stand,
    toll,
)

RULES = Rules(destinations=("desk",))
URL = "https://outlet-a.example/flood"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


def kinds(filed: Filed) -> list[str]:
    """What a filing changed."""
    return [each.change.kind.value for each in filed.followed if each.change]


def other_url(number: int) -> str:
    return f"https://outlet-b.example/{number}"


def test_a_second_report_of_a_higher_toll_moves_the_thread_and_is_sent(store: Store) -> None:
    first = file_toll(store, "310")
    second = file_toll(store, "650", url=other_url(1), outlet="Outlet B", hours=13)
    assert (kinds(first), kinds(second)) == (["first"], ["raised"])
    assert first.followed[0].thread and second.followed[0].thread
    assert first.followed[0].thread.id == second.followed[0].thread.id
    (alert,) = second.alerts
    assert store.alerts.get(alert.id) == alert
    delivery = store.alerts.next_due("desk", at(hours=13))
    assert delivery is not None and delivery.payload == alert.payload
    thread = store.threads.get(second.followed[0].thread.id)
    assert [claim.figure.quantity.value for claim in thread.history] == [310, 650]
    assert thread.pushed == thread.history[-1] and thread.pushed_at == at(hours=13)


def test_the_same_text_again_changes_nothing(store: Store) -> None:
    first = file_toll(store, "310")
    again = file_toll(store, "310", hours=2)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.report == first.report and again.followed == ()
    assert store.status.counts().revisions == 1


def test_ids_do_not_depend_on_when_or_into_which_store_a_text_is_filed(
    store: Store, tmp_path: Path
) -> None:
    def run(target: Store) -> list[str]:
        filings = [
            file_toll(target, "310"),
            file_toll(target, "650", url=other_url(1), hours=13),
        ]
        return [
            id_
            for filed in filings
            for each in filed.followed
            for id_ in (
                each.claim.id,
                each.thread.id if each.thread else "",
                each.change.id if each.change else "",
                *(alert.id for alert in filed.alerts),
            )
        ]

    with Store.open(tmp_path / "other.db") as other:
        for number in range(3):
            file_toll(other, "7", url=f"https://outlet-c.example/{number}", measure="injured")
        assert run(other) == run(store)


def test_the_baseline_is_threaded_and_nothing_is_sent(store: Store) -> None:
    file_toll(store, "310", baseline=True)
    second = file_toll(store, "650", url=other_url(1), hours=13, baseline=True)
    assert kinds(second) == ["raised"] and second.alerts == ()
    (reason,) = store.status.not_sent()
    assert "first poll" in reason.reason
    assert store.status.baseline().series == 1
    third = file_toll(store, "900", url=other_url(2), hours=26)
    assert len(third.alerts) == 1


def test_what_agrees_is_not_sent_and_says_so(store: Store) -> None:
    file_toll(store, "310")
    again = file_toll(store, "310", url=other_url(1), outlet="Outlet B", hours=1)
    assert again.alerts == ()
    (reason,) = store.status.not_sent()
    assert reason.reason.startswith("agrees") and reason.changes == 1
    assert "310 dead" in reason.example


# ---------------------------------------------------------------- editions of one article


def edition(
    store: Store, number: str, hours: float, *, cleaner: str = "cleaner/1", live: bool = False
) -> Filed:
    """The flood article as it stands after some hours."""
    text = f"Flood in the valley\n\nThe rescue service counted {number} dead. Bridges are closed."
    arrival = arrival_of(text, URL, hours=hours, cleaner=cleaner, live=live)
    claim = toll(text, number)
    known = store.articles.by_url(URL)
    shown = store.articles.latest(known.id) if known else None
    found = []
    if shown is not None and shown.report.text != text:
        was = store.claims.of_revision(shown.report.revision_id)[0][0].figure
        found = [Difference("number", was.quantity.as_written, number, was, claim)]
    return file_revision(store, arrival, Extraction("v1", (claim,)), RULES, at(hours=hours), found)


def test_a_silent_edit_is_sent_with_both_sentences(store: Store) -> None:
    edition(store, "12", 0)
    edited = edition(store, "15", 1)
    assert kinds(edited) == ["edited"] and edited.report.revision_number == 2
    (alert,) = edited.alerts
    assert alert.type == "figure.edited"
    assert "12 dead" in alert.text and "15 dead" in alert.text
    (change,) = [each.change for each in edited.followed if each.change]
    details = dict(change.details)
    assert {"seen_before", "seen_after"} <= details.keys()
    assert details["seen_before"] in alert.text and details["seen_after"] in alert.text


def test_an_edit_says_what_another_outlet_had(store: Store) -> None:
    file_toll(store, "15", url=other_url(1), outlet="Outlet B")
    edition(store, "12", 1)
    (change,) = [each.change for each in edition(store, "15", 2).followed if each.change]
    assert dict(change.details)["elsewhere"].startswith("Outlet B had 15 at ")


def test_an_edit_that_is_undone_is_an_edit_again(store: Store) -> None:
    first = edition(store, "12", 0)
    edition(store, "15", 1)
    undone = edition(store, "12", 9)
    assert kinds(undone) == ["edited"] and not undone.is_new
    latest = store.articles.latest(first.report.article_id)
    assert latest is not None and latest.report == first.report
    assert store.status.counts().revisions == 2
    assert edition(store, "12", 10).followed == ()


def test_another_cleaner_makes_no_edit(store: Store) -> None:
    edition(store, "12", 0)
    assert "edited" not in kinds(edition(store, "15", 1, cleaner="cleaner/2"))


def test_a_live_page_has_no_edits(store: Store) -> None:
    edition(store, "12", 0, live=True)
    assert "edited" not in kinds(edition(store, "15", 1, live=True))


def test_an_article_taken_down_is_sent_once(store: Store) -> None:
    article = edition(store, "120", 0).report.article_id
    file_toll(store, "120", url=other_url(1), outlet="Outlet B", hours=1)
    (alert,) = withdraw_article(store, article, "HTTP 410", RULES, at(hours=2))
    assert alert.type == "figure.withdrawn"
    assert withdraw_article(store, article, "HTTP 410", RULES, at(hours=3)) == []


# ---------------------------------------------------------------- positions


def test_a_position_turned_round_is_filed_with_both_voices(store: Store) -> None:
    def say(words: str, sign: int, hours: float, url: str) -> Filed:
        text = f"Talks on the dam\n\nNorthland will {words}, the prime minister said."
        claims = Extraction("v1", (), (stand(text, words, Stance.COMMIT, sign),))
        return file_revision(
            store, arrival_of(text, url, hours=hours), claims, RULES, at(hours=hours)
        )

    say("build the dam", 1, 0, URL)
    turned = say("never build the dam", -1, 13, other_url(1))
    (stored,) = [each for each in store.changes.all() if each.change.kind is not ChangeKind.FIRST]
    assert stored.change.kind is ChangeKind.REVERSED
    assert stored.before is not None and "will build" in stored.before.sentence
    assert stored.change.tier is not Tier.LOG and stored.change.tier_reason
    assert [each.change for each in turned.followed] == [stored.change]


# ---------------------------------------------------------------- copies, watches, volume


def test_copies_of_one_text_have_one_origin(store: Store) -> None:
    words = " ".join(f"Word{number} stands here." for number in range(60))
    text = f"Flood\n\nThe rescue service counted 310 dead. {words}"
    origins = []
    for number in range(3):
        arrival = arrival_of(
            f"{text} Outlet {number}.", other_url(number), outlet=f"Outlet {number}"
        )
        claims = Extraction("v1", (toll(arrival.clean.text, "310"),))
        origins.append(file_revision(store, arrival, claims, RULES, at()).report.origin)
    assert len(set(origins)) == 1
    lonely = file_toll(store, "311", url="https://outlet-x.example/1")
    assert lonely.report.origin not in origins


def test_only_what_a_watch_asks_for_is_sent_and_only_where_it_says(store: Store) -> None:
    watch = Watch("floods", places=("Orla Valley",), destinations=("night",))
    rules = replace(RULES, watches=(watch,), destinations=("desk", "night"))
    file_toll(store, "310", rules=rules)
    filed = file_toll(store, "650", url=other_url(1), hours=13, rules=rules)
    (alert,) = filed.alerts
    assert alert.watches == ("floods",) and alert.payload["watches"] == ["floods"]
    assert [each.destination for each in store.alerts.deliveries(alert.id)] == ["night"]
    elsewhere = replace(rules, watches=(replace(watch, places=("Far Coast",)),))
    unasked = file_toll(store, "990", url=other_url(2), hours=40, rules=elsewhere)
    assert unasked.alerts == ()
    assert [each.reason for each in store.status.not_sent()] == ["no watch asks for it"]


def test_what_is_over_the_volume_waits_for_the_digest(store: Store) -> None:
    rules = replace(RULES, per_hour=1)
    measures = ("killed", "injured", "missing")
    for measure in measures:
        file_toll(store, "310", url=f"https://outlet-a.example/{measure}", measure=measure)
    sent = [
        file_toll(
            store, "650", url=f"https://outlet-b.example/{measure}", measure=measure, hours=13,
            rules=rules,
        )
        for measure in measures
    ]  # fmt: skip
    assert [len(filed.alerts) for filed in sent] == [1, 0, 0]
    waiting = unsent_between(store, at(hours=12), at(hours=14))
    assert [each.change.tier for each in waiting] == [Tier.PUSH, Tier.PUSH]
    assert all(isinstance(each.claim, FiledFigure) and each.before for each in waiting)
    assert [(each.reason, each.changes) for each in store.status.not_sent()] == [
        ("more than 1 messages an hour", 2)
    ]


@pytest.mark.parametrize(
    ("minutes_ago", "expected"),
    [
        ([], None),
        ([59, 30, 10], None),
        ([59, 30, 10, 1], "in the digest: more than 4 messages an hour"),
        ([61, 30, 10, 1], None),
        ([60 * n for n in range(1, 13)], "in the digest: more than 12 messages a day"),
    ],
    ids=["quiet", "three", "four", "four, one older", "a full day"],
)
def test_volume(minutes_ago: list[int], expected: str | None) -> None:
    sent = sorted(at() - timedelta(minutes=minutes) for minutes in minutes_ago)
    assert over_volume(sent, at(), 4, 12) == expected


# ---------------------------------------------------------------- entries and search


def test_an_entry_is_closed_with_its_article(store: Store) -> None:
    store.feeds.declare([FEED], at())
    found = record(store, poll_of(entry("b"), entry("a")))
    for number in found.new:
        file_toll(store, "310", entry_id=number)
    rows = store.connection.rows("SELECT state, article_id FROM entries ORDER BY id")
    assert [tuple(row) for row in rows] == [("filed", 1), ("duplicate", 1)]


def test_texts_and_sentences_can_be_searched(store: Store) -> None:
    file_toll(store, "310")
    for table, column in (("revisions", "id"), ("figures", "sequence")):
        found = store.connection.scalar(
            f"SELECT count(*) FROM {table} WHERE {column} IN "
            f"(SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH 'rescue')"
        )
        assert found == 1, table


def test_the_latest_figure_is_the_newest_by_its_day_not_by_its_filing(store: Store) -> None:
    def day(number: int) -> Period:
        return Period(at(days=number).date(), at(days=number).date(), "stated")

    file_toll(store, "310", as_of=day(0), period=None)
    file_toll(store, "650", url=other_url(1), hours=48, as_of=day(2))
    late = file_toll(store, "310", url=other_url(2), outlet="Outlet B", hours=50, as_of=day(0))
    assert late.followed[0].thread and not late.followed[0].opened
    rows = store.connection.rows("SELECT figure, as_of FROM latest_figures")
    assert [tuple(row) for row in rows] == [("650", at(days=2).date().isoformat())]


@pytest.mark.parametrize(
    "view",
    [
        "latest_figures",
        "latest_positions",
        "changes_with_sentences",
        "alerts_with_deliveries",
        "feed_health",
        "not_sent",
        "not_sent_by_reason",
        "outcomes_by_day",
    ],
)
def test_views_answer_the_usual_questions(store: Store, view: str) -> None:
    store.feeds.declare([FEED], at())
    record(store, poll_of(entry("a")))
    file_toll(store, "310")
    file_toll(store, "650", url=other_url(1), hours=13)
    file_toll(store, "650", url=other_url(2), hours=14)
    text = "Talks\n\nNorthland will build the dam, the prime minister said."
    claims = Extraction("v1", (), (stand(text, "build the dam", Stance.COMMIT, 1),))
    file_revision(store, arrival_of(text, other_url(3)), claims, RULES, at(hours=15))
    assert store.connection.rows(f"SELECT * FROM {view}")
