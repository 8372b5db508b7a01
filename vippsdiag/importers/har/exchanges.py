"""One entry of a HAR as an `Exchange`."""

import re
from datetime import datetime
from typing import Any, TypeGuard
from urllib.parse import urlencode

from vippsdiag.conceal import conceal
from vippsdiag.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Headers,
    Request,
    Response,
    Timing,
)
from vippsdiag.importers.addresses import is_of_api
from vippsdiag.importers.bodies import MOST_UNPACKED, from_base64, packing, shortened
from vippsdiag.importers.decode import writable
from vippsdiag.importers.failures import failure_from, find_failure
from vippsdiag.importers.har.marks import KIND, NO_MOMENT, NOT_KNOWN

HarJson = dict[str, Any]


def is_entry(value: object) -> TypeGuard[HarJson]:
    """Tell whether a JSON value can be an entry of a HAR."""
    if not isinstance(value, dict):
        return False
    return bool(member(value, "request") or member(value, "response"))


def is_logged(entry: HarJson) -> bool:
    """Tell whether a logger wrote an entry: no HAR has a body or words there."""
    request, response = member(entry, "request"), member(entry, "response")
    status = response.get("status")
    words = isinstance(status, str) and status.strip() and status_of(response) is None
    return bool("body" in request or "body" in response or words)


def to_exchange(entry: HarJson, most: int = MOST_UNPACKED) -> Exchange:
    """Return what an entry of a HAR says.

    Args:
        entry: as it was decoded.
        most: how many bytes are unpacked of a packed body.
    """
    response = _response(member(entry, "response"), most)
    if response and response.status is None and _reason(entry):
        response = None
    return Exchange(
        request=_request(member(entry, "request"), most),
        response=response,
        failure=None if response else _failure(entry),
        timing=timing_of(entry),
        started=_started(entry.get("startedDateTime")),
    )


def _request(request: HarJson, most: int) -> Request | None:
    method = text_in(request.get("method")) or _pseudo(request, ":method")
    url = _address(request)
    if not url or not (method or is_of_api(url)):
        return None
    query = pairs(request, "queryString")
    if query and "?" not in url:
        url += "?" + urlencode(query)
    return Request(
        method=_typed(request, method.upper()),
        url=url,
        headers=_headers(request),
        body=_posted(member(request, "postData"), most),
        http_version=version_of(request),
    )


def _typed(request: HarJson, method: str) -> str:
    """Return the method as it was sent, if that is noted: most write it in capitals."""
    noted = text_in(request.get("_method"))
    return noted if noted.upper() == method else method


def _address(request: HarJson) -> str:
    """Return the address; where it is only a path, the headers know the host."""
    url = text_in(request.get("url")) or _pseudo(request, ":path")
    if not url.startswith("/"):
        return url
    host = _pseudo(request, ":authority") or _pseudo(request, "host")
    scheme = _pseudo(request, ":scheme") or "https"
    return f"{scheme}://{host}{url}" if host else ""


def _pseudo(message: HarJson, wanted: str) -> str:
    """Return a header's value, also that of HTTP/2's own; empty if there is none."""
    found = (value for name, value in pairs(message) if name.lower() == wanted)
    return next(found, "")


def _posted(data: HarJson, most: int) -> str | None:
    text = data.get("text")
    if isinstance(text, str) and (text or not data.get("params")):
        return _content(data, "", most)
    params = pairs(data, "params")
    return urlencode(params) if params else None


def _response(response: HarJson, most: int) -> Response | None:
    status = status_of(response)
    content = member(response, "content")
    body = _content(content, _pseudo(response, "content-encoding"), most)
    unread = not body and is_unread(content)
    # Without a status, a text is an answer that was noted down, or why there is none.
    if status is None and (not body or find_failure(body[:_LONGEST_REASON])):
        return None
    return Response(
        status=status,
        reason=str(conceal(text_in(response.get("statusText")))),
        headers=_headers(response),
        body=None if unread else body,
        unread=unread,
        http_version=version_of(response),
    )


def is_unread(content: HarJson) -> bool:
    """Tell whether there was a body, if none could be read."""
    text, size = content.get("text"), content.get("size", 0)
    if text or not isinstance(size, int | float):
        return bool(text)
    # Recorded without its content, or a browser has let it go; -1 says nothing.
    return size > 0 or (text is None and size < 0)


def status_of(response: HarJson) -> int | None:
    """Return the status; None if there was no response (0, -1, or none given)."""
    status = response.get("status")
    if isinstance(status, str) and re.fullmatch(r"\s*\d{1,9}\s*", status):
        status = int(status)
    if isinstance(status, bool) or not isinstance(status, int | float):
        return None
    return int(status) if 100 <= status <= 999 else None


