"""Following positions: link each to its thread and say what changed.

A thread is one holder on one proposition. Whether a claim is news is measured against everything
the thread holds from the last days, not only against its newest claim, so that one event told by
several papers and sentences makes one change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import IntEnum

from monitor.claims import (
    Change,
    ChangeKind,
    FiledPosition,
    Followed,
    Position,
    PositionThread,
    Proposition,
    Rank,
    Report,
    Stance,
    Support,
    Threads,
    Venue,
    content_id,
)
from monitor.extract.things import OWN, UNNAMED
from monitor.extract.vectors import nearness, overlap

MEMORY = timedelta(days=14)  # a stand on file this long ago is not news when it is said again
TOGETHER = timedelta(days=2)  # two voices this near in time contradict; later ones reverse
WEIGHTY = 0.75  # reading confidence from which a claim can move its thread
LEAD = 1 / 3  # the part of a report where its news stands
BREATH = 300  # characters between two sentences of one breath
ENOUGH_REPORTS = 2  # that show that a thread has moved
_CLAIM = "claim/"  # keys of what another voice claims, taken up as "the claim"
# Marks in the terms: named parties, the article's main actors, a deed's class, headline words.
_TARGET, _STORY, _DEED, _TITLE = "@", "~", "!", "#"
# Nearness (`monitor.extract.vectors.overlap`) from which two wordings are of one proposition; that
# of their headlines counts with this weight beside that of their words, and a wording of a topic is
# less readily another's. Measured on threads of position statements with every topic taken away,
# and on streams of our own on other subjects: B-cubed P 0.87 to 1, R 0.4 to 0.65.
_ALIKE, _VERY_ALIKE, _OF_TITLE, _OF_TOPIC = 0.5, 0.8, 0.3, 0.1
_TOPIC = 2.0  # above any likeness of words and headlines
_THING_OF_TOPIC = 0.7  # by how much a topic's claim must name the thing of a wording beside it
_SAME_THING = 0.5  # nearness of the things of two wordings that can be held against each other
_NEWEST = 300  # threads of a holder that a wording of its own is compared with
_COMPARED = 8  # newest claims of a thread that a wording is compared with
_TELLING = (Stance.ASSESS, Stance.DOUBT)  # tell what is; they take no side on what should be
_DEGREES = (ChangeKind.SOFTENED, ChangeKind.HARDENED)
_LOW = (Rank.OFFICIAL, Rank.DISSENTER)
_FIRMEST = 3
_FIRMER = "firmer words"
_HIGHER = "said by someone higher"
_FIRMER_DOUBT = 0.3  # firm words and high voices come easily
_FURTHER = "a further deed in the same report"
_FURTHER_DOUBT = 0.1
_WARNING_DOUBT = 0.1  # who warns of something else may want what he wanted
_VOICES_DOUBT = 0.1  # two voices that the report itself doesn't set against each other
_DEEP_DOUBT, _ASIDE_DOUBT = 0.25, 0.15
_CONDITION_DOUBT = 0.25  # papers drop and add a condition freely
_REFUSING = (Stance.REFUSE, Stance.OPPOSE, Stance.DENY, Stance.WARN)
_SURE, _NEAR, _LIKELY, _LESS_LIKELY = 0.95, 0.9, 0.8, 0.75  # of a link

# Who outranks whom; a holder that speaks as such ("the ministry said") speaks like a minister.
_FIRMNESS = {Rank.PRINCIPAL: 3, Rank.MINISTER: 2, Rank.AGENCY: 2, Rank.OTHER: 2}


class Side(IntEnum):
    """Where a claim stands. A position under a condition stands between the ends."""

    AGAINST = -2
    CONDITIONAL = 0
    FOR = 2


@dataclass(frozen=True, slots=True)
class Link:
    """The thread that a claim belongs to, how sure, and why."""

    thread: PositionThread
    confidence: float
    why: str
    alike: float  # how near the wordings are; a known topic is nearer than any likeness of words


def follow_positions(
    positions: Sequence[FiledPosition], report: Report, threads: Threads
) -> list[Followed]:
    """Link one report's positions to threads, in order of offset.

    A later claim of the report sees the threads as its earlier ones left them. Pure: the same
    answer each time.
    """
    desk = _Desk(threads)
    return [_follow(position, report, desk) for position in positions]


class _Desk:
    """The stored threads with this report's own steps laid over them."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._moved: dict[str, PositionThread] = {}

    def of_holder(self, holder: str) -> list[PositionThread]:
        stored = [self._moved.get(t.id, t) for t in self._threads.position_threads(holder)]
        known = {t.id for t in stored}
        new = [t for t in self._moved.values() if t.key == holder and t.id not in known]
        return [*new, *stored]

    def on(self, proposition: str) -> list[PositionThread]:
        stored = [self._moved.get(t.id, t) for t in self._threads.threads_on(proposition)]
        known = {t.id for t in stored}
        new = [
            t
            for t in self._moved.values()
            if t.id not in known
            and any(c.position.proposition.key == proposition for c in t.history)
        ]
        return [*new, *stored]

    def move(self, thread: PositionThread) -> None:
        self._moved.pop(thread.id, None)
        self._moved = {thread.id: thread, **self._moved}


