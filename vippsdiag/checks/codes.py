"""Every documented error code: what it means, and which check speaks of it.

Sources: the official ePayment error list of 2026 (high), eCom's tables of 2018 to 2023
(high), Recurring's problem types (high), Report's two codes (high), the OAuth and CIBA
standards with what Login adds to them (medium), and the identity provider's codes
(generic; those that Vipps is known to return are in facts 3.2).
"""

import re
from typing import NamedTuple

from vippsdiag.check import Confidence
from vippsdiag.checks.answers import (
    error_codes,
    identity_codes,
    is_of_another,
    oauth_error,
    problem_type,
    redirected_error,
    text_in,
    written_codes,
)
from vippsdiag.exchange import Exchange, once
from vippsdiag.language import Text, say


class Code(NamedTuple):
    """One documented code.

    Attributes:
        check: the id of the check that speaks of it.
        words: what it means, to follow "The answer says:"; ends with a full stop.
            Empty where the check reads the code itself, for what it says depends.
    """

    check: str
    words: str


def _table(check: str, rows: dict[str, str]) -> dict[str, Code]:
    return {code: Code(check, words) for code, words in rows.items()}


_VALUE = _table(
    "request-value-invalid",
    {
        "4040": "an amount is not a whole number in the smallest unit (4040).",
        "4050": "the customer token from a personal QR is not valid (4050).",
        "4060": "the personal QR is not valid (4060).",
        "4090": "an address is not a valid https address (4090).",
        "4100": "the metadata is too large (4100).",
        "4110": "a key of the metadata is there twice (4110).",
        "4120": "a key of the metadata is too long (4120).",
        "4130": "a value of the metadata is too long (4130).",
        "4160": "the type of the payment method is not valid here (4160).",
        "5010": "blockedSources is for Danish and Finnish sales units only (5010).",
        "5040": "the currency is not that of the sales unit's market (5040).",
        "6010": "the amount is below the smallest one (6010).",
        "6110": "expiresAt is more than 60 days ahead (6110).",
        "6120": "expiresAt is less than 10 minutes ahead (6120).",
        "6130": "a payment with expiresAt needs a receipt (6130).",
        "validation-error": "a field is missing or not as specified.",
        "invalid-agreement-id": "the agreement's id is missing or malformed.",
        "charge-amount-too-high": "the charge is higher than the agreement allows.",
        "charge-due-too-soon": "the charge is due too soon; two days ahead is least.",
        "charge-due-in-too-long": "the charge is due more than two years ahead.",
        "invalid-suggested-max-amount": "suggestedMaxAmount is not valid or too high.",
        "10002": "the request's parameters are not valid (Report 10002).",
    },
)
_STATE = _table(
    "operation-not-allowed-in-state",
    {
        "51": "a captured payment cannot be cancelled; refund it (51).",
        "52": "the cancellation failed (52).",
        "53": "a payment that is not reserved cannot be cancelled (53).",
        "61": "more than the reserved amount cannot be captured (61).",
        "62": "the amount is not reserved, or the payment is cancelled (62).",
        "63": "the capture failed; ask for the payment's details (63).",
        "71": "more than the captured amount cannot be refunded (71).",
        "72": "a payment that is only reserved is cancelled, not refunded (72).",
        "73": "a cancelled payment cannot be refunded (73).",
        "74": "the refund is not possible (74).",
        "91": "the transaction is not allowed (91).",
        "92": "the transaction was processed already (92).",
        "95": "the time for a refund is over, or direct capture is not allowed (95).",
        "6020": "the payment was not reserved, so it cannot be refunded (6020).",
        "6030": "the time in which it could be cancelled is over (6030).",
        "6040": "a captured payment cannot be cancelled; refund it (6040).",
        "6050": "a payment that is not reserved cannot be cancelled (6050).",
        "6060": "the user has authorised it, and cancelTransactionOnly was set (6060).",
        "6070": "a cancelled payment cannot be captured (6070).",
        "6080": "the user has not approved it, so it cannot be captured (6080).",
        "6090": "more than the authorised amount cannot be captured (6090).",
        "6100": "the time in which it could be captured is over (6100).",
        "6140": "this payment can only be captured as a whole (6140).",
        "6150": "more than what is captured and not refunded was asked for (6150).",
        "6170": "the payment is captured already (6170).",
        "6180": "the payment is refunded already (6180).",
        "6190": "the payment cannot be cancelled in this state (6190).",
        "6200": "the payment cannot be captured in this state (6200).",
        "6210": "the payment cannot be refunded in this state (6210).",
        "6220": "the time in which it could be refunded is over (6220).",
        "6230": "the payment is reserved already (6230).",
        "10020": "the payment cannot be approved by a call (10020).",
        "illegal-agreement-update": "the agreement is stopped, or still pending.",
        "cancel-charge-failed": "the charge cannot be cancelled.",
        "charge-creation-failed": "the charge cannot be created.",
        "charge-capture-failed": "the charge cannot be captured.",
        "operation-failed": "the operation cannot be carried out.",
        "conflict": "another request, or the state, is in conflict with this one.",
    },
)
_BUSY = _table(
    "payment-locked",
    {
        "94": "the order is being processed (94).",
        "98": "too many requests for it at once, or it is over 180 days old (98).",
        "6160": "another operation on the payment is under way (6160).",
        "6250": "the payment is being processed (6250).",
        "6280": "the capture failed for the moment (6280).",
    },
)
_MERCHANT = _table(
    "product-not-activated",
    {
        "38": "the sales unit may not skip the landing page (38).",
        "39": "the sales unit may not make long-living payments (39).",
        "97": "the sales unit may not perform payments (97).",
        "5020": "the sales unit may not use Express (5020).",
        "5030": "the sales unit may not ask for this scope (5030).",
        "5050": "the sales unit may not make long-living payments (5050).",
        "5080": "the sales unit may not skip the landing page (5080).",
        "Merchant 51": "the sales unit may not ask for the nin scope (51).",
        "invalid-sale-unit": "the sales unit may not use Recurring.",
        "unsupported-feature": "the feature is not open to this sales unit.",
    },
)
_UNIT = _table(
    "sales-unit-deactivated",
    {
        "31": "the merchant is blocked (31).",
        "37": "the sales unit is unavailable, deactivated or blocked (37).",
        "AADSTS7000112": "the application of this client_id is switched off.",
    },
)
_UNREADY = _table(
    "sales-unit-not-ready",
    {
        "36": "the merchant's agreement is not signed (36).",
        "5060": "the merchant's bank account is not verified (5060).",
        "5070": "something that the payment needs is not set up (5070).",
        "5100": "the sales unit is not set up for refunds (5100).",
    },
)
_LIMIT = _table(
    "merchant-limit-exceeded",
    {
        "32": "the merchant has received as much as is allowed (32).",
        "33": "the merchant has made as many requests as are allowed (33).",
    },
)
_DECLINED = _table(
    "payment-declined",
    {
        "41": "the user has no valid card (41).",
        "42": "the user's bank refused it (42).",
        "43": "the user's bank refused the amount (43).",
        "44": "the user's card has expired (44).",
        "45": "the reservation failed (45).",
        "1501": "the user is under 15 and cannot pay companies (1501).",
        "6260": "the money is no longer reserved (6260).",
    },
)
_USER = _table("real-user-in-test", dict.fromkeys(("81", "7010"), ""))
_TEST_USER = _table(
    "test-user-not-ready",
    {
        "1082": "the test user's identity is not verified (1082).",
        "10010": "the payment could not be approved (10010).",
        "10030": "the test user has to be identified (10030).",
        "10040": "the test user's source of payment is not valid (10040).",
        "10050": "the test user has no card (10050).",
        "10070": "the test user's limit is reached (10070).",
    },
)
_OTHERS = {
    "34": Code("order-id-reused", "the order id exists already (34)."),
    "4150": Code("order-id-reused", "the reference exists already (4150)."),
    "35": Code("order-of-other-msn", "there is no such order (35)."),
    "5090": Code("order-of-other-msn", "there is no such reference (5090)."),
    "resource-not-found": Code("order-of-other-msn", "there is nothing by this id."),
    "4010": Code("idempotency-conflict", "a capture with this key differs (4010)."),
    "4020": Code("idempotency-conflict", "the idempotency key exists (4020)."),
    "93": Code("idempotency-conflict", "a retry has to be identical (93)."),
    "idempotency-conflict": Code("idempotency-conflict", "the key was used before."),
    "idempotency-key-header": Code(
        "idempotency-key-missing", "the idempotency key is missing or not valid."
    ),
    "missing-request-header": Code("request-header-missing", "a header is missing."),
    "not-authorized": Code("token-invalid", "the access token is not valid."),
    "invalid-json": Code("body-not-json", "the body cannot be read as JSON."),
    "unsupported-media-type": Code("content-type-wrong", ""),
    "4070": Code("phone-number-malformed", "the phone number is not valid (4070)."),
    "4080": Code("scope-invalid", "a scope is not known (4080)."),
    "4140": Code("request-parameter-missing", "a parameter is missing (4140)."),
    "82": Code("user-app-outdated", "the user's app is too old (82)."),
    "10060": Code("product-not-in-test", "this is not served in test (10060)."),
    "3010": Code("service-outage", "internal error (3010)."),
    "99": Code("service-outage", "internal error (99)."),
    "10001": Code("service-outage", "unknown error (Report 10001)."),
}
_OAUTH = {
    "invalid_client": Code("client-secret-wrong", ""),
    "unauthorized_client": Code("product-not-activated", ""),
    "invalid_grant": Code("authorization-code-invalid", ""),
    "expired_token": Code("authorization-code-invalid", ""),
    "invalid_scope": Code("scope-invalid", "a scope is not known or not allowed."),
    "unsupported_grant_type": Code("grant-type-unsupported", ""),
    "unsupported_response_type": Code("grant-type-unsupported", ""),
    "invalid_app_callback_uri": Code("redirect-uri-mismatch", ""),
    "app_callback_uri_not_registered": Code("redirect-uri-mismatch", ""),
    "access_denied": Code("login-ended-by-user", "the user said no."),
    "login_required": Code("login-ended-by-user", "the user is not logged in."),
    "interaction_required": Code("login-ended-by-user", "the user has to act."),
    "consent_required": Code("login-ended-by-user", "the user has to consent."),
    "wrong_challenge": Code("login-ended-by-user", "the user chose another number."),
    "unknown_reject_reason": Code("login-ended-by-user", "the user's app refused."),
    "outdated_app_version": Code("user-app-outdated", "the user's app is too old."),
    "old_app": Code("user-app-outdated", "the user's app is too old."),
    "authorization_pending": Code("login-not-answered-yet", "the user has not acted."),
    "slow_down": Code("rate-limited", "the calls follow each other too fast."),
    "server_error": Code("service-outage", "Login had a problem."),
    "temporarily_unavailable": Code("service-outage", "Login is not available now."),
    "invalid_user": Code("real-user-in-test", ""),
    "unknown_user_id": Code("real-user-in-test", ""),
}
_IDENTITY = {
    "AADSTS700016": Code("client-id-unknown", ""),
    "AADSTS70001": Code("client-id-unknown", ""),
    "AADSTS7000229": Code("client-id-unknown", ""),
    "AADSTS7000215": Code("client-secret-wrong", ""),
    "AADSTS50012": Code("client-secret-wrong", ""),
    "AADSTS70002": Code("client-secret-wrong", ""),
    "AADSTS7000222": Code("client-secret-expired", ""),
    "AADSTS7000216": Code("client-secret-missing", ""),
    "AADSTS7000218": Code("client-secret-missing", ""),
    "AADSTS900144": Code("request-parameter-missing", ""),
    "AADSTS90014": Code("request-parameter-missing", ""),
    "AADSTS9002326": Code("cors-browser-call", ""),
    "AADSTS50011": Code("redirect-uri-mismatch", ""),
    "AADSTS500112": Code("redirect-uri-mismatch", ""),
    "AADSTS70008": Code("authorization-code-invalid", ""),
    "AADSTS54005": Code("authorization-code-invalid", ""),
    "AADSTS70011": Code("scope-invalid", "a scope is not known (70011)."),
    "AADSTS70003": Code("grant-type-unsupported", ""),
    # In Microsoft's list; that it is passed on here is inferred.
    "AADSTS90033": Code(
        "service-outage", "the identity provider could not answer just then (90033)."
    ),
    "AADSTS50196": Code("rate-limited", ""),
    "AADSTS90055": Code("rate-limited", ""),
}

