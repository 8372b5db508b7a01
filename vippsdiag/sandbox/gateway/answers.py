"""The answers that products share, each with where it is known from.

"High" is the official documentation or a captured answer, "medium" an old or single
one, "low" what such software usually says, and "inferred" what was made up in the form
of others. Some of what is not certain can be switched: `vippsdiag.sandbox.variants`.
"""

import uuid
from datetime import datetime

from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.reply import PROBLEM, Reply, empty, in_json, trace_id

# The token endpoint's as its specification of 2023 writes it (high); the gateway's own
# is the usual one of Azure API Management (low); the others are inferred.
TOKEN_JSON = "application/json;charset=UTF-8"
GATEWAY_JSON = "application/json"


def gateway(status: int, message: str) -> Reply:
    """The gateway's own form."""
    body = {"statusCode": status, "message": message}
    return in_json(status, body, GATEWAY_JSON)


def azure(status: int, words: str, message: str, reason: str = "") -> Reply:
    """The gateway's other form: "ErrorFromAzure" of the eCom specification (high)."""
    body = {
        "responseInfo": {"responseCode": status, "responseMessage": words},
        "result": {"message": message},
    }
    return in_json(status, body, GATEWAY_JSON, reason=reason)


def token(body: object) -> Reply:
    """A token was issued: AT-access and the specification of 2023 (high)."""
    return in_json(200, body, TOKEN_JSON)


def missing_key() -> Reply:
    """vipps-developers#80, errors page (high)."""
    text = (
        "Access denied due to missing subscription key. Make sure to include "
        "subscription key when making requests to an API."
    )
    return gateway(401, text)


def invalid_key() -> Reply:
    """vipps-developers#52, woocommerce#101 (high)."""
    text = (
        "Access denied due to invalid subscription key. Make sure to provide a valid "
        "key for an active subscription."
    )
    return gateway(401, text)


def path_unknown(call: Call) -> Reply:
    """T8, vipps-developers#59 of 2020 (medium): status text and body as captured.

    Today it may be the form of `method_unknown` instead (low; login-api#39), so it
    can be switched.
    """
    if call.sandbox.variant("path-unknown") == "gateway":
        return method_unknown()
    words = "Something went wrong, please try again later."
    return azure(404, words, words, "APIM Resource Not Found")


def method_unknown() -> Reply:
    """T9: the gateway's usual answer to a path with another method (low)."""
    return gateway(404, "Resource not found")


def too_large() -> Reply:
    """A body over 1 MB (the status is HTTP's, the text inferred)."""
    return gateway(413, "The body is larger than 1 MB.")


def too_many(seconds: int) -> Reply:
    """T12: the gateway's usual answer (low); ``Retry-After`` is documented (medium)."""
    text = f"Rate limit is exceeded. Try again in {seconds} seconds."
    body = {"statusCode": 429, "message": text}
    return in_json(429, body, GATEWAY_JSON, headers=(("Retry-After", str(seconds)),))


def token_refused(call: Call) -> Reply:
    """A token that is missing, malformed, expired or without ``Bearer``.

    The words are the errors page's of 2023 (high); that they stand in this form, and
    at Webhooks and ePayment today, is inferred (facts section 9, number 5), so it can
    be switched.
    """
    if call.sandbox.variant("token-refused") == "problem":
        return problem(401, "Unauthorized", "The access token is not valid.")
    text = "Something went wrong, please try again later"
    return azure(401, "Unauthorized", text)


def identity(status: int, code: int, text: str, error: str, now: datetime) -> Reply:
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
    return in_json(status, body)


def client_unknown(identifier: str, directory: str, now: datetime) -> Reply:
    """J1: common-errors-faq of 2022 (high for the body, medium for today)."""
    text = (
        f"Application with identifier '{identifier}' was not found in the directory "
        f"'{directory}'. This can happen if the application has not been installed by "
        "the administrator of the tenant or consented to by any user in the tenant. "
        "You may have sent your authentication request to the wrong tenant."
    )
    return identity(400, 700016, text, "unauthorized_client", now)


def parameter_missing(name: str, now: datetime) -> Reply:
    """The identity provider's generic text (low for Vipps)."""
    text = f"The request body must contain the following parameter: '{name}'."
    return identity(400, 900144, text, "invalid_request", now)


def secret_missing(now: datetime) -> Reply:
    """The identity provider's generic text (low for Vipps)."""
    text = (
        "The request body must contain the following parameter: 'client_assertion' or "
        "'client_secret'."
    )
    return identity(401, 7000218, text, "invalid_client", now)


def secret_wrong(client_id: str, now: datetime) -> Reply:
    """J3: generic; no capture from Vipps is known (medium)."""
    text = (
        "Invalid client secret provided. Ensure the secret being sent in the request "
        "is the client secret value, not the client secret ID, for a secret added to "
        f"app '{client_id}'."
    )
    return identity(401, 7000215, text, "invalid_client", now)


def cross_origin(now: datetime) -> Reply:
    """J4: vipps-ecom-api#236 (high, 2022)."""
    text = (
        "Cross-origin token redemption is permitted only for the 'Single-Page "
        "Application' client-type."
    )
    return identity(400, 9002326, text, "invalid_request", now)


def client_refused() -> Reply:
    """What the specialized endpoint answers (the code high, the body inferred)."""
    body = {
        "error": "invalid_client",
        "error_description": "Client authentication failed.",
    }
    return in_json(401, body)


def problem(status: int, title: str, detail: str, **more: object) -> Reply:
    """The form of ePayment's errors (high); the texts are beside each use."""
    body = {
        "type": f"https://httpstatuses.io/{status}",
        "title": title,
        "detail": detail,
        "status": status,
        **more,
        "traceId": trace_id(),
    }
    return in_json(status, body, PROBLEM)


def invalid(name: str, reason: str) -> Reply:
    """A malformed request: 400 naming the field (form high, texts inferred)."""
    return problem(
        400,
        "Bad Request",
        "One or more validation errors occurred.",
        extraDetails=[{"name": name, "reason": reason}],
    )


def header_missing(call: Call, name: str) -> Reply:
    """A required header is missing: 400 naming the field (inferred)."""
    return invalid(name, f"The {name} field is required.")


def number_missing(call: Call) -> Reply:
    """The merchant serial number is missing: 400 naming the field (inferred)."""
    return header_missing(call, MSN)


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """A body that is not as declared: 400 naming the field (texts inferred)."""
    return invalid(flaw.name or "body", flaw.reason)


def conflict(call: Call) -> Reply:
    """The idempotency key was sent with another body (status high, text inferred)."""
    return problem(409, "Conflict", "The Idempotency-Key was used for another body.")


def product_forbidden(call: Call) -> Reply:
    """403 as problem+json, as the specification of create lists it (inferred)."""
    text = "The sales unit is not allowed to use this product."
    return problem(403, "Forbidden", text)


def other_unit(call: Call) -> Reply:
    """Token, subscription key and number of two units (inferred).

    That it fails is documented (errors page, high); the status is not.
    """
    return problem(403, "Forbidden", "Forbidden")


def empty_403(call: Call) -> Reply:
    """Webhooks with a number or a key of another unit (woocommerce, medium)."""
    return empty(403)


def invalid_msn(call: Call) -> Reply:
    """E1, the partner README of 2022 (high for eCom, inferred elsewhere).

    Without a header, no number stands behind "Invalid MSN:" (errors page, high).
    """
    number = call.header(MSN)
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
    return in_json(403, body)
