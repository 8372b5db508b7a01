"""Any text that tells of calls: told apart piece by piece, and read by what it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange, Request, Response
from vippsdiag.importers.addresses import address_in, is_of_api, request_in
from vippsdiag.importers.answers import is_page, page_status
from vippsdiag.importers.bodies import shortened
from vippsdiag.importers.deliveries import SIGNED, read_deliveries
from vippsdiag.importers.documents import read_document, read_json_lines, unwrapped
from vippsdiag.importers.dumps.columns import read_columns
from vippsdiag.importers.dumps.console import read_console
from vippsdiag.importers.dumps.debug import read_debug
from vippsdiag.importers.dumps.inspected import read_inspected
from vippsdiag.importers.dumps.logfmt import BEGINNINGS, read_logfmt
from vippsdiag.importers.dumps.php import read_php
from vippsdiag.importers.dumps.weblogs import read_weblogs
from vippsdiag.importers.dumps.wires import SIGNS, read_wires
from vippsdiag.importers.finds import Find
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.json_values import whole_json
from vippsdiag.importers.keys.lines import split_lines
from vippsdiag.importers.loose import find_loose
from vippsdiag.importers.messages import read_messages
from vippsdiag.language import mark

HINT = mark(
    "Paste the whole answer with its status, the lines of the log around the error, "
    "or the request as cURL or HAR."
)
# More exchanges than this are a log to be read by a machine.
MOST = 500

# How many lines away an answer's call may be named, and below it its body stand.
_ABOVE, _NEAR = 40, 5
# What a program does with an address in quotes is not known.
_IN_CODE = re.compile(r"[\"'`]https?://[^\s\"'`]{0,4000}[\"'`]")
# What data begin with, and no words.
_DATA = frozenset("{[<")
_CURL_REQUEST = re.compile(r"> ?[A-Z]{3,7} \S+ HTTP/\d")
_CURL_HEADER = re.compile(r">\s*$|> ?[\w-]+:|> ?[A-Z]{3,7} \S+ HTTP/\d")

# Each takes the lines of a text that holds one of the words before it; the first
# that reads a line has it.
_READERS: tuple[tuple[tuple[str, ...], Callable[[list[str]], list[Find]]], ...] = (
    (("Request URL",), read_console),
    (("] => ", "]=>", "array ("), read_php),
    (("send: ", "reply: "), read_debug),
    (SIGNS, read_wires),
    (("HTTP/", "GET ", "POST ", "PUT ", "PATCH ", "DELETE "), read_messages),
    ((" [", " HTTP/", "ms"), read_weblogs),
    (("#Fields:", " app/"), read_columns),
    (("config: {", "response: {"), read_inspected),
    (BEGINNINGS, read_logfmt),
    (("{",), read_json_lines),
    (SIGNED, read_deliveries),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The exchanges in a text, and the indexes of the lines that they were read from.

    ``whole`` lines hold nothing else; ``partly`` lines may hold keys too. ``finds``
    says what each exchange was taken from, in the order of the text.
    """

    exchanges: tuple[Exchange, ...] = ()
    whole: frozenset[int] = frozenset()
    partly: frozenset[int] = frozenset()
    finds: tuple[Find, ...] = ()


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
        raise UnreadablePaste(
            mark("There is no answer and no error in this text."), HINT
        )
    return found.exchanges


def find_exchanges(text: str) -> Found:
    """Find the exchanges in a text that may hold none."""
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    body = text.strip()
    value = whole_json(body)
    if value is not None:
        found = _found(_moved(read_document(value, body), text) or _signed(text))
        if all(find.whole for find in found.finds):
            return found
        return replace(found, whole=frozenset(), partly=frozenset())
    if is_page(text):
        return _found(_moved([_page(body)], text))
    return _found(_pieces(text))


def _signed(text: str) -> list[Find]:
    """Read a delivery in a document that tells of no other call."""
    signed = any(sign in text for sign in SIGNED)
    return read_deliveries(split_lines(text)) if signed else []


def _found(finds: list[Find]) -> Found:
    """Put the finds in order; those without an exchange only say what was read."""
    whole: set[int] = set()
    partly: set[int] = set()
    for find in finds:
        lines = range(find.first - 1, find.last)
        if find.whole:
            whole.update(lines)
        else:
            partly.update(lines)
            # A body's further lines hold nothing else.
            whole.update(lines[1:])
    told = sorted((find for find in finds if find.exchanges), key=_first)[:MOST]
    return Found(
        exchanges=tuple(one for find in told for one in find.exchanges),
        whole=frozenset(whole),
        partly=frozenset(partly - whole),
        finds=tuple(told),
    )


def _first(find: Find) -> int:
    return find.first


def _moved(finds: list[Find], text: str) -> list[Find]:
    """Return finds of a text without its blank beginning as finds of the text."""
    above = text[: len(text) - len(text.lstrip())].count("\n")
    return [
        replace(find, first=find.first + above, last=find.last + above)
        for find in finds
    ]


