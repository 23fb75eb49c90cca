"""Positions about a count: who disputes a figure or vouches for it, and which series is meant.

"The army called the ministry's toll inflated" is a position on a figure. It points at a series by
a number that it quotes, by what is counted, or by the authority that it names.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from monitor.claims import (
    Assertion,
    Dispute,
    DisputeKind,
    FigureThread,
    FiledFigure,
    FiledPosition,
    Followed,
    Report,
    Stance,
    Threads,
)
from monitor.extract.lexicon import any_of, lexicon
from monitor.track.faces import face_of
from monitor.track.linking import figure_key
from monitor.track.plausibility import reports_of

QUOTED_WITHIN = 5
"""A denial is of a number that stands among its first words; behind them it is of the deed."""

NEAR = 14
"""So many words at most lie between a count and what is said of it."""

SHORT = 8
"""Words of a content that is a count and nothing else: "the death toll of the ministry"."""

JUST_BEFORE = 400
"""So many characters before it stands the count that "the figures" alone can mean."""

LATELY = timedelta(days=30)
"""A count that no report of this article's is of must have been told this lately."""

AGAINST = frozenset({Stance.DENY, Stance.DOUBT, Stance.OPPOSE, Stance.REFUSE})

_NUMBER = re.compile(r"\d[\d,.]*")

_TURNED_DOWN = frozenset({Stance.DENY, Stance.OPPOSE, Stance.REFUSE})


@dataclass(frozen=True, slots=True)
class _Words:
    """The word list, ready to match."""

    counts: re.Pattern[str]
    single: re.Pattern[str]
    disputed: re.Pattern[str]
    vouched: re.Pattern[str]
    negated: re.Pattern[str]
    hedged: re.Pattern[str]
    aside: re.Pattern[str]
    disputing: frozenset[str]
    denying: frozenset[str]
    reporting: re.Pattern[str]
    authorities: re.Pattern[str]
    measures: dict[str, re.Pattern[str]]


@functools.cache
def _words(data: Path | None) -> _Words:
    table = lexicon("disputes", data)
    negations = any_of(table["negations"]["words"])
    return _Words(
        counts=_whole(_with_plurals(table["counts"]["nouns"]), after=r"(?<!\ba )"),
        single=_whole(table["counts"]["single"]),
        disputed=_whole(table["disputed"]["words"]),
        vouched=_whole(table["vouched"]["words"]),
        negated=re.compile(rf"(?:{negations})(?:\s+\w+){{0,2}}\s*$", re.IGNORECASE),
        aside=re.compile(rf",\s+(?:{any_of(table['asides']['words'])})\s", re.IGNORECASE),
        hedged=re.compile(rf"(?:{any_of(table['hedges']['words'])})(?:\s+\w+)?\s*$", re.IGNORECASE),
        disputing=frozenset(table["cues"]["disputing"]),
        denying=frozenset(table["cues"]["denying"]),
        reporting=_whole(table["reporting"]["words"]),
        authorities=_whole(table["authorities"]["nouns"]),
        measures={name: _whole(words) for name, words in table["measures"].items()},
    )


def _whole(words: Iterable[str], after: str = "") -> re.Pattern[str]:
    return re.compile(rf"{after}\b(?:{any_of(words)})\b", re.IGNORECASE)


def _with_plurals(nouns: Iterable[str]) -> list[str]:
    return [form for noun in nouns for form in (noun, f"{noun}s", f"{noun[:-1]}ies")]


def find_disputes(
    followed: Sequence[Followed], report: Report, threads: Threads, data: Path | None = None
) -> list[Dispute]:
    """What one report's positions say of figures: of its own, or of those on file.

    ``data`` is the folder of the user's own word lists. Pure: the same answer each time.
    """
    words = _words(data)
    figures = [each for each in followed if isinstance(each.claim, FiledFigure)]
    found: dict[tuple[str, str], Dispute] = {}
    for each in followed:
        claim = each.claim
        if not isinstance(claim, FiledPosition) or claim.position.background:
            continue
        kind = _kind(claim, figures, words)
        if kind is None:
            continue
        for thread in _meant(claim, figures, report, threads, words):
            if claim.position.holder.name not in face_of(thread).authorities:
                found.setdefault((claim.id, thread.id), Dispute(kind, thread.id, claim))
    return list(found.values())


