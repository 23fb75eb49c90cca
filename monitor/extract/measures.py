"""What happened to the counted: the nearest word of a measure along the parse."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.tokens import Token

from monitor.extract.counted import Counted
from monitor.extract.lexicon import lexicon
from monitor.extract.phrases import Phrases

ROLES = ("object", "subject", "state", "noun", "phrase")
# The counted stands for persons in these reporting units too.
PERSONS = {"person", "household", "body", None}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One sense of a word: a measure, in which role the counted stands to it."""

    measure: str
    role: str
    of: str | None
    stock: bool
    flow: bool
    owned: bool
    toll: bool
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure found for a count. ``cue`` is its word, ``verb`` the head of its clause."""

    name: str
    cue: Token
    verb: Token
    role: str
    stock: bool
    flow: bool
    distance: float
    owned: bool = False  # the count is its agent's: seats of a party, jobs of a company
    toll: bool = False  # what a disaster does: a silent sentence speaks of the text's own


def find_measure(counted: Counted, data: Path | None = None) -> Measure | None:
    """The measure of a count: the word nearest to it along the parse, else its noun's own."""
    words = senses(data)
    own = _own(counted, words)
    if own is not None and counted.kind is not None and counted.kind.always:
        return own
    found = _candidates(counted, words)
    if _is_base(counted):
        found = [measure for measure in found if describes(measure.cue, counted.anchor)]
    reach = words.limit if _known(counted) else words.short
    if own is not None:
        reach = words.own
    return min(
        (measure for measure in found if measure.distance <= reach),
        key=lambda measure: (measure.distance, measure.cue.i),
        default=own,
    )


def described_measure(counted: Counted, data: Path | None = None) -> Measure | None:
    """What only says which ones are counted ("the prisoners being held in the north")."""
    words = senses(data)
    within = [m for m in _candidates(counted, words) if _inside(m.cue, counted.anchor)]
    return min(within, key=lambda measure: (measure.distance, measure.cue.i), default=None)


def _inside(cue: Token, anchor: Token) -> bool:
    return describes(cue, anchor)


def describes(cue: Token, anchor: Token) -> bool:
    """Whether a measure's word hangs on the counted and only says which ones they are."""
    head = cue.head
    return cue.dep_ in ("acl", "relcl", "amod", "prep") and (
        head == anchor
        or (
            head.i < anchor.i < cue.i
            and anchor in head.subtree
            and anchor.head != cue
            and head.pos_ in ("NUM", "NOUN")
        )
    )


def _candidates(counted: Counted, words: Senses) -> list[Measure]:
    """Every measure within reach that can be meant, with its distance."""
    cues = _cues(counted.anchor, words)
    beside = _beside(counted, cues)
    found = []
    if beside is not None:
        found += [_measure(m, beside, 0.0) for m in cues[beside.i] if _counts(m, counted)]
    for distance, token, came_from, way in _walk(counted.anchor, words, cues):
        for meaning in _meant(cues.get(token.i, ()), counted):
            if token == counted.noun or not _counts(meaning, counted):
                continue
            if not _plays(meaning, counted, token, came_from, way, words.movers):
                continue
            if _describes(token, counted):
                distance += words.described
            found.append(
                replace(_measure(meaning, token, distance), stock=meaning.stock or _going_on(token))
            )
    return found


def _measure(meaning: Meaning, cue: Token, distance: float) -> Measure:
    return Measure(
        meaning.measure,
        cue,
        clause_head(cue),
        meaning.role,
        meaning.stock,
        meaning.flow,
        distance,
        meaning.owned,
        meaning.toll,
    )


def _meant(meanings: Sequence[Meaning], counted: Counted) -> Sequence[Meaning]:
    """A word's senses; of a noun in no table those of things, where it has some ("fired")."""
    if _known(counted):
        return meanings
    return [m for m in meanings if m.of == "thing"] or meanings


def _going_on(token: Token) -> bool:
    """Whether the text says that it goes on: "are being treated", "hospitals were treating"."""
    helpers = {c.lower_ for c in token.children if c.dep_ in ("aux", "auxpass")}
    passive = "being" in helpers and bool(helpers & {"is", "are", "'re"})
    return passive or (token.tag_ == "VBG" and bool(helpers & {"is", "are", "was", "were"}))


