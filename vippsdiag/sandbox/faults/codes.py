"""The answer for every documented code of an API, in the form of the API it is from.

The meaning of each code is the one that the checks read from it; the status is known
for a few (facts 6.2 to 6.5) and inferred for the others, as are the words.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vippsdiag.checks import codes
from vippsdiag.sandbox.faults.fault import Fault, named
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.reply import Reply, in_json

PROBLEMS = (
    "https://developer.vippsmobilepay.com/docs/APIs/recurring-api/"
    "recurring-api-problems#"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """An answer that can be asked for.

    Attributes:
        text: what it is, for the documentation.
        check: the cause that it shows; empty if it may be any.
        answer: makes it.
    """

    text: str
    check: str
    answer: Callable[[Call, Fault], Reply]


EPAYMENT = {
    "3010": 500,
    "4010": 409,
    "4020": 409,
    "4150": 409,
    "5020": 403,
    "5050": 403,
    "5080": 403,
    "5090": 404,
    "6160": 423,
    "6250": 423,
}
ECOM = {"35": 404, "94": 423, "97": 403, "98": 429, "99": 500}
ECOM_GROUPS = {"3": "Merchant", "4": "Payment", "8": "user", "9": "VippsError"}
RECURRING = {
    "not-authorized": 401,
    "invalid-sale-unit": 403,
    "unsupported-feature": 403,
    "resource-not-found": 404,
    "conflict": 409,
    "idempotency-conflict": 409,
    "unsupported-media-type": 415,
    "operation-failed": 500,
}
OAUTH = {
    "invalid_client": 401,
    "unauthorized_client": 401,
    "server_error": 500,
    "temporarily_unavailable": 503,
}


def recurring_problem(status: int, identifier: str, words: str) -> Reply:
    """The form of Recurring's errors (facts 6.1, high)."""
    body = {
        "type": PROBLEMS + identifier,
        "title": words,
        "status": status,
        "detail": words,
        "contextId": str(uuid.uuid4()),
        "extraDetails": [],
    }
    return in_json(status, body, "application/problem+json")


def _epayment(code: str, words: str, call: Call) -> Reply:
    if code == "5090":
        reference = call.path.rstrip("/").rpartition("/")[2]
        words = f"The reference `{reference}` does not exist for MSN {call.header(MSN)}"
    return answers.problem(
        EPAYMENT.get(code, 400),
        TITLES.get(code, words),
        words,
        instance=call.path.removeprefix("/epayment"),
        extraDetails=[{"name": "ErrorCode", "reason": code}],
    )


# Official ones that software may compare (facts 6.1, 6.4, high).
TITLES = {
    "5090": "Reference not found",
    "6080": "Cannot capture before reservation",
    "7010": "Customer not found",
}


def _ecom(code: str, words: str, call: Call) -> Reply:
    error = {
        "errorGroup": ECOM_GROUPS.get(code[0], "Payment"),
        "errorCode": code,
        "errorMessage": words,
        "contextId": str(uuid.uuid4()),
    }
    return in_json(ECOM.get(code, 400), [error])


def _merchant_51(code: str, words: str, call: Call) -> Reply:
    error = {
        "errorGroup": "Merchant",
        "errorCode": "51",
        "errorMessage": "The Nin scope is not allowed",
        "contextId": str(uuid.uuid4()),
    }
    return in_json(403, [error])


def _report(code: str, words: str, call: Call) -> Reply:
    return in_json(500 if code == "10001" else 400, {"code": code, "message": words})


def _recurring(code: str, words: str, call: Call) -> Reply:
    return recurring_problem(RECURRING.get(code, 400), code, words)


def _oauth(code: str, words: str, call: Call) -> Reply:
    body = {"error": code, "error_description": words}
    return in_json(OAUTH.get(code, 400), body)


IDENTITY = {
    "AADSTS7000112": 400,
    "AADSTS7000222": 401,
    "AADSTS7000215": 401,
    "AADSTS7000216": 401,
    "AADSTS7000218": 401,
    "AADSTS50012": 401,
    "AADSTS70002": 401,
}
# The generic text (low for Vipps); which parameter it is decides what it means.
PARAMETER = "The request body must contain the following parameter: 'resource'."
IDENTITY_WORDS = {"AADSTS900144": PARAMETER, "AADSTS90014": PARAMETER}


def _identity(code: str, words: str, call: Call) -> Reply:
    status = IDENTITY.get(code, 400)
    error = "invalid_client" if status == 401 else "invalid_request"
    words = IDENTITY_WORDS.get(code, words)
    number = int(code.removeprefix("AADSTS"))
    return answers.identity(status, number, words, error, call.now)


def _form_of(code: str) -> Callable[[str, str, Call], Reply]:
    """Tell from which API a code is."""
    if code.startswith("AADSTS"):
        return _identity
    if code in {"10001", "10002"}:
        return _report
    if code == "Merchant 51":
        return _merchant_51
    if code.isdecimal():
        return _ecom if int(code) < 3000 else _epayment
    return _recurring if code in _RECURRING_WORDS else _oauth


# Those that have no underscore and are none of OAuth's.
_RECURRING_WORDS = {code for code in codes.CODES if "_" not in code}


def _error(code: str, found: codes.Code) -> Error:
    form = _form_of(code)
    words = found.words.partition(" (")[0].rstrip(".") or "The request was refused"
    words = words[0].upper() + words[1:]

    def answer(call: Call, fault: Fault) -> Reply:
        return form(code, words, call)

    return Error(text=f"{words}.", check=found.check, answer=answer)


CODES: Mapping[str, Error] = {
    named(code): _error(code, found) for code, found in codes.CODES.items()
}
