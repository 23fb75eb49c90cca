"""The people of an article and whom a name means: in full, by the surname, or a stranger's."""

from __future__ import annotations

import re

from monitor.claims import Holder, Rank
from monitor.extract.holders import Actor, entry, normal
from monitor.extract.names import Names, bare

_LEAST_SURNAME = 4  # letters of a surname that may stand for the whole name
_SUFFIXES = ("jr", "sr", "ii", "iii")
_GIVEN_LAST = re.compile(r"[A-Z][a-z]+-[a-z]+")


class People:
    """Who has been introduced in one article, beside the heads of state that the tables list.

    ``known``: people by their normalised name and by their surname.
    """

    def __init__(self, names: Names) -> None:
        """Nobody is known yet but whom the tables list."""
        self._names = names
        self._doc, self._norms, self._book = names.doc, names.norms, names.book
        self.known: dict[str, Actor] = {}

    def add(self, name: str, actor: Actor) -> None:
        """Whom a name means from now on, and its surname where nobody surely has that."""
        self.known[normal(name)] = actor
        surname = _surname(name)
        other = self.known.get(surname)
        if surname and (other is None or not other.certain):
            self.known[surname] = actor

    def add_strangers(self) -> None:
        """People whom the article ties to nobody: filed under their own name."""
        for entity in self._doc.ents:
            text = bare(entity.text)
            words = text.split()
            key, surname = normal(text), normal(words[-1]) if words else ""
            if entity.label_ != "PERSON" or len(words) < 2 or len(surname) < _LEAST_SURNAME:
                continue
            if key in self.known or surname in self.known or self.head(surname) is not None:
                continue
            if any(self._book.longest(normal(text).split(), i, self._book.names) for i in range(2)):
                continue
            actor = Actor(Holder(text, "person", official=False), text)
            self.known[key] = self.known[surname] = actor

    def at(self, at: int) -> tuple[Actor | None, int]:
        """The person named from this token on, and with how many tokens; none and 0 for nobody."""
        if not self._doc[at].text[:1].isupper():
            return None, 0
        for size in range(min(5, len(self._norms) - at), 0, -1):
            key = " ".join(word for word in self._norms[at : at + size] if word)
            actor = self.known.get(key) or self._book.heads.get(key)
            if actor is None and not (self._names.is_second(at) or self._names.goes_on(at)):
                actor = self.head(key)
            if actor is not None:
                return actor, size
        return None, 0

    def head(self, key: str) -> Actor | None:
        """A head of state or government by the surname alone."""
        if len(key) < _LEAST_SURNAME or key in self._book.common:
            return None
        return self._book.surnames.get(key)

    def stranger(self, name: str) -> Actor | None:
        """A full name that nothing ties to a holder: a person in their own right."""
        words = normal(name).split()
        tables = (self._book.names, self._book.demonyms, self._book.ranks, self._book.organs)
        if self._book.is_outlet(name) or any(
            self._book.longest(words, at, table) for table in tables for at in range(len(words))
        ):
            return None
        return Actor(self._own_name(name), name)

    def _own_name(self, name: str) -> Holder:
        """A name that is nobody's voice: a body by its words ("... Motors"), else a person."""
        kind = self._book.kind_of(name)
        key = normal(name)
        bodies = {normal(e.text) for e in self._doc.ents if e.label_ == "ORG"}
        if kind == "group" and key not in bodies:
            return Holder(name, "person", official=False)
        return Holder(re.sub(r"^[Tt]he ", "", name), kind)

    def called(self, start: int, end: int, speaker: str) -> Actor | None:
        """A person who is nobody's voice, under the fullest name that the article gives."""
        root = self._doc[start:end].root
        first = root.i
        while (
            first > start
            and self._doc[first - 1].dep_ == "compound"
            and self._names.is_name_like(first - 1)
        ):
            first -= 1
        own = self._doc[first : root.i + 1].text
        if (
            root.pos_ != "PROPN"
            or self._book.is_outlet(own)
            or not self._names.is_name_like(root.i)
        ):
            return None
        words = bare(speaker).split()
        full = speaker if normal(speaker).endswith(normal(own)) and len(words) <= 3 else own
        name = full if not re.search(r"['’]s ", full) else own
        return Actor(self._own_name(name), name)

    def _is_capital(self, word: str, text: str) -> bool:
        """Whether a word, given in its normal form, is written in the text as names are."""
        written = re.findall(r"[^\s,;()-]+", text)
        return all(self._book.is_written(w) for w in written if normal(w) == word)

    def named(self, text: str) -> Actor | None:
        """Whom a name that is not a stretch of the text means; None for a stranger."""
        key = normal(text)
        words = key.split()
        if not words:
            return None
        for size in range(len(words), 0, -1):
            tail = " ".join(words[-size:])
            actor = self.known.get(tail) or self._book.heads.get(tail) or self.head(tail)
            if actor is not None:
                return actor
        for at in range(len(words)):
            size = self._book.longest(words, at, self._book.names)
            if not size or not self._is_capital(words[at], text):
                continue
            if entry(words[at : at + size]) not in self._book.demonyms:
                return Actor(self._book.names[entry(words[at : at + size])], text)
        for at in range(len(words)):
            size = self._book.longest(words, at, self._book.demonyms)
            organ = any(
                self._book.longest(words, nxt, self._book.organs)
                for nxt in range(at + 1, len(words))
            )
            if size and (organ or len(words) == size):
                return Actor(self._book.demonyms[entry(words[at : at + size])], text, Rank.OFFICIAL)
        return None


def _surname(name: str) -> str:
    """The part of a name that stands for all of it later; empty where none safely can.

    A given name with a hyphen comes second ("Lee Jae-myung"); "Jr." is no name.
    """
    words = [w for w in name.split() if normal(w) not in _SUFFIXES]
    if len(words) == 2 and _GIVEN_LAST.fullmatch(words[1]):
        return normal(words[0])
    last = normal(words[-1]) if words else ""
    if len(last) < _LEAST_SURNAME and words:
        last = normal(words[0])
    return last if len(last) >= _LEAST_SURNAME else ""
