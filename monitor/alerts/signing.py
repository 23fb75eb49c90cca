"""Signatures of webhook messages, as Standard Webhooks 1.0 lays down.

A receiver checks three headers against the bytes it got: ``webhook-id`` (the same over every try
of one delivery: the receiver's key against doubles), ``webhook-timestamp`` (Unix seconds, new at
each try) and ``webhook-signature`` (``v1,`` and the base64 of HMAC-SHA256 over
``id.timestamp.body``; several, set apart by spaces, while a secret is being replaced).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from monitor.errors import InputError

PREFIX = "whsec_"
SECRET_BYTES = range(24, 65)  # the specification's bounds for a symmetric secret


def new_secret() -> str:
    """A fresh secret to share with one receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_secret(secret: str) -> None:
    """Raise InputError when ``secret`` is no usable Standard Webhooks secret.

    The message never repeats the secret: it may end up in a log.
    """
    if not secret.startswith(PREFIX):
        raise InputError(f"a webhook secret starts with {PREFIX!r} followed by base64")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise InputError(f"what follows {PREFIX!r} in the webhook secret is not base64") from None
    if len(key) not in SECRET_BYTES:
        raise InputError(
            f"the webhook secret holds {len(key)} bytes; "
            f"use {SECRET_BYTES.start} to {SECRET_BYTES.stop - 1}"
        )


def signed_headers(
    secrets: Sequence[str], message_id: str, at: datetime, body: str
) -> dict[str, str]:
    """The headers for one try, with one signature for each secret that is live.

    ``at`` may be in any zone: the library relabels what it gets as UTC, so it is converted here.
    """
    at = at.astimezone(UTC)
    signatures = [Webhook(secret).sign(message_id, at, body) for secret in secrets]
    headers = {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp()))}
    return headers | ({"webhook-signature": " ".join(signatures)} if signatures else {})
