"""Streams of reports of our own, each number marked with what it is, replayed and scored.

A file of ``tests/stories/figures`` opens with its series (``toll: people / killed / Peru``: what is
counted, what happened to it, where; ``u=`` its unit; commas part what is as right), one a line. Then come the reports, in
order, each under ``=== DAY TIME OUTLET``. A number stands as ``[[31|toll|...]]``: its series, or
``-`` for one that belongs to none of them (a part, an increment, a plan, an older event). Then:

``=5`` the value, where no digits say it · ``>=`` ``<=`` ``~`` ``5-9`` how it is bound ·
``!`` ``!lowered`` ``!conflict`` a change that a reader wants told, ``?`` one that may be ·
``old`` of an older event, ``plan`` ``hyp`` ``neg`` ``need`` not asserted, ``flow`` one period's ·
``by=`` authority · ``at=`` place · ``day=`` beginning of the day's ISO date · ``x`` no figure at all

Run it to see every fault: ``python -m tests.figure_streams [NAME ...]``.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.claims import Figure
from monitor.commands.replay import replay_archive
from monitor.extract.extractor import Extractor

FOLDER = Path(__file__).parent / "stories" / "figures"
_MARK = re.compile(r"\[\[([^|\]]+)\|([^\]]*)\]\]")
_HEAD = re.compile(r"=== (\S+ \S+) (.+)")
_SCALES = {"million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9}
_BINDING = {">=": "at_least", "<=": "at_most", "~": "approx"}
_UNASSERTED = {"plan", "hyp", "neg", "need", "old"}

Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """What a series counts; an empty word is not asked for."""

    counted: str
    measure: str
    place: str
    unit: str | None


@dataclass(frozen=True)
class Mark:
    """One marked number of a report."""

    article: str
    start: int
    end: int
    words: str
    series: str
    low: float
    high: float
    modifier: str
    flags: frozenset[str]
    asked: dict[str, str]

    @property
    def change(self) -> str | None:
        """``raised``, ``lowered``, ``conflict``, or ``?`` for one that may be told."""
        for flag in self.flags:
            if flag == "?":
                return "?"
            if flag.startswith("!"):
                return flag[1:] or "raised"
        return None


@dataclass
class Stream:
    """One file: its reports as lines of an archive, and the marks in them."""

    name: str
    kinds: dict[str, Kind] = field(default_factory=dict)
    reports: list[Row] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def read_stream(path: Path) -> Stream:
    """A stream from its file. A mark that can't be read raises `ValueError`."""
    head, *parts = re.split(r"(?m)^(?==== )", path.read_text("utf-8"))
    stream = Stream(path.stem)
    for line in filter(str.strip, head.splitlines()):
        name, _, words = line.partition(":")
        counted, measure, place, unit, *_ = [w.strip() for w in f"{words}///".split("/")]
        stream.kinds[name] = Kind(counted, measure, place, unit.removeprefix("u=") or None)
    for number, part in enumerate(parts, 1):
        title, _, body = part.partition("\n")
        found = _HEAD.match(title)
        if found is None:
            raise ValueError(f"{path.name}: {title}")
        url = f"https://example.org/{path.stem}/{number}"
        text = _unmarked(stream, url, body.strip())
        published = datetime.fromisoformat(found[1]).replace(tzinfo=UTC).isoformat()
        row = {"url": url, "outlet": found[2], "published": published, "text": text}
        stream.reports.append(row | {"title": text.split("\n")[0]})
    return stream


def _unmarked(stream: Stream, article: str, body: str) -> str:
    """The plain text; its marks go to the stream."""
    text, at = "", 0
    for found in _MARK.finditer(body):
        text += body[at : found.start()]
        stream.marks.append(_mark(article, len(text), found[1], found[2].split("|")))
        text += found[1]
        at = found.end()
    return text + body[at:]


def _mark(article: str, start: int, words: str, fields: list[str]) -> Mark:
    series, *rest = fields
    asked = dict(f.split("=", 1) for f in rest if re.match(r"[a-z]+=", f))
    binding = next((_BINDING[f] for f in rest if f in _BINDING), "exact")
    given = next((f[1:] for f in rest if re.fullmatch(r"=[\d.,]+", f)), None)
    bounds = next((f for f in rest if re.fullmatch(r"[\d.]+-[\d.]+", f)), None)
    if bounds is not None:
        low, high = map(float, bounds.split("-"))
        binding = "range"
    else:
        low = high = _value(given or words)
    flags = frozenset(f for f in rest if re.fullmatch(r"[a-z]+|\?|![a-z]*", f))
    end = start + len(words)
    return Mark(article, start, end, words, series, low, high, binding, flags, asked)


