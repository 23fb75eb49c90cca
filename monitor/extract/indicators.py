"""Levels in percent or money that are followed like counts: inflation, turnout, a profit."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.tokens import Token

from monitor.claims import QuantityMention
from monitor.extract.arcs import distance
from monitor.extract.counted import Counted, Kind
from monitor.extract.gazetteer import gazetteer
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure, clause_head
from monitor.extract.peoples import people_of
from monitor.extract.phrases import Phrases
from monitor.extract.reading import Reading

# Further than this along the parse, the word names the level of something else.
REACH = 5.0
LEVEL = "level"
# "from 23.1% a month earlier" tells when the other level was, not of which stretch it is.
_COMPARED = re.compile(r"(?:%|percent|per cent) a (?:month|quarter) (?:earlier|ago|before)")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One table of the list."""

    name: str
    units: frozenset[str]
    owned: bool
    needs: tuple[str, ...]  # words of which the text must have one, for a word of many meanings


def read_indicator(
    reading: Reading, mention: QuantityMention, data: Path | None = None
) -> tuple[Counted, Measure] | None:
    """The indicator whose level a percentage or sum of money gives, if it gives one.

    A part of it is another indicator and is called so: "food inflation", "monthly inflation".
    """
    number = reading.doc.char_span(
        mention.number.start, mention.number.end, alignment_mode="expand"
    )
    unit = _unit(mention.quantity.unit)
    if number is None or not unit:
        return None
    anchor = number.root
    found = _nearest(anchor, unit, reading, data)
    if found is None:
        return None
    indicator, cue = found
    name = " ".join([*_narrowing(indicator, cue, anchor, data), indicator.name])
    kind = Kind(name, "indicator", implies=LEVEL, always=True)
    counted = Counted(anchor=anchor, number=number, noun=cue, written=cue.text, kind=kind)
    measure = Measure(
        LEVEL, cue, clause_head(anchor), "noun", True, False, 0.0, owned=indicator.owned
    )
    return counted, measure


def _unit(unit: str | None) -> str:
    """Percent, or money for the three letters of a currency; empty for any other measure."""
    if unit == "percent":
        return unit
    return "money" if unit is not None and len(unit) == 3 and unit.isupper() else ""


def in_full(name: str, anchor: Token, data: Path | None = None) -> str:
    """An indicator's name with the shorter stretch of time that stands by this number, if any."""
    table = lexicon("indicators", data)["qualifiers"]
    spans = [s for s in table["spans"] if _is_near(anchor, anchor, [s], table)]
    return " ".join([*(s for s in spans if s not in name), name])


def is_level(measure: Measure | None) -> bool:
    """Whether a measure is that of an indicator."""
    return measure is not None and measure.name == LEVEL


def has_level(mention: QuantityMention) -> bool:
    """Whether a quantity can be the level of an indicator at all."""
    return bool(_unit(mention.quantity.unit))


def _nearest(
    anchor: Token, unit: str, reading: Reading, data: Path | None
) -> tuple[Indicator, Token] | None:
    tokens = list(anchor.sent)
    names, verbs = _names(data)
    near = []
    for start, length, indicators in names.find(tokens):
        cue = tokens[start + length - 1]
        bare = length > 1 or not any(c.dep_ == "compound" for c in cue.lefts)
        near += [(distance(anchor, cue), cue.i, i, cue) for i in indicators if bare or not i.needs]
    for token in tokens:
        known = verbs.get(token.lemma_.lower(), ()) if token.pos_ == "VERB" else ()
        near += [(distance(anchor, token), token.i, i, token) for i, of in known if _of(token, of)]
    text = reading.text.lower()
    near = [
        entry
        for entry in near
        if entry[0] <= REACH
        and unit in entry[2].units
        and (not entry[2].needs or any(word in text for word in entry[2].needs))
    ]
    best = min(near, key=lambda entry: entry[:2], default=None)
    return (best[2], best[3]) if best is not None else None


def _of(verb: Token, subjects: tuple[str, ...]) -> bool:
    """Whether the verb says it of one of these subjects; of none named, of any."""
    own = (c.lemma_.lower() for c in verb.children if c.dep_ in ("nsubj", "nsubjpass"))
    return not subjects or any(word in subjects for word in own)


def _narrowing(indicator: Indicator, cue: Token, anchor: Token, data: Path | None) -> list[str]:
    """Words before an indicator that make it one of a part or of another stretch of time."""
    table = lexicon("indicators", data)["qualifiers"]
    before = [
        c.lower_
        for c in cue.lefts
        if c.dep_ in ("amod", "compound", "nmod")
        and c != anchor
        and (c.text.islower() or c.i == c.sent.start)
        and c.lower_ not in table["neutral"]
        and c.lower_ not in indicator.name.split()
        and not c.like_num
        and people_of(c.text, data) is None
        and gazetteer(data).find(c.text) is None
    ]
    clause = f" {' '.join(t.lower_ for t in anchor.sent)} "
    spans = [
        name
        for name, phrases in table["spans"].items()
        if any(f" {phrase} " in clause for phrase in phrases)
    ]
    return list(dict.fromkeys([*(spans if _is_near(cue, anchor, spans, table) else []), *before]))


def _is_near(cue: Token, anchor: Token, spans: list[str], table: dict[str, Any]) -> bool:
    """Whether words of a shorter stretch stand by this number and not by another percentage."""
    start, end = sorted((cue.i, anchor.i))
    window = " ".join(t.lower_ for t in anchor.doc[max(anchor.sent.start, start - 9) : end + 8])
    window = _COMPARED.sub("%", window)
    return any(phrase in window for name in spans for phrase in table["spans"][name])


@functools.cache
def _names(
    data: Path | None,
) -> tuple[
    Phrases[tuple[Indicator, ...]], dict[str, tuple[tuple[Indicator, tuple[str, ...]], ...]]
]:
    nouns: dict[str, tuple[Indicator, ...]] = {}
    verbs: dict[str, tuple[tuple[Indicator, tuple[str, ...]], ...]] = {}
    for name, row in lexicon("indicators", data).items():
        if "units" not in row:
            continue
        units, owned = frozenset(row["units"]), row.get("owned", False)
        plain = Indicator(row.get("as", name), units, owned, tuple(row.get("needs", ())))
        for noun in row.get("nouns", ()):
            nouns[noun] = (*nouns.get(noun, ()), plain)
        for verb in row.get("verbs", ()):
            verbs[verb] = (*verbs.get(verb, ()), (plain, tuple(row.get("of", ()))))
    return Phrases.of(nouns.items()), verbs
