"""New orders, and finding those that there are."""

import re

from vippsdiag.environments import LOOPBACK_HOSTS, split
from vippsdiag.sandbox.apis.buyer.landing import address, wait
from vippsdiag.sandbox.apis.customers import NOBODY
from vippsdiag.sandbox.apis.ecom import errors
from vippsdiag.sandbox.apis.ecom.bodies import Initiation, Merchant
from vippsdiag.sandbox.apis.ecom.callbacks import REJECTED, keep
from vippsdiag.sandbox.apis.ecom.order import PATIENCE, Order, Shipping
from vippsdiag.sandbox.apis.userinfo import msisdn
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Reply, in_json

KIND = "ecom"
EXPRESS = "eComm Express Payment"
# What is offered where a shop names no way to ship: its own address for that is not
# called.
PICK_UP = Shipping(method="Pick up", id="pick-up", cost=0)
_CLEAN = re.compile(r"[\s()-]|^(\+|00)?47(?=\d{8}$)")
_NUMBER = re.compile(r"\d{8}")


def initiate(call: Call) -> Reply:
    """Initiate a payment."""
    given: Initiation = call.given
    owner(call, given.merchant_info.merchant_serial_number)
    _examine(given)
    phone = _phone(given)
    order = Order(
        id=given.transaction.order_id,
        amount=given.transaction.amount,
        text=given.transaction.transaction_text,
        created=call.now,
        back=given.merchant_info.fall_back,
        callback=given.merchant_info.callback_prefix,
        authorization=given.merchant_info.auth_token or "",
        phone=phone,
        scope=given.transaction.scope or "",
        shipping=_shipping(given.merchant_info),
    )
    if call.room.get(Order, order.id):
        raise errors.order_taken()
    order.note("INITIATE", order.amount, call.now)
    call.room.put(order.id, order)
    token = wait(call, KIND, order.id)
    url = address(call, token, is_app=given.merchant_info.is_app)
    return in_json(200, {"orderId": order.id, "url": url}, errors.KIND)


def owner(call: Call, number: object) -> None:
    """See that the number in a body is the one that the call is about."""
    if str(number) != call.msn:
        raise errors.msn_invalid(call, str(number))


def _examine(given: Initiation) -> None:
    merchant, transaction = given.merchant_info, given.transaction
    if not merchant.is_app:
        _callback("merchantInfo.callbackPrefix", merchant.callback_prefix)
        _address("merchantInfo.fallBack", merchant.fall_back, "")
    if merchant.payment_type == EXPRESS and not merchant.consent_removal_prefix:
        name = "merchantInfo.consentRemovalPrefix"
        raise errors.invalid(name, "Express payments require it.")
    if transaction.skip_landing_page:
        raise errors.no_skipping()
    if "nin" in (transaction.scope or "").split():
        raise errors.no_nin()


def _callback(name: str, address: str) -> None:
    """Take https, and http on this machine, which only the sandbox calls."""
    parts = split(address)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK_HOSTS:
        _address(name, address, "https")


def _address(name: str, address: str, scheme: str) -> None:
    """See that an address begins with https or, where that is allowed, an app's."""
    found, mark, rest = address.partition("://")
    wrong = found.lower() == "http" or (scheme and found.lower() != scheme)
    if not mark or not rest or wrong:
        raise errors.invalid(name, f"{name} is invalid")


def _phone(given: Initiation) -> str:
    """Return the number; what can be mended is mended (high)."""
    number = given.customer_info.mobile_number
    if number is None or number == "":
        return ""
    clean = _CLEAN.sub("", _CLEAN.sub("", str(number)))
    if not _NUMBER.fullmatch(clean) or msisdn(clean) == NOBODY:
        raise errors.user_unknown()
    return clean


def _shipping(merchant: Merchant) -> list[Shipping] | None:
    if merchant.payment_type != EXPRESS:
        return None
    options = merchant.static_shipping_details or []
    ordered = sorted(options, key=lambda each: (each.is_default != "Y", each.priority))
    return [
        Shipping(
            method=each.shipping_method,
            id=each.shipping_method_id,
            cost=each.shipping_cost,
        )
        for each in ordered
    ] or [PICK_UP]


def find(call: Call, name: str) -> Order | None:
    """Return an order as it is by now."""
    order = call.room.get(Order, name)
    if order is None or not order.is_over(call.now):
        return order
    with call.sandbox.state.change():
        # Another process may have been faster.
        order = call.room.get(Order, name)
        if order is not None and order.is_over(call.now):
            keep(call, order, order.end(order.created + PATIENCE), REJECTED)
    return order


def catch_up(call: Call) -> None:
    """End the orders of a sales unit whose time is over."""
    for order in call.room.due(Order, call.now):
        find(call, order.id)


def the_order(call: Call) -> Order:
    """Return the order that a path names.

    Raises:
        Refusal: there is none.
    """
    name = call.params["orderId"]
    order = find(call, name)
    if order is None:
        raise errors.order_unknown(call, name)
    return order
