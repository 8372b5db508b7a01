"""QR codes: that redirect, that call back, for one payment, and of buyers."""

import json
import re
import struct
import zlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import segno
from hypothesis import given
from hypothesis import strategies as st
from shop import MSN, Shop

from vippsdiag.sandbox.apis.qr.redirects import TARGET, TARGET_PATTERN
from vippsdiag.sandbox.webhooks.deliveries import LINE, Delivery

REDIRECTS, CALLBACKS = "/qr/v1/merchant-redirect", "/qr/v1/merchant-callback"
TARGET_URL = "https://example.com/myProduct"
SVG, PNG, TEXT = "image/svg+xml", "image/png", "text/targetUrl"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def ask(
    shop: Shop,
    method: str,
    path: str,
    body: object = None,
    status: int = 200,
    **headers: str | None,
) -> Any:
    answer = shop.call(method, path, body, **({"Accept": TEXT} | headers))
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def create(
    shop: Shop, name: str = "billboard_1", status: int = 200, **more: Any
) -> Any:
    headers = {key: more.pop(key) for key in ("Accept", "Size") if key in more}
    body = {"id": name, "redirectUrl": TARGET_URL} | more
    return ask(shop, "POST", REDIRECTS, body, status, **headers)


def fault(problem: Any) -> tuple[str, str]:
    """Return what is invalid and why, and see that the form is right."""
    assert problem["type"].endswith("rfc7231#section-6.5.1")
    assert problem["title"] == "One or more validation errors occurred."
    assert problem["detail"] == "BadRequest"
    assert problem["instance"].startswith("00-")
    assert problem["instance"].endswith("-00")
    (invalid,) = problem["invalidParams"]
    return invalid["name"], invalid["reason"]


def get(shop: Shop, url: str, method: str = "GET", **more: Any) -> requests.Response:
    """Scan or look at something, with none of the shop's headers."""
    session = shop.sandbox.session()
    return session.request(method, url, allow_redirects=False, **more)


# Codes that redirect.


def test_a_code_is_created_read_listed_changed_and_deleted(shop: Shop) -> None:
    made = create(shop)
    assert made == {
        "id": "billboard_1",
        "url": made["url"],
        "redirectUrl": TARGET_URL,
        "expiresIn": -1,
    }
    one = f"{REDIRECTS}/billboard_1"
    assert ask(shop, "GET", one) == made
    assert ask(shop, "GET", REDIRECTS) == [made]
    other = {"redirectUrl": "https://example.com/other"}
    assert ask(shop, "PUT", one, other) == made | other
    assert ask(shop, "DELETE", one) is None
    assert ask(shop, "GET", REDIRECTS) == []
    assert ask(shop, "GET", one, status=404)["title"] == "Not found"


def test_a_printed_code_leads_where_it_is_set_to_lead(shop: Shop) -> None:
    printed = create(shop)["url"]
    answer = get(shop, printed)
    assert (answer.status_code, answer.headers["Location"]) == (302, TARGET_URL)
    body = {"redirectUrl": "https://example.com/other"}
    ask(shop, "PUT", f"{REDIRECTS}/billboard_1", body)
    assert get(shop, printed).headers["Location"] == "https://example.com/other"


def test_a_printed_code_of_a_deleted_id_stays_dead(shop: Shop) -> None:
    printed = create(shop)["url"]
    ask(shop, "DELETE", f"{REDIRECTS}/billboard_1")
    assert get(shop, printed).status_code == 404
    assert create(shop)["url"] != printed
    answer = get(shop, printed)
    assert answer.status_code == 404
    assert "This code leads nowhere" in answer.text


def test_an_unknown_printed_code_leads_nowhere(shop: Shop) -> None:
    assert get(shop, shop.base + "/qr/scan/x").status_code == 404


def test_an_id_is_taken_once_for_a_sales_unit(shop: Shop) -> None:
    create(shop)
    assert create(shop, status=409) == {"id": "billboard_1"}


