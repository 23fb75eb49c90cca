"""Settings as the values that each room takes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.delivery import Destination
from monitor.alerts.figure_tiers import FigureRules
from monitor.alerts.formats import Format
from monitor.alerts.links import NO_PAGES, Pages
from monitor.alerts.position_tiers import ACT, PositionRules
from monitor.alerts.quiet import QuietHours, read_hours
from monitor.alerts.samples import sample_alerts
from monitor.alerts.signing import check_secret
from monitor.alerts.templates import MessageTemplate
from monitor.alerts.watches import DEFAULT, STEPS, Thresholds, Watch
from monitor.claims import ChangeKind, Tier
from monitor.clock import Clock
from monitor.config import Defaults, HttpSettings, Settings, read_secret
from monitor.config import Destination as DestinationSettings
from monitor.config import Watch as WatchSettings
from monitor.errors import InputError
from monitor.extract.extractor import Extractor
from monitor.feeds.http import Manners
from monitor.messaging import Rules
from monitor.mistakes import ConfigError, Mistake
from monitor.store.feeds import DeclaredFeed


def manners(http: HttpSettings) -> Manners:
    """How we ask other people's servers."""
    return Manners(
        contact=http.contact,
        timeout=http.timeout.total_seconds(),
        concurrency=http.concurrency,
        per_host=http.per_host,
        host_gap=http.host_gap.total_seconds(),
        feed_limit=http.feed_limit,
        page_limit=http.page_limit,
        robots=http.robots,
        pause_host=http.pause_host,
        allow_networks=http.allow_networks,
    )


def declared_feeds(settings: Settings) -> list[DeclaredFeed]:
    """The feeds of the configuration, as the store files them."""
    return [
        DeclaredFeed(
            url=feed.url,
            outlet=feed.outlet_name,
            outlet_kind=settings.outlet_kind(feed.outlet_name),
            interval=(feed.interval or settings.poll.interval).total_seconds(),
            live=feed.live,
        )
        for feed in settings.feeds
    ]


def destinations(
    settings: Settings, environ: Mapping[str, str] = os.environ
) -> Sequence[Destination]:
    """Where alerts go, with their secrets read.

    Raises `ConfigError` for a secret that is missing or that can't sign, and for a template that
    fails on a sample.
    """
    return [
        Destination(
            name=each.name,
            url=read_secret(each.url, environ),
            secrets=tuple(
                _signing_secret(reference, each.name, environ)
                for reference in (each.secret, each.old_secret)
                if reference is not None
            ),
            allow_private=each.allow_private,
            ops=each.ops,
            format=Format(each.format),
            template=message_template(each),
        )
        for each in settings.destinations
    ]


def message_template(destination: DestinationSettings) -> MessageTemplate | None:
    """A destination's template, tried on a sample of each kind of message.

    Raises `ConfigError` for one that can't be read or used.
    """
    if destination.template is None:
        return None
    try:
        source = destination.template.read_text("utf-8")
        template = MessageTemplate(source, destination.content_type)
        template.check([alert.payload for alert in sample_alerts(datetime.now(UTC))])
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            [Mistake(str(destination.template), f"can't be read: {error}")]
        ) from error
    except InputError as error:
        remedy = "docs/alerts.md lists the fields of a message"
        raise ConfigError([Mistake(str(destination.template), str(error), remedy)]) from error
    return template


def _signing_secret(reference: str, destination: str, environ: Mapping[str, str]) -> str:
    secret = read_secret(reference, environ)
    try:
        check_secret(secret)
    except InputError as error:
        place, remedy = f"destination {destination!r}", "monitor alerts secret makes one"
        raise ConfigError([Mistake(place, str(error), remedy)]) from error
    return secret


def rules(settings: Settings, names: Sequence[str], pages: Pages = NO_PAGES) -> Rules:
    """How changes are judged, and the names of the destinations that hear of them."""
    return Rules(
        figures=_figure_rules(settings),
        positions=_position_rules(settings.defaults),
        per_hour=settings.defaults.delivery.per_hour,
        per_day=settings.defaults.delivery.per_day,
        pages=pages,
        destinations=tuple(names),
        watches=_watches(settings),
        quiet={each.name: _quiet(each.quiet, settings) for each in settings.destinations},
        data=settings.extract.data,
    )


def pages(settings: Settings, environ: Mapping[str, str] = os.environ) -> Pages:
    """Where readers reach our pages. Raises `ConfigError` for a secret that is missing."""
    endpoint = settings.endpoint
    key = read_secret(endpoint.secret, environ) if endpoint.secret else None
    return Pages(settings.public_url, endpoint.url, key)


