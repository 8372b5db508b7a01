"""Error texts: bodies, pages, raw responses, exceptions and lines of logs."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vippsdiag.conceal import plain_name
from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange, Failure, Request, Response
from vippsdiag.importers.failures import find_failure
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.lines import split_lines
from vippsdiag.importers.messages import json_end, read_messages
from vippsdiag.importers.names import Rank, understand

HINT = (
    "Paste the whole answer with its status, the lines of the log around the error, "
    "or the request as cURL or HAR."
)
# More exchanges than this are a log to be read by a machine.
MOST = 500

# Fields that only answers have, without case and punctuation, and fields that tell
# something when two of them meet.
_TELLING = frozenset(
    """accesstoken error errorcode errordescription errorgroup errorinfo errormessage
    responseinfo statuscode""".split()
)
_USUAL = frozenset(
    """code contextid detail errors extradetails instance invalidparams message result
    status statuscode timestamp title traceid type""".split()
)
_METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
_URL = r"https?://[^\s`'\"<>\\)\]}]+[^\s`'\"<>\\)\]},.;:]"
_CALL = re.compile(
    rf"\b(?P<method>{_METHODS})\b(?: request)?(?: to| for)?[\s`'\":]+(?P<url>{_URL})",
    re.IGNORECASE,
)
# urllib3: https://host:443 "POST /path HTTP/1.1" 401 150
_LOGGED_CALL = re.compile(
    rf"(?P<origin>https?://[\w.-]+(?::\d+)?)/? \"(?P<method>{_METHODS}) (?P<path>/\S*)"
)
_METHOD = re.compile(rf"\bmethod[\"']?\s*[:=]\s*[\"']?({_METHODS})\b", re.IGNORECASE)
_ANY_URL = re.compile(_URL)

_REASONS = (
    "Bad Request|Unauthori[sz]ed|Payment Required|Forbidden|(?:Resource )?Not Found"
    "|Method Not Allowed|Not Acceptable|Request Time-?out|Conflict|Gone"
    "|Unsupported Media Type|Unprocessable (?:Entity|Content)|Too Many Requests|Locked"
    "|(?:Internal )?Server Error|Not Implemented|Bad Gateway|Service Unavailable"
    "|Gateway Time-?out|Client Error"
)
_STATUS = re.compile(
    r"HTTP/\d(?:\.\d)?[\" ]+(?P<http>[1-5]\d\d)\b"
    r"|\bstatus(?:[ _-]?code)?[\"']?\s*(?:[:=]|is|of|was|=>)?\s*[\"'(]?"
    r"(?P<status>[1-5]\d\d)\b"
    rf"|\b(?P<reason>[45]\d\d)\b[ :(`'-]{{1,3}}(?:{_REASONS})\b"
    rf"|\b(?:{_REASONS})\b[ :(`'-]{{1,3}}(?P<behind>[45]\d\d)\b"
    r"|\b(?:HTTP|error|response|code|returned|got|get|with|received)\b(?: (?:a|an|code"
    r"|error|status|response))*[ :=(#]{1,3}(?P<loose>[45]\d\d)\b(?![.,]?\d|\s?ms)",
    re.IGNORECASE,
)
# What the gateway, the identity provider and the APIs say, where the status is not
# known (facts section 6).
_SAYINGS = re.compile(
    r"AADSTS\d{4,8}|access denied due to (?:missing|invalid) subscription key"
    r"|\binvalid_(?:client|grant|request|scope)\b|\bunauthorized_client\b"
    r"|subscription not found|invalid MSN|resource not found|invalid redirect_uri"
    r"|access token is (?:missing|invalid|expired)|JWT token is invalid"
    r"|merchant.not.allowed|something went wrong, please try again"
    r"|client secret was invalid|check your API keys|invalid API keys",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    r"error|exception|fail|refused|could ?n[o']t|unable|time[d]?[ -]?out|\bE[A-Z]{4,}\b"
    r"|ERR_|curl|blocked|no such host|unreachable|reset|hang up|\binvalid|problem",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"\s*<(?:!doctype|html|head|title|h1|error|fault|problem|response)\b"
    r"|\s*<\?xml[^<]*<(?:\w+:)?(?:error|fault|problem|envelope|html|response)\b",
    re.IGNORECASE,
)
_PAGE_STATUS = re.compile(
    r"<(?:title|h1|statusCode|status|code)[^<>]*>[^<>]*?\b([1-5]\d\d)\b", re.IGNORECASE
)
_TIME = re.compile(
    r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d))"
)


@dataclass(slots=True)
class Record:
    """What one place in a text says about one call."""

    start: int
    end: int
    status: int | None = None
    body: str | None = field(default=None, repr=False)
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The exchanges in a text, and the indexes of the lines that they were read from.

    ``whole`` lines hold nothing else; ``partly`` lines may hold keys too.
    """

    exchanges: tuple[Exchange, ...] = ()
    whole: frozenset[int] = frozenset()
    partly: frozenset[int] = frozenset()


