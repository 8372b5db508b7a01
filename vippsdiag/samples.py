"""Tiny builders for tests, examples and docs.

The keys here have the real shapes and are made up; they open nothing. ``REAL_LOOKING``
values differ from each other, so that swaps show.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from vippsdiag.environments import BASE_URLS, TEST_DIRECTORY, Environment
from vippsdiag.evidence import (
    LOGIN_TOKEN_PATH,
    SPECIALIZED_TOKEN_PATH,
    STANDARD_TOKEN_PATH,
    Context,
    Evidence,
)
from vippsdiag.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Headers,
    Request,
    Response,
)
from vippsdiag.keys import KeyKind, KeySet
from vippsdiag.webhooks import content_hash, sign

TEST, PRODUCTION = Environment.TEST, Environment.PRODUCTION

CLIENT_ID = "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"
OTHER_CLIENT_ID = "b71f4c09-2e58-4da3-8c96-0f3a7d5e1b82"
CLIENT_SECRET = "mZ4tQ8vX1nR6kB3wY7sLpg=="
SUBSCRIPTION_KEY = "7c1e9a4fd2b84630a5f8e3c06b917d24"
OTHER_SUBSCRIPTION_KEY = "e04b7d91c6a3452f9d182ba5704f6ec3"
MSN = "384217"
REFERENCE = "no-such-payment-1"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PRODUCTION_DIRECTORY = "c04d1f7a-58e2-4b96-9a3d-7e61f0b2d8c5"

KEYS = KeySet(
    client_id=CLIENT_ID,
    client_secret=CLIENT_SECRET,
    subscription_key=SUBSCRIPTION_KEY,
    secondary_subscription_key=OTHER_SUBSCRIPTION_KEY,
    msn=MSN,
)

MISSING_KEY = (
    "Access denied due to missing subscription key. Make sure to include "
    "subscription key when making requests to an API."
)
INVALID_KEY = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key "
    "for an active subscription."
)


def _encode(part: Mapping[str, Any]) -> str:
    raw = json.dumps(part, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def token(
    environment: Environment = TEST,
    *,
    client_id: str = CLIENT_ID,
    issued: datetime = NOW,
    **claims: Any,
) -> str:
    """Return a token of the real form with a signature that verifies nowhere."""
    directory = TEST_DIRECTORY if environment is TEST else PRODUCTION_DIRECTORY
    start = int(issued.timestamp())
    lifetime = 3900 if environment is TEST else 86700
    body = {
        "aud": "00000002-0000-0000-c000-000000000000",
        "iss": f"https://sts.windows.net/{directory}/",
        "iat": start,
        "nbf": start,
        "exp": start + lifetime,
        "appid": client_id,
        "tid": directory,
        "ver": "1.0",
    }
    header = {"typ": "JWT", "alg": "RS256", "kid": "sample"}
    signature = base64.urlsafe_b64encode(b"made up, verifies nowhere").decode()
    return f"{_encode(header)}.{_encode(body | claims)}.{signature.rstrip('=')}"


def body_text(body: object) -> str | None:
    """Return a body as text: text as it is, None as None, all else as JSON."""
    return body if body is None or isinstance(body, str) else json.dumps(body)


def gateway(status: int, message: str) -> dict[str, object]:
    """Return an error body in the gateway's own form."""
    return {"statusCode": status, "message": message}


def identity_provider(code: int, text: str, error: str) -> dict[str, object]:
    """Return an error body in the identity provider's form (facts J1 to J4)."""
    return {
        "error": error,
        "error_description": f"AADSTS{code}: {text}\r\nTrace ID: 0\r\n",
        "error_codes": [code],
        "error_uri": f"https://login.windows.net/error?code={code}",
    }


def ecom(code: str, text: str) -> list[dict[str, str]]:
    """Return an error body in eCom's form, for an example."""
    return [{"errorGroup": "Merchant", "errorCode": code, "errorMessage": text}]


def details(code: str, title: str) -> dict[str, object]:
    """Return an error body in ePayment's form, for an example."""
    return {"title": title, "extraDetails": [{"name": "ErrorCode", "reason": code}]}


def recurring(identifier: str, text: str = "") -> dict[str, object]:
    """Return an error body in Recurring's form, for an example."""
    page = "https://developer.vippsmobilepay.com/docs/APIs/recurring-api/"
    return {
        "type": f"{page}recurring-api-problems#{identifier}",
        "title": text or identifier,
        "status": 400,
        "contextId": "c",
    }


def call(  # noqa: PLR0913 - each part can be the one that matters
    method: str,
    url: str,
    headers: Mapping[str, str | None] | None = None,
    *,
    body: object = None,
    status: int | None = 200,
    answer: object = None,
    answer_headers: Mapping[str, str] | None = None,
    failure: FailureKind | None = None,
    message: str = "",
    started: datetime | None = NOW,
) -> Exchange:
    """Return an exchange; a header whose value is None is left out."""
    sent = tuple((n, v) for n, v in (headers or {}).items() if v is not None)
    received = tuple((answer_headers or {}).items())
    answered = failure is None and status is not None
    return Exchange(
        request=_request(method, url, sent, body_text(body)),
        response=_response(status, received, body_text(answer)) if answered else None,
        failure=Failure(kind=failure, message=message) if failure else None,
        started=started,
    )


Pairs = tuple[tuple[str, str], ...]


# Many examples differ in one thing only, and making a message searches it for secrets.
@lru_cache(maxsize=1024)
def _request(method: str, url: str, headers: Pairs, body: str | None) -> Request:
    return Request(method=method, url=url, headers=Headers(headers), body=body)


@lru_cache(maxsize=1024)
def _response(status: int | None, headers: Pairs, body: str | None) -> Response:
    return Response(status=status, headers=Headers(headers), body=body)


