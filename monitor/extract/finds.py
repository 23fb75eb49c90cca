"""Finding stances in the parse: who takes one, by which words, about what.

Three readings: attributions ("said it will not ..."), attitudes and deeds in the reporter's words
("has rejected calls for ...", "recalled its ambassador"), and nouns of stance ("doubt in
Washington over ..."). What an attribution already covers is read once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.claims import Attribution, Span, Stance, Venue
from monitor.extract.bodies import find_bodies
from monitor.extract.cast import Cast
from monitor.extract.holders import Actor, holder_book
from monitor.extract.reading import Reading
from monitor.extract.stances import Act, Cue, StanceBook, stance_book
from monitor.extract.tree import is_finite
from monitor.extract.words import lemma, verb_names

if TYPE_CHECKING:
    from spacy.tokens import Token

_LEAST_PART = 3  # words that each part of a joined content needs to stand alone
_ASIDE = 8  # tokens of a clause behind a verdict that is a matter of its own
_HEADLINE_BREAKS = ("as", ":", ";", ",", "|", "–", "—", "but", "while", "after")
_CLAUSES = ("ccomp", "xcomp", "dobj", "prep", "agent", "advcl", "acomp", "oprd", "pcomp", "dative")
_VERBAL = ("VERB", "AUX")
_PHRASE = 8  # tokens behind a noun in which what it is about begins
_TRIM = " \t\n\u00a0,.;:–—-\"“”‘’'"


@dataclass(frozen=True, slots=True)
class Find:
    """A stance found in the parse, before it is judged. ``cue`` is None for a plain saying."""

    actors: tuple[Actor, ...]
    attribution: Attribution
    content: Span
    cue: Cue | None
    cue_token: Token | None
    act: Act | None = None


class Finder:
    """The stances of one text."""

    def __init__(
        self, reading: Reading, attributions: Sequence[Attribution], data: Path | None
    ) -> None:
        """Read the article's cast; the finds are made on demand."""
        self._reading = reading
        self._attributions = attributions
        self._stances: StanceBook = stance_book(data)
        spoken = [s for a in attributions if not a.nested for s in a.source]
        book = holder_book(data)
        book = book.knowing(find_bodies(reading, book, self._stances.speaking, data))
        self.cast = Cast(reading, book, spoken)
        self._heard: list[Span] = []  # contents that became finds

    def told(self) -> Iterator[Find]:
        """What attributions say, those inside another's words left to the outer one."""
        return self._attributed()

    def shown(self) -> Iterator[Find]:
        """Attitudes, deeds and nouns of stance outside the words told. Ask after `told`."""
        yield from self._headlined()
        yield from self._attitudes()
        yield from self._nominal()

    def deed(self, verb: Token) -> Act | None:
        """The deed that a verb tells of as done or being done; None where it is only meant."""
        if verb.pos_ not in _VERBAL or any(c.dep_ == "neg" for c in verb.children):
            return None
        helpers = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
        if helpers & self._stances.grammar["modals"] or (
            verb.tag_ == "VB" and "did" not in helpers
        ):
            return None
        if any(
            c.dep_ == "mark" and c.lower_ in self._stances.grammar["supposing"]
            for c in verb.children
        ):
            return None
        passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children)
        if passive and not any(c.dep_ == "agent" for c in verb.children):
            return None
        return self._stances.act_of(verb)

    def tokens(self, span: Span) -> list[Token]:
        """The tokens that lie in a span."""
        if span.start >= span.end:
            return []
        found = self._reading.doc.char_span(span.start, span.end, alignment_mode="contract")
        return list(found) if found is not None else []

    # ---------------------------------------------------------------- attributions

    def _attributed(self) -> Iterator[Find]:
        for attribution in sorted(self._attributions, key=lambda a: a.nested):
            token = self._token_at(attribution.cue[0]) if attribution.cue else None
            if self._is_inner(attribution) or not self._is_saying(attribution, token):
                continue
            if token is not None and self._relays(token, attribution):
                continue
            if token is not None and (self._is_judged(token) or _is_asked_for(token)):
                continue
            actors = (
                self._speakers(attribution, token)
                or self._told_of(attribution)
                or self._lawmakers(attribution, token)
            )
            if not actors:
                if attribution.source and self.cast.is_outsider(attribution.source[0]):
                    self._heard.extend(attribution.content)
                continue
            act = self.deed(token) if token is not None else None
            cue = self._cue(attribution, token) if act is None else None
            for content in self._contents(attribution, token if act is not None else None):
                self._heard.append(content)
                find = Find(actors, attribution, content, cue, token, act)
                yield self._named_stance(find) or find

    def _relays(self, cue: Token, attribution: Attribution) -> bool:
        """ "Cites officials as saying that ...": what the officials say is read."""
        if lemma(cue) not in self._stances.relaying:
            return False
        inner = (s for a in self._attributions if a.nested and a.source for s in a.cue)
        return any(s.overlaps(told) for s in inner for told in attribution.content)

    def _named_stance(self, find: Find) -> Find | None:
        """ "Their concern is that ...", "the aim was to ...": the noun says the stance."""
        tokens = self.tokens(find.content)
        head = head_of(tokens) if tokens else None
        if head is None or find.act is not None or lemma(head) != "be":
            return None
        noun = next((c for c in head.children if c.dep_ == "nsubj"), None)
        said = next((c for c in head.children if c.dep_ in ("ccomp", "xcomp")), None)
        if noun is None or said is None or said.i < noun.i or noun.pos_ != "NOUN":
            return None
        cue = self._stances.nouns.get(lemma(noun))
        inside = [t for t in said.subtree if find.content.start <= t.idx < find.content.end]
        span = _span_of(inside)
        content = self._trim(span) if span is not None else None
        if cue is None or content is None:
            return None
        return replace(find, content=content, cue=cue, cue_token=noun)

    def _is_judged(self, cue: Token) -> bool:
        """ "Walked back his claim", "lifted its ban": the attitude or deed is the position."""
        if cue.pos_ != "NOUN" or cue.dep_ != "dobj" or cue.head.pos_ != "VERB":
            return False
        names = verb_names(cue.head)
        return self.deed(cue.head) is not None or any(n in self._stances.attitudes for n in names)

    def _is_inner(self, attribution: Attribution) -> bool:
        """Whether a position's words hold this saying: it is theirs, told by them."""
        cue = attribution.cue[0].start if attribution.cue else attribution.content[0].start
        return any(span.start <= cue < span.end for span in self._heard)

    def _is_saying(self, attribution: Attribution, token: Token | None) -> bool:
        """Whether the cue says or takes a stance at all ("holds" and "knows" don't)."""
        key = attribution.cue_lemma
        book = self._stances
        return (
            token is None
            or key in book.neutral
            or key in book.nouns
            or key in book.adjectives
            or key in book.acts
            or self._cue(attribution, token) is not None
        )

    def _cue(self, attribution: Attribution, token: Token | None) -> Cue | None:
        """The stance of a cue with its particle."""
        key = attribution.cue_lemma
        if token is not None:
            for name in verb_names(token):
                if name in self._stances.verbs:
                    return self._stances.verbs[name]
            if token.pos_ == "NOUN" and lemma(token) in self._stances.nouns:
                return self._stances.nouns[lemma(token)]
            if lemma(token) in self._stances.adjectives:
                return self._stances.adjectives[lemma(token)]
        return (self._stances.of_cue(key) or self._stances.adjectives.get(key)) if key else None

    def _speakers(self, attribution: Attribution, cue: Token | None) -> tuple[Actor, ...]:
        source = attribution.source
        if cue is not None and lemma(cue) in self._stances.relaying:
            quoted = next((c for c in cue.children if c.dep_ == "dobj"), None)
            source = (_phrase_of(quoted),) if quoted is not None else source
        if source:
            found = self.cast.actors(self._whole_words(source[0]), attribution.speaker)
            if found:
                return found
        if attribution.speaker:
            named = self.cast.speaker(attribution.speaker)
            if named is not None:
                return (named,)
        return ()

    def _lawmakers(self, attribution: Attribution, cue: Token | None) -> tuple[Actor, ...]:
        """ "Dutch lawmakers rejected the treaty": what a parliament does is its state's."""
        if cue is None or not attribution.source:
            return ()
        does = any(name in self._stances.attitudes for name in verb_names(cue))
        return self.cast.legislature(attribution.source[0]) if does else ()

    def _told_of(self, attribution: Attribution) -> tuple[Actor, ...]:
        """Whom an unnamed source speaks of: "X is open to a sale, people familiar with it said"."""
        unnamed = attribution.anonymous and attribution.source
        for told in attribution.content if unnamed else ():
            tokens = self.tokens(told)
            subject = _subject(head_of(tokens)) if tokens else None
            span = _span_of(list(subject.subtree)) if subject is not None else None
            found = self.cast.actors(span) if span is not None else ()
            said = attribution.speaker or ""
            return tuple(replace(a, speaker=said) for a in found if a.holder.official)
        return ()

    def _whole_words(self, span: Span) -> Span:
        """A source that ends inside a hyphenated name, widened to the whole of it."""
        text, end = self._reading.text, span.end
        while end < len(text) and (text[end] in "-‘’" or text[end].isalnum()):
            end += 1
        return Span(span.start, end)

    def _contents(self, attribution: Attribution, deed: Token | None) -> Iterator[Span]:
        """The clauses of a content that stand alone: sentences, and joined main clauses.

        Where the cue is itself the deed ("recalled"), it belongs to the content.
        """
        for told in attribution.content:
            start = told.start if deed is None else min(deed.idx, told.start)
            span = self._extended(Span(start, told.end), attribution)
            for sentence in self._reading.sentences:
                start, end = max(span.start, sentence.start), min(span.end, sentence.end)
                if start < end:
                    yield from self._joined(Span(start, end))

    def _extended(self, span: Span, attribution: Attribution) -> Span:
        """A content that follows its cue, carried on to the end of its phrase.

        An attribution may end at the noun ("supports [pauses] in the fighting") or at a part
        quotation ("said [“any step”] would help").
        """
        if not attribution.cue or attribution.cue[0].start > span.start:
            return span
        sentence = self._reading.sentence_at(span.start)
        if span.end >= sentence.end:
            return span
        end = span.end
        for token in self.tokens(Span(span.end, sentence.end)):
            if token.is_quote:
                continue
            if token.is_punct or token.lower_ in self._stances.breaks:
                break
            end = token.idx + len(token.text)
        return Span(span.start, end)

    def _joined(self, span: Span) -> Iterator[Span]:
        tokens = self.tokens(span)
        if not tokens:
            return
        root = head_of(tokens)
        cuts = [t.left_edge.i for t in tokens if t.i > root.i and _goes_on(t, root)]
        aside = [
            c
            for c in root.children
            if c.dep_ == "advcl"
            and c.i < root.i
            and any(
                m.dep_ == "mark" and m.lower_ in self._stances.grammar["conceding"]
                for m in c.children
            )
        ]
        cuts = sorted([*cuts, *(c.right_edge.i + 1 for c in aside if c.left_edge.i <= tokens[0].i)])
        parts, start = [], tokens[0].i
        for cut in [*cuts, tokens[-1].i + 1]:
            parts.append([t for t in tokens if start <= t.i < cut])
            start = cut
        long = [p for p in parts if sum(t.is_alpha and t.dep_ != "cc" for t in p) >= _LEAST_PART]
        for part in parts if len(long) == len(parts) else [tokens]:
            part = _up_to_verdict(part)
            trimmed = self._trim(Span(part[0].idx, part[-1].idx + len(part[-1].text)))
            if trimmed is not None:
                yield trimmed

    # ---------------------------------------------------------------- headlines

    def _headlined(self) -> Iterator[Find]:
        """ "Norway ready to sell port": a headline's stance without its verb."""
        title = self._reading.title
        tokens = self.tokens(title) if title is not None else []
        start = 0
        for at, token in enumerate(tokens):
            if token.lower_ in _HEADLINE_BREAKS:
                start = at + 1
            cue = self._stances.adjectives.get(token.lower_)
            behind = [t.lower_ for t in tokens[at + 1 : at + 3] if not t.is_punct and t.is_alpha]
            if (
                cue is None
                or behind[:1] != ["to"]
                or any(t.pos_ == "AUX" for t in tokens[start:at])
            ):
                continue
            source = [t for t in tokens[start:at] if not t.is_punct]
            end = next((t.i for t in tokens[at:] if t.lower_ in _HEADLINE_BREAKS), tokens[-1].i + 1)
            span, content = _span_of(source), _span_of([t for t in tokens[at:] if t.i < end])
            actors = self.cast.actors(span) if span is not None else ()
            actors = tuple(a for a in actors if a.holder.official)
            if span is None or content is None or not actors:
                continue
            attribution = Attribution(
                source=(span,),
                cue=(Span(token.idx, token.idx + len(token.text)),),
                content=(content,),
                cue_lemma=token.lower_,
                speaker=actors[0].speaker,
                venue=Venue.REPORTER,
            )
            yield Find(actors, attribution, content, cue, token)

    # ---------------------------------------------------------------- attitudes and deeds

    def _attitudes(self) -> Iterator[Find]:
        cues = [span for a in self._attributions for span in a.cue]
        for verb in self._reading.doc:
            if verb.pos_ not in ("VERB", "AUX"):
                continue
            here = Span(verb.idx, verb.idx + len(verb.text))
            if any(here.overlaps(span) for span in cues):
                continue
            find = self._attitude(verb)
            if find is not None:
                yield find

    def _attitude(self, verb: Token) -> Find | None:
        act = self.deed(verb)
        cue, governed = self._stance_at(verb, act)
        if cue is None and act is None:
            return None
        if _is_hypothetical(verb, self._stances):
            return None
        subject = _subject(verb)
        if subject is None:
            return None
        span = _span_of([t for t in subject.subtree if _in_phrase(t, subject, verb)])
        if span is None:
            return None
        actors = tuple(a for a in self.cast.actors(span) if a.holder.official)
        actors = actors or self.cast.legislature(span)
        content = self._governed(verb, governed, act)
        if not actors or content is None:
            return None
        if self._inside_speech(verb):
            return None
        attribution = Attribution(
            source=(span,),
            cue=(Span(verb.idx, verb.idx + len(verb.text)),),
            content=(content,),
            cue_lemma=lemma(verb),
            speaker=actors[0].speaker,
            venue=Venue.REPORTER,
        )
        return Find(actors, attribution, content, cue, verb, act)

    def _stance_at(self, verb: Token, act: Act | None) -> tuple[Cue | None, tuple[str, ...]]:
        """The stance of a verb with its particle, modal or adjective, and what it governs."""
        key = lemma(verb)
        for name in verb_names(verb):
            if name in self._stances.attitudes:
                return self._stances.of_cue(name), _CLAUSES
        if key == "be":
            for child in verb.children:
                if child.dep_ == "acomp" and lemma(child) in self._stances.adjectives:
                    return self._stances.adjectives[lemma(child)], ("acomp",)
        if act is not None:
            return None, _CLAUSES
        negated = any(c.dep_ == "neg" for c in verb.children)
        modal = any(
            c.dep_ == "aux" and c.lower_ in self._stances.grammar["refusing_modals"]
            for c in verb.children
        )
        if negated and modal and verb.pos_ == "VERB":
            return Cue(Stance.REFUSE, -1, 3), ()  # the negation stands in the words and counts once
        will = any(c.dep_ == "aux" and c.lower_ == "will" for c in verb.children)
        if will and verb.dep_ == "ROOT" and verb.pos_ == "VERB" and not negated:
            return Cue(Stance.COMMIT, 1, 2), ()
        return None, ()

    def _governed(self, verb: Token, relations: tuple[str, ...], act: Act | None) -> Span | None:
        """What the verb is about; of a deed, the clause from the verb on."""
        if act is not None or not relations:
            tokens = [t for t in verb.subtree if t.i >= verb.i]
        else:
            passive = [c for c in verb.children if c.dep_ == "nsubjpass"]
            heads = passive or [c for c in verb.children if c.dep_ in relations and c.i > verb.i]
            if len(heads) > 1 and self._is_of_cue(heads[0], verb):
                heads = [g for c in heads[1:] for g in (c.children if c.dep_ == "prep" else (c,))]
            tokens = [t for head in heads for t in head.subtree]
        stop = min(
            (c.left_edge.i for c in verb.children if c.i > verb.i and self._is_another(c)),
            default=None,
        )
        tokens = sorted((t for t in tokens if stop is None or t.i < stop), key=lambda t: t.i)
        span = _span_of(tokens)
        return self._trim(span) if span is not None else None

    def _is_of_cue(self, noun: Token, verb: Token) -> bool:
        """ "Cast doubt on the figures": a bare noun that is a part of the cue itself."""
        of_cue = f"{lemma(verb)} {lemma(noun)}" in self._stances.attitudes
        return of_cue and not any(c.i > noun.i for c in noun.children)

    def _is_another(self, child: Token) -> bool:
        """Whether a clause beside the verb's own objects begins: joined, or "while ..."."""
        if child.dep_ in ("conj", "cc"):
            return True
        if child.dep_ == "advcl" and self._reading.doc[child.left_edge.i - 1].text == ",":
            return True
        marks = [c.lower_ for c in child.children if c.dep_ == "mark"]
        return child.dep_ == "advcl" and any(m in self._stances.breaks for m in marks)

    def _inside_speech(self, verb: Token) -> bool:
        """Whether another's words hold this clause: then it is theirs, not the reporter's."""
        return any(span.start <= verb.idx < span.end for span in self._heard)

    def _nominal(self) -> Iterator[Find]:
        """ "Washington's doubt over ...", "doubt in Washington over ...", "X's goal of ..."."""
        cues = [span for a in self._attributions for span in a.cue]
        for noun in self._reading.doc:
            if noun.pos_ != "NOUN" or lemma(noun) not in self._stances.nouns:
                continue
            if any(Span(noun.idx, noun.idx + 1).overlaps(span) for span in cues):
                continue
            find = self._noun(noun)
            if find is not None:
                yield find

    def _noun(self, noun: Token) -> Find | None:
        behind = [
            c
            for c in (*noun.children, *noun.head.children)
            if c.dep_ == "prep" and noun.i < c.i < noun.i + _PHRASE
        ]
        places = [
            grand
            for c in behind
            if c.lower_ in self._stances.grammar["holding"]
            for grand in c.children
            if grand.dep_ == "pobj"
        ]
        owner = next((c for c in noun.children if c.dep_ == "poss"), next(iter(places), None))
        if owner is None and any(c.lower_ in self._stances.stated for c in noun.children):
            above = [c for verb in noun.ancestors for c in verb.children if c.dep_ == "nsubj"]
            owner = next((c for c in above if c.i < noun.i), None)
        if owner is None:
            return None
        span = _span_of([t for t in owner.subtree if t.text not in ("’s", "'s", "’", "'")])
        heads = [c for c in noun.children if c.i > noun.i and c.dep_ == "acl"]
        heads += [
            c
            for c in (*behind, *owner.children)
            if c.dep_ == "prep" and c.lower_ in self._stances.grammar["about"]
        ]
        if span is None or not heads:
            return None
        inner = [t for head in heads for t in head.subtree if t != head or head.dep_ == "acl"]
        content = _span_of(sorted(inner, key=lambda t: t.i))
        content = self._trim(content) if content is not None else None
        actors = tuple(a for a in self.cast.actors(span) if a.holder.official)
        if content is None or not actors:
            return None
        attribution = Attribution(
            source=(span,),
            cue=(Span(noun.idx, noun.idx + len(noun.text)),),
            content=(content,),
            cue_lemma=lemma(noun),
            speaker=actors[0].speaker,
            venue=Venue.REPORTER,
        )
        return Find(actors, attribution, content, self._stances.nouns[lemma(noun)], noun)

    def _token_at(self, span: Span) -> Token | None:
        """The word of a cue that carries it: the verb, else the noun or adjective."""
        tokens = self._reading.doc.char_span(span.start, span.end, alignment_mode="expand")
        if tokens is None or not len(tokens):
            return None
        bare = [t for t in tokens if t.pos_ == "NOUN" and lemma(t) in self._stances.nouns]
        if bare and any(c.dep_ == "det" and c.lower_ == "no" for c in bare[0].children):
            return bare[0]  # "has no plans"
        ranked = [t for kind in ("VERB", "NOUN", "ADJ") for t in tokens if t.pos_ == kind]
        return ranked[0] if ranked else tokens[-1]

    def _trim(self, span: Span) -> Span | None:
        text = span.of(self._reading.text)
        start = span.start + len(text) - len(text.lstrip(_TRIM))
        end = span.start + len(text.rstrip(_TRIM))
        text = self._reading.text[start:end]
        for opener in ("that ", "and ", "of ", "for ", "over ", "about "):
            if text.startswith(opener):
                start += len(opener)
                text = self._reading.text[start:end]
        inner = self._reading.text[start:end]
        start += len(inner) - len(inner.lstrip(_TRIM))
        return Span(start, end) if start < end else None


