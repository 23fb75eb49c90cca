"""Words of the parse as the word lists spell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

_PARTICLE_REACH = 3  # tokens behind a verb in which its particle stands
_PARTICLES = ("prt", "prep", "advmod", "acomp", "oprd", "dobj", "ccomp", "amod")


def lemma(token: Token) -> str:
    """A token's lemma without case; the plural of a name is taken off."""
    word = str(token.lemma_).casefold()
    if token.tag_ in ("NNPS", "NNP") and word.endswith("s") and len(word) > 4:
        return word.removesuffix("s")
    return word


def verb_names(verb: Token) -> list[str]:
    """What a verb may be called, longest first: "rule out", "make clear", then "rule", "make"."""
    key = lemma(verb)
    behind = [
        lemma(c)
        for c in verb.children
        if c.dep_ in _PARTICLES and 0 < c.i - verb.i <= _PARTICLE_REACH
    ]
    return [*(f"{key} {word}" for word in behind), key]
