"""The callbacks of eCom, held against the official file for the merchant's side."""

import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft4Validator
from official import Edition

from vippsdiag.environments import BASE_URLS
from vippsdiag.exchange import Request
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.apis.payments import REFUSED_AMOUNTS
from vippsdiag.secret import examine

pytestmark = pytest.mark.conformance

FILE = "ecom-v2-merchant-callbacks.yaml"
UNIT = "Test unit"
# By the file, shipping costs a krone at least.
EXPRESS = {
    "paymentType": "eComm Express Payment",
    "consentRemovalPrefix": "https://example.com/consents",
    "staticShippingDetails": [
        {
            "shippingMethod": "Walking",
            "shippingMethodId": "walking",
            "shippingCost": 99,
            "isDefault": "Y",
            "priority": 1,
        }
    ],
}
REGULAR, REFUSED = 20_000, max(REFUSED_AMOUNTS)


@pytest.fixture(scope="module")
def documented(official: Path) -> Draft4Validator:
    document = Edition(folder=official / "openapi", file=FILE).document
    body = {"$ref": "#/components/schemas/TransactionUpdateCallbackOneOf"}
    return Draft4Validator(body | {"components": document["components"]})


def told(decision: str, amount: int = REGULAR, **merchant: object) -> Any:
    """Let a buyer decide, and return what the shop is told."""
    sandbox = Sandbox()
    unit = sandbox.unit(UNIT)
    base = BASE_URLS[unit.environment]
    session = sandbox.session()
    keys = {
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
        "Ocp-Apim-Subscription-Key": unit.primary,
        "Merchant-Serial-Number": unit.msn,
    }
    session.headers.update(keys)
    token = session.post(f"{base}/accesstoken/get").json()["access_token"]
    body = {
        "customerInfo": {"mobileNumber": "91234567"},
        "merchantInfo": {
            "merchantSerialNumber": unit.msn,
            "callbackPrefix": "https://example.com/callbacks",
            "fallBack": "https://example.com/back",
            **merchant,
        },
        "transaction": {
            "orderId": f"order-{uuid.uuid4().hex}",
            "amount": amount,
            "transactionText": "Socks",
        },
    }
    made = session.post(
        f"{base}/ecomm/v2/payments",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
    )
    session.post(made.json()["url"], data={"decision": decision}, allow_redirects=False)
    bodies: list[Any] = []

    def receive(request: Request) -> int:
        bodies.append(msgspec.json.decode(examine(request.body or "", str)))
        return 200

    sandbox.deliver(receive)
    (found,) = bodies
    return found


@pytest.mark.parametrize(
    ("decision", "merchant"),
    [
        pytest.param("approve", {}, id="reserved"),
        pytest.param("reject", {}, id="cancelled"),
        pytest.param("approve", EXPRESS, id="express reserved"),
        pytest.param("reject", EXPRESS, id="express cancelled"),
    ],
)
def test_a_callback_is_as_documented(
    documented: Draft4Validator, decision: str, merchant: dict[str, object]
) -> None:
    assert [*documented.iter_errors(told(decision, **merchant))] == []


def test_only_the_guides_own_status_is_not_in_the_file(
    documented: Draft4Validator,
) -> None:
    found = told("approve", REFUSED)
    assert not documented.is_valid(found)
    assert found["transactionInfo"]["status"] == "RESERVE_FAILED"
    found["transactionInfo"]["status"] = "REJECTED"
    assert documented.is_valid(found)
