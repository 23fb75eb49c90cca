"""The configuration: what is read, and how mistakes are explained."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor import wiring
from monitor.config import defaults, load, read_secret, secret_mistakes
from monitor.mistakes import ConfigError
from monitor.starters import BEATS, starter

MISTAKES = {
    "unknown key with the nearest known one": (
        '[http]\ntimout = "5s"\n',
        ["monitor.toml:2: http.timout: unknown key (did you mean timeout?)"],
    ),
    "unknown key like no other": (
        "[store]\nxyzzy = 1\n",
        ["monitor.toml:2: store.xyzzy: unknown key (known: path)"],
    ),
    "unknown table": (
        "[defaults.figure]\n",
        ["monitor.toml:1: defaults.figure: unknown key (did you mean figures?)"],
    ),
    "interval without a unit": (
        '[[feeds]]\nurl = "https://a.example/rss"\ninterval = "15"\n',
        ["monitor.toml:3: feeds[1].interval: 15 is no interval: write 90s, 15m, 12h or 7d"],
    ),
    "interval as a bare number": (
        "[poll]\ninterval = 15\n",
        ["monitor.toml:2: poll.interval: an interval needs its unit: write 15s or 15m"],
    ),
    "interval out of bounds": (
        '[[feeds]]\nurl = "https://a.example/rss"\ninterval = "8d"\n',
        ["monitor.toml:3: feeds[1].interval: an interval lies between 1s and 7d"],
    ),
    "address of another scheme, in the second table": (
        '[[feeds]]\nurl = "https://a.example/rss"\n[[feeds]]\nurl = "ftp://b.example"\n',
        ["monitor.toml:4: feeds[2].url: ftp://b.example is no address"],
    ),
    "address without a host": (
        '[[feeds]]\nurl = "https:///rss"\n',
        ["monitor.toml:2: feeds[1].url: https:///rss is no address"],
    ),
    "missing key": ('[[destinations]]\nname = "a"\n', ["destinations[1].url: this key is missing"]),
    "duplicate name": (
        '[[watches]]\nname = "a"\n[[watches]]\nname = "a"\n',
        ["monitor.toml:4: watches[2].name: 'a' stands twice: give each its own name"],
    ),
    "duplicate feed": (
        '[[feeds]]\nurl = "https://a.example"\n[[feeds]]\nurl = "https://a.example"\n',
        ["monitor.toml:4: feeds[2].url: 'https://a.example' stands twice"],
    ),
    "watch of a destination that isn't there": (
        '[[watches]]\nname = "a"\ndestinations = ["desk"]\n',
        ["watches[1].destinations: there is no destination 'desk'; known: none"],
    ),
    "wrong type": ('[extract]\nworkers = "many"\n', ["monitor.toml:2: extract.workers"]),
    "kind that is none": (
        '[[outlets]]\nname = "A"\nkind = "blog"\n',
        ["monitor.toml:3: outlets[1].kind", "'wire'", "not 'blog'"],
    ),
    "network that is none": (
        '[http]\nallow_networks = ["10.0.0.0/99"]\n',
        ["monitor.toml:2: http.allow_networks", "10.0.0.0/99"],
    ),
    "digest time": ('[defaults.delivery]\ndigest = ["25:00"]\n', ["25:00 is no time of day"]),
    "no TOML": ("[http\n", ["monitor.toml:1: no valid TOML"]),
    "several at once": (
        '[http]\nrobot = true\n[poll]\ninterval = "soon"\n',
        ["http.robot: unknown key (did you mean robots?)", "poll.interval: soon is no interval"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_named_with_place_and_remedy(name: str, tmp_path: Path) -> None:
    text, expected = MISTAKES[name]
    path = tmp_path / "monitor.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    for part in expected:
        assert part in str(caught.value)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="monitor init"):
        load(tmp_path / "monitor.toml")


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text('[store]\npath = "data/m.db"\n[extract]\ndata = "lexicon"\n', "utf-8")
    settings = load(path)
    assert settings.store.path == tmp_path / "data" / "m.db"
    assert settings.extract.data == tmp_path / "lexicon"


def test_the_environment_outranks_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text('[poll]\ninterval = "15m"\n', "utf-8")
    monkeypatch.setenv("MONITOR_POLL__INTERVAL", "1h")
    assert load(path).poll.interval == timedelta(hours=1)


ENVIRONMENT = {
    "a wrong value": ("MONITOR_EXTRACT__WORKERS", "many", "MONITOR_EXTRACT__WORKERS: "),
    "a table that is no JSON": ("MONITOR_STORE", "x", "MONITOR_STORE: a whole table or list"),
    "a list that is no JSON": ("MONITOR_FEEDS", "[x", "MONITOR_FEEDS: a whole table or list"),
    "an address within a list": (
        "MONITOR_FEEDS",
        '[{"url": "ftp://a.example"}]',
        "MONITOR_FEEDS: ftp://a.example is no address",
    ),
    "an unknown key": ("MONITOR_STORE__PAHT", "x", "MONITOR_STORE__PAHT: unknown key"),
}


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_mistakes_in_the_environment_name_the_variable(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable, value, message = ENVIRONMENT[name]
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        defaults()
    assert str(caught.value).startswith(message)


def test_other_variables_of_our_prefix_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_WEBHOOK_SECRET", "whsec_xyz")
    assert defaults().feeds == ()


@pytest.mark.parametrize("beat", BEATS)
def test_starters_are_valid_and_shipped_one_is_current(beat: str, tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(starter(beat), "utf-8")
    assert load(path).feeds
    shipped = Path(__file__).parents[1] / "config" / "monitor.toml"
    assert shipped.read_text("utf-8") == starter("conflict")


def test_secrets_come_from_the_environment_or_a_credential(tmp_path: Path) -> None:
    (tmp_path / "hook").write_text("whsec_abc\n", "utf-8")
    environ = {"HOOK": "whsec_xyz", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_secret("env:HOOK", environ) == "whsec_xyz"
    assert read_secret("credential:hook", environ) == "whsec_abc"
    for reference in ("env:NONE", "credential:none"):
        with pytest.raises(ConfigError):
            read_secret(reference, environ)


def test_a_secret_that_cannot_sign_is_told_before_anything_starts(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(
        '[[destinations]]\nname = "desk"\nurl = "https://a.example/hook"\nsecret = "env:HOOK"\n',
        "utf-8",
    )
    with pytest.raises(ConfigError, match=r"destination 'desk': .* is not base64") as caught:
        wiring.destinations(load(path), {"HOOK": "whsec_???"})
    assert "whsec_???" not in str(caught.value)


def test_the_secret_to_judge_by_is_any_text(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text('[endpoint]\nsecret = "env:JUDGE"\n', "utf-8")
    [mistake] = secret_mistakes(load(path), path, {})
    assert mistake.remedy == "export JUDGE='any long random text'"


def test_how_far_a_retry_after_reaches_is_a_setting(tmp_path: Path) -> None:
    for text, whole_host in (("", True), ("[http]\npause_host = false\n", False)):
        path = tmp_path / "monitor.toml"
        path.write_text(text, "utf-8")
        assert wiring.manners(load(path).http).pause_host is whole_host


@pytest.mark.parametrize(("hour", "good"), [("06:30", True), ("", True), ("6.30", False)])
def test_the_hour_of_the_heartbeat(tmp_path: Path, hour: str, good: bool) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text(f'[defaults.delivery]\nheartbeat = "{hour}"\n', "utf-8")
    if good:
        assert load(path).defaults.delivery.heartbeat == hour
    else:
        with pytest.raises(ConfigError, match="no time of day"):
            load(path)
