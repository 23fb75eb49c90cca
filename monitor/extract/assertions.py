"""Whether the text says that a count is so, and how far it is established."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from spacy.tokens import Token

from monitor.claims import Assertion, Series, Status
from monitor.extract.arcs import path_up
from monitor.extract.counted import Counted
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure, describes


def read_assertion(
    measure: Measure, counted: Counted, words: str, data: Path | None = None
) -> tuple[Assertion, Series | None]:
    """How the count is asserted; a forecast or plan is a series of its own.

    ``words`` are those of the clause in lower case, with a space on both sides.
    """
    table = lexicon("assertions", data)
    verbs = _governing(measure, counted)
    around = {c.lower_ for c in counted.anchor.children if c.dep_ in ("acl", "amod")}
    if around & set(table["planned"]["said_of_it"]):
        return Assertion.PLANNED, Series.FORECAST
    for name in ("denied", "offered", "demanded", "planned", "hypothetical"):
        if _fits(table[name], verbs, words):
            return _read(name, table, verbs)
    return Assertion.ASSERTED, None


def _read(name: str, table: dict[str, Any], verbs: list[Token]) -> tuple[Assertion, Series | None]:
    expected = set(table["forecast"]["verbs"])
    if name in ("planned", "hypothetical"):
        if any(verb.lemma_ in expected for verb in verbs):
            return Assertion(name), Series.FORECAST
        return Assertion(name), Series.PLAN if name == "planned" else Series.FORECAST
    return Assertion(name), Series.PLAN if name in ("offered", "demanded") else None


def _governing(measure: Measure, counted: Counted) -> list[Token]:
    """The measure's verb and the verbs, nouns and adjectives whose complement it is."""
    chain = [measure.cue]
    last = measure.cue
    if counted.noun is not None and describes(last, counted.anchor):
        return chain  # only says which ones are counted: the rest is not said of it
    for token in path_up(measure.cue):
        if token == measure.cue:
            continue
        if last.pos_ in ("VERB", "AUX") and (
            last.dep_ == "relcl"
            or (last.dep_ == "advcl" and not _is_infinitive(last))
            or (last.dep_ == "conj" and _has_subject(last))
            or (last.dep_ in ("ccomp", "parataxis") and _parted(last, token))
        ):
            break
        chain.append(token)
        last = token
    return chain


def _parted(clause: Token, verb: Token) -> bool:
    """Whether a semicolon parts a clause from the next, under which the parser puts it."""
    return clause.i < verb.i and any(t.text == ";" for t in clause.doc[clause.i : verb.i])


def _is_infinitive(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)


def _own_verbs(chain: list[Token]) -> list[Token]:
    """The measure's verb with those it shares its auxiliaries with ("will have to free")."""
    verbs = []
    for token in chain:
        if token.pos_ in ("VERB", "AUX"):
            verbs.append(token)
            if token.dep_ not in ("xcomp", "conj", "pcomp"):
                break
    return verbs or chain[:1]


def _told(chain: list[Token]) -> list[Token]:
    """The chain up to the verb that tells it: "Kyiv did not comment" denies nothing told."""
    told: list[Token] = []
    for token in chain:
        if told and sum(t.dep_ == "ccomp" for t in told) > 1:
            break
        told.append(token)
    return told


def _fits(row: dict[str, Any], chain: list[Token], words: str) -> bool:
    own = _own_verbs(chain)
    verb = own[-1]
    auxiliaries = {c.lower_ for v in own for c in v.children if c.dep_ in ("aux", "auxpass")}
    if auxiliaries & set(row.get("auxiliaries", ())):
        return True
    if auxiliaries & set(row.get("told", ())) and verb.dep_ == "ccomp":
        return True
    infinitive = "to" in auxiliaries and "have" not in auxiliaries
    if (
        row.get("infinitive")
        and infinitive
        and own[0].dep_ in ("ROOT", "ccomp", "advcl", "acl", "relcl")
    ):
        return True  # "Carmaker to cut 5,000 jobs"; "money to feed two million"
    if row.get("negated") and any(c.dep_ == "neg" for v in _told(chain) for c in v.children):
        return True
    if any(f" {word}" in words for word in row.get("words", ())):
        return True
    return any(_governs(row, token, below) for below, token in pairwise(chain))


def _governs(row: dict[str, Any], token: Token, below: Token) -> bool:
    """Whether a word over the measure takes away its being a fact."""
    infinitive = _is_infinitive(below)
    complement = infinitive or below.dep_ in ("pcomp", "xcomp", "ccomp", "dobj", "pobj", "acl")
    if token.pos_ in ("VERB", "AUX"):
        if token.lemma_ in row.get("direct", ()) and complement:
            return True
        return token.lemma_ in row.get("verbs", ()) and infinitive
    if token.pos_ == "ADJ":
        return token.lemma_ in row.get("adjectives", ()) and infinitive
    wanted = below.dep_ == "prep" and below.lower_ in ("for", "to", "of")
    return token.lemma_ in row.get("nouns", ()) and (complement or wanted)


def read_status(measure: Measure, counted: Counted, data: Path | None = None) -> Status:
    """What has been established: a word beside the counted, or the verb over its measure."""
    anchor, number = counted.anchor, counted.number.root
    near = [
        *anchor.lefts,
        *measure.cue.lefts,
        *(t for t in measure.cue.rights if t.dep_ != "relcl"),
    ]
    near += list(counted.noun.lefts) if counted.noun is not None else []
    near += [anchor.head, *(t for t in anchor.rights if t.dep_ != "relcl")]
    if measure.cue.dep_ in ("xcomp", "ccomp", "oprd", "acomp", "attr"):
        near.append(measure.cue.head)
    near += [c for t in (anchor, number) for c in t.head.rights if t.head.lemma_ == "be"]
    found = {token.lower_ for token in near} | {
        token.lower_ for token in near if token.pos_ == "VERB"
    }
    if measure.cue.head.pos_ in ("VERB", "ADJ"):
        found.add(f"{measure.cue.head.lower_} to")
    known = {status.value for status in Status}
    for name, row in lexicon("status", data).items():
        if name in known and found & set(row.get("words", ())):
            return Status(name)
    return Status.REPORTED
