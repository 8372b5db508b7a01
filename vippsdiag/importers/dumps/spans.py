"""Calls as tracing and monitoring systems keep them, under the names that others use.

OpenTelemetry, Jaeger and Zipkin have attributes, as an object or as a list; Application
Insights names a call by its method and path; Elastic's schema has both halves in
``http`` and the address beside them; API Gateway has the method in its own context.
"""

import re
from collections.abc import Iterator
from typing import Any

from vippsdiag.importers.addresses import METHODS
from vippsdiag.sensitive import plain_name

Json = dict[str, Any]

_ATTRIBUTES = ("attributes", "tags")
_METHODS = ("httprequestmethod", "httpmethod")
_URLS = ("urlfull", "httpurl")
_PATHS = ("httptarget", "urlpath")
_HOSTS = ("httphost", "serveraddress", "netpeername")
_STATUSES = ("httpresponsestatuscode", "httpstatuscode")
_STARTS = ("starttimeunixnano", "starttime")
_NAME = re.compile(rf"({METHODS}) (/\S{{0,4000}})")
_LINE = re.compile(_NAME.pattern + r" HTTP/[\d.]{1,4}")
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}", re.IGNORECASE)
_MOST = 300


def with_usual_names(fields: Json) -> Json:
    """Return an object's fields, with those of a traced call under usual names.

    Args:
        fields: of the object, by their plain names.
    """
    line = _LINE.fullmatch(str(fields.get("request", ""))[:4200])
    if line:
        # As nginx and Apache write it, in JSON, too.
        call = {"method": line[1], "url": line[2]}
        return {**{n: v for n, v in fields.items() if n != "request"}, **call}
    if "resultcode" in fields:
        return _dependency(fields)
    if isinstance(fields.get("http"), dict) and "url" in fields:
        return _halves(fields)
    if isinstance(fields.get("requestcontext"), dict) and "rawpath" in fields:
        return _event(fields)
    for name in _ATTRIBUTES:
        told = dict(_attributes(fields.get(name)))
        if told:
            return _span(fields, told)
    return fields


def _attributes(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        pairs = list(value.items())[:_MOST]
    elif isinstance(value, list):
        dicts = [one for one in value[:_MOST] if isinstance(one, dict)]
        pairs = [(one.get("key"), one.get("value")) for one in dicts]
    else:
        return
    for name, inner in pairs:
        # OpenTelemetry names the type of a value before it.
        typed = isinstance(inner, dict) and len(inner) == 1
        one = next(iter(inner.values())) if typed else inner
        if isinstance(name, str) and isinstance(one, str | int):
            yield plain_name(name), str(one)


def _span(fields: Json, told: dict[str, str]) -> Json:
    def first(names: tuple[str, ...]) -> str | None:
        return next((told[name] for name in names if told.get(name)), None)

    url = first(_URLS) or first(_PATHS)
    if url is None or not (first(_METHODS) or first(_STATUSES)):
        return fields
    call = {"method": first(_METHODS), "url": url, "status": first(_STATUSES)}
    time = next((fields[name] for name in _STARTS if name in fields), None)
    return {**fields, "host": first(_HOSTS), **call, **_moment(time)}


def _moment(value: Any) -> Json:
    """Return the seconds of a time in nanoseconds or microseconds."""
    digits = str(value)
    if not re.fullmatch(r"\d{13,19}", digits, re.ASCII):
        return {}
    return {"time": int(digits) / 10 ** (len(digits) - 10)}


def _dependency(fields: Json) -> Json:
    """Return a call of Application Insights, whose name has its method."""
    name = _NAME.fullmatch(str(fields.get("name", ""))[:4100])
    named = (fields.get(one) for one in ("data", "url", "commandname"))
    url = next((one for one in named if str(one).startswith("http")), None)
    target = str(fields.get("target", ""))
    if url is None and name and _HOST.fullmatch(target):
        url = f"https://{target}{name[2]}"
    if url is None:
        return fields
    method = name[1] if name else fields.get("method")
    # What stands in the fields besides is the system's own: its data is the address.
    call = {"method": method, "url": url, "status": fields["resultcode"]}
    return {**{n: v for n, v in fields.items() if n != "data"}, **call}


def _halves(fields: Json) -> Json:
    """Return a call of Elastic's schema, whose halves stand below ``http``."""
    http, url = fields["http"], fields["url"]
    sent, received = http.get("request"), http.get("response")
    if not isinstance(received, dict):
        return fields
    sent = sent if isinstance(sent, dict) else {}
    return {
        **fields,
        "request": {**_flat(sent), "url": url},
        "response": _flat(received),
    }


def _event(fields: Json) -> Json:
    """Return a call as API Gateway hands it to a function."""
    http, query = fields["requestcontext"].get("http"), fields.get("rawquerystring")
    method = http.get("method") if isinstance(http, dict) else None
    url = f"{fields['rawpath']}?{query}" if query else fields["rawpath"]
    return {**fields, "method": method, "url": url}


def _flat(part: Json) -> Json:
    body = part.get("body")
    if isinstance(body, dict) and "content" in body:
        return {**part, "body": body["content"]}
    return part
