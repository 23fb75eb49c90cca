"""Attributions of a text: source, cue and content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.claims import Attribution
from monitor.extract.colons import find_colons
from monitor.extract.cues import Draft, find_cues
from monitor.extract.frames import load_frames
from monitor.extract.quotes import find_quotes, give_quotes
from monitor.extract.reading import Reading


def read_attributions(reading: Reading, data: Path | None = None) -> list[Attribution]:
    """Every attribution of the text in order of its content, inner ones marked ``nested``."""
    quotes = find_quotes(reading.text)
    found = [*find_cues(reading.doc, load_frames(data)), *find_colons(reading, quotes, data)]
    drafts = give_quotes(reading.text, found, quotes)
    drafts.sort(key=lambda draft: min(draft.content))
    inner = _nested(drafts)
    return [_attribution(reading, d, n in inner) for n, d in enumerate(drafts)]


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


def _attribution(reading: Reading, draft: Draft, nested: bool) -> Attribution:
    return Attribution(
        source=(draft.source,) if draft.source is not None else (),
        cue=(draft.cue,) if draft.lemma else (),
        content=tuple(sorted(draft.content)),
        cue_lemma=draft.lemma,
        speaker=draft.source.of(reading.text) if draft.source is not None else None,
        nested=nested,
    )


def _nested(drafts: Sequence[Draft]) -> set[int]:
    """The numbers of the drafts whose cue stands inside another's content."""
    fragments = sorted((span, number) for number, d in enumerate(drafts) for span in d.content)
    cues = sorted((draft.cue.start, number) for number, draft in enumerate(drafts))
    inner = set()
    around: list[tuple[int, int]] = []  # (end, number) of the contents that hold this cue
    at = 0
    for offset, number in cues:
        while at < len(fragments) and fragments[at][0].start <= offset:
            around.append((fragments[at][0].end, fragments[at][1]))
            at += 1
        around = [(end, outer) for end, outer in around if end > offset]
        if any(outer != number for _, outer in around):
            inner.add(number)
    return inner
