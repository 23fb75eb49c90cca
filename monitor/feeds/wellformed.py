"""RSS 0.9x to 2.0, RDF and Atom that are well-formed UTF-8: read by lxml in well under 1 ms.

Everything else, broken, in another encoding or with declarations of its own, is left to the patient
reader in `salvage`, which gives the same items for what both can read.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from monitor.feeds.document import Document, Item, escaped, moment, wished_interval
from monitor.feeds.plain import for_a_tree

_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RSS = ("", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
_DC = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
_FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
# Labels under which UTF-8 is often sent; text that really is in them is no valid UTF-8 and fails.
_OTHER_ENCODING = re.compile(
    rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"'](?!(utf-?8|us-ascii|iso-8859-1|windows-1252)[\"'])",
    re.IGNORECASE,
)
_NAMESPACE = re.compile(r"\sxmlns(:\w+)?=\"[^\"]*\"")

# Published before updated.
_RSS_DATES = ("pubDate", "dc:date", "atom:published", "atom:updated")
_ATOM_DATES = ("atom:published", "atom:issued", "atom:updated", "atom:modified", "atom:created")
# Names as the readers below use them: (namespace group, local name).
_Fields = dict[str, list[Any]]


def read(body: bytes, url: str) -> Document | None:
    """The feed, or None for anything that isn't a well-formed feed in UTF-8.

    Never raises. Takes time in proportion to the body; entities are not expanded.
    """
    if _OTHER_ENCODING.match(body[:200]) or b"<!DOCTYPE" in body[:2000] or b"<!ENTITY" in body:
        return None
    return _document(_tree(body), url if b"xml:base" in body else "")


def read_pieces(text: str, url: str) -> Document | None:
    """What libxml2 recovers from a broken feed; None if there is no feed in it. For a last try."""
    root = _tree(for_a_tree(text), recover=True)
    return _document(root, url if "xml:base" in text else "")


def _tree(body: bytes, *, recover: bool = False) -> Any | None:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _document(root: Any | None, base: str) -> Document | None:
    space, name = _split(root.tag) if root is not None else ("", "")
    if name == "feed" and space in _ATOM:
        return _atom(root, base)
    if name == "rss" or (name == "RDF" and space == _RDF):
        return _rss(root)
    return None


# ---------------------------------------------------------------- RSS and RDF


def _rss(root: Any) -> Document | None:
    channel = next((each for each in root if _split(each.tag)[1] == "channel"), None)
    if channel is None:
        return None
    items = [each for parent in (channel, root) for each in parent if _is_item(each)]
    about = _fields(channel)
    return Document(
        items=tuple(map(_rss_item, items)),
        title=_text(about, "title"),
        ttl=wished_interval(
            _text(about, "ttl"), _text(about, "sy:updatePeriod"), _text(about, "sy:updateFrequency")
        ),
    )


def _is_item(element: Any) -> bool:
    return _split(element.tag)[1] == "item"


def _rss_item(item: Any) -> Item:
    fields = _fields(item)
    link = _text(fields, "link") or _atom_link(fields.get("atom:link", ()))
    return Item(
        id=_text(fields, "guid") or item.get(f"{{{_RDF}}}about", "") or _text(fields, "atom:id"),
        link=_text(fields, "feedburner:origLink") or link,
        title=_markup(fields, "title"),
        date=_date(fields, _RSS_DATES),
        content=_markup(fields, "content:encoded") or _atom_text(fields, "atom:content"),
        summary=_markup(fields, "description") or _atom_text(fields, "atom:summary"),
    )


# ---------------------------------------------------------------- Atom


def _atom(root: Any, base: str) -> Document:
    entries = [each for each in root if _split(each.tag)[1] == "entry"]
    about = _fields(root)
    return Document(
        items=tuple(_atom_entry(each, base) for each in entries),
        title=_text(about, "atom:title"),
        ttl=wished_interval(
            "", _text(about, "sy:updatePeriod"), _text(about, "sy:updateFrequency")
        ),
    )


def _atom_entry(entry: Any, base: str) -> Item:
    fields = _fields(entry)
    link = _atom_link(fields.get("atom:link", ()))
    return Item(
        id=_text(fields, "atom:id"),
        link=_text(fields, "feedburner:origLink")
        or (_joined(_base_of(entry, base), link) if base else link),
        title=_atom_text(fields, "atom:title"),
        date=_date(fields, _ATOM_DATES),
        content=_atom_text(fields, "atom:content"),
        summary=_atom_text(fields, "atom:summary"),
    )


def _base_of(element: Any, base: str) -> str:
    """The base address by the xml:base of the element and what it stands in."""
    for each in reversed([element, *element.iterancestors()]):
        base = _joined(base, each.get(_BASE, ""))
    return base


def _joined(base: str, link: str) -> str:
    """The address that a link means; one that is no address leads nowhere and changes nothing."""
    try:
        return urljoin(base, link)
    except ValueError:
        return base


def _atom_link(links: Any) -> str:
    """The address of the article: "alternate" and a page, never an enclosure or a reply feed."""
    pages = [each for each in links if each.get("rel", "alternate") == "alternate"]
    for each in pages:
        if "html" in each.get("type", "html"):
            return str(each.get("href", ""))
    return str(pages[0].get("href", "")) if pages else ""


def _atom_text(fields: _Fields, name: str) -> str:
    """A text construct of Atom as markup (RFC 4287, section 3.1); of several the longest."""
    return max((_construct(each) for each in fields.get(name, ())), key=len, default="")


def _construct(element: Any) -> str:
    kind = element.get("type", "text")
    if element.get("src") or element.get("mode") == "base64":
        return ""
    if kind in ("xhtml", "application/xhtml+xml") or len(element):
        inner = element[0] if len(element) == 1 and kind == "xhtml" else element
        return _inner(inner)
    text = element.text or ""
    plain = kind in ("text", "text/plain") and element.get("mode") != "escaped"
    return escaped(text) if plain else text


# ---------------------------------------------------------------- elements


def _split(tag: Any) -> tuple[str, str]:
    space, _, name = str(tag).rpartition("}")
    return space.removeprefix("{"), name


def _fields(element: Any) -> _Fields:
    """An element's children by prefixed name. Elements of other vocabularies are left out."""
    fields: _Fields = {}
    for child in element:
        name = _NAMES.get(child.tag) or _named(child.tag)
        if name:
            fields.setdefault(name, []).append(child)
    return fields