def _follow(filed: FiledPosition, report: Report, desk: _Desk) -> Followed:
    position = filed.position
    reason = not_followed(position)
    if reason:
        return Followed(filed, None, False, None, reason)
    link = choose_thread(position, desk.of_holder(position.holder.name))
    if link is None:
        thread = _open(filed)
        desk.move(thread)
        change = _first(filed, thread, report, desk)
        return Followed(filed, thread, True, change, "no thread of this holder fits")
    moved = judge(filed, link, report)
    thread = replace(link.thread, history=(*link.thread.history, filed))
    desk.move(thread)
    return Followed(filed, thread, False, moved, link.why)


def _first(filed: FiledPosition, thread: PositionThread, report: Report, desk: _Desk) -> Change:
    """The first claim on file.

    It is a change all the same where it denies what another holder has just claimed, and where a
    deed undoes a state.
    """
    position = filed.position
    denied = _denied_claim(filed, desk)
    if denied is not None:
        confidence = _LIKELY - _doubt(filed, report)
        why = f"denies what {denied.position.holder.name} claims"
        return _change(ChangeKind.CONTRADICTED, filed, denied, thread, why, confidence)
    if position.act and position.undoes and counts(filed):
        confidence = _SURE - _doubt(filed, report)
        why = "the deed ends what stood before"
        return _change(ChangeKind.REVERSED, filed, None, thread, why, confidence)
    return _change(ChangeKind.FIRST, filed, None, thread, "the first on file", _SURE)


def _denied_claim(filed: FiledPosition, desk: _Desk) -> FiledPosition | None:
    """Another holder's claim that this one denies, from the same days."""
    position = filed.position
    if position.stance is not Stance.DENY or not position.proposition.key.startswith(_CLAIM):
        return None
    if position.background:
        return None
    threads = desk.on(position.proposition.key.removeprefix(_CLAIM))
    claims = [t.history[-1] for t in threads if t.key != position.holder.name]
    near = [c for c in claims if filed.published - c.published <= TOGETHER]
    return max(near, key=lambda c: c.sequence, default=None)


def not_followed(position: Position) -> str:
    """Why a position is in no thread; empty when it is followed."""
    if position.attribution.venue is Venue.COLUMNIST:
        return "an opinion, not an official position"
    if not position.holder.official:
        return "no official holder"
    if position.headline:
        return "a headline: the text below says it"
    if position.proposition.key == UNNAMED and not position.act:
        return "its words name neither a thing nor a deed"
    return ""


def _open(filed: FiledPosition) -> PositionThread:
    position = filed.position
    label = f"{position.holder.name} · {position.proposition.label}"
    return PositionThread(
        content_id("thr", filed.id), position.holder.name, label, position.proposition, (filed,)
    )


# ---------------------------------------------------------------- linking


def choose_thread(position: Position, threads: Sequence[PositionThread]) -> Link | None:
    """The holder's thread on this proposition, or None when none fits well enough.

    ``threads`` are the holder's, most recently moved first. A known topic is sought in all of them,
    a wording of its own only among the newest.
    """
    own = position.proposition.key.startswith(OWN)
    links = [_fits(position, thread) for thread in (threads[:_NEWEST] if own else threads)]
    found = [link for link in links if link is not None]
    return max(found, key=lambda link: link.alike, default=None)


