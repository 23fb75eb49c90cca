"""The stance that a cue or a content carries, its strength, conditions, limits and deeds."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Span, Stance
from monitor.extract.lexicon import lexicon
from monitor.extract.words import grammar, lemma, verb_names

if TYPE_CHECKING:
    from spacy.tokens import Token

FIRM, PLAIN, LOOSE = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Cue:
    """What a stance word says: its stance, what it does to the sign, how firm it is."""

    stance: Stance
    sign: int
    strength: int


@dataclass(frozen=True, slots=True)
class Act:
    """A deed that is a position: its stance, its sign towards its object, what it undoes.

    ``objects``: what it must be done to; empty for anything.
    """

    name: str
    objects: frozenset[str]
    sign: int
    undoes: bool
    stance: Stance


@dataclass(frozen=True, slots=True)
class StanceBook:
    """The stance words in force."""

    neutral: frozenset[str]
    verbs: dict[str, Cue]
    nouns: dict[str, Cue]
    adjectives: dict[str, Cue]
    attitudes: frozenset[str]
    acts: dict[str, tuple[Act, ...]]
    turning: frozenset[str]
    firm: frozenset[str]
    loose: frozenset[str]
    wide: frozenset[str]
    content: tuple[tuple[Stance, re.Pattern[str]], ...]
    markers: tuple[tuple[str, ...], ...]
    refusing: tuple[tuple[str, ...], ...]
    not_conditions: frozenset[str]
    limits: frozenset[str]
    limit_phrases: tuple[str, ...]
    non_answers: tuple[str, ...]
    contrast: frozenset[str]
    echoes: frozenset[str]
    naming: frozenset[str]
    evaluating: frozenset[str]
    fears: frozenset[str]
    consequences: frozenset[str]
    relaying: frozenset[str]
    breaks: frozenset[str]
    stated: frozenset[str]
    counts: frozenset[str]  # nouns of a count: "toll", "figures"
    grammar: dict[str, frozenset[str]]

    @property
    def speaking(self) -> frozenset[str]:
        """Verbs whose subject speaks or acts for itself."""
        return self.neutral | self.verbs.keys() | self.acts.keys()

    def of_cue(self, words: str) -> Cue | None:
        """What a cue lemma (with its particle) says; None for a plain saying verb."""
        for size in (3, 2, 1):
            key = " ".join(words.split()[:size])
            if key in self.verbs:
                return self.verbs[key]
        return self.verbs.get(words.split()[-1]) if " " in words else None

    def at_head(self, head: Token) -> Cue | None:
        """What the word at the head of a content says: "will call for", "his call for"."""
        if head.pos_ == "NOUN":
            return self.nouns.get(lemma(head))
        return next((self.verbs[name] for name in verb_names(head) if name in self.verbs), None)

    def of_content(self, text: str) -> Stance:
        """The stance of a content under a plain saying verb, by its verb group."""
        lowered = text.casefold().replace("’", "'")
        for stance, words in self.content:
            if words.search(lowered):
                return stance
        return Stance.ASSESS

    def is_non_answer(self, tokens: Sequence[Token]) -> bool:
        """Whether the words decline an answer: "declined to comment"."""
        words = f" {' '.join(lemma(t) for t in tokens)} "
        return any(f" {phrase} " in words for phrase in self.non_answers)

    def strength(self, tokens: Sequence[Token], start: int) -> int:
        """How firm the words are: 1 loose, 2 plain, 3 firm."""
        words = {token.lower_ for token in tokens} | {lemma(token) for token in tokens}
        if words & self.firm:
            return FIRM
        return LOOSE if words & self.loose else start

    def is_wide(self, tokens: Sequence[Token]) -> bool:
        """Whether the words widen the scope to all there is."""
        return any(token.lower_ in self.wide for token in tokens)

    def act_of(self, verb: Token) -> Act | None:
        """The deed that a verb and its object make."""
        if any(c.dep_ == "oprd" for c in verb.children):
            return None  # "called the walkout a mistake"
        for name in verb_names(verb):
            for act in self.acts.get(name, ()):
                things = _objects(verb)
                if act.objects & {lemma(t) for t in things}:
                    return act
                renewed = act.sign > 0 and any(lemma(t) in self.nouns for t in things)
                if not (act.objects or renewed) and (things or name != verb_names(verb)[-1]):
                    return act
        return None


def _objects(verb: Token) -> list[Token]:
    found = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "oprd", "attr")]
    for thing in list(found):
        found.extend(thing.conjuncts)
        found.extend(c for c in thing.children if c.dep_ == "compound")
    return found


@functools.cache
def stance_book(data: Path | None = None) -> StanceBook:
    """The stance words in force."""
    table = lexicon("stances", data)
    verbs, nouns, adjectives = dict[str, Cue](), dict[str, Cue](), dict[str, Cue]()
    for name, entry in table["stance"].items():
        cue = Cue(Stance(name), entry["sign"], entry["strength"])
        for word in entry["cues"]:
            verbs.setdefault(word, cue)
        for word in entry.get("nouns", []):
            nouns.setdefault(word, cue)
        for word in entry.get("adjectives", []):
            adjectives.setdefault(word, cue)
    acts: dict[str, list[Act]] = {}
    for entry in table["acts"]:
        objects = frozenset(entry.get("objects", []))
        stance = Stance(entry.get("stance", "confirm"))
        act = Act(entry["verbs"][0], objects, entry["sign"], entry["undoes"], stance)
        for verb in entry["verbs"]:
            acts.setdefault(verb, []).append(act)
    return StanceBook(
        neutral=frozenset(table["neutral"]["cues"]),
        verbs=verbs,
        nouns=nouns,
        adjectives=adjectives,
        attitudes=frozenset(table["attitudes"]["cues"]),
        acts={verb: tuple(found) for verb, found in acts.items()},
        turning=frozenset(table["turning"]["cues"]),
        firm=frozenset(table["firm"]["words"]),
        loose=frozenset(table["loose"]["words"]),
        wide=frozenset(table["wide"]["words"]),
        content=tuple(
            (
                Stance(entry["stance"]),
                re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, entry["words"])) + r")(?!\w)"),
            )
            for entry in table["content_stance"]
        ),
        markers=tuple(tuple(m.split()) for m in table["conditions"]["markers"]),
        refusing=tuple((m,) for m in table["conditions"]["refusing"]),
        not_conditions=frozenset(table["conditions"]["not_after"]),
        limits=frozenset(table["limits"]["openers"]),
        limit_phrases=tuple(table["limits"]["phrases"]),
        non_answers=tuple(table["non_answers"]["phrases"]),
        contrast=frozenset(table["contrast"]["lemmas"]),
        echoes=frozenset(table["echoes"]["nouns"]),
        counts=frozenset(table["counts"]["nouns"]),
        naming=frozenset(table["echoes"]["naming"]),
        evaluating=frozenset(table["evaluating"]["verbs"]),
        fears=frozenset(table["fears"]["cues"]),
        consequences=frozenset(table["fears"]["consequences"]),
        relaying=frozenset(table["relaying"]["cues"]),
        breaks=frozenset(table["breaks"]["words"]),
        stated=frozenset(table["stated"]["words"]),
        grammar=grammar(data),
    )


def condition_in(
    tokens: Sequence[Token], book: StanceBook, *, refusing: bool = False, reach: int | None = None
) -> Span | None:
    """The condition on which the words hang: "until ...", "if ...", "in exchange for ...".

    ``refusing``: the words refuse, so that "before ..." is a condition too. ``reach``: in how many
    tokens it must begin.
    """
    markers = book.markers + (book.refusing if refusing else ())
    for at, token in enumerate(tokens[:reach]):
        for marker in markers:
            if tuple(t.lower_ for t in tokens[at : at + len(marker)]) != marker:
                continue
            if at and tokens[at - 1].lower_ in book.not_conditions:
                continue
            last = tokens[at + len(marker) - 1]
            clause = last.head if last.dep_ in ("mark", "advmod") else last
            if token.dep_ == "prep" or token.pos_ == "ADP":
                clause = token
            edge = max(clause.right_edge.i, last.i)
            inside = [t for t in tokens[at:] if t.i <= edge]
            if marker == ("before",) and not any(t.pos_ == "VERB" for t in inside):
                continue
            if len(inside) > len(marker):
                return Span(inside[0].idx, inside[-1].idx + len(inside[-1].text))
    return None
