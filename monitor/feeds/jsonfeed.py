"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.feeds.document import Document, Item, escaped, moment
from monitor.inert import storable


def read(body: bytes) -> Document:
    """The feed. Raises ``ValueError``, in words, for JSON of another kind or none at all."""
    try:
        feed = json.loads(body)
    except RecursionError as error:
        raise ValueError("JSON that is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"no valid JSON: {error}") from error
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(version):
        raise ValueError("JSON, but no JSON Feed")
    objects = [each for each in items if isinstance(each, dict)]
    strange = len(items) - len(objects)
    return Document(
        items=tuple(map(_item, objects)),
        title=_string(feed.get("title")),
        problem="items that are no objects" if strange else "",
        skipped=(("no_object", strange),) if strange else (),
    )


def _item(item: Mapping[str, Any]) -> Item:
    text = escaped(_string(item.get("content_text")))
    paragraphs = "".join(f"<p>{each}</p>" for each in text.split("\n") if each.strip())
    return Item(
        id=_string(item.get("id")),
        link=_string(item.get("url")) or _string(item.get("external_url")),
        title=escaped(_string(item.get("title"))),
        date=moment(_string(item.get("date_published")) or _string(item.get("date_modified"))),
        content=_string(item.get("content_html")) or paragraphs,
        summary=escaped(_string(item.get("summary"))),
    )


def _string(value: object) -> str:
    """A text; half a character, which JSON can spell, becomes U+FFFD."""
    return storable(str(value)) if isinstance(value, str | int | float) else ""
