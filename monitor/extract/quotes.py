"""Quotation marks of a text, paired paragraph by paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.claims import Span

_PARAGRAPH = re.compile(r"[^\n]+")
_MARK = re.compile('[\u201c\u201d"]')


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch between double quotation marks, both marks included.

    ``open_ended``: no closing mark before the paragraph ends, so that the quotation may run on.
    """

    span: Span
    paragraph: Span
    open_ended: bool


def find_quotes(text: str) -> list[Quote]:
    """The double quotations of a text in order. A straight mark opens and closes by turns."""
    quotes = []
    for match in _PARAGRAPH.finditer(text):
        paragraph = Span(match.start(), match.end())
        opened: int | None = None
        for mark in _MARK.finditer(text, match.start(), match.end()):
            if opened is None:
                if mark.group() != "\u201d":
                    opened = mark.start()
            elif mark.group() != "\u201c":
                quotes.append(Quote(Span(opened, mark.end()), paragraph, False))
                opened = None
        if opened is not None:
            end = match.start() + len(match.group().rstrip())
            quotes.append(Quote(Span(opened, end), paragraph, True))
    return quotes
