"""Quotation marks of a text: paired, told from scare quotes, and given to their cues."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.claims import Span
from monitor.extract.sayings import Saying

_PARAGRAPH = re.compile(r"[^\n]+")
_MARK = re.compile('[\u201c\u201d"]')
_AFTER_QUOTE = re.compile(r"[\s,\u2014\u2013-]*")
_ASIDE = re.compile(r"[^.?!\n]{2,80}:\s*")  # "Roe answered, with a smile: ..."
_STOPS = frozenset(",.?!\u2026\u2014")
_REST = re.compile(r"(?=\s+[a-z])[^.?!\n\u201c\u201d\"]*")  # a sentence after a quoted beginning
_LEAD = re.compile(r"(?:^|[.?!]\s+)(?P<words>[A-Z][^.?!\n\u201c\u201d\"]*),\s*$")
_AFTER_COMMA = re.compile(r"\s*(?:[\w$\u2019'.-]+\s+){1,4}")  # a mention the parse begins late
_BEFORE_QUOTE = re.compile(r"[\s,:\u2014\u2013-]*")
_MISPRINT = re.compile("[,.?!]\u201c(?:\\s|$)")  # an opening mark where a closing one belongs
_SHORTEST_SPEECH = 4  # words after a cue's adjunct: fewer are a name ("said on X's "Title"")
_SMALL_WORD = 3  # letters of a word that a title may leave in lower case
_SENTENCE_END = re.compile("[.?!\u2026\u2014\u2013-][\u2019')\\]]*[\u201d\"]?$")
_NEW_SENTENCE = re.compile('(^|[.?!:\u2026\u201d"\u2014)])\\s*$')


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch between double quotation marks, both marks included.

    ``open_ended``: no closing mark before the paragraph ends, so that the quotation may run on.
    """

    span: Span
    paragraph: Span
    open_ended: bool

    def is_title(self, text: str) -> bool:
        """Whether it reads as the name of a work: capitals throughout and no stop or comma."""
        words = self.span.of(text).strip('\u201c\u201d"').split()
        long = [word for word in words if len(word) > _SMALL_WORD]
        plain = bool(words) and words[-1][-1:].isalnum()
        return plain and len(words) > 1 and all(word[0].isupper() for word in [words[0], *long])

    def is_utterance(self, text: str) -> bool:
        """Whether it holds whole sentences of its own, not a phrase or a title."""
        words = self.span.of(text).strip("\u201c\u201d\" \u2026'\u2018[(")
        starts = words[:1].isupper() or not words[:1].isalpha()
        before = text[max(self.paragraph.start, self.span.start - 3) : self.span.start]
        return (
            starts
            and (self.open_ended or _SENTENCE_END.search(self.span.of(text)) is not None)
            and (
                self.span.start == self.paragraph.start or _NEW_SENTENCE.search(before) is not None
            )
        )


def find_quotes(text: str) -> list[Quote]:
    """The double quotations of a text in order. A straight mark opens and closes by turns.

    A curly quotation inside a straight one is part of it.
    """
    quotes = []
    for match in _PARAGRAPH.finditer(text):
        paragraph = Span(match.start(), match.end())
        opened: int | None = None
        inner = 0
        for mark in _MARK.finditer(text, match.start(), match.end()):
            at, sign = mark.start(), mark.group()
            if opened is None:
                opened = at if sign != "\u201d" else None
                inner = 0
            elif sign == "\u201c" and not _MISPRINT.match(text, at - 1):
                inner += text[opened] == '"'
            elif sign == "\u201d" and inner:
                inner -= 1
            else:
                quotes.append(Quote(Span(opened, mark.end()), paragraph, False))
                opened = None
        if opened is not None:
            end = match.start() + len(match.group().rstrip())
            quotes.append(Quote(Span(opened, end), paragraph, True))
    return quotes


def give_quotes(text: str, sayings: Iterable[Saying], quotes: Sequence[Quote]) -> list[Saying]:
    """Make every quotation the content of the cue beside it, or of the saying it goes on from.

    Returns the sayings that have content, in the order of their cues, and after them one saying
    without cue for each quotation that no cue claims.
    """
    ordered = sorted(sayings, key=lambda saying: saying.cue.start)
    marks = _Marks(
        text,
        quotes,
        [saying.cue.start for saying in ordered if saying.quotable and saying.own_subject],
    )
    owners: dict[int, Saying] = {}
    for saying in ordered:
        if saying.quotable and marks.holding(saying.cue.start) is None:
            for number in marks.take_beside(saying):
                owners.setdefault(number, saying)
        saying.content = marks.fitted(saying)
    ordered = [saying for saying in ordered if saying.content]
    return ordered + marks.give_rest(ordered, owners)


