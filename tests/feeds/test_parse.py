"""Bytes to entries: every format, every usual disease, and any bytes at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds import salvage, wellformed
from monitor.feeds.document import Document
from monitor.feeds.parse import MOST_ENTRIES, feed_links, parse_feed, parse_quickly
from monitor.feeds.plain import unmarked
from monitor.intake import Outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://gazette.example/feed"
AT = datetime(2023, 10, 24, 13, 55, tzinfo=UTC)


def parsed(body: bytes | str, content_type: str = "application/xml", most: int = MOST_ENTRIES):
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(raw, {"content-type": content_type}, URL, NOW, most)


def rss(items: str, prolog: str = '<?xml version="1.0"?>', channel: str = "") -> str:
    return f'{prolog}<rss version="2.0"><channel><title>Gazette</title>{channel}{items}</channel></rss>'


ITEM = (
    "<item><title>Dam holds at Zürich – 32&#160;845 safe</title><link>https://gazette.example/1</link>"
    "<guid isPermaLink='false'>one</guid><pubDate>Tue, 24 Oct 2023 15:55:00 +0200</pubDate></item>"
)
TITLE = "Dam holds at Zürich – 32\u00a0845 safe"
PLAIN = ITEM.replace("ü", "u").replace("–", "-").replace("&#160;", ",")

FORMATS = {
    "rss_0.91": '<rss version="0.91"><channel>' + ITEM + "</channel></rss>",
    "rss_0.92_netscape": '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    '<rss version="0.91"><channel>' + ITEM + "</channel></rss>",
    "rss_2.0": rss(ITEM),
    "rss_2.0_own_namespace": '<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel>' + ITEM + "</channel></rss>",
    "rss_1.0": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    '<channel rdf:about="x"><title>G</title></channel><item rdf:about="one"><title>' + TITLE + "</title><link>https://gazette.example/1</link>"
    "<dc:date>2023-10-24T15:55:00+02:00</dc:date></item></rdf:RDF>",
    "atom_1.0": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>one</id><title>' + TITLE + '</title><link href="https://gazette.example/1"/>'
    '<link rel="enclosure" href="https://gazette.example/sound.mp3"/><updated>2023-10-24T13:55:00Z</updated></entry></feed>',
    "atom_0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>one</id><title>' + TITLE + '</title>'
    '<link rel="alternate" type="text/html" href="https://gazette.example/1"/><issued>2023-10-24T15:55:00+02:00</issued></entry></feed>',
    "json_feed": '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "one", "url": "/1", "title": "' + TITLE + '", '
    '"date_published": "2023-10-24T15:55:00+02:00"}]}',
    "upper_case": "<RSS VERSION='2.0'><CHANNEL><ITEM><TITLE>" + TITLE + "</TITLE><LINK>https://gazette.example/1</LINK><GUID>one</GUID>"
    "<PUBDATE>Tue, 24 Oct 2023 15:55:00 +0200</PUBDATE></ITEM></CHANNEL></RSS>",
    "half_a_namespace": rss("<media:thing/>" + ITEM),
    "a_bare_ampersand": rss(ITEM.replace("<item>", "<item><category>War & peace</category>")),
    "a_control_character": rss(ITEM.replace("Dam", "D\x01am")),
    "an_html_entity": rss(ITEM.replace("&#160;", "&nbsp;").replace("–", "&ndash;")),
    "a_title_in_cdata": rss(ITEM.replace("Dam holds", "<![CDATA[<b>Dam</b> holds]]>")),
    "a_title_escaped_twice": rss(ITEM.replace("Dam holds", "&amp;lt;i&amp;gt;Dam&amp;lt;/i&amp;gt; holds")),
    "a_warning_before_it": "<br />\n<b>Warning</b>: mysql_connect() on line 3\n" + rss(ITEM),
    "blank_lines_before_it": "\n\n  " + rss(ITEM),
    "a_byte_order_mark": "\ufeff" + rss(ITEM),
    "hidden_signs_in_the_title": rss(ITEM.replace("Dam", "\u202eD\u200bam\u00ad")),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_gives_the_same_entry(name: str) -> None:
    result = parsed(FORMATS[name])
    assert result.outcome in (Outcome.OK, Outcome.PARTIAL)
    (entry,) = result.entries
    assert entry.title == TITLE
    assert entry.url == "https://gazette.example/1"
    assert entry.published == AT
    assert entry.key == "one"
    assert entry.flags == ()


ENCODINGS = [
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1", "iso-8859-15", "windows-1252", "windows-1250",
    "windows-1251", "windows-1253", "windows-1254", "windows-1256", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9",
    "koi8-r", "koi8-u", "macintosh", "shift_jis", "euc-jp", "iso-2022-jp", "gb2312", "gbk", "gb18030", "big5", "euc-kr", "cp437", "cp866",
]  # fmt: skip
SAMPLES = "äößé ąęł привет їє γειά ğış سلام 日本語 中文 한국어 –“”€"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_declared_encodings(encoding: str) -> None:
    title = "".join(sign for sign in SAMPLES if _can(sign, encoding))
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>'
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    body = mark + rss(PLAIN.replace("Dam", f"Dam {title} Dam"), prolog).encode(encoding)
    (entry,) = parsed(body).entries
    assert " ".join(f"Dam {title} Dam".split()) in entry.title


def _can(sign: str, encoding: str) -> bool:
    try:
        return sign.encode(encoding).decode(encoding) == sign
    except UnicodeError:
        return False


MISLABELLED = {
    "utf-8 in text/xml without a charset": (rss(ITEM).encode(), "text/xml"),
    "utf-8 that a header calls latin-1": (rss(ITEM).encode(), "text/xml; charset=iso-8859-1"),
    "utf-8 that its prolog calls latin-1": (rss(ITEM, '<?xml version="1.0" encoding="iso-8859-1"?>').encode(), "text/xml"),
    "utf-8 that its prolog calls nonsense": (rss(ITEM, '<?xml version="1.0" encoding="x-no"?>').encode(), "text/xml"),
    "cp1252 without a word": (rss(ITEM).encode("cp1252"), "application/xml"),
    "cp1252 that its prolog calls latin-1": (rss(ITEM, '<?xml version="1.0" encoding="iso-8859-1"?>').encode("cp1252"), "text/xml"),
    "cp1252 that its prolog calls utf-8": (rss(ITEM, '<?xml version="1.0" encoding="utf-8"?>').encode("cp1252"), "text/xml"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISLABELLED)
def test_wrong_labels(name: str) -> None:
    body, content_type = MISLABELLED[name]
    (entry,) = parsed(body, content_type).entries
    assert entry.title == TITLE


DATES = {
    "Tue, 24 Oct 2023 15:55:00 +0200": (AT, ""),
    "Tue, 24 Oct 2023 09:55:00 EDT": (AT - timedelta(minutes=0), ""),
    "24 Oct 2023 13:55 GMT": (AT, ""),
    "2023-10-24T13:55:00Z": (AT, ""),
    "2023-10-24T13:55:00.123Z": (AT.replace(microsecond=123_000), ""),
    "2023-10-24 13:55:00": (AT, ""),
    "2023-10-24": (AT.replace(hour=0, minute=0), ""),
    "Thu, 01 Jan 1970 00:00:00 GMT": (None, "ancient_date"),
    "0001-01-01T00:00:00Z": (None, "ancient_date"),
    "Sun, 01 Mar 2026 12:05:00 GMT": (NOW + timedelta(minutes=5), ""),
    "Sun, 01 Mar 2026 18:00:00 GMT": (NOW, "future_date"),
    "Mon, 24 Oct 2089 15:55:00 GMT": (None, "future_date"),
    "yesterday": (None, "no_date"),
    "": (None, "no_date"),
    "Tue, 99 Foo 2023 99:99:99 GMT": (None, "no_date"),
}  # fmt: skip


@pytest.mark.parametrize("written", DATES, ids=lambda written: written[:40])
def test_dates(written: str) -> None:
    date, flag = DATES[written]
    item = (
        f"<item><title>Dam</title><guid>1</guid><link>/1</link><pubDate>{written}</pubDate></item>"
    )
    (entry,) = parsed(rss(item)).entries
    assert (entry.published.replace(microsecond=0) if entry.published else None) == (
        date.replace(microsecond=0) if date else None
    )
    assert entry.flags == ((flag,) if flag else ())


IDENTITIES = {
    "no id: the link": ("<item><title>a</title><link>/1</link></item>", ["https://gazette.example/1"], 0),
    "no id, no link: what it says": ("<item><title>a</title></item>", None, 0),
    "an id that is a link": ("<item><guid>https://gazette.example/1</guid></item>", ["https://gazette.example/1"], 0),
    "one id twice": ("<item><guid>1</guid><title>a</title></item>" * 2, ["1"], 1),
    "one id for two articles": (
        "<item><guid>1</guid><link>/a</link></item><item><guid>1</guid><link>/b</link></item>", ["1", "1|https://gazette.example/b"], 0,
    ),
    "nothing in it": ("<item></item><item><guid>1</guid></item>", [], 2),
    "a link that is no address": ("<item><guid>1</guid><title>a</title><link>javascript:alert(1)</link></item>", ["1"], 0),
}  # fmt: skip


@pytest.mark.parametrize("name", IDENTITIES)
def test_identity(name: str) -> None:
    items, keys, skipped = IDENTITIES[name]
    result = parsed(rss(items))
    if keys is not None:
        assert [entry.key for entry in result.entries] == keys
    assert len({entry.key for entry in result.entries}) == len(result.entries)
    assert sum(count for _, count in result.skipped) == skipped


def test_keys_stay_when_the_feed_moves() -> None:
    body = rss("<item><guid>1</guid><title>a</title></item>").encode()
    keys = {
        parse_feed(body, {}, url, NOW).entries[0].key for url in (URL, "http://old.example/rss")
    }
    assert keys == {"1"}


def test_contents_and_summaries_are_markup() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>a &lt; b</title>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Whole <b>text</b></p></div></content>'
        "<summary>5 &lt; 6</summary></entry></feed>"
    )
    (entry,) = parsed(atom).entries
    assert (entry.title, entry.content_html, entry.summary_html) == (
        "a < b",
        "<p>Whole <b>text</b></p>",
        "5 &lt; 6",
    )
    full = rss(
        '<item><title>a</title><description>Short</description><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<![CDATA[<p>Long &amp; whole</p>]]></content:encoded></item>"
    )
    (entry,) = parsed(full).entries
    assert (entry.content_html, entry.summary_html) == ("<p>Long &amp; whole</p>", "Short")


WISHES = {
    "ttl": ("<ttl>45</ttl>", 2700),
    "hourly": ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
    "twice an hour": ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
    "the longer of both": ("<ttl>5</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 86_400),
    "nonsense": ("<ttl>soon</ttl>", None),
    "nothing": ("", None),
}  # fmt: skip


@pytest.mark.parametrize("name", WISHES)
def test_wished_intervals(name: str) -> None:
    channel, seconds = WISHES[name]
    for items in (ITEM, ITEM + "<item>&</item>"):
        body = rss(items, channel=channel)
        space = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
        assert parsed(body.replace("<rss ", f"<rss {space} ")).ttl == seconds


def test_entries_beyond_the_limit_are_counted() -> None:
    items = "".join(f"<item><guid>{number}</guid><title>a</title></item>" for number in range(30))
    result = parsed(rss(items), most=20)
    assert len(result.entries) == 20
    assert result.skipped == (("over_limit", 10),)


HALVES = {
    "both halves, in RSS": (
        b"<rss><channel><title>t</title><item><guid>1</guid><title>&#55357;&#xDE00; x</title>"
        b"<description>5 &#xD83D; dead</description></item></channel></rss>",
        ("\U0001f600 x", "5 \ufffd dead"),
    ),
    "one half, in JSON": (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "\\ud83d", '
        b'"url": "https://a.example/\\ud83d", "title": "\\ud83d\\ude00 x", '
        b'"summary": "5 \\ud83d dead"}]}',
        ("\U0001f600 x", "5 \ufffd dead"),
    ),
}


@pytest.mark.parametrize("name", HALVES)
def test_halves_of_characters_cost_no_entry(name: str) -> None:
    body, (title, summary) = HALVES[name]
    [entry] = parse_feed(body, {}, "https://a.example/feed", NOW).entries
    assert (entry.title, entry.summary_html) == (title, summary)
    repr(entry).encode()  # can be stored


def test_half_an_entry_is_left_for_the_next_poll() -> None:
    whole = rss(
        PLAIN + PLAIN.replace("one", "second").replace("gazette.example/1", "gazette.example/22")
    )
    for length in range(whole.index("second") + 2, whole.rindex("</item>") + 6):
        result = parsed(whole[:length])
        assert [entry.key for entry in result.entries] == ["one"]
        assert result.skipped == (("cut_off", 1),)


BOMBS = {
    "billion_laughs": '<!DOCTYPE l [<!ENTITY a "lol">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]>" + rss("<item><title>&m;</title></item>", ""),
    "quadratic": f'<!DOCTYPE l [<!ENTITY a "{"x" * 50_000}">]>' + rss(f"<item><title>{'&a;' * 5000}</title></item>", ""),
    "outside_file": '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + rss("<item><title>x&a;y</title></item>", ""),
    "nested_elements": rss("<item><title>x</title>" + "<a>" * 20_000 + "</item>"),
    "nested_and_closed": rss("<item><title>x</title>" + "<a>" * 5000 + "</a>" * 5000 + "</item>"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_stay_small(name: str) -> None:
    result = parsed(BOMBS[name])
    assert all(len(entry.title) <= 1000 and "root:" not in entry.title for entry in result.entries)


def test_a_page_names_its_feeds() -> None:
    page = (
        b"<link rel='alternate' type='application/rss+xml' href='/rss?a=1&amp;b=2'><link rel=stylesheet href=/x.css>"
        b'<LINK REL="ALTERNATE" TYPE="application/atom+xml" HREF="https://feeds.example/atom">'
    )
    assert feed_links(page, URL) == (
        "https://gazette.example/rss?a=1&b=2",
        "https://feeds.example/atom",
    )


WORDS = st.text(st.sampled_from("ab 5,&<>é–\u00a0"), max_size=12)
FIRST, LAST = datetime(1996, 1, 1), datetime(2025, 1, 1)  # noqa: DTZ001
MARKUP = st.builds(
    lambda a, b: f"<p>{a}</p> &amp; <b>{b}</b>", st.sampled_from("xyz"), st.sampled_from("123")
)


@st.composite
def well_formed(draw: st.DrawFn) -> bytes:
    """Feeds that both readers can read, RSS and Atom, with the elements that count."""
    from xml.sax.saxutils import escape

    atom = draw(st.booleans())
    entries = []
    for number in range(draw(st.integers(0, 4))):
        title, text = draw(WORDS), draw(MARKUP)
        date = draw(st.datetimes(FIRST, LAST)).replace(microsecond=0)
        if atom:
            entries.append(
                f'<entry><id>tag:{number}</id><title>{escape(title)}</title><link href="https://g.example/{number}"/>'
                f'<published>{date.isoformat()}Z</published><content type="html">{escape(text)}</content></entry>'
            )
        else:
            entries.append(
                f"<item><guid isPermaLink='false'>{number}</guid><title>{escape(title)}</title><link>https://g.example/{number}</link>"
                f"<pubDate>{date:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description><![CDATA[{text}]]></description></item>"
            )
    inside = "".join(entries)
    if atom:
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>G</title>{inside}</feed>'.encode()
    return rss(inside).encode()


@given(well_formed())
@settings(deadline=None, max_examples=60)
def test_both_readers_agree(body: bytes) -> None:
    quick, patient = (
        wellformed.read(body, URL),
        salvage.read(body, {"content-type": "application/xml"}, URL),
    )
    assert isinstance(quick, Document)
    assert isinstance(patient, Document)
    for one, other in zip(quick.items, patient.items, strict=True):
        assert (one.id, one.link, one.date) == (other.id, other.link, other.date)
        assert unmarked(one.title) == unmarked(other.title)
        assert (one.content.strip(), one.summary.strip()) == (
            other.content.strip(),
            other.summary.strip(),
        )


PIECES = st.sampled_from(
    [
        b"<rss>", b"<channel>", b"<item>", b"</item>", b"<title>", b"</title>", b"<![CDATA[", b"]]>", b"&amp;", b"&", b"<!DOCTYPE a [",
        b'<!ENTITY b "c">', b"]>", b"<?xml version='1.0'?>", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b"<id>", b"\x00", b"\xff\xfe",
        b"<link href='", b"'/>", b"{", b'"version": "https://jsonfeed.org/version/1"', b'"items": [', b"<pubDate>", b"\xc3", b"<a:b xmlns:a='",
    ]
)  # fmt: skip


@given(
    st.one_of(
        st.binary(max_size=300), st.lists(PIECES | st.binary(max_size=8), max_size=40).map(b"".join)
    )
)
@settings(deadline=None, max_examples=300)
def test_any_bytes_are_read_without_raising(body: bytes) -> None:
    for content_type in ("text/xml", "application/json", ";charset=utf-7"):
        result = parse_feed(body, {"content-type": content_type}, URL, NOW)
        assert result.outcome in (Outcome.OK, Outcome.EMPTY, Outcome.PARTIAL, Outcome.NOT_A_FEED)
        assert result.outcome is not Outcome.NOT_A_FEED or result.note
        parse_quickly(body, {"content-type": content_type}, URL, NOW)


@pytest.mark.parametrize("base", ["http://[broken/", "http://[::1", "//["])
def test_a_base_that_is_no_address_costs_no_entry(base: str) -> None:
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}"><title>T</title><entry>'
        '<id>a</id><title>One</title><link href="/1"/></entry></feed>'
    )
    quick = parse_quickly(body.encode(), {}, URL, NOW)
    assert quick is not None and [entry.title for entry in quick.entries] == ["One"]


def test_an_address_carries_no_controls() -> None:
    body = b"<rss><channel><item><title>One</title><link>https://o.example/a\xe2\x80\xaeb</link></item></channel></rss>"
    (entry,) = parse_feed(body, {}, URL, NOW).entries
    assert entry.url == "https://o.example/ab"
