"""The requests that a cURL command sends, by the rules of its manual (7.88 to 8).

Nothing is read that the command names: what is in a file is not known.
"""

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from vippsdiag.environments import split
from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.importers.shells.curl_address import (
    addresses,
    squashed,
    without_fragment,
)
from vippsdiag.importers.shells.curl_form import BOUNDARY, form_text
from vippsdiag.importers.shells.curl_options import Operation, source_of
from vippsdiag.shapes import TEMPLATE

FORM_TYPE = "application/x-www-form-urlencoded"
# More requests than this are no command that a person wrote, nor are more headers.
MOST = 200
MOST_HEADERS = 1000
# Together, in characters: every request of a command carries its body again.
LARGEST = 400_000
# In a longer address nothing is made of its signs.
LONGEST_ADDRESS = 8000
# What is longer is no value that a person wrote; the beginning is kept.
LONGEST = 200_000

_OTHER_SCHEMES = frozenset("digest ntlm negotiate anyauth".split())
_VARIABLE_FIRST = re.compile(r"[$<%{`\[•]")
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*://")
# What cURL leaves out of what it reads.
_LINE_ENDS = dict.fromkeys(map(ord, "\r\n\0"))
_WRAP = re.compile(r"(?:(?<![ \t])[ \t]++)?\n[ \t]*+")
_BLANKS = re.compile(r"\s+")
# A token is one long word, in which a mail program breaks a line where it likes.
_WITHIN = re.compile(r"(?<=eyJ[\w.-]{15})(?P<more>[\w.-]{0,5000}+)\n(?=[\w.-]{8})")


def curl_exchanges(operations: list[Operation]) -> Iterator[Exchange]:
    """Yield the requests, as they would go over the wire."""
    left, size = MOST, 0
    for operation in operations:
        body, body_type = _body(operation)
        proxy = proxy_shown(operation.last("proxy"))
        headers = min(MOST_HEADERS, len(operation.given.get("header", [])))
        for url in _urls(operation):
            size += len(url) + len(body or "") + 20 * headers
            if left == 0 or size > LARGEST:
                return
            left -= 1
            request = _request(operation, url, body, body_type)
            yield Exchange(request=request, proxy=proxy)


def _urls(operation: Operation) -> Iterator[str]:
    """Yield every address that an operation calls."""
    for url in operation.urls:
        if "globoff" in operation.given or len(url) > LONGEST_ADDRESS:
            yield url
        else:
            yield from addresses(url)


def _request(
    operation: Operation, url: str, body: str | None, body_type: str | None
) -> Request:
    url, user = _address(operation, url)
    if "get" in operation.given and operation.data:
        if body:
            url = with_query(url, body)
        # One option brings its headers whatever becomes of the body.
        body, body_type = None, body_type if _is_json(operation) else None
    method = operation.last("request") or _method(operation)
    headers = Headers(_headers(operation, user, body_type))
    return Request(
        method=method[:100],
        url=url[:LONGEST],
        headers=headers,
        body=body if body is None else body[:LONGEST],
    )


def with_query(url: str, more: str) -> str:
    """Return an address with one more piece of a query."""
    mark = "" if url.endswith(("?", "&")) else "&" if "?" in url else "?"
    return f"{url}{mark}{more}"


def _method(operation: Operation) -> str:
    given = operation.given
    if "head" in given:
        return "HEAD"
    if "get" in given and (operation.data or not operation.forms):
        return "GET"
    if operation.data or operation.forms:
        return "POST"
    return "PUT" if "upload-file" in given else "GET"


def _address(operation: Operation, url: str) -> tuple[str, str | None]:
    """Return an address as it is called, and the user that it names."""
    url = _BLANKS.sub(lambda one: "" if "\n" in one[0] else one[0], url.strip(" \t"))
    if not _SCHEME.match(url) and not _VARIABLE_FIRST.match(url):
        url = f"{operation.last('proto-default') or 'http'}://{url}"
    if len(url) <= LONGEST_ADDRESS:
        url = without_fragment(url)
    query = operation.given.get("url-query", [])
    # What --get makes a query of takes the place of the other.
    more = "&".join(map(encoded_piece, query))
    added = query and (more or "?" in url)
    if added and not ("get" in operation.given and operation.data):
        url = with_query(url, more)
    target = operation.last("request-target")
    parts = split(url)
    if target and target.startswith("/") and parts.netloc:
        url = f"{parts.scheme}://{parts.netloc}{target}"
    user = None
    if "@" in parts.netloc:
        user, _, host = parts.netloc.rpartition("@")
        url = url.replace(f"{user}@{host}", host, 1)
        user = unquote(user)
    if "path-as-is" not in operation.given and not target:
        url = squashed(url)
    return url, user


def proxy_shown(proxy: str | None) -> str | None:
    """Return a proxy's scheme, host and port; None if there is none."""
    if not proxy:
        return None
    address = proxy if "://" in proxy else f"http://{proxy}"
    parts = split(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}" if host else None