def _named(tag: Any) -> str:
    space, name = _split(tag)
    prefix = _PREFIXES.get(space)
    if prefix is None and space.startswith(
        ("http://backend.userland.com/", "http://my.netscape.com/")
    ):
        prefix = ""
    full = "" if prefix is None else prefix + name
    if len(_NAMES) < 500:
        _NAMES[tag] = full
    return full


_PREFIXES = {
    **dict.fromkeys(_RSS, ""),
    **dict.fromkeys(_ATOM, "atom:"),
    **dict.fromkeys(_DC, "dc:"),
    _CONTENT: "content:",
    _SYNDICATION: "sy:",
    _FEEDBURNER: "feedburner:",
}
_NAMES: dict[Any, str] = {}  # names seen before; splitting them is half the work


def _text(fields: _Fields, name: str) -> str:
    """The first such child's text without markup."""
    for each in fields.get(name, ()):
        text = each.text if not len(each) else "".join(each.itertext())
        if text and text.strip():
            return str(text).strip()
    return ""


def _date(fields: _Fields, names: tuple[str, ...]) -> datetime | str | None:
    """The first date that stands there; as written where its notation isn't known."""
    for name in names:
        text = _text(fields, name)
        if text:
            return moment(text) or text
    return None


def _markup(fields: _Fields, name: str) -> str:
    """The first such child's content: escaped markup undone once, or elements as they stand."""
    for each in fields.get(name, ()):
        content = _inner(each) if len(each) else str(each.text or "")
        if content.strip():
            return content
    return ""


def _inner(element: Any) -> str:
    """An element's content as markup, without namespace declarations."""
    parts = [escaped(element.text or "")]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return _NAMESPACE.sub("", "".join(parts))
