"""What a number counts: the head noun in its normal form, the group, the people."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.tokens import Span as Tokens
from spacy.tokens import Token

from monitor.claims import QuantityMention
from monitor.extract.gazetteer import gazetteer
from monitor.extract.lexicon import lexicon
from monitor.extract.peoples import people_of, people_of_country
from monitor.extract.phrases import Phrases
from monitor.extract.reading import Reading

NOUNS = {"NOUN", "PROPN"}
# Arcs by which a number hangs on the noun that it counts.
COUNTING = {"nummod", "amod", "compound", "quantmod", "nmod", "det", "advmod", "poss", "appos"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One table of the list: a normal form and what it brings with it."""

    form: str
    kind: str | None
    group: str | None = None
    unit: str = "persons"
    implies: str | None = None
    needs: str | None = None  # the class of event without which it implies nothing
    part: bool = False  # a part of all people by age or sex
    always: bool = False  # the noun is itself the measure ("52 deaths")


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted. ``anchor`` is where the search for the measure starts.

    ``noun`` is None where the number stands alone ("killing 32"). ``some_of`` marks a count taken
    out of a larger set ("seven of those").
    """

    anchor: Token
    number: Tokens
    noun: Token | None
    written: str
    kind: Kind | None
    nationality: str | None = None
    affiliation: str | None = None
    more: bool = False
    some_of: bool = False
    inside: bool = False  # "including 40 children": told as a part of another count
    refers: bool = False  # "40 of whom": the set is named before
    whole_land: bool = False  # "the island's two million people": who lives there
    difference: bool = False  # "246,000 more than in May"
    picked: bool = False  # "the first two": says which ones, not how many


def read_counted(
    reading: Reading, mention: QuantityMention, data: Path | None = None
) -> Counted | None:
    """What the number counts, or None when it counts nothing that can be a figure."""
    number = reading.doc.char_span(
        mention.number.start, mention.number.end, alignment_mode="expand"
    )
    if number is None:
        return None
    root, lists = number.root, kinds(data)
    if _names(number, lists) or (mention.quantity.value < 1 and mention.quantity.value != 0):
        return None
    noun, some_of = _noun(root, number, lists)
    if noun is not None and noun.doc[noun.i : noun.i + 2].text.lower() in lists.acting:
        noun = None
    if noun is not None and (_uncounted(noun, data) or _picks_out(number, noun, some_of)):
        return None
    if noun is None and _stretches(number, data):
        return None
    inner = _inner(number)
    words = _phrase(noun, lists) if noun is not None else ()
    kind, kin = _kind(noun, words, data)
    return Counted(
        anchor=noun if noun is not None and not some_of and _counts_it(noun, root) else root,
        number=number,
        noun=noun,
        written=_written(number, noun, words),
        kind=kind,
        nationality=kin or _nationality(words, data),
        affiliation=_affiliation(noun, words, data),
        more=_more(number, noun, data),
        some_of=some_of,
        inside=_is_inside(root) or (inner is not None and inner.pos_ not in NOUNS),
        refers=inner is not None and inner.pos_ not in NOUNS,
        whole_land=_is_whole_land(noun, kind),
        difference=_is_difference(number) or _is_step(number, mention),
        picked=_before(number) in lists.picking,
    )


def _noun(root: Token, number: Tokens, lists: Kinds) -> tuple[Token | None, bool]:
    """The head noun, and whether the count is taken out of it ("of")."""
    inner = _inner(number)
    if inner is not None:
        if inner.pos_ in NOUNS:
            return inner, any(token.tag_ == "CD" for token in number)
        return _predicated(root) or _behind(inner), True
    head = root
    while head.dep_ in COUNTING and head.head != head and head.head.i > head.i:
        head = head.head
        if any(t.tag_ == "CD" for t in head.doc[number.end : head.i]):
            break  # "19 two days earlier": the noun is another number's
        if head.lower_ == "more":
            break
        if head.pos_ in NOUNS or (head.pos_ == "ADJ" and head.dep_ not in COUNTING):
            if head.dep_ == "compound" and head.head.pos_ in NOUNS and head.head.i > head.i:
                continue
            return head, False
    return _fronted(root) or _adjacent(number) or _predicated(root) or _numbered(root, lists), False


def _is_inside(root: Token) -> bool:
    for node in root.ancestors:
        if node.dep_ == "prep":
            return bool(node.lower_ in ("including", "among"))
        if node.pos_ in ("VERB", "AUX"):
            return False
    return False


def _numbered(root: Token, lists: Kinds) -> Token | None:
    """What a standing count is of: "put the number of captives at 222", "the toll among nurses"."""
    if root.dep_ not in ("pobj", "dobj", "attr", "npadvmod"):
        return None
    verb = root.head.head if root.dep_ == "pobj" else root.head
    if verb.dep_ == "conj" and not any(c.dep_.startswith("nsubj") for c in verb.children):
        verb = verb.head
    moves = verb.lemma_ in lists.moving
    for child in verb.children:
        own = child.tag_ == "NNS" and lists.phrases.at([child], 0) is not None
        if moves and own and child.dep_ == "nsubj":
            return child  # "confirmed cases rose to 1,712"
        if child.dep_ in ("nsubj", "nsubjpass", "dobj") and child.lemma_.lower() in lists.standing:
            for prep in child.children:
                if prep.lower_ in ("of", "for", "among"):
                    return next(
                        (c for c in prep.children if c.dep_ == "pobj" and c.pos_ in NOUNS), None
                    )
    return None


def _counts_it(noun: Token, root: Token) -> bool:
    """Whether the noun stands over the number or right behind it, not elsewhere in the clause."""
    return noun == root or noun in root.ancestors or 0 < noun.i - root.i <= 4


def _fronted(root: Token) -> Token | None:
    """The set that a lone count is taken out of: "of the cases, 40 are confirmed"."""
    if root.dep_ not in ("nsubj", "nsubjpass"):
        return None
    for prep in root.head.lefts:
        if prep.dep_ == "prep" and prep.lower_ in ("of", "among") and prep.i < root.i:
            return next((c for c in prep.rights if c.dep_ == "pobj" and c.pos_ in NOUNS), None)
    return None


def _inner(number: Tokens) -> Token | None:
    """What stands behind "of" right after the number ("scores of prisoners", "40 of whom")."""
    doc = number.doc
    if number.end + 1 >= len(doc) or doc[number.end].lower_ != "of":
        return None
    inner = next((c for c in doc[number.end].rights if c.dep_ in ("pobj", "dep")), None)
    if inner is None and doc[number.end + 1].like_num:
        inner = next((t for t in doc[number.end + 1 : number.end + 6] if t.pos_ in NOUNS), None)
    return inner


def _behind(pronoun: Token) -> Token | None:
    """The noun right behind a pronoun: "10 of them children"."""
    if pronoun.i + 1 >= len(pronoun.doc):
        return None
    noun = pronoun.nbor()
    return noun if noun.tag_ in ("NNS", "NNPS") and noun.sent == pronoun.sent else None


def _predicated(root: Token) -> Token | None:
    """The noun that a clause says of the count ("40 of whom were children")."""
    if root.dep_ not in ("nsubj", "pobj", "dep"):
        return None
    near = [*root.head.children, *root.children]
    clauses = [root.head, *(c for c in near if c.lemma_ == "be")]
    nouns = [c for clause in clauses for c in clause.children if c.dep_ == "attr"]
    plural = (noun for noun in nouns if noun.pos_ in NOUNS and noun.i > root.i)
    return next(
        (noun for noun in plural if noun.tag_ in ("NNS", "NNPS") or noun.lower_ == "people"), None
    )


def _adjacent(number: Tokens) -> Token | None:
    """The noun right behind the number where the parse misses it."""
    doc = number.doc
    index = number.end
    while index < len(doc) and doc[index].pos_ == "ADJ" and index < number.end + 2:
        index += 1
    if index < len(doc) and doc[index].pos_ == "NOUN" and doc[index].sent == number.sent:
        while index + 1 < len(doc) and doc[index + 1].pos_ == "NOUN":
            index += 1
        return doc[index]
    return None


def _phrase(noun: Token, lists: Kinds) -> tuple[Token, ...]:
    """The noun with the words before it that narrow it."""
    parts = [
        c
        for c in noun.lefts
        if c.dep_ in ("amod", "compound", "nmod") and not c.like_num and c.lower_ not in lists.loose
    ]
    inner = [g for c in parts for g in c.lefts if g.dep_ in ("amod", "compound")]
    return (*sorted({*parts, *inner}, key=lambda token: token.i), noun)


def _written(number: Tokens, noun: Token | None, words: tuple[Token, ...]) -> str:
    if noun is None:
        return ""
    start = min((w.i for w in words if w.i >= number.end), default=noun.i)
    return str(noun.doc[start : noun.i + 1].text)


def _kind(
    noun: Token | None, words: tuple[Token, ...], data: Path | None
) -> tuple[Kind | None, str | None]:
    """The table of the noun (by the longest phrase that ends in it), and its people if any."""
    if noun is None:
        return None, None
    people = people_of(noun.text, data)
    if people is not None and noun.tag_ in ("NNPS", "NNP", "NNS", "JJ"):
        return kinds(data).by_form["people"], people
    plural = noun.lower_ if noun.tag_ in ("NNS", "NNPS") else noun.lemma_.lower() + "s"
    start = words[0].i
    tokens = list(noun.doc[start : noun.i + 1])
    for offset in range(len(tokens)):
        found = kinds(data).phrases.at(tokens, offset)
        if found is not None and offset + found[0] == len(tokens):
            return (found[1] if found[1].form else replace(found[1], form=plural)), None
    return Kind(plural, None), None


def _nationality(words: tuple[Token, ...], data: Path | None) -> str | None:
    for word in words:
        people = people_of(word.text, data)
        if people is not None:
            return people
    name = " ".join(w.text for w in words if w.pos_ == "PROPN")
    return people_of_country(name, data) if name else None


def _affiliation(noun: Token | None, words: tuple[Token, ...], data: Path | None) -> str | None:
    """The body that the counted people belong to ("three Hezbollah members")."""
    if noun is None:
        return None
    names = [w.text for w in words[:-1] if w.pos_ == "PROPN" and not people_of(w.text, data)]
    if names and gazetteer(data).find(" ".join(names)) is not None:
        return None
    if names:
        return " ".join(names)
    for prep in noun.rights:
        if prep.lower_ == "of" and noun.lemma_ in ("member", "fighter", "commander", "staff"):
            for owner in prep.rights:
                if owner.pos_ == "PROPN" and people_of(owner.text, data) is None:
                    return str(owner.doc[owner.left_edge.i : owner.i + 1].text)
    return None


def _uncounted(noun: Token, data: Path | None) -> bool:
    return noun.lemma_.lower() in kinds(data).never or noun.lower_ in kinds(data).never


def _names(number: Tokens, lists: Kinds) -> bool:
    """Whether the number only names one of a series ("number 7"), tells an age or a measure."""
    behind = number.doc[number.end : number.end + 2]
    if len(behind) == 2 and behind[0].text == "-" and behind[1].pos_ in ("NOUN", "ADJ"):
        return True  # "a 212-page report"
    over = [number.root.head]
    over += [over[0].head] if over[0].pos_ == "ADP" else []
    over += [c for token in over for c in token.children if c.dep_ == "nsubj"]
    if any(token.lemma_.lower() in lists.never_of for token in over):
        return True
    return _before(number) in lists.naming


def _before(number: Tokens) -> str:
    """The word before a number in its sentence, in lower case."""
    return number.doc[number.start - 1].lower_ if number.start > number.sent.start else ""


def _stretches(number: Tokens, data: Path | None) -> bool:
    """Whether the number only goes on with a length of time: "a week or two"."""
    start = number.start
    if start < number.sent.start + 2 or number.doc[start - 1].lower_ != "or":
        return False
    return _uncounted(number.doc[start - 2], data)


def _picks_out(number: Tokens, noun: Token, some_of: bool) -> bool:
    """Whether "one of the officials" only picks out one of them."""
    return some_of and number.text.lower() == "one" and noun.tag_ in ("NNS", "NNPS")


def _more(number: Tokens, noun: Token | None, data: Path | None) -> bool:
    words = lexicon("counted", data)["more"]
    doc = number.doc
    before = {doc[i].lower_ for i in range(max(number.sent.start, number.start - 3), number.start)}
    ends = [number.end, *([noun.i] if noun is not None else [])]
    after = {doc[i].lower_ for i in ends if i < len(doc)}
    if number.end + 1 < len(doc) and doc[number.end + 1].lower_ == "than":
        after -= {"more"}
    return bool(before & set(words["before"]) or after & set(words["after"]))


def _is_whole_land(noun: Token | None, kind: Kind | None) -> bool:
    """Whether these are all who live in a place ("the enclave's 2.3 million residents")."""
    if noun is None or kind is None or kind.form != "people":
        return False
    owners = [c for c in noun.lefts if c.dep_ == "poss" and c.pos_ in NOUNS]
    return bool(owners) and noun.lemma_.lower() in ("people", "resident", "inhabitant", "citizen")


def _is_difference(number: Tokens) -> bool:
    """Whether the number says how many more or fewer than at another time."""
    behind = [token.lower_ for token in number.doc[number.end : number.end + 2]]
    return behind in (["more", "than"], ["fewer", "than"], ["less", "than"])


def _is_step(number: Tokens, mention: QuantityMention) -> bool:
    """Whether the number says by how many a count moved ("rose by 12")."""
    return mention.quantity.movement is not None and _before(number) == "by"


@dataclass(frozen=True, slots=True)
class Kinds:
    """The compiled list."""

    phrases: Phrases[Kind]
    by_form: dict[str, Kind]
    never: frozenset[str]
    sources: frozenset[str]
    loose: frozenset[str]
    standing: frozenset[str]
    picking: frozenset[str]
    naming: frozenset[str]
    never_of: frozenset[str]
    acting: frozenset[str]
    moving: frozenset[str]


@functools.cache
def kinds(data: Path | None = None) -> Kinds:
    """The list of counted things, compiled once."""
    table = lexicon("counted", data)
    by_form = {}
    entries = []
    for form, row in table.items():
        if "kind" not in row:
            continue
        kind = Kind(
            form="" if row.get("own_name") else row.get("as", form),
            kind=row["kind"],
            group=row.get("group"),
            unit=row.get("unit", "persons"),
            implies=row.get("implies"),
            needs=row.get("needs"),
            part=row.get("part", False),
            always=row.get("always", False),
        )
        by_form[form] = kind
        entries += [(noun, kind) for noun in row.get("nouns", ())]
    not_figures = table["not figures"]
    return Kinds(
        Phrases.of(entries),
        by_form,
        frozenset(not_figures["nouns"]),
        frozenset(not_figures["sources"]),
        **{name: frozenset(words) for name, words in table["around"].items()},
    )
