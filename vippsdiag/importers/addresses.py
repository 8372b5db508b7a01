"""What a text names by an address: the call that was made, or what Login answered."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qsl

from vippsdiag.environments import BASE_URLS, environment_of, split
from vippsdiag.exchange import Request

METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
_URL = r"https?://[^\s`'\"<>\\)\]}]{1,4000}[^\s`'\"<>\\)\]},.;:]"
_CALL = re.compile(
    rf"\b(?P<method>{METHODS})\b(?: request)?(?: to| for)?[\s`'\":]{{1,4}}"
    rf"(?P<url>{_URL})",
    re.IGNORECASE,
)
# urllib3: https://host:443 "POST /path HTTP/1.1" 401 150
_LOGGED_CALL = re.compile(
    r"(?P<origin>https?://[\w.-]{1,255}(?::\d{1,5})?)/? "
    rf"\"(?P<method>{METHODS}) (?P<path>/[^\s\"]*)"
)
# Postman's console names the call before the object that has its parts.
_HEAD = re.compile(rf"\b(?P<method>{METHODS}) (?P<url>https?://\S{{1,4000}}?):? \Z")
_METHOD = re.compile(
    rf"\bmethod[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?({METHODS})\b", re.IGNORECASE
)
_ANY_URL = re.compile(_URL)
# With an error, Login sends the user back to an address that says what it is.
_SENT_BACK = re.compile(
    r"(?:\?(?:[\w%.~-]{1,40}+=[^\s&?\"'<>]{0,4000}+&){0,20}?"
    # Of the address, that may be all that somebody copied.
    r"|(?<![\w&?=%])(?=error=[a-z_]{4,40}&error_description=))"
    r"error=[a-z_]{4,40}&[^\s?\"'<>]{1,8000}"
)
# In quotes it is a program's, and may be the beginning of one.
_LOGIN = re.compile(
    r"(?<![\"'`\w])(?<!GET )(?<!POST )https?://[\w.:-]{1,255}/[\w./-]{0,100}/oauth2/auth\?"
    r"[^\s`'\"<>\\)\]}]{1,4000}",
    re.IGNORECASE,
)
# What webhooks are registered for: epayments.payment.authorized.v1 (facts 6.6).
_EVENT = re.compile(r"\b[a-z]{2,20}(?:\.[a-z]+(?:-[a-z]+)*){1,3}\.v\d\b")
# What Login says without a description; a shop's own errors have other names.
_CODES = frozenset(
    """access_denied account_selection_required app_callback_uri_not_registered
    consent_required interaction_required invalid_app_callback_uri invalid_client
    invalid_grant invalid_request invalid_scope login_required outdated_app_version
    request_not_supported server_error temporarily_unavailable unauthorized_client
    unknown_reject_reason unsupported_response_type wrong_challenge""".split()
)
_TOLD = ("error", "error_description", "error_hint", "error_debug")
# Of addresses that say the same, a few are enough.
_MOST = 50
_LONGEST = 4_100


def sent_back_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where an address says what Login refused, and that as JSON."""
    for match in islice(_SENT_BACK.finditer(text), _MOST):
        told = dict(parse_qsl(match[0].removeprefix("?"), errors="replace"))
        if "error_description" in told or (
            "state" in told and told.get("error") in _CODES
        ):
            known = {name: told[name] for name in _TOLD if name in told}
            yield match.start(), match.end(), json.dumps(known)


def logins_in(text: str) -> Iterator[tuple[int, int, Request]]:
    """Yield where an address begins a login: the browser calls it, and nobody else."""
    for match in islice(_LOGIN.finditer(text), _MOST):
        yield *match.span(), Request(method="GET", url=match[0])


def request_in(around: str) -> Request | None:
    """Return the last request that is named with its method; None if there is none."""
    logged = list(_LOGGED_CALL.finditer(around))
    if logged:
        url = logged[-1]["origin"].removesuffix(":443") + logged[-1]["path"]
        return Request(method=logged[-1]["method"], url=url)
    calls = list(_CALL.finditer(around))
    if calls:
        return Request(method=calls[-1]["method"].upper(), url=calls[-1]["url"])
    methods, urls = _METHOD.findall(around), _ANY_URL.findall(around)
    if len(set(methods)) == 1 and len(set(urls)) == 1:
        return Request(method=methods[0].upper(), url=urls[0])
    return None


def request_before(text: str, place: int) -> Request | None:
    """Return the request that the words right before a place name; None if none."""
    start = max(text.rfind("\n", 0, place) + 1, place - _LONGEST)
    head = _HEAD.search(text, start, place)
    return Request(method=head["method"], url=head["url"]) if head else None


def nearer_in(above: str, call: Request) -> Request | None:
    """Return a request to an address of the API that stands behind a call's own.

    "GET https://... works, but https://... gives": the last one was answered.
    """
    urls = list(filter(is_of_api, _ANY_URL.findall(above)))
    behind = str(call.url) in urls[:-1] and urls[-1] != str(call.url)
    return Request(method="", url=urls[-1]) if behind else None


def address_in(line: str, body: str) -> Request | None:
    """Return a request to the one address of the API that a line names.

    An exception tells of no method. What an answer holds is none that was called.
    """
    urls = set(filter(is_of_api, _ANY_URL.findall(line)))
    called = [url for url in urls if url not in body]
    return Request(method="", url=called[0]) if len(urls) == len(called) == 1 else None


def delivery_in(lines: str) -> Request | None:
    """Return the delivery of an event, named beside the one address of a shop."""
    urls = set(_ANY_URL.findall(lines)) if _EVENT.search(lines) else set()
    called = [url for url in urls if not is_of_api(url)]
    return (
        Request(method="POST", url=called[0]) if len(urls) == len(called) == 1 else None
    )


def is_of_api(url: str) -> bool:
    """Tell whether an address is one that an API can serve."""
    return environment_of(url) in BASE_URLS and split(url).path.strip("/") != ""
