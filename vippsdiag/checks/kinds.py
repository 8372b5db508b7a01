"""Does the kind of keys fit the call: partner, accounting, PSP, sales unit?"""

import re
from collections.abc import Iterator

from vippsdiag.check import (
    ACCESS_TOKEN,
    DOCS,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.access import MSN_HEADER
from vippsdiag.checks.answers import Says, complaints, found, is_gateway, says, text_in
from vippsdiag.checks.environment import kind_of
from vippsdiag.checks.flow import address
from vippsdiag.checks.sent import absence, carries, header_place
from vippsdiag.evidence import Evidence, Need
from vippsdiag.exchange import Exchange, Request
from vippsdiag.keys import KeyKind
from vippsdiag.language import say
from vippsdiag.products import Product, product_at
from vippsdiag.samples import PRODUCTION, TEST, api_call, case, ecom

_PAYMENTS = "/epayment/v1/payments"
_REFUSED = {400, 401, 403, 404}
# What each kind of keys is for, or what it is not for (facts 1.1).
_ONLY = {
    KeyKind.ACCOUNTING: {"Report", "Sales"},
    KeyKind.MERCHANT_LEVEL: {"Donations", "Report", "Webhooks"},
    KeyKind.MANAGEMENT: {"Management"},
}
_NEVER = {
    KeyKind.PARTNER: {"Report", "Sales"},
    KeyKind.SALES_UNIT: {"Sales", "Partner", "PSP", "PSP Signup"},
    KeyKind.PSP: {"Report", "Sales", "Donations", "Management"},
}


def fits(kind: KeyKind, product: Product) -> bool:
    """Tell whether keys of a kind can be used for a product."""
    if kind in _ONLY:
        return product.name in _ONLY[kind]
    return product.name not in _NEVER.get(kind, set())


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Use the kind of keys that the product takes: accounting keys for Report and "
    "Sales, merchant-level keys for Donations, sales unit or partner keys for "
    "payments.",
    docs=ACCESS_TOKEN,
    source="facts 1.1, kinds of keys (high)",
    broken=lambda: [
        case(api_call(PRODUCTION, path=_PAYMENTS, status=401), kind=KeyKind.ACCOUNTING),
        case(
            api_call(PRODUCTION, path="/settlement/v1/ledgers", status=403, answer="x"),
            kind=KeyKind.PARTNER,
        ),
    ],
    healthy=lambda: [
        case(api_call(PRODUCTION, path=_PAYMENTS, status=401), kind=KeyKind.SALES_UNIT),
        case(
            api_call(PRODUCTION, path="/settlement/v1/ledgers", status=401),
            kind=KeyKind.ACCOUNTING,
        ),
    ],
)
def kind_of_keys_not_for_product(evidence: Evidence) -> Iterator[Finding]:
    """Keys of this kind are not made for this API.

    Each kind of keys opens some APIs. Accounting keys read reports and move no money;
    partner keys act for merchants, and read no reports.
    """
    kind = kind_of(evidence)
    for exchange, request in evidence.api_calls():
        product = product_at(request.path)
        if kind and product and exchange.status in _REFUSED and not fits(kind, product):
            yield Finding(
                message=say(
                    "The keys are {kind} keys; the call is one of {name}.",
                    kind=kind,
                    name=product.name,
                ),
                place=address(exchange),
            )


def _lacks(exchange: Exchange, request: Request, header: str) -> bool:
    asked = exchange.status in {400, 401, 403} and not is_gateway(exchange)
    return asked and not carries(request, header)


