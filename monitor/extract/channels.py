"""Through whom a saying reached the reader: outlets told or reporting, unnamed sources, venue."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Venue
from monitor.extract.lexicon import lexicon
from monitor.extract.reading import Reading
from monitor.extract.sayings import Saying

if TYPE_CHECKING:
    from spacy.tokens import Token

PUBLIC = "public statement"
_LONGEST_OUTLET = 4  # words
_WORD = re.compile(r"[\w\u2019'.-]+")
_POSSESSIVE = re.compile(r"(\u2019s|'s|(?<=s)[\u2019'])$")
_TOLD = re.compile(
    r"\b(?:speaking|spoke|talking|interview\swith|quoted\sby|told)\b(?:\s+to)?\s+(?P<whom>.+)$"
)


def plain(words: str) -> str:
    """A mention without the marks around it and its possessive ending, blanks made one."""
    return _POSSESSIVE.sub("", " ".join(words.split()).strip(' ,;:()\u201c\u201d"'))


def words_of(mention: str) -> frozenset[str]:
    """The words of a mention in lower case."""
    return frozenset(word.lower() for word in _WORD.findall(mention))


@dataclass(frozen=True, slots=True)
class Channels:
    """The word lists of ``channels.toml`` and ``speakers.toml`` that tell how a saying came."""

    outlets: frozenset[str]
    outlet_words: frozenset[str]
    own: frozenset[str]
    public: frozenset[str]
    unnamed: frozenset[str]
    held_back: frozenset[str]
    reasons: frozenset[str]
    documents: frozenset[str]
    outsiders: frozenset[str]

    def outlet_in(self, words: str) -> str | None:
        """The first outlet that is named in these words."""
        tokens = [plain(token) for token in words.split()]
        for length in range(_LONGEST_OUTLET, 0, -1):
            for start in range(len(tokens) - length + 1):
                name = " ".join(tokens[start : start + length])
                if name[:1].isupper() and name.lower() in self.outlets:
                    return name
        capitals = [token for token in tokens[:6] if token[:1].isupper() and token != "The"]
        if len(capitals) > 1 and any(token.lower() in self.outlet_words for token in capitals):
            return " ".join(capitals)
        return None

    def channel(self, reading: Reading, saying: Saying, mention: str) -> str | None:
        """The outlet that the speaker told, or that the saying was public; else None."""
        said = reading.text[saying.cue.start : saying.clause.end].replace(mention, " ")
        told = _TOLD.search(mention) or _TOLD.search(said)
        if told is not None:
            whom = told["whom"].strip(" ,.")
            if whom in self.own:
                return reading.outlet or whom
            outlet = self.outlet_in(whom)
            if outlet is not None:
                return outlet
        led = " ".join(_phrases_before(saying.head)) if saying.head is not None else ""
        return PUBLIC if words_of(f"{said} {led}") & self.public else None

    def is_unnamed(self, mention: str, channel: str | None) -> bool:
        """Whether the speaker's name is held back, of a mention without a name."""
        words = words_of(mention)
        if words & self.unnamed:
            return True
        held = words & self.held_back
        one = not any(word.endswith("s") for word in held)
        definite = mention.lower().startswith("the ") or "'s " in mention.replace("\u2019", "'")
        if not held or (one and definite):  # "the foreign minister" is known by the office
            return False
        return channel not in (None, PUBLIC) or bool(words & self.reasons)

    def venue(self, mention: str, anonymous: bool) -> Venue:
        """How a saying in the text's own voice reached the reader."""
        words = words_of(mention)
        if words & self.outsiders or self._is_own_writer(mention):
            return Venue.COLUMNIST
        if anonymous:
            return Venue.ON_BACKGROUND
        return Venue.DOCUMENT if words & self.documents else Venue.ON_THE_RECORD

    def _is_own_writer(self, mention: str) -> bool:
        """ "The Courier's Ann Example": a writer of the outlet's own."""
        owner, mark, name = mention.replace("\u2019", "'").partition("'s ")
        return bool(mark) and name[:1].isupper() and self.outlet_in(owner) is not None


@functools.cache
def load_channels(data: Path | None, outlet: str | None) -> Channels:
    """The lists in force; ``outlet`` is the name of the paper at hand."""
    who, where = lexicon("speakers", data), lexicon("channels", data)
    at_hand = {outlet.lower(), outlet.lower().removeprefix("the ")} if outlet else set()
    return Channels(
        outlets=frozenset(where["outlets"]) | at_hand,
        outlet_words=frozenset(where["name_words"]),
        own=frozenset(where["own"]),
        public=frozenset(where["public"]),
        unnamed=frozenset(who["unnamed"]["always"]),
        held_back=frozenset(who["unnamed"]["with_reason"]),
        reasons=frozenset(who["unnamed"]["reasons"]),
        documents=frozenset(who["kinds"]["document"]),
        outsiders=frozenset(who["kinds"]["columnist"]),
    )


def _phrases_before(verb: Token) -> Iterator[str]:
    """The nouns of "in a statement, ..." before a cue's subject."""
    for part in verb.lefts:
        if part.dep_ == "prep":
            yield from (noun.lower_ for noun in part.children if noun.dep_ == "pobj")
