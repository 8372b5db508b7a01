"""Exercises: for whom a call is made, and where it goes."""

from vippsdiag.environments import Environment
from vippsdiag.exchange import Request
from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.apis.payments import SAMPLE_REFERENCE
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.gateway.call import MSN

PAYMENT = f"/epayment/v1/payments/{SAMPLE_REFERENCE}"
READ = f"Read the payment {SAMPLE_REFERENCE} of the test unit."
LIST = "List the webhooks of the test unit."
FOR_THE_SHOP = "Read the sample payment of the production unit, as the partner."
ORGANISATION = "987654325"


def _payment(bench: Bench) -> Request:
    return bench.api_call(bench.test, PAYMENT)


def _list(bench: Bench) -> Request:
    return bench.api_call(bench.test)


def _for_the_shop(bench: Bench) -> Request:
    return bench.api_call(bench.partner, PAYMENT, headers={MSN: bench.shop.msn})


def _as_partner(bench: Bench) -> None:
    bench.know(kind=KeyKind.PARTNER)


EXERCISES = (
    Exercise(
        id="which-sales-unit",
        title="A sales unit of its own",
        story="The company opened a second sales unit, and its number went into the "
        "configuration. The keys are still those of the first one.",
        goal=LIST,
        nudges=(
            "The keys and the token were accepted. What else says who is calling?",
            "Compare the merchant serial number with the one beside these keys.",
        ),
        causes=("keys-of-other-sales-unit",),
        call=_list,
        instead=lambda bench: bench.api_call(bench.test, headers={MSN: bench.bare.msn}),
        source="catalogue M2; WooCommerce's test of the connection",
    ),
    Exercise(
        id="a-number-of-nine-digits",
        title="The number of the company",
        story="The form asked for the merchant's number, and the bookkeeper knew one "
        "by heart.",
        goal=LIST,
        nudges=(
            "A company has several numbers. Which one is meant here?",
            "A merchant serial number has four to seven digits.",
        ),
        causes=("organisation-number-as-msn",),
        call=_list,
        flaw=lambda call: flaws.with_value(call, MSN, ORGANISATION),
        source="catalogue M15",
    ),
    Exercise(
        id="optional-until-now",
        title="A header that was optional",
        story="The program listed its webhooks without trouble. Now it reads a "
        "payment, with the same headers.",
        goal=READ,
        nudges=(
            "The answer names what this API wants and the other did not.",
            "Everybody should send it with every call, the documentation says.",
        ),
        causes=("msn-header-missing", "request-header-missing"),
        call=_payment,
        flaw=lambda call: flaws.without(call, MSN),
        source="facts section 4",
    ),
    Exercise(
        id="not-ordered-yet",
        title="A new product",
        story="The company has two sales units in test, and can list the webhooks of "
        "both. Today the developer wants to read a first payment.",
        goal=READ,
        nudges=(
            "Keys, token and number are accepted. What is it that this unit lacks?",
            (
                "Products are ordered for each sales unit. The test unit has this one, "
                "and keys of its own."
            ),
        ),
        causes=("product-not-activated",),
        call=_payment,
        instead=lambda bench: bench.api_call(bench.bare, PAYMENT),
        source="catalogue M12; vipps-invoice-api#31",
    ),
    Exercise(
        id="on-behalf-of-whom",
        title="A partner's first call",
        story="A partner got keys for all its merchants, and makes the call that "
        "worked with a merchant's own keys.",
        goal=FOR_THE_SHOP,
        nudges=(
            "The partner has many merchants. Which one is this call for?",
            "The number of the merchant's sales unit goes into a header.",
        ),
        causes=("msn-missing-partner",),
        prepare=_as_partner,
        call=_for_the_shop,
        flaw=lambda call: flaws.without(call, MSN),
        source="catalogue M11",
    ),
    Exercise(
        id="not-connected",
        title="A new merchant of a partner",
        story="A merchant signed a contract with the partner yesterday, and asks why "
        "nothing works. It has two sales units, and one is connected.",
        goal=FOR_THE_SHOP,
        nudges=(
            "The answer is about the number, not about the keys.",
            "For which sales units may this partner act?",
        ),
        causes=("msn-not-connected-to-partner",),
        prepare=_as_partner,
        call=_for_the_shop,
        instead=lambda bench: bench.api_call(
            bench.partner, PAYMENT, headers={MSN: bench.stranger.msn}
        ),
        source="catalogue M11; the partner documentation of 2022",
    ),
    Exercise(
        id="a-partner-in-test",
        title="A partner wants to test",
        story="Before going live the partner wants to see it work, and makes the token "
        "call at the test host.",
        goal="Get an access token for the partner.",
        nudges=(
            "Which kinds of keys are there in test?",
            "Partner keys work in one of the two environments.",
        ),
        causes=("partner-keys-on-test", "production-keys-on-test"),
        prepare=_as_partner,
        call=lambda bench: bench.token_call(bench.partner),
        instead=lambda bench: bench.token_call(bench.partner, at=Environment.TEST),
        source="catalogue M11",
    ),
    Exercise(
        id="a-missing-letter",
        title="Singular or plural",
        story="The address was typed from memory.",
        goal=READ,
        nudges=(
            "Nothing was found. Was it the payment, or the path to it?",
            "Compare each part of the path with the documentation.",
        ),
        causes=("api-path-wrong",),
        call=_payment,
        flaw=lambda call: flaws.at_path(call, "/payments/", "/payment/"),
        source="vipps-developers#59",
    ),
)
