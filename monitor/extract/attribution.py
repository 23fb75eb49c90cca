"""Attributions of a text: source, cue and content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.claims import Attribution
from monitor.extract.colons import find_colons
from monitor.extract.cues import find_cues
from monitor.extract.frames import load_frames
from monitor.extract.quotes import find_quotes, give_quotes
from monitor.extract.reading import Reading
from monitor.extract.sayings import Saying
from monitor.extract.speakers import Bearings, find_speakers


def read_attributions(reading: Reading, data: Path | None = None) -> list[Attribution]:
    """Every attribution of the text in order of its content, inner ones marked ``nested``."""
    quotes = find_quotes(reading.text)
    found = [*find_cues(reading.doc, load_frames(data)), *find_colons(reading, quotes, data)]
    sayings = give_quotes(reading.text, found, quotes)
    sayings.sort(key=lambda saying: min(saying.content))
    outer = _outer(sayings)
    bearings = find_speakers(reading, sayings, outer, quotes, data)
    return [
        _attribution(d, b, n in outer)
        for n, (d, b) in enumerate(zip(sayings, bearings, strict=True))
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


def _attribution(saying: Saying, bearings: Bearings, nested: bool) -> Attribution:
    return Attribution(
        source=(saying.source,) if saying.source is not None else (),
        cue=(saying.cue,) if saying.lemma else (),
        content=tuple(sorted(saying.content)),
        cue_lemma=saying.lemma,
        speaker=bearings.speaker,
        channel=bearings.channel,
        anonymous=bearings.anonymous,
        venue=bearings.venue,
        negated=bearings.negated,
        nested=nested,
    )


def _outer(sayings: Sequence[Saying]) -> dict[int, int]:
    """For each saying whose cue stands inside another's content, the narrowest such other."""
    fragments = sorted((span, number) for number, d in enumerate(sayings) for span in d.content)
    cues = sorted((saying.cue.start, number) for number, saying in enumerate(sayings))
    sizes = [_size(saying, number) for number, saying in enumerate(sayings)]
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
            and not (_holds(sayings[number], sayings[other]) and sizes[number] > sizes[other])
        ]
        if others:
            outer[number] = min(others)[1]
    return outer


def _holds(saying: Saying, other: Saying) -> bool:
    return any(span.start <= other.cue.start < span.end for span in saying.content)


def _size(saying: Saying, number: int) -> tuple[int, int]:
    """How much a saying says, ties broken: of two inside each other the larger is the outer."""
    return sum(span.end - span.start for span in saying.content), -number
