"""A request as a cURL command for a POSIX shell."""

import re
from collections.abc import Iterator

from vippsdiag.exchange import Request
from vippsdiag.render.values import (
    Show,
    masked,
    variable,
    written_headers,
    written_method,
)


def to_curl(request: Request, show: Show = masked) -> str:
    """Return the command that sends a request.

    Masked, a variable stands in each secret header's place (``CLIENT_ID``,
    ``CLIENT_SECRET``, ``SUBSCRIPTION_KEY``, ``ACCESS_TOKEN``, ``BASIC_PAIR``), and
    secrets in the address or the body show as masks.
    """
    method = f"-X {_plain(written_method(request))}"
    if request.method == "HEAD" and request.body is None:
        method = "-I"
    address = show(request.url)
    lines = [f"curl {method} {_as_it_is(address)}{_single(address)}"]
    for name, value in written_headers(request):
        lines.append("  -H " + _header(name, value, show))
    lines += (f"  {option}" for option in _body(request, show))
    return " \\\n".join(lines)


def _as_it_is(address: str) -> str:
    """Return the options without which cURL would make another address of one."""
    sets = "-g " if re.search(r"[{}\[\]]", address) else ""
    dots = re.search(r"/\.{1,2}(?=[/?]|$)", address)
    return sets + ("--path-as-is " if dots else "")


def _body(request: Request, show: Show) -> Iterator[str]:
    typed = "Content-Type" in request.headers
    if request.body is not None:
        if not typed:
            # cURL would add that it is a form.
            yield "-H 'Content-Type:'"
        yield f"--data-raw {_single(show(request.body))}"
    elif request.method == "POST" and "Content-Length" in request.headers:
        yield "--data ''"


def _header(name: str, value: str, show: Show) -> str:
    hidden = variable(name, value) if show is masked else None
    if hidden:
        before, variable_name = hidden
        return f'"{_double(name)}: {before}${variable_name}"'
    text = show(value)
    return _single(f"{name}: {text}" if text else f"{name};")


def _plain(method: str) -> str:
    return method if method.isalpha() else _single(method)


def _single(text: str) -> str:
    escaped = text.replace("'", "'\\''")
    return f"'{escaped}'"


def _double(text: str) -> str:
    for character in '\\"$`':
        text = text.replace(character, "\\" + character)
    return text
