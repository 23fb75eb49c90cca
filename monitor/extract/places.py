"""Places that a text names, and the place of each count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Token
from spacy.tokens import Span as Tokens

from monitor.claims import Place, Span
from monitor.extract.arcs import distance
from monitor.extract.gazetteer import Gazetteer, Known, folded, gazetteer
from monitor.extract.lexicon import lexicon
from monitor.extract.peoples import home_of, people_of
from monitor.extract.reading import Reading

LABELS = {"GPE", "LOC", "FAC"}
# Further than this along the parse, a place belongs to another statement.
REACH = 10.0
# A place so near on the parse contains a site.
ATTACHED = 3.0
# "KATOWICE, Poland, Oct 8 (Outlet A) -": when and where the report was written.
DATELINE = re.compile(
    r"(?m)^(?:[A-Z][A-Z .'’/-]{2,}(?:,[^\n—–]{0,30}?)?|[A-Z][\w .,'’/-]{2,40}?)"
    r"(?:\([^)\n]*\)\s*)?\s?(?:—|\s[-–]+\s)"
)
# A town of at least so many people is meant even where the text doesn't name its country.
WELL_KNOWN = 500_000
# What nobody is in or across but a land, where the name may be a person's too.
IN_LANDS = frozenset({"in", "across", "throughout", "inside"})
# What "from" adds to that distance.
ORIGIN = 5.0


@dataclass(frozen=True, slots=True)
class Named:
    """One mention of a place. ``kind``: country, region, city or site.

    ``acts``: the land is named as who does or says it ("Israel's raid"), not as where it is.
    ``generic``: named by a noun that points back ("the enclave").
    """

    place: Place
    kind: str
    span: Span
    token: Token  # the head of the mention
    acts: bool = False
    generic: bool = False


def find_places(reading: Reading, data: Path | None = None) -> list[Named]:
    """Every place named in the text, in order; the text's countries decide between two readings."""
    words = lexicon("places", data)
    finder = _Finder(
        reading.doc,
        gazetteer(data),
        _countries(reading, gazetteer(data), data),
        frozenset(words["site nouns"]["nouns"]),
        frozenset(words["site nouns"]["loose"]),
        frozenset(words["not places"]["names"]),
        frozenset(words["generic"]) | frozenset(words["site nouns"]["lands"]),
        frozenset(words["site nouns"]["particles"]),
        frozenset(words["site nouns"]["behind"]),
        _introduced(reading, data),
        frozenset(
            noun for row in lexicon("events", data).values() for noun in row.get("nouns", ())
        ),
        data,
    )
    found: list[Named] = []
    index = 0
    while index < len(reading.doc):
        hit = finder.at(index)
        if hit is not None:
            found.append(hit[0])
        index = hit[1] if hit else index + 1
    by = done_by(data)
    named = _enclosed([replace(n, acts=_acts(n, by, words)) for n in found], reading)
    named += [*_pointing_back(named, reading, data), *_of_peoples(reading, data)]
    return sorted(named, key=lambda n: n.span)


def nearest_place(focus: Sequence[Token], places: Sequence[Named]) -> Named | None:
    """The place nearest along the parse to one of these words; of two as near the first.

    Where somebody came from is taken last.
    """
    near = [
        (
            min(distance(token, named.token) for token in focus) + ORIGIN * is_origin(named.token),
            named.span.start,
            named,
        )
        for named in places
        if not named.acts
    ]
    near = [entry for entry in near if entry[0] <= REACH]
    if not near:
        return None
    best = min(near, key=lambda entry: entry[:2])[2]
    inner = (n for _, _, n in sorted(near, key=lambda e: e[:2]) if _lies_beside(n, best))
    return next(inner, best)


def _lies_beside(inner: Named, outer: Named) -> bool:
    """Whether a place is named inside another right beside it ("Peru's Arequipa region")."""
    within = outer.place != inner.place and outer.place.covers(inner.place)
    return within and (
        inner.token.head == outer.token.head
        or inner.token.head == outer.token
        or outer.token.head == inner.token
    )


