"""Access logs in columns: of IIS and CloudFront, which name them, and of balancers."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import unquote

from vippsdiag.importers.addresses import METHODS
from vippsdiag.importers.answers import as_status
from vippsdiag.importers.dumps.weblogs import FEW, Entry, access_find
from vippsdiag.importers.finds import Find
from vippsdiag.importers.vipps import concerns
from vippsdiag.language import mark

_FIELDS = "#Fields:"
_METHOD = re.compile(METHODS)
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}(?::\d{1,5})?", re.IGNORECASE)
# https 2026-11-20T10:01:02.123456Z app/name/id client:port target:port 0.0 0.0 0.0
# 401 401 120 300 "POST https://shop.example:443/x HTTP/1.1" "agent" ...
_BALANCER = re.compile(
    r"(?:http|https|h2|grpcs|ws|wss) (?P<time>\d{4}-\d\d-\d\dT[\d:.]{8,16}Z) "
    r"app/\S{1,200} \S{1,60} \S{1,60} [-\d.]{1,12} [-\d.]{1,12} [-\d.]{1,12} "
    r"(?P<status>\d{3}) [-\d]{1,3} \d{1,12} \d{1,12} "
    r"\"(?P<method>[A-Z]{3,7}) (?P<url>https?://[^\s\"]{1,4000}) "
    r"(?P<version>HTTP/[\d.]{1,4})\" \"(?P<agent>[^\"]{0,1000})\".{0,4000}"
)
# What was asked for by name comes first: CloudFront has a name of its own, too.
_HOSTS = ("x-host-header", "cs-host", "cs(host)")
_LONGEST = 20_000


def read_columns(lines: list[str]) -> list[Find]:
    """Find the calls in the lines of such logs.

    Of many lines only those are taken that have to do with Vipps MobilePay.
    """
    found = list(_entries(lines))
    finds = []
    for number, entry in found:
        if entry is None or (len(found) > FEW and not concerns(lines[number - 1])):
            kind = mark("a line of a log")
            finds.append(Find(kind=kind, first=number, last=number))
        else:
            finds.append(access_find(entry, number))
    return finds


def _entries(lines: list[str]) -> Iterator[tuple[int, Entry | None]]:
    """Yield each line of a log with its number, and those that name the columns."""
    columns: list[str] = []
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST:
            continue
        if line.startswith(_FIELDS):
            columns = line.removeprefix(_FIELDS).lower().split()
            yield number, None
        elif columns and (entry := _row(columns, line.split())):
            yield number, entry
        elif match := _BALANCER.fullmatch(line):
            yield number, _balanced(match)


def _row(columns: list[str], words: list[str]) -> Entry | None:
    """Return what a line with named columns tells; None if it has other columns."""
    if len(words) != len(columns):
        return None
    told = {n: w for n, w in zip(columns, words, strict=True) if w != "-"}
    status, method = as_status(told.get("sc-status")), told.get("cs-method", "")
    path = told.get("cs-uri-stem", "")
    host = next((told[name] for name in _HOSTS if name in told), "")
    if status is None or not _METHOD.fullmatch(method) or not path.startswith("/"):
        return None
    query = told.get("cs-uri-query")
    # The port is the server's own; of a proxy before it only the host can tell.
    return Entry(
        method=method,
        target=f"{path}?{query}" if query else path,
        host=host.removesuffix(":443") if _HOST.fullmatch(host) else "",
        status=status,
        version=told.get("cs-version"),
        agent=unquote(told.get("cs(user-agent)", "").replace("+", " ")),
        referer=told.get("cs(referer)"),
        started=_moment(told),
    )


def _moment(told: dict[str, str]) -> datetime | None:
    """Return when it was; these logs are written in universal time."""
    try:
        moment = datetime.fromisoformat(f"{told['date']}T{told['time']}")
    except (KeyError, ValueError):
        return None
    return moment.replace(tzinfo=UTC)


def _balanced(match: re.Match[str]) -> Entry | None:
    scheme, _, rest = match["url"].partition("://")
    host, slash, path = rest.partition("/")
    port = ":443" if scheme == "https" else ":80"
    if not _METHOD.fullmatch(match["method"]) or not _HOST.fullmatch(host):
        return None
    try:
        started = datetime.fromisoformat(match["time"])
    except ValueError:
        started = None
    return Entry(
        method=match["method"],
        target=f"{scheme}://{host.removesuffix(port)}{slash}{path}",
        host=host.removesuffix(port),
        status=int(match["status"]),
        version=match["version"],
        agent=match["agent"],
        started=started,
    )
