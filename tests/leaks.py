"""Searching files and traffic for a value that must not be there."""

import base64
import gzip
import io
import sqlite3
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

# Deeper nesting than this is not searched.
DEPTH = 3

FOR_URLS = bytes.maketrans(b"+/", b"-_")


def forms(canary: str) -> dict[str, bytes]:
    """Return every way in which the canary could be written, by name."""
    raw = canary.encode()
    written = {
        "UTF-16 LE": canary.encode("utf-16-le"),
        "UTF-16 BE": canary.encode("utf-16-be"),
        "percent-encoded": urllib.parse.quote(canary, safe="").encode(),
        "percent-encoded whole": "".join(f"%{byte:02X}" for byte in raw).encode(),
        "hexadecimal": raw.hex().encode(),
    }
    for offset in range(3):
        # The first and last characters also depend on what stands around.
        text = base64.b64encode(b"\0" * offset + raw)
        form = text[(0, 2, 3)[offset] : -4]
        written[f"Base64 at {offset}"] = form
        written[f"Base64 for URLs at {offset}"] = form.translate(FOR_URLS)
    # A canary of letters and digits is the same when it is percent-encoded.
    return {name: form for name, form in written.items() if form != raw} | {
        "plain": raw
    }


def found_in(data: bytes, canary: str) -> list[str]:
    """Return the names of the forms of the canary that the bytes hold."""
    return [name for name, form in forms(canary).items() if form in data]


def _unpacked(data: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes, and what an archive in them holds."""
    yield "", data
    if depth == DEPTH:
        return
    if data.startswith(b"\x1f\x8b"):
        try:
            inner = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return
        yield from ((f" > gzip{at}", part) for at, part in _unpacked(inner, depth + 1))
    elif data.startswith(b"PK\x03\x04"):
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile:
            return
        for name in archive.namelist():
            inner = archive.read(name)
            for at, part in _unpacked(inner, depth + 1):
                yield f" > {name}{at}", part


def _rows(path: Path) -> bytes:
    """Return the rows of a database; nothing if another process holds it."""
    address = f"file:{path}?mode=ro"
    try:
        with closing(sqlite3.connect(address, timeout=0, uri=True)) as database:
            return "\n".join(database.iterdump()).encode("utf-8", "surrogatepass")
    except (sqlite3.Error, UnicodeError):
        return b""


def leaks(root: Path, canary: str) -> list[str]:
    """Search every file below a folder, and every file's name, for the canary.

    Returns:
        One line for each place: the file, the way into it and the form.
    """
    places = []
    for path in sorted(root.rglob("*")):
        at = str(path.relative_to(root))
        places += [f"{at}: name, {form}" for form in found_in(at.encode(), canary)]
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        for within, part in _unpacked(data):
            places += [f"{at}{within}: {form}" for form in found_in(part, canary)]
        if data.startswith(b"SQLite format 3"):
            rows = _rows(path)
            places += [f"{at} > rows: {form}" for form in found_in(rows, canary)]
    return places
