"""What a publisher changed in a published article."""

from dataclasses import replace

import pytest

from monitor.claims import (
    Attribution,
    ChangeKind,
    FiledPosition,
    Holder,
    Position,
    Proposition,
    Span,
    Stance,
)
from monitor.track.edits import disclosed, find_edits, follow_edits, withdrawn
from tests.track.filed_figures import MemoryThreads, filed, report_of

BEFORE = "At least 12 people were killed in Easton, residents said."


def figure(sentence, revision, n=12, **fields):
    fields = {"modifier": "at_least", "authority": "", "place": "Easton", **fields}
    at = sentence.find(f"{n:,}")
    claim = filed(article=1, revision=revision, n=n, at=at, sentence=sentence, **fields)
    written = fields["authority"] or None
    return replace(
        claim,
        figure=replace(claim.figure, sentence=Span(0, len(sentence)), authority_as_written=written),
    )


def edits_between(before, after, old_text=None, new_text=None):
    old = [figure(revision=1, **fields) for fields in before]
    new = [figure(revision=2, **fields) for fields in after]
    old_text = old_text or "\n".join(claim.sentence for claim in old)
    new_text = new_text or "\n".join(claim.sentence for claim in new)
    return find_edits(old, new, old_text, new_text, {old[0].id: "thr_1"} if old else {})


CASES = {
    "a number": (
        {"sentence": BEFORE},
        {"sentence": BEFORE.replace("12", "15"), "n": 15},
        "number: at least 12 -> at least 15",
    ),
    "a modifier": (
        {"sentence": BEFORE},
        {"sentence": BEFORE.replace("At least 12", "12"), "modifier": "exact"},
        "number: at least 12 -> 12",
    ),
    "a unit": (
        {"sentence": "It spent 12 million dollars.", "unit": "USD"},
        {"sentence": "It spent 12 million euros.", "unit": "EUR"},
        "unit: USD -> EUR",
    ),
    "a source": (
        {"sentence": BEFORE, "authority": "residents"},
        {"sentence": BEFORE.replace("residents", "the police"), "authority": "the police"},
        "source: residents -> the police",
    ),
    "a place": (
        {"sentence": BEFORE},
        {"sentence": BEFORE.replace("Easton", "Weston"), "place": "Weston"},
        "place: Easton -> Weston",
    ),
    "number and source": (
        {"sentence": BEFORE, "authority": "residents"},
        {
            "sentence": "At least 15 people were killed in Easton, the police said.",
            "n": 15,
            "authority": "the police",
        },
        "number: at least 12 -> at least 15; source: residents -> the police",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_changed_fact_is_an_edit(case):
    before, after, changed = case
    (edit,) = edits_between([before], [after])
    assert edit.change.kind is ChangeKind.EDITED
    assert edit.change.thread == "thr_1"
    assert (edit.change.before, edit.change.claim) == (edit.before.id, edit.after.id)
    details = dict(edit.change.details)
    assert details["changed"] == changed
    assert details["before_sentence"] == before["sentence"]
    assert details["after_sentence"] == after["sentence"]
    assert details["disclosure"] == "silent"
    assert edit.span == edit.after.figure.number


COSMETIC = {
    "the same sentence": [{"sentence": BEFORE}],
    "punctuation and capitals": [{"sentence": "At least 12 people were killed in Easton - Residents said!"}],
    "words around it": [{"sentence": BEFORE.replace("were killed", "have been killed")}],
    "a source read from elsewhere": [{"sentence": BEFORE.replace("residents", "some"), "authority": "x"}],
    "a new paragraph": [
        {"sentence": BEFORE},
        {"sentence": "In another town 40 people were killed, police said.", "n": 40},
    ],
    "the sentence is gone": [],
}  # fmt: skip


@pytest.mark.parametrize("after", COSMETIC.values(), ids=COSMETIC)
def test_no_changed_fact_is_no_edit(after):
    assert edits_between([{"sentence": BEFORE}], after) == []


def test_a_headlines_wording_alone_is_no_edit():
    headline = {"sentence": "At least 12 killed in Easton", "headline": True}
    later = {"sentence": "12 killed in Easton", "modifier": "exact", "headline": True}
    assert edits_between([headline], [later]) == []
    (edit,) = edits_between([headline], [{**later, "sentence": "15 killed in Easton", "n": 15}])
    assert dict(edit.change.details)["changed"] == "number: at least 12 -> 15"


def test_each_claim_of_a_sentence_meets_its_own_earlier_self():
    old = "In Easton 12 people were killed and in Weston 30 people were killed."
    new = "In Easton 14 people were killed and in Weston 30 people were killed."
    before = [
        {"sentence": old, "n": 12, "modifier": "exact"},
        {"sentence": old, "n": 30, "modifier": "exact", "place": "Weston"},
    ]
    after = [
        {"sentence": new, "n": 14, "modifier": "exact"},
        {"sentence": new, "n": 30, "modifier": "exact", "place": "Weston"},
    ]
    (edit,) = edits_between(before, after)
    assert dict(edit.change.details)["changed"] == "number: 12 -> 14"


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("", "silent"),
        ("Correction: an earlier version gave a wrong count.", "correction"),
        ("This article has been corrected to show the right count.", "correction"),
        ("Clarification: the count is of all of the region.", "clarification"),
        ("Editor’s note: the count came from residents.", "editor's note"),
        ("This story has been updated with a new count.", "update"),
    ],
)
def test_the_disclosure_is_stated(note, kind):
    (edit,) = edits_between(
        [{"sentence": BEFORE}],
        [{"sentence": BEFORE.replace("12", "15"), "n": 15}],
        old_text=BEFORE,
        new_text=BEFORE.replace("12", "15") + "\n" + note,
    )
    details = dict(edit.change.details)
    assert details["disclosure"] == kind
    assert details.get("editor_note", "") == note


