"""What the APIs that are called most are known to serve: method and path.

From the official specifications of 2023 to 2025 (high).
"""

import re

from vippsdiag.exchange import Request

_SERVED = tuple(
    (frozenset(methods.split()), re.compile(path, re.IGNORECASE))
    for methods, path in (
        ("POST", "/epayment/v1/payments"),
        ("GET", "/epayment/v1/payments/[^/]+(?:/events)?"),
        ("POST", "/epayment/v1/payments/[^/]+/(?:cancel|capture|refund)"),
        ("POST", "/epayment/v1/test/payments/[^/]+/approve"),
        ("POST", "/ecomm/v2/payments"),
        ("GET", "/ecomm/v2/payments/[^/]+/(?:details|status)"),
        ("PUT", "/ecomm/v2/payments/[^/]+/cancel"),
        ("POST", "/ecomm/v2/payments/[^/]+/(?:capture|refund)"),
        ("POST", "/ecomm/v2/integration-test/payments/[^/]+/approve"),
        ("GET POST", "/recurring/v3/agreements"),
        ("GET PATCH", "/recurring/v3/agreements/[^/]+"),
        ("GET POST", "/recurring/v3/agreements/[^/]+/charges"),
        ("DELETE GET", "/recurring/v3/agreements/[^/]+/charges/[^/]+"),
        ("POST", "/recurring/v3/agreements/[^/]+/charges/[^/]+/(?:capture|refund)"),
        ("GET POST", "/webhooks/v1/webhooks"),
        ("DELETE", "/webhooks/v1/webhooks/[^/]+"),
        ("GET", "/order-management/v2/(?:ecom|recurring)/[^/]+"),
        ("POST", "/order-management/v2/(?:ecom|recurring)/receipts/[^/]+"),
        ("PUT", "/order-management/v2/(?:ecom|recurring)/categories/[^/]+"),
    )
)


def is_operation(request: Request) -> bool:
    """Tell whether an API is known to serve a method at a path.

    Where it does, an answer of 404 without a word does not come from the gateway that
    looks for the path.
    """
    return any(
        request.method in methods and path.fullmatch(request.path)
        for methods, path in _SERVED
    )