def _introduced(reading: Reading, data: Path | None) -> dict[str, str]:
    """Names that the text itself says to be places, by their kind: "the Evros region".

    Also what a disaster is called by ("the Evros wildfire"), which no list of places has.
    """
    words = lexicon("places", data)
    table = lexicon("events", data)
    kinds: dict[str, str] = dict(words["introducing"])
    kinds |= {n: "site" for row in table.values() if row.get("at_name") for n in row["nouns"]}
    never = {n for row in table.values() for n in row.get("nouns", ())}
    known = gazetteer(data)
    found: dict[str, str] = {}
    for token in reading.doc:
        kind = kinds.get(token.lemma_.lower()) if token.text.islower() else None
        if kind is None:
            continue
        name: list[Token] = []
        while (before := token.i - len(name) - 1) >= 0 and _is_name(reading.doc[before], never):
            name.insert(0, reading.doc[before])
        written = reading.doc[name[0].i : token.i].text if name else ""
        # a headline has capitals that name nothing
        in_title = reading.title is not None and token.idx < reading.title.end
        entry = known.find(written) if name else None
        if not name or in_title or (entry is not None and entry.kind == "country"):
            continue
        if not people_of(name[-1].text, data) and written not in words["not places"]["names"]:
            found.setdefault(written, kind)
    return found


def _is_name(token: Token, never: set[str]) -> bool:
    """Whether the word may be a part of a name before a common noun."""
    proper = token.tag_ == "NNP" and token.text[:1].isupper() and token.ent_type_ != "DATE"
    return proper and token.lower_ not in never and token.ent_type_ not in ("PERSON", "ORG")


def is_dateline(named: Named) -> bool:
    """Whether it only tells where the report was written ("GENEVA —", "Goma, DR Congo (AB) -")."""
    text = named.token.doc.text
    start = text.rfind("\n", 0, named.span.start) + 1
    line = DATELINE.match(text, start)
    return line is not None and named.span.end <= line.end()


def is_origin(token: Token) -> bool:
    """Whether somebody or something came from there."""
    return bool(token.dep_ == "pobj" and token.head.lower_ == "from")


def _acts(named: Named, by: frozenset[str], words: dict[str, Any]) -> bool:
    """Whether a land stands as who does something: the subject or owner of a deed."""
    token = named.token
    if is_dateline(named):
        return True
    if named.kind == "city":
        return bool(token.dep_ == "nsubj")
    if named.kind == "site":
        return False
    if token.i + 1 < len(token.doc) and token.nbor().text in ("-", "–"):
        return True  # "UK-based", "Iran-backed"
    if token.dep_ in ("nsubj", "csubj") and token.head.pos_ in ("VERB", "AUX"):
        return token.head.lemma_ not in words["undergoing"]["verbs"]
    if token.dep_ == "conj" and token.head.dep_ == "nsubj":
        return token.head.ent_type_ in ("GPE", "ORG", "NORP")
    if token.dep_ in ("dobj", "dative"):
        return token.head.lemma_ in words["undergoing"]["addressing"]
    if token.dep_ == "pobj" and token.head.lower_ == "from":
        return token.head.head.pos_ == "NOUN" and token.head.head.lemma_.lower() not in by
    if token.dep_ == "pobj":
        return token.head.lower_ not in words["site nouns"]["at"]
    if token.dep_ in ("poss", "compound", "nmod", "amod", "npadvmod"):
        head = token.head.lemma_.lower()
        return head in by or (named.kind == "country" and head in words["actors"]["nationals"])
    return False


def done_by(data: Path | None) -> frozenset[str]:
    """Nouns of deeds and of who does them; a land before one is who, not where."""
    deeds = [
        n for row in lexicon("events", data).values() if row.get("by") for n in row.get("nouns", ())
    ]
    return frozenset(deeds) | frozenset(lexicon("places", data)["actors"]["nouns"])


