"""The organisations that one article names and no list knows: companies, unions, parties, clubs.

A name is taken for a body's by what stands beside it: the parser calls it an organisation, a noun
says what it is ("the union Vard", "drug maker Altana"), an office is held in it ("the head of
Velmara", "Oakmere's chairman"), "which" stands for it, or it is initials that speak or act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Holder
from monitor.extract.gazetteer import gazetteer
from monitor.extract.holders import HolderBook, Words, entry, normal
from monitor.extract.reading import Reading

if TYPE_CHECKING:
    from spacy.tokens import Span as Phrase
    from spacy.tokens import Token

_POSSESSIVE = re.compile(r"['’]s?$")
_INITIALS = re.compile(r"[A-Z][A-Z&-]{1,6}")
_LONGEST = 6  # tokens of a name
_LEAST_SHORT = 4  # letters of a first word that may stand for the whole name
_LINKS = ("of", "for", "de", "du", "des", "da", "do", "and", "&")  # small words inside a name
_SUBJECTS = ("nsubj", "nsubjpass")
_PLACES = ("GPE", "LOC", "FAC", "NORP", "DATE", "EVENT", "LAW", "LANGUAGE", "WORK_OF_ART")
_WEAK = ("the", "a", "an", "its", "their", "his", "her")


def find_bodies(
    reading: Reading, book: HolderBook, speaking: frozenset[str], data: Path | None = None
) -> dict[Words, Holder]:
    """The article's own organisations by the words of their names, short forms included.

    ``speaking``: lemmas of verbs whose subject speaks or acts for itself.
    """
    return _Search(reading, book, speaking, data).bodies()


class _Search:
    def __init__(
        self, reading: Reading, book: HolderBook, speaking: frozenset[str], data: Path | None
    ) -> None:
        self._doc = reading.doc
        self._book = book
        self._speaking = speaking
        self._norms = [normal(token.text) for token in reading.doc]
        self._places = gazetteer(data)
        self._title_end = reading.title.end if reading.title is not None else 0
        self._found: dict[Words, Holder] = {}

    def bodies(self) -> dict[Words, Holder]:
        for entity in self._doc.ents:
            if entity.label_ == "ORG" and not self._is_officer(entity):
                first, last = self._core(entity.start, entity.end)
                if last - first > 1 or self._is_known_word(first):
                    self._add(first, last)
        for token in self._doc:
            self._beside_noun(token)
            self._beside_office(token)
            self._as_subject(token)
        self._shorten()
        return self._found

    # ---------------------------------------------------------------- where a name stands

    def _is_officer(self, name: Phrase) -> bool:
        """A name in apposition to an office, which the parser took for a body's."""
        head = name.root.head if name.root.dep_ == "appos" else None
        within = () if head is None else head.doc[head.left_edge.i : name.start]
        return any((self._norms[t.i],) in self._book.ranks for t in within)

    def _beside_noun(self, token: Token) -> None:
        """ "The union Vard", "the Vard union": the noun says what it is."""
        kind = self._book.body_nouns.get(token.lower_)
        if kind is None or token.pos_ not in ("NOUN", "PROPN", "ADJ"):
            return
        start, end = token.i + 1, self._run_end(token.i + 1)
        if end > start:
            if token.text.islower() or token.is_sent_start:
                self._add(start, end, kind)
            return
        start = self._run_start(token.i)
        if start < token.i and token.text.islower():
            self._add(start, token.i, kind)

    def _beside_office(self, token: Token) -> None:
        """ "The head of Velmara", "Oakmere's chairman", "a spokeswoman for Norvia"."""
        if (self._norms[token.i],) not in self._book.ranks or token.pos_ not in ("NOUN", "PROPN"):
            return
        after = token.i + 1
        if after < len(self._doc) and self._norms[after] in ("of", "for", "at"):
            start = after + 1
            while start < len(self._doc) and self._doc[start].lower_ in _WEAK:
                start += 1
            end = self._run_end(start)
            led = self._norms[token.i] in self._book.seats
            if led or not all(t.ent_type_ == "PERSON" for t in self._doc[start:end]):
                self._add(start, end)
        before = token.i - 1
        while (
            before > 0
            and self._doc[before].pos_ in ("ADJ", "NOUN")
            and (self._doc[before].text.islower())
        ):
            before -= 1
        if before > 0 and self._doc[before].tag_ == "POS":
            self._add(self._run_start(before), before)

    def _as_subject(self, token: Token) -> None:
        if token.dep_ not in _SUBJECTS or token.pos_ not in ("PROPN", "NOUN"):
            return
        start = self._run_start(token.i + 1)
        end = self._run_end(start)
        if end <= start:
            return
        relative = (c for c in token.children if c.dep_ == "relcl")
        which = any(c.lower_ == "which" for clause in relative for c in clause.lefts)
        speaks = token.head.lemma_.lower() in self._speaking
        words = self._norms[start:end]
        initials = end - start == 1 and _INITIALS.fullmatch(token.text) is not None
        of_body = len(words) > 1 and words[0] in self._book.openers
        if which or (speaks and (initials or of_body)):
            self._add(start, end)

    # ---------------------------------------------------------------- how far a name goes

    def _is_name(self, token: Token) -> bool:
        return (
            token.text[:1].isupper() and token.pos_ in ("PROPN", "NOUN", "ADJ") and token.is_alpha
        )

    def _run_end(self, at: int) -> int:
        """Where the name that begins here ends: capitals, with small words between them."""
        end = at
        while end < len(self._doc) and end - at < _LONGEST:
            token = self._doc[end]
            if end > at and token.is_sent_start:
                break
            linked = (
                token.lower_ in _LINKS
                and end > at
                and end + 1 < len(self._doc)
                and self._is_name(self._doc[end + 1])
                and token.lower_ not in ("and", "&")
            )
            if not (self._is_name(token) or linked):
                break
            end += 1
        return end

    def _run_start(self, end: int) -> int:
        """Where the name that ends before this token begins."""
        start = end
        while start > 0 and end - start < _LONGEST:
            token = self._doc[start - 1]
            if start < end and self._doc[start].is_sent_start:
                break
            linked = (
                token.lower_ in ("of", "for")
                and start < end
                and start > 1
                and self._is_name(self._doc[start - 2])
            )
            if not (self._is_name(token) or linked):
                break
            start -= 1
        return start

    def _core(self, start: int, end: int) -> tuple[int, int]:
        """An entity without what introduces it ("Carmaker ...", "The ...") and behind a comma."""
        comma = next((i for i in range(start, end) if self._doc[i].text == ","), end)
        small = [i for i in range(start, comma) if self._is_introduction(i, comma)]
        first = small[-1] + 1 if small else start
        last = comma
        while last > first and self._doc[last - 1].tag_ == "POS":
            last -= 1
        return first, last

    def _is_introduction(self, at: int, end: int) -> bool:
        token = self._doc[at]
        if token.lower_ in _WEAK:
            return True
        if at + 1 >= end:
            return False
        if token.text.islower() and token.lower_ not in _LINKS:
            return True
        return token.is_sent_start and token.lower_ in self._book.body_nouns

    # ---------------------------------------------------------------- what is no name of a body

    def _add(self, start: int, end: int, kind: str | None = None) -> None:
        words = entry(self._norms[start:end])
        if not words or end - start > _LONGEST or not self._fits(start, end, words):
            return
        if kind is None and len(words) == 1 and self._is_surname(words[0]):
            return
        name = _POSSESSIVE.sub("", self._doc[start:end].text)
        self._found.setdefault(words, Holder(name, kind or self._book.kind_of(name)))

    def _fits(self, start: int, end: int, words: Words) -> bool:
        book = self._book
        name = self._doc[start:end].text
        if not self._doc[start].text[:1].isupper() or words in book.names or book.is_outlet(name):
            return False
        if len(words[0]) < 2 or words in book.demonyms or words in book.organs:
            return False
        if len(words) == 1 and words[0] in book.legislatures:
            return False
        if any(phrase in " ".join(words) for phrase in book.national):
            return False
        tables = (book.ranks, book.organs, book.parts)
        plain = [
            any((word,) in table for table in tables)
            or word in book.portfolios
            or word in book.state_organs
            or word in book.descriptions
            for word in words
        ]
        if all(plain) or any((word,) in book.ranks for word in words):
            return False
        if any(word in book.heads or word in book.surnames for word in words):
            return False
        if self._is_place(start, end):
            return False
        return self._is_beyond_state(words, plain)

    def _places_of(self, word: str) -> list[Token]:
        return [token for token in self._doc if self._norms[token.i] == word]

    def _is_known_word(self, at: int) -> bool:
        """Whether one word is written as a name where capitals mean something."""
        if _INITIALS.fullmatch(self._doc[at].text):
            return True
        spots = self._places_of(self._norms[at])
        return all(t.pos_ == "PROPN" for t in spots) and any(
            not t.is_sent_start and t.idx > self._title_end for t in spots
        )

    def _is_surname(self, word: str) -> bool:
        """Whether the word ends a person's name somewhere, or is called a person or place."""
        for token in self._places_of(word):
            if token.ent_type_ in ("PERSON", "NORP") or (
                token.ent_type_ == "GPE" and self._places.find(token.text) is not None
            ):
                return True
            before = self._doc[token.i - 1] if token.i and not token.is_sent_start else None
            if before is not None and before.pos_ == "PROPN" and before.ent_type_ == "PERSON":
                return True
        return False

    def _is_place(self, start: int, end: int) -> bool:
        """Whether these words name a place by the parser or by "near", or a person of two names.

        A place of which no gazetteer knows is none.
        """
        tokens = self._doc[start:end]
        where = tokens.root
        if where.dep_ == "pobj" and where.head.lower_ in self._book.grammar["placing"]:
            return True
        labels = {t.ent_type_ for t in tokens}
        if all(t.ent_type_ in _PLACES for t in tokens):
            return not labels <= {"GPE", "LOC"} or self._places.find(tokens.text) is not None
        opened = normal(tokens[0].text) in self._book.openers
        return labels == {"PERSON"} and end - start > 1 and not opened

    def _is_beyond_state(self, words: Words, plain: list[bool]) -> bool:
        """ "Kenya Airways" is a body, "the Kenyan Foreign Ministry" is Kenya."""
        book = self._book
        for at in range(len(words)):
            size = max(book.longest(words, at, book.names), book.longest(words, at, book.demonyms))
            if size:
                if at == 0:
                    rest = words[size:]
                    return (
                        bool(rest)
                        and not all(plain[size:])
                        and not plain[-1]
                        and (book.kind_of(" ".join(rest)) != "group")
                    )
                return not plain[0] or self._is_linked(words, at)
        return True

    def _is_linked(self, words: Words, at: int) -> bool:
        """ "Transport for London": a place behind what it does there."""
        return words[at - 1] == "for" and (words[0],) not in self._book.organs

    # ---------------------------------------------------------------- short forms

    def _shorten(self) -> None:
        """ "Halden" for "Halden Motors", initials in brackets behind a name."""
        for words, holder in list(self._found.items()):
            if len(words) < 2:
                continue
            if self._can_stand_alone(words[0]):
                self._found[(words[0],)] = holder
            for initials in self._in_brackets(words):
                self._found[(initials,)] = holder

    def _can_stand_alone(self, word: str) -> bool:
        """Whether the first word of a name stands for all of it as a subject or owner."""
        book = self._book
        known = (book.names, book.demonyms, book.ranks, book.organs, book.parts)
        if len(word) < _LEAST_SHORT or any((word,) in table for table in known):
            return False
        generic = word in book.openers or book.kind_of(word) != "group"
        if generic or word in book.legislatures or self._is_surname(word):
            return False
        return any(
            token.pos_ == "PROPN"
            and token.dep_ in (*_SUBJECTS, "poss")
            and not self._doc[min(token.i + 1, len(self._doc) - 1)].text[:1].isupper()
            for token in self._places_of(word)
        )

    def _in_brackets(self, words: Words) -> Iterator[str]:
        for phrase in self._named(words):
            behind = self._doc[phrase.end : phrase.end + 3]
            bracketed = len(behind) == 3 and behind[0].text == "(" and behind[2].text == ")"
            if bracketed and _INITIALS.fullmatch(behind[1].text):
                yield self._norms[behind[1].i]

    def _named(self, words: Words) -> Iterator[Phrase]:
        size = len(words)
        for at in range(len(self._norms) - size + 1):
            if tuple(self._norms[at : at + size]) == words:
                yield self._doc[at : at + size]
