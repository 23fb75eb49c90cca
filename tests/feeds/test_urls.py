"""One address for one article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.urls import canonical_url, identity, leads_away

SAME = {
    "https://gazette.example/a": "https://gazette.example/a",
    "HTTPS://Gazette.Example:443/a": "https://gazette.example/a",
    "https://gazette.example./a": "https://gazette.example/a",
    "https://gazette.example": "https://gazette.example/",
    "https://gazette.example/a#comments": "https://gazette.example/a",
    "https://gazette.example/a?": "https://gazette.example/a",
    "https://gazette.example/a?utm_source=rss&utm_medium=feed": "https://gazette.example/a",
    "https://gazette.example/a?id=5&fbclid=x&at_campaign=y": "https://gazette.example/a?id=5",
    "https://gazette.example/a?b=2&a=1": "https://gazette.example/a?a=1&b=2",
    "https://gazette.example/a?UTM_Source=x&Id=1": "https://gazette.example/a?Id=1",
    "https://gazette.example/a?page=2": "https://gazette.example/a?page=2",
    "https://gazette.example/a?q=&x": "https://gazette.example/a?q=&x=",
    "https://gazette.example/a?amp=1": "https://gazette.example/a",
    "https://gazette.example/a?outputType=amp": "https://gazette.example/a",
    "https://gazette.example/amp/a": "https://gazette.example/a",
    "https://gazette.example/a/amp/": "https://gazette.example/a",
    "https://gazette.example/a.amp.html": "https://gazette.example/a.html",
    "https://amp.gazette.example/a": "https://www.gazette.example/a",
    "https://gazette.example/amplify": "https://gazette.example/amplify",
    "https://gazette.example//world///a": "https://gazette.example/world/a",
    "https://gazette.example/x/../a/./b": "https://gazette.example/a/b",
    "https://gazette.example/%61": "https://gazette.example/a",
    "https://gazette.example/Zürich": "https://gazette.example/Z%C3%BCrich",
    "https://gazette.example/Z%C3%BCrich": "https://gazette.example/Z%C3%BCrich",
    "https://gazette.example/Z%FCrich": "https://gazette.example/Z%FCrich",
    "https://gazette.example/a%2Fb": "https://gazette.example/a%2Fb",
    "https://reader:word@gazette.example/a": "https://gazette.example/a",
    "http://gazette.example:8080/a": "http://gazette.example:8080/a",
    "http://[2001:db8::1]:80/a": "http://[2001:db8::1]/a",
    " https://gazette.example/a ": "https://gazette.example/a",
}


@pytest.mark.parametrize("url", SAME)
def test_canonical(url: str) -> None:
    assert canonical_url(url) == SAME[url]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a",
        "/a",
        "mailto:x@y.example",
        "javascript:x",
        "http://",
        "http://[::1",
        "https://x:99999/",
        "https://g.example/" + "a" * 3000,
    ],
)
def test_no_address(url: str) -> None:
    assert canonical_url(url) is None


def test_relative_to_a_page() -> None:
    assert (
        canonical_url("../b?utm_source=x", "https://gazette.example/world/a")
        == "https://gazette.example/b"
    )


@given(st.text(max_size=60).map(lambda text: f"https://gazette.example/{text}"))
def test_canonical_is_stable(url: str) -> None:
    once = canonical_url(url)
    assert once is None or canonical_url(once) == once


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    canonical_url(text)
    canonical_url(f"http://{text}")
    identity(text)


def test_identity_joins_schemes_and_hosts() -> None:
    spellings = [
        "https://www.gazette.example/a/",
        "http://gazette.example/a",
        "https://m.gazette.example/a?utm_source=x",
        "https://gazette.example/a#b",
    ]
    assert {identity(each) for each in spellings} == {"gazette.example/a"}


AWAY = {
    "https://www.gazette.example/": True,
    "https://gazette.example": True,
    "https://gazette.example/world/": True,
    "https://gazette.example/world/flood": False,
    "https://www.gazette.example/world/flood/?ref=x": False,
    "http://gazette.example/world/flood-toll": False,
    "https://gazette.example/wor": False,
    "https://other.example/": False,
}


@pytest.mark.parametrize("answered", AWAY)
def test_an_article_taken_down_by_a_redirect(answered: str) -> None:
    assert leads_away("https://gazette.example/world/flood", answered) is AWAY[answered]
