"""The answers of the real API, each with where it is known from.

"High" is the official documentation or a captured answer, "medium" an old or single
one, "inferred" what was made up in the form of others.
"""

import json
import uuid
from datetime import datetime
from email.utils import format_datetime

from vippsdiag.exchange import Headers, Response

# The token endpoint's as its specification of 2023 writes it (high); the gateway's own
# is the usual one of Azure API Management (low); the others are inferred.
TOKEN_JSON = "application/json;charset=UTF-8"
GATEWAY_JSON = "application/json"
JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json"

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    413: "Payload Too Large",
}


def answer(
    status: int, body: object, now: datetime, kind: str = JSON, reason: str = ""
) -> Response:
    """Return a response; a body of None is an empty one."""
    text = "" if body is None else json.dumps(body, ensure_ascii=False)
    headers = [("Content-Length", str(len(text.encode())))]
    if text:
        headers.append(("Content-Type", kind))
    headers.append(("Date", format_datetime(now, usegmt=True)))
    return Response(
        status=status,
        reason=reason or REASONS.get(status, ""),
        headers=Headers(headers),
        body=text,
        http_version="HTTP/1.1",
    )


def gateway(status: int, message: str, now: datetime) -> Response:
    """The gateway's own form."""
    body = {"statusCode": status, "message": message}
    return answer(status, body, now, GATEWAY_JSON)


def azure(
    status: int, words: str, message: str, now: datetime, reason: str
) -> Response:
    """The gateway's other form: "ErrorFromAzure" of the eCom specification (high)."""
    body = {
        "responseInfo": {"responseCode": status, "responseMessage": words},
        "result": {"message": message},
    }
    return answer(status, body, now, GATEWAY_JSON, reason)


def token(body: object, now: datetime) -> Response:
    """A token was issued: AT-access and the specification of 2023 (high)."""
    return answer(200, body, now, TOKEN_JSON)


def missing_key(now: datetime) -> Response:
    """vipps-developers#80, errors page (high)."""
    text = (
        "Access denied due to missing subscription key. Make sure to include "
        "subscription key when making requests to an API."
    )
    return gateway(401, text, now)


def invalid_key(now: datetime) -> Response:
    """vipps-developers#52, woocommerce#101 (high)."""
    text = (
        "Access denied due to invalid subscription key. Make sure to provide a valid "
        "key for an active subscription."
    )
    return gateway(401, text, now)


def path_unknown(now: datetime) -> Response:
    """T8, vipps-developers#59 of 2020 (medium): status text and body as captured.

    Today it may be the form of `method_unknown` instead (low; login-api#39). A server
    of this package cannot send the status text.
    """
    words = "Something went wrong, please try again later."
    return azure(404, words, words, now, "APIM Resource Not Found")


def method_unknown(now: datetime) -> Response:
    """T9: the gateway's usual answer to a path with another method (low)."""
    return gateway(404, "Resource not found", now)


def token_refused(now: datetime) -> Response:
    """A token that is missing, malformed, expired or without ``Bearer``.

    The words are the errors page's of 2023 (high); that they stand in this form, and
    at Webhooks and ePayment today, is inferred (facts section 9, number 5).
    """
    text = "Something went wrong, please try again later"
    return azure(401, "Unauthorized", text, now, "")


def identity(status: int, code: int, text: str, error: str, now: datetime) -> Response:
    """The identity provider's form (facts J1 to J4, medium for today)."""
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    stamp = f"{now:%Y-%m-%d %H:%M:%SZ}"
    body = {
        "error": error,
        "error_description": f"AADSTS{code}: {text}\r\nTrace ID: {trace}\r\n"
        f"Correlation ID: {correlation}\r\nTimestamp: {stamp}",
        "error_codes": [code],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.windows.net/error?code={code}",
    }
    return answer(status, body, now)


def client_unknown(identifier: str, directory: str, now: datetime) -> Response:
    """J1: common-errors-faq of 2022 (high for the body, medium for today)."""
    text = (
        f"Application with identifier '{identifier}' was not found in the directory "
        f"'{directory}'. This can happen if the application has not been installed by "
        "the administrator of the tenant or consented to by any user in the tenant. "
        "You may have sent your authentication request to the wrong tenant."
    )
    return identity(400, 700016, text, "unauthorized_client", now)


