"""What a position is about, and on which side of it the words stand.

A topic of ``data/propositions.toml`` is an axis that several holders can stand on; words that no
topic knows make a proposition of their own from their main predicate and its object. The sign
comes from the words between the topic's anchor and the head of the content: negations, verbs that
turn what they govern, and what the content calls it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Proposition
from monitor.extract.lexicon import lexicon
from monitor.extract.words import grammar, lemma, verb_names

if TYPE_CHECKING:
    from spacy.tokens import Token

Element = frozenset[tuple[str, ...]]

_CONTENT_POS = frozenset(["NOUN", "PROPN", "VERB", "ADJ", "NUM"])
_MERE_EPITHET = 2  # steps by which "the continuing war" is further off than "the war continues"
_PER_WORD = 1.5  # steps of the parse that one more word of a wording outweighs
_DEEPEST = 40  # steps of a parse tree; real ones have far fewer
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
    turners: dict[str, frozenset[str]]
    drawbacks: frozenset[str]
    with_only: frozenset[str]
    light: frozenset[str]
    circumstances: frozenset[str]
    grammar: dict[str, frozenset[str]]

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
    table, stances = lexicon("propositions", data), lexicon("stances", data)
    classes = table["classes"]
    topics, by_first = [], dict[str, list[Pattern]]()
    for number, entry in enumerate(table["topic"]):
        topics.append(_topic(entry))
        for wording, sign in [(w, 1) for w in entry["for"]] + [(w, -1) for w in entry["against"]]:
            elements = tuple(_element(part, classes) for part in wording.split())
            pattern = Pattern(number, elements, sign)
            for first in {word[0] for word in elements[0]}:
                by_first.setdefault(first, []).append(pattern)
    negative = {cue for name in ("oppose", "refuse", "deny") for cue in _cues(stances, name)}
    turners = {
        "VERB": frozenset([*stances["turners"]["verbs"], *negative]),
        "NOUN": frozenset([*stances["turners"]["nouns"], *stances["turners"]["evaluations"]]),
        "ADJ": frozenset(stances["turners"]["adjectives"]),
        "ADP": frozenset(stances["turners"]["prepositions"]),
        "neg": frozenset(stances["turners"]["negations"]),
        "attr": frozenset(stances["turners"]["evaluations"]),
    }
    return TopicBook(
        tuple(topics),
        {first: tuple(patterns) for first, patterns in by_first.items()},
        table["window"],
        turners,
        frozenset(stances["drawbacks"]["verbs"]),
        frozenset(stances["drawbacks"]["with_only"]),
        frozenset(table["light"]),
        frozenset(table["circumstances"]),
        grammar(data),
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


def _cues(stances: dict[str, dict[str, dict[str, list[str]]]], name: str) -> list[str]:
    return list(stances["stance"][name]["cues"])


def _element(part: str, classes: dict[str, list[str]]) -> Element:
    words: set[tuple[str, ...]] = set()
    for choice in part.split("|"):
        found = classes[choice[1:]] if choice.startswith("@") else [choice]
        words.update(tuple(word.split("_")) for word in found)
    return frozenset(words)


# ---------------------------------------------------------------- the sign


def sign_of(anchor: Token, head: Token, book: TopicBook) -> int:
    """What the words from ``anchor`` up to ``head``, both included, do to the sign: 1 or -1."""
    sign, used, below = 1, set[int](), anchor
    at = anchor
    for _ in range(_DEEPEST):
        sign *= _negations(at, used, book)
        if at != anchor:
            sign *= _turning(at, below, used, book)
        if at == head or at.head == at:
            break
        below, at = at, at.head
    return sign * _shared_negation(head, used, book)


def _shared_negation(head: Token, used: set[int], book: TopicBook) -> int:
    """ "Will not free them or [stop the fighting]": the first verb's negation holds for both."""
    if head.dep_ != "conj" or any(c.dep_ in ("nsubj", "nsubjpass", "aux") for c in head.children):
        return 1
    first = head.head
    joined = any(lemma(c) == "or" for c in first.children if first.i < c.i < head.i)
    negated = any(c.dep_ == "neg" and c.i not in used for c in first.children)
    return -1 if joined and negated else 1


