"""Decompression of a body while it comes in, never beyond a number of bytes.

A bomb inflates a few bytes into gigabytes: every step here asks for the bytes left and one more.
"""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli

_GZIP = b"\x1f\x8b"
# How what we don't unpack begins: nobody asked for it, and text never begins so.
_OTHERS = {b"\x28\xb5\x2f\xfd": "zstd", b"\x1f\x9d": "compress"}


class TooLarge(Exception):
    """The body is larger than we read."""


class CutShort(Exception):
    """The compressed body is damaged or ended too early; what came before is good."""


class _Codec(Protocol):
    @property
    def finished(self) -> bool: ...

    def feed(self, chunk: bytes, most: int) -> bytes: ...


class Unpacker:
    """Takes the chunks of one body and gives back what they hold, by its Content-Encoding.

    The body decides, not the header: what isn't compressed though its header says so comes back as
    it is, and gzip is recognised by its first bytes.
    """

    ENCODINGS = "gzip, deflate, br"

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding.strip().lower()
        self._limit = limit
        self._given = 0
        self._raw = b""  # what came while nothing has been given back yet
        self._codec: _Codec | None = None
        self._damage = ""

    def feed(self, chunk: bytes) -> bytes:
        """The content of the next chunk. Raises `TooLarge`."""
        if self._damage:
            return b""
        if self._codec is None:
            chunk = self._raw + chunk
            if len(chunk) < len(_GZIP):
                self._raw = chunk
                return b""
            self._raw = b""
            for magic, name in _OTHERS.items():
                if chunk.startswith(magic):
                    self._damage = f"packed with {name}, which was not asked for"
                    return b""
            self._codec = _codec_for(self._encoding, chunk)
        content = self._decoded(chunk)
        self._given += len(content)
        if self._given > self._limit:
            raise TooLarge(f"larger than {self._limit:,} bytes")
        return content

    def end(self) -> bytes:
        """What is left after the last chunk. Raises `CutShort`."""
        if self._damage:
            raise CutShort(self._damage)
        if self._codec is not None and not self._codec.finished:
            raise CutShort(f"the compressed body ended early, after {self._given} bytes")
        return self._raw if self._codec is None else b""

    def _decoded(self, chunk: bytes) -> bytes:
        assert self._codec is not None
        try:
            return self._codec.feed(chunk, self._limit - self._given + 1)
        except (zlib.error, brotli.error) as error:
            if not self._given and not chunk.startswith(_GZIP):
                self._codec = _Plain()
                return chunk
            self._damage = f"damaged compression after {self._given} bytes: {error}"
            return b""


def _codec_for(encoding: str, first: bytes) -> _Codec:
    if first.startswith(_GZIP):
        return _Zlib(16 + zlib.MAX_WBITS)
    if encoding == "br":
        return _Brotli()
    if encoding == "deflate":
        # RFC 9110 says zlib; many servers send a bare deflate stream.
        wrapped = first[0] & 0x0F == 8 and (first[0] * 256 + first[1]) % 31 == 0
        return _Zlib(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    return _Plain()


class _Plain:
    @property
    def finished(self) -> bool:
        return True

    def feed(self, chunk: bytes, most: int) -> bytes:
        return chunk


class _Zlib:
    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._inner = zlib.decompressobj(bits)

    @property
    def finished(self) -> bool:
        return self._inner.eof

    def feed(self, chunk: bytes, most: int) -> bytes:
        content = self._inner.decompress(chunk, most)
        # gzip allows several members in a row; anything else behind the end is ignored.
        while self._inner.eof and self._inner.unused_data.startswith(_GZIP):
            rest = self._inner.unused_data
            self._inner = zlib.decompressobj(self._bits)
            content += self._inner.decompress(rest, max(most - len(content), 1))
        return content


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def finished(self) -> bool:
        return bool(self._inner.is_finished())

    def feed(self, chunk: bytes, most: int) -> bytes:
        if self.finished:
            return b""
        content: bytes = self._inner.process(chunk, output_buffer_limit=most)
        while len(content) < most and not self._inner.can_accept_more_data():
            content += self._inner.process(b"", output_buffer_limit=most - len(content))
        return content
