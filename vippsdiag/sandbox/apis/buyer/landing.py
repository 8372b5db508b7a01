"""The landing page's contract: what waits for a buyer, and how a product shows it.

The address that an API hands out to the buyer ends in a token; under it is kept what
it is for. A product declares a `Landing` for each kind of thing that a buyer decides
on, in the list of `vippsdiag.sandbox.apis.buyer.landing_page`, which has the page
itself.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from vippsdiag.environments import Environment
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.state.state import Room

PATH = "/dwo-api-application/v1/deeplink/vippsgateway"
# The app's, in each environment (the guide of Recurring of 2023, high).
SCHEMES: Mapping[Environment, str] = {
    Environment.TEST: "vippsMT",
    Environment.PRODUCTION: "vipps",
}


class Waiting(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that waits for a buyer.

    Attributes:
        kind: which `Landing` knows it.
        name: what its product calls it, such as the reference of a payment.
        msn: the sales unit that it belongs to.
        made: since when it waits.
    """

    kind: str
    name: str
    msn: str
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the buyer is shown.

    Attributes:
        title: what it is, such as "Payment"; a heading.
        rows: what it is about, each with its label; the shop is added.
        ended: a sentence that says why there is nothing to decide; empty if there is.
        back: where the buyer goes afterwards; empty for nowhere.
        stoppable: whether it goes on by itself, and the buyer can stop it.
    """

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    ended: str = ""
    back: str = ""
    stoppable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """How a product shows one kind of thing, and what the buyer's decision does.

    All get a call in the name of the sales unit (`Call.room` is its room) and the
    thing's name. A decision is asked for only while `show` tells of no end.

    Attributes:
        kind: its name, unique among all products.
        show: what the buyer sees; None if there is no such thing any more.
        approve: does what the buyer's consent does; the page then leads to `back`.
        reject: does what the buyer's refusal does.
        stop: ends what the buyer had approved; None if nothing of this kind goes on.
    """

    kind: str
    show: Callable[[Call, str], Shown | None]
    approve: Callable[[Call, str], None]
    reject: Callable[[Call, str], None]
    stop: Callable[[Call, str], None] | None = None


def landing_url(call: Call, kind: str, name: str) -> str:
    """Return a new address at which the buyer can decide on something.

    The token stands behind the second ``=``, where the official collections look.
    """
    return address(call, wait(call, kind, name))


def wait(call: Call, kind: str, name: str) -> str:
    """Keep something for a buyer, and return the token that it is found by."""
    token = os.urandom(16).hex()
    thing = Waiting(kind=kind, name=name, msn=call.msn, made=call.now)
    _room(call).put(token, thing)
    return token


def address(call: Call, token: str, *, is_app: bool = False) -> str:
    """Return the address of what waits under a token.

    Args:
        call: says by which address the sandbox is reached.
        token: of `wait`.
        is_app: whether the shop is an app itself, which opens the app's own address.
    """
    begin = f"{SCHEMES[call.environment]}://" if is_app else f"{call.base}{PATH}"
    return f"{begin}?v=2&token={token}"


def waiting(call: Call, token: str) -> Waiting | None:
    """Return what waits under a token; None if there is no such thing."""
    return _room(call).get(Waiting, token)


def in_name_of(call: Call, msn: str) -> Call:
    """Return a call of the buyer's as one that is about a sales unit."""
    unit = call.sandbox.keyring.by_number(call.environment, msn)
    # What the call remembers of a number that the buyer sent is left behind.
    return replace(call, headers={MSN.lower(): msn}, unit=unit, _msn=msn, _room=None)


def money(value: int, currency: str) -> str:
    """Return an amount in minor units as people write it.

    >>> money(49900, "NOK")
    '499.00 NOK'
    """
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02} {currency}"


def _room(call: Call) -> Room:
    return Room(call.sandbox.state, f"{call.environment}/landing")
