"""Are the values in the body of the type, the name and the size that is expected?"""

import json
import re
from collections.abc import Iterator
from typing import Any

from vippsdiag.check import (
    ERRORS,
    HTTP_HEADERS,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import (
    complaints,
    error_codes,
    is_of_another,
    text_in,
)
from vippsdiag.checks.body import missing_parameter
from vippsdiag.checks.client import body_place
from vippsdiag.checks.codes import codes_in, said
from vippsdiag.checks.idempotency import lacks_key
from vippsdiag.checks.orders import asks_for_nothing
from vippsdiag.checks.payments import answered, coded
from vippsdiag.checks.urls import fields
from vippsdiag.evidence import Call, Evidence, Need, Place
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import say
from vippsdiag.samples import TEST, api_call, case, details, ecom, ecom_call, recurring
from vippsdiag.secret import examine

_JSON = {"Content-Type": "application/json"}
_PAYMENTS = "/epayment/v1/payments"


def _posted(body: object, status: int = 500, answer: object = "") -> Exchange:
    return api_call(
        TEST,
        method="POST",
        path=_PAYMENTS,
        headers=_JSON | {"Idempotency-Key": "k"},
        body=body,
        status=status,
        answer=answer,
    )


def _place(exchange: Exchange, name: str | None = None) -> Place:
    return Place(exchange=exchange, part="request body", name=name)


def _vaguely_refused(exchange: Exchange) -> bool:
    """Tell whether the answer is one that a wrong type gets: 400, or a 500."""
    return exchange.status == 400 or (exchange.status or 0) >= 500


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED},
    fix='Send merchantSerialNumber as a string: "123456", with quotes.',
    docs=ERRORS,
    source="the official errors page: as a number it has caused a 500 (high)",
    broken=lambda: [case(ecom_call(status=500, merchantSerialNumber=384217))],
    healthy=lambda: [
        case(ecom_call(status=500)),
        case(ecom_call(status=200, merchantSerialNumber=384217)),
    ],
)
def msn_as_integer(evidence: Evidence) -> Iterator[Finding]:
    """The merchant serial number was sent as a number instead of a string.

    In JSON, a number and a string of digits are different things. The API expects the
    string, and may fail on the number without saying so.
    """
    for exchange, request in evidence.calls():
        value = fields(request.json).get("merchantSerialNumber")
        number = isinstance(value, int) and not isinstance(value, bool)
        if number and _vaguely_refused(exchange):
            yield Finding(
                message=say("merchantSerialNumber has no quotes around it."),
                place=_place(exchange, "merchantSerialNumber"),
                confidence=Confidence.LIKELY,
            )


def _amounts(body: Any) -> Iterator[tuple[str, Any]]:
    """Yield the amounts of a payment: a bare one, or the value beside a currency."""
    held = fields(body)
    if "amount" in held and not isinstance(held["amount"], dict):
        yield "amount", held["amount"]
    if "currency" in held and "value" in held:
        yield "value", held["value"]


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED, When.API},
    fix="Send the amount as a whole number in the smallest unit, without quotes: 49900 "
    "for 499.00.",
    docs=ERRORS,
    source="the official errors page and ePayment code 4040 (high)",
    broken=lambda: [
        case(_posted({"amount": {"currency": "NOK", "value": "49900"}})),
        case(
            _posted(
                {"amount": {"currency": "NOK", "value": 499.5}},
                400,
                details("4040", "Invalid amount"),
            )
        ),
    ],
    healthy=lambda: [
        case(_posted({"amount": {"currency": "NOK", "value": 49900}})),
        case(_posted({"amount": {"currency": "NOK", "value": "49900"}}, 201)),
    ],
)
def amount_not_an_integer(evidence: Evidence) -> Iterator[Finding]:
    """An amount is a text or has decimals, instead of being a whole number.

    Amounts count the smallest unit (øre, cent). In JSON, "100" is a text and 1.0 is no
    whole number; the answer may be a 500 that does not say so.
    """
    for exchange, request in evidence.calls(Call.API):
        if not _vaguely_refused(exchange):
            continue
        for name, value in _amounts(request.json):
            if isinstance(value, str | float | bool) or value is None:
                yield Finding(
                    message=say("{name} is text.", name=name)
                    if isinstance(value, str)
                    else say("{name} is not a whole number.", name=name),
                    place=_place(exchange, name),
                    confidence=Confidence.CERTAIN
                    if "amount" in text_in(exchange).lower()
                    else Confidence.LIKELY,
                )


