"""The integration in use, and what its own settings call what has to be mended.

One table, from facts section 8. Only settings that are known by name are named: where
nothing is known of a product, its name alone is here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from vippsdiag.evidence import Evidence
from vippsdiag.language import mark

NO_FIXES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """A plugin, a library or another way to use the API.

    Attributes:
        name: as its makers write it.
        clues: what it is recognised by, in headers, addresses and words.
        fixes: by the id of a check, where to mend it in this product's own settings.
        source: where the knowledge comes from.
    """

    name: str
    clues: re.Pattern[str]
    source: str
    fixes: Mapping[str, str] = field(default_factory=lambda: NO_FIXES)


def _clues(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


def _each(text: str, *checks: str) -> dict[str, str]:
    return dict.fromkeys(checks, text)


_ENVIRONMENT = ("production-keys-on-test", "test-keys-on-production")
_KEY = (
    "subscription-key-missing",
    "subscription-key-invalid",
    "subscription-key-malformed",
    "subscription-key-header-name-wrong",
)
_CLIENT = ("client-id-unknown", "client-id-malformed", "client-secret-wrong")

INTEGRATIONS = (
    Integration(
        name="WooCommerce",
        clues=_clues(
            "woo-?commerce",
            "woo-vipps",
            r"/wp-json/vipps",
            "wc-api",
            "Ocp_Apim_Key_eCommerce",
        ),
        source="woocommerce HEAD (high)",
        fixes=_each(
            "WooCommerce holds two sets of keys: the fields for test mode count only "
            "while test mode is on. Put each set into its own fields.",
            *_ENVIRONMENT,
        )
        | _each(
            'Put the value that the portal calls "Vipps-Subscription-Key" into the '
            'setting "Subscription Key".',
            *_KEY,
        )
        | _each(
            "Compare merchantSerialNumber, clientId, secret and the subscription key "
            "in the plugin's settings with one row of the portal.",
            "keys-of-other-sales-unit",
            "client-id-of-other-app",
        )
        | {
            "order-id-reused": "Give each shop an order prefix of its own in the "
            "plugin's settings.",
            "stale-secret-after-rotation": "The plugin keeps a token for half its life "
            "and a key set for a day: clear the site's transients.",
            "token-from-other-sales-unit": "The plugin keeps a token for half its "
            "life: clear the site's transients.",
            "network-egress-blocked": "Let the site's host open connections to port "
            "443.",
        },
    ),
    Integration(
        name="Magento",
        clues=_clues("magento", "adobe commerce", r"zend[_\\]http"),
        source="magento HEAD, magento#32 and #157 (high to medium)",
        fixes=_each(
            "In the payment method's settings, Environment has to be Production for "
            "production keys and Develop for test keys.",
            *_ENVIRONMENT,
        )
        | _each(
            "Set Client ID, Client Secret and Subscription Key for the website that "
            "fails. Test Credentials tries the token only, not the Merchant Serial "
            "Number.",
            *_CLIENT,
            "subscription-key-invalid",
            "keys-of-other-sales-unit",
        )
        | _each(
            "See that cron runs: the module reads the state of payments with it.",
            "callback-unreachable",
            "callback-handler-error",
            "callback-not-guaranteed",
        ),
    ),
    Integration(
        name="Shopware",
        clues=_clues("shopware"),
        source="shopware HEAD (high)",
        fixes=_each(
            "Set API Endpoint: it is left on test when the plugin is installed.",
            *_ENVIRONMENT,
            "client-id-unknown",
        )
        | _each(
            "Fill in both subscription keys, and use Test API Connection, which tries "
            "each. It does not try the merchant serial number.",
            *_KEY,
            "keys-of-other-sales-unit",
        ),
    ),
    Integration(
        name="Login with Vipps for WordPress",
        clues=_clues(
            "login[- ]with[- ]vipps", "login for wordpress", "vipps-login-word"
        ),
        source="vipps-login-wordpress HEAD (high)",
        fixes={
            "redirect-uri-mismatch": "Register the redirect URI that the plugin's "
            "settings page shows.",
        }
        | _each(
            "The plugin takes client_id and client_secret alone, of a sales unit for "
            "which Login is set up.",
            *_CLIENT,
        ),
    ),
    Integration(
        name="Auth.js",
        clues=_clues(r"next-?auth", r"\bauth\.js\b", r"/api/auth/callback/vipps"),
        source="the Login guide for authentication products (medium)",
        fixes={
            "issuer-slash-missing": "For test, override the provider's issuer with "
            "https://apitest.vipps.no/access-management-1.0/access/ and its slash.",
            "redirect-uri-mismatch": "Register the address of your site with "
            "/api/auth/callback/vipps behind it.",
        }
        | _each(
            "The values are clientId and clientSecret of the provider in the settings "
            "of Auth.js.",
            *_CLIENT,
        ),
    ),
    Integration(
        name="Auth0",
        clues=_clues(r"\bauth0\b"),
        source="the Login guide for authentication products (medium)",
        fixes={
            "issuer-slash-missing": "Write the issuer with the slash at its end in the "
            "connection's settings.",
        },
    ),
    Integration(
        name="Azure AD B2C",
        clues=_clues(r"\bb2c\b", r"b2clogin\.com"),
        source="the Login guide for authentication products (medium)",
        fixes={
            "token-endpoint-auth-method-mismatch": "B2C sends client_secret_post: "
            "switch the sales unit to post in the portal.",
        },
    ),
    Integration(
        name="Odoo",
        clues=_clues(r"\bodoo\b"),
        source="a third party's module (medium)",
        fixes={
            "webhook-signature-mismatch": "After the environment was switched, set the "
            "webhook's secret anew too.",
        }
        | _each(
            "After the environment was switched, set the keys anew too, and use "
            "Validate Credentials.",
            *_ENVIRONMENT,
        ),
    ),
    Integration(
        name=mark("the JavaScript SDK"),
        clues=_clues(
            r"Vipps/(?:Deno|Node)-SDK", "@vippsmobilepay/sdk", "javascript sdk"
        ),
        source="the SDK's own code, version 2.4 (high)",
        fixes=_each(
            "Set useTestMode to true for test keys and to false for production keys.",
            *_ENVIRONMENT,
        )
        | {
            "product-not-activated": "The SDK drops the answer's body for a 403: log "
            "the response itself to see the reason.",
        },
    ),
    *(
        Integration(name=name, clues=_clues(rf"\b{name}\b"), source="the plugin list")
        for name in ("Shopify", "Wix", "Drupal", "PrestaShop", "Optimizely")
    ),
    Integration(
        name=mark("a native app"),
        clues=_clues(
            r"\bnative\b.{0,12}\bapp", r"\b(?:ios|android)\b", "okhttp", "CFNetwork"
        ),
        source="the official best practices of 2026 (high)",
        fixes=_each(
            "Let the app ask your server, and the server the API: keys in an app can "
            "be read by everybody who has it.",
            "keys-exposed",
            "token-endpoint-client-auth-missing",
        )
        | {
            "fallback-url-invalid": "Register a URL scheme for the app, and send it as "
            "the return URL.",
        },
    ),
    Integration(
        name=mark("a point of sale"),
        clues=_clues(r"point[- ]of[- ]sale", r"\bpos\b", "vending", "kassasystem"),
        source="the official best practices and QR texts of 2026 (high)",
        fixes={
            "product-not-activated": "PUSH_MESSAGE needs an approval; a QR code on the "
            "screen does not.",
            "keys-exposed": "Keep the keys on a server, not in the till's software.",
        },
    ),
    Integration(
        name="Postman",
        clues=_clues("postman"),
        source="the official collections (high)",
        fixes=_each(
            "Fill in the variables of the environment that is selected, in the column "
            "of current values.",
            "template-variable-not-substituted",
        )
        | _each(
            "Set base_url to the environment that the keys are for.", *_ENVIRONMENT
        ),
    ),
)

_HEADERS = (
    "User-Agent",
    "Vipps-System-Plugin-Name",
    "Vipps-System-Name",
)


def _words(evidence: Evidence) -> Iterator[str]:
    """Yield what an integration can be recognised by, most telling first."""
    context = evidence.context
    yield from filter(None, (context.client, context.product))
    for exchange, request in evidence.calls():
        yield from (str(request.headers.get(name) or "") for name in _HEADERS)
        yield str(request.url)[:2000]
        if exchange.failure:
            yield str(exchange.failure.message)[:2000]
    yield from map(str, evidence.unused)


def integration_of(evidence: Evidence) -> Integration | None:
    """Tell which integration made the calls; None if nothing shows it."""
    for words in _words(evidence):
        for item in INTEGRATIONS:
            if words and item.clues.search(words):
                return item
    return _in_text(str(evidence.text or "")[:20_000])


def _in_text(text: str) -> Integration | None:
    """Find a product in free text; ways to integrate are ordinary words there."""
    products = (item for item in INTEGRATIONS if not item.name.startswith("a "))
    return next((item for item in products if item.clues.search(text)), None)
