"""The noun phrase that a number counts: "3,214 new cases", "three of its plants"."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from monitor.claims import Span
from monitor.extract.reading import Reading
from monitor.extract.units import Unit, UnitMention, Units

if TYPE_CHECKING:
    from spacy.tokens import Token

PLURALS = ("NNS", "NNPS")
# Tags of the words between a number and its noun ("two new 737 jets" has more).
_INSIDE = frozenset(("JJ", "JJR", "JJS", "NN", "NNP", "VBN", "VBG", "HYPH", "RBS", "RBR"))
_DETERMINERS = ("DT", "PRP$", "PDT", "WP$")
# A singular name of these kinds is no counted thing: "kills 30 Gaza officials say".
_NO_THINGS = frozenset(("GPE", "LOC", "DATE", "TIME", "PERSON"))


class NounPhrases:
    """Noun phrases by the offset where they start, over one reading."""

    def __init__(self, reading: Reading, units: Units) -> None:
        self.reading = reading
        self.doc = reading.doc
        self.units = units
        self._starts: list[int] = reading.doc.to_array("IDX").tolist()

    def index_at(self, offset: int) -> int:
        """The index of the first token that starts at or after the offset."""
        return bisect_left(self._starts, offset)

    def token_at(self, offset: int) -> Token | None:
        """That token, or None at the end of the text."""
        index = self.index_at(offset)
        return self.doc[index] if index < len(self.doc) else None

    def last_before(self, offset: int) -> Token:
        """The last token that starts before the offset."""
        return self.doc[self.index_at(offset) - 1]

    def counted(self, offset: int, is_one: bool, is_plain: bool) -> list[Token]:
        """The words that a number ending here counts, the noun last; empty for none.

        ``is_plain``: a plain number, which counts the noun after "of" only where a determiner
        shows that it is a choice ("three of the captives", but "dozens of captives").
        """
        start = self.index_at(offset)
        index = self._after_of(start, is_plain and not is_one)
        words = self.from_index(index)
        if not words:
            return words
        apart = index > start or words[0].lower_ in ("more", "other")
        plural = words[-1].tag_ in PLURALS or words[-1].lower_ in ("people", "dead")
        # "12 of the season", "half a million more need aid": nothing that is counted
        return words if plural or not apart or not is_plain or is_one else []

    def from_index(self, index: int) -> list[Token]:
        """The tokens from here to the first noun that can be counted; empty for none."""
        run: list[Token] = []
        if index >= len(self.doc):
            return run
        end = self.reading.sentence_at(self.doc[index].idx).end
        while index < len(self.doc) and self.doc[index].idx < end:
            token = self.doc[index]
            if self._ends(token, run):
                return [*run, token]
            if not self._goes_on(token, run):
                break
            if not (token.is_quote and not run):
                run.append(token)
            index += 1
        while run and (run[-1].tag_ not in ("NN", "NNP") or run[-1].ent_type_ in _NO_THINGS):
            run.pop()
        return run

    def unit(self, words: list[Token], start: int) -> tuple[UnitMention, bool]:
        """The counted noun as a unit with its rate, and whether it is a counted thing.

        The head of a longer phrase may be a measure: "seven straight days".
        """
        head, text = words[-1], self.reading.text
        end = head.idx + len(head.text)
        measure = self.units.of_word(head.text) if head.tag_ in ("NN", "NNS") else None
        if measure is not None and head.lemma_.lower() not in self.units.things:
            return self.units.rate(text, UnitMention(measure, Span(head.idx, end))), False
        written = " ".join(word.text for word in words if word.tag_ not in ("HYPH", "DT", "POS"))
        form = "person" if head.lower_ in self.units.persons else _singular(head)
        return self.units.rate(text, UnitMention(Unit(form, written), Span(start, end))), True

    def _after_of(self, index: int, only_with_determiner: bool) -> int:
        """The index behind "of" and its determiners, where the phrase starts there."""
        if index >= len(self.doc) or self.doc[index].lower_ != "of":
            return index
        at = index + 1
        while at < len(self.doc) and self.doc[at].tag_ in _DETERMINERS:
            at += 1
        return index if only_with_determiner and at == index + 1 else at

    def _ends(self, token: Token, run: list[Token]) -> bool:
        """Whether the token is the noun that closes the phrase."""
        if token.lower_ in self.units.stop or _is_attributive(run):
            return False
        noun_before = bool(run) and run[-1].tag_ in ("NN", "NNP")
        plural = token.tag_ in PLURALS or token.lower_ == "people"
        return plural or (token.lower_ == "dead" and not noun_before)

    def _goes_on(self, token: Token, run: list[Token]) -> bool:
        """Whether the token can stand inside the phrase."""
        if token.lower_ in self.units.stop or _is_attributive(run):
            return False
        before = run[-1].tag_ if run else ""
        if token.tag_ == "CD":  # "new 737 jets", "48-megapixel cameras"
            return before in ("JJ", "NNP", "NN") or (not run and self._is_joined(token))
        if token.tag_ in ("CC", ","):  # "digital and physical sales"
            return before in ("JJ", "NNP", "VBN") and token.lower_ != "but"
        if token.tag_ == "POS":  # "one of the ministry's experts"
            return before in ("NN", "NNP")
        if token.tag_ == "RB":  # "mostly rural towns"
            return token.i + 1 < len(self.doc) and self.doc[token.i + 1].tag_ in ("JJ", "VBN")
        if token.is_quote:
            return not run
        return token.tag_ in _INSIDE or token.lower_ in ("-", "most", "least")

    def _is_joined(self, number: Token) -> bool:
        """Whether a hyphen follows the number."""
        return number.i + 1 < len(self.doc) and str(self.doc[number.i + 1].text) == "-"


def _is_attributive(run: list[Token]) -> bool:
    """Whether a noun is joined to the number: "a 15-nation summit" counts nations."""
    return len(run) > 1 and run[0].text == "-" and run[-1].tag_ in ("NN", "NNP")


def _singular(noun: Token) -> str:
    """The noun in normal form; proper nouns keep their plural in spaCy."""
    lemma: str = noun.lemma_.lower()
    return lemma[:-1] if noun.tag_ == "NNPS" and lemma.endswith("s") else lemma