def _beside(counted: Counted, cues: dict[int, list[Meaning]]) -> Token | None:
    """The word right behind a count that tells its measure ("1,600 wounded")."""
    number, noun = counted.number, counted.noun
    alone = noun is None or noun.lemma_ in ("other", "more")
    index = noun.i + 1 if noun is not None else number.end
    doc = number.doc
    while index < number.sent.end and doc[index].lower_ in ("more", "others", "other", "also"):
        index += 1
    if index >= number.sent.end or index not in cues:
        return None
    token = doc[index]
    tags = ("VBN", "VBD", "JJ", "NN", "VBG") if alone else ("JJ", "NN")
    told = any(meaning.role == "state" for meaning in cues[index])
    return token if token.tag_ in tags and (alone or told) else None


def _is_base(counted: Counted) -> bool:
    """Whether another count is taken out of this one ("600 of 1,400 displaced people")."""
    start, doc = counted.number.start, counted.number.doc
    start -= bool(start and doc[start - 1].lower_ == "the")
    return start >= 2 and doc[start - 1].lower_ == "of" and bool(doc[start - 2].like_num)


def _known(counted: Counted) -> bool:
    return counted.noun is None or (counted.kind is not None and counted.kind.kind is not None)


def _describes(token: Token, counted: Counted) -> bool:
    """Whether a participle or adjective only says which ones ("the displaced people")."""
    anchor = counted.anchor
    if token.pos_ == "ADJ":
        return bool(token.dep_ == "amod" and token.i < token.head.i)
    if token.pos_ != "VERB" or any(c.dep_ in ("aux", "auxpass") for c in token.children):
        return False
    if token.dep_ == "acl" and anchor.dep_ == "conj" and token.i == anchor.i + 1:
        return False  # "14 officers were injured and 38 people arrested"
    if token.dep_ in ("amod", "acl", "relcl"):
        return token.head in (anchor, counted.noun) and (
            token.i < token.head.i or anchor.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj")
        )
    # "Two women held by rebels have been released": the parser takes the first for the predicate.
    return any(
        c.dep_ == "conj" and {"auxpass"} <= {g.dep_ for g in c.children} and not _has_subject(c)
        for c in token.children
    )


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)


def _own(counted: Counted, words: Senses) -> Measure | None:
    """The measure that the counted noun carries by itself."""
    if counted.kind is None or counted.kind.implies is None or counted.noun is None:
        return None
    name = counted.kind.implies
    noun = counted.noun
    stock = name in words.stocks
    toll = name in words.tolls
    return Measure(name, noun, clause_head(noun), "noun", stock, False, 0.0, toll=toll)


def _cues(anchor: Token, words: Senses) -> dict[int, list[Meaning]]:
    tokens = list(anchor.sent)
    found: dict[int, list[Meaning]] = {}
    for place, length, meanings in words.phrases.find(tokens):
        head = tokens[place] if length == 1 else _head(tokens[place : place + length])
        found.setdefault(head.i, []).extend(meanings)
    return found


def _head(tokens: list[Token]) -> Token:
    """The word of a phrase that the others hang on."""
    inside = {token.i for token in tokens}
    return next((t for t in tokens if t.head.i not in inside or t.head == t), tokens[0])


def _counts(meaning: Meaning, counted: Counted) -> bool:
    """Whether the measure can be said of this kind of thing."""
    kind = counted.kind.kind if counted.kind is not None else None
    if meaning.of is None:
        return True
    if kind is None:
        return meaning.of in ("person", "thing")
    if meaning.of == "person":
        return kind in PERSONS
    return meaning.of == kind


