"""Where an article names its people and bodies, and which of them a pronoun means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.claims import Span
from monitor.extract.holders import Actor
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