def _fits(position: Position, thread: PositionThread) -> Link | None:
    topics = _topics(thread)
    known = not position.proposition.key.startswith(OWN)
    link = _fits_topic(position, thread, topics) if known and topics else None
    if link is not None and _same_story(position, thread):
        return link
    if known and any(_told_apart_from(position.proposition, p) for p in topics.values()):
        return None
    if position.proposition.key.startswith(_CLAIM) or thread.proposition.key.startswith(_CLAIM):
        return None
    alike = _alike(position, thread) - (_OF_TOPIC if known or topics else 0)
    if alike < _ALIKE:
        return None
    if known or topics:
        return Link(thread, _LESS_LIKELY, "words of the topic", alike)
    sure = _NEAR if alike >= _VERY_ALIKE else _LESS_LIKELY
    return Link(thread, sure, "same holder, words alike", alike)


def _topics(thread: PositionThread) -> dict[str, Proposition]:
    """The known topics that a thread's own and its newest claims are of."""
    newest = [c.position.proposition for c in thread.history[-_COMPARED:]]
    return {p.key: p for p in (thread.proposition, *newest) if not p.key.startswith(OWN)}


def _fits_topic(
    position: Position, thread: PositionThread, topics: Mapping[str, Proposition]
) -> Link | None:
    mine, theirs = position.proposition, thread.proposition
    same = topics.get(mine.key)
    if same is None or _family(same.key) == _family(theirs.key):
        same = theirs
    if not _same_party(mine.terms, same.terms):
        return None
    if mine.key == same.key:
        sure = _SURE if same is theirs else _LIKELY
        return Link(thread, sure, f"same holder, same topic: {same.label}", _TOPIC + sure)
    if _family(mine.key) == _family(theirs.key) and _wants_both(position, thread):
        return Link(thread, _NEAR, f"a near topic on the same side: {theirs.label}", _TOPIC)
    return None


def _told_apart_from(mine: Proposition, theirs: Proposition) -> bool:
    """Another party's, or the other of two near topics: no likeness of words makes them one."""
    near = mine.key != theirs.key and _family(mine.key) == _family(theirs.key)
    return near or not _same_party(mine.terms, theirs.terms)


def _family(key: str) -> str:
    return key.split("/", 1)[0]


def _wants_both(position: Position, thread: PositionThread) -> bool:
    """Near topics are one line for a holder who wants both, two for one who tells them apart."""
    return position.sign > 0 and all(c.position.sign > 0 for c in thread.history[-4:])


def _words(terms: Sequence[str]) -> set[str]:
    return {t for t in terms if t[0] not in (_TARGET, _STORY, _DEED, _TITLE)}


def _marked(terms: Sequence[str], mark: str) -> set[str]:
    return {t[1:] for t in terms if t.startswith(mark)}


def _alike(position: Position, thread: PositionThread) -> float:
    """How near a wording is to a thread's: the mean over its two nearest claims, from 0.

    Wordings that share no word at all are not compared.
    """
    mine = position.proposition.terms
    claims = [c.position.proposition.terms for c in thread.history[-_COMPARED:]]
    if not any(_words(mine) & _words(theirs) for theirs in claims):
        return 0.0
    nearest = sorted((_near(mine, theirs) for theirs in claims), reverse=True)[:2]
    return sum(nearest) / len(nearest)


def _near(mine: Sequence[str], theirs: Sequence[str]) -> float:
    words = overlap(sorted(_words(mine)), sorted(_words(theirs)))
    titles = overlap(sorted(_marked(mine, _TITLE)), sorted(_marked(theirs, _TITLE)))
    return words + _OF_TITLE * titles


