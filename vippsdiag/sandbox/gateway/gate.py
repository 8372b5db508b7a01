"""The steps of the gateway that all products share.

The order is the gateway's as far as it is known: the operation, the subscription key,
the token, the merchant serial number, the partner link, the product (facts 3.2 and
section 9, number 6; partly inferred).
"""

from collections.abc import Callable
from dataclasses import dataclass

from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.forms import USUAL, Forms
from vippsdiag.sandbox.gateway.reply import Refusal

KEY = "Ocp-Apim-Subscription-Key"
# Refuses a call, or lets it through.
Step = Callable[[Call, Forms], None]


def key(call: Call, forms: Forms) -> None:
    """Find the owner of the subscription key.

    The gateway answers itself, in front of every product, in a form of its own.
    """
    sent = call.header(KEY)
    if not sent:
        raise Refusal(answers.missing_key())
    owner = call.sandbox.keyring.by_key(sent)
    if owner is None or owner.environment is not call.environment:
        raise Refusal(answers.invalid_key())
    call.owner = owner


def token(call: Call, forms: Forms) -> None:
    """Find the owner of a token of the standard endpoint."""
    if not _passes(call, specialized=False):
        raise Refusal(forms.token(call))


def token_after_any_bearer(call: Call, forms: Forms) -> None:
    """Find the owner of a token; the word Bearer may be in lower case.

    So the official Postman collection of Recurring sends it with some calls (high).
    """
    if not _passes(call, specialized=False, lower=True):
        raise Refusal(forms.token(call))


def specialized_token(call: Call, forms: Forms) -> None:
    """Find the owner of a token of the specialized endpoint."""
    if not _passes(call, specialized=True):
        raise Refusal(forms.token(call))


def _passes(call: Call, *, specialized: bool, lower: bool = False) -> bool:
    # Documented is the exact word Bearer; that others are refused is not tested
    # (facts section 9, number 16), so it can be switched.
    scheme, _, value = call.header("Authorization").partition(" ")
    if scheme != "Bearer" and not _may_be_lower(call, scheme, allowed=lower):
        return False
    issued = call.sandbox.mint.find(value.strip())
    if issued is None or issued.expires <= call.now:
        return False
    unit = call.sandbox.keyring.by_client(issued.client_id)
    if unit is None or unit.environment is not call.environment:
        return False
    call.unit = unit
    return issued.specialized is specialized


def _may_be_lower(call: Call, scheme: str, *, allowed: bool) -> bool:
    if scheme.lower() != "bearer":
        return False
    return allowed or call.sandbox.variant("bearer-case") == "any"


def number(call: Call, forms: Forms) -> None:
    """See that the merchant serial number is there."""
    if not call.header(MSN):
        partner = call.unit is not None and call.unit.kind is KeyKind.PARTNER
        form = forms.not_linked if partner else forms.number_missing
        raise Refusal(form(call))


def link(call: Call, forms: Forms) -> None:
    """See that the owner of the token may act for the number, with a key of its own.

    Without a number a sales unit acts for itself, and a partner for nobody.
    """
    unit = call.unit
    if unit is None:
        raise Refusal(forms.token(call))
    if unit.kind is KeyKind.PARTNER:
        if call.header(MSN) not in unit.connected:
            raise Refusal(forms.not_linked(call))
    elif call.msn != unit.msn:
        raise Refusal(forms.other_unit(call))
    own_key(call, forms)


def own_key(call: Call, forms: Forms) -> None:
    """See that token and subscription key are one unit's.

    That another unit's key fails is documented (errors page, high), not its status.
    """
    if call.unit is not call.owner:
        raise Refusal(forms.other_unit(call))


def activation(product: str) -> Step:
    """Return the step that sees whether a product is activated.

    For a partner, it is the sales unit that it acts for which has to have the product.
    """

    def step(call: Call, forms: Forms) -> None:
        unit = call.unit
        if unit is not None and unit.kind is KeyKind.PARTNER:
            number = call.header(MSN)
            unit = call.sandbox.keyring.by_number(call.environment, number) or unit
        if unit is None or product not in unit.products:
            raise Refusal(forms.not_activated(call))

    return step


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a call has to pass before its operation is served, in that order.

    Attributes:
        steps: each refuses the call or lets it through.
        forms: how a refusal is written.
        flow: what the description says of it.
    """

    steps: tuple[Step, ...] = ()
    forms: Forms = USUAL

    def __call__(self, call: Call) -> None:
        """Let a call through.

        Raises:
            Refusal: with the answer.
        """
        for step in self.steps:
            step(call, self.forms)


def for_product(product: str, forms: Forms = USUAL, *, msn: bool = False) -> Gate:
    """Return the usual gate of a product.

    Args:
        product: its name, as a unit lists it.
        forms: how it refuses.
        msn: whether the merchant serial number is required.
    """
    needed = (number,) if msn else ()
    steps = (key, token, *needed, link, activation(product))
    return Gate(steps=steps, forms=forms)


OPEN = Gate()
