"""How a product writes its refusals; every product may have forms of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Reply

Form = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """One answer for each reason to refuse; where each is known from stands beside it.

    Attributes:
        token: the access token is missing, malformed, unknown or has ended.
        number_missing: the merchant serial number is required, and not there.
        not_linked: a partner sent no number, or one that it may not act for.
        other_unit: the number, or the subscription key, is another unit's.
        not_activated: the sales unit may not use this product.
        header_missing: a header is required, and not there.
        unreadable: the body or a value in it is not as declared.
        conflict: the idempotency key was sent before, with another body.
    """

    token: Form = answers.token_refused
    number_missing: Form = answers.number_missing
    not_linked: Form = answers.invalid_msn
    other_unit: Form = answers.other_unit
    not_activated: Form = answers.product_forbidden
    header_missing: Callable[[Call, str], Reply] = answers.header_missing
    unreadable: Callable[[Call, Flaw], Reply] = answers.unreadable
    conflict: Form = answers.conflict


USUAL = Forms()
