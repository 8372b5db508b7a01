"""What there is to go by, and where each piece of it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.evidence import (
    Call,
    Evidence,
    Excerpt,
    Need,
    Place,
    basic_pair,
    call_of,
    received_token,
    tokens,
)
from vippsdiag.exchange import Exchange, FailureKind, Request, Response
from vippsdiag.keys import Field
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    OTHER_SUBSCRIPTION_KEY,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    basic,
    call,
    case,
    login_call,
    specialized_call,
    token,
    token_call,
)
from vippsdiag.secret import Secret

HOST = "https://apitest.vipps.no"
PATHS = {
    "standard": (f"{HOST}/accesstoken/get", Call.STANDARD_TOKEN),
    "standard-in-capitals": (f"{HOST}/accessToken/get", Call.STANDARD_TOKEN),
    "standard-with-a-slash": (f"{HOST}/accesstoken/get/", Call.STANDARD_TOKEN),
    "standard-misspelled": (f"{HOST}/access-token/get", Call.STANDARD_TOKEN),
    "standard-elsewhere": ("https://shop.example/accesstoken/get", Call.STANDARD_TOKEN),
    "specialized": (f"{HOST}/miami/v1/token", Call.SPECIALIZED_TOKEN),
    "specialized-cut": (f"{HOST}/miami", Call.SPECIALIZED_TOKEN),
    "login": (f"{HOST}/access-management-1.0/access/oauth2/token", Call.LOGIN),
    "login-cut": (f"{HOST}/oauth2/auth", Call.LOGIN),
    "api": (f"{HOST}/epayment/v1/payments", Call.API),
    "api-in-the-sandbox": ("http://127.0.0.1:8000/epayment/v1/payments", Call.API),
    "api-in-production-of-the-sandbox": (
        "http://127.0.0.1:8000/production/accesstoken/get",
        Call.STANDARD_TOKEN,
    ),
    "api-in-the-sandbox-s-production": (
        "http://127.0.0.1:8000/production/epayment/v1/payments",
        Call.API,
    ),
    "shop-on-this-machine": ("http://localhost:3000/api/me", None),
    "retired-host": ("https://api-test.vipps.no/x", Call.API),
    "root": (HOST, Call.API),
    "elsewhere": ("https://shop.example/orders", None),
    "a town elsewhere": ("https://travel.example/to/miami/hotels", None),
    "specialized-elsewhere": (
        "https://shop.example/miami/v1/token",
        Call.SPECIALIZED_TOKEN,
    ),
    "users elsewhere": ("https://corp.example/access-management/users", None),
    "login-elsewhere": (
        "https://shop.example/access-management-1.0/access/oauth2/token",
        Call.LOGIN,
    ),
    "look-alike": ("https://api.vipps.no.evil.example/x", None),
    "longer-name": ("https://notvipps.no/x", None),
    "none": ("", None),
}


@pytest.mark.parametrize(("url", "kind"), PATHS.values(), ids=PATHS)
def test_the_path_tells_what_a_request_is_for(url: str, kind: Call | None) -> None:
    assert call_of(Request(method="GET", url=url)) is kind


def test_calls_are_told_apart_and_keep_their_order() -> None:
    first, second, third = token_call(), specialized_call(), api_call()
    answer = Exchange(response=Response(status=401))
    evidence = case(first, answer, second, login_call(), third)
    assert [item for item, _ in evidence.token_calls()] == [first, second]
    assert [item for item, _ in evidence.api_calls()] == [third]
    assert len(list(evidence.calls())) == 4


def test_every_value_is_yielded_once_at_the_first_of_its_places() -> None:
    evidence = case(token_call(), api_call(), keys=KEYS)
    values = list(evidence.values())
    assert [value.field for value in values] == list(Field)[:5]
    assert {value.place.part for value in values} == {"keys"}


def test_a_sent_value_that_differs_is_yielded_with_its_header() -> None:
    header = {"Ocp-Apim-Subscription-Key": OTHER_SUBSCRIPTION_KEY}
    evidence = case(token_call(), api_call(headers=header))
    keys = [v for v in evidence.values() if v.field is Field.SUBSCRIPTION_KEY]
    assert [value.value for value in keys] == [
        Secret(SUBSCRIPTION_KEY),
        Secret(OTHER_SUBSCRIPTION_KEY),
    ]
    assert keys[1].place.words == "request header Ocp-Apim-Subscription-Key"


def test_the_two_halves_of_a_basic_header_are_values() -> None:
    values = {v.field: v.value for v in case(specialized_call()).values()}
    assert values == {
        Field.CLIENT_ID: CLIENT_ID,
        Field.CLIENT_SECRET: Secret(CLIENT_SECRET),
    }


PAIRS = {
    "whole": (basic("a", "b"), ("a", "b")),
    "lower-case": (basic("a", "b").replace("Basic", "basic"), ("a", "b")),
    "colon-in-the-password": (basic("a", "b:c"), ("a", "b:c")),
    "empty-halves": (basic("", ""), ("", "")),
    "not-percent-decoded": (basic("a%20", "b+c"), ("a%20", "b+c")),
    "no-colon": ("Basic YWI=", None),
    "no-base64": ("Basic a:b", None),
    "no-text": ("Basic //79", None),
    "bearer": (f"Bearer {token()}", None),
    "nothing-behind": ("Basic", None),
    "empty": ("", None),
}


@pytest.mark.parametrize(("value", "pair"), PAIRS.values(), ids=PAIRS)
def test_a_basic_value_is_taken_apart(value: str, pair: tuple[str, str] | None) -> None:
    found = basic_pair(Secret(value))
    assert found == (pair and (Secret(pair[0]), Secret(pair[1])))
    assert CLIENT_SECRET not in repr(found)


TOKENS = {
    "token": ('{"access_token": "abc"}', "abc"),
    "empty-token": ('{"access_token": ""}', ""),
    "number": ('{"access_token": 1}', None),
    "list": ("[]", None),
    "cut": ('{"access_token": "abc', None),
    "text": ("access_token=abc", None),
    "deep": ("[" * 100_000, None),
    "none": (None, None),
}


@pytest.mark.parametrize(("body", "value"), TOKENS.values(), ids=TOKENS)
def test_a_received_token_is_a_secret(body: str | None, value: str | None) -> None:
    found = received_token(Exchange(response=Response(status=200, body=body)))
    assert found == (None if value is None else Secret(value))


def test_tokens_come_as_received_and_then_as_sent() -> None:
    places = [place.words for _, place in tokens(case(api_call(), token_call()))]
    assert places == ["response body access_token", "request header Authorization"]


def test_a_place_is_named_as_a_person_would() -> None:
    place = Place(part="keys", name="client_id")
    assert place.words == "keys client_id"
    assert place.at(35).words == "keys client_id, character 35"
    assert Place(part="response body").words == "response body"
    assert Excerpt(kind="a HAR", first=1, last=1).words == "line 1: a HAR"
    assert Excerpt(kind="a HAR", first=1, last=3).words == "lines 1 to 3: a HAR"


FAILED = call("GET", HOST, failure=FailureKind.DNS)
MET = {
    "empty": (Evidence(), ""),
    "keys": (case(keys=KEYS), "KEYS SENT"),
    "request": (case(api_call(status=None)), "KEYS SENT REQUEST TOKEN"),
    "answer": (case(Exchange(response=Response(status=401))), "ANSWER API_WORDS"),
    "failure": (case(FAILED), "SENT REQUEST ANSWER FAILURE API_CALL API_WORDS"),
    "token-call": (
        case(token_call()),
        "KEYS SENT REQUEST ANSWER TOKEN_CALL TOKEN",
    ),
    "login-call": (
        case(login_call()),
        "KEYS SENT REQUEST ANSWER LOGIN_CALL",
    ),
    "environment": (case(environment=TEST), "ENVIRONMENT"),
}


@pytest.mark.parametrize(("evidence", "names"), MET.values(), ids=MET)
def test_each_need_is_met_by_what_it_asks_for(evidence: Evidence, names: str) -> None:
    met = {need.name for need in Need if need.met(evidence)}
    assert met == set(names.split())


@pytest.mark.parametrize("need", Need, ids=lambda need: need.name)
def test_no_need_is_met_by_nothing(need: Need) -> None:
    assert not need.met(Evidence())


@given(st.text(), st.text())
def test_any_header_and_body_can_be_looked_through(value: str, body: str) -> None:
    exchange = specialized_call(headers={"Authorization": value}, answer=body)
    evidence = case(exchange, api_call(headers={"Authorization": value}))
    assert all(need.met(evidence) in {True, False} for need in Need)
    list(evidence.values())
    list(tokens(evidence))
