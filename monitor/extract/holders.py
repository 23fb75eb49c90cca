"""Who holds a position: names, titles, metonyms and descriptions to one normal form.

Countries, capitals, demonyms and spellings come from the package `countryinfo`; bodies, movements
and seats of government from ``data/holders.toml``; offices and their rank from ``data/ranks.toml``.
Who is who in one article is the business of `monitor.extract.cast`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from countryinfo import all_countries

from monitor.claims import Holder, Rank
from monitor.extract.lexicon import lexicon
from monitor.extract.words import grammar

Words = tuple[str, ...]


@functools.lru_cache(maxsize=1 << 16)
def normal(text: str) -> str:
    """A name without case, accents, dots, apostrophes, possessives and a leading article."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    plain = re.sub(r"['‘’]s\b", "", plain)
    plain = re.sub(r"s['‘’](?=\s|$)", "s", plain)
    plain = re.sub(r"[.'‘’“”\"]", "", plain)
    plain = re.sub(r"[^0-9a-z+]+", " ", plain).strip()
    return plain.removeprefix("the ")


@dataclass(frozen=True, slots=True)
class Actor:
    """A source or subject resolved: the holder spoken for, the speaker and the office.

    ``certain`` is False where a pronoun or a description had to be guessed.
    """

    holder: Holder
    speaker: str
    rank: Rank = Rank.OTHER
    certain: bool = True


@dataclass(frozen=True, slots=True)
class HolderBook:
    """Names, demonyms and offices with what they stand for, keyed by normalised words."""

    names: dict[Words, Holder]
    demonyms: dict[Words, Holder]
    heads: dict[str, Actor]
    surnames: dict[str, Actor]
    ranks: dict[Words, Rank]
    organs: frozenset[Words]
    parts: frozenset[Words]
    unofficial: frozenset[str]
    seats: dict[str, str]  # offices named without a body: whose they are, by their words as written
    state_organs: frozenset[str]  # organs that are a state's even where no state is named
    portfolios: frozenset[str]  # the work and the grade of an office: no bodies
    descriptions: dict[str, tuple[str, ...]]
    kinds: dict[str, tuple[str, ...]]
    national: dict[str, str]  # bodies that every state has: "supreme court"
    legislatures: frozenset[str]  # words for those whose votes are the state's: "parliament"
    body_nouns: dict[str, str]  # nouns that say what a body is, to its kind: "retailer"
    longer: frozenset[Words]  # names that only begin or end like a state's: "New Mexico"
    trades: dict[str, str]  # what a company is, where a list says it: Boeing a planemaker
    umbrellas: frozenset[str]  # bodies whose agencies speak for themselves: "UN agency UNICEF"
    openers: frozenset[str]  # first words of bodies' names: "World", "National"
    outlets: frozenset[Words]
    outlet_words: frozenset[str]
    lengths: dict[str, int]  # the most tokens that an entry beginning with a word can take
    common: frozenset[str]  # surnames too common to stand for a head of state alone
    grammar: dict[str, frozenset[str]]

    def longest(self, words: Sequence[str], at: int, table: Container[Words]) -> int:
        """How many words from ``at`` on make an entry of the table; 0 for none.

        Empty words (hyphens, possessives) within an entry are passed over.
        """
        for size in range(min(self.lengths.get(words[at], 0), len(words) - at), 0, -1):
            window = words[at : at + size]
            if window[-1] and entry(window) in table:
                return size
        return 0

    def can_be(self, holder: Holder, word: str) -> bool:
        """Whether a description fits what a list says of a company: Boeing is no "airline"."""
        trade = self.trades.get(holder.name)
        return trade is None or word not in self.trades.values() or word == trade

    def is_part(self, words: Sequence[str], at: int, size: int) -> bool:
        """Whether words are only a part of a longer name that is no holder's: "New Mexico"."""
        for start in range(max(0, at - 2), at + 1):
            length = self.longest(words, start, self.longer)
            if length > size and start + length >= at + size:
                return True
        return False

    def is_written(self, word: str) -> bool:
        """Whether a word of the text is written as a name is: "Who" and "us" are no bodies."""
        common = self.grammar["relative"] | self.grammar["first_person"]
        return word[:1].isupper() and (word.isupper() or normal(word) not in common)

    def is_outlet(self, name: str) -> bool:
        """Whether an organisation's name is that of a news outlet."""
        words = _key(name)
        return words in self.outlets or bool(self.outlet_words & set(words))

    def knowing(self, bodies: dict[Words, Holder]) -> HolderBook:
        """The book with an article's own bodies beside the listed ones."""
        lengths = dict(self.lengths)
        for words in bodies:
            lengths[words[0]] = max(lengths.get(words[0], 0), 2 * len(words) - 1)
        return replace(self, names={**self.names, **bodies}, lengths=lengths)

    def kind_of(self, name: str) -> str:
        """The kind of an organisation nobody listed, by the words of its name."""
        padded = f" {normal(name)} "
        for kind, hints in self.kinds.items():
            if any(f" {hint} " in padded for hint in hints):
                return kind
        return "group"


@functools.cache
def holder_book(data: Path | None = None) -> HolderBook:
    """The tables in force, ours and the user's folder laid over them."""
    table, ranks = lexicon("holders", data), lexicon("ranks", data)
    names, demonyms = _countries({normal(name) for name in table["not_metonyms"]["names"]})
    _add_listed(table, names, demonyms)
    heads = {
        normal(person): Actor(names.get(_key(holder), Holder(holder, "state")), person, rank)
        for part, rank in (("voices", Rank.MINISTER), ("heads", Rank.PRINCIPAL))
        for holder, people in table[part].items()
        for person in people
    }
    ranked = {_key(word): Rank(rank) for rank in Rank if rank in ranks for word in ranks[rank]}
    organs = frozenset(_key(word) for word in table["organs"]["words"])
    parts = frozenset(_key(word) for word in table["parts"]["words"])
    longer = frozenset(_key(name) for name in table["longer"]["names"])
    return HolderBook(
        names=names,
        demonyms=demonyms,
        heads=heads,
        surnames={name.split()[-1]: actor for name, actor in heads.items()},
        ranks=ranked,
        organs=organs,
        parts=parts,
        unofficial=frozenset(ranks["unofficial"]),
        seats={
            word: seat
            for seat in ("of_state", "of_body", "of_central_bank")
            for word in ranks[seat]
        },
        state_organs=frozenset(ranks["state_organs"]),
        portfolios=frozenset(ranks["portfolios"]),
        descriptions={word: tuple(kinds) for word, kinds in table["descriptions"].items()},
        kinds={kind: tuple(words) for kind, words in table["kinds"].items()},
        national=dict(table["national"]),
        legislatures=frozenset(table["legislatures"]["words"]),
        body_nouns={noun: kind for kind, nouns in table["nouns"].items() for noun in nouns},
        longer=longer,
        trades={body: noun for noun, bodies in table["trades"].items() for body in bodies},
        umbrellas=frozenset(table["umbrellas"]["names"]),
        openers=frozenset(table["openers"]["words"]),
        outlets=frozenset(_key(name) for name in table["outlets"]["names"]),
        outlet_words=frozenset(table["outlets"]["words"]),
        lengths=_lengths((*names, *demonyms, *ranked, *organs, *parts, *longer)),
        common=frozenset(table["surnames"]["common"]),
        grammar=grammar(data),
    )


def _countries(unfit: set[str]) -> tuple[dict[Words, Holder], dict[Words, Holder]]:
    """Names and demonyms of all states. ``unfit``: capitals that do not stand for their state."""
    names: dict[Words, Holder] = {}
    demonyms: dict[Words, Holder] = {}
    for country in all_countries():
        facts = country.info()
        holder = Holder(str(facts["name"]).removeprefix("The "), "state")
        capital = facts.get("capital") or ""
        spellings = [holder.name, *(s for s in facts.get("altSpellings", []) if len(s) > 3)]
        if isinstance(capital, str) and normal(capital) not in unfit:
            spellings.append(capital)
        for name in spellings:
            names.setdefault(_key(name), holder)
        for demonym in re.split(r"[,/]| and ", facts.get("demonym") or ""):
            if demonym.strip():
                demonyms.setdefault(_key(demonym), holder)
    return names, demonyms


def _add_listed(
    table: dict[str, Any], names: dict[Words, Holder], demonyms: dict[Words, Holder]
) -> None:
    """Lay the names of states and bodies in ``data/holders.toml`` over those of the countries."""
    for country_name, spellings in table["countries"].items():
        holder = names.get(_key(country_name), Holder(country_name, "state"))
        for name in [country_name, *spellings]:
            names[_key(name)] = holder
    for country_name, spellings in table["demonyms"].items():
        holder = names.get(_key(country_name), Holder(country_name, "state"))
        for name in spellings:
            demonyms[_key(name)] = holder
    for body in table["holder"]:
        holder = Holder(body["name"], body["kind"])
        for name in [body["name"], *body["names"]]:
            names[_key(name)] = holder
    names.pop((), None)


def _lengths(entries: Iterable[Words]) -> dict[str, int]:
    """The most tokens that an entry beginning with a word can take, hyphens between its words."""
    lengths: dict[str, int] = {}
    for words in entries:
        lengths[words[0]] = max(lengths.get(words[0], 0), 2 * len(words) - 1)
    return lengths


def entry(words: Sequence[str]) -> Words:
    """Words as a table holds them: without the empty ones that hyphens and possessives leave."""
    return tuple(word for word in words if word)


def _key(text: str) -> Words:
    return tuple(normal(text).split())
