"""Codes at a place of sale: who scans one is told of to the shop, by a webhook."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from vippsdiag.sandbox.apis.buyer.landing import Landing, Shown, address, wait
from vippsdiag.sandbox.apis.customers import check_in
from vippsdiag.sandbox.apis.qr import pictures, problems
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty, in_json
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.state.state import Room
from vippsdiag.sandbox.webhooks import deliveries

PATH = "/qr/v1/merchant-callback"
ONE = PATH + "/{merchantQrId}"
BEACON = PATH + "/mobilepay/{beaconId}"
KIND = "check-in"
CHECKED_IN = "user.checked-in.v1"
LONGEST_ID = 128


class CallbackQr(msgspec.Struct, kw_only=True):
    """A code at a place of sale.

    Attributes:
        id: what the shop calls it.
        location: what the buyer sees.
        token: what the printed code holds.
    """

    id: str
    location: str
    category: str
    token: str


class Beacon(msgspec.Struct, frozen=True, kw_only=True):
    """Whose an older MobilePay code is; there is one of each number."""

    msn: str


class Placing(msgspec.Struct, rename="camel"):
    """Where a code is."""

    location_description: Annotated[str, Meta(max_length=36)]
    # In the toolkit's skill on QR, and not in the specification of 2024.
    category: Literal["IN_STORE", "VENDING"] = "IN_STORE"


def put(call: Call) -> Reply:
    """Create a code, or say anew where it is; the printed code stays as it is."""
    _put(call, call.params["merchantQrId"])
    return empty(200)


def put_beacon(call: Call) -> Reply:
    """Take over a code of the former MobilePay; nobody else may have it."""
    name = call.params["beaconId"]
    room = Room(call.sandbox.state, f"{call.environment}/beacons")
    beacon = room.get(Beacon, name)
    if beacon and beacon.msn != call.msn:
        raise Refusal(in_json(409, {"id": name}))
    room.put(name, Beacon(msn=call.msn))
    _put(call, name)
    return empty(200)


def _put(call: Call, name: str) -> None:
    given: Placing = call.given
    if len(name) > LONGEST_ID:
        reason = f"The field MerchantQrId may have {LONGEST_ID} characters at most."
        raise Refusal(problems.invalid("MerchantQrId", reason))
    before = call.room.get(CallbackQr, name)
    code = CallbackQr(
        id=name,
        location=given.location_description,
        category=given.category,
        token=before.token if before else wait(call, KIND, name),
    )
    call.room.put(name, code)


def read(call: Call) -> Reply:
    """Return a code."""
    return in_json(200, _shown(call, _found(call), *_format(call)))


def listed(call: Call) -> Reply:
    """List the codes of the sales unit."""
    kind, size = _format(call)
    codes = call.room.all(CallbackQr)
    return in_json(200, [_shown(call, code, kind, size) for code in codes])


def delete(call: Call) -> Reply:
    """Delete a code; who scans it then is told that there is none."""
    call.room.drop(CallbackQr, _found(call).id)
    return empty(200)


def _found(call: Call) -> CallbackQr:
    code = call.room.get(CallbackQr, call.params["merchantQrId"])
    if code is None:
        raise problems.not_found(call)
    return code


def _format(call: Call) -> tuple[str, int]:
    kind = call.asked.get("QrImageFormat", "SVG").upper()
    if kind not in {"SVG", "PNG"}:
        reason = "The field QrImageFormat must be PNG or SVG."
        raise Refusal(problems.invalid("QrImageFormat", reason))
    size = pictures.size_of(call.asked.get("QrImageSize", ""), "QrImageSize")
    return (pictures.PNG if kind == "PNG" else pictures.SVG), size


def _shown(call: Call, code: CallbackQr, kind: str, size: int) -> dict[str, Any]:
    content = address(call, code.token)
    return {
        "merchantSerialNumber": call.msn,
        "merchantQrId": code.id,
        "locationDescription": code.location,
        "qrImageUrl": pictures.url(call, content, kind, size),
        "qrContent": content,
    }


# What scanning does: the page stands in for the app.


def _show(call: Call, name: str) -> Shown | None:
    code = call.room.get(CallbackQr, name)
    if code is None:
        return None
    return Shown(title="Check in", rows=(("Place", code.location),))


def _approve(call: Call, name: str) -> None:
    body: dict[str, object] = {
        "customerToken": check_in(call, name),
        "merchantQrId": name,
        "msn": call.msn,
        "initiatedAt": call.now.isoformat().replace("+00:00", "Z"),
    }
    deliveries.publish(call, CHECKED_IN, body)


def _reject(call: Call, name: str) -> None:
    """Nothing comes of it."""


LANDING = Landing(kind=KIND, show=_show, approve=_approve, reject=_reject)
GATE = problems.gate(msn=True)
ROUTES = (
    Route(method="GET", template=PATH, gate=GATE, serve=listed),
    Route(method="GET", template=ONE, gate=GATE, serve=read),
    Route(method="PUT", template=ONE, gate=GATE, serve=put, body=Placing),
    Route(method="DELETE", template=ONE, gate=GATE, serve=delete),
    Route(method="PUT", template=BEACON, gate=GATE, serve=put_beacon, body=Placing),
)
