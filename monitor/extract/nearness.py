"""What of a sentence with several counts belongs to which of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from spacy.tokens import Token

from monitor.claims import Period, Span
from monitor.extract.counted import Counted
from monitor.extract.lexicon import lexicon
from monitor.extract.modifiers import modifiers
from monitor.extract.periods import When
from monitor.extract.scope import Timing, as_of
from monitor.extract.setting import Sentence

DAY = timedelta(days=1)
# What stands before the level that a change starts from, and between it and the new one.
_FROM = re.compile(r"\bfrom\s(?:[a-z]+\s){0,3}$", re.IGNORECASE)
_UP_FROM = re.compile(r",\s(?:up|down)\sfrom\s(?:[a-z]+\s){0,3}$", re.IGNORECASE)
_FROM_BEHIND = re.compile(r"(?:\s[a-z]+){0,3},?\s(?:(?:up|down)\s)?from\s(?:[a-z]+\s){0,3}")
_TO_BEHIND = re.compile(r"(?:\s[a-z]+){0,5},?\sto\s(?:[a-z]+\s){0,3}")


@dataclass(frozen=True, slots=True)
class Near:
    """One count among the ``counts`` of its sentence. ``text`` is the whole text."""

    number: Span
    sentence: Sentence
    counts: Mapping[Span, Counted | None]
    text: str
    data: Path | None = None

    def words(self) -> str:
        """The words nearer to this count than to another, lower-case, a space on both sides."""
        own = [t.lower_ for t in self.sentence.tokens if self._owns(t) and not _describes(t)]
        return f" {' '.join(own)} "

    def times(self) -> list[tuple[When, Token]]:
        """The sentence's expressions of time but for those of the count beside it.

        Such are "a year earlier" and all that stand by a difference ("8,000 fewer than in 2020").
        """
        return [(w, t) for w, t in self.sentence.times if self._owns(t) or not self._apart(w, t)]

    def as_of(self, timing: Timing, published: date | None) -> Period | None:
        """The day that the count stands for; of the older one of two its own day, if told."""
        if self._is_left():
            return self._replaced(timing, published)
        if not self._is_earlier():
            return as_of(timing, published)
        own = self._own(timing)
        if own is not None:
            return as_of(own, published)
        return Period(None, published - DAY, "earlier") if published else None

    def _apart(self, when: When, token: Token) -> bool:
        counted = self.counts.get(self._nearest(token))
        return when.compares or (counted is not None and counted.difference)

    def _owns(self, token: Token) -> bool:
        return self._nearest(token) == self.number

    def _nearest(self, token: Token) -> Span:
        here = [c for c in self.counts if self.sentence.span.start <= c.start]
        here = [c for c in here if c.start < self.sentence.span.end]
        return min(here, key=lambda count: _gap(count, token), default=self.number)

    def _is_earlier(self) -> bool:
        """Whether the text marks the count as the older one of two ("up from 22")."""
        before = self.text[self.sentence.span.start : self.number.start].lower()
        words = lexicon("revisions", self.data)["earlier"]
        close = any(before.rstrip().endswith(f" {word}") for word in words["close"])
        return close or any(f" {word} " in f" {before}" for word in words["anywhere"])

    def _replaced(self, timing: Timing, published: date | None) -> Period | None:
        """The day of the count that another took the place of: its own, else before the report."""
        own = self._own(timing)
        told = as_of(own, published) if own is not None else None
        if told is not None and told.end is not None and told.end != published:
            return Period(told.start, told.end, f"replaced, {told.basis}")
        return Period(None, published - DAY, "replaced") if published else None

    def _is_left(self) -> bool:
        """Whether it is the level that a change starts from: "to 19 from 28", "from 28 to 19"."""
        start, end = self.number.start, self.number.end
        before = self.text[self.sentence.span.start : start]
        if not (_FROM.search(before) and self._tells_change(before)):
            return False
        aside = _UP_FROM.search(before) is not None
        return any(
            self._is_alike(count)
            and (
                (count.end <= start and aside)
                or (count.end <= start and _FROM_BEHIND.fullmatch(self.text[count.end : start]))
                or (count.start >= end and _TO_BEHIND.fullmatch(self.text[end : count.start]))
            )
            for count in self.counts
        )

    def _is_alike(self, count: Span) -> bool:
        """Whether another number of the sentence counts no other things than this one."""
        if count == self.number or not self.sentence.span.start <= count.start:
            return False
        nouns = [
            counted.noun.lemma_.lower()
            for counted in (self.counts.get(count), self.counts.get(self.number))
            if counted is not None and counted.noun is not None and not counted.difference
        ]
        return len(set(nouns)) < 2

    def _tells_change(self, before: str) -> bool:
        """Whether a verb of change or words of revision stand before the number."""
        verbs = modifiers(self.data)
        here = [t for t in self.sentence.tokens if t.idx < self.number.start]
        if any(verbs.way(token.lemma_.lower()) or token.lower_ in verbs.adverbs for token in here):
            return True
        revised = lexicon("revisions", self.data)["revised"]["phrases"]
        return any(f" {words} " in f" {before.lower()} " for words in revised)

    def _own(self, timing: Timing) -> Timing | None:
        """The times right behind this count."""
        own = {
            when.span
            for when, token in self.sentence.times
            if when.span.start > self.number.end and self._owns(token)
        }
        period = timing.period if timing.period and timing.period.span in own else None
        said = timing.said if timing.said and timing.said.span in own else None
        return Timing(period, timing.since, said) if period or said else None


def _describes(token: Token) -> bool:
    """Whether "daily" only describes a noun ("the daily raids") and tells no rate."""
    return bool(token.dep_ == "amod" and token.lower_.endswith("ly"))


def _gap(count: Span, token: Token) -> int:
    """Characters between a count and a word; a word behind it belongs to it more readily."""
    if token.idx >= count.end:
        return int(token.idx - count.end)
    return (count.start - token.idx - len(token)) * 2 if token.idx < count.start else 0
