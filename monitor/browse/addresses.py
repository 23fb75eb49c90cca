"""Where each page is. Whatever a page is narrowed to stands in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from monitor.claims import FiledFigure, FiledPosition


@dataclass(frozen=True, slots=True)
class Addresses:
    """The pages of one store; ``base`` is the address of its database in Datasette."""

    base: str
    static: str

    def page(self, name: str, /, **query: object) -> str:
        """A page by its name; an argument that is empty is left out of the address."""
        given = {key: str(value) for key, value in query.items() if value not in ("", None, False)}
        return f"{self.base}/-/{name}" + (f"?{urlencode(given)}" if given else "")

    def figure(self, thread: str, form: str = "", **query: object) -> str:
        """One series; ``form`` is csv, json, svg or hxl.csv for a file."""
        return self.page(f"figure/{thread}" + (f".{form}" if form else ""), **query)

    def position(self, thread: str, form: str = "", **query: object) -> str:
        """One holder's stand on one proposition."""
        return self.page(f"position/{thread}" + (f".{form}" if form else ""), **query)

    def thread(self, claim: FiledFigure | FiledPosition, thread: str) -> str:
        """The series or the timeline that a claim is in, at the claim."""
        at = self.figure if isinstance(claim, FiledFigure) else self.position
        return f"{at(thread, claim=claim.id)}#{claim.id}"

    def article(self, article: int, **query: object) -> str:
        """One article, with its claims marked."""
        return self.page(f"article/{article}", **query)

    def saved(self, claim: FiledFigure | FiledPosition) -> str:
        """Our copy of the text that a claim was found in, at the claim."""
        page = self.article(claim.article_id, revision=claim.revision_number)
        return f"{page}#{claim.id}"

    def alert(self, alert: str, **query: object) -> str:
        """One alert."""
        return self.page(f"alert/{alert}", **query)

    def place(self, name: str, /, **query: object) -> str:
        """One place with its figures and positions."""
        return self.page("place", name=name, **query)

    def table(self, name: str, /, **query: object) -> str:
        """A table as plain Datasette."""
        return f"{self.base}/{name}" + (f"?{urlencode(query)}" if query else "")

    def asset(self, name: str) -> str:
        """A file of ours that pages load."""
        return f"{self.static}/{name}"


def narrowed(query: Mapping[str, str], **changes: object) -> str:
    """The same page asked in another way: some arguments set, those set to nothing left out."""
    wanted = {
        **query,
        **{key: "" if value is None else str(value) for key, value in changes.items()},
    }
    given = {key: value for key, value in wanted.items() if value}
    return f"?{urlencode(given)}"
