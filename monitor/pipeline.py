"""One revision through track, alerts and store, in one transaction.

::

    arrival + extraction
      | article, revision, claims with ids
      | origin: which near-identical texts it belongs to
      | follow figures and positions, then the edits against the revision before
      | tier of each change; one message per report, within the volume limits
      | commit: all of it, or nothing

The daemon and the replay call the same function; only clock and destinations differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor.alerts.figure_tiers import Judgement, figure_tier
from monitor.alerts.position_tiers import position_tier
from monitor.claims import (
    Change,
    Extraction,
    FigureThread,
    FiledFigure,
    FiledPosition,
    Followed,
    PositionThread,
    Report,
    Tier,
    content_id,
)
from monitor.editions import Sights, filed_edits, on_file, with_claims_of, with_evidence
from monitor.intake import CleanText
from monitor.messaging import Rules as Rules
from monitor.messaging import conclude
from monitor.messaging import end_waits as end_waits
from monitor.messaging import end_waits_until as end_waits_until
from monitor.messaging.changes import same_number_elsewhere, unfiled
from monitor.messaging.digests import unsent_between as unsent_between
from monitor.outbox import Alert, Wait
from monitor.store import Store
from monitor.store.articles import StoredRevision
from monitor.store.history import SHOWN_AGAIN, WITHDRAWN, Changed
from monitor.track.differences import Difference
from monitor.track.disputes import find_disputes
from monitor.track.edits import follow_edits, withdrawn
from monitor.track.figures import follow_figures
from monitor.track.lives import life_of
from monitor.track.origins import bands_of, origin_of
from monitor.track.positions import follow_positions

Claim = FiledFigure | FiledPosition
Thread = FigureThread | PositionThread

_CANDIDATES = 8
"""How many near-identical texts a new one is compared with."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One article's text as it came in. ``url`` is the canonical address; times are UTC.

    ``fetch_id`` and ``entry_id`` name the fetch and the feed's entry it came by, where there are
    any; the entry's wait ends in the same transaction.
    """

    url: str
    outlet: str
    clean: CleanText
    published: datetime
    first_seen: datetime
    fetched: datetime
    outlet_kind: str = "newspaper"
    live: bool = False
    baseline: bool = False
    fetch_id: int | None = None
    entry_id: int | None = None
    first_sight: datetime | None = None  # when a changed text was first fetched
    redesign: bool = False  # the outlet's pages changed all at once: no difference is an edit


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of an arrival. ``is_new`` is False when this very text was on file already."""

    is_new: bool
    report: Report
    followed: tuple[Followed, ...] = ()
    alerts: tuple[Alert, ...] = ()


def file_revision(
    store: Store,
    arrival: Arrival,
    extraction: Extraction,
    rules: Rules,
    now: datetime,
    differences: Sequence[Difference] = (),
) -> Filed:
    """File one arrival with everything that follows from it, or nothing if any of it fails.

    ``extraction`` is what the extractor found in ``arrival.clean.text``, ``differences`` what it
    says otherwise than the text that the article shows; a text that it shows already changes
    nothing. Texts have to come in the order of fetching.
    """
    now = now.replace(microsecond=0)  # as it is kept: a backtest comes to the same
    text = arrival.clean.text
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    bands = bands_of(text)
    with store.transaction():
        known_report = _of_another_entry(store, arrival)
        if known_report is not None:
            return Filed(False, known_report)
        article_id = _article(store, arrival)
        previous = store.articles.latest(article_id)
        known = store.articles.with_text(article_id, sha256)
        if known is not None:
            assert previous is not None
            return _seen_again(store, known, previous, arrival, differences, rules, now)
        report = _report(store, arrival, article_id, sha256, bands)
        if previous is not None:
            # Before the new claims are numbered: these go on file at once.
            on_file(store, [each.before for each in differences], previous)
        extraction = with_claims_of(extraction, differences)
        report, extraction_id, followed = _follow(
            store, arrival, report, extraction, sha256, rules.data, now
        )
        store.articles.set_origin(report.revision_id, report.origin, bands)
        if previous is not None:
            followed = _edited(store, followed, previous, report, arrival, differences)
        followed, waits = _judged(store, followed, report, rules, now)
        _file_claims(store, followed, extraction_id, report, now)
        store.disputes.file(find_disputes(followed, report, store.threads, rules.data), now)
        alerts = conclude(store, followed, waits, report, rules, now)
    return Filed(True, report, tuple(followed), tuple(alerts))


