"""The operations on orders."""

from datetime import timedelta

from vippsdiag.sandbox.apis.ecom import errors
from vippsdiag.sandbox.apis.ecom.bodies import Action, Cancellation
from vippsdiag.sandbox.apis.ecom.buyer import shipping, user
from vippsdiag.sandbox.apis.ecom.order import Entry, Order, stamp
from vippsdiag.sandbox.apis.ecom.orders import owner, the_order
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Reply, in_json

REQUEST_ID = "X-Request-Id"
CAPTURE_PATIENCE, REFUND_PATIENCE = timedelta(days=180), timedelta(days=365)


def capture(call: Call) -> Reply:
    """Capture what is reserved, or a part of it."""
    order, given = _asked(call)
    _capturable(call, order)
    amount = given.transaction.amount or order.left
    if amount > order.left:
        text = (
            "The total capture amount exceeds the reserved amount. You cannot capture "
            "a higher amount than the user has accepted. Check the payment details"
        )
        raise errors.payment(61, text)
    order.captured += amount
    text = given.transaction.transaction_text
    entry = order.note(
        "CAPTURE", amount, call.now, text=text, request=call.header(REQUEST_ID)
    )
    call.room.put(order.id, order)
    return _done(order, "transactionInfo", _info(entry, "Captured"))


def _asked(call: Call) -> tuple[Order, Action]:
    given: Action = call.given
    owner(call, given.merchant_info.merchant_serial_number)
    return the_order(call), given


def _capturable(call: Call, order: Order) -> None:
    if order.ended:
        raise errors.not_allowed()
    if not order.approved:
        text = (
            "The amount you tried to capture is not reserved. The user must accept the "
            "payment before capture can be done."
        )
        raise errors.payment(62, text)
    if call.now - order.reserved_at() > CAPTURE_PATIENCE:
        text = (
            "Payments can only be captured up to 180 days after reservation. "
            "See the FAQ."
        )
        raise errors.payment(98, text)
    if not order.left:
        raise errors.processed()


def refund(call: Call) -> Reply:
    """Give back what was captured, or a part of it."""
    order, given = _asked(call)
    _refundable(call, order)
    left = order.captured - order.refunded
    amount = given.transaction.amount or left
    if amount > left or not left:
        text = "Cannot refund a higher amount than the captured amount."
        raise errors.payment(71, text)
    order.refunded += amount
    text = given.transaction.transaction_text
    entry = order.note(
        "REFUND", amount, call.now, text=text, request=call.header(REQUEST_ID)
    )
    call.room.put(order.id, order)
    return _done(order, "transaction", _info(entry, "Refund"))


def _refundable(call: Call, order: Order) -> None:
    if order.ended and not order.captured:
        raise errors.payment(73, "Cannot refund a canceled order.")
    if not order.captured:
        text = "Cannot refund a reserved order. The orderId can be canceled instead."
        raise errors.payment(72, text)
    if call.now - order.reserved_at() > REFUND_PATIENCE:
        text = (
            "Payments can only be refunded up to 365 days after reservation. "
            "See the FAQ."
        )
        raise errors.payment(95, text)


def cancel(call: Call) -> Reply:
    """Cancel an order; of one that is captured in part, the rest if that is asked."""
    given: Cancellation = call.given
    owner(call, given.merchant_info.merchant_serial_number)
    order = the_order(call)
    if order.ended:
        raise errors.processed()
    release = given.should_release_remaining_funds
    if order.captured and not (release and order.left):
        text = "Cannot cancel an orderId that has already been captured."
        raise errors.payment(51, text)
    amount = order.left or order.amount
    order.cancelled, order.ended = order.cancelled + order.left, True
    # Before the reservation it is a CANCEL, after it a VOID (the guide, high).
    entry = order.note(
        "VOID" if order.approved else "CANCEL",
        amount,
        call.now,
        text=given.transaction.transaction_text,
        request=call.header(REQUEST_ID),
    )
    call.room.put(order.id, order)
    return _done(order, "transactionInfo", _info(entry, "Cancelled"))


def _info(entry: Entry, status: str) -> dict[str, object]:
    return {
        "amount": entry.amount,
        "status": status,
        "timeStamp": stamp(entry.at),
        "transactionId": entry.transaction,
        "transactionText": entry.text,
    }


def _done(order: Order, name: str, info: dict[str, object]) -> Reply:
    body: dict[str, object] = {"orderId": order.id, name: info}
    body["transactionSummary"] = order.summary()
    if name == "transactionInfo" and order.approved:
        body["paymentInstrument"] = "Visa"
    return in_json(200, body, errors.KIND)


def details(call: Call) -> Reply:
    """Return an order with its history, the newest first."""
    order = the_order(call)
    body: dict[str, object] = {
        "orderId": order.id,
        "transactionLogHistory": [_entry(each) for each in reversed(order.history)],
    }
    if order.approved:
        body["transactionSummary"] = order.summary() | {
            "bankIdentificationNumber": 492560
        }
    if order.sub:
        body["sub"] = order.sub
        body["userDetails"] = user(call, order.sub)
    if order.approved and order.shipping:
        body["shippingDetails"] = shipping(order)
    return in_json(200, body, errors.KIND)


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "amount": entry.amount,
        "operation": entry.operation,
        "operationSuccess": entry.success,
        "requestId": entry.request,
        "timeStamp": stamp(entry.at),
        "transactionId": entry.transaction,
        "transactionText": entry.text,
    }


def status(call: Call) -> Reply:
    """Return the last thing that happened; this operation is deprecated."""
    order = the_order(call)
    last = order.history[-1]
    info = {
        "amount": last.amount,
        "status": last.operation if last.success else "FAILED",
        "timeStamp": stamp(last.at),
        "transactionId": last.transaction,
    }
    return in_json(200, {"orderId": order.id, "transactionInfo": info}, errors.KIND)
