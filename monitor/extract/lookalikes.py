"""What is written with digits and states no amount: dates, times, addresses, codes, names.

These are the ones that can be told by their own form; those that only the words around can tell
(a year, "Resolution 1701") are decided in `monitor.extract.numbers`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from monitor.claims import Span
from monitor.extract.lexicon import any_of
from monitor.extract.number_words import NumberKind, number_words


def find_lookalikes(text: str, data: Path | None = None) -> list[tuple[Span, NumberKind]]:
    """Every such stretch in order of offset; none overlaps another."""
    found: list[tuple[Span, NumberKind]] = []
    taken = bytearray(len(text))  # one for each character, so that long texts stay quick
    runs = [match.start() for match in _DIGITS.finditer(text)]
    for kind, pattern, at_digits in _patterns(data):
        for span in _spans(text, pattern, runs if at_digits else None):
            if taken.find(1, span.start, span.end) < 0:
                taken[span.start : span.end] = b"\x01" * (span.end - span.start)
                found.append((span, kind))
    return sorted(found)


def _spans(text: str, pattern: re.Pattern[str], starts: list[int] | None) -> Iterator[Span]:
    """Where the pattern matches: anywhere, or from one of these starts."""
    matches: Iterable[re.Match[str] | None] = pattern.finditer(text)
    if starts is not None:
        matches = (pattern.match(text, start) for start in starts)
    return (Span(*match.span()) for match in matches if match is not None)


_DIGITS = re.compile(r"\d+")
# Pieces of the forms below; MONTH, NAMES and STREETS come from numbers.toml.
_PIECES = {
    "FREE": r"(?<![\w.,:$£€¥#/])",  # no digit, grouping sign, letter or currency sign before
    "DAY": r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?",
    "YEAR": r"(?:1[0-9]|20|21)\d\d(?![\d.,]?\d|\w|%)",
    "AND": r"(?:\s?(?:[-–/,]|to|and|or)\s?)",
    "TIME": r"\d{1,2}(?:[:.][0-5]\d)?",
    "CLOCK": r"(?i:[ap]\.?m\b\.?|noon|midnight|[GB][MS]T|UTC|[ECMP][SD]?T|CEST|IST|hrs)",
}
# Earlier forms win over later ones. Those that begin with FREE are tried at runs of digits only.
_FORMS: tuple[tuple[NumberKind, str], ...] = (
    (NumberKind.NAME, r"(?<!\w)(?:NAMES)(?!\w|[.,]\d)"),
    (NumberKind.CODE, r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@\w[\w.-]{1,99}"),
    # The points of a list.
    (NumberKind.CODE, r"(?m:^[ \t]*\(?\d{1,2}(?:\)|\.(?=[ \t])))"),
    (NumberKind.CODE, r"\(\d\)(?=\s[a-z])|(?<=[:;.]\s)\d\s?\)"),
    (NumberKind.DATE, r"FREE\d{4}-\d\d-\d\d(?![\d-])"),
    (NumberKind.DATE, r"FREE\d{1,2}([/.])\d{1,2}\1(?:\d{4}|\d\d)(?![\d/.,]*\d)"),
    (NumberKind.DATE, r"FREE\bDAY(?:ANDDAY)?\s?(?:of\s)?MONTH(?:,?\sYEAR)?"),
    # A day never follows "in": "in March 12 people died".
    (NumberKind.DATE, r"\bMONTH,?\s(?:of\s)?YEAR"),
    (
        NumberKind.DATE,
        r"\b(?<!\b[Ii]n\s)MONTH\s?DAY\b(?:ANDDAY\b(?!\s?(?:[%$£€]|\w)))?"
        r"(?!,\d|\.\d|\w|\s?%)(?:,?\sYEAR)?",
    ),
    (NumberKind.TIME, r"FREETIME(?:\s?(?:-|–|to)\s?TIME)?\s?CLOCK(?!\w)"),
    (NumberKind.TIME, r"FREE[012]\d[0-5]\d\s?(?:CLOCK|hours)(?!\w)"),
    (NumberKind.TIME, r"FREE\d{1,3}:[0-5]\d(?::\d\d(?:\.\d+)?)?(?![\d:])"),
    (NumberKind.TIME, r"(?i:\b(?:\d{1,2}|[a-z]{3,6})\so['’]clock)"),
    # Versions and network addresses, telephone numbers.
    (NumberKind.CODE, r"FREE\d+(?:\.\d+){2,12}(?!\w)(?<!\.\d\d\d)"),
    (NumberKind.CODE, r"(?<!\w)\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)"),
    (NumberKind.CODE, r"FREE(?<!\d )\(?0\d{2,4}\)?(?:[ -]\d{3,4}){1,2}(?!\w)"),
    (NumberKind.CODE, r"FREE(?<!\d )(?:\(?\d{3,5}\)?[- ])?\d{3,4}-\d{4}(?![\w-])"),
    (NumberKind.CODE, r"FREE\d+(?:-\d+){2,12}(?!\w)"),
    # House numbers and postcodes.
    (
        NumberKind.CODE,
        r"FREE\d{1,5}(?:-\d+)?[A-Za-z]?\s(?:[NESW]\.?\s)?"
        r"(?:\d+(?:st|nd|rd|th)\s|[A-Z][\w'’]+\s){1,3}(?i:STREETS)\b",
    ),
    (NumberKind.CODE, r"FREE\d{1,5}\s(?:Ave|Avenue|Rue|Via|Calle|Place)\s[A-Z]\w+"),
    (NumberKind.CODE, r"\b[A-Z]{2}\s\d{5}(?:-\d{4})?(?![\w,.]?\d)"),
    (NumberKind.CODE, r"(?i:\b\d{5}(?:-\d{4})?(?=\szip))"),
    (NumberKind.CODE, r"\b[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}\b"),
    # Seasons and spans of years, decades, fiscal years.
    (
        NumberKind.YEAR,
        r"FREE(?<!-)(?:1[5-9]|20)\d\d\s?[-–/]\s?(?:1[5-9]\d\d|20\d\d|\d\d)(?![\w%]|[.,]\d)",
    ),
    (NumberKind.YEAR, r"FREE(?:(?:1\d|20)\d0|\d0)['’]?s\b(?!\sof)"),
    (NumberKind.YEAR, r"(?<!\w)['’‘]\d\ds?\b|\b[FC]Y\s?['’]?\d\d(?:\d\d)?\b"),
    # Numbers in the notation of the sciences.
    (NumberKind.CODE, r"FREE\d+(?:\.\d+)?\s?[×x]\s?10\s?[\^⁻−-]\S+"),
    (NumberKind.CODE, r"FREE\d+(?:\.\d+)?[eE][+-]?\d+\b"),
    (NumberKind.ORDINAL, r"FREE(?:\d+,){0,9}\d+(?i:st|nd|rd|th)\b"),
)


@functools.cache
def _patterns(data: Path | None) -> tuple[tuple[NumberKind, re.Pattern[str], bool], ...]:
    lists = number_words(data).lists
    pieces = _PIECES | {
        "MONTH": _months(lists["months"], lists["months_also_words"]),
        "NAMES": any_of(lists["names"]),
        "STREETS": any_of(lists["streets"]),
    }
    piece = re.compile("|".join(pieces))
    return tuple(
        (
            kind,
            re.compile(piece.sub(lambda match: pieces[match.group()], form)),
            form.startswith("FREE"),
        )
        for kind, form in _FORMS
    )


def _months(months: frozenset[str], also_words: frozenset[str]) -> str:
    """Any month; "may" and "march" only with a capital, or after "on" and "in"."""
    plain = "|".join(month for month in months if month.lower() not in also_words)
    words = "|".join(also_words)
    capital = "|".join(form for month in months for form in (month, month.upper()))
    return (
        rf"(?=[JFMASONDjfmasond])(?:(?:{capital})|(?i:{plain})|(?:(?<=on\s)|(?<=in\s)|(?<=on\s\d\s)|(?<=on\s\d\d\s))"
        rf"(?:{words})|(?:jan|mar|jun|sep|dec)(?=\.))\b\.?"
    )
