"""Messages that follow one of ours: more reports of the same, a correction, a withdrawal. Pure.

Each names the first alert (``supersedes``) and repeats what that said, since nobody remembers ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.alerts.moved import Claim
from monitor.alerts.payloads import LIMIT, size, stamp
from monitor.alerts.wording import claim_words, counted_noun, time_words
from monitor.claims import FiledFigure, Series, Support, content_id
from monitor.inert import one_line
from monitor.outbox import Alert
from monitor.quantities import Relation, relation
from monitor.track.faces import as_of_day

RELEASE = timedelta(hours=3)
"""How long what other outlets take from one release belongs to the message about it."""

_SYMBOLS = {"updated": "＋", "corrected": "✎", "withdrawn": "✕"}
_WORDS = {
    "updated": "Update",
    "corrected": "Correction of our own message",
    "withdrawn": "Our own message is withdrawn",
}
KINDS = tuple(_WORDS)
_AGREES = (Relation.SAME, Relation.AGREES, Relation.SHARPER)
_LINE = 300


def follow_up(
    first: Alert, kind: str, news: Sequence[str], now: datetime, *, support: Support | None = None
) -> Alert:
    """The message that updates, corrects or withdraws (``kind``) one of ours, with the news.

    The same news makes the same id. It has no riders, and the claims of the first message.
    """
    said = [one_line(line, _LINE) for line in news[:6]]
    identity = content_id("alr", kind, first.id, *said)
    title = f"{_SYMBOLS[kind]} {_WORDS[kind]}: {first.title}"[:_LINE]
    links = [line for line in first.text.split("\n") if "https://" in line or "http://" in line]
    text = "\n".join(
        [title, *said, f"First message: {time_words(first.created_at)}, {first.id}", *links[-2:]]
    )
    severity = "notice" if kind == "updated" else "warning"
    made = first.payload | {
        "id": identity,
        "type": f"alert.{kind}",
        "severity": severity,
        "created_at": stamp(now),
        "supersedes": first.id,
        "why": said,
        "title": title,
        "text": text,
    }
    if support is not None:
        made["support"] = {
            "authorities": support.authorities,
            "independent_origins": support.origins,
            "reports": support.reports,
        }
    if size(made) >= LIMIT and "others_in_report" in made:
        left = len(made["others_in_report"])
        made |= {"others_in_report": [], "others_left_out": made["others_left_out"] + left}
    return Alert(
        id=identity,
        change=first.change,
        type=f"alert.{kind}",
        tier=first.tier,
        severity=severity,
        lead=identity,
        title=title,
        text=text,
        payload=made,
        created_at=now,
        watches=first.watches,
        supersedes=first.id,
        thread=first.thread,
    )


def is_same_claim(first: Claim, later: Claim) -> bool:
    """Whether a later claim says what an earlier one said."""
    if isinstance(first, FiledFigure) and isinstance(later, FiledFigure):
        return relation(first.figure.quantity, later.figure.quantity) in _AGREES
    if isinstance(first, FiledFigure) or isinstance(later, FiledFigure):
        return False
    return first.position.sign == later.position.sign


def is_same_release(first: Claim, later: Claim) -> bool:
    """Whether two figures of different articles come from one authority's count of one day.

    The count of one incident is no daily release: while it unfolds each figure is news of its own.
    """
    if not isinstance(first, FiledFigure) or not isinstance(later, FiledFigure):
        return False
    one, other = first.figure, later.figure
    if one.authority is None or one.authority != other.authority:
        return False
    if first.article_id == later.article_id or one.event != other.event:
        return False
    if Series.EVENT in (one.series, other.series):
        return False
    same_place = one.place == other.place or (
        one.place is not None and other.place is not None and one.place.name == other.place.name
    )
    return same_place and as_of_day(first) == as_of_day(later)


def support_news(before: Support, now: Support, claim: Claim) -> list[str]:
    """Who stands behind a message by now, and who came last."""
    counted = ", ".join(
        f"{counted_noun(new, noun)}{f' (was {old:,})' if new != old else ''}"
        for new, old, noun in (
            (now.authorities, before.authorities, "authority"),
            (now.origins, before.origins, "independent origin"),
            (now.reports, before.reports, "report"),
        )
        if new
    )
    return [f"Support: {counted}", f"{claim.outlet} has {claim_words(claim)}: {claim.sentence}"]


def wants_update(updates: str, before: Support, now: Support) -> bool:
    """Whether a watch wants to hear that support has grown: of none, of sources, of any report."""
    sources = now.origins > before.origins or now.authorities > before.authorities
    if updates == "sources":
        return sources
    return updates == "reports" and (sources or now.reports > before.reports)
