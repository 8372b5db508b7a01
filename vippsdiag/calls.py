"""The known-good call of every operation.

Paths and methods are those of the official specifications; which headers a call needs
is in the facts, sections 3 to 5.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from vippsdiag.evidence import (
    LOGIN_TOKEN_PATH,
    SPECIALIZED_TOKEN_PATH,
    STANDARD_TOKEN_PATH,
)
from vippsdiag.exchange import Request
from vippsdiag.keys import Field, KeyKind
from vippsdiag.language import mark
from vippsdiag.products import Flow, product_at

KEY, MSN = Field.SUBSCRIPTION_KEY.header, Field.MSN.header
AUTHORIZATION = "Authorization"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
CLIENT = (
    ("client_id", mark("the client_id")),
    ("client_secret", mark("the client_secret")),
)
USERINFO = "/vipps-userinfo-api/userinfo"

OPERATIONS = tuple(
    (method, path)
    for path, methods in (
        line.split(maxsplit=1)
        for line in """
        /accesstoken/get POST
        /miami/v1/token POST
        /access-management-1.0/access/.well-known/openid-configuration GET
        /access-management-1.0/access/.well-known/jwks.json GET
        /access-management-1.0/access/oauth2/auth GET
        /access-management-1.0/access/oauth2/token POST
        /vipps-userinfo-api/userinfo GET
        /vipps-userinfo-api/userinfo/{sub} GET
        /webhooks/v1/webhooks GET POST
        /webhooks/v1/webhooks/{id} DELETE
        /epayment/v1/payments POST
        /epayment/v1/payments/{reference} GET
        /epayment/v1/payments/{reference}/events GET
        /epayment/v1/payments/{reference}/cancel POST
        /epayment/v1/payments/{reference}/capture POST
        /epayment/v1/payments/{reference}/refund POST
        /epayment/v1/test/payments/{reference}/approve POST
        /recurring/v3/agreements GET POST
        /recurring/v3/agreements/{id} GET PATCH
        /recurring/v3/agreements/{id}/accept PATCH
        /recurring/v3/agreements/{id}/charges GET POST
        /recurring/v3/agreements/{id}/charges/{charge} GET DELETE
        /recurring/v3/agreements/{id}/charges/{charge}/capture POST
        /recurring/v3/agreements/{id}/charges/{charge}/refund POST
        /recurring/v3/charges/{charge} GET
        /qr/v1 POST
        /qr/v1/merchant-redirect GET POST
        /qr/v1/merchant-redirect/{id} GET PUT DELETE
        /qr/v1/merchant-callback GET
        /qr/v1/merchant-callback/{id} GET PUT DELETE
        /order-management/v2/{type}/receipts/{order} POST
        /order-management/v2/{type}/categories/{order} PUT
        /order-management/v2/{type}/{order} GET
        /order-management/v3/categories GET POST
        /order-management/v3/categories/{id} GET DELETE
        /settlement/v1/ledgers GET
        /report/v2/ledgers/{ledger}/{topic}/dates/{date} GET
        /report/v2/ledgers/{ledger}/{topic}/feed GET
        /management/v1/sales-units GET
        /management/v1/sales-units/{msn} GET PATCH
        /management/v1/merchants GET
        /management/v1/product-orders POST
        /management/v1/product-orders/{id} GET DELETE
        /ecomm/v2/payments POST
        /ecomm/v2/payments/{order}/details GET
        /ecomm/v2/payments/{order}/status GET
        /ecomm/v2/payments/{order}/capture POST
        /ecomm/v2/payments/{order}/cancel PUT
        /ecomm/v2/payments/{order}/refund POST
        /checkout/v3/session POST
        /checkout/v3/session/{reference} GET
        /psp/v3/psppayments/init POST
        /psp/v3/psppayments/updatestatus POST
        /psp/v3/psppayments/{id}/details GET
        /merchant-management/psp/v1/merchants GET POST
        /merchant-management/psp/v1/merchants/{msn} GET PATCH
        /point-of-sale/v1/loyalty-check-in POST
        """.split("\n")
        if line.strip()
    )
    for method in methods.split()
)
# Further apart than this, two paths have nothing to do with each other.
NEAR = 0.6


Needed = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCall:
    """How a call is made that works.

    Attributes:
        method: in capitals.
        path: as specified, with the request's own ids in it.
        needs: the headers that must be there, and what belongs into each.
        refuses: the headers that must not be there.
        content_type: of the body; None if there is no body, or any will do.
    """

    method: str
    path: str
    needs: tuple[Needed, ...]
    refuses: tuple[str, ...] = ()
    content_type: str | None = None


def known_call(request: Request, kind: KeyKind | None = None) -> KnownCall | None:
    """Return the known-good call that is nearest to a request; None if none is near."""
    found = _nearest(request.method.upper(), request.path)
    if found is None:
        return None
    method, template = found
    path = _filled(template, request.path)
    if template == STANDARD_TOKEN_PATH:
        return KnownCall(
            method=method,
            path=path,
            needs=(*CLIENT, (KEY, mark("a subscription key"))),
            refuses=(AUTHORIZATION, "Origin"),
        )
    if template in {SPECIALIZED_TOKEN_PATH, LOGIN_TOKEN_PATH}:
        pair = mark("Basic and the client_id:client_secret pair in Base64")
        return KnownCall(
            method=method,
            path=path,
            needs=((AUTHORIZATION, pair),),
            refuses=(KEY, "Origin"),
            content_type=FORM,
        )
    return _api_call(request, method, path, kind)


def _api_call(
    request: Request, method: str, path: str, kind: KeyKind | None
) -> KnownCall:
    body = method in {"POST", "PUT", "PATCH"} and bool(request.body)
    refuses = ("Origin",) if _takes_key(path, kind) else (KEY, "Origin")
    return KnownCall(
        method=method,
        path=path,
        needs=tuple(_needs(path, kind)),
        refuses=refuses,
        content_type=JSON if body else None,
    )


def _flows(path: str) -> frozenset[Flow]:
    product = product_at(path)
    return product.flows if product else frozenset({Flow.STANDARD})


def _takes_key(path: str, kind: KeyKind | None) -> bool:
    """Tell whether an API call carries a subscription key."""
    flows = _flows(path)
    special = kind is not None and kind.specialized and Flow.SPECIALIZED in flows
    # With a user's token it is refused for one; with a merchant's, by the newest texts.
    userinfo = path.lower().startswith(USERINFO)
    return not (special or userinfo or flows <= {Flow.SPECIALIZED, Flow.LOGIN})


def _needs(path: str, kind: KeyKind | None) -> Iterator[Needed]:
    flows, product = _flows(path), product_at(path)
    if Flow.LOGIN in flows:
        return
    if Flow.NONE in flows:
        yield from CLIENT
    else:
        yield AUTHORIZATION, mark("Bearer, one blank, and the access token")
    if _takes_key(path, kind):
        yield KEY, mark("a subscription key")
    if kind is KeyKind.PARTNER or (product is not None and product.msn):
        yield MSN, mark("the merchant serial number")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (
            method,
            path,
            re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), re.IGNORECASE),
        )
        for method, path in OPERATIONS
    )


def _nearest(method: str, path: str) -> tuple[str, str] | None:
    exact = [(m, p) for m, p, pattern in _patterns() if pattern.fullmatch(path)]
    if exact:
        return next(((m, p) for m, p in exact if m == method), exact[0])
    scored = [(_likeness(method, path, m, p), m, p) for m, p in OPERATIONS]
    score, found, template = max(scored, key=lambda item: item[0])
    return (found, template) if score >= NEAR else None


def _likeness(method: str, path: str, known: str, template: str) -> float:
    """Return how alike a request and an operation are, from 0 to 1 and a bit."""
    plain = re.sub(r"/{2,}", "/", path.lower()).rstrip("/")[:200]
    filled = _filled(template, plain).lower()
    same = 0.01 if method == known else 0.0
    return SequenceMatcher(None, plain, filled, autojunk=False).ratio() + same


def _filled(template: str, path: str) -> str:
    """Return an operation's path with the request's own ids in their places."""
    own = [part for part in path.split("/") if part]
    parts = [part for part in template.split("/") if part]
    if len(own) != len(parts):
        return template
    pairs = zip(parts, own, strict=True)
    return "/" + "/".join(b if a.startswith("{") else a for a, b in pairs)
