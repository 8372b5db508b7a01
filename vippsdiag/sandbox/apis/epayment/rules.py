"""What a new payment has to keep to; each rule has a code of its own."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from vippsdiag.sandbox.apis import customers
from vippsdiag.sandbox.apis.epayment.bodies import Amount, Creation, Customer
from vippsdiag.sandbox.apis.epayment.problems import (
    malformed,
    obstruct,
    refusal,
    unit_of,
)
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal

# The specification's description of amounts (1.8.1, high).
MOST = 65_000_000
LEAST = {"NOK": 100, "SEK": 100}
CURRENCIES = {"NO": "NOK", "DK": "DKK", "FI": "EUR"}
# For CARD_PASSTHROUGH alone (specification 1.8.1).
FOREIGN = frozenset({"SEK", "USD", "GBP"})
SCOPES = frozenset({"name", "address", "email", "phoneNumber", "birthDate", "nin"})
# To ask for these, a sales unit needs a permission: code 5030.
RESERVED = frozenset({"nin", "accountNumbers"})
SOONEST, LATEST = timedelta(minutes=10), timedelta(days=60)
TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?"
    r"(?:[Zz]|[+-](?:2[0-3]|[01]\d):[0-5]\d)"
)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
# These are schemes of the web's own, and no app's.
NO_APPS = frozenset({"http", "javascript", "data", "vbscript", "file", "ftp"})


def amount(call: Call, given: Amount, name: str) -> int:
    """Return an amount; a number with decimals or out of bounds is refused."""
    value = given.value
    if not 0 <= value <= MOST or value != int(value):
        raise refusal(call, 4040, f"The {name}.value is not a whole number to {MOST}.")
    return int(value)


def creation(call: Call, given: Creation) -> None:
    """See that a payment can be created; the order of the rules is inferred.

    Raises:
        Refusal: with the code of the first rule that it breaks.
    """
    obstruct(call, 3010, 5060, 5070)
    _amounts(call, given)
    _method(call, given)
    _flow(call, given)
    _urls(call, given)
    _scope(call, given)
    _express(call, given)
    _expiration(call, given)
    _receipt(call, given)
    if given.metadata:
        _metadata(call, given.metadata)


def _amounts(call: Call, given: Creation) -> None:
    currency, value = given.amount.currency, amount(call, given.amount, "amount")
    passed = given.payment_method.type == "CARD_PASSTHROUGH" and currency in FOREIGN
    if not passed and currency != CURRENCIES[unit_of(call).market]:
        raise refusal(call, 5040)
    least = LEAST.get(currency, 1)
    if value < least:
        raise refusal(call, 6010, f"The least amount is {least} in {currency}.")


def _method(call: Call, given: Creation) -> None:
    method = given.payment_method
    passthrough = method.type == "CARD_PASSTHROUGH"
    if passthrough and given.card_passthrough is None:
        raise missing(call, "cardPassthrough")
    if given.card_passthrough is not None and not passthrough:
        raise refusal(
            call,
            4160,
            f"With cardPassthrough, paymentMethod.type is not {method.type}.",
        )
    if method.type == "CARD" and given.user_flow != "WEB_REDIRECT":
        reason = "With CARD, the userFlow has to be WEB_REDIRECT."
        raise Refusal(malformed(call, "userFlow", reason))
    if method.blocked_sources and unit_of(call).market == "NO":
        raise refusal(call, 5010)


def _flow(call: Call, given: Creation) -> None:
    if given.user_flow == "WEB_REDIRECT" and not given.return_url:
        raise missing(call, "returnUrl")
    if given.user_flow == "PUSH_MESSAGE":
        obstruct(call, 5080)
        if not given.customer or not any(_named(given.customer)):
            raise missing(call, "customer")


def missing(call: Call, name: str) -> Refusal:
    """Return code 4140 for a parameter."""
    return refusal(call, 4140, f"The parameter `{name}` is required.")


def _named(customer: Customer) -> tuple[object, ...]:
    return customer.phone_number, customer.personal_qr, customer.customer_token


def phone_of(
    call: Call, customer: Customer | None, least_age: int | None = None
) -> str:
    """Return the number of the one who is to pay; empty if nobody is named."""
    if customer is None:
        return ""
    if sum(value is not None for value in _named(customer)) > 1:
        reason = "Only one of phoneNumber, personalQr and customerToken can be sent."
        raise Refusal(malformed(call, "customer", reason))
    phone = _phone(call, customer)
    too_young = least_age is not None and customers.age(call.now) < least_age
    if phone and (phone == customers.NOBODY or too_young):
        raise refusal(call, 7010)
    return phone


def _phone(call: Call, customer: Customer) -> str:
    if customer.customer_token is not None:
        found = customers.checked_in(call, customer.customer_token)
        if found is None:
            raise refusal(call, 4050)
        return found.phone
    if customer.personal_qr is not None:
        phone = customers.personal(customer.personal_qr)
        if not phone:
            raise refusal(call, 4060)
        return phone
    if customer.phone_number is None:
        return ""
    number = customer.phone_number
    phone = "" if isinstance(number, int) and number >= 10**15 else str(number)
    if not customers.MSISDN.fullmatch(phone):
        raise refusal(call, 4070)
    return phone


def _urls(call: Call, given: Creation) -> None:
    for name, url in (
        ("returnUrl", given.return_url),
        ("receiptUrl", given.receipt_url),
    ):
        if url and not is_link(url, apps=True):
            raise refusal(
                call, 4090, f"The {name} needs https or the scheme of an app."
            )
    dynamic = given.shipping and given.shipping.dynamic_options
    called = (dynamic and dynamic.callback_url) or ""
    passed = given.card_passthrough
    for url in (called, passed.card_callback_url if passed else ""):
        if url and not is_link(url):
            raise refusal(call, 4090, "The URL of a callback needs https.")


def is_link(url: str, *, apps: bool = False) -> bool:
    """Tell whether an address is valid: https, with a host that has a dot.

    Args:
        url: the address.
        apps: whether the scheme of an app will do as well.
    """
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises for what is no number
    except ValueError:
        return False
    if parts.scheme == "https":
        return "." in host.strip(".")
    own = SCHEME.fullmatch(parts.scheme) is not None and parts.scheme not in NO_APPS
    return apps and own and url[len(parts.scheme) :].startswith("://")


def _scope(call: Call, given: Creation) -> None:
    scope = (given.profile.scope if given.profile else "") or ""
    for name in scope.split():
        if name not in SCOPES | RESERVED:
            raise refusal(call, 4080, f"The scope `{name}` is not known.")
        if name in RESERVED:
            obstruct(call, 5030)


def _express(call: Call, given: Creation) -> None:
    shipping = given.shipping
    if shipping is None:
        return
    obstruct(call, 5020)
    if (shipping.fixed_options is None) == (shipping.dynamic_options is None):
        reason = "Either fixedOptions or dynamicOptions has to be sent."
        raise Refusal(malformed(call, "shipping", reason))
    if given.payment_method.type != "WALLET":
        raise refusal(call, 5020, "Express needs the paymentMethod.type WALLET.")
    scope = (given.profile.scope if given.profile else "") or ""
    if "address" not in scope.split():
        raise missing(call, "profile.scope")
    options = shipping.fixed_options
    if options is not None and not any(group.options for group in options):
        raise missing(call, "shipping.fixedOptions")
    for group in options or []:
        for option in group.options:
            amount(call, option.amount, "shipping.fixedOptions.options.amount")


def _expiration(call: Call, given: Creation) -> None:
    if given.expires_at is None:
        return
    obstruct(call, 5050)
    until = moment(given.expires_at)
    if until is None:
        reason = "The field ExpiresAt has to be a time as in RFC 3339."
        raise Refusal(malformed(call, "expiresAt", reason))
    if given.receipt is None:
        raise refusal(call, 6130)
    if until - call.now < SOONEST:
        raise refusal(call, 6120)
    if until - call.now > LATEST:
        raise refusal(call, 6110)


def moment(text: str) -> datetime | None:
    """Read a time, and return it in UTC; None if it is none."""
    if not TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _receipt(call: Call, given: Creation) -> None:
    for line in given.receipt.order_lines if given.receipt else ():
        if line.tax_percentage is None and line.tax_rate is None:
            reason = "Either taxRate or taxPercentage has to be sent."
            raise Refusal(malformed(call, "receipt.orderLines", reason))


def _metadata(call: Call, metadata: dict[str, str]) -> None:
    if len(metadata) > 5:
        raise refusal(call, 4100)
    if any(len(key) > 100 for key in metadata):
        raise refusal(call, 4120)
    if any(len(value) > 500 for value in metadata.values()):
        raise refusal(call, 4130)
    # The declared body holds each key once, so that is looked for in the text. What
    # else is in it may be deeper, and its numbers longer, than this reader takes.
    with suppress(RecursionError):
        json.loads(
            call.body,
            object_pairs_hook=lambda pairs: _once(call, pairs, metadata),
            parse_int=str,
        )


def _once(
    call: Call, pairs: list[tuple[str, object]], metadata: dict[str, str]
) -> dict[str, object]:
    found = dict(pairs)
    if found == metadata and len(found) < len(pairs):
        raise refusal(call, 4110)
    return found
