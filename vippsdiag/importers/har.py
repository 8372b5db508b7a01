"""HAR files of any browser, proxy or tool."""

import base64
import binascii
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from vippsdiag.conceal import conceal
from vippsdiag.environments import HOSTS, RETIRED_HOSTS, UNDOCUMENTED_HOSTS, split
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Context
from vippsdiag.exchange import Exchange, Failure, Headers, Request, Response, Timing
from vippsdiag.importers.decode import writable
from vippsdiag.importers.failures import failure_from
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.har_entries import HINT, NO_HAR, Log, open_log
from vippsdiag.importers.names import understand, words_of
from vippsdiag.keys import Field, KeyKind

# Up to this many entries are kept whatever they are.
FEW = 40
LARGEST = 200_000_000
TOO_LARGE = "This HAR file is larger than 200 MB."

API_HOSTS = frozenset(HOSTS.values()) | UNDOCUMENTED_HOSTS | RETIRED_HOSTS
_PATHS = ("accesstoken", "/miami/", "/access-management-1.0/", "vipps", "mobilepay")
_FIELDS = frozenset({field.header.lower() for field in Field})
# A shop's own page loads these from the payment pages too.
_DECORATION = frozenset({"image", "font", "stylesheet", "script", "media", "css"})

HarJson = dict[str, Any]
NOT_TOLD = Context()


@dataclass(frozen=True, slots=True, kw_only=True)
class HarPaste:
    """What a HAR held.

    Attributes:
        exchanges: in the order of the file.
        context: what was noted in the file's ``_context``.
        unused: what was left out, named for people.
    """

    exchanges: tuple[Exchange, ...] = ()
    context: Context = NOT_TOLD
    unused: tuple[str, ...] = ()


@guarded
def read_har(data: bytes) -> HarPaste:
    """Read a HAR.

    Of a long one only the entries are kept that have to do with Vipps MobilePay.

    Args:
        data: the file; at most 200 MB.

    Raises:
        UnreadablePaste: it is no HAR, or no entry of it can be used.
    """
    return load_har(data)


def load_har(data: bytes, *, fast: bool = True) -> HarPaste:
    """Read a HAR with or without the fast decoder."""
    if len(data) > LARGEST:
        raise UnreadablePaste(TOO_LARGE, "Record it again with the failing call only.")
    log = open_log(data, fast=fast)
    kept, left_out, odd = _choose(log)
    if not kept and not left_out:
        if log.cut:
            raise UnreadablePaste(
                "This HAR file breaks off before its first entry.", HINT
            )
        raise UnreadablePaste(
            "This HAR file has no entries." if not odd else NO_HAR, HINT
        )
    exchanges = tuple(map(_exchange, kept))
    unused = tuple(_unused(log, left_out, odd))
    return HarPaste(exchanges=exchanges, context=_context(log.context), unused=unused)


def _choose(log: Log) -> tuple[list[HarJson], int, int]:
    """Return the entries to keep, how many were left out, and how many were none."""
    first: list[HarJson] = []
    kept: list[HarJson] = []
    total = odd = 0
    for entry in log.entries:
        if not isinstance(entry, dict) or not _is_entry(entry):
            odd += 1
            continue
        total += 1
        if total <= FEW:
            first.append(entry)
        if _matters(entry):
            kept.append(entry)
    chosen = first if total <= FEW else kept
    return chosen, total - len(chosen), odd


def _is_entry(entry: HarJson) -> bool:
    return bool(_object(entry, "request") or _object(entry, "response"))


def _matters(entry: HarJson) -> bool:
    """Tell whether an entry has to do with Vipps MobilePay."""
    request = _object(entry, "request")
    url = _text(request.get("url")).lower()
    host = split(url).hostname or ""
    if host in API_HOSTS or _FIELDS & {name.lower() for name, _ in _pairs(request)}:
        return True
    about = any(part in url for part in _PATHS)
    return about and (_failed(entry) or not _is_decoration(entry))


def _failed(entry: HarJson) -> bool:
    status = _status(_object(entry, "response"))
    return status is None or status >= 400


def _is_decoration(entry: HarJson) -> bool:
    kind = _text(entry.get("_resourceType")).lower()
    content = _object(_object(entry, "response"), "content")
    mime = _text(content.get("mimeType")).lower()
    return kind in _DECORATION or any(
        mime.startswith((f"{word}/", f"text/{word}")) or word in mime.split("/")[-1]
        for word in ("image", "font", "css", "javascript", "audio", "video")
    )


def _unused(log: Log, left_out: int, odd: int) -> Iterator[str]:
    if left_out:
        entries = "entry" if left_out == 1 else "entries"
        yield f"{left_out} {entries} of the HAR that went elsewhere"
    if odd:
        yield f"{odd} of the HAR's entries, which could not be read"
    if log.cut:
        yield "the end of the HAR: the file breaks off"


