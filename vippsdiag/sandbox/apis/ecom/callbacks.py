"""What eCom tells a shop of an order: one call to the address that the shop gave.

Address, header, bodies and the four statuses of the specification: its file for the
merchant's endpoints (2023, high). When it calls, RESERVE_FAILED and that there is one
attempt: the last guide (2023, high).
"""

from vippsdiag.environments import split
from vippsdiag.sandbox.apis.ecom.buyer import shipping, user
from vippsdiag.sandbox.apis.ecom.order import Entry, Order, stamp
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.webhooks.deliveries import Callback, call_back

RESERVED, FAILED = "RESERVED", "RESERVE_FAILED"
# By the buyer, and by nobody in time.
CANCELLED, REJECTED = "CANCELLED", "REJECTED"
# "It is technical debt" (the guide).
EXPRESS_RESERVED = "RESERVE"


def keep(
    call: Call,
    order: Order,
    entry: Entry,
    status: str,
    error: tuple[int, str] | None = None,
) -> None:
    """Keep what the buyer did to an order, or left undone, and tell the shop of it.

    Args:
        call: in the name of the sales unit.
        order: is kept.
        entry: the last of its history.
        status: as a regular payment has it.
        error: code and text of what went wrong.
    """
    call.room.put(order.id, order)
    # An app may give an address of its own scheme, which nobody can call.
    if split(order.callback).scheme not in {"http", "https"}:
        return
    if status == RESERVED and order.shipping:
        status = EXPRESS_RESERVED
    body = _body(call, order, entry, status)
    if error:
        # That it comes with RESERVE_FAILED is inferred.
        code, text = error
        body["errorInfo"] = {
            "errorGroup": "Payment",
            "errorCode": str(code),
            "errorMessage": text,
        }
    callback = Callback(
        url=f"{order.callback}/v2/payments/{order.id}",
        authorization=order.authorization,
    )
    call_back(call, f"ecom.callback.{status}", callback, body, at=entry.at)


def _body(call: Call, order: Order, entry: Entry, status: str) -> dict[str, object]:
    # The number is a string in the specification, and none in the guide's example.
    body: dict[str, object] = {
        "merchantSerialNumber": call.msn,
        "orderId": order.id,
        "transactionInfo": {
            "amount": entry.amount,
            "status": status,
            "timeStamp": stamp(entry.at),
            "transactionId": entry.transaction,
        },
    }
    # Of who did not approve nothing is told (inferred).
    if order.sub:
        body["userDetails"] = user(call, order.sub)
    if order.approved and order.shipping:
        body["shippingDetails"] = _shipping(order)
    return body


def _shipping(order: Order) -> dict[str, object]:
    """Return it with both names of the postcode.

    The specification asks for postCode and describes zipCode, which the guide shows.
    """
    found = shipping(order)
    address = found["address"]
    assert isinstance(address, dict)  # noqa: S101 - made beside
    return found | {"address": address | {"zipCode": address["postCode"]}}
