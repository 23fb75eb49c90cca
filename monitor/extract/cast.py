"""Who is who in one article: its people and bodies, and whom its words for them mean.

People are tied to a holder by the article's own words ("French President ...", "..., a senior
Hamas official") before any table; pronouns and descriptions ("the group", "the officials") by what
was named before them, speakers first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.claims import Holder, Rank, Span
from monitor.extract.holders import Actor, HolderBook, entry, normal
from monitor.extract.mentions import Mention, Mentions
from monitor.extract.reading import Reading
from monitor.extract.seats import Seats

if TYPE_CHECKING:
    from spacy.tokens import Token

_PERSONAL = {"his": "he", "her": "she", "its": "it", "their": "they"}
_TITLE_REACH = 9  # tokens before an office in which its country or body may stand
_APPOSITION_REACH = 16  # tokens after a name in which its office may stand
_PHRASE_REACH = 9  # tokens of "spokesman for the ..." that are looked at
_LEAST_SURNAME = 4  # letters of a surname that may stand for the whole name
_LONGEST_NAME = 6  # words
_FULL_NAME = re.compile(r"[A-Z][\w.’'-]+(?: (?:[A-Z]|al-|el-|bin |von |van |de )[\w.’'-]*){1,3}")
_SUFFIXES = ("jr", "sr", "ii", "iii")
_GIVEN_LAST = re.compile(r"[A-Z][a-z]+-[a-z]+")
_POSSESSIVE = re.compile(r"['’]s?$")


class Cast:
    """The people and bodies of one article."""

    def __init__(self, reading: Reading, book: HolderBook, spoken: Sequence[Span] = ()) -> None:
        """Read the article's introductions. ``spoken``: the sources of its sayings."""
        self._reading = reading
        self._book = book
        self._doc = reading.doc
        self._norms = [normal(token.text) for token in reading.doc]
        self._people: dict[str, Actor] = {}
        self._seats = Seats(reading, book)
        self._spoken = spoken
        self._mentions = self._find_mentions()
        self._introduce()
        self._mentions = self._find_mentions()
        self._introduce()
        self._strangers()
        self._mentions = self._find_mentions()

    # ---------------------------------------------------------------- introductions

    def _introduce(self) -> None:
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
        name = self._name_at(end + 1)
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
        holder = self._affiliation(body.left_edge.i, body.right_edge.i + 1)
        name = self._name_at(verb.head.left_edge.i)
        if holder is not None and name is not None:
            self._register(*name, holder, Rank.PRINCIPAL)

    def _office(self, start: int, end: int) -> None:
        sentence = self._doc[start].sent
        rank = self._book.ranks[entry(self._norms[start:end])]
        stop = self._phrase_end(end, sentence.end)
        belongs = stop > end and self._norms[end] in self._book.grammar["affiliating"]
        after = self._affiliation(end + 1, stop) if belongs else None
        owned = start > 0 and self._norms[start - 1] in self._book.grammar["possessive"]
        apart = after is not None or (stop > end and self._is_comma(stop) and owned >= belongs)
        name = (
            self._name_at(end)
            or (self._name_at(self._past_comma(stop)) if apart else None)
            or (self._name_at(end + 1) if self._is_comma(end) else None)
        )
        floor = max(sentence.start, start - _TITLE_REACH)
        if name is None:
            name = self._name_before(start, sentence.start)
            floor = name[1] if name is not None else floor
        if name is None:
            return
        before = self._title_affiliation(floor, start)
        titled = self._seats.titled(start) if name[0] == end else None
        holder = before or after or titled
        near = [at for at in range(max(0, start - 2), end) if not self._is_past_comma(at, start)]
        if any(self._norms[at] in self._book.unofficial for at in near):
            holder, rank = None, Rank.OTHER
        seat = None
        if holder is None and rank is not Rank.OTHER:
            described = self._described(sentence.start, start)
            holder = self._owner(floor, start) if described is None else None
        if holder is None and rank is not Rank.OTHER:
            seat = self._seats.of(start, end, described)
            if seat is None and self._seats.is_of_state(start, end):
                rank = Rank.OTHER  # of a state that the article does not name
        if seat is not None and seat[1] and self._seats.is_of_body(start, end):
            holder = seat[0]
        self._register(*name, holder, rank, seat)

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
        text = _POSSESSIVE.sub("", self._doc[first:last].text)
        key = normal(text)
        known = self._people.get(key)
        if not key or (known is not None and known.certain):
            return
        if not any(token.pos_ == "PROPN" for token in self._doc[first:last]):
            return
        actor: Actor | None = None
        known_head = self._book.heads.get(key) or self._head(key)
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
        self._people[key] = actor
        surname = _surname(text)
        other = self._people.get(surname)
        if surname and (other is None or not other.certain):
            self._people[surname] = actor

    def _strangers(self) -> None:
        """People whom the article ties to nobody: filed under their own name."""
        for entity in self._doc.ents:
            text = _POSSESSIVE.sub("", entity.text)
            words = text.split()
            key, surname = normal(text), normal(words[-1]) if words else ""
            if entity.label_ != "PERSON" or len(words) < 2 or len(surname) < _LEAST_SURNAME:
                continue
            if key in self._people or surname in self._people or self._head(surname) is not None:
                continue
            if any(self._book.longest(normal(text).split(), i, self._book.names) for i in range(2)):
                continue
            actor = Actor(Holder(text, "person", official=False), text)
            self._people[key] = self._people[surname] = actor

    def _last_named(self, at: int) -> Holder | None:
        """The body or state named last before a place, as a subject where there is one.

        "On the group's channel" in the same sentence goes before it.
        """
        sentence = self._doc[at].sent
        described = self._described(sentence.start, sentence.end)
        if described is not None:
            return described
        near = [m for m in self._mentions.before(at, 2) if not m.person]
        subjects = [m for m in near if self._mentions.is_subject(m.at)]
        chosen = subjects or near
        return chosen[-1].actor.holder if chosen else None

    # ---------------------------------------------------------------- names in the text

    def _is_comma(self, at: int) -> bool:
        return at < len(self._doc) and self._doc[at].text in (",", "–", "—", "-")

    def _is_past_comma(self, at: int, start: int) -> bool:
        """Whether a comma or the like stands between a token and one behind it."""
        return any(self._doc[i].is_punct and self._norms[i] == "" for i in range(at, start))

    def _past_comma(self, at: int) -> int:
        return at + 1 if self._is_comma(at) else at

    def _name_like(self, at: int) -> bool:
        text = self._doc[at].text
        return (
            text[:1].isupper()
            or self._norms[at] in self._book.grammar["name_particles"]
            or text == "-"
            or self._is_hyphened(at)
        )

    def _is_hyphened(self, at: int) -> bool:
        """The second half of a given name ("Kyoo-hong")."""
        return at > 1 and self._doc[at - 1].text == "-" and not self._doc[at - 1].whitespace_

    def _name_at(self, at: int) -> tuple[int, int] | None:
        """A person's name that begins at this token."""
        end = at
        while end < len(self._doc) and self._name_like(end):
            if end > at and self._doc[end].is_sent_start:
                break
            end += 1
        while (
            end > at
            and not self._doc[end - 1].text[:1].isupper()
            and not self._is_hyphened(end - 1)
        ):
            end -= 1
        if end == at or end - at > _LONGEST_NAME or not self._norms[at]:
            return None
        for table in (self._book.ranks, self._book.names, self._book.demonyms):
            if self._book.longest(self._norms, at, table):
                return None
        return at, end

    def _name_before(self, start: int, floor: int) -> tuple[int, int] | None:
        """The name to which "..., a senior official of X," is in apposition."""
        comma = None
        for back in range(start - 1, max(floor, start - _APPOSITION_REACH) - 1, -1):
            token = self._doc[back]
            if token.text == ",":
                comma = back
                break
            if token.pos_ in ("VERB", "AUX") or token.text in ("and", "but"):
                return None
        if comma is None:
            return None
        first = comma
        while first > floor and self._name_like(first - 1):
            first -= 1
        for at in range(first, comma):
            if self._book.longest(self._norms, at, self._book.ranks):
                first = at + 1
        while first < comma and not self._doc[first].text[:1].isupper():
            first += 1
        if first >= comma or comma - first > _LONGEST_NAME:
            return None
        if entry(self._norms[first:comma]) in self._book.names:
            return None
        if any(self._doc[i].ent_type_ in ("DATE", "TIME", "GPE") for i in range(first, comma)):
            return None
        return first, comma

    def _phrase_end(self, end: int, limit: int) -> int:
        """Where "of X" behind an office ends; ``end`` itself where nothing is affiliated."""
        beginning = self._book.grammar["affiliating"] | {"in"}  # "its envoy in Lima, Jane Doe"
        if end >= len(self._doc) or self._norms[end] not in beginning:
            return end
        stop = end + 1
        while stop < min(limit, end + _PHRASE_REACH) and self._doc[stop].text not in ",.;":
            if self._doc[stop].pos_ in ("VERB", "AUX"):
                break
            stop += 1
        return stop

    def _title_affiliation(self, start: int, end: int) -> Holder | None:
        """The holder before an office, behind the last verb or comma."""
        for at in range(end - 1, start - 1, -1):
            token = self._doc[at]
            if token.pos_ in ("VERB", "AUX") or token.text in ',;:“”"':
                start = at + 1
                break
        return self._affiliation(start, end)

    def _name_size(self, at: int) -> int:
        """How many tokens from here on name a body or state, written as names are; 0 for none.

        The work of an office is none: "Labour Minister".
        """
        size = self._book.longest(self._norms, at, self._book.names)
        if not any(self._book.is_written(t.text) for t in self._doc[at : at + size]):
            return 0
        after = self._norms[at + size : at + size + 1]
        office = size == 1 and self._norms[at] in self._book.portfolios and after
        return 0 if office and self._book.ranks.get((after[0],)) is Rank.MINISTER else size

    def _affiliation(self, start: int, end: int) -> Holder | None:
        """The holder named between two tokens: bodies before states, names before demonyms."""
        found: Holder | None = None
        people: Holder | None = None
        at = start
        while at < min(end, len(self._norms)):
            organ = self._book.longest(self._norms, at, self._book.organs)
            size = self._name_size(at)
            if size and size >= organ:
                holder = self._book.names[entry(self._norms[at : at + size])]
                if found is None or (found.kind == "state" and holder.kind != "state"):
                    found = holder
                at += size
                continue
            demonym = self._book.longest(self._norms, at, self._book.demonyms)
            if demonym and people is None:
                people = self._book.demonyms[entry(self._norms[at : at + demonym])]
            person = self._people.get(self._norms[at]) or self._head(self._norms[at])
            if found is None and person is not None and person.holder.official:
                found = person.holder
            at += max(size, demonym, organ, 1)
        if found is not None:
            return found
        described = self._described(start, end)
        if people is not None and (described is None or described.kind == "state"):
            return people  # "the German government", but "the Palestinian group"
        return described or self._organisation(start, end)

    def _organisation(self, start: int, end: int) -> Holder | None:
        """An organisation that no table lists, under the name that the article gives it."""
        for entity in self._doc.ents:
            if entity.label_ != "ORG" or not (start <= entity.start < end):
                continue
            text = _POSSESSIVE.sub("", re.sub(r"^[Tt]he ", "", entity.text))
            words = normal(text).split()
            if not words or not text[:1].isupper() or self._book.is_outlet(text):
                continue
            if any(self._book.longest(words, i, self._book.ranks) for i in range(len(words))):
                continue
            plain = self._book.portfolios
            if all(
                (word,) in self._book.organs or word in plain or len(word) < 4 for word in words
            ):
                continue
            full = self._full_name(text)
            return Holder(full, self._book.kind_of(full))
        return None

    def _full_name(self, name: str) -> str:
        """The longest name of the article that begins so ("Altara", "Altara Minerals")."""
        longer = [
            re.sub(r"^[Tt]he ", "", _POSSESSIVE.sub("", e.text))
            for e in self._doc.ents
            if e.label_ == "ORG"
        ]
        longer = [other for other in longer if other.startswith(f"{name} ")]
        return max(longer, key=len, default=name)

    def _described(self, start: int, end: int) -> Holder | None:
        """The holder meant by "the group", "the country" within a phrase, by what was named."""
        for at in range(start, min(end, len(self._norms))):
            kinds = self._book.descriptions.get(self._norms[at])
            if kinds is None or not self._has_article(start, at):
                continue
            near = _fitting(self._mentions.before(start), kinds)
            unlisted = None if near else self._seats.last_body(start, kinds)
            if unlisted is not None:
                return unlisted
            if near:
                known = self._mentions
                spoken = [m for m in near[-4:] if known.is_subject(m.at) or known.is_spoken(m.at)]
                return (spoken or near)[-1].actor.holder
        return None

    def _has_article(self, start: int, at: int) -> bool:
        low = max(0, min(start, at - 2))
        known = self._book.grammar["definite"] | self._book.grammar["possessive"]
        return any(word in known for word in self._norms[low:at])

    # ---------------------------------------------------------------- mentions

    def _find_mentions(self) -> Mentions:
        """Every mention of a known holder or person, in order."""
        found: list[Mention] = []
        at = 0
        while at < len(self._norms):
            person, size = self._person_at(at)
            if person is not None:
                found.append(Mention(at, person, person=True))
                at += size
                continue
            size = self._name_size(at)
            if size and not self._is_organ(at):
                holder = self._book.names[entry(self._norms[at : at + size])]
                holder = self._national_body(holder, at, at + size + 3)
                found.append(Mention(at, Actor(holder, self._doc[at : at + size].text), False))
            elif self._is_organ(at):
                found.append(self._organ(at))
            elif (described := self._described_mention(at, found)) is not None:
                found.append(described)
            at += max(size, 1)
        return Mentions(self._reading, found, self._spoken, self._book.grammar)

    def _described_mention(self, at: int, before: Sequence[Mention]) -> Mention | None:
        """ "The group" as a subject: a mention of whom it means, for the pronouns behind it."""
        kinds = self._book.descriptions.get(self._norms[at])
        if kinds is None or self._doc[at].dep_ != "nsubj" or not self._has_article(at, at):
            return None
        near = _fitting(before, kinds)
        if not near:
            return None
        return Mention(at, replace(near[-1].actor, certain=False), False)

    def _person_at(self, at: int) -> tuple[Actor | None, int]:
        if not self._doc[at].text[:1].isupper():
            return None, 0
        for size in range(min(5, len(self._norms) - at), 0, -1):
            key = " ".join(word for word in self._norms[at : at + size] if word)
            actor = self._people.get(key) or self._book.heads.get(key)
            if actor is None and not (self._is_second_name(at) or self._is_first_name(at)):
                actor = self._head(key)
            if actor is not None:
                return actor, size
        return None, 0

    def _is_first_name(self, at: int) -> bool:
        """Whether the name goes on behind: "Hassan Doe" is not whom "Hassan" may be."""
        if at + 1 >= len(self._doc):
            return False
        after = self._doc[at + 1]
        same = self._doc[at].ent_type_ == after.ent_type_ == "PERSON" and after.ent_iob_ == "I"
        return same and bool(after.text[:1].isupper())

    def _is_second_name(self, at: int) -> bool:
        """Whether another name stands before: "Abou Ahmed" is not whom "Ahmed" may be."""
        if at == 0 or self._doc[at].is_sent_start:
            return False
        before = self._doc[at - 1]
        tables = (self._book.ranks, self._book.names, self._book.demonyms, self._book.organs)
        return (
            before.pos_ == "PROPN"
            and before.text[:1].isupper()
            and not any((self._norms[at - 1],) in table for table in tables)
        )

    def _head(self, key: str) -> Actor | None:
        """A head of state or government by the surname alone."""
        if len(key) < _LEAST_SURNAME or key in self._book.common:
            return None
        return self._book.surnames.get(key)

    def _is_organ(self, at: int) -> bool:
        size = self._book.longest(self._norms, at, self._book.demonyms)
        return bool(size) and any(
            self._book.longest(self._norms, nxt, self._book.organs)
            for nxt in range(at + size, min(at + size + 3, len(self._norms)))
        )

    def _organ(self, at: int) -> Mention:
        size = self._book.longest(self._norms, at, self._book.demonyms)
        holder = self._book.demonyms[entry(self._norms[at : at + size])]
        words = self._norms[at + size : at + size + 3]
        plural = any(
            w in ("officials", "authorities", "sources", "leaders", "forces", "diplomats")
            for w in words
        )
        holder = self._national_body(holder, at, at + size + 2)
        actor = Actor(holder, self._doc[at : at + size + 1].text, Rank.OFFICIAL)
        return Mention(at, actor, False, plural)

    # ---------------------------------------------------------------- resolving

    def actors(self, span: Span, speaker: str | None = None) -> tuple[Actor, ...]:
        """Whom the words of a source or subject mean; several where they are joined.

        Empty where nothing is known of them. ``speaker`` is a reading of the words that the
        attribution already made ("he" -> a name).
        """
        tokens = self._doc.char_span(span.start, span.end, alignment_mode="expand")
        if tokens is None or not len(tokens):
            return ()
        start, end = self._whole_name(tokens.start), tokens.end
        lone = normal(tokens.text)
        if (
            lone
            in self._book.grammar["singular"]
            | self._book.grammar["plural"]
            | self._book.grammar["neutral"]
            | self._book.grammar["first_person"]
        ):
            named = self.named(speaker) if speaker and normal(speaker) != lone else None
            here = self._mentions.subject_here(lone, start)
            if here is not None:
                return (here,)
            found = self._mentions.pronoun(lone, start)
            if named is None and speaker and _FULL_NAME.fullmatch(speaker):
                named = self._stranger_called(speaker)
            if named is not None:
                agreed = found is not None and found.holder.name == named.holder.name
                return (replace(named, certain=agreed),)
            return (replace(found, certain=self._mentions.is_plain(lone, start)),) if found else ()
        parts = self._joined(start, end)
        actors = [a for part in parts if (a := self._phrase(*part)) is not None]
        if not actors and speaker:
            named = self.named(speaker) if normal(speaker) != lone else None
            named = named or self._person_called(start, end, speaker)
            if named is None and _FULL_NAME.fullmatch(speaker):
                named = self._stranger_called(speaker)
            return (replace(named, certain=False),) if named is not None else ()
        return tuple({a.holder.name: a for a in actors}.values())

    def legislature(self, span: Span) -> tuple[Actor, ...]:
        """The state whose lawmakers act as one: "Dutch lawmakers", "Parliament", not "some MPs"."""
        words = [(t.i, self._norms[t.i]) for t in self.tokens_of(span) if self._norms[t.i]]
        if not words or words[-1][1] not in self._book.legislatures:
            return ()
        known_words = (self._book.demonyms, self._book.names)
        described = (w for _, w in words[:-1] if not any((w,) in table for table in known_words))
        if any(word not in self._book.grammar["definite"] for word in described):
            return ()  # "some lawmakers", "rebel MPs"
        first, end = words[0][0], words[-1][0] + 1
        named = self._affiliation(first, end - 1)
        known = (named, True) if named is not None else self._seats.state(first)
        plain = len(words) == 1 or named is not None
        if known is None or not plain or known[0].kind != "state":
            return ()
        return (Actor(known[0], self._doc[first:end].text, Rank.OFFICIAL, known[1]),)

    def _whole_name(self, start: int) -> int:
        """Where a name begins of which the parse took the last part alone ("hong")."""
        if not self._is_hyphened(start):
            return start
        start -= 2
        while start > 0 and self._doc[start - 1].pos_ == "PROPN" and self._name_like(start - 1):
            start -= 1
        return start

    def _stranger_called(self, name: str) -> Actor | None:
        """A full name that nothing ties to a holder: a person in their own right."""
        words = normal(name).split()
        tables = (self._book.names, self._book.demonyms, self._book.ranks, self._book.organs)
        if self._book.is_outlet(name) or any(
            self._book.longest(words, at, table) for table in tables for at in range(len(words))
        ):
            return None
        return Actor(self._own_name(name), name)

    def _own_name(self, name: str) -> Holder:
        """A name that is nobody's voice: a body by its words ("... Motors"), else a person."""
        kind = self._book.kind_of(name)
        key = normal(name)
        bodies = {normal(e.text) for e in self._doc.ents if e.label_ == "ORG"}
        if kind == "group" and key not in bodies:
            return Holder(name, "person", official=False)
        return Holder(re.sub(r"^[Tt]he ", "", name), kind)

    def _person_called(self, start: int, end: int, speaker: str) -> Actor | None:
        """A person who is nobody's voice, under the fullest name that the article gives."""
        root = self._doc[start:end].root
        first = root.i
        while (
            first > start and self._doc[first - 1].dep_ == "compound" and self._name_like(first - 1)
        ):
            first -= 1
        own = self._doc[first : root.i + 1].text
        if root.pos_ != "PROPN" or self._book.is_outlet(own) or not self._name_like(root.i):
            return None
        words = _POSSESSIVE.sub("", speaker).split()
        full = speaker if normal(speaker).endswith(normal(own)) and len(words) <= 3 else own
        name = full if not re.search(r"['’]s ", full) else own
        return Actor(self._own_name(name), name)

    def is_outsider(self, span: Span) -> bool:
        """Whether a source is of people who speak for nobody: analysts, residents, families."""
        tokens = self.tokens_of(span)
        return any(self._norms[t.i] in self._book.unofficial for t in tokens) and not any(
            self._norms[t.i] in self._book.outlet_words for t in tokens
        )

    def _is_capital(self, word: str, text: str) -> bool:
        """Whether a word, given in its normal form, is written in the text as names are."""
        written = re.findall(r"[^\s,;()-]+", text)
        return all(self._book.is_written(w) for w in written if normal(w) == word)

    def speaker(self, name: str) -> Actor | None:
        """Whom a speaker's name means: one known, else a person of that full name."""
        stranger = _FULL_NAME.fullmatch(name) is not None
        return self.named(name) or (self._stranger_called(name) if stranger else None)

    def named(self, text: str) -> Actor | None:
        """Whom a name that is not a stretch of the text means; None for a stranger."""
        key = normal(text)
        words = key.split()
        if not words:
            return None
        for size in range(len(words), 0, -1):
            tail = " ".join(words[-size:])
            actor = self._people.get(tail) or self._book.heads.get(tail) or self._head(tail)
            if actor is not None:
                return actor
        for at in range(len(words)):
            size = self._book.longest(words, at, self._book.names)
            if not size or not self._is_capital(words[at], text):
                continue
            if entry(words[at : at + size]) not in self._book.demonyms:
                return Actor(self._book.names[entry(words[at : at + size])], text)
        for at in range(len(words)):
            size = self._book.longest(words, at, self._book.demonyms)
            organ = any(
                self._book.longest(words, nxt, self._book.organs)
                for nxt in range(at + 1, len(words))
            )
            if size and (organ or len(words) == size):
                return Actor(self._book.demonyms[entry(words[at : at + size])], text, Rank.OFFICIAL)
        return None

    def _joined(self, start: int, end: int) -> list[tuple[int, int]]:
        """The conjuncts of a phrase such as "Chile and Peru"; relative clauses stay outside."""
        root = self._doc[start:end].root
        heads = [root, *(t for t in root.conjuncts if start <= t.i < end and t.i > root.i)]
        if len(heads) == 1 or not all(h.pos_ == "PROPN" for h in heads):
            return [(start, end)]
        cuts = [max(start, h.left_edge.i) for h in heads]
        return [(cut, cuts[n + 1] if n + 1 < len(cuts) else end) for n, cut in enumerate(cuts)]

    def _phrase(self, start: int, end: int) -> Actor | None:
        text = re.sub(r"^[Tt]he ", "", self._doc[start:end].text)
        for at in range(start, end):
            person, _ = self._person_at(at)
            if person is not None and not self._is_behind_another(start, at):
                return person
        clause = self._cut(start, end, self._book.grammar["relative"])
        head_end = self._cut(start, clause, self._book.grammar["locating"])
        words = self._norms[start:head_end]
        if any(word in self._book.unofficial for word in words):
            return None
        holder = self._affiliation(start, head_end) or self._affiliation(head_end, clause)
        rank = self._rank(start, clause)
        if holder is None or not self._speaks(start, head_end, holder):
            return (
                self._described_actor(start, clause, text)
                or self._state_organ(start, head_end, text)
                or self._stranger(start, end, text)
            )
        return Actor(self._national_body(holder, start, end), text, rank)

    def _speaks(self, start: int, end: int, holder: Holder) -> bool:
        """Whether the holder or a voice of it speaks: singers and resolutions don't."""
        root = self._doc[start:end].root
        tables = (self._book.organs, self._book.parts, self._book.ranks)
        for at in range(start, end):
            size = self._book.longest(self._norms, at, self._book.names)
            if size and at <= root.i < at + size:
                return True
            if any(self._book.longest(self._norms, at, table) for table in tables):
                return True
            if self._norms[at] in self._book.descriptions or self._norms[at] in self._people:
                return True
        if root.pos_ in ("NOUN", "ADJ", "NUM") and holder.kind != "state":
            return False
        return any(
            self._book.longest(self._norms, at, self._book.names)
            and self._doc[at].dep_ not in ("amod", "compound", "poss", "nmod")
            for at in range(start, end)
        )

    def _national_body(self, holder: Holder, start: int, end: int) -> Holder:
        """A country's central bank, court or opposition is a holder of its own."""
        if holder.kind != "state":
            return holder
        words = f" {' '.join(self._norms[start:end])} "
        for phrase, kind in self._book.national.items():
            if f" {phrase} " in words:
                name = f"{holder.name} {phrase}"
                known = self._book.names.get(entry(normal(name).split()))
                return known or Holder(name, kind)
        return holder

    def _described_actor(self, start: int, end: int, text: str) -> Actor | None:
        """ "The officials", "one of them", "the ministry": named before by the same word."""
        holder = self._described(start, end)
        if holder is not None:
            return Actor(holder, text, self._rank(start, end), certain=False)
        for at in range(end - 1, start - 1, -1):
            word = self._norms[at]
            is_office = (word,) in self._book.ranks or (word,) in self._book.organs
            if not is_office or self._doc[at].dep_ in ("compound", "amod"):
                continue
            rank = self._book.ranks.get((word,), Rank.OFFICIAL)
            named = self._seats.titled(at) if at > start else None
            if named is not None:  # "Azimio officials": a body that no list has, named right here
                return Actor(named, text, rank)
            before = self._mentions.before(start)
            same = [m for m in before if word in self._words_at(m.at)]
            same = same or [m for m in before if m.actor.rank is rank and m.person]
            if same:
                actor = same[-1].actor
                return Actor(actor.holder, text, rank, certain=False)
        return None

    def _state_organ(self, start: int, end: int, text: str) -> Actor | None:
        """ "The economy ministry", "a presidential official" of the state of the story."""
        words = f" {' '.join(self._norms[start:end])} "
        national = any(f" {phrase} " in words for phrase in self._book.national)
        organs = self._book.state_organs
        if not national and not any(word in organs for word in self._norms[start:end]):
            return None
        if self._doc[start:end].root.pos_ not in ("NOUN", "PROPN"):
            return None
        state = self._seats.state(start)
        if state is None:
            return None
        rank = self._rank(start, end)
        holder = self._national_body(state[0], start, end)
        return Actor(holder, text, Rank.OFFICIAL if rank is Rank.OTHER else rank, state[1])

    def _words_at(self, at: int) -> list[str]:
        """The words of a mention's phrase, its office included."""
        return self._norms[at : at + 4]

    def _stranger(self, start: int, end: int, text: str) -> Actor | None:
        """A body that nothing in the article ties to a known holder; None for plain people."""
        root = self._doc[start:end].root
        if root.ent_type_ != "ORG":
            return None
        holder = self._organisation(start, end)
        return Actor(holder, text) if holder is not None else None

    def _cut(self, start: int, end: int, words: frozenset[str]) -> int:
        """Where the first of these words stands behind the phrase's beginning."""
        return next((at for at in range(start + 1, end) if self._norms[at] in words), end)

    def _is_behind_another(self, start: int, at: int) -> bool:
        """Whether a name stands behind "adviser to", "allies of": then it is not the speaker."""
        before = self._doc[max(start, at - 4) : at]
        comma = max((t.i + 1 for t in before if t.text == ","), default=before.start)
        belonging = self._book.grammar["belonging"]
        return any(word in belonging for word in self._norms[comma:at])

    def _rank(self, start: int, end: int) -> Rank:
        best, longest = Rank.OTHER, 0
        for at in range(start, end):
            size = self._book.longest(self._norms, at, self._book.ranks)
            if size > longest and at + size <= end:
                best, longest = self._book.ranks[entry(self._norms[at : at + size])], size
        return best

    # ---------------------------------------------------------------- whom a text is about

    def holders_in(self, span: Span) -> list[tuple[int, Holder]]:
        """Every holder named in a stretch, with the offset of its name."""
        return [
            (self._doc[m.at].idx, m.actor.holder)
            for m in self._mentions.found
            if span.start <= self._doc[m.at].idx < span.end
        ]

    def most_named(self, size: int) -> list[Holder]:
        """The official holders whom the article names most, the title counted three times."""
        counts: dict[str, int] = {}
        known: dict[str, Holder] = {}
        title = self._reading.title
        for mention in self._mentions.found:
            holder = mention.actor.holder
            if not holder.official:
                continue
            known[holder.name] = holder
            weight = 3 if title and self._doc[mention.at].idx < title.end else 1
            counts[holder.name] = counts.get(holder.name, 0) + weight
        ranked = sorted(counts, key=lambda name: (-counts[name], name))
        return [known[name] for name in ranked[:size]]

    def tokens_of(self, span: Span) -> list[Token]:
        """The tokens that lie in a stretch."""
        found = self._doc.char_span(span.start, span.end, alignment_mode="contract")
        return list(found) if found is not None else []


def _fitting(mentions: Sequence[Mention], kinds: tuple[str, ...]) -> list[Mention]:
    """Mentions of these kinds; those of a body whose kind nobody told only where no other fits."""
    told = [m for m in mentions if m.actor.holder.kind in kinds and m.actor.holder.kind != "group"]
    return told or [m for m in mentions if m.actor.holder.kind in kinds]


def _surname(name: str) -> str:
    """The part of a name that stands for all of it later; empty where none safely can.

    A given name with a hyphen comes second ("Lee Jae-myung"); "Jr." is no name.
    """
    words = [w for w in name.split() if normal(w) not in _SUFFIXES]
    if len(words) == 2 and _GIVEN_LAST.fullmatch(words[1]):
        return normal(words[0])
    last = normal(words[-1]) if words else ""
    if len(last) < _LEAST_SURNAME and words:
        last = normal(words[0])
    return last if len(last) >= _LEAST_SURNAME else ""