# Where browsers and tools put the reason why no response came.
_LONGEST_REASON = 2000
_REASONS = ("_error", "_errorMessage", "_failureText", "_blockedReason", "error")


def _reason(entry: HarJson) -> str:
    """Return the reason that a tool noted why no response came; empty for none."""
    places = (entry, member(entry, "response"), member(entry, "request"))
    reasons = (text_in(place.get(name)) for place in places for name in _REASONS)
    return next(filter(None, reasons), "")


def _failure(entry: HarJson) -> Failure | None:
    """Return why there is no response; None if the entry does not say there is none."""
    response = member(entry, "response")
    reason = _reason(entry)
    own = text_in(entry.get(KIND))
    if own in set(FailureKind):
        return Failure(kind=FailureKind(own), message="" if reason == own else reason)
    if not reason and (
        "status" not in response or response.get("comment") == NOT_KNOWN
    ):
        return None
    noted = text_in(member(response, "content").get("text"))[:_LONGEST_REASON]
    return failure_from(reason or text_in(response.get("statusText")) or noted)


def _content(content: HarJson, encoding: str, most: int) -> str | None:
    text = content.get("text")
    if not isinstance(text, str):
        return None
    if text_in(content.get("encoding")).lower() != "base64":
        return shortened(text)
    return from_base64(text, encoding, text_in(content.get("mimeType")), most)


# So many bytes tell whether a body can be unpacked.
_A_LITTLE = 1000


def packed(entry: HarJson) -> str | None:
    """Return the packing of an answer's body that cannot be read; None for none."""
    response = member(entry, "response")
    content = member(response, "content")
    encoding = _pseudo(response, "content-encoding")
    if text_in(content.get("encoding")).lower() != "base64" or not encoding:
        return None
    unread = _content(content, encoding, _A_LITTLE) is None
    return packing(encoding) if unread else None


def _headers(message: HarJson) -> Headers:
    # Names with a colon in front are HTTP/2's own and no headers.
    named = pairs(message)
    return Headers((name, value) for name, value in named if not name.startswith(":"))


def pairs(message: HarJson, kind: str = "headers") -> list[tuple[str, str]]:
    """Return names with values; some tools write an object in place of a list."""
    entries = message.get(kind)
    if isinstance(entries, dict):
        return [(str(name), text_in(value)) for name, value in entries.items()]
    if not isinstance(entries, list):
        return []
    return [
        (text_in(entry.get("name")), text_in(entry.get("value")))
        for entry in entries
        if isinstance(entry, dict) and text_in(entry.get("name"))
    ]


def timing_of(entry: HarJson) -> Timing | None:
    """Return how long the parts of an exchange took; None if nothing says so."""
    timings = member(entry, "timings")
    tls = _phase(timings.get("ssl"))
    connect = _phase(timings.get("connect"))
    if connect is not None and tls is not None:
        # HAR counts the handshake as a part of connecting.
        connect = max(connect - tls, 0.0)
    timing = Timing(
        dns=_phase(timings.get("dns")),
        connect=connect,
        tls=tls,
        send=_phase(timings.get("send")),
        wait=_phase(timings.get("wait")),
        receive=_phase(timings.get("receive")),
    )
    return None if timing == Timing() else timing


# In milliseconds.
_FOREVER = 10**15


def _phase(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # -1 says that it does not apply; a longer time is none.
    return float(value) if 0 <= value < _FOREVER else None


def _started(value: object) -> datetime | None:
    """Return when it was; None without a time zone, which could be any."""
    try:
        moment = datetime.fromisoformat(text_in(value))
    except ValueError:
        return None
    known = moment.tzinfo and moment.isoformat() != NO_MOMENT
    return moment if known else None


_VERSIONS = {"h2": "HTTP/2", "http/2.0": "HTTP/2", "h3": "HTTP/3", "http/3.0": "HTTP/3"}


def version_of(message: HarJson) -> str | None:
    """Return the version of HTTP that was spoken; None if it is not known."""
    text = text_in(message.get("httpVersion")).lower()
    known = _VERSIONS.get(text, text.upper())
    return known if known.startswith("HTTP/") else None


def member(value: HarJson, name: str) -> HarJson:
    """Return an object in an object; empty if there is none."""
    inner = value.get(name)
    return inner if isinstance(inner, dict) else {}


def text_in(value: object) -> str:
    """Return a text or a number as text; empty if it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return writable(str(value))
