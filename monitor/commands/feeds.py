"""``monitor feeds ...``: the feeds of a configuration: listed, tried, added, taken in, given out.

The configuration file is the one list of feeds. What is added is put at its end, as
``[[feeds]]`` tables; nothing else in it is touched, comments included, and nothing is written that
the program couldn't read again.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from monitor.alerts.notices import ailment_words
from monitor.alerts.wording import counted_noun
from monitor.clock import wall_time
from monitor.config import Settings, defaults, load
from monitor.errors import InputError, StoreError
from monitor.feeds.addresses import networks, url_refusal
from monitor.feeds.clean import clean_article
from monitor.feeds.http import FEED_TYPES, Answer, Client
from monitor.feeds.opml import ListedFeed, read_opml, write_opml
from monitor.feeds.parse import Parsed, parse_feed
from monitor.feeds.plain import flat
from monitor.feeds.poll import fetch_article
from monitor.feeds.robots import Robots
from monitor.inert import one_line
from monitor.intake import CleanText, Entry, Fetch, Outcome
from monitor.mistakes import ConfigError
from monitor.store import Store
from monitor.store.feeds import StoredFeed
from monitor.wiring import manners

_SHOWN = 5  # entries of a feed that is tried
_LARGEST_LIST = 15 * 1024 * 1024  # bytes of an OPML file
_RELOAD = "a running daemon reads it at `systemctl reload monitor` (SIGHUP)"


# ---------------------------------------------------------------- list


def list_feeds(config: Path) -> tuple[list[str], bool]:
    """Each feed of the configuration with how it stands, and whether all of them are well."""
    settings = load(config)
    if not settings.feeds:
        return [f"{config} names no feeds; `monitor feeds add ADDRESS` adds one"], True
    stored, sick = _on_file(settings)
    lines = []
    for feed in settings.feeds:
        lines.append(f"{one_line(feed.outlet_name)}  {one_line(feed.url, 300)}")
        lines.append(f"    {_standing(stored.get(feed.url), sick.get(feed.url, ()))}")
    lines.append(
        f"{counted_noun(len(settings.feeds), 'feed')}, {len(sick.keys() & _urls(settings))} ill"
    )
    return lines, not sick


def _urls(settings: Settings) -> set[str]:
    return {feed.url for feed in settings.feeds}


def _on_file(settings: Settings) -> tuple[dict[str, StoredFeed], dict[str, list[str]]]:
    """What the store knows of the feeds, by address; nothing where there is no store yet."""
    if not settings.store.path.exists():
        return {}, {}
    try:
        with Store.read(settings.store.path) as store:
            sick: dict[str, list[str]] = {}
            for ailment in store.health.ill():
                sick.setdefault(ailment.url, []).append(ailment_words(ailment))
            return {feed.url: feed for feed in store.feeds.all()}, sick
    except StoreError:
        return {}, {}


def _standing(feed: StoredFeed | None, ailments: Sequence[str]) -> str:
    """How a feed stands, in words."""
    if feed is None or feed.last_polled is None:
        return "not polled yet"
    outcome = (feed.last_outcome or "").replace("_", " ")
    said = f"{outcome} at {feed.last_polled:%Y-%m-%d %H:%M} UTC"
    if feed.state.failures:
        said += f", {counted_noun(feed.state.failures, 'failure')} in a row"
        said += f" ({one_line(feed.note)})" if feed.note else ""
    if feed.state.next_poll is not None:
        said += f"; next {feed.state.next_poll:%H:%M} UTC"
    pace = timedelta(seconds=round(feed.state.pace or feed.state.interval))
    return "; ".join([said, f"every {pace}", *ailments])


# ---------------------------------------------------------------- test


@dataclass(frozen=True, slots=True)
class _Trial:
    """What one look at an address brought. ``article`` is the newest entry's."""

    answer: Answer
    parsed: Parsed
    page: Fetch | None = None
    article: CleanText | None = None


