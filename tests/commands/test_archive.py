"""Archives: order, time and bad input."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.commands.archive import read_archive
from monitor.errors import InputError


def _folder(tmp_path: Path, *names: str) -> Path:
    for name in names:
        (tmp_path / name).write_text(f"Title of {name}\n\n-----\n\nBody.\n", "utf-8")
    return tmp_path


def test_a_folder_is_read_by_name_and_a_days_files_are_spread_over_it(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "2023-10-08_1.txt", "2023-10-07_2.txt", "2023-10-07_1.txt")
    texts = read_archive(folder)
    assert [text.name for text in texts] == ["2023-10-07_1", "2023-10-07_2", "2023-10-08_1"]
    assert [text.published.day for text in texts] == [7, 7, 8]
    assert texts[0].published < texts[1].published
    assert texts[0].title == "Title of 2023-10-07_1.txt"
    assert texts[0].text.endswith("Body.\n")  # the text is its own, unchanged


def test_an_order_list_may_leave_out_the_ending(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "2023-10-07_1.txt", "2023-10-07_2.txt")
    order = tmp_path / "order.list"
    order.write_text("2023-10-07_2\n\n2023-10-07_1.txt\n", "utf-8")
    assert [text.name for text in read_archive(folder, order)] == ["2023-10-07_2", "2023-10-07_1"]


def _line(**fields: object) -> str:
    return json.dumps({"url": "https://a.example/1", "published": "2023-10-07", **fields})


def test_lines_are_read_by_time_of_fetching_and_may_hold_odd_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    late = _line(text="Two.", title="T", fetched="2023-10-09T00:00:00Z", outlet="A")
    early = _line(text="One\u2028more.", title="T", published="2023-10-08T10:00:00+02:00")
    path.write_text(late + "\n" + early.replace("\\u2028", "\u2028") + "\n", "utf-8")
    texts = read_archive(path)
    assert [text.text for text in texts] == ["T\n\nOne\u2028more.", "T\n\nTwo."]
    assert texts[0].published == datetime(2023, 10, 8, 8, tzinfo=UTC)
    assert [text.outlet for text in texts] == ["a.example", "A"]


BAD = {
    "no JSON": ("{", "archive.jsonl:1: no JSON"),
    "no object": ("[1]", "archive.jsonl:1: a line has to be an object"),
    "no text": (_line(), "archive.jsonl:1: text is missing"),
    "three keys lacking": (
        "{}",
        "archive.jsonl:1: url and published and text are missing or no text",
    ),
    "no url": (json.dumps({"text": "x", "published": "2023-10-07"}), "url is missing"),
    "no time": (_line(text="x", published="soon"), "archive.jsonl:1: published: 'soon' is no time"),
    "no time of a report": (_line(text="x", published="0001-01-01"), "is no time of a report"),
    "JSON too deep": ("[" * 100_000, "archive.jsonl:1: no JSON"),
}


def test_odd_but_honest_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    half = '{"url": "http://[::1/\\ud83d", "published": "2023-10-07", "text": "A \\ud83d half."}'
    path.write_text(f"\ufeff{half}\r\n", "utf-8")
    [text] = read_archive(path)
    assert (text.url, text.text) == ("http://[::1/\ufffd", "A \ufffd half.")
    assert text.outlet == "archive"


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_named_with_its_place(name: str, tmp_path: Path) -> None:
    line, message = BAD[name]
    path = tmp_path / "archive.jsonl"
    path.write_text(line + "\n", "utf-8")
    with pytest.raises(InputError, match=message.replace("[", r"\[")):
        read_archive(path)


def test_bad_folders_and_files_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_archive(tmp_path / "nothing")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"no \.txt files"):
        read_archive(empty)
    with pytest.raises(InputError, match=r"order\.list:1: there is no file"):
        order = tmp_path / "order.list"
        order.write_text("2023-10-07_9\n", "utf-8")
        read_archive(_folder(tmp_path, "2023-10-07_1.txt"), order)
    undated = tmp_path / "undated"
    undated.mkdir()
    _folder(undated, "2023-13-45_x.txt")
    with pytest.raises(InputError, match="has to begin with a date"):
        read_archive(undated)
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(b"\xe9\n")
    with pytest.raises(InputError, match="no UTF-8 at byte 0"):
        read_archive(latin)
