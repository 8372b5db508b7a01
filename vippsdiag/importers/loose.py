"""What a text of any make says of calls: a status, an answer, a failure, an address."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate, islice, zip_longest
from typing import Any

from vippsdiag.exchange import Exchange, Failure, FailureKind, Request, Response
from vippsdiag.importers import addresses
from vippsdiag.importers.answers import is_answer, status_in
from vippsdiag.importers.bodies import shortened
from vippsdiag.importers.dumps.calls import call_in
from vippsdiag.importers.dumps.nested import call_inside
from vippsdiag.importers.failures import find_failure
from vippsdiag.importers.finds import Find
from vippsdiag.importers.json_values import JsonValue, json_values, whole_json
from vippsdiag.importers.sayings import message_in, unmistakable
from vippsdiag.importers.shown import with_shown
from vippsdiag.importers.statuses import statuses_in
from vippsdiag.language import mark
from vippsdiag.sensitive import plain_name

# More exchanges than this are a log to be read by a machine.
MOST = 500
# How many values and lines are looked at closely.
LIMIT = 600

_TROUBLE = re.compile(
    r"error|exception|fail|refused|could ?n[o']t|unable|time[d]?[ _-]?out"
    r"|\bE[A-Z]{4,}\b|ERR_|curl|blocked|no such host|unreachable|reset|hang up"
    r"|\binvalid|problem"
    r"|misbehaving|not known|nxdomain|no address|no route|broken pipe|aborted|forcibly"
    r"|prematurely|canceled|rst_stream|goaway|malformed|self[ _-]signed|EAI_",
    re.IGNORECASE,
)
# A line of a stack trace that tells where the program was, and not what happened.
_FRAME = re.compile(r"\s*(?:at [\w$.<>/]+ ?\(|#\d+ |File \")")
# How Guzzle ends a body that it cuts for an exception's text.
_CUT = "(truncated...)"
_BODY = re.compile(r"[{\[<]")
_TIME = re.compile(
    r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d))"
)
# How many characters before a finding, and behind it, can belong to it.
_AROUND = 2_000
# What a logger adds to a message, and no answer.
_STATUS_ALONE = re.compile(r'\{\s*"(?:status|statusCode|code)"\s*:\s*"?\d{3}"?\s*\}')
# What only the parts of a call are called, and no body.
_HEADERS = frozenset({"requestheaders", "responseheaders"})
# In how many lines, to that of an answer, its address stands.
_ABOVE = 4
_CALLED = re.compile(r"\b(?:request|call|sending|fetching|url)\b", re.IGNORECASE)
_REFUSED = 300
# How far from a status the message stands that belongs to it.
_LINE = 600
# What a message is set in.
_ROUND = " \t\r\n:-–>`'\")"
_CONSOLE = re.compile(r"net::ERR_|NS_ERROR_|CORS|\(Unauthorized\)|\(Forbidden\)")


@dataclass(slots=True)
class Record:
    """What one place in a text says about one call."""

    start: int
    end: int
    status: int | None = None
    body: str | None = field(default=None, repr=False)
    failure: Failure | None = None
    call: Exchange | None = None


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a record, and may say what was called.

    Attributes:
        above: what is before it.
        text: all of it.
        line: the record's own line.
    """

    above: str = field(repr=False)
    text: str = field(repr=False)
    line: str = field(repr=False)

    @property
    def called(self) -> str:
        """Those of the lines above it that say what was called."""
        near = self.above.split("\n")[-_ABOVE:-1]
        return "\n".join(line for line in near if _CALLED.search(line))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, with its number and the place of its first character."""

    number: int
    start: int
    text: str = field(repr=False)


def find_loose(text: str) -> list[Find]:
    """Find what a text says of calls, in its order."""
    records = _records(text)[:MOST]
    lines = _line_starts(text) if records else []
    found: list[Find] = []
    before = 0
    for record in records:
        end = text.find("\n", record.end, record.end + _AROUND)
        if end >= 0 and record.failure and record.failure.kind == FailureKind.CORS:
            # The browser names the request on the line below.
            end = text.find("\n", end + 1, end + _AROUND)
        end = end if end >= 0 else record.end + _AROUND
        start = max(before, record.start - _AROUND)
        line = text[max(start, text.rfind("\n", start, record.start) + 1) : end]
        around = _Around(text[start : record.start], text[start:end], line)
        found.append(_find(record, around, lines))
        before = record.end
    return found


def _line_starts(text: str) -> list[int]:
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))


def _find(record: Record, around: _Around, lines: list[int]) -> Find:
    first = bisect_right(lines, record.start)
    last = bisect_right(lines, max(record.end - 1, record.start))
    return Find(
        kind=_kind(record, around.text),
        first=first,
        last=last,
        exchanges=(_exchange(record, around),),
        whole=False,
    )


def _kind(record: Record, around: str) -> str:
    if _CONSOLE.search(around):
        return mark("a message of the browser's console")
    if record.failure:
        return mark("an error of the HTTP client")
    called = record.call is not None and record.call.request is not None
    return mark("a call in a line of a log") if called else mark("an answer")


def _records(text: str) -> list[Record]:
    """Find what the text says of calls, in its order."""
    bodies = list(_bodies(text))
    records = _with_status(text, bodies)
    if not any(map(_is_answered, records)):
        records += [one for one in _sayings(text) if not _is_within(one, records)]
    records += _failures(text, records)
    return sorted(records, key=lambda record: record.start)


def _is_answered(record: Record) -> bool:
    call = record.call
    return call is None or call.response is not None or call.failure is not None


def _is_within(one: Record, records: list[Record]) -> bool:
    return any(other.start <= one.start < other.end for other in records)


def _bodies(text: str) -> Iterator[Record]:
    """Find what addresses tell of Login, and JSON that answers or tells of a call."""
    for start, end, request in addresses.logins_in(text):
        yield Record(start, end, call=Exchange(request=request))
    for start, end, body in addresses.sent_back_in(text):
        yield Record(start, end, call=Exchange(response=Response(body=body)))
    for one in islice(json_values(text), LIMIT):
        call = call_inside(one.value) or _parts_of(text, one)
        if call:
            yield Record(one.start, one.end, call.status, call=call)
            continue
        raw = text[one.start : one.end]
        answer = one.value if is_answer(one.value) else answer_in(one.value)
        if answer is not None:
            body = raw if answer is one.value else json.dumps(answer)
            yield Record(one.start, one.end, status_in(answer), shortened(body))


def _parts_of(text: str, one: JsonValue) -> Exchange | None:
    """Return a call that is named before an object with its headers; None if none."""
    names = one.value if isinstance(one.value, dict) else ()
    if not any(plain_name(str(name)) in _HEADERS for name in names):
        return None
    named = addresses.request_before(text, one.start)
    if named is None:
        return None
    return call_in({**one.value, "method": named.method, "url": str(named.url)})


def answer_in(value: Any, depth: int = 0) -> Any:
    """Return the answer that a value wraps, also as a string; None if none."""
    if isinstance(value, str):
        value = whole_json(value) if value[:1] in "{[" else None
    if is_answer(value):
        return value
    if not isinstance(value, dict) or depth > 4:
        return None
    inner = (answer_in(one, depth + 1) for one in value.values())
    return next((one for one in inner if one is not None), None)


def _with_status(text: str, bodies: list[Record]) -> list[Record]:
    """Join each status in the text with the body that belongs to it."""
    records: list[Record] = []
    events = sorted([*bodies, *_statuses(text, bodies)], key=lambda event: event.start)
    for event, below in zip_longest(events, events[1:]):
        last = records[-1] if records else None
        if last and _continues(text, last, event) and not _begins(text, event, below):
            last.end = max(last.end, event.end)
            last.status = last.status or event.status
            last.body = last.body or event.body
        else:
            records.append(event)
    return list(_apart(text, records[:MOST]))


def _apart(text: str, records: list[Record]) -> Iterator[Record]:
    """Give each record its words, and drop those that are in another's."""
    end = 0
    for record in records:
        if record.start < end:
            continue
        silent = record.body is None or _STATUS_ALONE.fullmatch(record.body)
        if silent and record.call is None:
            _take_words(text, record, end)
        end = record.end
        yield record


