"""Positions of short texts, as a table: whose, which stance, which side, on what."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.claims import Rank, Stance, Venue
from monitor.extract.attribution import read_attributions
from monitor.extract.extractor import Extractor
from monitor.extract.positions import read_positions
from monitor.extract.reading import read
from monitor.extract.things import UNNAMED
from monitor.track.positions import not_followed

PUBLISHED = datetime(2024, 3, 20, 12, tzinfo=UTC)  # a Wednesday


def positions(text, published=PUBLISHED):
    reading = read(f"Morning report\n\n{text}\n\nIt rained in the hills.", published, "Outlet A")
    return read_positions(reading, read_attributions(reading))


def only(text):
    [position] = positions(text)
    return position


def quote(position, text):
    return position.content.of(f"Morning report\n\n{text}\n\nIt rained in the hills.")


HOLDERS = {
    "a capital": ("Nairobi said that it backed the ceasefire.", "Kenya"),
    "a seat of government": ("The Kremlin said that it rejected the ceasefire.", "Russia"),
    "a residence": ("Downing Street said that it opposed the tariffs.", "United Kingdom"),
    "a demonym with an organ": (
        "The Dutch government said that it opposed the law.",
        "Netherlands",
    ),
    "a minister by title": (
        "Norwegian Finance Minister Kari Lund said that Norway would not raise taxes.",
        "Norway",
    ),
    "a spokesperson in apposition": (
        "Kari Lund, a spokesperson for the Norwegian government, said it would not raise taxes.",
        "Norway",
    ),
    "an abbreviation": (
        "The IMF said that it supports the bailout.",
        "International Monetary Fund",
    ),
    "an armed wing": ("The Qassam Brigades said it would free the hostages.", "Hamas"),
    "a company nobody listed": (
        "Mining company Altara Minerals said it would not sell its stake in the port.",
        "Altara Minerals",
    ),
    "a national central bank": (
        "Chile's central bank said that it would not raise interest rates.",
        "Chile central bank",
    ),
    "a governor of a central bank": (
        "The governor of the central bank of Kenya, John Otieno, said it would not cut rates.",
        "Central Bank of Kenya",
    ),
    "a supreme court": ("Spain's Supreme Court refused to free the banker.", "Spain supreme court"),
    "a body named after what it does where": (
        "Ports of Jersey said that it would not sell the terminal.",
        "Ports of Jersey",
    ),
    "the head of a company nobody listed": (
        "The head of Velmara, Karl Orsted, said that it would not close the mills.",
        "Velmara",
    ),
    "a company by its trade": ("Drug maker Altana said it would withdraw the drug.", "Altana"),
    "a possessive": ("Oakmere's chairman, Piet Ros, refused to resign.", "Oakmere"),
    "a union behind its trade": ("The hard-left SUD union said it would call strikes.", "SUD"),
    "initials that act": ("The PDU called off the strike on Wednesday.", "PDU"),
    "an office named after a portfolio": (
        "Danish Labour Minister Kim Holst said that Denmark would not raise the pension age.",
        "Denmark",
    ),
    "a party's leader in a clause": (
        "Bruno Hartl, who leads the Farmers Party, said he would reject the budget.",
        "Farmers Party",
    ),
    "a president of a body": (
        "FIBA has not proposed a second cup, President Gino Rossi told the congress in Cairo.",
        "FIBA",
    ),
    "its head of something": (
        "FIBA wants to hold the cup every year, its head of development, Arno Blanc, said.",
        "FIBA",
    ),
    "a parliament of several states": (
        "The European Parliament called for a ban on the pesticide.",
        "European Parliament",
    ),
}


@pytest.mark.parametrize(("text", "holder"), HOLDERS.values(), ids=HOLDERS.keys())
def test_the_holder_is_named_in_one_form(text, holder):
    assert {p.holder.name for p in positions(text)} == {holder}


def test_a_pronoun_and_a_description_mean_whom_the_text_named():
    text = (
        "The Taliban said that it would not free the prisoners. "
        "The group said that it would not hold talks."
    )
    assert {p.holder.name for p in positions(text)} == {"Taliban"}


def test_joint_subjects_stand_each_for_themselves():
    text = "Chile and Peru recalled their ambassadors from Spain on Wednesday."
    assert {p.holder.name for p in positions(text)} == {"Chile", "Peru"}


SIGNS = {
    "a rejection of calls": ("Mali has rejected calls for a ceasefire.", -1),
    "a refusal": ("Mali said it would not agree to a ceasefire.", -1),
    "support": ("Mali said that it supports a ceasefire.", 1),
    "support of an opposition": ("Mali backed the opposition to a ceasefire.", -1),
    "a veto of a call": ("Mali vetoed a resolution that would have called for a ceasefire.", -1),
    "no such thing": ("Mali said there would be no ceasefire.", -1),
    "neither nor": ("Mali said that it neither wants nor needs a ceasefire.", -1),
    "a bad name": ("Mali said that a ceasefire is impossible.", -1),
    "a warning that it comes": ("Mali warned that a ceasefire would come.", 1),
    "a warning against it": ("Mali warned against a ceasefire.", -1),
    "not only": ("Mali said that it wants not only a ceasefire.", 1),
    "a double turn": ("Mali refused to rule out a ceasefire.", 1),
    "a shop that stays open": ("Mali ended its ban on a ceasefire.", 1),
    "no answer": ("Mali declined to comment on the ceasefire.", 0),
}


@pytest.mark.parametrize(("text", "sign"), SIGNS.values(), ids=SIGNS.keys())
def test_the_sign_comes_from_stance_and_content(text, sign):
    signs = {p.sign for p in positions(text) if p.proposition.key == "fighting/ceasefire"}
    assert signs == {sign}


VERDICTS = {
    "more harm": ("Peru said that shutting the schools would do more harm than good.", -1),
    "out of the question": ("Peru said that a merger was out of the question.", -1),
    "off the table": ("Peru said that a merger was off the table.", -1),
    "too low": ("Peru said that the offer is too low.", -1),
    "over-ambitious": ("Peru said that the target is over-ambitious.", -1),
    "a mistake": ("Peru said that the fence was a mistake.", -1),
    "a threat": ("Peru said that the merger is a threat to its banks.", -1),
    "the threat of": ("Peru said that it faces the threat of a merger.", 1),
    "nobody": ("Peru said that nobody in the army would carry out the order.", -1),
    "not given up": ("Peru said that it would not give up the target.", 1),
    "not backing down": ("Peru said that it would not back down on the tax.", 1),
    "a vote against": ("Peru said that it would vote against the treaty.", -1),
    "a ban ended": ("Peru said that it ended its ban on mergers.", 1),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_what_is_said_of_a_thing_speaks_for_it_or_against_it(name):
    text, sign = VERDICTS[name]
    assert only(text).sign == sign


JOINED = {
    "the parse hangs the second on an infinitive": (
        "Dutch officials said that the Netherlands had not told Belgium what to do "
        "and still supported the dam.",
        ["what to do", "still supported the dam"],
    ),
    "a lack": (
        "Officials in Lima said that the ministry is not yet able to open the schools "
        "and lacks enough teachers to do so.",
        ["not yet able", "lacks enough teachers"],
    ),
    "a paper cites them": (
        "The paper also cites Dutch officials as saying that the Netherlands would not pay "
        "for the bridge and still wanted the ferry.",
        ["would not pay", "still wanted the ferry"],
    ),
    "a clause of its own behind a verdict": (
        "Norway said that the 2014 merger was a costly failure that came at a time when the "
        "ports had no money for it.",
        ["the 2014 merger was a costly failure"],
    ),
}


@pytest.mark.parametrize("name", JOINED)
def test_what_is_said_in_one_breath_is_taken_apart(name):
    text, parts = JOINED[name]
    found = [quote(p, text) for p in positions(text)]
    assert len(found) == len(parts)
    assert all(part in said for part, said in zip(parts, found, strict=True))
    assert "came at a time" not in found[0]


FEARED = {
    "would let": ("Chile's concern is that a merger would let the bank raise its fees.", -1),
    "would allow": ("Chile fears that a merger would allow the bank to raise its fees.", -1),
    "comes": ("Chile's fear was that the merger would go ahead.", 1),
}


@pytest.mark.parametrize("name", FEARED)
def test_who_fears_what_a_thing_would_bring_is_against_the_thing(name):
    text, sign = FEARED[name]
    assert only(text).sign == sign


HEADLINES = {
    "as a clause": ("Port Talks Drag On As Norway ‘Willing’ To Sell Stake: Report", "Norway", 1),
    "of its own": ("ECB unwilling to sell bonds", "European Central Bank", -1),
}


@pytest.mark.parametrize("name", HEADLINES)
def test_a_headline_leaves_out_the_verb(name):
    title, holder, sign = HEADLINES[name]
    reading = read(f"{title}\n\nIt rained in the hills.", PUBLISHED, "Outlet A")
    [position] = read_positions(reading, read_attributions(reading))
    assert (position.holder.name, position.sign, position.headline) == (holder, sign, True)


def test_a_quotation_without_a_verb_is_of_the_one_who_spoke_before():
    text = (
        "Norway plans to sell the port. Ann Lowe says that the port loses money.\n\n"
        "“All these losses stand in the way of the plan to sell the port. They grow each year.”"
    )
    said = [p for p in positions(text) if quote(p, text).startswith(("All these", "They grow"))]
    assert [p.holder.name for p in said] == ["Ann Lowe", "Ann Lowe"]


STANCES = {
    "reject": ("Peru has rejected calls for an early election.", Stance.OPPOSE),
    "rule out": ("Peru ruled out an early election.", Stance.REFUSE),
    "will": ("Peru said that it will hold an early election.", Stance.COMMIT),
    "will not": ("Peru said that it will not hold an early election.", Stance.REFUSE),
    "ready": ("Peru said that it is ready to hold an early election.", Stance.WILLING),
    "must": ("Peru said that Chile must hold an early election.", Stance.DEMAND),
    "urge": ("Peru urged Chile to hold an early election.", Stance.URGE),
    "deny": ("Peru denied that it would hold an early election.", Stance.DENY),
    "doubt": ("Peru doubted that Chile would hold an early election.", Stance.DOUBT),
    "warn": ("Peru warned of an early election.", Stance.WARN),
}


@pytest.mark.parametrize(("text", "stance"), STANCES.values(), ids=STANCES.keys())
def test_the_stance(text, stance):
    assert {p.stance for p in positions(text)} == {stance}


def test_opposite_words_stand_on_one_proposition():
    delay = only("Togo said that it is willing to postpone the election.")
    ahead = only("Togo vowed to go ahead with the election.")
    assert delay.proposition.key == ahead.proposition.key
    assert (delay.sign, ahead.sign) == (1, -1)


def test_a_condition_is_kept_apart_from_what_hangs_on_it():
    text = "Laos said that it will not free the prisoners until the war ends."
    position = only(text)
    assert position.sign == -1
    shown = f"Morning report\n\n{text}\n\nIt rained in the hills."
    assert position.condition.of(shown) == "until the war ends"


DEEDS = {
    "suspended": ("Norway suspended its vaccine mandate on Wednesday.", Stance.CONFIRM),
    "pulled out": ("Kenya pulled out as host of the cup.", Stance.CONFIRM),
    "turned away": ("Greece turned away a ship with 200 migrants.", Stance.REFUSE),
    "dropped": ("Portugal dropped the pension reform on Wednesday.", Stance.REFUSE),
    "called off": ("The union GDL called off the strike on Wednesday.", Stance.REFUSE),
    "recalled goods": ("Drug maker Altana recalled two million heaters.", Stance.CONFIRM),
    "withdrew, as it says": ("Norway said it has withdrawn its request.", Stance.CONFIRM),
    "vetoed": ("Poland vetoed the pension bill on Wednesday.", Stance.OPPOSE),
}


@pytest.mark.parametrize(("text", "stance"), DEEDS.values(), ids=DEEDS.keys())
def test_deeds_in_the_reporters_words(text, stance):
    position = only(text)
    assert position.act
    assert position.stance is stance


IN_THE_REPORTERS_WORDS = {
    "will": ("Norway will tear down its border fence.", "Norway", Stance.COMMIT, None),
    "will not": ("The EU will not pay for border fences.", "European Union", Stance.REFUSE, -1),
    "no plans": ("Peru has no plans to raise its fees.", "Peru", Stance.REFUSE, -1),
    "a parliament": ("Dutch lawmakers rejected the treaty.", "Netherlands", Stance.OPPOSE, -1),
    "unnamed sources": (
        "Qatar could lower output in June, an official familiar with the plan said.",
        "Qatar",
        Stance.WILLING,
        None,
    ),
}


@pytest.mark.parametrize("name", IN_THE_REPORTERS_WORDS)
def test_positions_in_the_reporters_words(name):
    text, holder, stance, sign = IN_THE_REPORTERS_WORDS[name]
    position = only(text)
    assert (position.holder.name, position.stance) == (holder, stance)
    assert sign is None or position.sign == sign


def test_a_few_lawmakers_are_no_state():
    assert positions("Some Dutch lawmakers rejected the treaty.") == []


def test_a_warning_renewed_is_no_deed():
    assert not any(p.act for p in positions("Chile renewed its warning that the dam may break."))


def test_a_deed_is_a_position():
    text = "Bolivia recalled its ambassador from Spain on Wednesday."
    position = only(text)
    assert position.act and position.undoes
    assert position.sign == -1
    assert quote(position, text).startswith("recalled its ambassador")


@pytest.mark.parametrize(
    "text",
    [
        "Bolivia threatened to recall its ambassador from Spain.",
        "Bolivia will not recall its ambassador from Spain.",
        "Spain asked Bolivia to recall its ambassador.",
    ],
)
def test_a_deed_that_is_only_meant_is_none(text):
    assert not any(p.act for p in positions(text))


RETOLD = {
    "last week": ("Last week, Iran rejected the treaty.", True),
    "the pluperfect": ("Iran had rejected the treaty.", True),
    "an older year": ("In 2015, Iran rejected the treaty.", True),
    "an older weekday": ("On Friday, Iran rejected the treaty.", True),
    "today's weekday": ("On Wednesday, Iran rejected the treaty.", False),
    "no date": ("Iran has rejected the treaty.", False),
}


@pytest.mark.parametrize(("text", "retold"), RETOLD.values(), ids=RETOLD.keys())
def test_retelling_is_marked(text, retold):
    assert only(text).background is retold


def test_the_limit_in_the_same_breath_is_evidence():
    text = (
        "Iran said that it would suspend the treaty. "
        "However, this does not mean that Iran is leaving it, the minister said."
    )
    first = positions(text)[0]
    shown = f"Morning report\n\n{text}\n\nIt rained in the hills."
    assert first.limit.of(shown).startswith("However, this does not mean")


def test_ranks():
    text = "French President Emmanuel Macron said that France rejects the treaty."
    assert only(text).rank is Rank.PRINCIPAL


@pytest.mark.parametrize(
    "text",
    [
        "Residents of Nairobi said that the shops were closed.",
        "Analysts said that France rejects the treaty.",
        "The report said that it rained.",
    ],
)
def test_people_who_speak_for_nobody_hold_no_official_position(text):
    assert not any(p.holder.official for p in positions(text))


def test_a_held_out_twin_of_the_founding_report():
    """Another country, other officials, another quarrel: the same readings and one change."""
    text = (Path(__file__).parent / "dam_report.txt").read_text("utf-8")
    reading = read(text, PUBLISHED, "Outlet A")
    found = read_positions(reading, read_attributions(reading))
    expected = [
        ("Croatia", 1, "willing to delay its planned closure"),
        ("Croatia", 1, "to “dry out” the lower valley"),
        ("Croatia", 1, "it must release all the apprentices"),
        ("Croatia", 1, "at first refused to receive the two men"),
        ("Germany", 1, "Bosnia to immediately release all the fishermen"),
        ("Bosnia and Herzegovina", 1, "willing to hand over the detainees"),
        ("Croatia", -1, "not to let a deal over the fishermen get in the way"),
        ("European Union", -1, "preparedness for a closure of the dam"),
        ("European Union", -1, "“not yet ready” to close the dam"),
        ("Petra Vidak", 1, "have prepared themselves well for a dry year"),
        ("Petra Vidak", -1, "Delaying the closure does not, however, mean cancelling it"),
    ]
    missing = [
        each
        for each in expected
        if not any(
            (p.holder.name, p.sign) == each[:2] and each[2] in p.content.of(text) for p in found
        )
    ]
    assert missing == []
    opinions = [p for p in found if p.holder.name == "Petra Vidak"]
    assert not any(p.holder.official for p in opinions)
    assert {p.attribution.venue for p in opinions} == {Venue.COLUMNIST}


def test_a_folder_of_ones_own_adds_names_and_topics(tmp_path):
    (tmp_path / "holders.toml").write_text(
        '[countries]\n"Portugal" = ["the Palace of Belem"]\n', encoding="utf-8"
    )
    (tmp_path / "propositions.toml").write_text(
        '[[topic]]\nname = "tunnel"\nfamily = "tunnel"\nlabel = "the tunnel"\n'
        'for = ["tunnel"]\nagainst = []\nargument = "none"\n',
        encoding="utf-8",
    )
    text = "The Palace of Belem said that it opposes the tunnel."
    reading = read(text, PUBLISHED, "Outlet A")
    [position] = read_positions(reading, read_attributions(reading), tmp_path)
    assert (position.holder.name, position.proposition.key) == ("Portugal", "tunnel/tunnel")
    assert position.sign == -1


SENTENCES = [case[0] for table in (HOLDERS, SIGNS, STANCES, RETOLD) for case in table.values()]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4))
def test_every_span_lies_in_the_text_and_reading_twice_is_the_same(sentences):
    text = "\n\n".join(sentences)
    found = positions(text)
    shown = f"Morning report\n\n{text}\n\nIt rained in the hills."
    for position in found:
        spans = [position.content, position.sentence, position.condition, position.limit]
        assert all(0 <= s.start < s.end <= len(shown) for s in spans if s is not None)
        assert position.sentence.start <= position.content.start < position.sentence.end
        assert position.sign in (-1, 0, 1)
        assert 0 < position.confidence <= 1
    assert found == positions(text)


UNLISTED = {
    "officials of a body named right before": (
        "Turkish officials met on Monday in Ankara. "
        "YPG officials have said that the group is ready to release wounded soldiers.",
        "YPG",
    ),
    "a spokesman of one": ("A TPLF spokesman said that the group rejects the plan.", "TPLF"),
}


@pytest.mark.parametrize("name", UNLISTED)
def test_a_body_that_no_list_has_speaks_for_itself(name: str) -> None:
    text, holder = UNLISTED[name]
    [position] = Extractor().extract(text, datetime(2024, 6, 12, tzinfo=UTC)).positions
    assert position.holder.name == holder
    assert position.holder.official


LONGER_NAMES = {
    "a part of the country's name": (
        "New Mexico counted 12 cases. Ana Ruiz, the health minister, said she would not close it.",
        "Mexico",
    ),
    "a region that speaks": ("New Mexico said that it would not close the schools.", "Mexico"),
    "a party in an agency's name": (
        "The German Labour Agency said that it would not cut benefits.",
        "UK Labour Party",
    ),
    "an airline that builds no jets": (
        "Boeing makes the jets. The airline said that it would not buy more jets.",
        "Boeing",
    ),
    "a place where something stood": (
        "Tractors blocked roads near Toulouse, police said.",
        "Toulouse",
    ),
}


@pytest.mark.parametrize("case", LONGER_NAMES.values(), ids=LONGER_NAMES)
def test_a_name_in_another_name_or_a_wrong_description_gives_no_holder(case):
    text, wrong = case
    assert wrong not in {p.holder.name for p in positions(text)}


def test_a_body_keeps_its_whole_name():
    text = "The Federal Statistical Office said that prices would not rise further."
    assert only(text).holder.name == "Federal Statistical Office"


SAID_ON = {
    "the content's own date": (
        "Kenya said that the port had been closed on 7 February.",
        None,
    ),
    "since a day": ("Since 7 February Kenya has said that it opposes the ceasefire.", None),
    "a day that something is named after": (
        "After the 7 February raid Kenya said that it opposed the ceasefire.",
        None,
    ),
    "the saying's own weekday": (
        "Kenya said on Tuesday that it had opposed the ceasefire since 7 February.",
        date(2024, 3, 19),
    ),
    "the saying's own day": ("Kenya said on 15 March that it opposed it.", date(2024, 3, 15)),
}


@pytest.mark.parametrize("case", SAID_ON.values(), ids=SAID_ON)
def test_the_day_of_a_saying_is_told_by_its_own_clause(case):
    text, day = case
    assert {p.said_on for p in positions(text)} == {day}


OF_COUNTS = {
    "inflated": ("The Kenyan army said the toll was inflated.", Stance.DOUBT, -1),
    "far too low": ("Kenya said that the toll was far too low.", Stance.DOUBT, -1),
    "cast doubt": ("Kenya cast doubt on the ministry's figures.", Stance.DOUBT, -1),
    "vouched for": ("Kenya vouched for the count.", Stance.CONFIRM, 1),
    "rejected": ("Kenya rejected the figure as fabricated.", Stance.DENY, -1),
    "questioned": ("Kenya questioned the toll.", Stance.DOUBT, -1),
}


@pytest.mark.parametrize("case", OF_COUNTS.values(), ids=OF_COUNTS)
def test_counts_in_general_are_doubted_denied_and_confirmed(case):
    text, stance, sign = case
    position = only(text)
    assert (position.stance, position.sign) == (stance, sign)
    assert position.proposition.key.split()[-1].split("/")[-1] in ("toll", "figure", "count")


def test_who_remains_committed_is_for_it_whatever_he_denied_before():
    text = "Brazil, which denied that it would walk away, remained committed to the deal."
    assert (Stance.COMMIT, 1) in {(p.stance, p.sign) for p in positions(text)}


UNNAMED_WORDS = {
    "a participle": "Kenya said that it was repaired.",
    "others": "The government of Peru said that others were threatened.",
}


@pytest.mark.parametrize("text", UNNAMED_WORDS.values(), ids=UNNAMED_WORDS)
def test_words_that_name_no_thing_or_deed_are_not_followed(text):
    position = only(text)
    assert position.proposition.key == UNNAMED
    assert not_followed(position) == "its words name neither a thing nor a deed"


@pytest.mark.parametrize("deed", ["will withdraw", "had walked away", "would not happen"])
def test_a_deed_alone_is_named(deed):
    assert only(f"Peru said that it {deed}.").proposition.key != UNNAMED


LABELS = {
    "a thing and what befell it": (
        "Kenya said that 199 people had been affected.",
        "people affected",
    ),
    "no number": ("Peru said that cases had risen 3,478.", "cases risen"),
    "no clause": (
        "Oxfam said that the price that was paid had been too high.",
        "price",
    ),
}


@pytest.mark.parametrize("case", LABELS.values(), ids=LABELS)
def test_a_label_is_a_thing_without_numbers_and_clauses(case):
    text, label = case
    assert only(text).proposition.label == label


@pytest.mark.parametrize("name", ["UN agency UNICEF", "UN Children's Fund (UNICEF)"])
def test_an_agency_named_behind_its_umbrella_speaks_for_itself(name):
    assert only(f"The {name} said that it opposed the closure.").holder.name == "UNICEF"


@pytest.mark.parametrize("saying", ["said that the toll was", "called the toll"])
def test_an_opposition_leader_who_finds_a_toll_too_low_is_a_dissenter(saying):
    position = only(f"The opposition leader Ana Ruiz {saying} far too low.")
    assert (position.stance, position.sign) == (Stance.DOUBT, -1)
    assert position.rank is Rank.DISSENTER
    assert position.attribution.venue is not Venue.COLUMNIST
