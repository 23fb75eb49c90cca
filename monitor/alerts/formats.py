"""The same message in the form that a chat service takes. Pure.

Every word of a message may come from a stranger's page, so each form shows it as plain text:
nothing in it mentions people, hides behind a link's words, or changes how the rest looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import quote

LINK_NAMES = {
    "sentence": "At the sentence",
    "saved_copy": "Saved copy",
    "thread": "Series",
    "judge": "Judge",
}
_LINK_LINES = tuple(f"{name}: " for name in LINK_NAMES.values())


class Format(StrEnum):
    """What a destination takes."""

    WEBHOOK = "webhook"  # the JSON of an alert, as schema.json describes it
    SLACK = "slack"
    DISCORD = "discord"
    MATTERMOST = "mattermost"
    TEAMS = "teams"
    APPRISE = "apprise"  # the address is one of Apprise's
    TEMPLATE = "template"  # the operator's own words, over the payload


def render(form: Format, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON body for one destination."""
    if form not in _FORMS:
        return dict(payload)
    return _FORMS[form](without_links(str(payload["text"])), _links(payload))


def without_links(text: str) -> list[str]:
    """A message's lines but those of its links, which each form sets in its own way."""
    lines = text.split("\n")
    return [line for line in lines if not line.startswith(_LINK_LINES)]


def _links(payload: Mapping[str, Any]) -> dict[str, str]:
    """Words and addresses, with what could end a link early in an address encoded."""
    links = payload.get("links") or {}
    return {
        name: quote(str(links[key]), safe=":/?#@!$&'*+,;=%~")
        for key, name in LINK_NAMES.items()
        if key in links
    }


# ---------------------------------------------------------------- Slack

_SLACK_TEXT = 3000  # characters of a text object (Slack, "Text object")


def _slack(lines: list[str], links: Mapping[str, str]) -> dict[str, Any]:
    """Block Kit: ``plain_text`` knows no markup; only our own links are ``mrkdwn``."""
    text = "\n".join(lines)[:_SLACK_TEXT]
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
    ]
    named = " · ".join(f"<{_slack_escaped(url)}|{name}>" for name, url in links.items())
    if named and len(named) <= _SLACK_TEXT:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": named}]})
    return {
        "text": _slack_escaped(lines[0]),  # for notifications
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks,
    }


def _slack_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---------------------------------------------------------------- Markdown chats

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#|~@:])")
_DISCORD_TEXT = 2000  # characters of a message's content (Discord, "Execute Webhook")
_SUPPRESS_EMBEDS = 1 << 2  # a message flag of Discord
_MATTERMOST_TEXT = 16_383  # characters of a post (Mattermost 5.0 and later)


def _discord(lines: list[str], links: Mapping[str, str]) -> dict[str, Any]:
    return {
        "content": _markdown(lines, links, _DISCORD_TEXT),
        "allowed_mentions": {"parse": []},
        "flags": _SUPPRESS_EMBEDS,
    }


def _mattermost(lines: list[str], links: Mapping[str, str]) -> dict[str, Any]:
    text = _markdown(lines, links, _MATTERMOST_TEXT)
    return {"text": text.replace("@", "@ ")}  # an escaped mention would still ring


def _markdown(lines: list[str], links: Mapping[str, str], most: int) -> str:
    """The message with its markup escaped, its first line bold, its quotations set as such."""
    title, *rest = lines
    said = [f"**{_escaped(title)}**"]
    for line in rest:
        quoted = line.startswith("> ")
        said.append(f"> {_escaped(line[2:])}" if quoted else _escaped(line))
    named = " · ".join(f"[{name}](<{url}>)" for name, url in links.items())
    if len(named) > most // 2:
        named = ""
    text = "\n".join(said)[: most - len(named) - 1].rstrip("\\")
    return f"{text}\n{named}" if named else text


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


# ---------------------------------------------------------------- Teams


def _teams(lines: list[str], links: Mapping[str, str]) -> dict[str, Any]:
    """An Adaptive Card: text runs know no Markdown, text blocks would."""
    body = [
        {
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": line, "weight": "default" if number else "bolder"}
            ],
        }
        for number, line in enumerate(lines)
    ]
    actions = [{"type": "Action.OpenUrl", "title": name, "url": url} for name, url in links.items()]
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "msteams": {"width": "Full"},
                    "body": body,
                    "actions": actions,
                },
            }
        ],
    }


_FORMS: dict[Format, Callable[[list[str], Mapping[str, str]], dict[str, Any]]] = {
    Format.SLACK: _slack,
    Format.DISCORD: _discord,
    Format.MATTERMOST: _mattermost,
    Format.TEAMS: _teams,
}