def _names(exchange: Exchange, product: Product) -> bool:
    """Tell whether an answer names the header; in any spelling where it is required."""
    loose = r"|merchantserialnumber|\bmsn\b" if product.msn else ""
    return bool(re.search(f"(?i)merchant-serial-number{loose}", text_in(exchange)))


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Send the header Merchant-Serial-Number with the number of the sales unit, on "
    "every call; the field in the body does not replace it.",
    docs=DOCS + "knowledge-base/http-headers/",
    source="facts 4: required by ePayment, Order Management, PSP and Check-in (high)",
    broken=lambda: [
        case(
            api_call(
                TEST,
                path=_PAYMENTS + "/order-12345",
                headers={MSN_HEADER: None},
                status=400,
                answer={"title": "Bad Request"},
            )
        ),
        case(
            api_call(
                TEST,
                headers={MSN_HEADER: None},
                status=400,
                answer={"title": "Merchant-Serial-Number header is required"},
            )
        ),
    ],
    healthy=lambda: [
        case(
            api_call(
                TEST,
                path=_PAYMENTS + "/order-12345",
                status=400,
                answer={"title": "Bad Request"},
            )
        ),
        case(api_call(TEST, headers={MSN_HEADER: None}, status=400, answer={"a": "b"})),
    ],
)
def msn_header_missing(evidence: Evidence) -> Iterator[Finding]:
    """The call lacks the merchant serial number that this API requires.

    The number says for which sales unit the call is made. With partner keys every call
    needs it, with others it depends on the API.
    """
    if kind_of(evidence) is KeyKind.PARTNER:
        return
    for exchange, request in evidence.api_calls():
        product = product_at(request.path)
        if product is None or not _lacks(exchange, request, MSN_HEADER):
            continue
        named = not says(exchange, Says.INVALID_MSN) and _names(exchange, product)
        sure = Confidence.CERTAIN if named else Confidence.LIKELY
        # Where the answer names something else, that is what was missed first.
        shown = request.shows_headers and (named or not complaints(exchange))
        # A 401 or 403 has other causes that are more likely.
        if named or (product.msn and exchange.status == 400):
            yield Finding(
                message=say(
                    "{name} requires the header {header}.",
                    name=product.name,
                    header=MSN_HEADER,
                )
                if product.msn
                else say("The answer asks for the header {header}.", header=MSN_HEADER),
                place=header_place(exchange, MSN_HEADER),
                confidence=sure if shown else Confidence.POSSIBLE,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Send the header Psp-Id with the value from your onboarding, and the "
    "merchant's number in Merchant-Serial-Number; not on the token call.",
    docs=DOCS + "APIs/psp-api/",
    source="facts 4, PSP calls (high)",
    broken=lambda: [
        case(
            api_call(TEST, path="/psp/v3/psppayments/x/details", status=400, answer="x")
        ),
        case(
            api_call(TEST, path=_PAYMENTS, status=403, answer={"title": "Forbidden"}),
            kind=KeyKind.PSP,
        ),
    ],
    healthy=lambda: [
        case(
            api_call(
                TEST,
                path="/psp/v3/psppayments/x/details",
                headers={"Psp-Id": "p1"},
                status=400,
                answer="x",
            )
        ),
        case(
            api_call(TEST, path=_PAYMENTS, status=403, answer={"title": "Forbidden"}),
            kind=KeyKind.SALES_UNIT,
        ),
    ],
)
def psp_id_missing(evidence: Evidence) -> Iterator[Finding]:
    """The call of a payment service provider lacks its Psp-Id.

    A provider acts for many merchants: Psp-Id says who acts, and the merchant serial
    number for whom.
    """
    provider = kind_of(evidence) is KeyKind.PSP
    for exchange, request in evidence.api_calls():
        product = product_at(request.path)
        here = provider or (product is not None and product.name == "PSP")
        if here and product and _lacks(exchange, request, "Psp-Id"):
            words = say("The call has no Psp-Id header.")
            yield absence(exchange, request, "Psp-Id", words)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Make a merchant serial number for this merchant by PSP signup, in the "
    "environment that you call.",
    docs=DOCS + "APIs/psp-api/",
    source="the official errors page (high)",
    broken=lambda: [
        case(
            api_call(
                TEST,
                status=400,
                answer=ecom(
                    "x",
                    "Invalid MSN: 654321. This MSN is not valid for the "
                    "provided PSP ID.",
                ),
            )
        )
    ],
    healthy=lambda: [
        case(api_call(TEST, status=400, answer="Invalid MSN: 654321. Check your"))
    ],
)
def msn_of_other_psp(evidence: Evidence) -> Iterator[Finding]:
    """The merchant serial number was not made by this payment service provider.

    A number that another provider made, or one of the other environment, is not this
    provider's.
    """
    for exchange in evidence.exchanges:
        match = found(exchange, Says.INVALID_MSN)
        if match and says(exchange, Says.OTHER_PSP):
            yield Finding(
                message=say(
                    "The answer says that {number} is not this provider's.",
                    number=match["number"] or say("the number"),
                ),
                place=header_place(exchange, MSN_HEADER),
                confidence=Confidence.LIKELY,
            )


