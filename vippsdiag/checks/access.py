"""May these keys do this: product, sales unit, partner link?"""

import re
from collections.abc import Iterator

from vippsdiag.check import API_KEYS, DOCS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import (
    Says,
    found,
    is_bare,
    is_gateway,
    oauth_error,
    says,
)
from vippsdiag.checks.client import body_place
from vippsdiag.checks.codes import said, sure_of
from vippsdiag.checks.environment import kind_of
from vippsdiag.checks.sent import absence, carries, header_place
from vippsdiag.environments import Environment
from vippsdiag.evidence import Call, Evidence, Need, call_of
from vippsdiag.exchange import Exchange, Response
from vippsdiag.keys import KeyKind
from vippsdiag.language import Text, say
from vippsdiag.products import product_at
from vippsdiag.samples import (
    PRODUCTION,
    REFERENCE,
    TEST,
    api_call,
    call,
    case,
    details,
    ecom,
)
from vippsdiag.who import Who, answered_by

MSN_HEADER = "Merchant-Serial-Number"
LACKS = "The sales unit or merchant does not"
PAYMENT = f"/epayment/v1/payments/{REFERENCE}"
UNIT = "/management/v1/sales-units/384217"
CALLBACK = "https://shop.example/vipps/callback"
_PARTNER = KeyKind.PARTNER
FORBIDDEN = {"type": "https://httpstatuses.io/403", "title": "Forbidden", "status": 403}


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Order the product for this sales unit in the portal, or use the keys of a "
    "sales unit that has it.",
    docs=DOCS + "knowledge-base/errors/",
    source="the official errors page, ePayment and eCom code tables (high); a 403 as "
    "problem+json is inferred from the specification (medium), and that one without "
    "a word may mean it (low)",
    broken=lambda: [
        case(api_call(TEST, path=PAYMENT, status=403, answer=FORBIDDEN)),
        case(api_call(TEST, status=403, answer=ecom("97", "Merchant Not Allowed"))),
        case(
            api_call(
                TEST,
                path="/recurring/v3/agreements",
                status=400,
                answer={"title": "merchant.not.allowed.for.recurring.operation"},
            )
        ),
        case(call("", "https://api.vipps.no/recurring/v3/agreements", status=403)),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=403, answer="")),
        case(api_call(TEST, status=404, answer=details("5090", "Reference not found"))),
        case(call("POST", CALLBACK, status=403, answer={"error": "invalid token"})),
    ],
)
def product_not_activated(evidence: Evidence) -> Iterator[Finding]:
    """The sales unit has no access to this product or feature.

    Keys, token and number were accepted. Each product is ordered and approved for each
    sales unit by itself; some features need an approval of their own.
    """
    for exchange in evidence.exchanges:
        words = said(exchange, "product-not-activated")
        named = says(exchange, Says.MERCHANT_NOT_ALLOWED)
        silent = _is_silent(exchange)
        if exchange.ok or not (words or named or silent or _not_for_login(exchange)):
            continue
        guessed = silent or (not words and not named and lacks_number(exchange))
        yield Finding(
            message=say("The answer says: {words}", words=words)
            if words
            else _not_allowed(exchange, silent=silent),
            place=body_place(exchange),
            confidence=sure_of(exchange, "product-not-activated")
            if words
            else (Confidence.POSSIBLE if guessed else Confidence.LIKELY),
        )


def _is_silent(exchange: Exchange) -> bool:
    """Tell whether an API that must be ordered refused a call, and no more is known.

    From Webhooks, that means a number that is not one of the keys'.
    """
    request = exchange.request
    product = product_at(request.path) if request else None
    if request is None or product is None or product.name == "Webhooks":
        return False
    unknown = is_bare(exchange) and not request.shows_headers
    return unknown and exchange.status == 403


def lacks_number(exchange: Exchange) -> bool:
    """Tell whether a call to production has no number, where its API requires one."""
    request = exchange.request
    product = product_at(request.path) if request else None
    if request is None or product is None or carries(request, MSN_HEADER):
        return False
    return product.msn and request.environment is Environment.PRODUCTION


def _not_allowed(exchange: Exchange, *, silent: bool) -> Text:
    if silent:
        return say("The call was refused, and the answer does not say why.")
    product = product_at(exchange.request.path) if exchange.request else None
    if product is None:
        return say("The sales unit is not allowed to use this product in this way.")
    return say(
        "The sales unit is not allowed to use {product} in this way.",
        product=product.name,
    )


def _not_for_login(exchange: Exchange) -> bool:
    """Tell whether an API refused, or Login says that the client may not do this."""
    login = exchange.request and call_of(exchange.request) is Call.LOGIN
    unset = oauth_error(exchange) == "unauthorized_client" and bool(login)
    return unset or _forbidden(exchange)