def test_a_code_with_a_lifetime_ends(shop: Shop) -> None:
    made = create(shop, ttl=300)
    assert made["expiresIn"] == 300
    shop.sandbox.advance(timedelta(seconds=299))
    assert ask(shop, "GET", REDIRECTS)[0]["expiresIn"] == 1
    assert get(shop, made["url"]).status_code == 302
    shop.sandbox.advance(timedelta(seconds=1))
    assert ask(shop, "GET", REDIRECTS) == []
    assert get(shop, made["url"]).status_code == 404
    create(shop)


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"redirectUrl": "http://example.com"}, "RedirectUrl"),
        ({"redirectUrl": "https://example.com/a b"}, "RedirectUrl"),
        ({"redirectUrl": "https://example.com/" + "x" * 2000}, "RedirectUrl"),
        ({"redirectUrl": None}, "RedirectUrl"),
        ({"name": ""}, "Id"),
        ({"name": "a/b"}, "Id"),
        ({"name": "x" * 129}, "Id"),
        ({"ttl": 299}, "Ttl"),
        ({"ttl": "soon"}, "Ttl"),
        ({"Size": "99"}, "Size"),
        ({"Size": "2001"}, "Size"),
        ({"Size": "²"}, "Size"),
        ({"Size": "big"}, "Size"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value,
)
def test_what_is_invalid_is_named(shop: Shop, more: dict[str, Any], name: str) -> None:
    problem = create(shop, status=400, **{"Accept": PNG} | more)
    assert fault(problem)[0] == name


def test_the_specifications_own_words_are_used_for_an_address(shop: Shop) -> None:
    problem = create(shop, status=400, redirectUrl="x")
    assert fault(problem)[1] == (
        r"The field RedirectUrl must match the regular expression "
        r"'^https://[\w\.]+([\w#!:.?+=&%@\-/]+)?$'."
    )


@given(st.text(alphabet="ahtps:/.w# -_é?", max_size=12))
def test_the_quick_pattern_takes_what_the_official_one_takes(text: str) -> None:
    url = f"https://{text}"
    official = re.search(TARGET_PATTERN, url, re.ASCII) is not None
    assert (TARGET.fullmatch(url) is not None) == official


def test_a_missing_field_is_named_as_the_api_names_it(shop: Shop) -> None:
    problem = ask(shop, "POST", REDIRECTS, {"id": "x"}, 400)
    assert fault(problem) == ("RedirectUrl", "The RedirectUrl field is required.")


def test_letters_of_the_north_may_be_in_an_id(shop: Shop) -> None:
    create(shop, "kjøp på_1")
    assert ask(shop, "GET", REDIRECTS + "/kj%C3%B8p%20p%C3%A5_1")["id"] == "kjøp på_1"


# Pictures.


