"""A message in the operator's own words: a Jinja template over the alert's payload.

Templates run in Jinja's sandbox: they read the payload and nothing else. One that can't be used
is a mistake of the configuration, found before anything is sent; one that fails later, on a
message unlike the samples, gives way to the plain message, and the attempt says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.alerts.payloads import schema
from monitor.errors import InputError

LONGEST = 100_000  # characters of a rendered message
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body as it is sent. ``trouble`` says why the template was not used; empty when it was."""

    body: str
    content_type: str
    trouble: str = ""


class MessageTemplate:
    """One template, compiled.

    Every field that the schema of payloads knows is a name in it; one that a message lacks is
    None, so that ``{% if thread %}`` asks whether a message is about a thread.

    ``source``: the template's text. Where ``content_type`` is JSON the outcome has to be JSON too.
    Raises `InputError` for a template that is no Jinja, with the line.
    """

    def __init__(self, source: str, content_type: str = "text/plain; charset=utf-8") -> None:
        self.content_type = content_type
        environment = ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined, keep_trailing_newline=False
        )
        try:
            self._template = environment.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise InputError(f"line {error.lineno}: {error.message}") from error

    @property
    def _is_json(self) -> bool:
        return self.content_type.split(";")[0].strip().casefold() == _JSON

    def check(self, samples: Sequence[Mapping[str, Any]]) -> None:
        """Raise `InputError` when the template fails on one of these payloads, saying which."""
        for payload in samples:
            try:
                self._rendered(payload)
            except InputError as error:
                raise InputError(f"on the sample {payload['title']!r}: {error}") from error

    def render(self, payload: Mapping[str, Any]) -> Rendered:
        """The body for one payload, or the plain message where the template fails on it."""
        try:
            return Rendered(self._rendered(payload), self.content_type)
        except InputError as error:
            plain = str(payload["text"])
            body = json.dumps({"text": plain}, ensure_ascii=False) if self._is_json else plain
            return Rendered(body, self.content_type, f"sent plain, the template failed: {error}")

    def _rendered(self, payload: Mapping[str, Any]) -> str:
        parts, length = [], 0
        try:
            for part in self._template.generate({**dict.fromkeys(_fields()), **payload}):
                length += len(part)
                if length > LONGEST:
                    raise InputError(f"it makes more than {LONGEST:,} characters")
                parts.append(part)
        except InputError:
            raise
        except Exception as error:  # a template may raise whatever its expressions raise
            raise InputError(f"{type(error).__name__}: {error}") from error
        body = "".join(parts)
        if not body.strip():
            raise InputError("it makes an empty message")
        if self._is_json:
            try:
                json.loads(body)
            except ValueError as error:
                raise InputError(f"it makes no valid JSON: {error}") from error
        return body


def _fields() -> list[str]:
    return list(schema()["properties"])
