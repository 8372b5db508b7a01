"""The known-good call, the differences from it, and the corrected call."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vippsdiag.calls import OPERATIONS, known_call
from vippsdiag.compare import Comparison, compare
from vippsdiag.environments import Environment
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.keys import KeyKind
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    MSN,
    PRODUCTION,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    call,
    case,
    login_call,
    specialized_call,
    token,
    token_call,
)
from vippsdiag.secret import examine

KEY = "Ocp-Apim-Subscription-Key"
# Not served any more, or not by the API itself.
LEFT_OUT = re.compile(
    r"Prefix/|/recurring/v2/|/checkout/v2/|/partner-api/|/makePaymentUrl"
    r"|/order-management/v1/|/report/v1/|integration-test|/qr/v1/exchange"
    r"|/mobilepay/|/partners/|/price-packages|/api-quality/|/management/v1/merchants/"
)


def compared(exchange: Exchange, **told: object) -> Comparison:
    found = compare(exchange, case(exchange, **told))  # type: ignore[arg-type]
    assert found is not None
    return found


def words(exchange: Exchange, **told: object) -> list[str]:
    return [item.words for item in compared(exchange, **told).differences]


def test_of_a_call_without_headers_none_is_said_to_be_missing() -> None:
    bare = Request(method="GET", url="https://api.vipps.no/webhooks/v1/webhooks")
    said = words(Exchange(request=replace(bare, method="")))
    body = Request(method="POST", url=bare.url, body="{}")
    said += words(Exchange(request=body))
    assert said
    assert all("is not shown; it is needed" in one for one in said)
    shown = words(Exchange(request=replace(bare, headers=Headers([("Accept", "x")]))))
    assert all("is missing" in one for one in shown)


@pytest.mark.parametrize(
    "exchange",
    [
        token_call(TEST),
        token_call(PRODUCTION, path="/accessToken/get"),
        specialized_call(),
        login_call(),
        api_call(TEST),
        api_call(TEST, path="/epayment/v1/payments/order-12345678"),
        api_call(TEST, path="/recurring/v3/agreements?status=ACTIVE"),
        call("GET", "https://api.vipps.no/access-management-1.0/access/oauth2/auth?x"),
    ],
    ids=["token", "case", "miami", "login", "webhooks", "payment", "query", "auth"],
)
def test_a_call_that_works_differs_in_nothing(exchange: Exchange) -> None:
    found = compared(exchange)
    assert found.differences == ()
    assert exchange.request is not None
    assert found.corrected.method == exchange.request.method
    assert list(found.corrected.headers) == list(exchange.request.headers)


def test_every_official_operation_is_known(shared: Path) -> None:
    known = {(method, re.sub(r"\{.*?\}", "{}", path)) for method, path in OPERATIONS}
    official = set()
    for file in (shared / "reference" / "official" / "openapi").glob("*.yaml"):
        text = yaml.safe_load(file.read_text("utf-8"))
        server = (text.get("servers") or [{"url": ""}])[0]["url"]
        base = re.sub(r"^https://[^/]+", "", server)
        for path, methods in text["paths"].items():
            whole = base + path
            if LEFT_OUT.search(whole):
                continue
            plain = re.sub(r"\{.*?\}", "{}", whole).rstrip("/")
            official |= {
                (method.upper(), plain)
                for method in methods
                if method in {"get", "post", "put", "patch", "delete"}
            }
    assert len(official) > 50
    assert official - known == set()


def test_a_header_under_another_name_is_renamed() -> None:
    exchange = token_call(
        TEST,
        headers={
            "client_id": None,
            "client-id": CLIENT_ID,
            KEY: None,
            "Vipps-Subscription-Key": SUBSCRIPTION_KEY,
        },
    )
    assert words(exchange) == [
        "The header client_id is missing: the client_id.",
        f"The header {KEY} is missing: a subscription key.",
    ]
    headers = compared(exchange).corrected.headers
    assert headers.get("client_id") == CLIENT_ID
    assert examine(headers.get(KEY) or "", lambda raw: raw == SUBSCRIPTION_KEY)
    assert "client-id" not in headers


def test_path_and_method_are_those_of_the_nearest_operation() -> None:
    exchange = token_call(TEST, path="/v1/accesstoken", method="GET")
    assert words(exchange) == [
        "The method is GET, and should be POST.",
        (
            "The address is https://apitest.vipps.no/v1/accesstoken, and should be "
            "https://apitest.vipps.no/accesstoken/get."
        ),
    ]
    assert compared(exchange).corrected.method == "POST"


def test_the_host_is_that_of_the_environment_that_is_meant() -> None:
    exchange = token_call(TEST)
    corrected = compared(exchange, environment=Environment.PRODUCTION).corrected
    assert corrected.url == "https://api.vipps.no/accesstoken/get"


def test_an_undocumented_host_is_replaced() -> None:
    exchange = call("GET", "https://apitest.vippsmobilepay.com/webhooks/v1/webhooks")
    corrected = compared(exchange).corrected
    assert corrected.url == "https://apitest.vipps.no/webhooks/v1/webhooks"


@pytest.mark.parametrize(
    "value",
    [token(TEST), f"Bearer Bearer {token(TEST)}", f'Bearer "{token(TEST)}"', "Bearer"],
    ids=["no bearer", "twice", "quotes", "nothing"],
)
def test_a_token_that_is_written_wrongly_is_a_difference(value: str) -> None:
    exchange = api_call(TEST, headers={"Authorization": value})
    (only,) = compared(exchange).differences
    assert only.right == "Bearer, one blank, and the access token"
    assert compared(exchange).corrected.headers.get("Authorization") is not None
    assert token(TEST) not in repr(compared(exchange))


def test_hidden_characters_are_taken_out() -> None:
    exchange = token_call(TEST, headers={"client_secret": f"“{CLIENT_SECRET}”"})
    mended = compared(exchange).corrected.headers.get("client_secret") or ""
    assert examine(mended, lambda raw: raw == CLIENT_SECRET)


def test_what_does_not_belong_there_is_left_out() -> None:
    exchange = specialized_call(headers={KEY: SUBSCRIPTION_KEY, "Origin": "https://x"})
    assert words(exchange) == [
        f"The header {KEY} does not belong there.",
        "The header Origin does not belong there.",
    ]
    corrected = compared(exchange).corrected
    assert KEY not in corrected.headers
    assert "Origin" not in corrected.headers


def test_a_missing_value_is_taken_from_the_keys_or_named() -> None:
    exchange = token_call(TEST, headers={"client_secret": None})
    named = compared(exchange).corrected.headers.get("client_secret")
    assert str(named) == "<client_secret>"
    known = compare(exchange, Evidence(keys=KEYS, exchanges=(exchange,)))
    assert known is not None
    assert known.corrected.headers.get("client_secret") == KEYS.client_secret


@pytest.mark.parametrize("token", ["eyJ0eXAi...", "eyJ0eXAi***", "eyJ[REDACTED]"])
def test_the_corrected_call_names_a_value_that_was_cut_for_sharing(token: str) -> None:
    exchange = api_call(TEST, headers={"Authorization": f"Bearer {token}"})
    found = compared(exchange)
    assert str(found.corrected.headers.get("Authorization")) == "Bearer <Authorization>"
    assert found.differences == ()


def test_partner_keys_need_the_number() -> None:
    exchange = api_call(PRODUCTION, headers={"Merchant-Serial-Number": None})
    assert words(exchange) == []
    assert words(exchange, kind=KeyKind.PARTNER) == [
        "The header Merchant-Serial-Number is missing: the merchant serial number."
    ]


def test_a_body_says_of_what_type_it_is() -> None:
    exchange = api_call(
        TEST,
        method="POST",
        path="/epayment/v1/payments",
        body={"amount": 1},
        headers={"Merchant-Serial-Number": MSN, "Content-Type": "text/plain"},
    )
    corrected = compared(exchange).corrected
    assert corrected.headers.all("Content-Type") == ["application/json"]


@pytest.mark.parametrize(
    "url",
    ["https://shop.example/x", "https://shop.example/", "not an address", ""],
    ids=["path", "root", "words", "empty"],
)
def test_nothing_is_near_to_a_call_of_another_kind(url: str) -> None:
    exchange = call("GET", url)
    assert compare(exchange, case(exchange)) is None


def test_a_long_path_takes_no_time() -> None:
    request = call("GET", "https://api.vipps.no/" + "epayment/" * 50_000).request
    assert request is not None
    known_call(request)


@pytest.mark.parametrize("path", ["", "/", "/c06c4afe"])
def test_userinfo_is_called_as_its_cause_says_without_a_key(path: str) -> None:
    refused = api_call(TEST, path=f"/vipps-userinfo-api/userinfo{path}", status=401)
    assert words(refused) == [f"The header {KEY} does not belong there."]
    assert KEY not in compared(refused).corrected.headers
