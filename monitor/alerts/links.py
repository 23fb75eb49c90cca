"""Addresses shown in alerts: the article at the sentence, and our own pages."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import quote

from monitor.claims import FiledFigure, FiledPosition
from monitor.inert import one_line

LONGEST = 2048  # characters of an address that an alert carries
_WHOLE = 80  # a sentence up to this long is named whole in a text fragment, else by its ends
_ENDS = 5  # words at each end


def at_sentence(url: str, sentence: str, most: int = LONGEST) -> str:
    """The article's address, opening at the sentence in browsers that know text fragments.

    Empty for an address of more than ``most`` characters. The syntax is that of the WICG's "URL
    Fragment Text Directives": ``#:~:text=start,end``.
    """
    if not url.startswith(("http://", "https://")) or len(url) > most:
        return ""
    said = one_line(sentence, len(sentence))
    if not said:
        return url
    words = said.split(" ")
    if len(said) <= _WHOLE or len(words) <= 2 * _ENDS:
        text = _encoded(said)
    else:
        start, end = " ".join(words[:_ENDS]), " ".join(words[-_ENDS:])
        text = f"{_encoded(start[:_WHOLE])},{_encoded(end[-_WHOLE:])}"
    return f"{url}{'' if '#' in url else '#'}:~:text={text}"


def _encoded(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")  # a bare "-" marks context in the directive


@dataclass(frozen=True, slots=True)
class Pages:
    """Where readers reach our pages; what has no address is left out of messages.

    ``public_url`` is the store's database in Datasette, ``endpoint_url`` the daemon's own endpoint;
    ``judge_key`` signs the links to the page on which an alert is judged.
    """

    public_url: str | None = None
    endpoint_url: str | None = None
    judge_key: str | None = None

    def of(self, claim: FiledFigure | FiledPosition, thread: str, alert: str) -> dict[str, str]:
        """The saved copy, the thread and the page to judge by."""
        links = {}
        if self.public_url is not None:
            base = self.public_url.rstrip("/")
            kind = "figure" if isinstance(claim, FiledFigure) else "position"
            text = f"{base}/-/article/{claim.article_id}?revision={claim.revision_number}"
            links["saved_copy"] = f"{text}#{claim.id}"
            links["thread"] = f"{base}/-/{kind}/{thread}"
        if self.endpoint_url is not None and self.judge_key is not None:
            token = judge_token(self.judge_key, alert)
            links["judge"] = f"{self.endpoint_url.rstrip('/')}/judge/{alert}?token={token}"
        return links


NO_PAGES = Pages()


def judge_accepts(key: str, alert: str, token: str) -> bool:
    """Whether a token is the one of this alert's link."""
    return hmac.compare_digest(judge_token(key, alert).encode(), token.encode())


def judge_token(key: str, alert: str) -> str:
    """What a link has to carry so that its reader may judge one alert: no more than that one."""
    return hmac.new(key.encode(), f"judge {alert}".encode(), hashlib.sha256).hexdigest()[:32]
