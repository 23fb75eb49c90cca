"""Steps on a parse: clauses, and how far apart two words stand."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

# Arcs that lead into another clause.
CLAUSAL = {"ccomp", "advcl", "relcl", "parataxis", "acl", "csubj"}


def distance(one: Token, other: Token) -> float:
    """Arcs between two words of a sentence; one that leads into another clause counts 3.

    Infinite for words of two sentences.
    """
    up: dict[int, float] = {}
    cost = 0.0
    for node in path_up(one):
        up[node.i] = cost
        cost += _cost(node)
    cost = 0.0
    for node in path_up(other):
        if node.i in up:
            return cost + up[node.i]
        cost += _cost(node)
    return float("inf")


def path_up(token: Token) -> Iterator[Token]:
    """The word and its heads up to the root of the sentence."""
    yield token
    while token.head != token:
        token = token.head
        yield token


def beyond(start: Token, other: Token, focus: Token) -> bool:
    """Whether a word stands in a clause about ``start`` with a count of its own.

    In "shelters a million, most of whom fled in 2017" the year is not when they are sheltered.
    """
    for node in path_up(other):
        if node == start:
            return False
        if node.dep_ in ("relcl", "acl") and start in node.ancestors:
            inner = list(node.subtree)
            return focus not in inner and any(_counts(token) for token in inner)
    return False


def _counts(token: Token) -> bool:
    return bool(token.tag_ == "CD" and token.ent_type_ not in ("DATE", "TIME"))


def governor(token: Token) -> Token:
    """The verb over a word, else the root of its sentence."""
    node = token
    for node in path_up(token):
        if node.pos_ in ("VERB", "AUX"):
            break
    return node


def clause(verb: Token, anchor: Token) -> list[Token]:
    """The words of the verb's clause in order, without other clauses but the anchor's own."""
    found: list[Token] = []
    stack = [verb]
    while stack:
        node = stack.pop()
        found.append(node)
        for child in node.children:
            other = child.dep_ in CLAUSAL or (
                child.dep_ == "conj" and child.pos_ in ("VERB", "AUX")
            )
            if not other or anchor == child or anchor in child.subtree:
                stack.append(child)
    return sorted(found, key=lambda token: token.i)


def _cost(token: Token) -> float:
    if token.dep_ in CLAUSAL:
        return 3.0
    return 2.0 if token.dep_ == "conj" and token.pos_ in ("VERB", "AUX") else 1.0
