"""What systemd wants to hear from a ``Type=notify`` service (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from datetime import timedelta


def notify(state: str) -> bool:
    """Send one state, as ``READY=1``; False where no service manager listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect(address)
            channel.sendall(state.encode())
        except OSError:
            return False
    return True


def watchdog_interval() -> timedelta | None:
    """Half of the time within which systemd wants a sign of life; None without a watchdog."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdigit() or os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(
        os.getpid()
    ):
        return None
    return timedelta(microseconds=int(microseconds) / 2)
