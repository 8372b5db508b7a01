"""The guides to using the API without a plugin (facts sections 1.1, 4 and 8)."""

from vippsdiag.integrations.guide import Guide, Setting, Way
from vippsdiag.integrations.shops import ENVIRONMENT
from vippsdiag.keys import Field, KeyKind
from vippsdiag.language import mark

ID, SECRET, MSN = Field.CLIENT_ID, Field.CLIENT_SECRET, Field.MSN
KEY = Field.SUBSCRIPTION_KEY

TOKEN_ONLY = mark("A header of the token call, written with an underscore.")
EVERY_CALL = mark("A header of every call, the token call too.")
HEADERS = (
    Setting(name=ID.header, field=ID, text=TOKEN_ONLY),
    Setting(name=SECRET.header, field=SECRET, text=TOKEN_ONLY),
    Setting(name=KEY.header, field=KEY, text=EVERY_CALL),
    Setting(name=MSN.header, field=MSN, text=EVERY_CALL),
)
ON_SERVER = mark(
    "Keys belong on your server alone: whoever has them can act in your name."
)
SYSTEM = mark(
    "Send Vipps-System-Name, Vipps-System-Version, Vipps-System-Plugin-Name and "
    "Vipps-System-Plugin-Version, each with at most 30 characters. Partners and "
    "plugins have to."
)

WAYS = (
    Guide(
        name=mark("Own code"),
        way=Way.CODE,
        place=mark(
            "In environment variables or a secret store of your server, never in the "
            "code. Your program sends them as headers."
        ),
        settings=(
            *HEADERS,
            Setting(
                name="Authorization",
                text=mark("The word Bearer, one blank, and the access token."),
            ),
        ),
        mistakes=(
            "subscription-key-header-name-wrong",
            "client-header-name-wrong",
            "keys-in-body-not-headers",
            "bearer-prefix-missing",
            "host-unknown",
            "token-expired",
            "token-not-reused",
            "msn-as-integer",
            "idempotency-key-missing",
            "underscore-headers-dropped",
            "cors-browser-call",
        ),
        look=(
            ON_SERVER,
            mark(
                "The hosts are api.vipps.no and apitest.vipps.no; there are no others."
            ),
            mark("Use a token for its whole life: 1 hour in test, 24 in production."),
            mark("Does a proxy between you and the API drop headers with underscores?"),
            SYSTEM,
        ),
        source="the official texts of 2026 (high)",
    ),
    Guide(
        name=mark("The JavaScript SDK"),
        way=Way.CODE,
        place=mark("In the options of the client, from environment variables."),
        settings=(
            Setting(name="merchantSerialNumber", field=MSN, inferred=True),
            Setting(name="subscriptionKey", field=KEY, inferred=True),
            Setting(name="clientId", field=ID, inferred=True),
            Setting(name="clientSecret", field=SECRET, inferred=True),
            Setting(
                name="useTestMode",
                text=mark("true for test keys, false for production keys."),
            ),
        ),
        mistakes=(*ENVIRONMENT, "product-not-activated", "keys-exposed"),
        look=(
            ON_SERVER,
            mark(
                "For a 403 the SDK drops the answer's body: log the response itself to "
                "see the reason."
            ),
        ),
        source="the SDK's own code, version 2.4 (high)",
    ),
    Guide(
        name="Postman",
        way=Way.CODE,
        place=mark(
            "In the variables of an environment, in the column of current values, "
            "which is not shared with your team."
        ),
        settings=(
            Setting(name="base_url", text=mark("The host that the keys are for.")),
            Setting(name="client_id", field=ID, inferred=True),
            Setting(name="client_secret", field=SECRET, inferred=True),
            Setting(name="Ocp-Apim-Subscription-Key", field=KEY, inferred=True),
            Setting(name="merchantSerialNumber", field=MSN, inferred=True),
        ),
        mistakes=("template-variable-not-substituted", *ENVIRONMENT),
        look=(
            mark("Is the right environment selected, at the top right?"),
            mark("Is the value in the column of current values, not of initial ones?"),
        ),
        source="the official collections (high)",
    ),
    Guide(
        name=mark("A native app"),
        way=Way.APP,
        place=mark(
            "On your server. The app asks your server, and your server asks the API: "
            "keys in an app can be read by everybody who has it."
        ),
        settings=HEADERS,
        mistakes=("keys-exposed", "fallback-url-invalid", "cors-browser-call"),
        look=(
            ON_SERVER,
            mark("Does the app register a URL scheme, and is it the return URL?"),
            mark("Search the app's package for the keys before you publish it."),
        ),
        source="the official best practices of 2026 (high)",
    ),
    Guide(
        name=mark("A point of sale"),
        way=Way.TILL,
        place=mark("On a server that the tills ask, not in the till's software."),
        settings=(
            *HEADERS,
            Setting(
                name="customerInteraction",
                text=mark("CUSTOMER_PRESENT, in the body of each payment."),
            ),
        ),
        mistakes=("keys-exposed", "product-not-activated", "msn-as-integer"),
        look=(
            ON_SERVER,
            mark(
                "PUSH_MESSAGE needs an approval (error 5080 without it); a QR code on "
                "the screen does not."
            ),
            mark("Who serves several merchants: partner keys, and never in a till."),
        ),
        source="the official best practices and QR texts of 2026 (high)",
    ),
    Guide(
        name=mark("A partner's platform"),
        way=Way.PARTNER,
        kind=KeyKind.PARTNER,
        place=mark(
            "On the platform's server. There is one set for all merchants; the header "
            "Merchant-Serial-Number says which merchant's sales unit a call is for."
        ),
        settings=HEADERS,
        mistakes=(
            "msn-missing-partner",
            "msn-not-connected-to-partner",
            "partner-keys-on-test",
            "system-headers-missing",
            "kind-of-keys-not-for-product",
        ),
        look=(
            mark("Partner keys exist in production only; test with sales unit keys."),
            mark("Is the sales unit connected to you as a partner?"),
            mark("Merchants must not see partner keys, and must not edit the MSN."),
            mark(
                "The header Merchant-Serial-Number counts, not a field "
                "merchantSerialNumber in the body."
            ),
            SYSTEM,
        ),
        source="the partner documentation, the official texts of 2026 (high)",
    ),
    Guide(
        name=mark("An accounting system"),
        way=Way.ACCOUNTING,
        kind=KeyKind.ACCOUNTING,
        place=mark(
            "On the system's server. Accounting keys are a client_id and a "
            "client_secret; there is no subscription key."
        ),
        settings=(
            Setting(
                name=ID.header,
                field=ID,
                text=mark("The user name of the token call (Basic)."),
            ),
            Setting(
                name=SECRET.header,
                field=SECRET,
                text=mark("The password of the token call (Basic)."),
            ),
        ),
        mistakes=(
            "wrong-token-flow",
            "subscription-key-on-specialized-flow",
            "grant-type-missing",
            "kind-of-keys-not-for-product",
            "product-not-in-test",
        ),
        look=(
            mark("The token comes from /miami/v1/token and lives for 15 minutes."),
            mark("Calls carry the token alone: no subscription key, and no MSN."),
            mark("Has the merchant given access in the portal?"),
            mark("An accounting system must not use the merchant's own keys."),
        ),
        source="the official access token and report texts of 2026 (high)",
    ),
)
