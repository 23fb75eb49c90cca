"""Two texts side by side as words taken out and put in."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from markupsafe import Markup

from monitor.browse.marking import plain

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")

_MOST_PAIRS = 4_000_000
"""Two paragraphs are compared in a time that grows with the product of their words, up to this."""

_AROUND = 1  # unchanged paragraphs shown beside a changed one


def word_diff(old: str, new: str) -> Markup:
    """The new text with what was taken out (``del``) and put in (``ins``)."""
    one, two = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(one) * len(two) > _MOST_PAIRS:
        return _out(old) + _in(new)
    said = Markup()
    for what, i, j, k, m in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if what == "equal":
            said += plain("".join(one[i:j]))
        else:
            said += _out("".join(one[i:j])) + _in("".join(two[k:m]))
    return said


def text_diff(old: str, new: str) -> list[tuple[str, Markup]]:
    """A text's paragraphs, each with what it is: same, changed, or left (so many left out)."""
    one, two = _paragraphs(old), _paragraphs(new)
    shown: list[tuple[str, Markup]] = []
    opcodes = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    for what, i, j, k, m in opcodes:
        if what == "equal":
            shown += _unchanged(one[i:j], first=i == 0, last=j == len(one))
            continue
        pairs = min(j - i, m - k)
        shown += [("changed", word_diff(one[i + n], two[k + n])) for n in range(pairs)]
        shown += [("changed", _out(text)) for text in one[i + pairs : j]]
        shown += [("changed", _in(text)) for text in two[k + pairs : m]]
    return shown


def _unchanged(paragraphs: list[str], *, first: bool, last: bool) -> list[tuple[str, Markup]]:
    before = 0 if first else _AROUND
    after = 0 if last else _AROUND
    if len(paragraphs) <= before + after + 1:
        return [("same", plain(text)) for text in paragraphs]
    left = len(paragraphs) - before - after
    return [
        *(("same", plain(text)) for text in paragraphs[:before]),
        ("left", Markup("{} paragraphs unchanged").format(left)),
        *(("same", plain(text)) for text in paragraphs[len(paragraphs) - after :]),
    ]


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _out(text: str) -> Markup:
    return Markup("<del>{}</del>").format(plain(text)) if text else Markup()


def _in(text: str) -> Markup:
    return Markup("<ins>{}</ins>").format(plain(text)) if text else Markup()
