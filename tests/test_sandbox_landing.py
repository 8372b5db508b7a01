"""The landing page: what a buyer sees, decides, and is sent to."""

import base64
import hashlib
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import requests
from shop import MSN, NOW, Shop

from vippsdiag.sandbox.apis.buyer import landing
from vippsdiag.sandbox.apis.buyer.landing_page import LANDINGS
from vippsdiag.sandbox.apis.payments import Payment
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.state.state import Room

BACK = "https://example.com/done?order=1&state=a%20b"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def address(shop: Shop, value: int = 49900, **more: Any) -> str:
    """Create a payment, and return where the buyer goes."""
    body = {
        "amount": {"value": value, "currency": "NOK"},
        "paymentMethod": {"type": "WALLET"},
        "reference": "order-0001",
        "userFlow": "WEB_REDIRECT",
        "returnUrl": BACK,
    } | more
    return str(shop.ask("POST", "/epayment/v1/payments", body, 201)["redirectUrl"])


def state(shop: Shop) -> str:
    return str(shop.ask("GET", "/epayment/v1/payments/order-0001")["state"])


def visit(shop: Shop, url: str) -> requests.Response:
    """Look at a page as a browser does, with none of the shop's headers."""
    return send(shop, "GET", url)


def decide(shop: Shop, url: str, decision: str) -> requests.Response:
    return send(shop, "POST", url, data={"decision": decision})


def send(shop: Shop, method: str, url: str, **more: Any) -> requests.Response:
    browser = shop.sandbox.session()
    return browser.request(method, url, allow_redirects=False, **more)


