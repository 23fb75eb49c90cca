"""One address for one article, however it was linked. Pure.

Tracking parameters, fragments, AMP twins, default ports and the order of parameters don't make
another article. What may select content (an id, a page number) stays.
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

LONGEST_URL = 2048  # characters; beyond that publishers' own servers refuse
_PORTS = {"http": 80, "https": 443}


@functools.cache
def _rules() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    text = resources.files("monitor.feeds").joinpath("data/urls.toml").read_text("utf-8")
    table = tomllib.loads(text)
    return (
        frozenset(table["tracking"]["names"]),
        tuple(table["tracking"]["beginnings"]),
        frozenset(table["amp"]["parameters"]),
    )


def canonical_url(url: str, base: str = "") -> str | None:
    """The one address an article is known by, or None if it is no http address.

    ``base`` resolves a relative one. http and https count as one, written as https only if the
    address came so: the scheme is kept, as not every host answers both.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        host = (parts.hostname or "").rstrip(".").lower()
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or len(url) > LONGEST_URL:
        return None
    if port is not None and port != _PORTS[parts.scheme]:
        netloc = f"{_bracketed(host)}:{port}"
    else:
        netloc = _bracketed(host)
    netloc, path = _without_amp(netloc, _path(parts))
    canonical = SplitResult(parts.scheme, netloc, path, _query(parts.query), "").geturl()
    return canonical if len(canonical) <= LONGEST_URL else None


def identity(url: str) -> str:
    """What two addresses of one article have in common: no scheme, no "www", no end slash.

    To compare by, not to ask for.
    """
    canonical = canonical_url(url) or url
    bare = canonical.partition("://")[2] or canonical
    return bare.removeprefix("www.").removeprefix("m.").rstrip("/")


def leads_away(asked: str, answered: str) -> bool:
    """Whether a redirect led from an article to its site's front page or to a section above it.

    Publishers take articles down so: the answer is a page, but not this one any more.
    """
    article, page = urlsplit(asked).path.rstrip("/"), urlsplit(answered).path.rstrip("/")
    same_site = identity(asked).partition("/")[0] == identity(answered).partition("/")[0]
    return same_site and article != page and (not page or article.startswith(page + "/"))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _path(parts: SplitResult) -> str:
    """The path with dot segments resolved and percent-encoding in one spelling."""
    path = re.sub(r"/{2,}", "/", parts.path) or "/"
    if "/." in path:
        path = urlsplit(urljoin("http://host/", path)).path
    return (
        quote(unquote(path, errors="strict"), safe="/:@!$&'()*+,;=~-._") if _clean(path) else path
    )


def _clean(path: str) -> bool:
    """Whether unquoting the path loses nothing: valid UTF-8 and no encoded slash or percent."""
    if re.search(r"%(2f|25|3f|23)", path, re.IGNORECASE):
        return False
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _without_amp(netloc: str, path: str) -> tuple[str, str]:
    """The address of the article behind an AMP copy on the publisher's own host."""
    netloc = re.sub(r"^amp\.(?=[^.]+\.[^.]+)", "www.", netloc)
    path = re.sub(r"^/amp/(?=.)", "/", path)
    path = re.sub(r"(?<=.)/amp/?$", "", path) or "/"
    return netloc, re.sub(r"\.amp(\.html?)?$", r"\1", path)


def _query(query: str) -> str:
    names, beginnings, amp = _rules()
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if name.lower() not in names
        and not name.lower().startswith(beginnings)
        and not (name.lower() in amp and value.lower() in ("", "1", "true", "amp"))
    ]
    return urlencode(sorted(kept))
