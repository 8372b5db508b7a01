"""Where each kind of keys is found, and what is seen there.

From the facts, sections 1.1, 1.5 and 7.1 (the official pages of 2026 on keys and on the
portal, where they could be read; older wording from 2023). What is inferred says so.
"""

from dataclasses import dataclass

from vippsdiag.environments import Environment
from vippsdiag.keys import KeyKind
from vippsdiag.language import mark

ADDRESS = "https://portal.vippsmobilepay.com"
HOW_SURE = mark(
    "The names of buttons are from public texts of 2023 and 2026; in the portal they "
    "may have changed a little."
)
NEVER_SENT = mark(
    "Vipps MobilePay never asks for your keys, and never sends them by e-mail or "
    "phone. A developer who cannot log in gets them from the merchant, in a safe way."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One step on the way to the keys.

    Attributes:
        do: what to do.
        see: what is seen then, or is good to know.
        inferred: whether it follows from other facts, and stands nowhere itself.
    """

    do: str
    see: str = ""
    inferred: bool = False


_LOG_IN = Direction(
    do=mark("Log in to the portal. There is one portal for test and production."),
    see=mark(
        "In Norway you log in with BankID, in Denmark with MitID, in Finland with the "
        "id of your bank."
    ),
)
_DEVELOPERS = Direction(
    do=mark("Choose “For developers”, then “API keys”."),
    see=mark(
        "If you do not see this (in Norwegian: “For utviklere”), you do not have "
        "developer access. An administrator of your company can give it to you."
    ),
)
_TEST_LIST = Direction(
    do=mark("Choose “Test”."),
    see=mark(
        "The list of your test sales units. Production has a list of its own; to copy "
        "from the wrong list is the commonest slip."
    ),
)
_ADD = Direction(
    do=mark("If the list is empty, choose “Add test sales unit”, and give it a name."),
    see=mark(
        "Its keys are there within minutes. It belongs to the country of your company, "
        "and cannot be changed later."
    ),
)
_PRODUCTION_LIST = Direction(
    do=mark("Choose “Production”."),
    see=mark(
        "The list of your real sales units. Test has a list of its own; to copy from "
        "the wrong list is the commonest slip."
    ),
)
_WAIT = Direction(
    do=mark("If your sales unit is not there yet, wait for the approval."),
    see=mark(
        "Production keys come a few days after you ordered, when your company has "
        "been checked."
    ),
)
_SHOW = Direction(
    do=mark("Find your sales unit by name, and choose “Show keys”."),
    see=mark(
        "A client_id, a client_secret, and two subscription keys: a primary and a "
        "secondary. Either subscription key works."
    ),
)
_COPY = Direction(
    do=mark("Copy all of them, and the merchant serial number, from that one row."),
    see=mark(
        "The merchant serial number (MSN) stands beside the name of the sales unit. "
        "Values of two rows do not work together."
    ),
)
_NOT_IN_TEST = Direction(
    do=mark("There are no such keys in test. Choose Production here."),
    see=mark("To try your calls in test, use the keys of a test sales unit."),
)

_PRODUCTION = {
    KeyKind.SALES_UNIT: (
        _LOG_IN,
        _DEVELOPERS,
        _PRODUCTION_LIST,
        _WAIT,
        _SHOW,
        _COPY,
    ),
    KeyKind.PARTNER: (
        Direction(
            do=mark("You get partner keys from the partner team of Vipps MobilePay."),
            see=mark(
                "One set for all merchants that are connected to you: a client_id, a "
                "client_secret, and two subscription keys."
            ),
        ),
        Direction(
            do=mark(
                "Take the merchant serial number of the merchant that you act for, "
                "and send it with every call."
            ),
            see=mark(
                "The merchant has to be connected to you. A merchant must never see "
                "partner keys, nor be able to change the number."
            ),
        ),
        Direction(
            do=mark("For test, ask the partner team for keys of a test sales unit."),
            see=mark("Partner keys do not work in test."),
        ),
    ),
    KeyKind.ACCOUNTING: (
        Direction(
            do=mark(
                "You get accounting keys from the partner team of Vipps MobilePay."
            ),
            see=mark(
                "A client_id and a client_secret only. There is no subscription key, "
                "and no merchant serial number is sent."
            ),
            inferred=True,
        ),
        Direction(
            do=mark("Ask each merchant to give you access in the portal."),
            see=mark(
                "Without it you see nothing of that merchant. Never use the merchant's "
                "own keys."
            ),
        ),
    ),
    KeyKind.MERCHANT_LEVEL: (
        _LOG_IN,
        Direction(
            do=mark("Choose “For developers”, then “API keys”, then Donations."),
            see=mark(
                "It appears when your organisation has been approved for Donations. "
                "The keys belong to the organisation, and to no sales unit: a "
                "client_id and a client_secret only."
            ),
            inferred=True,
        ),
        Direction(
            do=mark("Copy the client_secret at once, and keep it in a safe place."),
            see=mark("It is shown once. A new one ends the old one at once."),
        ),
    ),
    KeyKind.MANAGEMENT: (
        Direction(
            do=mark("Ask the partner team whether you need such keys at all."),
            see=mark(
                "They were described from 2023 to 2025. The text of 2026 on the "
                "Management API names partner keys and sales unit keys only."
            ),
            inferred=True,
        ),
        Direction(
            do=mark("If not, use your partner keys or your sales unit keys."),
            see=mark("Choose that kind here to see where they are."),
        ),
    ),
}
_PSP = (
    Direction(
        do=mark(
            "You get the keys and your Psp-Id when you are set up as a payment service "
            "provider."
        ),
        see=mark(
            "A client_id, a client_secret, two subscription keys and the Psp-Id. Test "
            "and production have a set each."
        ),
        inferred=True,
    ),
    Direction(
        do=mark("Take the merchant serial number of the merchant that you act for."),
        see=mark("The Psp-Id goes with every call but the token call."),
    ),
)


def directions(kind: KeyKind, environment: Environment) -> tuple[Direction, ...]:
    """Return the way to the keys of a kind, in test or in production."""
    if kind is KeyKind.PSP:
        return _PSP
    if environment is Environment.PRODUCTION:
        return _PRODUCTION[kind]
    if kind.production_only:
        return (_NOT_IN_TEST,)
    return (_LOG_IN, _DEVELOPERS, _TEST_LIST, _ADD, _SHOW, _COPY)
