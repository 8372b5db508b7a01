"""The Webhooks API."""

from vippsdiag.exchange import Response
from vippsdiag.sandbox import answers
from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.gate import for_webhooks
from vippsdiag.sandbox.routes import Route


def registered(call: Call) -> Response:
    """List what is registered: nothing, until it can be."""
    return answers.answer(200, {"webhooks": []}, call.now)


ROUTES = (
    Route(
        method="GET",
        template="/webhooks/v1/webhooks",
        gate=for_webhooks,
        serve=registered,
    ),
)
