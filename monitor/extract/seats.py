"""Whose an office is that the text names without its body ("Health Minister Jane Doe said").

A state's office belongs to the state that the sentence or else the story is about; an office of a
company, union or federation to the body named last, as a subject where there is one.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from monitor.claims import Holder
from monitor.extract.holders import HolderBook, entry, normal
from monitor.extract.reading import Reading
from monitor.extract.tree import QUOTE_MARKS

if TYPE_CHECKING:
    from spacy.tokens import Span as Words
    from spacy.tokens import Token

_POSSESSIVE = re.compile(r"['’]s?$")
_IN_TITLE, _AS_SUBJECT = 2, 4  # what a name counts in the headline and as a subject
_PRESIDED = ("federation", "company", "party", "agency", "group", "intergovernmental", "court")
_INNER = ("compound", "poss", "amod", "nmod")
_LONGEST_RUN = 5  # tokens of a body's name before an office


class Seats:
    """The states and bodies of one article, by where they are named."""

    def __init__(self, reading: Reading, book: HolderBook) -> None:
        self._doc = reading.doc
        self._book = book
        self._norms = [normal(token.text) for token in reading.doc]
        self._title_end = reading.title.end if reading.title is not None else 0
        self._states, self._bodies = self._read()

    def of(
        self, start: int, end: int, described: Holder | None = None
    ) -> tuple[Holder, bool] | None:
        """The holder of the office at these tokens and whether it is certain; None if unknown.

        ``described``: whom the sentence means by "the union", "the company".
        """
        seat = self._seat(start, end)
        if seat == "of_state" and self._doc[start:end].text.casefold() in self._book.seats:
            body = self._body_here(start)
            if body is not None:
                return body, True  # "UEFA has proposed nothing, President Jane Doe said"
        if self.is_of_state(start, end):
            return self._nearest(self._states, start)
        if seat == "of_body" and described is not None and described.kind != "state":
            return described, True
        if seat == "of_body":
            return self._nearest(self._bodies, start)
        if seat == "of_central_bank":
            banks = [(at, body) for at, body in self._bodies if body.kind == "central_bank"]
            return self._nearest(banks, start)
        return None

    def _body_here(self, start: int) -> Holder | None:
        """The body that is the subject of the sentence before an office, where no state is."""
        first = self._doc[start].sent.start
        subjects = [
            (at, holder)
            for at, holder in (*self._states, *self._bodies)
            if first <= at < start and self._is_subject(at) and not self._is_quoted(first, at)
        ]
        holder = min(subjects, key=lambda named: named[0])[1] if subjects else None
        return holder if holder is not None and holder.kind in _PRESIDED else None

    def is_of_state(self, start: int, end: int) -> bool:
        """Whether the office is a state's: a minister's, or that of a government's spokesman."""
        seat = self._seat(start, end)
        of_organ = start > 0 and (self._norms[start - 1],) in self._book.organs
        return seat == "of_state" or (seat is None and of_organ)

    def is_of_body(self, start: int, end: int) -> bool:
        """Whether the office is one of companies, unions and federations."""
        return self._seat(start, end) == "of_body"

    def _is_quoted(self, first: int, at: int) -> bool:
        return any(token.text in QUOTE_MARKS for token in self._doc[first:at])

    def _seat(self, start: int, end: int) -> str | None:
        words = self._doc[start:end].text
        return self._book.seats.get(words) or self._book.seats.get(words.casefold())

    def state(self, start: int) -> tuple[Holder, bool] | None:
        """The state whose organs a text means that names none."""
        return self._nearest(self._states, start)

    def last_body(self, before: int, kinds: tuple[str, ...]) -> Holder | None:
        """The body of one of these kinds that was named last, else one whose kind is not known."""
        named = [body for at, body in self._bodies if at < before]
        known = [body for body in named if body.kind in kinds]
        unknown = [body for body in named if body.kind == "group" and "state" not in kinds]
        return next(iter([*known[-1:], *unknown[-1:]]), None)

    def titled(self, start: int) -> Holder | None:
        """The body whose name stands right before an office ("World Rowing President ...")."""
        first = start
        while first > 0 and start - first < _LONGEST_RUN and self._is_of_name(first - 1):
            first -= 1
        while first < start and self._norms[first] in self._book.portfolios:
            first += 1
        words = [word for word in self._norms[first:start] if word]
        if not words or all(word in self._book.portfolios for word in words):
            return None
        return self._body(self._doc[first:start])

    def _is_of_name(self, at: int) -> bool:
        token = self._doc[at]
        return (
            token.text[:1].isupper()
            and token.pos_ == "PROPN"
            and token.ent_type_ not in ("DATE", "PERSON", "TIME", "NORP")
            and not token.is_sent_end
        )

    def _body(self, words: Words) -> Holder | None:
        name = _POSSESSIVE.sub("", re.sub(r"^[Tt]he ", "", words.text)).strip()
        parts = normal(name).split()
        if not parts or not name[:1].isupper() or self._book.is_outlet(name):
            return None
        if words[-1].pos_ == "PRON":
            return None
        if any(self._book.longest(parts, i, self._book.ranks) for i in range(len(parts))):
            return None
        known = self._book.names.get(entry(parts))
        if known is not None:
            return known if known.kind != "state" else None
        if all((p,) in self._book.organs or p in self._book.portfolios for p in parts):
            return None
        if any(self._book.longest(parts, 0, t) for t in (self._book.demonyms, self._book.names)):
            return None
        longer = [
            _POSSESSIVE.sub("", e.text) for e in self._doc.ents if e.text.startswith(f"{name} ")
        ]
        named = max((e for e in longer if self._is_org(e)), key=len, default=name)
        return Holder(named, self._book.kind_of(named))

    def _is_org(self, name: str) -> bool:
        return any(e.label_ == "ORG" and e.text.startswith(name) for e in self._doc.ents)

    def _read(self) -> tuple[list[tuple[int, Holder]], list[tuple[int, Holder]]]:
        states, bodies = list[tuple[int, Holder]](), list[tuple[int, Holder]]()
        at = 0
        while at < len(self._norms):
            size = self._book.longest(self._norms, at, self._book.names)
            nation = self._book.longest(self._norms, at, self._book.demonyms)
            written = any(self._book.is_written(t.text) for t in self._doc[at : at + (size or 1)])
            part = self._book.is_part(self._norms, at, max(size, nation))
            if max(size, nation) == 0 or not written or part:
                at += 1
                continue
            table = self._book.names if size >= nation else self._book.demonyms
            holder = table[entry(self._norms[at : at + max(size, nation)])]
            (states if holder.kind == "state" else bodies).append((at, holder))
            at += max(size, nation)
        where = self._book.grammar["placing"]
        persons = {t.text for e in self._doc.ents if e.label_ == "PERSON" for t in e}
        for found in self._doc.ents:
            body = self._body(found) if found.label_ == "ORG" else None
            placed = found.root.dep_ == "pobj" and found.root.head.lower_ in where
            if body is not None and found[-1].text not in persons and not placed:
                bodies.append((found.start, body))
        bodies.extend(self._national_banks(states))
        return states, sorted(set(bodies), key=lambda named: named[0])

    def _national_banks(self, states: list[tuple[int, Holder]]) -> list[tuple[int, Holder]]:
        """ "Norway's central bank": under its own name where that is known."""
        found = []
        for at, state in states:
            behind = " ".join(word for word in self._norms[at : at + 5] if word)
            if "central bank" in behind:
                name = f"{state.name} central bank"
                bank = self._book.names.get(entry(normal(name).split()))
                found.append((at, bank or Holder(name, "central_bank")))
        return found

    def _nearest(self, named: list[tuple[int, Holder]], start: int) -> tuple[Holder, bool] | None:
        """The subject of the sentence before the office, else what the article names most."""
        sentence = self._doc[start].sent
        here = [(at, h) for at, h in named if sentence.start <= at < start]
        subjects = [h for at, h in here if self._is_subject(at)]
        if subjects:
            return subjects[0], True
        if named is self._bodies and (unknown := self._subject_name(start)) is not None:
            return unknown, True
        if not named:
            return None
        if start > 0 and self._norms[start - 1] in self._book.grammar["possessive"]:
            before = [(at, h) for at, h in named if at < sentence.start]
            known = [h for at, h in before if self._is_subject(at)] or [h for _, h in before]
            if known:
                return known[-1], True  # "Its president, Jane Doe, ..."
        counts = Counter[str]()
        for at, holder in named:
            in_title = self._doc[at].idx < self._title_end
            counts[holder.name] += _IN_TITLE if in_title else 1
            counts[holder.name] += _AS_SUBJECT if self._is_subject(at) else 0
        best, second = ([*counts.most_common(2), ("", 0)])[:2]
        chosen = next(holder for _, holder in named if holder.name == best[0])
        return chosen, best[1] >= 2 * second[1]

    def _subject_name(self, start: int) -> Holder | None:
        """The name that is the subject before the office, where no reader of names knew it."""
        for token in self._doc[self._doc[start].sent.start : start]:
            if token.dep_ in ("nsubj", "nsubjpass"):
                first = token.i
                while first > 0 and self._is_of_name(first - 1):
                    first -= 1
                return self._body(self._doc[first : token.i + 1])
        return None

    def _is_subject(self, at: int) -> bool:
        token: Token = self._doc[at]
        while token.dep_ in _INNER and token.head.i != token.i:
            token = token.head
        return token.dep_ in ("nsubj", "nsubjpass")
