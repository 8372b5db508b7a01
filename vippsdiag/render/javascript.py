"""Requests as a JavaScript module that sends them with fetch, as Node 18 and later do.

A browser is no place for it: keys do not belong there, and the API answers no page.
"""

import json
from collections.abc import Iterable, Iterator

from vippsdiag.exchange import Request
from vippsdiag.render.values import (
    Show,
    masked,
    variable,
    written_headers,
    written_method,
)

# These carry no body with fetch.
_BARE = frozenset({"GET", "HEAD"})


def to_javascript(requests: Iterable[Request], show: Show = masked) -> str:
    """Return a module; masked, a secret header comes from an environment variable.

    Redirects are not followed: they would carry the keys along.
    """
    calls = [_call(request, show) for request in requests]
    again = ("let " if not number else "" for number in range(len(calls)))
    return "\n".join(first + call for first, call in zip(again, calls, strict=True))


def _call(request: Request, show: Show) -> str:
    lines = [
        f"response = await fetch({_text(show(request.url))}, {{",
        f"  method: {_text(written_method(request))},",
        *_headers(request, show),
        *_body(request, show),
        '  redirect: "manual",',
        "});",
        "console.log(response.status, await response.text());",
        "",
    ]
    return "\n".join(lines)


def _headers(request: Request, show: Show) -> Iterator[str]:
    pairs = list(written_headers(request))
    if pairs:
        yield "  headers: ["
        for name, value in pairs:
            yield f"    [{_text(name)}, {_value(name, value, show)}],"
        yield "  ],"


def _body(request: Request, show: Show) -> Iterator[str]:
    if request.body is None:
        return
    method = written_method(request)
    if method in _BARE:
        yield f"  // fetch sends no body with {method}; it is left out."
        return
    # As bytes, or fetch would add a content type of its own.
    yield f"  body: new TextEncoder().encode({_text(show(request.body))}),"


def _value(name: str, value: str, show: Show) -> str:
    hidden = variable(name, value) if show is masked else None
    if hidden is None:
        return _text(show(value))
    before, variable_name = hidden
    known = f"process.env.{variable_name}"
    return f"{_text(before)} + {known}" if before else known


def _text(text: str) -> str:
    """Return a text as JavaScript writes it; what no file can hold is escaped."""
    whole = text.encode("utf-8", "replace").decode() == text
    return json.dumps(text, ensure_ascii=not whole)