def _span_of(tokens: Sequence[Token]) -> Span | None:
    if not tokens:
        return None
    return Span(tokens[0].idx, tokens[-1].idx + len(tokens[-1].text))


def _phrase_of(noun: Token) -> Span:
    """The noun phrase around a noun, without clauses behind it."""
    tokens = [t for t in noun.subtree if _in_phrase(t, noun, noun)]
    return Span(tokens[0].idx, tokens[-1].idx + len(tokens[-1].text))


def head_of(tokens: Sequence[Token]) -> Token:
    """The token that a content hangs on.

    Of several whose own head stands outside it is the clause ("[X] to stop"), but the noun where
    the clause only tells its purpose ("[pauses] to let aid in").
    """
    inside = {t.i for t in tokens}
    tops = [t for t in tokens if t.head.i not in inside or t.head == t]
    clauses = [t for t in tops if t.dep_ in ("xcomp", "ccomp", "ROOT") and t.pos_ in _VERBAL]
    nouns = [t for t in tops if t.pos_ in ("NOUN", "PROPN")]
    verbs = [t for t in tops if t.pos_ in _VERBAL]
    return (clauses or nouns or verbs or tops or list(tokens))[0]


def _goes_on(verb: Token, root: Token) -> bool:
    """Whether a verb is a second predicate of the content ("is not ready and lacks money").

    The parse may hang it on an infinitive or participle below the first.
    """
    if verb.dep_ != "conj" or verb.pos_ not in _VERBAL:
        return False
    at = verb.head
    if at != root and not is_finite(verb):
        return False
    while at != root:
        if at.dep_ not in ("xcomp", "ccomp", "acomp", "conj") or is_finite(at) or at.head == at:
            return False
        at = at.head
    return True


