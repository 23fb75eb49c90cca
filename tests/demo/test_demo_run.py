"""The demonstration as a user starts it, in less time than it likes."""

from __future__ import annotations

import pytest

from monitor.commands.backtest import backtest
from monitor.demo.run import run_demo
from monitor.errors import InputError
from monitor.store import Store


def test_it_runs_and_ends_by_itself(tmp_path, capfd) -> None:
    path = tmp_path / "demo.db"
    assert run_demo(path, 22) == 0
    said = capfd.readouterr().out
    assert "The week is over." in said
    assert f"browse {path}" in said.replace("\n", "")
    with Store.read(path) as store:
        assert store.alerts.newest_of("monitor.baseline") is not None
        assert store.status.counts().articles >= 4
        assert store.status.counts().dead == 0
    config = tmp_path / "same.toml"  # the demonstration goes by the built-in rules
    config.write_text('[[destinations]]\nname = "receiver"\nurl = "https://r.example"\n', "utf-8")
    assert backtest(config, path, "30d")[-1] == "these rules send exactly what was sent"


def test_a_store_that_exists_is_left_alone(tmp_path) -> None:
    path = tmp_path / "mine.db"
    path.write_bytes(b"mine")
    with pytest.raises(InputError, match="name a new file"):
        run_demo(path, 20)
    assert path.read_bytes() == b"mine"
