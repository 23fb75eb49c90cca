"""Quantities of a text: each number with its modifier, unit and movement."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.claims import Modifier, Movement, Number, Quantity, QuantityMention, Span
from monitor.extract.modifiers import Bound, modifiers
from monitor.extract.number_words import NumberKind, number_words
from monitor.extract.numbers import NumberMention, find_numbers, joined_range
from monitor.extract.reading import Reading
from monitor.extract.units import Unit, UnitMention, units

if TYPE_CHECKING:
    from spacy.tokens import Token


def read_quantities(reading: Reading, data: Path | None = None) -> list[QuantityMention]:
    """Every quantity of the text in order of offset.

    Ages, durations and money are among them (``is_measure``); dates, years, times of day,
    ordinals, scores and names with digits are not. A share ("a third of") has the unit ``share``.
    """
    reader = _Reader(reading, data)
    found = reader.joined_ranges(reader.single_quantities())
    return [_mention(one, reading.text) for one in reader.with_shared_words(found)]


# ---------------------------------------------------------------- as the scorer reads them

_CHANGES = {
    Modifier.EXACT: "=",
    Modifier.RANGE: "=",
    Modifier.APPROXIMATE: "~",
    Modifier.AT_LEAST: ">",
    Modifier.AT_MOST: "<",
}


def quantity_prediction(mention: QuantityMention) -> dict[str, Any]:
    """One quantity: ``value`` [low, high], ``change`` (= ~ > < up down) and ``unit``.

    A bound is given as its one number at both ends; a movement beats a bound.
    """
    quantity = mention.quantity
    low = quantity.low if quantity.low is not None else quantity.high
    high = quantity.high if quantity.high is not None else quantity.low
    change = _CHANGES[quantity.modifier]
    if quantity.movement is not None:
        change = "up" if quantity.movement is Movement.UP else "down"
    unit = mention.unit_as_written
    if mention.is_measure and quantity.unit not in (None, "share"):
        unit = units().name(quantity.unit)
    return {"value": [low, high], "change": change, "unit": unit}


def quantity_predictions(mentions: Sequence[QuantityMention]) -> list[dict[str, Any]]:
    """All quantities of one text that the annotators of NewsQuant count.

    Zero in words and small vague words (no one, several, a few) are none for them.
    """
    return [quantity_prediction(mention) for mention in mentions if not _is_loose(mention)]


def _is_loose(mention: QuantityMention) -> bool:
    quantity = mention.quantity
    small = quantity.vague and quantity.high is not None and quantity.high < 10
    return small or (quantity.high == 0 and quantity.as_written.isalpha())


# ---------------------------------------------------------------- one number with its words


@dataclass(frozen=True, slots=True)
class _Found:
    """A number on its way to a mention.

    ``phrase`` takes in mark, sign and unit; ``counted`` says that the unit is a counted thing.
    """

    number: NumberMention
    phrase: Span
    unit: Unit | None = None
    written: str = ""
    counted: bool = False
    negative: bool = False
    bound: Bound | None = None
    movement: Movement | None = None

    @property
    def is_measure(self) -> bool:
        return self.unit is not None and not self.counted


class _Reader:
    """The quantities of one reading."""

    def __init__(self, reading: Reading, data: Path | None) -> None:
        self.reading = reading
        self.text = reading.text
        self.doc = reading.doc
        self.starts: list[int] = reading.doc.to_array("IDX").tolist()
        self.units = units(data)
        self.modifiers = modifiers(data)
        self.lists, self.rules = number_words(data).lists, number_words(data).rules
        self.numbers = [number for number in find_numbers(self.text, data) if number.is_amount]

    def single_quantities(self) -> list[_Found]:
        """Each number with what is written before and behind it."""
        found: list[_Found] = []
        taken = 0
        for number in self.numbers:
            if number.span.start < taken:
                continue  # inside the words of the one before: "two new 737 jets", "a dozen"
            one = self._single(number, taken)
            if one is not None:
                found.append(one)
                taken = one.phrase.end
        return found

    def _single(self, number: NumberMention, taken: int) -> _Found | None:
        mark = self.units.before(self.text, number.span.start)
        if mark is not None and mark.span.start < taken:
            mark = None
        number, end = self._end(number, mark)
        suffix = self.units.after(self.text, end)
        start = mark.span.start if mark else number.span.start
        found = self._signed(_Found(number, Span(start, end)))
        if mark is not None:
            found = self._with_mark(found, mark, suffix)
        elif suffix is not None:
            found = self._with_unit(found, suffix)
        else:
            counted = self._counting(found)
            if counted is None:
                return None
            found = counted
        return self._bound(found)

    # -- currencies and measures

    def _end(self, number: NumberMention, mark: UnitMention | None) -> tuple[NumberMention, int]:
        """The number, with its letter where that is a scale, and where its unit may start."""
        lettered = number.with_letter
        if lettered is not None:
            unit = self.units.after(self.text, lettered.span.end)
            if mark is not None or (unit is not None and unit.unit.is_currency):
                number = lettered
        after = self.modifiers.after(self.text, number.span.end)
        end = after[1] if after else number.span.end
        if number.kind is NumberKind.FRACTION:
            article = _OF_A.match(self.text, end)
            if article and self.units.after(self.text, article.end() - 1):
                end = article.end() - 1  # "half an hour", "a quarter of an inch"
        return number, end

    def _signed(self, found: _Found) -> _Found:
        """With a minus or plus sign that is no hyphen: "-$2bn", "$-50", "minus 40", "+0.4%"."""
        start = found.phrase.start
        for place in {start, found.number.span.start}:
            sign, before = self.text[place - 1 : place], self.text[max(0, place - 2) : place - 1]
            free = not before or before in " (~,\n\t" or place != start
            if sign and sign in "-−–" and free:
                phrase = Span(min(start, place - 1), found.phrase.end)
                return replace(found, phrase=phrase, negative=True)
            if sign == "+" and free:
                return replace(
                    found, phrase=Span(place - 1, found.phrase.end), movement=Movement.UP
                )
        minus = re.search(
            r"(?<!\w)(?<!\bor\s)minus[\s-]$", self.text[max(0, start - 10) : start], re.I
        )
        if minus is None:
            return found
        phrase = Span(start - len(minus.group()), found.phrase.end)
        return replace(found, phrase=phrase, negative=True)

    def _with_mark(self, found: _Found, mark: UnitMention, suffix: UnitMention | None) -> _Found:
        """With a currency mark before the number, and what the amount is per."""
        end = found.number.span.end
        if mark.unit.factor > 1:
            found = replace(found, number=_times(found.number, mark.unit.factor))
        unit, written = replace(mark.unit, factor=1), mark.span.of(self.text).strip()
        country = re.compile(r"\s?U\.?S\.?(?!\w)").match(self.text, end)
        if (
            suffix is not None
            and suffix.unit.form.split("/")[0] == unit.form
            and (suffix.span.of(self.text)[0].isalpha())
        ):
            end = suffix.span.start + len(suffix.span.of(self.text).split(" ")[0])
        elif country is not None and unit.form == "USD":
            end = country.end()
        rate = self.units.rate(self.text, UnitMention(unit, Span(end, end)))
        if rate.span.end > end:
            written = f"{written} {self.text[end : rate.span.end].strip(' -')}"
        phrase = Span(found.phrase.start, max(end, rate.span.end))
        return replace(found, unit=rate.unit, written=written, phrase=phrase)

    def _with_unit(self, found: _Found, unit: UnitMention) -> _Found:
        number = found.number
        scale = re.compile(r"\s(million|billion|trillion)\b").match(self.text, unit.span.end)
        if unit.unit.is_currency and scale is not None and not number.scaled:  # "75 USD million"
            factor = number_words().scales[scale.group(1)]
            number = replace(_times(number, factor), span=Span(number.span.start, scale.end()))
            unit = replace(unit, span=Span(unit.span.start, scale.end()))
        return replace(
            found,
            number=_times(number, unit.unit.factor),
            unit=replace(unit.unit, factor=1),
            written=unit.span.of(self.text),
            phrase=Span(found.phrase.start, unit.span.end),
        )

    # -- ages and counted things

    def _counting(self, found: _Found) -> _Found | None:
        """A number without a unit: an age, a count, a bare number; None for part of a name."""
        number = found.number
        end = number.span.end
        if number.span.of(self.text)[-1].isdigit() and self.text[end : end + 1].isalpha():
            return None
        if self._is_age(found):
            return replace(found, unit=Unit(_AGE, _AGE))
        found = self._with_counted(found)
        if number.kind is NumberKind.ZERO:
            if number.span.of(self.text).lower() in ("nobody", "no one", "no-one"):
                return replace(found, unit=Unit("person", ""), counted=True)
            following = self.doc[min(self._token_at(number.span.end), len(self.doc) - 1)]
            if following.lower_ in self.rules["no_zero_before"]:
                return None
            plural = found.counted and self._head(found).tag_ in ("NNS", "NNPS")
            return found if plural or number.span.of(self.text).lower() != "no" else None
        return None if self._is_name(found) or self._is_pronoun(found) else found

    def _is_age(self, found: _Found) -> bool:
        number = found.number
        if number.high > 120 or number.scaled or number.kind is not NumberKind.CARDINAL:
            return False
        before = self.text[max(0, number.span.start - 24) : number.span.start]
        after = self.text[number.span.end : number.span.end + 12]
        apposed = before[-2:] == ", " and after[:1] in (",", ";", ".", ")")
        if apposed and self._follows_person(number.span.start):
            return True
        limit = _AGE_LIMIT.search(before)
        ages = self.units.persons | {"those", "anyone", "everyone"}
        limited = limit is not None and limit.group(1).lower() in ages
        said = limited or _BEFORE_AGE.search(before) or _BEING_AGE.search(before)
        return bool(said) and not self._noun_phrase(self._token_at(number.span.end))

    def _follows_person(self, start: int) -> bool:
        index = self._token_at(start) - 2
        if index < 0 or not len(self.text) >= 10:
            return False
        token = self.doc[index]
        return token.ent_type_ == "PERSON" or (
            token.tag_ == "NNP" and token.ent_type_ not in ("GPE", "DATE", "LOC")
        )

    def _with_counted(self, found: _Found) -> _Found:
        """With the noun phrase that the number counts, where it counts one."""
        index = self._token_at(found.phrase.end)
        if index < len(self.doc) and self.doc[index].lower_ == "of":
            index = self._after_of(index, found.number)
        words = self._noun_phrase(index)
        if not words or not self._may_count(found.number, words, index):
            return found
        head = words[-1]
        phrase = Span(found.phrase.start, head.idx + len(head.text))
        unit = self.units.of_word(head.text) if head.tag_ in ("NN", "NNS") else None
        if unit is not None and head.lemma_.lower() not in self.units.things:
            mention = UnitMention(unit, Span(head.idx, phrase.end))
            rate = self.units.rate(self.text, mention)
            phrase = Span(phrase.start, rate.span.end)
            return replace(found, unit=rate.unit, written=rate.span.of(self.text), phrase=phrase)
        written = " ".join(word.text for word in words if word.tag_ not in ("HYPH", "DT", "POS"))
        form = "person" if head.lower_ in self.units.persons else _singular(head)
        rate = self.units.rate(self.text, UnitMention(Unit(form, written), phrase))
        return replace(
            found,
            unit=rate.unit,
            written=rate.unit.name,
            phrase=Span(phrase.start, rate.span.end),
            counted=True,
        )

    def _may_count(self, number: NumberMention, words: list[Token], start: int) -> bool:
        """Only plurals are counted after "of the" and "more": not "12 of the season"."""
        plural = words[-1].tag_ in ("NNS", "NNPS") or words[-1].lower_ in ("people", "dead")
        apart = start > self._token_at(number.span.end) or words[0].lower_ in ("more", "other")
        return plural or not apart or number.kind is not NumberKind.CARDINAL or number.low == 1

    def _after_of(self, index: int, number: NumberMention) -> int:
        """The start of the noun phrase after "of": "dozens of homes", "three of the captives"."""
        at = index + 1
        while at < len(self.doc) and self.doc[at].tag_ in ("DT", "PRP$", "PDT", "WP$"):
            at += 1
        plain = number.kind is NumberKind.CARDINAL and number.low != 1
        return index if plain and at == index + 1 else at

    def _noun_phrase(self, index: int) -> list[Token]:
        """The tokens from here to the noun that a number counts; empty for none."""
        run: list[Token] = []
        if index >= len(self.doc):
            return run
        end = self.reading.sentence_at(self.doc[index].idx).end
        while index < len(self.doc) and self.doc[index].idx < end:
            token = self.doc[index]
            if run and run[0].text == "-" and run[-1].tag_ in ("NN", "NNP"):
                break  # "a 15-nation summit" counts nations
            if token.lower_ in self.units.stop and token.lower_ not in ("total", "overall"):
                break
            if token.tag_ in ("NNS", "NNPS") or token.lower_ == "people":
                return [*run, token]
            if token.lower_ == "dead" and (not run or run[-1].tag_ not in ("NN", "NNP")):
                return [*run, token]
            if not self._goes_on(token, run):
                break
            if not (token.is_quote and not run):
                run.append(token)
            index += 1
        while run and (run[-1].tag_ not in ("NN", "NNP") or run[-1].ent_type_ in _PLACES):
            run.pop()
        return run

    def _goes_on(self, token: Token, run: list[Token]) -> bool:
        """Whether the token can stand inside the phrase between a number and its noun."""
        if token.tag_ == "CD":  # "new 737 jets"
            return bool(run) and run[-1].tag_ in ("JJ", "NNP", "NN")
        if token.tag_ in ("CC", ","):  # "digital and physical sales"
            return bool(run) and run[-1].tag_ in ("JJ", "NNP", "VBN") and token.lower_ != "but"
        if token.tag_ == "RB":  # "mostly rural towns"
            return token.i + 1 < len(self.doc) and self.doc[token.i + 1].tag_ in ("JJ", "VBN")
        if token.is_quote:
            return not run
        return token.tag_ in _IN_PHRASE or token.lower_ in ("-", "most", "least")

    def _head(self, found: _Found) -> Token:
        return self.doc[self._token_at(found.phrase.end) - 1]

    # -- names and pronouns

    def _is_name(self, found: _Found) -> bool:
        """A bare number beside proper nouns is part of the name ("Apollo 11", "Note 20 Ultra")."""
        number = found.number
        index = self._token_at(number.span.start)
        if index == 0 or self.text[number.span.start - 1] not in " \u00a0":
            return False
        previous = self.doc[index - 1]
        written = number.span.of(self.text)
        if not found.counted and previous.lower_ in self.units.ranks:
            return not written.isdigit() or number.high < 100
        part = previous.lower_ in self.lists["named_if_capital"]
        if part and not found.counted and written.isdigit() and self.doc[index].head is previous:
            return True
        if number.kind is not NumberKind.CARDINAL or number.ranged or number.scaled:
            return False
        if found.unit is None and written[0] == ".":
            return True  # a calibre, a batting average
        if not (written.isdigit() or written[0].isupper()) or found.negative:
            return False
        if found.counted and not self._is_name_behind(found):
            return False
        if found.counted and written.isdigit() and number.high > 100:
            return True
        is_name = previous.tag_ in ("NNP", "NNPS") and previous.text[:1].isupper()
        if not found.counted and previous.tag_ in ("DT", "JJ") and written.isdigit():
            behind = self.doc[index + 1] if index + 1 < len(self.doc) else previous
            is_name = behind.tag_ == "NNP" and behind.lower_ not in self.units.stop
        return is_name and not self._is_headline(number.span.start)

    def _is_name_behind(self, found: _Found) -> bool:
        """Whether what seems counted is the rest of a name: one proper noun in the singular."""
        hyphen = self.text[found.number.span.end] == "-"
        return not hyphen and bool(self._head(found).tag_ == "NNP")

    def _is_headline(self, offset: int) -> bool:
        """Whether every long word of the sentence has a capital letter."""
        sentence = self.reading.sentence_at(offset).of(self.text)
        words: list[str] = re.findall(r"[^\W\d_]{4,}", sentence)
        return sum(word[0].isupper() for word in words) > 0.8 * len(words)

    def _is_pronoun(self, found: _Found) -> bool:
        """ "The same one", "one must", "this one": no amount. "One was hurt" is."""
        if found.number.span.of(self.text).lower() != "one":
            return False
        index = self._token_at(found.number.span.start)
        before = self.doc[index - 1].lower_ if index else ""
        following = self.doc[index + 1 : index + 4]
        of = len(following) > 0 and following[0].lower_ == "of"
        if before in self.lists["before_pronoun_one"] and not of:
            return not (found.counted and before == "the")
        if found.unit is not None or of:
            return False
        if len(following) > 0 and following[0].tag_ == "VBD" and following[0].pos_ == "VERB":
            return False  # "one abstained"
        passive = any(token.tag_ == "VBN" for token in following)
        was = bool(len(following)) and following[0].lower_ in ("was", "were", "has", "is", "had")
        return not (was and passive)

    def _token_at(self, offset: int) -> int:
        """The index of the first token that starts at or after the offset."""
        return bisect_left(self.starts, offset)

    # -- modifiers and movement

    def _bound(self, found: _Found) -> _Found:
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

    def _movement(self, found: _Found, start: int) -> Movement | None:
        """Whether the number is itself a change: "rose 3", "down 12", "fell by 300"."""
        index = self._token_at(start) - 1
        first = self._token_at(self.reading.sentence_at(found.number.span.start).start)
        while index >= first and self._may_stand_between(self.doc[index]):
            index -= 1
        if index < first:
            return None
        token = self.doc[index]
        way = self.modifiers.adverbs.get(token.lower_)
        if way is not None:
            return way if self._is_direction(token) else None
        return self._verb_way(token, found) or self._adverb_behind(found)

    def _may_stand_between(self, token: Token) -> bool:
        is_adverb = token.tag_ == "RB" and token.lower_ not in self.modifiers.adverbs
        return token.lower_ in self.modifiers.between or is_adverb

    def _is_direction(self, token: Token) -> bool:
        """Whether "up" is no particle of another verb ("gave up 500")."""
        if token.dep_ != "prt":
            return True
        verb = token.head.lemma_.lower()
        return verb in self.modifiers.with_particle or self.modifiers.moves(verb)

    def _verb_way(self, token: Token, found: _Found) -> Movement | None:
        lemma = token.lemma_.lower()
        if token.tag_ == "NNP":  # a verb of a headline
            lemma = lemma.removesuffix("s")
        if token.lower_ in ("by", "of"):
            before = self.doc[token.i - 1].lemma_.lower() if token.i else ""
            lemma = before
            if before in self.modifiers.adverbs:
                return self.modifiers.adverbs[before]
            if token.lower_ == "by" and not self.modifiers.moves(before):
                lemma = _governor(token).lemma_.lower()
            elif token.lower_ == "of" and self.doc[token.i - 1].pos_ != "NOUN":
                return None
            return self.modifiers.intransitive.get(lemma) or self.modifiers.transitive.get(lemma)
        if token.pos_ not in ("VERB", "AUX", "NOUN", "PROPN", "ADJ"):
            return None
        way = None if found.counted else self.modifiers.intransitive.get(lemma)
        if way is None and found.unit is not None and found.unit.form in self.modifiers.points:
            way = self.modifiers.transitive.get(lemma)
        return way

    def _adverb_behind(self, found: _Found) -> Movement | None:
        """ "34 per cent higher"."""
        match = re.compile(r"\s(\w+)").match(self.text, found.phrase.end)
        return self.modifiers.adverbs.get(match.group(1)) if match and found.is_measure else None

    # -- ranges over units

    def joined_ranges(self, found: list[_Found]) -> list[_Found]:
        """Pairs that are one range with a unit at both ends: "5% to 6%", "from $3 to $5"."""
        joined: list[_Found] = []
        for one in found:
            if joined and self._is_range(joined[-1], one):
                joined[-1] = self._range(joined[-1], one)
            else:
                joined.append(one)
        return joined

    def _is_range(self, first: _Found, second: _Found) -> bool:
        plain = all(
            one.number.kind is NumberKind.CARDINAL and not one.number.ranged
            for one in (first, second)
        )
        gap = self.text[first.phrase.end : second.phrase.start]
        if not plain or "\n" in gap or not _same_unit(first, second):
            return False
        before = self.text[max(0, first.phrase.start - 32) : first.phrase.start]
        from_a = _FROM.search(before) is not None
        if re.fullmatch(r"\s?[-–—‑]\s?|\s(?:to|or)\s|-to-", gap):
            whole = from_a or self._rises(first, second)
        elif gap == " and ":
            whole = re.search(r"\bbetween\s(?:\w+\s){0,2}$", before, re.I) is not None
        else:
            whole = (
                from_a and re.fullmatch(r"(?:\s[\w.]+){0,6}\sto(?:\s\w+){0,2}\s", gap) is not None
            )
        return whole and not (from_a and self._tells_of_counts(first, second))

    def _rises(self, first: _Found, second: _Found) -> bool:
        """Whether "a to b" is a range and no move by a to b ("rose $5 to $40")."""
        if first.movement is not None and first.is_measure:
            return False
        both = first.is_measure and first.unit == second.unit
        scaled = second.number.scaled and not first.number.scaled
        return (
            first.number.low < second.number.low
            or scaled
            or (both and first.unit is not None and "/" in first.unit.form)
        )

    def _tells_of_counts(self, first: _Found, second: _Found) -> bool:
        """ "The toll rose from 34 to 41" gives two counts; of a measure it is one range."""
        if first.is_measure or second.is_measure:
            return False
        start = self._token_at(first.phrase.start)
        return any(
            self.modifiers.moves(token.lemma_.lower())
            for token in self.doc[max(0, start - 6) : start]
        )

    def _range(self, first: _Found, second: _Found) -> _Found:
        signed = [_times(one.number, -1) if one.negative else one.number for one in (first, second)]
        richer = max((second, first), key=lambda one: one.unit.form.count("/") if one.unit else -1)
        return replace(
            first,
            number=joined_range(*signed),
            phrase=Span(first.phrase.start, second.phrase.end),
            unit=richer.unit,
            written=richer.written,
            counted=richer.counted,
            negative=False,
        )

    # -- words said once for two numbers

    def with_shared_words(self, found: list[_Found]) -> list[_Found]:
        """Units carried over, conversions in brackets, and amounts with their parts."""
        shared: list[_Found] = []
        for one in found:
            before = shared[-1] if shared else None
            if before is not None:
                whole = self._with_parts(before, one)
                if whole is not None:
                    shared[-1] = whole
                    continue
                one = self._as_before(before, one)
            shared.append(one)
        for place in range(len(shared) - 2, -1, -1):
            shared[place] = self._as_behind(shared[place], shared[place + 1])
        return shared

    def _as_before(self, before: _Found, one: _Found) -> _Found:
        gap = self.text[before.phrase.end : one.phrase.start]
        bare = one.bound is None and one.movement is None
        if bare and before.is_measure and one.is_measure and _CONVERSION.fullmatch(gap):
            return replace(one, bound=before.bound, movement=before.movement)
        listed = re.fullmatch(r",\s|,?\s(?:and|or)\s", gap) is not None
        if one.unit is None and listed and before.unit is not None and before.unit.form == _AGE:
            return replace(one, unit=before.unit)  # "aged 19, 22 and 31"
        by = re.search(r"\bby\s$", gap) is not None and len(gap) < 60
        if one.unit is None and by and before.movement is not None and before.is_measure:
            movement = one.movement or before.movement
            return replace(one, unit=before.unit, written=before.written, movement=movement)
        from_a = _FROM.search(self.text[max(0, before.phrase.start - 32) : before.phrase.start])
        if one.unit is None and before.is_measure and from_a and gap in (" to ", " to about "):
            return replace(one, unit=before.unit, written=before.written)
        if one.unit is not None and one.movement is None and by and before.movement is not None:
            return replace(one, movement=before.movement)
        return one

    def _as_behind(self, one: _Found, behind: _Found) -> _Found:
        """ "280m of the 1.5bn euros", "10, 20 and 30 per cent", "four- and six-seat"."""
        if one.unit is not None or behind.unit is None:
            return one
        gap = self.text[one.phrase.end : behind.phrase.start]
        hyphens = re.fullmatch(r"-(?:,| and| or|, and|, or| to)\s", gap)
        listed = behind.is_measure and re.fullmatch(r",?\s(?:and|or)\s|,\s", gap)
        listed = listed or re.fullmatch(
            r"\sof\s(?:(?:the|its|his|her|their|our|all|those)\s)?", gap
        )
        attributive = self.text[behind.number.span.end : behind.number.span.end + 1] == "-"
        if not hyphens and (not listed or attributive):
            return one
        return replace(one, unit=behind.unit, written=behind.written, counted=behind.counted)

    def _with_parts(self, before: _Found, one: _Found) -> _Found | None:
        """ "3 dollars 50 cents", "15 dollars 50"."""
        gap = self.text[before.phrase.end : one.phrase.start]
        if before.unit is None or gap not in (" ", " and ") or one.number.high >= 100:
            return None
        form = one.unit.form if one.unit is not None else "cent"
        if before.unit.form not in self.units.parts.get(form, ()) or before.number.ranged:
            return None
        if one.unit is None and (gap != " " or one.number.high < 10):
            return None
        value = before.number.low + one.number.low / 100
        span = Span(before.number.span.start, one.number.span.end)
        number = replace(before.number, span=span, low=value, high=value, step=0.01)
        return replace(before, number=number, phrase=Span(before.phrase.start, one.phrase.end))


_AGE = "year of age"
_MINUS = re.compile(r"(?<!\w)(?<!\bor\s)minus[\s-]$", re.IGNORECASE)
_IN_PHRASE = frozenset(("JJ", "JJR", "JJS", "NN", "NNP", "VBN", "VBG", "HYPH", "RBS", "RBR"))
_PLACES = frozenset(("GPE", "LOC", "DATE", "TIME", "PERSON"))
_FROM = re.compile(r"\b(?:from|range|ranges|ranging|ranged)\s(?:\S+\s){0,2}$", re.IGNORECASE)
_OF_A = re.compile(r"\s(?:of\s)?an?\s(?:US\s)?")
_TO_B = re.compile(r"(?:\s[\w.]+){0,6}\sto(?:\s\w+){0,2}\s")
_CONVERSION = re.compile(r"\s?[(\[]|\s?/\s?")
_BEFORE_AGE = re.compile(
    r"\b(?:aged?|ages|turn(?:s|ed|ing)?)\s(?:(?:of|between|from|over|under|around|about)\s)?$", re.I
)
_AGE_LIMIT = re.compile(r"\b(\w+)\s(?:under|over|above|below|(?:older|younger)\sthan)\s$", re.I)
_BEING_AGE = re.compile(r"\b(?:he|she|who)\s(?:is|was|will be|would be)\s(?:only\s)?$", re.I)


def _governor(by: Token) -> Token:
    """The verb that a "by" belongs to."""
    head = by.head
    while head.pos_ not in ("VERB", "AUX") and head.head is not head:
        head = head.head
    return head


def _singular(noun: Token) -> str:
    """The noun in normal form; proper nouns keep their plural in spaCy."""
    lemma: str = noun.lemma_.lower()
    return lemma[:-1] if noun.tag_ == "NNPS" and lemma.endswith("s") else lemma


def _times(number: NumberMention, factor: int) -> NumberMention:
    ends = sorted((number.low * factor, number.high * factor))
    return replace(number, low=ends[0], high=ends[1], step=number.step * abs(factor))


def _same_unit(first: _Found, second: _Found) -> bool:
    if first.unit is None or second.unit is None:
        return True
    return first.unit.form.split("/")[0] == second.unit.form.split("/")[0]


def _mention(found: _Found, text: str) -> QuantityMention:
    number = _times(found.number, -1) if found.negative else found.number
    form = found.unit.form if found.unit else None
    share = number.kind is NumberKind.FRACTION and not found.is_measure
    modifier = found.bound.modifier if found.bound else Modifier.EXACT
    if number.ranged and modifier is Modifier.EXACT:
        modifier = Modifier.RANGE
    low: Number | None = None if modifier is Modifier.AT_MOST else number.low
    high: Number | None = None if modifier is Modifier.AT_LEAST else number.high
    quantity = Quantity(
        low=low,
        high=high,
        modifier=modifier,
        unit="share" if share else form,
        as_written=number.span.of(text),
        exclusive=found.bound.exclusive if found.bound else False,
        vague=number.kind is NumberKind.VAGUE,
        step=number.step,
        movement=found.movement,
    )
    return QuantityMention(quantity, number.span, found.written, share or found.is_measure)