def _pointing_back(named: Sequence[Named], reading: Reading, data: Path | None) -> list[Named]:
    """Nouns that stand for a place named before: "the enclave", "the country"."""
    generic: dict[str, list[str]] = lexicon("places", data)["generic"]
    regions = gazetteer(data).generic
    found = []
    for token in reading.doc:
        noun = token.lemma_.lower()
        if noun not in generic or token.pos_ not in ("NOUN", "PROPN"):
            continue
        determiners = {c.lower_ for c in token.lefts if c.dep_ == "det"}
        if not determiners & {"the", "this", "that"} or _specified(token):
            continue
        before = [n for n in named if n.span.end <= token.idx and not n.acts]
        own = [n for n in before if noun in regions.get(n.place.name, ())]
        same = [n for n in before if n.kind in generic[noun]]
        if own or same:
            target = (own or same)[-1]
            span = Span(token.idx, token.idx + len(token))
            found.append(Named(target.place, target.kind, span, token, generic=True))
    return found


def _of_peoples(reading: Reading, data: Path | None) -> list[Named]:
    """Places named by their people: "in Kenyan prisons"."""
    nouns = lexicon("places", data)["undergoing"]["land"]
    lands = gazetteer(data).countries
    found = []
    for token in reading.doc:
        people = people_of(token.text, data) if token.dep_ == "amod" else None
        code = home_of(people, data) if people is not None else None
        if code in lands and token.head.lemma_.lower() in nouns and not _specified(token.head):
            span = Span(token.idx, token.head.idx + len(token.head))
            found.append(Named(lands[code or ""], "country", span, token.head))
    return found


def _specified(token: Token) -> bool:
    """Whether the noun says itself which place it means ("the enclave of X", "the X region")."""
    if any(c.ent_type_ in LABELS for c in token.lefts):
        return True
    inner = [g for c in token.rights if c.lower_ == "of" for g in c.children]
    return any(g.ent_type_ in LABELS or g.pos_ == "PROPN" for g in inner)


def _capital(token: Token) -> bool:
    """Whether a name may begin here ("al-Ridge" too)."""
    if token.text in ("al", "el") and token.i + 1 < len(token.doc):
        return bool(token.nbor().text == "-")
    return bool(token.text[:1].isupper() or token.lower_.startswith(("al-", "el-")))