def _negations(at: Token, used: set[int], book: TopicBook) -> int:
    sign = 1
    if at.dep_ == "conj" and not used:
        joining = [c for c in at.head.children if c.dep_ == "cc" and c.i < at.i]
        if any(lemma(c) == "nor" for c in joining):
            sign = -1  # and what negates the first part doesn't negate this one again
            used.update(c.i for c in at.head.children if lemma(c) in book.turners["neg"])
    for child in at.children:
        here = [child]
        if child.dep_ == "advmod":  # "no longer"
            here += [grand for grand in child.children if grand.dep_ == "neg"]
        if child.dep_ in ("nsubj", "nsubjpass", "dobj", "attr", "expl"):
            here = [grand for grand in child.children if grand.dep_ in ("det", "neg", "preconj")]
        for word in here:
            if word.i in used or lemma(word) not in book.turners["neg"] | {"n't", "n’t"}:
                continue
            if word.dep_ not in ("neg", "det", "advmod", "preconj", "cc", "nsubj"):
                continue
            if word.lower_ == "nor" and word.i > at.i:
                continue
            used.add(word.i)
            if _exception(word, book):
                continue
            sign = -sign
    return sign


def _exception(word: Token, book: TopicBook) -> bool:
    """ "Not only", "no other ... than": negations that turn nothing."""
    following = word.doc[word.i + 1].lower_ if word.i + 1 < len(word.doc) else ""
    return following in book.grammar["after_mere_not"]


def _turning(at: Token, below: Token, used: set[int], book: TopicBook) -> int:
    word = lemma(at)
    if at.pos_ == "ADP":
        before = at.doc[at.i - 1] if at.i else at
        # "backed the opposition to it": the noun turns, wherever the parse hangs the preposition
        hung = before != at.head and before.pos_ == "NOUN" and lemma(before) in book.turners["NOUN"]
        return -1 if (word in book.turners["ADP"]) != hung else 1
    if at.pos_ in ("NOUN", "PROPN"):
        return -1 if word in book.turners["NOUN"] else 1
    if at.pos_ == "ADJ":
        if word not in book.turners["ADJ"] or at.i in used:
            return 1
        used.add(at.i)
        return -1
    if at.pos_ not in ("VERB", "AUX"):
        return 1
    sign = 1
    is_subject = below.dep_ in ("nsubj", "csubj")
    turns = any(name in book.turners["VERB"] for name in verb_names(at))
    if turns and not is_subject and below.dep_ not in ("advcl", "conj"):
        sign = -sign
    if is_subject and (
        word in book.drawbacks
        or (word in book.with_only and any(lemma(c) == "only" for c in at.children))
    ):
        sign = -sign
    if is_subject and word in book.grammar["equating"]:
        named = [t for t in at.subtree if t.i > at.i and t.dep_ in ("pobj", "dobj", "attr")]
        if any(lemma(t) in book.turners["attr"] for t in named):
            sign = -sign
    else:
        for child in at.children:
            if child.i in used or child == below or child.dep_ not in ("acomp", "attr", "oprd"):
                continue
            if lemma(child) in book.turners["ADJ"] | book.turners["attr"]:
                used.add(child.i)
                sign = -sign
    return sign


def depth(anchor: Token, head: Token) -> int:
    """Steps in the parse from a token up to the head."""
    steps, at = 0, anchor
    while at != head and at.head != at and steps < _DEEPEST:
        at, steps = at.head, steps + 1
    return steps


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
    for _ in range(_DEEPEST):
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

    Verbs that only turn or carry ("refused to receive") are stepped over down to what they
    govern, so that "refused to receive" and "will receive" stand on one proposition.
    """
    within = {token.i for token in tokens}
    at = head
    for _ in range(6):
        lower = _governed(at, within, book)
        if lower is None:
            break
        at = lower
    sign = sign_of(at, head, book)
    thing = next(
        (
            child
            for child in at.children
            if child.i in within and child.dep_ in ("dobj", "nsubjpass", "attr", "acomp", "pobj")
        ),
        None,
    ) or next((c for c in at.children if c.i in within and c.dep_ in ("nsubj", "prep")), None)
    if thing is not None and thing.dep_ == "prep":
        thing = next((c for c in thing.children if c.dep_ == "pobj"), thing)
    parts = [lemma(at), *([lemma(thing)] if thing is not None else [])]
    words = terms_of(tokens, book, aside)
    label = " ".join(token.text for token in tokens[:12]).strip(" ,.;:")
    return Proposition("own/" + " ".join(parts), label, words), sign


def _governed(at: Token, within: set[int], book: TopicBook) -> Token | None:
    """What a carrying or turning verb governs."""
    turning = any(name in book.turners["VERB"] for name in verb_names(at))
    carrying = turning or lemma(at) in book.light
    if not carrying:
        return None
    for relation in ("xcomp", "ccomp", "acomp", "dobj", "attr"):
        for child in at.children:
            if child.dep_ == relation and child.i in within:
                return child
    return None
