"""JSON objects that tell of a call: log lines, entries, and what HTTP clients dump.

Every logger and every client names the parts its own way, so names are compared
without case and punctuation, and a part is looked for at the places where they are
known to be put. Only what is there is read; nothing is made up.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from vippsdiag.exchange import Exchange, Failure, Headers, Request, Response
from vippsdiag.importers.addresses import METHODS, is_of_api
from vippsdiag.importers.answers import as_status, is_answer, status_in
from vippsdiag.importers.bodies import from_base64, from_bytes, shortened
from vippsdiag.importers.decode import writable
from vippsdiag.importers.dumps.spans import with_usual_names
from vippsdiag.importers.failures import find_failure
from vippsdiag.importers.json_values import whole_json
from vippsdiag.sensitive import plain_name

Json = dict[str, Any]

_REQUESTS = ("request", "req", "config", "httprequest", "originalrequest")
_RESPONSES = ("response", "res", "httpresponse", "reply", "rawresponse")
_NESTS = """axioserror cause context content data details err error exception extra
    fields http info jsonpayload log meta metadata msg message payload properties source
    """.split()
_METHODS = ("method", "httpmethod", "requestmethod", "verb", "httprequestmethod")
_URLS = """url uri requesturl requesturi fullurl href urlfull httpurl requestpath path
    originalurl urlpath endpoint""".split()
_STATUSES = """status statuscode httpstatus httpstatuscode responsestatus responsecode
    responsestatuscode httpresponsestatuscode httpcode""".split()
_SENT = ("body", "data", "payload", "json", "postdata", "requestbody", "content")
_SENT_BESIDE = """requestbody requestpayload requestdata httprequestbodycontent
    """.split()
_RECEIVED = ("data", "body", "content", "text", "responsebody", "stream", "raw")
_RECEIVED_BESIDE = """responsebody responsedata responsecontent response result
    responsetext httpresponsebodycontent body data""".split()
_TIMES = ("time", "timestamp", "datetime", "ts", "t", "date", "starteddatetime")
_TEXTS = """message msg error err exception stack reason textpayload log errormessage
    code detail x renderedmessage""".split()
_DEEPEST = 4
_MOST = 300
_KNOWN_METHODS = frozenset(METHODS.split("|"))


def call_in(value: Any, depth: int = 0) -> Exchange | None:
    """Return the call that a JSON object tells of; None if it tells of none."""
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST:
        return None
    fields = with_usual_names(_plain(value))
    call = _call(fields)
    if call or depth >= _DEEPEST:
        return call
    nested = (call_in(fields.get(name), depth + 1) for name in _NESTS)
    found = next(filter(None, nested), None)
    if found is None or found.started:
        return found
    return replace(found, started=_started(fields))


def call_alone(value: Json) -> Exchange | None:
    """Return the call that an object's own fields tell of; None if of none."""
    return call_in(value, _DEEPEST)


def answer_of(value: Json) -> Response | None:
    """Return the answer that an object is by itself; None without a status."""
    return _response(_plain(value), {}, beside=False)


def started_in(value: Json) -> datetime | None:
    """Return when a line of a log was written; None if that is not known."""
    return _started(_plain(value))


