"""Every query that the daemon runs finds its rows by an index."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.alerts.quiet import read_hours
from monitor.alerts.watches import DEFAULT, Thresholds, Watch
from monitor.claims import Extraction, Stance
from monitor.intake import Ailment, Fetch, Outcome
from monitor.messaging import correct
from monitor.outbox import Attempt, DeliveryState, Silence
from monitor.pipeline import (
    Rules,
    end_waits_until,
    fade_threads,
    file_revision,
    unsent_between,
    withdraw_article,
)
from monitor.store import Store
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

# Indexes that hold only what waits, so that all of one is read.
WAITING = (
    *("entries_waiting", "entries_baseline", "requests_waiting", "ailments_untold"),
    *("ailments_open", "entries_extractor"),
)
RESULT = re.compile(r"SCAN (\(subquery-\d+\)|t)$")  # what another part of the query found
SEARCH = re.compile(r"_fts_config'?$")  # what SQLite's own search asks of itself
RULES = Rules(destinations=("desk",))


def a_day_of_the_daemon(store: Store) -> None:
    """Everything that a running daemon asks of the store, once."""
    store.feeds.declare([FEED], at())
    assert store.feeds.all()
    found = record(store, poll_of(entry("b"), entry("a")))
    waiting = store.feeds.waiting(at())
    store.feeds.retry_entry(found.new[0], at(), "busy")
    fetch = Fetch("https://outlet-a.example/a", Outcome.OK, at(), 0.1, 200, body=b"<p>")
    fetched = store.articles.record_fetch(fetch, entry_id=found.new[0])
    store.articles.body(fetched)
    store.feeds.close_entry(found.new[0], "failed", "gone")
    assert waiting
    for hours, number in enumerate(("110", "150", "240", "500")):
        url = f"https://outlet-a.example/{hours}"
        file_toll(store, number, url=url, hours=hours, authority=None if hours == 2 else "service")
    for hours, (number, word) in enumerate((("500", "build"), ("650", "not build"))):
        text = f"News\n\nNorthland will {word} the dam. The rescue service counted {number} dead."
        sign = 1 if word == "build" else -1
        claims = Extraction("v1", (toll(text, number),), (stand(text, word, Stance.COMMIT, sign),))
        arrival = arrival_of(text, "https://outlet-b.example/dam", hours=hours)
        article = file_revision(store, arrival, claims, RULES, at(hours=20 + hours)).report
    store.articles.due_for_check(at())
    store.articles.plan_check(article.article_id, at(), checked=True)
    store.articles.set_unconfirmed(article.article_id, "sha", at())
    store.articles.last_seen(article.article_id, at())
    store.articles.body_sha256(fetched)
    store.articles.changed_together("Outlet A", at(), at(days=1))
    store.claims.current_extraction(article.revision_id)
    store.lines.count("Outlet A", article.article_id, ["a line"], at(), learn=["a line"], enough=1)
    store.lines.learned("Outlet A")
    store.lines.articles_with("Outlet A", "a line")
    store.lines.forget(at(days=9))
    store.feeds.try_again("v2", at(), at())
    store.health.begin_for(article.article_id, Ailment.PAGES_CHANGED, "", at())
    store.health.end_since(Ailment.PAGES_CHANGED, at(days=1), at(days=1))
    withdraw_article(store, article.article_id, "410", RULES, at(hours=30))
    delivery = store.alerts.next_due("desk", at(hours=40))
    assert delivery is not None
    store.alerts.record(Attempt(delivery.id, at(), 500, DeliveryState.DEAD, None, "refused"))
    store.alerts.last_note(delivery.id)
    store.alerts.redeliver(delivery.alert, at())
    store.alerts.deliveries(delivery.alert)
    store.alerts.dead()
    store.alerts.pending_count()
    store.alerts.hurry("desk", at(hours=41))
    store.alerts.disable("desk", "gone", at())
    store.alerts.enable("desk")
    store.alerts.newest_of("monitor.digest")
    store.status.baseline_ready()
    [feed] = store.feeds.all()
    store.health.open(feed.id)
    store.health.arrivals(feed.id, at())
    store.health.expect_quiet(feed.id, at())
    for reason in (Ailment.QUIET, Ailment.FAILING):
        store.health.begin(feed.id, reason, "", at())
        store.health.began(feed.id, (reason,), at())
    store.health.told(store.health.untold(), at())
    store.health.end(feed.id, Ailment.QUIET, at())
    store.health.told(store.health.end_untold(), at(), end=True)
    store.health.coverage(at(), at())
    assert store.health.ill()
    assert store.health.blind_outlets()
    store.health.not_covered(at())
    store.alerts.count_of("monitor.feed_sick", at())
    assert unsent_between(store, at(), at(days=2))
    store.changes.after(2)
    end_waits_until(store, RULES, at(days=2))
    fade_threads(store, at(days=200))
    store.requests.finish(store.requests.ask("send_samples", {}, at()), "done", "", at())
    store.requests.waiting()
    store.runs.end(store.runs.start("daemon", "0", 1, at()), at() + timedelta(hours=1))


def a_day_of_watches(store: Store) -> None:
    """What watches with rules of their own, quiet hours and silences ask of the store."""
    rules = replace(
        RULES,
        watches=(
            DEFAULT,
            Watch(
                "own",
                figures=RULES.figures,
                thresholds=Thresholds(1),
                quiet=(read_hours("00:00-23:00"),),
                updates="reports",
                per_hour=1,
            ),
            Watch("two", origins=2, wait=timedelta(hours=1)),
        ),
    )
    for hours, number in enumerate(("700", "900", "900", "1,900")):
        file_toll(store, number, url=f"https://outlet-d.example/{hours}", hours=hours, rules=rules)
    end_waits_until(store, rules, at(days=3))
    alert = next(each for each in store.alerts.newest() if each.change)
    assert alert is not None and alert.thread is not None
    store.silences.file(Silence(alert.thread, at(), until=at(days=9)))
    file_toll(store, "9,900", url="https://outlet-e.example/", hours=80, rules=rules)
    store.silences.take_back(alert.thread, at())
    correct(store, alert.id, "corrected", "it was wrong", at(days=4))
    store.alerts.following(alert.id)
    store.alerts.of_thread(alert.thread)
    store.alerts.oldest("desk")
    store.holds.of_change(alert.change or "")
    store.changes.left_to_digest("own", at(), at(days=9))


def test_no_query_of_the_daemon_reads_a_whole_table(tmp_path: Path) -> None:
    with Store.open(tmp_path / "monitor.db") as store:
        asked: list[str] = []
        connection = store.connection.db.conn
        connection.set_trace_callback(asked.append)
        a_day_of_the_daemon(store)
        a_day_of_watches(store)
        connection.set_trace_callback(None)
        queries = {sql for sql in asked if re.match(r"\s*(SELECT|UPDATE|DELETE)", sql)}
        scans = [
            (step["detail"], sql)
            for sql in sorted(queries)
            for step in store.connection.rows(f"EXPLAIN QUERY PLAN {sql}")
            if step["detail"].startswith("SCAN")
            and "CONSTANT ROW" not in step["detail"]
            and not step["detail"].endswith(WAITING)
            and not RESULT.match(step["detail"])
            and not SEARCH.search(step["detail"])
        ]
    assert len(queries) > 60
    assert scans == []