@guarded
def read_text(text: str) -> tuple[Exchange, ...]:
    """Read the exchanges that an error text speaks of.

    Only what the text says is there: without a method and an address an exchange has
    no request, without a status its response has none.

    Raises:
        UnreadablePaste: the text speaks of no answer and no failure.
    """
    found = find_exchanges(text)
    if not found.exchanges:
        raise UnreadablePaste("There is no answer and no error in this text.", HINT)
    return found.exchanges


def find_exchanges(text: str) -> Found:
    """Find the exchanges in a text that may hold none."""
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    lines = split_lines(text)
    everything = frozenset(range(len(lines)))
    alone = _whole(text)
    if alone is not None:
        return Found(tuple(alone), whole=everything if alone else frozenset())
    if _MARKUP.match(text):
        return Found((_page(text),), whole=everything)
    exchanges, used = read_messages(lines)
    rest = "\n".join("" if n in used else line for n, line in enumerate(lines))
    records = _records(rest)[:MOST]
    spoken, partly = _told(rest, records, exchanges)
    whole = used | _body_lines(rest, records)
    return Found((*exchanges, *spoken), frozenset(whole), frozenset(partly))


def _whole(text: str) -> list[Exchange] | None:
    """Return the exchange of a text that is one JSON value; None if it is not.

    A value that is no answer has none; it may hold keys.
    """
    body = text.strip()
    if json_end(body, 0) != len(body):
        return None
    value = json.loads(body, strict=False)
    if not is_answer(value):
        return []
    return [Exchange(response=Response(status=status_in(value), body=body))]


def _page(text: str) -> Exchange:
    status = _PAGE_STATUS.search(text)
    body = text.strip()
    return Exchange(
        response=Response(status=int(status[1]) if status else None, body=body)
    )


def is_answer(value: Any) -> bool:
    """Tell whether a JSON value looks like the body of an answer."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(v, dict) and is_answer(v) for v in value)
    if not isinstance(value, dict) or any(map(_is_key, value)):
        return False
    names = {plain_name(str(name)) for name in value}
    return bool(
        names & _TELLING or len(names & _USUAL) > 1 or names in ({"message"}, {"title"})
    )


def _is_key(name: str) -> bool:
    meaning = understand((name,))
    return meaning.field is not None and meaning.rank is not Rank.DOUBTFUL


def status_in(value: Any) -> int | None:
    """Return the status that a body names itself; None if it names none."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return None
    info = value.get("responseInfo")
    inner = info.get("responseCode") if isinstance(info, dict) else None
    for found in (value.get("statusCode"), value.get("status"), inner):
        text = str(found)
        if re.fullmatch(r"[1-5]\d\d", text):
            return int(text)
    return None


def _records(text: str) -> list[Record]:
    """Find what the text says of calls, in its order."""
    bodies = list(_bodies(text))
    records = _with_status(text, bodies)
    if not records:
        records = list(_sayings(text))
    return sorted(
        [*records, *_failures(text, records)], key=lambda record: record.start
    )


def _bodies(text: str) -> Iterator[Record]:
    """Find the JSON answers that stand in a text."""
    place = 0
    for match in re.finditer(r"[{\[]", text):
        if match.start() < place:
            continue
        end = json_end(text, match.start())
        if end is None:
            continue
        raw = text[match.start() : end]
        value = json.loads(raw, strict=False)
        if is_answer(value):
            yield Record(match.start(), end, status_in(value), raw)
            place = end


def _with_status(text: str, bodies: list[Record]) -> list[Record]:
    """Join each status in the text with the body that belongs to it."""
    records: list[Record] = []
    events = sorted([*bodies, *_statuses(text, bodies)], key=lambda event: event.start)
    for event in events:
        last = records[-1] if records else None
        if last and _continues(text, last, event):
            last.end = max(last.end, event.end)
            last.status = last.status or event.status
            last.body = last.body or event.body
        else:
            records.append(event)
    for record in records:
        if record.body is None:
            _take_words(text, record)
    return records


def _statuses(text: str, bodies: list[Record]) -> Iterator[Record]:
    starts = [body.start for body in bodies]
    for match in _STATUS.finditer(text):
        before = bisect_right(starts, match.start()) - 1
        if before < 0 or match.start() >= bodies[before].end:
            status = int(next(filter(None, match.groups())))
            yield Record(match.start(), match.end(), status)


