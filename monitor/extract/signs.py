"""On which side of a proposition the words of a content stand.

The sign comes from the words between what a content is about and its head: negations, verbs that
turn what they govern, and what the content calls it. The words stand in ``data/stances.toml``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.extract.lexicon import lexicon
from monitor.extract.words import grammar, lemma, verb_names

if TYPE_CHECKING:
    from spacy.tokens import Token

_NEGATING = ("neg", "det", "advmod", "preconj", "cc", "nsubj", "nsubjpass", "dobj")
DEEPEST = 40  # steps of a parse tree; real ones have far fewer


@dataclass(frozen=True, slots=True)
class SignBook:
    """The words in force that turn a sign, by their part of speech."""

    turners: dict[str, frozenset[str]]
    undoing: dict[str, frozenset[str]]  # verbs that turn certain objects: "lift" a ban
    verdicts: tuple[str, ...]  # what a predicate begins with that speaks against its subject
    drawbacks: frozenset[str]
    with_only: frozenset[str]
    excess: frozenset[str]
    grammar: dict[str, frozenset[str]]

    def turns(self, verb: Token) -> bool:
        """Whether a verb turns what it governs: "refuse", "give up", "lift" a ban."""
        names = verb_names(verb)
        if any(name in self.turners["VERB"] for name in names):
            return True
        objects = {lemma(c) for c in verb.children if c.dep_ in ("dobj", "nsubjpass")}
        return any(objects & self.undoing.get(name, frozenset()) for name in names)

    def condemns(self, predicate: Token) -> bool:
        """Whether an adjective or noun speaks against what it is said of: "useless", "too low"."""
        word = lemma(predicate)
        if word in self.turners["ADJ"] | self.turners["attr"]:
            return True
        return predicate.pos_ == "ADJ" and any(
            c.dep_ == "advmod" and c.lower_ in self.excess for c in predicate.children
        )

    def dismisses(self, verb: Token) -> bool:
        """Whether the words behind a verb speak against its subject: "out of the question"."""
        behind = " ".join(t.lower_ for t in verb.subtree if t.i > verb.i)
        return behind.startswith(self.verdicts)


@functools.cache
def sign_book(data: Path | None = None) -> SignBook:
    """The turning words in force."""
    stances = lexicon("stances", data)
    negative = {
        cue for name in ("oppose", "refuse", "deny") for cue in stances["stance"][name]["cues"]
    }
    turners = {
        "VERB": frozenset([*stances["turners"]["verbs"], *negative]),
        "NOUN": frozenset([*stances["turners"]["nouns"], *stances["turners"]["evaluations"]]),
        "ADJ": frozenset(stances["turners"]["adjectives"]),
        "ADP": frozenset(stances["turners"]["prepositions"]),
        "neg": frozenset(stances["turners"]["negations"]),
        "attr": frozenset([*stances["turners"]["evaluations"], *stances["turners"]["predicates"]]),
    }
    undoing = dict[str, frozenset[str]]()
    for act in stances["acts"]:
        for verb in act["verbs"] if act["sign"] < 0 and act["undoes"] else ():
            undoing[verb] = undoing.get(verb, frozenset()) | frozenset(act.get("objects", ()))
    counts = frozenset(stances["counts"]["nouns"])
    for verb in stances["counts"]["verbs"]:
        undoing[verb] = undoing.get(verb, frozenset()) | counts
    return SignBook(
        turners,
        undoing,
        tuple(stances["turners"]["verdicts"]),
        frozenset(stances["drawbacks"]["verbs"]),
        frozenset(stances["drawbacks"]["with_only"]),
        frozenset(stances["turners"]["excess"]),
        grammar(data),
    )


def sign_of(anchor: Token, head: Token, book: SignBook) -> int:
    """What the words from ``anchor`` up to ``head``, both included, do to the sign: 1 or -1."""
    sign, used, below = 1, set[int](), anchor
    at = anchor
    for _ in range(DEEPEST):
        sign *= _negations(at, used, book)
        if at != anchor:
            sign *= _turning(at, below, used, book)
        if at == head or at.head == at:
            break
        below, at = at, at.head
    return sign * _shared_negation(head, used, book)


def _shared_negation(head: Token, used: set[int], book: SignBook) -> int:
    """ "Will not free them or [stop the fighting]": the first verb's negation holds for both."""
    if head.dep_ != "conj" or any(c.dep_ in ("nsubj", "nsubjpass", "aux") for c in head.children):
        return 1
    first = head.head
    joined = any(lemma(c) == "or" for c in first.children if first.i < c.i < head.i)
    negated = any(c.dep_ == "neg" and c.i not in used for c in first.children)
    return -1 if joined and negated else 1


def _negations(at: Token, used: set[int], book: SignBook) -> int:
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
        is_noun = child.dep_ in ("nsubj", "nsubjpass", "dobj", "attr", "expl")
        if is_noun and lemma(child) not in book.turners["neg"]:
            here = [grand for grand in child.children if grand.dep_ in ("det", "neg", "preconj")]
        for word in here:
            if word.i in used or lemma(word) not in book.turners["neg"] | {"n't", "n’t"}:
                continue
            if word.dep_ not in _NEGATING:
                continue
            if word.lower_ == "nor" and word.i > at.i:
                continue
            used.add(word.i)
            if _exception(word, book):
                continue
            sign = -sign
    return sign


def _exception(word: Token, book: SignBook) -> bool:
    """ "Not only", "no other ... than": negations that turn nothing."""
    following = word.doc[word.i + 1].lower_ if word.i + 1 < len(word.doc) else ""
    return following in book.grammar["after_mere_not"]


def _turning(at: Token, below: Token, used: set[int], book: SignBook) -> int:
    word = lemma(at)
    if at.pos_ == "ADP":
        before = at.doc[at.i - 1] if at.i else at
        # "backed the opposition to it": the noun turns, wherever the parse hangs the preposition
        hung = before != at.head and before.pos_ == "NOUN" and lemma(before) in book.turners["NOUN"]
        if at.head.pos_ == "VERB" and f"{lemma(at.head)} {word}" in book.turners["VERB"]:
            return 1  # "vote against" turns as one
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
    if book.turns(at) and not is_subject and below.dep_ not in ("advcl", "conj"):
        sign = -sign
    if is_subject and (
        book.dismisses(at)
        or word in book.drawbacks
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
            if book.condemns(child):
                used.add(child.i)
                sign = -sign
    return sign


def is_straight(anchor: Token, head: Token, book: SignBook) -> bool:
    """Whether a deed acts on a thing itself, not on a ban or a lack of it."""
    at = anchor
    for _ in range(DEEPEST):
        if at in (head, at.head):
            return bool(at.i != anchor.i)
        at = at.head
        if at.pos_ == "NOUN" and lemma(at) in book.turners["NOUN"]:
            return False
    return True


def depth(anchor: Token, head: Token) -> int:
    """Steps in the parse from a token up to the head."""
    steps, at = 0, anchor
    while at != head and at.head != at and steps < DEEPEST:
        at, steps = at.head, steps + 1
    return steps
