"""``monitor replay``: an archive through the pipeline in stream order, with simulated time."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from monitor import wiring
from monitor.alerts.wording import counted_noun
from monitor.claims import (
    ChangeKind,
    Extraction,
    FiledFigure,
    FiledPosition,
    Tier,
)
from monitor.commands.archive import ArchivedText, read_archive
from monitor.config import Settings, defaults, load
from monitor.errors import InputError
from monitor.extract.extractor import Extractor
from monitor.intake import CleanText, Outcome
from monitor.pipeline import Arrival, end_waits_until, fade_threads, file_revision
from monitor.store import Store
from monitor.store.changes import StoredChange
from monitor.store.lock import hold
from monitor.track.differences import Difference, find_differences
from monitor.track.exports import (
    Row,
    edit_row,
    figure_change_row,
    figure_row,
    is_exported,
    position_change_row,
    position_row,
)

Read = tuple[Extraction, tuple[Difference, ...]]

EXPORTS = ("figures", "figure_changes", "positions", "position_changes", "edits")
CLEANER = "archive"  # the texts come clean


def replay_archive(
    path: Path, *, store: Path | None, order: Path | None, export: Path | None, config: Path | None
) -> str:
    """Replay an archive and return a summary in words.

    Without ``store`` the store is a temporary one. Raises `InputError` with the place for an
    archive that can't be read, and `StoreError` for a store that can't be used.
    """
    texts = read_archive(path, order)
    settings = load(config) if config else defaults()
    with ExitStack() as stack:
        if store is None:
            store = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "replay.db"
        stack.enter_context(hold(store))
        opened = stack.enter_context(Store.open(store))
        exports = {name: list[Row]() for name in EXPORTS}
        revisions: dict[int, ArchivedText] = {}
        for text, revision in _filed(opened, texts, settings):
            revisions.setdefault(revision, text)
        for revision, text in sorted(revisions.items()):
            _collect(opened, exports, text, revision)
        if export is not None:
            _write(export, exports)
        counts = opened.status.counts()
    nouns = ("article", "figure", "position", "change", "message")
    return ", ".join(counted_noun(getattr(counts, f"{noun}s"), noun) for noun in nouns)


def _filed(
    store: Store, texts: Sequence[ArchivedText], settings: Settings
) -> Iterator[tuple[ArchivedText, int]]:
    """Each text with the id of its revision, filed now or before."""
    rules = wiring.rules(settings, ())
    extractions = _extractions(texts, wiring.extractor(settings), settings.extract.workers)
    clock: datetime | None = None
    for text, (extraction, differences) in zip(_progress(texts), extractions, strict=True):
        clock = max(clock, text.fetched) if clock else text.fetched
        end_waits_until(store, rules, clock)
        filed = file_revision(store, _arrival(text), extraction, rules, clock, differences)
        yield text, filed.report.revision_id
    if clock is not None:
        fade_threads(store, clock)


def _arrival(text: ArchivedText) -> Arrival:
    return Arrival(
        url=text.url,
        outlet=text.outlet,
        clean=CleanText(
            Outcome.OK, title=text.title, text=text.text, basis="archive", cleaner=CLEANER
        ),
        published=text.published,
        first_seen=text.fetched,
        fetched=text.fetched,
    )


def _extractions(
    texts: Sequence[ArchivedText], extractor: Extractor, workers: int
) -> Iterator[Read]:
    """The claims of each text, and what it says otherwise than the article's text before it.

    In order, read by several processes.
    """
    jobs = []
    shown: dict[str, str] = {}
    for text in texts:
        jobs.append((extractor, shown.get(text.url), text.text, text.published, text.outlet))
        shown[text.url] = text.text
    if workers < 2 or len(jobs) < 2 * workers:
        yield from map(_extract, jobs)
        return
    # Not forked: the process may hold threads by now.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_extract, jobs, chunksize=4)


def _extract(job: tuple[Extractor, str | None, str, datetime, str]) -> Read:
    extractor, earlier, text, published, outlet = job
    if earlier is None or earlier == text:
        return extractor.extract(text, published, outlet), ()
    return find_differences(extractor, earlier, text, published, outlet)


def _progress(texts: Sequence[ArchivedText]) -> Iterable[ArchivedText]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(texts, description="replay")


# ---------------------------------------------------------------- exports


def _collect(
    store: Store, exports: dict[str, list[Row]], text: ArchivedText, revision: int
) -> None:
    """What the store holds of one revision, whether this replay filed it or an earlier one."""
    figures, positions = store.claims.of_revision(revision)
    threads = store.claims.threads_of_revision(revision)
    exports["figures"] += [figure_row(text.name, each, threads.get(each.id)) for each in figures]
    exports["positions"] += [
        position_row(text.name, each, threads.get(each.id)) for each in positions
    ]
    for stored in store.changes.of_revision(revision):
        _collect_change(exports, text, stored)


def _collect_change(
    exports: dict[str, list[Row]], text: ArchivedText, stored: StoredChange
) -> None:
    change, claim, before = stored.change, stored.claim, stored.before
    if change.kind is ChangeKind.EDITED and change.tier is not Tier.LOG:
        span = claim.figure.number if isinstance(claim, FiledFigure) else claim.position.content
        exports["edits"].append(edit_row(text.url, change.kind, span))
    elif not is_exported(change):
        return
    elif isinstance(claim, FiledFigure):
        old = before if isinstance(before, FiledFigure) else None
        exports["figure_changes"].append(figure_change_row(text.name, change, claim, old))
    else:
        stood = before if isinstance(before, FiledPosition) else None
        exports["position_changes"].append(position_change_row(text.name, change, claim, stood))


def _write(folder: Path, exports: dict[str, list[Row]]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in exports.items():
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}") from error
