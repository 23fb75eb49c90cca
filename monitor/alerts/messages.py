"""Messages to people: what moved, who says so, the sentence before and after, and why it is sent.

One report makes one message of at most twelve lines. Its most severe change leads, and the
others of the same revision ride in it. Pure: the same changes make the same words and ids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from monitor.alerts.links import NO_PAGES, Pages, at_sentence
from monitor.alerts.moved import Claim, Moved, change_type, history, last_values
from monitor.alerts.payloads import payload, stamp
from monitor.alerts.wording import (
    KINDS,
    STATUSES,
    SYMBOLS,
    UNMOVED,
    VENUES,
    authority_words,
    claim_words,
    counted_noun,
    counted_words,
    cut,
    day_of,
    day_words,
    days_apart,
    difference_words,
    joined,
    number_words,
    quantity_words,
    speaker_words,
    stance_words,
    time_words,
)
from monitor.claims import (
    ChangeKind,
    Dispute,
    DisputeKind,
    FiledFigure,
    FiledPosition,
    Rank,
    Report,
    Span,
    Tier,
    content_id,
)
from monitor.extract.verifiers import read_verifier
from monitor.inert import one_line
from monitor.outbox import Alert

LINES = 12
WHY = "Why you got this: "
_SENTENCE = 320  # characters of a sentence in a message
_TITLE = 200
_DISPUTES = 3  # of those who dispute a figure or vouch for it
_OTHERS = 4  # further changes named in the message
_URGENT_RISE = 1000  # people
_BESIDE = timedelta(days=3)  # how long a count stands beside a newer one of somebody else

# From the gravest down; within one kind the headline, then the order of the text, decides.
_GRAVEST = (
    ChangeKind.CONTRADICTED,
    ChangeKind.REVERSED,
    ChangeKind.DENIED,
    ChangeKind.WITHDRAWN,
    ChangeKind.EDITED,
    ChangeKind.LOWERED,
    ChangeKind.CONFLICT,
    ChangeKind.RAISED,
    ChangeKind.HARDENED,
    ChangeKind.SOFTENED,
    ChangeKind.BASIS_CHANGED,
    ChangeKind.FIRST,
    ChangeKind.REFINED,
    ChangeKind.CORROBORATED,
    ChangeKind.RESTATED,
    ChangeKind.STALE,
)
SEVERITIES = ("notice", "warning", "urgent")
_WARNINGS = frozenset(_GRAVEST[: _GRAVEST.index(ChangeKind.RAISED)])


def alert_id(change: str) -> str:
    """The id of a change's alert: a repeated run makes the same one."""
    return content_id("alr", change)


def compose(
    report: Report, moved: Sequence[Moved], now: datetime, pages: Pages = NO_PAGES
) -> list[Alert]:
    """The alerts of one report: one for each pushed change, all led by the gravest.

    ``moved`` are the report's changes of whatever tier; those of the digest are named in the
    message that goes out anyway. Empty when none is pushed.
    """
    pushed = sorted((each for each in moved if each.change.tier is Tier.PUSH), key=gravity)
    if not pushed:
        return []
    in_digest = [each for each in moved if each.change.tier is Tier.DIGEST]
    lead = alert_id(pushed[0].change.id)
    alerts = []
    for each in pushed:
        riders = [other for other in (*pushed, *in_digest) if other is not each]
        alerts.append(_alert(each, riders, report, now, pages, lead))
    return alerts


