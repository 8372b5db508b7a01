"""The Check-in API: a shop asks the app of somebody who stands at the till.

Whether it is still available is not known (facts section 9, number 17).
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import for_product
from vippsdiag.sandbox.gateway.reply import Reply, in_json, trace_id
from vippsdiag.sandbox.gateway.routes import Route


class CheckIn(msgspec.Struct):
    """Who stands there; the official collection sends the number as a number."""

    phoneNumber: (  # noqa: N815 - as it is written in the request
        Annotated[str, Meta(pattern="^47[0-9]{8}$")]
        | Annotated[int, Meta(ge=4_700_000_000, lt=4_800_000_000)]
        | None
    )
    isMember: bool | None  # noqa: N815


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """A body that is not as declared (form high, texts inferred)."""
    reason = {"name": flaw.name or "body", "reason": flaw.reason}
    body = {
        "type": "https://httpstatuses.io/400",
        "title": "One or more validation errors occurred.",
        "detail": "BadRequest",
        "instance": trace_id(),
        "invalidParams": [reason],
    }
    return in_json(400, body)


def check_in(call: Call) -> Reply:
    """Answer with the person's number, as the specification's example does."""
    number = call.given.phoneNumber
    return in_json(200, "" if number is None else str(number))


ROUTES = (
    Route(
        method="POST",
        template="/point-of-sale/v1/loyalty-check-in",
        gate=for_product("Check-in", Forms(unreadable=unreadable)),
        serve=check_in,
        body=CheckIn,
    ),
)
