"""The one error tree. Every message tells the operator what to do.

::

    MonitorError
     ├── ConfigError      the configuration is wrong; carries every mistake with its place
     ├── InputError       a file, archive, text or payload given to a command is wrong
     ├── FetchError       an address could not be fetched; carries a named outcome
     ├── StoreError       the store can't be opened, is newer, or is held by another daemon
     └── DeliveryError    an alert could not be handed over; says whether to try again
"""


class MonitorError(Exception):
    """Anything the operator can do something about."""


class InputError(MonitorError):
    """A file, archive, text or payload given to a command is wrong."""


class StoreError(MonitorError):
    """The store can't be opened, was written by a newer version, or is held by another daemon."""