def test_feed(url: str, config: Path | None) -> tuple[list[str], bool]:
    """Ask once for a feed and its newest article, and say what would be read. Stores nothing."""
    settings = load(config) if config else defaults()
    trial = asyncio.run(_try(url, settings, read_article=True))
    lines = _feed_lines(trial)
    if trial.parsed.outcome not in (Outcome.OK, Outcome.PARTIAL, Outcome.EMPTY):
        return lines, False
    lines += [line for entry in trial.parsed.entries[:_SHOWN] for line in _entry_lines(entry)]
    if len(trial.parsed.entries) > _SHOWN:
        lines.append(f"  ... and {len(trial.parsed.entries) - _SHOWN} more")
    return lines + _article_lines(trial), True


async def _try(url: str, settings: Settings, *, read_article: bool) -> _Trial:
    now = wall_time()
    async with Client(manners(settings.http)) as client:
        answer = await client.get(url, limit=client.manners.feed_limit, accept=FEED_TYPES)
        if answer.outcome is not Outcome.OK and not answer.truncated:
            return _Trial(answer, Parsed(answer.outcome, note=answer.note))
        parsed = parse_feed(answer.body, answer.headers, answer.final_url or url, now)
        entry = next((each for each in parsed.entries if each.url), None)
        if not read_article or entry is None or entry.url is None:
            return _Trial(answer, parsed)
        robots = Robots(client) if settings.http.robots else None
        page = await fetch_article(client, entry.url, now, robots=robots)
    return _Trial(answer, parsed, page, clean_article(page, entry))


def _feed_lines(trial: _Trial) -> list[str]:
    answer, parsed = trial.answer, trial.parsed
    status = f" (HTTP {answer.status})" if answer.status else ""
    lines = [f"{parsed.outcome.value.replace('_', ' ')}{status}"]
    if answer.final_url and answer.final_url != answer.url:
        how = "for good" if answer.moved else "for now"
        lines.append(f"sent on {how} to {one_line(answer.final_url, 300)}")
    if parsed.title:
        lines.append(f"title: {one_line(parsed.title)}")
    if parsed.note:
        lines.append(f"note: {one_line(parsed.note)}")
    lines += [f"it points to the feed {one_line(each, 300)}" for each in parsed.alternatives]
    if parsed.entries or parsed.skipped:
        skipped = "".join(f", {count} left out ({reason})" for reason, count in parsed.skipped)
        lines.append(f"{counted_noun(len(parsed.entries), 'entry')}{skipped}")
    return lines


def _entry_lines(entry: Entry) -> list[str]:
    when = f"{entry.published:%Y-%m-%d %H:%M} UTC" if entry.published else "no date"
    flags = f"  [{', '.join(entry.flags)}]" if entry.flags else ""
    return [f"  {when}  {one_line(entry.title)}{flags}", f"      {one_line(entry.url or '-', 300)}"]


def _article_lines(trial: _Trial) -> list[str]:
    if trial.article is None:
        return []
    article = trial.article
    words = len(article.text.split())
    said = f"newest article: {article.outcome.value.replace('_', ' ')}"
    if article.outcome is Outcome.OK:
        said += f", {words} words from the {article.basis.replace('_', ' ')}"
    if article.live:
        said += ", a live page: its new paragraphs are no edits"
    return [said + (f" ({one_line(article.note)})" if article.note else "")]


# ---------------------------------------------------------------- add and import


