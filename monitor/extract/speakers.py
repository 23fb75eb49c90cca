"""Who speaks, through whom: pronouns and descriptions resolved within one text, channel, venue.

Only what is safe is resolved: a pronoun goes to the last saying of a fitting speaker nearby, a
description to the last name of its kind. Anything else stays as written.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Span, Venue
from monitor.extract.cues import Draft
from monitor.extract.lexicon import lexicon
from monitor.extract.reading import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

PUBLIC = "public statement"
_NEAR = 1500  # characters back that a pronoun may reach for its speaker
_SELF = frozenset({"i", "we", "me", "us", "my", "our"})
_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_THEY = frozenset({"they", "them", "their", "themselves", "both"})
_IT = frozenset({"it", "its", "itself"})
_RELATIVE = frozenset({"who", "whom", "that", "which"})
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "president", "minister", "senator", "sen", "rep", "gov"}
)
_PROPER = frozenset({"ORG", "GPE", "NORP"})
_WORD = re.compile(r"[\w\u2019'.-]+")
_POSSESSIVE = re.compile(r"(\u2019s|'s|(?<=s)[\u2019'])$")
_SPEAKING_TO = re.compile(
    r"\b(?:speaking|spoke|talking|interview with|quoted by|told)\b(?: to)? (.+)$"
)


@dataclass(frozen=True, slots=True)
class Bearings:
    """What is known of a saying's speaker beside the words of the mention."""

    speaker: str | None = None
    channel: str | None = None
    anonymous: bool = False
    venue: Venue = Venue.ON_THE_RECORD
    negated: bool = False


@dataclass(frozen=True, slots=True)
class _Speaker:
    """One resolved mention: where, how it is called, and what may take it up again."""

    at: int
    name: str
    person: bool
    plural: bool
    gender: str
    outlet: bool
    words: frozenset[str]
    bearings: Bearings


@dataclass(frozen=True, slots=True)
class _Words:
    persons: frozenset[str]
    groups: frozenset[str]
    takes_up: frozenset[str]
    unnamed: frozenset[str]
    held_back: frozenset[str]
    reasons: frozenset[str]
    documents: frozenset[str]
    columnists: frozenset[str]
    male: frozenset[str]
    female: frozenset[str]
    outlets: frozenset[str]
    outlet_words: frozenset[str]
    outlet_nouns: frozenset[str]
    own: frozenset[str]
    public: frozenset[str]


@functools.cache
def _words(data: Path | None) -> _Words:
    who, where = lexicon("speakers", data), lexicon("channels", data)
    return _Words(
        persons=frozenset(who["persons"]),
        groups=frozenset(who["groups"]),
        takes_up=frozenset(who["takes_up"]["group"]),
        unnamed=frozenset(who["unnamed"]["always"]),
        held_back=frozenset(who["unnamed"]["with_reason"]),
        reasons=frozenset(who["unnamed"]["reasons"]),
        documents=frozenset(who["kinds"]["document"]),
        columnists=frozenset(who["kinds"]["columnist"]),
        male=frozenset(who["gender"]["male"]),
        female=frozenset(who["gender"]["female"]),
        outlets=frozenset(where["outlets"]),
        outlet_words=frozenset(where["name_words"]),
        outlet_nouns=frozenset(where["descriptions"]),
        own=frozenset(where["own"]),
        public=frozenset(where["public"]),
    )


def find_speakers(
    reading: Reading,
    drafts: Sequence[Draft],
    outer: Mapping[int, int],
    data: Path | None = None,
) -> list[Bearings]:
    """The bearings of each draft. ``outer``: the number of an inner draft to that around it."""
    cast = _Cast(reading, _words(data))
    found: dict[int, Bearings] = {}
    order = sorted(range(len(drafts)), key=lambda n: (_depth(n, outer), _position(drafts[n])))
    for number in order:
        around = found.get(outer[number]) if number in outer else None
        found[number] = cast.bearings(drafts[number], around, number in outer)
    return [found[number] for number in range(len(drafts))]


def _depth(number: int, outer: Mapping[int, int]) -> int:
    depth = 0
    while number in outer and depth < len(outer):
        number = outer[number]
        depth += 1
    return depth


def _position(draft: Draft) -> int:
    return draft.source.start if draft.source is not None else draft.cue.start