def _statuses(text: str, bodies: list[Record]) -> Iterator[Record]:
    starts = [body.start for body in bodies]
    for match in islice(statuses_in(text), LIMIT):
        before = bisect_right(starts, match.start()) - 1
        if before < 0 or match.start() >= bodies[before].end:
            yield Record(match.start(), match.end(), int(match[0]))


def _continues(text: str, last: Record, event: Record) -> bool:
    """Tell whether two findings are about the same answer: near, and not at odds."""
    if last.call or event.call or event.start - last.end > 1500:
        return False
    lines = text.count("\n", last.end, event.start)
    if last.status and event.status and last.status != event.status:
        return False
    if event.body is None:
        return lines <= (1 if last.body else 0)
    return last.body is None and lines <= 4


def _begins(text: str, status: Record, below: Record | None) -> bool:
    """Tell whether a status stands on its line before a body, which it belongs to."""
    if status.body is not None or below is None or below.body is None:
        return False
    return "\n" not in text[status.end : below.start]


def _take_words(text: str, record: Record, free: int) -> None:
    """Take the words behind a status for the body, if the server can have said them."""
    end = text.find("\n", record.end, record.end + 4000)
    words = text[record.end : end if end >= 0 else record.end + 4000]
    if _take_cut(text, record):
        return
    said = unmistakable(words) is not None
    if not said and record.status and record.status < _REFUSED:
        # Where it went well, what the next lines complain of is another matter.
        return
    if not said:
        # The message may have a line of its own below.
        below = text[record.end : record.end + 600]
        said = unmistakable(below) is not None
        words = below.split("\n\n")[0] if said else ""
    if said and words:
        record.body = words.strip(_ROUND)
        record.end += len(words)
    elif not said:
        _take_message(text, record, free)


