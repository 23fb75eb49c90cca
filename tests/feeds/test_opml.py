"""Lists of feeds in and out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import InputError
from monitor.feeds.opml import ListedFeed, read_opml, write_opml

LIST = b"""<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="World"><outline text="Gazette" title="The Gazette" type="rss" xmlUrl="https://gazette.example/feed?a=1&amp;b=2"/>
<outline text="Courier" xmlurl="https://courier.example/rss"/></outline>
<outline text="Twice" xmlUrl="https://courier.example/rss"/><outline text="Only a page" htmlUrl="https://page.example"/>
<outline text="A file" xmlUrl="file:///etc/passwd"/><outline text="Inside" xmlUrl="http://127.0.0.1/feed"/></body></opml>"""


def test_a_list_is_read() -> None:
    feeds, refused = read_opml(LIST)
    assert feeds == [
        ListedFeed("https://gazette.example/feed?a=1&b=2", "The Gazette"),
        ListedFeed("https://courier.example/rss", "Courier"),
    ]
    assert refused == ["file:///etc/passwd", "http://127.0.0.1/feed"]


@pytest.mark.parametrize(
    "body", [b"", b"offline", b"<rss/>", b"\xff\xfe", b"<!DOCTYPE html><html></html>"]
)
def test_what_is_no_list(body: bytes) -> None:
    with pytest.raises(InputError, match="no OPML"):
        read_opml(body)


@given(
    st.lists(
        st.builds(
            ListedFeed,
            st.integers().map(lambda n: f"https://g.example/?a&n={n}"),
            st.text(max_size=20),
        ),
        unique_by=lambda feed: feed.url,
    )
)
def test_what_is_written_is_read_again(feeds: list[ListedFeed]) -> None:
    read, refused = read_opml(write_opml(feeds).encode())
    assert [feed.url for feed in read] == [feed.url for feed in feeds]
    assert refused == []


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    try:
        read_opml(body)
    except InputError as error:
        assert str(error).startswith("no OPML")
