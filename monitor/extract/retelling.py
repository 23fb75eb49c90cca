"""Whether a sentence retells an older saying or act. Retelling is not news and never alerts."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.extract.lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

_YEAR = re.compile(r"\b(?:in|since|of) ((?:19|20)\d\d)\b", re.IGNORECASE)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"


@dataclass(frozen=True, slots=True)
class Retelling:
    """The marking words in force."""

    phrases: tuple[str, ...]
    fresh: tuple[str, ...]
    stale_after: timedelta
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    starting: tuple[str, ...]  # before a date: something else began or happened then

    def marks(self, words: str, cue: Token | None, published: date | None) -> bool:
        """Whether these words (of the clause around the cue) tell of something older."""
        padded = f" {re.sub(r'[^a-z0-9]+', ' ', words.casefold())} "
        if any(f" {phrase} " in padded for phrase in self.fresh):
            return False
        if cue is not None and _is_pluperfect(cue):
            return True
        if any(f" {phrase} " in padded for phrase in self.phrases):
            return True
        years = [int(year) for year in _YEAR.findall(words)]
        if published is not None and any(year < published.year for year in years):
            return True
        if published is not None and self._is_of_another_month(words, published):
            return True
        said = self._day_in(words, published)
        return said is not None and published is not None and published - said > self.stale_after

    def _is_of_another_month(self, words: str, published: date) -> bool:
        """Whether "in January" names a month that is not the month of publication."""
        found = re.findall(rf"\b(?:in|since|last) ({'|'.join(self.months)})\b", words.casefold())
        return any(self.months.index(name) + 1 != published.month for name in found)

    def said_on(self, words: str, published: date | None) -> date | None:
        """The day of the saying where the words give it and it is not after publication.

        No such day is one that something began on or is named after: "since 7 May", "after the
        vote of 7 May", "the 7 May raid".
        """
        lowered = words.casefold()
        months = "|".join(self.months)
        day = rf"(?:(?:{months})\s+{_DAY}|{_DAY}\s+(?:{months}))\b"
        before = "|".join(self.starting)
        kept = re.sub(rf"\b(?:(?:{before})\s+(?:[\w’'-]+\s+){{0,4}}?|the\s+){day}", " ", lowered)
        return self._day_in(kept, published)

    def _day_in(self, words: str, published: date | None) -> date | None:
        """The latest day up to publication that the first date or weekday of the words names."""
        if published is None:
            return None
        lowered = words.casefold()
        months = "|".join(self.months)
        found = re.search(rf"\b({months})\s+{_DAY}\b|\b{_DAY}\s+({months})\b", lowered)
        if found is not None:
            name, day = (found[1], found[2]) if found[1] else (found[4], found[3])
            return _latest(published, self.months.index(name) + 1, int(day))
        found = re.search(rf"\bon ({'|'.join(self.weekdays)})\b", lowered)
        if found is None:
            return None
        back = (published.weekday() - self.weekdays.index(found[1])) % 7
        return published - timedelta(days=back)


@functools.cache
def retelling(data: Path | None = None) -> Retelling:
    """The marking words in force."""
    table = lexicon("retelling", data)
    return Retelling(
        tuple(table["phrases"]),
        tuple(table["fresh"]),
        timedelta(days=table["stale_after_days"]),
        tuple(table["months"]),
        tuple(table["weekdays"]),
        tuple(table["starting"]),
    )


def _is_pluperfect(cue: Token) -> bool:
    return any(
        child.dep_ == "aux" and child.lower_ in ("had", "’d", "'d") for child in cue.children
    )


def _latest(published: date, month: int, day: int) -> date | None:
    for year in (published.year, published.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found <= published:
            return found
    return None
