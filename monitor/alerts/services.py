"""Every other service, through the library Apprise (the extra ``monitor[apprise]``).

An Apprise address (``ntfys://…``, ``mailtos://…``, ``tgram://…``) is the operator's own trust: the
library speaks to the service itself, outside the address rules of the webhooks, and says only
whether it took the message. There is no signature, no status and no ``Retry-After``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from monitor.alerts.retry import Answer

MISSING = "Apprise is not installed: pip install 'monitor[apprise]'"


async def notify(address: str, payload: Mapping[str, Any], within: float) -> Answer:
    """Hand one message to the service behind an Apprise address, in ``within`` seconds."""
    try:
        apprise = import_module("apprise")
    except ImportError:
        return Answer(None, note=MISSING)
    service = apprise.Apprise()
    if not service.add(address):
        return Answer(None, note="this is no address that Apprise knows")
    title, _, body = str(payload["text"]).partition("\n")
    try:
        taken = await asyncio.wait_for(
            service.async_notify(body=body or title, title=title, body_format="text"), within
        )
    except TimeoutError:
        return Answer(None, note=f"no answer within {within:g} s")
    if not taken:
        return Answer(None, note="the service did not take it")
    return Answer(None, note="the service took it", delivered=True)
