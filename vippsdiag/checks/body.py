"""Is the body there, and of the type that the endpoint reads?"""

import re
from collections.abc import Iterator

from vippsdiag.check import (
    ACCESS_TOKEN,
    DOCS,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import complaints, oauth_error, text_in
from vippsdiag.checks.codes import field_errors, missed_parameter, said
from vippsdiag.checks.flow import has_right_path
from vippsdiag.checks.pairs import sends_client
from vippsdiag.checks.sent import absence
from vippsdiag.checks.urls import fields
from vippsdiag.evidence import (
    Call,
    Evidence,
    Need,
    Place,
    call_of,
)
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import say
from vippsdiag.samples import (
    TEST,
    api_call,
    call,
    case,
    details,
    ecom,
    ecom_call,
    identity_provider,
    login_call,
    specialized_call,
    token_call,
)

NO_GRANT = identity_provider(
    900144,
    "The request body must contain the following parameter: 'grant_type'.",
    "invalid_request",
)


EMPTY_POST = {
    "error": "invalid_request",
    "error_description": "The POST body can not be empty.",
}


def _complained(body: object, reason: str) -> Exchange:
    answer = {"title": "x", "extraDetails": [{"name": "Reference", "reason": reason}]}
    path = "/epayment/v1/payments"
    sent = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    return api_call(
        TEST,
        method="POST",
        path=path,
        headers=sent,
        body=body,
        status=400,
        answer=answer,
    )


_NO_ORDER = ecom("transaction.orderId", "OrderId is required")
_NO_FALLBACK = ecom("merchantInfo.fallBack.invalid", "must not be null or empty")
_LOGIN_PAGE = "https://apitest.vipps.no/access-management-1.0/access/login/phone"


_FORM = re.compile(r"[\w.~+%*-]+=[^\s{}<>]*&[^\s{}<>]*")


def _json_in_form(request: Request) -> bool:
    kind = (request.headers.get("Content-Type") or "").lower()
    return "form-urlencoded" in kind and request.json is not None


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.FAILED, When.SPECIALIZED_TOKEN},
    fix="Send the body grant_type=client_credentials, with Content-Type "
    "application/x-www-form-urlencoded.",
    docs=ACCESS_TOKEN,
    source="the official access token text of 2026: invalid_client without it (high)",
    broken=lambda: [
        case(
            specialized_call(body=None, status=401, answer={"error": "invalid_client"})
        ),
        case(specialized_call(body="", status=400, answer=NO_GRANT)),
    ],
    healthy=lambda: [
        case(specialized_call(status=401, answer={"error": "x"})),
        case(token_call(TEST)),
    ],
)
def grant_type_missing(evidence: Evidence) -> Iterator[Finding]:
    """The specialized token call lacks grant_type.

    POST /miami/v1/token takes a form with grant_type=client_credentials. Without it,
    the answer may speak of the client instead.
    """
    for exchange, request in evidence.calls(Call.SPECIALIZED_TOKEN):
        if exchange.ok or "grant_type" in str(request.body or ""):
            continue
        if sends_client(request) and exchange.response:
            yield Finding(
                message=say("The body holds no grant_type."),
                place=Place(exchange=exchange, part="request body"),
            )


UNTYPED: dict[str, str | None] = {"Content-Type": None}
FORM_CALLS = {Call.SPECIALIZED_TOKEN, Call.LOGIN}