class _Marks:
    """The quotations of one text, searchable by offset."""

    def __init__(self, text: str, quotes: Sequence[Quote], cues: list[int]) -> None:
        self.text = text
        self.cues = cues
        self.quotes = quotes
        self.starts = [quote.span.start for quote in quotes]

    def holding(self, offset: int) -> int | None:
        """The number of the quotation around an offset."""
        at = bisect_right(self.starts, offset) - 1
        return at if at >= 0 and self.quotes[at].span.end > offset else None

    def take_beside(self, saying: Saying) -> list[int]:
        """Give a cue the quotations that touch its clause; returns their numbers."""
        before = bisect_left(self.starts, saying.clause.start) - 1
        after = bisect_left(self.starts, saying.clause.end)
        taken = []
        if before >= 0 and self._ends_at(self.quotes[before], saying):
            taken.append(before)
        if after < len(self.quotes) and self._begins_at(self.quotes[after], saying):
            taken.append(after)
        taken = [number for number in taken if not self.quotes[number].is_title(self.text)]
        if not taken or (saying.ahead and taken[0] == before):
            return []
        spans = [self.quotes[number].span for number in taken]
        if taken[-1] == after:
            spans = [
                *self._lead_in(saying, spans[-1]),
                *spans[:-1],
                self._run_out(saying, spans[-1]),
            ]
        first = saying.content[0].start if saying.content else spans[0].start
        if first < spans[0].start < saying.clause.start and not self._cue_between(
            first, spans[0].start
        ):
            spans[0] = Span(first, spans[0].end)
        saying.content = spans
        return taken

    def _run_out(self, saying: Saying, quote: Span) -> Span:
        """A quoted beginning of a sentence, with the sentence's own words after it."""
        if quote.of(self.text).rstrip("\u201d\"'\u2019 ")[-1:] in _STOPS:
            return quote
        rest = _REST.match(self.text, quote.end)
        end = rest.end() if rest is not None else quote.end
        if saying.ahead and saying.content:
            end = max(quote.end, saying.content[-1].end)
        return Span(quote.start, end)

    def _lead_in(self, saying: Saying, quote: Span) -> list[Span]:
        """The words before a cue that breaks into a sentence that a quotation ends."""
        if not quote.of(self.text).lstrip('\u201c"')[:1].islower():
            return []
        before = saying.clause.start
        lead = _LEAD.search(self.text, self.text.rfind("\n", 0, before) + 1, before)
        if lead is None or self._cue_between(lead.start("words"), before):
            return []
        return [Span(lead.start("words"), lead.end("words"))]

    def _ends_at(self, quote: Quote, saying: Saying) -> bool:
        relative = saying.head is not None and saying.head.dep_ == "relcl"
        if relative or saying.clause.start > quote.paragraph.end:
            return False
        words = quote.span.of(self.text).rstrip("\u201d\"'\u2019 ")
        gap = _AFTER_COMMA if words.endswith(",") else _AFTER_QUOTE
        between = (self.text, quote.span.end, saying.clause.start)
        if not _AFTER_QUOTE.fullmatch(*between) and not gap.fullmatch(*between):
            return False
        closed = words.endswith((".", ":"))
        return not (closed and saying.content)

    def _cue_between(self, start: int, end: int) -> bool:
        return bisect_left(self.cues, end) > bisect_left(self.cues, start)

    def _begins_at(self, quote: Quote, saying: Saying) -> bool:
        between = self.text[saying.clause.end : quote.span.start]
        if _ASIDE.fullmatch(between):
            return not self._cue_between(saying.clause.end, quote.span.start)
        if not _BEFORE_QUOTE.fullmatch(between):
            return False
        if "\n" in between:
            return ":" in between
        beside = saying.clause.end == saying.cue.end or "," in between or ":" in between
        return beside or len(quote.span.of(self.text).split()) >= _SHORTEST_SPEECH

    def _goes_on(self, number: int, owner: Saying) -> bool:
        """Whether a quotation goes on from a saying of the paragraph before."""
        quote = self.quotes[number]
        if number > 0 and self.quotes[number - 1].open_ended:
            return True
        whole = quote.span.start == quote.paragraph.start and (
            self.text[quote.span.end : quote.paragraph.end].strip() in ("", ".")
        )
        last = max(span.end for span in owner.content)
        between = self.text[max(last, owner.clause.end) : quote.span.start]
        return whole and between.strip("\n").count("\n") == 0

    def fitted(self, saying: Saying) -> list[Span]:
        """The content of a cue inside a quotation ends with it; any other is closed."""
        at = self.holding(saying.cue.start)
        if at is None:
            return [self.closed(span) for span in saying.content]
        around = self.quotes[at].span
        return [
            Span(max(span.start, around.start), min(span.end, around.end))
            for span in saying.content
            if span.overlaps(around) and self._has_words(span, around)
        ]

    def _has_words(self, span: Span, around: Span) -> bool:
        shared = self.text[max(span.start, around.start) : min(span.end, around.end)]
        return any(char.isalnum() for char in shared)

    def closed(self, span: Span) -> Span:
        """A content span that ends inside a quotation, drawn to the quotation's end."""
        at = self.holding(span.end - 1)
        if at is None:
            return span
        quote = self.quotes[at].span
        if span.start < quote.start:
            return Span(span.start, quote.end)
        if span.start <= quote.start + 1:
            return quote
        return span

    def give_rest(self, sayings: Sequence[Saying], owners: dict[int, Saying]) -> list[Saying]:
        """Give the quotations without a cue beside them to the saying that they go on from."""
        covered = bytearray(len(self.text))
        for saying in sayings:
            if self.holding(saying.cue.start) is None:
                for span in saying.content:
                    covered[span.start : span.end] = b"\1" * (span.end - span.start)
        mains = [d for d in sayings if d.main and self.holding(d.cue.start) is None]
        cues = [saying.cue.start for saying in mains]
        unclaimed = []
        owner: Saying | None = None
        for number, quote in enumerate(self.quotes):
            if number in owners:
                owner = owners[number]
                continue
            if covered[quote.span.start] or not quote.is_utterance(self.text):
                continue
            at = bisect_left(cues, quote.span.start) - 1
            here = mains[at] if at >= 0 and cues[at] >= quote.paragraph.start else None
            if here is not None:
                owner = here
            elif owner is None or not self._goes_on(number, owner):
                owner = Saying.of_quote(quote.span)
                unclaimed.append(owner)
                continue
            owner.content.append(quote.span)
        return unclaimed
