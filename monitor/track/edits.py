"""What a publisher changed in a published article, claim by claim.

Two revisions of one article are compared by what they say (`differences`), not by their
characters: a changed number, source or stance is an edit that a reader wants to be told of; moved
commas, new paragraphs and another headline wording are not. Live pages are exempt: their new
paragraphs are new claims. Every edit states its disclosure: silent, correction, clarification,
update or editor's note.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from monitor.claims import (
    Change,
    ChangeKind,
    FigureThread,
    FiledFigure,
    FiledPosition,
    Followed,
    PositionThread,
    Report,
    Support,
    content_id,
)
from monitor.track.differences import Difference
from monitor.track.passages import Passage, changed_passages, plain

Filed = FiledFigure | FiledPosition
Thread = FigureThread | PositionThread


@dataclass(frozen=True, slots=True)
class Edit:
    """What one claim says otherwise since an edit: as it was, as it is, and what differs."""

    before: Filed
    after: Filed
    differences: tuple[Difference, ...]


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
    edits: Sequence[Edit] = (),
) -> list[Followed]:
    """What following made of a later revision's claims, with the publisher's edits judged.

    ``earlier`` are the previous revision's claims, ``threads`` their threads by claim id. A claim
    that stood there already changes nothing and stays in its thread; one that the edit changed gets
    an `edited` change against its earlier self, in the earlier thread where there is one; a new
    claim keeps what following made of it. Not for live pages.
    """
    edited = {edit.after.id: edit for edit in edits}
    disclosure = disclosed(previous.text, report.text) if edits else Disclosure("silent")
    stood = _Stood(earlier, previous, report)
    answer = []
    for entry in followed:
        edit = edited.get(entry.claim.id)
        was = edit.before if edit else stood.before(entry.claim)
        if edit is None and was is None:
            known = stood.is_known(entry.claim)
            answer.append(replace(entry, change=None) if known else entry)
            continue
        thread = _joined(threads.get(was.id) if was else None, entry)
        change = _change(edit, thread, disclosure) if edit else None
        reason = "changed by the publisher" if edit else "stood in the earlier revision"
        answer.append(
            Followed(entry.claim, thread, entry.opened and thread is entry.thread, change, reason)
        )
    return answer


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
            details=(("disclosure", "silent"), ("withdrawal", reason)),
        )
        found[thread] = (claim, change)
    return list(found.values())


def disclosed(old_text: str, new_text: str) -> Disclosure:
    """Whether the later text says that it was edited, in words that the earlier one lacked."""
    known = {plain(line) for line in old_text.splitlines()}
    for line in new_text.splitlines():
        if plain(line) in known:
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


# ---------------------------------------------------------------- what stood there before


class _Stood:
    """The claims of the earlier revision, to find a later claim's earlier self."""

    def __init__(self, earlier: Sequence[Filed], previous: Report, report: Report) -> None:
        self._left = list(earlier)
        self._old_text = plain(previous.text)
        self._passages = changed_passages(previous.text, report.text)

    def before(self, claim: Filed) -> Filed | None:
        """The claim as it stood in the earlier revision, each once; None if it didn't."""
        for was in self._left:
            if _told(was) == _told(claim) and self._is_one_sentence(was, claim):
                self._left.remove(was)
                return was
        return None

    def is_known(self, claim: Filed) -> bool:
        """Whether the earlier revision had the sentence already, whatever was read from it."""
        return plain(claim.sentence) in self._old_text or (
            self._passage(claim) is not None
            and (isinstance(claim, FiledPosition) or self._had_number(claim))
        )

    def _is_one_sentence(self, was: Filed, now: Filed) -> bool:
        if plain(was.sentence) == plain(now.sentence):
            return True
        passage = self._passage(now)
        return passage is not None and _start(was) in range(passage.old.start, passage.old.end)

    def _passage(self, claim: Filed) -> Passage | None:
        return next(
            (each for each in self._passages if each.new.start <= _start(claim) < each.new.end),
            None,
        )

    def _had_number(self, claim: FiledFigure) -> bool:
        passage = self._passage(claim)
        return passage is not None and any(
            isinstance(was, FiledFigure)
            and passage.old.start <= _start(was) < passage.old.end
            and _stated(was) == _stated(claim)
            for was in self._left
        )


def _start(claim: Filed) -> int:
    if isinstance(claim, FiledFigure):
        return claim.figure.number.start
    return max(claim.position.sentence.start, claim.position.content.start)


def _told(claim: Filed) -> tuple[object, ...]:
    """What a claim tells, apart from where it stands in the text and in which words."""
    if isinstance(claim, FiledFigure):
        figure = claim.figure
        return (*_stated(claim), figure.measure, figure.group or figure.counted)
    position = claim.position
    return position.holder, position.stance, position.sign


def _stated(claim: FiledFigure) -> tuple[object, ...]:
    quantity = claim.figure.quantity
    return quantity.low, quantity.high, quantity.modifier


def _joined(thread: Thread | None, entry: Followed) -> Thread | None:
    """The earlier claim's thread with the later claim in it; without one, the entry's own."""
    if thread is None or (entry.thread is not None and entry.thread.id == thread.id):
        return entry.thread
    if isinstance(thread, FigureThread) and isinstance(entry.claim, FiledFigure):
        return replace(thread, history=(*thread.history, entry.claim))
    if isinstance(thread, PositionThread) and isinstance(entry.claim, FiledPosition):
        return replace(thread, history=(*thread.history, entry.claim))
    return entry.thread


# ---------------------------------------------------------------- the change


def _change(edit: Edit, thread: Thread | None, disclosure: Disclosure) -> Change:
    changed = "; ".join(str(difference) for difference in edit.differences)
    details = [
        ("changed", changed),
        ("before_sentence", edit.before.sentence),
        ("after_sentence", edit.after.sentence),
        ("disclosure", disclosure.kind),
    ]
    if disclosure.note:
        details.append(("editor_note", disclosure.note))
    place = thread.id if thread else ""
    return Change(
        id=content_id("chg", place, edit.before.id, edit.after.id, ChangeKind.EDITED.value),
        kind=ChangeKind.EDITED,
        thread=place,
        claim=edit.after.id,
        before=edit.before.id,
        explanation=f"{changed} ({disclosure.kind})",
        support=Support(authorities=0, origins=1, reports=1),
        details=tuple(details),
    )
