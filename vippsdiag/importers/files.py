"""Files and standard input."""

import sys
from os import PathLike
from pathlib import Path

from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.importers import har, paste

FILE_HINT = "Give the path of a text file, or - for standard input."


def read_file(path: str | PathLike[str]) -> Evidence:
    """Read a file, whatever it holds.

    Args:
        path: of a HAR of at most 200 MB or a text of at most 32 MB; ``-`` is standard
            input.

    Raises:
        UnreadablePaste: the file cannot be read, or holds nothing that can be used.
    """
    return paste.read_paste(_bytes(path))


def _bytes(path: str | PathLike[str]) -> bytes:
    data: bytes | str
    try:
        data = _standard_input() if str(path) == "-" else _content(Path(path))
    except FileNotFoundError:
        data = "There is no such file."
    except IsADirectoryError:
        data = "This is a folder, not a file."
    except PermissionError:
        data = "This file may not be read by you."
    except (OSError, ValueError) as error:
        data = f"This file cannot be read ({type(error).__name__})."
    if isinstance(data, str):
        raise UnreadablePaste(data, FILE_HINT)
    return data


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise IsADirectoryError
    with path.open("rb") as file:
        return file.read(_limited(path.stat().st_size))


def _limited(size: int) -> int:
    """Return how much to read: one more than is allowed is enough to tell."""
    return min(size, har.LARGEST) + 1


def _standard_input() -> bytes:
    return sys.stdin.buffer.read(har.LARGEST + 1)
