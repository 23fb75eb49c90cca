"""One daemon per store: a lock file beside it that names the holder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import StoreError


def lock_path(store: Path) -> Path:
    """The lock file that belongs to a store, by whatever link it is named."""
    store = store.resolve()
    return store.with_name(store.name + ".lock")


@contextmanager
def hold(store: Path) -> Iterator[None]:
    """Hold a store while the block runs.

    The kernel drops the lock with its holder, however that ends, so a killed daemon leaves
    nothing to clean up. Raises StoreError with the holder's pid when another one has it.
    """
    path = lock_path(store)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                f"{store} is held by process {_written(descriptor) or 'unknown'}; "
                "stop that one first or name another store"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(store: Path) -> int | None:
    """The process that holds a store now, or None."""
    try:
        descriptor = os.open(lock_path(store), os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _written(descriptor)
    finally:
        os.close(descriptor)
    return None


def _written(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
    return int(text) if text.isdigit() else None
