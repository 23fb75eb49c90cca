"""Lists of feeds as other readers write and read them: OPML 2.0 (opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from monitor.errors import InputError
from monitor.feeds.addresses import Network, url_refusal
from monitor.feeds.plain import flat


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One feed of a list: its address, and the name it goes by there (may be empty)."""

    url: str
    name: str = ""


def read_opml(body: bytes, allowed: Iterable[Network] = ()) -> tuple[list[ListedFeed], list[str]]:
    """The feeds of a list in its order, each once, and the addresses in it that are refused.

    ``allowed`` are the private networks that the operator opened. Raises `InputError` for what
    is no OPML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"no OPML file: {error}") from error
    dtd = root.getroottree().docinfo.internalDTD if root is not None else None
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise InputError("no OPML file: it declares entities, as no reader's export does")
    if root is None or str(root.tag).rpartition("}")[2].lower() != "opml":
        raise InputError("no OPML file: it has to begin with <opml>; export it from your reader")
    feeds: dict[str, ListedFeed] = {}
    refused = []
    for outline in root.iter("outline"):
        url = _attribute(outline, "xmlurl")
        if not url:
            continue
        if url_refusal(url, allowed) is None:
            feeds.setdefault(url, ListedFeed(url, _name(outline)))
        else:
            refused.append(url)
    return list(feeds.values()), refused


def write_opml(feeds: Iterable[ListedFeed], title: str = "monitor") -> str:
    """A list of feeds as an OPML file."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = flat(title)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        name = flat(feed.name) or feed.url
        etree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
    written: str = etree.tostring(root, encoding="unicode", pretty_print=True)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + written


def _name(outline: Any) -> str:
    return flat(_attribute(outline, "title") or _attribute(outline, "text"))


def _attribute(outline: Any, name: str) -> str:
    """An attribute whatever its case: programs write xmlUrl, xmlurl and XMLURL."""
    return next((value.strip() for key, value in outline.attrib.items() if key.lower() == name), "")