def test_a_note_that_stood_there_before_discloses_nothing():
    note = "Correction: the name was misspelt."
    assert disclosed(f"One.\n{note}", f"Two.\n{note}").kind == "silent"


def position(stance, revision, sign=1):
    sentence = "The minister said that the border would open."
    said = Attribution((), (), (), speaker="the minister")
    return FiledPosition(
        id=f"pos_{revision}",
        position=Position(
            Holder("Northland", "state"),
            stance,
            Proposition("border", "opening of the border"),
            sign,
            1,
            said,
            Span(9, 20),
            Span(0, 44),
        ),
        sentence=sentence if sign == 1 else sentence.replace("would open", "would not open"),
        quote="the border would open",
        article_id=1,
        revision_id=100 + revision,
        url="https://example.org/1",
        outlet="A",
        outlet_kind="newspaper",
        origin="A",
        published=filed(n=1).published,
        revision_number=revision,
    )


def test_a_changed_stance_is_an_edit():
    before, after = position(Stance.COMMIT, 1), position(Stance.REFUSE, 2, sign=-1)
    (edit,) = find_edits([before], [after], before.sentence, after.sentence, {})
    assert dict(edit.change.details)["changed"] == "stance: commit -> refuse"
    assert edit.span == Span(9, 20)
    assert edit.change.thread == ""


def test_a_later_revision_changes_only_what_was_edited():
    other = "In Weston 40 people were injured."
    threads = MemoryThreads()
    old = [
        figure(BEFORE, 1),
        figure(other, 1, n=40, measure="injured", place="Weston", modifier="exact"),
    ]
    first = threads.follow(old, report_of(old[0], text=f"{BEFORE}\n{other}"))
    new_sentence = BEFORE.replace("12", "15")
    added = "In Norton 7 people were arrested."
    new = [
        figure(new_sentence, 2, n=15),
        figure(other, 2, n=40, measure="injured", place="Weston", modifier="exact"),
        figure(added, 2, n=7, measure="arrested", place="Norton", modifier="exact"),
    ]
    report = report_of(new[0], text=f"{new_sentence}\n{other}\n{added}")
    followed = follow_edits(
        threads.follow(new, report),
        old,
        {answer.claim.id: answer.thread for answer in first},
        report_of(old[0], text=f"{BEFORE}\n{other}"),
        report,
    )
    assert [answer.change and answer.change.kind.value for answer in followed] == [
        "edited",
        None,
        "first",
    ]
    assert followed[0].thread.id == first[0].thread.id
    assert followed[0].change.thread == first[0].thread.id
    assert followed[1].thread.id == first[1].thread.id


def test_a_page_taken_down_withdraws_each_thread_once():
    claims = [figure(BEFORE, 1), replace(figure(BEFORE, 1), id="fig_2"), figure(BEFORE, 3)]
    threads = {claims[0].id: "thr_1", "fig_2": "thr_1"}
    ((claim, change),) = withdrawn(claims, threads, "HTTP 410")
    assert claim is claims[0]
    assert change.kind is ChangeKind.WITHDRAWN
    assert change.explanation == "the article that said so is gone: HTTP 410"