def _seen_again(
    store: Store,
    known: StoredRevision,
    previous: StoredRevision,
    arrival: Arrival,
    differences: Sequence[Difference],
    rules: Rules,
    now: datetime,
) -> Filed:
    """A text that is on file: no news when the article shows it, else an edit was undone."""
    report = known.report
    if report.revision_id == previous.report.revision_id:
        return Filed(False, report)
    store.articles.set_current(report.article_id, report.revision_id)
    store.history.record(SHOWN_AGAIN, report.revision_id, "", now)
    on_file(store, [each.after for each in differences], known)
    followed = _as_filed(store, report)
    followed = _edited(store, followed, previous, report, arrival, differences)
    followed, waits = _judged(store, followed, report, rules, now)
    alerts = conclude(store, followed, waits, report, rules, now)
    return Filed(False, report, tuple(followed), tuple(alerts))


def _as_filed(store: Store, report: Report) -> list[Followed]:
    """A revision's claims on file, each in its thread, as if followed without a change."""
    figures, positions = store.claims.of_revision(report.revision_id)
    threads = store.claims.threads_of_revision(report.revision_id)
    claims: list[Claim] = [*figures, *positions]
    return [
        Followed(
            claim,
            store.threads.get(threads[claim.id]) if claim.id in threads else None,
            opened=False,
            change=None,
        )
        for claim in claims
    ]


def withdraw_article(
    store: Store, article_id: int, reason: str, rules: Rules, now: datetime
) -> list[Alert]:
    """File that a published article is gone, with what follows; ``reason`` is what was answered.

    Returns the alerts. An article that is withdrawn already, or without claims, makes none.
    """
    now = now.replace(microsecond=0)
    with store.transaction():
        shown = store.articles.latest(article_id)
        if shown is None or store.articles.get(article_id).withdrawn is not None:
            return []
        store.articles.withdraw(article_id, now)
        report = shown.report
        store.history.record(WITHDRAWN, report.revision_id, reason, now)
        figures, positions = store.claims.of_revision(report.revision_id)
        threads = store.claims.threads_of_revision(report.revision_id)
        followed = [
            Followed(claim, store.threads.get(change.thread), False, change)
            for claim, change in withdrawn([*figures, *positions], threads, reason)
        ]
        followed, waits = _judged(store, followed, report, rules, now)
        return conclude(store, followed, waits, report, rules, now)


def fade_threads(store: Store, now: datetime) -> None:
    """Bring the lives of silent threads up to date."""
    while fading := store.threads.fading(now):
        with store.transaction():
            for thread in fading:
                store.threads.set_life(thread.id, *life_of(thread, now))


# ---------------------------------------------------------------- article and report


def _article(store: Store, arrival: Arrival) -> int:
    """The article's id, with the entry that it came by closed."""
    outlet_id = store.feeds.outlet(arrival.outlet, arrival.outlet_kind)
    article_id = store.articles.file(
        arrival.url,
        outlet_id,
        arrival.clean.title,
        arrival.published,
        arrival.first_seen,
        live=arrival.live or arrival.clean.live,
        baseline=arrival.baseline,
    )
    if arrival.entry_id is not None:
        store.feeds.close_entry(arrival.entry_id, "filed", article_id=article_id)
    return article_id


def _of_another_entry(store: Store, arrival: Arrival) -> Report | None:
    """What is on file of an article that another entry brought; this one's wait ends.

    What its text says now is left to the rechecks, which look twice.
    """
    known = store.articles.by_url(arrival.url) if arrival.entry_id is not None else None
    shown = store.articles.latest(known.id) if known is not None else None
    if arrival.entry_id is None or known is None or shown is None:
        return None
    store.feeds.close_entry(arrival.entry_id, "duplicate", article_id=known.id)
    return shown.report


def _report(
    store: Store,
    arrival: Arrival,
    article_id: int,
    sha256: str,
    bands: Sequence[str],
) -> Report:
    alike = store.articles.sharing_bands(bands, _CANDIDATES)
    candidates = [(each.report.origin, each.report.text) for each in alike]
    article = store.articles.get(article_id)
    return Report(
        article_id=article_id,
        revision_id=0,
        url=article.url,
        outlet=article.outlet,
        outlet_kind=article.outlet_kind,
        title=arrival.clean.title,
        text=arrival.clean.text,
        published=article.published,
        first_seen=article.first_seen,
        fetched=arrival.fetched.replace(microsecond=0),
        revision_number=store.articles.revision_count(article_id) + 1,
        origin=origin_of(arrival.clean.text, candidates) or content_id("org", sha256),
        live=arrival.live or arrival.clean.live,
        baseline=arrival.baseline,
    )


# ---------------------------------------------------------------- following


