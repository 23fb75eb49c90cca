"""Chats: the same message, within their limits, with strangers' words inert."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alerts.formats import Format, render
from monitor.alerts.links import Pages
from monitor.alerts.messages import compose
from monitor.alerts.samples import sample_alerts
from tests.alerts.alert_claims import NOW, day, exact, figure, report, rising

CHATS = [form for form in Format if form not in (Format.WEBHOOK, Format.APPRISE, Format.TEMPLATE)]
PAGES = Pages("https://monitor.example/news", "https://monitor.example/desk", "a key")
[MODEL] = compose(report(), [rising()], NOW, PAGES)


def with_text(text: str) -> dict[str, Any]:
    return MODEL.payload | {"text": text}


def hostile_payload(sentence: str, outlet: str = "Outlet A") -> dict[str, Any]:
    change = replace(
        rising(), claim=figure(exact(5087), f"{sentence} 5,087", day(23), outlet=outlet)
    )
    [alert] = compose(report(outlet=outlet), [change], NOW)
    return alert.payload


def test_the_webhook_gets_the_payload_itself() -> None:
    assert render(Format.WEBHOOK, MODEL.payload) == MODEL.payload


@pytest.mark.parametrize("form", CHATS)
@pytest.mark.parametrize("alert", [MODEL, *sample_alerts(NOW)], ids=lambda alert: alert.title[:30])
def test_every_message_has_a_body_in_every_form(form: Format, alert) -> None:
    said = json.dumps(render(form, alert.payload), ensure_ascii=False)
    first = alert.payload["text"].split("\n")[0]
    assert first.split()[0] in said
    assert "At the sentence: http" not in said  # set as a link instead


def test_slack_shows_plain_text_and_our_links_alone_are_markup() -> None:
    body = render(Format.SLACK, MODEL.payload)
    section, context = body["blocks"]
    assert section["text"]["type"] == "plain_text" and section["text"]["emoji"] is False
    assert section["text"]["text"].startswith("▲ Gaza Strip · people killed")
    [links] = context["elements"]
    assert (
        "|At the sentence> · <https://monitor.example/news/-/article/70?revision=1#fig_"
        in links["text"]
    )
    assert body["unfurl_links"] is False

    hostile = render(Format.SLACK, with_text("<!channel> & <http://x.example|bank>\n> a"))
    assert hostile["text"] == "&lt;!channel&gt; &amp; &lt;http://x.example|bank&gt;"


def test_discord_mentions_nobody_and_escapes_markup() -> None:
    body = render(Format.DISCORD, hostile_payload("@everyone **bold** [bank](http://x.example)"))
    assert body["allowed_mentions"] == {"parse": []} and body["flags"] == 4
    assert "\\@everyone \\*\\*bold\\*\\* \\[bank\\]\\(http\\://x.example\\)" in body["content"]
    assert "\n> " in body["content"]  # our own quotation
    assert body["content"].startswith("**▲ Gaza Strip")
    assert "[At the sentence](<https://outlet-a.example/toll#" in body["content"]


def test_mattermost_rings_for_nobody() -> None:
    text = render(Format.MATTERMOST, hostile_payload("@channel and @all: look"))["text"]
    assert "@channel" not in text and "@all" not in text


def test_teams_has_a_card_of_text_runs_and_buttons() -> None:
    body = render(Format.TEAMS, MODEL.payload)
    card = body["attachments"][0]["content"]
    assert card["body"][0]["inlines"][0]["weight"] == "bolder"
    assert {each["type"] for each in card["body"]} == {"RichTextBlock"}
    assert [each["title"] for each in card["actions"]] == [
        "At the sentence",
        "Saved copy",
        "Series",
        "Judge",
    ]


@settings(max_examples=80, deadline=None)
@given(
    st.text(min_size=1, max_size=400) | st.text("<>[]()*_`~|@:\\", max_size=400),
    st.sampled_from(CHATS),
)
def test_any_text_stays_within_the_limits(text: str, form: Format) -> None:
    payload = hostile_payload(text, outlet=text or "x")
    body = render(form, payload)
    if form is Format.DISCORD:
        assert 0 < len(body["content"]) <= 2000
        assert "](http" not in body["content"]  # no link but ours, which are (<http...>)
    if form is Format.MATTERMOST:
        assert 0 < len(body["text"]) <= 2 * 16_383
    if form is Format.SLACK:
        assert all(len(block["text"]["text"]) <= 3000 for block in body["blocks"][:1])
    assert len(json.dumps(body)) < 100_000


def test_a_long_message_keeps_its_links_in_discord() -> None:
    body = render(Format.DISCORD, with_text("\n".join(["▲ first", *["x" * 300] * 11])))
    assert len(body["content"]) <= 2000
    assert "[Saved copy](<" in body["content"]
    one = render(Format.DISCORD, with_text("y" * 5000))
    assert "y" * 100 in one["content"]
