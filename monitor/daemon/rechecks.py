"""What a second look at a published article means. Pure decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.feeds.schedule import CONFIRM_AFTER, next_recheck
from monitor.feeds.urls import leads_away
from monitor.intake import CleanText, Fetch, Outcome


class Finding(StrEnum):
    """What a recheck found."""

    SAME = "same"
    UNREADABLE = "unreadable"  # this time; what is on file stays
    SEEN_ONCE = "seen_once"  # changed, and not yet confirmed by a second look
    CHANGED = "changed"  # the same change twice, minutes apart
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is known of the article: its newest text, and a change that was seen once."""

    sha256: str
    published: datetime
    unconfirmed_sha256: str | None = None
    unconfirmed_at: datetime | None = None
    withdrawn: bool = False


NO_PAGE = "no page"
"""Stands for the text of an article that is gone."""


def is_gone(fetch: Fetch) -> bool:
    """Whether the answer says that there is no such article (any more)."""
    return fetch.outcome is Outcome.GONE or leads_away(fetch.url, fetch.final_url or fetch.url)


def judge(
    on_file: OnFile, fetch: Fetch, clean: CleanText | None, sha256: str, now: datetime
) -> Finding:
    """Compare a fetched page with what is on file.

    An edit and a withdrawal need two agreeing fetches at least three minutes apart: pages flicker.
    ``sha256`` is the text's, or `NO_PAGE` where the page `is_gone`. What another version of the
    cleaner made of the page, or another basis, is taken up the same way, so that later looks have
    something to compare with; the pipeline finds no edit in it.
    """
    seen = on_file.unconfirmed_at
    is_confirmed = (
        sha256 == on_file.unconfirmed_sha256 and seen is not None and now - seen >= CONFIRM_AFTER
    )
    if is_gone(fetch):
        if on_file.withdrawn:
            return Finding.UNREADABLE
        return Finding.WITHDRAWN if is_confirmed else Finding.SEEN_ONCE
    if fetch.outcome is Outcome.UNCHANGED:
        return Finding.SAME
    if clean is None or clean.outcome is not Outcome.OK:
        return Finding.UNREADABLE
    if sha256 == on_file.sha256:
        return Finding.SAME
    return Finding.CHANGED if is_confirmed else Finding.SEEN_ONCE


TOGETHER = timedelta(hours=2)
"""The time within which changed pages of one outlet count as changed at once."""

_MANY, _SHARE = 8, 0.9  # articles of an outlet, and of those looked at last, that are no accident


def is_redesign(changed: int, looked: int) -> bool:
    """Whether an outlet's articles changed all at once: its pages did, and not one article.

    ``changed`` of the ``looked`` articles that were looked at last have another text.
    """
    return changed >= _MANY and changed >= _SHARE * looked


def next_look(finding: Finding, published: datetime, now: datetime) -> datetime | None:
    """When to fetch the article again; None when it has had its last look."""
    if finding is Finding.SEEN_ONCE:
        return now + CONFIRM_AFTER
    return next_recheck(published, now)
