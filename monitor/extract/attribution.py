"""Attributions of a text: source, cue and content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.claims import Attribution
from monitor.extract.colons import find_colons
from monitor.extract.cues import find_cues
from monitor.extract.drafts import Draft
from monitor.extract.frames import load_frames
from monitor.extract.quotes import find_quotes, give_quotes
from monitor.extract.reading import Reading
from monitor.extract.speakers import Bearings, find_speakers


def read_attributions(reading: Reading, data: Path | None = None) -> list[Attribution]:
    """Every attribution of the text in order of its content, inner ones marked ``nested``."""
    quotes = find_quotes(reading.text)
    found = [*find_cues(reading.doc, load_frames(data)), *find_colons(reading, quotes, data)]
    drafts = give_quotes(reading.text, found, quotes)
    drafts.sort(key=lambda draft: min(draft.content))
    outer = _outer(drafts)
    bearings = find_speakers(reading, drafts, outer, quotes, data)
    return [
        _attribution(d, b, n in outer)
        for n, (d, b) in enumerate(zip(drafts, bearings, strict=True))
    ]


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


def _attribution(draft: Draft, bearings: Bearings, nested: bool) -> Attribution:
    return Attribution(
        source=(draft.source,) if draft.source is not None else (),
        cue=(draft.cue,) if draft.lemma else (),
        content=tuple(sorted(draft.content)),
        cue_lemma=draft.lemma,
        speaker=bearings.speaker,
        channel=bearings.channel,
        anonymous=bearings.anonymous,
        venue=bearings.venue,
        negated=bearings.negated,
        nested=nested,
    )


def _outer(drafts: Sequence[Draft]) -> dict[int, int]:
    """For each draft whose cue stands inside another's content, the narrowest such other."""
    fragments = sorted((span, number) for number, d in enumerate(drafts) for span in d.content)
    cues = sorted((draft.cue.start, number) for number, draft in enumerate(drafts))
    sizes = [_size(draft, number) for number, draft in enumerate(drafts)]
    outer = {}
    around: list[tuple[int, int]] = []  # (end, number) of the contents that hold this cue
    at = 0
    for offset, number in cues:
        while at < len(fragments) and fragments[at][0].start <= offset:
            around.append((fragments[at][0].end, fragments[at][1]))
            at += 1
        around = [(end, other) for end, other in around if end > offset]
        others = [
            (end, other)
            for end, other in around
            if other != number
            and not (_holds(drafts[number], drafts[other]) and sizes[number] > sizes[other])
        ]
        if others:
            outer[number] = min(others)[1]
    return outer


def _holds(draft: Draft, other: Draft) -> bool:
    return any(span.start <= other.cue.start < span.end for span in draft.content)


def _size(draft: Draft, number: int) -> tuple[int, int]:
    """How much a draft says, ties broken: of two inside each other the larger is the outer."""
    return sum(span.end - span.start for span in draft.content), -number
