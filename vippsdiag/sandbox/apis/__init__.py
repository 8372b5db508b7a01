"""The APIs that the sandbox serves, one module or folder each.

Every module has its `ROUTES`; what an operation answers is beside its source. Some
things happen by themselves, when their time has come: `PASSING`.
"""

from collections.abc import Callable, Mapping

import msgspec

from vippsdiag.sandbox.apis import (
    access,
    checkin,
    checkout,
    ecom,
    epayment,
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
from vippsdiag.sandbox.apis.buyer import landing_page
from vippsdiag.sandbox.apis.ecom import orders as orders_of_ecom
from vippsdiag.sandbox.apis.ecom.order import Order
from vippsdiag.sandbox.apis.epayment import operations
from vippsdiag.sandbox.apis.payments import Payment
from vippsdiag.sandbox.apis.recurring import ledger
from vippsdiag.sandbox.apis.recurring.agreement import Agreement
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.routes import Routes

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

# What time changes, and what does that for those of a sales unit whose time has come.
PASSING: Mapping[type[msgspec.Struct], Callable[[Call], None]] = {
    Payment: operations.catch_up,
    Agreement: ledger.catch_up,
    Order: orders_of_ecom.catch_up,
}
