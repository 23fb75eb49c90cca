"""Pages to clean text to claims, in worker processes with a deadline each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.claims import Extraction
from monitor.errors import WorkerError
from monitor.extract.extractor import Extractor
from monitor.intake import CleanText, Entry, Fetch, Outcome
from monitor.track.differences import Difference
from monitor.workers import Workers, clean_job, compare_job, extract_job

CLEANING_DEADLINE = 10.0  # seconds for one page: a 15 MB page takes trafilatura 36 CPU seconds


@dataclass(frozen=True, slots=True)
class Reader:
    """Has pages and texts read by the workers. ``deadline``: seconds for one text."""

    workers: Workers
    extractor: Extractor
    deadline: float

    @property
    def version(self) -> str:
        """The extractor's."""
        return self.extractor.version

    async def clean(
        self, fetch: Fetch, entry: Entry | None = None, drop: frozenset[str] = frozenset()
    ) -> CleanText:
        """The article of a page, else of its feed entry. A worker that fails is an outcome.

        ``drop``: the outlet's furniture, as `monitor.feeds.clean` takes it.
        """
        try:
            return await self.workers.run(clean_job, fetch, entry, drop, deadline=CLEANING_DEADLINE)
        except WorkerError as error:
            return CleanText(Outcome(error.outcome), note=str(error))

    async def extract(self, text: str, published: datetime, outlet: str) -> Extraction | CleanText:
        """The claims of a text; where the worker failed, that outcome."""
        try:
            return await self.workers.run(
                extract_job, self.extractor, text, published, outlet, deadline=self.deadline
            )
        except WorkerError as error:
            return CleanText(Outcome(error.outcome), note=str(error))

    async def compare(
        self, earlier: str, text: str, published: datetime, outlet: str
    ) -> tuple[Extraction, tuple[Difference, ...]] | CleanText:
        """The claims of a changed text, and what it says otherwise than the earlier one."""
        try:
            return await self.workers.run(
                compare_job,
                self.extractor,
                earlier,
                text,
                published,
                outlet,
                deadline=2 * self.deadline,
            )
        except WorkerError as error:
            return CleanText(Outcome(error.outcome), note=str(error))
