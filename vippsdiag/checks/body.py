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
from vippsdiag.checks.answers import identity_codes, text_in
from vippsdiag.checks.client import sends_client
from vippsdiag.checks.codes import said
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
    case,
    details,
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
        if exchange.ok or request.json is not None or request.form.get("grant_type"):
            continue
        if sends_client(request) and exchange.response:
            yield Finding(
                message=say("The body holds no grant_type."),
                place=Place(exchange=exchange, part="request body"),
            )


FORM_CALLS = {Call.SPECIALIZED_TOKEN, Call.LOGIN}


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
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                body={"amount": 1},
                status=415,
            )
        ),
    ],
    healthy=lambda: [
        case(specialized_call(status=400)),
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                headers={"Content-Type": "application/json;charset=UTF-8"},
                body={"amount": 1},
                status=400,
                answer="",
            )
        ),
    ],
)
def content_type_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The body's form and its Content-Type are not what the endpoint reads.

    A body is read as its Content-Type says. JSON that is announced as a form, or the
    other way round, arrives as nothing.
    """
    for exchange, request in evidence.calls():
        kind = call_of(request)
        if exchange.status not in {400, 401, 415, 422, 500} or kind is None:
            continue
        as_form = kind in FORM_CALLS and request.json is not None
        as_json = kind is Call.API and _json_in_form(request)
        what = request.headers.get("Content-Type") or say("no Content-Type")
        if as_form or as_json:
            yield Finding(
                message=say(
                    "The body is JSON; the header says {what}, and the endpoint reads "
                    "a form.",
                    what=what,
                )
                if as_form
                else say(
                    "The body is JSON; the header says {what}, and the endpoint reads "
                    "JSON.",
                    what=what,
                ),
                place=Place(exchange=exchange, part="request body"),
            )
        elif kind in FORM_CALLS and request.form and "form-urlenc" not in what.lower():
            yield Finding(
                message=say("The body is a form; the header says {what}.", what=what),
                place=Place(exchange=exchange, part="request header"),
                confidence=Confidence.CERTAIN if "json" in what else Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED, When.API},
    fix="Send Content-Type: application/json with a JSON body.",
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
        )
    ],
    healthy=lambda: [
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
    ],
)
def content_type_missing(evidence: Evidence) -> Iterator[Finding]:
    """The request has a body and does not say of what type it is.

    The API reads JSON, and wants to be told so.
    """
    for exchange, request in evidence.api_calls():
        untyped = request.body and not request.headers.get("Content-Type")
        if untyped and exchange.status == 415:
            yield Finding(
                message=say("The request has a body and no Content-Type header."),
                place=Place(exchange=exchange, part="request header"),
            )


def _no_grant(exchange: Exchange, name: str) -> bool:
    request = exchange.request
    ours = request is not None and call_of(request) is Call.SPECIALIZED_TOKEN
    return ours and name == "grant_type"


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Send the parameter that the answer names, in the place and the type that the "
    "API's reference shows.",
    docs=DOCS + "knowledge-base/errors/",
    source="the identity provider's codes 900144 and 90014, ePayment code 4140 (high)",
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
    ],
    healthy=lambda: [
        case(login_call(TEST, status=400, answer={"error": "invalid_grant"})),
        case(specialized_call(body="", status=400, answer=NO_GRANT)),
    ],
)
def request_parameter_missing(evidence: Evidence) -> Iterator[Finding]:
    """A parameter that must be there is missing.

    It may have been sent, but in a place or a form in which it is not read.
    """
    for exchange in evidence.exchanges:
        named = re.search(r"parameters?:? *'(\w+)'", text_in(exchange))
        provider = bool(identity_codes(exchange) & {900144, 90014}) and named
        elsewhere = named and (named[1] == "client_id" or _no_grant(exchange, named[1]))
        if (provider and not elsewhere) or said(exchange, "request-parameter-missing"):
            yield Finding(
                message=say(
                    "The answer says that the parameter {name} is missing.",
                    name=named[1],
                )
                if named
                else say("The answer says that the parameter is missing."),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.LIKELY,
            )
