"""Sayings that punctuation alone attributes: headlines, transcripts, credited quotations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.claims import Span
from monitor.extract.lexicon import lexicon
from monitor.extract.quotes import Quote
from monitor.extract.reading import Reading
from monitor.extract.sayings import Saying

_LONGEST_NAME = 7  # words before a colon, or after one, that can still be a name
_SHORT_NAME = 3  # tokens; such a phrase is a name where the text below uses its last word
_TOPIC = re.compile(r" (?:on|to|about|after) ")
_COLON = re.compile(r":(?=\s)")
_TURN = re.compile(
    r"^[\"\u201c(]?(?P<name>(?:[A-Z][\w.\u2019'-]*)(?: (?:[A-Z][\w.\u2019'-]*|of|the|for)){0,5})"
    r"(?P<colon>:)[ \u00a0]+(?P<words>\S.*)$",
    re.MULTILINE,
)
_LABEL = re.compile(
    r"(?:^|(?<![A-Z][a-z])(?<![A-Z][a-z][a-z])\.\s|[;\u2014\u2013]\s|\s-\s)(?P<name>[^.:;\u2014\u2013]{2,60})(?P<colon>:)\s*$"
)
_CREDIT = re.compile(r"\s*(?P<dash>[\u2014\u2013\u2015]|--)\s*(?P<name>[^\s\u2014\u2013\u2015].*)")


def find_colons(
    reading: Reading, quotes: Sequence[Quote], data: Path | None = None
) -> Iterator[Saying]:
    """The headline's source ("UN: ...", "...: report"), transcript turns, credits after a dash."""
    words = lexicon("colons", data)
    if reading.title is not None:
        yield from _headline(reading, reading.title, words)
    yield from _turns(reading)
    yield from _credits(reading.text, quotes)
    yield from _labels(reading, quotes, words)


def _headline(reading: Reading, title: Span, words: dict[str, list[str]]) -> Iterator[Saying]:
    text = reading.text
    colons = [m.start() for m in _COLON.finditer(text, title.start, title.end)]
    if not colons:
        return
    first, last = colons[0], colons[-1]
    before = _stripped(text, title.start, first)
    topic = _TOPIC.search(before.of(text))
    if topic is not None:  # "Roe on the dam: ..."
        before = Span(before.start, before.start + topic.start())
    after = _stripped(text, last + 1, title.end)
    opens = _is_name(reading, before, words["opening"], words["kickers"])
    closes = _is_name(reading, after, words["closing"], words["kickers"])
    if closes and not (opens and before.end - before.start <= after.end - after.start):
        yield _saying(last, after, _stripped(text, title.start, last))
    elif opens:
        yield _saying(first, before, _stripped(text, first + 1, title.end))


def _is_name(reading: Reading, span: Span, sources: Sequence[str], kickers: Sequence[str]) -> bool:
    """Whether the words on one side of a headline's colon name a source."""
    phrase = span.of(reading.text)
    if not phrase or phrase.lower() in kickers:
        return False
    tokens = reading.doc.char_span(span.start, span.end, alignment_mode="expand")
    if tokens is None or len(phrase.split()) > _LONGEST_NAME:
        return False
    if phrase.lower().split()[-1] in sources:
        return True
    if any(token.pos_ in ("VERB", "AUX") for token in tokens):
        return False
    if any(token.ent_type_ in ("PERSON", "ORG", "NORP", "GPE") for token in tokens):
        return True
    return len(tokens) <= _SHORT_NAME and f" {tokens[-1].text} " in reading.text[span.end :]


def _turns(reading: Reading) -> Iterator[Saying]:
    start = reading.title.end if reading.title is not None else 0
    turns = list(_TURN.finditer(reading.text, start))
    named = Counter(turn["name"] for turn in turns)
    turns = [turn for turn in turns if turn["name"].isupper() or named[turn["name"]] > 1]
    if len(turns) < 2:
        return
    for number, turn in enumerate(turns):
        source = Span(turn.start("name"), turn.end("name"))
        saying = _saying(turn.start("colon"), source, Span(turn.start("words"), turn.end("words")))
        if number + 1 < len(turns):
            between = _stripped(reading.text, turn.end(), turns[number + 1].start())
            if between.start < between.end:
                saying.content.append(between)
        yield saying


def _credits(text: str, quotes: Sequence[Quote]) -> Iterator[Saying]:
    for quote in quotes:
        match = _CREDIT.fullmatch(text, quote.span.end, quote.paragraph.end)
        if match is None or not quote.is_utterance(text):
            continue
        name = _stripped(text, match.start("name"), match.end("name"))
        if 0 < len(name.of(text).split()) <= _LONGEST_NAME and name.of(text)[0].isupper():
            yield _saying(match.start("dash"), name, quote.span)


def _labels(
    reading: Reading, quotes: Sequence[Quote], words: dict[str, list[str]]
) -> Iterator[Saying]:
    for quote in quotes:
        match = _LABEL.search(reading.text[quote.paragraph.start : quote.span.start])
        if match is None:
            continue
        at = quote.paragraph.start
        name = _stripped(reading.text, at + match.start("name"), at + match.end("name"))
        if _is_name(reading, name, words["opening"], words["kickers"]):
            yield _saying(at + match.start("colon"), name, quote.span)


def _saying(mark: int, source: Span, content: Span) -> Saying:
    cue = Span(mark, mark + 1)
    return Saying(":", None, cue, cue, source, [content])


def _stripped(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    left = len(words) - len(words.lstrip())
    right = len(words.rstrip(" \n\t\r\u00a0."))
    return Span(start + left, start + max(left, right))