def token_call(
    environment: Environment = TEST,
    *,
    headers: Mapping[str, str | None] | None = None,
    path: str = STANDARD_TOKEN_PATH,
    method: str = "POST",
    **parts: Any,
) -> Exchange:
    """Return a call to the standard token endpoint that works, but for what is given.

    A header given as None is left out. A status of 200 with no answer given is
    answered with a token.
    """
    sent: dict[str, str | None] = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "Ocp-Apim-Subscription-Key": SUBSCRIPTION_KEY,
        "Merchant-Serial-Number": MSN,
    }
    if parts.get("status", 200) == 200:
        parts.setdefault("answer", token_answer(token(environment)))
    url = BASE_URLS[environment] + path
    return call(method, url, sent | dict(headers or {}), **parts)


def token_answer(access_token: str, seconds: int = 3599) -> dict[str, str]:
    """Return the answer of the standard token endpoint; numbers are strings."""
    end = NOW + timedelta(seconds=seconds)
    return {
        "token_type": "Bearer",
        "expires_in": str(seconds),
        "ext_expires_in": str(seconds),
        "expires_on": str(int(end.timestamp())),
        "not_before": str(int(NOW.timestamp())),
        "resource": "00000002-0000-0000-c000-000000000000",
        "access_token": access_token,
    }


def specialized_call(
    *,
    headers: Mapping[str, str | None] | None = None,
    body: object = "grant_type=client_credentials",
    environment: Environment = PRODUCTION,
    **parts: Any,
) -> Exchange:
    """Return a call to the specialized token endpoint, but for what is given."""
    sent: dict[str, str | None] = {
        "Authorization": basic(CLIENT_ID, CLIENT_SECRET),
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
    if parts.get("status", 200) == 200:
        answer = {"access_token": token(PRODUCTION), "token_type": "Bearer"}
        parts.setdefault("answer", answer | {"expires_in": 900})
    url = BASE_URLS[environment] + SPECIALIZED_TOKEN_PATH
    return call("POST", url, sent | dict(headers or {}), body=body, **parts)


def login_call(
    environment: Environment = TEST,
    *,
    headers: Mapping[str, str | None] | None = None,
    body: object = "grant_type=authorization_code&code=c&redirect_uri=https://x.no/cb",
    path: str = LOGIN_TOKEN_PATH,
    **parts: Any,
) -> Exchange:
    """Return a call to Login's token endpoint, but for what is given."""
    sent: dict[str, str | None] = {
        "Authorization": basic(CLIENT_ID, CLIENT_SECRET),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    url = BASE_URLS[environment] + path
    return call("POST", url, sent | dict(headers or {}), body=body, **parts)


def api_call(
    environment: Environment = TEST,
    *,
    headers: Mapping[str, str | None] | None = None,
    path: str = "/webhooks/v1/webhooks",
    method: str = "GET",
    **parts: Any,
) -> Exchange:
    """Return a call to an API (the list of webhooks), but for what is given."""
    sent: dict[str, str | None] = {
        "Authorization": f"Bearer {token(environment)}",
        "Ocp-Apim-Subscription-Key": SUBSCRIPTION_KEY,
        "Merchant-Serial-Number": MSN,
    }
    url = BASE_URLS[environment] + path
    return call(method, url, sent | dict(headers or {}), **parts)


ECOM = "/ecomm/v2/payments"


def ecom_call(status: int = 200, answer: object = "", **merchant: object) -> Exchange:
    """Return the creation of an eCom payment; its ``merchantInfo`` can be changed."""
    info = {"merchantSerialNumber": MSN, "fallBack": "https://shop.example/return"}
    return api_call(
        TEST,
        method="POST",
        path=ECOM,
        headers={"Content-Type": "application/json"},
        body={"merchantInfo": info | merchant},
        status=status,
        answer=answer,
    )


WEBHOOK_SECRET = "5b0e7f4c-91d3-4a26-8c7e-d2f60a1b9384"
WEBHOOK_URL = "https://shop.example/hooks/vipps"
WEBHOOK_BODY = '{"msn":"384217","reference":"order-12345","name":"AUTHORIZED"}'


def delivery(
    url: str = WEBHOOK_URL,
    *,
    headers: Mapping[str, str | None] | None = None,
    body: str | None = WEBHOOK_BODY,
    status: int | None = 401,
    secret: str = WEBHOOK_SECRET,
) -> Exchange:
    """Return the delivery of a webhook, signed for `WEBHOOK_URL` and `WEBHOOK_BODY`."""
    date, hashed = "Tue, 24 Nov 2026 12:00:00 GMT", content_hash(WEBHOOK_BODY)
    signature = sign(
        secret, path="/hooks/vipps", date=date, host="shop.example", body_hash=hashed
    )
    sent: dict[str, str | None] = {
        "Host": "shop.example",
        "x-ms-date": date,
        "x-ms-content-sha256": hashed,
        "Authorization": "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256"
        f"&Signature={signature}",
    }
    return call("POST", url, sent | dict(headers or {}), body=body, status=status)


def basic(user: str, password: str) -> str:
    """Return the value of an ``Authorization`` header for a pair."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def case(  # noqa: PLR0913 - each part can be the one that matters
    *exchanges: Exchange,
    keys: KeySet | None = None,
    environment: Environment | None = None,
    kind: KeyKind | None = None,
    client: str | None = None,
    product: str | None = None,
    webhook_secret: str | None = None,
) -> Evidence:
    """Return evidence for an example."""
    context = Context(
        environment=environment, kind=kind, client=client, product=product
    )
    return Evidence(
        keys=keys,
        exchanges=exchanges,
        context=context,
        now=NOW,
        webhook_secret=webhook_secret,
    )