def _plays(
    meaning: Meaning,
    counted: Counted,
    token: Token,
    came_from: Token,
    way: str,
    movers: frozenset[str],
) -> bool:
    """Whether the counted stands in the measure's role and not on its other side."""
    subjects = (c for c in token.children if c.dep_ == "nsubj")
    if meaning.not_by and any(c.lemma_.lower() in meaning.not_by for c in subjects):
        return False
    lone = counted.anchor == counted.number.root
    if token.lemma_ in movers and lone and came_from.dep_ not in ("nsubj", "nsubjpass"):
        return meaning.role == "noun"  # "the toll hit 498": where it stands, and no deed
    if meaning.role == "object" and token.pos_ in ("VERB", "AUX"):
        return not _acts(token, came_from, way)
    if meaning.role == "state" and token.tag_ in ("VBD", "VBZ", "VBP"):
        return not _acts(token, came_from, way)
    if meaning.role == "noun" and token.dep_ == "compound" and token.head == counted.noun:
        return False  # "eight refugee camps"
    if meaning.role == "subject" and way == "up":
        return bool(came_from.dep_ != "dobj")
    return True


def _acts(verb: Token, came_from: Token, way: str) -> bool:
    """Whether the counted is who does it: "three gunmen killed ...", "gunmen who killed ..."."""
    objects = [c for c in verb.children if c.dep_ in ("dobj", "ccomp") and c != came_from]
    passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children)
    if way == "up":
        if came_from.dep_ != "nsubj" or passive:
            return False
        return bool(objects) or verb.tag_ in ("VBZ", "VBG", "VBP", "VB")
    if verb.dep_ == "acl":
        return bool(verb.tag_ == "VBG" and not passive)
    if verb.dep_ == "relcl" and not passive:
        subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
        if subject is not None:
            return subject.lower_ in ("who", "that", "which")
        return False
    return False


def _walk(
    start: Token, words: Senses, cues: dict[int, list[Meaning]]
) -> Iterator[tuple[float, Token, Token, str]]:
    """Every token within reach along the parse: (cost, token, where from, up or down)."""
    queue: list[tuple[float, int, int, str]] = [(0.0, start.i, start.i, "start")]
    doc = start.doc
    done: set[int] = set()
    while queue:
        cost, index, before, way = heapq.heappop(queue)
        if index in done:
            continue
        done.add(index)
        token = doc[index]
        yield cost, token, doc[before], way
        for step, further, direction in _steps(token, doc[before], way, words, cues):
            if cost + step <= words.limit and further.i not in done:
                heapq.heappush(queue, (cost + step, further.i, index, direction))


def _steps(
    token: Token, before: Token, way: str, words: Senses, cues: dict[int, list[Meaning]]
) -> Iterator[tuple[float, Token, str]]:
    if token.head != token and way != "down" and not _outer(token):
        yield words.up_cost(token), token.head, "up"
    cut_off = _cut_off(token)
    if cut_off is not None:
        yield words.up_cost(token), cut_off, "up"
    verb = token.pos_ in ("VERB", "AUX")
    for child in token.children:
        if child == before or _counts_else(child):
            continue
        if child.dep_ == "prep" and child.i in cues:
            yield words.down["prep"], child, "down"
            continue
        if verb and not _open(token, child, words):
            continue
        if not verb and child.dep_ == "prep" and not words.passes(token, child):
            continue
        yield words.down_cost(child), child, "down"


def _cut_off(noun: Token) -> Token | None:
    """The verb that an aside parts from its subject: "after 12 people, 5 of them boys, were hit".

    The parser takes such a noun for what "after" holds, and hangs the verb on the clause before.
    """
    mark = noun.head
    if noun.dep_ != "pobj" or mark.lower_ not in ("after", "before", "as", "when", "while"):
        return None
    verbs = (c for c in mark.head.children if c.dep_ == "conj" and c.i > noun.i)
    return next(
        (v for v in verbs if v.pos_ == "VERB" and _is_passive(v) and not _has_subject(v)), None
    )


def _is_passive(verb: Token) -> bool:
    return any(c.dep_ == "auxpass" for c in verb.children)


def _counts_else(token: Token) -> bool:
    """Whether another count stands here, with a measure of its own."""
    return token.tag_ == "CD" or any(c.dep_ == "nummod" for c in token.children)


