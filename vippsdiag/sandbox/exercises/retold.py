"""A report's call, told again with the values of a seat."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from vippsdiag.exchange import Headers, Request
from vippsdiag.sandbox.apis import ROUTES
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.own import Own

# How a form begins.
_FORM = re.compile(r"[\w.-]+=")
# What a connection sets by itself.
_CONNECTION = frozenset({"host", "content-length", "connection", "accept-encoding"})


def retold(report: Request, own: Own, healthy: Request) -> Request:
    """Return a report's call with a seat's values; what was wrong with it stays.

    Args:
        report: the call.
        own: the values.
        healthy: a call of the same kind that works; its host is taken, and its path
            where both are the same operation.
    """
    path, _, query = flaws.target(report).partition("?")
    if operation(report) and operation(report) == operation(healthy):
        path = flaws.target(healthy).partition("?")[0]
    url = flaws.origin(healthy) + path + (f"?{_query(query, own)}" if query else "")
    pairs = [
        (name, own.header(name, flaws.value(report, name)))
        for name, _ in report.headers
        if name.lower() not in _CONNECTION
    ]
    body = _body(flaws.body(report), own) if report.body is not None else None
    return Request(method=report.method, url=url, headers=Headers(pairs), body=body)


def operation(call: Request) -> str:
    """Return the template of the path that serves a call; empty if nothing does."""
    if call.environment is None:
        return ""
    route = ROUTES.find(call.path, call.environment).get(call.method)
    return route.template if route else ""


def _query(query: str, own: Own) -> str:
    if _FORM.match(query):
        return _form(query, own)
    return quote(own.text(unquote(query)), safe="/:,=&")


def _form(text: str, own: Own) -> str:
    return urlencode(
        [(name, own.value(name, raw)) for name, raw in parse_qsl(text, True)]
    )


def _body(text: str, own: Own) -> str:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.dumps(_leaf("", json.loads(text), own))
        except (ValueError, RecursionError):
            return own.text(text)
    return _form(text, own) if _FORM.match(text) else own.text(text)


def _leaf(name: str, value: Any, own: Own) -> Any:
    if isinstance(value, dict):
        return {key: _leaf(key, below, own) for key, below in value.items()}
    if isinstance(value, list):
        return [_leaf(name, below, own) for below in value]
    return own.value(name, value) if isinstance(value, str) else value
