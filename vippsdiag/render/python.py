"""Requests as a Python script that sends them with the requests library."""

from collections.abc import Iterable, Iterator

from vippsdiag.exchange import Request
from vippsdiag.render.values import (
    Show,
    masked,
    variable,
    written_headers,
    written_method,
)

# In seconds, for whoever runs it.
TIMEOUT = 30


def to_python(requests: Iterable[Request], show: Show = masked) -> str:
    """Return a script; masked, a secret header comes from an environment variable.

    Redirects are not followed: they would carry the keys along.
    """
    calls = [_call(request, show) for request in requests]
    imports = ["import os", ""] if any("os.environ" in call for call in calls) else []
    return "\n".join([*imports, "import requests", "", *calls])


def _call(request: Request, show: Show) -> str:
    lines = [
        "response = requests.request(",
        f"    {written_method(request)!r},",
        f"    {show(request.url)!r},",
    ]
    headers = list(_headers(request, show))
    if headers:
        lines += ["    headers={", *headers, "    },"]
    if request.body is not None:
        # As bytes, or the library would guess their encoding.
        lines.append(f"    data={show(request.body)!r}.encode(),")
    lines += [
        "    allow_redirects=False,",
        f"    timeout={TIMEOUT},",
        ")",
        "print(response.status_code, response.text)",
        "",
    ]
    return "\n".join(lines)


def _headers(request: Request, show: Show) -> Iterator[str]:
    """Yield a line for each name; the library takes a name only once."""
    values: dict[str, list[tuple[str, str]]] = {}
    for name, value in written_headers(request):
        values.setdefault(name.lower(), []).append((name, value))
    for pairs in values.values():
        written = ' + ", " + '.join(_value(name, value, show) for name, value in pairs)
        yield f"        {pairs[0][0]!r}: {written},"


def _value(name: str, value: str, show: Show) -> str:
    hidden = variable(name, value) if show is masked else None
    if hidden is None:
        return repr(show(value))
    before, variable_name = hidden
    known = f'os.environ["{variable_name}"]'
    return f"{before!r} + {known}" if before else known
