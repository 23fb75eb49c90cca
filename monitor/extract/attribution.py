"""Attributions of a text: source, cue and content."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.claims import Attribution, Span
from monitor.extract.cues import Draft, find_cues
from monitor.extract.frames import load_frames
from monitor.extract.quotes import Quote, find_quotes
from monitor.extract.reading import Reading
from monitor.extract.sources import mention, trimmed

_BESIDE = re.compile(r"[\s,:\u2014\u2013-]*")


def read_attributions(reading: Reading, data: Path | None = None) -> list[Attribution]:
    """Every attribution of the text in order of its content, inner ones marked ``nested``."""
    quotes = find_quotes(reading.text)
    found = []
    for draft in find_cues(reading.doc, load_frames(data)):
        made = _attribution(reading, draft, quotes)
        if made is not None:
            found.append(made)
    return _mark_nested(found)


def attribution_prediction(attributions: Sequence[Attribution]) -> list[dict[str, list[list[int]]]]:
    """The outermost attributions as plain lists of offsets, one dict each with source, cue and
    content."""
    return [
        {
            role: [[span.start, span.end] for span in getattr(found, role)]
            for role in ("source", "cue", "content")
        }
        for found in attributions
        if not found.nested
    ]


def _attribution(reading: Reading, draft: Draft, quotes: list[Quote]) -> Attribution | None:
    doc = reading.doc
    cue = trimmed(doc, *draft.cue)
    if cue is None:
        return None
    content = [span for part in draft.content if (span := trimmed(doc, *part)) is not None]
    if draft.quotable and not _inside(cue, quotes):
        quote = _beside(reading.text, trimmed(doc, *draft.clause) or cue, quotes)
        if quote is not None:
            content = [quote.span]
    if not content:
        return None
    source = mention(draft.source, draft.cue) if draft.source is not None else None
    return Attribution(
        source=(source,) if source is not None else (),
        cue=(cue,),
        content=tuple(content),
        cue_lemma=draft.head.lemma_.lower(),
        speaker=source.of(reading.text) if source is not None else None,
    )


def _inside(span: Span, quotes: list[Quote]) -> bool:
    at = bisect_right(quotes, span.start, key=lambda q: q.span.start) - 1
    return at >= 0 and quotes[at].span.end > span.start


def _beside(text: str, clause: Span, quotes: list[Quote]) -> Quote | None:
    """The quotation that touches a cue's clause, before it or after it."""
    at = bisect_left(quotes, clause.start, key=lambda q: q.span.start)
    if at and _BESIDE.fullmatch(text, quotes[at - 1].span.end, clause.start):
        return quotes[at - 1]
    while at < len(quotes) and quotes[at].span.start < clause.end:
        at += 1
    if at < len(quotes) and _BESIDE.fullmatch(text, clause.end, quotes[at].span.start):
        return quotes[at]
    return None


def _mark_nested(found: list[Attribution]) -> list[Attribution]:
    """Mark every attribution whose cue stands inside another's content."""
    fragments = sorted(
        ((span.start, -span.end, number) for number, a in enumerate(found) for span in a.content)
    )
    nested = set()
    open_: list[tuple[int, int]] = []
    cues = sorted((a.cue[0].start, number) for number, a in enumerate(found))
    at = 0
    for start, number in cues:
        while at < len(fragments) and fragments[at][0] <= start:
            open_.append((-fragments[at][1], fragments[at][2]))
            at += 1
        open_ = [entry for entry in open_ if entry[0] > start]
        if any(outer != number for _, outer in open_):
            nested.add(number)
    ordered = sorted(range(len(found)), key=lambda n: found[n].content[0])
    return [replace(found[n], nested=True) if n in nested else found[n] for n in ordered]
