"""What Python's http.client prints when it is asked to show its calls."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from vippsdiag.exchange import Exchange
from vippsdiag.importers.finds import Find
from vippsdiag.importers.json_values import json_end
from vippsdiag.importers.messages import read_messages
from vippsdiag.language import mark

# Requests and urllib print the same; a logger may put its own words in front.
_LINE = re.compile(
    r"(?:[\w.: ,\[\]-]{0,80}[ :])??(?P<what>send|reply|header):[ \t]+(?P<text>\S.*)"
)
_LITERAL = re.compile(r"b?'(?:[^'\\]|\\.)*+'|b?\"(?:[^\"\\]|\\.)*+\"")
_START = re.compile(r"[A-Z]{3,7} \S+ HTTP/")
_KIND = mark("a call as Python's http.client prints it")
_LONGEST, _MOST = 100_000, 500
# An answer's body that the program printed itself stands close behind.
_BEHIND = 3


@dataclass(slots=True)
class _Call:
    """The lines of one call, as the HTTP text that they stand for."""

    first: int
    last: int
    sent: list[str] = field(default_factory=list, repr=False)
    answer: list[str] = field(default_factory=list, repr=False)


def read_debug(lines: list[str]) -> list[Find]:
    """Find the calls that http.client printed."""
    finds = (_find(call, lines) for call in islice(_calls(lines), _MOST))
    return [find for find in finds if find]


def _calls(lines: list[str]) -> Iterator[_Call]:
    call: _Call | None = None
    for number, line in enumerate(lines):
        match = _LINE.fullmatch(line) if _may_be(line) else None
        if match is None:
            continue
        text = match["text"].strip()
        text = text if match["what"] == "header" else _literal(text)
        if call and match["what"] == "send" and (call.answer or _START.match(text)):
            yield call
            call = None
        call = call or _Call(number, number)
        call.last = number
        _take(call, match["what"], text)
    if call:
        yield call


def _may_be(line: str) -> bool:
    named = "send:" in line or "reply:" in line or "header:" in line
    return named and len(line) < _LONGEST


def _take(call: _Call, what: str, text: str) -> None:
    if what == "send":
        call.sent.append(text)
    elif what == "reply":
        call.answer = [text.strip()]
    else:
        call.answer.append(text)


def _literal(text: str) -> str:
    """Return the text that a literal of Python's stands for."""
    match = _LITERAL.match(text)
    try:
        value = ast.literal_eval(match[0]) if match else ""
    except (ValueError, SyntaxError):
        return ""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return text.replace("\r\n", "\n")


def _find(call: _Call, lines: list[str]) -> Find | None:
    body, last = _body(call, lines)
    text = [*"".join(call.sent).split("\n"), "", *call.answer, "", *body]
    exchanges = [one for find in read_messages(text) for one in find.exchanges]
    if not exchanges:
        return None
    whole = exchanges[-1]
    if len(exchanges) == 2 and not exchanges[0].response and not whole.request:
        whole = Exchange(request=exchanges[0].request, response=whole.response)
    return Find(kind=_KIND, first=call.first + 1, last=last + 1, exchanges=(whole,))


def _body(call: _Call, lines: list[str]) -> tuple[list[str], int]:
    """Return the body that the program printed behind the headers, and its end."""
    for number in range(call.last + 1, min(call.last + 1 + _BEHIND, len(lines))):
        if lines[number].lstrip()[:1] in {"{", "["} and call.answer:
            text = "\n".join(lines[number : number + 400]).lstrip()
            end = json_end(text, 0)
            if end:
                return text[:end].split("\n"), number + text.count("\n", 0, end)
    return [], call.last