def _up_to_verdict(part: list[Token]) -> list[Token]:
    """A content without the clause behind what it calls its subject ("a failure that came ...")."""
    head = head_of(part)
    if lemma(head) != "be":
        return part
    clauses = (c for a in head.children if a.dep_ == "attr" for c in a.children)
    words = [t.i for t in part if t.is_alpha]
    last = words[-1] if words else part[-1].i
    starts = [c.left_edge.i for c in clauses if _is_relative(c) and c.right_edge.i >= last]
    kept = [t for t in part if t.i < min(starts, default=t.i + 1)]
    return kept if len(part) - len(kept) >= _ASIDE else part


def _is_relative(clause: Token) -> bool:
    return clause.dep_ == "relcl" and any(c.tag_ in ("WDT", "WP") for c in clause.lefts)


def _subject(verb: Token) -> Token | None:
    """The one who takes the stance: subject or agent, through joined and hanging verbs."""
    at = verb
    for _ in range(5):
        agent = next(
            (g for c in at.children if c.dep_ == "agent" for g in c.children if g.dep_ == "pobj"),
            None,
        )
        if agent is not None:
            return agent
        own = next((c for c in at.children if c.dep_ in ("nsubj", "csubj")), None)
        if own is not None:
            return own
        if any(c.dep_ == "nsubjpass" for c in at.children):
            return None
        if at.dep_ in ("conj", "xcomp", "advcl", "acomp") and at.head.pos_ in (
            "VERB",
            "AUX",
            "ADJ",
        ):
            at = at.head
            continue
        if at.dep_ in ("acl", "relcl"):
            return None
        return None
    return None


