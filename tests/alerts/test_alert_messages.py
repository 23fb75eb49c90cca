"""What people read: the order, the words, and at most twelve lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.alerts.links import NO_PAGES, Pages, judge_token
from monitor.alerts.messages import LINES, alert_id, compose
from monitor.alerts.notices import baseline_alert, digest_alert, health_alert
from monitor.alerts.samples import sample_alerts
from monitor.alerts.wording import number_words, quantity_words, stance_words
from monitor.claims import (
    Baseline,
    ChangeKind,
    Dispute,
    DisputeKind,
    Modifier,
    Movement,
    Quantity,
    Span,
    Stance,
    Support,
    Tier,
    UnitKind,
    Venue,
)
from tests.alerts.alert_claims import (
    MINISTRY,
    NOW,
    TOTAL,
    at_least,
    day,
    exact,
    figure,
    moved,
    position,
    report,
    rising,
)

NEWS, DESK = "https://monitor.example/news", "https://monitor.example/desk"
PAGES = Pages(NEWS, DESK, "a key")


def text_of(change, source=None, pages=NO_PAGES) -> str:
    [alert] = compose(source or report(), [change], NOW, pages)
    return alert.text


def test_a_raised_total_reads_like_the_model_message() -> None:
    injured = moved(
        ChangeKind.RAISED,
        figure(exact(15273), "It counted 15,273 injured.", day(23), measure="injured"),
        figure(exact(14245), "It counted 14,245 injured.", day(22), measure="injured"),
        label="Gaza Strip: people injured, total since 7 Oct 2023",
    )
    injured = replace(injured, thread=replace(injured.thread, id="thr_2"))
    alerts = compose(report(), [injured, rising()], NOW, PAGES)
    # Both are raised: the order of the text decides, and the injured stand first in theirs.
    assert [alert.lead for alert in alerts] == [alerts[0].id] * 2
    toll = next(alert for alert in alerts if "people killed" in alert.title)
    assert toll.text.splitlines() == [
        "▲ Gaza Strip · people killed · total since 7 Oct 2023:  4,651 → 5,087  (+436, +9.4 %, 1 day)",
        "Gaza Ministry of Health, on the record · as of Mon 23 Oct · reported, not independently verified",
        "> The health ministry in the enclave on Monday put the number of dead at 5,087."
        "   Outlet A (newspaper), 23 Oct 14:10 UTC",
        "  before: It said 4,651 people had been killed so far.   Outlet B, 22 Oct",
        "Support: 1 authority, 2 origins, 3 reports (Outlet C and Outlet D carry one text; Outlet A)",
        "Last: 3,785 (19) · 4,137 (20) · 4,385 (21) · 4,651 (22) · 5,087 (23)",
        "Same report: Gaza Strip: people injured, total since 7 Oct 2023 14,245 → 15,273",
        "Why you got this: crossed 5,000",
        "At the sentence: https://outlet-a.example/toll#:~:text="
        "The%20health%20ministry%20in%20the%20enclave%20on%20Monday%20put%20the%20number%20of%20dead%20at%205%2C087.",
        f"Saved copy: {NEWS}/-/article/70?revision=1#{toll.payload['new']['claim']}"
        f" · Series: {NEWS}/-/figure/thr_1 · "
        f"Judge: {DESK}/judge/{toll.id}?token={judge_token('a key', toll.id)}",
    ]


def test_a_lower_count_is_called_revised_only_in_the_reports_own_words() -> None:
    old = figure(
        at_least(500), "At least 500 people died in the blast, the ministry said.", day(17)
    )
    new = figure(exact(471), "The ministry now counts 471 dead at the hospital.", day(18))
    hospital = figure(
        at_least(500, exclusive=True),
        "The hospital's director spoke of more than 500 dead.",
        day(18, 9),
        authority="hospital director",
    )
    long_ago = figure(exact(300), "The mayor counted 300.", day(10), authority="mayor")
    label = "Hospital explosion, 17 Oct: people killed"
    silent = moved(
        ChangeKind.LOWERED, new, old, long_ago, old, hospital, label=label, reason="lower"
    )
    lines = text_of(silent, report(published=day(18))).splitlines()
    assert lines[0] == (
        "▼ Hospital explosion · 17 Oct · people killed:  at least 500 → 471  (−29, −5.8 %, 1 day)"
    )
    assert lines[1] == (
        f"{MINISTRY}, as before; 1 day later. The report does not say the figure was revised."
    )
    assert lines[4] == (f"Now on file: 471–500 ({MINISTRY} 471 · hospital director more than 500)")
    assert "revised down" not in "\n".join(lines)

    said = replace(new, figure=replace(new.figure, revision_words="lowered its count"))
    assert "It says so: “lowered its count”." in text_of(
        moved(ChangeKind.LOWERED, said, old, old, label=label)
    )


def test_two_voices_stand_side_by_side_with_condition_and_limit() -> None:
    told = "Israel would put off the operation for talks on a release, two officials told Outlet X."
    vow = "In public, officials have promised that no talks will delay the operation."
    limit = "That would be a pause and no cancellation."
    text = f"{told} {limit} {vow}"
    condition = text.index("for talks on a release")
    willing = position(
        Stance.WILLING,
        1,
        told,
        speaker="two officials",
        venue=Venue.ON_BACKGROUND,
        channel="Outlet X",
        condition=Span(condition, condition + len("for talks on a release")),
        limit=Span(text.index(limit), text.index(limit) + len(limit)),
        contradicts_in_text=True,
    )
    refusing = position(Stance.COMMIT, -1, vow, speaker="officials", channel="public statement")
    label = "Israel: delay of the ground operation in Gaza for captive talks"
    change = moved(
        ChangeKind.CONTRADICTED,
        willing,
        refusing,
        refusing,
        label=label,
        reason="two voices of one holder",
    )
    lines = text_of(change, report(text=text), PAGES).splitlines()
    assert lines == [
        "⇄ Israel · delay of the ground operation in Gaza for captive talks:  two voices",
        "WILLING, on background, two officials to Outlet X, read through Outlet A",
        f"> {told}",
        "VOWS (against it), on the record, officials, public statement, in Outlet A",
        f"> {vow}",
        "The report itself says they are at odds. Published 23 Oct 14:21 UTC",
        "Support: 1 origin, 1 report (single source)",
        f"Condition: for talks on a release   Limit: {limit}",
        "Why you got this: two voices of one holder",
        lines[9],
        lines[10],
    ]
    assert lines[9].startswith("At the sentence: https://outlet-a.example/delay#:~:text=")
    assert f"Timeline: {NEWS}/-/position/thr_1" in lines[10]


def test_an_edit_shows_both_sides_and_its_disclosure() -> None:
    old = figure(
        at_least(12),
        "At least 12 people were killed, residents said.",
        day(19, 7),
        authority=None,
        authority_as_written="residents",
    )
    new = figure(
        at_least(15),
        "At least 15 people were killed, the civil defence service said.",
        day(19, 7),
        authority="Civil Defence in Gaza",
    )
    details = (
        ("disclosure", "silent"),
        ("seen_before", "07:31–09:20 UTC"),
        ("seen_after", "10:05, again 10:09 UTC"),
        ("elsewhere", "Outlet C had 15 at 09:50"),
    )
    edit = moved(ChangeKind.EDITED, new, old, old, details=details, reason="a figure was edited")
    source = report(title="Strike hits house in Khan Younis", outlet="Outlet B")
    lines = text_of(edit, source).splitlines()
    assert lines[:5] == [
        "✎ Outlet B changed a published figure, no editor's note: Strike hits house in Khan Younis",
        "people killed: at least 12 → at least 15 · source: residents → Civil Defence in Gaza",
        "> before (seen 07:31–09:20 UTC): At least 12 people were killed, residents said.",
        "> after (seen 10:05, again 10:09 UTC): "
        "At least 15 people were killed, the civil defence service said.",
        "Published 19 Oct 07:00 UTC · elsewhere: Outlet C had 15 at 09:50",
    ]
    corrected = replace(
        edit,
        change=replace(
            edit.change, details=(("disclosure", "correction"), ("editor_note", "Toll updated."))
        ),
    )
    said = text_of(corrected, source)
    assert "figure, as a correction:" in said
    assert "note: “Toll updated.”" in said


def test_conflicting_counts_name_both_sources() -> None:
    old = figure(exact(40), "The governor spoke of 40 dead.", day(22), authority="governor")
    new = figure(exact(61), "The rescue service counted 61 dead.", day(22), authority="rescuers")
    first = text_of(moved(ChangeKind.CONFLICT, new, old, old, label="Valley: people killed"))
    assert first.splitlines()[0] == "≠ Valley · people killed:  61 (rescuers) against 40 (governor)"
    assert "Now on file: 40–61 (governor 40 · rescuers 61)" in first


def test_a_withdrawn_article_says_what_stood_there() -> None:
    old = figure(exact(40), "The governor spoke of 40 dead.", day(22))
    gone = moved(
        ChangeKind.WITHDRAWN, old, old, old, details=(("withdrawal", "the page answers 410"),)
    )
    lines = text_of(gone).splitlines()
    assert lines[0] == "✕ Outlet A withdrew what it published: Toll passes five thousand"
    assert lines[2:4] == [
        "> The governor spoke of 40 dead.",
        "Published 22 Oct 12:00 UTC · the page answers 410",
    ]


def test_the_gravest_change_leads_and_the_digest_rides_along() -> None:
    new = figure(exact(30), "It counted 30 dead.", day(23))
    old = figure(exact(40), "It counted 40 dead.", day(22))
    lower = moved(ChangeKind.LOWERED, new, old, label="Valley: people killed")
    quiet = moved(
        ChangeKind.RAISED,
        figure(exact(9), "It counted 9 missing.", day(23)),
        None,
        label="Valley: people missing",
        tier=Tier.DIGEST,
    )
    quiet = replace(quiet, thread=replace(quiet.thread, id="thr_3"))
    logged = moved(ChangeKind.RESTATED, new, old, tier=Tier.LOG)
    alerts = compose(report(), [logged, quiet, rising(), lower], NOW)
    assert [alert.type for alert in alerts] == ["figure.lowered", "figure.raised"]
    assert [alert.severity for alert in alerts] == ["warning", "notice"]
    assert {alert.lead for alert in alerts} == {alerts[0].id}
    assert alerts[0].id == alert_id(lower.change.id)
    assert [each["type"] for each in alerts[0].payload["others_in_report"]] == [
        "figure.raised",
        "figure.raised",
    ]
    assert "Valley: people missing 9" in alerts[0].text


def test_a_thread_is_named_once_in_a_message() -> None:
    def in_thread(name: str, count: int):
        each = moved(
            ChangeKind.RAISED,
            figure(exact(count), f"It counted {count} dead.", day(23)),
            None,
            label=f"{name}: people killed",
        )
        return replace(each, thread=replace(each.thread, id=name))

    lead, twin = in_thread("Valley", 30), in_thread("Valley", 31)
    other, again = in_thread("Hill", 12), in_thread("Hill", 13)
    alerts = compose(report(), [lead, twin, other, again], NOW)
    assert "Same report: Hill: people killed 12\n" in alerts[0].text
    assert len(alerts[0].payload["others_in_report"]) == 3


def test_nothing_pushed_makes_no_message() -> None:
    assert compose(report(), [], NOW) == []
    quiet = replace(rising(), change=replace(rising().change, tier=Tier.DIGEST))
    assert compose(report(), [quiet], NOW) == []


def test_the_same_changes_make_the_same_alerts() -> None:
    assert compose(report(), [rising()], NOW) == compose(report(), [rising()], NOW)


def test_without_a_public_address_no_page_of_ours_is_named() -> None:
    [alert] = compose(report(), [rising()], NOW)
    assert "Saved copy" not in alert.text
    assert list(alert.payload["links"]) == ["sentence"]


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_every_kind_has_words_and_at_most_twelve_lines(kind: ChangeKind) -> None:
    old = figure(exact(40), "The governor spoke of 40 dead.", day(20), authority="governor")
    new = figure(exact(30), "The ministry counted 30 dead.", day(23), as_of=date(2023, 10, 22))
    other = moved(ChangeKind.RAISED, new, old, label="Valley: people missing")
    voice = position(Stance.DENY, -1, "Officials deny the toll.", speaker="officials")
    disputes = (Dispute(DisputeKind.DISPUTED_BY, "thr_1", voice),) * 5
    change = replace(moved(kind, new, old, old), disputes=disputes)
    vow = position(Stance.SUPPORT, 1, "Officials back it.", speaker="officials")
    turned = position(Stance.OPPOSE, -1, "Officials reject it.", speaker="officials",
                      condition=Span(0, 4), limit=Span(0, 4), contradicts_in_text=True)  # fmt: skip
    stand = moved(kind, turned, vow, vow, label="Israel: delay")
    for each in (change, stand):
        leads = compose(report(text="some text"), [each, other, replace(other)], NOW, PAGES)
        for alert in leads:
            assert 5 <= len(alert.text.splitlines()) <= LINES
            assert "None" not in alert.text
            assert "_" not in alert.title


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (ChangeKind.FIRST, "● Valley · people killed:  more than 200  (first report; on file 222"),
        (ChangeKind.RESTATED, "= Valley · people killed:  more than 200  (said again; on file 222"),
        (ChangeKind.CORROBORATED, "✓ Valley · people killed:  more than 200  (confirmed by an"),
        (ChangeKind.REFINED, "◎ Valley · people killed:  more than 200  (more exact; on file 222"),
        (ChangeKind.STALE, "· Valley · people killed:  more than 200  (older figure; on file 222"),
    ],
)
def test_what_agrees_is_never_told_as_a_move(kind: ChangeKind, title: str) -> None:
    old = figure(exact(222), "The service counted 222 dead.", day(22))
    new = figure(at_least(200, exclusive=True), "More than 200 are dead.", day(23))
    said = moved(kind, new, old, old, label="Valley: people killed")
    raised = moved(ChangeKind.RAISED, old, None, label="Valley: people missing")
    [alone, *_] = compose(report(), [said], NOW)
    assert alone.title.startswith(title)
    assert "→" not in alone.text and "%" not in alone.title
    together = compose(report(), [raised, said], NOW)[0]
    assert "→" not in together.text


def test_a_position_said_again_has_no_arrow() -> None:
    vow = position(Stance.SUPPORT, 1, "Officials back it.", speaker="officials")
    again = position(Stance.SUPPORT, 1, "Officials support it.", speaker="officials")
    [alert] = compose(report(text="some text"), [moved(ChangeKind.RESTATED, again, vow, vow)], NOW)
    assert alert.title.endswith("SUPPORTS  (said again)")


def test_the_last_message_is_named_when_others_came_between() -> None:
    change = rising()
    told = change.thread.history[1]
    since = replace(change, thread=replace(change.thread, pushed=told))
    assert "Why you got this: crossed 5,000 · last message: 4,137, 20 Oct\n" in text_of(since)


def test_hostile_text_is_inert() -> None:
    sentence = "The \u202eministry\u202c put\x1b[31m the\ntoll at 5,087 @everyone <script>."
    hostile = replace(
        rising(), claim=figure(exact(5087), sentence, day(23), as_of=date(2023, 10, 23))
    )
    bad = report(outlet="Outlet\u200b\r\nA", title="T\u2066itle\x00")
    [alert] = compose(bad, [hostile], NOW)
    for text in (alert.text, alert.title):
        assert not set(text) & set("\u202e\u202c\u2066\u200b\x1b\x00\r")
    new = alert.payload["new"]
    start, end = new["mark"]
    assert new["sentence"][start:end] == "5,087"
    assert "\u202e" not in new["sentence"] and "\x1b" not in new["sentence"]
    assert len(alert.text.splitlines()) <= LINES


def test_a_value_said_less_exactly_is_left_out_of_the_last_values() -> None:
    change = rising()
    rounded = figure(
        at_least(5000, exclusive=True), "More than 5,000 are dead.", day(24), authority=None
    )
    newest = figure(exact(5791), "It counts 5,791 dead.", day(24, 20))
    history = (*change.thread.history, change.claim, rounded)
    assert "· 4,651 (22) · 5,087 (23) · 5,791 (24)" in text_of(
        moved(ChangeKind.RAISED, newest, change.claim, *history)
    )


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        (exact(5087), "5,087"),
        (at_least(500), "at least 500"),
        (at_least(200, exclusive=True), "more than 200"),
        (Quantity(None, 30, Modifier.AT_MOST), "at most 30"),
        (Quantity(None, 30, Modifier.AT_MOST, exclusive=True), "fewer than 30"),
        (Quantity(1400, 1400, Modifier.APPROXIMATE, step=100), "about 1,400"),
        (Quantity(12, 15, Modifier.RANGE), "12–15"),
        (Quantity(24, 120, as_written="dozens of", vague=True), "dozens of"),
        (Quantity(4.5, 4.5, unit="percent", unit_kind=UnitKind.MEASURE), "4.5 %"),
        (
            Quantity(1_400_000, 1_400_000, unit="USD", step=100_000, unit_kind=UnitKind.CURRENCY),
            "$1.4 million",
        ),
        (Quantity(1_400_312, 1_400_312), "1,400,312"),
        (Quantity(20, 20, unit="km", unit_kind=UnitKind.MEASURE), "20 km"),
        (Quantity(7, 7, unit="hospital"), "7"),
        (Quantity(90, 90, unit="USD/barrel", unit_kind=UnitKind.CURRENCY), "$90 per barrel"),
        (
            Quantity(3_000_000, 3_000_000, unit="NOK", step=10**6, unit_kind=UnitKind.CURRENCY),
            "NOK 3 million",
        ),
        (Quantity(300, 300, movement=Movement.UP), "+300"),
        (Quantity(2_000_000_000, 2_000_000_000, step=10**9), "2 billion"),
    ],
)
def test_quantities_in_words(quantity: Quantity, words: str) -> None:
    assert quantity_words(quantity) == words


def test_numbers_and_stances_in_words() -> None:
    assert number_words(0.1 + 0.2) == "0.3"
    assert number_words(-1234) == "-1,234"
    turned = position(Stance.COMMIT, -1, "No pause.", speaker=None).position
    assert stance_words(turned) == "VOWS (against it)"
    assert stance_words(replace(turned, sign=1, act=True)) == "VOWS (by a deed)"
    assert stance_words(replace(turned, stance=Stance.WARN, sign=1)) == "WARNS (for it)"
    assert stance_words(replace(turned, stance=Stance.DENY, sign=-1)) == "DENIES"


def test_the_monitors_own_messages() -> None:
    baseline = baseline_alert(Baseline(43, 412, 980, 1, 61, ("one feed failed",)), NOW)
    assert baseline.text.splitlines() == [
        "On file: 43 feeds, 412 articles, 980 figures, 1 position, "
        "61 series with two or more reports. From now on you hear of changes.",
        "one feed failed",
    ]
    assert baseline.type == "monitor.baseline" and baseline.change is None
    assert digest_alert([], NOW).text.count("\n") == 0

    quiet = replace(rising(), change=replace(rising().change, tier=Tier.DIGEST))
    moves = [
        replace(quiet, thread=replace(quiet.thread, id=f"thr_{number}")) for number in range(30)
    ]
    digest = digest_alert(moves, NOW, coverage="2 of 43 feeds could not be read")
    lines = digest.text.splitlines()
    assert len(lines) == 1 + 25 + 1 + 1
    assert lines[1] == (
        "▲ Gaza Strip: people killed, total since 7 Oct 2023: 4,651 → 5,087 "
        "(+436, +9.4 %) · higher · Outlet A"
    )
    assert lines[-2:] == ["and 5 more, in the store", "2 of 43 feeds could not be read"]

    health = health_alert("Outlet A", "no answer for a day", "look at the address", NOW)
    assert health.severity == "warning"
    assert health.text == "Outlet A: no answer for a day\nlook at the address"


def test_a_digest_tells_the_net_change_of_each_thread_and_the_gravest_first() -> None:
    first = figure(exact(100), "It counted 100 dead.", day(20))
    second = figure(exact(104), "It counted 104 dead.", day(21))
    third = figure(exact(109), "It counted 109 dead.", day(22))
    steps = [
        moved(ChangeKind.RAISED, second, first, tier=Tier.DIGEST),
        moved(ChangeKind.RAISED, third, second, tier=Tier.DIGEST),
    ]
    voice = position(Stance.OPPOSE, -1, "Officials reject it.", speaker="officials")
    backed = position(Stance.SUPPORT, 1, "Officials back it.", speaker="officials")
    turned = moved(ChangeKind.REVERSED, voice, backed, label="Israel: a pause", tier=Tier.DIGEST)
    turned = replace(turned, thread=replace(turned.thread, id="thr_2"))
    assert digest_alert([*steps, turned], NOW).text.splitlines() == [
        "Digest: 2 threads moved below the level of a push",
        "⇄ Israel: a pause: SUPPORTS → OPPOSES · turned round · Outlet A",
        f"▲ {TOTAL}: 100 → 109 (+9, +9.0 %) in 2 steps · higher · Outlet A",
    ]


def test_samples_are_marked_and_all_different() -> None:
    samples = sample_alerts(datetime(2024, 5, 1, tzinfo=UTC))
    assert len({alert.id for alert in samples}) == len(samples) == 7
    for alert in samples:
        assert alert.type == alert.payload["type"] == "monitor.test"
        assert alert.text.startswith("TEST") and alert.payload["text"] == alert.text
        assert alert.lead == alert.id == alert.payload["id"]


def test_support_of_one_report_says_so() -> None:
    single = replace(rising(), change=replace(rising().change, support=Support(0, 1, 1)))
    assert "Support: 1 origin, 1 report (single source)" in text_of(single)


def test_who_verified_a_count_is_said_as_the_reports_word() -> None:
    new = figure(exact(112), "It counted 112 dead, verified by the Red Cross.", day(23))
    old = figure(exact(86), "It counted 86 dead.", day(22))
    [alert] = compose(report(), [moved(ChangeKind.RAISED, new, old)], NOW)
    assert "verified by Red Cross, as the report says" in alert.text
    assert alert.payload["new"]["source"]["verified_by"] == "Red Cross"
    assert alert.payload["old"]["source"]["verified_by"] is None