def _same_party(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    one, other = _marked(mine, _TARGET), _marked(theirs, _TARGET)
    return not one or not other or bool(one & other)


def _same_story(position: Position, thread: PositionThread) -> bool:
    one = _marked(position.proposition.terms, _STORY)
    if not one:
        return True
    for claim in thread.history[-_COMPARED:]:
        other = _marked(claim.position.proposition.terms, _STORY)
        if not other or one & other:
            return True
    return False


# ---------------------------------------------------------------- changes


def side_of(claim: FiledPosition) -> Side | None:
    """The side a claim takes; None for neither.

    "Not until C" and "only if C" are one position, between the ends. A threat is one whether or
    not it names what would set it off.
    """
    position = claim.position
    if position.sign == 0:
        return None
    if position.condition is not None and position.stance is not Stance.WARN:
        return Side.CONDITIONAL
    return Side.FOR if position.sign > 0 else Side.AGAINST


def counts(claim: FiledPosition) -> bool:
    """Whether a claim can move its thread: plainly read, and no retelling."""
    position = claim.position
    plain = position.act or position.stance not in _TELLING
    return plain and position.confidence >= WEIGHTY and not position.background


def judge(filed: FiledPosition, link: Link, report: Report) -> Change:
    """What a claim changes in the thread it joined."""
    thread = link.thread
    standing = [c for c in thread.history if counts(c)]
    before = standing[-1] if standing else thread.history[-1]
    kind, why = ChangeKind.RESTATED, "retells an older saying"
    if not filed.position.background:
        kind, why, before = _step(filed, before, standing)
    set_against = kind is ChangeKind.CONTRADICTED and filed.position.contradicts_in_text
    confidence = link.confidence - (0 if set_against else _doubt(filed, report))
    if kind is ChangeKind.CONTRADICTED and not set_against:
        confidence -= _VOICES_DOUBT
    if Side.CONDITIONAL in (side_of(filed), side_of(before)) and kind in _DEGREES:
        confidence -= _CONDITION_DOUBT
    if why in (_FIRMER, _HIGHER):
        confidence -= _FIRMER_DOUBT
    if why == _FURTHER:
        confidence -= _FURTHER_DOUBT
    if kind is ChangeKind.REVERSED and filed.position.stance is Stance.WARN:
        confidence -= _WARNING_DOUBT
    return _change(kind, filed, before, thread, f"{why}; {link.why}", confidence)


def _step(
    filed: FiledPosition, before: FiledPosition, standing: Sequence[FiledPosition]
) -> tuple[ChangeKind, str, FiledPosition]:
    """The kind of change against what stands, why, and the claim it is measured against."""
    position = filed.position
    side = side_of(filed)
    if not counts(filed) or side is None:
        return ChangeKind.RESTATED, "too vague to move the thread", before
    if (limited := _in_one_breath(filed, standing)) is not None:
        return ChangeKind.RESTATED, "both sides in one breath", limited
    standing = [c for c in standing if _comparable(position, c.position)]
    before = standing[-1] if standing else before
    other = _other_voice(filed, standing)
    if other is not None:
        return ChangeKind.CONTRADICTED, "two voices of one holder at one time", other
    recent = [c for c in standing if filed.published - c.published <= MEMORY]
    same = [c for c in recent if side_of(c) is side] if not _has_moved(recent, side) else []
    if position.act and position.undoes and not _is_known_deed(position, standing):
        why = _FURTHER if before.article_id == filed.article_id else "a new deed"
        return ChangeKind.HARDENED if same else ChangeKind.REVERSED, why, before
    if same:
        return (*_degree(position, [c.position for c in same]), same[-1])
    old = side_of(before)
    if old is side and standing:
        since = [c.position for c in standing if side_of(c) is side]
        return (*_degree(position, since), before)
    if not standing or old is None:
        return ChangeKind.RESTATED, "said again", before
    return (*_turn(position, side, old), before)


def _in_one_breath(filed: FiledPosition, standing: Sequence[FiledPosition]) -> FiledPosition | None:
    """A claim of the same report just before, at the other end: a limit, not a change."""
    side = side_of(filed)
    for claim in standing:
        gap = filed.position.sentence.start - claim.position.sentence.end
        if claim.revision_id != filed.revision_id or claim.article_id != filed.article_id:
            continue
        if gap <= BREATH and side_of(claim) is not side and not _told_apart(filed, claim):
            return claim
    return None


def _has_moved(recent: Sequence[FiledPosition], side: Side) -> bool:
    """Whether several reports since the last claim on this side put the holder elsewhere."""
    since: set[int] = set()
    for claim in reversed(recent):
        if side_of(claim) is side:
            break
        since.add(claim.article_id)
    return len(since) >= ENOUGH_REPORTS


def _comparable(one: Position, other: Position) -> bool:
    """Whether two claims of a thread can be held against each other.

    A warning that a thing may come neither wants it nor turns a wish. A wording that only resembles
    a topic's, another topic, or another thing says nothing of the side.
    """
    warnings = (one.stance is Stance.WARN) == (other.stance is Stance.WARN)
    if not warnings:
        return False
    own = [p.proposition.key.startswith(OWN) for p in (one, other)]
    if own == [False, False]:
        return _family(one.proposition.key) == _family(other.proposition.key)
    if own == [True, True]:
        return overlap(_thing(one), _thing(other)) >= _SAME_THING
    mine, theirs = (one, other) if own[0] else (other, one)
    return _covered(_thing(mine), _words(theirs.proposition.terms)) >= _THING_OF_TOPIC


def _thing(position: Position) -> list[str]:
    """The words of the thing that a wording of its own is about."""
    return position.proposition.key.removeprefix(OWN).split()


def _covered(words: Sequence[str], others: Set[str]) -> float:
    """How near the words lie to some of the others, on the mean: 0 to 1."""
    if not words or not others:
        return 0.0
    return sum(max(nearness(word, other) for other in others) for word in words) / len(words)


def _turn(position: Position, side: Side, old: Side) -> tuple[ChangeKind, str]:
    """Another side than the one that stands."""
    degree = ChangeKind.HARDENED if position.stance in _REFUSING else ChangeKind.SOFTENED
    if side is Side.CONDITIONAL:
        return degree, "now under a condition"
    if old is Side.CONDITIONAL:
        return degree, "now without the condition"
    if position.stance is Stance.DENY:
        return ChangeKind.DENIED, "now denied"
    return ChangeKind.REVERSED, "the sign turns"


def _other_voice(filed: FiledPosition, standing: Sequence[FiledPosition]) -> FiledPosition | None:
    """A claim of another voice of this holder at the other end, at the same time."""
    side = side_of(filed)
    if side not in (Side.FOR, Side.AGAINST):
        return None
    for claim in reversed(standing):
        if filed.published - claim.published > TOGETHER:
            return None
        if side_of(claim) is Side(-side) and _told_apart(filed, claim):
            return claim
    return None


def _told_apart(filed: FiledPosition, claim: FiledPosition) -> bool:
    """Two voices: unnamed to one outlet and in public, or set against each other in the text."""
    one, other = filed.position, claim.position
    anonymous = one.attribution.anonymous != other.attribution.anonymous
    together = one.contradicts_in_text and filed.article_id == claim.article_id
    return anonymous or together


def _is_known_deed(position: Position, standing: Sequence[FiledPosition]) -> bool:
    """Whether the thread holds this deed already, in whatever words."""
    mine = _marked(position.proposition.terms, _DEED)
    return any(mine & _marked(c.position.proposition.terms, _DEED) for c in standing)


def _degree(position: Position, same: Sequence[Position]) -> tuple[ChangeKind, str]:
    """Same side: words became deeds, or a higher voice with firmer words."""
    if position.act:  # who tells of a deed makes it no firmer
        done = any(p.act for p in same)
        kind = ChangeKind.RESTATED if done else ChangeKind.HARDENED
        return kind, "said again" if done else "words became a deed"
    higher = _FIRMNESS.get(position.rank, 0) > max(_FIRMNESS.get(p.rank, 0) for p in same)
    firmer = position.strength > max(p.strength for p in same)
    if higher and firmer:
        return ChangeKind.HARDENED, "firmer, and said by someone higher"
    if higher:
        return ChangeKind.HARDENED, _HIGHER
    if firmer and position.rank not in _LOW and position.strength == _FIRMEST:
        return ChangeKind.HARDENED, _FIRMER
    return ChangeKind.RESTATED, "said again"


def _doubt(filed: FiledPosition, report: Report) -> float:
    """Why a change may be no news: deep in the text, and not what the headline is about.

    A deed is news wherever it stands in the headline's story.
    """
    deep = filed.position.content.start > len(report.text) * LEAD
    title = report.title.casefold()
    told = any(word in title for word in _words(filed.position.proposition.terms))
    return deep * _DEEP_DOUBT + (not told and not filed.position.act) * _ASIDE_DOUBT


def _change(
    kind: ChangeKind,
    filed: FiledPosition,
    before: FiledPosition | None,
    thread: PositionThread,
    why: str,
    confidence: float,
) -> Change:
    history = [*thread.history, filed]
    return Change(
        id=content_id("chg", thread.id, filed.id, kind),
        kind=kind,
        thread=thread.id,
        claim=filed.id,
        before=before.id if before is not None else None,
        explanation=why,
        support=_support(filed, history),
        confidence=round(confidence, 2),
    )


def _support(filed: FiledPosition, history: Sequence[FiledPosition]) -> Support:
    agreeing = [c for c in history if side_of(c) == side_of(filed) or c.id == filed.id]
    return Support(
        authorities=len({c.position.attribution.speaker for c in agreeing}),
        origins=len({c.origin or c.url for c in agreeing}),
        reports=len({c.article_id for c in agreeing}),
    )
