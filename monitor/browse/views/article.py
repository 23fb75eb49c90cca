"""An article: its text with the claims marked, its edits, and where it came from."""

from __future__ import annotations

from monitor.browse.charts.provenance import provenance
from monitor.browse.diffs import text_diff, word_diff
from monitor.browse.marking import Claim, stretches
from monitor.browse.shell import Answer, Elsewhere, NoSuchPage, Shown, Visit
from monitor.claims import FiledFigure
from monitor.store.connection import Connection
from monitor.store.pages import article as stored


def article(at: Connection, visit: Visit) -> Answer:
    """One article, showing its current text or the one that the address asks for."""
    number = visit.number("revision")
    found = stored.article_text(at, int(visit.path["article"]), number)
    if found is None:
        raise NoSuchPage("There is no such article on file, or no such text of it.")
    revision = found.revision
    claims: list[Claim] = [*found.figures, *found.positions]
    numbers = [line.number for line in found.revisions]
    shown_number = revision.report.revision_number if revision else 0
    older = visit.number("against") or max((n for n in numbers if n < shown_number), default=0)
    before = stored.revision_text(at, found.article.id, older) if older else None
    is_compared = before is not None and revision is not None
    return Shown(
        "article.html",
        {
            "visit": visit,
            "title": (revision.report.title if revision else found.article.title) or "An article",
            "found": found,
            "revision": revision,
            "stretches": stretches(revision.report.text, claims) if revision else [],
            "claims": sorted(claims, key=_place),
            "changes": {change.claim.id: change for change in found.changes},
            "graph": provenance(found),
            "older": older if is_compared else None,
            "same_cleaner": not is_compared
            or (before and revision and before.cleaner == revision.cleaner),
            "diff": text_diff(before.report.text, revision.report.text)
            if before and revision
            else [],
            "word_diff": word_diff,
        },
    )


def _place(claim: Claim) -> int:
    """Where a claim stands in its text."""
    if isinstance(claim, FiledFigure):
        return claim.figure.number.start
    return claim.position.content.start


def revision(at: Connection, visit: Visit) -> Answer:
    """A text by its own id: the article at that text."""
    found = stored.article_of_revision(at, int(visit.path["revision"]))
    if found is None:
        raise NoSuchPage("There is no such text on file.")
    return Elsewhere(visit.at.article(found[0], revision=found[1]))
