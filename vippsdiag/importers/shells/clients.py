"""Wget and HTTPie: the requests that their commands send."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote_plus

from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.importers.shells.curl import FORM_TYPE, MOST, basic, custom_headers
from vippsdiag.importers.shells.curl_form import BOUNDARY, form_text
from vippsdiag.importers.shells.curl_options import curl_operations, parted

_WGET_SHORT = frozenset("aABDeEiIloOPQtTuUwX")
_WGET_VALUED = frozenset(
    """header method body-data post-data post-file body-file user password http-user
    http-password user-agent referer output-document output-file tries timeout
    ca-certificate certificate private-key""".split()
)
_METHOD = re.compile(r"[A-Za-z]+")
_ITEM = re.compile(
    r"(?P<name>(?:\\.|[^:=@;\\])+)(?P<mark>:=|==|=@|:@|=|:(?!//)|@|;$)(?P<value>.*)",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)")
_NESTED = re.compile(r"[^\[\]]+(?:\[[^\[\]]*\]){1,9}")
_PATH = re.compile(r"(?<=\[)[^\[\]]*(?=\])|^[^\[\]]+")
_HTTPIE_FLAGS = frozenset(
    """--json -j --form -f --multipart --verbose -v --headers -h --body -b --stream -S
    --download -d --continue -c --offline --ignore-stdin -I --follow -F --check-status
    --quiet -q --debug --traceback --print-body --no-verify""".split()
)


def wget_exchanges(words: list[str]) -> Iterator[Exchange]:
    """Yield the requests of a Wget command."""
    given: dict[str, list[str]] = {}
    urls = []
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            name, mark, value = word[2:].partition("=")
            if not mark and name in _WGET_VALUED:
                value = next(rest, "")
            given.setdefault(name, []).append(value)
        elif word.startswith("-") and len(word) > 1:
            if word[-1] in _WGET_SHORT:
                value = next(rest, "")
                if word[-1] == "U":
                    given["user-agent"] = [value]
        elif "." in word or "://" in word or word.startswith("$"):
            urls.append(word)
    for url in urls[:MOST]:
        yield Exchange(request=_wget_request(url, given))


def _wget_request(url: str, given: dict[str, list[str]]) -> Request:
    own, _ = custom_headers(given.get("header", []))
    data = (given.get("post-data") or given.get("body-data") or [None])[-1]  # type: ignore[list-item]
    posts = "post-data" in given or "post-file" in given
    method = given.get("method", ["POST" if posts else "GET"])[-1]
    user = (given.get("http-user") or given.get("user") or [""])[-1]
    password = (given.get("http-password") or given.get("password") or [""])[-1]
    names = {name.lower() for name, _ in own}
    if user and "authorization" not in names:
        own.insert(0, ("Authorization", basic(f"{user}:{password}")))
    for option, name in (("user-agent", "User-Agent"), ("referer", "Referer")):
        if option in given:
            own.insert(0, (name, given[option][-1]))
    if data is not None and "content-type" not in names:
        own.append(("Content-Type", FORM_TYPE))
    address = url if "://" in url or url.startswith("$") else f"http://{url}"
    return Request(method=method.upper(), url=address, headers=Headers(own), body=data)


def httpie_exchanges(
    words: list[str], scheme: str, stdin: str | None = None
) -> Iterator[Exchange]:
    """Yield the request of an HTTPie command.

    Args:
        words: the arguments, without the command's name.
        scheme: what the command was called as, ``http`` or ``https``.
        stdin: what the command reads from its standard input, if that is known.
    """
    options: dict[str, str] = {}
    plain: list[str] = []
    rest = iter(words)
    for word in rest:
        if word.startswith("-") and len(word) > 1:
            name, mark, value = word.partition("=")
            flag = name in _HTTPIE_FLAGS
            options[name] = value if mark or flag else next(rest, "")
        else:
            plain.append(word)
    named = len(plain) > 1 and _METHOD.fullmatch(plain[0])
    method = plain.pop(0).upper() if named else None
    if stdin is not None:
        options.setdefault("--raw", stdin)
    if not plain:
        return
    yield Exchange(request=_httpie_request(method, plain, options, scheme))


def curlie_exchanges(
    words: list[str], scheme: str, stdin: str | None = None
) -> Iterator[Exchange]:
    """Yield the request of a curlie command: HTTPie's items with cURL's options."""
    bare, options = parted(words)
    given = curl_operations(options)[0]
    own, _ = custom_headers(given.given.get("header", []))
    for exchange in httpie_exchanges(bare, scheme, stdin):
        request = exchange.request
        if request is None:
            continue
        headers = Headers([*own, *((name, value) for name, value in request.headers)])
        method = given.last("request") or request.method
        yield Exchange(request=replace(request, method=method, headers=headers))


def _httpie_request(
    method: str | None, plain: list[str], options: dict[str, str], scheme: str
) -> Request:
    url, *items = plain
    url = re.sub(r"^:(?=\d|/|$)", "localhost:", url).replace(
        "localhost:/", "localhost/"
    )
    url = url if "://" in url or url.startswith("$") else f"{scheme}://{url}"
    headers: list[tuple[str, str]] = []
    query: list[str] = []
    fields: list[tuple[str, object]] = []
    for item in filter(None, map(_ITEM.fullmatch, items)):
        _take(item, headers, query, fields)
    if query:
        url += ("&" if "?" in url else "?") + "&".join(query)
    body, body_type = _httpie_body(fields, options)
    names = {name.lower() for name, _ in headers}
    if body_type and "content-type" not in names:
        headers.append(("Content-Type", body_type))
    pair = options.get("-a") or options.get("--auth")
    bearer = "bearer" in {options.get("-A"), options.get("--auth-type")}
    if pair and (bearer or ":" in pair):
        headers.insert(
            0, ("Authorization", f"Bearer {pair}" if bearer else basic(pair))
        )
    sent = method or ("POST" if body is not None else "GET")
    return Request(method=sent, url=url, headers=Headers(headers), body=body)


def _httpie_body(
    fields: list[tuple[str, object]], options: dict[str, str]
) -> tuple[str | None, str | None]:
    """Return the body and its type; what is asked for has its type without a body."""
    form = not options.keys().isdisjoint({"--form", "-f"})
    asked = form or not options.keys().isdisjoint({"--json", "-j"})
    body_type = f"{FORM_TYPE}; charset=utf-8" if form else "application/json"
    if fields and form:
        pairs = (f"{quote_plus(n)}={quote_plus(str(v))}" for n, v in fields)
        return "&".join(pairs), body_type
    if fields and "--multipart" in options:
        parts = [("form-string", f"{n}={v}") for n, v in fields]
        return form_text(parts, None), f"multipart/form-data; boundary={BOUNDARY}"
    if fields:
        whole: dict[str, object] = {}
        for name, value in fields:
            _put(whole, name, value)
        return json.dumps(whole), body_type
    body = options.get("--raw")
    return body, body_type if body is not None or asked else None


def _take(
    item: re.Match[str],
    headers: list[tuple[str, str]],
    query: list[str],
    fields: list[tuple[str, object]],
) -> None:
    """Take down one of HTTPie's items: ``header:value``, ``field=value``, and so on."""
    name, mark, value = item.groups()
    name = _ESCAPED.sub(r"\1", name)
    if mark in {":", ";"} and (value or mark == ";"):
        headers.append((name, value.strip()))
    elif mark == "==":
        query.append(f"{quote_plus(name)}={quote_plus(value)}")
    elif mark == "=":
        fields.append((name, value))
    elif mark == ":=":
        try:
            fields.append((name, json.loads(value)))
        except (ValueError, RecursionError):
            fields.append((name, value))


def _put(fields: dict[str, object], name: str, value: object) -> None:
    """Set a field; ``amount[value]`` is a field of an object."""
    first, *path = _PATH.findall(name) if _NESTED.fullmatch(name) else [name]
    for inner in path:
        known = fields.get(first)
        if not inner:
            # An empty pair of brackets is the next place of a list.
            fields[first] = [*(known if isinstance(known, list) else []), value]
            return
        below: dict[str, object] = known if isinstance(known, dict) else {}
        fields[first] = below
        fields, first = below, inner
    fields[first] = value
