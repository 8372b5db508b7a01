"""An exchange conceals what is secret and reads what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.environments import Environment
from vippsdiag.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Headers,
    Request,
    Response,
    Timing,
)
from vippsdiag.samples import CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEY, token
from vippsdiag.secret import Secret

TOKEN = token()
URL = "https://apitest.vipps.no/accesstoken/get"


def test_headers_have_no_case_and_keep_their_order() -> None:
    headers = Headers([("A", "1"), ("b", "2"), ("a", "3")])
    assert headers.get("a") == "1"
    assert headers.all("A") == ["1", "3"]
    assert list(headers) == [("A", "1"), ("b", "2"), ("a", "3")]
    assert "B" in headers
    assert "c" not in headers
    assert 1 not in headers
    assert len(headers) == 3
    assert headers.get("c") is None


def test_headers_are_equal_when_their_pairs_are() -> None:
    assert Headers([("a", "1")]) == Headers([("a", "1")])
    assert Headers([("a", "1")]) != Headers([("A", "1")])
    assert len({Headers([("a", "1")]), Headers([("a", "1")])}) == 1


SECRET_PARTS = {
    "client-secret-header": Headers([("client_secret", CLIENT_SECRET)]),
    "key-header": Headers([("Ocp-Apim-Subscription-Key", SUBSCRIPTION_KEY)]),
    "authorization-header": Headers([("Authorization", f"Bearer {TOKEN}")]),
    "unknown-header": Headers([("X-Copy", SUBSCRIPTION_KEY)]),
    "url": Request(method="GET", url=f"{URL}?client_secret={CLIENT_SECRET}"),
    "body": Request(
        method="POST", url=URL, body=f'{{"client_secret": "{CLIENT_SECRET}"}}'
    ),
    "form": Request(method="POST", url=URL, body=f"client_secret={CLIENT_SECRET}&a=b"),
    "answer": Response(body=f'{{"access_token": "{TOKEN}"}}'),
    "failure": Failure(
        kind=FailureKind.OTHER, message=f"client_secret={CLIENT_SECRET}"
    ),
}


@pytest.mark.parametrize("part", SECRET_PARTS.values(), ids=SECRET_PARTS)
def test_a_secret_is_concealed_when_its_part_is_made(part: object) -> None:
    exchange = Exchange(request=part if isinstance(part, Request) else None)
    for shown in (repr(part), str(part), repr(exchange)):
        assert CLIENT_SECRET not in shown
        assert SUBSCRIPTION_KEY not in shown
        assert TOKEN not in shown


def test_a_client_id_is_shown() -> None:
    assert Headers([("client_id", CLIENT_ID)]).get("client_id") == CLIENT_ID


def test_the_parts_of_an_address_are_read() -> None:
    request = Request(
        method="GET", url=f"HTTPS://ApiTest.Vipps.no/a/b?client_secret={CLIENT_SECRET}"
    )
    assert request.host == "apitest.vipps.no"
    assert request.scheme == "https"
    assert request.path == "/a/b"
    assert request.environment is Environment.TEST
    assert request.query.startswith("client_secret=•••")


@pytest.mark.parametrize("url", ["", "/a", "https://[::1", "?", "\ud800"], ids=repr)
def test_an_address_that_is_none_has_empty_parts(url: str) -> None:
    request = Request(method="GET", url=url)
    assert request.host == ""
    assert request.environment is None
    assert request.path


JSON = {
    "object": ('{"a": 1}', {"a": 1}),
    "list": ("[1]", [1]),
    "byte-order-mark": ('\ufeff{"a": 1}', {"a": 1}),
    "empty": ("", None),
    "none": (None, None),
    "cut": ('{"a": ', None),
    "text": ("a=b", None),
    "deep": ("[" * 100_000, None),
    "endless-number": ("1" * 10_000, None),
}


@pytest.mark.parametrize(("body", "value"), JSON.values(), ids=JSON)
def test_a_body_that_is_json_is_read(body: str | None, value: object) -> None:
    assert Request(method="POST", url=URL, body=body).json == value
    assert Response(body=body).json == value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('Client error: `POST /x` resulted in a `400`:\n{"a": [1]}\n', {"a": [1]}),
        ('Error 401: [{"errorCode": "35"}] (end)', [{"errorCode": "35"}]),
        ('{"a": {"b": "c"}, "d": "e', {"a": {"b": "c"}}),
        ('Failed: {"a": "x,y", "b": [{"c": 1}, {"d": ', {"a": "x,y", "b": [{"c": 1}]}),
        ('{"message": "Access den', None),
        ('{"message": "a }, b": "', None),
        ('<script>x = {"a": 1}</script>', None),
        ("no {such} thing", None),
        ("ok", None),
    ],
    ids=[
        "guzzle",
        "list",
        "cut",
        "quoted-and-cut",
        "nothing-whole",
        "brackets-in-a-string",
        "page",
        "template",
        "word",
    ],
)
def test_an_answer_that_a_message_quotes_is_read(body: str, value: object) -> None:
    assert Response(body=body).json == value


def test_a_secret_in_a_quoted_answer_is_masked() -> None:
    quoted = Response(body=f'Got: {{"access_token": "{TOKEN}"}}')
    assert TOKEN not in repr(quoted.json)
    assert set(quoted.json) == {"access_token"}


def test_json_is_read_with_its_secrets_masked() -> None:
    answer = Response(body=f'{{"access_token": "{TOKEN}", "expires_in": "3599"}}')
    assert isinstance(answer.body, Secret)
    assert answer.json["expires_in"] == "3599"
    assert answer.json["access_token"].startswith("•••")


FORMS = {
    "pairs": (
        "grant_type=client_credentials&a=b",
        {"grant_type": "client_credentials", "a": "b"},
    ),
    "empty-value": ("a=&b=1", {"a": "", "b": "1"}),
    "encoded": ("redirect_uri=https%3A%2F%2Fx.no", {"redirect_uri": "https://x.no"}),
    "json": ('{"a": "b=c"}', {}),
    "xml": ("<a b='c'/>", {}),
    "none": (None, {}),
    "many": ("&".join(f"a{n}=1" for n in range(5_000)), None),
}


@pytest.mark.parametrize(("body", "form"), FORMS.values(), ids=FORMS)
def test_a_body_that_is_a_form_is_read(
    body: str | None, form: dict[str, str] | None
) -> None:
    read = Request(method="POST", url=URL, body=body).form
    assert len(read) == 5_000 if form is None else read == form


@pytest.mark.parametrize(
    ("status", "ok"),
    [(None, False), (199, False), (200, True), (299, True), (302, False), (401, False)],
    ids=str,
)
def test_success_is_a_status_between_200_and_299(status: int | None, ok: bool) -> None:
    exchange = Exchange(response=Response(status=status))
    assert exchange.ok is ok
    assert exchange.status == status


def test_an_exchange_without_a_response_has_no_status_and_no_text() -> None:
    exchange = Exchange(failure=Failure(kind=FailureKind.DNS))
    assert exchange.status is None
    assert exchange.text == ""
    assert not exchange.ok


def test_the_total_time_is_the_sum_of_what_is_known() -> None:
    assert Timing().total == 0
    assert Timing(dns=1, wait=2.5).total == 3.5


@given(st.text(), st.text(), st.text())
def test_any_text_makes_an_exchange(url: str, name: str, body: str) -> None:
    request = Request(method="GET", url=url, headers=Headers([(name, body)]), body=body)
    _ = request.host, request.path, request.query, request.json, request.form
    _ = repr(request), Response(body=body).json
