"""What Recurring tells merchants by webhooks.

Names: the Webhooks API's list of events (high). Bodies: as merchants' code reads them
(several, 2025 and 2026, medium); ``transactionId`` since December 2025 (high).
"""

from datetime import datetime

from vippsdiag.sandbox.apis.recurring.agreement import Agreement
from vippsdiag.sandbox.apis.recurring.charge import FAILURES, Charge, stamp
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.webhooks.deliveries import publish

AGREEMENT = {
    "ACTIVATE": "recurring.agreement-activated.v1",
    "REJECT": "recurring.agreement-rejected.v1",
    "STOP": "recurring.agreement-stopped.v1",
    "EXPIRE": "recurring.agreement-expired.v1",
}
CHARGE = {
    "RESERVE": "recurring.charge-reserved.v1",
    "CAPTURE": "recurring.charge-captured.v1",
    "REFUND": "recurring.charge-refunded.v1",
    "CANCEL": "recurring.charge-canceled.v1",
    "FAIL": "recurring.charge-failed.v1",
}
CREATION_FAILED = "recurring.charge-creation-failed.v1"


def of_agreement(call: Call, agreement: Agreement) -> None:
    """Tell of the last thing that happened to an agreement."""
    last = agreement.history[-1]
    body: dict[str, object] = {
        "agreementId": agreement.id,
        "agreementUUID": agreement.uuid,
        "agreementExternalId": agreement.external,
        "eventType": AGREEMENT[last.event],
        "occurred": stamp(last.at),
        "actor": last.actor,
        "msn": call.msn,
    }
    publish(call, AGREEMENT[last.event], body, at=last.at)


def of_charge(call: Call, charge: Charge) -> None:
    """Tell of the last thing that happened to a charge."""
    last = charge.history[-1]
    name = CHARGE[last.event]
    body = _charge(call, charge, name, last.at) | {
        "amount": last.amount,
        "amountCaptured": charge.captured,
        "amountCanceled": charge.cancelled,
        "amountRefunded": charge.refunded,
        "transactionId": last.transaction,
    }
    if charge.failure and last.event == "FAIL":
        body["failureReason"] = FAILURES[charge.failure]
    publish(call, name, body, at=last.at)


def creation_failed(call: Call, charge: Charge, reason: str) -> None:
    """Tell that one charge of many could not be made after all."""
    body = _charge(call, charge, CREATION_FAILED, call.now)
    publish(call, CREATION_FAILED, body | {"failureReason": reason})


def _charge(call: Call, charge: Charge, name: str, at: datetime) -> dict[str, object]:
    return {
        "agreementId": charge.agreement,
        "chargeExternalId": charge.external,
        "chargeId": charge.id,
        "amount": charge.amount,
        "chargeType": charge.type,
        "eventType": name,
        "currency": charge.currency,
        "occurred": stamp(at),
        "msn": call.msn,
    }
