"""Exercises: creating and reading payments of ePayment."""

from typing import Any

from vippsdiag.exchange import Request
from vippsdiag.sandbox.apis.customers import NOBODY
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.gateway.replay import NAME
from vippsdiag.sandbox.keys.units import Unit

PAYMENTS = "/epayment/v1/payments"
CREATE = "Create the payment with the test unit."
TEST_USER = "4791234567"
PRICE = {"currency": "NOK", "value": 49900}


def create(bench: Bench, unit: Unit | None = None, **changes: Any) -> Request:
    """Return the creation of a payment, with fields that are changed."""
    body: dict[str, Any] = {
        "amount": PRICE,
        "paymentMethod": {"type": "WALLET"},
        "reference": bench.reference(),
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://example.com/return",
        "paymentDescription": "One blue shirt",
        "customer": {"phoneNumber": TEST_USER},
    }
    return bench.api_call(unit or bench.test, PAYMENTS, "POST", body=body | changes)


def created(bench: Bench) -> None:
    """Create the payment."""
    bench.send(create(bench))


def _key(bench: Bench) -> str:
    return f"{bench.reference()}-key"


def _sent_before(bench: Bench) -> None:
    """Send another payment with the key that is used again."""
    first = create(bench, reference=bench.reference("first"))
    bench.show(flaws.with_value(first, NAME, _key(bench)))


