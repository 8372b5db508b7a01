"""Is the idempotency key there, new for a new request, and not too long?"""

import re
from collections.abc import Iterator

from vippsdiag.check import HTTP_HEADERS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import complaints, text_in
from vippsdiag.checks.codes import codes_in, said
from vippsdiag.checks.payments import (
    answered,
    conflicting,
    is_bare_conflict,
    told_by,
)
from vippsdiag.checks.sent import absence, header_place
from vippsdiag.checks.worded import search
from vippsdiag.evidence import Evidence, Need, Place
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import say
from vippsdiag.samples import TEST, api_call, case, details, recurring

# The header of today, eCom's, and Recurring's of before (facts 4).
NAMES = ("Idempotency-Key", "X-Request-Id", "Idempotent-Key", "Request-Id")
_JSON = {"Content-Type": "application/json"}
_PAYMENTS = "/epayment/v1/payments"
_CAPTURE = "/ecomm/v2/payments/order-12345/capture"


def _create(key: str | None, amount: float = 100, **parts: object) -> Exchange:
    headers = _JSON | {"Idempotency-Key": key}
    body = {"amount": {"currency": "NOK", "value": amount}}
    return api_call(
        TEST, method="POST", path=_PAYMENTS, headers=headers, body=body, **parts
    )


# Which APIs read the older names; to all others, such an id is one of the sender's own.
_OLDER = re.compile(r"/ecomm/|/recurring/v[12]/")


def key_of(request: Request) -> tuple[str, str] | None:
    """Return the idempotency key with the name of its header; None if there is none."""
    older = _OLDER.match(request.path.lower()) is not None
    names = NAMES if older else NAMES[:1]
    values = ((name, request.headers.get(name)) for name in names)
    return next(((name, value) for name, value in values if value), None)


def _header_of(request: Request) -> str:
    """Return how the API that is called names the header (facts 4)."""
    ecom = request.path.lower().startswith("/ecomm/")
    return "X-Request-Id" if ecom else "Idempotency-Key"


def _with_an_id(status: int, answer: object) -> Exchange:
    headers = _JSON | {"X-Request-Id": "9e60aa2b"}
    return api_call(
        TEST,
        method="POST",
        path=_PAYMENTS,
        headers=headers,
        body={"amount": 1},
        status=status,
        answer=answer,
    )


def lacks_key(exchange: Exchange) -> bool:
    """Tell whether the header that an answer misses, unnamed, is the idempotency key.

    It is, where the request is one that needs it and only that one is not there.
    """
    request = exchange.request
    if request is None or not said(exchange, "request-header-missing"):
        return False
    typed = request.body is None or request.headers.get("Content-Type") is not None
    return typed and request.method.upper() != "GET" and key_of(request) is None


# Creating, capturing and refunding in ePayment and eCom (but for eCom's creating), and
# every change in Recurring.
_NEEDS_KEY = re.compile(
    r"/epayment/v1/payments(?:/[^/]+/(?:capture|refund))?|/recurring/v3/.+"
    r"|/ecomm/v2/payments/[^/]+/(?:capture|refund)"
)


def _may_lack_key(exchange: Exchange, request: Request) -> bool:
    """Tell whether a call without its key was refused with nothing said of another."""
    told = codes_in(exchange) or complaints(exchange)
    changes = request.method.upper() not in {"GET", "HEAD", "OPTIONS"}
    needs = changes and _NEEDS_KEY.fullmatch(request.path.lower()) is not None
    refused = exchange.status == 400 and needs and not told
    return refused and key_of(request) is None and request.shows_headers


