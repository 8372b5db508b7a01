"""The APIs that the sandbox serves, one module or folder each.

Every module has its `ROUTES`; what an operation answers is beside its source.
"""

from vippsdiag.sandbox.apis import (
    access,
    checkin,
    checkout,
    ecom,
    epayment,
    landing_page,
    login,
    management,
    orders,
    partner,
    psp,
    qr,
    recurring,
    report,
    userinfo,
    webhooks,
)
from vippsdiag.sandbox.routes import Routes

ROUTES = Routes(
    (
        *access.ROUTES,
        *checkin.ROUTES,
        *checkout.ROUTES,
        *ecom.ROUTES,
        *epayment.ROUTES,
        *landing_page.ROUTES,
        *login.ROUTES,
        *management.ROUTES,
        *orders.ROUTES,
        *partner.ROUTES,
        *psp.ROUTES,
        *qr.ROUTES,
        *recurring.ROUTES,
        *report.ROUTES,
        *userinfo.ROUTES,
        *webhooks.ROUTES,
    )
)
