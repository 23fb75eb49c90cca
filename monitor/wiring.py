"""Settings as the values that each room takes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from monitor.alerts.delivery import Destination
from monitor.alerts.figure_tiers import FigureRules
from monitor.alerts.formats import Format
from monitor.alerts.links import NO_PAGES, Pages
from monitor.alerts.position_tiers import PositionRules
from monitor.alerts.samples import sample_alerts
from monitor.alerts.signing import check_secret
from monitor.alerts.templates import MessageTemplate
from monitor.alerts.watches import DEFAULT, Watch
from monitor.claims import Tier
from monitor.clock import Clock
from monitor.config import Defaults, HttpSettings, Settings, read_secret
from monitor.config import Destination as DestinationSettings
from monitor.errors import InputError
from monitor.extract.extractor import Extractor
from monitor.feeds.http import Manners
from monitor.mistakes import ConfigError, Mistake
from monitor.pipeline import Rules
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
        figures=_figure_rules(settings.defaults),
        positions=_position_rules(settings.defaults),
        per_hour=settings.defaults.delivery.per_hour,
        per_day=settings.defaults.delivery.per_day,
        pages=pages,
        destinations=tuple(names),
        watches=_watches(settings),
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
    own = tuple(Watch(**watch.model_dump()) for watch in settings.watches)
    return (DEFAULT, *own) if settings.defaults.enabled else own


def _figure_rules(defaults: Defaults) -> FigureRules:
    figures, delivery = defaults.figures, defaults.delivery
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
    )


def clock(settings: Settings) -> Clock:
    """The time that everything goes by."""
    return Clock(settings.clock)


def extractor(settings: Settings) -> Extractor:
    """The extractor with the configured pipeline and word lists."""
    return Extractor(settings.extract.pipeline, settings.extract.data)
