"""Making text from strangers harmless wherever it is shown."""

from __future__ import annotations

import re
import unicodedata

# Characters that reorder or hide what surrounds them (Unicode bidirectional controls, UAX 9),
# zero-width characters, tags and the byte order mark.
_HIDING = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})  # Unicode categories
_HALF = re.compile("[\ud800-\udfff]")  # surrogates, which no encoding takes
_SPACES = re.compile(r"\s+")


def inert(text: str) -> str:
    """The text with every control character a space and every hiding one U+FFFD.

    One character stays one character, so offsets into the text remain true.
    """
    if text.isprintable():  # none of those are
        return text
    text = _HIDING.sub("\ufffd", text)
    return "".join(" " if unicodedata.category(c) in _CONTROL else c for c in text)


def storable(text: str) -> str:
    """The text with half characters, which JSON can spell, replaced by U+FFFD one for one."""
    return _HALF.sub("\ufffd", text)


def one_line(text: str, most: int = 500) -> str:
    """The text inert, on one line, without runs of spaces, cut after ``most`` characters."""
    said = _SPACES.sub(" ", inert(text).replace("\ufffd", "")).strip()
    return said if len(said) <= most else f"{said[: most - 1]}…"
