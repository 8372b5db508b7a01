"""The entries of a HAR one after the other, read from pieces of its text.

Memory holds a piece and one entry at a time, however long the file is. Two decoders
give the same result: msgspec, which takes many entries at once and can pass over one
without decoding it, and the standard library's, which also saves what is complete in
a file that breaks off and goes on behind an entry that is broken.
"""

import importlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from vippsdiag.errors import UnreadablePaste
from vippsdiag.language import mark

NO_HAR = mark("This is not a HAR file: it has no log with entries.")
CUT = mark("This HAR file breaks off before its first entry.")
HINT = mark("In the browser's developer tools, choose Network, then save all as HAR.")

# An entry with more characters than this is not read.
LONGEST_ENTRY = 1 << 26

_SPACE = re.compile(r"[ \t\r\n]*")
_OPENING = re.compile(r'\{\s*+"(?:[^"\\]|\\.){1,60}+"\s*+:')
_DECODER = json.JSONDecoder(strict=False)
# An object can hold itself so often that no decoder follows.
_TROUBLE = (ValueError, RecursionError)

# Tells from an address and the names of the headers that an entry is not wanted.
Unwanted = Callable[[str, Iterable[str]], bool]


class Broken:
    """Stands for an entry that no decoder can read."""


class PassedOver:
    """Stands for an entry that is whole and not wanted."""


BROKEN, PASSED_OVER = Broken(), PassedOver()


@dataclass(slots=True)
class Log:
    """A HAR's log while it is read.

    Attributes:
        context: what a support engineer noted in the file, as decoded; complete once
            the entries are read.
        cut: whether the file breaks off; known once the entries are read.
    """

    context: Any = None
    cut: bool = False
    entries: Iterator[Any] = field(default_factory=lambda: iter(()), repr=False)


@dataclass(slots=True)
class Window:
    """The part of a text that is in memory.

    Attributes:
        text: the part.
        place: up to where it is read.
        ended: whether the text has no more.
        slow: up to where entries are read one by one.
    """

    chunks: Iterator[str] = field(repr=False)
    text: str = field(default="", repr=False)
    place: int = 0
    ended: bool = False
    slow: int = 0

    def more(self) -> bool:
        """Take in at least as much as is unread; tell whether there was any more."""
        unread = self.text[self.place :]
        parts, wanted = [unread], max(len(unread), 1)
        while wanted > 0 and not self.ended:
            chunk = next(self.chunks, None)
            self.ended = chunk is None
            parts.append(chunk or "")
            wanted -= len(parts[-1])
        self.slow -= self.place
        self.text, self.place = "".join(parts), 0
        return len(self.text) > len(unread)

    def next(self) -> str:
        """Return the next character that is no blank; empty at the end."""
        while True:
            match = _SPACE.match(self.text, self.place)
            self.place = match.end() if match else self.place
            if self.place < len(self.text) or not self.more():
                return self.text[self.place : self.place + 1]

    def take(self, character: str) -> bool:
        """Read a character; tell whether it was there."""
        found = self.next() == character
        self.place += found
        return found


def open_log(chunks: Iterator[str], unwanted: Unwanted, *, fast: bool = True) -> Log:
    """Open a HAR.

    Args:
        chunks: its text.
        unwanted: asked, where it is quicker, before an entry is decoded.
        fast: use msgspec where it is installed.

    Raises:
        UnreadablePaste: it is no HAR.
    """
    window, log = Window(chunks), Log()
    if not _find_entries(window, log):
        raise UnreadablePaste(CUT if log.cut else NO_HAR, HINT)
    log.entries = _entries(window, log, _msgspec() if fast else None, unwanted)
    return log


@lru_cache(maxsize=1)
def _msgspec() -> SimpleNamespace | None:
    try:
        msgspec = importlib.import_module("msgspec")
    except ImportError:
        return None
    # Typing cannot know what is imported late.
    many: Any = list.__class_getitem__(msgspec.Raw)
    name = msgspec.defstruct("HarName", [("name", str, "")])
    names: Any = list.__class_getitem__(name)
    request = msgspec.defstruct("HarRequest", [("url", str), ("headers", names)])
    glance = msgspec.defstruct("HarEntry", [("request", request)])
    return SimpleNamespace(
        split=msgspec.json.Decoder(many).decode,
        glance=msgspec.json.Decoder(glance).decode,
        whole=msgspec.json.Decoder().decode,
        trouble=(msgspec.MsgspecError, *_TROUBLE),
    )