def _forbidden(exchange: Exchange) -> bool:
    """Tell whether an API, not the gateway or a firewall, answered 403."""
    others = {Who.SHOP, Who.FIREWALL}
    if exchange.status != 403 or is_gateway(exchange):
        return False
    if answered_by(exchange) in others:
        return False
    body = exchange.response.json if exchange.response else None
    msn = says(exchange, Says.INVALID_MSN)
    return isinstance(body, dict | list) and bool(body) and not msn


_PLUGINS_OWN = "MSN or subscription key (or both) seem to be wrong: 403 Forbidden"


def _told(words: str) -> Exchange:
    """Return a message on its own, without the call that it is about."""
    return Exchange(response=Response(body=words))


@check(
    severity=Severity.ERROR,
    needs={Need.API_WORDS},
    fix="Send the merchant serial number and the keys of one and the same row in the "
    "portal, and the same subscription key for the token and the call.",
    docs=API_KEYS,
    source="woocommerce@abe480f5: Webhooks answers 403 with an empty body (medium); "
    "the plugin's own words for it (high)",
    broken=lambda: [
        case(api_call(TEST, status=403, answer="")),
        case(api_call(TEST, status=403, answer="403 Forbidden")),
        case(_told(_PLUGINS_OWN)),
    ],
    healthy=lambda: [
        case(_told("403 Forbidden")),
        case(api_call(TEST, status=403, answer=FORBIDDEN)),
        case(api_call(TEST, status=403, answer="403 Forbidden: call volume quota")),
        case(api_call(TEST)),
    ],
)
def keys_of_other_sales_unit(evidence: Evidence) -> Iterator[Finding]:
    """Keys and merchant serial number belong to different sales units.

    A business can have several sales units, each with a number and keys of its own. The
    token does not depend on the number, so this shows only in the call that follows.
    """
    for exchange in evidence.exchanges:
        if says(exchange, Says.OTHER_UNIT):
            yield Finding(
                message=say(
                    "The plugin says that the merchant serial number or the "
                    "subscription key is wrong: the two do not belong together."
                ),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )
    partner = kind_of(evidence) is KeyKind.PARTNER
    for exchange, request in evidence.api_calls():
        product = product_at(request.path)
        webhooks = product is not None and product.name == "Webhooks"
        empty = exchange.status == 403 and is_bare(exchange)
        unknown = not request.shows_headers
        numbered = carries(request, MSN_HEADER) or unknown
        if webhooks and empty and numbered and not partner:
            yield Finding(
                message=say(
                    "Webhooks answered 403 and no reason is shown, as when the number "
                    "is not one of the keys'."
                ),
                place=header_place(exchange, MSN_HEADER),
                confidence=Confidence.POSSIBLE if unknown else Confidence.LIKELY,
            )


def _unnumbered(environment: Environment, status: int) -> Evidence:
    return case(
        api_call(
            environment,
            path=PAYMENT,
            headers={MSN_HEADER: None},
            status=status,
            answer=FORBIDDEN,
        )
    )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Send the header Merchant-Serial-Number with the number of the merchant that "
    "you act for.",
    docs=DOCS + "partner/partner-keys/",
    source="the official errors page: no number after Invalid MSN means no header "
    "(high); that a 403 without a word may mean it is inferred (low)",
    broken=lambda: [
        case(
            api_call(
                PRODUCTION,
                headers={MSN_HEADER: None},
                status=403,
                answer=ecom(
                    "x",
                    "Invalid MSN: This MSN is not valid for the provided "
                    "super merchant id.",
                ),
            )
        ),
        case(
            api_call(PRODUCTION, headers={MSN_HEADER: None}, status=403, answer=""),
            kind=KeyKind.PARTNER,
        ),
        _unnumbered(PRODUCTION, 403),
    ],
    healthy=lambda: [
        _unnumbered(TEST, 403),
        _unnumbered(PRODUCTION, 401),
        case(api_call(PRODUCTION, path=PAYMENT, status=403, answer=FORBIDDEN)),
        case(api_call(PRODUCTION, status=403, answer=""), kind=KeyKind.PARTNER),
        case(api_call(PRODUCTION, headers={MSN_HEADER: None}), kind=KeyKind.PARTNER),
    ],
)
def msn_missing_partner(evidence: Evidence) -> Iterator[Finding]:
    """Partner keys were used without a Merchant-Serial-Number header.

    One set of partner keys serves every merchant that is connected to the partner. The
    header says which one a call is for; a number in the body does not.
    """
    partner = kind_of(evidence) is KeyKind.PARTNER
    for exchange in evidence.exchanges:
        request = exchange.request
        match = found(exchange, Says.INVALID_MSN)
        unnumbered = (
            match and not match["number"] and not says(exchange, Says.OTHER_PSP)
        )
        absent = request is not None and not carries(request, MSN_HEADER)
        refused = exchange.status in {400, 401, 403}
        told = unnumbered or (partner and absent and refused and _is_api(exchange))
        # Partner keys are for production alone; others are asked for it with a 400.
        silent = exchange.status == 403 and is_bare(exchange)
        unsure = Confidence.POSSIBLE if silent else Confidence.LIKELY
        likely = kind_of(evidence) is None and (silent or _forbidden(exchange))
        if told or (likely and lacks_number(exchange)):
            words = say("No merchant serial number arrived with the call.")
            sure = Confidence.CERTAIN if told else unsure
            place = header_place(exchange, MSN_HEADER)
            if unnumbered or request is None:
                yield Finding(message=words, place=place, confidence=sure)
            else:
                yield absence(exchange, request, MSN_HEADER, words, sure)


