"""The week through the pipeline, in the order in which a daemon would meet it: every beat is there.

The demonstration itself runs in compressed time in processes of its own; here the same articles go
through the same pipeline at the times of the story.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.claims import ChangeKind, Tier
from monitor.demo.story import OPENS, DemoArticle, read_story
from monitor.extract.extractor import Extractor
from monitor.intake import CleanText, Outcome
from monitor.outbox import Alert
from monitor.pipeline import Arrival, Rules, file_revision
from monitor.store import Store
from monitor.store.changes import StoredChange
from monitor.track.differences import find_differences

LAG = timedelta(hours=3)  # a poll, a fetch and a reading, in the compressed week


@dataclass(frozen=True)
class Week:
    messages: list[Alert]  # leads, oldest first
    changes: list[StoredChange]

    def titled(self, *words: str) -> list[Alert]:
        return [each for each in self.messages if all(word in each.title for word in words)]

    def of(self, article: str, kind: ChangeKind) -> list[StoredChange]:
        return [
            each
            for each in self.changes
            if each.claim.url.endswith(f"/{article}") and each.change.kind is kind
        ]


def arrivals() -> Iterator[tuple[datetime, DemoArticle, tuple[str, ...]]]:
    seen = []
    for article in read_story():
        at = max(OPENS, article.published + LAG) if article.published >= OPENS else OPENS
        seen.append((at, article, article.paragraphs))
        for edit in article.edits:
            seen.append((edit.at + LAG, article, article.paragraphs_at(edit.at)))
    yield from sorted(seen, key=lambda each: each[0])


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    extractor = Extractor()
    path: Path = tmp_path_factory.mktemp("week") / "demo.db"
    shown: dict[str, str] = {}
    with Store.open(path) as store:
        for now, article, paragraphs in arrivals():
            text = f"{article.title}\n\n" + "\n".join(paragraphs)
            arrival = Arrival(
                url=f"http://127.0.0.1/{article.outlet.slug}/{article.slug}",
                outlet=article.outlet.name,
                outlet_kind=article.outlet.kind,
                clean=CleanText(Outcome.OK, article.title, text, cleaner="test"),
                published=article.published,
                first_seen=now,
                fetched=now,
                baseline=article.published < OPENS,
            )
            extraction, differences = find_differences(
                extractor, shown.get(arrival.url, text), text, article.published, arrival.outlet
            )
            shown[arrival.url] = text
            file_revision(store, arrival, extraction, Rules(), now, differences)
        alerts = [each for each in store.alerts.newest(200)[::-1] if each.lead == each.id]
        return Week(alerts, list(store.changes.all()))


def test_at_most_nine_messages_with_the_baselines_summary(week: Week) -> None:
    assert len(week.messages) <= 8, [each.title for each in week.messages]


@pytest.mark.parametrize(
    ("old", "new"),
    [("3,785", "4,137"), ("4,385", "4,651"), ("4,651", "5,087"), ("5,087", "5,791")],
)
def test_the_toll_rises(week: Week, old: str, new: str) -> None:
    [message] = week.titled("people killed", f"{old} → {new}")
    assert message.type == "figure.raised"
    assert "Gaza Ministry of Health" in message.text


def test_a_copy_only_raises_the_count_of_reports(week: Week) -> None:
    [copied] = [
        each
        for each in week.of("toll-4137-copy", ChangeKind.RESTATED)
        if each.claim.sentence.startswith("The Gaza health ministry said on Friday")
        and "4,137" in each.change.tier_reason
    ]
    assert copied.change.tier is Tier.LOG
    support = copied.change.support
    assert (support.origins, support.reports) == (1, 2)


@pytest.mark.parametrize(
    ("article", "agrees_with"), [("more-than-5000", "5,087"), ("more-than-200", "222")]
)
def test_a_rounded_figure_is_not_sent_because_it_agrees(
    week: Week, article: str, agrees_with: str
) -> None:
    quiet = week.of(article, ChangeKind.RESTATED)
    assert f"not sent: agrees with {agrees_with}" in [each.change.tier_reason for each in quiet]


def test_the_captives_pass_two_hundred(week: Week) -> None:
    [message] = week.titled("199 → 222")
    assert "Why you got this: crossed 200" in message.text


def test_a_lower_count_is_not_called_revised(week: Week) -> None:
    [message] = [each for each in week.messages if each.type == "figure.lowered"]
    assert "at least 500 → 471" in message.title
    assert "The report does not say the figure was revised." in message.text


def test_a_silent_edit_shows_both_sides(week: Week) -> None:
    [message] = [each for each in week.messages if each.type == "figure.edited"]
    assert "at least 12 → at least 15" in message.text
    assert "no editor's note" in message.title
    assert "residents → " in message.text


def test_the_delay_told_to_one_outlet_stands_beside_the_public_vow(week: Week) -> None:
    [message] = [each for each in week.messages if each.type == "position.contradicted"]
    assert "on background" in message.text and "on the record" in message.text
    assert "two Israeli officials to Harbour Wire, read through Meridian Post" in message.text
    assert "told Harbour Wire" in message.text and "have vowed" in message.text


def test_an_older_figure_is_told_from_a_fall(week: Week) -> None:
    [old] = week.of("older-figure", ChangeKind.STALE)
    assert old.change.tier is Tier.LOG
    assert not week.of("older-figure", ChangeKind.LOWERED)


def test_nothing_is_sent_of_the_baseline(week: Week) -> None:
    slugs = {article.slug for article in read_story() if article.published < OPENS}
    assert not [
        each
        for each in week.messages
        if str(each.payload["new"]["url"]).rsplit("/", 1)[-1] in slugs
    ]
