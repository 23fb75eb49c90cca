"""``monitor check``: everything that would stop or hamper the daemon, before it starts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

from monitor.alerts.signing import check_secret
from monitor.alerts.wording import counted_noun
from monitor.config import Destination, Settings, load, read_secret, secret_mistakes
from monitor.errors import InputError
from monitor.extract.holders import holder_book
from monitor.extract.lexicon import lexicon
from monitor.feeds.addresses import networks, url_refusal
from monitor.mistakes import ConfigError, Mistake
from monitor.wiring import message_template


def findings(path: Path, environ: Mapping[str, str]) -> tuple[list[Mistake], list[str]]:
    """The mistakes of a configuration, and notes on what it leaves out."""
    try:
        settings = load(path)
    except ConfigError as error:
        return list(error.mistakes), []
    secrets = secret_mistakes(settings, path, environ)
    mistakes = [
        *secrets,
        *_addresses(settings, path),
        *_extraction(settings, path),
        *_store(settings, path),
    ]
    if not secrets:
        mistakes += _receivers(settings, path, environ)
    notes = list(_notes(settings))
    if not mistakes:  # the lists can be read
        notes += _watch_notes(settings)
    return mistakes, notes


def _addresses(settings: Settings, path: Path) -> Iterator[Mistake]:
    allowed = networks(settings.http.allow_networks)
    for number, feed in enumerate(settings.feeds, 1):
        if reason := url_refusal(feed.url, allowed):
            remedy = "name its network in [http] allow_networks if you mean it"
            yield Mistake(f"{path}: feeds[{number}].url", reason, remedy)


def _receivers(settings: Settings, path: Path, environ: Mapping[str, str]) -> Iterator[Mistake]:
    for number, destination in enumerate(settings.destinations, 1):
        place = f"{path}: destinations[{number}]"
        url = read_secret(destination.url, environ)
        # Apprise addresses are the operator's own trust, outside the rules for webhooks.
        is_free = destination.allow_private or destination.format == "apprise"
        reason = None if is_free else url_refusal(url)
        if reason:
            yield Mistake(f"{place}.url", reason, "set allow_private = true if you mean it")
        yield from _signing(destination, place, environ)
        try:
            message_template(destination)
        except ConfigError as error:
            yield from error.mistakes


def _signing(destination: Destination, place: str, environ: Mapping[str, str]) -> Iterator[Mistake]:
    for key in ("secret", "old_secret"):
        reference = getattr(destination, key)
        if reference is None:
            continue
        try:
            check_secret(read_secret(reference, environ))
        except InputError as error:
            yield Mistake(f"{place}.{key}", str(error), "monitor alerts secret makes one")


def _extraction(settings: Settings, path: Path) -> Iterator[Mistake]:
    pipeline, data = settings.extract.pipeline, settings.extract.data
    if find_spec(pipeline) is None and not Path(pipeline).is_dir():
        problem = f"no spaCy pipeline {pipeline!r} is installed"
        remedy = "install its package, or leave the key out for the one that came with monitor"
        yield Mistake(f"{path}: extract.pipeline", problem, remedy)
    if data is None:
        return
    if not data.is_dir():
        yield Mistake(
            f"{path}: extract.data", f"there is no folder {data}", "make it, or leave the key out"
        )
        return
    for file in sorted(data.glob("*.toml")):
        try:
            lexicon(file.stem, data)
        except FileNotFoundError:
            yield Mistake(str(file), "no built-in list has this name", "see docs/extending.md")
        except InputError as error:
            yield Mistake(f"{path}: extract.data", str(error))


def _watch_notes(settings: Settings) -> Iterator[str]:
    """Names in watches that nothing on the lists or in the configuration bears."""
    data = settings.extract.data
    measures = {*lexicon("measures", data), *lexicon("indicators", data), "level"} - {"paths"}
    known = {
        "measures": measures,
        "holders": {holder.name for holder in holder_book(data).names.values()},
        "outlets": {feed.outlet_name for feed in settings.feeds}
        | {outlet.name for outlet in settings.outlets},
        "feeds": {feed.url for feed in settings.feeds},
    }
    for watch in settings.watches:
        if not watch.lists and not watch.everything:
            yield f"note: watch {watch.name!r} names nothing, so it asks for everything"
        for key, names in known.items():
            for name in watch.lists.get(key, ()):
                yield from _unknown(f"watch {watch.name!r}: {key}", name, names)


def _unknown(where: str, name: str, known: set[str]) -> Iterator[str]:
    by_case = {each.casefold(): each for each in known}
    if name.casefold() in by_case:
        return
    near = get_close_matches(name.casefold(), by_case, n=3, cutoff=0.75)
    like = f"; like it: {', '.join(by_case[each] for each in near)}" if near else ""
    yield f"note: {where}: nothing known is called {name!r}{like}"


def _store(settings: Settings, path: Path) -> Iterator[Mistake]:
    folder = settings.store.path.parent
    if folder.exists() and not folder.is_dir():
        yield Mistake(f"{path}: store.path", f"{folder} is no folder")


def _notes(settings: Settings) -> Iterator[str]:
    feeds, destinations = len(settings.feeds), len(settings.destinations)
    yield f"{counted_noun(feeds, 'feed')}, {counted_noun(destinations, 'destination')}"
    if not settings.feeds:
        yield "note: there is no [[feeds]] table, so nothing will be polled"
    if not settings.destinations:
        yield "note: there is no [[destinations]] table: alerts stay in the store"
    for destination in settings.destinations:
        if destination.secret is None:
            yield f"note: destination {destination.name!r} has no secret: its webhooks are unsigned"
        if destination.allow_private:
            yield f"note: destination {destination.name!r} may lie in a private network"
    if not settings.http.contact:
        yield "note: [http] contact is empty: publishers who mind the polling can't reach you"
