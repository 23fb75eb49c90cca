"""Short reports read, filed and followed for tests, with threads kept in memory."""

from datetime import UTC, datetime, timedelta

from monitor.alerts.position_tiers import position_tier
from monitor.claims import FiledPosition, Report, Tier, content_id
from monitor.extract.attribution import read_attributions
from monitor.extract.positions import read_positions
from monitor.extract.reading import read
from monitor.track.positions import follow_positions

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST_DAY = datetime(2024, 3, 13, 12, tzinfo=UTC)
REST = (
    "\n\nThe streets of the capital were quiet. Shops were open and buses ran on time. "
    "Rain fell on the hills in the east."
)


def day_of(text, earliest):
    """The first day from ``earliest`` on which a report saying "on Monday" is of the day."""
    named = [n for n, name in enumerate(WEEKDAYS) if f"on {name}" in text.casefold()]
    wait = (named[0] - earliest.weekday()) % 7 if named else 0
    return earliest + timedelta(days=wait)


class Desk:
    """Reads report after report, and holds the threads."""

    def __init__(self):
        self.threads = {}
        self.reports = 0
        self.filed = 0

    def position_threads(self, holder):
        return [thread for thread in self.threads.values() if thread.key == holder]

    def threads_on(self, proposition):
        return [t for t in self.threads.values() if t.proposition.key == proposition]

    def figure_threads(self, key):
        return []

    def report(self, text, when, title=None, outlet="Outlet A", origin=None, baseline=False):
        """One short report: its statement under a headline that says it, and a neutral rest."""
        title = title or text.split(". ")[0].rstrip(".")
        return self.text(f"{title}\n\n{text}{REST * 3}", when, outlet, origin, baseline)

    def text(self, text, when, outlet="Outlet A", origin=None, baseline=False):
        """A whole text with its headline, read and followed."""
        self.reports += 1
        number, origin = self.reports, origin or f"origin-{self.reports}"
        reading = read(text, when, outlet)
        report = Report(
            article_id=number,
            revision_id=number,
            url=f"https://outlet.example/{number}",
            outlet=outlet,
            outlet_kind="newspaper",
            title=text.split("\n")[0],
            text=text,
            published=when,
            first_seen=when,
            fetched=when,
            origin=origin,
            baseline=baseline,
        )
        positions = read_positions(reading, read_attributions(reading))
        filed = [self.file(position, text, report) for position in positions]
        followed = follow_positions(filed, report, self)
        for step in followed:
            if step.thread is not None:
                self.threads[step.thread.id] = step.thread
        return [Told(step, report) for step in followed]

    def file(self, position, text, report):
        self.filed += 1
        return FiledPosition(
            id=content_id("pos", report.url, position.content, position.holder.name),
            position=position,
            sentence=position.sentence.of(text),
            quote=position.content.of(text),
            article_id=report.article_id,
            revision_id=report.revision_id,
            url=report.url,
            outlet=report.outlet,
            outlet_kind=report.outlet_kind,
            origin=report.origin,
            published=report.published,
            sequence=self.filed,
        )


class Told:
    """What tracking and the tiers make of one claim."""

    def __init__(self, step, report):
        self.step = step
        self.claim = step.claim
        self.position = step.claim.position
        self.change = step.change
        self.tier, self.reason = (
            position_tier(step.change, step.claim, report)
            if step.change is not None
            else (Tier.LOG, step.reason)
        )

    @property
    def sent(self):
        """Whether it is in the export: a change of a tier above the log."""
        return self.tier is not Tier.LOG

    @property
    def kind(self):
        return self.change.kind if self.change is not None else None


def sent(told):
    """The kinds of the changes that a report sends."""
    return [each.kind for each in told if each.sent]
