"""Where the words of an article are names, of people, bodies and states, and how far they reach."""

from __future__ import annotations

import re

from monitor.claims import Holder, Rank
from monitor.extract.holders import HolderBook, entry, normal
from monitor.extract.reading import Reading

_APPOSITION_REACH = 16  # tokens after a name in which its office may stand
_PHRASE_REACH = 9  # tokens of "spokesman for the ..." that are looked at
_LONGEST_NAME = 6  # words
_POSSESSIVE = re.compile(r"['’]s?$")


def bare(name: str) -> str:
    """A name as written, without the possessive at its end."""
    return _POSSESSIVE.sub("", name)


class Names:
    """The words of one article, read with the tables of names. All places are token numbers.

    ``norms`` are the words in the form that the tables have them in (`normal`).
    """

    def __init__(self, reading: Reading, book: HolderBook) -> None:
        """``book``: the tables of names, the article's own bodies among them."""
        self.doc = reading.doc
        self.book = book
        self.norms = [normal(token.text) for token in reading.doc]

    def is_comma(self, at: int) -> bool:
        """Whether a comma or a dash stands here."""
        return at < len(self.doc) and self.doc[at].text in (",", "–", "—", "-")

    def is_past_comma(self, at: int, start: int) -> bool:
        """Whether a comma or the like stands between a token and one behind it."""
        return any(self.doc[i].is_punct and self.norms[i] == "" for i in range(at, start))

    def past_comma(self, at: int) -> int:
        """The place behind the comma that stands here; the place itself where none does."""
        return at + 1 if self.is_comma(at) else at

    def is_name_like(self, at: int) -> bool:
        """Whether a token can be part of a name: by its capital, or as a particle ("von")."""
        text = self.doc[at].text
        return (
            text[:1].isupper()
            or self.norms[at] in self.book.grammar["name_particles"]
            or text == "-"
            or self.is_hyphened(at)
        )

    def is_hyphened(self, at: int) -> bool:
        """The second half of a given name ("Kyoo-hong")."""
        return at > 1 and self.doc[at - 1].text == "-" and not self.doc[at - 1].whitespace_

    def at(self, at: int) -> tuple[int, int] | None:
        """A person's name that begins at this token."""
        end = at
        while end < len(self.doc) and self.is_name_like(end):
            if end > at and self.doc[end].is_sent_start:
                break
            end += 1
        while (
            end > at and not self.doc[end - 1].text[:1].isupper() and not self.is_hyphened(end - 1)
        ):
            end -= 1
        if end == at or end - at > _LONGEST_NAME or not self.norms[at]:
            return None
        for table in (self.book.ranks, self.book.names, self.book.demonyms):
            if self.book.longest(self.norms, at, table):
                return None
        return at, end

    def before(self, start: int, floor: int) -> tuple[int, int] | None:
        """The name to which "..., a senior official of X," is in apposition."""
        comma = None
        for back in range(start - 1, max(floor, start - _APPOSITION_REACH) - 1, -1):
            token = self.doc[back]
            if token.text == ",":
                comma = back
                break
            if token.pos_ in ("VERB", "AUX") or token.text in ("and", "but"):
                return None
        if comma is None:
            return None
        first = comma
        while first > floor and self.is_name_like(first - 1):
            first -= 1
        for at in range(first, comma):
            if self.book.longest(self.norms, at, self.book.ranks):
                first = at + 1
        while first < comma and not self.doc[first].text[:1].isupper():
            first += 1
        if first >= comma or comma - first > _LONGEST_NAME:
            return None
        if entry(self.norms[first:comma]) in self.book.names:
            return None
        if any(self.doc[i].ent_type_ in ("DATE", "TIME", "GPE") for i in range(first, comma)):
            return None
        return first, comma

    def phrase_end(self, end: int, limit: int) -> int:
        """Where "of X" behind an office ends; ``end`` itself where nothing is affiliated."""
        beginning = self.book.grammar["affiliating"] | {"in"}  # "its envoy in Lima, Jane Doe"
        if end >= len(self.doc) or self.norms[end] not in beginning:
            return end
        stop = end + 1
        while stop < min(limit, end + _PHRASE_REACH) and self.doc[stop].text not in ",.;":
            if self.doc[stop].pos_ in ("VERB", "AUX"):
                break
            stop += 1
        return stop

    def size(self, at: int) -> int:
        """How many tokens from here on name a body or state, written as names are; 0 for none.

        The work of an office is none ("Labour Minister", "Labour Agency"), nor is a part of a
        longer name ("New Mexico").
        """
        size = self.book.longest(self.norms, at, self.book.names)
        if self.book.is_part(self.norms, at, size):
            return 0
        if not any(self.book.is_written(t.text) for t in self.doc[at : at + size]):
            return 0
        after = self.norms[at + size : at + size + 1]
        office = size == 1 and self.norms[at] in self.book.portfolios and after
        if not office:
            return size
        body = self.doc[at + size].text[:1].isupper() and self.book.kind_of(after[0]) == "agency"
        return 0 if body or self.book.ranks.get((after[0],)) is Rank.MINISTER else size

    def has_article(self, start: int, at: int) -> bool:
        """Whether "the", "its" or the like stands right before a noun of a phrase."""
        low = max(0, min(start, at - 2))
        known = self.book.grammar["definite"] | self.book.grammar["possessive"]
        return any(word in known for word in self.norms[low:at])

    def goes_on(self, at: int) -> bool:
        """Whether the name goes on behind: "Hassan Doe" is not whom "Hassan" may be."""
        if at + 1 >= len(self.doc):
            return False
        after = self.doc[at + 1]
        same = self.doc[at].ent_type_ == after.ent_type_ == "PERSON" and after.ent_iob_ == "I"
        return same and bool(after.text[:1].isupper())

    def is_second(self, at: int) -> bool:
        """Whether another name stands before: "Abou Ahmed" is not whom "Ahmed" may be."""
        if at == 0 or self.doc[at].is_sent_start:
            return False
        before = self.doc[at - 1]
        tables = (self.book.ranks, self.book.names, self.book.demonyms, self.book.organs)
        return (
            before.pos_ == "PROPN"
            and before.text[:1].isupper()
            and not any((self.norms[at - 1],) in table for table in tables)
        )

    def is_organ(self, at: int) -> bool:
        """Whether an organ of a state is named by the people's name here: "Chilean officials"."""
        size = self.book.longest(self.norms, at, self.book.demonyms)
        return bool(size) and any(
            self.book.longest(self.norms, nxt, self.book.organs)
            for nxt in range(at + size, min(at + size + 3, len(self.norms)))
        )

    def whole(self, start: int) -> int:
        """Where a name begins of which the parse took the last part alone ("hong")."""
        if not self.is_hyphened(start):
            return start
        start -= 2
        while start > 0 and self.doc[start - 1].pos_ == "PROPN" and self.is_name_like(start - 1):
            start -= 1
        return start

    def national_body(self, holder: Holder, start: int, end: int) -> Holder:
        """A country's central bank, court or opposition is a holder of its own."""
        if holder.kind != "state":
            return holder
        words = f" {' '.join(self.norms[start:end])} "
        for phrase, kind in self.book.national.items():
            if f" {phrase} " in words:
                name = f"{holder.name} {phrase}"
                known = self.book.names.get(entry(normal(name).split()))
                return known or Holder(name, kind)
        return holder

    def rank(self, start: int, end: int) -> Rank:
        """The rank of the office with the longest name between two tokens."""
        best, longest = Rank.OTHER, 0
        for at in range(start, end):
            size = self.book.longest(self.norms, at, self.book.ranks)
            if size > longest and at + size <= end:
                best, longest = self.book.ranks[entry(self.norms[at : at + size])], size
        return best
