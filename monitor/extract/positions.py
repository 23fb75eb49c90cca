"""Positions of a text: who stands where on what, how firmly, and under which condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Attribution, Position, Proposition, Rank, Span, Stance, Venue
from monitor.extract.finds import Find, Finder, head_of
from monitor.extract.holders import Actor
from monitor.extract.propositions import (
    TopicBook,
    best_match,
    own_proposition,
    terms_of,
    topic_book,
)
from monitor.extract.reading import Reading
from monitor.extract.retelling import Retelling, retelling
from monitor.extract.signs import SignBook, depth, is_straight, sign_book, sign_of
from monitor.extract.stances import Act, StanceBook, condition_in, stance_book
from monitor.extract.things import OWN, UNNAMED
from monitor.extract.vectors import overlap
from monitor.extract.words import lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

CLAIM = "claim/"  # of keys: what another voice claims, taken up as "the claim"
_LEAST_WORDS = 3  # a content of fewer words that no topic knows is a scrap of a quotation
_CONDITION_REACH = 5  # tokens behind a content in which its condition begins
_STORY_SIZE = 6  # actors of an article that tell its story
_LEAD = 1 / 3  # the part of a text where its news stands
_SURE = 0.95  # the confidence of a reading without any doubt
_NEAR, _FAR = 2, 4  # steps of the parse: within the first it is what the words are about
_UNDER_NOT = {
    Stance.SUPPORT: Stance.OPPOSE,
    Stance.COMMIT: Stance.REFUSE,
    Stance.WILLING: Stance.REFUSE,
    Stance.URGE: Stance.OPPOSE,
}
_OF_COUNT = {  # against a count: who finds it wrong doubts it, who rejects it denies it
    Stance.ASSESS: Stance.DOUBT,
    Stance.OPPOSE: Stance.DENY,
    Stance.REFUSE: Stance.DENY,
}
_REFUSING = (Stance.REFUSE, Stance.OPPOSE, Stance.DENY, Stance.WARN)
_AGREEING = (Stance.COMMIT, Stance.CONFIRM)
_TIMES = ("npadvmod", "advmod", "prep")  # relations in which a verb's times stand
_DOING = (Stance.COMMIT, Stance.REFUSE, Stance.WILLING)  # only for what the holder does itself
_TELLING = (Stance.ASSESS,)
_PASSING = (Stance.WARN, Stance.CONFIRM)  # cues under which the content's own verb counts
_OPENING = '“"‘'
_GOES_ON = 1  # sentences behind a claim in which a quotation goes on with it
_ECHO_REACH = 2  # sentences back in which "the claim" may have been made
_TRIM = " \t\n\u00a0,.;:–—-\"“”‘’'"


def read_positions(
    reading: Reading, attributions: Sequence[Attribution], data: Path | None = None
) -> list[Position]:
    """Every position of the text in order of its content."""
    return _Judge(reading, attributions, data).positions()


@dataclass(frozen=True, slots=True)
class _Content:
    """The words of a find: the token they hang on, the deed they tell, and what is set aside."""

    find: Find
    tokens: Sequence[Token]
    head: Token
    act: Act | None
    own: bool  # the holder itself does what they say
    condition: Span | None
    aside: frozenset[int]  # tokens of the condition, no part of the proposition


@dataclass(frozen=True, slots=True)
class _About:
    """What a find is about: the proposition, the sign towards it, and how plainly it says so."""

    proposition: Proposition
    sign: int
    known: bool  # a topic of the list, or taken up from another voice
    distance: int  # steps of the parse between the topic's word and the head of the content
    carried: bool = False  # the words only go on with what the holder said before


class _Judge:
    def __init__(
        self, reading: Reading, attributions: Sequence[Attribution], data: Path | None
    ) -> None:
        self._reading = reading
        self._finder = Finder(reading, attributions, data)
        self._stances: StanceBook = stance_book(data)
        self._topics: TopicBook = topic_book(data)
        self._signs: SignBook = sign_book(data)
        self._retelling: Retelling = retelling(data)
        self._published = reading.published.date() if reading.published else None
        self._read: list[Position] = []

    def positions(self) -> list[Position]:
        for find in self._finder.told():
            self._read.extend(list(self._judge(find)))
        for find in self._finder.shown():
            self._read.extend([p for p in self._judge(find) if not self._is_known(p)])
        return sorted(self._read, key=lambda p: (p.content, p.holder.name))

    def _is_known(self, position: Position) -> bool:
        """Whether this holder's words are already read."""
        return any(
            p.holder.name == position.holder.name and _overlap(p.content, position.content) > 0.5
            for p in self._read
        )

    # ---------------------------------------------------------------- judging

    def _judge(self, find: Find) -> Iterator[Position]:
        content = self._content(find)
        if content is None:
            return
        about = self._about(content)
        of_count = self._is_of_count(about)
        is_scrap = sum(t.is_alpha for t in content.tokens) < _LEAST_WORDS
        whole = of_count and find.cue is not None
        whole = whole or find.attribution.cue_lemma in self._stances.adjectives
        if not about.known and is_scrap and not whole:
            return
        stance, strength, explicit = self._stance(content, about.sign)
        if of_count and about.sign < 0:
            stance = _OF_COUNT.get(stance, stance) if find.cue is not None else Stance.DOUBT
        condition, limit = self._bounds(content, stance, about.sign)
        sentence = self._reading.sentence_at(find.content.start)
        dating = self._dating(content, sentence)
        for actor in find.actors:
            yield Position(
                holder=actor.holder,
                stance=stance,
                proposition=_with_deed(about.proposition, content.act),
                sign=about.sign,
                strength=strength,
                attribution=_as_spoken(find.attribution, actor),
                content=find.content,
                sentence=sentence,
                rank=actor.rank,
                act=content.act is not None,
                undoes=content.act is not None and content.act.undoes,
                condition=condition,
                limit=limit,
                background=self._retelling.marks(dating, find.cue_token, self._published)
                or self._is_standing(content),
                headline=self._is_headline(find.content),
                said_on=self._retelling.said_on(self._saying(content, sentence), self._published),
                contradicts_in_text=self._contrasted(sentence),
                confidence=self._confidence(find, actor, about, explicit),
            )

    def _is_of_count(self, about: _About) -> bool:
        """Whether it is about a count in general: "the toll", "the ministry's figures"."""
        words = about.proposition.key.removeprefix(OWN).split()
        return not about.known and bool(words) and words[-1] in self._stances.counts

    def _content(self, find: Find) -> _Content | None:
        """The words of a find made ready; None where it has none."""
        tokens = self._finder.tokens(find.content)
        if not tokens:
            return None
        head = head_of(tokens)
        own = self._is_own_deed(find, head)
        act = find.act
        if act is None and own and (find.cue is None or find.cue.sign > 0):
            act = self._finder.deed(head)
        condition = self._condition(find, tokens)
        return _Content(find, tokens, head, act, own, condition, _aside(tokens, condition))

    def _home(self, find: Find) -> Span:
        """The sentence of the cue."""
        at = find.content.start if find.cue_token is None else find.cue_token.idx
        return self._reading.sentence_at(at)

    def _about(self, content: _Content) -> _About:
        """What it is about, the sign towards it, and whether a topic knew it."""
        if self._stances.is_non_answer(self._finder.tokens(self._home(content.find))):
            return replace(self._side(content), sign=0)
        return self._side(content)

    def _side(self, content: _Content) -> _About:
        find, tokens, head, aside = content.find, content.tokens, content.head, content.aside
        act = content.act
        turn = find.cue.sign if find.cue is not None else 1
        if find.cue_token is not None:
            turn *= self._cue_turn(find.cue_token, find.act is not None)
        elif find.attribution.negated:
            turn = -turn
        echoed = self._echo(find, tokens)
        if echoed is not None:
            return _About(echoed, turn * self._verdict(find, tokens), True, 0)
        match = best_match(tokens, head, aside, content.own, self._topics)
        if match is not None:
            sign = match.sign * sign_of(match.anchor, head, self._signs) * turn
            if act is not None and act.sign and is_straight(match.anchor, head, self._signs):
                sign = match.sign * act.sign
            if self._is_feared(find, match.anchor, head):
                sign = -match.sign
            if match.topic.fact:
                sign = match.sign * self._denial(find, match.anchor)
            key = f"{match.topic.family}/{match.topic.name}"
            terms = terms_of(tokens, self._topics, aside)
            proposition = Proposition(key, match.topic.label, terms)
            proposition = self._with_party(proposition, find, match.topic.argument)
            return _About(proposition, sign, True, depth(match.anchor, head))
        proposition, sign = own_proposition(tokens, head, aside, self._topics)
        said_before = self._said_before(find, proposition)
        if said_before is not None:
            pronoun_turned = proposition.key == OWN and sign * turn < 0  # "that will not happen"
            sign = -1 if pronoun_turned else said_before.sign
            return _About(said_before.proposition, sign, False, 0, carried=True)
        proposition = self._with_party(proposition, find, "target")
        verdict = self._verdict(find, tokens) * self._excess(find, tokens)
        return _About(proposition, sign * turn * verdict, False, 0)

    def _said_before(self, find: Find, own: Proposition) -> Position | None:
        """The claim of the same holder that these words only go on with.

        Such are a quotation right behind it ("It is too costly," she said) and words that name
        their thing by a pronoun alone. Of several claims it is the one whose words are nearest.
        """
        text = self._reading.text[: find.content.start].rstrip()
        if own.key not in (OWN, UNNAMED) and not text.endswith(tuple(_OPENING)):
            return None
        here = self._reading.sentence_index(find.content.start)
        holders = {actor.holder.name for actor in find.actors}
        before = [
            p
            for p in self._read
            if p.content.end <= find.content.start
            and p.holder.name in holders
            and not (p.headline or p.background)
            and here - self._reading.sentence_index(p.content.start) <= _GOES_ON
        ]
        return max(
            before,
            key=lambda p: (overlap(own.terms, p.proposition.terms), p.content.start),
            default=None,
        )

    def _is_feared(self, find: Find, anchor: Token, head: Token) -> bool:
        """ "Their concern is that a truce would let them regroup": what brings the harm."""
        worried = find.cue_token is not None and lemma(find.cue_token) in self._stances.fears
        if not worried or lemma(head) not in self._stances.consequences:
            return False
        brings = (c for c in head.children if c.dep_ in ("nsubj", "csubj"))
        return any(anchor == c or c in anchor.ancestors for c in brings)

    def _denial(self, find: Find, anchor: Token) -> int:
        """-1 where a fact is denied in so many words, by the cue or by "not" at the word itself."""
        denied = find.cue is not None and find.cue.stance in (Stance.DENY, Stance.DOUBT)
        copula = anchor.head if anchor.dep_ in ("attr", "acomp", "oprd") else anchor
        negated = any(c.dep_ == "neg" for c in copula.children)
        return -1 if denied != negated else 1

    def _echo(self, find: Find, tokens: Sequence[Token]) -> Proposition | None:
        """ "The claim": the proposition of the words before it, where another voice made it."""
        named = next((t for t in tokens if t.pos_ in ("NOUN", "PROPN")), None)
        if named is None or lemma(named) not in self._stances.echoes:
            return None
        if not any(c.lower_ in self._stances.grammar["definite"] for c in named.children):
            return None
        if any(c.dep_ in ("acl", "relcl") for c in named.children):
            return None
        holders = {actor.holder.name for actor in find.actors}
        others = [
            p
            for p in self._read
            if p.content.start < find.content.start and p.holder.name not in holders
        ]
        if not others:
            return None
        last = max(others, key=lambda p: p.content.start)
        near = self._reading.sentence_index(tokens[0].idx) - self._reading.sentence_index(
            last.content.start
        )
        if not 0 <= near <= _ECHO_REACH:
            return None
        return replace(last.proposition, key=CLAIM + last.proposition.key)

    def _verdict(self, find: Find, tokens: Sequence[Token]) -> int:
        """ "Called it a lie": -1 where a naming verb gives a bad name."""
        naming = find.cue_token is not None and lemma(find.cue_token) in self._stances.naming
        bad = self._signs.turners["attr"] | self._signs.turners["ADJ"]
        return -1 if naming and any(lemma(t) in bad for t in tokens) else 1

    def _excess(self, find: Find, tokens: Sequence[Token]) -> int:
        """ "Called the toll far too low": -1 where a naming verb finds too much or too little."""
        naming = find.cue_token is not None and lemma(find.cue_token) in self._stances.naming
        too = any(
            t.pos_ == "ADJ" and any(c.lower_ in self._signs.excess for c in t.children)
            for t in tokens
        )
        return -1 if naming and too and self._verdict(find, tokens) > 0 else 1

    def _is_own_deed(self, find: Find, head: Token) -> bool:
        """Whether the holder itself does what the content says: no other holder is its subject."""
        agents = [g for c in head.children if c.dep_ == "agent" for g in c.children]
        subjects = [c for c in head.children if c.dep_ in ("nsubj", "nsubjpass")]
        subject = next(iter([*agents, *subjects]), None)
        if subject is None or subject.pos_ == "PRON":
            return True
        last = subject.right_edge if subject in agents else subject
        span = Span(subject.left_edge.idx, last.idx + len(last.text))
        named = [h.name for _, h in self._finder.cast.holders_in(span)]
        return not named or find.actors[0].holder.name in named

    def _cue_turn(self, cue: Token, is_act: bool) -> int:
        """ "Warned against": -1; a negated cue in the reporter's words likewise."""
        against = any(c.lower_ == "against" and c.dep_ == "prep" for c in cue.children)
        turn = -1 if against and lemma(cue) in self._stances.turning else 1
        if is_act:
            return turn
        if any(c.dep_ == "neg" for c in cue.children):
            turn = -turn
        at = cue
        if cue.pos_ == "NOUN" and cue.dep_ == "dobj":
            if any(c.dep_ == "det" and c.lower_ == "no" for c in cue.children) or any(
                c.dep_ == "neg" for c in cue.head.children
            ):
                return -turn  # "has no plans to ..."
            owners = [c for c in cue.children if c.dep_ == "poss"]
            own = all(c.pos_ == "PRON" for c in owners)
            withdrawn = own and lemma(cue.head) in self._signs.turners["VERB"]
            return -turn if withdrawn else turn  # "withdrew its promise to ..."
        while at.dep_ == "xcomp" and at.head != at:
            at = at.head
            if lemma(at) in self._signs.turners["VERB"] | self._signs.turners["ADJ"]:
                turn = -turn
            if any(c.dep_ == "neg" for c in at.children):
                turn = -turn
        return turn

    def _with_party(self, proposition: Proposition, find: Find, argument: str) -> Proposition:
        """The other party that makes the proposition, the article's main actors and headline.

        The party is named in the content or else in its sentence; terms mark it with ``@``, the
        actors, which tell one story from another, with ``~``, the headline's words with ``#``.
        """
        holders = {actor.holder.name for actor in find.actors}
        sentence = self._reading.sentence_at(find.content.start)
        near: list[str] = []
        for span in (find.content, sentence) if argument == "target" else ():
            near = near or [
                h.name for _, h in self._finder.cast.holders_in(span) if h.name not in holders
            ]
        if argument == "doer":
            near = near[:1] or ["self"]
        story = [h.name for h in self._finder.cast.most_named(_STORY_SIZE) if h.name not in holders]
        marked = [f"@{name.casefold()}" for name in near[:3]]
        marked += [f"~{name.casefold()}" for name in story]
        marked += [f"#{word}" for word in self._headline_words()]
        return replace(proposition, terms=tuple(dict.fromkeys((*proposition.terms, *marked))))

    def _stance(self, content: _Content, sign: int) -> tuple[Stance, int, bool]:
        """The stance, how firm it is, and whether it stands in so many words."""
        find, head, act, own = content.find, content.head, content.act, content.own
        tokens = [t for t in content.tokens if t.i not in content.aside]
        if self._verdict(find, tokens) < 0:
            return Stance.DENY, self._stances.strength(tokens, 2), True
        within = self._stances.at_head(head) if own else None
        if find.cue is not None and not (find.cue.stance in _PASSING and within is not None):
            words = [*tokens, *([find.cue_token] if find.cue_token is not None else [])]
            strength = self._stances.strength(words, find.cue.strength)
            return _turned(find.cue.stance, find.cue_token), strength, True
        if act is not None:
            return act.stance, 3, True
        text = " ".join(t.text for t in tokens)
        told = self._stances.of_content(text)
        stance = _turned(within.stance, head) if within is not None else told
        if stance in _DOING and (not own or lemma(head) in self._stances.evaluating):
            stance = Stance.ASSESS
        return stance, self._stances.strength(tokens, 2), stance not in _TELLING

    def _condition(self, find: Find, tokens: Sequence[Token]) -> Span | None:
        """The condition in the content, right behind it, or at the end of all that was told."""
        refusing = any(lemma(t) in self._signs.turners["neg"] for t in tokens)
        inside = condition_in(tokens, self._stances, refusing=refusing)
        if inside is not None:
            return inside
        sentence = self._reading.sentence_at(find.content.start)
        ends = [s.end for s in find.attribution.content if s.start <= find.content.start < s.end]
        told_end = min(max(ends, default=find.content.end), sentence.end)
        rest = self._finder.tokens(Span(find.content.end, max(told_end, find.content.end)))
        after = self._finder.tokens(Span(min(find.content.end, sentence.end), sentence.end))
        return condition_in(rest, self._stances) or condition_in(
            after, self._stances, reach=_CONDITION_REACH
        )

    def _bounds(
        self, content: _Content, stance: Stance, sign: int
    ) -> tuple[Span | None, Span | None]:
        """The condition that the position hangs on, and the limit told with it."""
        condition = content.condition
        if condition is not None and self._is_settled(condition, stance, sign, content.act):
            return None, condition
        span = content.find.content
        return condition, self._limit(span, self._reading.sentence_at(span.start))

    def _is_settled(self, condition: Span, stance: Stance, sign: int, act: Act | None) -> bool:
        """Whether it is no condition: "will go on until ...", a price agreed, a deed done."""
        words = condition.of(self._reading.text).casefold()
        grammar = self._stances.grammar
        lasts = sign > 0 and stance not in _REFUSING and words.startswith(tuple(grammar["lasting"]))
        agreed = stance in _AGREEING and words.startswith(tuple(grammar["price"]))
        return act is not None or lasts or (agreed and sign > 0)

    def _limit(self, content: Span, sentence: Span) -> Span | None:
        """The limiting clause that follows in the same breath."""
        number = self._reading.sentence_index(sentence.start)
        for later in self._reading.sentences[number + 1 : number + 3]:
            words = later.of(self._reading.text).lstrip(_TRIM).casefold()
            if "\n" in self._reading.text[sentence.end : later.start].strip(" "):
                return None
            first = words.split(" ", 1)[0].strip(_TRIM)
            if first in self._stances.limits or any(
                p in words for p in self._stances.limit_phrases
            ):
                return later
        return None

    def _dating(self, content: _Content, sentence: Span) -> str:
        """The words that date the saying or the deed: those before the content, and the times
        and occasions beside the verb."""
        find, act = content.find, content.act
        if find.cue_token is None:
            return sentence.of(self._reading.text)
        home = self._home(find)
        before = self._reading.text[home.start : max(home.start, find.content.start)]
        verb = find.cue_token if act is None else content.head
        behind = find.content.end if act is None else find.content.start
        beside = [
            " ".join(t.text for t in child.subtree)
            for child in verb.children
            if child.idx >= behind and (child.dep_ in _TIMES or self._is_time_clause(child))
        ]
        return " ".join([before, *beside])

    def _saying(self, content: _Content, sentence: Span) -> str:
        """The words that date the saying: those of its own clause, not of what is told."""
        find = content.find
        if find.act is not None:
            return self._dating(content, sentence)  # a deed is dated by its own clause
        home = self._home(find)
        told = sorted((*find.attribution.content, find.content), key=lambda span: span.start)
        end = home.end if find.cue_token is None else min(home.end, told[-1].end)
        kept, at = list[str](), home.start
        for span in told:
            kept.append(self._reading.text[at : max(at, min(span.start, end))])
            at = max(at, span.end)
        kept.append(self._reading.text[at : max(at, end)])
        cue = find.cue_token
        for child in cue.children if cue is not None else ():
            if child.idx >= at and (child.dep_ in _TIMES or self._is_time_clause(child)):
                kept.append(" ".join(t.text for t in child.subtree))
        return " ".join(kept)

    def _is_time_clause(self, clause: Token) -> bool:
        """ "... when it began the campaign on 7 May": the deed is of that day."""
        marks = {c.lower_ for c in clause.children if c.dep_ in ("mark", "advmod")}
        return clause.dep_ == "advcl" and bool(marks & self._stances.grammar["simultaneous"])

    def _is_standing(self, content: _Content) -> bool:
        """A deed or denial in the perfect behind the lead ("have cut ties") is told as known."""
        find, act = content.find, content.act
        denial = find.cue is not None and find.cue.stance is Stance.DENY
        verb = content.head if act is not None else find.cue_token
        if (act is None and not denial) or verb is None:
            return False
        perfect = any(c.dep_ == "aux" and c.lower_ in ("have", "has") for c in verb.children)
        return perfect and find.content.start > len(self._reading.text) * _LEAD

    def _headline_words(self) -> tuple[str, ...]:
        title = self._reading.title
        return terms_of(self._finder.tokens(title), self._topics) if title is not None else ()

    def _is_headline(self, content: Span) -> bool:
        title = self._reading.title
        return title is not None and content.start < title.end

    def _contrasted(self, sentence: Span) -> bool:
        return any(lemma(t) in self._stances.contrast for t in self._reading.parsed(sentence))

    def _confidence(self, find: Find, actor: Actor, about: _About, explicit: bool) -> float:
        """How sure the reading is: less for a mere telling, a far topic, a guessed speaker."""
        doubts = [
            (not about.known, 0.05),
            (about.carried, 0.25),
            (about.distance > _NEAR, 0.1),
            (about.distance > _FAR, 0.1),
            (not explicit, 0.2),
            (not actor.certain, 0.25),
            (find.attribution.venue is Venue.THIRD_PARTY, 0.1),
        ]
        return round(_SURE - sum(cost for doubt, cost in doubts if doubt), 2)


