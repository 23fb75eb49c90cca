"""Marks in texts: the number in its sentence, claims in an article, words that changed."""

from __future__ import annotations

from markupsafe import Markup, escape

from monitor.alerts.links import at_sentence as sentence_address
from monitor.claims import FiledFigure, FiledPosition, Span
from monitor.inert import inert

Claim = FiledFigure | FiledPosition


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
