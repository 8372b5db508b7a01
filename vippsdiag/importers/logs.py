"""Logs of any length, read window by window; memory does not grow with them."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vippsdiag.exchange import Exchange
from vippsdiag.importers.finds import Find
from vippsdiag.importers.sample import Sample
from vippsdiag.importers.text import find_exchanges
from vippsdiag.importers.vipps import concerns
from vippsdiag.language import say

# How many characters are looked at together.
WINDOW = 1 << 14
# So many windows that speak of Vipps MobilePay are read from the beginning of a log,
# and so many from its end; a log that is full of them would take an hour.
FIRST, LAST = 1_000, 200
# A record of a log begins with a time or a brace, not with a blank.
_RECORD = re.compile(
    r"\n(?=[\[<{]|\d{4}-\d\d-\d\d|\d\d/|[A-Z][a-z]{2} |\d{1,3}(?:\.\d{1,3}){3} )"
)
# What a server or a client says of a call to Vipps MobilePay without naming it.
_SAYINGS = ("aadsts", "subscription key", "invalid_client", "ocp-apim", "client_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPaste:
    """What a log held.

    Attributes:
        finds: the pieces that tell of a call; of many alike, the first and the last.
        unused: what was left out, named for people.
    """

    finds: tuple[Find, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The calls, in the order of the log."""
        return tuple(one for find in self.finds for one in find.exchanges)


@dataclass(slots=True)
class _State:
    """What was seen of a log so far.

    Attributes:
        read: how many windows were looked at closely.
        last: windows that wait with their first lines; a later one takes the place of
            the first.
        apart: how many lines do not speak of Vipps MobilePay.
        skipped: how many lines between the first and the last calls were not read.
    """

    kept: Sample[Find] = field(default_factory=Sample)
    last: deque[tuple[int, str]] = field(default_factory=deque, repr=False)
    read: int = 0
    apart: int = 0
    skipped: int = 0


def log_from(chunks: Iterator[str]) -> LogPaste:
    """Read a log from pieces of its text. Never raises by itself."""
    state, line = _State(), 0
    for window in _windows(chunks):
        count = window.count("\n")
        if not _matters(window):
            state.apart += count
        elif state.read < FIRST:
            _see(state, line, window)
        else:
            _wait(state, line, window)
        line += count
    for start, window in state.last:
        _see(state, start, window)
    return LogPaste(finds=tuple(state.kept), unused=tuple(_unused(state)))


def _wait(state: _State, line: int, window: str) -> None:
    state.last.append((line, window))
    if len(state.last) > LAST:
        state.skipped += state.last.popleft()[1].count("\n")


def _see(state: _State, line: int, window: str) -> None:
    state.read += 1
    for find in find_exchanges(window).finds:
        if _is_ours(find):
            moved = replace(find, first=find.first + line, last=find.last + line)
            state.kept.add(_kind_of(find), moved)


def _is_ours(find: Find) -> bool:
    """Tell whether a call goes to Vipps MobilePay, or may: not all name where to."""
    requests = [one.request for one in find.exchanges if one.request]
    return not requests or any(concerns(one.url) for one in requests)


def _kind_of(find: Find) -> tuple[object, ...]:
    """Return what many calls in a log have in common."""
    one = find.exchanges[0]
    failure = one.failure.kind if one.failure else None
    return one.status, failure, one.request.host if one.request else None


def _matters(window: str) -> bool:
    words = window.lower()
    return concerns(words) or any(saying in words for saying in _SAYINGS)


def _unused(state: _State) -> Iterator[str]:
    if state.kept.left_out:
        count = state.kept.left_out
        yield (
            say("1 call in the log that is like others of it")
            if count == 1
            else say("{count} calls in the log that are like others of it", count=count)
        )
    if count := state.skipped:
        yield (
            say("1 line in the middle of the log, which was not read")
            if count == 1
            else say(
                "{count} lines in the middle of the log, which were not read",
                count=count,
            )
        )
    if count := state.apart:
        yield (
            say("1 line of the log that does not speak of Vipps MobilePay")
            if count == 1
            else say(
                "{count} lines of the log that do not speak of Vipps MobilePay",
                count=count,
            )
        )


def _windows(chunks: Iterator[str]) -> Iterator[str]:
    """Yield a text in parts of about the same length that end where a record ends."""
    rest = ""
    for chunk in chunks:
        text, place = (rest + chunk).replace("\r\n", "\n"), 0
        while len(text) - place > 2 * WINDOW:
            end = _cut(text, place + WINDOW)
            yield text[place:end]
            place = end
        rest = text[place:]
    yield rest


def _cut(text: str, near: int) -> int:
    """Return where a window ends: at a record, else a line, else anywhere."""
    match = _RECORD.search(text, near, near + WINDOW)
    if match:
        return match.end()
    line = text.find("\n", near, near + WINDOW)
    return line + 1 if line >= 0 else near + WINDOW