def _exchange(entry: HarJson) -> Exchange:
    response = _response(_object(entry, "response"))
    return Exchange(
        request=_request(_object(entry, "request")),
        response=response,
        failure=None if response else _failure(entry),
        timing=_timing(_object(entry, "timings")),
        started=_started(entry.get("startedDateTime")),
    )


def _request(request: HarJson) -> Request | None:
    method, url = _text(request.get("method")), _text(request.get("url"))
    if not method or not url:
        return None
    query = _pairs(request, "queryString")
    if query and "?" not in url:
        url += "?" + urlencode(query)
    return Request(
        method=method.upper(),
        url=url,
        headers=_headers(request),
        body=_posted(_object(request, "postData")),
        http_version=_version(request.get("httpVersion")),
    )


def _posted(data: HarJson) -> str | None:
    text = data.get("text")
    if isinstance(text, str) and (text or not data.get("params")):
        return _content(data)
    params = _pairs(data, "params")
    return urlencode(params) if params else None


def _response(response: HarJson) -> Response | None:
    status = _status(response)
    if status is None:
        return None
    return Response(
        status=status,
        reason=str(conceal(_text(response.get("statusText")))),
        headers=_headers(response),
        body=_content(_object(response, "content")),
        http_version=_version(response.get("httpVersion")),
    )


def _status(response: HarJson) -> int | None:
    """Return the status; None if there was no response (0, -1, or none given)."""
    status = response.get("status")
    if isinstance(status, str) and status.strip().isdecimal():
        status = int(status)
    if isinstance(status, bool) or not isinstance(status, int | float):
        return None
    return int(status) if 100 <= status <= 999 else None


# Where browsers and tools put the reason why no response came.
_REASONS = ("_error", "_errorMessage", "_failureText", "_blockedReason", "error")


def _failure(entry: HarJson) -> Failure | None:
    """Return why there is no response; None if the entry does not say there is none."""
    response = _object(entry, "response")
    places = (entry, response, _object(entry, "request"))
    reasons = (_text(place.get(name)) for place in places for name in _REASONS)
    reason = next(filter(None, reasons), "")
    if not reason and "status" not in response:
        return None
    return failure_from(reason or _text(response.get("statusText")))


def _content(content: HarJson) -> str | None:
    text = content.get("text")
    if not isinstance(text, str):
        return None
    if _text(content.get("encoding")).lower() != "base64":
        return writable(text)
    try:
        return base64.b64decode(text).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _headers(message: HarJson) -> Headers:
    # Names with a colon in front are HTTP/2's own and no headers.
    pairs = _pairs(message)
    return Headers((name, value) for name, value in pairs if not name.startswith(":"))


def _pairs(message: HarJson, kind: str = "headers") -> list[tuple[str, str]]:
    """Return names with values; some tools write an object in place of a list."""
    entries = message.get(kind)
    if isinstance(entries, dict):
        return [(str(name), _text(value)) for name, value in entries.items()]
    if not isinstance(entries, list):
        return []
    return [
        (_text(entry.get("name")), _text(entry.get("value")))
        for entry in entries
        if isinstance(entry, dict) and _text(entry.get("name"))
    ]


def _timing(timings: HarJson) -> Timing | None:
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


def _phase(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # -1 says that it does not apply.
    return float(value) if math.isfinite(value) and value >= 0 else None


def _started(value: object) -> datetime | None:
    """Return when it was; None without a time zone, which could be any."""
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


_VERSIONS = {"h2": "HTTP/2", "http/2.0": "HTTP/2", "h3": "HTTP/3", "http/3.0": "HTTP/3"}


def _version(value: object) -> str | None:
    text = _text(value).lower()
    known = _VERSIONS.get(text, text.upper())
    return known if known.startswith("HTTP/") else None


def _context(value: object) -> Context:
    told = value if isinstance(value, dict) else {}
    return Context(
        environment=understand((_text(told.get("environment")),)).environment,
        kind=_kind(_text(told.get("kind"))),
        product=conceal(_text(told.get("product"))) or None,
        client=conceal(_text(told.get("client"))) or None,
    )


def _kind(text: str) -> KeyKind | None:
    """Return the kind of keys that a word names: partner, sales-unit, PSP keys."""
    words = " ".join(words_of(text)).removesuffix("keys").strip()
    kinds = {" ".join(words_of(kind.value)): kind for kind in KeyKind}
    return kinds.get(words)


def _object(value: HarJson, name: str) -> HarJson:
    inner = value.get(name)
    return inner if isinstance(inner, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return writable(str(value))
