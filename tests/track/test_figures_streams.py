"""Reports of many stories in one stream: read, followed and judged, text to change."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.alerts.figure_tiers import figure_tier
from monitor.claims import FiledFigure, Report, content_id
from monitor.extract.extractor import Extractor
from monitor.track.exports import is_exported
from monitor.track.labels import in_words
from tests.track.filed_figures import MemoryThreads

REPORTS = tomllib.loads((Path(__file__).parent / "reports.toml").read_text("utf-8"))["report"]


@pytest.fixture(scope="module")
def told():
    """For each report, the changes that a reader is told of."""
    extractor, threads = Extractor(), MemoryThreads()
    claims, answers = {}, []
    for number, row in enumerate(REPORTS, start=1):
        report = _report(number, row)
        figures = extractor.extract(report.text, report.published, report.outlet).figures
        filed = [_filed(figure, report) for figure in figures]
        claims |= {claim.id: claim for claim in filed}
        followed = threads.follow(filed, report)
        answers.append([text for x in followed if (text := _told(x, report, claims))])
    return answers


@pytest.mark.parametrize(
    "number", range(len(REPORTS)), ids=[r["text"].split("\n")[0] for r in REPORTS]
)
def test_a_reader_is_told_of_each_change_once(told, number):
    assert told[number] == REPORTS[number]["changes"]


def _report(number, row):
    text, published = row["text"].rstrip("\n"), row["published"]
    return Report(
        article_id=number,
        revision_id=number,
        url=f"https://example.org/{number}",
        outlet=row["outlet"],
        outlet_kind="newspaper",
        title=text.split("\n")[0],
        text=text,
        published=published,
        first_seen=published,
        fetched=published,
        origin=f"text {number}",
    )


def _filed(figure, report):
    return FiledFigure(
        id=content_id("fig", report.url, figure.number.start),
        figure=figure,
        sentence=figure.sentence.of(report.text),
        article_id=report.article_id,
        revision_id=report.revision_id,
        url=report.url,
        outlet=report.outlet,
        outlet_kind=report.outlet_kind,
        origin=report.origin,
        published=report.published,
        sequence=report.article_id * 1000 + figure.number.start,
    )


def _told(answer, report, claims):
    change = answer.change
    if change is None:
        return None
    judged = figure_tier(change, answer.claim, answer.thread, report, report.published)
    if not is_exported(replace(change, tier=judged.tier)):
        return None
    before = in_words(claims[change.before])
    now, measure = in_words(answer.claim), answer.claim.figure.measure
    return f"{measure} {change.kind.value}: {before} -> {now}"
