"""Who speaks: pronouns and descriptions resolved within one text, with channel and venue.

Only what is safe is resolved: a pronoun goes to the nearest fitting subject or speaker before it,
a description to the last name of its kind. Anything else stays as written.
"""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Span, Venue
from monitor.extract.channels import PUBLIC, Channels, load_channels, plain, words_of
from monitor.extract.lexicon import lexicon
from monitor.extract.quotes import Quote
from monitor.extract.reading import Reading
from monitor.extract.sayings import Saying

if TYPE_CHECKING:
    from spacy.tokens import Token

_NEAR = 900  # characters back that a pronoun or description may reach
_SELF = frozenset({"i", "we", "me", "us", "my", "our"})
_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_THEY = frozenset({"they", "them", "their", "themselves", "both"})
_IT = frozenset({"it", "its", "itself"})
_PRONOUNS = _SELF | _HE | _SHE | _THEY | _IT
_RELATIVE = frozenset({"who", "whom", "that", "which"})
_DETERMINERS = frozenset({"the", "that", "this", "one", "both", "these", "those"})
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "president", "minister", "senator", "sen", "rep", "gov", "col", "gen"}
)
_GROUP_NAMES = frozenset({"ORG", "GPE", "NORP"})
_LONGEST_NAME = 4  # words


@dataclass(frozen=True, slots=True)
class Bearings:
    """What is known of a saying's speaker beside the words of the mention."""

    speaker: str | None = None
    channel: str | None = None
    anonymous: bool = False
    venue: Venue = Venue.ON_THE_RECORD
    negated: bool = False


@dataclass(frozen=True, slots=True)
class _Figure:
    """Someone mentioned as a subject or source, and what can take the mention up again."""

    at: int
    name: str
    person: bool = False
    plural: bool = False
    gender: str = ""
    outlet: bool = False
    group: str = ""  # the organisation that it is or speaks for
    words: frozenset[str] = frozenset()
    bearings: Bearings | None = None  # of what they said; None where they only stand as subject


@dataclass(frozen=True, slots=True)
class _Nouns:
    persons: frozenset[str]
    groups: frozenset[str]
    takes_up: frozenset[str]
    outlets: frozenset[str]
    male: frozenset[str]
    female: frozenset[str]


@functools.cache
def _nouns(data: Path | None) -> _Nouns:
    who = lexicon("speakers", data)
    return _Nouns(
        persons=frozenset(who["persons"]),
        groups=frozenset(who["groups"]),
        takes_up=frozenset(who["takes_up"]["group"]),
        outlets=frozenset(lexicon("channels", data)["descriptions"]),
        male=frozenset(who["gender"]["male"]),
        female=frozenset(who["gender"]["female"]),
    )


def find_speakers(
    reading: Reading,
    sayings: Sequence[Saying],
    outer: Mapping[int, int],
    quotes: Sequence[Quote],
    data: Path | None = None,
) -> list[Bearings]:
    """The bearings of each saying. ``outer``: the number of an inner saying to that around it."""
    told = [span for n, saying in enumerate(sayings) if n not in outer for span in saying.content]
    cast = _Cast(reading, load_channels(data, reading.outlet), _nouns(data), quotes, told)
    found: dict[int, Bearings] = {}
    order = sorted(range(len(sayings)), key=lambda n: (_depth(n, outer), _position(sayings[n])))
    for number in order:
        around = found.get(outer[number]) if number in outer else None
        found[number] = cast.bearings(sayings[number], around)
    return [found[number] for number in range(len(sayings))]


def _depth(number: int, outer: Mapping[int, int]) -> int:
    depth = 0
    while number in outer and depth < len(outer):
        number = outer[number]
        depth += 1
    return depth


def _position(saying: Saying) -> int:
    return saying.source.start if saying.source is not None else saying.cue.start


