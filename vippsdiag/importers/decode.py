"""Bytes to text: encodings, and what a file is that holds no text."""

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from vippsdiag.errors import UnreadablePaste
from vippsdiag.language import mark, say

HINT = mark(
    "Give a text file: a HAR, a log, an error message, or settings with the keys."
)
BINARY = mark("This is binary data, not a text.")

_MAGIC = {
    b"\x89PNG": mark("a PNG image"),
    b"\xff\xd8\xff": mark("a JPEG image"),
    b"GIF8": mark("a GIF image"),
    b"%PDF": mark("a PDF document"),
    b"PK\x03\x04": mark("a ZIP archive or an Office document"),
    b"PK\x05\x06": mark("an empty ZIP archive"),
    b"\x1f\x8b": mark("a gzip archive"),
    b"BZh": mark("a bzip2 archive"),
    b"\xfd7zXZ": mark("an xz archive"),
    b"\x28\xb5\x2f\xfd": mark("a Zstandard archive"),
    b"7z\xbc\xaf": mark("a 7z archive"),
    b"Rar!": mark("a RAR archive"),
    b"SQLite format 3": mark("an SQLite database"),
    b"\x7fELF": mark("a program"),
    b"MZ": mark("a Windows program"),
    b"\xd4\xc3\xb2\xa1": mark("a network capture"),
    b"\xa1\xb2\xc3\xd4": mark("a network capture"),
    b"\x0a\x0d\x0d\x0a": mark("a network capture"),
    b"\xd0\xcf\x11\xe0": mark("an old Office document or an Outlook message"),
    b"RIFF": mark("a sound, video or image file"),
    b"PAR1": mark("a Parquet file"),
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x06\x0e-\x1a]")
_ARCHIVES = re.compile(r"archive|Office")
# A stretch to read at once as Windows-1252, for one byte at a time takes too long; it
# ends before an ASCII character, so that no UTF-8 is cut.
_STRETCH = re.compile(rb".{1,100}[\x80-\xff]*", re.DOTALL)
# How much of a file is in memory at a time, in bytes.
CHUNK = 1 << 20


def text_of(data: bytes) -> str:
    """Return the text that some bytes are.

    UTF-8 and UTF-16 with or without a byte order mark; what is no UTF-8 is taken for
    Windows-1252, which no byte can fail to be.

    Raises:
        UnreadablePaste: the bytes are no text.
    """
    return "".join(chunks_of(BytesIO(data)))


def chunks_of(file: BinaryIO, size: int = CHUNK) -> Iterator[str]:
    """Yield the text of a file piece by piece, so that memory does not grow with it.

    Raises:
        UnreadablePaste: the bytes are no text.
    """
    data = file.read(size)
    _refuse_known(data)
    name, skipped = _encoding(data)
    decoder = codecs.getincrementaldecoder(name)(_ERRORS)
    text = decoder.decode(data[skipped:], final=len(data) < size)
    if looks_binary(text[:4000]):
        raise UnreadablePaste(BINARY, HINT)
    yield text
    while len(data) == size:
        data = file.read(size)
        yield decoder.decode(data, final=len(data) < size)


def _refuse_known(data: bytes) -> None:
    magic = next(
        (what for start, what in _MAGIC.items() if data.startswith(start)), None
    )
    if magic and (magic != "a Windows program" or b"\x00" in data[:512]):
        packed = _ARCHIVES.search(magic)
        unpack = mark("Unpack it, and give what is inside.") if packed else HINT
        what = say("This is {what}, not a text.", what=say(magic))
        raise UnreadablePaste(what, unpack)


def _encoding(data: bytes) -> tuple[str, int]:
    """Return the name of the encoding, and the length of the byte order mark."""
    for bom, name in _MARKS:
        if data.startswith(bom):
            return name, len(bom)
    head = data[:1000]
    if head and head.count(0) * 5 > len(head) * 2:
        little = head[1::2].count(0) > head[::2].count(0)
        return ("utf-16-le" if little else "utf-16-be"), 0
    return "utf-8", 0


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes from one that is no UTF-8 on as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if not error.encoding.startswith("utf-8"):
        return "\ufffd", error.end
    match = _STRETCH.match(error.object, error.start)
    end = match.end() if match else error.end
    return error.object[error.start : end].decode("cp1252", "replace"), end


_ERRORS = "vippsdiag-windows"
codecs.register_error(_ERRORS, _as_windows)


def looks_binary(text: str) -> bool:
    """Tell whether more than one in fifty characters is a control character."""
    return len(_CONTROL.findall(text)) * 50 > len(text)


def writable(text: str) -> str:
    """Replace the halves of characters, which nobody could print or save."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def utf8_in(text: str) -> str:
    """Return the text whose bytes in UTF-8 stand as letters; as it is if none do."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except ValueError:
        return text
