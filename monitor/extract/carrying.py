"""What one count takes over from those read before it, and what they settle together.

"At least 40 people were killed and 90 wounded", "31 of whom were children", "the figure was later
revised to 38": each of these says only a part of what it means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from spacy.tokens import Token

from monitor.claims import Assertion, Figure, Series
from monitor.extract.arcs import governor
from monitor.extract.counted import Counted, Kind
from monitor.extract.lexicon import lexicon
from monitor.extract.measures import Measure
from monitor.extract.setting import Sentence

# Of two totals of one thing in one text, one below this share of the other is no total.
MUCH_SMALLER = 0.5
SUBJECTS = ("nsubj", "nsubjpass")


@dataclass(frozen=True, slots=True)
class Draft:
    """One figure as read from its own sentence.

    ``own_scope``: the sentence itself says which series it is of. ``took_over``: its measure comes
    from a figure before it.
    """

    counted: Counted
    measure: Measure | None
    sentence: Sentence
    figure: Figure
    own_scope: bool
    took_over: bool = False


def before_in(sentence: Sentence, drafts: Sequence[Draft]) -> Draft | None:
    """The last count before in the same sentence of which the text says something."""
    same = [d for d in drafts if d.sentence is sentence and d.measure is not None]
    whole = [d for d in same if not d.counted.inside]
    return next(iter([*whole[-1:], *same[-1:]]), None)


def is_lone(counted: Counted) -> bool:
    """Whether the count names no noun of its own ("1,600 wounded", "1,600 others")."""
    return counted.noun is None or bool(counted.noun.lemma_ == "other")


def with_kind(counted: Counted, before: Draft | None, drafts: Sequence[Draft]) -> Counted:
    """A lone count with what is counted, and whose people, by the count before it."""
    last = drafts[-1] if drafts else None
    if before is None and counted.noun is None and counted.more and last is not None:
        known = last.counted.kind  # "A further 85 are waiting"
        before = last if known is None or not known.part else None
    if before is None or not is_lone(counted):
        return counted
    kind, earlier = counted.kind, before.counted.kind
    if earlier is not None:
        kind = earlier if earlier.kind != "case" or not counted.refers else None
    people = counted.nationality or before.figure.nationality
    return replace(counted, kind=kind, nationality=people)


def pointed_at(
    counted: Counted,
    sentence: Sentence,
    before: Draft | None,
    drafts: Sequence[Draft],
    data: Path | None = None,
) -> Draft | None:
    """The count told before that this one points back to, if it does.

    "Seven of those", "40 of whom were children"; "these victims include four nurses"; "the figure
    was revised to 471".
    """
    if before is not None and (
        counted.noun is None
        or counted.refers
        or (before.took_over and before.counted.anchor in counted.anchor.ancestors)
    ):
        return before
    last = drafts[-1] if drafts else None
    if last is None or sentence.index - last.sentence.index > 1:
        return None
    points = lexicon("counted", data)["pointing back"]["nouns"]
    anchor = counted.anchor
    head = anchor.head.head if anchor.dep_ == "pobj" else anchor
    if counted.noun is None and head.lemma_.lower() in points:
        return last
    verb = governor(anchor)
    subjects = [c for c in verb.children if c.dep_ in SUBJECTS]
    if verb.lemma_ == "include" and anchor.head == verb:
        return last if any(_means(subject, last) for subject in subjects) else None
    pointing = any(subject.lemma_.lower() in points for subject in subjects)
    return last if pointing and counted.noun is None else None


def same_toll(
    counted: Counted,
    measure: Measure,
    sentence: Sentence,
    drafts: Sequence[Draft],
    data: Path | None = None,
) -> Draft | None:
    """The count before whose toll this one gives again: "that is a rise in the toll from 14"."""
    points = lexicon("counted", data)["pointing back"]["nouns"]
    cue = measure.cue
    bare = not any(c.lower_ in ("of", "in", "for", "among") for c in cue.rights)
    bare = bare and not any(c.dep_ == "amod" for c in cue.lefts)
    definite = any(c.dep_ == "det" and c.lower_ in ("the", "that", "this") for c in cue.lefts)
    if counted.noun is not None or cue.lemma_ not in points or not (bare and definite):
        return None
    near = [d for d in drafts if sentence.index - d.sentence.index <= 1 and not d.counted.inside]
    same = [d for d in near if d.measure is not None and d.measure.name == measure.name]
    return same[-1] if same else None


def _means(subject: Token, last: Draft) -> bool:
    """Whether a subject is what the figure before counted ("these journalists")."""
    definite = any(c.dep_ in ("det", "poss") for c in subject.lefts) or subject.pos_ == "PRON"
    kind = last.counted.kind
    words = {last.counted.noun.lemma_} if last.counted.noun is not None else set()
    return definite and (
        subject.pos_ == "PRON"
        or subject.lemma_ in words
        or (kind is not None and subject.lemma_.lower() + "s" == kind.form)
    )


def of_whole(counted: Counted, whole: Draft) -> Counted:
    """A count that points back counts what the one before it did, unless it says more."""
    kind, known = counted.kind, whole.counted.kind
    if known is not None and (kind is None or counted.noun is None or kind.form == "people"):
        kind = known
    people = counted.nationality or whole.counted.nationality
    return replace(counted, kind=kind, nationality=people)


def within(draft: Draft, whole: Draft) -> Draft:
    """The draft with the place, event and time of the count that it points back to.

    One that names its own people ("25 of them Kenyans") is a part of the larger count.
    """
    figure, known = draft.figure, whole.figure
    own = any(not named.acts for named in draft.sentence.places)
    own_people = figure.nationality is not None and figure.nationality != known.nationality
    series = Series.PART if own_people else known.series
    figure = replace(
        figure,
        place=figure.place if own and draft.sentence is not whole.sentence else known.place,
        event=figure.event or known.event,
        period=figure.period or known.period,
        series=series if not draft.own_scope else figure.series,
    )
    if figure.quantity.unit is None and known.quantity.unit is not None:
        unit, kind = known.quantity.unit, known.quantity.unit_kind
        figure = replace(figure, quantity=replace(figure.quantity, unit=unit, unit_kind=kind))
    return replace(draft, took_over=True, figure=figure)


def aside(draft: Draft, before: Draft | None) -> Draft:
    """A part that only the words around it tell apart is kept out of the series of the whole.

    "1,204 were injured, 721 of them critically": 721 counts the injured too, of the same place and
    people, and nothing in the figure says which.
    """
    figure = draft.figure
    if before is None or not (draft.counted.inside or draft.counted.refers):
        return draft
    whole = before.figure
    same = (figure.measure, figure.counted, figure.group, figure.nationality, figure.place) == (
        whole.measure,
        whole.counted,
        whole.group,
        whole.nationality,
        whole.place,
    )
    if not same or not figure.followed or figure.quantity.value >= whole.quantity.value:
        return draft
    why = "a part of the count before it"
    return replace(draft, figure=replace(figure, followed=False, why_not_followed=why))


def like_before(draft: Draft, before: Draft) -> Draft:
    """A count that goes on in the statement of the one before it shares that one's scope."""
    figure, earlier = draft.figure, before.figure
    if not _goes_on(draft, before) or draft.own_scope or earlier.measure is None:
        return draft
    if figure.assertion is not Assertion.ASSERTED:
        return draft
    levels = Series.STOCK in (earlier.series, figure.series)
    figure = replace(
        figure,
        series=figure.series if levels else earlier.series,
        period=figure.period or earlier.period,
        event=figure.event or earlier.event,
    )
    return replace(draft, figure=figure)


