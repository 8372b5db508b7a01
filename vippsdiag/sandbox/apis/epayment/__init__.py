"""The ePayment API, as its specification 1.8.1 has it."""

from vippsdiag.sandbox.apis.epayment import approval, changes, queries
from vippsdiag.sandbox.apis.epayment.bodies import (
    Approval,
    Cancellation,
    Creation,
    Modification,
)
from vippsdiag.sandbox.apis.epayment.creation import create
from vippsdiag.sandbox.apis.epayment.operations import (
    CHANGES,
    CREATIONS,
    GATE,
    ONE,
    PAYMENTS,
    READS,
    about,
    gate,
)
from vippsdiag.sandbox.gateway.replay import Once
from vippsdiag.sandbox.gateway.routes import Route

LANDING = approval.LANDING

ROUTES = (
    Route(
        method="POST",
        template=PAYMENTS,
        gate=GATE,
        serve=create,
        body=Creation,
        limit=CREATIONS,
        once=Once(),
    ),
    Route(method="GET", template=ONE, gate=GATE, serve=about(queries.get), limit=READS),
    Route(
        method="GET",
        template=ONE + "/events",
        gate=GATE,
        serve=about(queries.events),
        limit=READS,
    ),
    Route(
        method="POST",
        template=ONE + "/capture",
        gate=gate(changes.capture_conflict),
        serve=about(changes.capture),
        body=Modification,
        limit=CHANGES,
        once=Once(),
    ),
    Route(
        method="POST",
        template=ONE + "/refund",
        gate=gate(changes.refund_conflict),
        serve=about(changes.refund),
        body=Modification,
        limit=CHANGES,
        once=Once(),
    ),
    Route(
        method="POST",
        template=ONE + "/cancel",
        gate=GATE,
        serve=about(changes.cancel),
        body=Cancellation,
        optional=True,
        limit=CHANGES,
        # Recommended, and no longer in the specification (facts 4).
        once=Once(required=False),
    ),
    Route(
        method="POST",
        template="/epayment/v1/test/payments/{reference}/approve",
        gate=GATE,
        serve=about(approval.force),
        body=Approval,
        optional=True,
    ),
)
