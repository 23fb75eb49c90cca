"""Which network addresses may be asked: a pure rule over values.

Feed entries, redirects and webhooks name hosts that we did not choose. Without a rule, any of them
could make the daemon ask the machine it runs on, its network, or the cloud's metadata service.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SCHEMES = ("http", "https")

# IANA special-purpose registries (RFC 6890 and its updates), and 100.64.0.0/10 of RFC 6598.
_KINDS: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(network), kind)
    for network, kind in (
        ("169.254.169.254/32", "a cloud metadata address"),
        ("100.100.100.200/32", "a cloud metadata address"),
        ("fd00:ec2::254/128", "a cloud metadata address"),
        ("0.0.0.0/8", "an unspecified address"),
        ("127.0.0.0/8", "a loopback address"),
        ("10.0.0.0/8", "a private address"),
        ("172.16.0.0/12", "a private address"),
        ("192.168.0.0/16", "a private address"),
        ("169.254.0.0/16", "a link-local address"),
        ("100.64.0.0/10", "a carrier-grade NAT address"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "a documentation address"),
        ("198.51.100.0/24", "a documentation address"),
        ("203.0.113.0/24", "a documentation address"),
        ("192.88.99.0/24", "a reserved address"),
        ("198.18.0.0/15", "a benchmarking address"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("::/128", "an unspecified address"),
        ("::1/128", "a loopback address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
        ("100::/64", "a discard address"),
        ("2001::/23", "a reserved address"),
        ("2001:db8::/32", "a documentation address"),
        ("3fff::/20", "a documentation address"),
        ("5f00::/16", "a reserved address"),
    )
)
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")  # all unicast space handed out so far (RFC 4291)
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# Ends of names that never lead to a public host (RFC 6761, RFC 6762, RFC 8375).
_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "localdomain")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)


def networks(names: Iterable[str]) -> tuple[Network, ...]:
    """The networks behind ``192.0.2.0/24`` or single addresses. Raises ``ValueError``."""
    return tuple(ipaddress.ip_network(name, strict=False) for name in names)


def literal(host: str) -> Address | None:
    """The address a host spells in digits, in any spelling, or None for a name.

    Besides the usual ones: decimal, octal and hexadecimal IPv4 (``2130706433``, ``0177.1``,
    ``0x7f.0.0.1``), trailing dots, brackets, percent signs, zones (``fe80::1%eth0``), and digits
    of other alphabets, which name resolution folds.
    """
    text = _folded(host).rstrip(".").strip("[]")
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        pass
    if not _NUMERIC.fullmatch(text):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text))
    except OSError:
        return None


def refusal(address: Address, allowed: Iterable[Network] = ()) -> str | None:
    """Why an address is not asked, in words, or None when it may be.

    An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, Teredo, NAT64) is judged by
    what it carries. ``allowed`` are the networks that the operator opened by name.
    """
    allowed = tuple(allowed)
    carried = _carried(address)
    if any(each in network for each in (address, *carried) for network in allowed):
        return None
    for each in carried:
        kind = _kind(each)
        if kind:
            return f"{address} carries {each}, {kind}"
    kind = _kind(address)
    return f"{address} is {kind}" if kind else None


def url_refusal(url: str, allowed: Iterable[Network] = ()) -> str | None:
    """Why a URL is not asked, judged by its text alone: scheme, host, address literal."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        return f"not an address: {error}"
    if parts.scheme not in SCHEMES:
        return f"only http and https are asked, not {parts.scheme or 'a bare word'}"
    if not host:
        return "the address names no host"
    address = literal(host)
    if address is not None:
        return refusal(address, allowed)
    name = _folded(host).rstrip(".")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):  # no name ends in a number (WHATWG URL)
        return f"{host} is no address"
    if not tuple(allowed) and any(name == end or name.endswith("." + end) for end in _LOCAL_NAMES):
        return f"{host} is a name of the local machine or network"
    return None


def _folded(host: str) -> str:
    """A host as resolvers see it: percent signs undone, full-width digits and dots folded."""
    return unicodedata.normalize("NFKC", unquote(host)).replace("。", ".").lower().strip()


def _carried(address: Address) -> tuple[Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    found: list[Address] = []
    if address.ipv4_mapped:
        found.append(address.ipv4_mapped)
    if address.sixtofour:
        found.append(address.sixtofour)
    if address.teredo:
        found.extend(address.teredo)
    number = int(address)
    if any(address in network for network in _NAT64) or (1 << 16 < number < 1 << 32):
        found.append(ipaddress.IPv4Address(number & 0xFFFFFFFF))
    return tuple(found)


def _kind(address: Address) -> str | None:
    for network, kind in _KINDS:
        if address.version == network.version and address in network:
            return kind
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_6:
        if _carried(address):
            return None
        return "outside the public address space"
    return None