def _paid_as(what: str, status: int, body: object = None) -> Exchange:
    return api_call(
        TEST,
        method="POST",
        path="/epayment/v1/payments",
        headers={"Content-Type": what},
        body={"amount": 1} if body is None else body,
        status=status,
        answer="",
    )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED},
    fix="Send what the endpoint reads: a form to the specialized token endpoint and to "
    "Login, JSON with Content-Type application/json to the APIs.",
    docs=DOCS + "knowledge-base/http-headers/",
    source="microsoft-graph-docs#20350; facts 3.3 and 3.4 (high)",
    broken=lambda: [
        case(
            specialized_call(
                body={"grant_type": "client_credentials"}, status=400, answer=NO_GRANT
            )
        ),
        case(
            specialized_call(
                headers={"Content-Type": "application/json"},
                status=400,
                answer=NO_GRANT,
            )
        ),
        case(_paid_as("application/x-www-form-urlencoded", 415)),
        case(_paid_as("application/xml", 415, "<amount>1</amount>")),
        case(_paid_as("application/json", 400, "amount=1&reference=a")),
    ],
    healthy=lambda: [
        case(specialized_call(status=400)),
        case(_paid_as("application/json;charset=UTF-8", 400)),
    ],
)
def content_type_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The body's form and its Content-Type are not what the endpoint reads.

    A body is read as its Content-Type says. JSON that is announced as a form, or the
    other way round, arrives as nothing.
    """
    for exchange, request in evidence.calls():
        what = request.headers.get("Content-Type")
        if exchange.status not in {400, 401, 415, 422, 500} or what is None:
            continue
        kind = call_of(request)
        if kind in FORM_CALLS:
            yield from _no_form(exchange, request, what)
        elif kind is Call.API:
            yield from _no_json(exchange, request, what)


def _no_form(exchange: Exchange, request: Request, what: str) -> Iterator[Finding]:
    """Yield a finding if an endpoint that reads a form got something else."""
    if request.json is not None:
        yield Finding(
            message=say(
                "The body is JSON; the header says {what}, and the endpoint reads a "
                "form.",
                what=what,
            ),
            place=Place(exchange=exchange, part="request body"),
        )
    elif request.form and "form-urlenc" not in what.lower():
        yield Finding(
            message=say("The body is a form; the header says {what}.", what=what),
            place=Place(exchange=exchange, part="request header"),
            confidence=Confidence.CERTAIN if "json" in what else Confidence.LIKELY,
        )


def _no_json(exchange: Exchange, request: Request, what: str) -> Iterator[Finding]:
    """Yield a finding if an endpoint that reads JSON got something else."""
    if _json_in_form(request):
        yield Finding(
            message=say(
                "The body is JSON; the header says {what}, and the endpoint reads "
                "JSON.",
                what=what,
            ),
            place=Place(exchange=exchange, part="request body"),
        )
    elif request.json is None and _FORM.fullmatch(str(request.body or "")):
        yield Finding(
            message=say("The body is a form; the header says {what}.", what=what),
            place=Place(exchange=exchange, part="request body"),
        )
    elif exchange.status == 415 and "json" not in what:
        yield Finding(
            message=say(
                "The header says {what}, and the endpoint reads JSON.", what=what
            ),
            place=Place(exchange=exchange, part="request header"),
        )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED},
    fix="Send Content-Type: application/json with a JSON body, and "
    "application/x-www-form-urlencoded with a form.",
    docs=DOCS + "knowledge-base/http-headers/",
    source="facts 4 (high)",
    broken=lambda: [
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                body={"amount": 1},
                status=415,
            )
        ),
        case(specialized_call(headers=UNTYPED, status=400, answer=NO_GRANT)),
    ],
    healthy=lambda: [
        case(specialized_call(headers=UNTYPED, status=429, answer="")),
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                headers={"content-type": "application/json"},
                body={"amount": 1},
                status=415,
            )
        ),
        case(token_call(TEST, body="{}", status=415, answer="")),
        case(call("POST", _LOGIN_PAGE, body="phone=1", status=400, answer="x")),
    ],
)
def content_type_missing(evidence: Evidence) -> Iterator[Finding]:
    """The request has a body and does not say of what type it is.

    The APIs read JSON, the specialized token endpoint and Login a form, and all want to
    be told so.
    """
    for exchange, request in evidence.calls():
        untyped = request.body and not request.headers.get("Content-Type")
        form = has_right_path(request) and call_of(request) in FORM_CALLS
        form = form and exchange.status in {400, 401}
        ours = call_of(request) is not Call.STANDARD_TOKEN and exchange.status == 415
        if untyped and call_of(request) and (ours or form):
            words = say("The request has a body and no Content-Type header.")
            sure = Confidence.LIKELY if form else Confidence.CERTAIN
            yield absence(exchange, request, "Content-Type", words, sure)


def _no_grant(exchange: Exchange, name: str) -> bool:
    request = exchange.request
    ours = request is not None and call_of(request) is Call.SPECIALIZED_TOKEN
    return ours and name == "grant_type"


# What OAuth servers say, of one parameter and of a form that did not arrive.
_LACKED = re.compile(
    r"missing (?:a |the )?required parameter: *[\"'`\\]*(\w+)"
    r"|parameter [\"'`\\]*(\w+)[\"'`\\]* is (?:missing|required)"
    r"|[\"'`\\](\w+)[\"'`\\]+ parameter is (?:missing|required)",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"the post body can not be empty", re.IGNORECASE)


def _login_lacks(description: str) -> Evidence:
    answer = {"error": "invalid_request", "error_description": description}
    return case(login_call(TEST, status=400, answer=answer))


# What eCom says of a field that is empty or not there; the text does not tell which.
_ASKED_FOR = re.compile(
    r"\brequired\b|\bmissing\b|not be (?:null|empty|blank)", re.IGNORECASE
)


def _required(exchange: Exchange) -> str:
    """Return the field that an answer says is required and not there; or empty."""
    request = exchange.request
    sent = {name.lower() for name in fields(request.json)} if request else set()
    for name, reason in field_errors(exchange):
        asked = _ASKED_FOR.search(reason)
        parts = name.lower().split(".")
        if asked and sent and sent.isdisjoint(parts[1:] or parts):
            return name
    for name, reason in complaints(exchange):
        asked = re.search(r"\brequired\b|\bmissing\b", reason, re.IGNORECASE)
        if asked and name.lower().split(".")[-1] not in sent:
            return name
    return ""


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Send the parameter that the answer names, in the place and the type that the "
    "API's reference shows.",
    docs=DOCS + "knowledge-base/errors/",
    source="the identity provider's codes 900144 and 90014, ePayment code 4140 (high); "
    "eCom names the field by its path (medium)",
    broken=lambda: [
        case(
            login_call(
                TEST,
                status=400,
                answer=identity_provider(
                    900144,
                    "The request body must contain the following parameter: 'code'.",
                    "invalid_request",
                ),
            )
        ),
        case(
            api_call(TEST, method="POST", status=400, answer=details("4140", "Missing"))
        ),
        _login_lacks("Missing required parameter: code"),
        _login_lacks('Request parameter "code" is missing.'),
        _login_lacks("The 'redirect_uri' parameter is required with OpenID."),
        case(login_call(TEST, body="", status=400, answer=EMPTY_POST)),
        case(_complained({"amount": 1}, "The Reference field is required.")),
        case(ecom_call(status=400, answer=_NO_ORDER)),
        case(ecom_call(status=400, answer="transactionText is required")),
    ],
    healthy=lambda: [
        case(login_call(TEST, status=400, answer={"error": "invalid_grant"})),
        case(_complained({"reference": "a"}, "The Reference field is required.")),
        case(_complained({"amount": 1}, "must match ^[a-z]+$")),
        case(ecom_call(status=400, answer=_NO_FALLBACK)),
        case(ecom_call(status=400, answer="fallBack is required")),
        case(ecom_call(status=400, answer="This field is required")),
        case(ecom_call(status=400, answer="Authentication is required")),
        case(specialized_call(body="", status=400, answer=NO_GRANT)),
    ],
)
def request_parameter_missing(evidence: Evidence) -> Iterator[Finding]:
    """A parameter that must be there is missing.

    It may have been sent, but in a place or a form in which it is not read.
    """
    for exchange in evidence.exchanges:
        name = missing_parameter(exchange)
        if name is not None:
            yield Finding(
                message=say(
                    "The answer says that the parameter {name} is missing.", name=name
                )
                if name
                else say("The answer says that the parameter is missing."),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.LIKELY,
            )


def missing_parameter(exchange: Exchange) -> str | None:
    """Return the parameter that an answer misses: empty if unnamed, None if none."""
    text = text_in(exchange)
    name = missed_parameter(exchange)
    if name is not None:
        elsewhere = name == "client_id" or _no_grant(exchange, name)
        return None if elsewhere else name
    if oauth_error(exchange) == "invalid_request":
        lacked = _LACKED.search(text)
        if lacked:
            return lacked[1] or lacked[2] or lacked[3]
        return "" if _EMPTY.search(text) else None
    coded = said(exchange, "request-parameter-missing")
    return _required(exchange) or ("" if coded else None)