# ---------------------------------------------------------------- for or against


def _kind(claim: FiledPosition, figures: Sequence[Followed], words: _Words) -> DisputeKind | None:
    """Whether a position disputes a count, vouches for one, or is about something else."""
    position = claim.position
    sign = _sign_of_words(_spoken(claim, words), words)
    if sign:
        if _turns_down(claim, words):
            sign = -sign
    elif not _is_negated(claim) and _is_of_a_count(claim, figures, words):
        sign = 1 if position.stance is Stance.CONFIRM else -1
    if sign == 0:
        return None
    return DisputeKind.VOUCHED_FOR if sign > 0 else DisputeKind.DISPUTED_BY


def _spoken(claim: FiledPosition, words: _Words) -> str:
    """The content without an aside, which tells of somebody else: ", after Eastland doubted it"."""
    return words.aside.split(claim.quote)[0]


def _sign_of_words(spoken: str, words: _Words) -> int:
    """What the words say of a count: 1 that it holds, -1 that it does not, 0 neither."""
    for pattern, sign in ((words.vouched, 1), (words.disputed, -1)):
        for match in pattern.finditer(spoken):
            before = spoken[: match.start()]
            if _count_near(spoken, match.start(), words) and not words.hedged.search(before):
                return -sign if words.negated.search(before) else sign
    return 0


def _count_near(spoken: str, at: int, words: _Words) -> bool:
    """Whether a count, or a number, stands within a few words of a place in the text."""
    for match in (*words.counts.finditer(spoken), *_NUMBER.finditer(spoken)):
        first, last = sorted((at, match.start()))
        if len(spoken[first:last].split()) <= NEAR:
            return True
    return False


def _is_of_a_count(claim: FiledPosition, figures: Sequence[Followed], words: _Words) -> bool:
    """Whether a count is the very thing that a position without such words is about.

    "Denied that 120 people had died", "questioned the toll", "confirmed the ministry's figures".
    """
    position = claim.position
    cue = position.attribution.cue_lemma
    if position.stance in AGAINST and _quoted(claim, figures) is not None:
        return not cue or cue in words.disputing
    if position.stance is not Stance.CONFIRM and cue not in words.disputing:
        return False
    spoken = _spoken(claim, words)
    return bool(words.counts.search(spoken)) and len(spoken.split()) <= SHORT


def _turns_down(claim: FiledPosition, words: _Words) -> bool:
    """Whether the words are those of somebody else, which the speaker denies or dismisses.

    "Denied that the toll was inflated", "dismissed claims that it was"; not "dismissed it as such".
    """
    if _is_negated(claim):
        return True
    position = claim.position
    cue = position.attribution.cue_lemma
    if cue in words.denying or (not cue and position.stance is Stance.DENY):
        return True
    if position.stance not in _TURNED_DOWN and cue not in words.disputing:
        return False
    before = claim.sentence[: max(0, position.content.start - position.sentence.start)]
    return words.reporting.search(before[-60:] + claim.quote[:40]) is not None


def _is_negated(claim: FiledPosition) -> bool:
    """Whether the saying itself is negated: "would not confirm", "has not denied"."""
    return claim.position.attribution.negated


# ---------------------------------------------------------------- which count


def _quoted(claim: FiledPosition, figures: Sequence[Followed]) -> Followed | None:
    """The figure that a position is about by its number, which stands among its first words."""
    content, position = claim.position.content, claim.position
    begin = claim.quote.split()
    reach = content.start + len(" ".join(begin[:QUOTED_WITHIN]))
    for each in figures:
        assert isinstance(each.claim, FiledFigure)
        number = each.claim.figure.number
        if not content.overlaps(number):
            continue
        denied = position.stance is Stance.DENY or position.sign < 0
        if not denied or number.start <= reach:
            return each
    return None