def _follow(
    store: Store,
    arrival: Arrival,
    report: Report,
    extraction: Extraction,
    sha256: str,
    data: Path | None,
    now: datetime,
) -> tuple[Report, int, list[Followed]]:
    """File revision and extraction; the report with its number, and its claims as followed."""
    revision_id, sequence = store.articles.file_revision(
        report,
        sha256,
        cleaner=arrival.clean.cleaner,
        basis=arrival.clean.basis,
        language=arrival.clean.language,
        fetch_id=arrival.fetch_id,
        now=now,
    )
    report = replace(report, revision_id=revision_id)
    figures, positions = store.claims.number(extraction, report, sha256)
    extraction_id = store.claims.file_extraction(
        revision_id, sequence, extraction.version, len(figures), len(positions)
    )
    claims: list[Claim] = [*figures, *positions]
    rejected = [each for each in claims if store.corrections.rejected(each)]
    followed = [
        *follow_figures(
            [each for each in figures if each not in rejected], report, store.threads, data
        ),
        *follow_positions(
            [each for each in positions if each not in rejected], report, store.threads
        ),
        *(Followed(each, None, False, None, "rejected by a reader") for each in rejected),
    ]
    return report, extraction_id, followed


def _edited(
    store: Store,
    followed: Sequence[Followed],
    previous: StoredRevision,
    report: Report,
    arrival: Arrival,
    differences: Sequence[Difference],
) -> list[Followed]:
    """A later revision's claims: what stood there before is no news, what differs is an edit.

    A live page grows by new paragraphs; another version of the cleaner, another basis and a new
    design change texts by themselves. In none of them is a difference an edit.
    """
    clean = arrival.clean
    is_comparable = (previous.cleaner, previous.basis) == (clean.cleaner, clean.basis)
    if report.live or arrival.redesign or not is_comparable:
        return [
            replace(each, change=None)
            if arrival.redesign or each.claim.sentence in previous.report.text
            else each
            for each in followed
        ]
    figures, positions = store.claims.of_revision(previous.report.revision_id)
    threads = store.claims.threads_of_revision(previous.report.revision_id)
    edits = filed_edits(store, differences, previous, report, followed)
    store.history.file_differences(
        Changed(each.what, each.old, each.new, edit.before.id, edit.after.id)
        for edit in edits
        for each in edit.differences
    )
    judged = follow_edits(
        followed,
        [*figures, *positions],
        {claim: store.threads.get(thread) for claim, thread in threads.items()},
        previous.report,
        report,
        edits,
    )
    sights = Sights(arrival.first_sight or arrival.fetched, arrival.fetched, arrival.fetch_id)
    return [with_evidence(store, each, previous, sights) for each in judged]


# ---------------------------------------------------------------- judging


def _judged(
    store: Store, followed: Sequence[Followed], report: Report, rules: Rules, now: datetime
) -> tuple[list[Followed], dict[str, Wait]]:
    """The same with the tiers of their changes; and what some of them wait for, by change."""
    judged, waits = [], {}
    for each in followed:
        if each.change is not None:
            verdict = _judgement(store, each, each.change, report, rules, now)
            change = replace(each.change, tier=verdict.tier, tier_reason=verdict.reason)
            each = replace(each, change=change)
            if verdict.wait is not None:
                waits[change.id] = verdict.wait
        judged.append(each)
    return judged, waits


def _judgement(
    store: Store, followed: Followed, change: Change, report: Report, rules: Rules, now: datetime
) -> Judgement:
    claim = followed.claim
    thread = followed.thread or unfiled(claim)
    if report.baseline:
        return Judgement(Tier.LOG, "not sent: from the first poll of its feed")
    if isinstance(claim, FiledFigure) and isinstance(thread, FigureThread):
        others = same_number_elsewhere(store, claim, thread)
        return figure_tier(change, claim, thread, report, now, others, rules.figures)
    assert isinstance(claim, FiledPosition) and isinstance(thread, PositionThread)
    return Judgement(*position_tier(change, claim, report, rules.positions))


# ---------------------------------------------------------------- filing


def _merge(store: Store, followed: Sequence[Followed], now: datetime) -> None:
    """Make one thread of those that turned out to be one quantity."""
    for each in followed:
        for other in each.same if each.thread is not None else ():
            assert each.thread is not None
            if store.threads.redirected(other) != store.threads.redirected(each.thread.id):
                store.threads.merge(
                    other,
                    into=each.thread.id,
                    reason=f"the same numbers, and {each.claim.id} fits both",
                    by="monitor",
                    now=now,
                )


def _file_claims(
    store: Store, followed: Sequence[Followed], extraction_id: int, report: Report, now: datetime
) -> None:
    for each in followed:
        if each.claim.revision_id != report.revision_id:
            continue  # an earlier revision's claim that is gone: on file already
        store.threads.move(each, now)
        if isinstance(each.claim, FiledFigure):
            store.claims.file_figure(each, extraction_id)
        else:
            store.claims.file_position(each, extraction_id, report.text)
    _merge(store, followed, now)
    for thread in {each.thread.id: each.thread for each in followed if each.thread}.values():
        if isinstance(thread, FigureThread):
            store.threads.set_life(thread.id, *life_of(thread, now))