SYSTEM_HEADERS = (
    "Vipps-System-Name",
    "Vipps-System-Version",
    "Vipps-System-Plugin-Name",
    "Vipps-System-Plugin-Version",
)


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED},
    fix="Shorten the value to 30 characters.",
    docs=DOCS + "knowledge-base/http-headers/",
    source="facts 4, the official header page (high)",
    broken=lambda: [
        case(
            api_call(
                TEST, headers={SYSTEM_HEADERS[0]: "a" * 31}, status=400, answer="x"
            )
        )
    ],
    healthy=lambda: [
        case(
            api_call(
                TEST, headers={SYSTEM_HEADERS[0]: "a" * 30}, status=400, answer="x"
            )
        )
    ],
)
def system_header_too_long(evidence: Evidence) -> Iterator[Finding]:
    """A header that names the system is longer than 30 characters.

    The four Vipps-System headers name the system and the plugin, for support.
    """
    for exchange, request in evidence.calls():
        for name in SYSTEM_HEADERS:
            count = len(request.headers.get(name) or "")
            if count > 30 and exchange.status == 400:
                yield Finding(
                    message=say(
                        "{name} has {count} characters.", name=name, count=count
                    ),
                    place=header_place(exchange, name),
                    confidence=Confidence.LIKELY,
                )


@check(
    severity=Severity.NOTE,
    needs={Need.API_CALL},
    when={When.API},
    fix="Send Vipps-System-Name, -Version, -Plugin-Name and -Plugin-Version.",
    docs=DOCS + "knowledge-base/http-headers/",
    source="facts 4: required of partners and plugins (high)",
    broken=lambda: [case(api_call(PRODUCTION), kind=KeyKind.PARTNER)],
    healthy=lambda: [
        case(
            api_call(PRODUCTION, headers=dict.fromkeys(SYSTEM_HEADERS, "acme")),
            kind=KeyKind.PARTNER,
        ),
        case(api_call(PRODUCTION)),
    ],
)
def system_headers_missing(evidence: Evidence) -> Iterator[Finding]:
    """The call does not say which system makes it.

    Partners and plugins have to name their system, so that support can find its calls.
    """
    if kind_of(evidence) is not KeyKind.PARTNER:
        return
    for exchange, request in evidence.api_calls():
        named = any(carries(request, name) for name in SYSTEM_HEADERS)
        if request.shows_headers and not named:
            yield Finding(
                message=say("None of the four headers is there."),
                place=header_place(exchange, SYSTEM_HEADERS[0]),
            )
            return


_IMAGES = re.compile(r"image/(?:png|svg)|text/targeturl", re.IGNORECASE)


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Send Accept: image/png, image/svg+xml or text/targetUrl.",
    docs=DOCS + "APIs/qr-api/",
    source="facts 4, the QR specification (high)",
    broken=lambda: [
        case(api_call(TEST, path="/qr/v1/merchant-redirect", status=406, answer="")),
        case(api_call(TEST, path="/qr/v1/merchant-redirect", status=415, answer="")),
        case(
            api_call(
                TEST,
                path="/qr/v1/merchant-redirect",
                headers={"Accept": "application/json"},
                status=400,
                answer={"title": "Bad Request"},
            )
        ),
    ],
    healthy=lambda: [
        case(
            api_call(
                TEST,
                path="/qr/v1/merchant-redirect",
                headers={"Accept": "image/png"},
                status=400,
                answer={"title": "Bad Request"},
            )
        )
    ],
)
def accept_header_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The QR call does not say in which form it wants the code.

    The QR API gives an image, or the address that the image would hold.
    """
    for exchange, request in evidence.api_calls():
        product = product_at(request.path)
        accept = request.headers.get("Accept") or ""
        if product is None or product.name != "QR":
            continue
        if exchange.status in {400, 406, 415} and not _IMAGES.search(accept):
            words = say("Accept is missing.")
            if accept:
                words = say("Accept is {accept}.", accept=accept)
            yield absence(exchange, request, "Accept", words, Confidence.LIKELY)
