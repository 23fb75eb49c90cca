"""The one error tree. Every message tells the operator what to do.

::

    MonitorError
     ├── ConfigError      the configuration is wrong; carries every mistake with its place
     ├── InputError       a file, archive, text or payload given to a command is wrong
     ├── FetchError       an address could not be fetched; carries a named outcome
     ├── StoreError       the store can't be opened, is newer, or is held by another daemon
     ├── WorkerError      a job in a worker process failed; carries its outcome
     └── DeliveryError    an alert could not be handed over; says whether to try again
"""


class MonitorError(Exception):
    """Anything the operator can do something about."""


class InputError(MonitorError):
    """A file, archive, text or payload given to a command is wrong."""


class StoreError(MonitorError):
    """The store can't be opened, was written by a newer version, or is held by another daemon."""


class WorkerError(MonitorError):
    """A job in a worker process failed, and failed again when tried a second time.

    ``outcome`` names how (an `Outcome` of the intake: worker_timeout or worker_died).
    """

    def __init__(self, outcome: str, note: str) -> None:
        super().__init__(note)
        self.outcome = outcome