def _value(words: str) -> float:
    if words.lower() == "others":
        return 0
    found = re.fullmatch(r"([\d,.]+)\s?(million|billion|bn|m)?", words)
    if found is None:
        raise ValueError(f"{words!r} needs its value")
    return round(float(found[1].replace(",", "")) * _SCALES.get(found[2] or "", 1), 6)


# ---------------------------------------------------------------- scoring


@dataclass
class Score:
    """Counts of what was asked and what was right, and each fault in words."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    wrong: int = 0
    elsewhere: int = 0

    def ask(self, what: str, ok: bool, fault: str) -> None:
        """Count one question."""
        self.asked[what] += 1
        self.right[what] += ok
        if not ok:
            self.faults.append(f"{what:9} {fault}")

    def share(self, what: str) -> float:
        """How many of the questions of one kind were answered right, 0 to 1."""
        return self.right[what] / max(1, self.asked[what])

    def b_cubed(self) -> float:
        """F1 of the threads over the numbers of the series."""
        n = max(1, len(self.precision))
        precision, recall = sum(self.precision) / n, sum(self.recall) / n
        return 2 * precision * recall / max(1e-9, precision + recall)

    def lines(self) -> list[str]:
        """The result, one kind of question a line."""
        rows = [f"{w:9} {self.share(w):.3f} of {self.asked[w]}" for w in self.asked]
        more = f"told wrong {self.wrong}, told elsewhere {self.elsewhere}"
        return [*rows, f"threads   {self.b_cubed():.3f} B-cubed F1", more]


def score_streams(streams: list[Stream]) -> Score:
    """Replay the streams, mixed by time, and compare what was read, linked and told."""
    score, extractor = Score(), Extractor()
    rows, told = _replayed(streams)
    for stream in streams:
        figures: dict[str, list[Figure]] = {}
        for row in stream.reports:
            published = datetime.fromisoformat(row["published"])
            read = extractor.extract(row["text"], published, row["outlet"]).figures
            figures[row["url"]] = list(read)
        pairs = {(m.article, m.start): _of(m, figures[m.article]) for m in stream.marks}
        for mark in stream.marks:
            _score_reading(score, stream, mark, pairs[mark.article, mark.start])
        own = {report["url"] for report in stream.reports}
        _score_threads(score, stream, [row for row in rows if row["article"] in own])
        _score_changes(score, stream, [row for row in told if row["article"] in own])
    return score


def _of(mark: Mark, figures: list[Figure]) -> Figure | None:
    near = [f for f in figures if f.number.start < mark.end and mark.start < f.number.end]
    return near[0] if near else None


def _score_reading(score: Score, stream: Stream, mark: Mark, figure: Figure | None) -> None:
    text = next(r["text"] for r in stream.reports if r["url"] == mark.article)
    around = " ".join(text[max(0, mark.start - 50) : mark.end + 40].split())
    where = f"{stream.name} {mark.article[-1]} [{mark.words}|{mark.series}] {around}"
    if "x" in mark.flags:
        score.ask("no figure", figure is None or not figure.followed, where)
        return
    score.ask("found", figure is not None, where)
    if figure is None:
        return
    quantity = figure.quantity
    low = quantity.low if quantity.low is not None else quantity.high
    high = quantity.high if quantity.high is not None else quantity.low
    score.ask("value", (low, high) == (mark.low, mark.high), f"{low}-{high} {where}")
    modifier = quantity.modifier.value.replace("approximate", "approx")
    score.ask("modifier", modifier == mark.modifier, f"{modifier} {where}")
    if mark.flags & _UNASSERTED and mark.series == "-":
        score.ask("set aside", not figure.followed, where)
    kind = stream.kinds.get(mark.series)
    asked = {"at": kind.place, "counted": kind.counted} if kind else {}
    asked |= {"measure": kind.measure, "unit": kind.unit or ""} if kind else {}
    asked |= mark.asked
    read = {
        "at": _places(figure),
        "counted": {figure.counted, figure.group or ""},
        "measure": {figure.measure or ""},
        "unit": {quantity.unit or ""},
        "by": {figure.authority or "", (figure.authority or "").split(" ", 1)[-1]},
        "day": _days(figure, mark.asked.get("day", "")),
    }
    for key, wanted in asked.items():
        if wanted:
            found = read[key]
            score.ask(
                key, bool(found & set(wanted.split(","))), f"{sorted(found)} not {wanted}: {where}"
            )
    if kind is not None and not mark.flags & _UNASSERTED:
        why = figure.why_not_followed
        score.ask("followed", figure.followed, f"{why}: {where}")


def _places(figure: Figure) -> set[str]:
    """The place as read; a site's name counts where the wanted place holds it."""
    return {figure.place.name} if figure.place else {""}


