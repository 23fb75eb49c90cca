"""One text through every reader of this room, in order, parsed once."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor import __version__
from monitor.claims import Attribution, Extraction, QuantityMention
from monitor.extract.attribution import read_attributions
from monitor.extract.figures import read_figures
from monitor.extract.lexicon import data_version
from monitor.extract.positions import read_positions
from monitor.extract.quantities import read_quantities
from monitor.extract.reading import PIPELINE, load_pipeline, read


@dataclass(frozen=True, slots=True)
class Mentions:
    """Everything that was read from one text, claim or not."""

    extraction: Extraction
    quantities: tuple[QuantityMention, ...] = ()
    attributions: tuple[Attribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Extractor:
    """Text to claims with one pipeline and one set of word lists.

    ``data`` is the user's folder of additions, or None. Picklable, so that workers can hold one.
    """

    pipeline: str = PIPELINE
    data: Path | None = None

    @property
    def version(self) -> str:
        """A hash of code version, data files, pipeline name and pipeline version."""
        return _version(self.pipeline, self.data)

    def quantities(self, text: str) -> tuple[QuantityMention, ...]:
        """Every quantity of the text, also those that are no claim."""
        if not text.strip():
            return ()
        return tuple(read_quantities(read(text, pipeline=self.pipeline), self.data))

    def attributions(self, text: str) -> tuple[Attribution, ...]:
        """Every attribution of the text, also those that are no position."""
        if not text.strip():
            return ()
        return tuple(read_attributions(read(text, pipeline=self.pipeline), self.data))

    def extract(
        self, text: str, published: datetime | None = None, outlet: str | None = None
    ) -> Extraction:
        """The figures and positions of one text. ``published`` resolves relative dates."""
        return self.mentions(text, published, outlet).extraction

    def mentions(
        self, text: str, published: datetime | None = None, outlet: str | None = None
    ) -> Mentions:
        """The claims of one text with all its quantities and attributions."""
        if not text.strip():
            return Mentions(Extraction(version=self.version))
        reading = read(text, published, outlet, self.pipeline)
        quantities = read_quantities(reading, self.data)
        attributions = read_attributions(reading, self.data)
        extraction = Extraction(
            version=self.version,
            figures=tuple(read_figures(reading, quantities, attributions, self.data)),
            positions=tuple(read_positions(reading, attributions, self.data)),
        )
        return Mentions(extraction, tuple(quantities), tuple(attributions))


@functools.cache
def _version(pipeline: str, data: Path | None) -> str:
    meta = load_pipeline(pipeline).meta
    parts = [__version__, data_version(data), pipeline, str(meta.get("version"))]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