def _headers(
    operation: Operation, user: str | None, body_type: str | None
) -> Iterator[tuple[str, str]]:
    """Yield what is sent: cURL's own headers first, if the command has no others."""
    own, removed = custom_headers(list(_lines(operation)))
    taken = {name.lower() for name, _ in own} | removed
    for name, value in _implied(operation, user):
        if name.lower() not in taken:
            yield name, value
    for name, value in own[:MOST_HEADERS]:
        parted = operation.forms and not operation.data
        more = f"; boundary={BOUNDARY}" if parted and _names_type(name) else ""
        yield name, value[:LONGEST] + more
    if body_type and "content-type" not in taken:
        yield "Content-Type", body_type


def _names_type(name: str) -> bool:
    return name.lower() == "content-type"


def _is_json(operation: Operation) -> bool:
    return any(name == "json" for name, _ in operation.data)


def _lines(operation: Operation) -> Iterator[str]:
    """Yield the headers as they are given, also those that are fed to the command."""
    for line in operation.given.get("header", []):
        if line == "@-" and operation.stdin is not None:
            yield from operation.stdin.split("\n")[:MOST_HEADERS]
        else:
            yield line


def custom_headers(lines: list[str]) -> tuple[list[tuple[str, str]], set[str]]:
    """Return the headers that a command sets, and the names of those it removes."""
    found: list[tuple[str, str]] = []
    removed: set[str] = set()
    for line in lines:
        whole = _WITHIN.sub(r"\g<more>", line)
        name, mark, value = _WRAP.sub(" ", whole).partition(":")
        value = value.strip(" \t\n")
        if not name.strip():
            continue
        if mark and value:
            found.append((name, value))
        elif mark:
            removed.add(name.strip().lower())
        elif (empty := line.rstrip(" \t")).endswith(";"):
            found.append((empty[:-1], ""))
    return found, removed


def _implied(operation: Operation, user: str | None) -> Iterator[tuple[str, str]]:
    """Yield the headers that other options ask for."""
    pair = operation.last("user") or user
    bearer = operation.last("oauth2-bearer")
    if bearer:
        yield "Authorization", f"Bearer {bearer}"
    elif pair and ":" in pair and not _OTHER_SCHEMES & operation.given.keys():
        yield "Authorization", basic(pair)
    if range_ := operation.last("range"):
        yield "Range", f"bytes={range_}"
    if agent := operation.last("user-agent"):
        yield "User-Agent", agent
    if referer := (operation.last("referer") or "").removesuffix(";auto"):
        yield "Referer", referer
    cookies = [one for one in operation.given.get("cookie", []) if "=" in one]
    if cookies:
        yield "Cookie", ";".join(cookies)
    if operation.last("upload-file") == "-":
        yield "Transfer-Encoding", "chunked"
    if _is_json(operation):
        yield "Accept", "application/json"


def basic(pair: str) -> str:
    """Return the value of an ``Authorization`` header for ``user:password``."""
    raw = pair.encode("utf-8", "surrogatepass")
    return "Basic " + base64.b64encode(raw).decode()


def _body(operation: Operation) -> tuple[str | None, str | None]:
    """Return the body, None if there is none or it is not known, and its type."""
    given = operation.given
    if operation.data:
        body_type = "application/json" if _is_json(operation) else FORM_TYPE
        unknown = operation.reads_file
        return (None if unknown else _joined(operation)), body_type
    if operation.forms:
        body_type = f"multipart/form-data; boundary={BOUNDARY}"
        unknown = operation.reads_file
        return None if unknown else form_text(
            operation.forms, operation.stdin
        ), body_type
    if "upload-file" in given and not operation.reads_file:
        return operation.stdin, None
    return None, None


def _joined(operation: Operation) -> str:
    body: list[str] = []
    for name, value in operation.data:
        if body and name != "json":
            body.append("&")
        body.append(_piece(operation, name, value))
    return "".join(body)


def _piece(operation: Operation, name: str, value: str) -> str:
    """Return what one option brings to the body."""
    if source_of(name, value) == "-" and operation.stdin is not None:
        told = operation.stdin
        if name == "data-urlencode":
            field = value.removesuffix("@-")
            return encoded_piece(f"{field}={told}")
        return told.translate(_LINE_ENDS) if name in {"data", "data-ascii"} else told
    return encoded_piece(value) if name == "data-urlencode" else value


def encoded_piece(piece: str) -> str:
    """Return one value of ``--data-urlencode``: ``content``, ``name=content``."""
    if piece.startswith("+"):
        return piece[1:]
    name, mark, content = piece.partition("=")
    if not mark:
        return encoded(piece)
    return f"{name}={encoded(content)}" if name else encoded(content)


def encoded(text: str) -> str:
    """Percent-encode a text, but for the variables that a shell would fill in."""
    parts: list[str] = []
    done = 0
    for match in TEMPLATE.finditer(text):
        if match[0].startswith("$"):
            parts += quote(_bytes(text[done : match.start()]), safe=""), match[0]
            done = match.end()
    return "".join((*parts, quote(_bytes(text[done:]), safe="")))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