def _countries(reading: Reading, known: Gazetteer, data: Path | None) -> tuple[str, ...]:
    """Codes of the countries that the text speaks of, the most named first."""
    counts: Counter[str] = Counter()
    towns: Counter[str] = Counter()
    for token in reading.doc:
        if not _capital(token) or token.ent_type_ == "PERSON":
            continue
        people = people_of(token.text, data)
        entry = known.find(token.text)
        if people is not None:
            code = home_of(people, data)
        else:
            code = entry.country if entry is not None and entry.kind != "city" else None
        if code is not None:
            counts[code] += 1
        elif entry is not None and token.ent_type_ == "GPE":
            homes = {k.country for k in known.names[folded(token.text)]}
            towns.update(home for home in homes if home is not None and len(homes) == 1)
    return tuple(code for code, _ in (counts or towns).most_common())


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds the place that begins at a token."""

    doc: Doc
    known: Gazetteer
    countries: tuple[str, ...]
    sites: frozenset[str]
    loose: frozenset[str]
    never: frozenset[str]
    lands: frozenset[str]
    particles: frozenset[str]
    behind: frozenset[str]
    introduced: dict[str, str]
    events: frozenset[str]
    data: Path | None

    def at(self, index: int) -> tuple[Named, int] | None:
        """The place and the token behind it."""
        first = self.doc[index]
        if not _capital(first) or first.pos_ == "DET":
            return None
        if people_of(first.text, self.data):
            return self._land_after_people(index)
        if first.lower_ in self.events:
            return None
        return self._site(index) or self._known(index) or self._told(index) or self._labelled(index)

    def _land_after_people(self, index: int) -> tuple[Named, int] | None:
        """A land whose name begins with a people's ("Saudi Arabia", "Dominican Republic")."""
        for last in range(min(len(self.doc), index + 4), index + 1, -1):
            words = self.doc[index:last]
            entry = self.known.find(words.text) if words[-1].text[:1].isupper() else None
            if entry is not None and entry.kind == "country":
                return self._with_site(index, last, entry.place, entry.kind)
        return None

    def _told(self, index: int) -> tuple[Named, int] | None:
        """A name that the text itself says to be a place's."""
        for last in range(min(len(self.doc), index + 4), index, -1):
            kind = self.introduced.get(self.doc[index:last].text)
            if kind is not None:
                return self._with_site(index, last, Place(self.doc[index:last].text), kind)
        return None

    def _site(self, index: int) -> tuple[Named, int] | None:
        """A name that ends in the noun of a site ("Saint Mary Hospital")."""
        last = index
        while last < min(len(self.doc), index + 6) and self._continues(self.doc[last]):
            last += 1
        for stop in range(last, index + 1, -1):
            end = self.doc[stop - 1]
            if end.lemma_.lower() in self.sites and end.text[:1].isupper():
                start = index
                while start < stop - 2 and self.doc[start].lower_ in self.loose:
                    start += 1
                entry = self.known.find(self.doc[start : stop - 1].text, self.countries)
                within: tuple[str, ...] = ()
                if entry is not None and entry.kind != "country":
                    within = (entry.place.name, *entry.place.within)
                span = self.doc[start:stop]
                place = Place(
                    self._site_name(start, stop),
                    within,
                    entry.place.iso3 if within and entry else None,
                )
                return Named(place, "site", Span(span.start_char, span.end_char), end), stop
        return None

    def _site_name(self, start: int, stop: int) -> str:
        """One spelling for a site: its noun in lower case, "al-" too."""
        words = [
            t.text.lower() + t.whitespace_ if t.lemma_.lower() in self.sites else t.text_with_ws
            for t in self.doc[start:stop]
        ]
        name = "".join(words).strip()
        return name[0].lower() + name[1:] if name.startswith(("Al-", "El-")) else name

    def _known(self, index: int) -> tuple[Named, int] | None:
        end = index + 1
        while end < min(len(self.doc), index + 5) and self._continues(self.doc[end]):
            end += 1
        for last in range(end, index, -1):
            words = self.doc[index:last]
            if words[-1].pos_ in ("PUNCT", "ADP", "DET", "PART") or words.text in self.never:
                continue
            entry = self.known.find(words.text, self.countries)
            if entry is not None and self._far(entry):
                entry = None
            if entry is not None and self._is_place(words, entry):
                return self._with_site(index, last, entry.place, entry.kind)
        return None

    def _far(self, entry: Known) -> bool:
        """Whether a town lies in a land that the text never speaks of."""
        known = entry.country in self.countries or not self.countries
        return entry.kind == "city" and not known and entry.population < WELL_KNOWN

    def _labelled(self, index: int) -> tuple[Named, int] | None:
        """A place by the parser's label, where the gazetteer has none of the name."""
        first = self.doc[index]
        if first.pos_ == "PROPN" and self._called(index):
            last = index + 1
            while last < len(self.doc) and self.doc[last].pos_ == "PROPN":
                last += 1
            return self._with_site(index, last, Place(self.doc[index:last].text), "site")
        inside = first.ent_iob_ == "I" and first.nbor(-1).pos_ != "DET"
        if first.ent_type_ not in LABELS or inside or first.text in self.never:
            return None
        if len(first.text) > 2 and first.text.isupper():
            return None  # a party or body by its initials
        last = index + 1
        while last < len(self.doc) and self.doc[last].ent_iob_ == "I":
            last += 1
        if self.doc[last - 1].tag_ == "POS":
            last -= 1
        while index < last - 1 and self.doc[index].lower_ in self.loose:
            index += 1
        before = self.doc[index - 1] if index else None
        place = Place(self.doc[index:last].text)
        if before is None or before.pos_ not in ("ADP", "DET", "ADJ"):
            named = self._with_site(index, last, place, "site")
            return named if named[1] > last else None
        return self._with_site(index, last, place, "site")

    def _called(self, index: int) -> bool:
        """Whether the text says what the name is of: "the district of Rukum West"."""
        if index < 2 or self.doc[index - 1].lower_ not in ("of", "called", "named"):
            return False
        return self.doc[index - 2].lemma_.lower() in self.lands

    def _continues(self, token: Token) -> bool:
        if token.pos_ == "PROPN" or token.text in self.particles:
            return True
        return token.text[:1].isupper() and token.pos_ in ("NOUN", "ADJ")

    def _is_place(self, words: Tokens, entry: Known) -> bool:
        """Whether the words are meant as this place and not as a person or party of its name."""
        root = words.root
        nouns = ("PROPN", "NOUN")
        if words.text in self.introduced or (entry.kind == "country" and _is_in(words)):
            return True
        if root.ent_type_ in ("PERSON", "NORP", "WORK_OF_ART") or words[-1].pos_ not in nouns:
            return False
        if entry.kind in ("country", "region") or root.ent_type_ in LABELS:
            return True
        if words.end < len(root.doc) and root.doc[words.end].lemma_.lower() in self.behind:
            return True
        before = root.doc[words.start - 1].lower_ if words.start else ""
        at_home = entry.country in self.countries
        if before in ("in", "at", "near", "outside", "around"):
            return root.ent_type_ != "ORG" or at_home
        # "the attack on X", "reached X": no label, but a town of a land that the text speaks of
        table = lexicon("places", self.data)
        reached = root.dep_ == "dobj" and root.head.lemma_ in table["undergoing"]["reaching"]
        moved = before in table["site nouns"]["moving"]
        return at_home and (reached or moved)

    def _with_site(self, start: int, end: int, place: Place, kind: str) -> tuple[Named, int]:
        """The mention with a site noun right behind it ("Jenin refugee camp")."""
        last = end
        while last < min(len(self.doc), end + 3) and self.doc[last].pos_ in ("NOUN", "PROPN"):
            last += 1
        for stop in range(last, end, -1):
            if self.doc[stop - 1].lemma_.lower() in self.sites and kind != "country":
                within = (place.name, *place.within) if kind != "site" else place.within
                name = self._site_name(start, stop)
                place, kind, end = Place(name, within, place.iso3), "site", stop
                break
        span = self.doc[start:end]
        return Named(place, kind, Span(span.start_char, span.end_char), span.root), end