def _days(figure: Figure, wanted: str) -> set[str]:
    """The days that the figure stands for, cut to the length of what is asked."""
    periods = [p for p in (figure.period, figure.as_of) if p is not None]
    days = [d for p in periods for d in (p.start, p.end) if d is not None]
    return {day.isoformat()[: len(wanted)] for day in days}  # "2024-04" asks for the month


def _replayed(streams: list[Stream]) -> tuple[list[Row], list[Row]]:
    """The export's figures and told changes; an article is called by its address."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.jsonl"
        lines = (json.dumps(r) + "\n" for stream in streams for r in stream.reports)
        archive.write_text("".join(lines), "utf-8")
        replay_archive(archive, store=None, order=None, export=Path(folder), config=None)
        files = [Path(folder) / f"{name}.jsonl" for name in ("figures", "figure_changes")]
        figures, told = ([*map(json.loads, f.read_text("utf-8").splitlines())] for f in files)
    return figures, told


def _score_threads(score: Score, stream: Stream, rows: list[Row]) -> None:
    """B-cubed of the series' numbers; numbers of no series count in our threads."""
    marks = [m for m in stream.marks if not m.flags & {"x"}]
    ours = []
    for mark in marks:
        hit = next((r for r in rows if _touches(mark, r)), None)
        thread = hit and hit["series_id"]
        ours.append(thread or f"alone {mark.article} {mark.start}")
    golds = [
        m.series
        if m.series in stream.kinds and not m.flags & _UNASSERTED
        else f"- {m.article} {m.start}"
        for m in marks
    ]
    both, of_gold, of_ours = Counter(zip(golds, ours, strict=True)), Counter(golds), Counter(ours)
    for mark, gold, own in zip(marks, golds, ours, strict=True):
        if not gold.startswith("- "):
            score.precision.append(both[gold, own] / of_ours[own])
            score.recall.append(both[gold, own] / of_gold[gold])
            mine = Counter(o for g, o in zip(golds, ours, strict=True) if g == gold)
            if own != mine.most_common(1)[0][0]:
                score.faults.append(
                    f"split     {stream.name} {mark.article[-1]} {mark.words} {gold}"
                )
        elif of_ours[own] > both[gold, own]:
            score.faults.append(f"intruder  {stream.name} {mark.article[-1]} {mark.words}")


def _touches(mark: Mark, row: Row) -> bool:
    same = row["article"] == mark.article or mark.article.endswith(str(row["article"]))
    return bool(
        same
        and row["char_start"] < mark.end
        and mark.start < row.get("char_end", row["char_start"] + 1)
    )


def _score_changes(score: Score, stream: Stream, told: list[Row]) -> None:
    """Each wanted change told once, and nothing on a mark that changes nothing."""
    events: dict[tuple[str, str], Mark] = {}
    for mark in stream.marks:
        if mark.change:
            events.setdefault((mark.article, mark.series), mark)
    hit: set[tuple[str, str]] = set()
    for row in told:
        at = next((m for m in stream.marks if _touches(m, row)), None)
        if at is None:
            score.elsewhere += 1
            score.faults.append(f"elsewhere {stream.name} {row['kind']} {row['from']} {row['to']}")
            continue
        event = events.get((at.article, at.series))
        key = (at.article, at.series)
        value = row["to"]["low"] if row["to"]["low"] is not None else row["to"]["high"]
        if event is None or value != event.low or (key in hit and event.change != "?"):
            score.wrong += 1
            before = row["from"] and row["from"]["low"]
            score.faults.append(
                f"told wrong {stream.name} {at.article[-1]} {row['kind']} {before} -> "
                f"{at.words} {at.series}"
            )
        hit.add(key)
    for key, event in events.items():
        if event.change != "?":
            score.ask(
                "told", key in hit, f"{stream.name} {event.article[-1]} {event.words} {key[1]}"
            )


def main(names: list[str]) -> None:
    """Print the faults and the score of some streams, or of all."""
    paths = [FOLDER / f"{name}.txt" for name in names] or sorted(FOLDER.glob("*.txt"))
    score = score_streams([read_stream(path) for path in paths])
    print("\n".join([*sorted(score.faults), *score.lines()]))


if __name__ == "__main__":
    main(sys.argv[1:])
