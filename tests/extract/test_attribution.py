"""Attributions: each way of attributing, with sentences of our own over several kinds of story."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims import Attribution, Venue
from monitor.extract.attribution import attribution_prediction, read_attributions
from monitor.extract.reading import read


@functools.cache
def attributions(text: str, outlet: str | None = None) -> tuple[Attribution, ...]:
    return tuple(read_attributions(read(text, outlet=outlet)))


def words(text: str, attribution: Attribution) -> tuple[str, str, str]:
    """Source, cue and content as one string each, fragments joined by " / "."""
    roles = (attribution.source, attribution.cue, attribution.content)
    source, cue, content = (" / ".join(span.of(text) for span in role) for role in roles)
    return source, cue, content


def outermost(text: str) -> list[tuple[str, str, str]]:
    return [words(text, found) for found in attributions(text) if not found.nested]


PIECES = [
    "said", " ", "he ", "Anna Roe ", "the ministry ", "that ", "\u201c", "\u201d", '"', ", ", ". ", ": ", "\n\n", "told ",
    "Reuters ", "according to ", "adding ", "it rained ", "is expected to ", "(", ") ", "\u2014 ", "who ", "\u00a0", "?",
]  # fmt: skip

SPEECH = [
    (
        "The dam will be finished by May, the water board said.",
        ("the water board", "said", "The dam will be finished by May"),
    ),
    (
        "The water board said the dam would be finished by May.",
        ("The water board", "said", "the dam would be finished by May"),
    ),
    (
        "Olga Brandt said on Monday that the dam was safe.",
        ("Olga Brandt", "said", "that the dam was safe"),
    ),
    (
        '"The dam is safe," said Olga Brandt, the board\'s chief engineer.',
        ("Olga Brandt, the board's chief engineer", "said", '"The dam is safe,"'),
    ),
    (
        "The dam, Brandt said, will be finished by May.",
        ("Brandt", "said", "The dam / will be finished by May"),
    ),
    (
        '"We checked every wall," she said. "There is no danger to the valley."',
        ("she", "said", '"We checked every wall," / "There is no danger to the valley."'),
    ),
    (
        "The striker was dropped because he was late, as the coach explained.",
        ("the coach", "explained", "The striker was dropped because he was late"),
    ),
    (
        "The surgeon said the ward had \u201cno clean water\u201d for a week.",
        ("The surgeon", "said", "the ward had \u201cno clean water\u201d for a week"),
    ),
    (
        "He told the court he had never met the contractor.",
        ("He", "told", "he had never met the contractor"),
    ),
    (
        "The prosecutor asked why the files were missing.",
        ("The prosecutor", "asked", "why the files were missing"),
    ),
    (
        "According to the coast guard, eleven people were on the boat.",
        ("the coast guard", "According to", "eleven people were on the boat"),
    ),
    (
        "Eleven people were on the boat, according to the coast guard.",
        ("the coast guard", "according to", "Eleven people were on the boat"),
    ),
]

FRAMES = [
    (
        "The minister denied that the bank had asked for help.",
        ("The minister", "denied", "that the bank had asked for help"),
    ),
    ("The bank denied the report.", ("The bank", "denied", "the report")),
    ("The union vowed to strike on Friday.", ("The union", "vowed", "to strike on Friday")),
    (
        "The mayor urged residents to leave the lower town.",
        ("The mayor", "urged", "residents to leave the lower town"),
    ),
    (
        "The federation called on both clubs to withdraw the appeal.",
        ("The federation", "called on", "both clubs to withdraw the appeal"),
    ),
    ("The federation called for an inquiry.", ("The federation", "called for", "an inquiry")),
    ("The senator called the bill a disaster.", ("The senator", "called", "the bill a disaster")),
    (
        "The report described the clinic as understaffed.",
        ("The report", "described", "the clinic as understaffed"),
    ),
    (
        "The company announced the closure of two plants.",
        ("The company", "announced", "the closure of two plants"),
    ),
    ("The panel rejected the appeal.", ("The panel", "rejected", "the appeal")),
    (
        "The finance minister is confident that growth will return.",
        ("The finance minister", "is confident", "that growth will return"),
    ),
    ("Farmers are worried about the new tax.", ("Farmers", "are worried about", "the new tax")),
    (
        "The party is willing to join a coalition.",
        ("The party", "is willing", "to join a coalition"),
    ),
    (
        "The governor's claim that the bridge was closed in time has been questioned.",
        ("The governor's", "claim", "that the bridge was closed in time"),
    ),
    (
        "The ministry's plan to sell the airport drew protests.",
        ("The ministry's", "plan", "to sell the airport"),
    ),
    (
        "The treasurer was accused of hiding losses.",
        ("", "was accused of", "The treasurer / hiding losses"),
    ),
    (
        "The central bank is expected to raise rates in June.",
        ("", "is expected", "The central bank / to raise rates in June"),
    ),
    ("It was reported that the ferry had sunk.", ("", "was reported", "that the ferry had sunk")),
    (
        "The plan was proposed by the harbour master.",
        ("the harbour master", "was proposed", "The plan"),
    ),
    (
        "Inflation seems to have peaked.",
        ("", "seems", "Inflation / to have peaked"),
    ),
    (
        "The economist pointed out that wages had fallen.",
        ("The economist", "pointed out", "that wages had fallen"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), SPEECH + FRAMES)
def test_source_cue_and_content(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in outermost(text)


@pytest.mark.parametrize(
    "text",
    [
        "The so-called \u201cpeace train\u201d arrived late.",
        "He read \u201cThe Long Winter\u201d on the train.",
        "The bridge was built in 1954 and has two lanes.",
        "Tell us what you think.",
    ],
)
def test_what_is_no_attribution(text: str) -> None:
    assert outermost(text) == []


def test_participle_without_a_subject_of_its_own_shares_the_source() -> None:
    text = "The club said it would appeal, adding that the fine was unfair."
    assert outermost(text) == [
        ("The club", "said", "it would appeal"),
        ("The club", "adding", "that the fine was unfair"),
    ]


def test_coordinated_sayings_are_two() -> None:
    text = "Brandt says the wall is sound and says the spillway needs repair."
    assert [(source, content) for source, _, content in outermost(text)] == [
        ("Brandt", "the wall is sound"),
        ("Brandt", "the spillway needs repair"),
    ]


def test_relative_pronoun_is_the_source_and_its_noun_the_speaker() -> None:
    text = "Brandt, who said the wall was sound, left the meeting early."
    (found,) = attributions(text)
    assert words(text, found) == ("who", "said", "the wall was sound")
    assert found.speaker == "Brandt"


def test_inner_attribution_is_marked_and_left_out_of_the_prediction() -> None:
    text = "The commission said that the ministry had promised to publish the report."
    outer, inner = attributions(text)
    assert (outer.nested, inner.nested) == (False, True)
    assert words(text, inner) == ("the ministry", "had promised", "to publish the report")
    assert attribution_prediction([outer, inner]) == [
        {"source": [[0, 14]], "cue": [[15, 19]], "content": [[20, 72]]}
    ]


def test_quotation_over_paragraphs_is_one_attribution() -> None:
    text = (
        "\u201cThe fever came back in May,\u201d Dr. Ada Lund said.\n\n"
        "\u201cWe had no vaccine left.\u201d\n"
    )
    assert [(s, c) for s, _, c in outermost(text)] == [
        (
            "Dr. Ada Lund",
            "\u201cThe fever came back in May,\u201d / \u201cWe had no vaccine left.\u201d",
        )
    ]


def test_quotation_left_open_runs_on_in_the_next_paragraph() -> None:
    text = "Lund said: \u201cThe fever came back in May.\n\n\u201cWe had no vaccine left.\u201d\n"
    (found,) = outermost(text)
    assert found[0] == "Lund"
    assert "no vaccine left" in found[2]


def test_introduced_block_quotation() -> None:
    text = "The judge wrote:\n\n\u201cThe statute leaves no room for doubt.\u201d\n"
    assert outermost(text) == [
        ("The judge", "wrote", "\u201cThe statute leaves no room for doubt.\u201d")
    ]


@pytest.mark.parametrize(
    ("title", "source", "content"),
    [
        ("UN: convoy reaches besieged town", "UN", "convoy reaches besieged town"),
        ("Convoy reaches besieged town: UN", "UN", "Convoy reaches besieged town"),
        ("Rate cut is off the table: report", "report", "Rate cut is off the table"),
        ("Poll: most voters want a new bridge", "Poll", "most voters want a new bridge"),
    ],
)
def test_headline_with_a_colon(title: str, source: str, content: str) -> None:
    text = f"{title}\n\nThe lorries carried flour and tents.\n"
    assert (source, ":", content) in outermost(text)


def test_headline_label_is_no_source() -> None:
    text = "Analysis: why the bridge fell\n\nThe steel was too thin.\n"
    assert outermost(text) == []


def test_transcript_turns() -> None:
    text = (
        "The committee met on Tuesday.\n\n"
        "LUND: How many beds were free that night?\n\n"
        "ODE: None. We turned people away.\n"
    )
    assert outermost(text) == [
        ("LUND", ":", "How many beds were free that night?"),
        ("ODE", ":", "None. We turned people away."),
    ]


def test_credit_after_a_dash() -> None:
    text = "\u201cIt was the longest night of my life.\u201d \u2014 Paul Ode\n"
    assert outermost(text) == [
        ("Paul Ode", "\u2014", "\u201cIt was the longest night of my life.\u201d")
    ]


def test_verb_that_the_tagger_takes_for_a_noun() -> None:
    text = "One risk Brandt notes is that the spillway is narrow."
    assert ("Brandt", "notes", "that the spillway is narrow") in outermost(text)


def test_quoted_beginning_takes_the_rest_of_its_sentence() -> None:
    text = "In the hills, he said, \u201cthere may be\u201d a second well."
    assert outermost(text) == [
        ("he", "said", "In the hills / \u201cthere may be\u201d a second well")
    ]


def test_dateline_is_no_part_of_the_source() -> None:
    text = "LUND (Example Wire) \u2014 Anna Roe said the port was shut."
    assert outermost(text)[0][0] == "Anna Roe"


def test_lemma_and_negation() -> None:
    (found,) = attributions("The chairman has not confirmed the sale.")
    assert (found.cue_lemma, found.negated) == ("confirm", True)
    (found,) = attributions("The chairman confirmed the sale.")
    assert not found.negated


# ---------------------------------------------------------------- who speaks, through whom


def test_unnamed_officials_to_an_outlet() -> None:
    (found,) = attributions("Two officials told Reuters that the talks had failed.")
    assert (found.channel, found.anonymous, found.venue) == ("Reuters", True, Venue.ON_BACKGROUND)


def test_one_who_is_known_by_the_office_is_not_anonymous() -> None:
    (found,) = attributions("The foreign minister told Reuters that the talks had failed.")
    assert (found.channel, found.anonymous) == ("Reuters", False)


def test_condition_of_anonymity() -> None:
    text = "Two officials, speaking on condition of anonymity, said the talks had failed."
    found = attributions(text)[-1]
    assert found.anonymous


def test_group_that_speaks_in_public_is_not_anonymous() -> None:
    (found,) = attributions("Rebel officials have said that the road is open.")
    assert not found.anonymous


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("Paul Ode told the Evening Courier that the road was open.", "Evening Courier"),
        ("Paul Ode told\u00a0the\u00a0Evening Courier that the road was open.", "Evening Courier"),
        ("The road was open, according to the Example Post.", None),
        ("The minister said in a statement that the road was open.", "public statement"),
        ("In a statement, the airline said refunds would follow.", "public statement"),
        ("The minister said that the road was open.", None),
    ],
)
def test_channel(text: str, channel: str | None) -> None:
    assert attributions(text)[0].channel == channel


def test_told_us_is_the_paper_at_hand() -> None:
    (found,) = attributions("The mayor told us that the road was open.", "Example Herald")
    assert found.channel == "Example Herald"


def test_what_an_outlet_reports_came_through_it() -> None:
    text = "Bloomberg reported that the bank is worried about its loans."
    inner = next(found for found in attributions(text) if found.nested)
    assert (inner.speaker, inner.channel, inner.venue) == (
        "the bank",
        "Bloomberg",
        Venue.THIRD_PARTY,
    )


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Anna Roe said the plant would close. She said 300 jobs would go.", "Anna Roe"),
        ("The officials said the wall held. They said no one was hurt.", "The officials"),
        ("The ministry said the count was wrong. It said 14 people died.", "The ministry"),
        ("Anna Roe visited the plant. \u201cIt will close,\u201d Roe said.", "Anna Roe"),
        (
            "Anna Roe said the plant would close. \u201cWe tried everything,\u201d she said.",
            "Anna Roe",
        ),
        (
            "The Red Shield said it held the pass. The group said the road was shut.",
            "The Red Shield",
        ),
        ("Reuters reported the ship had sunk. The outlet said nine men drowned.", "Reuters"),
        ("Two miners told Axios the shaft was wet. The outlet reported no injuries.", "Axios"),
        (
            "Anna Roe met Paul Ode in Lund. Ode flew home. He said the talks were useful.",
            "Paul Ode",
        ),
        (
            "The trawler sank on Friday, Prime Minister Anna Roe said. The prime minister called it a disaster.",
            "Prime Minister Anna Roe",
        ),
        ("The Red Shield holds the pass, which it plans to mine.", "The Red Shield"),
    ],
)
def test_speaker_resolved_within_the_article(text: str, speaker: str) -> None:
    last = [found for found in attributions(text) if not found.nested][-1]
    assert last.speaker == speaker


def test_we_inside_a_quotation_is_its_speaker() -> None:
    text = "\u201cWe want to reopen the port,\u201d Anna Roe said."
    inner = next(found for found in attributions(text) if found.nested)
    assert inner.speaker == "Anna Roe"


def test_he_inside_a_quotation_is_not_its_speaker() -> None:
    text = "\u201cHe wants to close the port,\u201d Paul Ode said."
    inner = next(found for found in attributions(text) if found.nested)
    assert inner.speaker == "He"


def test_pronoun_without_a_fitting_speaker_stays_as_written() -> None:
    (found,) = attributions("He said the road was open.")
    assert found.speaker == "He"


def test_kinds_of_venue() -> None:
    assert attributions("The report said the wall was cracked.")[0].venue is Venue.DOCUMENT
    assert attributions("An analyst said the party would split.")[0].venue is Venue.COLUMNIST
    assert attributions("The mayor said the road was open.")[0].venue is Venue.ON_THE_RECORD


# ---------------------------------------------------------------- any text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\u201c", '"""', ":", "said", "said said said", "\u201d: \u201c"]
)
def test_no_text_is_too_odd(text: str) -> None:
    attributions(text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_spans_lie_in_the_text_and_outer_ones_hold_inner_ones(text: str) -> None:
    found = read_attributions(read(text))
    for attribution in found:
        spans = [*attribution.source, *attribution.cue, *attribution.content]
        assert attribution.content
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert list(attribution.content) == sorted(attribution.content)
        if attribution.nested:
            assert any(
                span.start <= attribution.cue[0].start < span.end
                for other in found
                if other is not attribution
                for span in other.content
            )


def test_a_user_adds_cues(tmp_path: Path) -> None:
    (tmp_path / "frames.toml").write_text('[verbs.say]\nlemmas = ["broadcast"]\n', "utf-8")
    reading = read("The station broadcast that the hall was empty.")
    assert read_attributions(reading) == []
    (found,) = read_attributions(reading, tmp_path)
    assert words(reading.text, found)[2] == "that the hall was empty"
