"""Any text that tells of calls: told apart piece by piece, and read by what it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange, Request, Response
from vippsdiag.importers.addresses import address_in, is_of_api, request_in
from vippsdiag.importers.answers import is_page, page_status
from vippsdiag.importers.bodies import shortened
from vippsdiag.importers.documents import read_document, read_json_lines, unwrapped
from vippsdiag.importers.dumps.columns import read_columns
from vippsdiag.importers.dumps.console import read_console
from vippsdiag.importers.dumps.debug import read_debug
from vippsdiag.importers.dumps.inspected import read_inspected
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
_ABOVE, _BELOW = 40, 5
# What a program does with an address in quotes is not known.
_IN_CODE = re.compile(r"[\"'`]https?://[^\s\"'`]{0,4000}[\"'`]")
_QUOTE = re.compile(r"(?:> ?)+")
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
    ((" [",), read_weblogs),
    (("#Fields:", " app/"), read_columns),
    (("config: {", "response: {"), read_inspected),
    (("{",), read_json_lines),
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
        found = _found(_moved(read_document(value, body), text))
        if all(find.whole for find in found.finds):
            return found
        return replace(found, whole=frozenset(), partly=frozenset())
    if is_page(text):
        return _found(_moved([_page(body)], text))
    return _found(_pieces(text))


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
    below = lines[find.first - 1 : find.last + _BELOW]
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
    ordered = sorted([*finds, *loose], key=_first)
    joined: list[Find] = []
    spoken = set(map(id, loose))
    for find in ordered:
        before = joined[-1] if joined else None
        if before and id(find) in spoken and _is_open(before) and _is_failure(find):
            exchange = replace(before.exchanges[-1], failure=find.exchanges[0].failure)
            exchanges = (*before.exchanges[:-1], exchange)
            joined[-1] = replace(before, exchanges=exchanges)
            joined.append(replace(find, exchanges=()))
        elif before and id(find) in spoken and (body := _body_of(before, find)):
            exchange = before.exchanges[-1]
            answered = replace(exchange, response=body)
            exchanges = (*before.exchanges[:-1], answered)
            joined[-1] = replace(before, exchanges=exchanges)
            joined.append(replace(find, exchanges=()))
        else:
            joined.append(find)
    return joined


def _is_open(find: Find) -> bool:
    last = find.exchanges[-1] if find.exchanges else None
    return bool(last and last.request and not last.response and not last.failure)


def _body_of(before: Find, find: Find) -> Response | None:
    """Return an answer with the body that stands alone right below it.

    Insomnia ends its timeline with notes; the answer's text is on another tab.
    """
    first = before.exchanges[-1].response if before.exchanges else None
    alone = find.exchanges[0] if len(find.exchanges) == 1 else None
    if first is None or alone is None or alone.request or alone.response is None:
        return None
    near = find.first - before.last <= _BELOW and not (first.body or alone.failure)
    fits = alone.response.status in {None, first.status} and alone.response.body
    return replace(first, body=alone.response.body) if near and fits else None


def _is_failure(find: Find) -> bool:
    return bool(find.exchanges and find.exchanges[0].failure)


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
