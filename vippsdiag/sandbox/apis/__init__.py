"""The APIs that the sandbox serves, one module or folder each.

Every module has its `ROUTES`; what an operation answers is beside its source. Some
things happen by themselves, when their time has come: `PASSING`.
"""

from collections.abc import Callable

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
from vippsdiag.sandbox.apis.epayment import operations
from vippsdiag.sandbox.apis.recurring import ledger
from vippsdiag.sandbox.call import Call
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

# Each does what time has done to a sales unit since it was last looked at.
PASSING: tuple[Callable[[Call], None], ...] = (operations.catch_up, ledger.catch_up)
