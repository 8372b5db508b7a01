"""Postman collections, with their saved answers, and Newman's reports."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.importers.answers import as_status
from vippsdiag.importers.bodies import shortened
from vippsdiag.importers.decode import writable
from vippsdiag.importers.dumps.calls import body_of_value, headers_of
from vippsdiag.importers.failures import failure_from

Json = dict[str, Any]

_VARIABLE = re.compile(r"\{\{([^{}]{1,200})\}\}")
_DEEPEST = 20
# A variable may name another one.
_ROUNDS = 4


def is_collection(value: Any) -> bool:
    """Tell whether a JSON value is a Postman collection, of version 2.0 or 2.1."""
    if not isinstance(value, dict):
        return False
    inner = value.get("collection")
    value = inner if isinstance(inner, dict) and "run" not in value else value
    return isinstance(value.get("item"), list) and isinstance(value.get("info"), dict)


def is_report(value: Any) -> bool:
    """Tell whether a JSON value is a report of Newman's."""
    run = value.get("run") if isinstance(value, dict) else None
    return isinstance(run, dict) and isinstance(run.get("executions"), list)


def collection_calls(value: Json) -> Iterator[Exchange]:
    """Yield the requests of a collection, each with its saved answers if it has any.

    Variables are put in from the collection's own list; others stay as ``{{name}}``.
    """
    inner = value.get("collection")
    value = inner if isinstance(inner, dict) else value
    known = _variables(value, {})
    yield from _items(value, value.get("auth"), known, 0)


def _variables(value: Json, outer: Mapping[str, str]) -> dict[str, str]:
    known = dict(outer)
    for one in _list(value.get("variable")):
        key, text = one.get("key") or one.get("id"), one.get("value")
        if isinstance(key, str) and isinstance(text, str) and text:
            known[key] = text
    return known


def _list(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if _is_list(value) else []


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _items(
    folder: Json, auth: Any, known: Mapping[str, str], depth: int
) -> Iterator[Exchange]:
    for item in _list(folder.get("item")):
        own = item.get("auth") or auth
        if _is_list(item.get("item")) and depth < _DEEPEST:
            yield from _items(item, own, _variables(item, known), depth + 1)
        elif item.get("request"):
            yield from _calls(item, own, known)


def _calls(item: Json, auth: Any, known: Mapping[str, str]) -> Iterator[Exchange]:
    sent = _request(item.get("request"), auth, known)
    saved = _list(item.get("response"))
    for one in saved:
        original = _request(one.get("originalRequest"), auth, known)
        yield Exchange(request=original or sent, response=_response(one))
    if sent and not saved:
        yield Exchange(request=sent)


def _request(value: Any, auth: Any, known: Mapping[str, str]) -> Request | None:
    """Return a request; None without an address."""
    value = {"url": value} if isinstance(value, str) else value
    if not isinstance(value, dict):
        return None
    url = _filled(_address(value.get("url")), known)
    if not url:
        return None
    method = value.get("method")
    headers = [(name, _filled(writable(text), known)) for name, text in _pairs(value)]
    named = {name.lower() for name, _ in headers}
    for name, text in _authorization(value.get("auth") or auth, known):
        if name.lower() not in named:
            headers.append((name, text))
    return Request(
        method=(method if isinstance(method, str) else "GET").upper(),
        url=url,
        headers=Headers(headers),
        body=_body(value.get("body"), known),
    )


def _pairs(value: Json) -> Iterator[tuple[str, str]]:
    """Yield a request's headers as written, but for those that are switched off."""
    listed = value.get("header") or value.get("headers")
    if isinstance(listed, str):
        for line in listed.replace("\r\n", "\n").split("\n"):
            name, colon, text = line.partition(":")
            if colon:
                yield name.strip(), text.strip()
    for one in _list(listed):
        key, told = one.get("key"), one.get("value")
        if isinstance(key, str) and key and one.get("disabled") is not True:
            yield writable(key), told if isinstance(told, str) else ""


def _filled(text: str, known: Mapping[str, str]) -> str:
    """Put the variables in; what is not known stays."""
    for _ in range(_ROUNDS):
        filled = _VARIABLE.sub(
            lambda match: known.get(match[1].strip(), match[0]), text
        )
        if filled == text or len(filled) > 100_000:
            break
        text = filled
    return text


def _address(value: Any) -> str:
    if isinstance(value, str):
        return writable(value)
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("raw"), str):
        return writable(value["raw"])
    host, path = _joined(value.get("host"), "."), _joined(value.get("path"), "/")
    if not host:
        return ""
    protocol = value.get("protocol")
    start = f"{protocol}://" if isinstance(protocol, str) and protocol else ""
    url = f"{start}{host}/{path}" if path else f"{start}{host}"
    query = [
        f"{one.get('key')}={one.get('value')}"
        for one in _list(value.get("query"))
        if one.get("disabled") is not True
    ]
    return writable(url + ("?" + "&".join(query) if query else ""))


def _joined(value: Any, mark: str) -> str:
    if isinstance(value, list):
        return mark.join(map(str, value))
    return value if isinstance(value, str) else ""


def _authorization(auth: Any, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the headers that Postman makes of its Authorization tab."""
    kind = auth.get("type") if isinstance(auth, dict) else None
    if not isinstance(kind, str):
        return
    told = auth.get(kind)
    parts = told if isinstance(told, dict) else {}
    if isinstance(told, list):
        parts = {str(one.get("key")): one.get("value") for one in _list(told)}
    text = {
        str(name): _filled(writable(value), known)
        for name, value in parts.items()
        if isinstance(value, str)
    }
    if kind == "bearer" and text.get("token"):
        yield "Authorization", f"Bearer {text['token']}"
    elif kind == "basic":
        yield (
            "Authorization",
            _basic(text.get("username", ""), text.get("password", "")),
        )
    elif kind == "apikey" and text.get("key") and text.get("in") != "query":
        yield text["key"], text.get("value", "")


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _body(value: Any, known: Mapping[str, str]) -> str | None:
    if not isinstance(value, dict) or value.get("disabled") is True:
        return None
    mode = str(value.get("mode"))
    told = value.get(mode)
    if mode in {"urlencoded", "formdata"}:
        fields = [
            (
                _filled(str(one.get("key", "")), known),
                _filled(str(one.get("value", "")), known),
            )
            for one in _list(told)
            if one.get("disabled") is not True
        ]
        return shortened(urlencode(fields, safe="{}", errors="replace")) or None
    if mode == "graphql" and isinstance(told, dict):
        return shortened(_filled(json.dumps(told), known))
    return shortened(_filled(told, known)) if isinstance(told, str) and told else None


def _response(value: Json) -> Response:
    stream = value.get("stream")
    body = value.get("body") if stream is None else stream
    reason = value.get("status")
    return Response(
        status=as_status(value.get("code")),
        reason=writable(reason) if isinstance(reason, str) else "",
        headers=headers_of(value.get("header") or value.get("headers")),
        body=body_of_value(body),
    )


def report_calls(value: Json) -> Iterator[Exchange]:
    """Yield what a run of Newman's sent, and what came back."""
    for one in _list(value["run"]["executions"]):
        request = _request(one.get("request"), None, {})
        response, error = one.get("response"), one.get("requestError")
        if isinstance(response, dict) and as_status(response.get("code")):
            yield Exchange(request=request, response=_response(response))
        elif isinstance(error, dict):
            words = error.get("message") or error.get("code") or ""
            yield Exchange(request=request, failure=failure_from(str(words)))
        elif request:
            yield Exchange(request=request)
