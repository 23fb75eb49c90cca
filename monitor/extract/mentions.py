"""Where an article names its people and bodies, and which of them a pronoun means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.claims import Rank, Span
from monitor.extract.holders import Actor, HolderBook, entry
from monitor.extract.names import Names
from monitor.extract.people import People
from monitor.extract.reading import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

_COLLECTIVE = ("movement", "party", "group")  # kinds that "they" can mean
_NEAR = 3  # sentences back in which a pronoun's name is sought
_DEEPEST = 6  # steps from a name up to the noun that it belongs to


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a known person or body is named. ``at`` is a token number."""

    at: int
    actor: Actor
    person: bool
    plural: bool = False


class Mentions:
    """The mentions of one article in order, and what its pronouns mean by them."""

    def __init__(
        self,
        reading: Reading,
        found: Sequence[Mention],
        spoken: Sequence[Span],
        grammar: dict[str, frozenset[str]],
    ) -> None:
        """``spoken``: the sources of the article's sayings, who are meant before others."""
        self._reading = reading
        self._doc = reading.doc
        self._spoken = spoken
        self._grammar = grammar
        self.found = found

    def before(self, at: int, sentences: int | None = None) -> list[Mention]:
        """Mentions before a token, in so many sentences back or in the whole text."""
        floor = 0
        if sentences is not None and at < len(self._doc):
            number = self._reading.sentence_index(self._doc[at].idx)
            floor = self._reading.sentences[max(0, number - sentences)].start
        return [m for m in self.found if m.at < at and self._doc[m.at].idx >= floor]

    def head_noun(self, at: int) -> Token:
        """The noun that a name belongs to ("[Israeli] officials")."""
        token = self._doc[at]
        for _ in range(_DEEPEST):
            if token.dep_ not in ("compound", "poss", "amod", "nmod", "appos"):
                break
            token = token.head
        return token

    def is_subject(self, at: int) -> bool:
        """Whether a mention is, or belongs to, the subject of its clause."""
        return self.head_noun(at).dep_ in ("nsubj", "nsubjpass")

    def is_spoken(self, at: int) -> bool:
        """Whether a mention stands in the source of a saying."""
        offset = self._doc[at].idx
        return any(span.start <= offset < span.end for span in self._spoken)

    def meant_by(self, word: str, at: int) -> list[Mention]:
        """The mentions in reach that a pronoun can mean, by person and number."""
        near = self.before(at, _NEAR)
        if word in self._grammar["singular"]:
            return [m for m in near if m.person]
        if word in self._grammar["neutral"]:
            return [m for m in near if not m.person and not m.plural]
        if word in self._grammar["plural"]:
            several = [m for m in near if m.plural or m.actor.holder.kind in _COLLECTIVE]
            return several or [m for m in near if not m.person]
        return near

    def is_plain(self, word: str, at: int) -> bool:
        """Whether the last that a pronoun can mean was a subject: then nobody else is meant."""
        near = self.meant_by(word, at)
        return bool(near) and self.is_subject(near[-1].at) and not near[-1].plural

    def subject_here(self, word: str, at: int) -> Actor | None:
        """The subject of the clause that the pronoun's clause hangs on, where it can be meant."""
        above = {token.i for token in self._doc[at].ancestors}
        for mention in reversed(self.meant_by(word, at)):
            subject = self.head_noun(mention.at)
            if subject.dep_ in ("nsubj", "nsubjpass") and subject.head.i in above:
                return mention.actor
        return None

    def pronoun(self, word: str, at: int) -> Actor | None:
        """The speaker, else the subject, named last in reach who can be meant by a pronoun."""
        here = self.subject_here(word, at)
        if here is not None:
            return here
        near = self.meant_by(word, at)
        for wanted in (self.is_spoken, self.is_subject):
            chosen = [m for m in near if wanted(m.at)]
            if chosen:
                return chosen[-1].actor
        return near[-1].actor if near else None


def find_mentions(
    reading: Reading, names: Names, people: People, spoken: Sequence[Span]
) -> Mentions:
    """Every mention of a holder or person known so far. ``spoken``: the sources of sayings."""
    return Mentions(reading, _Finder(names, people).find(), spoken, names.book.grammar)


class _Finder:
    """Goes through an article for the names that it knows."""

    def __init__(self, names: Names, people: People) -> None:
        self._names, self._people = names, people
        self._doc, self._norms, self._book = names.doc, names.norms, names.book

    def find(self) -> list[Mention]:
        """Every mention of a known holder or person, in order."""
        found: list[Mention] = []
        at = 0
        while at < len(self._norms):
            person, size = self._people.at(at)
            if person is not None:
                found.append(Mention(at, person, person=True))
                at += size
                continue
            size = self._names.size(at)
            if size and not self._names.is_organ(at):
                holder = self._book.names[entry(self._norms[at : at + size])]
                holder = self._names.national_body(holder, at, at + size + 3)
                found.append(Mention(at, Actor(holder, self._doc[at : at + size].text), False))
            elif self._names.is_organ(at):
                found.append(self._organ(at))
            elif (described := self._described_mention(at, found)) is not None:
                found.append(described)
            at += max(size, 1)
        return found

    def _described_mention(self, at: int, before: Sequence[Mention]) -> Mention | None:
        """ "The group" as a subject: a mention of whom it means, for the pronouns behind it."""
        kinds = self._book.descriptions.get(self._norms[at])
        if kinds is None or self._doc[at].dep_ != "nsubj" or not self._names.has_article(at, at):
            return None
        near = fitting(before, self._norms[at], self._book)
        if not near:
            return None
        return Mention(at, replace(near[-1].actor, certain=False), False)

    def _organ(self, at: int) -> Mention:
        size = self._book.longest(self._norms, at, self._book.demonyms)
        holder = self._book.demonyms[entry(self._norms[at : at + size])]
        words = self._norms[at + size : at + size + 3]
        plural = any(
            w in ("officials", "authorities", "sources", "leaders", "forces", "diplomats")
            for w in words
        )
        holder = self._names.national_body(holder, at, at + size + 2)
        actor = Actor(holder, self._doc[at : at + size + 1].text, Rank.OFFICIAL)
        return Mention(at, actor, False, plural)


def fitting(mentions: Sequence[Mention], word: str, book: HolderBook) -> list[Mention]:
    """Mentions that a description ("the group") can mean.

    Those of a body whose kind nobody told only where no other fits.
    """
    mentions = [m for m in mentions if book.can_be(m.actor.holder, word)]
    kinds = book.descriptions[word]
    told = [m for m in mentions if m.actor.holder.kind in kinds and m.actor.holder.kind != "group"]
    return told or [m for m in mentions if m.actor.holder.kind in kinds]
