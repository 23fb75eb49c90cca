"""``monitor extract``: the claims of one text, or of many."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.claims import Extraction
from monitor.clock import wall_time
from monitor.commands.batch import As, extract_lines, published_time
from monitor.config import Settings, defaults, load
from monitor.errors import InputError
from monitor.wiring import extractor, manners


def extract_one(source: str, published: str | None, config: Path | None) -> tuple[str, Extraction]:
    """The text behind a file name, an address or ``-``, and its claims."""
    when = published_time(published, "--published")
    settings = load(config) if config else defaults()
    text, dated = _text(source, settings)
    return text, extractor(settings).extract(text, when or dated)


def extract_batch(batch: Path, wanted: str, config: Path | None) -> Iterator[dict[str, Any]]:
    """One answer for each line of the file. Raises `InputError` for a kind that isn't known."""
    if wanted not in list(As):
        raise InputError(f"--as {wanted}: there are {', '.join(As)}")
    reader = extractor(load(config) if config else defaults())
    with ExitStack() as stack:
        try:
            opened = batch.open(encoding="utf-8", newline="\n") if str(batch) != "-" else sys.stdin
            lines = stack.enter_context(opened)
            yield from extract_lines(lines, As(wanted), reader, str(batch))
        except OSError as error:
            raise InputError(f"{batch}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{batch}: no UTF-8 at byte {error.start}") from error


def _text(source: str, settings: Settings) -> tuple[str, datetime | None]:
    if source.startswith(("http://", "https://")):
        return asyncio.run(_page(source, settings))
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return raw.decode("utf-8"), None
    except UnicodeDecodeError as error:
        raise InputError(f"{source}: no UTF-8 at byte {error.start}") from error
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}") from error


async def _page(url: str, settings: Settings) -> tuple[str, datetime | None]:
    from monitor.feeds.clean import clean_article
    from monitor.feeds.http import Client
    from monitor.feeds.poll import fetch_article
    from monitor.intake import Outcome

    async with Client(manners(settings.http)) as client:
        fetch = await fetch_article(client, url, wall_time())
    if fetch.outcome is not Outcome.OK:
        raise InputError(f"{url}: {fetch.outcome}: {fetch.note}")
    article = clean_article(fetch, None)
    if article.outcome is not Outcome.OK:
        raise InputError(f"{url}: {article.outcome}: {article.note}")
    return article.text, article.published
