"""The documented answers that can be asked for by name, status or check.

Where a body is known from stands beside it in `vippsdiag.sandbox.gateway.answers`;
what is only here says so.
"""

import uuid
from collections.abc import Callable, Mapping

from vippsdiag.sandbox.faults.codes import CODES, Error, recurring_problem
from vippsdiag.sandbox.faults.fault import Fault
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import REASONS, Reply, empty, in_json, page
from vippsdiag.sandbox.keys.tokens import DIRECTORY_NAMES

# Seconds that a client is asked to wait.
RETRY_AFTER = 30
LINE = "\r\n"


def _page(status: int, server: str) -> str:
    """Return the error page of nginx, which Azure's gateway shares (generic, high)."""
    title = f"{status} {REASONS.get(status, '')}".strip()
    return LINE.join(
        [
            "<html>",
            f"<head><title>{title}</title></head>",
            "<body>",
            f"<center><h1>{title}</h1></center>",
            f"<hr><center>{server}</center>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _served_by(status: int, server: str, header: str) -> Reply:
    reply = page(status, _page(status, server))
    reply.headers = (("Server", header),)
    return reply


def nginx(status: int) -> Reply:
    """The page of a proxy between the client and the API (generic)."""
    return _served_by(status, "nginx", "nginx")


def firewall(status: int) -> Reply:
    """The page of Azure's web application firewall (T11; the page is generic)."""
    server = "Microsoft-Azure-Application-Gateway/v2"
    return _served_by(status, server, server)


def subscription_not_found() -> Reply:
    """T3: eCom FAQ and errors page, seen from 2021 to 2022 (medium)."""
    body = {
        "errorCode": "Unauthorized",
        "errorMessage": "Subscription not found",
        "contextId": str(uuid.uuid4()),
    }
    return in_json(401, body)


def outage(status: int) -> Reply:
    """T10: vipps-developers#67 of 2020 (medium)."""
    text = "Something went wrong. Please try again later."
    body = {"responseInfo": {"responseCode": "1000", "responseMessage": text}}
    return in_json(status, body)


def _entry(text: str, check: str, make: Callable[[Call], Reply]) -> Error:
    def answer(call: Call, fault: Fault) -> Reply:
        return make(call)

    return Error(text=text, check=check, answer=answer)


def _fixed(text: str, check: str, make: Callable[[], Reply]) -> Error:
    def answer(call: Call, fault: Fault) -> Reply:
        return make()

    return Error(text=text, check=check, answer=answer)


ERRORS: Mapping[str, Error] = {
    "missing-key": _fixed(
        "401 of the gateway: no subscription key.",
        "subscription-key-missing",
        answers.missing_key,
    ),
    "invalid-key": _fixed(
        "401 of the gateway: it does not know the subscription key.",
        "subscription-key-invalid",
        answers.invalid_key,
    ),
    "subscription-not-found": _fixed(
        "401: the subscription key's older answer.",
        "subscription-key-invalid",
        subscription_not_found,
    ),
    "client-unknown": _entry(
        "400 of the token endpoint: no such client_id.",
        "client-id-unknown",
        lambda call: answers.client_unknown(
            call.header("client_id"), DIRECTORY_NAMES[call.environment], call.now
        ),
    ),
    "secret-wrong": _entry(
        "401 of the token endpoint: another client_secret.",
        "client-secret-wrong",
        lambda call: answers.secret_wrong(call.header("client_id"), call.now),
    ),
    "secret-missing": _entry(
        "401 of the token endpoint: no client_secret.",
        "client-secret-missing",
        lambda call: answers.secret_missing(call.now),
    ),
    "cross-origin": _entry(
        "400 of the token endpoint: the call came from a web page.",
        "cors-browser-call",
        lambda call: answers.cross_origin(call.now),
    ),
    "token-refused": _entry(
        "401: the access token is not accepted.",
        "token-invalid",
        answers.token_refused,
    ),
    "invalid-msn": _entry(
        "403: the partner may not act for this merchant serial number.",
        "msn-not-connected-to-partner",
        answers.invalid_msn,
    ),
    "empty-403": _fixed(
        "403 without a body: the number or the key is another sales unit's.",
        "keys-of-other-sales-unit",
        lambda: empty(403),
    ),
    "path-unknown": _entry(
        "404 of the gateway: no such path.", "api-path-wrong", answers.path_unknown
    ),
    "firewall": _fixed(
        "403 as a page: a web application firewall refuses the call.",
        "waf-blocked",
        lambda: firewall(403),
    ),
    "rate-limited": _fixed(
        "429 with Retry-After.",
        "rate-limited",
        lambda: answers.too_many(RETRY_AFTER),
    ),
    "outage": _fixed(
        "500 as the token endpoint had it in an outage.",
        "service-outage",
        lambda: outage(500),
    ),
    "gateway-page": _fixed(
        "502 as the page of a gateway that reaches nothing behind it.",
        "service-outage",
        lambda: nginx(502),
    ),
    "proxy-page": _fixed(
        "403 as the page of a proxy between the client and the API.",
        "intermediary-cache-or-proxy",
        lambda: nginx(403),
    ),
}


def _problem(status: int) -> Reply:
    words = REASONS.get(status, "Error")
    return answers.problem(status, words, f"{words}.")


def _azure(status: int) -> Reply:
    return answers.azure(status, REASONS.get(status, ""), REASONS.get(status, ""))


def _ecom(status: int) -> Reply:
    error = {
        "errorGroup": "VippsError",
        "errorCode": "99",
        "errorMessage": "Internal error",
        "contextId": str(uuid.uuid4()),
    }
    return in_json(status, [error])


def _recurring(status: int) -> Reply:
    return recurring_problem(status, "operation-failed", REASONS.get(status, "Error"))


# Every form that a product has for its errors (facts 6.1), filled with the usual words
# of a status (inferred).
FORMS: Mapping[str, Callable[[int], Reply]] = {
    "gateway": lambda status: answers.gateway(status, REASONS.get(status, "")),
    "azure": _azure,
    "problem": _problem,
    "ecom": _ecom,
    "recurring": _recurring,
    "page": nginx,
    "empty": empty,
}
USUAL_FORMS = {502: "page", 503: "page", 504: "page"}


def _status_answer(call: Call, fault: Fault) -> Reply:
    status = int(fault.what)
    if fault.form:
        return FORMS[fault.form](status)
    if status == 429:
        return answers.too_many(RETRY_AFTER)
    if status == 500:
        return outage(status)
    return FORMS[USUAL_FORMS.get(status, "gateway")](status)


def _status_error(status: int) -> Error:
    return Error(text=f"Status {status}.", check="", answer=_status_answer)


STATUSES = {str(status): _status_error(status) for status in range(400, 600)}


def of_check(check: str) -> str:
    """Return the name of the answer that shows the cause of a check; may be empty."""
    for table in (ERRORS, CODES):
        for name, error in table.items():
            if error.check == check:
                return name
    return ""
