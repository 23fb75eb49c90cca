"""Levels in percent or money that are followed like counts: inflation, turnout, a profit."""

from __future__ import annotations

import functools
from pathlib import Path

from spacy.tokens import Token

from monitor.claims import QuantityMention
from monitor.extract.arcs import distance
from monitor.extract.counted import Counted, Kind
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure, clause_head
from monitor.extract.phrases import Phrases
from monitor.extract.reading import Reading

# Further than this along the parse, the word names the level of something else.
REACH = 5.0
LEVEL = "level"


def read_indicator(
    reading: Reading, mention: QuantityMention, data: Path | None = None
) -> tuple[Counted, Measure] | None:
    """The indicator whose level a percentage or sum of money gives, if it gives one."""
    number = reading.doc.char_span(
        mention.number.start, mention.number.end, alignment_mode="expand"
    )
    if number is None:
        return None
    unit = _unit(mention.quantity.unit)
    anchor = number.root
    found = _nearest(anchor, unit, data) if unit else None
    if found is None:
        return None
    name, cue = found
    kind = Kind(name, "indicator", implies=LEVEL, always=True)
    counted = Counted(anchor=anchor, number=number, noun=cue, written=cue.text, kind=kind)
    return counted, Measure(LEVEL, cue, clause_head(anchor), "noun", True, False, 0.0)


def _unit(unit: str | None) -> str:
    """Percent, or money for the three letters of a currency; empty for any other measure."""
    if unit == "percent":
        return unit
    return "money" if unit is not None and len(unit) == 3 and unit.isupper() else ""


def _nearest(anchor: Token, unit: str, data: Path | None) -> tuple[str, Token] | None:
    tokens = list(anchor.sent)
    near = []
    for start, length, (name, units) in _names(data).find(tokens):
        cue = tokens[start + length - 1]
        if unit in units:
            near.append((distance(anchor, cue), cue.i, name, cue))
    near = [entry for entry in near if entry[0] <= REACH]
    best = min(near, key=lambda entry: entry[:2], default=None)
    return (best[2], best[3]) if best is not None else None


@functools.cache
def _names(data: Path | None) -> Phrases[tuple[str, frozenset[str]]]:
    return Phrases.of(
        (noun, (name, frozenset(row.get("units", ()))))
        for name, row in lexicon("indicators", data).items()
        for noun in row.get("nouns", ())
    )
