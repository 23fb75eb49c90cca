"""What a demonstration shows: a screen while it runs, lines where there is no terminal.

Everything counted or quoted here is read from the store, except the messages, which come from the
receiver: they are what was really delivered.
"""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.alerts.wording import KINDS, SYMBOLS, claim_words, counted_noun
from monitor.claims import ChangeKind, FiledFigure, FiledPosition, Span, Tier
from monitor.demo.receiver import Received
from monitor.inert import one_line
from monitor.outbox import Alert
from monitor.store import Store
from monitor.store.articles import StoredArticle
from monitor.store.changes import StoredChange
from monitor.store.feeds import StoredFeed
from monitor.store.status import Counts, NotSent

STYLES = {"notice": "bold green", "warning": "bold yellow", "urgent": "bold red"}
DIGEST = "monitor.digest"
_WIDE = 100  # columns from which feeds, articles and claims have a place of their own
_ARTICLES = 8  # on the screen at once
_SHOWN = 3  # messages on the screen at once, the newest on top


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the store holds at one moment."""

    counts: Counts
    feeds: Sequence[StoredFeed]
    articles: Sequence[StoredArticle]  # newest first
    changes: Sequence[StoredChange]  # newest last
    not_sent: Sequence[NotSent]
    messages: Sequence[Alert]  # newest last


def take_snapshot(path: Path) -> Snapshot:
    """Read the store. Raises `StoreError` while there is none."""
    with Store.read(path) as store:
        return Snapshot(
            counts=store.status.counts(),
            feeds=store.feeds.all(),
            articles=store.articles.newest(_ARTICLES),
            changes=store.changes.after(0, 10_000),
            not_sent=store.status.not_sent(),
            messages=[each for each in store.alerts.newest(200)[::-1] if each.lead == each.id],
        )


@dataclass
class Scene:
    """Everything the screen is drawn from."""

    now: datetime
    snapshot: Snapshot | None = None
    messages: list[Received] = field(default_factory=list)
    events: list[str] = field(default_factory=list)  # what the demonstration itself did


def screen(scene: Scene, width: int) -> RenderableType:
    """The whole screen, for a terminal of ``width`` columns."""
    layout = Layout()
    layout.split_column(
        Layout(_headline(scene), size=3), Layout(name="middle"), Layout(_events(scene), size=4)
    )
    if width < _WIDE:
        layout["middle"].split_column(
            Layout(_alerts(scene), ratio=3), Layout(_quiet(scene), ratio=1)
        )
        return layout
    layout["middle"].split_row(Layout(name="left", ratio=2), Layout(_alerts(scene), ratio=3))
    layout["left"].split_column(
        Layout(_feeds(scene), size=5),
        Layout(_articles(scene), ratio=2),
        Layout(_claims(scene), ratio=3),
        Layout(_quiet(scene), ratio=3),
    )
    return layout


def _headline(scene: Scene) -> RenderableType:
    said = Text(f"{scene.now:%a %d %b %Y  %H:%M} UTC", "bold", no_wrap=True, overflow="ellipsis")
    if scene.snapshot is not None:
        counts = scene.snapshot.counts
        said.append(
            f"   {counts.articles} articles · {counts.figures} figures · "
            f"{counts.positions} positions · {counts.changes} changes · "
            f"{counts.messages} messages",
            "none",
        )
    title = "monitor demo: a week of three outlets that do not exist"
    return Panel(said, title=title, title_align="left")


def _feeds(scene: Scene) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for feed in scene.snapshot.feeds if scene.snapshot else ():
        polled = f"{feed.last_polled:%d %b %H:%M}" if feed.last_polled else ""
        table.add_row(
            Text(one_line(feed.outlet)),
            Text(feed.outlet_kind.replace("_", " "), "dim"),
            Text(feed.last_outcome or "waiting", "dim"),
            Text(polled, "dim"),
        )
    return Panel(table, title="feeds", title_align="left")


def _articles(scene: Scene) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for article in scene.snapshot.articles if scene.snapshot else ():
        table.add_row(
            Text(f"{article.published:%d %b %H:%M}", "dim"),
            Text(one_line(article.title), no_wrap=True, overflow="ellipsis"),
        )
    return Panel(table, title="articles", title_align="left")


def _claims(scene: Scene) -> RenderableType:
    lines = [claim_line(each) for each in reversed(_changes(scene)[-12:])]
    return Panel(Group(*lines), title="claims", title_align="left")


def _quiet(scene: Scene) -> RenderableType:
    quiet = [each for each in _changes(scene) if is_quiet(each)]
    lines = [quiet_line(each) for each in reversed(quiet[-10:])]
    return Panel(Group(*lines), title="not sent, and why", title_align="left", style="dim")


def _alerts(scene: Scene) -> RenderableType:
    first = [each for each in scene.messages if not each.again]
    shown = [each for each in first if each.payload["type"] != DIGEST][-_SHOWN:]
    panels = [message_panel(each) for each in reversed(shown)]
    digests = [each for each in first if each.payload["type"] == DIGEST]
    line = Text(str(digests[-1].payload["title"]) if digests else "", "dim")
    return Panel(Group(line, *panels), title="what the receiver got, signature verified")


def _events(scene: Scene) -> RenderableType:
    return Panel(Text("\n".join(scene.events[-2:]), "bold magenta"))


def _changes(scene: Scene) -> Sequence[StoredChange]:
    return scene.snapshot.changes if scene.snapshot else ()


def is_quiet(stored: StoredChange) -> bool:
    """Whether the screen says that a change was not sent.

    A first sight is no change to anyone, nor is a position said again; the summary counts both.
    """
    kind = stored.change.kind
    if stored.change.tier is Tier.PUSH or kind is ChangeKind.FIRST:
        return False
    return isinstance(stored.claim, FiledFigure) or kind is not ChangeKind.RESTATED


def claim_line(stored: StoredChange) -> Text:
    """One claim as it was filed: what moved, the value, and its sentence with the number marked."""
    change, claim = stored.change, stored.claim
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{SYMBOLS[change.kind]} {KINDS[change.kind]:<12.12} ", "cyan")
    line.append(f"{_holder(claim)}{claim_words(claim)}  ", "bold")
    if isinstance(claim, FiledFigure):
        mark, begin = claim.figure.number, claim.figure.sentence.start
    else:
        mark, begin = claim.position.content, claim.position.sentence.start
    line.append_text(_marked(claim.sentence, Span(mark.start - begin, mark.end - begin)))
    return line


def _marked(sentence: str, mark: Span) -> Text:
    said = Text(one_line(sentence[: max(0, mark.start)], 2000), "dim")
    said.append(f" {one_line(mark.of(sentence), 2000)} ", "bold")
    said.append(one_line(sentence[mark.end :], 2000))
    return said


def _holder(claim: FiledFigure | FiledPosition) -> str:
    return "" if isinstance(claim, FiledFigure) else f"{one_line(claim.position.holder.name)} "


def quiet_line(stored: StoredChange) -> Text:
    """One change that was weighed and not sent: the value, the reason, and what it is of."""
    change = stored.change
    reason = change.tier_reason
    if change.tier is Tier.DIGEST:
        reason = f"for the digest: {reason}"
    line = Text(no_wrap=True, overflow="ellipsis", style="dim")
    line.append(f"{_holder(stored.claim)}{claim_words(stored.claim)} ", "bold")
    line.append(f"{one_line(reason)} · {one_line(stored.claim.outlet)}")
    support = change.support
    if support.reports > support.origins:  # texts carried from one another
        origins, reports = support.origins, support.reports
        line.append(f" · {counted_noun(origins, 'origin')}, {counted_noun(reports, 'report')}")
    if stored.label:
        line.append(f" · {one_line(stored.label)}")
    return line


def message_panel(message: Received) -> RenderableType:
    """A delivered message as its reader sees it."""
    payload = message.payload
    style = STYLES.get(str(payload["severity"]), "bold")
    lines = str(payload["text"]).split("\n")
    body = Text(lines[0], style)
    for line in lines[1:]:
        quoted = line.startswith(("> ", "  before"))
        if line.startswith("At the sentence:"):
            line, _, _ = line.partition("#:~:")
        body.append(f"\n{line}", "none" if quoted else "dim")
    return Panel(body, subtitle=str(payload["id"]), subtitle_align="right", border_style="dim")


def summary(snapshot: Snapshot, messages: Sequence[Received]) -> RenderableType:
    """What happened, from the store."""
    counts = snapshot.counts
    types = Counter(each.type for each in snapshot.messages)
    own = sum(count for kind, count in types.items() if kind.startswith("monitor."))
    said = Text("\nThe week is over. ", "bold")
    said.append(
        f"{counts.articles} articles in {counts.revisions} revisions · {counts.figures} figures · "
        f"{counts.positions} positions · {counts.changes} changes · "
        f"{counted_noun(types.total() - own, 'alert')}, one baseline and "
        f"{counted_noun(types[DIGEST], 'digest')} sent, "
        f"{counts.pending} pending, {counts.dead} given up\n"
    )
    again = {each.id for each in messages if each.again}
    said.append(
        f"The receiver verified {len(messages)} deliveries of "
        f"{len({each.id for each in messages})} messages; "
        f"{len(again)} came twice, under the same id.\n"
    )
    return Group(said, _sent(snapshot), _not_sent(snapshot))


def opening(store: Path) -> Text:
    """The command that opens the store; print it unbroken, so that it can be copied."""
    called = Path(sys.argv[0])  # the same monitor, also outside its environment
    program = str(called) if called.name == "monitor" else "monitor"
    command = shlex.join([program, "browse", str(store)])
    return Text(f"\nOpen the store:  {command}", "bold")


def _sent(snapshot: Snapshot) -> Table:
    table = Table("at (UTC)", "sent", title="alerts", title_justify="left")
    for alert in snapshot.messages:
        if not alert.type.startswith("monitor."):
            table.add_row(f"{alert.created_at:%d %b %H:%M}", Text(alert.title))
    return table


def _not_sent(snapshot: Snapshot) -> Table:
    table = Table("changes", "not sent, and why", "for example")
    for each in snapshot.not_sent:
        tier = "for the digest: " if each.tier == Tier.DIGEST else ""
        table.add_row(
            str(each.changes), Text(f"{tier}{each.reason}"), Text(one_line(each.example, 2000))
        )
    return table


def show_quietly(console: Console, scene: Scene, said: set[str]) -> None:
    """Without a terminal: print what is new since the last time, remembering it in ``said``."""
    for event in scene.events:
        if event not in said:
            said.add(event)
            console.print(Text(event), soft_wrap=True)
    for change in _changes(scene):
        if change.change.id not in said and is_quiet(change):
            said.add(change.change.id)
            console.print(quiet_line(change), soft_wrap=True)
    for message in scene.messages:
        key = f"{message.id} {message.again}"
        if key not in said:
            said.add(key)
            text = str(message.payload["text"])
            if message.again:
                text = f"delivered again, under the same id: {text.partition(chr(10))[0]}"
            console.print(Text(f"\n{text}\n"), soft_wrap=True)
