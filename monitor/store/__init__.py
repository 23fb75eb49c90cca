"""The store: one SQLite file, and the only place that knows SQL.

``Store`` is the synchronous door, bound to one thread; ``Writer`` gives the daemon the same store
on a thread of its own; ``hold`` makes sure that one daemon at a time has it.
"""

from monitor.store.connection import is_at_rest
from monitor.store.lock import hold, holder
from monitor.store.store import Store
from monitor.store.writer import Writer

__all__ = ["Store", "Writer", "hold", "holder", "is_at_rest"]
