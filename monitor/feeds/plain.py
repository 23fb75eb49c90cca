"""Text from markup: entities undone, tags gone, spaces of one kind, nothing invisible. Pure."""

from __future__ import annotations

import html
import re

_LONGEST = 4000  # characters of a title as written
# Letters, comment or end tag: "a < b" and "<3" stay what they are.
_TAG = re.compile(
    r"<(?:[a-zA-Z][^<>]{0,4000}|/[a-zA-Z][^<>]{0,200}|!--.{0,10000}?--|![^<>]{0,500})>", re.DOTALL
)
_DROPPED = re.compile(
    r"<(script|style)\b[^<>]{0,2000}>.{0,200000}?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
# Controls, zero-width and bidirectional signs, soft hyphens, private use and half pairs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_BREAK = "\u00a0\u2007\u2009\u202f"
# Between digits such a space groups thousands and tells 32 845 from 32 and 845: one sign for all.
_GROUPING = re.compile(f"(?<=\\d)[{_NO_BREAK}](?=\\d{{3}}(?!\\d))")
_KEPT = "\ue000"  # stands for it while the other spaces are folded; can't occur in the input
_SPACE = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")


def visible(text: str) -> str:
    """The text without control, zero-width and direction signs, its spaces folded.

    A no-break or thin space that groups digits becomes U+00A0, any other run of spaces one plain
    space; lines stay lines.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace(_KEPT, "")
    text = _INVISIBLE.sub("", text)
    text = _GROUPING.sub(_KEPT, text)
    return _SPACE.sub(" ", text).replace(_KEPT, "\u00a0")


def flat(text: str) -> str:
    """Visible text on one line, as for titles, notes and logs."""
    return " ".join(part.strip() for part in visible(text).split("\n") if part.strip())


def for_a_tree(text: str) -> bytes:
    """A document's text as UTF-8 for lxml, without the signs that no XML tree may hold.

    lxml takes them in from a page and then trips over them.
    """
    return _NO_XML.sub("", text).encode("utf-8", "replace")


def unmarked(markup: str) -> str:
    """The plain text of a title that may hold markup, also when escaped twice."""
    text = markup[:_LONGEST]
    for _ in range(2):
        text = _DROPPED.sub(" ", text)
        text = _TAG.sub(_instead, text)
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return flat(text)


# Tags inside a word ("<b>1</b>2") leave no gap; those that end a line or cell do.
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|u|wbr)\b",
    re.IGNORECASE,
)


def _instead(tag: re.Match[str]) -> str:
    return "" if _INLINE.match(tag[0]) or tag[0].startswith("<!") else " "