def _position_rules(defaults: Defaults) -> PositionRules:
    positions, delivery = defaults.positions, defaults.delivery
    return PositionRules(
        push=frozenset(positions.push),
        push_if_high=frozenset(positions.push_if_principal_or_minister),
        first=Tier(positions.first),
        restated=Tier(positions.restated),
        push_confidence=delivery.push_confidence,
        digest_confidence=delivery.digest_confidence,
    )


def _watches(settings: Settings) -> tuple[Watch, ...]:
    """The user's watches, beside the built-in one unless that is switched off."""
    own = tuple(_watch(each, settings) for each in settings.watches)
    return (DEFAULT, *own) if settings.defaults.enabled else own


def _watch(watch: WatchSettings, settings: Settings) -> Watch:
    thresholds = _thresholds(watch)
    return Watch(
        name=watch.name,
        measures=watch.measures,
        counted=watch.counted,
        places=watch.places,
        holders=watch.holders,
        topics=watch.topics,
        outlets=watch.outlets,
        feeds=watch.feeds,
        kinds=watch.kinds,
        threads=watch.threads,
        figures=_own_figure_rules(watch, thresholds, settings),
        positions=_own_position_rules(watch, settings.defaults),
        thresholds=thresholds,
        tier=Tier(watch.tier or "push"),
        origins=watch.sources,
        wait=watch.wait,
        severity=watch.severity,
        quiet=_quiet(watch.quiet, settings),
        per_hour=watch.per_hour,
        updates=watch.updates,
        destinations=watch.destinations,
    )


def _thresholds(watch: WatchSettings) -> Thresholds | None:
    """A watch's own measure of a move, or None where it goes by the built-in one."""
    percent = watch.percent or 0
    if (watch.percent, watch.absolute, watch.floor) == (None, None, None):
        return None
    reset = percent if watch.reset is None else watch.reset
    return Thresholds(percent, watch.absolute or 0, watch.floor or 0, reset)


def _own_figure_rules(
    watch: WatchSettings, thresholds: Thresholds | None, settings: Settings
) -> FigureRules | None:
    """The built-in rules as a watch changes them, or None where it changes nothing."""
    pushes_all = watch.tier == "push"
    changes = (watch.min_gap, watch.implausible, watch.min_confidence)
    if thresholds is None and not pushes_all and changes == (None, None, None):
        return None
    rules = _figure_rules(settings)
    gap = watch.min_gap
    if pushes_all or thresholds is not None:  # what a move is worth is said by the watch
        always = frozenset(ChangeKind) if pushes_all else rules.always | STEPS
        rules = replace(
            rules,
            raise_percent=0,
            raise_absolute=0,
            milestones=False,
            always=always,
            always_gap=gap or timedelta(),
        )
    return replace(
        rules,
        min_gap=rules.min_gap if gap is None else gap,
        implausible=watch.implausible or rules.implausible,
        push_confidence=_or(watch.min_confidence, rules.push_confidence),
        digest_confidence=min(
            rules.digest_confidence, _or(watch.min_confidence, rules.digest_confidence)
        ),
    )


def _own_position_rules(watch: WatchSettings, defaults: Defaults) -> PositionRules | None:
    if watch.tier != "push" and watch.min_confidence is None:
        return None
    rules = _position_rules(defaults)
    if watch.tier == "push":
        rules = replace(rules, push=frozenset({*ChangeKind, ACT}))
    return replace(
        rules,
        push_confidence=_or(watch.min_confidence, rules.push_confidence),
        digest_confidence=min(
            rules.digest_confidence, _or(watch.min_confidence, rules.digest_confidence)
        ),
    )


def _or(own: float | None, other: float) -> float:
    return other if own is None else own


def _quiet(hours: Sequence[str], settings: Settings) -> tuple[QuietHours, ...]:
    zone = ZoneInfo(settings.defaults.delivery.timezone)
    return tuple(read_hours(each, zone) for each in hours)


def _figure_rules(settings: Settings) -> FigureRules:
    figures, delivery = settings.defaults.figures, settings.defaults.delivery
    return FigureRules(
        raise_percent=figures.raise_percent,
        raise_absolute=figures.raise_absolute,
        milestones=figures.milestones != "none",
        min_gap=figures.min_gap,
        event_floor=int(figures.event_floor),
        always=frozenset(figures.always),
        implausible=figures.implausible,
        unattributed_wait=figures.unattributed_wait,
        max_age_article=figures.max_age_article,
        max_age_as_of=figures.max_age_as_of,
        push_confidence=delivery.push_confidence,
        digest_confidence=delivery.digest_confidence,
        pinned=frozenset(thread for watch in settings.watches for thread in watch.threads),
    )


def clock(settings: Settings) -> Clock:
    """The time that everything goes by."""
    return Clock(settings.clock)


def extractor(settings: Settings) -> Extractor:
    """The extractor with the configured pipeline and word lists."""
    return Extractor(settings.extract.pipeline, settings.extract.data)
