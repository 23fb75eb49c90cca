"""Cues in the parse: each with the source that is named beside it and the content it governs.

Quotation marks come later (`quotes.py`): a saying without content is kept, because a quotation may
stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from monitor.claims import Span
from monitor.extract.contents import (
    CLOSING,
    OPENING,
    around,
    clausal,
    equated,
    other_content,
    passive_content,
    rest,
    saying_clause,
    with_reasons,
)
from monitor.extract.frames import NO_FRAMES, SAYING, Frames
from monitor.extract.sayings import Saying
from monitor.extract.sources import mention
from monitor.extract.tree import (
    QUOTE_MARKS,
    Range,
    agent,
    child,
    extent,
    has_subject,
    has_that,
    is_finite,
    is_infinitive,
    is_passive,
    own_subject,
    quotation_end,
    subject,
    trimmed,
    verb_group,
    without,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_EXPLETIVE = frozenset({"it", "there"})
_APOSTROPHES = frozenset({"\u2019", "'"})
_WITHIN_NAME = frozenset(
    {"amod", "compound", "det", "nmod", "nummod", "poss", "advmod", "quantmod"}
)
_ACTORS = frozenset({"GPE", "NORP", "ORG"})
_BY = frozenset({"by", "from", "of", "among", "in"})


def find_cues(doc: Doc, frames: Frames) -> Iterator[Saying]:
    """Every cue of the lexicon, with or without content, in text order."""
    yield from _Finder(doc, frames).sayings()


class _Finder:
    """One walk over a parse. ``carried`` is which saying's subject a later cue shares."""

    def __init__(self, doc: Doc, frames: Frames) -> None:
        self.doc = doc
        self.frames = frames
        self.carried: dict[int, Token] = {}
        self.sentences = _sentence_of_each(doc)
        self.latest: Token | None = None  # the last source that stood beside its cue

    def sayings(self) -> Iterator[Saying]:
        for token in self.doc:
            made = self._of(token)
            if made is not None:
                if made.own_subject:
                    self.latest = made.source_head
                yield made

    def _of(self, token: Token) -> Saying | None:
        if token.lower_ == "according":
            return self._according(token)
        if token.lower_ == "in" and token.dep_ == "prep":
            return self._survey(token)
        if token.pos_ in ("VERB", "AUX") and token.dep_ not in ("amod", "compound"):
            known = self.frames.of_verb(token)
            return self._verb(token, known) if known else None
        if token.tag_ == "NNS" and self.frames.says(token):
            mistaken = self._plural_for_verb(token)
            if mistaken is not None:
                return mistaken
        if token.pos_ == "NOUN":
            known = self.frames.nouns.get(token.lemma_.lower(), NO_FRAMES)
            return self._noun(token, known) if known else None
        if token.pos_ == "ADJ":
            known = self.frames.adjectives.get(token.lemma_.lower(), NO_FRAMES)
            return self._adjective(token, known) if known else None
        return None

    def _saying(
        self, head: Token, cue: Range, source: Token | None, content: Iterable[Range], clause: Range
    ) -> Saying:
        pieces = list(content)
        cue = self._with_preposition(cue, pieces)
        spans = [span for part in pieces if (span := trimmed(self.doc, part)) is not None]
        cue_span = trimmed(self.doc, cue) or Span(head.idx, head.idx + len(head))
        return Saying(
            lemma=head.lemma_.lower(),
            head=head,
            cue=cue_span,
            clause=trimmed(self.doc, clause) or cue_span,
            source=mention(source, cue, self.frames) if source is not None else None,
            content=spans,
            source_head=source,
        )

    def _with_preposition(self, cue: Range, content: list[Range]) -> Range:
        """The preposition between cue and content belongs to the cue ("called for")."""
        after = cue[1] + 1
        led = any(first == after + 1 for first, _ in content)
        return (cue[0], after) if led and self.doc[after].dep_ == "prep" else cue

    # ------------------------------------------------------------ verbs

    def _verb(self, verb: Token, frames: frozenset[str]) -> Saying | None:
        if verb.tag_ == "VB" and verb.dep_ == "ROOT" and not has_subject(verb):
            return None  # an order to the reader
        if verb.dep_ in ("acl", "relcl", "advcl") and is_infinitive(verb) and not frames & SAYING:
            return None  # a purpose: "money to support it"
        if "raised_infinitive" in frames:
            return self._seeming(verb)
        speaker = self._after_quotation(verb) if "quote" in frames else None
        if speaker is not None:
            clause = (verb_group(verb)[0], max(verb.i, extent(speaker)[1]))
            saying = self._saying(verb, verb_group(verb), speaker, [], clause)
            saying.quotable = saying.own_subject = saying.main = True
            return saying
        passive = is_passive(verb) and not self._introduces(verb, frames)
        told = None if passive else self._told(verb, frames)
        if told is not None:
            content = [told]
        elif passive:
            content = passive_content(verb, frames)
        else:
            content = other_content(verb, frames)
        bound = quotation_end(verb, self.sentences[verb.i][0])
        clause = saying_clause(verb, content, bound)
        if not content and "parenthesis" in frames and not passive:
            content = around(verb, clause, frames, self.sentences[verb.i])
            if not content:
                content = rest(verb, frames) or equated(verb)
                clause = saying_clause(verb, content, bound)
        pieces = [part for piece in content for part in without(piece, clause)]
        saying = self._saying(verb, verb_group(verb), self._source(verb, passive), pieces, clause)
        saying.quotable = "quote" in frames and not passive
        saying.ahead = told is not None
        saying.own_subject = has_subject(verb)
        saying.main = saying.quotable and verb.dep_ not in ("relcl", "acl", "advcl")
        return saying if saying.content or saying.quotable else None

    def _introduces(self, verb: Token, frames: frozenset[str]) -> bool:
        """Whether a colon follows what looks like a participle: "Ann Roe tweeted in reply: ..."."""
        end = verb.right_edge.i + 1
        colon = end < len(self.doc) and self.doc[end].text == ":"
        return colon and verb.dep_ == "acl" and "quote" in frames

    def _source(self, verb: Token, passive: bool) -> Token | None:
        if passive:
            return agent(verb)
        if verb.i in self.carried:
            return self.carried[verb.i]
        found = subject(verb)
        sentence = self.sentences[verb.i]
        quoted = found is not None and found.i < quotation_end(verb, sentence[0])
        if quoted:
            found = None
        if found is not None and found.lower_ in _EXPLETIVE and verb.dep_ in ("pcomp", "xcomp"):
            return None  # "it goes without saying"
        if verb.dep_ == "acl" and found == verb.head and found is not None:
            return self._author(verb, found)
        if found is None and is_finite(verb):
            found = self._noun_before(verb)
        shared = quoted or verb.dep_ in ("conj", "advcl")
        if found is None and self.latest is not None and shared:
            return self.latest if sentence[0] <= self.latest.i < verb.i else None
        return found

    def _after_quotation(self, verb: Token) -> Token | None:
        """The speaker in '"...," said Ann Roe', whatever the parse makes of it."""
        bound = quotation_end(verb, self.sentences[verb.i][0])
        start, at = verb_group(verb)[0], verb.i + 1
        named = own_subject(verb)
        if not bound or not all(token.is_space for token in self.doc[bound:start]):
            return None
        if (named is not None and named.i >= bound and named.i < verb.i) or at >= len(self.doc):
            return None
        return self._noun_at(at)

    def _noun_at(self, at: int) -> Token | None:
        """The noun of the phrase that starts here, whatever the parse hangs it on."""
        while at < len(self.doc) and self.doc[at].is_space:
            at += 1
        if at >= len(self.doc):
            return None
        noun = self.doc[at]
        while noun.dep_ in _WITHIN_NAME and noun.head.i > noun.i:
            noun = noun.head
        named = noun.pos_ in ("NOUN", "PROPN", "PRON") or noun.text[:1].isupper()
        return noun if named else None

    def _noun_before(self, verb: Token) -> Token | None:
        """The noun that stands right before a finite verb to which the parse gives no subject.

        A comma between them closes an apposition: "Ann Roe, a clerk in Lund, said".
        """
        start = self.sentences[verb.i][0]
        at = verb_group(verb)[0] - 1
        apposition = at > start and self.doc[at].text == ","
        noun = self.doc[at - 1 if apposition else at] if at >= start else None
        if noun is None or noun.pos_ not in ("NOUN", "PROPN", "PRON"):
            return None
        while start <= noun.head.i < noun.i:
            above = noun.head.head if noun.dep_ == "pobj" else noun.head
            inside = ("compound", "conj", "appos", "pobj") if apposition else ("compound", "conj")
            if noun.dep_ not in inside or above.pos_ not in ("NOUN", "PROPN") or above.i > noun.i:
                break
            done = noun.dep_ == "appos" and above.pos_ == "PROPN"
            noun = above
            if done:
                break
        return noun

    def _author(self, verb: Token, noun: Token) -> Token:
        """Who issued a statement that says something; or, after a comma, who did the rest."""
        if noun.dep_ == "dobj" and noun.head.lemma_ in self.frames.light:
            return subject(noun.head) or noun
        if verb.tag_ == "VBG" and self.doc[verb.left_edge.i - 1].text in OPENING:
            above = noun
            while above.pos_ not in ("VERB", "AUX") and above.head != above:
                above = above.head
            return subject(above) or noun
        return noun

    def _seeming(self, verb: Token) -> Saying | None:
        """ "It seems that ...", "he appears to be": the text's own guess, without a source."""
        clause = verb_group(verb)
        whole = child(verb, "ccomp")
        rest = child(verb, "xcomp", "acomp", "oprd")
        topic = child(verb, "nsubj")
        if whole is not None and whole.i > verb.i:
            content = [extent(whole)]
        elif rest is not None and rest.i > verb.i:
            lead = [extent(topic)] if topic is not None and topic.lower_ != "it" else []
            content = [*lead, extent(rest)]
        else:
            return None
        return self._saying(verb, clause, None, content, clause)

    def _told(self, verb: Token, frames: frozenset[str]) -> Range | None:
        """The clause after the verb, where its frames take one."""
        obj = child(verb, "dobj")
        for part in verb.rights:
            found = clausal(part, obj, frames)
            if found is not None:
                return self._up_to_next_cue(verb, part, with_reasons(verb, found))
        return None

    def _up_to_next_cue(self, verb: Token, part: Token, content: Range) -> Range:
        """Content without a second cue of the same speaker that the parse took in.

        "He said that it had failed, adding that ...", "he says it failed and says ...".
        """
        first, last = content
        for token in self.doc[part.i + 1 : last + 1]:
            if not self.frames.says(token):
                continue
            start = token.left_edge.i
            before = self.doc[start - 1]
            apart = before.text == "," or before.text in QUOTE_MARKS
            if token.tag_ == "VBG" and apart and not has_subject(token):
                self.carried[token.i] = subject(verb) or verb
                return first, start - 1
            if token.dep_ != "conj" or token.head != part or before.dep_ != "cc":
                continue
            if not has_subject(token) and token.tag_ == verb.tag_:
                self.carried[token.i] = subject(verb) or verb
                return first, start - 2
            if has_subject(token) and self.doc[start - 2].text == ",":
                return first, start - 2
        return content

    # ------------------------------------------------------------ nouns, adjectives, phrases

    def _plural_for_verb(self, token: Token) -> Saying | None:
        """A verb that the tagger took for a plural noun.

        "Ode notes that ...", "one risk Ode notes is that ...", '"...," the paper reports, ...'.
        """
        said = next((part for part in token.rights if has_that(part)), None)
        if said is None and token.dep_ == "nsubj" and token.head.lemma_ == "be":
            said = child(token.head, "ccomp")
        names = [part for part in token.lefts if part.dep_ in ("compound", "nsubj")]
        name = names[-1] if names else None
        bound = quotation_end(token, self.sentences[token.i][0])
        after = self.doc[token.i + 1].text if token.i + 1 < len(self.doc) else "."
        if said is None and bound and after in CLOSING:
            content, first = [], bound
        elif said is not None and name is not None and name.pos_ in ("PROPN", "PRON"):
            content, first = [extent(said)], name.i
            while first > 0 and self.doc[first - 1].pos_ == "PROPN":
                first -= 1
        else:
            return None
        own = self.doc[first : token.i]
        if not len(own) or any(t.is_punct or t.pos_ in ("VERB", "AUX") for t in own):
            return None
        saying = self._saying(token, (token.i, token.i), own[-1], content, (first, token.i))
        saying.source = trimmed(self.doc, (first, token.i - 1))
        saying.ahead, saying.own_subject = bool(content), True
        saying.quotable = saying.main = not content
        return saying

    def _noun(self, noun: Token, known: frozenset[str]) -> Saying | None:
        above = noun.head.head
        if noun.dep_ == "pobj" and above.pos_ == "VERB" and self.frames.says(above):
            return None  # "said in a statement that"
        content: Range | None = None
        told = False
        for part in self._after(noun):
            if part.dep_ in ("acl", "ccomp", "relcl") and "clause" in known and has_that(part):
                content, told = extent(part), True
            elif part.dep_ in ("acl", "xcomp") and "infinitive" in known and is_infinitive(part):
                content = extent(part)
            elif part.dep_ == "prep" and part.lower_ in known:
                inner = child(part, "pobj", "pcomp")
                timed = inner is not None and inner.ent_type_ in ("DATE", "TIME")
                content = extent(inner) if inner is not None and not timed else None
            if content is not None:
                break
        if content is None and noun.dep_ == "nsubj" and noun.head.lemma_ == "be":
            said = child(noun.head, "ccomp", "xcomp")  # "their concern is that"
            if said is not None and said.i > noun.head.i and "clause" in known:
                content, told = extent(said), True
        if content is None:
            return None
        source, start = self._noun_source(noun, content)
        if source is None and not told:
            return None
        return self._saying(noun, (start, noun.i), source, [content], (start, noun.i))

    def _after(self, noun: Token) -> Iterator[Token]:
        """What follows a noun, and what the parse hangs on its giver ("a warning from X that")."""
        yield from noun.rights
        if (
            noun.dep_ == "dobj"
        ):  # "voiced doubt in the capital over": the parse hangs it on the verb
            yield from (c for c in noun.head.rights if c.i > noun.i and c.dep_ == "prep")
        for part in noun.rights:
            giver = child(part, "pobj") if part.lower_ in _BY else None
            if giver is not None:
                yield from (c for c in giver.rights if c.dep_ in ("acl", "relcl") and has_that(c))

    def _noun_source(self, noun: Token, content: Range) -> tuple[Token | None, int]:
        for owner in noun.lefts:
            if owner.dep_ == "poss" or (owner.dep_ == "nmod" and owner.nbor().text in _APOSTROPHES):
                return owner, noun.i
        for part in noun.children:
            if part.dep_ in ("prep", "agent") and part.lower_ in _BY:
                inner = child(part, "pobj")
                if inner is not None and not content[0] <= inner.i <= content[1]:
                    return inner, noun.i
        head = noun.head
        for part in head.rights if noun.dep_ == "dobj" else ():
            place = child(part, "pobj") if part.lower_ in ("in", "among") else None
            if place is not None and noun.i < place.i < content[0] and place.ent_type_ in _ACTORS:
                return place, noun.i
        if noun.dep_ in ("dobj", "attr") and head.lemma_ in self.frames.light:
            return subject(head), verb_group(head)[0]
        return None, noun.i

    def _adjective(self, adjective: Token, known: frozenset[str]) -> Saying | None:
        verb = adjective.head
        predicative = adjective.dep_ in ("acomp", "conj", "advcl", "oprd")
        if not predicative or verb.pos_ not in ("AUX", "VERB"):
            return None
        for part in [*adjective.rights, *(c for c in verb.rights if c.i > adjective.i)]:
            content: Token | None = None
            to_do = part.dep_ == "xcomp" and "infinitive" in known and is_infinitive(part)
            if to_do or (part.dep_ == "ccomp" and "clause" in known):
                content = part
            elif part.dep_ == "prep" and part.head == adjective and part.lower_ in known:
                content = child(part, "pobj", "pcomp")
            if content is not None:
                start, end = verb_group(verb)
                cue = min(start, adjective.i), max(end, adjective.i)
                return self._saying(adjective, cue, subject(verb), [extent(content)], cue)
        return None

    def _according(self, token: Token) -> Saying | None:
        to = next((c for c in token.children if c.lower_ == "to"), None)
        if to is None:
            return None
        source = child(to, "pobj") or self._noun_at(to.i + 1)
        if source is None:
            return None
        phrase = (token.i, max(extent(source)[1], to.i))
        first, last = self.sentences[token.i]
        if token.i == first:
            phrase = self._up_to_comma(phrase)
        before = self.doc[token.i - 1] if token.i > first else None
        if before is not None and before.text in OPENING and phrase[1] >= last - 1:
            whole = (first, last)
        else:
            head = token.head
            while head.pos_ not in ("VERB", "AUX") and head.head != head:
                head = head.head
            whole = extent(head)
        saying = self._saying(token, (token.i, to.i), source, without(whole, phrase), phrase)
        if saying.source is not None and saying.source.end > saying.clause.end:
            saying.source = Span(saying.source.start, saying.clause.end)
        return saying

    def _survey(self, token: Token) -> Saying | None:
        """ "In a new poll, the two are level": a document that speaks through "in"."""
        source, verb = child(token, "pobj"), token.head
        if source is None or source.lemma_.lower() not in self.frames.surveys:
            return None
        if verb.pos_ not in ("VERB", "AUX") or self.frames.says(verb):
            return None
        phrase = extent(token)
        return self._saying(
            token, (token.i, token.i), source, without(extent(verb), phrase), phrase
        )

    def _up_to_comma(self, phrase: Range) -> Range:
        """A leading "According to X, ..." whose X the parse drew over the clause's own subject."""
        first, last = phrase
        after = self.doc[last + 1] if last + 1 < len(self.doc) else None
        if after is None or after.pos_ not in ("VERB", "AUX"):
            return phrase
        commas = [n for n in range(first, last) if self.doc[n].text == ","]
        return (first, commas[-1] - 1) if commas else phrase


def _sentence_of_each(doc: Doc) -> list[Range]:
    """The first and last token of the sentence of each token, blanks at its start left out."""
    bounds: list[Range] = []
    for sentence in doc.sents:
        first = sentence.start
        while first < sentence.end - 1 and doc[first].is_space:
            first += 1
        bounds += [(first, sentence.end - 1)] * len(sentence)
    return bounds
