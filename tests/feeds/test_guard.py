"""Which addresses are asked: every spelling of every forbidden one is refused, also at connect time."""

from __future__ import annotations

import ipaddress
import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.addresses import literal, networks, refusal, url_refusal
from monitor.feeds.guard import AddressRefused, guarded_session, refused_reason
from monitor.feeds.http import Client, Manners
from monitor.intake import Outcome
from tests.servers.faults import FaultServer, answer

FORBIDDEN = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.0.1./", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/",
    "http://0177.0.0.1/", "http://017700000001/", "http://127.000.000.001/", "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b:1::a00:1]/", "http://[2002:7f00:1::]/", "http://[2002:a00:1::1]/", "http://0/", "http://0.0.0.0/", "http://10.0.0.1/",
    "http://10.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.1/", "http://169.254.0.1/", "http://169.254.169.254/",
    "http://[fd00:ec2::254]/", "http://100.100.100.200/", "http://100.64.0.1/", "http://100.127.255.254/", "http://198.18.0.1/",
    "http://192.0.0.1/", "http://192.0.2.1/", "http://198.51.100.1/", "http://203.0.113.1/", "http://224.0.0.1/", "http://239.255.255.255/",
    "http://240.0.0.1/", "http://255.255.255.255/", "http://[fc00::1]/", "http://[fd12::1]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[4000::1]/", "http://[100::1]/", "http://user:word@127.0.0.1/",
    "http://127.0.0.1:8001/", "http://１２７.０.０.１/", "http://127。0。0。1/", "http://127.0.0.1%2e/", "http://localhost/", "http://LOCALHOST./",
    "http://a.localhost/", "http://printer.local/", "http://db.internal/", "http://router.home.arpa/", "http://99999999999/", "http://1.2.3.4.5/",
    "ftp://gazette.example/", "file:///etc/passwd", "gopher://127.0.0.1/", "data:text/html,x", "javascript:alert(1)", "//gazette.example/",
    "gazette.example", "", "http://", "http:///x", "http://[::1", "http://gazette.example:99999/", "http://gazette.example:x/", "https://:443/",
]  # fmt: skip


@pytest.mark.parametrize("url", FORBIDDEN)
def test_forbidden(url: str) -> None:
    assert url_refusal(url)


@pytest.mark.parametrize(
    "url",
    ["http://gazette.example/", "https://8.8.8.8/", "http://[2606:4700::1111]/", "http://[::ffff:8.8.8.8]/", "http://[2002:808:808::1]/",
     "https://user@gazette.example:8443/x", "http://xn--bcher-kva.example/", "http://bücher.example/", "http://localhost.example/", "http://127.0.0.1.example/"],
)  # fmt: skip
def test_allowed(url: str) -> None:
    assert url_refusal(url) is None


@given(st.ip_addresses())
def test_the_rule_agrees_with_the_registry(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if not address.is_global or address.is_multicast:
        assert refusal(address)


@given(st.ip_addresses(v=4))
def test_every_spelling_is_one_address(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    parts = [number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255]
    spellings = [str(address), str(number), hex(number), f"0{number:o}", ".".join(map(hex, parts)), ".".join(f"0{part:o}" for part in parts),
                 f"{parts[0]}.{number & 0xFFFFFF}", f"{address}.", f"::ffff:{address}"]  # fmt: skip
    reasons = {bool(refusal(literal(each))) for each in spellings}  # type: ignore[arg-type]
    assert len(reasons) == 1


@given(st.text(max_size=30))
def test_any_text_is_judged_without_raising(text: str) -> None:
    url_refusal(text)
    url_refusal(f"http://{text}/")
    literal(text)


def test_the_operator_opens_networks_by_name() -> None:
    allowed = networks(["127.0.0.0/8", "fd00::/8", "10.1.2.3"])
    assert url_refusal("http://127.0.0.1:8001/", allowed) is None
    assert url_refusal("http://[::ffff:127.0.0.1]/", allowed) is None
    assert url_refusal("http://10.1.2.3/", allowed) is None
    assert url_refusal("http://10.1.2.4/", allowed)
    assert url_refusal("http://169.254.169.254/", allowed)


class Names(AbstractResolver):
    """Answers each name with the next of its addresses, as a hostile name server may."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = names

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        answers = self.names[host.partition(".")[0]]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(hostname=host, host=each, port=port, family=socket.AF_INET6 if ":" in each else socket.AF_INET, proto=0, flags=0)
            for each in addresses
        ]  # fmt: skip

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["::1"], ["::ffff:169.254.169.254"], ["8.8.8.8", "127.0.0.1"]],
    ids=str,
)
async def test_names_that_lead_inside(addresses: list[str]) -> None:
    async with Client(Manners(host_gap=0), resolver=Names(inside=[addresses])) as client:
        answer = await client.get("http://inside.example/", limit=1000)
    assert (answer.outcome, answer.status) == (Outcome.REFUSED, None)
    assert addresses[-1].removeprefix("::ffff:")[:3] in answer.note


async def test_a_redirect_by_name_to_the_inside() -> None:
    names = Names(outside=[["127.0.0.1"]], inside=[["10.0.0.1"]])
    async with FaultServer({}) as server:
        server.routes["/"] = answer(b"", "Location: http://inside.example/", status="302 Found")
        manners = Manners(host_gap=0, allow_networks=("127.0.0.0/8",))
        async with Client(manners, resolver=names) as client:
            got = await client.get(f"http://outside.example:{server.port}/", limit=1000)
    assert got.outcome is Outcome.REFUSED
    assert got.hops == (302,)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/"])
async def test_the_socket_itself_is_guarded(url: str) -> None:
    """Also where nobody looked at the address before, as for a webhook that follows a redirect."""
    async with FaultServer({"/": answer(b"inside")}) as server, guarded_session() as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(url.format(port=server.port))
    assert refused_reason(caught.value)
    assert isinstance(caught.value.os_error, AddressRefused)
    assert server.exchanges == []