def _find_entries(window: Window, log: Log) -> bool:
    """Read up to the first entry; tell whether there is a list of entries."""
    inside = False
    if not window.take("{"):
        return False
    while (name := _member(window)) is not None:
        opened = window.next()
        if name == "log" and opened == "{" and not inside:
            inside = window.take("{")
        elif name == "entries" and opened == "[":
            return window.take("[")
        elif not _note(window, log, name) or not window.take(","):
            break
    log.cut = inside and not window.text.rstrip().endswith("}")
    return False


def _member(window: Window) -> str | None:
    """Read a member's name and the colon; None if there is none."""
    if window.next() != '"':
        return None
    name = _value(window)
    return name if isinstance(name, str) and window.take(":") else None


def _note(window: Window, log: Log, name: str) -> bool:
    value = _value(window)
    if name == "_context" and value is not BROKEN:
        log.context = value
    return value is not BROKEN


def _value(window: Window, opening: str = "") -> Any:
    """Read a value; `BROKEN` if it is none or breaks off.

    Args:
        window: read up to the value.
        opening: how an entry begins; what stands before the next one is no end.
    """
    window.next()
    while True:
        try:
            value, window.place = _DECODER.raw_decode(window.text, window.place)
        except _TROUBLE as error:
            place = getattr(error, "pos", window.place + 1) - window.place
        else:
            return value
        # Where another entry begins behind it, the trouble is no missing end.
        broken = opening and window.text.find(opening, window.place + place) >= 0
        long = len(window.text) - window.place > LONGEST_ENTRY
        if broken or long or not window.more():
            window.place += place
            return BROKEN


def _entries(
    window: Window, log: Log, fast: SimpleNamespace | None, unwanted: Unwanted
) -> Iterator[Any]:
    window.next()
    opening = _opening(window)
    while window.next() not in {"]", ""}:
        if fast and opening and window.place >= window.slow:
            yield from _batch(window, opening, fast, unwanted)
        entry = _value(window, opening)
        if entry is BROKEN and not _go_on(window, opening):
            break
        yield entry
        if entry is not BROKEN and not window.take(","):
            break
    if not window.take("]"):
        log.cut = True
        return
    while window.take(","):
        name = _member(window)
        if name is None or not _note(window, log, name):
            break
    log.cut = window.next() != "}"


def _opening(window: Window) -> str:
    """Return how the first entry begins, as written: with its first name.

    No string of JSON can hold this, for in a string the quotes are escaped.
    """
    while len(window.text) - window.place < 200 and window.more():
        pass
    match = _OPENING.match(window.text, window.place)
    return match[0] if match else ""


def _batch(
    window: Window, opening: str, fast: SimpleNamespace, unwanted: Unwanted
) -> Iterator[Any]:
    """Read the entries up to the last one that begins in the window."""
    end = window.text.rfind(opening, window.place)
    if end <= window.place:
        if not window.ended:
            window.more()
        end = window.text.rfind(opening, window.place)
    part = window.text[window.place : max(end, window.place)].rstrip()
    if not part.endswith(","):
        return
    try:
        entries = fast.split(f"[{part[:-1]}]")
    except fast.trouble:
        window.slow = end
        return
    window.place = end
    for raw in entries:
        yield _decoded(raw, fast, unwanted)


def _decoded(raw: Any, fast: SimpleNamespace, unwanted: Unwanted) -> Any:
    try:
        request = fast.glance(raw).request
        if unwanted(request.url, (header.name for header in request.headers)):
            return PASSED_OVER
    except fast.trouble:
        pass
    try:
        return fast.whole(raw)
    except fast.trouble:
        pass
    try:
        # What one decoder refuses, such as a lone surrogate, the other may take.
        return json.loads(bytes(raw), strict=False)
    except _TROUBLE:
        return BROKEN


def _go_on(window: Window, opening: str) -> bool:
    """Go to the next entry behind a broken one; tell whether there is any."""
    place = window.text.find(opening, window.place) if opening else -1
    window.place = place if place >= 0 else len(window.text)
    return place >= 0