def _continues(text: str, last: Record, event: Record) -> bool:
    """Tell whether two findings are about the same answer: near, and not at odds."""
    between = text[last.end : event.start]
    if last.status and event.status and last.status != event.status:
        return False
    if event.body is None:
        return between.count("\n") <= (1 if last.body else 0)
    return last.body is None and between.count("\n") <= 4 and len(between) <= 1500


def _take_words(text: str, record: Record) -> None:
    """Take the words behind a status for the body, if the server can have said them."""
    end = text.find("\n", record.end)
    words = text[record.end : end if end >= 0 else len(text)]
    said = _SAYINGS.search(words)
    if said is None:
        # The message may have a line of its own below.
        below = text[record.end :][:600]
        said = _SAYINGS.search(below)
        words = below.split("\n\n")[0] if said else ""
    if said and words:
        record.body = words.strip(" \t\r\n:-–>`'\")")
        record.end += len(words)


def _sayings(text: str) -> Iterator[Record]:
    """Find what a server said, in a text that names no status."""
    for number, match in enumerate(re.finditer(r"[^\n]+", text)):
        if number < 20_000 and _SAYINGS.search(match[0]):
            yield Record(match.start(), match.end(), None, match[0].strip())
            return


def _failures(text: str, records: list[Record]) -> Iterator[Record]:
    """Find the failures; the lines of one stack trace are one failure."""
    taken = [(record.start, record.end) for record in records]
    group: list[re.Match[str]] = []
    for match in re.finditer(r"[^\n]+", text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if len(match[0]) > 5000 or not _TROUBLE.search(match[0]):
            continue
        if find_failure(match[0]) is None:
            continue
        if group and text.count("\n", group[-1].end(), match.start()) > 12:
            yield _failure(group)
            group = []
        group.append(match)
    if group:
        yield _failure(group)


def _failure(group: list[re.Match[str]]) -> Record:
    # The first line that a trace prints is the cause, the last is the summary.
    found = find_failure("\n".join(match[0] for match in group))
    words = find_failure(group[-1][0])
    if found and words:
        found = Failure(kind=found.kind, message=words.message)
    return Record(group[0].start(), group[-1].end(), failure=found)


def _told(
    text: str, records: list[Record], known: list[Exchange]
) -> tuple[list[Exchange], set[int]]:
    """Make the exchanges, and tell the lines that they were read from."""
    exchanges: list[Exchange] = []
    lines: set[int] = set()
    before = 0
    for record in records:
        first = text.count("\n", 0, record.start)
        lines |= set(
            range(first, first + text.count("\n", record.start, record.end) + 1)
        )
        end = text.find("\n", record.end)
        end = end if end >= 0 else len(text)
        around = text[before:end]
        before = record.end
        exchange = _exchange(record, around, text)
        if record.failure and known and known[-1].response is None:
            # curl printed the request, and then why it failed.
            known[-1] = Exchange(request=known[-1].request, failure=record.failure)
        else:
            exchanges.append(exchange)
    return exchanges, lines


def _body_lines(text: str, records: list[Record]) -> set[int]:
    """Return the lines that lie wholly in a body."""
    lines: set[int] = set()
    for record in records:
        if record.body and "\n" in record.body:
            first = text.count("\n", 0, record.start)
            count = text.count("\n", record.start, record.end)
            lines |= set(range(first + 1, first + count + 1))
    return lines


def _exchange(record: Record, around: str, text: str) -> Exchange:
    response = None
    if record.failure is None:
        response = Response(status=record.status, body=record.body)
    line = text[text.rfind("\n", 0, record.start) + 1 :][:60]
    return Exchange(
        request=_request(around),
        response=response,
        failure=record.failure,
        started=_started(line),
    )


def _request(around: str) -> Request | None:
    """Return the last request that is named; None without a method or an address."""
    logged = list(_LOGGED_CALL.finditer(around))
    if logged:
        url = logged[-1]["origin"].removesuffix(":443") + logged[-1]["path"]
        return Request(method=logged[-1]["method"], url=url)
    calls = list(_CALL.finditer(around))
    if calls:
        return Request(method=calls[-1]["method"].upper(), url=calls[-1]["url"])
    methods, urls = _METHOD.findall(around), _ANY_URL.findall(around)
    if len(set(methods)) == 1 and len(set(urls)) == 1:
        return Request(method=methods[0].upper(), url=urls[0])
    return None


def _started(line: str) -> datetime | None:
    match = _TIME.match(line)
    try:
        return datetime.fromisoformat(match[1].replace(",", ".")) if match else None
    except ValueError:
        return None
