"""Walls, errors, stubs and lists are no articles; articles about walls, errors and payments are."""

from __future__ import annotations

import pytest

from monitor.feeds.clean import clean_page
from monitor.intake import Outcome
from tests.feeds.test_clean import STORY, fetched, page

LIVE = (
    '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Live"}</script>'
)
TEASERS = "".join(
    f"<article><h3><a href='/{n}'>Minister {n} on the flood and the dam</a></h3><p><a href='/{n}'>Read more</a></p></article>"
    for n in range(20)
)
SENTENCE = (
    "<p>At least 41 people died when the river burst its banks on Tuesday, the ministry said.</p>"
)

NO_ARTICLES = {
    # consent
    "consent: a title of its own": page("<h1>Before you continue</h1><p>We and our partners store and/or access information on a device.</p><button>Accept</button>", title="Before you continue"),
    "consent: partners counted": page("<p>We value your privacy</p><p>We and our 842 partners use cookies to show you advertising.</p>", title="The Gazette"),
    "consent: a page to choose": page("<h2>Manage your privacy</h2><p>By clicking accept you agree to the use of cookies.</p><ul><li>Necessary</li><li>Marketing</li></ul>", title="Privacy settings"),
    # challenges
    "challenge: just a moment": page("<h1>gazette.example</h1><p>Checking if the site connection is secure</p><p>Ray ID: 7f</p>", title="Just a moment..."),
    "challenge: enable scripts": page("<p>Please enable JS and disable any ad blocker</p>", title="gazette.example"),
    "challenge: press and hold": page("<h1>Access</h1><p>Press and hold to confirm you are a human (and not a bot).</p>", title="Access to this page"),
    "challenge: unusual traffic": page("<p>Our systems have detected unusual traffic from your computer network.</p><p>Prove you are not a robot.</p>", title="Sorry"),
    # paywalls
    "paywall: one sentence and an offer": page(f"{SENTENCE}<p>Subscribe to continue reading.</p><p>Already a subscriber? Sign in</p>"),
    "paywall: a teaser for members": page("<p>The river rose again overnight.</p><p>This article is for subscribers only.</p><p>Start your free trial</p>"),
    "paywall: register": page("<p>The minister resigned.</p><p>Register to read this and five more articles a month.</p>"),
    # errors
    "error: not found with 200": page("<h1>Page not found</h1><p>The page you requested could not be found.</p>", title="404 - The Gazette"),
    "error: maintenance": page("<p>The site is temporarily unavailable. We are down for maintenance.</p>", title="Under maintenance"),
    "error: forbidden": page("<h1>Access Denied</h1><p>You don't have permission to access this server.</p>", title="Access Denied"),
    "error: removed": page("<h1>Sorry</h1><p>This page is no longer available.</p>", title="The Gazette"),
    # lists
    "list: a front page": page(TEASERS, title="The Gazette - News", head='<meta property="og:type" content="website">'),
    "list: an index of live pages": page("<h1>Live</h1>" + TEASERS, title="All live coverage"),
    "list: a topic": page("<h1>Floods</h1><ul>" + "".join(f"<li><a href='/{n}'>Flood story number {n} of the week</a></li>" for n in range(25)) + "</ul>", title="Floods | The Gazette"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_ARTICLES)
def test_what_is_no_article(name: str) -> None:
    clean = clean_page(fetched(NO_ARTICLES[name]))
    assert clean.outcome in (Outcome.NOT_AN_ARTICLE, Outcome.NO_TEXT), clean.text


ARTICLES = {
    "about a consent law": ("Court fines site over cookie banner", "<p>The court fined the site 40,000 euros on Monday because its banner said “We value your privacy” and set cookies all the same.</p>"),
    "about an attack on captchas": ("Robots learn to pass captchas", "<p>“Verify you are human”, the box says, and 94 percent of the programs did, researchers said on Tuesday.</p>"),
    "about paywalls": ("Papers put up paywalls", "<p>“Subscribe to continue reading” is what readers of 30 papers see since Monday, the publishers' union said.</p>"),
    "about an outage": ("Bank's site down for hours", "<p>Customers who opened the site saw the words “service unavailable” for nine hours, the bank said on Friday.</p>"),
    "about a missing page": ("Ministry deletes report", "<p>Who looks for the report finds “404 not found” since Thursday, the opposition said.</p>"),
    "with a subscription line at its end": ("Flood toll rises to 41", "<p>Enjoy unlimited access: start your free trial.</p>"),
    "with a cookie line at its end": ("Flood toll rises to 41", "<p>This site uses cookies to analyse traffic. We and our partners keep them for a year.</p>"),
    "with links to other stories": ("Flood toll rises to 41", "<ul>" + "".join(f"<li><a href='/{n}'>Other story {n} of the day</a></li>" for n in range(12)) + "</ul>"),
}  # fmt: skip


@pytest.mark.parametrize("name", ARTICLES)
def test_what_is_an_article_all_the_same(name: str) -> None:
    title, more = ARTICLES[name]
    clean = clean_page(
        fetched(page(f"<article><h1>{title}</h1>{STORY * 4}{more}</article>", title))
    )
    assert clean.outcome is Outcome.OK, clean.note
    assert "41 people died" in clean.text


def test_a_live_page_says_that_it_is_one() -> None:
    live = page(f"<article><h1>Flood: follow it live</h1>{STORY}</article>", head=LIVE)
    clean = clean_page(fetched(live))
    assert clean.outcome is Outcome.OK and clean.live
