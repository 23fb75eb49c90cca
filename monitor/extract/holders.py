"""Who holds a position: names, titles, metonyms and descriptions to one normal form.

Countries, capitals, demonyms and spellings come from the package `countryinfo`; bodies, movements
and seats of government from ``data/holders.toml``; offices and their rank from ``data/ranks.toml``.
People are tied to a holder by the article's own words ("French President ...", "..., a senior
Hamas official") before any table.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from countryinfo import all_countries

from monitor.claims import Holder, Rank, Span
from monitor.extract.lexicon import lexicon
from monitor.extract.reading import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

Words = tuple[str, ...]

_PARTICLES = frozenset(["al", "el", "bin", "bint", "ibn", "abu", "von", "van", "der", "de", "da"])
_SINGULAR = frozenset(["he", "she", "him", "her", "his", "who"])
_PLURAL = frozenset(["they", "them", "their", "we", "our", "who"])
_NEUTRAL = frozenset(["it", "its", "which"])
_OWN = frozenset(["his", "her", "their", "its", "our", "the", "this", "that", "these", "those"])
_CUTTING = frozenset(
    ["to", "in", "from", "with", "against", "on", "at", "that", "who", "which", "speaking", "near"]
)
_TITLE_REACH = 9  # tokens before an office in which its country or body may stand
_APPOSITION_REACH = 16  # tokens after a name in which its office may stand
_LEAST_ALIKE = 4  # letters of a surname that may stand for the whole name


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
    ranks: dict[Words, Rank]
    organs: frozenset[Words]
    parts: frozenset[Words]
    unofficial: frozenset[str]
    descriptions: dict[str, tuple[str, ...]]
    kinds: dict[str, tuple[str, ...]]

    def longest(self, words: Sequence[str], at: int, table: Iterable[Words]) -> int:
        """How many words from ``at`` on make an entry of the table; 0 for none."""
        for size in range(min(6, len(words) - at), 0, -1):
            if tuple(words[at : at + size]) in table:
                return size
        return 0

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
    names: dict[Words, Holder] = {}
    demonyms: dict[Words, Holder] = {}
    unfit = {normal(name) for name in table["not_metonyms"]["names"]}
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
    for country_name, spellings in table["countries"].items():
        holder = names.get(_key(country_name), Holder(country_name, "state"))
        for name in [country_name, *spellings]:
            names[_key(name)] = holder
    for country_name, spellings in table["demonyms"].items():
        holder = names.get(_key(country_name), Holder(country_name, "state"))
        for name in spellings:
            demonyms[_key(name)] = holder
    for entry in table["holder"]:
        holder = Holder(entry["name"], entry["kind"])
        for name in [entry["name"], *entry["names"]]:
            names[_key(name)] = holder
    names.pop((), None)
    return HolderBook(
        names=names,
        demonyms=demonyms,
        heads={
            normal(person): Actor(
                names.get(_key(holder), Holder(holder, "state")), person, Rank.PRINCIPAL
            )
            for holder, people in table["heads"].items()
            for person in people
        },
        ranks={_key(word): Rank(rank) for rank in Rank if rank in ranks for word in ranks[rank]},
        organs=frozenset(_key(word) for word in table["organs"]["words"]),
        parts=frozenset(_key(word) for word in table["parts"]["words"]),
        unofficial=frozenset(ranks["unofficial"]),
        descriptions={word: tuple(kinds) for word, kinds in table["descriptions"].items()},
        kinds={kind: tuple(words) for kind, words in table["kinds"].items()},
    )


def _key(text: str) -> Words:
    return tuple(normal(text).split())


@dataclass(frozen=True, slots=True)
class _Word:
    """A token as the tables see it."""

    token: Token
    norm: str

    @property
    def name_like(self) -> bool:
        text = self.token.text
        return text[:1].isupper() or self.norm in _PARTICLES or text in ("-", "‘", "’")


class Cast:
    """The people and bodies of one article, and whom its words for them mean."""

    def __init__(self, reading: Reading, book: HolderBook) -> None:
        """Read the article's own introductions of its people."""
        self._reading = reading
        self._book = book
        self._people: dict[str, Actor] = {}
        self._words = [_Word(token, normal(token.text)) for token in reading.doc]
        self._norms = [word.norm for word in self._words]
        self._introduce()
        self._mentions = self._find_mentions()

    # ---------------------------------------------------------------- reading the article

    def _introduce(self) -> None:
        """Tie each named person to a holder and a rank by the office beside the name."""
        at = 0
        while at < len(self._norms):
            size = self._book.longest(self._norms, at, self._book.ranks)
            if not size:
                at += 1
                continue
            rank = self._book.ranks[tuple(self._norms[at : at + size])]
            self._introduce_office(at, at + size, rank)
            at += size

    def _introduce_office(self, start: int, end: int, rank: Rank) -> None:
        sentence = self._words[start].token.sent
        holder = self._affiliation(max(sentence.start, start - _TITLE_REACH), start, before=True)
        after, names_end = self._affiliation_after(end, sentence.end)
        name = self._name_at(end)
        if not name and after is not None:
            name = self._name_at(self._skip_comma(names_end))
        if not name:
            name = self._name_at(self._skip_comma(end)) if self._is_comma(end) else None
        if not name:
            name = self._name_before(start, sentence.start)
        if name is None:
            return
        first, last = name
        found = holder or after
        if first <= start:  # "Jane Doe, minister of ..., " : the office stands after the name
            found = self._affiliation(last, start, before=True) or after or holder
        if self._is_unofficial(start, end, first):
            found, rank = None, Rank.OTHER
        self._register(first, last, found, rank)

    def _register(self, first: int, last: int, holder: Holder | None, rank: Rank) -> None:
        text = self._reading.doc[first:last].text
        text = re.sub(r"['’]s$", "", text)
        key = normal(text)
        if not key or _key(key) in self._book.ranks:
            return
        known = self._people.get(key)
        if holder is None:
            head = self._book.heads.get(key)
            if known is not None or (head is None and rank is Rank.OTHER):
                return
            if head is None:
                holder = self._nearby_state(first)
                if holder is None:
                    return
                actor = Actor(holder, text, rank, certain=False)
            else:
                actor = replace(head, speaker=text, rank=rank)
        else:
            actor = Actor(holder, text, rank)
        if known is None or (not known.certain and actor.certain):
            self._people[key] = actor
            surname = normal(text.split()[-1])
            if len(surname) >= _LEAST_ALIKE and surname not in self._people:
                self._people[surname] = actor

    def _nearby_state(self, at: int) -> Holder | None:
        """The state named last before this place, in this sentence or the one before."""
        number = self._reading.sentence_index(self._words[at].token.idx)
        floor = self._reading.sentences[max(0, number - 1)].start
        for back in range(at - 1, -1, -1):
            if self._words[back].token.idx < floor:
                return None
            found = self._book.names.get((self._norms[back],)) or self._book.demonyms.get(
                (self._norms[back],)
            )
            if found is not None and found.kind == "state":
                return found
        return None

    def _is_comma(self, at: int) -> bool:
        return at < len(self._words) and self._words[at].token.text in (",", "–", "—", "-")

    def _skip_comma(self, at: int) -> int:
        return at + 1 if self._is_comma(at) else at

    def _name_at(self, at: int) -> tuple[int, int] | None:
        """A person's name that begins at this token."""
        end = at
        while end < len(self._words) and self._words[end].name_like:
            token = self._words[end].token
            if end > at and token.is_sent_start:
                break
            if self._book.longest(self._norms, end, self._book.ranks) and end == at:
                return None
            if token.text in ("’", "‘"):
                break
            end += 1
        while end > at and not self._words[end - 1].token.text[:1].isupper():
            end -= 1
        if end == at or tuple(self._norms[at:end]) in self._book.names:
            return None
        if self._book.longest(self._norms, at, self._book.names) or (
            (self._norms[at],) in self._book.demonyms
        ):
            return None
        return at, end

    def _name_before(self, start: int, floor: int) -> tuple[int, int] | None:
        """The name to which "..., a senior official of X," is in apposition."""
        comma = None
        for back in range(start - 1, max(floor, start - _APPOSITION_REACH) - 1, -1):
            token = self._words[back].token
            if token.text == ",":
                comma = back
                break
            if token.pos_ in ("VERB", "AUX") or token.text in ("and", "but"):
                return None
        if comma is None:
            return None
        first = comma
        while first > floor and self._words[first - 1].name_like:
            first -= 1
        while first < comma and not self._words[first].token.text[:1].isupper():
            first += 1
        offices = [
            i for i in range(first, comma) if self._book.longest(self._norms, i, self._book.ranks)
        ]
        if offices:
            first = offices[-1] + 1
        return (first, comma) if first < comma and self._plausible_name(first, comma) else None

    def _plausible_name(self, first: int, last: int) -> bool:
        if last - first > 6 or tuple(self._norms[first:last]) in self._book.names:
            return False
        return not any(
            self._words[i].token.ent_type_ in ("DATE", "TIME") for i in range(first, last)
        )

    def _affiliation(self, start: int, end: int, *, before: bool) -> Holder | None:
        """The holder named between two tokens; of several, the nearest to the office."""
        found: Holder | None = None
        at = start
        while at < end:
            token = self._words[at].token
            if before and (
                token.pos_ in ("VERB", "AUX") or token.text in (",", ";", ":", "“", "”")
            ):
                found = None
            size = self._book.longest(self._norms, at, self._book.names)
            if size and at + size <= end + 1:
                holder = self._book.names[tuple(self._norms[at : at + size])]
                if found is None or found.kind == "state" or holder.kind != "state":
                    found = holder
                at += size
                continue
            size = self._book.longest(self._norms, at, self._book.demonyms)
            if size and found is None:
                found = self._book.demonyms[tuple(self._norms[at : at + size])]
            if found is None and token.ent_type_ == "ORG" and token.ent_iob_ == "B":
                found = self._organisation(at)
            at += max(size, 1)
        return found

    def _organisation(self, at: int) -> Holder | None:
        """An organisation that no table lists, under the name that the article gives it."""
        for entity in self._reading.doc.ents:
            if entity.start <= at < entity.end:
                words = self._norms[entity.start : entity.end]
                if any(self._book.longest(words, i, self._book.ranks) for i in range(len(words))):
                    return None
                text = re.sub(r"^[Tt]he |['’]s$", "", entity.text)
                if text.islower() or len(text) < 2:
                    return None
                return Holder(text, self._book.kind_of(text))
        return None

    def _affiliation_after(self, end: int, limit: int) -> tuple[Holder | None, int]:
        """The holder in "president of X", "spokesman for the X", and where the phrase ends."""
        if end >= len(self._words) or self._norms[end] not in ("of", "for", "at", "to", "with"):
            return None, end
        stop = end + 1
        while stop < min(limit, end + 9) and self._words[stop].token.text not in (",", ".", ";"):
            if self._words[stop].token.pos_ in ("VERB", "AUX"):
                break
            stop += 1
        holder = self._affiliation(end + 1, stop, before=False)
        return holder, stop

    def _is_unofficial(self, start: int, end: int, name: int) -> bool:
        words = self._norms[max(0, start - 2) : end]
        del name
        return any(word in self._book.unofficial for word in words)

    # ---------------------------------------------------------------- mentions

    def _find_mentions(self) -> list[tuple[int, Actor, bool]]:
        """Every mention of a known holder or person: token, actor, whether a person."""
        found = []
        at = 0
        while at < len(self._norms):
            person, size = self._person_at(at)
            if person is not None:
                found.append((at, person, True))
                at += size
                continue
            size = self._book.longest(self._norms, at, self._book.names)
            if size and self._words[at].token.text[:1].isupper():
                holder = self._book.names[tuple(self._norms[at : at + size])]
                text = self._reading.doc[at : at + size].text
                found.append((at, Actor(holder, text), False))
            elif not size and self._is_organ(at):
                found.append((at, self._organ(at), False))
            at += max(size, 1)
        return found

    def _person_at(self, at: int) -> tuple[Actor | None, int]:
        for size in range(min(5, len(self._words) - at), 0, -1):
            text = self._reading.doc[at : at + size].text
            key = normal(text)
            actor = self._people.get(key) or self._book.heads.get(key) or self._surname(key)
            if actor is not None and self._words[at].token.text[:1].isupper():
                return actor, size
        return None, 0

    def _surname(self, key: str) -> Actor | None:
        if len(key) < _LEAST_ALIKE or " " in key:
            return None
        for name, actor in self._book.heads.items():
            if name.split()[-1] == key:
                return actor
        return None

    def _is_organ(self, at: int) -> bool:
        size = self._book.longest(self._norms, at, self._book.demonyms)
        if not size:
            return False
        return any(
            self._book.longest(self._norms, nxt, self._book.organs)
            for nxt in range(at + size, min(at + size + 3, len(self._norms)))
        )

    def _organ(self, at: int) -> Actor:
        size = self._book.longest(self._norms, at, self._book.demonyms)
        holder = self._book.demonyms[tuple(self._norms[at : at + size])]
        return Actor(holder, self._reading.doc[at : at + size + 1].text, Rank.OFFICIAL)

    # ---------------------------------------------------------------- resolving

    def actors(self, span: Span, speaker: str | None = None) -> tuple[Actor, ...]:
        """Whom the words of a source or subject mean; several where they are joined.

        Empty where nothing is known of them. ``speaker`` is a reading of the words that the
        attribution already made ("he" -> a name).
        """
        tokens = self._reading.doc.char_span(span.start, span.end, alignment_mode="expand")
        if tokens is None or not len(tokens):
            return ()
        start, end = tokens.start, tokens.end
        lone = normal(tokens.text)
        if speaker and normal(speaker) != lone:
            named = self.named(speaker)
            if named is not None:
                return (replace(named, speaker=speaker),)
        if lone in _SINGULAR | _PLURAL | _NEUTRAL:
            found = self._pronoun(lone, start)
            return (replace(found, certain=False),) if found is not None else ()
        described = self._description(start, end)
        if described is not None:
            return (described,)
        parts = self._joined(start, end)
        actors = [a for part in parts if (a := self._phrase(*part)) is not None]
        if not actors:
            return ()
        return tuple({a.holder.name: a for a in actors}.values())

    def named(self, text: str) -> Actor | None:
        """Whom a name that is not a stretch of the text means; None for a stranger."""
        key = normal(text)
        actor = self._people.get(key) or self._book.heads.get(key)
        if actor is None and key.split():
            surname = key.split()[-1]
            actor = self._people.get(surname) or self._surname(surname)
        if actor is not None:
            return actor
        words = key.split()
        for at in range(len(words)):
            size = self._book.longest(words, at, self._book.names)
            if size:
                return Actor(self._book.names[tuple(words[at : at + size])], text)
        for at in range(len(words)):
            size = self._book.longest(words, at, self._book.demonyms)
            organ = any(
                self._book.longest(words, nxt, self._book.organs)
                for nxt in range(at + 1, len(words))
            )
            if size and organ:
                return Actor(self._book.demonyms[tuple(words[at : at + size])], text, Rank.OFFICIAL)
        return None

    def _joined(self, start: int, end: int) -> list[tuple[int, int]]:
        """The conjuncts of a phrase such as "Chile and Peru"; relative clauses stay outside."""
        root = self._reading.doc[start:end].root
        heads = [root, *(t for t in root.conjuncts if start <= t.i < end and t.i > root.i)]
        if len(heads) == 1 or not all(h.pos_ == "PROPN" for h in heads):
            return [(start, end)]
        cuts = [max(start, h.left_edge.i) for h in heads]
        return [(cut, cuts[n + 1] if n + 1 < len(cuts) else end) for n, cut in enumerate(cuts)]

    def _phrase(self, start: int, end: int) -> Actor | None:
        text = re.sub(r"^[Tt]he ", "", self._reading.doc[start:end].text)
        for at in range(start, end):
            person, size = self._person_at(at)
            if person is not None and not self._is_object(start, at):
                del size
                return person
        head_end = self._head_end(start, end)
        rank = self._rank(start, end)
        unofficial = any(self._norms[i] in self._book.unofficial for i in range(start, head_end))
        holder = self._affiliation(start, head_end, before=False)
        holder = holder or self._affiliation(head_end, end, before=False)
        if unofficial:
            return Actor(Holder(text, "group", official=False), text, Rank.OTHER)
        if holder is None:
            return self._stranger(start, end, text)
        if holder.kind == "state" and self._only_demonym(start, head_end):
            organ = any(
                self._book.longest(self._norms, i, self._book.organs)
                or self._book.longest(self._norms, i, self._book.ranks)
                for i in range(start, head_end)
            )
            if not organ:
                return Actor(Holder(text, "group", official=False), text, Rank.OTHER)
        return Actor(self._national_body(holder, start, end), text, rank)

    def _national_body(self, holder: Holder, start: int, end: int) -> Holder:
        """A country's central bank, court or opposition is a holder of its own."""
        words = f" {' '.join(self._norms[start:end])} "
        if holder.kind != "state":
            return holder
        for phrase, kind in (
            ("central bank", "central_bank"),
            ("supreme court", "court"),
            ("constitutional court", "court"),
            ("opposition", "party"),
        ):
            if f" {phrase} " in words:
                return Holder(f"{holder.name} {phrase}", kind)
        return holder

    def _stranger(self, start: int, end: int, text: str) -> Actor | None:
        """A person or body that nothing in the article ties to a known holder."""
        root = self._reading.doc[start:end].root
        if root.ent_type_ == "ORG":
            holder = self._organisation(root.i)
            if holder is not None:
                return Actor(holder, text)
        named = [t for t in self._reading.doc[start:end] if t.ent_type_ in ("PERSON", "ORG")]
        if named:
            entity = next(
                (e for e in self._reading.doc.ents if e.start <= named[-1].i < e.end), None
            )
            name = re.sub(r"['’]s$", "", entity.text) if entity is not None else text
            kind = "person" if named[-1].ent_type_ == "PERSON" else self._book.kind_of(name)
            return Actor(Holder(name, kind, official=kind != "person"), text)
        if root.pos_ == "PROPN":
            return Actor(Holder(text, "person", official=False), text)
        return Actor(Holder(text, "group", official=False), text, certain=False)

    def _only_demonym(self, start: int, end: int) -> bool:
        return not any(
            self._book.longest(self._norms, i, self._book.names)
            and (self._norms[i],) not in self._book.demonyms
            for i in range(start, end)
        )

    def _head_end(self, start: int, end: int) -> int:
        """Where the words before "to", "in", "who" ... end."""
        for at in range(start, end):
            if at > start and self._norms[at] in _CUTTING:
                return at
        return end

    def _is_object(self, start: int, at: int) -> bool:
        """Whether the name stands behind "adviser to", "allies of": then it is not the speaker."""
        before = self._norms[max(start, at - 4) : at]
        return any(word in ("to", "against", "with") for word in before)

    def _rank(self, start: int, end: int) -> Rank:
        best, longest = Rank.OTHER, 0
        for at in range(start, end):
            size = self._book.longest(self._norms, at, self._book.ranks)
            if size > longest and at + size <= end:
                best, longest = self._book.ranks[tuple(self._norms[at : at + size])], size
        return best

    def _pronoun(self, word: str, at: int) -> Actor | None:
        number = self._reading.sentence_index(self._words[at].token.idx)
        floor = self._reading.sentences[max(0, number - 2)].start
        near = [m for m in self._mentions if m[0] < at and self._words[m[0]].token.idx >= floor]
        if word in _SINGULAR:
            near = [m for m in near if m[2]]
        elif word in _NEUTRAL:
            near = [m for m in near if not m[2]]
        subjects = [m for m in near if self._is_subject(m[0])]
        return subjects[-1][1] if subjects else (near[-1][1] if near else None)

    def _is_subject(self, at: int) -> bool:
        token = self._words[at].token
        while token.dep_ in ("compound", "poss", "amod", "nmod", "appos") and token.head != token:
            token = token.head
        return token.dep_ in ("nsubj", "nsubjpass")

    def _description(self, start: int, end: int) -> Actor | None:
        """ "The group", "his country", "the bank": a holder named before, by its kind."""
        words = [w for w in self._norms[start:end] if w]
        if not words or words[0] not in _OWN or len(words) > 4:
            return None
        own = words[0] in ("his", "her", "our", "their")
        kinds = self._book.descriptions.get(words[-1])
        if kinds is None:
            if own and len(words) == 2 and (words[1],) in self._book.organs:
                kinds = ("state",)
            else:
                return None
        if self._affiliation(start, end, before=False) is not None:
            return None
        if own:
            holder = self._pronoun("he" if words[0] in ("his", "her") else "they", start)
            if holder is not None:
                return replace(holder, certain=False)
        near = [m for m in self._mentions if m[0] < start and m[1].holder.kind in kinds]
        subjects = [m for m in near[-4:] if self._is_subject(m[0])]
        chosen = subjects[-1:] or near[-1:]
        if not chosen:
            return None
        text = self._reading.doc[start:end].text
        return Actor(chosen[0][1].holder, text, self._rank(start, end), certain=False)

    # ---------------------------------------------------------------- places and targets

    def holders_in(self, span: Span) -> list[tuple[int, Holder]]:
        """Every holder named in a stretch, with the offset of its name."""
        return [
            (self._words[at].token.idx, actor.holder)
            for at, actor, _ in self._mentions
            if span.start <= self._words[at].token.idx < span.end
        ]

    def most_named(self, size: int) -> list[Holder]:
        """The holders whom the article names most, the title counted three times."""
        counts: dict[str, int] = {}
        known: dict[str, Holder] = {}
        title = self._reading.title
        for at, actor, _ in self._mentions:
            name = actor.holder.name
            known[name] = actor.holder
            weight = 3 if title and self._words[at].token.idx < title.end else 1
            counts[name] = counts.get(name, 0) + weight
        ranked = sorted(counts, key=lambda name: (-counts[name], name))
        return [known[name] for name in ranked[:size]]
