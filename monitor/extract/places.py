"""Places that a text names, and the place of each count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc, Token
from spacy.tokens import Span as Tokens

from monitor.claims import Place, Span
from monitor.extract.arcs import distance
from monitor.extract.gazetteer import Gazetteer, Known, gazetteer
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure
from monitor.extract.peoples import home_of, people_of
from monitor.extract.reading import Reading

LABELS = {"GPE", "LOC", "FAC"}
# Further than this along the parse, a place belongs to another statement.
REACH = 8.0


@dataclass(frozen=True, slots=True)
class Named:
    """One mention of a place. ``kind``: country, region, city or site."""

    place: Place
    kind: str
    span: Span
    token: Token  # the head of the mention


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
        data,
    )
    found: list[Named] = []
    index = 0
    while index < len(reading.doc):
        hit = finder.at(index)
        if hit is not None:
            found.append(hit[0])
        index = hit[1] if hit else index + 1
    return _enclosed(found, reading)


def _capital(token: Token) -> bool:
    return bool(token.text[:1].isupper() or token.lower_.startswith("al-"))


def _countries(reading: Reading, known: Gazetteer, data: Path | None) -> tuple[str, ...]:
    """Codes of the countries that the text speaks of, the most named first."""
    counts: Counter[str] = Counter()
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
    return tuple(code for code, _ in counts.most_common(4))


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds the place that begins at a token."""

    doc: Doc
    known: Gazetteer
    countries: tuple[str, ...]
    sites: frozenset[str]
    loose: frozenset[str]
    never: frozenset[str]
    data: Path | None

    def at(self, index: int) -> tuple[Named, int] | None:
        """The place and the token behind it."""
        first = self.doc[index]
        if not _capital(first) or first.pos_ == "DET" or people_of(first.text, self.data):
            return None
        return self._known(index) or self._labelled(index)

    def _known(self, index: int) -> tuple[Named, int] | None:
        end = index + 1
        while end < min(len(self.doc), index + 5) and _continues(self.doc[end]):
            end += 1
        for last in range(end, index, -1):
            words = self.doc[index:last]
            if words[-1].pos_ in ("PUNCT", "ADP", "DET", "PART") or words.text in self.never:
                continue
            entry = self.known.find(words.text, self.countries)
            if entry is not None and _is_place(words, entry):
                return self._with_site(index, last, entry.place, entry.kind)
        return None

    def _labelled(self, index: int) -> tuple[Named, int] | None:
        """A place by the parser's label, where the gazetteer has none of the name."""
        first = self.doc[index]
        inside = first.ent_iob_ == "I" and first.nbor(-1).pos_ != "DET"
        if first.ent_type_ not in LABELS or inside or first.text in self.never:
            return None
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

    def _with_site(self, start: int, end: int, place: Place, kind: str) -> tuple[Named, int]:
        """The mention with a site noun right behind it ("Jenin refugee camp")."""
        last = end
        while last < min(len(self.doc), end + 3) and self.doc[last].pos_ in ("NOUN", "PROPN"):
            last += 1
        for stop in range(last, end, -1):
            if self.doc[stop - 1].lemma_.lower() in self.sites:
                within = (place.name, *place.within) if kind != "site" else place.within
                name = self.doc[start:stop].text
                place, kind, end = Place(name, within, place.iso3), "site", stop
                break
        span = self.doc[start:end]
        return Named(place, kind, Span(span.start_char, span.end_char), span.root), end


def _continues(token: Token) -> bool:
    if token.pos_ == "PROPN" or token.text in ("-", "of", "the", "and", "al", "'", "’"):
        return True
    return token.text[:1].isupper() and token.pos_ in ("NOUN", "ADJ")


def _is_place(words: Tokens, entry: Known) -> bool:
    """Whether the words are meant as this place and not as a person or party of its name."""
    root = words.root
    if root.ent_type_ in ("PERSON", "NORP", "WORK_OF_ART") or root.pos_ not in ("PROPN", "NOUN"):
        return False
    if entry.kind in ("country", "region") or root.ent_type_ in LABELS:
        return True
    before = root.doc[words.start - 1].lower_ if words.start else ""
    return before in ("in", "at", "near", "outside", "around") and root.ent_type_ != "ORG"


def _enclosed(found: list[Named], reading: Reading) -> list[Named]:
    """Sites without a container get the nearest place named for them ("... in X")."""
    result = []
    for index, named in enumerate(found):
        if named.kind == "site" and not named.place.within:
            outer = _container(found, index, reading)
            if outer is not None:
                within = (outer.name, *outer.within)
                named = Named(
                    Place(named.place.name, within, outer.iso3), "site", named.span, named.token
                )
        result.append(named)
    return result


def _container(found: list[Named], index: int, reading: Reading) -> Place | None:
    here = found[index]
    sentence = reading.sentence_index(here.span.start)
    same = [
        other
        for other in found
        if other.kind != "site" and reading.sentence_index(other.span.start) == sentence
    ]
    after = [o for o in same if o.span.start > here.span.end]
    before = [o for o in found[:index] if o.kind != "site"]
    for candidates in (
        after[:1],
        [o for o in same if o.span.start < here.span.start][-1:],
        before[-1:],
    ):
        if candidates:
            return candidates[0].place
    return None


def place_of(
    focus: Sequence[Token], places: Sequence[Named], measure: Measure | None
) -> Place | None:
    """The place in the sentence nearest to the count along the parse, but for who did it."""
    near = [
        (min(distance(token, named.token) for token in focus), -named.span.start, named)
        for named in places
        if not _acts(named.token, measure)
    ]
    near = [entry for entry in near if entry[0] <= REACH]
    return min(near, key=lambda entry: entry[:2])[2].place if near else None


def _acts(token: Token, measure: Measure | None) -> bool:
    """Whether a land is who did it or who says so, and not where it happened."""
    if token.dep_ == "nsubj" and token.head.pos_ in ("VERB", "AUX"):
        return measure is None or measure.role in ("object", "phrase") or token.head != measure.cue
    return bool(token.dep_ == "pobj" and token.head.dep_ == "agent")
