"""Words and short phrases of a list, found among a text's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from spacy.tokens import Token

V = TypeVar("V")
# Words that may stand inside a phrase: "behind Israeli bars", "lose her own life".
FILLERS = {"ADJ", "DET", "PRON", "PROPN"}


@dataclass(frozen=True, slots=True)
class Phrases(Generic[V]):
    """Phrases with the values they stand for, by their first word.

    A word of a phrase meets a token by its lower-case form or its lemma, so "lose their lives" is
    also found in "lost their lives"; one adjective, article, pronoun or name may stand
    inside. The
    longest phrase wins.
    """

    by_first: dict[str, list[tuple[tuple[str, ...], V]]]

    @classmethod
    def of(cls, entries: Iterable[tuple[str, V]]) -> Phrases[V]:
        """Compile phrases, the longest first; of two equal ones the first given wins."""
        table: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        for phrase, value in entries:
            words = tuple(phrase.lower().replace("-", " - ").split())
            table.setdefault(words[0], []).append((words, value))
        for found in table.values():
            found.sort(key=lambda entry: -len(entry[0]))
        return cls(table)

    def at(self, tokens: Sequence[Token], index: int) -> tuple[int, V] | None:
        """The longest phrase that begins at this token: its length and value."""
        for first in dict.fromkeys((tokens[index].lower_, tokens[index].lemma_.lower())):
            for words, value in self.by_first.get(first, ()):
                length = self._meets(words, tokens, index)
                if length:
                    return length, value
        return None

    def find(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, V]]:
        """Every phrase: (first token's place, length, value), none inside another."""
        index = 0
        while index < len(tokens):
            found = self.at(tokens, index)
            if found is not None:
                yield index, found[0], found[1]
            index += found[0] if found else 1

    @staticmethod
    def _meets(words: tuple[str, ...], tokens: Sequence[Token], index: int) -> int:
        """How many tokens the phrase takes here, 0 when it doesn't stand here."""
        at = index
        for word in words:
            if at - index > 0 and at < len(tokens) and not _is(word, tokens[at]):
                at += tokens[at].pos_ in FILLERS
            if at >= len(tokens) or not _is(word, tokens[at]):
                return 0
            at += 1
        return at - index


def _is(word: str, token: Token) -> bool:
    return word in (token.lower_, token.lemma_.lower())
