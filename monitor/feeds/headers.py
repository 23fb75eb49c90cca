"""What response headers say about time. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.feeds.dates import http_date

LONGEST_PAUSE = 86_400.0  # seconds; a host that asks for more is asked again after a day


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds until the host wants to be asked again, from Retry-After, or None.

    A date counts from the server's own Date, so that clocks needn't agree.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d*)?", value):
        return min(float(value), LONGEST_PAUSE)
    until, date = http_date(value), http_date(headers.get("date"))
    if until is None or date is None:
        return None
    return min(max((until - date).total_seconds(), 0.0), LONGEST_PAUSE)


def max_age(headers: Mapping[str, str]) -> float | None:
    """Seconds a copy stays fresh by Cache-Control or, without it, Expires; None if unsaid."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return None
    found = re.search(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,9})", control)
    if found:
        age = headers.get("age", "").strip()
        spent = float(age) if re.fullmatch(r"\d{1,9}", age) else 0.0
        return max(float(found[1]) - spent, 0.0)
    expires, date = http_date(headers.get("expires")), http_date(headers.get("date"))
    if expires is None or date is None:
        return None
    return max((expires - date).total_seconds(), 0.0)
