"""Every way to get a call wrong, and what the sandbox answers."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.errors import BadSignatureError

from vippsdiag.environments import TEST_DIRECTORY, Environment
from vippsdiag.evidence import received_token
from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.samples import INVALID_KEY, MISSING_KEY
from vippsdiag.sandbox import Sandbox, SandboxConfig, Unit
from vippsdiag.sandbox.apis.payments import SAMPLE_REFERENCE
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.keys.tokens import PRODUCTION_DIRECTORY
from vippsdiag.sandbox.state import state
from vippsdiag.secret import Secret, examine
from vippsdiag.shapes import Shape, shape_of
from vippsdiag.token import read_token

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY, MSN = "Ocp-Apim-Subscription-Key", "Merchant-Serial-Number"
TEST, PRODUCTION = "https://apitest.vipps.no", "https://api.vipps.no"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=lambda: NOW)


def unit(sandbox: Sandbox, name: str) -> Unit:
    return next(item for item in sandbox.config.units if item.name == name)


def ask(
    sandbox: Sandbox,
    method: str,
    url: str,
    headers: Mapping[str, str | None] | None = None,
    body: str | None = None,
) -> Response:
    pairs = [
        (name, value) for name, value in (headers or {}).items() if value is not None
    ]
    return sandbox.handle(
        Request(method=method, url=url, headers=Headers(pairs), body=body)
    )


def token_headers(owner: Unit, **changed: str | None) -> dict[str, str | None]:
    headers: dict[str, str | None] = {
        "client_id": owner.client_id,
        "client_secret": owner.client_secret,
        KEY: owner.primary,
    }
    return headers | changed


def host(owner: Unit) -> str:
    return TEST if owner.environment is Environment.TEST else PRODUCTION


def get_token(sandbox: Sandbox, owner: Unit) -> str:
    answer = ask(
        sandbox, "POST", host(owner) + "/accesstoken/get", token_headers(owner)
    )
    assert answer.status == 200, answer.text
    token = received_token(Exchange(response=answer))
    assert token is not None
    return examine(token, lambda raw: raw)


def api_headers(
    sandbox: Sandbox, owner: Unit, **changed: str | None
) -> dict[str, str | None]:
    headers: dict[str, str | None] = {
        "Authorization": f"Bearer {get_token(sandbox, owner)}",
        KEY: owner.primary,
        MSN: owner.msn or None,
    }
    return headers | changed


def body(answer: Response) -> Any:
    return json.loads(answer.text) if answer.text else None


# The token call.


@pytest.mark.parametrize("key", ["primary", "secondary"])
def test_either_subscription_key_gets_a_token(sandbox: Sandbox, key: str) -> None:
    owner = unit(sandbox, "Test unit")
    headers = token_headers(owner) | {KEY: getattr(owner, key)}
    answer = ask(sandbox, "POST", TEST + "/accesstoken/get", headers)
    assert answer.status == 200
    fields = body(answer)
    assert {name: type(value) for name, value in fields.items()} == dict.fromkeys(
        [
            "token_type",
            "expires_in",
            "ext_expires_in",
            "expires_on",
            "not_before",
            "resource",
            "access_token",
        ],
        str,
    )


@pytest.mark.parametrize(
    ("name", "directory", "lifetime", "expires_in"),
    [
        ("Test unit", TEST_DIRECTORY, 3900, "3599"),
        ("Production unit", PRODUCTION_DIRECTORY, 86700, "86398"),
    ],
    ids=["test", "production"],
)
def test_a_token_has_the_claims_of_its_environment(
    sandbox: Sandbox, name: str, directory: str, lifetime: int, expires_in: str
) -> None:
    owner = unit(sandbox, name)
    claims = read_token(get_token(sandbox, owner)).claims
    assert claims["tid"] == directory
    assert claims["appid"] == owner.client_id
    assert claims["exp"] - claims["iat"] == lifetime
    answer = ask(
        sandbox, "POST", host(owner) + "/accesstoken/get", token_headers(owner)
    )
    assert body(answer)["expires_in"] == expires_in


def test_a_token_is_signed_and_no_two_are_the_same(sandbox: Sandbox) -> None:
    owner = unit(sandbox, "Test unit")
    first, second = (get_token(sandbox, owner) for _ in range(2))
    assert first != second
    assert len(first) > 500
    read = jwt.decode(first, sandbox.mint.key, algorithms=["RS256"])
    assert read.header["alg"] == "RS256"
    assert read.claims["appid"] == owner.client_id
    with pytest.raises(BadSignatureError):
        jwt.decode(first, Sandbox().mint.key, algorithms=["RS256"])


def test_the_oldest_tokens_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MOST_THINGS", 2)
    sandbox = Sandbox(clock=lambda: NOW)
    owner = unit(sandbox, "Test unit")
    headers = [api_headers(sandbox, owner) for _ in range(3)]
    found = [ask(sandbox, "GET", TEST + WEBHOOKS, given).status for given in headers]
    assert found == [401, 200, 200]


def test_the_paths_case_does_not_matter(sandbox: Sandbox) -> None:
    headers = token_headers(unit(sandbox, "Test unit"))
    assert ask(sandbox, "POST", TEST + "/accessToken/get", headers).status == 200


WRONG_KEY = "0" * 31 + "1"
TOKEN_FAULTS: dict[str, tuple[dict[str, str | None], int, object]] = {
    "no key": ({KEY: None}, 401, MISSING_KEY),
    "empty key": ({KEY: ""}, 401, MISSING_KEY),
    "misnamed key": ({KEY: None, "Vipps-Subscription-Key": "x"}, 401, MISSING_KEY),
    "unknown key": ({KEY: WRONG_KEY}, 401, INVALID_KEY),
    "dashed key": ({KEY: "7c1e9a4f-d2b8-4630-a5f8-e3c06b917d24"}, 401, INVALID_KEY),
    "origin": ({"Origin": "https://shop.example"}, 400, 9002326),
    "no client_id": ({"client_id": None}, 400, 900144),
    "hyphens": ({"client_id": None, "client-id": "x"}, 400, 900144),
    "unknown client": (
        {"client_id": "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"},
        400,
        700016,
    ),
    "no secret": ({"client_secret": None}, 401, 7000218),
    "wrong secret": ({"client_secret": "mZ4tQ8vX1nR6kB3wY7sLpg=="}, 401, 7000215),
    "swapped": (
        {
            "client_id": "mZ4tQ8vX1nR6kB3wY7sLpg==",
            "client_secret": "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246",
        },
        400,
        700016,
    ),
}


@pytest.mark.parametrize("fault", TOKEN_FAULTS)
def test_each_fault_of_the_token_call_has_its_answer(
    sandbox: Sandbox, fault: str
) -> None:
    changed, status, expected = TOKEN_FAULTS[fault]
    headers = token_headers(unit(sandbox, "Test unit")) | changed
    answer = ask(sandbox, "POST", TEST + "/accesstoken/get", headers)
    assert answer.status == status
    if isinstance(expected, int):
        assert body(answer)["error_codes"] == [expected]
        assert f"AADSTS{expected}: " in body(answer)["error_description"]
    else:
        assert body(answer) == {"statusCode": 401, "message": expected}


def test_an_unknown_client_is_quoted_with_the_directory(sandbox: Sandbox) -> None:
    headers = token_headers(unit(sandbox, "Test unit")) | {"client_id": "my client"}
    text = body(ask(sandbox, "POST", TEST + "/accesstoken/get", headers))
    assert text["error"] == "unauthorized_client"
    assert text["error_description"].startswith(
        "AADSTS700016: Application with identifier 'my client' was not found in the "
        "directory 'VIPPS-TEST'."
    )


@pytest.mark.parametrize(
    ("name", "url"),
    [("Production unit", TEST), ("Test unit", PRODUCTION), ("Partner", TEST)],
    ids=["production keys on test", "test keys on production", "partner on test"],
)
def test_keys_of_the_other_environment_are_an_invalid_key(
    sandbox: Sandbox, name: str, url: str
) -> None:
    headers = token_headers(unit(sandbox, name))
    answer = ask(sandbox, "POST", url + "/accesstoken/get", headers)
    assert (answer.status, body(answer)["message"]) == (401, INVALID_KEY)


IDENTITY_TEXTS = {
    "origin": (
        "invalid_request",
        (
            "Cross-origin token redemption is permitted only for the 'Single-Page "
            "Application' client-type."
        ),
    ),
    "no client_id": (
        "invalid_request",
        "The request body must contain the following parameter: 'client_id'.",
    ),
    "no secret": (
        "invalid_client",
        (
            "The request body must contain the following parameter: "
            "'client_assertion' or 'client_secret'."
        ),
    ),
    "wrong secret": (
        "invalid_client",
        (
            "Invalid client secret provided. Ensure the secret being sent in the "
            "request is the client secret value, not the client secret ID, for a "
            "secret added to app '{client_id}'."
        ),
    ),
}


@pytest.mark.parametrize("fault", IDENTITY_TEXTS)
def test_the_identity_provider_is_quoted_exactly(sandbox: Sandbox, fault: str) -> None:
    owner = unit(sandbox, "Test unit")
    changed, status, code = TOKEN_FAULTS[fault]
    error, text = IDENTITY_TEXTS[fault]
    headers = token_headers(owner) | changed
    answer = ask(sandbox, "POST", TEST + "/accesstoken/get", headers)
    given = body(answer)
    stamp = "2026-11-24 12:00:00Z"
    assert answer.status == status
    assert given == {
        "error": error,
        "error_description": f"AADSTS{code}: {text.format(client_id=owner.client_id)}"
        f"\r\nTrace ID: {given['trace_id']}"
        f"\r\nCorrelation ID: {given['correlation_id']}\r\nTimestamp: {stamp}",
        "error_codes": [code],
        "timestamp": stamp,
        "trace_id": given["trace_id"],
        "correlation_id": given["correlation_id"],
        "error_uri": f"https://login.windows.net/error?code={code}",
    }


def test_accounting_keys_do_not_work_at_the_standard_endpoint(sandbox: Sandbox) -> None:
    owner = unit(sandbox, "Accounting partner")
    url = PRODUCTION + "/accesstoken/get"
    answer = ask(sandbox, "POST", url, token_headers(owner))
    assert body(answer)["message"] == MISSING_KEY
    with_key = token_headers(owner) | {KEY: unit(sandbox, "Production unit").primary}
    assert body(ask(sandbox, "POST", url, with_key))["error_codes"] == [700016]


@pytest.mark.parametrize("place", ["query", "body"])
def test_keys_outside_the_headers_are_not_seen(sandbox: Sandbox, place: str) -> None:
    owner = unit(sandbox, "Test unit")
    text = f"client_id={owner.client_id}&{KEY}={owner.primary}"
    query = f"?{text}" if place == "query" else ""
    given = text if place == "body" else None
    answer = ask(sandbox, "POST", TEST + "/accesstoken/get" + query, {}, given)
    assert (answer.status, body(answer)["message"]) == (401, MISSING_KEY)


def test_a_key_of_another_unit_gets_a_token_that_fails_later(sandbox: Sandbox) -> None:
    owner, other = (
        unit(sandbox, "Test unit"),
        unit(sandbox, "Test unit without ePayment"),
    )
    headers = token_headers(owner) | {KEY: other.primary}
    assert ask(sandbox, "POST", TEST + "/accesstoken/get", headers).status == 200
    headers = api_headers(sandbox, owner) | {KEY: other.primary}
    answer = ask(sandbox, "GET", TEST + WEBHOOKS, headers)
    assert (answer.status, answer.text) == (403, "")
    answer = ask(sandbox, "GET", TEST + PAYMENT, headers)
    assert (answer.status, body(answer)["title"]) == (403, "Forbidden")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/accesstoken"),
        ("POST", "/accesstoken/get/"),
        ("POST", "/recurring/accesstoken/get"),
        ("POST", "/webhooks/v1/webhooks/x/y"),
        ("GET", "/nothing"),
        ("GET", "/epayment/v1/payments/"),
        ("GET", "/epayment/v1/payments/sandbox-payment-1/events/x"),
    ],
    ids=lambda value: value.strip("/") or "root",
)
def test_a_path_that_does_not_exist_is_answered_as_it_was_seen(
    sandbox: Sandbox, method: str, path: str
) -> None:
    headers = token_headers(unit(sandbox, "Test unit"))
    answer = ask(sandbox, method, TEST + path, headers)
    words = "Something went wrong, please try again later."
    assert (answer.status, answer.reason) == (404, "APIM Resource Not Found")
    assert body(answer) == {
        "responseInfo": {"responseCode": 404, "responseMessage": words},
        "result": {"message": words},
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/accesstoken/get"),
        ("PUT", "/accessToken/get"),
        ("PUT", "/webhooks/v1/webhooks"),
        ("DELETE", "/epayment/v1/payments/sandbox-payment-1"),
    ],
)
def test_another_method_is_the_gateways_404(
    sandbox: Sandbox, method: str, path: str
) -> None:
    headers = token_headers(unit(sandbox, "Test unit"))
    answer = ask(sandbox, method, TEST + path, headers)
    assert (answer.status, answer.reason) == (404, "Not Found")
    assert body(answer) == {"statusCode": 404, "message": "Resource not found"}


# The specialized token call.


def miami(sandbox: Sandbox, owner: Unit, **changed: str | None) -> Response:
    pair = f"{owner.client_id}:{owner.client_secret}".encode()
    headers: dict[str, str | None] = {
        "Authorization": "Basic " + base64.b64encode(pair).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    given = changed.pop("body", "grant_type=client_credentials")
    url = (changed.pop("url", None) or PRODUCTION) + "/miami/v1/token"
    return ask(sandbox, "POST", url, headers | changed, given)


def test_accounting_keys_get_a_specialized_token(sandbox: Sandbox) -> None:
    answer = miami(sandbox, unit(sandbox, "Accounting partner"))
    assert answer.status == 200
    assert body(answer)["expires_in"] == 900
    assert body(answer)["token_type"] == "Bearer"


@pytest.mark.parametrize(
    "changed",
    [
        {"body": None},
        {"body": "grant_type=password"},
        {KEY: "7c1e9a4fd2b84630a5f8e3c06b917d24"},
        {"Authorization": None},
        {"Authorization": "Basic !"},
        {"Authorization": "Basic YTpi"},
    ],
    ids=["no grant", "other grant", "subscription key", "none", "broken", "unknown"],
)
def test_each_fault_of_the_specialized_call_is_invalid_client(
    sandbox: Sandbox, changed: dict[str, str | None]
) -> None:
    answer = miami(sandbox, unit(sandbox, "Accounting partner"), **changed)
    assert (answer.status, body(answer)["error"]) == (401, "invalid_client")


def test_sales_unit_keys_are_refused_by_the_specialized_call(sandbox: Sandbox) -> None:
    answer = miami(sandbox, unit(sandbox, "Production unit"))
    assert (answer.status, body(answer)["error"]) == (401, "invalid_client")


def test_the_specialized_call_does_not_exist_in_test(sandbox: Sandbox) -> None:
    answer = miami(sandbox, unit(sandbox, "Accounting partner"), url=TEST)
    assert answer.status == 404


# Calls to the APIs.

WEBHOOKS = "/webhooks/v1/webhooks"
PAYMENT = f"/epayment/v1/payments/{SAMPLE_REFERENCE}"
UNKNOWN = "/epayment/v1/payments/no-such-payment"


def test_webhooks_lists_nothing_yet(sandbox: Sandbox) -> None:
    headers = api_headers(sandbox, unit(sandbox, "Test unit"))
    answer = ask(sandbox, "GET", TEST + WEBHOOKS, headers)
    assert (answer.status, body(answer)) == (200, {"webhooks": []})


def test_epayment_has_one_payment(sandbox: Sandbox) -> None:
    headers = api_headers(sandbox, unit(sandbox, "Test unit"))
    answer = ask(sandbox, "GET", TEST + PAYMENT, headers)
    assert answer.status == 200
    assert body(answer)["reference"] == SAMPLE_REFERENCE


@pytest.mark.parametrize("path", [WEBHOOKS, PAYMENT], ids=["webhooks", "epayment"])
@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "Bearer",
        "{token}",
        "bearer {token}",
        "Bearer Bearer {token}",
        "Bearer x",
    ],
    ids=["none", "empty", "no token", "bare", "lower case", "doubled", "unknown"],
)
def test_a_token_that_is_not_sent_right_is_refused(
    sandbox: Sandbox, path: str, value: str | None
) -> None:
    owner = unit(sandbox, "Test unit")
    token = get_token(sandbox, owner)
    given = None if value is None else value.format(token=token)
    headers = api_headers(sandbox, owner) | {"Authorization": given}
    answer = ask(sandbox, "GET", TEST + path, headers)
    assert answer.status == 401
    assert body(answer) == {
        "responseInfo": {"responseCode": 401, "responseMessage": "Unauthorized"},
        "result": {"message": "Something went wrong, please try again later"},
    }


def test_a_token_ends_after_its_lifetime() -> None:
    now = [NOW]
    sandbox = Sandbox(clock=lambda: now[0])
    headers = api_headers(sandbox, unit(sandbox, "Test unit"))
    now[0] += timedelta(minutes=59)
    assert ask(sandbox, "GET", TEST + WEBHOOKS, headers).status == 200
    now[0] += timedelta(minutes=2)
    assert ask(sandbox, "GET", TEST + WEBHOOKS, headers).status == 401


def test_a_token_of_the_other_environment_is_refused(sandbox: Sandbox) -> None:
    foreign = get_token(sandbox, unit(sandbox, "Production unit"))
    headers = api_headers(sandbox, unit(sandbox, "Test unit"))
    headers["Authorization"] = f"Bearer {foreign}"
    assert ask(sandbox, "GET", TEST + WEBHOOKS, headers).status == 401


def test_a_number_of_another_unit_is_an_empty_403_at_webhooks(sandbox: Sandbox) -> None:
    headers = api_headers(sandbox, unit(sandbox, "Test unit")) | {MSN: "999999"}
    answer = ask(sandbox, "GET", TEST + WEBHOOKS, headers)
    assert (answer.status, answer.text) == (403, "")


def test_an_unknown_reference_is_code_5090_and_names_the_number(
    sandbox: Sandbox,
) -> None:
    owner = unit(sandbox, "Test unit")
    answer = ask(sandbox, "GET", TEST + UNKNOWN, api_headers(sandbox, owner))
    problem = body(answer)
    assert answer.status == 404
    assert answer.headers.get("Content-Type") == "application/problem+json"
    assert problem["title"] == "Reference not found"
    assert problem["detail"] == (
        f"The reference `no-such-payment` does not exist for MSN {owner.msn}"
    )
    assert problem["extraDetails"] == [{"name": "ErrorCode", "reason": "5090"}]


def test_a_payment_of_another_number_is_not_found(sandbox: Sandbox) -> None:
    headers = api_headers(sandbox, unit(sandbox, "Test unit")) | {MSN: "999999"}
    answer = ask(sandbox, "GET", TEST + PAYMENT, headers)
    assert body(answer)["extraDetails"][0]["reason"] == "5090"


def test_epayment_needs_the_number(sandbox: Sandbox) -> None:
    headers = api_headers(sandbox, unit(sandbox, "Test unit")) | {MSN: None}
    answer = ask(sandbox, "GET", TEST + PAYMENT, headers)
    assert answer.status == 400
    assert body(answer)["extraDetails"][0]["name"] == MSN


def test_a_malformed_reference_is_named(sandbox: Sandbox) -> None:
    headers = api_headers(sandbox, unit(sandbox, "Test unit"))
    answer = ask(sandbox, "GET", TEST + "/epayment/v1/payments/x", headers)
    assert (answer.status, body(answer)["extraDetails"][0]["name"]) == (
        400,
        "reference",
    )


def test_a_product_that_is_not_active_is_forbidden(sandbox: Sandbox) -> None:
    headers = api_headers(sandbox, unit(sandbox, "Test unit without ePayment"))
    assert ask(sandbox, "GET", TEST + WEBHOOKS, headers).status == 200
    answer = ask(sandbox, "GET", TEST + PAYMENT, headers)
    assert (answer.status, body(answer)["title"]) == (403, "Forbidden")


def test_a_partner_acts_for_connected_units_only(sandbox: Sandbox) -> None:
    partner = unit(sandbox, "Partner")
    connected = unit(sandbox, "Production unit").msn
    headers = api_headers(sandbox, partner)
    other = unit(sandbox, "Production unit of no partner").msn
    given = (connected, 200), (other, 403), ("999999", 403), (None, 403)
    for number, status in given:
        answer = ask(sandbox, "GET", PRODUCTION + PAYMENT, headers | {MSN: number})
        assert answer.status == status, number
    for number, which in (("999999", "999999. "), (None, "")):
        answer = ask(sandbox, "GET", PRODUCTION + PAYMENT, headers | {MSN: number})
        (error,) = body(answer)
        assert error == {
            "errorCode": "Unauthorized",
            "errorMessage": f"Invalid MSN: {which}This MSN is not valid for the "
            "provided super merchant id. Check that you are using the correct "
            "credentials for the right environment.",
            "contextId": error["contextId"],
            "errorGroup": "Merchant",
        }


def test_a_partner_at_webhooks(sandbox: Sandbox) -> None:
    headers = api_headers(sandbox, unit(sandbox, "Partner"))
    connected = unit(sandbox, "Production unit").msn
    other = unit(sandbox, "Production unit of no partner").msn
    for number, status in ((None, 200), (connected, 200), (other, 403)):
        answer = ask(sandbox, "GET", PRODUCTION + WEBHOOKS, headers | {MSN: number})
        assert answer.status == status, number


def test_a_specialized_token_does_not_open_a_standard_api(sandbox: Sandbox) -> None:
    token = body_token(miami(sandbox, unit(sandbox, "Accounting partner")))
    owner = unit(sandbox, "Production unit")
    headers = api_headers(sandbox, owner) | {"Authorization": f"Bearer {token}"}
    assert ask(sandbox, "GET", PRODUCTION + WEBHOOKS, headers).status == 401


def body_token(answer: Response) -> str:
    token = received_token(Exchange(response=answer))
    assert token is not None
    return examine(token, lambda raw: raw)


# The sandbox itself.


@pytest.mark.parametrize(
    ("headers", "path", "kind"),
    [
        ({}, "/accesstoken/get", "application/json"),
        (None, "/accesstoken/get", "application/json;charset=UTF-8"),
        ({"client_id": "x"}, "/accesstoken/get", "application/json; charset=utf-8"),
    ],
    ids=["gateway", "token", "identity provider"],
)
def test_headers_of_an_answer(
    sandbox: Sandbox, headers: dict[str, str | None] | None, path: str, kind: str
) -> None:
    full = token_headers(unit(sandbox, "Test unit"))
    given = full if headers is None else full | headers if headers else {}
    answer = ask(sandbox, "POST", TEST + path, given)
    assert answer.headers.get("Content-Type") == kind
    assert answer.headers.get("Date") == "Tue, 24 Nov 2026 12:00:00 GMT"
    assert answer.headers.get("Content-Length") == str(
        examine(answer.body or "", lambda raw: len(raw.encode()))
    )


def sources() -> list[str]:
    """Every function that makes one answer; the others make a form of answers."""
    forms = {"answer", "gateway", "azure", "identity", "problem"}
    found = vars(answers).items()
    return [
        name
        for name, item in found
        if getattr(item, "__module__", "") == answers.__name__ and name not in forms
    ]


@pytest.mark.parametrize("name", sources())
def test_every_answer_says_where_it_is_known_from(name: str) -> None:
    text = getattr(answers, name).__doc__ or ""
    assert re.search(r"\b(?:high|medium|low|inferred)\b", text), name


def test_values_are_compared_and_not_their_masks(sandbox: Sandbox) -> None:
    owner = unit(sandbox, "Test unit")
    given = {
        name: Secret(value)
        for name, value in token_headers(owner).items()
        if value is not None
    }
    assert ask(sandbox, "POST", TEST + "/accesstoken/get", given).status == 200
    masks = {name: str(value) for name, value in given.items()}
    assert ask(sandbox, "POST", TEST + "/accesstoken/get", masks).status == 401


def test_a_swapped_secret_is_quoted_as_the_real_one_does_and_masked_when_shown(
    sandbox: Sandbox,
) -> None:
    owner = unit(sandbox, "Test unit")
    swapped = {"client_id": owner.client_secret, "client_secret": owner.client_id}
    headers = token_headers(owner) | swapped
    answer = ask(sandbox, "POST", TEST + "/accesstoken/get", headers)
    assert f"identifier '{owner.client_secret}'" in examine(answer.body or "", str)
    assert owner.client_secret not in repr(answer)


def test_the_same_seed_gives_the_same_keys() -> None:
    assert SandboxConfig.from_seed(3) == SandboxConfig.from_seed(3)
    assert SandboxConfig.from_seed(3) != SandboxConfig.from_seed(4)


@pytest.mark.parametrize("name", Sandbox().names)
def test_keys_have_the_real_shapes(name: str) -> None:
    keys = Sandbox().keys_of(name)
    assert keys.client_id is not None
    assert keys.client_secret is not None
    assert shape_of(keys.client_id) is Shape.GUID
    assert shape_of(keys.client_secret) is Shape.BASE64
    for key in (keys.subscription_key, keys.secondary_subscription_key):
        assert key is None or shape_of(key) is Shape.HEX32


def test_keys_of_nobody_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Sandbox().keys_of("nobody")


def test_loopback_plays_both_environments(sandbox: Sandbox) -> None:
    headers = token_headers(unit(sandbox, "Production unit"))
    base = "http://127.0.0.1:8080"
    assert ask(sandbox, "POST", base + "/accesstoken/get", headers).status == 401
    url = base + "/production/accesstoken/get"
    assert ask(sandbox, "POST", url, headers).status == 200


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "", "ÆØÅ"]),
    url=st.one_of(
        st.text(max_size=80),
        st.sampled_from([TEST, PRODUCTION, "http://localhost"]).flatmap(
            lambda base: st.text(max_size=40).map(lambda path: f"{base}/{path}")
        ),
        st.just(TEST + "/accesstoken/get"),
    ),
    headers=st.lists(
        st.tuples(
            st.one_of(
                st.text(max_size=20),
                st.sampled_from([KEY, "client_id", "client_secret", "Authorization"]),
            ),
            st.text(max_size=60),
        ),
        max_size=6,
    ),
    given_body=st.one_of(st.none(), st.text(max_size=100)),
)
def test_any_request_gets_an_answer(
    method: str,
    url: str,
    headers: list[tuple[str, str]],
    given_body: str | None,
) -> None:
    answer = Sandbox(clock=lambda: NOW).handle(
        Request(method=method, url=url, headers=Headers(headers), body=given_body)
    )
    assert answer.status is not None
    assert 200 <= answer.status < 500
