"""Templates to HTML and SVG, in an environment of our own: both lines of Datasette show the same.

They lie in ``markup``, since Datasette would take a folder ``templates`` for its own pages. All
that a template prints is first made harmless (no control characters, nothing that turns the
direction of the words around it) and then escaped.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from monitor.alerts import wording
from monitor.browse import marking
from monitor.claims import ChangeKind
from monitor.inert import inert


def render(template: str, values: dict[str, Any]) -> str:
    """A template with its values."""
    return _environment().get_template(template).render(values)


def harmless(value: Any) -> Any:
    """A text from strangers as it may be printed; line breaks stay."""
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    return "\n".join(inert(line) for line in value.split("\n"))


def day(value: date | None) -> str:
    """ "23 Oct 2023"."""
    return wording.day_words(value) if value else ""


def clock(value: datetime) -> str:
    """ "23 Oct 2023, 14:10"; all times are UTC, as the foot of each page says."""
    return f"{day(value)}, {value:%H:%M}"


def kind_words(kind: str) -> str:
    """A change's kind as people read it."""
    return wording.KINDS[ChangeKind(kind)]


@cache
def style(name: str) -> Markup:
    """A stylesheet's words, for a file that stands alone."""
    text = files("monitor.browse").joinpath("static", name).read_text("utf-8")
    return Markup(text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("monitor.browse", "markup"),
        autoescape=True,
        finalize=harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day,
        "clock": clock,
        "kind": kind_words,
        "marked": marking.marked_sentence,
        "said": wording.claim_words,
        "number": wording.number_words,
        "counted": wording.counted_noun,
    }
    environment.globals |= {
        "style": style,
        "authority": wording.authority_words,
        "speaker": wording.speaker_words,
        "day_of": wording.day_of,
        "VENUES": wording.VENUES,
        "STATUSES": wording.STATUSES,
        "at_sentence": marking.at_sentence,
    }
    return environment
