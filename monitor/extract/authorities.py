"""Who counted, in one normal form."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from monitor.claims import Place
from monitor.extract.gazetteer import gazetteer
from monitor.extract.lexicon import lexicon
from monitor.extract.peoples import home_of, people_of

# "the party-run ministry": who runs it is not who counts.
_RUN_BY = re.compile(r"[\w-]+-(?:run|led|controlled|held|backed|based|appointed|affiliated)\b")
_WORD = re.compile(r"[\w.'’-]+")


def read_authority(written: str, place: Place | None, data: Path | None = None) -> str | None:
    """The normal form of a source as written, or None where it stands for no count of its own.

    ``place`` is where the counted are: "the health ministry" is that of the place's country.
    """
    text = " ".join(written.replace("’", "'").split())
    text = _RUN_BY.sub("", text)
    lists = _lists(data)
    known = lists.known.search(text)
    if known is not None:
        return lists.normal[known.group().lower()]
    office = lists.offices.search(text)
    if office is not None:
        owner = _owner(text, place, data)
        kind = lists.normal[office.group().lower()]
        return f"{owner} {kind}" if owner else kind
    plain = re.sub(r"^(?:the|a|an|its|their|his|her)\s+", "", text, flags=re.IGNORECASE)
    plain = plain.strip(" ,.;:'\"“”")
    words = plain.lower().split()
    if not words or plain.lower() in lists.unnamed or words[-1] in lists.unnamed:
        return None
    if {words[0], words[-1]} & lists.events:
        return None
    return plain if plain[0].isupper() else None


def _owner(text: str, place: Place | None, data: Path | None) -> str | None:
    """The land an office belongs to: named beside it, else that of the place."""
    known = gazetteer(data)
    named = None
    for word in _WORD.findall(text):
        bare = re.sub(r"['’]s$|['’]$", "", word)
        people = people_of(bare, data)
        code = home_of(people, data) if people else None
        entry = known.find(bare) if bare[:1].isupper() and people is None else None
        if code in known.countries:
            named = known.countries[code or ""]
        elif entry is not None and entry.kind != "city":
            named = entry.place
        if named is not None:
            break
    return _land(named, place, data)


def _land(named: Place | None, place: Place | None, data: Path | None) -> str | None:
    """The land's short name; a region with offices of its own goes before its country."""
    table = lexicon("authorities", data)
    lands = [] if place is None else [place.name, *place.within]
    own = next((land for land in lands if land in table["own offices"]["regions"]), None)
    if named is not None and (own is None or named.name not in lands):
        own = named.name
    elif own is None and lands:
        own = lands[-1]
    return table["short"].get(own, own) if own else None


@dataclass(frozen=True, slots=True)
class _Lists:
    known: re.Pattern[str]
    offices: re.Pattern[str]
    normal: dict[str, str]
    unnamed: frozenset[str]
    events: frozenset[str]  # what happens counts nobody


@functools.cache
def _lists(data: Path | None) -> _Lists:
    table = lexicon("authorities", data)
    normal = {
        name: form
        for part in ("known", "offices")
        for form, names in table[part].items()
        for name in names
    }
    return _Lists(
        _any_of(name for names in table["known"].values() for name in names),
        _any_of(name for names in table["offices"].values() for name in names),
        normal,
        frozenset(table["unnamed"]["words"]),
        frozenset(
            noun for row in lexicon("events", data).values() for noun in row.get("nouns", ())
        ),
    )


def _any_of(names: object) -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)  # type: ignore[call-overload]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)
