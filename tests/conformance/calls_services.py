"""Calls of the APIs beside the payments: tokens, webhooks, login, QR, orders."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from caller import Caller
from calls_payments import approve_payment, create_payment, new
from receiver import receiving

ACCESS = "/access-management-1.0/access"
CALLBACK = "http://localhost"
SCOPE = "openid name phoneNumber"
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
# The smallest picture there is: one pixel.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def basic(call: Caller) -> dict[str, str | None]:
    """Return the keys as one header, and none of the usual ones."""
    pair = f"{call.unit.client_id}:{call.unit.client_secret}"
    value = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return {"Authorization": value, "Ocp-Apim-Subscription-Key": None}


def standard_token(call: Caller) -> str:
    """Return the token that every further call is made with."""
    headers = call.keys() | {"Authorization": None}
    answer = call("POST", "/accesstoken/get", status=200, headers=headers)
    token: str = answer["access_token"]
    return token


def specialized_token(call: Caller) -> None:
    """The token of an accountant; without a subscription key."""
    form = {"grant_type": "client_credentials"}
    call("POST", "/miami/v1/token", status=200, headers=basic(call), form=form)


def webhooks(call: Caller) -> None:
    """A webhook that is registered, listed and deleted."""
    hooks = "/webhooks/v1/webhooks"
    body = {
        "url": "https://example.com/webhook",
        "events": ["epayments.payment.captured.v1"],
    }
    made = call("POST", hooks, body, status=201)
    listed = call("GET", hooks, status=200)["webhooks"]
    assert made["id"] in {hook["id"] for hook in listed}
    call("DELETE", f"{hooks}/{made['id']}", status=204)
    call("POST", hooks, {"events": ["nothing"]}, status=400)


def login(call: Caller) -> None:
    """A login in the browser, and the profile that it gives access to."""
    found = call("GET", f"{ACCESS}/.well-known/openid-configuration", status=200)
    assert found["issuer"].endswith(f"{ACCESS}/")
    call("GET", f"{ACCESS}/.well-known/jwks.json", status=200)
    query = {
        "client_id": call.unit.client_id,
        "response_type": "code",
        "scope": SCOPE,
        "state": "long-enough-a-state",
        "redirect_uri": CALLBACK,
    }
    path = f"{ACCESS}/oauth2/auth?{urlencode(query)}"
    call("GET", path, status=302, headers=basic(call) | {"Authorization": None})
    code = approve_login(call.last.headers["Location"])
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
    }
    path = f"{ACCESS}/oauth2/token"
    given = call("POST", path, status=200, headers=basic(call), form=form)
    user = {
        "Authorization": f"Bearer {given['access_token']}",
        "Ocp-Apim-Subscription-Key": None,
    }
    shown = call("GET", "/vipps-userinfo-api/userinfo/", status=200, headers=user)
    assert shown["sub"]


def approve_login(page: str) -> str:
    """Approve on the page that the browser is sent to, and return the code."""
    with requests.Session() as browser:
        browser.trust_env = False
        decision = {"decision": "approve"}
        answer = browser.post(page, decision, timeout=10, allow_redirects=False)
        while not (page := answer.headers["Location"]).startswith(CALLBACK + "?"):
            answer = browser.get(page, timeout=10, allow_redirects=False)
    return parse_qs(urlsplit(page).query)["code"][0]


def ciba(call: Caller) -> None:
    """A login that starts at the merchant."""
    hint = "urn:msisdn:4712345678"
    base = "/vipps-login-ciba/api"
    keys = basic(call)
    form = {"login_hint": hint}
    there = call("POST", f"{base}/v1/user-exists", status=200, headers=keys, form=form)
    assert there["exists"] is True
    form = {"scope": SCOPE, "login_hint": hint, "binding_message": "XYZ-123"}
    path = f"{base}/backchannel/authentication"
    assert call("POST", path, status=200, headers=keys, form=form)["auth_req_id"]


def userinfo(call: Caller) -> None:
    """The profile that a buyer shared while paying."""
    reference = create_payment(call, profile={"scope": "name phoneNumber"})
    approve_payment(call, reference)
    payment = call("GET", f"/epayment/v1/payments/{reference}", status=200)
    sub = payment["profile"]["sub"]
    shown = call("GET", f"/vipps-userinfo-api/userinfo/{sub}", status=200)
    assert shown["sub"] == sub


def qr_redirect(call: Caller) -> None:
    """A QR that leads to a page: made, read, changed, deleted."""
    codes = "/qr/v1/merchant-redirect"
    code = new("qr")
    body = {"id": code, "redirectUrl": "https://example.com/socks"}
    accept = {"Accept": "image/png"}
    assert call("POST", codes, body, status=200, headers=accept)["id"] == code
    one = f"{codes}/{code}"
    call("POST", codes, body, status=409, headers=accept)
    call("GET", one, status=200, headers=accept)
    call("GET", codes, status=200, headers=accept)
    change = {"redirectUrl": "https://example.com/shoes"}
    call("PUT", one, change, status=200, headers=accept)
    call("DELETE", one, status=200)
    call("GET", one, status=404, headers=accept)


def qr_callback(call: Caller) -> None:
    """A QR that tells the merchant who stands before it."""
    codes = "/qr/v1/merchant-callback"
    one = f"{codes}/{new('till')}"
    place = {"locationDescription": "Till 1"}
    call("PUT", one, place, status=200)
    call("GET", one, status=200)
    call("GET", codes, status=200)
    call("DELETE", one, status=200)
    call("PUT", f"{codes}/mobilepay/{new('beacon')}", place, status=200)


def qr_payment(call: Caller) -> None:
    """A QR for one payment."""
    create_payment(call, userFlow="WEB_REDIRECT")
    url = call.last.json()["redirectUrl"]
    accept = {"Accept": "image/png"}
    call("POST", "/qr/v1", {"url": url}, status=200, headers=accept)


def qr_exchange(call: Caller) -> None:
    """The number of the person who shows a QR."""
    wanted = {"requestedData": ["MSISDN"]}
    code = "https://qr.vipps.no/28/2/01/031/4712345678?v=1"
    shown = call("POST", "/qr/v1/exchange", wanted | {"qrCode": code}, status=200)
    assert shown["msisdn"]
    customer = {"customer": {"customerToken": checked_in(call)}}
    call("POST", "/qr/v1/exchange/customer", wanted | customer, status=200)
    customer = {"customer": {"customerToken": "unknown"}}
    call("POST", "/qr/v1/exchange/customer", wanted | customer, status=400)


def checked_in(call: Caller) -> str:
    """Return the token of a customer who scanned the code at a till."""
    with receiving() as (address, got):
        hook = {"url": address, "events": ["user.checked-in.v1"]}
        call("POST", "/webhooks/v1/webhooks", hook, status=201)
        one = f"/qr/v1/merchant-callback/{new('till')}"
        call("PUT", one, {"locationDescription": "Till 2"}, status=200)
        page = call("GET", one, status=200)["qrContent"]
        with requests.Session() as phone:
            phone.trust_env = False
            phone.post(page, {"decision": "approve"}, timeout=10)
        token: str = got.get(timeout=20)["customerToken"]
    return token


def orders_of_old(call: Caller) -> None:
    """A category and a receipt, as the first version has them."""
    order = create_payment(call)
    base = "/order-management/v1"
    category = {
        "category": "GENERAL",
        "orderDetailsUrl": f"https://example.com/{order}",
    }
    call("PUT", f"{base}/orders/{order}", category, status=200)
    call("GET", f"{base}/orders/{order}", status=200)
    call("POST", f"{base}/receipts/{order}", receipt(), status=200)
    call("GET", f"{base}/receipts/{order}", status=200)


def orders(call: Caller) -> None:
    """A category and a receipt on an order."""
    order = create_payment(call)
    base = "/order-management"
    image = {"imageId": new("image"), "src": PICTURE, "type": "base64"}
    call("POST", f"{base}/v1/images", image, status=200)
    category = {
        "category": "GENERAL",
        "orderDetailsUrl": f"https://example.com/{order}",
        "imageId": image["imageId"],
    }
    call("PUT", f"{base}/v2/ECOM/categories/{order}", category, status=200)
    call("POST", f"{base}/v2/ECOM/receipts/{order}", receipt(), status=201)
    call("POST", f"{base}/v2/ECOM/receipts/{order}", receipt(), status=409)
    shown = call("GET", f"{base}/v2/ECOM/{order}", status=200)
    assert shown["category"]["category"] == "GENERAL"
    call("GET", f"{base}/v2/ECOM/{new('unknown')}", status=404)


def receipt() -> dict[str, object]:
    """Return a receipt of one line."""
    line = {
        "name": "Socks",
        "id": "socks-1",
        "totalAmount": 1000,
        "totalAmountExcludingTax": 800,
        "totalTaxAmount": 200,
        "taxPercentage": 25,
        "unitInfo": {"unitPrice": 500, "quantity": "2", "quantityUnit": "PCS"},
    }
    return {"orderLines": [line], "bottomLine": {"currency": "NOK"}}


def categories(call: Caller) -> None:
    """Categories that have numbers of their own."""
    base = "/order-management/v3/categories"
    body = {
        "orderId": create_payment(call),
        "paymentType": "ECOM",
        "type": "GENERAL",
        "url": "https://example.com/order",
    }
    one = f"{base}/{call('POST', base, body, status=201)['categoryId']}"
    call("GET", one, status=200)
    call("GET", f"{base}?orderId={body['orderId']}", status=200)
    call("DELETE", one, status=200)
    call("GET", one, status=404)


def reports(call: Caller) -> None:
    """The ledgers of a merchant, and what is in them."""
    ledgers = call("GET", "/settlement/v1/ledgers", status=200)["items"]
    ledger = ledgers[0]["ledgerId"]
    base = f"/report/v2/ledgers/{ledger}"
    for topic in ("funds", "fees"):
        call("GET", f"{base}/{topic}/feed", status=200)
        call("GET", f"{base}/{topic}/dates/{YESTERDAY}", status=200)


def report_of_old(call: Caller) -> None:
    """Transactions, as the first version has them."""
    ledgers = call("GET", "/settlement/v1/ledgers", status=200)["items"]
    query = f"ledgerId={ledgers[0]['ledgerId']}&ledgerDate={YESTERDAY}"
    call("GET", f"/report/v1/ledgertransactions?{query}", status=200)


def management(call: Caller) -> None:
    """Sales units and merchants, as they are seen with their own keys."""
    base = "/management/v1"
    units = call("GET", f"{base}/sales-units", status=200)
    assert call.unit.msn in {unit["msn"] for unit in units}
    unit = call("GET", f"{base}/sales-units/{call.unit.msn}", status=200)
    owner = unit["businessIdentifier"]
    path = f"{base}/merchants/{owner['scheme']}/{owner['id']}"
    call("GET", path, status=200)
    call("GET", f"{path}/sales-units", status=200)
    call("GET", f"{path}/contracts", status=200)
    call("GET", f"{base}/merchants", status=200)


def management_of_a_partner(call: Caller) -> None:
    """Who the partner is, and an order of a product for a merchant."""
    base = "/management/v1"
    none = {"Merchant-Serial-Number": None}
    call("GET", f"{base}/partners/whoami", status=200, headers=none)
    call("GET", f"{base}/partners/price-packages", status=200, headers=none)
    body = {
        "businessIdentifier": {"scheme": "business:NO:ORG", "id": "987654321"},
        "productType": "VIPPS_PA_NETT",
    }
    orders = f"{base}/product-orders"
    made = call("POST", orders, body, status=201, headers=none)
    one = f"{orders}/{made['prefilledOrderId']}"
    call("GET", one, status=200, headers=none)
    call("DELETE", one, status=200, headers=none)


def sales_unit(call: Caller) -> None:
    """A sales unit that is given another name, and how well its calls do."""
    base = "/management/v1"
    path = f"{base}/sales-units/{call.unit.msn}"
    call("PATCH", path, {"name": "A shop"}, status=200)
    call("GET", f"{base}/api-quality/sales-units/{call.unit.msn}", status=200)


def partner(call: Caller) -> None:
    """A merchant and a sales unit, as the older API shows them to a partner."""
    none = {"Merchant-Serial-Number": None}
    msn = min(call.unit.connected)
    base = "/partner-api"
    unit = call("GET", f"{base}/v0/salesunits/{msn}", status=200, headers=none)
    path = f"{base}/v0/merchants/{unit['orgno']}"
    assert msn in call("GET", path, status=200, headers=none)["msn"]
    body = {"orgno": "987654321", "productType": "VIPPS_PA_NETT"}
    call("POST", f"{base}/v1/products/orders", body, status=200, headers=none)


def check_in(call: Caller) -> None:
    """A member of a shop's club who gave a number at the till."""
    body = {"phoneNumber": "4712345678", "isMember": True}
    call("POST", "/point-of-sale/v1/loyalty-check-in", body, status=200)
