"""A request as a cURL command that shows no secret."""

from vippsdiag.exchange import Request
from vippsdiag.keys import Field, field_named
from vippsdiag.secret import Secret

# What the shell fills in, in place of a secret that the request carried.
VARIABLES = {
    Field.CLIENT_ID: "CLIENT_ID",
    Field.CLIENT_SECRET: "CLIENT_SECRET",
    Field.SUBSCRIPTION_KEY: "SUBSCRIPTION_KEY",
    Field.SECONDARY_SUBSCRIPTION_KEY: "SUBSCRIPTION_KEY",
}

# cURL sends these by itself, rightly.
OWN = {
    "host",
    "content-length",
    "connection",
    "accept-encoding",
    "accept",
    "user-agent",
}


def _single(text: str) -> str:
    escaped = text.replace("'", "'\\''")
    return f"'{escaped}'"


def _double(text: str) -> str:
    for character in '\\"$`':
        text = text.replace(character, "\\" + character)
    return text


def _header(name: str, value: str) -> str:
    if not isinstance(value, Secret):
        return _single(f"{name}: {value}" if value else f"{name};")
    known = field_named(name)
    if name.lower() == "authorization":
        scheme = str(value).partition(" ")[0]
        basic = scheme.lower() == "basic"
        variable = "BASIC_PAIR" if basic else "ACCESS_TOKEN"
        prefix = f"{scheme} " if scheme.isalpha() else ""
        return f'"{_double(name)}: {prefix}${variable}"'
    variable = VARIABLES.get(known, "SECRET") if known else "SECRET"
    return f'"{_double(name)}: ${variable}"'


def to_curl(request: Request) -> str:
    """Return the command for a POSIX shell, with a variable in each secret's place.

    The variables are ``CLIENT_ID``, ``CLIENT_SECRET``, ``SUBSCRIPTION_KEY``,
    ``ACCESS_TOKEN`` and ``BASIC_PAIR``. Secrets in the address or the body show as
    masks.
    """
    lines = [f"curl -X {request.method} {_single(str(request.url))}"]
    lines += [
        f"  -H {_header(name, value)}"
        for name, value in request.headers
        if name.lower() not in OWN
    ]
    if request.body:
        lines.append(f"  --data-raw {_single(str(request.body))}")
    elif request.method == "POST":
        lines.append("  --data ''")
    return " \\\n".join(lines)
