"""Two editions of one article: the claims that an edit changed, and what else is known of both.

Between the store, which has the claims and the fetches, and `track.edits`, which judges them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.wording import claim_words, time_words
from monitor.claims import (
    ChangeKind,
    Extraction,
    Figure,
    FiledFigure,
    FiledPosition,
    Followed,
    Position,
    Report,
)
from monitor.store import Store
from monitor.store.articles import StoredRevision
from monitor.track.differences import FOR_AN_EDIT, Difference
from monitor.track.edits import Edit

_ELSEWHERE = 2  # outlets named beside an edit


def with_claims_of(extraction: Extraction, differences: Sequence[Difference]) -> Extraction:
    """The extraction with the claims that were made for an edit alone."""
    carriers = dict.fromkeys(each.after for each in differences)
    figures = [each for each in carriers if isinstance(each, Figure)]
    positions = [each for each in carriers if isinstance(each, Position)]
    return replace(
        extraction,
        figures=(*extraction.figures, *(f for f in figures if f not in extraction.figures)),
        positions=(*extraction.positions, *(p for p in positions if p not in extraction.positions)),
    )


def filed_edits(
    store: Store,
    differences: Sequence[Difference],
    previous: StoredRevision,
    report: Report,
    followed: Sequence[Followed],
) -> list[Edit]:
    """Each edited claim with its earlier self, which is put on file where it isn't yet.

    ``report`` is the later revision, ``followed`` its claims.
    """
    sha256 = hashlib.sha256(report.text.encode()).hexdigest()
    claims = {entry.claim.id: entry.claim for entry in followed}
    found: dict[str, list[Difference]] = {}
    for difference in differences:
        found.setdefault(_numbered(store, difference.after, report, sha256).id, []).append(
            difference
        )
    return [
        Edit(on_file(store, [of_one[0].before], previous)[0], claims[claim], tuple(of_one))
        for claim, of_one in found.items()
        if claim in claims and type(of_one[0].before) is type(of_one[0].after)
    ]


def _numbered(
    store: Store, carrier: Figure | Position, report: Report, sha256: str
) -> FiledFigure | FiledPosition:
    alone = (
        Extraction("", figures=(carrier,))
        if isinstance(carrier, Figure)
        else Extraction("", positions=(carrier,))
    )
    figures, positions = store.claims.number(alone, report, sha256)
    return figures[0] if figures else positions[0]


def on_file(
    store: Store, carriers: Sequence[Figure | Position], revision: StoredRevision
) -> list[FiledFigure | FiledPosition]:
    """A revision's claims on file; those that were read for an edit alone are filed now."""
    claims = []
    for carrier in carriers:
        claim = _numbered(store, carrier, revision.report, revision.sha256)
        claims.append(store.claims.known(claim) or _filed_late(store, claim, revision))
    return claims


def _filed_late(
    store: Store, claim: FiledFigure | FiledPosition, revision: StoredRevision
) -> FiledFigure | FiledPosition:
    extraction = store.claims.current_extraction(revision.report.revision_id)
    entry = Followed(claim, None, False, None, FOR_AN_EDIT)
    if isinstance(claim, FiledFigure):
        store.claims.file_figure(entry, extraction)
    else:
        store.claims.file_position(entry, extraction, revision.report.text)
    return claim


# ---------------------------------------------------------------- what is shown with an edit


@dataclass(frozen=True, slots=True)
class Sights:
    """When a changed text was first fetched and when again, and the fetch that agreed."""

    first: datetime
    last: datetime
    fetch_id: int | None = None


def with_evidence(
    store: Store, entry: Followed, previous: StoredRevision, sights: Sights
) -> Followed:
    """The same with what an edit's alert shows beside both sentences.

    When each side was seen, what other outlets had, and which responses are kept as proof.
    """
    change = entry.change
    if change is None or change.kind is not ChangeKind.EDITED:
        return entry
    before = previous.report.fetched
    last_seen = store.articles.last_seen(previous.report.article_id, sights.first)
    details = [
        ("seen_before", _between(before, max(last_seen or before, before))),
        ("seen_after", _between(sights.first, sights.last)),
    ]
    others = _elsewhere(entry)
    if others:
        details.append(("elsewhere", others))
    for which, fetch in (("before", previous.fetch_id), ("after", sights.fetch_id)):
        kept = store.articles.body_sha256(fetch) if fetch is not None else None
        if kept is not None:
            details += [(f"fetch_{which}", str(fetch)), (f"sha256_{which}", kept)]
    return replace(entry, change=replace(change, details=(*change.details, *details)))


def _between(first: datetime, last: datetime) -> str:
    """ "07:31-09:20 UTC", with the days where they aren't one."""
    if first == last:
        return time_words(first)
    if first.date() == last.date():
        return f"{first:%H:%M}–{last:%H:%M} UTC"
    return f"{time_words(first)} – {time_words(last)}"


def _elsewhere(entry: Followed) -> str:
    """What other outlets had last in the same series: "Outlet A had 15 at 09:50 UTC"."""
    thread = entry.thread
    if thread is None:
        return ""
    latest = {
        claim.outlet: claim
        for claim in thread.history
        if claim.outlet != entry.claim.outlet and claim.article_id != entry.claim.article_id
    }
    newest = sorted(latest.values(), key=lambda claim: claim.published, reverse=True)
    return "; ".join(
        f"{claim.outlet} had {claim_words(claim)} at {time_words(claim.published)}"
        for claim in newest[:_ELSEWHERE]
    )
