"""What a log shows of a request beside its address: headers, and a body."""

import re
from dataclasses import replace
from typing import Any

from vippsdiag.exchange import Request
from vippsdiag.importers.dumps.calls import body_of_value, headers_of
from vippsdiag.importers.dumps.inspected import object_at

_NAMED = re.compile(
    r"\b(?P<headers>headers?)[\"']?\s{0,3}(?:[:=]|=>|\()?\s{0,3}(?=[{\[])"
    r"|\b(?:body|data|payload|json)[\"']?\s{0,3}(?:[:=]|=>|\()\s{0,3}(?=[{\[])",
    re.IGNORECASE,
)
# How far behind an address its headers begin, and how much of a text is one of them.
_NEAR, _LONGEST = 400, 6_000
_ADDRESS = re.compile(r"https?://")


def with_shown(request: Request, text: str) -> Request:
    """Add what a text shows of a request behind its address.

    Args:
        request: as it was found in the text.
        text: what stands before the answer.
    """
    place = text.rfind(request.url)
    if place < 0:
        return request
    place += len(request.url)
    while found := _NAMED.search(text, place, place + _NEAR):
        if _ADDRESS.search(text, place, found.start()):
            break
        read = object_at(text[: found.end() + _LONGEST], found.end(), code=False)
        if read is None:
            break
        value, place = read
        request = _with(request, value, headers=found["headers"] is not None)
    return request


def _with(request: Request, value: Any, *, headers: bool) -> Request:
    if headers:
        return replace(request, headers=headers_of(value))
    return replace(request, body=request.body or body_of_value(value))