def _take_message(text: str, record: Record, free: int) -> None:
    """Take a message that is known by its words, near a status, for the body."""
    first = max(free, text.rfind("\n", 0, record.start) + 1, record.start - _LINE)
    near = text[first : record.end + _LINE]
    said = unmistakable(near[: record.start - first]) is not None
    message = (0, record.start - first) if said else None
    message = message or message_in(near, record.end - first)
    if message is None:
        return
    start, end = (first + place for place in message)
    if start < record.start:
        end = min(end, record.start)
    record.body = text[start:end].strip(_ROUND)
    record.start, record.end = min(start, record.start), max(end, record.end)


def _take_cut(text: str, record: Record) -> bool:
    """Take a body that the client cut; tell whether there is one."""
    cut = text.find(_CUT, record.start, record.start + 2500)
    begun = _BODY.search(text, record.start, record.start + 200) if cut >= 0 else None
    if begun is None or begun.start() > cut:
        return False
    record.body = text[begun.start() : cut].rstrip()
    record.end = max(record.end, cut + len(_CUT))
    return True


def _sayings(text: str) -> Iterator[Record]:
    """Find what a server said, in a text that names no status."""
    place = unmistakable(text)
    if place is not None:
        start = max(text.rfind("\n", 0, place) + 1, place - 2000)
        end = text.find("\n", place, place + 4000)
        end = end if end >= 0 else min(len(text), place + 4000)
        yield Record(start, end, None, text[start:end].strip())
    elif message := message_in(text):
        yield Record(*message, None, text[slice(*message)].strip())


def _failures(text: str, records: list[Record]) -> Iterator[Record]:
    """Find the failures; the lines of one stack trace are one failure."""
    group: list[_Line] = []
    for line in islice(_troubled(text, records), LIMIT):
        if find_failure(line.text) is None:
            continue
        if group and line.number - group[-1].number > 12:
            yield _failure(group)
            group = []
        group.append(line)
    if group:
        yield _failure(group)


def _troubled(text: str, records: list[Record]) -> Iterator[_Line]:
    """Yield the lines that may speak of a failure and are in no record."""
    index = end = 0
    for number, line in enumerate(text.split("\n")):
        start, end = end, end + len(line) + 1
        if not 3 < len(line) < 5000:
            continue
        while index < len(records) and records[index].end <= start:
            index += 1
        taken = index < len(records) and records[index].start < end
        if not taken and _TROUBLE.search(line) and not _FRAME.match(line):
            yield _Line(number, start, line)


def _failure(group: list[_Line]) -> Record:
    # The first line that a trace prints is the cause, the last is the summary.
    last = group[-1]
    found = find_failure("\n".join(line.text for line in group[:20]))
    words = find_failure(last.text)
    if found and words:
        found = Failure(kind=found.kind, message=words.message)
    return Record(group[0].start, last.start + len(last.text), failure=found)


def _exchange(record: Record, around: _Around) -> Exchange:
    if record.call:
        started = record.call.started or _started(around.text)
        return replace(record.call, started=started)
    response = None
    if record.failure is None:
        response = Response(status=record.status, body=record.body)
    return Exchange(
        request=_called(record, around),
        response=response,
        failure=record.failure,
        started=_started(around.text),
    )


def _called(record: Record, around: _Around) -> Request | None:
    """Return the call that the words around an answer name; None if they name none."""
    call, body = addresses.request_in(around.text), record.body or ""
    if call:
        call = addresses.nearer_in(around.above, call) or call
    for lines in (around.line, around.called):
        call = call or addresses.address_in(lines, body)
    call = call or addresses.delivery_in(around.line)
    return with_shown(call, around.above) if call else None


def _started(around: str) -> datetime | None:
    """Return when the last line that begins with a time was written."""
    times = [m for line in around[-6000:].split("\n") if (m := _TIME.match(line))]
    try:
        text = times[-1][1].replace(",", ".") if times else ""
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