CODES: dict[str, Code] = (
    _VALUE
    | _STATE
    | _BUSY
    | _MERCHANT
    | _UNIT
    | _UNREADY
    | _LIMIT
    | _DECLINED
    | _USER
    | _TEST_USER
    | _OTHERS
    | _OAUTH
    | _IDENTITY
)


@once
def codes_in(exchange: Exchange) -> tuple[str, ...]:
    """Return every code in an answer that is in the table."""
    if exchange.ok:
        return ()
    found = set(error_codes(exchange))
    found |= {f"AADSTS{code}" for code in identity_codes(exchange)}
    found |= {oauth_error(exchange), redirected_error(exchange)}
    found.add(problem_type(exchange))
    return tuple(sorted(found & CODES.keys()))


@once
def _meanings(exchange: Exchange) -> dict[str, Text]:
    """Return what the codes in an answer mean, by the check that speaks of it.

    Several codes are read by their number, the first one counts.
    """
    codes = [CODES[code] for code in codes_in(exchange)]
    return {code.check: say(code.words) for code in reversed(codes) if code.words}


def said(exchange: Exchange, check: str) -> Text | None:
    """Return what a code in an answer means, if this check speaks of it.

    A success has no code.
    """
    return _meanings(exchange).get(check)


def sure_of(exchange: Exchange, check: str) -> Confidence:
    """Tell how sure a code of this check is: less so if its words alone are there."""
    codes = {code for code in codes_in(exchange) if CODES[code].check == check}
    guessed = codes & error_codes(exchange) - written_codes(exchange)
    return Confidence.LIKELY if codes and codes == guessed else Confidence.CERTAIN