class _Cast:
    """Everyone who has spoken in a text so far."""

    def __init__(self, reading: Reading, words: _Words) -> None:
        self.reading = reading
        self.words = words
        self.speakers: list[_Speaker] = []
        self.full_names = _full_names(reading)
        self.names = [e for e in reading.doc.ents if e.label_ in _PROPER or e.label_ == "PERSON"]

    def bearings(self, draft: Draft, around: Bearings | None, inner: bool) -> Bearings:
        """Resolve one draft; ``around`` are the bearings of the saying that it stands in."""
        negated = draft.head is not None and any(c.dep_ == "neg" for c in draft.head.children)
        if draft.source is None:
            return self._sourceless(draft, around, negated)
        mention = self._mention(draft, draft.source)
        speaker = self._resolved(draft, mention, around)
        channel = self._channel(draft, mention, speaker, around)
        anonymous = self._anonymous(mention, channel) if speaker is None else False
        if speaker is not None:
            anonymous = speaker.bearings.anonymous
            channel = channel or speaker.bearings.channel
        made = Bearings(
            speaker=speaker.name if speaker is not None else self._full(mention),
            channel=channel,
            anonymous=anonymous,
            negated=negated,
        )
        made = replace(made, venue=self._venue(mention, made, speaker, around))
        if not inner:
            self.speakers.append(self._entry(draft, mention, made, speaker))
        return made

    def _mention(self, draft: Draft, source: Span) -> str:
        """The mention's words; for a relative pronoun, those of the noun it stands for."""
        head = draft.source_head
        if head is None or head.lower_ not in _RELATIVE or head.head.dep_ != "relcl":
            return _clean(source.of(self.reading.text))
        noun = head.head.head
        start = self.reading.doc[noun.left_edge.i].idx
        return _clean(self.reading.text[start : head.idx])

    def _sourceless(self, draft: Draft, around: Bearings | None, negated: bool) -> Bearings:
        if draft.lemma:
            channel = around.channel if around is not None else None
            return Bearings(channel=channel, venue=Venue.REPORTER, negated=negated)
        last = self._last(draft.cue.start, lambda _: True)
        if last is None:
            return Bearings(venue=Venue.REPORTER)
        return replace(last.bearings, negated=False)

    # ------------------------------------------------------------ who

    def _resolved(self, draft: Draft, mention: str, around: Bearings | None) -> _Speaker | None:
        """The earlier speaker that a pronoun or description takes up."""
        assert draft.source is not None
        at, word = draft.source.start, mention.lower()
        if word in _SELF and around is not None and around.speaker is not None:
            return self._same_as(around, at)
        if word in _HE | _SHE | _THEY | _IT:
            if around is not None and self._fits(word, around):
                return self._same_as(around, at)
            return self._last(at, lambda s: _agrees(word, s))
        words = word.split()
        if (
            not words
            or words[0] not in ("the", "that", "this", "one")
            or any(c.isupper() for c in mention[1:])
        ):
            return None
        head = words[-1]
        if head in self.words.outlet_nouns:
            return self._last(at, lambda s: s.outlet)
        if head in self.words.takes_up:
            return self._last(at, lambda s: not s.person and not s.outlet and _is_name(s.name))
        noun = head.removesuffix("s")
        return self._last(at, lambda s: noun in s.words or head in s.words)

    def _same_as(self, around: Bearings, at: int) -> _Speaker | None:
        known = self._last(at + _NEAR, lambda s: s.name == around.speaker)
        if known is not None:
            return known
        return _Speaker(at, around.speaker or "", False, False, "", False, frozenset(), around)

    def _fits(self, word: str, around: Bearings) -> bool:
        return any(s.name == around.speaker and _agrees(word, s) for s in self.speakers)

    def _last(self, at: int, fits: Callable[[_Speaker], bool]) -> _Speaker | None:
        for speaker in reversed(self.speakers):
            if at - speaker.at > _NEAR:
                return None
            if speaker.at < at and fits(speaker):
                return speaker
        return None

    def _full(self, mention: str) -> str:
        """A mention of a bare surname, with the name given in full elsewhere."""
        words = mention.split()
        full = self.full_names.get(words[-1]) if words else None
        titled = len(words) == 2 and words[0].lower().rstrip(".") in ("mr", "mrs", "ms", "dr")
        return full if full is not None and (len(words) == 1 or titled) else mention

    def _entry(
        self, draft: Draft, mention: str, made: Bearings, known: _Speaker | None
    ) -> _Speaker:
        assert draft.source is not None
        if known is not None:
            return replace(known, at=draft.source.start, bearings=made)
        head = draft.source_head
        words = frozenset(word.lower() for word in _WORD.findall(mention))
        person = self._is_person(head, draft.source, words)
        plural = head is not None and (
            head.tag_ in ("NNS", "NNPS") or any(c.dep_ == "conj" for c in head.children)
        )
        titles = {w.rstrip(".") for w in words} | words
        gender = "m" if titles & self.words.male else "f" if titles & self.words.female else ""
        return _Speaker(
            at=draft.source.start,
            name=made.speaker or mention,
            person=person and not plural,
            plural=plural,
            gender=gender,
            outlet=self._outlet(mention) is not None,
            words=words,
            bearings=made,
        )

    def _is_person(self, head: Token | None, source: Span, words: frozenset[str]) -> bool:
        if head is not None and head.lemma_.lower() in self.words.groups:
            return False
        if words & self.words.persons or (head is not None and head.text in self.full_names):
            return True
        return any(
            e.label_ == "PERSON" and source.start <= e.start_char < source.end for e in self.names
        )

    # ------------------------------------------------------------ through whom

    def _channel(
        self, draft: Draft, mention: str, speaker: _Speaker | None, around: Bearings | None
    ) -> str | None:
        after = self.reading.text[draft.cue.start : draft.clause.end]
        told = _SPEAKING_TO.search(mention) or _SPEAKING_TO.search(after)
        if told is not None:
            if told[1].strip(" ,.") in self.words.own:
                return self.reading.outlet or told[1].strip(" ,.")
            outlet = self._outlet(told[1])
            if outlet is not None:
                return outlet
        if around is not None:
            reporting = self._outlet(around.speaker or "")
            return reporting or around.channel
        led = "" if draft.head is None else " ".join(_phrases_before(draft.head))
        if {w.lower() for w in _WORD.findall(f"{after} {led}")} & self.words.public:
            return PUBLIC
        return None

    def _outlet(self, words: str) -> str | None:
        """The first outlet named in these words."""
        plain = re.sub(r"^(the|us|u\\.s\\.|american)\\s+", "", words.strip(), flags=re.IGNORECASE)
        tokens = [_clean(token) for token in plain.replace("\u00a0", " ").split()]
        for length in (4, 3, 2, 1):
            for start in range(len(tokens) - length + 1):
                name = " ".join(tokens[start : start + length])
                if name[:1].isupper() and name.lower() in self.words.outlets:
                    return name
        capitals = [t for t in tokens[:6] if t[:1].isupper()]
        if any(t.lower() in self.words.outlet_words for t in capitals) and len(capitals) > 1:
            return " ".join(capitals)
        return None

    def _anonymous(self, mention: str, channel: str | None) -> bool:
        words = {word.lower() for word in _WORD.findall(mention)}
        if any(full.split()[-1].lower() in words for full in self.full_names.values()):
            return False
        if words & self.words.unnamed:
            return True
        if not words & self.words.held_back:
            return False
        to_outlet = channel is not None and channel != PUBLIC
        return to_outlet or bool(words & self.words.reasons)

    def _venue(
        self, mention: str, made: Bearings, speaker: _Speaker | None, around: Bearings | None
    ) -> Venue:
        if around is not None and around.speaker != made.speaker:
            return Venue.THIRD_PARTY
        if speaker is not None:
            return speaker.bearings.venue
        words = [word.lower() for word in _WORD.findall(mention)]
        if set(words) & self.words.columnists or self._own_writer(mention):
            return Venue.COLUMNIST
        if made.anonymous:
            return Venue.ON_BACKGROUND
        if set(words) & self.words.documents:
            return Venue.DOCUMENT
        return Venue.ON_THE_RECORD

    def _own_writer(self, mention: str) -> bool:
        """ "The Courier's Ann Example": a writer of the outlet's own."""
        owner, mark, name = mention.replace("\u2019", "'").partition("'s ")
        return bool(mark) and name[:1].isupper() and self._outlet(owner) is not None


def _phrases_before(verb: Token) -> Iterator[str]:
    """The nouns of "in a statement, ..." before a cue's subject."""
    for part in verb.lefts:
        if part.dep_ == "prep":
            yield from (noun.lower_ for noun in part.children if noun.dep_ == "pobj")


def _agrees(word: str, speaker: _Speaker) -> bool:
    if word in _HE:
        return speaker.person and speaker.gender != "f"
    if word in _SHE:
        return speaker.person and speaker.gender != "m"
    if word in _THEY:
        return speaker.plural
    return not speaker.person and not speaker.plural


def _is_name(words: str) -> bool:
    return any(word[:1].isupper() for word in words.split()[1:]) or words[:1].isupper()


def _clean(words: str) -> str:
    return _POSSESSIVE.sub("", " ".join(words.split()).strip(' ,;:()\u201c\u201d"'))


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
        if 1 < len(run) <= 4:
            yield run
        run = []