def words_in(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the messages of a JSON object, and those of what it wraps."""
    if isinstance(value, str):
        yield writable(value)
    elif isinstance(value, dict) and depth < _DEEPEST and len(value) <= _MOST:
        fields = _plain(value)
        for name in (*_TEXTS, *_NESTS[3:]):
            if name not in _TEXTS or name in fields:
                yield from _words(fields.get(name), name, depth)
        yield from _exceptions(fields.get("values"))


def _exceptions(values: Any) -> Iterator[str]:
    """Yield what Sentry keeps of exceptions."""
    for one in values[:_DEEPEST] if isinstance(values, list) else ():
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            yield writable(f"{one.get('type', '')}: {one['value']}")


def _words(value: Any, name: str, depth: int) -> Iterator[str]:
    if isinstance(value, dict) or (isinstance(value, str) and name in _TEXTS):
        yield from words_in(value, depth + 1)


def _plain(value: Json) -> Json:
    """Return an object's fields by their plain names; the first of two wins."""
    fields: Json = {}
    for name, inner in value.items():
        fields.setdefault(plain_name(str(name)), inner)
    return fields


def _call(fields: Json) -> Exchange | None:
    sent = _part(fields, _REQUESTS, telling=_URLS)
    if not (_first(sent, _URLS) or _first(fields, _URLS)):
        return None
    received = _part(fields, _RESPONSES, telling=_STATUSES)
    request = _request(sent, fields)
    response = _response(received, fields, beside=request is not None or bool(sent))
    failure = None if response else _failure(fields)
    if not (response or failure or request):
        return None
    # Without a host, only a server's own log tells of a call.
    if request and request.url.startswith("/") and response is None:
        return None
    # Keys may stand beside an address, too.
    if not (response or failure) and request and _is_address_alone(request):
        return None
    if request is None and not (response and (sent or received or _method(fields))):
        return None
    if request and response is None and request.body is None:
        request = replace(request, body=_body_alone(fields))
    return Exchange(
        request=request, response=response, failure=failure, started=_started(fields)
    )


def _body_alone(fields: Json) -> str | None:
    """Return the body beside a request that no answer is told of."""
    body = _first(fields, ("body", "data", "content"))
    # So API Gateway hands over a body to a function.
    if fields.get("isbase64encoded") is True and isinstance(body, str):
        body = from_base64(body)
    return body_of_value(body)


def _is_address_alone(request: Request) -> bool:
    return not (request.method or request.shows_headers or request.body)


def _part(fields: Json, names: tuple[str, ...], telling: list[str]) -> Json:
    """Return an object by its name; of several the first that tells something."""
    found = [fields.get(name) for name in names]
    parts = [_plain(part) for part in found if isinstance(part, dict)]
    told = (part for part in parts if any(name in part for name in telling))
    return next(told, parts[0] if parts else {})


def _first(fields: Json, names: Any) -> Any:
    return next((fields[name] for name in names if fields.get(name)), None)


def _method(*places: Json) -> str:
    found = (_first(place, _METHODS) for place in places)
    method = next((one for one in found if isinstance(one, str)), "").upper()
    return method if method in _KNOWN_METHODS else ""


def _request(sent: Json, fields: Json) -> Request | None:
    """Return the request; None without an address.

    Without a method too, unless the address is one of the API.
    """
    headers = headers_of(_first(sent, ("headers", "header")))
    if not len(headers):
        headers = headers_of(_first(fields, ("requestheaders", "headers")))
    method = _method(sent, fields)
    found = (_address(sent, headers), _address(fields, headers))
    url = next((one for one in found if "://" in one), found[0] or found[1])
    if not url or not (method or is_of_api(url)):
        return None
    body = _first(sent, _SENT)
    if body is None:
        body = _first(fields, _SENT_BESIDE)
    return Request(method=method, url=url, headers=headers, body=body_of_value(body))


def _address(place: Json, headers: Headers) -> str:
    """Return the address, its path alone if its host is not known; empty for none."""
    url = _first(place, _URLS)
    if isinstance(url, dict):
        parts = _plain(url)
        url = _first(parts, ("full", "raw", "original", "href", "path"))
    if not isinstance(url, str):
        return ""
    base = _first(place, ("baseurl", "origin"))
    if "://" not in url and isinstance(base, str):
        url = base.rstrip("/") + "/" + url.lstrip("/")
    host = headers.get("Host") or headers.get(":authority") or _first(place, ("host",))
    if url.startswith("/") and isinstance(host, str):
        scheme = _first(place, ("scheme", "protocol"))
        scheme = scheme.rstrip(":/") if isinstance(scheme, str) else "https"
        url = f"{scheme if scheme in {'http', 'https'} else 'https'}://{host}{url}"
    if not url.startswith(("http://", "https://", "/")):
        return ""
    query = place.get("params")
    if isinstance(query, dict) and query and "?" not in url:
        pairs = ((writable(str(k)), writable(str(v))) for k, v in query.items())
        url += "?" + urlencode(list(pairs))
    return writable(url)


def _response(received: Json, fields: Json, *, beside: bool) -> Response | None:
    places = ((received, [*_STATUSES, "code"]), (fields, _STATUSES))
    told = (as_status(place.get(name)) for place, names in places for name in names)
    status = next(filter(None, told), None)
    body = _first(received, _RECEIVED)
    if body is None and beside:
        body = _beside(fields, received)
    if body is None and is_answer(fields.get("response")):
        body = fields.get("response")
    text = body_of_value(body)
    if status is None:
        status = status_in(whole_json(body) if isinstance(body, str) else body)
    headers = _first(received, ("headers", "header"))
    told = _first(fields, ("responseheaders",))
    # Postman's console names no status beside what was answered.
    if status is None and not (told and text and "responsebody" in fields):
        return None
    reason = _first(received, ("statustext", "reason", "statusmessage"))
    headers = headers or told
    return Response(
        status=status,
        reason=writable(reason) if isinstance(reason, str) else "",
        headers=headers_of(headers),
        body=text,
    )


def _beside(fields: Json, received: Json) -> Any:
    """Return a body that stands beside the request and not in a response."""
    found = _first(fields, _RECEIVED_BESIDE)
    return None if isinstance(found, dict) and received else found


def headers_of(value: Any) -> Headers:
    """Return headers, however they were written down."""
    return Headers(_pairs(value))


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").split("\n")
    if isinstance(value, dict):
        for name, inner in value.items():
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, str | int | float):
                    yield writable(str(name)), writable(str(one))
        return
    for one in value if isinstance(value, list) else ():
        if isinstance(one, str):
            name, colon, inner = one.partition(":")
            if colon and name.strip() and " " not in name.strip():
                yield writable(name.strip()), writable(inner.strip())
        elif isinstance(one, list) and len(one) == 2:
            # So Sentry keeps them.
            yield from _pairs({str(one[0]): one[1]})
        elif isinstance(one, dict) and one.get("disabled") is not True:
            name = one.get("name") or one.get("key")
            if isinstance(name, str) and isinstance(one.get("value", ""), str):
                yield writable(name), writable(one.get("value", ""))


def body_of_value(value: Any) -> str | None:
    """Return a body as text: bytes written as numbers, JSON, or text as it is."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return shortened(value)
    if isinstance(value, dict) and value.get("type") == "Buffer":
        value = value.get("data")
    if isinstance(value, list) and value and all(_is_byte(one) for one in value):
        return from_bytes(bytes(value))
    try:
        return shortened(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return None


def _is_byte(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 255


def _failure(fields: Json) -> Failure | None:
    found = (find_failure(words) for words in words_in(fields))
    return next(filter(None, found), None)


def _started(fields: Json) -> datetime | None:
    """Return when it was; None without a time zone, which could be any."""
    value = _first(fields, _TIMES)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value > 10_000_000_000 else value
            return datetime.fromtimestamp(seconds, UTC) if seconds > 10**9 else None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and moment.tzinfo else None