@pytest.mark.parametrize(
    ("accept", "path", "kind"),
    [
        (PNG, "/qr/generate/qr.png", "image/png"),
        ("image/*", "/qr/generate/qr.png", "image/png"),
        ("*/*", "/qr/generate/qr.png", "image/png"),
        (SVG, "/qr/generate/qr.svg", "image/svg+xml"),
        ("image/svg", "/qr/generate/qr.svg", "image/svg+xml"),
        ("text/html, IMAGE/PNG;q=0.8", "/qr/generate/qr.png", "image/png"),
    ],
)
def test_the_picture_is_what_accept_asks_for(
    shop: Shop, accept: str, path: str, kind: str
) -> None:
    printed = create(shop)["url"]
    url = ask(shop, "GET", f"{REDIRECTS}/billboard_1", Accept=accept)["url"]
    parts = urlsplit(url)
    assert (parts.path, parse_qs(parts.query)["content"]) == (path, [printed])
    answer = get(shop, url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_another_media_type_is_refused(shop: Shop, accept: str) -> None:
    problem = create(shop, status=415, Accept=accept)
    assert set(problem) == {"title", "detail", "instance"}


def test_a_png_has_the_size_that_was_asked_for(shop: Shop) -> None:
    picture = get(shop, create(shop, Accept=PNG, Size="200")["url"]).content
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (200, 200)
    start = picture.index(b"IDAT") + 4
    length = struct.unpack(">I", picture[start - 8 : start - 4])[0]
    rows = zlib.decompress(picture[start : start + length])
    assert len(rows) == 200 * 201


def squares_of(picture: bytes) -> list[list[bool]]:
    """Return the dark pixels of a square PNG with a byte a pixel."""
    (size,) = struct.unpack(">I", picture[16:20])
    start = picture.index(b"IDAT") + 4
    rows = zlib.decompress(picture[start:])
    lines = [rows[y * (size + 1) + 1 : (y + 1) * (size + 1)] for y in range(size)]
    return [[pixel == 0 for pixel in line] for line in lines]


def test_both_pictures_hold_the_code_of_the_address(shop: Shop) -> None:
    content = "https://qr.vipps.no/28/2/01/031/abcDEF"
    url = f"{shop.base}/qr/generate/qr.{{}}?size=300&content={content}"
    code = segno.make_qr(content, error="m")
    rows = [[bool(square) for square in row] for row in code.matrix_iter(border=4)]
    picture = squares_of(get(shop, url.format("png")).content)
    middles = [int((at + 0.5) * 300 / len(rows)) for at in range(len(rows))]
    assert [[picture[y][x] for x in middles] for y in middles] == rows
    path = get(shop, url.format("svg")).text
    drawn = {tuple(map(int, pair)) for pair in re.findall(r"M(\d+) (\d+)h1", path)}
    dark = {(x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on}
    assert drawn == dark


def test_a_picture_shows_text_as_text(shop: Shop) -> None:
    url = shop.base + '/qr/generate/qr.svg?content=%3Cscript%3E"'
    answer = get(shop, url)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert "<script" not in answer.text
    assert "&lt;script&gt;&quot;" in answer.text


@pytest.mark.parametrize("query", ["?size=99", "?size=x", "?size=-1"])
def test_a_picture_has_a_size_within_bounds(shop: Shop, query: str) -> None:
    assert get(shop, shop.base + "/qr/generate/qr.png" + query).status_code == 400


@given(content=st.text(max_size=60), ending=st.sampled_from(["png", "svg"]))
def test_any_text_has_a_picture(content: str, ending: str) -> None:
    url = (
        requests.Request(
            "GET",
            f"https://apitest.vipps.no/qr/generate/qr.{ending}",
            params={"content": content, "size": "100"},
        )
        .prepare()
        .url
    )
    assert url is not None
    assert get(PICTURES, url).status_code == 200


PICTURES = Shop()


# Codes that call back.


def put(
    shop: Shop, name: str = "till-1", location: object = "Kiosk", status: int = 200
) -> Any:
    body = {"locationDescription": location}
    return ask(shop, "PUT", f"{CALLBACKS}/{name}", body, status)


def test_a_callback_code_is_put_read_listed_and_deleted(shop: Shop) -> None:
    assert put(shop) is None
    code = ask(shop, "GET", f"{CALLBACKS}/till-1")
    assert code == {
        "merchantSerialNumber": shop.unit.msn,
        "merchantQrId": "till-1",
        "locationDescription": "Kiosk",
        "qrImageUrl": code["qrImageUrl"],
        "qrContent": code["qrContent"],
    }
    assert "/qr.svg?size=1024" in code["qrImageUrl"]
    assert ask(shop, "GET", CALLBACKS) == [code]
    put(shop, location="Till 1")
    again = ask(shop, "GET", f"{CALLBACKS}/till-1")
    assert again == code | {"locationDescription": "Till 1"}
    ask(shop, "DELETE", f"{CALLBACKS}/till-1")
    ask(shop, "DELETE", f"{CALLBACKS}/till-1", status=404)
    assert ask(shop, "GET", CALLBACKS) == []


def test_the_picture_of_a_callback_code_is_asked_for_in_the_query(shop: Shop) -> None:
    put(shop)
    query = "?QrImageFormat=PNG&QrImageSize=200"
    code = ask(shop, "GET", f"{CALLBACKS}/till-1{query}")
    assert "/qr.png?size=200&" in code["qrImageUrl"]
    for bad, name in (("QrImageFormat=GIF", "QrImageFormat"), ("QrImageSize=1",) * 2):
        problem = ask(shop, "GET", f"{CALLBACKS}/till-1?{bad}", status=400)
        assert fault(problem)[0] == name.partition("=")[0]


@pytest.mark.parametrize(
    ("location", "name"), [("x" * 37, "till-1"), (None, "till-1"), ("Kiosk", "x" * 129)]
)
def test_a_place_and_an_id_have_a_length(
    shop: Shop, location: object, name: str
) -> None:
    fault(put(shop, name, location, 400))


def test_a_callback_code_needs_the_number(shop: Shop) -> None:
    problem = shop.call("GET", CALLBACKS, **{MSN: None})
    assert problem.status_code == 400
    assert fault(problem.json())[0] == MSN
    assert shop.call("GET", REDIRECTS, **{MSN: None}).status_code == 200


def scan(shop: Shop, decision: str = "approve") -> requests.Response:
    url = ask(shop, "GET", f"{CALLBACKS}/till-1")["qrContent"]
    assert "Kiosk" in get(shop, url).text
    return get(shop, url, "POST", data={"decision": decision})


def scanned(shop: Shop) -> list[dict[str, Any]]:
    lined = shop.sandbox.state.all(Delivery, LINE)
    return [json.loads(one.body) for one in lined if one.event == "user.checked-in.v1"]


@pytest.fixture
def listener(shop: Shop) -> Shop:
    body = {"url": "https://example.com/hooks", "events": ["user.checked-in.v1"]}
    shop.ask("POST", "/webhooks/v1/webhooks", body, 201)
    put(shop)
    return shop


def test_who_scans_a_code_is_told_of_and_can_be_asked_to_pay(listener: Shop) -> None:
    assert "This is done." in scan(listener).text
    (told,) = scanned(listener)
    assert told == {
        "customerToken": told["customerToken"],
        "merchantQrId": "till-1",
        "msn": listener.unit.msn,
        "initiatedAt": "2026-11-24T12:00:00Z",
    }
    body = {
        "amount": {"value": 100, "currency": "NOK"},
        "paymentMethod": {"type": "WALLET"},
        "reference": "order-0001",
        "userFlow": "PUSH_MESSAGE",
        "customer": {"customerToken": told["customerToken"]},
    }
    listener.ask("POST", "/epayment/v1/payments", body, 201)


def test_a_code_can_be_scanned_again_by_the_next_buyer(listener: Shop) -> None:
    scan(listener)
    listener.sandbox.advance(timedelta(seconds=1))
    scan(listener)
    first, second = scanned(listener)
    assert first["customerToken"] != second["customerToken"]


def test_nobody_is_told_of_a_scan_that_was_rejected(listener: Shop) -> None:
    scan(listener, "reject")
    assert scanned(listener) == []


def test_a_deleted_code_checks_nobody_in(listener: Shop) -> None:
    url = ask(listener, "GET", f"{CALLBACKS}/till-1")["qrContent"]
    ask(listener, "DELETE", f"{CALLBACKS}/till-1")
    assert get(listener, url, "POST", data={"decision": "approve"}).status_code == 404
    assert scanned(listener) == []


def test_a_code_of_the_former_mobilepay_belongs_to_one_sales_unit() -> None:
    partner = Shop(name="Partner")
    partner.session.headers[MSN] = next(iter(partner.unit.connected))
    other = Shop(partner.sandbox, "Production unit of no partner")
    body, path = {"locationDescription": "Kiosk"}, f"{CALLBACKS}/mobilepay/123"
    for _ in range(2):
        ask(partner, "PUT", path, body)
    assert ask(other, "PUT", path, body, 409) == {"id": "123"}
    assert ask(partner, "GET", f"{CALLBACKS}/123")["locationDescription"] == "Kiosk"


# One-time codes and exchanges.


def landing(shop: Shop) -> str:
    body = {
        "amount": {"value": 100, "currency": "NOK"},
        "paymentMethod": {"type": "WALLET"},
        "reference": "order-0001",
        "userFlow": "NATIVE_REDIRECT",
    }
    return str(shop.ask("POST", "/epayment/v1/payments", body, 201)["redirectUrl"])


@pytest.mark.parametrize("path", ["/qr/v1", "/qr/v1/"])
def test_a_one_time_code_lives_as_long_as_its_payment(shop: Shop, path: str) -> None:
    url = landing(shop)
    shop.sandbox.advance(timedelta(minutes=1))
    made = ask(shop, "POST", path, {"url": f"  {url}"})
    assert made == {"url": url, "expiresIn": 540}
    shop.sandbox.advance(timedelta(minutes=9))
    problem = ask(shop, "POST", path, {"url": url}, 400)
    assert problem["title"] == "Order timeout"


@pytest.mark.parametrize(
    "url",
    ["", "x", "https://[", "https://example.com/?token=x", "{page}0"],
)
def test_an_address_that_is_no_landing_page_has_no_code(shop: Shop, url: str) -> None:
    body = {"url": url.format(page=landing(shop)) if "{" in url else url}
    problem = ask(shop, "POST", "/qr/v1", body, 400)
    assert (problem["title"], problem["detail"]) == (
        "Validation error",
        "Supplied landing page token is not valid",
    )


def test_a_personal_code_is_exchanged_for_a_number(shop: Shop) -> None:
    body = {"qrCode": "https://qr.vipps.no/p/abc", "requestedData": ["MSISDN"]}
    assert ask(shop, "POST", "/qr/v1/exchange", body) == {
        "msisdn": "4712345678",
        "timestamp": 1795521600,
        "version": "2.0",
    }
    body = {"qrCode": "https://qr.vipps.no/28/2/01/031/4798765432?v=1"}
    assert ask(shop, "POST", "/qr/v1/exchange", body) == {
        "msisdn": "4798765432",
        "version": "1.0",
    }


def test_a_customer_token_is_exchanged_for_a_number(listener: Shop) -> None:
    scan(listener)
    (told,) = scanned(listener)
    body = {"customer": {"customerToken": told["customerToken"]}}
    assert ask(listener, "POST", "/qr/v1/exchange/customer", body) == {
        "msisdn": "4712345678",
        "timestamp": 1795521600,
    }
    listener.sandbox.advance(timedelta(minutes=16))
    ask(listener, "POST", "/qr/v1/exchange/customer", body, 400)


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("", {"qrCode": "4712345678"}, "qrCode"),
        ("", {}, "qrCode"),
        ("", {"qrCode": "x", "requestedData": ["NIN"]}, "requestedData[0]"),
        ("/customer", {}, "customer"),
        ("/customer", {"customer": {}}, "customerToken"),
    ],
)
def test_what_cannot_be_exchanged_is_named(
    shop: Shop, path: str, body: object, name: str
) -> None:
    problem = ask(shop, "POST", "/qr/v1/exchange" + path, body, 400)
    assert (problem["title"], problem["status"]) == ("Bad request", 400)
    assert problem["extraDetails"][0]["name"] == name


def test_the_codes_of_sales_units_are_apart() -> None:
    one = Shop(name="Production unit")
    other = Shop(one.sandbox, "Production unit of no partner")
    create(one)
    assert ask(other, "GET", REDIRECTS) == []
    create(other)


def test_a_unit_without_qr_is_refused() -> None:
    shop = Shop(name="Test unit without ePayment")
    problem = ask(shop, "GET", REDIRECTS, status=403)
    assert problem["title"] == "Forbidden"


def test_another_units_number_is_refused(shop: Shop) -> None:
    problem = shop.call("GET", CALLBACKS, **{MSN: "999999"})
    assert problem.status_code == 403
    assert set(problem.json()) == {"title", "detail", "instance"}
