"""When the digest is due: times of day, or crontab lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from apscheduler.triggers.cron import CronTrigger

# How far back the last time of a crontab line is looked for; the first stretch that has one is it.
_BACK = tuple(timedelta(days=days) for days in (1 / 24, 1, 8, 32, 367))


def last_hour(now: datetime, hours: Sequence[str], zone: tzinfo = UTC) -> datetime | None:
    """The newest of some hours that has passed by ``now``; None without any.

    Each is a time of day ("07:00") or a crontab line ("0 7 * * mon-fri"), in ``zone``.
    """
    found = [_last_line(now, each, zone) if " " in each else _last_clock(now, each, zone)
             for each in hours]  # fmt: skip
    return max((each for each in found if each is not None), default=None)


def _last_clock(now: datetime, hour: str, zone: tzinfo) -> datetime | None:
    today = now.astimezone(zone).date()
    moments = [
        datetime.combine(today - timedelta(days=back), time.fromisoformat(hour), zone)
        for back in (0, 1)
    ]
    return next((each.astimezone(UTC) for each in moments if each <= now), None)


def _last_line(now: datetime, line: str, zone: tzinfo) -> datetime | None:
    trigger = CronTrigger.from_crontab(line, zone)
    for back in _BACK:
        at = trigger.get_next_fire_time(None, now - back)
        last = None
        while at is not None and at <= now:
            last = at
            at = trigger.get_next_fire_time(at, at + timedelta(seconds=1))
        if last is not None:
            found: datetime = last.astimezone(UTC)
            return found
    return None