def _in_phrase(token: Token, subject: Token, verb: Token) -> bool:
    """Whether a token of the subject's subtree belongs to the naming phrase (no clauses)."""
    at = token
    while at != subject:
        if at.dep_ in ("relcl", "acl", "appos") or (at == verb and verb != subject):
            return False
        at = at.head
    return True


def _is_asked_for(cue: Token) -> bool:
    """Whether a cue is what one party asks of another: "pressed them to agree to ..."."""
    if not any(c.dep_ == "aux" and c.lower_ == "to" for c in cue.children):
        return False
    above = cue.head
    asked = any(c.dep_ in ("dobj", "dative") and c.i < cue.i for c in above.children)
    own = any(c.dep_ == "nsubj" for c in cue.children)
    return cue.dep_ in ("xcomp", "ccomp") and above.pos_ == "VERB" and (asked or own)


def _is_hypothetical(verb: Token, book: StanceBook) -> bool:
    """A stance that is only supposed or asked for: "if X rejects", "should back", "to reject"."""
    if any(c.dep_ == "aux" and c.lower_ in book.grammar["doubting_modals"] for c in verb.children):
        return True
    if any(c.dep_ == "mark" and c.lower_ in book.grammar["supposing"] for c in verb.children):
        return True
    if any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children):
        return not (verb.dep_ == "xcomp" and lemma(verb.head) in book.grammar["carrying"])
    return bool(verb.dep_ == "amod")
