"""Logs cut into parts that can be counted one apart from the other."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from io import SEEK_END, BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, cast

import zstandard

from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.paste import is_har
from vippsdiag.language import Text, joined, mark, say

# Bytes in a part: large enough that sending it costs nothing beside counting it.
PART = 1 << 22
# Bytes that are read at once; so few stay where the processor finds them at once.
BUFFER = 1 << 17
# And in what is looked at to see what a file is.
HEAD = 4096
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
HINT = mark(
    "Give JSON lines, HAR files or access logs, packed with gzip or zstd or not."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a log that begins and ends with a line, or a whole HAR.

    Attributes:
        file: the number of its file, from 0.
        path: of its file.
        run: what all parts of these logs have in common, and no others.
        start: the offset of its first byte.
        end: the offset behind its last byte.
        data: its bytes where they cannot be read from the file by whoever counts.
        har: whether it is a HAR, and not lines.
    """

    file: int
    path: str
    run: str = ""
    start: int = 0
    end: int = 0
    data: bytes | None = field(default=None, repr=False)
    har: bool = False

    def read(self) -> bytes:
        """Return the bytes of the part."""
        if self.data is not None:
            return self.data
        with Path(self.path).open("rb") as file:
            file.seek(self.start)
            return file.read(self.end - self.start)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the part, each with its end, as they are read."""
        if self.data is not None:
            yield from BytesIO(self.data)
            return
        left = self.end - self.start
        with Path(self.path).open("rb", buffering=BUFFER) as file:
            file.seek(self.start)
            for line in file:
                # Behind the end a log may have grown since it was cut.
                yield line if len(line) <= left else line[:left]
                left -= len(line)
                if left <= 0:
                    return


def parts_of(paths: list[str]) -> Iterator[Part]:
    """Yield the parts of some files, in order.

    Raises:
        UnreadablePaste: a file cannot be read.
    """
    run = token_hex(8)
    for number, path in enumerate(paths):
        trouble: Text | None = None
        try:
            for part in _parts(number, path):
                yield replace(part, run=run)
        except FileNotFoundError:
            trouble = say("There is no such file.")
        except IsADirectoryError:
            trouble = say("This is a folder, not a file.")
        except PermissionError:
            trouble = say("This file may not be read by you.")
        except (EOFError, zlib.error, zstandard.ZstdError, gzip.BadGzipFile):
            trouble = say("This file is packed, and broken: it cannot be unpacked.")
        except OSError as error:
            trouble = say(
                "This file cannot be read ({error}).", error=type(error).__name__
            )
        if trouble:
            raise UnreadablePaste(joined(f"{path}:", trouble), HINT)


def _parts(number: int, path: str) -> Iterator[Part]:
    with _opened(path) as file:
        # A pipe cannot be read twice, so nothing is taken out of it for a look.
        head = file.peek(HEAD)
        if head.startswith((GZIP, ZSTD)):
            yield from _streamed(number, path, _unpacked(file, head))
        elif path != "-" and file.seekable():
            yield from _seekable(number, path, file, head)
        else:
            yield from _streamed(number, path, file)


def _opened(path: str) -> AbstractContextManager[BufferedReader]:
    if path == "-":
        return nullcontext(cast("BufferedReader", sys.stdin.buffer))
    if Path(path).is_dir():
        # To open one is refused on Windows, as what somebody may not read is.
        raise IsADirectoryError
    return Path(path).open("rb")


def _unpacked(file: BufferedReader, head: bytes) -> BinaryIO:
    if head.startswith(GZIP):
        return cast("BinaryIO", gzip.open(file, "rb"))
    # A log that was packed day by day has several frames.
    frames = zstandard.ZstdDecompressor().stream_reader(
        file, read_across_frames=True, closefd=False
    )
    return cast("BinaryIO", BufferedReader(cast("RawIOBase", frames)))


def _seekable(number: int, path: str, file: BinaryIO, head: bytes) -> Iterator[Part]:
    """Cut a file at the ends of its lines, without reading what lies between."""
    size = file.seek(0, SEEK_END)
    if is_har(head):
        yield Part(file=number, path=path, end=size, har=True)
        return
    start = 0
    while start < size:
        file.seek(min(start + PART, size))
        file.readline()
        end = file.tell()
        yield Part(file=number, path=path, start=start, end=end)
        start = end


def _streamed(number: int, path: str, file: BinaryIO) -> Iterator[Part]:
    """Cut what can only be read from its beginning to its end."""
    start = 0
    while data := file.read(PART):
        if start == 0 and is_har(data):
            data += file.read()
            yield Part(file=number, path=path, data=data, har=True)
            return
        data += file.readline()
        end = start + len(data)
        yield Part(file=number, path=path, start=start, end=end, data=data)
        start = end