def _aside(tokens: Sequence[Token], condition: Span | None) -> frozenset[int]:
    """The condition's tokens, unless it is nearly all there is."""
    if condition is None:
        return frozenset()
    inside = frozenset(t.i for t in tokens if condition.start <= t.idx < condition.end)
    return inside if len(inside) < len(tokens) - 2 else frozenset()


def _as_spoken(attribution: Attribution, actor: Actor) -> Attribution:
    """The attribution with its speaker; who speaks for no holder gives an opinion."""
    mere = actor.holder.kind == "person" and not actor.holder.official
    mere = mere and actor.rank is not Rank.DISSENTER
    venue = Venue.COLUMNIST if mere else attribution.venue
    return replace(attribution, speaker=actor.speaker, venue=venue)


def _with_deed(proposition: Proposition, act: Act | None) -> Proposition:
    """A deed's class among the terms (marked ``!``), so that the same deed is known again."""
    if act is None:
        return proposition
    return replace(proposition, terms=(*proposition.terms, f"!{act.name}"))


def _turned(stance: Stance, word: Token | None) -> Stance:
    """A stance under "not": who will not allow it refuses, who doesn't support it opposes."""
    negated = word is not None and any(
        c.dep_ == "neg" or (c.dep_ == "det" and c.lower_ == "no") for c in word.children
    )
    return _UNDER_NOT.get(stance, stance) if negated else stance


def _overlap(one: Span, other: Span) -> float:
    """The shared part of the shorter of two spans."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared / max(1, min(one.end - one.start, other.end - other.start))
