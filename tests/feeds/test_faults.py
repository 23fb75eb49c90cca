"""A server that misbehaves in every way we know: each poll and each fetch ends in its outcome."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import brotli
import pytest

from monitor.feeds.http import Client, Manners
from monitor.feeds.poll import fetch_article, poll
from monitor.intake import FeedState, Fetch, Outcome, Poll, Validators
from tests.servers.faults import Exchange, FaultServer, Route, answer, redirect

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LIMIT = 256 * 1024
PATIENT = Manners(
    timeout=30,
    host_gap=0,
    concurrency=64,
    per_host=64,
    feed_limit=LIMIT,
    page_limit=LIMIT,
    redirects=5,
    pause_host=False,
    allow_networks=("127.0.0.0/8",),
)

HASTY = replace(PATIENT, timeout=0.3)  # for what never ends; all else has time on a busy machine

ITEM = "<item><title>Dam holds {0}</title><link>https://gazette.example/{0}</link><guid>id-{0}</guid></item>"


def rss(
    entries: int = 3, before: str = '<?xml version="1.0" encoding="UTF-8"?>', extra: str = ""
) -> bytes:
    items = "".join(ITEM.format(number) for number in range(entries))
    return f'{before}<rss version="2.0"><channel><title>Gazette</title>{extra}{items}</channel></rss>'.encode()


FEED = rss()
PAGE = b"<html><head><title>Home</title><link rel=alternate type=application/rss+xml href=/feed></head><body>News</body></html>"


LAUGHS = (
    b"<!DOCTYPE rss ["
    b'<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>"
    + rss(3, before="", extra="<description>&a11;</description>")
)
QUADRATIC = (
    b'<!DOCTYPE rss [<!ENTITY a "' + b"x" * 50_000 + b'">]>'
    + rss(3, before="", extra="<description>" + "&a;" * 20_000 + "</description>")
)  # fmt: skip
OUTSIDE = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "%s">]>' + rss(
    3, before="", extra="<item><title>It says &x;</title></item>"
)
MANY = b"<rss><channel>"
MANY += b"".join(b"<item><guid>%d</guid><title>T</title></item>" % n for n in range(3000))
MANY += b"</channel></rss>"


def deflated(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def gzip_bomb(size: int) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(b"\0" * 2**20) for _ in range(size)) + packer.flush()


async def silence(exchange: Exchange) -> None:
    await asyncio.sleep(60)


async def stall_in_body(exchange: Exchange) -> None:
    await exchange.send(answer(FEED, length=False) + b"")
    await asyncio.sleep(60)


async def stall_in_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    await asyncio.sleep(60)


async def drip(exchange: Exchange) -> None:
    await exchange.send(answer(length=False))
    while True:
        await exchange.send(b" ")
        await asyncio.sleep(0.01)


async def drip_headers(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.send(b"X-More: and more\r\n")
        await asyncio.sleep(0.01)


async def endless_hints(exchange: Exchange) -> None:
    while True:
        await exchange.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
        await asyncio.sleep(0.005)


async def endless_body(exchange: Exchange) -> None:
    await exchange.send(answer(length=False))
    while True:
        await exchange.send(b"<item>" * 10_000)


async def endless_chunks(exchange: Exchange) -> None:
    await exchange.send(answer(b"", "Transfer-Encoding: chunked", length=False))
    while True:
        await exchange.send(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")


async def hang_up(exchange: Exchange) -> None:
    exchange.writer.close()


async def reset(exchange: Exchange) -> None:
    exchange.reset()


async def reset_in_body(exchange: Exchange) -> None:
    await exchange.send(answer(FEED + b" " * 1000)[:-1000])
    await asyncio.sleep(0.02)
    exchange.reset()


async def endless_trailers(exchange: Exchange) -> None:
    await exchange.send(answer(b"", "Transfer-Encoding: chunked", length=False))
    await exchange.send(f"{len(FEED):x}\r\n".encode() + FEED + b"\r\n0\r\n")
    while True:
        await exchange.send(b"X-More: and more\r\n" * 100)


async def further(exchange: Exchange) -> None:
    number = int(exchange.path.partition("-")[2] or 0)
    await exchange.send(redirect(f"/redirect_without_end-{number + 1}"))


@dataclass(frozen=True)
class Fault:
    """What the server does, how a poll has to end, and what else has to be true of it."""

    route: Route | str  # a string: redirect there
    outcome: Outcome
    entries: int = 0
    check: Callable[[Poll], bool] = lambda poll: True


def truncated(body: bytes, keep: int, *headers: str) -> bytes:
    whole = answer(body, *headers)
    return whole[: len(whole) - len(body) + keep]


BUSY = "503 Service Unavailable"
FAULTS: dict[str, Fault] = {
    # statuses
    "empty_200": Fault(answer(), Outcome.EMPTY),
    "blank_200": Fault(answer(b" \n\t\r\n "), Outcome.EMPTY),
    "no_content_204": Fault(answer(status="204 No Content", length=False), Outcome.EMPTY),
    "unchanged_though_not_asked": Fault(answer(status="304 Not Modified", length=False), Outcome.HTTP_ERROR),
    "error_500_with_a_feed": Fault(answer(FEED, status="500 Oops"), Outcome.HTTP_ERROR),
    "bad_gateway_502": Fault(answer(PAGE, status="502 Bad Gateway"), Outcome.HTTP_ERROR),
    "forbidden_403": Fault(answer(PAGE, status="403 Forbidden"), Outcome.HTTP_ERROR),
    "unauthorized_401": Fault(answer(b"", "WWW-Authenticate: Basic", status="401 Unauthorized"), Outcome.HTTP_ERROR),
    "status_999": Fault(answer(b"", status="999 Request denied"), Outcome.HTTP_ERROR),
    "missing_404": Fault(answer(PAGE, status="404 Not Found"), Outcome.GONE),
    "gone_410": Fault(answer(b"", status="410 Gone"), Outcome.GONE, check=lambda poll: poll.status == 410),
    "busy_with_seconds": Fault(answer(b"", "Retry-After: 120", status=BUSY), Outcome.BUSY, check=lambda poll: poll.retry_after == 120),
    "busy_with_a_date": Fault(
        answer(b"", "Date: Sun, 01 Mar 2026 12:00:00 GMT", "Retry-After: Sun, 01 Mar 2026 12:05:00 GMT", status="429 Slow down"),
        Outcome.BUSY,
        check=lambda poll: poll.retry_after == 300,
    ),
    "busy_with_a_wrong_clock": Fault(
        answer(b"", "Date: Thu, 01 Jan 1970 00:00:00 GMT", "Retry-After: Thu, 01 Jan 1970 00:01:00 GMT", status=BUSY),
        Outcome.BUSY,
        check=lambda poll: poll.retry_after == 60,
    ),
    "busy_for_ten_years": Fault(answer(b"", "Retry-After: 315360000", status=BUSY), Outcome.BUSY, check=lambda poll: poll.retry_after == 86_400),
    "busy_without_a_time": Fault(answer(b"", status=BUSY), Outcome.BUSY, check=lambda poll: poll.retry_after is None),
    "busy_with_nonsense": Fault(answer(b"", "Retry-After: soon, \x7f maybe", status=BUSY), Outcome.BUSY, check=lambda poll: poll.retry_after is None),
    # redirects
    "redirect_to_itself": Fault("/redirect_to_itself", Outcome.REDIRECTS),
    "redirect_in_a_circle": Fault("/circle", Outcome.REDIRECTS),
    "redirect_without_end": Fault(further, Outcome.REDIRECTS),
    "redirect_to_nowhere": Fault(answer(b"", status="302 Found"), Outcome.HTTP_ERROR),
    "redirect_to_a_file": Fault("file:///etc/passwd", Outcome.REFUSED),
    "redirect_to_ftp": Fault("ftp://gazette.example/feed", Outcome.REFUSED),
    "redirect_to_metadata": Fault("http://169.254.169.254/latest/meta-data/", Outcome.REFUSED),
    "redirect_to_a_private_network": Fault("http://10.0.0.1/", Outcome.REFUSED),
    "redirect_to_a_mapped_address": Fault("http://[::ffff:192.168.1.1]/", Outcome.REFUSED),
    "redirect_to_a_decimal_address": Fault("http://3232235777/", Outcome.REFUSED),
    "redirect_to_an_octal_address": Fault("http://0300.0250.1.1/", Outcome.REFUSED),
    "redirect_to_all_zeros": Fault("http://0.0.0.0/", Outcome.REFUSED),
    "redirect_to_half_an_address": Fault("http://[::1", Outcome.REFUSED),
    "redirect_to_a_bad_port": Fault("http://gazette.example:99999/", Outcome.REFUSED),
    "redirect_to_an_empty_host": Fault("https:///feed", Outcome.REFUSED),
    "redirect_to_an_unknown_name": Fault("http://nowhere.invalid/feed", Outcome.CONNECTION),
    "redirect_with_a_fragment": Fault("/good#part", Outcome.OK, 3),
    "redirect_without_a_scheme": Fault("//127.0.0.1:{port}/good", Outcome.OK, 3),
    "redirect_to_unencoded_utf_8": Fault("/ü b?q=ä".encode().decode("latin-1"), Outcome.OK, 3),
    "redirect_to_unencoded_latin_1": Fault("/ü b?q=ä", Outcome.OK, 3),
    # time
    "silence": Fault(silence, Outcome.TIMEOUT),
    "stall_in_headers": Fault(stall_in_headers, Outcome.TIMEOUT),
    "stall_in_body": Fault(stall_in_body, Outcome.TIMEOUT),
    "drip": Fault(drip, Outcome.TIMEOUT),
    "drip_headers": Fault(drip_headers, Outcome.TIMEOUT),
    "endless_hints": Fault(endless_hints, Outcome.TIMEOUT),
    # size
    "endless_body": Fault(endless_body, Outcome.TOO_LARGE),
    "endless_chunks": Fault(endless_chunks, Outcome.TOO_LARGE),
    "larger_than_we_read": Fault(answer(b"<rss>" + b" " * LIMIT), Outcome.TOO_LARGE),
    "gzip_bomb": Fault(answer(gzip_bomb(64), "Content-Encoding: gzip"), Outcome.TOO_LARGE),
    "gzip_bomb_without_a_label": Fault(answer(gzip_bomb(64)), Outcome.TOO_LARGE),
    "gzip_bomb_in_many_members": Fault(answer(gzip_bomb(1) * 64, "Content-Encoding: gzip"), Outcome.TOO_LARGE),
    "brotli_bomb": Fault(answer(brotli.compress(b"\0" * 2**26, quality=3), "Content-Encoding: br"), Outcome.TOO_LARGE),
    "deflate_bomb": Fault(answer(zlib.compress(b"\0" * 2**26, 1), "Content-Encoding: deflate"), Outcome.TOO_LARGE),
    # connections
    "hang_up_at_once": Fault(hang_up, Outcome.CONNECTION),
    "reset_at_once": Fault(reset, Outcome.CONNECTION),
    "reset_in_body": Fault(reset_in_body, Outcome.PARTIAL, 3),
    "another_protocol": Fault(b"SSH-2.0-OpenSSH_9.9\r\n", Outcome.CONNECTION),
    "no_headers_at_all": Fault(FEED, Outcome.CONNECTION),
    "a_header_without_a_colon": Fault(b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", Outcome.CONNECTION),
    "a_negative_length": Fault(answer(FEED, "Content-Length: -5", length=False), Outcome.CONNECTION),
    "two_lengths": Fault(answer(FEED, "Content-Length: 5"), Outcome.CONNECTION),
    "a_broken_chunk": Fault(answer(b"zz\r\nno\r\n", "Transfer-Encoding: chunked", length=False), Outcome.CONNECTION),
    "headers_of_a_megabyte": Fault(answer(FEED, "X-Long: " + "x" * 2**20), Outcome.CONNECTION),
    "ten_thousand_headers": Fault(answer(FEED, *(f"X-{number}: y" for number in range(10_000))), Outcome.CONNECTION),
    "a_header_of_50_kilobytes": Fault(answer(FEED, "X-Long: " + "x" * 50_000), Outcome.OK, 3),
    "three_hundred_headers": Fault(answer(FEED, *(f"X-{number}: y" for number in range(300))), Outcome.OK, 3),
    "a_hint_before_the_answer": Fault(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answer(FEED), Outcome.OK, 3),
    # bodies cut short or packed wrongly
    "cut_by_length": Fault(truncated(FEED, len(FEED) - 60), Outcome.PARTIAL, 2),
    "cut_in_a_chunk": Fault(
        answer(f"{len(FEED):x}\r\n".encode() + FEED[:-60], "Transfer-Encoding: chunked", length=False), Outcome.PARTIAL, 2
    ),
    "cut_in_gzip": Fault(
        answer(gzip.compress(rss(300))[:-600], "Content-Encoding: gzip"), Outcome.PARTIAL, check=lambda poll: len(poll.entries) > 100
    ),
    "damaged_gzip": Fault(
        answer(gzip.compress(rss(900))[:2000] + b"\xff" * 2000, "Content-Encoding: gzip"), Outcome.CONNECTION
    ),
    "cut_to_nothing": Fault(truncated(FEED, 0), Outcome.CONNECTION),
    "cut_before_the_first_entry": Fault(truncated(FEED, 60), Outcome.CONNECTION),
    "labelled_gzip_but_plain": Fault(answer(FEED, "Content-Encoding: gzip"), Outcome.OK, 3),
    "labelled_brotli_but_plain": Fault(answer(FEED, "Content-Encoding: br"), Outcome.OK, 3),
    "labelled_zstd_but_plain": Fault(answer(FEED, "Content-Encoding: zstd"), Outcome.OK, 3),
    "gzip_without_a_label": Fault(answer(gzip.compress(FEED)), Outcome.OK, 3),
    "gzip_in_two_members": Fault(answer(gzip.compress(FEED[:100]) + gzip.compress(FEED[100:]), "Content-Encoding: gzip"), Outcome.OK, 3),
    "gzip_with_a_tail": Fault(answer(gzip.compress(FEED) + b"\0" * 100, "Content-Encoding: gzip"), Outcome.OK, 3),
    "deflate_without_its_wrapper": Fault(answer(deflated(FEED), "Content-Encoding: deflate"), Outcome.OK, 3),
    "brotli": Fault(answer(brotli.compress(FEED), "Content-Encoding: br"), Outcome.OK, 3),
    # other things in a feed's place
    "a_web_page": Fault(answer(PAGE, content_type="text/html"), Outcome.NOT_A_FEED, check=lambda poll: "/feed" in poll.note),
    "a_web_page_called_rss": Fault(answer(PAGE), Outcome.NOT_A_FEED),
    "a_picture": Fault(answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 200, content_type="image/png"), Outcome.NOT_A_FEED),
    "json_of_another_kind": Fault(answer(b'{"items": []}', content_type="application/json"), Outcome.NOT_A_FEED),
    "json_nested_deeply": Fault(answer(b"[" * 100_000, content_type="application/json"), Outcome.NOT_A_FEED),
    "opml": Fault(answer(b'<?xml version="1.0"?><opml version="2.0"><body/></opml>'), Outcome.NOT_A_FEED),
    "a_bare_word": Fault(answer(b"offline"), Outcome.NOT_A_FEED),
    "a_file_name": Fault(answer(b"/etc/passwd"), Outcome.NOT_A_FEED),
    "an_address": Fault(answer(b"http://127.0.0.1/feed"), Outcome.NOT_A_FEED),
    "no_content_type": Fault(answer(FEED, content_type=""), Outcome.OK, 3),
    "called_html": Fault(answer(FEED, content_type="text/html; charset=utf-8"), Outcome.OK, 3),
    "called_nonsense": Fault(answer(FEED, content_type=";;;=\x7f"), Outcome.OK, 3),
    "a_feed_without_entries": Fault(answer(rss(0)), Outcome.EMPTY),
    # bombs and nests
    "entities_that_multiply": Fault(answer(LAUGHS), Outcome.PARTIAL, check=lambda poll: len(repr(poll)) < 100_000),
    "entities_that_repeat": Fault(answer(QUADRATIC), Outcome.PARTIAL, check=lambda poll: len(repr(poll)) < 100_000),
    "an_entity_that_reads_a_file": Fault(
        answer(OUTSIDE.replace(b"%s", b"file:///etc/passwd")), Outcome.PARTIAL, 4, check=lambda poll: "root:" not in repr(poll)
    ),
    "an_entity_that_asks_the_network": Fault(
        answer(OUTSIDE.replace(b"%s", b"http://127.0.0.1/secret")), Outcome.PARTIAL, 4
    ),
    "a_type_definition_elsewhere": Fault(answer(b'<!DOCTYPE rss SYSTEM "http://127.0.0.1/rss.dtd">' + rss(3, before="")), Outcome.OK, 3),
    "elements_nested_deeply": Fault(answer(rss(3, extra="<a>" * 20_000)), Outcome.PARTIAL),
    "elements_nested_and_closed": Fault(answer(rss(3, extra="<a>" * 5_000 + "</a>" * 5_000)), Outcome.OK, 3),
    "markup_nested_in_a_summary": Fault(
        answer(rss(0, extra=f"<item><title>A</title><description><![CDATA[{'<div>' * 20_000}]]></description></item>")), Outcome.OK, 1
    ),
    "json_items_nested_deeply": Fault(
        answer(b'{"version":"https://jsonfeed.org/version/1","items":[' + b'{"a":' * 30_000 + b"1" + b"}" * 30_000 + b"]}", content_type="application/json"), Outcome.NOT_A_FEED
    ),
    "json_with_a_number_of_5000_digits": Fault(
        answer(b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"9" * 5000 + b"}]}", content_type="application/json"), Outcome.NOT_A_FEED
    ),
    "three_thousand_entries": Fault(answer(MANY), Outcome.OK, 2000, check=lambda poll: dict(poll.skipped)["over_limit"] == 1000),
    "a_title_of_200_kilobytes": Fault(
        answer(rss(0, extra=f"<item><title>{'a ' * 100_000}</title></item>")), Outcome.OK, 1, check=lambda poll: len(poll.entries[0].title) <= 1000
    ),
    "ten_thousand_attributes": Fault(
        answer(rss(3, extra="<x " + " ".join(f'a{n}="1"' for n in range(10_000)) + "/>")), Outcome.OK, 3
    ),
    "ten_thousand_namespaces": Fault(
        answer(rss(3, extra="<x " + " ".join(f'xmlns:a{n}="u"' for n in range(10_000)) + "/>")), Outcome.OK, 3
    ),
    "an_unclosed_comment": Fault(answer(rss(3) + b"<!--" + b"-" * 50_000), Outcome.PARTIAL),
    "an_unclosed_section": Fault(answer(rss(2).replace(b"</channel></rss>", b"<item><title><![CDATA[") + b"x" * 50_000), Outcome.PARTIAL, 2),
    "bytes_of_zero_within": Fault(answer(FEED.replace(b"Gazette", b"Gaz\0ette")), Outcome.PARTIAL, 3),
    "nothing_but_zeros": Fault(answer(b"\0" * 100_000), Outcome.NOT_A_FEED),
    "nothing_but_noise": Fault(answer(bytes(range(128, 256)) * 500), Outcome.NOT_A_FEED),
    # what we can't or won't unpack
    "zstd": Fault(answer(b"\x28\xb5\x2f\xfd" + b"\0" * 200, "Content-Encoding: zstd"), Outcome.CONNECTION, check=lambda poll: "zstd" in poll.note),
    "compress_of_old": Fault(answer(b"\x1f\x9d\x90" + b"\1" * 200, "Content-Encoding: compress"), Outcome.CONNECTION),
    "packed_twice": Fault(answer(gzip.compress(gzip.compress(FEED)), "Content-Encoding: gzip, gzip"), Outcome.NOT_A_FEED),
    # encodings
    "utf_16_with_a_mark": Fault(answer(FEED.decode().replace("UTF-8", "UTF-16").encode("utf-16")), Outcome.OK, 3),
    "utf_16_without_a_mark": Fault(answer(FEED.decode().replace("UTF-8", "UTF-16").encode("utf-16-le")), Outcome.OK, 3),
    "utf_32": Fault(answer(FEED.decode().replace("UTF-8", "UTF-32").encode("utf-32")), Outcome.OK, 3),
    "latin_1_called_utf_8": Fault(answer(FEED.replace(b"Dam", b"D\xe4mm")), Outcome.OK, 3, check=lambda poll: "Dämm" in poll.entries[0].title),
    "an_encoding_that_nobody_knows": Fault(answer(FEED.replace(b"UTF-8", b"klingon-1")), Outcome.OK, 3),
    # statuses and framing, once more
    "partial_content_206": Fault(answer(FEED, status="206 Partial Content"), Outcome.OK, 3),
    "multiple_choices_300": Fault(answer(PAGE, status="300 Multiple Choices"), Outcome.HTTP_ERROR),
    "teapot_418": Fault(answer(b"", status="418 I'm a teapot"), Outcome.HTTP_ERROR),
    "status_of_four_digits": Fault(answer(FEED, status="2000 OK"), Outcome.CONNECTION),
    "status_without_words": Fault(answer(FEED, status="200"), Outcome.OK, 3),
    "http_of_another_version": Fault(answer(FEED).replace(b"HTTP/1.1", b"HTTP/9.9"), Outcome.CONNECTION),
    "cookies_without_end": Fault(answer(FEED, *(f"Set-Cookie: c{n}={'x' * 50}" for n in range(500))), Outcome.OK, 3),
    "trailers_after_the_chunks": Fault(
        answer(f"{len(FEED):x}\r\n".encode() + FEED + b"\r\n0\r\nX-End: yes\r\n\r\n", "Transfer-Encoding: chunked", length=False), Outcome.OK, 3
    ),
    "endless_trailers": Fault(endless_trailers, Outcome.CONNECTION),
    "a_chunk_of_half_the_world": Fault(answer(b"7fffffffffffffff\r\n" + FEED, "Transfer-Encoding: chunked", length=False), Outcome.PARTIAL),
    "more_than_was_announced": Fault(answer(FEED[:-10], f"Content-Length: {len(FEED) - 10}", length=False) + FEED, Outcome.CONNECTION),
}  # fmt: skip


def routes() -> dict[str, Route]:
    made: dict[str, Route] = {"/good": answer(FEED), "/circle": redirect("/redirect_in_a_circle")}
    made["/%C3%BC%20b?q=%C3%A4"] = made["/%FC%20b?q=%E4"] = answer(FEED)
    for number in range(20):
        made[f"/redirect_without_end-{number}"] = further
    for name, fault in FAULTS.items():
        made[f"/{name}"] = redirect(fault.route) if isinstance(fault.route, str) else fault.route
    return made


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[Poll, Fetch, int]]:
    """Every fault polled as a feed and fetched as a page, all at once, as in the daemon."""
    return asyncio.run(ask_all())


async def ask_all() -> dict[str, tuple[Poll, Fetch, int]]:
    async with FaultServer(routes()) as server, Client(PATIENT) as patient, Client(HASTY) as hasty:
        server.routes["/redirect_without_a_scheme"] = redirect(f"//127.0.0.1:{server.port}/good")

        async def one(name: str) -> tuple[Poll, Fetch, int]:
            url = server.url(f"/{name}")
            client = hasty if FAULTS[name].outcome is Outcome.TIMEOUT else patient
            read = await poll(client, FeedState(url), NOW)
            fetched = await fetch_article(client, url, NOW)
            return read, fetched, max((each.sent for each in server.asked(f"/{name}")), default=0)

        done = await asyncio.gather(*map(one, FAULTS))
        return dict(zip(FAULTS, done, strict=True))


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_ends_in_its_outcome(outcomes, name: str) -> None:
    read, fetched, sent = outcomes[name]
    fault = FAULTS[name]
    assert (read.outcome, read.note) == (fault.outcome, read.note)
    if fault.entries:
        assert len(read.entries) == fault.entries
    assert fault.check(read), read
    assert fetched.outcome in Outcome
    # Nothing is taken in beyond the limit but what was under way.
    assert sent <= LIMIT + 8 * 2**20
    assert len(fetched.body) <= LIMIT
    assert read.outcome is Outcome.OK or read.note
    assert read.note == "" or read.note.isprintable()


def test_a_body_cut_short_keeps_what_came_and_no_validators(outcomes) -> None:
    for name in ("cut_by_length", "cut_in_gzip", "reset_in_body"):
        read, fetched, _ = outcomes[name]
        assert read.entries
        assert read.validators == Validators()
        assert read.body_hash is None
        assert fetched.outcome is Outcome.CONNECTION
        assert fetched.body


async def test_a_refused_connection() -> None:
    async with FaultServer({}) as server:
        url = server.url("/")
    async with Client(PATIENT) as client:
        read = await poll(client, FeedState(url), NOW)
    assert read.outcome is Outcome.CONNECTION


async def test_tls_where_there_is_none() -> None:
    async with FaultServer({}) as server, Client(HASTY) as client:
        read = await poll(client, FeedState(server.url("/").replace("http", "https")), NOW)
    assert read.outcome in (Outcome.CONNECTION, Outcome.TIMEOUT)
