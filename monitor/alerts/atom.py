"""The newest messages as an Atom feed (RFC 4287), for readers who follow alerts as they do news."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from monitor.alerts.payloads import stamp
from monitor.inert import inert
from monitor.outbox import Alert

_NO_CHARACTER = re.compile("[\ufffe\uffff]")

ATOM = "http://www.w3.org/2005/Atom"


def atom_feed(alerts: Sequence[Alert], now: datetime, url: str) -> bytes:
    """A feed document. ``alerts``: newest first; ``url``: of the endpoint that serves it."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _put(feed, "id", f"{url.rstrip('/')}/alerts.atom")
    _put(feed, "title", "monitor: alerts")
    _put(feed, "updated", stamp(alerts[0].created_at if alerts else now))
    _link(feed, f"{url.rstrip('/')}/alerts.atom", rel="self")
    for alert in alerts:
        entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
        _put(entry, "id", f"urn:monitor:{alert.id}")
        _put(entry, "title", alert.title)
        _put(entry, "updated", stamp(alert.created_at))
        author = etree.SubElement(entry, f"{{{ATOM}}}author")
        _put(author, "name", "monitor")
        etree.SubElement(entry, f"{{{ATOM}}}category", term=alert.type)
        etree.SubElement(entry, f"{{{ATOM}}}category", term=alert.severity)
        links = alert.payload.get("links") or {}
        main = links.get("sentence") or links.get("thread")
        if main:
            _link(entry, main, rel="alternate")
        _put(entry, "content", alert.text).set("type", "text")
    document: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return document


def _put(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = _in_xml(text)
    return element


def _link(parent: etree._Element, href: str, *, rel: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=_in_xml(href))


def _in_xml(text: str) -> str:
    """Text that XML 1.0 can hold, line by line inert."""
    lines = (inert(line) for line in text.split("\n"))
    return _NO_CHARACTER.sub("\ufffd", "\n".join(lines))
