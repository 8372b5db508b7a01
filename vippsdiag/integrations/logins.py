"""The guides to products for logins (facts 3.4 and section 8)."""

from vippsdiag.integrations.guide import Guide, Setting, Way
from vippsdiag.keys import Field
from vippsdiag.language import mark

ID, SECRET = Field.CLIENT_ID, Field.CLIENT_SECRET
MISTAKES = (
    "redirect-uri-mismatch",
    "token-endpoint-auth-method-mismatch",
    "client-secret-wrong",
    "product-not-activated",
)
ISSUER = mark(
    "The address of Login, with the slash at its end. For test it begins with "
    "https://apitest.vipps.no/."
)
LOOK = (
    mark(
        "Is Login set up for the sales unit? In the portal: For developers, Set up "
        "login."
    ),
    mark(
        "The redirect URI is registered letter by letter: case, slash and query count."
    ),
    mark("Test and production have separate keys and separate redirect URIs."),
)
METHOD = mark(
    "The portal says whether the client_secret goes into a header (basic) or into the "
    "form (post); the product has to do the same."
)


def _product(name: str, *, place: str, look: tuple[str, ...]) -> Guide:
    return Guide(
        name=name,
        way=Way.LOGIN,
        place=place,
        settings=(
            Setting(name="issuer", text=ISSUER, inferred=True),
            Setting(name="client_id", field=ID, inferred=True),
            Setting(name="client_secret", field=SECRET, inferred=True),
        ),
        mistakes=("issuer-slash-missing", *MISTAKES),
        look=(*look, *LOOK, METHOD),
        source="the Login guide for authentication products (medium)",
    )


LOGINS = (
    Guide(
        name="Login with Vipps for WordPress",
        way=Way.LOGIN,
        place=mark(
            "On the plugin's settings page. It takes client_id and client_secret "
            "alone: no subscription key, and no merchant serial number."
        ),
        settings=(
            Setting(name="client_id", field=ID),
            Setting(name="client_secret", field=SECRET),
            Setting(
                name="Redirect URI",
                text=mark("The page shows it: register it in the portal as it is."),
            ),
        ),
        mistakes=MISTAKES,
        look=LOOK,
        source="vipps-login-wordpress HEAD (high)",
    ),
    _product(
        "Auth.js",
        place=mark(
            "In the options of the provider, from your server's environment variables."
        ),
        look=(mark("For test, the provider's issuer has to be overridden."),),
    ),
    _product(
        "Auth0",
        place=mark("In the settings of a connection that you make for it."),
        look=(mark("Is the issuer written with the slash at its end?"),),
    ),
    _product(
        "Azure AD B2C",
        place=mark("In a custom policy of your directory."),
        look=(mark("B2C sends client_secret_post: switch the sales unit to post."),),
    ),
)
