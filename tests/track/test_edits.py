"""What a publisher changed in a published article."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.claims import ChangeKind, Span
from monitor.extract.extractor import Extractor
from monitor.track.differences import Difference, find_differences
from monitor.track.edits import Edit, disclosed, follow_edits, withdrawn
from monitor.track.names import same_name
from monitor.track.passages import changed_passages
from tests.track.filed_figures import MemoryThreads, filed, report_of

TOLL = "At least 12 people were killed in Easton, residents said."


def figure(sentence, revision, n=12, **fields):
    fields = {"modifier": "at_least", "authority": "", "place": "Easton", **fields}
    at = sentence.find(f"{n:,}")
    claim = filed(article=1, revision=revision, n=n, at=at, sentence=sentence, **fields)
    written = fields["authority"] or None
    return replace(
        claim,
        figure=replace(claim.figure, sentence=Span(0, len(sentence)), authority_as_written=written),
    )


def differences(old, new):
    _, found = find_differences(
        Extractor(), old, new, datetime(2023, 10, 24, 12, tzinfo=UTC), "Outlet A"
    )
    return [str(each) for each in found]


CHANGED = {
    "a number": (TOLL, TOLL.replace("12", "15"), ["number: at least 12 people -> at least 15 people"]),
    "a modifier": (TOLL, TOLL.replace("At least 12", "Some 12"), ["modifier: at least 12 people -> about 12 people"]),
    "a unit": ("It spent 12 million dollars.", "It spent 12 million euros.", ["unit: 12 million dollars -> 12 million euros"]),
    "a source": (TOLL, TOLL.replace("residents", "the police"), ["source: residents -> the police"]),
    "what happened": ("Two guards were killed in Easton.", "Two guards were injured in Easton.", ["measure: killed -> injured"]),
    "a place": ("A bomb exploded in Basra on Monday.", "A bomb exploded in Mosul on Monday.", ["place: Basra -> Mosul"]),
    "a stance": ("The firm denied that it had paid.", "The firm admitted that it had paid.", ["stance: denied -> admitted"]),
    "a negation": ("The mayor said he would not resign.", "The mayor said he would resign.", ["stance: would not resign -> would resign"]),
    "a condition": ("Kenya will send troops, its government said.", "Kenya will send troops if the council agrees, its government said.", ["condition: none -> if the council agrees"]),
    "a number in a sentence written anew": (
        "In the town of Basra, 12 people were killed in an explosion on Monday.",
        "Officials gave a new toll of the explosion: 15 people were killed in Basra.",
        ["number: 12 people -> 15 people"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "found"), CHANGED.values(), ids=CHANGED)
def test_what_an_edit_changed(old, new, found):
    assert differences(old, new) == found


SAME = {
    "the same sentence": (TOLL, TOLL),
    "punctuation and capitals": (TOLL, "At least 12 people were killed in Easton - Residents said!"),
    "words around it": (TOLL, TOLL.replace("were killed", "have been killed")),
    "a number in words": (TOLL, TOLL.replace("12", "twelve")),
    "a new paragraph": (TOLL, f"{TOLL}\nIn another town 40 people were killed, police said."),
    "the sentence is gone": (TOLL, "Nothing is known yet."),
    "a denial said otherwise": ("The firm denied that it had paid.", "The firm said that it had not paid."),
    "a name spelt otherwise": ("Mayor Ana Kovac said 12 people died.", "Mayor Ana Kovač said 12 people died."),
    "a headline's wording": (f"At least 12 killed in Easton\n\n{TOLL}", f"12 killed in Easton\n\n{TOLL}"),
    "empty texts": ("", ""),
    "all of it gone": (TOLL, ""),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_what_is_no_edit(old, new):
    assert differences(old, new) == []


def test_each_number_of_a_sentence_meets_its_own_earlier_self():
    old = "In Easton 12 people were killed and in Weston 30 people were killed."
    assert differences(old, old.replace("12", "14")) == ["number: 12 people -> 14 people"]


NAMES = [
    ("Ana Kovac", "Ana Kovač", True),
    ("Salem Hadi", "Salim Hadi", True),
    ("the United Nations", "the UN", True),
    ("The IAEA", "The International Atomic Energy Agency (IAEA)", True),
    ("Prime Minister Rui Costa", "Rui Costa", True),
    ("he", "the minister", True),
    ("the owner of the ferry", "The ferry's owner", True),
    ("residents", "the police", False),
    ("Minister Ali Baloch", "Prime Minister Omar Sethi", False),
    ("France", "Germany", False),
]


@pytest.mark.parametrize(("old", "new", "same"), NAMES)
def test_whether_two_namings_may_be_one(old, new, same):
    assert same_name(old, new) is same_name(new, old) is same


def test_a_sentence_cut_in_two_is_one_passage():
    old = "One.\nThe river rose by three metres and 40 houses were flooded in the old town."
    new = "One.\nThe river rose by three metres. In the old town 40 houses were flooded."
    (passage,) = changed_passages(old, new)
    assert passage.old.of(old) == old[5:] and passage.new.of(new) == new[5:]


def test_moved_sentences_are_no_passages():
    assert (
        changed_passages("One two. Three four.\nFive six.", "Five six.\nThree four. One two.") == []
    )


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
    told = disclosed(TOLL, TOLL.replace("12", "15") + "\n" + note)
    assert (told.kind, told.note) == (kind, note)


def test_a_note_that_stood_there_before_discloses_nothing():
    note = "Correction: the name was misspelt."
    assert disclosed(f"One.\n{note}", f"Two.\n{note}").kind == "silent"


def test_a_later_revision_changes_only_what_was_edited():
    other = "In Weston 40 people were injured."
    threads = MemoryThreads()
    old = [
        figure(TOLL, 1),
        figure(other, 1, n=40, measure="injured", place="Weston", modifier="exact"),
    ]
    first = threads.follow(old, report_of(old[0], text=f"{TOLL}\n{other}"))
    new_sentence = TOLL.replace("12", "15")
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
        report_of(old[0], text=f"{TOLL}\n{other}"),
        report,
        [Edit(old[0], new[0], (Difference("number", "12", "15", old[0].figure, new[0].figure),))],
    )
    assert [answer.change and answer.change.kind.value for answer in followed] == [
        "edited",
        None,
        "first",
    ]
    assert followed[0].thread.id == first[0].thread.id
    assert followed[0].change.thread == first[0].thread.id
    details = dict(followed[0].change.details)
    assert details["changed"] == "number: 12 -> 15"
    assert (details["before_sentence"], details["after_sentence"]) == (TOLL, new_sentence)
    assert details["disclosure"] == "silent"
    assert followed[1].thread.id == first[1].thread.id


def test_a_page_taken_down_withdraws_each_thread_once():
    claims = [figure(TOLL, 1), replace(figure(TOLL, 1), id="fig_2"), figure(TOLL, 3)]
    threads = {claims[0].id: "thr_1", "fig_2": "thr_1"}
    ((claim, change),) = withdrawn(claims, threads, "HTTP 410")
    assert claim is claims[0]
    assert change.kind is ChangeKind.WITHDRAWN
    assert change.explanation == "the article that said so is gone: HTTP 410"
