"""The steps of the gateway that all products share.

The order is the gateway's as far as it is known: the operation, the subscription key,
the token, the merchant serial number, the partner link, the product (facts 3.2 and
section 9, number 6; partly inferred).
"""

from collections.abc import Callable, Iterable

from vippsdiag.exchange import Response
from vippsdiag.keys import KeyKind
from vippsdiag.sandbox import answers
from vippsdiag.sandbox.call import MSN, Call
from vippsdiag.sandbox.tokens import Issued, Mint
from vippsdiag.sandbox.units import Unit
from vippsdiag.secret import examine

KEY = "Ocp-Apim-Subscription-Key"


class Keyring:
    """Whose each key is, and the tokens that were issued."""

    def __init__(self, units: Iterable[Unit], mint: Mint) -> None:
        self.mint = mint
        units = tuple(units)
        self._by_client = {unit.client_id: unit for unit in units}
        self._by_key = {
            key: unit for unit in units for key in (unit.primary, unit.secondary) if key
        }

    def by_client(self, client_id: str) -> Unit | None:
        """Return the unit with a client_id."""
        return examine(client_id, lambda raw: self._by_client.get(raw.strip().lower()))

    def by_key(self, key: str) -> Unit | None:
        """Return the unit with a subscription key."""
        return examine(key, lambda raw: self._by_key.get(raw.strip().lower()))

    def by_token(self, call: Call) -> Issued | None:
        """Return what was issued as the token of a call, unless it has ended."""

        def question(raw: str) -> Issued | None:
            # Documented is the exact word Bearer; that others are refused is not
            # tested (facts section 9, number 16).
            scheme, _, token = raw.strip().partition(" ")
            return self.mint.issued.get(token) if scheme == "Bearer" else None

        issued = examine(call.request.headers.get("Authorization") or "", question)
        return issued if issued and issued.expires > call.now else None


def open_to_all(call: Call) -> None:
    """Let everybody through; the operation asks for itself."""
    del call


def has_key(call: Call) -> Response | None:
    """Find the owner of the subscription key, or refuse."""
    key = call.request.headers.get(KEY) or ""
    if is_blank(key):
        return answers.missing_key(call.now)
    owner = call.keyring.by_key(key)
    if owner is None or owner.environment is not call.environment:
        return answers.invalid_key(call.now)
    call.owner = owner
    return None


def has_token(call: Call) -> Response | None:
    """Find the owners of subscription key and token, or refuse."""
    refusal = has_key(call)
    if refusal:
        return refusal
    issued = call.keyring.by_token(call)
    foreign = issued is not None and issued.unit.environment is not call.environment
    if issued is None or foreign or issued.specialized:
        return answers.token_refused(call.now)
    call.unit = issued.unit
    return None


def for_product(product: str) -> Callable[[Call], Response | None]:
    """Return the gate of a product that requires the merchant serial number."""

    def gate(call: Call) -> Response | None:
        return has_token(call) or _refusal(call, product)

    return gate


def _refusal(call: Call, product: str) -> Response | None:
    unit, msn, now = call.unit, call.msn, call.now
    if unit is None:
        return answers.token_refused(now)
    partner = unit.kind is KeyKind.PARTNER
    if not msn:
        missing = answers.invalid_msn(None, now)
        return missing if partner else answers.header_missing(MSN, now)
    if partner and msn not in unit.connected:
        return answers.invalid_msn(msn, now)
    if unit is not call.owner:
        return answers.key_of_another_unit(now)
    if product not in unit.products:
        return answers.product_forbidden(now)
    return None


def for_webhooks(call: Call) -> Response | None:
    """Let through whoever may act; a partner without a number acts for itself."""
    refusal = has_token(call)
    if refusal:
        return refusal
    if call.unit is not call.owner or (call.msn and not call.acts):
        return answers.empty_403(call.now)
    return None


def is_blank(value: str) -> bool:
    """Tell whether nothing was sent."""
    return examine(value, lambda raw: not raw.strip())


def is_value(value: str, right: str) -> bool:
    """Tell whether a value is the right one, but for blanks around it."""
    return examine(value, lambda raw: raw.strip() == right)
