"""Who is introduced in an article, by the office or the body beside the name.

"French President ...", "..., a senior Hamas official": the article's own words go before any table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.claims import Holder, Rank
from monitor.extract.affiliations import Affiliations
from monitor.extract.holders import Actor, entry, normal
from monitor.extract.mentions import Mentions
from monitor.extract.names import Names, bare
from monitor.extract.people import People
from monitor.extract.seats import Seats

if TYPE_CHECKING:
    from spacy.tokens import Token

_PERSONAL = {"his": "he", "her": "she", "its": "it", "their": "they"}
_TITLE_REACH = 9  # tokens before an office in which its country or body may stand


class Introductions:
    """Reads the introductions of one article into its people."""

    def __init__(
        self,
        names: Names,
        people: People,
        seats: Seats,
        mentions: Mentions,
        affiliations: Affiliations,
    ) -> None:
        """``people`` are added to as they are met; ``mentions`` are those known so far."""
        self._names, self._people, self._seats = names, people, seats
        self._mentions, self._affiliations = mentions, affiliations
        self._doc, self._norms, self._book = names.doc, names.norms, names.book

    def read(self) -> None:
        """Tie each named person to a holder and a rank by the office beside the name."""
        at = 0
        while at < len(self._norms):
            size = self._book.longest(self._norms, at, self._book.ranks)
            if size:
                self._office(at, at + size)
            else:
                self._belonging(at)
                self._leading(self._doc[at])
            at += max(size, 1)

    def _belonging(self, at: int) -> None:
        """ "Hamas's Osama Hamdan": a name of two words or more behind a body's possessive."""
        size = self._book.longest(self._norms, at, self._book.names)
        end = at + size
        if not size or end + 1 >= len(self._doc) or self._doc[end].tag_ != "POS":
            return
        name = self._names.at(end + 1)
        if name is not None and name[1] - name[0] > 1 and self._doc[name[1] - 1].pos_ == "PROPN":
            holder = self._book.names[entry(self._norms[at:end])]
            body = self._book.kind_of(self._doc[name[0] : name[1]].text) != "group"
            if not body and self._doc[name[0]].ent_type_ in ("PERSON", "ORG", ""):
                self._register(*name, holder, Rank.OFFICIAL)

    def _leading(self, verb: Token) -> None:
        """ "Jane Doe, who leads the Farmers Party": the party's, in its first rank."""
        if verb.dep_ != "relcl" or verb.lemma_.lower() not in self._book.grammar["leading"]:
            return
        body = next((c for c in verb.children if c.dep_ == "dobj"), None)
        who = any(c.dep_ == "nsubj" and c.lower_ == "who" for c in verb.children)
        if body is None or not who:
            return
        holder = self._affiliations.of(body.left_edge.i, body.right_edge.i + 1)
        name = self._names.at(verb.head.left_edge.i)
        if holder is not None and name is not None:
            self._register(*name, holder, Rank.PRINCIPAL)

    def _office(self, start: int, end: int) -> None:
        """The person whose name stands beside an office, in the holder's service that it names."""
        sentence = self._doc[start].sent
        stop = self._names.phrase_end(end, sentence.end)
        belongs = stop > end and self._norms[end] in self._book.grammar["affiliating"]
        after = self._affiliations.of(end + 1, stop) if belongs else None
        owned = start > 0 and self._norms[start - 1] in self._book.grammar["possessive"]
        is_comma = self._names.is_comma
        apart = after is not None or (stop > end and is_comma(stop) and owned >= belongs)
        name = self._name_behind(end, stop if apart else None)
        floor = max(sentence.start, start - _TITLE_REACH)
        if name is None:
            name = self._names.before(start, sentence.start)
            floor = name[1] if name is not None else floor
        if name is None:
            return
        before = self._affiliations.before_office(floor, start)
        titled = self._seats.titled(start) if name[0] == end else None
        self._officer(name, (start, end), floor, before or after or titled)

    def _name_behind(self, end: int, stop: int | None) -> tuple[int, int] | None:
        """The name behind an office, or behind its "of X" that ends at ``stop``."""
        names = self._names
        return (
            names.at(end)
            or (names.at(names.past_comma(stop)) if stop is not None else None)
            or (names.at(end + 1) if names.is_comma(end) else None)
        )

    def _officer(
        self, name: tuple[int, int], office: tuple[int, int], floor: int, holder: Holder | None
    ) -> None:
        """File who has an office. ``holder``: whose it is by the words beside it, if any say so."""
        start, end = office
        rank = self._book.ranks[entry(self._norms[start:end])]
        if self._is_unofficial(start, end):
            holder, rank = None, Rank.OTHER
        seat = None
        if holder is None and rank is not Rank.OTHER:
            described = self._affiliations.described(self._doc[start].sent.start, start)
            holder = self._owner(floor, start) if described is None else None
        if holder is None and rank is not Rank.OTHER:
            seat = self._seats.of(start, end, described)
            if seat is None and self._seats.is_of_state(start, end):
                rank = Rank.OTHER  # of a state that the article does not name
        if seat is not None and seat[1] and self._seats.is_of_body(start, end):
            holder = seat[0]
        self._register(*name, holder, rank, seat)

    def _is_unofficial(self, start: int, end: int) -> bool:
        """Whether the words of an office say that it is none: "former", "analyst"."""
        past = self._names.is_past_comma
        near = [at for at in range(max(0, start - 2), end) if not past(at, start)]
        return any(self._norms[at] in self._book.unofficial for at in near)

    def _owner(self, floor: int, start: int) -> Holder | None:
        """ "His spokesman", "its head of development": of whom the pronoun means."""
        for at in range(start - 1, max(floor, start - 4) - 1, -1):
            if self._doc[at].is_punct or self._doc[at].pos_ in ("VERB", "AUX"):
                return None
            if self._norms[at] in self._book.grammar["possessive"]:
                meant = self._mentions.pronoun(_PERSONAL.get(self._norms[at], ""), at)
                return meant.holder if meant is not None and meant.holder.official else None
        return None

    def _register(
        self,
        first: int,
        last: int,
        holder: Holder | None,
        rank: Rank,
        seat: tuple[Holder, bool] | None = None,
    ) -> None:
        """File a person under a holder. ``seat``: whose the office is where no word says so."""
        text = bare(self._doc[first:last].text)
        key = normal(text)
        known = self._people.known.get(key)
        if not key or (known is not None and known.certain):
            return
        if not any(token.pos_ == "PROPN" for token in self._doc[first:last]):
            return
        actor: Actor | None = None
        known_head = self._book.heads.get(key) or self._people.head(key)
        if holder is None and known_head is not None:
            actor = replace(known_head, speaker=text)
        elif holder is not None:
            actor = Actor(holder, text, rank)
        elif seat is not None:
            actor = Actor(seat[0], text, rank, certain=seat[1])
        elif rank is not Rank.OTHER and known is None:
            near = self._last_named(first)
            actor = Actor(near, text, rank, certain=False) if near is not None else None
        if actor is None:
            return
        self._people.add(text, actor)

    def _last_named(self, at: int) -> Holder | None:
        """The body or state named last before a place, as a subject where there is one.

        "On the group's channel" in the same sentence goes before it.
        """
        sentence = self._doc[at].sent
        described = self._affiliations.described(sentence.start, sentence.end)
        if described is not None:
            return described
        near = [m for m in self._mentions.before(at, 2) if not m.person]
        subjects = [m for m in near if self._mentions.is_subject(m.at)]
        chosen = subjects or near
        return chosen[-1].actor.holder if chosen else None
