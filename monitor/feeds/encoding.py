"""Bytes of a page to text: what is declared counts, unless the bytes prove it wrong. Pure."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_PROLOG = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
# Labels that the web means a larger set by (WHATWG Encoding Standard).
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-mac-cyrillic": "mac_cyrillic",
    "unicode": "utf-16",
}


def decoded(body: bytes, content_type: str | None = None) -> str:
    """The text of a page. Never raises: what can't be decoded becomes U+FFFD.

    A byte order mark outranks the header, the header the page's own word. UTF-8 is so unlikely to
    come out right by chance that bytes which are UTF-8 are taken for it whatever is declared.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    declared = _declared(body, content_type)
    if not declared.startswith(("utf-16", "utf-32")):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    if declared in ("utf-8", "utf8") or not declared:
        return _nearly_utf8(body)
    return body.decode(declared, "replace")


def _nearly_utf8(body: bytes) -> str:
    """Bytes that are not quite UTF-8: UTF-8 with a few broken signs, or else cp1252."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    right = sum(1 for byte in body if byte >= 0xC2) - broken
    return text if right > broken else body.decode("cp1252", "replace")


def _declared(body: bytes, content_type: str | None) -> str:
    """The declared encoding as a name that Python knows; empty if none."""
    start = body[:4096]
    header = _HEADER.search(content_type or "")
    names = [header[1]] if header else []
    names += [found[1].decode("ascii", "replace") for found in (_PROLOG.search(start),) if found]
    names += [found[1].decode("ascii", "replace") for found in (_META.search(start),) if found]
    for name in names:
        name = _MEANT.get(name.lower(), name.lower())
        try:
            if codecs.lookup(name)._is_text_encoding:
                return name
        except LookupError:
            continue
    return ""
