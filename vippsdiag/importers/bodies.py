"""Bodies of messages as text: unpacked, and of a length that can be read."""

import base64
import binascii
import re
import zlib

from vippsdiag.importers.decode import writable

# Answers of the API are far shorter; of a longer body the beginning is kept.
LONGEST = 200_000
# So many bytes are unpacked of a body, which are as many letters in any alphabet.
MOST_UNPACKED = LONGEST * 4

_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_PACKINGS = ("gzip", "deflate", "br", "zstd")
# The window sizes of zlib: with either header, and without one.
_EITHER, _BARE = 47, -15


def packing(words: str | None) -> str | None:
    """Return the packing that a ``Content-Encoding`` names; None for none."""
    named = (words or "").lower().replace(",", " ").split()
    return next((name for name in _PACKINGS if name in named), None)


def shortened(text: str) -> str:
    """Return a body, or the beginning of one that is very long."""
    return writable(text[:LONGEST])


def from_base64(
    text: str,
    encoding: str | None = None,
    mime: str = "",
    most: int = MOST_UNPACKED,
) -> str | None:
    """Return the text that a Base64 body stands for; None if it is no text.

    Args:
        text: the body as the tool wrote it.
        encoding: the value of ``Content-Encoding``: some tools keep what was sent.
        mime: the type, which may name the character set.
        most: how many bytes of a packed body are unpacked.
    """
    try:
        data = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return None
    return from_bytes(data, encoding, mime, most)


def from_bytes(
    data: bytes,
    encoding: str | None = None,
    mime: str = "",
    most: int = MOST_UNPACKED,
) -> str | None:
    """Return the text that bytes are, which may still be packed; None if none."""
    data = _unpacked(data, packing(encoding), most)[:MOST_UNPACKED]
    charset = _CHARSET.search(mime)
    for name in (charset[1] if charset else "utf-8", "utf-8"):
        try:
            return shortened(data.decode(name))
        except UnicodeDecodeError as error:
            # Where it was cut, there may be a part of a letter.
            if error.start >= min(LONGEST, most - 3):
                return shortened(data[: error.start].decode(name, "replace"))
        except (LookupError, ValueError):
            continue
    return None


def _unpacked(data: bytes, named: str | None, most: int) -> bytes:
    """Unpack gzip and deflate, up to what is kept; leave everything else as it is."""
    if not data.startswith(_GZIP) and named not in {"gzip", "deflate"}:
        return data
    for window in (_EITHER, _BARE):
        try:
            return zlib.decompressobj(window).decompress(data, most)
        except zlib.error:
            continue
    return data
