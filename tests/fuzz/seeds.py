"""Inputs of our own writing that fuzzing starts from, a few for each target."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.harness import PAGE

_ITEM = (
    "<item><title>12 &amp;amp; more killed</title><link>/1?utm_source=x</link><guid>a-1</guid>"
    "<pubDate>Tue, 24 Oct 2023 15:55:00 +0000</pubDate>"
    "<description><![CDATA[<p>At least 32&nbsp;845 <b>people</b></p>]]></description></item>"
)
_RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Outlet</title>'
    f"<ttl>60</ttl>{_ITEM}{_ITEM.replace('a-1', 'a-2')}</channel></rss>"
)
_ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://outlet.example/"><title>O</title>'
    '<entry><id>tag:o,1</id><title type="html">&lt;i&gt;One&lt;/i&gt;</title><link href="a"/>'
    '<updated>2023-10-24T12:00:00+02:00</updated><content type="xhtml"><div>Text</div></content>'
    "</entry></feed>"
)
_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>O</title>'
    "<sy:updatePeriod>hourly</sy:updatePeriod></channel><item rdf:about='x'><title>T</title>"
    "<link>https://outlet.example/x</link><dc:date>2023-10-24</dc:date></item></rdf:RDF>"
)
_JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "O", "items": [{"id": "1", '
    '"url": "https://outlet.example/1", "title": "T", "content_html": "<p>12 dead</p>", '
    '"date_published": "2023-10-24T12:00:00Z"}, {"id": 2, "content_text": "x"}]}'
)
_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><rss><channel><title>&b;&c;</title></channel></rss>'
)
_OPML = (
    '<?xml version="1.0"?><opml version="2.0"><head><title>L</title></head><body>'
    '<outline text="News"><outline type="rss" text="A &amp; B" title="A" '
    'xmlUrl="https://outlet.example/rss.xml"/><outline xmlurl="http://127.0.0.1/x"/></outline>'
    "</body></opml>"
)
_ARTICLE = PAGE.format(
    title="Toll rises to 12",
    outlet="Outlet A",
    body="<p>At least 12 people were killed in the town on Monday, the police said.</p>"
    "<p>Read by 40,000 people</p><p>“We will not leave,” the mayor told reporters.</p>",
)
_HEAD = (
    '<html lang="en"><head><meta property="og:type" content="article"><link rel="canonical" '
    'href="https://outlet.example/a"><link rel="alternate" type="application/rss+xml" href="/r">'
    '<meta name="date" content="2023-10-24T10:00:00Z"><script type="application/ld+json">'
    '{"@graph": [{"@type": ["NewsArticle"], "headline": "H", "datePublished": "2023-10-24"}]}'
    "</script></head><body><table><tr><td>12<td>15</table><ul><li><a href=x>Other</a></ul>"
)
_WALL = (
    "<title>Just a moment...</title><body><h1>Checking your browser</h1><script>cf_chl_</script>"
)


def _texts() -> list[str]:
    articles = tomllib.loads((Path(__file__).parent.parent / "edits/articles.toml").read_text())
    return [f"{each['title']}\n\n{each['text'].strip()}" for each in articles["articles"].values()]


def seeds() -> dict[str, list[bytes]]:
    """The inputs of each target."""
    texts = _texts()
    pairs = [
        f"{text}\x1e{text.replace('12', '15').replace('denied', 'confirmed')}" for text in texts
    ]
    starters = Path(__file__).parent.parent.parent / "monitor" / "starters"
    feeds = [_RSS, _ATOM, _RDF, _JSON, _BOMB, _ARTICLE]
    encoded = [_RSS.replace("utf-8", "utf-16").encode("utf-16"), _RSS.encode("cp037")]
    return {
        "feed": [b"\0" + each.encode() for each in feeds] + [b"\1" + each for each in encoded],
        "page": [each.encode() for each in (_ARTICLE, _HEAD, _WALL, _RSS)],
        "entry": [_ARTICLE.encode(), b"<p>12&nbsp;000 <b>dead</b><br>More", _ITEM.encode()],
        "opml": [_OPML.encode(), _BOMB.replace("rss", "opml").encode()],
        "config": [file.read_bytes() for file in sorted(starters.glob("*.toml"))],
        "words": [
            b"https://user:pw@OUTLET.example:443/amp/a/../b%2Fc?utm_source=x&id=2#f\nhttp://o.example/",
            b"&amp;lt;b&amp;gt;12&#8239;000&lt;/b&gt; <script>x</script>",
            b"120\nTue, 24 Oct 2023 15:55:00 GMT",
            b"max-age=60, public\n30",
            "Prime Minister Ana Kovač\nthe UN".encode(),
            b"//[::ffff:127.0.0.1]:80/x\n/../..",
        ],
        "edit": [each.encode() for each in pairs],
        "extract": [each[:600].encode() for each in texts] + [pairs[0].encode()],
    }


TOKENS = [
    *("<item>", "</item>", "<![CDATA[", "]]>", "&amp;", "&#0;", "&#x110000;", "<!ENTITY", "<?xml", "xml:base="),
    *("<title>", "<link>", "<guid>", "<pubDate>", "<entry>", "<content type='xhtml'>", "xmlUrl=", "<outline "),
    *("{", "}", '"items":', "null", "1e999", "-1", "\\ud800", "[[feeds]]", "url = ", "interval = \"", "= 0x", "'''"),
    *("\x00", "\u202e", "\ud7ff", "\ufeff", "\u00a0", "1,400", "12", "“", "”", " not ", "\n\n", "\n", "\x1e", "%2f", "..", "@"),
]  # fmt: skip
"""Pieces that formats are made of, to be put in anywhere."""