class _Cast:
    """Everyone who stands in a text as a subject or has spoken so far, in text order."""

    def __init__(
        self,
        reading: Reading,
        channels: Channels,
        nouns: _Nouns,
        quotes: Sequence[Quote],
        told: Sequence[Span],
    ) -> None:
        self.reading = reading
        self.channels = channels
        self.nouns = nouns
        self.full_names = _full_names(reading)
        self.surnames = frozenset(surname.lower() for surname in self.full_names)
        entities = reading.doc.ents
        self.persons = sorted(e.end_char for e in entities if e.label_ == "PERSON")
        self.organisations: list[tuple[int, str]] = sorted(
            (e.start_char, e.text) for e in entities if e.label_ == "ORG"
        )
        self.figures: list[_Figure] = []
        self.named: dict[str, _Figure] = {}
        self.quotes = quotes
        self.quote_starts = [quote.span.start for quote in quotes]
        self.pending = list(self._subjects(told))[::-1]

    def bearings(self, saying: Saying, around: Bearings | None) -> Bearings:
        """Resolve one saying; ``around`` are the bearings of the saying that it stands in."""
        negated = saying.head is not None and any(c.dep_ == "neg" for c in saying.head.children)
        if saying.source is None:
            return replace(self._sourceless(saying, around), negated=negated)
        self._admit_subjects(saying.source.start)
        mention = self._mention(saying, saying.source)
        channel = self.channels.channel(self.reading, saying, mention)
        if around is not None and channel in (None, PUBLIC):
            channel = self.channels.outlet_in(around.speaker or "") or around.channel
        known = self._resolved(saying.source.start, mention, around)
        made = self._described(mention, channel, known, negated)
        if made.anonymous and known is None and self._names_someone(saying.source):
            made = replace(made, anonymous=False, venue=self.channels.venue(mention, False))
        if around is not None and around.speaker != made.speaker:
            made = replace(made, venue=Venue.THIRD_PARTY)
        if around is None:
            self._add(self._figure(saying, saying.source, mention, made, known))
            if channel is not None and channel != PUBLIC:
                self._add(_Figure(saying.cue.end, channel, outlet=True, bearings=Bearings(channel)))
        return made

    def _described(
        self, mention: str, channel: str | None, known: _Figure | None, negated: bool
    ) -> Bearings:
        earlier = known.bearings if known is not None else None
        if known is not None and earlier is not None:
            kept = earlier.channel if earlier.channel != PUBLIC else None
            return replace(earlier, speaker=known.name, channel=channel or kept, negated=negated)
        name = known.name if known is not None else self._full(mention)
        unnamed = not words_of(name) & self.surnames and self.channels.is_unnamed(name, channel)
        return Bearings(name, channel, unnamed, self.channels.venue(name, unnamed), negated)

    def _names_someone(self, source: Span) -> bool:
        at = bisect_right(self.persons, source.start)
        return at < len(self.persons) and self.persons[at] <= source.end

    def _mention(self, saying: Saying, source: Span) -> str:
        """The mention's words; for a relative pronoun, those of the noun it stands for."""
        head = saying.source_head
        if head is None or head.lower_ not in _RELATIVE or head.head.dep_ != "relcl":
            return plain(source.of(self.reading.text))
        noun = head.head.head
        return plain(self.reading.text[noun.left_edge.idx : head.idx])

    def _sourceless(self, saying: Saying, around: Bearings | None) -> Bearings:
        """The reporter's words; or, for a quotation without a cue, the last who spoke."""
        if saying.lemma:
            channel = around.channel if around is not None else None
            return Bearings(channel=channel, venue=Venue.REPORTER)
        last = self._last(saying.cue.start, lambda f: f.bearings is not None and not f.outlet)
        if last is None or last.bearings is None:
            return Bearings(venue=Venue.REPORTER)
        return last.bearings

    # ------------------------------------------------------------ who

    def _resolved(self, at: int, mention: str, around: Bearings | None) -> _Figure | None:
        """The earlier figure that a pronoun or description takes up."""
        word = mention.lower()
        if word in _PRONOUNS:
            if around is not None and around.speaker is not None:
                speaker = self.named.get(around.speaker) or _Figure(at, around.speaker)
                fits = word in _SELF or (_agrees(word, speaker) and not self._is_quoted(at))
                return replace(speaker, bearings=around) if fits else None
            if word in _SELF:
                return None
            return self._last(at, lambda f: _agrees(word, f))
        words = word.split()
        common = not any(char.isupper() for char in mention[1:])
        if words and common and words[-1] in self.nouns.outlets:
            return self._last(at, lambda f: f.outlet)
        if len(words) < 2 or words[0] not in _DETERMINERS:
            return None
        head, wanted = words[-1], frozenset(words) - _DETERMINERS - {"of"}
        if common and head in self.nouns.takes_up:
            last = self._last(at, lambda f: bool(f.group))
            return last and replace(last, name=last.group, person=False, plural=False)
        if not mention.split()[-1].islower():
            return None
        many = head.endswith("s")
        return self._last(
            at, lambda f: f.bearings is not None and wanted <= f.words and f.plural == many
        )

    def _last(self, at: int, fits: Callable[[_Figure], bool]) -> _Figure | None:
        """The nearest fitting figure before an offset."""
        for number in range(bisect_left(self.figures, at, key=_at) - 1, -1, -1):
            figure = self.figures[number]
            if at - figure.at > _NEAR:
                return None
            if fits(figure):
                return figure
        return None

    def _full(self, mention: str) -> str:
        """A mention of a bare surname, with the name given in full elsewhere."""
        words = mention.split()
        full = self.full_names.get(words[-1]) if words else None
        titled = len(words) == 2 and words[0].lower().rstrip(".") in _TITLES
        return full if full is not None and (len(words) == 1 or titled) else mention

    # ------------------------------------------------------------ who has been mentioned

    def _add(self, figure: _Figure) -> None:
        insort(self.figures, figure, key=_at)
        self.named[figure.name] = figure

    def _admit_subjects(self, before: int) -> None:
        """Let in the subjects up to a mention; descriptions go to their names."""
        while self.pending and self.pending[-1].at <= before:
            subject = self.pending.pop()
            known = self._resolved(subject.at, subject.name, None)
            if known is not None:
                subject = replace(known, at=subject.at)
            insort(self.figures, subject, key=_at)

    def _subjects(self, told: Sequence[Span]) -> Iterator[_Figure]:
        """The subjects in the text's own voice that are people or groups."""
        covered = bytearray(len(self.reading.text))
        for span in told:
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
        for token in self.reading.doc:
            if token.dep_ not in ("nsubj", "nsubjpass") or token.pos_ not in ("NOUN", "PROPN"):
                continue
            if covered[token.idx] or self._is_quoted(token.idx):
                continue
            start = self.reading.doc[token.left_edge.i].idx
            span = Span(start, token.idx + len(token))
            figure = self._sketch(token, span, plain(span.of(self.reading.text)))
            if figure.person or self._is_group(token) or self._is_people(token):
                yield replace(figure, name=self._full(figure.name))

    def _is_quoted(self, offset: int) -> bool:
        before = bisect_right(self.quote_starts, offset) - 1
        return before >= 0 and self.quotes[before].span.end > offset

    def _is_people(self, token: Token) -> bool:
        return token.tag_ in ("NNS", "NNPS") and token.lemma_.lower() in self.nouns.persons

    def _is_group(self, token: Token) -> bool:
        return token.ent_type_ in _GROUP_NAMES or token.lemma_.lower() in self.nouns.groups

    def _figure(
        self, saying: Saying, source: Span, mention: str, made: Bearings, known: _Figure | None
    ) -> _Figure:
        if known is not None:
            return replace(known, at=source.start, bearings=made)
        figure = self._sketch(saying.source_head, source, mention)
        return replace(figure, name=made.speaker or mention, bearings=made)

    def _sketch(self, head: Token | None, span: Span, mention: str) -> _Figure:
        words = words_of(mention)
        group = head is not None and head.lemma_.lower() in self.nouns.groups
        named = head is not None and (head.text in self.full_names or head.ent_type_ == "PERSON")
        person = not group and (named or self._names_someone(span) or self._has_office(words))
        plural = head is not None and (
            head.tag_ in ("NNS", "NNPS") or any(c.dep_ == "conj" for c in head.children)
        )
        titles = words | {word.rstrip(".") for word in words}
        gender = "m" if titles & self.nouns.male else "f" if titles & self.nouns.female else ""
        return _Figure(
            at=span.start,
            name=mention,
            person=person and not plural,
            plural=plural,
            gender=gender,
            outlet=not (person or plural) and self.channels.outlet_in(mention) is not None,
            group=self._organisation(span),
            words=words,
        )

    def _organisation(self, span: Span) -> str:
        """The first proper name of an organisation in a mention ("Hamas", not "the ministry")."""
        at = bisect_left(self.organisations, (span.start, ""))
        for start, name in islice(self.organisations, at, None):
            if start >= span.end:
                break
            common = words_of(name) & self.nouns.groups
            if not common and self.channels.outlet_in(name) is None:
                return plain(name)
        return ""

    def _has_office(self, words: frozenset[str]) -> bool:
        return bool(words & self.nouns.persons)


def _at(figure: _Figure) -> int:
    return figure.at


def _agrees(word: str, figure: _Figure) -> bool:
    if word in _HE:
        return figure.person and figure.gender != "f"
    if word in _SHE:
        return figure.person and figure.gender != "m"
    if figure.outlet:
        return False
    if word in _THEY:
        return figure.plural
    return not figure.person and not figure.plural


def _full_names(reading: Reading) -> dict[str, str]:
    """Surname to the one full name that a text gives with it."""
    found: dict[str, str] = {}
    shared = set()
    for words in _name_runs(reading):
        known = found.setdefault(words[-1], " ".join(words))
        if known.split()[0] != words[0]:
            shared.add(words[-1])
    return {surname: name for surname, name in found.items() if surname not in shared}


def _name_runs(reading: Reading) -> Iterator[list[str]]:
    """Two to four proper nouns in a row that no place or body is named by."""
    run: list[str] = []
    for token in reading.doc:
        if token.pos_ == "PROPN" and token.ent_type_ in ("PERSON", "") and token.text[0].isupper():
            run.append(token.text)
            continue
        while run and run[0].rstrip(".").lower() in _TITLES:
            run.pop(0)
        if 1 < len(run) <= _LONGEST_NAME:
            yield run
        run = []
