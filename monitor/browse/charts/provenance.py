"""Where an article's claims come from and who carries them on, as a small graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.alerts.wording import authority_words, day_words
from monitor.claims import FiledFigure, FiledPosition
from monitor.store.pages.article import ArticleText, Copy

WIDTH = 340
_ROW, _HEIGHT, _INDENT = 38, 28, 22
_MOST = 6  # nodes of one kind; the others are counted


@dataclass(frozen=True, slots=True)
class Node:
    """A box: who said it, who was told, who wrote it, who repeated it."""

    kind: str  # source, channel, here, copy
    label: str
    note: str
    x: float
    y: float
    article: int | None = None

    @property
    def width(self) -> float:
        """To the right edge."""
        return WIDTH - self.x - 2


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes and the lines between them; ``said`` is the same in words."""

    nodes: list[Node]
    edges: list[str]
    height: float
    said: str


def provenance(shown: ArticleText) -> Graph | None:
    """The chain of an article; None where it names no source and nobody repeats it."""
    told = _told([*shown.figures, *shown.positions])
    if not told and not shown.copies:
        return None
    sources = list(dict.fromkeys(source for source, _ in told))
    channels = list(dict.fromkeys(channel for _, channel in told if channel))
    nodes = [
        *_row_of("source", [(name, "", None) for name in sources], 0, 0),
        *_row_of(
            "channel", [(name, "told", None) for name in channels], 1, min(len(sources), _MOST)
        ),
    ]
    here_at = len(nodes)
    article = shown.article
    nodes.append(
        Node("here", article.outlet, day_words(article.published), _INDENT * 2, _y(here_at))
    )
    nodes += _row_of("copy", [_copy(each) for each in shown.copies], 3, here_at + 1)
    at = {(node.kind, node.label): node for node in nodes}
    here = nodes[here_at]
    links = {
        (at.get(("source", source)), at.get(("channel", channel)) if channel else here)
        for source, channel in told
    }
    links |= {(at.get(("channel", channel)), here) for channel in channels}
    links |= {(here, node) for node in nodes if node.kind == "copy"}
    edges = sorted(_edge(one, two) for one, two in links if one is not None and two is not None)
    return Graph(nodes, edges, _y(len(nodes)), _said(sources, channels, shown))


def _told(claims: Iterable[FiledFigure | FiledPosition]) -> list[tuple[str, str]]:
    """Each source with the channel it was told through, "" where it told the article itself."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for claim in claims:
        if isinstance(claim, FiledFigure):
            figure = claim.figure
            attribution = figure.attribution
            named = figure.authority or figure.authority_as_written
            source = authority_words(claim) if named else ""
        else:
            attribution = claim.position.attribution
            source = (attribution.speaker or "") if not claim.position.background else ""
        channel = (attribution.channel or "") if attribution else ""
        if source:
            told = "" if channel == claim.outlet else channel
            found.setdefault((_bare(source), _bare(told)), (source, told))
    return list(found.values())


def _bare(name: str) -> str:
    """A name without its article, for telling two apart."""
    return name.casefold().removeprefix("the ")


def _copy(each: Copy) -> tuple[str, str, int]:
    return each.outlet, f"{each.how}, {day_words(each.published)}", each.article


def _row_of(
    kind: str, named: Sequence[tuple[str, str, int | None]], depth: int, first: int
) -> list[Node]:
    x = _INDENT * depth
    nodes = [
        Node(kind, label, note, x, _y(first + place), article)
        for place, (label, note, article) in enumerate(named[:_MOST])
    ]
    if len(named) > _MOST:
        last = nodes[-1]
        more = f"and {len(named) - _MOST + 1} more"
        nodes[-1] = Node(kind, more, "", last.x, last.y)
    return nodes


def _y(row: int) -> float:
    return 2 + row * _ROW


def _edge(one: Node, two: Node) -> str:
    x = one.x + 10
    return f"M{x} {one.y + _HEIGHT}V{two.y + _HEIGHT / 2}H{two.x}"


def _said(sources: Sequence[str], channels: Sequence[str], shown: ArticleText) -> str:
    parts = [
        f"said by {', '.join(sources[:_MOST])}" if sources else "no source named",
        *([f"told {', '.join(channels[:_MOST])}"] if channels else []),
        f"written by {shown.article.outlet}",
        *(
            [f"carried by {', '.join(copy.outlet for copy in shown.copies[:_MOST])}"]
            if shown.copies
            else []
        ),
    ]
    return "; ".join(parts)