# What the official errors page warns of, and the other names that hold a capital.
_NAMES = {
    name.lower(): name
    for name in """fallBack callbackPrefix merchantSerialNumber transactionText orderId
    mobileNumber merchantInfo customerInfo returnUrl userFlow paymentMethod
    paymentDescription phoneNumber modificationAmount""".split()
}


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED, When.API},
    fix="Write the field's name as the API's reference does, capitals too.",
    docs=ERRORS,
    source="the official errors page: fallback for fallBack has caused a 500 (high); "
    "for the other names, an inference",
    broken=lambda: [
        case(_posted({"merchantInfo": {"fallback": "https://shop.example"}})),
        case(_posted({"returnURL": "https://shop.example"}, 400, {"title": "Bad"})),
    ],
    healthy=lambda: [
        case(_posted({"merchantInfo": {"fallBack": "https://shop.example"}})),
        case(_posted({"returnURL": "https://shop.example"}, 201)),
    ],
)
def field_name_misspelt(evidence: Evidence) -> Iterator[Finding]:
    """A field's name has other capitals than the API reads.

    Names in JSON are compared letter by letter. A field under another name is not
    there, and the answer may be a 500 that does not say so.
    """
    for exchange, request in evidence.calls(Call.API):
        if not _vaguely_refused(exchange):
            continue
        for name in fields(request.json):
            right = _NAMES.get(name.replace("_", "").lower())
            if right and name != right:
                yield Finding(
                    message=say(
                        "The field is named {name}; it should be {right}.",
                        name=name,
                        right=right,
                    ),
                    place=_place(exchange, name),
                    confidence=Confidence.LIKELY,
                )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED, When.API},
    fix="Let your language's JSON library write the body.",
    docs=ERRORS,
    source="the official errors page and Recurring's invalid-json (high)",
    broken=lambda: [
        case(_posted('{"amount": 100,}', 400)),
        case(_posted("{'amount': 100}", 500)),
        case(_posted("{", 400, recurring("invalid-json"))),
    ],
    healthy=lambda: [
        case(_posted('{"amount": 100}', 400)),
        case(_posted("{", 401, "")),
    ],
)
def body_not_json(evidence: Evidence) -> Iterator[Finding]:
    """The body cannot be read as JSON.

    A comma too many, single quotes or a missing bracket make the whole body unreadable.
    """
    for exchange, request in evidence.calls(Call.API):
        said_so = said(exchange, "body-not-json") is not None
        position = _breaks_at(request)
        if _vaguely_refused(exchange) and (position or said_so):
            place = _place(exchange)
            yield Finding(
                message=say(
                    "The body stops being JSON at character {position}.",
                    position=position,
                )
                if position
                else say("The answer says that the body is not JSON."),
                place=place.at(position) if position else place,
            )


def _breaks_at(request: Request) -> int | None:
    """Return where a body that begins like JSON breaks off; None if it does not."""

    def question(raw: str) -> int | None:
        if not raw.lstrip().startswith(("{", "[")) or "…" in raw or "..." in raw:
            return None
        try:
            json.loads(raw)
        except json.JSONDecodeError as error:
            return error.pos + 1
        except (ValueError, RecursionError):
            return None
        return None

    return examine(request.body, question) if request.body else None


def named_fields(exchange: Exchange) -> list[str]:
    """Return the fields that an answer complains of, in any product's form."""
    response = None if is_of_another(exchange) else exchange.response
    body = response.json if response else None
    if not isinstance(body, dict):
        return sorted(code for code in error_codes(exchange) if "." in code)
    return [name for name, _ in complaints(exchange)]


_ADDRESS = re.compile(r"fallback|callback|returnurl|redirecturl", re.IGNORECASE)
_UNNAMED = re.compile(r"validation-error|\b4090\b")


_NONE = "/recurring/v3/agreements/unknown"
_NO_ID = recurring("invalid-agreement-id")


def _tries_the_keys(exchange: Exchange) -> bool:
    """Tell whether an agreement was asked for that nobody made."""
    path = exchange.request.path if exchange.request else ""
    return "invalid-agreement-id" in codes_in(exchange) and asks_for_nothing(path)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Change the value to what the API's reference allows for that field, and send "
    "the request again with a new Idempotency-Key.",
    docs=ERRORS,
    source="the ePayment and eCom code tables, Recurring's problem types, the forms of "
    "QR, Order Management, Checkout and Management (high)",
    broken=lambda: [
        case(answered(400, details("4160", "Invalid payment method type"))),
        case(answered(400, recurring("charge-due-too-soon"))),
        case(ecom_call(status=400, answer=ecom("transaction.amount", "Invalid"))),
        case(answered(400, {"title": "x", "invalidParams": [{"name": "size"}]})),
        case(answered(400, {"errorCode": "Session-1", "errors": {"reference": ["x"]}})),
    ],
    healthy=lambda: [
        case(answered(400, details("6080", "Cannot capture"))),
        case(answered(400, {"title": "x", "invalidParams": []})),
        case(api_call(TEST, path=_NONE, status=400, answer=_NO_ID)),
        case(
            answered(
                400,
                recurring("validation-error")
                | {"extraDetails": [{"field": "merchantRedirectUrl", "text": "x"}]},
            )
        ),
    ],
)
def request_value_invalid(evidence: Evidence) -> Iterator[Finding]:
    """A value in the request is not one that the API takes.

    Keys and token were accepted; the API read the request and names what it refuses.
    """
    for exchange in evidence.exchanges:
        words = said(exchange, "request-value-invalid")
        names = [] if exchange.status not in {400, 422} else named_fields(exchange)
        others = [name for name in names if not _ADDRESS.search(name)]
        if missing_parameter(exchange) is not None or _tries_the_keys(exchange):
            continue
        if names and not others and _UNNAMED.search(text_in(exchange)):
            continue  # only an address is refused, of which another check speaks
        if words:
            yield coded(exchange, words, Confidence.LIKELY)
        elif others:
            yield Finding(
                message=say("The answer names {names}.", names=", ".join(others[:3])),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Send the headers that the API's reference marks as required.",
    docs=HTTP_HEADERS,
    source="Recurring's problem types (high)",
    broken=lambda: [case(_posted("{}", 400, recurring("missing-request-header")))],
    healthy=lambda: [
        case(answered(400, recurring("validation-error"))),
    ],
)
def request_header_missing(evidence: Evidence) -> Iterator[Finding]:
    """A header that the API requires is missing.

    The answer says so without naming it. Idempotency-Key and Content-Type are the ones
    that are left out most.
    """
    for exchange in evidence.exchanges:
        words = said(exchange, "request-header-missing")
        text = re.search(
            r"missing (?:required )?(?:request )?header",
            text_in(exchange),
            re.IGNORECASE,
        )
        if words or (text and exchange.status == 400 and not is_of_another(exchange)):
            yield coded(
                exchange,
                words or say("a header is missing."),
                Confidence.POSSIBLE if lacks_key(exchange) else Confidence.LIKELY,
            )