# How the identity provider names what it misses, with one of two codes.
_PARAMETER = re.compile(r"(?:parameters?:? *|required field )'(\w+)'")
_MISSED = {900144, 90014}


def missed_parameter(exchange: Exchange) -> str | None:
    """Return the parameter that the identity provider misses; None if there is none."""
    if not identity_codes(exchange) & _MISSED:
        return None
    named = _PARAMETER.search(text_in(exchange))
    return named[1] if named else None


# What OAuth's libraries say of a setting that has no value.
_UNSET = re.compile(
    r"\b(?P<name>client[_ ]?(?:id|secret))\b[\"'`]? (?:(?:is|was) )?(?:undefined|null"
    r"|missing|empty|required|not (?:set|provided|configured)"
    r"|(?:must|can|should) ?not be (?:undefined|null|empty|blank))"
    r"|\b(?:requires an?|missing(?: required (?:parameter|option):?)?) [\"'`]?"
    r"(?P<other>client[_ ]?(?:id|secret))\b",
    re.IGNORECASE,
)


@once
def unset_client(exchange: Exchange) -> str | None:
    """Return which half of a client is not set, as a library says; None if none."""
    if exchange.ok or identity_codes(exchange) or is_of_another(exchange):
        return None
    words = exchange.failure.message if exchange.failure else text_in(exchange)
    named = _UNSET.search(words)
    name = (named["name"] or named["other"]).lower() if named else ""
    return ("client_id" if name.endswith("id") else "client_secret") if named else None


# A field and what is asked of it, in a message on its own; these words are no field's.
_NO_FIELD = (
    r"authentication|authorization|body|content|credentials|field|json|login"
    r"|parameter|payload|payment|request|signature|that|this|token|value|which"
)
_ALONE = re.compile(
    rf"^[\W\d]*(?!\w*header)(?!(?i:{_NO_FIELD})\b)"
    r"([A-Za-z]\w{3,40}) ((?:field )?is (?:required|missing)\b)"
)


def field_errors(exchange: Exchange) -> list[tuple[str, str]]:
    """Return each field that eCom complains of, by its path, with the reason.

    A message on its own may name one, too.
    """
    response = None if is_of_another(exchange) else exchange.response
    body = response.json if response else None
    if body is None and exchange.status in {400, 422}:
        alone = _ALONE.search(text_in(exchange))
        return [(alone[1], alone[2])] if alone else []
    items = body[:50] if isinstance(body, list) else []
    told = [item for item in items if isinstance(item, dict)]
    named = [(str(one.get("errorCode")), str(one.get("errorMessage"))) for one in told]
    return [(name, reason) for name, reason in named if "." in name]
