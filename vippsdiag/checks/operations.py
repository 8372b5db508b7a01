"""What the APIs are known to serve: method and path.

From the official specifications of 2023 to 2025 (high); of Sales and Donations, which
have none, what the official texts of 2026 name.
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
        ("POST", "/ecomm/v2/payments/?"),
        ("GET", "/ecomm/v2/payments/[^/]+/(?:details|status)"),
        ("PUT", "/ecomm/v2/payments/[^/]+/cancel"),
        ("POST", "/ecomm/v2/payments/[^/]+/(?:capture|refund)"),
        ("POST", "/ecomm/v2/integration-test/payments/[^/]+/approve"),
        ("GET POST", "/recurring/v3/agreements"),
        ("GET PATCH", "/recurring/v3/agreements/[^/]+"),
        ("PATCH", "/recurring/v3/agreements/[^/]+/accept"),
        ("POST", "/recurring/v3/agreements/charges"),
        ("GET POST", "/recurring/v3/agreements/[^/]+/charges"),
        ("DELETE GET", "/recurring/v3/agreements/[^/]+/charges/[^/]+"),
        ("POST", "/recurring/v3/agreements/[^/]+/charges/[^/]+/(?:capture|refund)"),
        ("GET", "/recurring/v3/charges/[^/]+"),
        ("GET POST", "/webhooks/v1/webhooks"),
        ("DELETE", "/webhooks/v1/webhooks/[^/]+"),
        ("POST", "/qr/v1/?"),
        ("POST", "/qr/v1/exchange(?:/customer)?"),
        ("GET POST", "/qr/v1/merchant-redirect"),
        ("GET", "/qr/v1/merchant-callback"),
        ("DELETE GET PUT", "/qr/v1/merchant-(?:callback|redirect)/[^/]+"),
        ("PUT", "/qr/v1/merchant-callback/mobilepay/[^/]+"),
        ("POST", "/order-management/v1/images"),
        ("GET PUT", "/order-management/v1/orders/[^/]+"),
        ("GET POST", "/order-management/v1/receipts/[^/]+"),
        ("GET", "/order-management/v2/(?:ecom|recurring)/[^/]+"),
        ("POST", "/order-management/v2/(?:ecom|recurring)/receipts/[^/]+"),
        ("PUT", "/order-management/v2/(?:ecom|recurring)/categories/[^/]+"),
        ("GET POST", "/order-management/v3/categories"),
        ("DELETE GET", "/order-management/v3/categories/[^/]+"),
        ("GET", "/management/v1/(?:merchants|sales-units)"),
        ("GET", "/management/v1/api-quality/sales-units/[^/]+"),
        ("GET", "/management/v1/partners/(?:price-packages|whoami)"),
        ("GET", "/management/v1/merchants/[^/]+/[^/]+(?:/contracts|/sales-units)?"),
        ("GET PATCH", "/management/v1/sales-units/[^/]+"),
        ("POST", "/management/v1/product-orders"),
        ("DELETE GET", "/management/v1/product-orders/[^/]+"),
        ("GET", "/partner-api/v0/(?:merchants|salesunits)/[^/]+"),
        ("POST", "/partner-api/v1/products/orders"),
        ("GET POST", "/merchant-management/psp/v1/merchants"),
        ("GET PATCH", "/merchant-management/psp/v1/merchants/[^/]+"),
        ("GET", "/report/v1/ledgertransactions"),
        ("GET", "/report/v2/ledgers/[^/]+/[^/]+/(?:dates/[^/]+|feed)"),
        ("GET", "/settlement/v1/ledgers"),
        ("GET", "/sales/report/v1/ledgers/[^/]+"),
        ("GET", "/donations/v1/(?:agreements/[^/]+|reports/payments)"),
        ("GET", "/vipps-userinfo-api/userinfo(?:/[^/]*)?"),
        ("POST", "/vipps-login-ciba/api/backchannel/authentication"),
        ("POST", "/vipps-login-ciba/api/v1/user-exists"),
        ("POST", "/point-of-sale/v1/loyalty-check-in"),
        ("POST", "/checkout/v3/session"),
        ("GET PATCH", "/checkout/v3/session/[^/]+"),
        ("POST", "/checkout/v3/session/[^/]+/expire"),
        ("POST", "/psp/v3/psppayments/(?:init|updatestatus)"),
        ("POST", "/psp/v3/integration-test/psppayments/[^/]+/approve"),
        ("GET", "/psp/v3/psppayments/[^/]+/details"),
    )
)


def is_operation(request: Request) -> bool:
    """Tell whether an API is known to serve a method, if it is known, at a path.

    Where it does, an answer of 404 without a word does not come from the gateway that
    looks for the path.
    """
    return any(
        path.fullmatch(request.path)
        for methods, path in _SERVED
        if request.method in methods or not request.method
    )
