"""Positions about a count: which series they point at, and whether they dispute or vouch for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.claims import (
    Assertion,
    Attribution,
    Dispute,
    Extraction,
    Figure,
    FiledPosition,
    Followed,
    Holder,
    Position,
    Proposition,
    Span,
    Stance,
)
from monitor.pipeline import Rules, file_revision
from monitor.store import Store
from monitor.track.disputes import find_disputes
from monitor.track.figures import follow_figures
from tests.store.stored_claims import arrival_of, at, file_toll, toll
from tests.track.filed_figures import MemoryThreads, filed, report_of

TOLL = "The Ministry counted 5,087 dead and 15,273 injured in Northland."


def said(
    content: str,
    stance: Stance = Stance.ASSESS,
    holder: str = "Westland",
    *,
    cue: str = "said",
    sign: int = 0,
    negated: bool = False,
) -> tuple[str, FiledPosition]:
    """A sentence after the toll's in which a holder says something, and the position."""
    sentence = f"{holder} {cue} {content}."
    text = f"{TOLL} {sentence}"
    start = len(TOLL) + 1
    span = Span(text.index(content, start), text.index(content, start) + len(content))
    position = Position(
        holder=Holder(holder, "state"),
        stance=stance,
        proposition=Proposition("own/toll", "the toll"),
        sign=sign,
        strength=2,
        attribution=Attribution((), (), (span,), negated=negated),
        content=span,
        sentence=Span(start, len(text)),
    )
    claim = filed(n=1)
    return text, FiledPosition(
        "pos_1", position, sentence, content, 9, 900, claim.url, "A", "newspaper", "A",
        claim.published + timedelta(days=1), 9000,
    )  # fmt: skip


def disputes_of(
    text: str, position: FiledPosition, *extra: Figure, known: MemoryThreads | None = None
) -> list[tuple[str, str]]:
    """What a report with the toll, and then the position, disputes: kind and measure."""
    threads = known or MemoryThreads()
    told = [("5,087", "killed"), ("15,273", "injured")] if TOLL in text else []
    claims = [
        filed(article=9, n=int(n.replace(",", "")), measure=measure, at=text.index(n), day=2)
        for n, measure in told
    ]
    claims += [
        replace(filed(article=9, n=1, day=2), id=f"fig_x{number}", figure=figure)
        for number, figure in enumerate(extra)
    ]
    report = replace(report_of(filed(article=9, n=1, day=2)), text=text)
    followed: list[Followed] = threads.follow(claims, report) if claims else []
    opinion = Followed(position, None, False, None)
    found = find_disputes([*followed, opinion], report, threads)
    measures = {thread.id: thread.history[0].figure.measure for thread in threads.threads.values()}
    return [(each.kind.value, measures[each.thread]) for each in found]


