"""Calls of the Recurring API: agreements, and the charges on them."""

from datetime import UTC, datetime, timedelta

from caller import Caller
from calls_payments import new

AGREEMENTS = "/recurring/v3/agreements"
LEGACY = {"type": "LEGACY", "amount": 1000, "currency": "NOK"}
VARIABLE = {"type": "VARIABLE", "suggestedMaxAmount": 1000, "currency": "NOK"}
FLEXIBLE = {"type": "FLEXIBLE", "currency": "NOK"}
SOON = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
LATER = "2040-01-01T00:00:00Z"
CAMPAIGNS = {
    "price": {"type": "PRICE_CAMPAIGN", "price": 500, "end": LATER},
    "period": {
        "type": "PERIOD_CAMPAIGN",
        "price": 500,
        "period": {"unit": "WEEK", "count": 2},
    },
    "event": {
        "type": "EVENT_CAMPAIGN",
        "price": 500,
        "eventDate": LATER,
        "eventText": "until summer",
    },
}


def draft(call: Caller, **more: object) -> dict[str, str]:
    """Draft an agreement and return the answer."""
    body = {
        "pricing": LEGACY,
        "interval": {"unit": "MONTH", "count": 1},
        "merchantRedirectUrl": "https://example.com/redirect",
        "merchantAgreementUrl": "https://example.com/agreement",
        "productName": "Socks each month",
        "phoneNumber": "4712345678",
    }
    answer: dict[str, str] = call("POST", AGREEMENTS, body | more, status=201)
    return answer


def accepted(call: Caller, **more: object) -> str:
    """Return the path of an agreement that is active."""
    one = f"{AGREEMENTS}/{draft(call, **more)['agreementId']}"
    assert call("GET", one, status=200)["status"] == "PENDING"
    call("PATCH", f"{one}/accept", {"phoneNumber": "4712345678"}, status=204)
    assert call("GET", one, status=200)["status"] == "ACTIVE"
    return one


def agreements(call: Caller) -> None:
    """An agreement of each kind; one is changed and stopped."""
    one = accepted(call, scope="name phoneNumber", externalId="socks-1")
    for pricing in (VARIABLE, FLEXIBLE):
        more = {"interval": {"unit": "MONTH", "count": 1}, "pricing": pricing}
        accepted(call, **more)
    for campaign in CAMPAIGNS.values():
        accepted(call, campaign=campaign)
    for status in ("ACTIVE", "PENDING", "STOPPED", "EXPIRED"):
        call("GET", f"{AGREEMENTS}?status={status}", status=200)
    call("GET", f"{AGREEMENTS}?status=ACTIVE&pageNumber=1&pageSize=2", status=200)
    for change in ({"productName": "Warm socks"}, {"status": "STOPPED"}):
        call("PATCH", one, change, status=204)
    assert call("GET", one, status=200)["status"] == "STOPPED"


def charge(call: Caller, one: str, **more: object) -> str:
    """Create a charge and return its path."""
    body = {
        "amount": 1000,
        "transactionType": "RESERVE_CAPTURE",
        "description": "Socks this month",
        "due": SOON,
        "retryDays": 5,
        "orderId": new("charge"),
    }
    made = call("POST", f"{one}/charges", body | more, status=201)
    return f"{one}/charges/{made['chargeId']}"


def charges(call: Caller) -> None:
    """Charges: the first, one that is due later, many at once; read in each way."""
    first = {
        "amount": 500,
        "description": "The first socks",
        "transactionType": "RESERVE_CAPTURE",
    }
    one = accepted(call, initialCharge=first)
    initial = call("GET", f"{one}/charges", status=200)[0]
    path = f"{one}/charges/{initial['id']}"
    call("POST", f"{path}/capture", {"amount": 500, "description": "x"}, status=204)
    call("POST", f"{path}/refund", {"amount": 100, "description": "x"}, status=204)
    call("GET", path, status=200)
    call("GET", f"/recurring/v3/charges/{initial['id']}", status=200)
    later = charge(call, one)
    call("GET", f"{one}/charges?status=PENDING", status=200)
    call("DELETE", later, status=204)
    assert call("GET", later, status=200)["status"] == "CANCELLED"
    item = {
        "agreementId": one.rsplit("/", 1)[1],
        "amount": 1000,
        "transactionType": "DIRECT_CAPTURE",
        "description": "Socks this month",
        "due": SOON,
        "retryDays": 5,
        "orderId": new("batch"),
    }
    call("POST", f"{AGREEMENTS}/charges", [item], status=202)


def recurring_refusals(call: Caller) -> None:
    """What the Recurring API refuses."""
    unknown = f"{AGREEMENTS}/agr_{new('x')[2:]}"
    call("GET", unknown, status=404)
    call("PATCH", unknown, {"productName": "x"}, status=404)
    call("GET", f"{unknown}/charges", status=404)
    call("POST", AGREEMENTS, {"productName": "x"}, status=400)