def parameter_missing(name: str, now: datetime) -> Response:
    """The identity provider's generic text (low for Vipps)."""
    text = f"The request body must contain the following parameter: '{name}'."
    return identity(400, 900144, text, "invalid_request", now)


def secret_missing(now: datetime) -> Response:
    """The identity provider's generic text (low for Vipps)."""
    text = (
        "The request body must contain the following parameter: 'client_assertion' or "
        "'client_secret'."
    )
    return identity(401, 7000218, text, "invalid_client", now)


def secret_wrong(client_id: str, now: datetime) -> Response:
    """J3: generic; no capture from Vipps is known (medium)."""
    text = (
        "Invalid client secret provided. Ensure the secret being sent in the request "
        "is the client secret value, not the client secret ID, for a secret added to "
        f"app '{client_id}'."
    )
    return identity(401, 7000215, text, "invalid_client", now)


def cross_origin(now: datetime) -> Response:
    """J4: vipps-ecom-api#236 (high, 2022)."""
    text = (
        "Cross-origin token redemption is permitted only for the 'Single-Page "
        "Application' client-type."
    )
    return identity(400, 9002326, text, "invalid_request", now)


def client_refused(now: datetime) -> Response:
    """What the specialized endpoint answers (the code high, the body inferred)."""
    body = {
        "error": "invalid_client",
        "error_description": "Client authentication failed.",
    }
    return answer(401, body, now)


def problem(
    status: int, title: str, detail: str, now: datetime, **more: object
) -> Response:
    """The form of ePayment's errors (high); the texts are beside each use."""
    body = {
        "type": f"https://httpstatuses.io/{status}",
        "title": title,
        "detail": detail,
        "status": status,
        **more,
        "traceId": f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-01",
    }
    return answer(status, body, now, PROBLEM)


def reference_not_found(reference: str, msn: str, now: datetime) -> Response:
    """Code 5090: ePayment FAQ and error list (texts high, the whole body medium)."""
    return problem(
        404,
        "Reference not found",
        f"The reference `{reference}` does not exist for MSN {msn}",
        now,
        instance=f"/v1/payments/{reference}",
        extraDetails=[{"name": "ErrorCode", "reason": "5090"}],
    )


def header_missing(name: str, now: datetime) -> Response:
    """A required header is missing: 400 naming the field (inferred)."""
    return problem(
        400,
        "Bad Request",
        "One or more validation errors occurred.",
        now,
        extraDetails=[{"name": name, "reason": f"The {name} field is required."}],
    )


def reference_malformed(now: datetime) -> Response:
    """A malformed reference: 400 naming the field (form high, text inferred)."""
    return problem(
        400,
        "Bad Request",
        "One or more validation errors occurred.",
        now,
        extraDetails=[{"name": "reference", "reason": "^[a-zA-Z0-9-]{8,64}$"}],
    )


def product_forbidden(now: datetime) -> Response:
    """403 as problem+json, as the specification of create lists it (inferred)."""
    text = "The sales unit is not allowed to use this product."
    return problem(403, "Forbidden", text, now)


def key_of_another_unit(now: datetime) -> Response:
    """Token and subscription key of two units, at ePayment (inferred).

    That it fails is documented (errors page, high); the status is not.
    """
    return problem(403, "Forbidden", "Forbidden", now)


def empty_403(now: datetime) -> Response:
    """Webhooks with a number or a key of another unit (woocommerce, medium)."""
    return answer(403, None, now)


def invalid_msn(number: str | None, now: datetime) -> Response:
    """E1, the partner README of 2022 (high for eCom, inferred elsewhere).

    Without a header, no number stands behind "Invalid MSN:" (errors page, high).
    """
    which = f"{number}. " if number else ""
    body = [
        {
            "errorCode": "Unauthorized",
            "errorMessage": f"Invalid MSN: {which}This MSN is not valid for the "
            "provided super merchant id. Check that you are using the correct "
            "credentials for the right environment.",
            "contextId": str(uuid.uuid4()),
            "errorGroup": "Merchant",
        }
    ]
    return answer(403, body, now)
