"""Pages to articles: furniture left out, walls recognised, and any bytes at all."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.clean import clean_article, clean_entry, clean_page, version
from monitor.feeds.encoding import decoded
from monitor.feeds.furniture import line_key
from monitor.intake import CleanText, Entry, Fetch, Outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://gazette.example/world/flood-toll?utm_source=rss"
HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "corpora"

SENTENCES = [
    "At least 41 people died when the river burst its banks on Tuesday, the interior ministry said.",
    "“We expect the number to rise,” the minister told reporters in the capital.",
    "The governor said more than 3,000 homes were destroyed in two days of rain.",
]
STORY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
ENTRY = Entry(
    "1",
    "https://gazette.example/1",
    "Flood toll rises",
    NOW,
    summary_html="<p>Forty-one people died. [&#8230;]</p>",
)


def fetched(
    page: str | bytes, content_type: str | None = "text/html; charset=utf-8", url: str = URL
) -> Fetch:
    body = page.encode() if isinstance(page, str) else page
    return Fetch(url, Outcome.OK, NOW, 0.1, 200, body=body, content_type=content_type)


def cleaned(
    page: str | bytes, content_type: str | None = "text/html; charset=utf-8", url: str = URL
) -> CleanText:
    return clean_page(fetched(page, content_type, url))


def page(
    body: str,
    title: str = "Flood toll rises to 41 in the north",
    head: str = "",
    language: str = "en",
) -> str:
    return f'<html lang="{language}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def test_an_article_among_furniture() -> None:
    clean = cleaned((HERE / "furnished.html").read_bytes())
    assert clean.text.split("\n") == [
        "Flood toll in Northmark rises to 41",
        "",
        "At least 41 people have died in floods in Northmark, the interior ministry told Wire on Tuesday.",
        "“We expect the number to rise,” the minister said. Rescuers have reached 12\u00a0400 people so far.",
        "“Nobody was left behind,” a spokesman for the civil defence said.",
        "More than 3,000 homes were destroyed, according to the governor.",
        "The ministry had put the toll at 35 on Monday.",
    ]
    assert clean.outcome is Outcome.OK
    assert clean.title == "Flood toll in Northmark rises to 41"
    assert clean.basis == "page"
    assert clean.cleaner == version()
    assert clean.canonical_url == "https://gazette.example/world/flood-toll"
    assert clean.published == datetime(2023, 10, 24, 15, 55, tzinfo=UTC)
    assert clean.language == "en"


KEPT = {
    "one_short_paragraph": page("<nav><a href=/>Home</a></nav><article><p>At least 12 people were killed, residents said.</p></article>"),
    "no_markup_of_an_article": page(f"<div class=a><div class=b>{'<br><br>'.join(SENTENCES)}</div></div>"),
    "everything_in_a_form": page(f"<form id=aspnet><div>{STORY * 2}</div><textarea></textarea></form>"),
    "classes_that_sound_like_furniture": page(f'<main class="subscribe-open related-page"><article class="share-top">{STORY}</article></main>'),
    "plain_text": "\n".join(SENTENCES),
    "a_story_about_cookies": page(f"<article>{STORY}<p>The court said that sites have to ask before they set cookies, and fined two of them.</p></article>"),
    "a_story_about_a_404": page(f"<article>{STORY * 1}<p>Visitors saw a page that said it was not found, officials said.</p></article>", "Ministry site shows error"),
    "a_table": page("<article>" + STORY + "<table><tr><th>Region</th><th>Dead</th></tr><tr><td>North</td><td>21</td></tr></table></article>"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_articles_are_kept(name: str) -> None:
    clean = cleaned(KEPT[name], "text/plain" if name == "plain_text" else "text/html")
    assert clean.outcome is Outcome.OK, clean.note
    assert "people" in clean.text
    assert "Home" not in clean.text


LISTED = "".join(
    f'<article><h2><a href="/{n}">Headline number {n} of the flood</a></h2><p>A short teaser {n}</p></article>'
    for n in range(30)
)
GERMAN = "<p>Mindestens 41 Menschen sind beim Hochwasser ums Leben gekommen, teilte das Innenministerium am Dienstag mit; die Zahl der Toten werde steigen, sagte der Minister in der Hauptstadt.</p>"
REFUSED = {
    "challenge_by_title": (page("<p>gazette.example needs to review the security of your connection.</p>", "Just a moment..."), Outcome.NOT_AN_ARTICLE),
    "challenge_by_text": (page("<p>Verifying you are human. This may take a few seconds.</p>", "gazette.example"), Outcome.NOT_AN_ARTICLE),
    "challenge_by_marks": (page("<script src='/cdn-cgi/challenge-platform/x.js'></script>", "gazette.example"), Outcome.NOT_AN_ARTICLE),
    "ad_blocker": (page("<p>Please enable JS and disable any ad blocker</p>", "gazette.example"), Outcome.NOT_AN_ARTICLE),
    "consent": (page("<p>We and our partners store and/or access information on a device, such as cookies.</p>", "Your privacy"), Outcome.NOT_AN_ARTICLE),
    "missing_page": (page("<h1>Page not found</h1><p>The page you are looking for does not exist.</p>", "Page not found"), Outcome.NOT_AN_ARTICLE),
    "server_error": (page("<h1>Internal Server Error</h1><p>An error occurred while processing your request.</p>", "Error"), Outcome.NOT_AN_ARTICLE),
    "maintenance": (page("<p>The site is down for maintenance. Please try again later.</p>", "Gazette"), Outcome.NOT_AN_ARTICLE),
    "login": (page("<p>Your name</p><p>Your password</p>", "Log in | Gazette"), Outcome.NOT_AN_ARTICLE),
    "paywall": (page("<p>The river rose.</p><p>To continue reading this story, start your free trial.</p>"), Outcome.NOT_AN_ARTICLE),
    "front_page": (page(f"<main>{LISTED}</main>", "Gazette", '<meta property="og:type" content="website">'), Outcome.NOT_AN_ARTICLE),
    "list_of_links": (page("<ul>" + "".join(f"<li><a href=/{n}>Headline {n} of a flood in the north</a></li>" for n in range(40)) + "</ul>"), Outcome.NOT_AN_ARTICLE),
    "german": (page(f"<article>{GERMAN}</article>", "Hochwasser", language="de"), Outcome.LANGUAGE),
    "german_called_english": (page(f"<article>{GERMAN}</article>", "Hochwasser"), Outcome.LANGUAGE),
    "arabic": (page("<p>قالت وزارة الداخلية إن واحدا وأربعين شخصا على الأقل لقوا حتفهم</p>"), Outcome.LANGUAGE),
    "nothing": ("", Outcome.NO_TEXT),
    "no_body": ("<html>", Outcome.NO_TEXT),
    "script_only": (page("<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>", "Gazette"), Outcome.NO_TEXT),
    "cut_by_nesting": (page("<div>" * 5000 + STORY), Outcome.NO_TEXT),
    "elements_without_end": (page("<p>x</p>" * 60_000), Outcome.TOO_LARGE),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_article(name: str) -> None:
    body, outcome = REFUSED[name]
    clean = cleaned(body)
    assert (clean.outcome, bool(clean.note)) == (outcome, True), clean


def test_other_kinds_of_files() -> None:
    assert cleaned(b"%PDF-1.4", "application/pdf").outcome is Outcome.NOT_AN_ARTICLE
    assert cleaned(b"\x89PNG", "image/png").outcome is Outcome.NOT_AN_ARTICLE
    assert cleaned(page(STORY), None).outcome is Outcome.OK


def test_another_language_is_told_by_its_words_not_its_label() -> None:
    assert cleaned(page(f"<article>{STORY}</article>", language="de")).language == "en"


def test_a_failed_fetch_keeps_its_outcome() -> None:
    failed = replace(fetched(b""), outcome=Outcome.TIMEOUT, note="no full answer within 30 s")
    assert clean_page(failed).outcome is Outcome.TIMEOUT
    assert clean_article(failed, None).note == "no full answer within 30 s"


def test_the_feed_stands_in_for_a_page_that_cannot_be_read() -> None:
    wall = fetched(page("<p>Verifying you are human.</p>", "Just a moment..."))
    full = replace(ENTRY, content_html=STORY)
    summary = clean_article(wall, ENTRY)
    assert (summary.basis, summary.text) == (
        "feed_summary",
        "Flood toll rises\n\nForty-one people died.…",
    )
    assert summary.note.startswith("page: not_an_article (challenge")
    content = clean_article(wall, full)
    assert (content.basis, content.text.split("\n")[2:]) == ("feed_content", SENTENCES)
    assert clean_article(fetched(page(f"<article>{STORY}</article>")), full).basis == "page"
    assert clean_article(None, ENTRY).basis == "feed_summary"
    nothing = clean_article(wall, replace(ENTRY, summary_html=None))
    assert nothing.outcome is Outcome.NOT_AN_ARTICLE


def test_feed_content_keeps_its_paragraphs() -> None:
    markup = "<p>One <b>bold</b> word.</p>\n<p>Two<br/>lines</p><ul><li>12&nbsp;400 safe</li></ul><p>The post A flood appeared first on Gazette.</p><script>x()</script>"
    clean = clean_entry(replace(ENTRY, content_html=markup))
    assert clean.text.split("\n") == [
        "Flood toll rises",
        "",
        "One bold word.",
        "Two",
        "lines",
        "12\u00a0400 safe",
    ]


def test_lines_that_an_outlet_repeats_are_dropped() -> None:
    drop = frozenset({line_key("The Gazette is an independent newspaper of the north.")})
    story = (
        f"<article>{STORY}<p>The Gazette is an independent newspaper of the north.</p></article>"
    )
    assert "independent" in cleaned(page(story)).text
    assert "independent" not in clean_page(fetched(page(story)), drop).text


INSERTS = {
    "a_link_between_paragraphs": "<p><a href='/storm'>Storm kills 200 in the south</a></p>",
    "a_bold_link": "<p><strong><a href='/storm'>Storm kills 200 in the south</a> »</strong></p>",
    "a_heading_that_links": "<h3><a href='/storm'>Storm kills 200 in the south</a></h3>",
    "read_more": "<p><em>Read more:</em> <a href='/storm'>Storm kills 200 in the south</a></p>",
    "a_list_for_screen_readers": "<p>Recommended Stories</p><p>list of 2 items</p><ul><li>Storm kills 200 in the south</li><li>Quake hurts 200</li></ul><p>end of list</p>",
    "a_newsletter": "<p>skip past newsletter promotion</p><p>Join the 200 who read our letter each day</p><p>after newsletter promotion</p>",
    "a_caption": "<p>Image caption, The 200 who fled the river</p>",
    "a_credit": "<p>Photo: Agency/200</p>",
    "a_clock": "<p>Updated 200 minutes ago</p><p>Last updated: Tuesday, 24 October 2023, 20:00 GMT</p>",
    "shares": "<p>200 shares</p><p>Share | Tweet | Email</p>",
    "a_video": "<p>This video can not be played</p><figure><video></video><figcaption>Watch 200 boats</figcaption></figure>",
    "a_script_note": "<noscript>200 trackers</noscript><p>JavaScript is needed to play this, 200 times.</p>",
}  # fmt: skip


@pytest.mark.parametrize("name", INSERTS)
def test_inserts_are_left_out(name: str) -> None:
    insert = INSERTS[name]
    first, *rest = (f"<p>{sentence}</p>" for sentence in SENTENCES)
    assert (
        cleaned(page(f"<article>{first}{insert}{''.join(rest)}</article>")).text.split("\n")[2:]
        == SENTENCES
    )
    carried = clean_entry(replace(ENTRY, content_html=f"{first}{insert}{''.join(rest)}"))
    assert carried.text.split("\n")[2:] == SENTENCES


KEPT_LINES = [
    "Updated figures show that 41 people died.",
    "Published on Tuesday, the report counts 41 dead.",
    "41 of 60 villages are cut off.",
    "Source: the ministry, which counts 41 dead, has not been named before, officials who asked not to be named said on Tuesday night in the capital after the talks.",
    "More than 41 people died.",
    "Live rounds were fired, witnesses said.",
    "Follow the money, the prosecutor said on Tuesday.",
    "<a href='/statement'>The ministry said in a statement that 41 people died.</a>",
    "Sign language interpreters were at the scene.",
    "Comments by the minister drew protests.",
    "Related deaths rose to 41, the ministry said.",
]


@pytest.mark.parametrize("line", KEPT_LINES)
def test_sentences_that_sound_like_furniture_stay(line: str) -> None:
    kept = re.sub("<[^>]+>", "", line)
    assert kept in cleaned(page(f"<article>{STORY}<p>{line}</p></article>")).text
    assert kept in clean_entry(replace(ENTRY, content_html=f"{STORY}<p>{line}</p>")).text


TITLES = {
    "heading": ("<h1>Flood toll rises to 41</h1>", "Gazette", "", "Flood toll rises to 41"),
    "site_after_a_bar": ("", "Flood toll rises to 41 | The Gazette", "", "Flood toll rises to 41"),
    "site_by_name": ("", "Flood toll rises to 41 - The Gazette", '<meta property="og:site_name" content="The Gazette">', "Flood toll rises to 41"),
    "a_dash_of_its_own": ("", "Flood toll rises - minister", "", "Flood toll rises - minister"),
    "several_headings": ("<h1>Gazette</h1><h1>Flood toll rises to 41</h1>", "Flood toll rises to 41 | Gazette", "", "Flood toll rises to 41"),
    "marked_up": ("<h1>Flood <em>toll</em> rises&nbsp;to 41</h1>", "x", "", "Flood toll rises to 41"),
}  # fmt: skip


@pytest.mark.parametrize("name", TITLES)
def test_titles(name: str) -> None:
    heading, title, head, expected = TITLES[name]
    assert cleaned(page(f"{heading}<article>{STORY}</article>", title, head)).title == expected


ADDRESSES = {
    "none": ("", "https://gazette.example/world/flood-toll"),
    "own": ('<link rel="canonical" href="/world/flood">', "https://gazette.example/world/flood"),
    "with_www": ('<link rel="canonical" href="https://www.gazette.example/world/flood">', "https://www.gazette.example/world/flood"),
    "the_front_page": ('<link rel="canonical" href="https://gazette.example/">', "https://gazette.example/world/flood-toll"),
    "another_site": ('<link rel="canonical" href="https://wire.example/flood">', "https://gazette.example/world/flood-toll"),
    "nonsense": ('<link rel="canonical" href="http://[::1">', "https://gazette.example/world/flood-toll"),
}  # fmt: skip


@pytest.mark.parametrize("name", ADDRESSES)
def test_canonical_addresses(name: str) -> None:
    head, expected = ADDRESSES[name]
    assert cleaned(page(f"<article>{STORY}</article>", head=head)).canonical_url == expected


PUBLISHED = {
    '<meta property="article:published_time" content="2023-10-24T15:55:00Z">': 15,
    '<meta itemprop="datePublished" content="2023-10-24T15:55:00+0200">': 13,
    '<script type="application/ld+json">[{"@type": ["NewsArticle"], "datePublished": "2023-10-24T15:55:00-04:00"}]</script>': 19,
    '<meta name="date" content="2023-10-24">': None,
    '<meta name="date" content="24/10/2023 15:55">': None,
    '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": </script>': None,
}  # fmt: skip


@pytest.mark.parametrize("head", PUBLISHED)
def test_dates_of_publication(head: str) -> None:
    published = cleaned(page(f"<article>{STORY}</article>", head=head)).published
    assert (published.hour if published else None) == PUBLISHED[head]


def test_live_pages_say_so() -> None:
    head = '<script type="application/ld+json">{"@graph": [{"@type": "LiveBlogPosting"}]}</script>'
    assert cleaned(page(f"<article>{STORY}</article>", head=head)).live
    assert not cleaned(page(f"<article>{STORY}</article>")).live


WORDS = "Zürich – “41 déad”"
DECODED = {
    "header": (WORDS.encode("cp1252"), "text/html; charset=windows-1252", WORDS),
    "header_latin_1": (WORDS.encode("cp1252"), "text/html; charset=ISO-8859-1", WORDS),
    "meta": (b'<meta charset="windows-1252">' + WORDS.encode("cp1252"), "text/html", '<meta charset="windows-1252">' + WORDS),
    "meta_wrong": (b'<meta charset="iso-8859-1">' + WORDS.encode(), "text/html", '<meta charset="iso-8859-1">' + WORDS),
    "header_wrong": (WORDS.encode(), "text/html; charset=iso-8859-1", WORDS),
    "header_nonsense": (WORDS.encode(), "text/html; charset=x-no", WORDS),
    "undeclared_cp1252": (WORDS.encode("cp1252"), "text/html", WORDS),
    "undeclared_utf_8": (WORDS.encode(), None, WORDS),
    "one_broken_byte": ((WORDS + " und ").encode() + b"\xff", "text/html; charset=utf-8", WORDS + " und \ufffd"),
    "byte_order_mark": (WORDS.encode("utf-16"), "text/html; charset=utf-8", WORDS),
    "cyrillic": ("Привет мир".encode("koi8-r"), "text/html; charset=koi8-r", "Привет мир"),
    "chinese": ("洪水死亡人数".encode("gb18030"), "text/html; charset=gb2312", "洪水死亡人数"),
    "a_codec_that_is_no_text": (WORDS.encode(), "text/html; charset=rot13", WORDS),
}  # fmt: skip


@pytest.mark.parametrize("name", DECODED)
def test_encodings(name: str) -> None:
    body, content_type, expected = DECODED[name]
    assert decoded(body, content_type) == expected


PIECES = st.sampled_from(
    [
        b"<html>", b"<body>", b"<article>", b"<p>", b"</p>", b"<h1>", b"<table><tr><td>", b"<script type='application/ld+json'>", b"</script>",
        b'{"@type": "NewsArticle", "datePublished": 5}', b"<meta property='og:title' content='", b"'>", b"&nbsp;", b"&#x110000;", b"<!--", b"-->",
        b"<link rel='canonical' href='", b"\x00", b"\xff\xfe", b"At least 41 people died, he said. ", b"<ul><li>", b"<svg><math>", b"<form>", b"<?xml",
    ]
)  # fmt: skip


@given(
    st.one_of(
        st.binary(max_size=200), st.lists(PIECES | st.binary(max_size=6), max_size=40).map(b"".join)
    )
)
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_cleaned_without_raising(body: bytes) -> None:
    for content_type in ("text/html", "text/html; charset=utf-16", None):
        clean = clean_article(fetched(body, content_type), ENTRY)
        assert clean.outcome is Outcome.OK or clean.note
        assert clean.outcome is not Outcome.OK or clean.text.strip()
        assert clean.text.isprintable() or "\n" in clean.text


@given(
    st.text(max_size=300)
    | st.lists(PIECES.map(lambda piece: piece.decode("latin-1")), max_size=40).map("".join)
)
@settings(deadline=None, max_examples=150)
def test_any_markup_of_a_feed_is_cleaned_without_raising(markup: str) -> None:
    clean = clean_entry(replace(ENTRY, content_html=markup, summary_html=markup))
    assert "could not be read" not in clean.note
    assert (clean.outcome is Outcome.NO_TEXT) == (not clean.text)


@pytest.mark.corpora
@pytest.mark.skipif(not SHARED.exists(), reason="the evaluation data is absent")
def test_no_paragraph_of_a_real_report_is_lost() -> None:
    lost = total = 0
    for file in SHARED.glob("*/dev/articles/*.txt"):
        title, _, body = file.read_text("utf-8").partition("\n\n")
        paragraphs = [
            " ".join(line.split()) for line in body.split("\n") if re.search(r"\w{3}", line)
        ]
        story = "".join(f"<p>{html.escape(each)}</p>" for each in paragraphs)
        clean = cleaned(
            page(
                f"<nav><a href=/>Home</a></nav><h1>{html.escape(title)}</h1><div>{story}</div>",
                html.escape(title),
            )
        )
        assert clean.outcome is Outcome.OK
        got = {_bare(line) for line in clean.text.split("\n")}
        lost += sum(_bare(each) not in got for each in paragraphs)
        total += len(paragraphs)
    assert lost <= 0.002 * total


def _bare(line: str) -> str:
    return re.sub(r"\W+", "", line)
