"""What a publisher changed in a published article, claim by claim.

Two revisions of one article are compared by their claims, not by their characters: a changed
number, source or stance is an edit that a reader wants to be told of; moved commas, new paragraphs
and another headline wording are not. Live pages are exempt: their new paragraphs are new claims.
Every edit states its disclosure: silent, correction, clarification, update or editor's note.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from importlib import resources

from monitor.claims import (
    Change,
    ChangeKind,
    FigureThread,
    FiledFigure,
    FiledPosition,
    Followed,
    Place,
    PositionThread,
    Report,
    Span,
    Support,
    content_id,
)
from monitor.track.labels import in_words

Filed = FiledFigure | FiledPosition
Thread = FigureThread | PositionThread

ALIKE = 0.6
"""The least likeness (0 to 1) at which two sentences are one sentence before and after an edit."""

_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Edit:
    """One claim changed between revisions: as it was, as it is, and where in the later text."""

    change: Change
    before: Filed
    after: Filed
    span: Span


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How the publisher owned up to an edit: the kind, and the note's sentence ("" if silent)."""

    kind: str
    note: str = ""


def follow_edits(
    followed: Sequence[Followed],
    earlier: Sequence[Filed],
    threads: Mapping[str, Thread],
    previous: Report,
    report: Report,
) -> list[Followed]:
    """What following made of a later revision's claims, with the publisher's edits judged.

    ``earlier`` are the previous revision's claims, ``threads`` their threads by claim id. A claim
    that stood there already changes nothing and stays in its thread; one that the edit changed gets
    an `edited` change against its earlier self, in the earlier thread where there is one; a new
    claim keeps what following made of it. Not for live pages.
    """
    after = [entry.claim for entry in followed]
    pairs = {now.id: was for was, now in _kept(earlier, after)}
    edits = {
        edit.after.id: edit
        for edit in find_edits(
            earlier,
            after,
            previous.text,
            report.text,
            {claim: thread.id for claim, thread in threads.items()},
        )
    }
    answer = []
    for entry in followed:
        edit = edits.get(entry.claim.id)
        was = edit.before if edit else pairs.get(entry.claim.id)
        if was is None:
            answer.append(entry)
            continue
        thread = _joined(threads.get(was.id), entry)
        change = edit.change if edit else None
        if change is not None and thread is not None:
            change = replace(change, thread=thread.id)
        reason = "changed by the publisher" if edit else "stood in the earlier revision"
        answer.append(
            Followed(entry.claim, thread, entry.opened and thread is entry.thread, change, reason)
        )
    return answer


def find_edits(
    before: Sequence[Filed],
    after: Sequence[Filed],
    old_text: str,
    new_text: str,
    threads: Mapping[str, str],
) -> list[Edit]:
    """The changed claims of one article, in order of the later text.

    ``before`` and ``after`` are the filed claims of the earlier and the later revision, ``threads``
    gives the thread id of a claim id, where it has one. An edit without a thread keeps an empty
    thread id. Claims in sentences that did not change, moved ones included, make no edit.
    """
    disclosure = disclosed(old_text, new_text)
    edits = []
    for was, now in _aligned(before, after):
        differences = _differences(was, now)
        if differences:
            edits.append(_edit(was, now, differences, disclosure, threads))
    return sorted(edits, key=lambda edit: (edit.span, edit.change.id))


def withdrawn(
    claims: Sequence[Filed], threads: Mapping[str, str], reason: str
) -> list[tuple[Filed, Change]]:
    """The changes when an article is taken down (404, 410 or sent elsewhere); one a thread.

    ``reason`` says what the server answered.
    """
    found: dict[str, tuple[Filed, Change]] = {}
    for claim in claims:
        thread = threads.get(claim.id)
        if thread is None or thread in found:
            continue
        change = Change(
            id=content_id("chg", thread, claim.id, ChangeKind.WITHDRAWN.value),
            kind=ChangeKind.WITHDRAWN,
            thread=thread,
            claim=claim.id,
            before=claim.id,
            explanation=f"the article that said so is gone: {reason}",
            support=Support(0, 0, 0),
            details=(("disclosure", "silent"),),
        )
        found[thread] = (claim, change)
    return list(found.values())


