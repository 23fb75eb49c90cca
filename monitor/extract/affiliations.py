"""To which body or state words belong: named, "German", or described ("the group", "its ...")."""

from __future__ import annotations

import re

from monitor.claims import Holder
from monitor.extract.holders import entry, normal
from monitor.extract.mentions import Mentions, fitting
from monitor.extract.names import Names, bare
from monitor.extract.people import People
from monitor.extract.seats import Seats


class Affiliations:
    """The holders that stretches of one article name or mean. All places are token numbers."""

    def __init__(self, names: Names, people: People, seats: Seats, mentions: Mentions) -> None:
        """``mentions``: who is named where; what a description means is sought among them."""
        self._names, self._people, self._seats = names, people, seats
        self._mentions = mentions
        self._doc, self._norms, self._book = names.doc, names.norms, names.book

    def before_office(self, start: int, end: int) -> Holder | None:
        """The holder before an office, behind the last verb or comma."""
        for at in range(end - 1, start - 1, -1):
            token = self._doc[at]
            if token.pos_ in ("VERB", "AUX") or token.text in ',;:“”"':
                start = at + 1
                break
        return self.of(start, end)

    def of(self, start: int, end: int) -> Holder | None:
        """The holder named between two tokens: bodies before states, names before demonyms."""
        found: Holder | None = None
        people: Holder | None = None
        at = start
        while at < min(end, len(self._norms)):
            organ = self._book.longest(self._norms, at, self._book.organs)
            size = self._names.size(at)
            if size and size >= organ:
                holder = self._book.names[entry(self._norms[at : at + size])]
                wide = found is not None and (
                    found.kind == "state" or found.name in self._book.umbrellas
                )
                if found is None or (wide and holder.kind != "state"):
                    found = holder
                at += size
                continue
            demonym = self._book.longest(self._norms, at, self._book.demonyms)
            if demonym and people is None:
                people = self._book.demonyms[entry(self._norms[at : at + demonym])]
            person = self._people.known.get(self._norms[at]) or self._people.head(self._norms[at])
            if found is None and person is not None and person.holder.official:
                found = person.holder
            at += max(size, demonym, organ, 1)
        if found is not None:
            return found
        described = self.described(start, end)
        if people is not None and (described is None or described.kind == "state"):
            return people  # "the German government", but "the Palestinian group"
        return described or self.organisation(start, end)

    def organisation(self, start: int, end: int) -> Holder | None:
        """An organisation that no table lists, under the name that the article gives it."""
        for entity in self._doc.ents:
            if entity.label_ != "ORG" or not (start <= entity.start < end):
                continue
            text = bare(re.sub(r"^[Tt]he ", "", entity.text))
            words = normal(text).split()
            if not words or not text[:1].isupper() or self._book.is_outlet(text):
                continue
            if any(self._book.longest(words, i, self._book.ranks) for i in range(len(words))):
                continue
            plain = self._book.portfolios
            if all(
                (word,) in self._book.organs or word in plain or len(word) < 4 for word in words
            ):
                continue
            full = self._full_name(text)
            return Holder(full, self._book.kind_of(full))
        return None

    def _full_name(self, name: str) -> str:
        """The longest name of the article that begins so ("Altara", "Altara Minerals")."""
        longer = [
            re.sub(r"^[Tt]he ", "", bare(e.text)) for e in self._doc.ents if e.label_ == "ORG"
        ]
        longer = [other for other in longer if other.startswith(f"{name} ")]
        return max(longer, key=len, default=name)

    def described(self, start: int, end: int) -> Holder | None:
        """The holder meant by "the group", "the country" within a phrase, by what was named."""
        for at in range(start, min(end, len(self._norms))):
            kinds = self._book.descriptions.get(self._norms[at])
            if kinds is None or not self._names.has_article(start, at):
                continue
            word = self._norms[at]
            near = fitting(self._mentions.before(start), word, self._book)
            unlisted = None if near else self._seats.last_body(start, kinds)
            if unlisted is not None and self._book.can_be(unlisted, word):
                return unlisted
            if near:
                known = self._mentions
                spoken = [m for m in near[-4:] if known.is_subject(m.at) or known.is_spoken(m.at)]
                return (spoken or near)[-1].actor.holder
        return None