def _goes_on(draft: Draft, before: Draft) -> bool:
    if is_lone(draft.counted) or draft.counted.refers:
        return True
    if draft.measure is None or before.measure is None:
        return False
    verb, earlier = draft.measure.verb, before.measure.verb
    return verb == earlier or (verb.dep_ == "conj" and earlier in verb.ancestors)


def settled(drafts: Sequence[Draft]) -> list[Figure]:
    """The figures, once each text's totals are known.

    Of two totals of one thing in one text, one that is much smaller and doesn't say that it is a
    total is a day's or one occasion's count.
    """
    totals: dict[tuple[object, ...], float] = {}
    for draft in drafts:
        if draft.own_scope and draft.figure.series is Series.CUMULATIVE:
            key = _key(draft.figure)
            totals[key] = max(totals.get(key, 0), draft.figure.quantity.value)
    result = []
    for draft in _with_headline(drafts):
        figure = draft.figure
        doubtful = figure.series in (Series.CUMULATIVE, Series.UNKNOWN) and not draft.own_scope
        if doubtful and figure.quantity.value < MUCH_SMALLER * totals.get(_key(figure), 0):
            figure = replace(figure, series=Series.PERIOD)
        result.append(figure)
    return result


def _with_headline(drafts: Sequence[Draft]) -> list[Draft]:
    """A headline's lone count with what the body says of the same number: "26 dead": children."""
    result = []
    for draft in drafts:
        figure = draft.figure
        if figure.headline and draft.counted.noun is None:
            told = (d.figure for d in drafts if not d.figure.headline)
            same = (
                f
                for f in told
                if (f.measure, f.quantity.value) == (figure.measure, figure.quantity.value)
            )
            body = next(same, None)
            if body is not None:
                figure = replace(
                    figure,
                    counted=body.counted,
                    group=figure.group or body.group,
                    nationality=figure.nationality or body.nationality,
                    reporting_unit=body.reporting_unit,
                )
        result.append(replace(draft, figure=figure))
    return result


def _key(figure: Figure) -> tuple[object, ...]:
    place = figure.place.name if figure.place is not None else None
    return figure.measure, figure.counted, figure.group, place


def known_kind(counted: Counted) -> Kind:
    """What is counted; people, where nothing says more."""
    return counted.kind or Kind("people", "person")
