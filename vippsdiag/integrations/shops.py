"""The guides to plugins for shops (facts section 8, and 5.5 for their own tests)."""

from vippsdiag.integrations.guide import Guide, Setting, Way
from vippsdiag.keys import Field
from vippsdiag.language import mark

ID, SECRET, MSN = Field.CLIENT_ID, Field.CLIENT_SECRET, Field.MSN
KEY, SECOND = Field.SUBSCRIPTION_KEY, Field.SECONDARY_SUBSCRIPTION_KEY

ENVIRONMENT = ("production-keys-on-test", "test-keys-on-production")
# What every plugin for payments is given, where its own names are not known.
USUAL = (
    Setting(name="Merchant Serial Number", field=MSN, inferred=True),
    Setting(name="Client ID", field=ID, inferred=True),
    Setting(name="Client Secret", field=SECRET, inferred=True),
    Setting(name="Subscription Key", field=KEY, inferred=True),
)
USUAL_MISTAKES = (
    *ENVIRONMENT,
    "subscription-key-invalid",
    "client-secret-wrong",
    "keys-of-other-sales-unit",
    "product-not-activated",
)
USUAL_LOOK = (
    mark("Test and production have separate keys: which set is in the settings?"),
    mark(
        "Do all values come from one row of the portal, that of the right sales unit?"
    ),
    mark("May the shop's host open connections to port 443?"),
)
NOT_KNOWN = mark(
    "In the app's own settings; with some products the set-up starts in the portal. "
    "Which settings it has is not documented here: the names below are the usual ones."
)


def _little_known(name: str, *look: str) -> Guide:
    return Guide(
        name=name,
        way=Way.SHOP,
        place=NOT_KNOWN,
        settings=USUAL,
        mistakes=USUAL_MISTAKES,
        look=(*look, *USUAL_LOOK),
        source="the official list of plugins (low)",
    )


SHOPS = (
    Guide(
        name="WooCommerce",
        way=Way.SHOP,
        place=mark(
            "In the plugin's settings for the payment method. There are two sets of "
            "fields: one for production, and one for test mode, whose names end with "
            "_test."
        ),
        settings=(
            Setting(name="merchantSerialNumber", field=MSN),
            Setting(name="clientId", field=ID),
            Setting(name="secret", field=SECRET),
            Setting(
                name="Ocp_Apim_Key_eCommerce",
                field=KEY,
                text=mark(
                    'The plugin shows it as "Subscription Key", and calls what to copy '
                    '"Vipps-Subscription-Key".'
                ),
            ),
            Setting(name="Order prefix", text=mark("One of its own for each shop.")),
            Setting(
                name="Test mode",
                text=mark("On: the test fields count. Off: the others do."),
            ),
        ),
        mistakes=(
            *ENVIRONMENT,
            "subscription-key-invalid",
            "keys-of-other-sales-unit",
            "order-id-reused",
            "stale-secret-after-rotation",
            "product-not-activated",
            "network-egress-blocked",
        ),
        look=(
            mark("Is test mode on, and are the keys in the fields that count then?"),
            mark(
                "The plugin keeps a token for half its life and a key set for a day: "
                "after a change, clear the site's transients."
            ),
            mark("Two shops with the same order prefix make the same reference twice."),
            mark("The site needs HTTPS. May its host open connections to port 443?"),
            mark(
                "For subscriptions the same keys are used, and Recurring has to be "
                "active on the sales unit."
            ),
        ),
        button=mark(
            "Its own check makes a token call and a reading call. It blames client key "
            "or secret for a wrong subscription key too, and says “403 Forbidden” for "
            "a merchant serial number or subscription key of another sales unit."
        ),
        source="woocommerce HEAD (high)",
    ),
    Guide(
        name="Magento",
        way=Way.SHOP,
        place=mark(
            "In the payment method's settings (Adobe Commerce has the same). Settings "
            "can differ for each website of one installation."
        ),
        settings=(
            Setting(
                name="Environment",
                text=mark("Production for production keys, Develop for test keys."),
            ),
            Setting(name="Merchant Serial Number", field=MSN),
            Setting(name="Client ID", field=ID),
            Setting(name="Client Secret", field=SECRET),
            Setting(name="Subscription Key", field=KEY),
        ),
        mistakes=(
            *ENVIRONMENT,
            "client-id-unknown",
            "client-secret-wrong",
            "subscription-key-invalid",
            "keys-of-other-sales-unit",
            "client-http2-unsupported",
            "callback-not-guaranteed",
        ),
        look=(
            mark("“Kan ikke hente access token fra Vipps” means: no token came."),
            mark(
                "With several websites: are all four values set for the one that fails?"
            ),
            mark("Cron has to run: the module reads the state of payments with it."),
            mark(
                "“Invalid header line detected” comes from an HTTP library that cannot "
                "read HTTP/2."
            ),
        ),
        button=mark(
            "Test Credentials gets a token and no more: a wrong Merchant Serial Number "
            "or a product that is not active stays unseen."
        ),
        source="magento HEAD, magento#32 and #157 (high to medium)",
    ),
    Guide(
        name="Shopware",
        way=Way.SHOP,
        place=mark("In the plugin's settings."),
        settings=(
            Setting(
                name="API Endpoint",
                text=mark("It stands on test when the plugin is installed."),
            ),
            Setting(name="MSN", field=MSN),
            Setting(name="Client id", field=ID),
            Setting(name="Client secret", field=SECRET),
            Setting(name="Subscription key primary", field=KEY),
            Setting(name="Subscription key secondary", field=SECOND),
        ),
        mistakes=(
            *ENVIRONMENT,
            "client-id-unknown",
            "subscription-key-invalid",
            "subscription-keys-identical",
            "keys-of-other-sales-unit",
        ),
        look=(
            mark("Does API Endpoint fit the keys?"),
            mark("Both subscription keys are filled in; payments use the primary one."),
            mark(
                "Is the merchant serial number the one of the same row of the portal?"
            ),
        ),
        button=mark(
            "Test API Connection gets a token with each of the two subscription keys. "
            "It does not try the merchant serial number."
        ),
        source="shopware HEAD (high)",
    ),
    Guide(
        name="Odoo",
        way=Way.SHOP,
        place=mark(
            "In the settings of the payment provider. This is a third party's module."
        ),
        settings=(
            Setting(
                name="Environment",
                text=mark("The one that the keys are for."),
                inferred=True,
            ),
            *USUAL,
        ),
        mistakes=(
            *ENVIRONMENT,
            "webhook-signature-mismatch",
            "client-secret-wrong",
            "keys-of-other-sales-unit",
        ),
        look=(
            mark(
                "After the environment was switched: are the keys and the webhook's "
                "secret those of the new one?"
            ),
        ),
        button=mark("It has Validate Credentials; what that calls is not known."),
        source="a third party's module of 2025 (medium)",
    ),
    _little_known("Shopify"),
    _little_known("Wix"),
    _little_known("Drupal"),
    _little_known(
        "PrestaShop",
        mark(
            "This module is built on Checkout, which has been handed over to Kustom: "
            "see whether it is still served."
        ),
    ),
    _little_known(
        "Optimizely",
        mark("The official list calls this plugin deprecated: plan to leave it."),
    ),
)
