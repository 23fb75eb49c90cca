"""Who is who in one article: its people and bodies, and whom its words for them mean.

`introductions` ties its people to holders, `affiliations` says to whom words belong, `mentions` who
is named where; here the words of a source or a subject are resolved by them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.claims import Holder, Rank, Span
from monitor.extract.affiliations import Affiliations
from monitor.extract.holders import Actor, HolderBook, entry, normal
from monitor.extract.introductions import Introductions
from monitor.extract.mentions import find_mentions
from monitor.extract.names import Names, bare
from monitor.extract.people import People
from monitor.extract.reading import Reading
from monitor.extract.seats import Seats

if TYPE_CHECKING:
    from spacy.tokens import Token

_FULL_NAME = re.compile(r"[A-Z][\w.’'-]+(?: (?:[A-Z]|al-|el-|bin |von |van |de )[\w.’'-]*){1,3}")
_PRONOUNS = ("singular", "plural", "neutral", "first_person")  # groups of words in the grammar


class Cast:
    """The people and bodies of one article."""

    def __init__(self, reading: Reading, book: HolderBook, spoken: Sequence[Span] = ()) -> None:
        """Read the article's introductions. ``spoken``: the sources of its sayings."""
        self._reading = reading
        self._book = book
        self._spoken = spoken
        self._names = Names(reading, book)
        self._doc, self._norms = self._names.doc, self._names.norms
        self._people = People(self._names)
        self._seats = Seats(reading, book)
        for _ in range(2):  # who is known the first time tells who is meant the second
            self._look_round()
            Introductions(
                self._names, self._people, self._seats, self._mentions, self._affiliations
            ).read()
        self._people.add_strangers()
        self._look_round()

    def _look_round(self) -> None:
        """Find the mentions of everyone who is known by now."""
        self._mentions = find_mentions(self._reading, self._names, self._people, self._spoken)
        self._affiliations = Affiliations(self._names, self._people, self._seats, self._mentions)

    def actors(self, span: Span, speaker: str | None = None) -> tuple[Actor, ...]:
        """Whom the words of a source or subject mean; several where they are joined.

        Empty where nothing is known of them. ``speaker`` is a reading of the words that the
        attribution already made ("he" -> a name).
        """
        tokens = self._doc.char_span(span.start, span.end, alignment_mode="expand")
        if tokens is None or not len(tokens):
            return ()
        start, end = self._names.whole(tokens.start), tokens.end
        lone = normal(tokens.text)
        if any(lone in self._book.grammar[kind] for kind in _PRONOUNS):
            return self._meant_by(lone, start, speaker)
        actors = [a for p in self._joined(start, end) if (a := self._phrase(*p)) is not None]
        if not actors and speaker:
            named = self._people.named(speaker) if normal(speaker) != lone else None
            named = named or self._people.called(start, end, speaker) or self._stranger(speaker)
            return (replace(named, certain=False),) if named is not None else ()
        return tuple({a.holder.name: a for a in actors}.values())

    def _meant_by(self, pronoun: str, at: int, speaker: str | None) -> tuple[Actor, ...]:
        """Whom a pronoun means; surely where the attribution and the mentions before it agree."""
        here = self._mentions.subject_here(pronoun, at)
        if here is not None:
            return (here,)
        found = self._mentions.pronoun(pronoun, at)
        named = None
        if speaker:
            known = self._people.named(speaker) if normal(speaker) != pronoun else None
            named = known or self._stranger(speaker)
        if named is not None:
            agreed = found is not None and found.holder.name == named.holder.name
            return (replace(named, certain=agreed),)
        return (replace(found, certain=self._mentions.is_plain(pronoun, at)),) if found else ()

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
        named = self._affiliations.of(first, end - 1)
        known = (named, True) if named is not None else self._seats.state(first)
        plain = len(words) == 1 or named is not None
        if known is None or not plain or known[0].kind != "state":
            return ()
        return (Actor(known[0], self._doc[first:end].text, Rank.OFFICIAL, known[1]),)

    def is_outsider(self, span: Span) -> bool:
        """Whether a source is of people who speak for nobody: analysts, residents, families."""
        tokens = self.tokens_of(span)
        return any(self._norms[t.i] in self._book.unofficial for t in tokens) and not any(
            self._norms[t.i] in self._book.outlet_words for t in tokens
        )

    def speaker(self, name: str) -> Actor | None:
        """Whom a speaker's name means: one known, else a person of that full name."""
        return self._people.named(name) or self._stranger(name)

    def _stranger(self, name: str) -> Actor | None:
        """A person of that full name whom nothing ties to a holder."""
        if entry(normal(name).split()) in self._book.longer:
            return None  # "New Mexico"
        return self._people.stranger(name) if _FULL_NAME.fullmatch(name) else None

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
            person, _ = self._people.at(at)
            if person is not None and not self._is_behind_another(start, at):
                dissents = person.rank is Rank.OTHER and self._names.rank(start, at)
                return replace(person, rank=dissents) if dissents is Rank.DISSENTER else person
        clause = self._cut(start, end, self._book.grammar["relative"])
        head_end = self._cut(start, clause, self._book.grammar["locating"])
        words = self._norms[start:head_end]
        if any(word in self._book.unofficial for word in words):
            return None
        holder = self._affiliations.of(start, head_end) or self._affiliations.of(head_end, clause)
        rank = self._names.rank(start, clause)
        if holder is None or not self._speaks(start, head_end, holder):
            return (
                self._described_actor(start, clause, text)
                or self._state_organ(start, head_end, text)
                or self._unlisted(start, end, text)
            )
        return Actor(self._names.national_body(holder, start, end), text, rank)

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
            if self._norms[at] in self._book.descriptions or self._norms[at] in self._people.known:
                return True
        if root.pos_ in ("NOUN", "ADJ", "NUM") and holder.kind != "state":
            return False
        return any(
            self._book.longest(self._norms, at, self._book.names)
            and self._doc[at].dep_ not in ("amod", "compound", "poss", "nmod")
            for at in range(start, end)
        )

    def _described_actor(self, start: int, end: int, text: str) -> Actor | None:
        """ "The officials", "one of them", "the ministry": named before by the same word."""
        holder = self._affiliations.described(start, end)
        if holder is not None:
            return Actor(holder, text, self._names.rank(start, end), certain=False)
        for at in range(end - 1, start - 1, -1):
            word = self._norms[at]
            is_office = (word,) in self._book.ranks or (word,) in self._book.organs
            if not is_office or self._doc[at].dep_ in ("compound", "amod"):
                continue
            rank = self._book.ranks.get((word,), Rank.OFFICIAL)
            named = self._seats.titled(at) if at > start else None
            if named is not None:  # "Azimio officials": a body that no list has, named right here
                if self._doc[at].text[:1].isupper() and self._book.kind_of(word) == "agency":
                    named = replace(
                        named, name=bare(text), kind="agency"
                    )  # "... Statistical Office"
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
        rank = self._names.rank(start, end)
        holder = self._names.national_body(state[0], start, end)
        return Actor(holder, text, Rank.OFFICIAL if rank is Rank.OTHER else rank, state[1])

    def _words_at(self, at: int) -> list[str]:
        """The words of a mention's phrase, its office included."""
        return self._norms[at : at + 4]

    def _unlisted(self, start: int, end: int, text: str) -> Actor | None:
        """A body that nothing in the article ties to a known holder; None for plain people."""
        root = self._doc[start:end].root
        if root.ent_type_ != "ORG":
            return None
        holder = self._affiliations.organisation(start, end)
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
