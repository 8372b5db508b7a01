"""The Recurring API, version 3: agreements, and the charges on them."""

from collections.abc import Callable
from typing import Any

from vippsdiag.sandbox.apis.recurring import agreements, charges, new_charges, updates
from vippsdiag.sandbox.apis.recurring.acceptance import LANDING
from vippsdiag.sandbox.apis.recurring.bodies import (
    Accept,
    Batch,
    Capture,
    Change,
    Draft,
    NewCharge,
    Refund,
)
from vippsdiag.sandbox.apis.recurring.charge import Charge
from vippsdiag.sandbox.apis.recurring.ledger import all_agreements
from vippsdiag.sandbox.apis.recurring.problems import FORMS, problem
from vippsdiag.sandbox.gateway import gate
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.limits import Limit
from vippsdiag.sandbox.gateway.replay import NAME, Once
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.gateway.routes import Route

__all__ = ["LANDING", "ROUTES", "Charge", "all_agreements"]

AGREEMENTS = "/recurring/v3/agreements"
AGREEMENT = AGREEMENTS + "/{agreementId}"
CHARGES = AGREEMENT + "/charges"
CHARGE = CHARGES + "/{chargeId}"
# What a key must not hold (specification of 2025, high).
FORBIDDEN = frozenset("#?/\\")


def headers(call: Call, forms: Forms) -> None:
    """See that the key and the type of a body can be read (identifiers high)."""
    if call.method == "GET":
        return
    if FORBIDDEN & set(call.header(NAME)):
        raise Refusal(forms.header_missing(call, NAME))
    kind = call.header("Content-Type").lower()
    if call.body and kind and "json" not in kind:
        detail = f"Content-Type {kind} is not supported"
        raise Refusal(problem(call, 415, "unsupported-media-type", detail))


GATE = Gate(
    steps=(
        gate.key,
        gate.token_after_any_bearer,
        gate.link,
        gate.activation("Recurring"),
        headers,
    ),
    forms=FORMS,
)


def _merchant(call: Call) -> tuple[str, ...]:
    return (call.msn,)


def _path(call: Call) -> tuple[str, ...]:
    return (call.msn, *call.params.values())


def _key(call: Call) -> tuple[str, ...]:
    return (call.msn, call.params.get("agreementId", ""), call.header(NAME))


def _read(
    template: str,
    serve: Callable[[Call], Reply],
    calls: int,
    per: Callable[[Call], tuple[str, ...]] = _path,
) -> Route:
    limit = Limit(calls=calls, per=per)
    return Route(method="GET", template=template, gate=GATE, serve=serve, limit=limit)


def _write(  # noqa: PLR0913, PLR0917 - an operation has as many parts
    method: str,
    template: str,
    serve: Callable[[Call], Reply],
    body: Any,
    calls: int,
    per: Callable[[Call], tuple[str, ...]] = _path,
) -> Route:
    return Route(
        method=method,
        template=template,
        gate=GATE,
        serve=serve,
        body=body,
        limit=Limit(calls=calls, per=per),
        once=Once(longest=40),
    )


# The limits are those of 2023 (facts 5.2): of the newer ones no numbers are known, but
# for the 500 of all new charges.
ROUTES = (
    _read(AGREEMENTS, agreements.agreements, 5, _merchant),
    _write("POST", AGREEMENTS, agreements.draft, Draft, 300, _merchant),
    _read(AGREEMENT, agreements.get, 120),
    _write("PATCH", AGREEMENT, updates.update, Change, 5),
    _write("PATCH", AGREEMENT + "/accept", agreements.accept, Accept, 300, _merchant),
    _read(CHARGES, charges.charges, 10),
    _write("POST", CHARGES, new_charges.create, NewCharge, 2, _key),
    _write(
        "POST", AGREEMENTS + "/charges", new_charges.create_many, Batch, 500, _merchant
    ),
    _read(CHARGE, charges.get, 10),
    _read("/recurring/v3/charges/{chargeId}", charges.get, 100, _merchant),
    _write("DELETE", CHARGE, charges.cancel, None, 5),
    _write("POST", CHARGE + "/capture", charges.capture, Capture, 5),
    _write("POST", CHARGE + "/refund", charges.refund, Refund, 5),
)
