"""What a content is about when no topic of the list knows it: a thing, and more of it or less.

Verbs name an end of what they act on: who shuts, quits or lowers it wants less of it, who keeps,
joins or raises it more. They are stepped over down to the thing, so that "shut the plant", "keep
the plant running" and "the closure of the plant" stand on one proposition with opposite signs.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.extract.lexicon import lexicon
from monitor.extract.signs import SignBook, sign_book, sign_of
from monitor.extract.words import lemma, verb_names

if TYPE_CHECKING:
    from spacy.tokens import Token

UNNAMED = "unnamed/"  # the key of words that name neither a thing nor a deed
OWN = "own/"  # of keys: a proposition in a content's own words
_STEPS = 8  # words stepped over from the head of a content down to its thing
_NAMED = ("NOUN", "PROPN")
_VERBAL = ("VERB", "AUX")
_CLAUSES = ("xcomp", "ccomp", "acomp", "oprd")
_OBJECTS = ("dobj", "attr", "nsubjpass", "dative")
_SUBJECTS = ("nsubj", "csubj")
_DESCRIBING = ("compound", "amod", "nmod", "poss")
_LABEL_WORDS = 10


@dataclass(frozen=True, slots=True)
class EndBook:
    """Words that name an end of what they act on, and words that only carry."""

    less: frozenset[str]
    more: frozenset[str]
    less_nouns: frozenset[str]
    more_nouns: frozenset[str]
    carriers: frozenset[str]
    outside: frozenset[str]
    through: frozenset[str]
    bare: frozenset[str]  # nouns that name nothing by themselves: "other", "one"
    light: frozenset[str]
    signs: SignBook


@dataclass(frozen=True, slots=True)
class Thing:
    """What a content is about. ``words`` is empty where only a pronoun names it."""

    words: tuple[str, ...]
    label: str
    sign: int
    named: bool = True  # a noun or a deed is named


@functools.cache
def end_book(data: Path | None = None) -> EndBook:
    """The words in force."""
    table = lexicon("propositions", data)
    ends = {name: frozenset(words) for name, words in table["ends"].items()}
    return EndBook(**ends, light=frozenset(table["light"]), signs=sign_book(data))


def thing_of(tokens: Sequence[Token], head: Token, book: EndBook) -> Thing:
    """The thing of a content, and the sign towards more of it."""
    within = {token.i for token in tokens}
    at, ends = head, 1
    for _ in range(_STEPS):
        lower = _step(at, within, book)
        if lower is None:
            break
        at, end = lower
        ends *= end
    sign = sign_of(at, head, book.signs) * ends
    named = at if at.pos_ in _NAMED else _object(at, within)
    words = [] if at.pos_ in _NAMED or at.pos_ == "PRON" else [lemma(at)]
    words += _name(named, within) if named is not None else []
    if _is_nothing(at, head, named, book):
        return Thing((), "", sign, named=False)
    return Thing(tuple(dict.fromkeys(words)), _label(at, named, within), sign)


def _is_nothing(at: Token, head: Token, named: Token | None, book: EndBook) -> bool:
    """Whether no noun or deed is named: "it was repaired", "had risen 3,478", "199 people"."""
    noun = named if named is not None and named.pos_ in _NAMED else None
    if at.pos_ in _NAMED:
        number = any(c.dep_ == "nummod" for c in at.children)
        return lemma(at) in book.bare or (number and lemma(at) in book.light)
    if noun is not None and lemma(noun) not in book.bare:
        return False
    if at.pos_ == "NUM":
        return True
    return _is_bare_participle(head) and (at == head or at.pos_ in ("PRON", "DET", "ADP"))


def _is_bare_participle(verb: Token) -> bool:
    """ "Was repaired", "repaired": somebody's deed, but nobody says whose."""
    passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children)
    told = any(c.dep_ in ("aux", "nsubj", "agent") for c in verb.children)
    return verb.pos_ == "VERB" and (passive or (verb.tag_ == "VBN" and not told))


