"""The entries of a HAR one after the other, whole or cut.

Two decoders with the same result: msgspec, which leaves an entry undecoded until it is
asked for, and the standard library's, read entry by entry, which also saves what is
complete in a file that breaks off.
"""

import codecs
import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.decode import text_of

NO_HAR = "This is not a HAR file: it has no log with entries."
CUT = "This HAR file breaks off before its first entry."
HINT = "In the browser's developer tools, choose Network, then save all as HAR."

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)
# An object can hold itself so often that no decoder follows.
_TROUBLE = (ValueError, RecursionError)


@dataclass(slots=True)
class Log:
    """A HAR's log while it is read.

    Attributes:
        context: what a support engineer noted in the file, as decoded.
        cut: whether the file breaks off; known once the entries are read.
    """

    context: Any = None
    cut: bool = False
    entries: Iterator[Any] = field(default_factory=lambda: iter(()), repr=False)


def open_log(data: bytes, *, fast: bool = True) -> Log:
    """Open a HAR.

    Args:
        data: the file.
        fast: use msgspec where it is installed.

    Raises:
        UnreadablePaste: it is no HAR.
    """
    log = _open_fast(data) if fast else None
    return log or _open_slowly(text_of(data))


@lru_cache(maxsize=1)
def _msgspec() -> SimpleNamespace | None:
    try:
        msgspec = importlib.import_module("msgspec")
    except ImportError:
        return None
    # Typing cannot know what is imported late.
    raw_entries: Any = list.__class_getitem__(msgspec.Raw)
    body = msgspec.defstruct(
        "HarLog",
        [("entries", raw_entries), ("context", Any, None)],
        rename={"context": "_context"},
    )
    whole = msgspec.defstruct("Har", [("log", body)])
    return SimpleNamespace(
        read=msgspec.json.Decoder(whole).decode,
        entry=msgspec.json.Decoder().decode,
        error=msgspec.MsgspecError,
    )


def _open_fast(data: bytes) -> Log | None:
    """Open a HAR with msgspec; None if it is missing or finds something wrong."""
    decoder = _msgspec()
    if decoder is None:
        return None
    try:
        mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        log = decoder.read(memoryview(data)[mark:]).log
    except (decoder.error, *_TROUBLE):
        return None

    def entries() -> Iterator[Any]:
        for raw in log.entries:
            yield _entry(decoder, raw)

    return Log(context=log.context, entries=entries())


def _entry(decoder: SimpleNamespace, raw: Any) -> Any:
    try:
        return decoder.entry(raw)
    except (decoder.error, *_TROUBLE):
        pass
    try:
        # What one decoder refuses, such as a lone surrogate, the other may take.
        return json.loads(bytes(raw).decode("utf-8", "replace"), strict=False)
    except _TROUBLE:
        return None


def _open_slowly(text: str) -> Log:
    log = Log()
    place = _find_entries(text, log)
    if place is None:
        broken = '"log"' in text[:2000] and not text[-200:].rstrip().endswith("}")
        raise UnreadablePaste(CUT if broken else NO_HAR, HINT)
    log.entries = _entries(text, place, log)
    return log


def _find_entries(text: str, log: Log) -> int | None:
    """Return where the first entry begins; None if there is no list of entries."""
    place = _skip(text, 0)
    inside = False
    if text[place : place + 1] != "{":
        return None
    place += 1
    while (member := _member(text, place)) is not None:
        name, place = member
        opened = text[place : place + 1]
        if name == "log" and opened == "{" and not inside:
            inside, place = True, place + 1
        elif name == "entries" and opened == "[":
            return place + 1
        else:
            value, place = _value(text, place, log)
            _note(log, name, value)
            if text[place : place + 1] != ",":
                return None
            place += 1
    return None


def _note(log: Log, name: str, value: Any) -> None:
    if name == "_context":
        log.context = value


def _member(text: str, place: int) -> tuple[str, int] | None:
    """Return a member's name and where its value begins; None if there is none."""
    try:
        name, place = _DECODER.raw_decode(text, _skip(text, place))
    except _TROUBLE:
        return None
    place = _skip(text, place)
    if not isinstance(name, str) or text[place : place + 1] != ":":
        return None
    return name, _skip(text, place + 1)


def _value(text: str, place: int, log: Log) -> tuple[Any, int]:
    """Decode a value, and return it with the place of the sign behind it."""
    try:
        value, place = _DECODER.raw_decode(text, place)
    except _TROUBLE:
        log.cut = True
        return None, len(text)
    return value, _skip(text, place)


def _entries(text: str, place: int, log: Log) -> Iterator[Any]:
    place = _skip(text, place)
    while text[place : place + 1] not in {"]", ""}:
        entry, place = _value(text, place, log)
        if log.cut:
            return
        yield entry
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
        elif text[place : place + 1] != "]":
            break
    if text[place : place + 1] != "]":
        log.cut = True
        return
    _rest(text, place + 1, log)


def _rest(text: str, place: int, log: Log) -> None:
    """Read what stands behind the entries, where the context may be."""
    place = _skip(text, place)
    while text[place : place + 1] == ",":
        member = _member(text, place + 1)
        if member is None:
            break
        value, place = _value(text, member[1], log)
        _note(log, member[0], value)
    log.cut = log.cut or text[place : place + 1] != "}"


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place
