"""The PSP API, version 3, which is closed to new integrations.

A payment service provider's address for making payments is not called: what the buyer
approves here counts as reserved, and the provider reports the rest.
"""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from vippsdiag.environments import Environment
from vippsdiag.sandbox.apis.buyer.landing import Landing, Shown, landing_url, money
from vippsdiag.sandbox.gateway import answers, gate
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty, in_json
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.state.history import write_down

KIND = "psp"
JSON = "application/json;charset=UTF-8"
PSP_ID = "Psp-Id"
BASE = "/psp/v3/psppayments"
# Which total each report adds to.
TOTALS = {"CAPTURED": "captured", "REFUNDED": "refunded", "CANCELLED": "cancelled"}

Amount = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=36)]
Status = Literal["RESERVED", "CAPTURED", "CANCELLED", "REFUNDED"]


class Body(msgspec.Struct, rename="camel", kw_only=True):
    """A part of a request, whose fields are written in camel case."""


class Initiation(Body, kw_only=True):
    """A new payment."""

    psp_transaction_id: Name
    merchant_order_id: Annotated[str, Meta(pattern=r"^[a-zA-Z0-9-]{1,50}$")]
    amount: Amount
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    psp_redirect_url: str
    make_payment_url: str
    customer_mobile_number: str | int | None = None
    make_payment_token: Annotated[str, Meta(max_length=255)] | None = None
    payment_text: str | None = None
    is_app: bool = False
    skip_landing_page: bool = False
    merchant_agreement_url: str | None = None


class Report(Body, kw_only=True):
    """What became of one payment."""

    psp_transaction_id: Name
    status: Status
    amount: Amount
    currency: str = "NOK"
    payment_text: str | None = None
    operation_status: Literal["SUCCESS", "FAILED"] = "SUCCESS"


class Reports(Body):
    """What became of several payments."""

    transactions: Annotated[list[Report], Meta(min_length=1, max_length=1000)]


class Approval(Body, kw_only=True):
    """Who approves in test."""

    customer_phone_number: str | int
    token: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a payment."""

    operation: str
    amount: int
    at: datetime
    text: str
    success: bool


class Passed(msgspec.Struct, kw_only=True):
    """A payment that is passed on to a provider; the steps have the oldest first."""

    id: str
    order: str
    amount: int
    currency: str
    back: str
    text: str = ""
    ended: bool = False
    reserved: int = 0
    captured: int = 0
    refunded: int = 0
    cancelled: int = 0
    steps: list[Step] = msgspec.field(default_factory=list)


def error(status: int, code: str, message: str) -> Reply:
    """The form of the specification (high); codes and texts are inferred."""
    context = str(uuid.uuid4())
    body = [{"errorCode": code, "errorMessage": message, "contextId": context}]
    return in_json(status, body, JSON)


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """A body that is not as declared."""
    return error(400, flaw.name or "body", flaw.reason)


def header_missing(call: Call, name: str) -> Reply:
    """A header that is required."""
    return error(400, name, f"The header {name} is required.")


def number_missing(call: Call) -> Reply:
    """The merchant serial number is missing."""
    return header_missing(call, "Merchant-Serial-Number")


def unavailable(call: Call) -> Reply:
    """Code 21, the example of the specification (high; that it is for this not)."""
    return error(400, "21", "Merchant not available or active")


def provider(call: Call, forms: Forms) -> None:
    """See that the provider says who it is; which ids there are is not known here."""
    if not call.header(PSP_ID):
        raise Refusal(forms.header_missing(call, PSP_ID))


FORMS = Forms(
    number_missing=number_missing,
    other_unit=unavailable,
    not_activated=unavailable,
    header_missing=header_missing,
    unreadable=unreadable,
)
GATE = Gate(
    steps=(
        gate.key,
        gate.token,
        gate.number,
        gate.link,
        gate.activation("PSP"),
        provider,
    ),
    forms=FORMS,
)


def initiate(call: Call) -> Reply:
    """Initiate a payment."""
    given: Initiation = call.given
    name = given.psp_transaction_id
    if call.room.get(Passed, name):
        text = f"The pspTransactionId {name} was used before."
        raise Refusal(error(400, "pspTransactionId", text))
    payment = Passed(
        id=name,
        order=given.merchant_order_id,
        amount=given.amount,
        currency=given.currency,
        back=given.psp_redirect_url,
        text=given.payment_text or "",
    )
    call.room.put(name, payment)
    body = {
        "pspTransactionId": name,
        "merchantOrderId": payment.order,
        "vippsRedirectUrl": landing_url(call, KIND, name),
    }
    return in_json(200, body, JSON)


def _found(call: Call, name: str) -> Passed:
    payment = call.room.get(Passed, name)
    if payment is None:
        text = f"The pspTransactionId {name} does not exist."
        raise Refusal(error(400, "pspTransactionId", text))
    return payment


def _note(call: Call, payment: Passed, report: Report) -> None:
    success = report.operation_status == "SUCCESS"
    step = Step(
        operation=report.status,
        amount=report.amount,
        at=call.now,
        text=report.payment_text or payment.text,
        success=success,
    )
    write_down(payment.steps, step)
    if success and report.status == "RESERVED":
        payment.reserved = report.amount
    elif success:
        total = TOTALS[report.status]
        setattr(payment, total, getattr(payment, total) + report.amount)
    call.room.put(payment.id, payment)


def _reserve(call: Call, payment: Passed) -> None:
    report = Report(
        psp_transaction_id=payment.id, status="RESERVED", amount=payment.amount
    )
    _note(call, payment, report)


def approve(call: Call) -> Reply:
    """Approve as the buyer would; only test has this operation."""
    if call.environment is not Environment.TEST:
        raise Refusal(answers.path_unknown(call))
    payment = _found(call, call.params["pspTransactionId"])
    if payment.reserved or payment.ended:
        raise Refusal(error(400, "92", "The transaction has already been processed."))
    _reserve(call, payment)
    return empty(200)


def update(call: Call) -> Reply:
    """Take a provider's reports; all are known, or none is taken."""
    found = [
        (_found(call, each.psp_transaction_id), each)
        for each in call.given.transactions
    ]
    for payment, report in found:
        _note(call, payment, report)
    info = {"responseCode": "9000", "responseMessage": "SUCCESS"}
    return in_json(200, {"responseInfo": info})


