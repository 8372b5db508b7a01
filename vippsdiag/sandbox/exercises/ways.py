"""Exercises: what is between the program and the API."""

from datetime import timedelta

from vippsdiag.exchange import Request
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.between import CLOCK, NETWORK, UNDERSCORES
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.payments import CREATE, create
from vippsdiag.sandbox.exercises.tokens import LIST, listed

TOKEN = "Get an access token in test with the keys of the test unit."
DESCRIPTION = "<script>offer()</script>One blue shirt"


def _token(bench: Bench) -> Request:
    return bench.token_call(bench.test)


EXERCISES = (
    Exercise(
        id="a-plausible-host",
        title="A host that sounds right",
        story="An assistant wrote the program. All of it looks right, and no answer "
        "comes at all.",
        goal="Get an access token in test with the keys of the test unit.",
        nudges=(
            "No answer is not a refusal. How far did the call get?",
            "Look up the host in the documentation.",
        ),
        causes=("host-unknown",),
        call=_token,
        flaw=lambda call: flaws.at_path(
            call, flaws.base(call), "https://apitest.vippsmobilepay.com"
        ),
        source="catalogue M14; nine public repositories of 2025 and 2026",
    ),
    Exercise(
        id="behind-a-proxy",
        title="A proxy in between",
        story="All calls that leave the company go through nginx now. On the "
        "developer's own computer the program works.",
        goal="Get an access token in test with the keys of the test unit.",
        nudges=(
            "Compare the headers that the program sends with those that arrived.",
            (
                "What do the names of the missing headers have in common? The proxy "
                "has a setting for it, and you can change it."
            ),
        ),
        causes=("underscore-headers-dropped",),
        prepare=lambda bench: bench.settings.update({UNDERSCORES: "off"}),
        call=_token,
        mend=lambda bench: bench.settings.update({UNDERSCORES: "on"}),
        source="catalogue M4",
    ),
    Exercise(
        id="at-the-customers",
        title="A laptop at the customer's",
        story="The program is shown at a customer's office, over their network for "
        "guests. An hour ago, at home, it worked.",
        goal=TOKEN,
        nudges=(
            "Look at the body of the answer. Who writes like that?",
            "Is the network open, or does it want something first? You can change it.",
        ),
        causes=("intermediary-cache-or-proxy",),
        prepare=lambda bench: bench.settings.update({NETWORK: "guests"}),
        call=_token,
        mend=lambda bench: bench.settings.update({NETWORK: "office"}),
        source="causes; generic to networks for guests",
    ),
    Exercise(
        id="a-lively-description",
        title="A lively description",
        story="The description of the payment comes from the page of the product, with "
        "all that makes it move.",
        goal=CREATE,
        nudges=(
            "Does the answer look like one of the API's?",
            "Firewalls look for what attacks use. What in the body could be that?",
        ),
        causes=("waf-blocked",),
        call=create,
        instead=lambda bench: create(bench, paymentDescription=DESCRIPTION),
        source="vipps-ecom-api#183; explore-education-statistics#5365",
    ),
    Exercise(
        id="the-clock-on-the-wall",
        title="A machine without the time",
        story="The program asks for a new token once the old one has expired, and "
        "looks at the clock of the machine for it.",
        goal=LIST,
        nudges=(
            "Compare the time at which the call was sent with the Date of the answer.",
            "Set the clock right; then the program sees that it needs a new token.",
        ),
        causes=("clock-skew", "token-expired"),
        prepare=lambda bench: bench.settings.update({CLOCK: "-60"}),
        call=listed,
        instead=lambda bench: listed(
            bench, bench.token(bench.test, age=timedelta(minutes=70))
        ),
        mend=lambda bench: bench.settings.update({CLOCK: "0"}),
        source="generic to tokens; causes",
    ),
)
