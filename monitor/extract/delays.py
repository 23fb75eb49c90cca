"""Times between two events: "the landing began three weeks after the first shots"."""

from __future__ import annotations

from pathlib import Path

from monitor.claims import QuantityMention
from monitor.extract.counted import Counted, Kind
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure, clause_head
from monitor.extract.reading import Reading

DELAY = "delay"


def read_delay(
    reading: Reading, mention: QuantityMention, data: Path | None = None
) -> tuple[Counted, Measure] | None:
    """The time that the text puts between two events, if the number gives one.

    A fact told once and never followed; any other length of time is no figure.
    """
    number = reading.doc.char_span(
        mention.number.start, mention.number.end, alignment_mode="expand"
    )
    words = lexicon("periods", data)["delays"]
    if number is None or number.end + 2 >= len(reading.doc):
        return None
    unit, link = reading.doc[number.end], reading.doc[number.end + 1]
    if unit.lemma_.lower() not in words["units"] or link.lower_ not in words["links"]:
        return None
    verb = clause_head(unit)
    if verb.lemma_ not in words["verbs"]:
        return None
    kind = Kind(f"{unit.lemma_.lower()}s", "time", implies=DELAY, always=True)
    counted = Counted(anchor=unit, number=number, noun=unit, written=unit.text, kind=kind)
    return counted, Measure(DELAY, unit, verb, "noun", False, False, 0.0)
