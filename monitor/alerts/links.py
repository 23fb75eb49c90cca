"""Addresses shown in alerts: the article at the sentence, and our own pages."""

from __future__ import annotations

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


def our_pages(
    claim: FiledFigure | FiledPosition, thread: str, alert: str, public_url: str | None
) -> dict[str, str]:
    """The saved copy, the thread and the page to judge by; nothing without a public address.

    ``public_url`` is where readers reach the store's database in Datasette.
    """
    if public_url is None:
        return {}
    base = public_url.rstrip("/")
    threads = "figure_threads" if isinstance(claim, FiledFigure) else "position_threads"
    return {
        "saved_copy": f"{base}/revisions/{claim.revision_id}",
        "thread": f"{base}/{threads}/{thread}",
        "judge": f"{base}/alerts/{alert}",
    }