def _step(at: Token, within: set[int], book: EndBook) -> tuple[Token, int] | None:
    """What a word governs or is told of, and what it does to the sign that `sign_of` won't see."""
    if at.pos_ in _NAMED:
        return _step_noun(at, within, book)
    if at.pos_ == "ADP":
        return next(((c, 1) for c in _children(at, ("pobj", "pcomp"), within)), None)
    if at.pos_ not in _VERBAL:
        return _step_adjective(at, within, book)
    names = verb_names(at)
    turns = book.signs.turns(at)
    less = not turns and any(name in book.less for name in names)
    more = any(name in book.more for name in names)
    if not (turns or less or more or names[-1] in book.light):
        return None
    end = -1 if less else 1
    if any(book.signs.condemns(c) for c in _children(at, ("attr",), within)):
        return next(((c, end) for c in _children(at, _SUBJECTS, within)), None)
    for child in _children(at, (*_CLAUSES, *_OBJECTS), within):
        return child, end
    if turns or less or more:
        for child in _children(at, ("prep",), within):
            last = next(_children(child, ("prep",), within), child)  # "pull out of it"
            inner = next(_children(last, ("pobj",), within), None)
            if inner is not None and last.lower_ in book.through:
                return inner, end * (-1 if last.lower_ in book.outside else 1)
    for child in _children(at, _SUBJECTS, within):
        return child, -end if turns else end
    return None


def _step_noun(at: Token, within: set[int], book: EndBook) -> tuple[Token, int] | None:
    word = lemma(at)
    if word in book.carriers:
        for child in _children(at, ("acl", "relcl"), within):
            if child.tag_ == "VB":
                return child, 1
    less = word in book.less_nouns and word not in book.signs.turners["NOUN"]
    if not less and word not in book.more_nouns | book.signs.turners["NOUN"]:
        return None
    for child in _children(at, ("prep",), within):
        inner = next((c for c in child.children if c.dep_ == "pobj"), None)
        if inner is not None and inner.i in within and child.lower_ in book.through:
            return inner, -1 if less else 1
    return next(((c, -1 if less else 1) for c in _children(at, ("compound",), within)), None)


def _step_adjective(at: Token, within: set[int], book: EndBook) -> tuple[Token, int] | None:
    end = -1 if lemma(at) in book.less else 1
    for child in _children(at, (*_SUBJECTS, "xcomp"), within):
        return child, end
    if at.dep_ in ("acomp", "oprd") and at.head.i in within:
        for child in _children(at.head, ("dobj", *_SUBJECTS, "nsubjpass"), within):
            return child, end
    return None


def _children(at: Token, relations: Sequence[str], within: set[int]) -> Iterator[Token]:
    """Its dependents in these relations, the first relation first."""
    for relation in relations:
        yield from (c for c in at.children if c.dep_ == relation and c.i in within)


def _object(at: Token, within: set[int]) -> Token | None:
    """The noun that a verb acts on, else that it is told of."""
    for child in _children(at, (*_OBJECTS, "acomp"), within):
        return child
    for child in _children(at, ("prep",), within):
        for inner in _children(child, ("pobj",), within):
            return inner
    return next(_children(at, _SUBJECTS, within), None)


def _name(noun: Token, within: set[int]) -> list[str]:
    """A noun with the words that describe it, without pronouns."""
    parts = [c for c in noun.children if c.dep_ in _DESCRIBING and c.i in within and c.i < noun.i]
    return [lemma(t) for t in (*parts, noun) if t.pos_ not in ("PRON", "DET")]


def _phrase(named: Token, verb: Token) -> list[Token]:
    """A noun beside its verb: all of its phrase behind it, the bare noun before it."""
    if named.i > verb.i:
        return list(named.subtree)
    parts = [c for c in named.children if c.dep_ in ("compound", "amod") and c.i < named.i]
    return [*parts, named] if named.pos_ in _NAMED else []


def _breaks(token: Token) -> bool:
    """Whether a clause or a further part begins with or around a token."""
    return token.dep_ in ("relcl", "acl") or token.text in ",;:"


def _label(at: Token, named: Token | None, within: set[int]) -> str:
    """The thing in the words of the text: a noun phrase without its clauses, or verb and object."""
    if at.pos_ in _NAMED:
        left = [t for t in at.lefts if t.i in within and t.dep_ not in ("det", "poss", "predet")]
        inner = [t for t in at.subtree if t.i >= at.i or any(a in left for a in (t, *t.ancestors))]
    else:
        inner = [at, *(_phrase(named, at) if named is not None else ())]
    ends = [t.left_edge.i if t.dep_ in ("relcl", "acl") else t.i for t in inner if _breaks(t)]
    clause = next((i for i in sorted(ends) if i != at.left_edge.i), None)
    kept = [
        t
        for t in inner
        if t.i in within and t.dep_ != "nummod" and (clause is None or t.i < clause or t == at)
    ]
    kept = sorted(kept, key=lambda t: t.i)[:_LABEL_WORDS]
    return "".join(t.text_with_ws for t in kept).strip(" ,.;:“”\"'")
