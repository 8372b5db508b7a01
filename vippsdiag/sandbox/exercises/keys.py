"""Exercises: the keys themselves, and the headers that carry them."""

from vippsdiag.environments import Environment
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.gateway.gate import KEY

TOKEN = "Get an access token in test with the keys of the test unit."

EXERCISES = (
    Exercise(
        id="moved-to-production",
        title="A shop moved to production",
        story="A shop moved to production yesterday. Somebody changed the address in "
        "the configuration, and since then it gets no access token.",
        goal="Get an access token in production for the production unit.",
        nudges=(
            "Read the answer: which of the values does the gateway speak of?",
            (
                "Each environment has keys of its own. Which environment were these "
                "made for, and which one does the call go to?"
            ),
        ),
        causes=("test-keys-on-production",),
        call=lambda bench: bench.token_call(bench.shop),
        instead=lambda bench: bench.token_call(bench.test, at=Environment.PRODUCTION),
        source="catalogue M1; woocommerce#101",
    ),
    Exercise(
        id="trying-in-test-first",
        title="Trying it in test first",
        story="A developer copied the keys that the shop uses every day, and wants to "
        "try a new version in test before the customers see it.",
        goal=TOKEN,
        nudges=(
            "The same keys work every day. What is different here?",
            "Look at the host, and at the name of the sales unit the keys belong to.",
        ),
        causes=("production-keys-on-test",),
        call=lambda bench: bench.token_call(bench.test),
        instead=lambda bench: bench.token_call(bench.shop, at=Environment.TEST),
        source="catalogue M1; vipps-developers#52",
    ),
    Exercise(
        id="two-fields-four-values",
        title="Four values from the portal",
        story="The values came in one message, one below the other, and were typed "
        "into the settings page by hand.",
        goal=TOKEN,
        nudges=(
            "The answer quotes what it took for the client_id. Does it look like one?",
            (
                "A client_id is a GUID, a client_secret is Base64. Look at each "
                "value's shape."
            ),
        ),
        causes=("keys-swapped",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.swapped(call, flaws.CLIENT_ID, flaws.CLIENT_SECRET),
        source="catalogue M6",
    ),
    Exercise(
        id="double-click-copy",
        title="Copied with a double click",
        story="The client_secret was marked with a double click and copied. A double "
        "click stops at some characters.",
        goal=TOKEN,
        nudges=(
            "The client_id was accepted; the answer is about the other value.",
            "Compare the end of the client_secret with the one among your keys.",
        ),
        causes=("client-secret-wrong", "value-truncated"),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.changed(
            call, flaws.CLIENT_SECRET, lambda secret: secret[:-6]
        ),
        source="catalogue M7",
    ),
    Exercise(
        id="quotes-from-a-file",
        title="A value from a configuration file",
        story="The subscription key stands in a configuration file, as "
        'SUBSCRIPTION_KEY="...". The program reads all that is behind the equals sign.',
        goal=TOKEN,
        nudges=(
            "The key looks right at first sight. What exactly is sent?",
            "Look at the first and the last character of the key.",
        ),
        causes=("value-contains-hidden-characters",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.changed(call, KEY, lambda key: f'"{key}"'),
        source="catalogue M7",
    ),
    Exercise(
        id="after-a-regeneration",
        title="Somebody regenerated a key",
        story="Last week a colleague regenerated the primary subscription key in the "
        "portal. The web shop was told; the cash register still has the old one.",
        goal=TOKEN,
        nudges=(
            "The form of the key is right. Is it a key that exists today?",
            "Compare it with the two keys of the test unit.",
        ),
        causes=("subscription-key-invalid", "production-keys-on-test"),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.changed(call, KEY, lambda key: key[16:] + key[:16]),
        source="catalogue M17",
    ),
    Exercise(
        id="name-in-the-portal",
        title="The name that the portal shows",
        story="The portal called the value Vipps-Subscription-Key, so that is what the "
        "header is called here.",
        goal=TOKEN,
        nudges=(
            "The gateway says that there is no key. Is there one in the call?",
            "Which header does the gateway look in?",
        ),
        causes=("subscription-key-header-name-wrong",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.renamed(call, KEY, "Vipps-Subscription-Key"),
        source="catalogue M3; continue#4601",
    ),
    Exercise(
        id="two-keys-are-enough",
        title="Two keys, or three",
        story="A client_id and a client_secret were enough for every other API that "
        "this program calls.",
        goal=TOKEN,
        nudges=(
            "The answer names what is missing.",
            "Your keys have a third value. Which header carries it?",
        ),
        causes=("subscription-key-missing",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.without(call, KEY),
        source="vipps-developers#80",
    ),
    Exercise(
        id="parameters-of-a-library",
        title="A library with a params argument",
        story="A small script hands the keys to its HTTP library as params, because "
        "that was the first argument that took a dictionary.",
        goal=TOKEN,
        nudges=(
            "Where in the call are the keys?",
            (
                "What stands behind the question mark ends up in logs. The token "
                "endpoint reads elsewhere."
            ),
        ),
        causes=("keys-in-query-string",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=flaws.keys_in_query,
        source="catalogue M5; vipps-developers#80",
    ),
    Exercise(
        id="as-other-token-endpoints",
        title="As with other token endpoints",
        story="Many token endpoints take a form in the body, so this program sends one "
        "here too.",
        goal=TOKEN,
        nudges=(
            "The gateway says that there is no key, and there is one. Where?",
            "This endpoint has an empty body.",
        ),
        causes=("keys-in-body-not-headers",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=flaws.keys_in_body,
        source="catalogue M5",
    ),
    Exercise(
        id="a-tidy-key",
        title="A tidy key",
        story="A program that keeps passwords took the subscription key for a GUID and "
        "wrote it the way GUIDs are written.",
        goal=TOKEN,
        nudges=(
            "Which of the three values was looked at and refused?",
            "How many characters has a subscription key, and which?",
        ),
        causes=("subscription-key-malformed",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.changed(call, KEY, flaws.dashed),
        source="api-management-developer-portal#1290",
    ),
    Exercise(
        id="read-from-a-picture",
        title="Read from a picture",
        story="The keys came as a photo of a screen, and a program read it out.",
        goal=TOKEN,
        nudges=(
            "The answer quotes the client_id. Read it character by character.",
            "A client_id has digits, and letters from a to f.",
        ),
        causes=("client-id-malformed",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.changed(call, flaws.CLIENT_ID, flaws.mistyped),
        source="vipps-ecom-api#183",
    ),
    Exercise(
        id="variable-without-a-value",
        title="A collection with variables",
        story="A colleague shared a collection of calls. On this computer nobody has "
        "chosen an environment in the program that sends them.",
        goal=TOKEN,
        nudges=(
            "The answer quotes the client_id that arrived.",
            "Two braces are how a template marks a place for a value.",
        ),
        causes=("template-variable-not-substituted",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.with_value(call, flaws.CLIENT_ID, "{{client_id}}"),
        source="causes, several public reports",
    ),
    Exercise(
        id="example-left-in-place",
        title="From the quick start",
        story="The first call was copied from a guide, and two of the three values "
        "were put in.",
        goal=TOKEN,
        nudges=(
            "Two values are yours. Which one is not?",
            "The answer quotes it.",
        ),
        causes=("example-value-left-in-request",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.with_value(
            call, flaws.CLIENT_ID, "Insert your client ID here"
        ),
        source="onedrive-api-docs#950",
    ),
    Exercise(
        id="hyphen-for-underscore",
        title="Names as headers usually are",
        story="Header names usually have hyphens, and a code review asked for names "
        "that look like the others.",
        goal=TOKEN,
        nudges=(
            "The answer says which value is missing. Is it?",
            (
                "Compare the names of the headers with the documented ones, letter by "
                "letter."
            ),
        ),
        causes=("client-header-name-wrong",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.renamed(
            flaws.renamed(call, flaws.CLIENT_ID, "client-id"),
            flaws.CLIENT_SECRET,
            "client-secret",
        ),
        source="catalogue M4",
    ),
    Exercise(
        id="secret-of-another-unit",
        title="Two sales units, one configuration",
        story="The company has two sales units in test. Their keys were put into one "
        "configuration file on the same afternoon.",
        goal=TOKEN,
        nudges=(
            "The client_id is known. What is it that does not go with it?",
            "Compare both values with the keys of the two units.",
        ),
        causes=("client-secret-wrong",),
        call=lambda bench: bench.token_call(bench.test),
        instead=lambda bench: bench.token_call(
            bench.test, client_secret=bench.bare.client_secret
        ),
        source="causes",
    ),
    Exercise(
        id="empty-variable",
        title="A secret that is not there",
        story="The secret is read from the environment of the process. On the new "
        "server nobody has set that variable yet.",
        goal=TOKEN,
        nudges=(
            "The answer names what did not arrive.",
            "Look at the header: it is there, but what is in it?",
        ),
        causes=("client-secret-missing",),
        call=lambda bench: bench.token_call(bench.test),
        flaw=lambda call: flaws.with_value(call, flaws.CLIENT_SECRET, ""),
        source="causes; oneindex#140",
    ),
)
