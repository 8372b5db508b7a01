"""Where everything is, and the key that signs."""

from vippsdiag.sandbox.apis.userinfo import PERSON
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import OPEN
from vippsdiag.sandbox.gateway.reply import Reply, in_json
from vippsdiag.sandbox.gateway.routes import Route

ACCESS = "/access-management-1.0/access"
DISCOVERY = ACCESS + "/.well-known/openid-configuration"
JWKS = ACCESS + "/.well-known/jwks.json"
AUTHORIZE = ACCESS + "/oauth2/auth"
TOKEN = ACCESS + "/oauth2/token"
REVOKE = ACCESS + "/oauth2/revoke"
USERINFO = "/vipps-userinfo-api/userinfo"
CIBA = "/vipps-login-ciba/api/backchannel/authentication"
USER_EXISTS = "/vipps-login-ciba/api/v1/user-exists"
# In the order of the official text (high).
SCOPES = (
    "openid",
    "name",
    "phoneNumber",
    "nin",
    "address",
    "birthDate",
    "delegatedConsents",
    "email",
    "gender",
)
CLAIMS = ("sub", *sorted({name for opened in PERSON.values() for name in opened}))
_HOUR = (("Cache-Control", "max-age=3600"),)


def issuer(call: Call) -> str:
    """Return who signs; the slash at the end belongs to it."""
    return f"{call.base}{ACCESS}/"


def discovery(call: Call) -> Reply:
    """Tell where everything is (values high; those the text leaves out inferred)."""
    body = {
        "issuer": issuer(call),
        "authorization_endpoint": call.base + AUTHORIZE,
        "token_endpoint": call.base + TOKEN,
        "userinfo_endpoint": call.base + USERINFO,
        "jwks_uri": call.base + JWKS,
        "revocation_endpoint": call.base + REVOKE,
        "backchannel_authentication_endpoint": call.base + CIBA,
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "subject_types_supported": ["pairwise"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
        ],
        "scopes_supported": SCOPES,
        "claims_supported": CLAIMS,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
    return in_json(200, body, headers=_HOUR)


def jwks(call: Call) -> Reply:
    """Show the public half of the key that signs."""
    key = {"use": "sig", **call.sandbox.mint.key.as_dict(private=False)}
    return in_json(200, {"keys": [key]}, headers=_HOUR)


ROUTES = (
    Route(method="GET", template=DISCOVERY, gate=OPEN, serve=discovery),
    Route(method="GET", template=JWKS, gate=OPEN, serve=jwks),
)
