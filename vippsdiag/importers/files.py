"""Files and standard input, of any length."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.importers import paste
from vippsdiag.importers.decode import chunks_of
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.har.reader import har_from
from vippsdiag.language import mark, say

FILE_HINT = mark("Give the path of a text file, or - for standard input.")
# A longer text is a log: it is read piece by piece, and not searched for keys.
LONGEST_PASTE = 4_000_000
# A longer JSON file that is no HAR is read as lines.
LONGEST_DOCUMENT = 32_000_000


def read_file(path: str | PathLike[str]) -> Evidence:
    """Read a file, whatever it holds; memory does not grow with its length.

    Args:
        path: of a HAR, a log or any other text; ``-`` is standard input.

    Raises:
        UnreadablePaste: the file cannot be read, or holds nothing that can be used.
    """
    trouble = ""
    try:
        with _opened(path) as file:
            return _read(file)
    except FileNotFoundError:
        trouble = mark("There is no such file.")
    except IsADirectoryError:
        trouble = mark("This is a folder, not a file.")
    except PermissionError:
        trouble = mark("This file may not be read by you.")
    except (OSError, ValueError) as error:
        trouble = say("This file cannot be read ({error}).", error=type(error).__name__)
    raise UnreadablePaste(trouble, FILE_HINT)


def _opened(path: str | PathLike[str]) -> AbstractContextManager[BinaryIO]:
    if str(path) == "-":
        return nullcontext(sys.stdin.buffer)
    if Path(path).is_dir():
        raise IsADirectoryError
    return Path(path).open("rb")


@guarded
def _read(file: BinaryIO) -> Evidence:
    chunks = chunks_of(file)
    head = next(chunks, "")
    if paste.is_har(head) and not paste.names_evidence(head):
        har = har_from(chain([head], chunks))
        return Evidence(exchanges=har.exchanges, context=har.context, unused=har.unused)
    text, chunks = _beginning(head, chunks)
    if len(text) <= LONGEST_PASTE or (_is_document(text) and not _more(text)):
        return paste.read_paste(text)
    # A HAR has no use for the reader of logs, which takes a while to load.
    from vippsdiag.importers.logs import log_from  # noqa: PLC0415

    log = log_from(chain([text], chunks))
    if not log.exchanges:
        raise UnreadablePaste(
            mark("There is no call to Vipps MobilePay in this long text."),
            mark("Give the lines around the failing call."),
        )
    return Evidence(exchanges=log.exchanges, unused=log.unused)


def _beginning(text: str, chunks: Iterator[str]) -> tuple[str, Iterator[str]]:
    """Read as much as decides what a text is: more of one that is one JSON value."""
    parts, length = [text], len(text)
    longest = LONGEST_DOCUMENT if _is_document(text) else LONGEST_PASTE
    while length <= longest:
        chunk = next(chunks, None)
        if chunk is None:
            break
        parts.append(chunk)
        length += len(chunk)
    return "".join(parts), chunks


def _is_document(text: str) -> bool:
    """Tell whether a text begins as one JSON value and not as one a line."""
    line = text.lstrip().split("\n", 1)[0].rstrip()
    return line[:1] in {"{", "["} and not (line[-1:] == "}" and line != text.strip())


def _more(text: str) -> bool:
    return len(text) > LONGEST_DOCUMENT
