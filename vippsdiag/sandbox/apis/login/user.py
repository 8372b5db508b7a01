"""Userinfo for who has logged in: the user's token, and no subscription key."""

from vippsdiag.sandbox.apis import userinfo
from vippsdiag.sandbox.apis.login.discovery import USERINFO
from vippsdiag.sandbox.apis.login.logins import user_token
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import KEY, OPEN
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json
from vippsdiag.sandbox.gateway.routes import Route


def get(call: Call) -> Reply:
    """Return the profile that the user shared.

    A subscription key is refused (high). The word Bearer may be in lower case, as
    clients take it from ``token_type`` (inferred).
    """
    scheme, _, access = call.header("Authorization").partition(" ")
    if call.header(KEY):
        raise Refusal(_unauthorized(call, "This call takes no subscription key."))
    found = user_token(call, access.strip())
    if scheme.lower() != "bearer" or found is None:
        raise Refusal(userinfo.token_refused(call))
    profile = userinfo.profile(found.consent, call.now)
    return in_json(200, profile | {"sid": found.sid})


def _unauthorized(call: Call, detail: str) -> Reply:
    return userinfo.error(call, 401, "Unauthorized", detail)


ROUTES = (
    Route(method="GET", template=USERINFO, gate=OPEN, serve=get),
    Route(method="GET", template=USERINFO + "/", gate=OPEN, serve=get),
)