def add_feed(url: str, outlet: str, config: Path) -> tuple[list[str], bool]:
    """Try an address and add it; where it is a web page, the feed that it points to."""
    settings = load(config)
    trial = asyncio.run(_try(url, settings, read_article=False))
    if trial.parsed.outcome is Outcome.NOT_A_FEED and trial.parsed.alternatives:
        found = trial.parsed.alternatives
        if len(found) > 1:
            choice = [f"  monitor feeds add {one_line(each, 300)}" for each in found]
            return [f"{url} is a web page with several feeds; choose one:", *choice], False
        url = found[0]
        trial = asyncio.run(_try(url, settings, read_article=False))
    if trial.parsed.outcome not in (Outcome.OK, Outcome.PARTIAL, Outcome.EMPTY):
        return [f"nothing was added: {url}", *_feed_lines(trial)], False
    name = flat(outlet or trial.parsed.title)
    return _added([ListedFeed(url, name)], settings, config), True


def import_feeds(source: Path, config: Path) -> tuple[list[str], bool]:
    """Add the feeds of an OPML file that the configuration doesn't name yet."""
    settings = load(config)
    try:
        with source.open("rb") as file:
            body = file.read(_LARGEST_LIST + 1)
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}") from error
    if len(body) > _LARGEST_LIST:
        raise InputError(f"{source}: larger than {_LARGEST_LIST // 2**20} MB; is it a list?")
    feeds, refused = read_opml(body, networks(settings.http.allow_networks))
    lines = [f"refused: {one_line(url, 300)}" for url in refused]
    if refused:
        lines.append("an address in a private network needs it in [http] allow_networks")
    if feeds or not refused:
        lines += _added(feeds, settings, config)
    return lines, not refused


def export_feeds(config: Path) -> str:
    """The feeds of the configuration as OPML, which other readers take in."""
    settings = load(config)
    return write_opml(ListedFeed(feed.url, feed.outlet_name) for feed in settings.feeds)


def _added(feeds: Sequence[ListedFeed], settings: Settings, config: Path) -> list[str]:
    """Put feeds at the end of the configuration; says what was added and what was there."""
    known = _urls(settings)
    fresh = [feed for feed in feeds if feed.url not in known]
    lines = [f"known already: {one_line(each.url, 300)}" for each in feeds if each.url in known]
    if fresh:
        _write(config, fresh, settings)
        lines += [f"added: {one_line(each.name)}  {one_line(each.url, 300)}" for each in fresh]
        lines.append(f"{config} has {counted_noun(len(known) + len(fresh), 'feed')}; {_RELOAD}")
    return lines or ["there are no feeds in it"]


def _write(config: Path, feeds: Sequence[ListedFeed], settings: Settings) -> None:
    """Append the feeds, or raise `InputError` and leave the file as it is."""
    allowed = networks(settings.http.allow_networks)
    for feed in feeds:
        if reason := url_refusal(feed.url, allowed):
            raise InputError(f"{feed.url}: {reason}; name its network in [http] allow_networks")
    path = config.resolve()  # the file itself, where the name is a link to it
    text = path.read_bytes().decode("utf-8")
    newline = "\r\n" if "\r\n" in text else "\n"
    tables = "".join(_table(feed) for feed in feeds).replace("\n", newline)
    gap = "" if text.endswith("\n") or not text else newline
    try:
        tomllib.loads(text + gap + tables)
    except tomllib.TOMLDecodeError as error:
        problem = "its feeds are written as one list, feeds = [...]"
        raise InputError(
            f"{config}: {problem}; write each as a table [[feeds]], then add to it"
        ) from error
    _replace(path, text + gap + tables)


def _table(feed: ListedFeed) -> str:
    """A feed as a TOML table; JSON's strings are TOML's."""
    outlet = f"outlet = {json.dumps(feed.name, ensure_ascii=False)}\n" if feed.name else ""
    return f"\n[[feeds]]\nurl = {json.dumps(feed.url)}\n{outlet}"


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the permissions it had; it must load."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            os.fchmod(file.fileno(), path.stat().st_mode)
            file.flush()
            os.fsync(file.fileno())
        load(temporary)
        temporary.replace(path)
    except ConfigError as error:
        said = str(error).replace(str(temporary), str(path))
        raise InputError(f"{path} was left as it is: {said}") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