def _is_in(words: Tokens) -> bool:
    """Whether "in" or "across" leads to the name and no other name goes on behind it.

    The parser takes some rarer lands for people, which nobody is in.
    """
    doc = words.doc
    before = doc[words.start - 1].lower_ if words.start else ""
    behind = doc[words.end] if words.end < len(doc) else None
    return before in IN_LANDS and (behind is None or behind.pos_ != "PROPN")


def _enclosed(found: list[Named], reading: Reading) -> list[Named]:
    """Sites without a container get the nearest place named for them ("... in X")."""
    result = []
    attached: dict[str, Place] = {}
    for index, named in enumerate(found):
        unknown = named.kind != "country" and not named.place.iso3
        outer = _beside(found, index, reading) if unknown else None
        if outer is not None:
            attached.setdefault(named.place.name, outer)
    for index, named in enumerate(found):
        if named.kind != "country" and not named.place.within and not named.place.iso3:
            outer = attached.get(named.place.name) or _container(found, index, reading)
            if outer is not None:
                within = (outer.name, *outer.within)
                named = replace(named, place=Place(named.place.name, within, outer.iso3))
        result.append(named)
    return result


def _beside(found: list[Named], index: int, reading: Reading) -> Place | None:
    """The place that the sentence puts a site in ("at the Ridge Hospital in Accra")."""
    here = found[index]
    sentence = reading.sentence_index(here.span.start)
    same = [
        other
        for other in found
        if other.kind != "site"
        and other.place.name != here.place.name
        and (other.place.iso3 or other.place.within)
        and not other.acts
        and reading.sentence_index(other.span.start) == sentence
        and distance(other.token, here.token) <= ATTACHED
    ]
    after = [o for o in same if o.span.start > here.span.end]
    before = [o for o in same if o.span.end <= here.span.start]
    return next((o.place for o in (*after[:1], *before[-1:])), None)


def _container(found: list[Named], index: int, reading: Reading) -> Place | None:
    """The place beside a site, else the last region or country named before it."""
    beside = _beside(found, index, reading)
    wide = [o for o in found[:index] if o.kind in ("country", "region") and not o.acts]
    return beside or (wide[-1].place if wide else None)
