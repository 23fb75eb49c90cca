"""Words of the parse as the word lists spell them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.extract.lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

_PARTICLE_REACH = 3  # tokens behind a verb in which its particle stands
_PARTICLES = ("prt", "prep", "advmod", "acomp", "oprd", "dobj", "ccomp", "amod")


@functools.cache
def grammar(data: Path | None = None) -> dict[str, frozenset[str]]:
    """The closed classes of ``data/grammar.toml``, the user's folder laid over it."""
    return {name: frozenset(words) for name, words in lexicon("grammar", data).items()}


def lemma(token: Token) -> str:
    """A token's lemma without case; the plural of a name is taken off."""
    word = str(token.lemma_).casefold()
    if token.tag_ in ("NNPS", "NNP") and word.endswith("s") and len(word) > 4:
        return word.removesuffix("s")
    return word


def _is_date(preposition: Token) -> bool:
    """ "Called on Tuesday for talks": the day belongs to no name of the verb."""
    return preposition.lower_ in ("on", "in") and any(
        c.dep_ == "pobj" and c.ent_type_ == "DATE" for c in preposition.children
    )


def verb_names(verb: Token) -> list[str]:
    """What a verb may be called, longest first: "rule out", "make clear", then "rule", "make"."""
    key = lemma(verb)
    behind = [
        lemma(c)
        for c in verb.children
        if c.dep_ in _PARTICLES and 0 < c.i - verb.i <= _PARTICLE_REACH and not _is_date(c)
    ]
    return [*(f"{key} {word}" for word in behind), key]
