"""Calls of the payment APIs, in an order that makes sense."""

import uuid

from caller import Caller

NOK = {"currency": "NOK", "value": 1000}
PHONE = "4712345678"
ECOM_TEXT = {"Content-Type": "application/json;charset=UTF-8"}


def new(kind: str) -> str:
    """Return a reference that nobody used before."""
    return f"{kind}-{uuid.uuid4()}"[:36]


def part(value: int) -> dict[str, object]:
    """Return the body that captures or refunds a part."""
    return {"modificationAmount": {"currency": "NOK", "value": value}}


def create_payment(call: Caller, **more: object) -> str:
    """Create a payment and return its reference."""
    reference = new("order")
    body = {
        "amount": NOK,
        "paymentMethod": {"type": "WALLET"},
        "customer": {"phoneNumber": PHONE},
        "reference": reference,
        "returnUrl": f"https://example.com/redirect?reference={reference}",
        "userFlow": "WEB_REDIRECT",
        "paymentDescription": "A pair of socks",
    }
    created = call("POST", "/epayment/v1/payments", body | more, status=201)
    assert created["reference"] == reference
    return reference


def approve_payment(call: Caller, reference: str) -> None:
    """Approve as the buyer would."""
    path = f"/epayment/v1/test/payments/{reference}/approve"
    call("POST", path, {"customer": {"phoneNumber": PHONE}}, status=200)


def epayment(call: Caller) -> None:
    """A payment from its creation to a refund, and one that is cancelled."""
    reference = create_payment(call)
    one = f"/epayment/v1/payments/{reference}"
    assert call("GET", one, status=200)["state"] == "CREATED"
    approve_payment(call, reference)
    assert call("GET", one, status=200)["state"] == "AUTHORIZED"
    captured = call("POST", f"{one}/capture", part(600), status=200)
    assert captured["aggregate"]["capturedAmount"]["value"] == 600
    refunded = call("POST", f"{one}/refund", part(100), status=200)
    assert refunded["aggregate"]["refundedAmount"]["value"] == 100
    cancelled = call("POST", f"{one}/cancel", status=200)
    assert cancelled["aggregate"]["cancelledAmount"]["value"] == 400
    names = [event["name"] for event in call("GET", f"{one}/events", status=200)]
    assert names == ["CREATED", "AUTHORIZED", "CAPTURED", "REFUNDED", "CANCELLED"]
    call("POST", f"{one}/capture", part(600), status=400)
    unsold = create_payment(call)
    body = {"cancelTransactionOnly": True}
    path = f"/epayment/v1/payments/{unsold}"
    call("POST", f"{path}/cancel", body, status=200)
    assert call("GET", path, status=200)["state"] == "TERMINATED"


def epayment_with_everything(call: Caller) -> None:
    """A payment with a receipt, metadata, an age and a time of its own."""
    line = {
        "name": "Socks",
        "id": "socks-1",
        "totalAmount": 1000,
        "totalAmountExcludingTax": 800,
        "totalTaxAmount": 200,
        "taxPercentage": 25,
    }
    reference = create_payment(
        call,
        customer={"personalQr": "https://qr.vipps.no/28/2/01/031/4712345678?v=1"},
        minimumUserAge=18,
        metadata={"colour": "blue"},
        profile={"scope": "name phoneNumber"},
        receipt={"orderLines": [line], "bottomLine": {"currency": "NOK"}},
    )
    one = f"/epayment/v1/payments/{reference}"
    assert call("GET", one, status=200)["metadata"] == {"colour": "blue"}
    approve_payment(call, reference)
    assert call("GET", one, status=200)["profile"]["sub"]


def epayment_refusals(call: Caller) -> None:
    """What the ePayment API refuses."""
    lacking = {"amount": NOK, "reference": new("order")}
    call("POST", "/epayment/v1/payments", lacking, status=400)
    one = f"/epayment/v1/payments/{new('unknown')}"
    call("GET", one, status=404)
    for action in ("capture", "refund"):
        call("POST", f"{one}/{action}", part(100), status=404)
    call("POST", f"{one}/cancel", status=404)