def _meant(
    claim: FiledPosition,
    figures: Sequence[Followed],
    report: Report,
    threads: Threads,
    words: _Words,
) -> list[FigureThread]:
    """The threads that a position about a count points at; none where that stays open."""
    quoted = _quoted(claim, figures)
    if quoted is not None:
        thread = _thread_of(quoted) or _same_number(quoted, figures, threads)
        if thread is not None:
            return [thread]
    spoken = _spoken(claim, words)
    if not words.counts.search(spoken):
        return []
    measures = [name for name, word in words.measures.items() if word.search(spoken)]
    told = _told_in(figures, claim, measures, words)
    if told:
        return told[:1] if words.single.search(spoken) else _of_one_authority(told)
    return _on_file(measures, report, threads, claim, words)


def _thread_of(each: Followed) -> FigureThread | None:
    return each.thread if isinstance(each.thread, FigureThread) else None


def _same_number(
    quoted: Followed, figures: Sequence[Followed], threads: Threads
) -> FigureThread | None:
    """For a number that the position only denies: the series that has it."""
    denied = quoted.claim
    assert isinstance(denied, FiledFigure)
    if denied.figure.assertion is not Assertion.DENIED:
        return None
    key, value = figure_key(denied.figure), denied.figure.quantity.value
    own = [thread for each in figures if (thread := _thread_of(each)) and thread.key == key]
    for thread in (*own, *threads.figure_threads(key)):
        if any(known.figure.quantity.value == value for known in thread.history):
            return thread
    return None


def _told_in(
    figures: Sequence[Followed], claim: FiledPosition, measures: Sequence[str], words: _Words
) -> list[FigureThread]:
    """The report's own series that fit, the one told last before the position first."""
    start = claim.position.content.start
    fitting: list[tuple[tuple[bool, bool, int], FigureThread]] = []
    for each in figures:
        figure = each.claim
        thread = _thread_of(each)
        assert isinstance(figure, FiledFigure)
        if thread is None or (measures and figure.figure.measure not in measures):
            continue
        if _names_another(claim.quote, thread, words):
            continue
        distance = start - figure.figure.number.start
        is_open = not measures and not words.authorities.search(_spoken(claim, words))
        if is_open and not 0 < distance <= JUST_BEFORE:
            continue
        group = figure.figure.group
        of_a_part = group is not None and group not in claim.quote.casefold()
        fitting.append(((of_a_part, distance < 0, abs(distance)), thread))
    ordered = sorted(fitting, key=lambda row: row[0])
    return list({thread.id: thread for _, thread in ordered}.values())


def _of_one_authority(told: Sequence[FigureThread]) -> list[FigureThread]:
    """Of several series those that the same authority counts as the nearest one."""
    nearest = face_of(told[0]).authorities
    return [thread for thread in told if not nearest or nearest & face_of(thread).authorities]


def _names_another(spoken: str, thread: FigureThread, words: _Words) -> bool:
    """Whether the words name an authority that is not the one which counts the thread."""
    named = {noun.casefold() for noun in words.authorities.findall(spoken)}
    known = " ".join(
        f"{each.figure.authority or ''} {each.figure.authority_as_written or ''}"
        for each in thread.history
    ).casefold()
    return bool(named) and bool(known.strip()) and not any(noun in known for noun in named)


def _on_file(
    measures: Sequence[str],
    report: Report,
    threads: Threads,
    claim: FiledPosition,
    words: _Words,
) -> list[FigureThread]:
    """For a report that gives no number: the one series on file whose place it names."""
    candidates = [
        thread
        for measure in measures
        for thread in threads.figure_threads(f"{measure}|people")
        if claim.published.date() - face_of(thread).last_day <= LATELY
        and not _names_another(claim.quote, thread, words)
        and any(place.name in report.text for place in face_of(thread).places)
    ]
    return sorted(candidates, key=lambda thread: (-reports_of(thread), thread.id))[:1]
