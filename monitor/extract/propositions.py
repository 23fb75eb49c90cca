"""What a position is about, and on which side of it the words stand.

A topic of ``data/propositions.toml`` is an axis that several holders can stand on; words that no
topic knows make a proposition of their own from the thing they name (`monitor.extract.things`).
The sign towards a topic is the business of `monitor.extract.signs`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Proposition
from monitor.extract.lexicon import lexicon
from monitor.extract.signs import DEEPEST, SignBook, depth, sign_book
from monitor.extract.things import OWN, UNNAMED, EndBook, end_book, thing_of
from monitor.extract.words import lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

Element = frozenset[tuple[str, ...]]

_CONTENT_POS = frozenset(["NOUN", "PROPN", "VERB", "ADJ", "NUM"])
_MERE_EPITHET = 2  # steps by which "the continuing war" is further off than "the war continues"
_PER_WORD = 1.5  # steps of the parse that one more word of a wording outweighs
_TERMS = 12  # content lemmas kept for comparing two wordings


@dataclass(frozen=True, slots=True)
class Pattern:
    """One wording of a topic: its elements in any order, and the end of the axis it names."""

    topic: int
    elements: tuple[Element, ...]
    sign: int


@dataclass(frozen=True, slots=True)
class Topic:
    """An axis with two ends. ``family`` groups near topics."""

    name: str
    family: str
    label: str
    argument: str
    own_deed: bool  # only where the holder itself does it
    fact: bool  # something that is so or not: who condemns it says that it is so


@dataclass(frozen=True, slots=True)
class Match:
    """A topic found in a content: the token that carries it and the sign so far."""

    topic: Topic
    order: int
    anchor: Token
    sign: int
    words: int


@dataclass(frozen=True, slots=True)
class TopicBook:
    """The topics in force, their patterns by the lemmas of their first element."""

    topics: tuple[Topic, ...]
    by_first: dict[str, tuple[Pattern, ...]]
    window: int
    light: frozenset[str]
    circumstances: frozenset[str]
    signs: SignBook
    ends: EndBook

    def matches(self, tokens: Sequence[Token]) -> Iterator[Match]:
        """Every topic whose wording stands in these tokens."""
        lemmas = [lemma(token) for token in tokens]
        for at, word in enumerate(lemmas):
            for pattern in self.by_first.get(word, ()):
                if not any(_sits(lemmas, at, entry) for entry in pattern.elements[0]):
                    continue
                if self._others(pattern, lemmas, at):
                    yield Match(
                        self.topics[pattern.topic],
                        pattern.topic,
                        tokens[at],
                        pattern.sign,
                        len(pattern.elements),
                    )

    def _others(self, pattern: Pattern, lemmas: list[str], at: int) -> bool:
        taken = {at}
        for element in pattern.elements[1:]:
            low, high = max(0, at - self.window), min(len(lemmas), at + self.window + 1)
            spot = next(
                (
                    i
                    for i in sorted(range(low, high), key=lambda i: abs(i - at))
                    if i not in taken and any(_sits(lemmas, i, entry) for entry in element)
                ),
                None,
            )
            if spot is None:
                return False
            taken.add(spot)
        return True


def _sits(lemmas: Sequence[str], at: int, entry: tuple[str, ...]) -> bool:
    return tuple(lemmas[at : at + len(entry)]) == entry


@functools.cache
def topic_book(data: Path | None = None) -> TopicBook:
    """The topics and turning words in force."""
    table = lexicon("propositions", data)
    classes = table["classes"]
    topics, by_first = [], dict[str, list[Pattern]]()
    for number, entry in enumerate(table["topic"]):
        topics.append(_topic(entry))
        for wording, sign in [(w, 1) for w in entry["for"]] + [(w, -1) for w in entry["against"]]:
            elements = tuple(_element(part, classes) for part in wording.split())
            pattern = Pattern(number, elements, sign)
            for first in {word[0] for word in elements[0]}:
                by_first.setdefault(first, []).append(pattern)
    return TopicBook(
        tuple(topics),
        {first: tuple(patterns) for first, patterns in by_first.items()},
        table["window"],
        frozenset(table["light"]),
        frozenset(table["circumstances"]),
        sign_book(data),
        end_book(data),
    )


def _topic(entry: dict[str, str]) -> Topic:
    return Topic(
        entry["name"],
        entry["family"],
        entry["label"],
        entry["argument"],
        entry.get("doer") == "self",
        entry.get("fact") == "true",
    )


def _element(part: str, classes: dict[str, list[str]]) -> Element:
    words: set[tuple[str, ...]] = set()
    for choice in part.split("|"):
        found = classes[choice[1:]] if choice.startswith("@") else [choice]
        words.update(tuple(word.split("_")) for word in found)
    return frozenset(words)


# ---------------------------------------------------------------- the proposition


def best_match(
    tokens: Sequence[Token],
    head: Token,
    aside: frozenset[int],
    own_deed: bool,
    book: TopicBook,
) -> Match | None:
    """The topic nearest to the head of the content, wordings of more parts first.

    ``aside`` (conditions) doesn't count; ``own_deed``: the holder itself is the doer.
    """
    inside = [token for token in tokens if token.i not in aside]
    found = [
        m
        for m in book.matches(inside)
        if (own_deed or not m.topic.own_deed) and not _beside(m.anchor, head, book)
    ]
    if not found:
        return None
    return min(
        found,
        key=lambda m: (
            depth(m.anchor, head) - _PER_WORD * m.words + _MERE_EPITHET * (m.anchor.dep_ == "amod"),
            not m.topic.own_deed,
            m.order,
            m.anchor.i,
        ),
    )


def _beside(anchor: Token, head: Token, book: TopicBook) -> bool:
    """Whether a token stands in a clause of purpose, manner or time beside the content's own."""
    at = anchor
    for _ in range(DEEPEST):
        if at == head or at.head == at:
            return False
        marks = [c.lower_ for c in at.children if c.dep_ in ("mark", "advmod")]
        if at.dep_ == "advcl" and (not marks or book.circumstances & set(marks)):
            return True
        if at.dep_ == "prep" and at.lower_ in book.circumstances:
            return True
        at = at.head
    return False


def terms_of(
    tokens: Sequence[Token], book: TopicBook, aside: frozenset[int] = frozenset()
) -> tuple[str, ...]:
    """The content lemmas by which two wordings are compared, in order, without repeats."""
    words: dict[str, None] = {}
    for token in tokens:
        word = lemma(token)
        if (
            token.pos_ in _CONTENT_POS
            and token.i not in aside
            and len(word) > 2
            and word not in book.light
            and not token.is_stop
        ):
            words.setdefault(word)
    return tuple(words)[:_TERMS]


def own_proposition(
    tokens: Sequence[Token], head: Token, aside: frozenset[int], book: TopicBook
) -> tuple[Proposition, int]:
    """A proposition of the content's own words, and the sign towards it.

    Its key is empty behind ``own/`` where only a pronoun says what it is about, and `UNNAMED` where
    nothing does ("it was repaired").
    """
    thing = thing_of([t for t in tokens if t.i not in aside], head, book.ends)
    label = thing.label or " ".join(token.text for token in tokens[:12]).strip(" ,.;:")
    words = terms_of(tokens, book, aside)
    key = OWN + " ".join(thing.words) if thing.named else UNNAMED
    return Proposition(key, label, words), thing.sign