def disclosed(old_text: str, new_text: str) -> Disclosure:
    """Whether the later text says that it was edited, in words that the earlier one lacked."""
    known = {_plain(line) for line in old_text.splitlines()}
    for line in new_text.splitlines():
        if _plain(line) in known:
            continue
        for kind, words in _disclosing_words().items():
            if words.search(line):
                return Disclosure(kind, line.strip()[:400])
    return Disclosure("silent")


@functools.cache
def _disclosing_words() -> dict[str, re.Pattern[str]]:
    """Each kind of disclosure with the words that tell it, strongest first."""
    text = resources.files("monitor.track").joinpath("data/disclosures.toml").read_text("utf-8")
    return {
        kind: re.compile("|".join(patterns), re.IGNORECASE)
        for kind, patterns in tomllib.loads(text).items()
    }


# ---------------------------------------------------------------- which claim became which


def _kept(before: Sequence[Filed], after: Sequence[Filed]) -> list[tuple[Filed, Filed]]:
    """Pairs of one claim in two revisions that tells the same in both."""
    left = list(before)
    pairs = []
    for now in after:
        for was in left:
            if _plain(was.sentence) == _plain(now.sentence) and _told(was) == _told(now):
                pairs.append((was, now))
                left.remove(was)
                break
    pairs += [pair for pair in _aligned(before, after) if not _differences(*pair)]
    return pairs


def _told(claim: Filed) -> tuple[object, ...]:
    """What a claim tells, apart from where it stands in the text."""
    if isinstance(claim, FiledFigure):
        return (*_stated(claim), claim.figure.measure, claim.figure.counted)
    return claim.position.holder, claim.position.stance, claim.quote


def _joined(thread: Thread | None, entry: Followed) -> Thread | None:
    """The earlier claim's thread with the later claim in it; without one, the entry's own."""
    if thread is None or (entry.thread is not None and entry.thread.id == thread.id):
        return entry.thread
    if isinstance(thread, FigureThread) and isinstance(entry.claim, FiledFigure):
        return replace(thread, history=(*thread.history, entry.claim))
    if isinstance(thread, PositionThread) and isinstance(entry.claim, FiledPosition):
        return replace(thread, history=(*thread.history, entry.claim))
    return entry.thread


def _aligned(before: Sequence[Filed], after: Sequence[Filed]) -> list[tuple[Filed, Filed]]:
    """Pairs of one claim before and after, in changed sentences, best pairs first."""
    kept_after = {_plain(claim.sentence) for claim in after}
    kept_before = {_plain(claim.sentence) for claim in before}
    changed = [claim for claim in before if _plain(claim.sentence) not in kept_after]
    fresh = [claim for claim in after if _plain(claim.sentence) not in kept_before]
    scored = [
        (likeness, -i, -j)
        for i, was in enumerate(changed)
        for j, now in enumerate(fresh)
        if (likeness := _likeness(was, now)) >= ALIKE
    ]
    pairs: list[tuple[Filed, Filed]] = []
    used_before: set[int] = set()
    used_after: set[int] = set()
    for _, i, j in sorted(scored, reverse=True):
        if i not in used_before and j not in used_after:
            used_before.add(i)
            used_after.add(j)
            pairs.append((changed[-i], fresh[-j]))
    return pairs


def _likeness(was: Filed, now: Filed) -> float:
    """How surely two claims are one: the likeness of their sentences, and of what they tell."""
    if isinstance(was, FiledFigure) and isinstance(now, FiledFigure):
        same = _same_series(was, now)
        where = _place_in_sentence(was) - _place_in_sentence(now)
        penalty = 0.2 * abs(where)
    elif isinstance(was, FiledPosition) and isinstance(now, FiledPosition):
        same = was.position.holder == now.position.holder
        penalty = 0.0
    else:
        return 0.0
    if not same:
        return 0.0
    return _sentence_likeness(was.sentence, now.sentence) - penalty


def _same_series(was: FiledFigure, now: FiledFigure) -> bool:
    old, new = was.figure, now.figure
    return (old.measure, old.group or old.counted) == (new.measure, new.group or new.counted)