EXERCISES = (
    Exercise(
        id="order-number-from-one",
        title="Order number 1",
        story="The shop was set up anew, and counts its orders from one again. The "
        "sales unit is the same as before.",
        goal="Create the payment with the test unit, under a reference of its own.",
        nudges=(
            "The keys and the body are right. What does the answer say of the order?",
            "A reference belongs to one payment of the sales unit for ever.",
        ),
        causes=("order-id-reused",),
        prepare=created,
        call=lambda bench: create(bench, reference=bench.reference("new")),
        instead=create,
        source="code 4150; WooCommerce with one prefix in two shops",
    ),
    Exercise(
        id="one-key-for-two",
        title="A key for each day",
        story="The program makes its idempotency key from the date. The first order of "
        "the day goes through.",
        goal=CREATE,
        nudges=(
            "What does the second call have in common with the first one?",
            "The key says: this is the same request once more.",
        ),
        causes=("idempotency-conflict", "idempotency-key-reused"),
        prepare=_sent_before,
        call=create,
        instead=lambda bench: flaws.with_value(create(bench), NAME, _key(bench)),
        source="code 4020",
    ),
    Exercise(
        id="no-key-for-repeating",
        title="Only in the examples",
        story="One header of the example looked as if it could be left out: it has a "
        "value that anybody can make up.",
        goal=CREATE,
        nudges=(
            "The answer names a header.",
            (
                "Suppose the connection breaks before the answer comes. How could you "
                "ask again without paying twice?"
            ),
        ),
        causes=("idempotency-key-missing", "request-header-missing"),
        call=create,
        flaw=lambda call: flaws.without(call, NAME),
        source="facts section 4",
    ),
    Exercise(
        id="a-long-key",
        title="A key that tells everything",
        story="To find things again, the key has the shop, the order, the customer and "
        "the time in it.",
        goal=CREATE,
        nudges=(
            "Everything in the body is right. What about the headers?",
            "Count the characters of the key.",
        ),
        causes=("idempotency-key-too-long",),
        call=create,
        flaw=lambda call: flaws.with_value(
            call, NAME, "blue-shirts-oslo-order-000123-customer-000456-20261124-120000"
        ),
        source="the specification of ePayment",
    ),
    Exercise(
        id="kroner-and-ore",
        title="Kroner and øre",
        story="The price in the database is 499.50, and so it is in the call.",
        goal="Create the payment of 499 kroner and 50 øre.",
        nudges=(
            "Which field does the answer speak of?",
            "In which unit does the API count?",
        ),
        causes=("amount-not-an-integer", "request-value-invalid"),
        call=lambda bench: create(bench, amount=PRICE | {"value": 49950}),
        instead=lambda bench: create(bench, amount=PRICE | {"value": 499.5}),
        exact=frozenset({"amount.value"}),
        source="code 4040",
    ),
    Exercise(
        id="another-currency",
        title="A guest from Denmark",
        story="The buyer is from Denmark, so the shop asks for Danish kroner. The "
        "sales unit is Norwegian.",
        goal="Create the payment in the currency of the sales unit.",
        nudges=(
            "What does the answer say of the currency?",
            "Each sales unit has one currency, that of its market.",
            "Ask for NOK; the app shows the buyer what it is.",
        ),
        causes=("request-value-invalid",),
        call=create,
        instead=lambda bench: create(bench, amount=PRICE | {"currency": "DKK"}),
        source="code 5040",
    ),
    Exercise(
        id="a-plus-sign",
        title="As it is on the card",
        story="The number of the buyer is written as people write it, with the sign "
        "for the country code.",
        goal=CREATE,
        nudges=(
            "Which field does the answer speak of?",
            "The field takes digits.",
        ),
        causes=("phone-number-malformed",),
        call=create,
        instead=lambda bench: create(bench, customer={"phoneNumber": "+4791234567"}),
        exact=frozenset({"customer.phoneNumber"}),
        source="code 4070",
    ),
    Exercise(
        id="a-number-of-a-friend",
        title="A number of a friend",
        story="To see the push message arrive, the developer takes the number of a "
        "friend, who uses the app every day.",
        goal="Create the payment in test, for the test user.",
        nudges=(
            "The number is well formed. Who is known by it, and where?",
            "Test has users of its own. Yours has a number of its own too.",
        ),
        causes=("real-user-in-test", "test-user-not-ready"),
        known={"number of the test user": lambda _: TEST_USER},
        call=create,
        instead=lambda bench: create(bench, customer={"phoneNumber": NOBODY}),
        source="code 7010",
    ),
    Exercise(
        id="a-push-to-nobody",
        title="A push message",
        story="The cash register asks for the money by a push message to the buyer's "
        "phone, and shows that it is on its way.",
        goal="Create the payment, and send it to the phone of the test user.",
        nudges=(
            "What does the answer miss?",
            "Whose phone should it be?",
            "Put the number of the test user into customer.phoneNumber.",
        ),
        causes=("request-parameter-missing", "request-value-invalid"),
        known={"number of the test user": lambda _: TEST_USER},
        call=lambda bench: create(bench, userFlow="PUSH_MESSAGE"),
        instead=lambda bench: create(bench, userFlow="PUSH_MESSAGE", customer=None),
        source="code 4140",
    ),
    Exercise(
        id="back-to-the-computer",
        title="Back to the developer's computer",
        story="After paying, the buyer should come back to the shop, which still runs "
        "on the developer's own computer.",
        goal="Create the payment, with a return address that anybody can reach.",
        nudges=(
            "The answer is about one of the addresses in the body.",
            "The buyer's phone opens that address. Could it?",
            "Send an https address of a shop that is on the internet.",
        ),
        causes=("request-value-invalid", "fallback-url-invalid"),
        call=create,
        instead=lambda bench: create(bench, returnUrl="http://localhost:3000/done"),
        source="code 4090; vipps-ecom-api#159",
    ),
    Exercise(
        id="written-by-hand",
        title="JSON by hand",
        story="The body is put together from pieces of text. With one more field it "
        "got one more comma.",
        goal=CREATE,
        nudges=(
            "The API could not read something. Could you?",
            "Give the body to a program that reads JSON; it says where it stops.",
        ),
        causes=("body-not-json",),
        call=create,
        flaw=lambda call: flaws.with_body(call, lambda text: text[:-1] + ",}"),
        source="the official errors page",
    ),
    Exercise(
        id="body-cut-short",
        title="Length in characters",
        story="The program tells the server how long the body is, and counts "
        "characters. This buyer's order has letters of two bytes.",
        goal=CREATE,
        nudges=(
            "Look at the end of the body as it arrived.",
            "Something of it is missing: the length was counted in another unit.",
        ),
        causes=("body-not-json",),
        call=lambda bench: create(bench, paymentDescription="Blåbærsyltetøy"),
        flaw=lambda call: flaws.with_body(call, lambda text: text[:-3]),
        source="generic to HTTP",
    ),
    Exercise(
        id="one-letter-of-the-reference",
        title="The order on the phone",
        story="A customer read the order number out on the phone, and the support "
        "looks the payment up.",
        goal="Read the payment that was created.",
        nudges=(
            "Keys, token and number are right: the answer comes from the API itself.",
            "Compare the reference in the path with that of the payment.",
        ),
        causes=("order-of-other-msn",),
        prepare=created,
        known={"reference of the payment": Bench.reference},
        call=lambda bench: bench.api_call(
            bench.test, f"{PAYMENTS}/{bench.reference()}"
        ),
        instead=lambda bench: bench.api_call(
            bench.test, f"{PAYMENTS}/{bench.reference('a')}"
        ),
        source="code 5090",
    ),
)