_NAMED = re.compile(r"idempotency|idempotent|x-request-id", re.IGNORECASE)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED, When.API},
    fix="Send the header Idempotency-Key (in eCom: X-Request-Id) with a new value for "
    "each new request, such as a GUID, and the same value when you repeat one.",
    docs=HTTP_HEADERS,
    source="facts 4: required to create, capture and refund, and by Recurring; eCom's "
    "specification for X-Request-Id (high)",
    broken=lambda: [
        case(_create(None, status=400, answer={"detail": "Idempotency-Key is needed"})),
        case(_create(None, status=400, answer=recurring("idempotency-key-header"))),
        case(_create(None, status=400, answer=recurring("missing-request-header"))),
        case(_create(None, status=400, answer={"title": "Bad Request"})),
        case(_with_an_id(400, {"detail": "Idempotency-Key is needed"})),
        case(api_call(TEST, method="POST", path=_CAPTURE, status=400, answer="")),
    ],
    healthy=lambda: [
        case(_create("1", status=400, answer={"title": "Bad Request"})),
        case(_create("1", status=400, answer=recurring("missing-request-header"))),
        case(_create(None, status=400, answer="Must be the same in an idempotent one")),
    ],
)
def idempotency_key_missing(evidence: Evidence) -> Iterator[Finding]:
    """The request has no Idempotency-Key.

    The key lets a request be repeated without being carried out twice. Creating,
    capturing and refunding need one.
    """
    for exchange, request in evidence.api_calls():
        named = search(_NAMED, text_in(exchange))
        repeated = said(exchange, "idempotency-conflict")
        refused = exchange.status in {400, 412, 422} and not repeated
        refused = refused and request.method.upper() != "GET"
        if lacks_key(exchange):
            words = say(
                "The call carries no Idempotency-Key, and the answer says that a "
                "header is missing."
            )
            yield absence(exchange, request, NAMES[0], words, Confidence.LIKELY)
        elif _may_lack_key(exchange, request) and not named:
            yield Finding(
                message=say(
                    "The call carries no {header}, which it needs.",
                    header=_header_of(request),
                ),
                place=Place(exchange=exchange, part="request header"),
                confidence=Confidence.POSSIBLE,
            )
        elif refused and named and not key_of(request):
            header = _header_of(request)
            words = say(
                "The call carries no {header}, and the answer names it.", header=header
            )
            yield absence(exchange, request, header, words)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Use a new Idempotency-Key for each new request, also after a corrected one.",
    docs=HTTP_HEADERS,
    source="ePayment codes 4010 and 4020, eCom code 93, Recurring (high)",
    broken=lambda: [
        case(answered(409, details("4020", "Idempotency"))),
        case(answered(409, recurring("idempotency-conflict"))),
    ],
    healthy=lambda: [case(answered(409, details("4150", "Reference exists")))],
)
def idempotency_conflict(evidence: Evidence) -> Iterator[Finding]:
    """The same idempotency key was used with another body.

    The key says: this is the same request again. With the same key, even the answer to
    a refused request is repeated, so a corrected request needs a new key.
    """
    yield from told_by(evidence, "idempotency-conflict")
    for exchange, request in evidence.api_calls():
        if is_bare_conflict(exchange) and key_of(request):
            yield conflicting(exchange)


def _content(request: Request) -> tuple[str, str, str | None]:
    return request.method, request.path, request.body


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED, When.API},
    fix="Make a new Idempotency-Key whenever the request is another one; keep it only "
    "to repeat the very same request.",
    docs=HTTP_HEADERS,
    source="facts 4: the answer to a refused request is repeated for its key (high)",
    broken=lambda: [
        case(
            _create("k-1", 1.5, status=400, answer={"title": "Bad Request"}),
            _create("k-1", 150, status=400, answer={"title": "Bad Request"}),
        )
    ],
    healthy=lambda: [
        case(
            _create("k-1", status=500, answer=""),
            _create("k-1", status=400, answer={"title": "Bad Request"}),
        ),
        case(
            _create("k-1", 1, status=400, answer={"title": "Bad Request"}),
            _create("k-2", 2, status=400, answer={"title": "Bad Request"}),
        ),
    ],
)
def idempotency_key_reused(evidence: Evidence) -> Iterator[Finding]:
    """Two different requests carry the same idempotency key.

    To the API, the second one is the first one again: it is not carried out, and the
    answer to the first one comes back, also if that was a refusal.
    """
    first: dict[str, tuple[str, str, str | None]] = {}
    for exchange, request in evidence.api_calls():
        key = key_of(request)
        if key is None or request.method.upper() in {"GET", "HEAD"}:
            continue
        before = first.setdefault(key[1], _content(request))
        conflict = said(exchange, "idempotency-conflict")
        if before != _content(request) and not exchange.ok and not conflict:
            yield Finding(
                message=say(
                    "An earlier request with another content has the same key."
                ),
                place=header_place(exchange, key[0]),
                # Keys and tokens are looked at first, so another refusal is theirs.
                confidence=Confidence.CERTAIN
                if exchange.status in {400, 409, 422}
                else Confidence.POSSIBLE,
            )


LONGEST = {"/recurring": 40, "/epayment": 50}


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Shorten the Idempotency-Key; a GUID has 36 characters.",
    docs=HTTP_HEADERS,
    source="the specifications: 50 characters in ePayment (high), 40 in Recurring "
    "(medium)",
    broken=lambda: [
        case(_create("k" * 51, status=400, answer={"title": "Bad Request"}))
    ],
    healthy=lambda: [
        case(_create("k" * 50, status=400, answer={"title": "Bad Request"}))
    ],
)
def idempotency_key_too_long(evidence: Evidence) -> Iterator[Finding]:
    """The idempotency key is longer than is allowed.

    ePayment takes up to 50 characters, Recurring up to 40.
    """
    for exchange, request in evidence.api_calls():
        key = key_of(request)
        most = next(
            (most for path, most in LONGEST.items() if request.path.startswith(path)),
            None,
        )
        if exchange.status == 400 and key and most and len(key[1]) > most:
            yield Finding(
                message=say(
                    "The key has {count} characters; {most} are allowed.",
                    count=len(key[1]),
                    most=most,
                ),
                place=header_place(exchange, key[0]),
                confidence=Confidence.LIKELY,
            )