def _place_in_sentence(claim: FiledFigure) -> float:
    length = max(1, claim.figure.sentence.end - claim.figure.sentence.start)
    return (claim.figure.number.start - claim.figure.sentence.start) / length


def _sentence_likeness(old: str, new: str) -> float:
    """The share of words that two sentences have in the same order, numbers taken as one word."""
    first = [_DIGITS.sub("0", word) for word in _WORD.findall(old.casefold())]
    second = [_DIGITS.sub("0", word) for word in _WORD.findall(new.casefold())]
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _plain(sentence: str) -> str:
    return " ".join(_WORD.findall(sentence.casefold()))


# ---------------------------------------------------------------- what differs


@dataclass(frozen=True, slots=True)
class _Difference:
    """One fact that an edit changed, in words."""

    what: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.what}: {self.old or 'none'} -> {self.new or 'none'}"


def _differences(was: Filed, now: Filed) -> list[_Difference]:
    """Every fact that differs; none for a change of mere wording."""
    if isinstance(was, FiledFigure) and isinstance(now, FiledFigure):
        return _figure_differences(was, now)
    if isinstance(was, FiledPosition) and isinstance(now, FiledPosition):
        return _position_differences(was, now)
    return []


def _figure_differences(was: FiledFigure, now: FiledFigure) -> list[_Difference]:
    old, new = was.figure, now.figure
    found = []
    if _stated(was) != _stated(now) and not (_number(was) == _number(now) and new.headline):
        found.append(_Difference("number", in_words(was), in_words(now)))
    if old.quantity.unit != new.quantity.unit:
        found.append(_Difference("unit", old.quantity.unit or "", new.quantity.unit or ""))
    found += _reworded(
        "source", old.authority_as_written, new.authority_as_written, was.sentence, now.sentence
    )
    found += _reworded("place", _name(old.place), _name(new.place), was.sentence, now.sentence)
    return found


def _position_differences(was: FiledPosition, now: FiledPosition) -> list[_Difference]:
    old, new = was.position, now.position
    found = []
    if (old.sign, old.stance) != (new.sign, new.stance):
        found.append(_Difference("stance", old.stance.value, new.stance.value))
    found += _reworded(
        "speaker", old.attribution.speaker, new.attribution.speaker, was.sentence, now.sentence
    )
    return found


def _stated(claim: FiledFigure) -> tuple[object, ...]:
    quantity = claim.figure.quantity
    return quantity.low, quantity.high, quantity.modifier


def _number(claim: FiledFigure) -> object:
    return claim.figure.quantity.value


def _name(place: Place | None) -> str | None:
    return place.name if place else None


def _reworded(
    what: str, old: str | None, new: str | None, sentence: str, later: str
) -> list[_Difference]:
    """A name that the edit put in place of another, by the words of the two sentences.

    A name read from the sentences around counts only when it stands in neither sentence's words.
    """
    if old == new or ((old or "") in later and (new or "") in sentence):
        return []
    told = bool(new and new in later and new not in sentence)
    gone = bool(old and old in sentence and old not in later)
    if not told and not gone:
        return []
    return [_Difference(what, old or "", new or "")]


def _edit(
    was: Filed,
    now: Filed,
    differences: Sequence[_Difference],
    disclosure: Disclosure,
    threads: Mapping[str, str],
) -> Edit:
    thread = threads.get(now.id) or threads.get(was.id) or ""
    changed = "; ".join(str(difference) for difference in differences)
    details = [
        ("changed", changed),
        ("before_sentence", was.sentence),
        ("after_sentence", now.sentence),
        ("disclosure", disclosure.kind),
    ]
    if disclosure.note:
        details.append(("editor_note", disclosure.note))
    change = Change(
        id=content_id("chg", thread, was.id, now.id, ChangeKind.EDITED.value),
        kind=ChangeKind.EDITED,
        thread=thread,
        claim=now.id,
        before=was.id,
        explanation=f"{changed} ({disclosure.kind})",
        support=Support(authorities=0, origins=1, reports=1),
        details=tuple(details),
    )
    return Edit(change, was, now, _span(now))


def _span(claim: Filed) -> Span:
    if isinstance(claim, FiledFigure):
        return claim.figure.number
    return claim.position.content