AGAINST, FOR = "disputed_by", "vouched_for"
KILLED = [(AGAINST, "killed")]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        pytest.param(said("the death toll was inflated"), KILLED, id="inflated"),
        pytest.param(said("the death toll is not credible"), KILLED, id="not credible"),
        pytest.param(
            said("the number of dead reported by the ministry cannot be trusted"),
            KILLED,
            id="by the counter",
        ),
        pytest.param(
            said("it had no confidence in the number of dead"), KILLED, id="no confidence"
        ),
        pytest.param(
            said("the death toll as exaggerated", Stance.OPPOSE, cue="dismissed", sign=-1),
            KILLED,
            id="dismissed as exaggerated",
        ),
        pytest.param(
            said("claims that the death toll was inflated", Stance.OPPOSE, cue="dismissed"),
            [(FOR, "killed")],
            id="dismissed claims that it is",
        ),
        pytest.param(
            said("the death toll was exaggerated", Stance.DENY, cue="denied that", sign=-1),
            [(FOR, "killed")],
            id="denied that it is exaggerated",
        ),
        pytest.param(
            said("the ministry's figures were credible"),
            [(FOR, "injured"), (FOR, "killed")],
            id="a source's figures",
        ),
        pytest.param(
            said("the ministry's figures are broadly right"),
            [(FOR, "injured"), (FOR, "killed")],
            id="broadly right",
        ),
        pytest.param(
            said("the ministry's figures were credible, after Eastland cast doubt on the toll"),
            [(FOR, "injured"), (FOR, "killed")],
            id="beside another's doubt",
        ),
        pytest.param(said("the death toll may not be perfectly accurate"), [], id="hedged"),
        pytest.param(
            said("the number of injured is far higher"),
            [(AGAINST, "injured")],
            id="what is counted",
        ),
        pytest.param(said("the observatory's toll was inflated"), [], id="another counter's toll"),
        pytest.param(
            said("it had carried out the strike that killed so many", Stance.DENY, sign=-1),
            [],
            id="the deed is denied, not the number",
        ),
        pytest.param(
            said("a number of captives were held under wrong names"), [], id="a number of"
        ),
        pytest.param(said("the talks were a lie"), [], id="no count at all"),
        pytest.param(said("the death toll was rising"), [], id="no judgement"),
        pytest.param(
            said("the death toll was inflated", holder="Ministry"), [], id="the counter's own words"
        ),
        pytest.param(
            said("the death toll", Stance.CONFIRM, cue="would not confirm", negated=True),
            [],
            id="would not confirm",
        ),
        pytest.param(
            said("the death toll", Stance.CONFIRM, cue="confirmed"),
            [(FOR, "killed")],
            id="confirmed",
        ),
    ],
)
def test_what_is_said_of_a_count_is_linked_to_its_series(given, found):
    assert sorted(disputes_of(*given)) == found


def test_a_denied_number_points_at_the_series_of_the_same_report():
    text, opinion = said("5,087 people had been killed", Stance.DENY, cue="denied that", sign=-1)
    at_ = opinion.position.content.start
    denied = filed(n=5087, assertion=Assertion.DENIED, at=at_).figure
    assert disputes_of(text, opinion, denied) == KILLED


def test_a_denied_number_points_at_the_series_that_has_it():
    text, opinion = said("5,087 people had been killed", Stance.DENY, cue="denied that", sign=-1)
    text = text.replace("5,087 dead and 15,273 injured", "thousands of dead and injured")
    opinion = replace(opinion, sentence=opinion.sentence)
    threads = MemoryThreads()
    known = filed(article=1, n=5087)
    threads.follow([known], report_of(known))
    claim = filed(n=5087, assertion=Assertion.DENIED, at=opinion.position.content.start)
    assert disputes_of(text, opinion, claim.figure, known=threads) == KILLED


def test_a_report_without_a_number_points_at_the_series_of_the_place_it_names():
    text, opinion = said("the death toll was inflated")
    threads = MemoryThreads()
    for article, place in enumerate(("Northland", "Southland"), start=1):
        claim = filed(article=article, n=5087 + article, place=place)
        threads.follow([claim], report_of(claim))
    bare = "The war in Northland goes on." + text.removeprefix(TOLL)
    assert disputes_of(bare, opinion, known=threads) == KILLED
    nowhere = "The war goes on." + text.removeprefix(TOLL)
    assert disputes_of(nowhere, opinion, known=threads) == []


def test_words_of_the_user_are_heard(tmp_path: Path) -> None:
    (tmp_path / "disputes.toml").write_text('[disputed]\nwords = ["cooked"]\n', "utf-8")
    text, opinion = said("the death toll was cooked")
    threads, claim = MemoryThreads(), filed(article=9, n=5087, at=text.index("5,087"))
    report = replace(report_of(claim), text=text)
    followed = [*follow_figures([claim], report, threads), Followed(opinion, None, False, None)]
    assert find_disputes(followed, report, threads) == []
    (found,) = find_disputes(followed, report, threads, tmp_path)
    assert isinstance(found, Dispute)


# ---------------------------------------------------------------- in the store and in messages


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "monitor.db") as opened:
        yield opened


