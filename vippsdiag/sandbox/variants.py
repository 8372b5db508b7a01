"""What is known in two ways, or not for certain: the sandbox can be switched.

Facts section 9 lists what is open. Each variant has a default, which is the better
founded answer, and can be chosen when a sandbox is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One thing that the sandbox can answer in two ways.

    Attributes:
        default: the better founded one.
        other: the other known one.
        text: what differs, and how sure the facts are.
    """

    default: str
    other: str
    text: str


VARIANTS: Mapping[str, Variant] = {
    "bearer-case": Variant(
        default="exact",
        other="any",
        text="Whether bearer in lower case passes. Documented is the exact word; that "
        "others are refused is not tested.",
    ),
    "path-unknown": Variant(
        default="azure",
        other="gateway",
        text="The answer to an unknown path: as captured in 2020, or the gateway's "
        "usual one.",
    ),
    "token-refused": Variant(
        default="azure",
        other="problem",
        text="The body of a 401 for a token: the words of the errors page in the "
        "gateway's form, or problem+json. Both are inferred.",
    ),
    "token-numbers": Variant(
        default="strings",
        other="numbers",
        text="Whether expires_in and the like are strings, as official text says, or "
        "numbers, as one user wrote in 2026.",
    ),
    "login-scope": Variant(
        default="dropped",
        other="refused",
        text="A scope that Login does not have: left out without a word, as the text "
        "of 2026 says, or invalid_scope, as that of 2023 does.",
    ),
    "userinfo-key": Variant(
        default="accepted",
        other="refused",
        text="Whether GET userinfo/{sub} takes a subscription key: official texts "
        "contradict each other.",
    ),
    "specialized-in-test": Variant(
        default="absent",
        other="served",
        text="Whether the specialized token endpoint is served in test: the newest "
        "specification says no.",
    ),
    "orders-in-test": Variant(
        default="served",
        other="absent",
        text="Whether test has Order Management: its specification names the host, and "
        "newer texts say that it is in production alone.",
    ),
    "recurring-details": Variant(
        default="name-reason",
        other="field-text",
        text="What the extra details of Recurring's errors are called: as in the "
        "specification of 2025, or as in that of 2023.",
    ),
    "unscheduled-charges": Variant(
        default="refused",
        other="served",
        text="Whether the sales units are on the list of those that may create "
        "UNSCHEDULED charges, which others are refused.",
    ),
}


def chosen(given: Mapping[str, str]) -> dict[str, str]:
    """Return the choice for every variant.

    Raises:
        VippsdiagError: there is no such variant, or it has no such choice.
    """
    for name, choice in given.items():
        variant = VARIANTS.get(name)
        if variant is None or choice not in {variant.default, variant.other}:
            raise VippsdiagError(
                say(
                    "The sandbox cannot be switched to {name}={choice}. What it can be "
                    "switched to is listed by: vippsdiag sandbox --list-variants",
                    name=name,
                    choice=choice,
                )
            )
    return {name: given.get(name, one.default) for name, one in VARIANTS.items()}
