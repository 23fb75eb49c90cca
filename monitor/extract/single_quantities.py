"""One number with the words around it: mark, sign, unit or counted noun, bound and movement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Movement, Span
from monitor.extract.modifiers import Bound, modifiers
from monitor.extract.noun_phrases import PLURALS, NounPhrases
from monitor.extract.number_words import NumberKind, number_words
from monitor.extract.numbers import NumberMention, find_numbers
from monitor.extract.reading import Reading
from monitor.extract.units import Unit, UnitMention, units

if TYPE_CHECKING:
    from spacy.tokens import Token

AGE = Unit("year of age", "year of age")
_MINUS = re.compile(r"(?<!\w)(?<!\bor\s)minus[\s-]$", re.IGNORECASE)
_US_BEHIND = re.compile(r"\s?U\.?S\.?(?!\w)")  # "$76 US a barrel"
_SCALE_BEHIND = re.compile(r"\s(million|billion|trillion)\b")  # "75 USD million"
_OF_A = re.compile(r"\s(?:of\s)?an?\s(?:US\s)?")  # "half an hour", "1/16 of a pint"
_BEFORE_AGE = re.compile(
    r"\b(?:aged?|ages|turn(?:s|ed|ing)?)\s(?:(?:of|between|from|over|under|around|about)\s)?$",
    re.IGNORECASE,
)
_BEING_AGE = re.compile(
    r"\b(?:he|she|who)\s(?:is|was|will be|would be)\s(?:only\s)?$", re.IGNORECASE
)
_AGE_LIMIT = re.compile(
    r"\b(\w+)\s(?:under|over|above|below|(?:older|younger)\sthan)\s$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Found:
    """A number on its way to a quantity.

    ``phrase`` takes in mark, sign and unit; ``counted`` says that the unit is a counted thing.
    """

    number: NumberMention
    phrase: Span
    unit: Unit | None = None
    written: str = ""  # the unit as written
    counted: bool = False
    negative: bool = False
    bound: Bound | None = None
    movement: Movement | None = None

    @property
    def is_measure(self) -> bool:
        """Whether the unit is a measure, a currency or a share, and no counted thing."""
        return self.unit is not None and not self.counted

    def times(self, factor: int) -> Found:
        """The same with the number multiplied."""
        return replace(self, number=times(self.number, factor))


def times(number: NumberMention, factor: int) -> NumberMention:
    """The number multiplied; a negative factor turns a range around."""
    low, high = sorted((number.low * factor, number.high * factor))
    return replace(number, low=low, high=high, step=number.step * abs(factor))


class SingleQuantities:
    """The quantities of one reading, number by number."""

    def __init__(self, reading: Reading, data: Path | None) -> None:
        self.reading = reading
        self.text = reading.text
        self.doc = reading.doc
        self.units = units(data)
        self.modifiers = modifiers(data)
        self.words = number_words(data)
        self.nouns = NounPhrases(reading, self.units)
        self.numbers = [number for number in find_numbers(self.text, data) if number.is_amount]

    def __iter__(self) -> Iterator[Found]:
        taken = 0
        for number in self.numbers:
            found = self._single(number, taken)
            if found is None or (number.span.start < taken and not found.is_measure):
                continue  # inside the words of the one before: "two new 737 jets", "$2 a dozen"
            yield found
            taken = max(taken, found.phrase.end)

    def _single(self, number: NumberMention, taken: int) -> Found | None:
        mark = self.units.before(self.text, number.span.start)
        if mark is not None and mark.span.start < taken:
            mark = None
        number, end = self._end(number, mark)
        suffix = self._suffix(number, end)
        start = mark.span.start if mark else number.span.start
        found = self._with_any_unit(self._signed(Found(number, Span(start, end))), mark, suffix)
        return None if found is None else self._with_modifiers(found)

    def _with_any_unit(
        self, found: Found, mark: UnitMention | None, suffix: UnitMention | None
    ) -> Found | None:
        if mark is not None:
            return self._with_mark(found, mark, suffix)
        if suffix is not None:
            return self._with_unit(found, suffix)
        return self._without_unit(found)

    # -- currencies and measures

    def _end(self, number: NumberMention, mark: UnitMention | None) -> tuple[NumberMention, int]:
        """The number, with its letter where that is a scale, and where its unit may start."""
        if number.with_letter is not None:
            unit = self.units.after(self.text, number.with_letter.span.end)
            if mark is not None or (unit is not None and unit.unit.is_currency):
                number = number.with_letter
        after = self.modifiers.after(self.text, number.span.end)
        end = after[1] if after else number.span.end
        if number.kind is NumberKind.FRACTION:
            article = _OF_A.match(self.text, end)
            if article and self.units.after(self.text, article.end() - 1):
                end = article.end() - 1
        return number, end

    def _suffix(self, number: NumberMention, end: int) -> UnitMention | None:
        """The unit behind the number; "the 12 won" names no currency."""
        suffix = self.units.after(self.text, end)
        if suffix is None or number.high >= 100:
            return suffix
        return None if suffix.span.of(self.text) in self.units.also_verbs else suffix

    def _signed(self, found: Found) -> Found:
        """With a minus or plus sign that is no hyphen: "-$2bn", "$-50", "minus 40", "+0.4%"."""
        start, end = found.phrase.start, found.phrase.end
        for place in (start, found.number.span.start):
            sign, before = self.text[place - 1 : place], self.text[max(0, place - 2) : place - 1]
            free = not before or before in " (~,\n\t" or place != start
            if sign and sign in "-−–" and free:
                return replace(found, phrase=Span(min(start, place - 1), end), negative=True)
            if sign == "+" and free:
                return replace(found, phrase=Span(place - 1, end), movement=Movement.UP)
        minus = _MINUS.search(self.text[max(0, start - 10) : start])
        if minus is None:
            return found
        return replace(found, phrase=Span(start - len(minus.group()), end), negative=True)

    def _with_mark(self, found: Found, mark: UnitMention, suffix: UnitMention | None) -> Found:
        """With the currency mark before the number, and what the amount is per."""
        end = found.number.span.end
        unit, written = replace(mark.unit, factor=1), mark.span.of(self.text).strip()
        again = "" if suffix is None else suffix.span.of(self.text).split(" ")[0]
        country = _US_BEHIND.match(self.text, end)
        if suffix is not None and again.isalpha() and _same(suffix.unit, unit):
            end = suffix.span.start + len(again)  # "$10 dollars"
        elif country is not None and unit.form == "USD":
            end = country.end()
        rate = self.units.rate(self.text, UnitMention(unit, Span(end, end)))
        end = max(end, rate.span.end)
        if rate.unit is not unit:
            written = f"{written} {self.text[rate.span.start : end].strip(' -')}"
        phrase = Span(found.phrase.start, end)
        return replace(
            found.times(mark.unit.factor), unit=rate.unit, written=written, phrase=phrase
        )

    def _with_unit(self, found: Found, suffix: UnitMention) -> Found:
        end = suffix.span.end
        scale = _SCALE_BEHIND.match(self.text, end) if suffix.unit.is_currency else None
        if scale is not None and not found.number.scaled:
            found = found.times(self.words.scales[scale.group(1)])
            span = Span(found.number.span.start, scale.end())
            found, end = replace(found, number=replace(found.number, span=span)), scale.end()
        return replace(
            found.times(suffix.unit.factor),
            unit=replace(suffix.unit, factor=1),
            written=suffix.span.of(self.text),
            phrase=Span(found.phrase.start, end),
        )

    # -- ages, counted things, bare numbers

    def _without_unit(self, found: Found) -> Found | None:
        """An age, a count or a bare number; None for part of a name, or a pronoun."""
        end = found.number.span.end
        if self.text[end - 1].isdigit() and self.text[end : end + 1].isalpha():
            return None
        if self._is_age(found.number):
            return replace(found, unit=AGE)
        found = self._with_counted(found)
        if found.number.kind is NumberKind.ZERO:
            return self._zero(found)
        return None if self._is_name(found) or self._is_pronoun(found) else found

    def _with_counted(self, found: Found) -> Found:
        number = found.number
        plain = number.kind is NumberKind.CARDINAL
        words = self.nouns.counted(found.phrase.end, number.low == 1, plain)
        if not words:
            return found
        unit, counted = self.nouns.unit(words, found.phrase.start)
        written = unit.unit.name if counted else unit.span.of(self.text)
        phrase = Span(found.phrase.start, unit.span.end)
        return replace(found, unit=unit.unit, written=written, phrase=phrase, counted=counted)

    def _zero(self, found: Found) -> Found | None:
        """Zero in words. "No" counts only before a plural noun: "no casualties"."""
        word = found.number.span.of(self.text).lower()
        if word in self.words.rules["nobody"]:
            return replace(found, unit=Unit("person", ""), counted=True)
        if word != "no":
            return found
        following = self.nouns.token_at(found.number.span.end)
        if following is None or following.lower_ in self.words.rules["no_zero_before"]:
            return None
        plural = found.counted and self.nouns.last_before(found.phrase.end).tag_ in PLURALS
        return found if plural else None

    def _is_age(self, number: NumberMention) -> bool:
        if number.high > 120 or number.scaled or number.kind is not NumberKind.CARDINAL:
            return False
        before = self.text[max(0, number.span.start - 24) : number.span.start]
        after = self.text[number.span.end : number.span.end + 2].strip()
        if before.endswith(", ") and after and after[0] in ",;.)—–―":
            return self._is_person(self.nouns.index_at(number.span.start) - 2)
        limit = _AGE_LIMIT.search(before)
        limited = limit is not None and limit.group(1).lower() in self.units.aged
        if not (limited or _BEFORE_AGE.search(before) or _BEING_AGE.search(before)):
            return False
        return not self.nouns.from_index(self.nouns.index_at(number.span.end))

    def _is_person(self, index: int) -> bool:
        """Whether the token is a name that may be a person's ("Maria Lopez, 71,")."""
        if index < 0:
            return False
        token = self.doc[index]
        capital = token.text[:1].isupper() and token.ent_type_ not in ("GPE", "DATE", "LOC")
        return capital or token.ent_type_ == "PERSON"

    # -- names and pronouns

    def _is_name(self, found: Found) -> bool:
        """Whether a plain number is part of a name ("Apollo 11", "Note 20 Ultra", "top three")."""
        start = found.number.span.start
        index = self.nouns.index_at(start)
        if index == 0 or self.text[start - 1] not in " \u00a0" or found.negative:
            return False
        if found.counted:
            return self._is_name_with_noun(found, self.doc[index - 1])
        return self._is_name_alone(found, index)

    def _is_name_alone(self, found: Found, index: int) -> bool:
        number, previous = found.number, self.doc[index - 1]
        written = number.span.of(self.text)
        if previous.lower_ in self.units.ranks:
            return not written.isdigit() or number.high < 100
        if number.kind is not NumberKind.CARDINAL or number.ranged or number.scaled:
            return False
        if written[0] == ".":
            return True  # a calibre, a batting average
        digits = written.isdigit()
        named = previous.lower_ in self.words.lists["named_if_capital"]
        if digits and named and self.doc[index].head.i == previous.i:
            return True  # "game 7"
        if self._is_headline(number.span.start) or not (digits or written[0].isupper()):
            return False
        if digits and previous.tag_ in ("DT", "JJ"):  # "the 737 Max"
            return self._is_name_behind(index + 1)
        return previous.tag_ in ("NNP", "NNPS") and previous.text[:1].isupper()

    def _is_name_behind(self, index: int) -> bool:
        behind = self.doc[index] if index < len(self.doc) else None
        return behind is not None and behind.tag_ == "NNP" and behind.lower_ not in self.units.stop

    def _is_name_with_noun(self, found: Found, previous: Token) -> bool:
        """Whether what seems counted is the rest of a name: a proper noun in the singular."""
        number = found.number
        written = number.span.of(self.text)
        plain = number.kind is NumberKind.CARDINAL and not number.ranged and not number.scaled
        if not plain or self.text[number.span.end] == "-":
            return False
        if self.nouns.last_before(found.phrase.end).tag_ != "NNP":
            return False
        if written.isdigit() and number.high > 100:
            return True
        named = previous.tag_ in ("NNP", "NNPS") and previous.text[:1].isupper()
        able = written.isdigit() or written[0].isupper()
        return named and able and not self._is_headline(number.span.start)

    def _is_headline(self, offset: int) -> bool:
        """Whether nearly every long word of the sentence has a capital letter."""
        sentence = self.reading.sentence_at(offset).of(self.text)
        words: list[str] = re.findall(r"[^\W\d_]{4,}", sentence)
        return sum(word[0].isupper() for word in words) > 0.8 * len(words)

    def _is_pronoun(self, found: Found) -> bool:
        """Whether "one" is no amount: "the same one", "one must"; "one was hurt" is."""
        if found.number.span.of(self.text).lower() != "one":
            return False
        index = self.nouns.index_at(found.number.span.start)
        before = self.doc[index - 1].lower_ if index else ""
        behind = [token.lower_ for token in self.doc[index + 1 : index + 2]]
        if "of" in behind:
            return False
        if before in self.words.lists["before_pronoun_one"]:
            return not (found.counted and before == "the")
        return found.unit is None and not self._tells_of_one(self.doc[index + 1 : index + 4])

    def _tells_of_one(self, behind: list[Token]) -> bool:
        """Whether a verb in the past or passive follows: "one died", "one was injured"."""
        if not behind:
            return False
        passive = any(token.tag_ == "VBN" for token in behind)
        if behind[0].lower_ in ("was", "were", "has", "is", "had"):
            return passive
        return bool(behind[0].tag_ == "VBD")

    # -- modifiers and movement

    def _with_modifiers(self, found: Found) -> Found:
        start = found.phrase.start
        begin = max(self.reading.sentence_at(found.number.span.start).start, start - 48)
        window = re.split(r"[;:!?](?=\s)", self.text[begin:start])[-1]
        form = found.unit.form if found.unit else None
        bound, length = self.modifiers.before(window, form)
        if bound is None:
            after = self.modifiers.after(self.text, found.number.span.end)
            after = after or self.modifiers.after(self.text, found.phrase.end)
            bound = after[0] if after else None
        movement = found.movement or self._movement(found, start - len(window) + length)
        return replace(found, bound=bound, movement=movement)

    def _movement(self, found: Found, start: int) -> Movement | None:
        """Whether the number is itself a change: "rose 3", "down 12", "fell by 300"."""
        index = self.nouns.index_at(start) - 1
        first = self.nouns.index_at(self.reading.sentence_at(found.number.span.start).start)
        while index >= first and self._may_stand_between(self.doc[index]):
            index -= 1
        if index < first:
            return None
        token = self.doc[index]
        if token.lower_ in self.modifiers.adverbs:
            return self.modifiers.adverbs[token.lower_] if self._is_direction(token) else None
        if token.lower_ in ("by", "of"):
            return self._way_before(token)
        return self._way_of_verb(token, found) or self._way_behind(found)

    def _may_stand_between(self, token: Token) -> bool:
        is_adverb = token.tag_ == "RB" and token.lower_ not in self.modifiers.adverbs
        return token.lower_ in self.modifiers.between or is_adverb

    def _is_direction(self, token: Token) -> bool:
        """Whether "up" is no particle of another verb ("gave up 500")."""
        if token.dep_ != "prt":
            return True
        verb = token.head.lemma_.lower()
        return verb in self.modifiers.with_particle or self.modifiers.way(verb) is not None

    def _way_before(self, link: Token) -> Movement | None:
        """The way of the verb or noun before "by" or "of": "cut rates by 2", "a rise of 2"."""
        before = self.doc[max(0, link.i - 1)]
        if before.lower_ in self.modifiers.adverbs:
            return self.modifiers.adverbs[before.lower_]
        way = self.modifiers.way(before.lemma_.lower())
        if link.lower_ == "of":
            return way if before.pos_ == "NOUN" else None
        return way or self.modifiers.way(_governor(link).lemma_.lower())

    def _way_of_verb(self, verb: Token, found: Found) -> Movement | None:
        """The way of a verb with the number as its object: "rose 3 per cent"."""
        if found.counted or verb.pos_ not in ("VERB", "AUX", "NOUN", "PROPN", "ADJ"):
            return None
        lemma = verb.lemma_.lower()
        if verb.tag_ == "NNP":  # in a headline
            lemma = lemma.removesuffix("s")
        points = found.unit is not None and found.unit.form in self.modifiers.points
        return self.modifiers.way(lemma) if points else self.modifiers.intransitive.get(lemma)

    def _way_behind(self, found: Found) -> Movement | None:
        """The way of an adverb behind the number: "34 per cent higher"."""
        behind = self.nouns.token_at(found.phrase.end) if found.is_measure else None
        return None if behind is None else self.modifiers.adverbs.get(behind.lower_)


def _governor(by: Token) -> Token:
    """The verb that a "by" belongs to."""
    head = by.head
    while head.pos_ not in ("VERB", "AUX") and head.head.i != head.i:
        head = head.head
    return head


def _same(first: Unit, second: Unit) -> bool:
    return first.form.split("/")[0] == second.form