def _is_api(exchange: Exchange) -> bool:
    path = exchange.request.path if exchange.request else ""
    return product_at(path) is not None and not is_gateway(exchange)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Let the merchant connect the sales unit to you in the portal, or correct the "
    "number.",
    docs=DOCS + "partner/partner-keys/",
    source="the official errors page and the partner README of 2022 (high)",
    broken=lambda: [
        case(
            api_call(
                PRODUCTION,
                status=403,
                answer=ecom(
                    "x",
                    "Invalid MSN: 654321. This MSN is not valid for the "
                    "provided super merchant id.",
                ),
            )
        ),
        case(api_call(PRODUCTION, status=403, answer="Forbidden"), kind=_PARTNER),
        case(api_call(PRODUCTION, path=UNIT, status=404, answer={"title": "x"})),
    ],
    healthy=lambda: [
        case(
            api_call(PRODUCTION, status=403, answer="Invalid MSN: 654321. Check your")
        ),
        case(
            api_call(
                PRODUCTION,
                path=UNIT,
                status=404,
                answer={"statusCode": 404, "message": "Resource not found"},
            )
        ),
        case(api_call(PRODUCTION), kind=KeyKind.PARTNER),
    ],
)
def msn_not_connected_to_partner(evidence: Evidence) -> Iterator[Finding]:
    """The sales unit is not connected to this partner.

    Partner keys work for the sales units that are connected to the partner, in the
    environment where they are.
    """
    partner = kind_of(evidence) is KeyKind.PARTNER
    own = kind_of(evidence) is KeyKind.SALES_UNIT
    for exchange in evidence.exchanges:
        request = exchange.request
        match = found(exchange, Says.INVALID_MSN)
        named = match and match["number"] and says(exchange, Says.SUPER_MERCHANT)
        sent = request is not None and carries(request, MSN_HEADER)
        empty = exchange.status == 403 and is_bare(exchange)
        unknown = _is_unknown_unit(exchange) and not own
        if named or unknown or (partner and sent and empty and _is_api(exchange)):
            yield Finding(
                message=say("The merchant serial number is not one of this partner's."),
                place=header_place(exchange, MSN_HEADER)
                if sent
                else body_place(exchange),
                confidence=Confidence.LIKELY,
            )


def _is_unknown_unit(exchange: Exchange) -> bool:
    """Tell whether Management has no such sales unit for these keys (facts 5)."""
    path = exchange.request.path.lower() if exchange.request else ""
    asked = re.fullmatch(r"/management/v1/sales-units/\d+/?", path)
    return asked is not None and exchange.status == 404 and not is_gateway(exchange)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Look at the sales unit in the portal; activate it, or confirm the business "
    "details that are asked for there.",
    docs=DOCS + "knowledge-base/errors/",
    source="the official errors page, eCom code 37 (high)",
    broken=lambda: [
        case(api_call(TEST, status=400, answer=ecom("37", "Merchant not available"))),
        case(api_call(TEST, status=400, answer=f"{LACKS} ex...")),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=404, answer=ecom("35", "Order not found"))),
        case(api_call(TEST, status=400, answer=f"{LACKS} have it.")),
    ],
)
def sales_unit_deactivated(evidence: Evidence) -> Iterator[Finding]:
    """The sales unit or its company is deactivated.

    A unit is deactivated by the merchant, or when the business details were not
    confirmed in time, or when the organisation number was deleted or changed. For a
    partner, it may be the partner that is deactivated.
    """
    for exchange in evidence.exchanges:
        words = said(exchange, "sales-unit-deactivated")
        if words or says(exchange, Says.DEACTIVATED):
            yield Finding(
                message=say(
                    "The answer says: {words}",
                    words=words or say("the sales unit is not active."),
                ),
                place=body_place(exchange),
                confidence=sure_of(exchange, "sales-unit-deactivated"),
            )
