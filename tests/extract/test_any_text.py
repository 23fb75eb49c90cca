"""No text raises, and every span lies in the text it was found in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.claims import Extraction, Span
from monitor.extract.extractor import Extractor

PUBLISHED = datetime(2024, 2, 29, 12, tzinfo=UTC)
EXTRACTOR = Extractor()
PIECES = (
    "At least 12 people were killed",
    " in Goma",
    " on Monday",
    ", the ministry said",
    "“We will not leave,”",
    " he told Reuters",
    " up to 1.4 million",
    "\n",
    "\n\n",
    "-----",
    "£3.4bn",
    " ‘",
    "”",
    "'s",
    " not ",
    " 7/10/2023 ",
    " according to ",
    " who ",
    "\u202f",
    "\u00a0",
    "½",
    " dozens of ",
    "(",
    ")",
    "—",
    " and ",
    ".",
    " x" * 30,
    "\U0001f525",
    "\u0664\u0662",
    "\u202e",
)
news = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
HOSTILE = {
    "a numeral of five thousand digits": "The toll is " + "9" * 5000 + " people killed.",
    "a numeral of many groups": "About " + ",".join(["999"] * 800) + " people were killed.",
    "scales upon scales": "He paid " + "million " * 400 + "dollars.",
    "quotations that never end": "“‘“ " * 400 + "he said.",
    "a word of fifty thousand letters": "a" * 50_000,
    "a sentence without an end": "and 5 people " * 60,
    "brackets": "(" * 3000 + "5" + ")" * 3000,
    "ranges of ranges": "from 1 to " * 60 + "2 people.",
    "hyphens": "five-" * 2000 + "hour ceasefire",
    "points": "1." * 5000,
    "lines": "5 people died.\n" * 300,
    "zero bytes": "5\x00people\x00were killed, he said.",
    "half a character": "5 people \ud800 were killed.",
}


def _spans(extraction: Extraction) -> list[Span]:
    spans = [span for each in extraction.figures for span in (each.number, each.sentence)]
    for position in extraction.positions:
        attribution = position.attribution
        spans += [position.content, position.sentence, *attribution.source, *attribution.cue]
    return spans


def _sound(text: str) -> None:
    extraction = EXTRACTOR.extract(text, PUBLISHED, "Outlet A")
    for span in _spans(extraction):
        assert 0 <= span.start < span.end <= len(text)
    for figure in extraction.figures:
        assert figure.number.of(text) == figure.quantity.as_written


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(news)
def test_news_cut_to_pieces(text: str) -> None:
    _sound(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_any_characters(text: str) -> None:
    _sound(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts(name: str) -> None:
    _sound(HOSTILE[name])