def details(call: Call) -> Reply:
    """Return a payment and its history."""
    payment = _found(call, call.params["pspTransactionId"])
    left = payment.reserved - payment.captured - payment.cancelled
    body: dict[str, Any] = {
        "pspTransactionId": payment.id,
        "merchantOrderId": payment.order,
        "transactionSummary": {
            "capturedAmount": payment.captured,
            "remainingAmountToCapture": max(left, 0),
            "refundedAmount": payment.refunded,
            "remainingAmountToRefund": max(payment.captured - payment.refunded, 0),
        },
        "transactionLogHistory": [_shown(step) for step in payment.steps],
    }
    return in_json(200, body)


def _shown(step: Step) -> dict[str, object]:
    return {
        "amount": step.amount,
        "paymentText": step.text,
        "timeStamp": step.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "operation": step.operation,
        "operationSuccess": step.success,
    }


def _show(call: Call, name: str) -> Shown | None:
    payment = call.room.get(Passed, name)
    if payment is None:
        return None
    rows = [("Amount", money(payment.amount, payment.currency))]
    if payment.text:
        rows.insert(0, ("What", payment.text))
    over = payment.ended or payment.reserved
    ended = "This payment is decided on." if over else ""
    return Shown(title="Payment", rows=tuple(rows), ended=ended, back=payment.back)


def _approve(call: Call, name: str) -> None:
    _reserve(call, _found(call, name))


def _reject(call: Call, name: str) -> None:
    payment = _found(call, name)
    payment.ended = True
    call.room.put(name, payment)


LANDING = Landing(kind=KIND, show=_show, approve=_approve, reject=_reject)

ROUTES = tuple(
    Route(method=method, template=template, gate=GATE, serve=serve, body=body)
    for method, template, serve, body in (
        ("POST", BASE + "/init", initiate, Initiation),
        ("POST", BASE + "/updatestatus", update, Reports),
        ("GET", BASE + "/{pspTransactionId}/details", details, None),
        (
            "POST",
            "/psp/v3/integration-test/psppayments/{pspTransactionId}/approve",
            approve,
            Approval,
        ),
    )
)
