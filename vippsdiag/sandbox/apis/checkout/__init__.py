"""The Checkout API, version 3: sessions, whose payments are those of ePayment.

Only what a payment needs is served: no shipping, no agreements, and the merchant's own
callback is not called.
"""

from vippsdiag.sandbox.apis.checkout import page, sessions
from vippsdiag.sandbox.apis.checkout.bodies import Creation, Update
from vippsdiag.sandbox.apis.checkout.problems import GATE
from vippsdiag.sandbox.gateway.replay import Once
from vippsdiag.sandbox.gateway.routes import Route

LANDING = page.LANDING
ONE = sessions.PATH + "/{reference}"

ROUTES = (
    Route(
        method="POST",
        template=sessions.PATH,
        gate=GATE,
        serve=sessions.create,
        body=Creation,
        once=Once(required=False),
    ),
    Route(method="GET", template=ONE, gate=GATE, serve=sessions.read),
    Route(method="PATCH", template=ONE, gate=GATE, serve=sessions.update, body=Update),
    Route(method="POST", template=ONE + "/expire", gate=GATE, serve=sessions.expire),
)
