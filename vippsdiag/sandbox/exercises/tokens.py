"""Exercises: the access token, and the endpoint that it comes from."""

from dataclasses import replace
from datetime import timedelta

from vippsdiag.evidence import STANDARD_TOKEN_PATH
from vippsdiag.exchange import Request
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.flaws import AUTHORIZATION
from vippsdiag.sandbox.gateway.gate import KEY

LIST = "List the webhooks of the test unit."


def listed(bench: Bench, token: str | None = None) -> Request:
    """Return the call for the webhooks of the test unit, with a token of its own."""
    headers = {AUTHORIZATION: f"Bearer {token}"} if token else None
    return bench.api_call(bench.test, headers=headers)


def _show_token(bench: Bench) -> None:
    bench.show(bench.token_call(bench.bare))


EXERCISES = (
    Exercise(
        id="a-word-in-front",
        title="The token alone",
        story="The token was fetched a minute ago, and is in the Authorization header "
        "just as it came.",
        goal=LIST,
        nudges=(
            "The token itself is good. How does the API know what kind of value it is?",
            "One word and a blank belong in front of it.",
        ),
        causes=("bearer-prefix-missing",),
        call=listed,
        flaw=lambda call: flaws.changed(
            call, AUTHORIZATION, lambda text: text.removeprefix("Bearer ")
        ),
        source="catalogue M8",
    ),
    Exercise(
        id="a-word-too-many",
        title="Two hands on one header",
        story="The program puts the scheme in front of the token. Since the last "
        "update the library does so too.",
        goal=LIST,
        nudges=(
            "Read the Authorization header aloud.",
            "One of the two can be left out.",
        ),
        causes=("bearer-duplicated",),
        call=listed,
        flaw=lambda call: flaws.changed(
            call, AUTHORIZATION, lambda text: f"Bearer {text}"
        ),
        source="catalogue M8",
    ),
    Exercise(
        id="a-header-named-bearer",
        title="Which header carries the token",
        story="Somebody read that the API takes a Bearer header, and sent one.",
        goal=LIST,
        nudges=(
            "Which headers does the call have, and which one is missing?",
            "Bearer is the first word of the value, not the name of the header.",
        ),
        causes=("authorization-header-malformed",),
        call=listed,
        flaw=lambda call: flaws.without(
            flaws.with_value(
                call, "Bearer", flaws.value(call, AUTHORIZATION).partition(" ")[2]
            ),
            AUTHORIZATION,
        ),
        source="public case oauth-bearer-header-name-577",
    ),
    Exercise(
        id="no-token-at-all",
        title="The key is there",
        story="The call carries the subscription key and the merchant serial number. "
        "That is all the test program has.",
        goal=LIST,
        nudges=(
            "The gateway let the key pass. What else does an API call carry?",
            "Get an access token first; the call carries it.",
        ),
        causes=("access-token-missing",),
        call=listed,
        flaw=lambda call: flaws.without(call, AUTHORIZATION),
        source="facts section 4",
    ),
    Exercise(
        id="since-this-morning",
        title="It worked this morning",
        story="The token was fetched when the program was started, two hours ago. The "
        "first calls went well.",
        goal=LIST,
        nudges=(
            "What has changed since the first calls, if nobody has changed anything?",
            "How long does a token live in test? Read its exp, or count the hours.",
        ),
        causes=("token-expired",),
        call=listed,
        instead=lambda bench: listed(
            bench, bench.token(bench.test, age=timedelta(hours=2))
        ),
        source="catalogue M9",
    ),
    Exercise(
        id="one-cache-for-both",
        title="One cache for two environments",
        story="Test and production run on the same server, and keep their access token "
        "in the same cache.",
        goal=LIST,
        nudges=(
            "The token is new and well formed. Who issued it?",
            "Compare the tid and the appid in the token with those of the test unit.",
        ),
        causes=("token-from-other-environment",),
        call=listed,
        instead=lambda bench: listed(bench, bench.token(bench.shop)),
        source="catalogue M9",
    ),
    Exercise(
        id="quotes-around-the-token",
        title="A token out of a file",
        story="A script saves the token with its quotes, as it stands in the JSON, and "
        "reads it back.",
        goal=LIST,
        nudges=(
            "Look closely at where the token begins and ends.",
            "A token begins with eyJ.",
        ),
        causes=("token-malformed", "value-contains-hidden-characters"),
        call=listed,
        flaw=lambda call: flaws.changed(
            call, AUTHORIZATION, lambda text: 'Bearer "' + text.split(" ")[1] + '"'
        ),
        source="catalogue M7",
    ),
    Exercise(
        id="column-too-short",
        title="A column of 255 characters",
        story="Tokens are kept in a database. The column was made long enough for the "
        "keys, which are shorter.",
        goal=LIST,
        nudges=(
            "How long is the token, and how long was it when it came?",
            "A token has three parts, with dots between them. Count.",
        ),
        causes=("token-malformed", "value-truncated"),
        call=listed,
        flaw=lambda call: flaws.changed(call, AUTHORIZATION, lambda text: text[:262]),
        source="catalogue M7",
    ),
    Exercise(
        id="token-of-a-neighbour",
        title="Two sales units, one token",
        story="A program serves two sales units in test. It fetches one token at the "
        "start, for the first of them, and uses it for both.",
        goal=LIST,
        nudges=(
            "Whose token is it? Its appid tells.",
            "Token, subscription key and merchant serial number belong together.",
        ),
        causes=("token-from-other-sales-unit", "keys-of-other-sales-unit"),
        call=listed,
        prepare=_show_token,
        instead=lambda bench: listed(bench, bench.token(bench.bare)),
        source="catalogue M2",
    ),
    Exercise(
        id="the-accountant",
        title="An accounting system",
        story="An accounting partner got a client_id and a client_secret. The program "
        "asks for a token the way a shop does.",
        goal="Get an access token for the accounting partner.",
        nudges=(
            "These keys have no subscription key, and that is right.",
            "There are two token endpoints. Which of them takes keys without one?",
        ),
        causes=("wrong-token-flow", "subscription-key-missing"),
        prepare=lambda bench: bench.know(kind=bench.accountant.kind),
        call=lambda bench: bench.specialized_call(bench.accountant),
        instead=lambda bench: bench.token_call(bench.accountant, **{KEY: None}),
        source="catalogue M10",
    ),
    Exercise(
        id="a-key-too-many",
        title="A header that all calls share",
        story="The accounting system has one function for all its calls, and it adds "
        "the subscription key of a customer to each of them.",
        goal="Get an access token for the accounting partner.",
        nudges=(
            "The client_id and the client_secret are right. What else is sent?",
            "This endpoint refuses a header that the other one requires.",
        ),
        causes=("subscription-key-on-specialized-flow",),
        call=lambda bench: bench.specialized_call(bench.accountant),
        instead=lambda bench: flaws.with_value(
            bench.specialized_call(bench.accountant), KEY, bench.shop.primary
        ),
        source="catalogue M10",
    ),
    Exercise(
        id="an-empty-form",
        title="A form with nothing in it",
        story="The keys are in the Authorization header, so the body was left empty.",
        goal="Get an access token for the accounting partner.",
        nudges=(
            "The pair in the header is right. What does the body say?",
            "The endpoint wants to be told how the token is granted.",
        ),
        causes=("grant-type-missing",),
        call=lambda bench: bench.specialized_call(bench.accountant),
        flaw=lambda call: replace(call, body=""),
        source="facts 3.3",
    ),
    Exercise(
        id="an-extra-v1",
        title="A version in the path",
        story="All the other addresses in the configuration have a version in them, so "
        "this one got one as well.",
        goal="Get an access token in test with the keys of the test unit.",
        nudges=(
            "The answer is about the address, and says nothing of the keys.",
            "Compare the path with the documented one.",
        ),
        causes=("token-path-wrong",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.at_path(
            call, STANDARD_TOKEN_PATH, "/v1" + STANDARD_TOKEN_PATH
        ),
        source="catalogue M14",
    ),
    Exercise(
        id="get-means-get",
        title="The path says get",
        story="The path ends in get, so the program makes a GET request.",
        goal="Get an access token in test with the keys of the test unit.",
        nudges=(
            "The path is right, and nothing is there. What else names an operation?",
            "The token is made anew with each call.",
        ),
        causes=("token-method-wrong",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.by_method(call, "GET"),
        source="public case apim-wrong-method-echo",
    ),
    Exercise(
        id="from-the-browser",
        title="A page that fetches its own token",
        story="The first version fetched the token in the browser. Now a server does "
        "it, and passes on every header that the browser sent.",
        goal="Get an access token in test with the keys of the test unit.",
        nudges=(
            "Which of the headers would only a browser send?",
            "The answer speaks of cross-origin.",
        ),
        causes=("origin-header-forwarded", "cors-browser-call"),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.with_value(call, "Origin", "http://localhost:3000"),
        source="catalogue M13; vipps-ecom-api#236",
    ),
)
