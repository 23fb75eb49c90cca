"""Who asked to be told of a change. Watches only route: what is a change is decided before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.alerts.moved import Moved
from monitor.claims import Figure, FiledFigure, Position


@dataclass(frozen=True, slots=True)
class Watch:
    """What a user wants to be told of. An empty list asks for all; so does the built-in watch.

    ``topics`` are words of a proposition; ``places`` also ask for what lies in them.
    ``destinations`` are names; empty means all.
    """

    name: str
    measures: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()


DEFAULT = Watch("default")


def asked_by(watches: Sequence[Watch], moved: Moved) -> tuple[Watch, ...]:
    """The watches that ask for a change."""
    return tuple(watch for watch in watches if asks(watch, moved))


def asks(watch: Watch, moved: Moved) -> bool:
    """Whether one watch asks for a change: every list that isn't empty has to name it."""
    claim = moved.claim
    if not _named(watch.outlets, [claim.outlet]) or not _named(watch.kinds, [moved.change.kind]):
        return False
    if isinstance(claim, FiledFigure):
        return not (watch.holders or watch.topics) and _asks_figure(watch, claim.figure)
    asks_figures = watch.measures or watch.counted or watch.places
    return not asks_figures and _asks_position(watch, claim.position)


def destinations_of(watches: Sequence[Watch], known: Sequence[str]) -> tuple[str, ...]:
    """Where the messages of these watches go; each destination once, in the configured order."""
    wanted = {name for watch in watches for name in watch.destinations or known}
    return tuple(name for name in known if name in wanted)


def _asks_figure(watch: Watch, figure: Figure) -> bool:
    place = figure.place
    return (
        _named(watch.measures, [figure.measure])
        and _named(watch.counted, [figure.counted, figure.group])
        and _named(watch.places, [place.name, *place.within] if place else [])
    )


def _asks_position(watch: Watch, position: Position) -> bool:
    proposition = position.proposition
    words = [*proposition.terms, *proposition.label.split(), *proposition.key.split()]
    return _named(watch.holders, [position.holder.name]) and _named(watch.topics, words)


def _named(asked: Sequence[str], names: Sequence[str | None]) -> bool:
    if not asked:
        return True
    found = {name.casefold() for name in names if name}
    return any(word.casefold() in found for word in asked)
