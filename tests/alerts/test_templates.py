"""Messages in the operator's own words: checked before anything is sent, plain where they fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor import wiring
from monitor.alerts.delivery import Destination
from monitor.alerts.formats import Format
from monitor.alerts.samples import sample_alerts
from monitor.alerts.templates import MessageTemplate
from monitor.commands.check import findings
from monitor.config import load
from monitor.errors import InputError
from monitor.mistakes import ConfigError
from monitor.outbox import DeliveryState
from tests.alerts.alert_claims import NOW
from tests.alerts.test_alert_sending import Receiver, delivery, sending, serving

CONFIG = """
[[destinations]]
name = "desk"
url = "https://desk.example/hook"
format = "template"
template = "desk.j2"
content_type = "{content_type}"
"""


def config(folder: Path, template: str, content_type: str = "text/plain") -> Path:
    (folder / "desk.j2").write_text(template, "utf-8")
    path = folder / "monitor.toml"
    path.write_text(CONFIG.format(content_type=content_type), "utf-8")
    return path


async def test_a_template_is_sent_in_place_of_the_payload(tmp_path: Path) -> None:
    path = config(
        tmp_path, "{{ type }}: {{ title }}{% if difference %} ({{ severity }}){% endif %}"
    )
    [desk] = wiring.destinations(load(path), {})
    receiver = Receiver()
    async with serving(receiver) as url, sending() as sender:
        sent = delivery()
        attempt = await sender.send(
            sent, Destination("desk", url, format=Format.TEMPLATE, template=desk.template), NOW
        )
    [(headers, body)] = receiver.got
    assert attempt.state is DeliveryState.DELIVERED
    assert body.decode() == f"figure.raised: {sent.payload['title']} (notice)"
    assert headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize("content_type", ["text/plain", "application/json; charset=utf-8"])
async def test_one_that_fails_on_a_message_gives_way_to_the_plain_words(content_type: str) -> None:
    template = MessageTemplate("{{ thread.place.name | upper }}", content_type)
    receiver, sent = Receiver(), delivery()
    sent.payload["thread"]["place"] = None
    async with serving(receiver) as url, sending() as sender:
        desk = Destination("desk", url, format=Format.TEMPLATE, template=template)
        attempt = await sender.send(sent, desk, NOW)
    [(_, body)] = receiver.got
    text = json.loads(body)["text"] if "json" in content_type else body.decode()
    assert text == sent.payload["text"]
    assert "sent plain, the template failed: UndefinedError" in attempt.note


@pytest.mark.parametrize(
    ("template", "content_type", "problem"),
    [
        ("{% if %}", "text/plain", "line 1: Expected an expression"),
        ("a\n{{ nothing }}", "text/plain", "on the sample 'TEST"),
        ("{{ ''.__class__.__mro__ }}", "text/plain", "SecurityError"),
        ("{{ why.append('x') }}", "text/plain", "SecurityError"),
        ("  ", "text/plain", "it makes an empty message"),
        ("{{ title }}", "application/json", "it makes no valid JSON"),
        ("{% for n in range(99999) %}{{ title }}{% endfor %}", "text/plain", "more than 100,000"),
        ("{{ 1 / 0 }}", "text/plain", "ZeroDivisionError"),
        ("{% include 'other' %}", "text/plain", "no loader"),
    ],
)
def test_a_bad_one_is_a_mistake_of_the_configuration(
    tmp_path: Path, template: str, content_type: str, problem: str
) -> None:
    path = config(tmp_path, template, content_type)
    with pytest.raises(ConfigError, match=r"desk\.j2") as caught:
        wiring.destinations(load(path), {})
    assert problem in str(caught.value)
    assert [str(each) for each in findings(path, {})[0]] == [
        str(each) for each in caught.value.mistakes
    ]


def test_format_and_file_go_together(tmp_path: Path) -> None:
    path = config(tmp_path, "{{ title }}")
    path.write_text(path.read_text("utf-8").replace('format = "template"', ""), "utf-8")
    with pytest.raises(ConfigError, match="go together"):
        load(path)
    (tmp_path / "desk.j2").unlink()
    with pytest.raises(ConfigError, match="can't be read"):
        wiring.destinations(load(config_without_file(tmp_path)), {})


def config_without_file(folder: Path) -> Path:
    path = folder / "monitor.toml"
    path.write_text(CONFIG.format(content_type="text/plain"), "utf-8")
    return path


def test_every_sample_can_be_told_with_json_filters() -> None:
    template = MessageTemplate('{"text": {{ text | tojson }}}', "application/json")
    payloads: list[dict[str, Any]] = [alert.payload for alert in sample_alerts(NOW)]
    template.check(payloads)
    for payload in payloads:
        assert json.loads(template.render(payload).body)["text"] == payload["text"]


def test_no_template_is_empty() -> None:
    with pytest.raises(InputError, match="empty"):
        MessageTemplate("").check([sample_alerts(NOW)[0].payload])
