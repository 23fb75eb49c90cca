"""One poll of one feed, one fetch of one page: asking and reading joined. Never raises."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from monitor.errors import WorkerError
from monitor.feeds.headers import max_age
from monitor.feeds.http import FEED_TYPES, Answer, Client
from monitor.feeds.parse import Parsed, parse_feed, parse_quickly
from monitor.feeds.robots import Robots
from monitor.feeds.schedule import Rhythm, request_validators
from monitor.intake import FeedState, Fetch, Outcome, Poll, Validators

# Reads a feed elsewhere: (body, headers, url, now), as `parse_feed` does. Raises `WorkerError`.
ParseElsewhere = Callable[[bytes, Mapping[str, str], str, datetime], Awaitable[Parsed]]

# Bodies up to this size are read on the loop if they are well-formed (a few milliseconds).
SMALL_FEED = 512 * 1024


async def poll(
    client: Client,
    feed: FeedState,
    now: datetime,
    *,
    parse_elsewhere: ParseElsewhere | None = None,
    rhythm: Rhythm = Rhythm(),
) -> Poll:
    """Ask for a feed and read its entries.

    A body that is the same as last time is not read again. ``parse_elsewhere`` reads the feeds
    that are large or broken, and could hold up the loop.
    """
    sent = request_validators(feed, now, rhythm)
    answer = await client.get(
        feed.url, limit=client.manners.feed_limit, accept=FEED_TYPES, validators=sent
    )
    result = _attempt(answer, now, conditional=sent != Validators())
    if answer.outcome is Outcome.UNCHANGED:
        return _unchanged(result, feed, sent)
    if answer.outcome is not Outcome.OK and not answer.truncated:
        return result
    digest = hashlib.sha256(answer.body).hexdigest()
    result = replace(result, body_hash=digest, body_bytes=len(answer.body))
    if digest == feed.body_hash and not answer.truncated:
        return replace(result, outcome=Outcome.UNCHANGED, note="the same body again")
    try:
        parsed = await _parsed(answer, now, parse_elsewhere)
    except WorkerError as error:
        return replace(result, outcome=Outcome(error.outcome), note=str(error), body_hash=None)
    return _with_entries(result, answer, parsed)


async def fetch_article(
    client: Client,
    url: str,
    now: datetime,
    *,
    validators: Validators = Validators(),
    robots: Robots | None = None,
) -> Fetch:
    """Ask for an article's page. ``robots`` decides whether we may."""
    if robots is not None and not await robots.allowed(url):
        note = "the host's robots.txt asks us not to fetch this page"
        return Fetch(url, Outcome.ROBOTS, started=now, seconds=0.0, note=note)
    answer = await client.get(url, limit=client.manners.page_limit, validators=validators)
    kept = validators if answer.status == 304 else Validators()
    return Fetch(
        url=url,
        outcome=answer.outcome,
        started=now,
        seconds=answer.seconds,
        status=answer.status,
        final_url=answer.final_url,
        body=answer.body if answer.outcome is not Outcome.TOO_LARGE else b"",
        content_type=answer.content_type,
        validators=_merged(answer.validators, kept),
        retry_after=answer.retry_after,
        note=answer.note,
        headers=tuple(answer.headers.items()),
    )


def _attempt(answer: Answer, now: datetime, *, conditional: bool) -> Poll:
    return Poll(
        url=answer.url,
        outcome=answer.outcome,
        started=now,
        seconds=answer.seconds,
        status=answer.status,
        final_url=answer.final_url,
        validators=answer.validators,
        retry_after=answer.retry_after,
        ttl=max_age(answer.headers),
        note=answer.note,
        moved=answer.moved,
        conditional=conditional,
    )


def _unchanged(result: Poll, feed: FeedState, sent: Validators) -> Poll:
    if sent == Validators():
        note = "the host says that nothing changed though we asked for the whole feed"
        return replace(result, outcome=Outcome.HTTP_ERROR, note=note)
    return replace(result, validators=_merged(result.validators, sent), body_hash=feed.body_hash)


def _merged(new: Validators, old: Validators) -> Validators:
    """A 304 may leave out what hasn't changed."""
    return Validators(new.etag or old.etag, new.last_modified or old.last_modified)


async def _parsed(answer: Answer, now: datetime, parse_elsewhere: ParseElsewhere | None) -> Parsed:
    """The entries, read here where that is quick for certain."""
    url = answer.final_url or answer.url
    if parse_elsewhere is None:
        return parse_feed(answer.body, answer.headers, url, now)
    if len(answer.body) <= SMALL_FEED:
        quick = parse_quickly(answer.body, answer.headers, url, now)
        if quick is not None:
            return quick
    return await parse_elsewhere(answer.body, answer.headers, url, now)


def _with_entries(result: Poll, answer: Answer, parsed: Parsed) -> Poll:
    """What was read. A body cut short keeps no validators, so that the rest is asked for again."""
    result = replace(
        result,
        outcome=parsed.outcome,
        entries=parsed.entries,
        skipped=parsed.skipped,
        ttl=max(filter(None, (result.ttl, parsed.ttl)), default=None),
        note=parsed.note,
    )
    if not answer.truncated:
        return result
    outcome = Outcome.PARTIAL if parsed.entries else answer.outcome
    return replace(
        result, outcome=outcome, note=answer.note, validators=Validators(), body_hash=None
    )