def _page(body: str) -> Find:
    answer = Response(status=page_status(body), body=shortened(body))
    return Find(
        kind=mark("an HTML page")
        if "<html" in body[:2000].lower()
        else mark("a page of markup"),
        first=1,
        last=body.count("\n") + 1,
        exchanges=(Exchange(response=answer),),
    )


def _pieces(text: str) -> list[Find]:
    lines = unwrapped(_unquoted(split_lines(text)))
    finds: list[Find] = []
    for words, read in _READERS:
        found = read(lines) if any(word in text for word in words) else []
        finds += found
        for find in found:
            lines[find.first - 1 : find.last] = [""] * (find.last - find.first + 1)
    return _called(_joined(finds, find_loose("\n".join(lines))), lines)


def _called(finds: list[Find], lines: list[str]) -> list[Find]:
    """Return finds with the call that words around the only answer name."""
    exchanges = [one for find in finds for one in find.exchanges]
    if len(exchanges) != 1 or exchanges[0].request or not exchanges[0].response:
        return finds
    (answer,) = exchanges
    find = next(find for find in finds if find.exchanges)
    above = lines[max(0, find.first - 1 - _ABOVE) : find.first - 1]
    # Further below may be what was tried besides.
    below = lines[find.first - 1 : find.last + _NEAR]
    request = _call_in(above, answer) or _call_in(below, answer)
    if request is None:
        return finds
    called = (replace(answer, request=request),)
    return [replace(one, exchanges=called) if one.exchanges else one for one in finds]


def _call_in(lines: list[str], answer: Exchange) -> Request | None:
    """Return the call of the API that some lines name."""
    text = _IN_CODE.sub("", "\n".join(lines))
    request = request_in(text) or address_in(text, answer.text)
    return request if request and is_of_api(str(request.url)) else None


def _joined(finds: list[Find], loose: list[Find]) -> list[Find]:
    """Put a failure to the request before it without answer, a body to its answer."""
    joined: list[Find] = []
    spoken, last = set(map(id, loose)), -1
    for find in sorted([*finds, *loose], key=_first):
        said, before = id(find) in spoken, joined[last] if last >= 0 else None
        if before and said and (whole := _completed(before, find)):
            joined[last] = whole
            joined.append(replace(find, exchanges=()))
            continue
        below = _with_body(find, before) if before and id(before) in spoken else None
        if before and below:
            joined[last] = replace(before, exchanges=())
        last = len(joined) if find.exchanges else last
        joined.append(below or find)
    return joined


def _completed(find: Find, said: Find) -> Find | None:
    """Return a find whose last call was answered as words below it say."""
    call, words = find.exchanges[-1], next(iter(said.exchanges), None)
    if call.request and not call.response and not call.failure:
        failure = words.failure if words else None
        if failure:
            return _ending(find, replace(call, failure=failure))
    return _with_body(find, said)


def _ending(find: Find, exchange: Exchange) -> Find:
    return replace(find, exchanges=(*find.exchanges[:-1], exchange))


def _with_body(find: Find, said: Find) -> Find | None:
    """Return a find whose last answer has the body that stands alone near it.

    Insomnia ends its timeline with notes; the answer's text is on another tab. Who
    prints what curl_getinfo tells has printed the answer before.
    """
    call = find.exchanges[-1] if find.exchanges else None
    alone = said.exchanges[0] if len(said.exchanges) == 1 else None
    if not (call and call.response and alone and alone.response):
        return None
    near = max(said.first - find.last, find.first - said.last) <= _NEAR
    bare = not (call.response.body or alone.failure or alone.request)
    fits = alone.response.status in {None, call.status} and alone.response.body
    # A complaint is not what a call that went well was answered.
    if call.ok and fits and str(fits)[:1] not in _DATA:
        return None
    if not (near and bare and fits):
        return None
    response = replace(call.response, body=alone.response.body)
    return _ending(find, replace(call, response=response))


def _unquoted(lines: list[str]) -> list[str]:
    """Return lines without the marks of a mail's quotation; curl's own stay."""
    result, start = list(lines), 0
    if not any(line[:1] == ">" for line in lines):
        return result
    while start < len(lines):
        if not lines[start].startswith(">"):
            start += 1
            continue
        end = start
        while end < len(lines) and lines[end].startswith(">"):
            end += 1
        if not _is_curls(lines[start:end]):
            result[start:end] = [_without_mark(line) for line in lines[start:end]]
        start = end
    return result


def _is_curls(lines: list[str]) -> bool:
    """Tell whether marked lines are a request that curl printed."""
    asked = any(_CURL_REQUEST.match(line) for line in lines)
    return asked and all(_CURL_HEADER.match(line) for line in lines)


def _without_mark(line: str) -> str:
    return line[1:].removeprefix(" ")