def _outer(token: Token) -> bool:
    """Whether this is the set that a count is taken out of ("112 of 300 seats")."""
    of = token.head
    return bool(
        token.dep_ == "pobj" and of.lower_ == "of" and of.i > of.sent.start and of.nbor(-1).like_num
    )


def _open(verb: Token, child: Token, words: Senses) -> bool:
    """Whether what the verb says of the count may stand under this child."""
    if child.dep_ in ("xcomp", "oprd", "acomp", "prt"):
        return True
    if child.dep_ == "ccomp":
        return verb.lemma_ not in words.saying or verb.dep_ == "relcl"
    if child.dep_ == "conj":
        return not _has_subject(child)
    if verb.lemma_ in words.movers:
        return bool(child.lower_ != "with")
    return bool(child.dep_ in ("prep", "dobj") and child.lemma_ in words.near)


def clause_head(token: Token) -> Token:
    """The verb that heads the word's clause."""
    node = token
    while node.head != node:
        if node.pos_ in ("VERB", "AUX") and node.dep_ not in ("amod", "acl", "oprd", "acomp"):
            return node
        node = node.head
    return node


@dataclass(frozen=True, slots=True)
class Senses:
    """The compiled list of measures."""

    phrases: Phrases[tuple[Meaning, ...]]
    stocks: frozenset[str]
    tolls: frozenset[str]
    movers: frozenset[str]
    weak: frozenset[str]
    transparent: frozenset[str]
    saying: frozenset[str]
    near: frozenset[str]
    up: dict[str, float]
    down: dict[str, float]

    @property
    def limit(self) -> float:
        """How far along the parse a measure may stand from its count."""
        return self.up["limit"]

    @property
    def short(self) -> float:
        """The same for a noun of no known kind."""
        return self.up["short"]

    @property
    def own(self) -> float:
        """How near a measure must stand to go before the counted noun's own."""
        return self.up["own"]

    @property
    def described(self) -> float:
        """What a measure costs more that only says which ones are counted."""
        return self.up["described"]

    def up_cost(self, token: Token) -> float:
        """The cost of the step from a token to its head."""
        if token.dep_ == "prep" and not self._binds(token):
            return self.up["far"]
        if token.dep_ == "conj" and token.pos_ in ("VERB", "AUX"):
            return self.up["conjverb"]
        return self.up.get(token.dep_, self.up["other"])

    def down_cost(self, token: Token) -> float:
        """The cost of the step from a head to this token."""
        if token.dep_ == "prep" and token.lower_ not in self.near:
            return self.down["far"]
        return self.down.get(token.dep_, self.down["other"])

    def _binds(self, prep: Token) -> bool:
        return prep.lower_ in self.near and not (prep.lower_ == "of" and prep.head.pos_ == "VERB")

    def passes(self, noun: Token, prep: Token) -> bool:
        """Whether a noun passes on what its preposition holds ("the number of people")."""
        return noun.lemma_.lower() in self.transparent and prep.lower_ in ("of", "in")


@functools.cache
def senses(data: Path | None = None) -> Senses:
    """The list of measures, compiled once."""
    table = lexicon("measures", data)
    paths = table["paths"]
    meanings: dict[str, list[Meaning]] = {}
    stocks = set()
    for measure, row in table.items():
        if measure == "paths":
            continue
        if row.get("stock"):
            stocks.add(measure)
        for role in ROLES:
            for phrase in row.get(role, ()):
                stock, flow = row.get("stock", False), row.get("flow", False)
                toll = row.get("toll", False)
                owned, not_by = row.get("owned", False), tuple(row.get("not_by", ()))
                meaning = Meaning(measure, role, row.get("of"), stock, flow, owned, toll, not_by)
                meanings.setdefault(phrase, []).append(meaning)
    return Senses(
        Phrases.of((phrase, tuple(found)) for phrase, found in meanings.items()),
        frozenset(stocks),
        frozenset(name for name, row in table.items() if row.get("toll")),
        frozenset(paths["movers"]),
        frozenset(paths["weak"]),
        frozenset(paths["transparent"]),
        frozenset(paths["saying"]),
        frozenset(paths["near"]),
        dict(paths["up"]),
        dict(paths["down"]),
    )