class Page(HTMLParser):
    """Reads the elements of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_the_page_says_what_is_paid_for_and_to_whom(shop: Shop) -> None:
    url = address(shop, paymentDescription="One pair of socks")
    page = Page(visit(shop, url).text)
    for text in (
        "Pay 499.00 NOK",
        "One pair of socks",
        f"Test unit (sales unit {shop.unit.msn})",
        "order-0001",
        "Waits for your decision",
    ):
        assert text in page.pieces


def test_the_page_lists_the_lines_of_the_receipt(shop: Shop) -> None:
    line = {"name": "Socks", "id": "1", "totalAmount": 1234, "taxRate": 2500}
    line |= {"totalAmountExcludingTax": 1000, "totalTaxAmount": 234}
    receipt = {"orderLines": [line], "bottomLine": {"currency": "NOK"}}
    pieces = Page(visit(shop, address(shop, receipt=receipt)).text).pieces
    assert pieces[pieces.index("Socks") + 1] == "12.34 NOK"


def test_a_screen_reader_is_told_the_language_the_heading_and_the_buttons(
    shop: Shop,
) -> None:
    page = Page(visit(shop, address(shop)).text)
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    (form,) = page.all("form")
    assert form["method"] == "post"
    assert form["aria-label"] == "Your decision: Pay 499.00 NOK"
    buttons = [one["value"] for one in page.all("button")]
    assert buttons == ["approve", "reject"]
    assert {"Approve", "Reject"} <= set(page.pieces)


def test_nothing_is_loaded_and_nothing_runs(shop: Shop) -> None:
    answer = visit(shop, address(shop))
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert not page.all("script") + page.all("link") + page.all("img")


def test_what_the_shop_wrote_is_shown_as_text(shop: Shop) -> None:
    told = '<script>alert("1")</script>&amp;'
    answer = visit(shop, address(shop, paymentDescription=told))
    assert told in "".join(Page(answer.text).pieces)
    assert not Page(answer.text).all("script")


def test_to_approve_leads_back_to_the_shop(shop: Shop) -> None:
    answer = decide(shop, address(shop), "approve")
    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    assert state(shop) == "AUTHORIZED"


def test_to_reject_leads_back_to_the_shop(shop: Shop) -> None:
    answer = decide(shop, address(shop), "reject")
    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    assert state(shop) == "ABORTED"


def test_an_approval_that_fails_leads_back_all_the_same(shop: Shop) -> None:
    assert decide(shop, address(shop, 151), "approve").status_code == 303
    assert state(shop) == "CREATED"


def test_without_a_return_url_the_page_says_that_it_is_done(shop: Shop) -> None:
    url = address(shop, userFlow="NATIVE_REDIRECT", returnUrl="")
    answer = decide(shop, url, "approve")
    assert answer.status_code == 200
    page = Page(answer.text)
    assert "You have approved this payment." in page.pieces
    assert not page.all("form") + page.all("a")


@pytest.mark.parametrize("decision", ["", "APPROVE", "yes", "stop"])
def test_another_decision_is_none(shop: Shop, decision: str) -> None:
    answer = decide(shop, address(shop), decision)
    assert answer.status_code == 200
    assert Page(answer.text).all("form")
    assert state(shop) == "CREATED"


def test_what_is_decided_cannot_be_decided_again(shop: Shop) -> None:
    url = address(shop)
    decide(shop, url, "reject")
    answer = decide(shop, url, "approve")
    assert answer.status_code == 200
    page = Page(answer.text)
    assert "You have rejected this payment." in page.pieces
    assert "Waits for your decision" not in page.pieces
    assert page.all("a") == [{"href": BACK}]
    assert not page.all("form")
    assert state(shop) == "ABORTED"


def test_an_expired_payment_says_so(shop: Shop) -> None:
    url = address(shop)
    shop.sandbox.advance(timedelta(minutes=11))
    page = Page(visit(shop, url).text)
    assert "The time for this payment has run out." in page.pieces
    assert not page.all("form")
    assert decide(shop, url, "approve").status_code == 200
    shop.log_in()
    assert state(shop) == "EXPIRED"


def test_a_buyer_who_is_too_young_is_told_so(shop: Shop) -> None:
    page = Page(visit(shop, address(shop, minimumUserAge=36)).text)
    assert "This payment is for people of 36 years and more." in page.pieces
    assert not page.all("form")


def test_a_payment_that_the_shop_cancelled_says_so(shop: Shop) -> None:
    url = address(shop)
    shop.ask("POST", "/epayment/v1/payments/order-0001/cancel")
    pieces = Page(visit(shop, url).text).pieces
    assert "The shop has cancelled this payment." in pieces


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("query", ["", "?v=2", "?v=2&token=x"])
def test_an_unknown_link_is_explained(shop: Shop, method: str, query: str) -> None:
    answer = send(shop, method, shop.base + landing.PATH + query)
    assert answer.status_code == 404
    assert "This link has ended" in Page(answer.text).pieces
    assert "Content-Security-Policy" in answer.headers


def test_a_link_of_one_environment_is_unknown_in_the_other(shop: Shop) -> None:
    url = address(shop).replace("apitest.vipps.no", "api.vipps.no")
    assert visit(shop, url).status_code == 404


def test_a_buyer_cannot_choose_another_sales_unit(shop: Shop) -> None:
    url = address(shop)
    answer = send(shop, "GET", url, headers={MSN: "999999"})
    assert shop.unit.msn in answer.text
    assert "999999" not in answer.text


def test_what_a_call_remembers_of_a_number_is_left_behind(shop: Shop) -> None:
    call = Call(
        method="GET",
        path="/",
        headers={MSN.lower(): "999999"},
        base=shop.base,
        environment=shop.unit.environment,
        now=NOW,
        sandbox=shop.sandbox,
    )
    call.room.put("", landing.Waiting(kind="", name="", msn="", made=NOW))
    own = landing.in_name_of(call, shop.unit.msn)
    assert own.msn == shop.unit.msn
    assert own.unit == shop.unit
    assert own.room.get(landing.Waiting, "") is None


def test_a_link_is_an_address_in_ascii_wherever_it_leads(shop: Shop) -> None:
    url = address(shop, returnUrl="https://example.com/kjøp?a=1#æ")
    answer = decide(shop, url, "approve")
    assert answer.headers["Location"] == "https://example.com/kj%C3%B8p?a=1#%C3%A6"


@pytest.mark.parametrize(
    "back", ["javascript:alert(1)", " \x01JavaScript:alert(1)", "java\tscript:alert(1)"]
)
def test_the_page_leads_to_nothing_that_runs(shop: Shop, back: str) -> None:
    url = address(shop)
    room = Room(shop.sandbox.state, f"test/{shop.unit.msn}")
    payment = room.get(Payment, "order-0001")
    assert payment is not None
    payment.back = back
    room.put("order-0001", payment)
    answer = decide(shop, url, "approve")
    assert (answer.status_code, answer.headers.get("Location")) == (200, None)
    assert not [tag for tag, _ in Page(answer.text).found if tag == "a"]


def test_the_page_leads_into_the_shops_app(shop: Shop) -> None:
    url = address(shop, returnUrl="myshop://done")
    assert decide(shop, url, "approve").headers["Location"] == "myshop://done"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.00 NOK"), (5, "0.05 NOK"), (123456, "1234.56 NOK"), (-150, "-1.50 NOK")],
)
def test_amounts_are_written_for_people(value: int, text: str) -> None:
    assert landing.money(value, "NOK") == text


def test_every_kind_is_declared_once() -> None:
    assert {kind for kind, one in LANDINGS.items() if kind == one.kind} == set(LANDINGS)
    assert "payment" in LANDINGS