def opinion_of(text: str, words: str, holder: str) -> Position:
    start = text.index(words)
    span = Span(start, start + len(words))
    return Position(
        holder=Holder(holder, "state"),
        stance=Stance.ASSESS,
        proposition=Proposition("own/toll", "the toll"),
        sign=-1,
        strength=2,
        attribution=Attribution((), (), (span,), speaker="a minister"),
        content=span,
        sentence=Span(start, start + len(words)),
        confidence=0.9,
    )


def dispute(store: Store, words: str, holder: str, article: int, hours: float) -> None:
    text = f"Flood\n\nThe rescue service counted 310 dead. {holder} said {words}."
    claims = Extraction("v1", (toll(text, "310"),), (opinion_of(text, words, holder),))
    url = f"https://outlet-d.example/{article}"
    arrival = arrival_of(text, url, outlet="Outlet D", hours=hours)
    file_revision(store, arrival, claims, Rules(destinations=("desk",)), at(hours=hours))


def test_a_message_says_who_disputes_the_figure_and_who_vouches_for_it(store: Store) -> None:
    file_toll(store, "310")
    dispute(store, "the death toll was inflated", "Westland", 1, 1)
    dispute(store, "the rescue service's figures were credible", "Eastland", 2, 2)
    (alert,) = file_toll(store, "650", url="https://outlet-b.example/2", hours=13).alerts
    assert "Disputed by Westland (4 May): “the death toll was inflated”" in alert.text
    assert "Vouched for by Eastland (4 May)" in alert.text
    (against,) = alert.payload["disputed_by"]
    assert against["holder"] == "Westland" and against["quote"] == "the death toll was inflated"
    (in_favour,) = alert.payload["vouched_for"]
    assert in_favour["holder"] == "Eastland"


def test_the_newest_word_of_a_holder_counts(store: Store) -> None:
    file_toll(store, "310")
    dispute(store, "the death toll was inflated", "Westland", 1, 1)
    dispute(store, "the death toll was credible", "Westland", 2, 2)
    thread = store.connection.scalar("SELECT id FROM figure_threads")
    (found,) = store.disputes.of_thread(thread)
    assert found.kind.value == "vouched_for"
    assert store.connection.scalar("SELECT count(*) FROM disputes") == 2


def test_a_dispute_goes_with_its_thread(store: Store) -> None:
    file_toll(store, "310")
    dispute(store, "the death toll was inflated", "Westland", 1, 1)
    other = file_toll(store, "90", url="https://outlet-b.example/3", hours=2, group="children")
    (followed,) = other.followed
    assert followed.thread is not None
    here = store.connection.scalar("SELECT figure_thread FROM disputes")
    store.threads.merge(here, into=followed.thread.id, reason="one", by="Reader", now=at(hours=3))
    assert [each.kind.value for each in store.disputes.of_thread(followed.thread.id)] == [AGAINST]


# ---------------------------------------------------------------- a number without a source


NAMELESS = {"authority": None, "authority_as_written": None}


def test_a_number_without_a_source_names_the_figure_that_it_equals(store: Store) -> None:
    file_toll(store, "310")
    file_toll(store, "310", url="https://outlet-b.example/1", hours=1)
    file_toll(store, "650", url="https://outlet-b.example/2", hours=2, **NAMELESS)
    named = file_toll(store, "650", url="https://outlet-b.example/3", hours=2.5)
    (alert,) = named.alerts
    assert "unattributed; equals the figure of Northland rescue service of 4 May" in alert.text
    assert alert.payload["equals"]["name"] == "Northland rescue service"
    assert alert.payload["equals"]["as_of"] == "2031-05-04"


def test_a_number_with_a_source_equals_none(store: Store) -> None:
    file_toll(store, "310")
    (alert,) = file_toll(store, "650", url="https://outlet-b.example/1", hours=1).alerts
    assert alert.payload["equals"] is None


def test_report_of_a_dispute_is_linked_once(store: Store) -> None:
    file_toll(store, "310")
    dispute(store, "the death toll was inflated", "Westland", 1, 1)
    dispute(store, "the death toll was inflated", "Westland", 1, 2)
    assert store.connection.scalar("SELECT count(*) FROM disputes") == 1
