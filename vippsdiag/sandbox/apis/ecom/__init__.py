"""The eCom API, version 2: the predecessor of ePayment, whose end has no date yet."""

from collections.abc import Callable
from typing import Any

from vippsdiag.sandbox.apis.ecom import operations, orders
from vippsdiag.sandbox.apis.ecom.approval import LANDING, force
from vippsdiag.sandbox.apis.ecom.bodies import (
    Action,
    Approval,
    Cancellation,
    Initiation,
)
from vippsdiag.sandbox.apis.ecom.errors import FORMS
from vippsdiag.sandbox.apis.ecom.operations import REQUEST_ID
from vippsdiag.sandbox.apis.ecom.order import Order
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import KEY, for_product
from vippsdiag.sandbox.gateway.limits import Limit
from vippsdiag.sandbox.gateway.replay import Once
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.gateway.routes import Route

__all__ = ["LANDING", "ROUTES", "Order"]

PAYMENTS = "/ecomm/v2/payments"
ONE = PAYMENTS + "/{orderId}"
FORCE = "/ecomm/v2/integration-test/payments/{orderId}/approve"
GATE = for_product("eCom", FORMS)
# The key is optional here: the guide says "may", the specification "required", and
# clients leave it out where a payment is captured in one piece.
ONCE = Once(longest=40, required=False, name=REQUEST_ID)
# The last guide's table (high); the two initiations a minute for one order are not
# counted, for a second one is refused anyway.
READS = Limit(calls=120, per=lambda call: (call.params["orderId"], call.header(KEY)))
CHANGES = Limit(calls=5, per=lambda call: (call.params["orderId"], call.msn))


def _change(
    method: str, template: str, serve: Callable[[Call], Reply], body: Any
) -> Route:
    return Route(
        method=method,
        template=template,
        gate=GATE,
        serve=serve,
        body=body,
        limit=CHANGES,
        once=ONCE,
    )


def _read(template: str, serve: Callable[[Call], Reply]) -> Route:
    return Route(method="GET", template=template, gate=GATE, serve=serve, limit=READS)


def _initiate(template: str) -> Route:
    return Route(
        method="POST",
        template=template,
        gate=GATE,
        serve=orders.initiate,
        body=Initiation,
    )


ROUTES = (
    _initiate(PAYMENTS),
    # As the official collections send it.
    _initiate(PAYMENTS + "/"),
    _change("POST", ONE + "/capture", operations.capture, Action),
    _change("PUT", ONE + "/cancel", operations.cancel, Cancellation),
    _change("POST", ONE + "/refund", operations.refund, Action),
    _change("POST", FORCE, force, Approval),
    _read(ONE + "/details", operations.details),
    _read(ONE + "/status", operations.status),
)
