"""Marks in texts: the number in its sentence, claims in an article, words that changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from monitor.alerts.links import at_sentence as sentence_address
from monitor.claims import FiledFigure, FiledPosition, Span
from monitor.inert import inert

Claim = FiledFigure | FiledPosition

_LINES = re.compile(r"\n+")


def plain(text: str) -> Markup:
    """A text from strangers, harmless and escaped; one character stays one."""
    return escape(inert(text))


def marked_sentence(claim: Claim) -> Markup:
    """A claim's sentence with its number, or the words of the position, marked."""
    if isinstance(claim, FiledFigure):
        span, sentence = claim.figure.number, claim.figure.sentence
    else:
        span, sentence = claim.position.content, claim.position.sentence
    return marked(claim.sentence, Span(span.start - sentence.start, span.end - sentence.start))


def marked(text: str, span: Span) -> Markup:
    """A text with one stretch of it marked; what lies outside the text is left out."""
    start = min(max(span.start, 0), len(text))
    end = min(max(span.end, start), len(text))
    if start == end:
        return plain(text)
    return Markup("{}<mark>{}</mark>{}").format(
        plain(text[:start]), plain(text[start:end]), plain(text[end:])
    )


def at_sentence(claim: Claim) -> str:
    """The article's address at the sentence; empty where the address is none of the web's."""
    return sentence_address(claim.url, claim.sentence)


def found(snippet: str, start: str, end: str) -> Markup:
    """A snippet whose found words stand between two marks of the search."""
    said = Markup()
    for part in snippet.split(start):
        words, closed, rest = part.partition(end)
        if closed:
            said += Markup("<mark>{}</mark>{}").format(plain(words), plain(rest))
        else:
            said += plain(part)
    return said


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text with the claims that cover it, the shortest first."""

    text: Markup
    claims: tuple[Claim, ...]
    begins: tuple[str, ...]  # ids of the claims that begin here

    @property
    def kinds(self) -> str:
        """figure, position or both, as classes."""
        return " ".join(sorted({kind_of(claim) for claim in self.claims}))


def stretches(text: str, claims: Sequence[Claim]) -> list[Stretch]:
    """A text cut where claims begin and end; offsets beyond the text count as its end."""
    spans = [(claim, _span(claim, len(text))) for claim in claims]
    cuts = {0, len(text)}
    for _, span in spans:
        cuts |= {span.start, span.end}
    parts = []
    for start, end in pairwise(sorted(cuts)):
        over = [
            (span.end - span.start, claim)
            for claim, span in spans
            if span.start < end and span.end > start
        ]
        over.sort(key=lambda pair: pair[0])
        begins = tuple(
            claim.id for claim, span in spans if span.start == start and span.end > start
        )
        lines = Markup("\n\n").join(plain(line) for line in _LINES.split(text[start:end]))
        parts.append(Stretch(lines, tuple(claim for _, claim in over), begins))
    return parts


def kind_of(claim: Claim) -> str:
    """figure or position."""
    return "figure" if isinstance(claim, FiledFigure) else "position"


def _span(claim: Claim, most: int) -> Span:
    span = claim.figure.number if isinstance(claim, FiledFigure) else claim.position.content
    return Span(min(max(span.start, 0), most), min(max(span.end, 0), most))