def ecom(call: Caller) -> None:
    """An eCom payment until its refund, and one that is cancelled."""
    order = ecom_initiate(call)
    one = f"/ecomm/v2/payments/{order}"
    assert call("GET", f"{one}/status", status=200)["orderId"] == order
    ecom_approve(call, order)
    action = ecom_action(call)
    for name, headers in (("capture", new("capture")), ("refund", new("refund"))):
        more = ECOM_TEXT | {"X-Request-Id": headers[:30]}
        call("POST", f"{one}/{name}", action, status=200, headers=more)
    call("GET", f"{one}/details", status=200)
    other = ecom_initiate(call)
    del action["transaction"]["amount"]
    path = f"/ecomm/v2/payments/{other}/cancel"
    call("PUT", path, action, status=200, headers=ECOM_TEXT)


def ecom_initiate(call: Caller) -> str:
    """Create an eCom payment and return its number."""
    order = new("ecom")
    body = {
        "customerInfo": {"mobileNumber": "12345678"},
        "merchantInfo": {
            "merchantSerialNumber": call.unit.msn,
            "callbackPrefix": "https://example.com/callbacks",
            "fallBack": f"https://example.com/fallback/{order}",
        },
        "transaction": {
            "amount": 1000,
            "orderId": order,
            "transactionText": "A pair of socks",
        },
    }
    path = "/ecomm/v2/payments"
    assert call("POST", path, body, status=200, headers=ECOM_TEXT)["url"]
    return order


def ecom_approve(call: Caller, order: str) -> None:
    """Approve as the buyer would."""
    path = f"/ecomm/v2/integration-test/payments/{order}/approve"
    body = {"customerPhoneNumber": "12345678", "token": "token"}
    call("POST", path, body, status=200, headers=ECOM_TEXT)


def ecom_action(call: Caller) -> dict[str, dict[str, object]]:
    """Return the body of a capture or a refund."""
    return {
        "merchantInfo": {"merchantSerialNumber": call.unit.msn},
        "transaction": {"amount": 600, "transactionText": "A pair of socks"},
    }


def checkout(call: Caller) -> None:
    """A session that is changed and ended."""
    reference = new("session")
    body = {
        "type": "PAYMENT",
        "merchantInfo": {
            "callbackUrl": "https://example.com/callbacks",
            "returnUrl": "https://example.com/return",
            "callbackAuthorizationToken": "callback-token",
        },
        "transaction": {
            "amount": NOK,
            "reference": reference,
            "paymentDescription": "A pair of socks",
        },
    }
    keys = call.keys() | {"Authorization": None}
    session = "/checkout/v3/session"
    made = call("POST", session, body, status=200, headers=keys)
    assert "session/" in made["pollingUrl"]
    one = f"{session}/{reference}"
    assert call("GET", one, status=200, headers=keys)["reference"] == reference
    change = {"transaction": body["transaction"]}
    call("PATCH", one, change, status=200, headers=keys)
    call("POST", f"{one}/expire", status=200, headers=keys)
    call("GET", f"{session}/{new('unknown')}", status=404, headers=keys)


def psp(call: Caller) -> None:
    """A PSP payment until the buyer's approval, and its report."""
    transaction = str(uuid.uuid4())
    body = {
        "pspTransactionId": transaction,
        "merchantOrderId": new("psp"),
        "customerMobileNumber": "12345678",
        "amount": 1000,
        "currency": "NOK",
        "pspRedirectUrl": "https://example.com/psp",
        "makePaymentUrl": "https://example.com/make",
        "makePaymentToken": "token",
    }
    base = "/psp/v3/psppayments"
    text = {"Psp-Id": "psp-1"}
    made = call("POST", f"{base}/init", body, status=200, headers=ECOM_TEXT | text)
    assert made["pspTransactionId"] == transaction
    path = f"/psp/v3/integration-test/psppayments/{transaction}/approve"
    approval = {"customerPhoneNumber": "12345678", "token": "token"}
    call("POST", path, approval, status=200, headers=ECOM_TEXT | text)
    change = {"pspTransactionId": transaction, "status": "CAPTURED", "amount": 1000}
    report = {"transactions": [change]}
    call("POST", f"{base}/updatestatus", report, status=200, headers=text)
    call("GET", f"{base}/{transaction}/details", status=200, headers=text)
