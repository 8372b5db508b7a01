"""The Login API: OpenID Connect in the browser, and logins that the merchant begins.

Facts 3.4 and the official specification 1.1.0, unless said otherwise beside a thing.
"""

from vippsdiag.sandbox.apis.login import authorize, ciba, discovery, token, user

LANDING = authorize.LANDING
ROUTES = (
    *discovery.ROUTES,
    *authorize.ROUTES,
    *token.ROUTES,
    *user.ROUTES,
    *ciba.ROUTES,
)

__all__ = ["LANDING", "ROUTES"]