@dataclass(frozen=True, slots=True)
class Collected:
    """Steps of one thread that waited, told at once: how many, since when, and how they went.

    ``changes`` and ``threads`` count everything in the message. ``peak`` is None for positions.
    """

    changes: int
    threads: int
    since: datetime
    first: Claim
    peak: Claim | None
    last: Claim

    def line(self) -> str:
        """ "Since 22 Oct 23:10 UTC: 3 changes · first 5,087 · peak 5,210 · last 5,180"."""
        counted = counted_noun(self.changes, "change")
        if self.threads > 1:
            counted += f" in {counted_noun(self.threads, 'thread')}"
        went = [f"first {claim_words(self.first)}"]
        if self.peak is not None:
            went.append(f"peak {claim_words(self.peak)}")
        went.append(f"last {claim_words(self.last)}")
        return f"Since {time_words(self.since)}: {counted} · {' · '.join(went)}"

    def as_json(self) -> dict[str, Any]:
        """The same for the webhook."""
        return {
            "changes": self.changes,
            "threads": self.threads,
            "since": stamp(self.since),
            "first": claim_words(self.first),
            "peak": claim_words(self.peak) if self.peak is not None else None,
            "last": claim_words(self.last),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """A change that waited, with its report and when it was made."""

    moved: Moved
    report: Report
    at: datetime


def compose_collected(steps: Sequence[Step], now: datetime, pages: Pages = NO_PAGES) -> list[Alert]:
    """One message for several changes that waited, in order of filing: each thread's net change.

    The first alert is the message, the others are those of its changes. It needs two steps or more.
    """
    threads: dict[str, list[Step]] = {}
    for step in steps:
        threads.setdefault(step.moved.thread.id, []).append(step)
    nets = sorted(
        ((_net(each), each) for each in threads.values()), key=lambda pair: gravity(pair[0])
    )
    lead, its_steps = nets[0]
    identity = content_id("alr", "held", *(step.moved.change.id for step in steps))
    claims = [step.moved.claim for step in its_steps]
    collected = Collected(
        len(steps), len(threads), steps[0].at, claims[0], _peak(claims), claims[-1]
    )
    message = _alert(
        lead,
        [net for net, _ in nets[1:]],
        _last_move(its_steps).report,
        now,
        pages,
        identity,
        identity=identity,
        collected=collected,
    )
    own = [_alert(step.moved, [], step.report, now, pages, identity) for step in steps]
    return [message, *own]


def _net(steps: Sequence[Step]) -> Moved:
    """A thread's last move, measured from before its first, with the gravest severity of all."""
    before, last = steps[0].moved.before, _last_move(steps).moved
    change = last.change
    if isinstance(before, FiledFigure) and isinstance(last.claim, FiledFigure):
        was, now = before.figure.quantity.value, last.claim.figure.quantity.value
        if change.kind in (ChangeKind.RAISED, ChangeKind.LOWERED) and was != now:
            change = replace(change, kind=ChangeKind.RAISED if now > was else ChangeKind.LOWERED)
    severity = max((severity_of(step.moved) for step in steps), key=SEVERITIES.index)
    return replace(last, change=change, before=before, severity=severity)


def _last_move(steps: Sequence[Step]) -> Step:
    """The last step that took its thread anywhere, else the last."""
    return next((each for each in reversed(steps) if not _stays(each)), steps[-1])


def _stays(step: Step) -> bool:
    return step.moved.change.kind in UNMOVED


def _peak(claims: Sequence[Claim]) -> FiledFigure | None:
    """The highest of some figures; None where they are positions."""
    figures = [claim for claim in claims if isinstance(claim, FiledFigure)]
    return max(figures, key=lambda each: each.figure.quantity.value, default=None)


def severity_of(moved: Moved) -> str:
    """ "urgent", "warning" where something on file no longer holds, or "notice".

    Urgent are a count of people that doubled by a thousand or more, and a principal who turns
    round. A watch may set another.
    """
    if moved.severity:
        return moved.severity
    if _is_urgent(moved):
        return "urgent"
    return "warning" if moved.change.kind in _WARNINGS else "notice"


def _is_urgent(moved: Moved) -> bool:
    claim, before, kind = moved.claim, moved.before, moved.change.kind
    if isinstance(claim, FiledPosition):
        return kind is ChangeKind.REVERSED and claim.position.rank is Rank.PRINCIPAL
    if kind is not ChangeKind.RAISED or not isinstance(before, FiledFigure):
        return False
    old, new = before.figure.quantity, claim.figure.quantity
    people = new.unit in (None, "person")
    return people and new.value >= 2 * old.value and new.value - old.value >= _URGENT_RISE


def gravity(moved: Moved) -> tuple[int, bool, int]:
    """What leads: the kind, then the headline, then the order of the text; the least first."""
    if isinstance(moved.claim, FiledFigure):
        headline, start = moved.claim.figure.headline, moved.claim.figure.number.start
    else:
        headline, start = moved.claim.position.headline, moved.claim.position.content.start
    return _GRAVEST.index(moved.change.kind), not headline, start


def _alert(
    moved: Moved,
    riders: Sequence[Moved],
    report: Report,
    now: datetime,
    pages: Pages,
    lead: str,
    *,
    identity: str = "",
    collected: Collected | None = None,
) -> Alert:
    """One alert; ``collected`` where it stands for several steps that waited."""
    identity = identity or alert_id(moved.change.id)
    lines = _lines(moved, riders, report, identity, pages, collected)
    text, title = "\n".join(lines), lines[0][:_TITLE]
    severity = severity_of(moved)
    withdraws = moved.first is not None and moved.change.kind is ChangeKind.WITHDRAWN
    type_ = "alert.withdrawn" if withdraws else change_type(moved)
    supersedes = moved.first.id if moved.first is not None else None
    made = payload(
        moved,
        riders,
        report,
        alert=identity,
        severity=severity,
        title=title,
        text=text,
        now=now,
        pages=pages,
    )
    made |= {"type": type_, "supersedes": supersedes}
    if collected is not None:
        made["collected"] = collected.as_json()
    return Alert(
        id=identity,
        change=moved.change.id,
        type=type_,
        tier=str(moved.change.tier),
        severity=severity,
        lead=lead,
        title=title,
        text=text,
        payload=made,
        created_at=now,
        supersedes=supersedes,
        thread=moved.change.thread or None,
    )


def _lines(
    moved: Moved,
    riders: Sequence[Moved],
    report: Report,
    identity: str,
    pages: Pages,
    collected: Collected | None,
) -> list[str]:
    told = _teller(moved)(moved, report)
    lines = [
        *told,
        _support_line(moved),
        collected.line() if collected is not None else _last_line(moved),
        _riders_line(moved, riders, "Same report" if collected is None else "Also"),
        *_limit_lines(moved, report),
        _first_line(moved),
        _why_line(moved, report),
        _sentence_link(moved),
        _page_links(moved, identity, pages),
    ]
    lines = [line for line in lines if line]
    assert len(lines) <= LINES, lines
    return lines


def _teller(moved: Moved) -> Callable[[Moved, Report], list[str]]:
    if moved.change.kind is ChangeKind.EDITED:
        return _edited
    if moved.change.kind is ChangeKind.WITHDRAWN:
        return _withdrawn
    return _figure_moved if isinstance(moved.claim, FiledFigure) else _position_moved


# ---------------------------------------------------------------- figures


def _figure_moved(moved: Moved, report: Report) -> list[str]:
    new, old = moved.claim, moved.before
    assert isinstance(new, FiledFigure)
    lines = [_figure_headline(moved)]
    if moved.change.kind is ChangeKind.LOWERED and isinstance(old, FiledFigure):
        lines.append(_lowered_line(new, old))
    else:
        lines.append(_source_line(moved, new, report))
    lines.append(f"{_evidence(new)}   {_place_words(new)}")
    if old is not None:
        lines.append(f"  before: {_evidence(old)[2:]}   {_short_place(old, report)}")
    if moved.change.kind in (ChangeKind.LOWERED, ChangeKind.CONFLICT):
        lines.append(_range_line(moved))
    return lines


def _figure_headline(moved: Moved) -> str:
    new, old = moved.claim, moved.before
    assert isinstance(new, FiledFigure)
    said = quantity_words(new.figure.quantity)
    start = f"{SYMBOLS[moved.change.kind]} {_label(moved)}:  "
    if not isinstance(old, FiledFigure):
        return f"{start}{said}"
    was = quantity_words(old.figure.quantity)
    if moved.change.kind is ChangeKind.CONFLICT:
        return f"{start}{said} ({authority_words(new)}) against {was} ({authority_words(old)})"
    apart = days_apart(day_of(old), day_of(new))
    if moved.change.kind in UNMOVED:
        return f"{start}{said}  ({KINDS[moved.change.kind]}; on file {was}, {apart})"
    difference = difference_words(old.figure.quantity, new.figure.quantity)
    return f"{start}{was} → {said}  ({difference}, {apart})"


def _label(moved: Moved) -> str:
    label = one_line(moved.thread.label).replace(": ", " · ").replace(", ", " · ")
    return label[:1].upper() + label[1:]


def _source_line(moved: Moved, claim: FiledFigure, report: Report) -> str:
    figure, equals = claim.figure, moved.equals
    words = [authority_words(claim)]
    if equals is not None:
        day = day_words(day_of(equals), report.published.date())
        words[0] += f"; equals the figure of {authority_words(equals)} of {day}"
    if figure.attribution is not None:
        words[0] += f", {VENUES[figure.attribution.venue]}"
    if figure.as_of is not None and figure.as_of.end == day_of(claim):
        words.append(
            f"as of {day_of(claim):%a} {day_words(day_of(claim), report.published.date())}"
        )
    verifier = read_verifier(claim.sentence)
    words.append(
        STATUSES[figure.status]
        if verifier is None
        else f"verified by {one_line(verifier)}, as the report says"
    )
    return " · ".join(words)


def _lowered_line(new: FiledFigure, old: FiledFigure) -> str:
    who, before = authority_words(new), authority_words(old)
    counted = f"{who}, as before" if who == before else f"{who}; before, {before}"
    apart = days_apart(day_of(old), day_of(new))
    later = "the same day" if apart == "same day" else f"{apart} later"
    if new.figure.revision_words:
        return f"{counted}; {later}. It says so: “{one_line(new.figure.revision_words)}”."
    return f"{counted}; {later}. The report does not say the figure was revised."


def _range_line(moved: Moved) -> str:
    """The values that stand beside each other now: the latest of each named authority."""
    since = day_of(moved.claim) - _BESIDE
    latest: dict[str, FiledFigure] = {}
    for claim in history(moved):
        if not isinstance(claim, FiledFigure) or claim.figure.authority is None:
            continue
        if day_of(claim) >= since:
            latest[authority_words(claim)] = claim
    values = sorted({claim.figure.quantity.value for claim in latest.values()})
    if len(values) < 2:
        return ""
    each = " · ".join(f"{who} {claim_words(claim)}" for who, claim in [*latest.items()][-4:])
    return f"Now on file: {number_words(values[0])}–{number_words(values[-1])} ({each})"


def _last_line(moved: Moved) -> str:
    values = last_values(moved)
    if len(values) < 2:
        return ""
    newest = values[-1][0]
    said = [f"{claim_words(claim)} ({_short_day(day, newest)})" for day, claim in values]
    return f"Last: {' · '.join(said)}"


def _short_day(day: date, newest: date) -> str:
    same_month = (day.year, day.month) == (newest.year, newest.month)
    return str(day.day) if same_month else day_words(day, newest)


# ---------------------------------------------------------------- positions


def _position_moved(moved: Moved, report: Report) -> list[str]:
    new = moved.claim
    other = moved.other or moved.before
    assert isinstance(new, FiledPosition)
    lines = [_position_headline(moved), speaker_words(new), _evidence(new)]
    if isinstance(other, FiledPosition):
        lines += [speaker_words(other), _evidence(other)]
    at_odds = new.position.contradicts_in_text and moved.change.kind is ChangeKind.CONTRADICTED
    lines.append(
        f"{'The report itself says they are at odds. ' if at_odds else ''}"
        f"Published {time_words(new.published)}{_published_before(new, other, report)}"
    )
    return lines


def _published_before(new: FiledPosition, other: object, report: Report) -> str:
    if not isinstance(other, FiledPosition) or other.revision_id == new.revision_id:
        return ""
    return f" · the other {day_words(day_of(other), report.published.date())}"


def _position_headline(moved: Moved) -> str:
    new, old = moved.claim, moved.before
    assert isinstance(new, FiledPosition)
    start = f"{SYMBOLS[moved.change.kind]} {_label(moved)}:  "
    kind = moved.change.kind
    if kind is ChangeKind.CONTRADICTED:
        return f"{start}{KINDS[kind]}"
    if isinstance(old, FiledPosition) and kind in UNMOVED - {ChangeKind.FIRST}:
        return f"{start}{stance_words(new.position)}  ({KINDS[kind]})"
    if isinstance(old, FiledPosition) and kind is not ChangeKind.FIRST:
        return (
            f"{start}{stance_words(old.position)} → {stance_words(new.position)}  ({KINDS[kind]})"
        )
    return f"{start}{stance_words(new.position)}"


def _limit_lines(moved: Moved, report: Report) -> list[str]:
    """Conditions and limits of what was said, cut from the report, and who disputes it."""
    words = [
        f"{name}: {_shortened(span.of(report.text))}"
        for claim in (moved.claim, moved.other or moved.before)
        if isinstance(claim, FiledPosition) and claim.revision_id == report.revision_id
        for name, span in (
            ("Condition", claim.position.condition),
            ("Limit", claim.position.limit),
        )
        if span is not None
    ]
    words += [_dispute_words(each, report) for each in moved.disputes[:_DISPUTES]]
    return ["   ".join(dict.fromkeys(words))] if words else []


def _dispute_words(dispute: Dispute, report: Report) -> str:
    """ "Disputed by Israel (23 Oct): “...”"."""
    said = dispute.position
    start = "Disputed by" if dispute.kind is DisputeKind.DISPUTED_BY else "Vouched for by"
    day = day_words(day_of(said), report.published.date())
    return f"{start} {one_line(said.position.holder.name)} ({day}): “{_shortened(said.quote)}”"


# ---------------------------------------------------------------- edits


def _edited(moved: Moved, report: Report) -> list[str]:
    new, old = moved.claim, moved.before
    details = dict(moved.change.details)
    what = "figure" if isinstance(new, FiledFigure) else "statement"
    lines = [
        f"✎ {one_line(report.outlet)} changed a published {what}{_disclosure(details)}: "
        f"{one_line(report.title)}"
    ]
    subject = (
        counted_words(new.figure) if isinstance(new, FiledFigure) else one_line(moved.thread.label)
    )
    lines.append(f"{subject}: {_what_changed(new, old, details)}")
    if old is not None:
        lines.append(_seen("before", details.get("seen_before"), old))
    lines.append(_seen("after", details.get("seen_after"), new))
    elsewhere = details.get("elsewhere")
    note = details.get("editor_note")
    lines.append(
        f"Published {time_words(new.published)}"
        + (f" · note: “{_shortened(note)}”" if note else "")
        + (f" · elsewhere: {one_line(elsewhere)}" if elsewhere else "")
    )
    return lines


def _what_changed(
    new: FiledFigure | FiledPosition,
    old: FiledFigure | FiledPosition | None,
    details: dict[str, str],
) -> str:
    """The old and the new value; where the value stood, the words that changed."""
    told = details.get("changed", "")
    if told and (not isinstance(new, FiledFigure) or old is None or _is_one_value(new, old)):
        return _shortened(told.replace(" -> ", " → "))
    was = f"{claim_words(old)} → " if old is not None else ""
    return f"{was}{claim_words(new)}{_source_change(new, old)}"


def _is_one_value(new: FiledFigure | FiledPosition, old: FiledFigure | FiledPosition) -> bool:
    return claim_words(new) == claim_words(old)


def _disclosure(details: dict[str, str]) -> str:
    said = details.get("disclosure", "")
    return ", no editor's note" if said in ("", "silent") else f", as a {one_line(said)}"


def _source_change(new: FiledFigure | FiledPosition, old: object) -> str:
    if not isinstance(new, FiledFigure) or not isinstance(old, FiledFigure):
        return ""
    was, is_now = authority_words(old), authority_words(new)
    return f" · source: {is_now}" if was == is_now else f" · source: {was} → {is_now}"


def _seen(which: str, seen: str | None, claim: FiledFigure | FiledPosition) -> str:
    when = f" (seen {one_line(seen)})" if seen else ""
    return f"> {which}{when}: {_evidence(claim)[2:]}"


def _withdrawn(moved: Moved, report: Report) -> list[str]:
    claim = moved.before or moved.claim
    reason = dict(moved.change.details).get("withdrawal", moved.change.explanation)
    return [
        f"✕ {one_line(report.outlet)} withdrew what it published: {one_line(report.title)}",
        f"{_label(moved)}:  {claim_words(claim)}",
        _evidence(claim),
        f"Published {time_words(claim.published)} · {_shortened(reason)}",
    ]


# ---------------------------------------------------------------- lines that all share


def _evidence(claim: FiledFigure | FiledPosition) -> str:
    """The sentence on one line, cut around the number or the words that count."""
    if isinstance(claim, FiledFigure):
        mark, begin = claim.figure.number, claim.figure.sentence.start
    else:
        mark, begin = claim.position.content, claim.position.sentence.start
    inside = Span(max(0, mark.start - begin), max(0, mark.end - begin))
    said, left_out = cut(claim.sentence, (inside.start, inside.end), _SENTENCE)
    before = "… " if left_out else ""
    after = " …" if left_out + len(said) < len(claim.sentence) else ""
    return f"> {before}{one_line(said)}{after}"


def _shortened(text: str) -> str:
    return one_line(text, _SENTENCE // 2)


def _place_words(claim: FiledFigure) -> str:
    kind = claim.outlet_kind.replace("_", " ")
    return f"{one_line(claim.outlet)} ({kind}), {time_words(claim.published)}"


def _short_place(claim: FiledFigure | FiledPosition, report: Report) -> str:
    day = day_words(claim.published.date(), report.published.date())
    return f"{one_line(claim.outlet)}, {day}"


def _why_line(moved: Moved, report: Report) -> str:
    if not moved.change.tier_reason:
        return ""
    line = f"{WHY}{one_line(moved.change.tier_reason)}"
    told = moved.thread.pushed
    if told is None or moved.before is None or told.id == moved.before.id:
        return line
    if claim_words(told) in line:
        return line
    day = day_words(day_of(told), report.published.date())
    return f"{line} · last message: {claim_words(told)}, {day}"


def _support_line(moved: Moved) -> str:
    support = moved.change.support
    counted = support.authorities if isinstance(moved.claim, FiledFigure) else 0
    said = ", ".join(
        counted_noun(count, noun)
        for count, noun in (
            (counted, "authority"),
            (support.origins, "origin"),
            (support.reports, "report"),
        )
        if count
    )
    if not said:
        return ""
    single = " (single source)" if support.reports == 1 else _carriers(moved)
    return f"Support: {said}{single}"


def _carriers(moved: Moved) -> str:
    """Which outlets say the same, those with one agency's text together."""
    by_origin: dict[str, list[str]] = {}
    for claim in history(moved):
        if claim_words(claim) == claim_words(moved.claim):
            outlets = by_origin.setdefault(claim.origin or claim.id, [])
            if one_line(claim.outlet) not in outlets:
                outlets.append(one_line(claim.outlet))
    groups = [
        outlets[0] if len(outlets) == 1 else f"{joined(outlets[:4])} carry one text"
        for outlets in by_origin.values()
    ]
    return f" ({'; '.join(groups[:4])})" if groups else ""


def _first_line(moved: Moved) -> str:
    """What a publisher's edit or withdrawal means for an alert of ours, and who else has it."""
    if moved.first is None:
        return ""
    was = moved.before or moved.claim
    others = [
        one_line(claim.outlet)
        for claim in moved.thread.history
        if claim.article_id != was.article_id and claim_words(claim) == claim_words(was)
    ]
    named = joined(list(dict.fromkeys(others))[:4])
    beside = (
        f"{named} {'has' if len(set(others)) == 1 else 'have'} it too"
        if named
        else "nobody else has it"
    )
    return f"Our message of {time_words(moved.first.created_at)} rests on this; {beside}"


def _riders_line(moved: Moved, riders: Sequence[Moved], where: str) -> str:
    """The other threads of the report, or of what was collected, each once."""
    threads = {each.thread.id: each for each in reversed(riders)}
    threads.pop(moved.thread.id, None)
    others = [each for each in riders if threads.get(each.thread.id) is each]
    if not others:
        return ""
    named = [_rider(each) for each in others[:_OTHERS]]
    left = len(others) - len(named)
    return f"{where}: {'; '.join(named)}{f'; and {left} more' if left else ''}"


def _rider(moved: Moved) -> str:
    label = one_line(moved.thread.label)
    if moved.before is None:
        return f"{label} {claim_words(moved.claim)}"
    if moved.change.kind in UNMOVED:
        return f"{label} {claim_words(moved.claim)} ({KINDS[moved.change.kind]})"
    return f"{label} {claim_words(moved.before)} → {claim_words(moved.claim)}"


def _sentence_link(moved: Moved) -> str:
    link = at_sentence(moved.claim.url, moved.claim.sentence)
    return f"At the sentence: {link}" if link else ""


def _page_links(moved: Moved, identity: str, pages: Pages) -> str:
    links = pages.of(moved.claim, moved.thread.id, identity)
    names = {
        "saved_copy": "Saved copy",
        "thread": "Series" if isinstance(moved.claim, FiledFigure) else "Timeline",
        "judge": "Judge",
    }
    return " · ".join(f"{names[key]}: {address}" for key, address in links.items())
