"""Two versions of one text, sentence by sentence: which sentences changed, and into which. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.claims import Span

ALIKE = 0.5
"""The least likeness (0 to 1) at which two sentences are one sentence before and after an edit."""

_MOST = 400  # changed sentences of a text that are compared; a longer one is another text
_BETTER = 0.05  # by how much a second sentence has to improve the likeness to belong to the first
_SHARED = 0.3  # of the words of the shorter sentence, below which two are not compared
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[A-Z0-9À-Þ])")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[$€£¥%]")
_NOT = re.compile(r"\b(?P<stem>ca|wo|sha)n['’]t\b|n['’]t\b|\b(?P<can>cannot)\b", re.IGNORECASE)
_SPELLED_OUT = {"ca": "can", "wo": "will", "sha": "shall", "cannot": "can"}
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word as compared (``key``), and where it stands in its text."""

    key: str
    span: Span


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch that differs between two versions; one of the two may be empty."""

    old: tuple[Token, ...]
    new: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or two, before and after an edit. Spans are those of the two texts."""

    old: Span
    new: Span
    old_tokens: tuple[Token, ...]
    new_tokens: tuple[Token, ...]
    steps: tuple[Step, ...]
    in_title: bool = False


def changed_passages(old_text: str, new_text: str) -> list[Passage]:
    """The sentences that were changed, each with what it became, in order of the later text.

    Sentences that only moved, that are new or that are gone make none.
    """
    old, new = _sentences(old_text), _sentences(new_text)
    kept = {_plain(old_text, span) for span in old} & {_plain(new_text, span) for span in new}
    before = [_Sentence.of(old_text, span, n) for n, span in enumerate(old)]
    after = [_Sentence.of(new_text, span, n) for n, span in enumerate(new)]
    left = [each for each in before if _plain(old_text, each.span) not in kept][:_MOST]
    right = [each for each in after if _plain(new_text, each.span) not in kept][:_MOST]
    titles = _has_title(old_text), _has_title(new_text)
    pairs = _paired(left, right, titles)
    used = {id(each) for pair in pairs for each in pair}
    free_left = {each.number: each for each in left if id(each) not in used}
    free_right = {each.number: each for each in right if id(each) not in used}
    passages = []
    for was, now in pairs:
        now = _extended(was, now, free_right)
        was = _extended(now, was, free_left)
        in_title = titles[0] and titles[1] and was.number == 0 and now.number == 0
        passages.append(
            Passage(
                was.span, now.span, was.tokens, now.tokens, _steps(was.tokens, now.tokens), in_title
            )
        )
    return sorted(passages, key=lambda passage: passage.new)


def plain(sentence: str) -> str:
    """A sentence's words alone, as sentences are compared."""
    return " ".join(token.key for token in _tokens(sentence, 0))


# ---------------------------------------------------------------- sentences


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    number: int
    tokens: tuple[Token, ...]
    words: frozenset[str]

    @classmethod
    def of(cls, text: str, span: Span, number: int) -> _Sentence:
        tokens = tuple(_tokens(span.of(text), span.start))
        return cls(span, number, tokens, frozenset(token.key for token in tokens))


def _has_title(text: str) -> bool:
    return "\n\n" in text and "\n" not in text.partition("\n\n")[0]


def _sentences(text: str) -> list[Span]:
    found = []
    at = 0
    for line in text.split("\n"):
        start = at
        for end in [each.start() for each in _SENTENCE_END.finditer(line)] + [len(line)]:
            if line[start - at : end].strip():
                found.append(_stripped(text, Span(start, at + end)))
            start = at + end
        at += len(line) + 1
    return found


def _stripped(text: str, span: Span) -> Span:
    said = span.of(text)
    return Span(
        span.start + len(said) - len(said.lstrip()), span.end - len(said) + len(said.rstrip())
    )


def _tokens(sentence: str, offset: int) -> Iterator[Token]:
    """The words of a sentence; "wouldn't" is two of them, and "'s" is none."""
    at = 0
    for negated in _NOT.finditer(sentence):
        yield from _plain_tokens(sentence, at, negated.start(), offset)
        span = Span(offset + negated.start(), offset + negated.end())
        stem = (negated["stem"] or negated["can"] or "").lower()
        if stem:
            yield Token(_SPELLED_OUT[stem], span)
        yield Token("not", span)
        at = negated.end()
    yield from _plain_tokens(sentence, at, len(sentence), offset)


def _plain_tokens(sentence: str, start: int, end: int, offset: int) -> Iterator[Token]:
    for found in _TOKEN.finditer(sentence, start, end):
        key = re.sub("['’]s$", "", found[0].casefold())
        yield Token(key, Span(offset + found.start(), offset + found.end()))


def _plain(text: str, span: Span) -> str:
    return plain(span.of(text))


# ---------------------------------------------------------------- which became which


def _paired(
    left: Sequence[_Sentence], right: Sequence[_Sentence], titles: tuple[bool, bool]
) -> list[tuple[_Sentence, _Sentence]]:
    """Sentences before and after, the likest pairs first; a title only with a title."""
    scored = [
        (likeness, -i, -j)
        for i, was in enumerate(left)
        for j, now in enumerate(right)
        if (titles[0] and was.number == 0) == (titles[1] and now.number == 0)
        and (likeness := _likeness(was, now)) >= ALIKE
    ]
    pairs = []
    used: set[tuple[str, int]] = set()
    for _, i, j in sorted(scored, reverse=True):
        if ("left", i) not in used and ("right", j) not in used:
            used |= {("left", i), ("right", j)}
            pairs.append((left[-i], right[-j]))
    return pairs


def _likeness(was: _Sentence, now: _Sentence) -> float:
    smaller = min(len(was.words), len(now.words))
    if not smaller or len(was.words & now.words) < _SHARED * smaller:
        return 0.0
    return _ratio(was.tokens, now.tokens)


def _ratio(old: Sequence[Token], new: Sequence[Token]) -> float:
    """The share of words that two sentences have in the same order, numbers taken as one word."""
    first = [_DIGITS.sub("0", token.key) for token in old]
    second = [_DIGITS.sub("0", token.key) for token in new]
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _extended(one: _Sentence, other: _Sentence, free: dict[int, _Sentence]) -> _Sentence:
    """The other sentence with the one beside it, where an edit cut one in two or made one of two.

    A sentence that is taken is no longer ``free``.
    """
    for number in (other.number + 1, other.number - 1):
        beside = free.get(number)
        if beside is None:
            continue
        first, second = sorted((other, beside), key=lambda each: each.span)
        tokens = (*first.tokens, *second.tokens)
        if _ratio(one.tokens, tokens) > _ratio(one.tokens, other.tokens) + _BETTER:
            free.pop(number)
            span = Span(first.span.start, second.span.end)
            return _Sentence(span, min(first.number, second.number), tokens, frozenset())
    return other


def _steps(old: Sequence[Token], new: Sequence[Token]) -> tuple[Step, ...]:
    matcher = SequenceMatcher(
        None, [token.key for token in old], [token.key for token in new], autojunk=False
    )
    return tuple(
        Step(tuple(old[a:b]), tuple(new[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    )
