"""A web page as a tree, and what its head says about the article. Pure but for lxml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import html as lxml_html

from monitor.feeds.dates import iso_date
from monitor.feeds.plain import for_a_tree, unmarked

_ARTICLE_TYPES = re.compile(r"(Article|Posting|Report|Review)$")
_LIVE_TYPE = "LiveBlogPosting"
_MOST_JSON = 500_000  # characters of one JSON-LD block
# Dates in order of trust: what the article says of itself before what its page says.
_DATE_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "pubdate",
    "publishdate",
    "date",
)
# What sites append to a title: " - The Gazette", " | World News".
_SITE = re.compile(r"\s+(?:[|•·»]|[-–—])\s+(?P<site>[^|•·»–—]{2,60})$")


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says about itself. Empty or None where it says nothing."""

    title: str = ""
    canonical: str | None = None
    published: datetime | None = None
    language: str | None = None  # as "en"
    kind: str = ""  # og:type
    live: bool = False


def tree_of(text: str) -> Any | None:
    """The page as an lxml tree, or None for what has no elements. Nesting is cut at 256 levels."""
    # Bytes with a stated encoding: lxml refuses text that declares one itself.
    body = for_a_tree(text)
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(body, parser=parser)
    except (ValueError, AssertionError, lxml_html.etree.LxmlError):
        return None


def read_head(tree: Any) -> Head:
    """Title, address, date and language of an article page."""
    metas = _metas(tree)
    objects = tuple(_json_objects(tree))
    articles = [each for each in objects if _ARTICLE_TYPES.search(_type(each))]
    published = next((_string(each.get("datePublished")) for each in articles), "")
    dates = [published, *(metas.get(name, "") for name in _DATE_NAMES), _time_element(tree)]
    return Head(
        title=_title(tree, metas, articles),
        canonical=_first(tree, "//link[@rel='canonical']/@href") or metas.get("og:url") or None,
        published=next(filter(None, map(moment, dates)), None),
        language=_language(tree, metas),
        kind=metas.get("og:type", "").lower(),
        live=any(_LIVE_TYPE in _type(each) for each in objects),
    )


def moment(text: str) -> datetime | None:
    """An ISO 8601 date and time as UTC. None for a bare date."""
    text = text.strip()
    if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text):
        return None
    text = text.replace(" +", "+").replace(" -", "-")
    return iso_date(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text))


def _metas(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = meta.get("content")
        if name and content:
            found.setdefault(name.strip().lower(), content.strip())
    return found


def _title(tree: Any, metas: dict[str, str], articles: list[dict[str, Any]]) -> str:
    """The article's headline: the only first heading, else what the page says elsewhere."""
    headings = [unmarked(" ".join(each.itertext())) for each in tree.iter("h1")]
    headings = [each for each in headings if each]
    said = unmarked(metas.get("og:title", "")) or unmarked(_first(tree, "//title/text()"))
    if len(headings) == 1 and len(headings[0].split()) > 2:
        return headings[0]
    for heading in headings:
        if said.startswith(heading) and len(heading.split()) > 2:
            return heading
    headline = next((unmarked(_string(each.get("headline"))) for each in articles), "")
    return headline or _without_site(said, unmarked(metas.get("og:site_name", "")))


def _without_site(title: str, site: str) -> str:
    found = _SITE.search(title)
    if found is None or len(title[: found.start()].split()) < 3:
        return title
    named = site and found["site"].casefold() in (site.casefold(), f"the {site}".casefold())
    short = len(found["site"].split()) <= 4
    return title[: found.start()] if named or (short and "|" in found[0]) else title


def _language(tree: Any, metas: dict[str, str]) -> str | None:
    said = tree.get("lang") or metas.get("og:locale") or metas.get("content-language") or ""
    found = re.match(r"[a-zA-Z]{2,3}(?![a-zA-Z])", said.strip())
    return found[0].lower() if found else None


def _time_element(tree: Any) -> str:
    return _first(tree, "//time[@pubdate or @itemprop='datePublished']/@datetime") or _first(
        tree, "//article//time/@datetime"
    )


def _first(tree: Any, path: str) -> str:
    found = tree.xpath(path)
    return str(found[0]).strip() if found else ""


def _json_objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD blocks, also those inside a graph."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text:
            continue
        try:
            yield from _objects([json.loads(script.text[:_MOST_JSON], strict=False)])
        except (ValueError, RecursionError):
            continue


def _objects(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for value in values:
        if isinstance(value, list):
            yield from _objects(value[:100])
        elif isinstance(value, dict):
            yield value
            graph = value.get("@graph")
            if isinstance(graph, list):
                yield from _objects(graph[:100])


def _type(thing: dict[str, Any]) -> str:
    kind = thing.get("@type")
    return str(kind[0]) if isinstance(kind, list) and kind else str(kind or "")


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
