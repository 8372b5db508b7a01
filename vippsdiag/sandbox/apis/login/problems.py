"""How Login refuses: OAuth's errors, in JSON, on a page, or in the redirection.

The text of ``invalid_client`` was captured (LOGIN#97, high) and ``invalid_grant`` and
``authorization_pending`` are documented (high). The others are what the same software
says elsewhere (low), or the standards' (inferred). Statuses other than 401 are the
standards' (inferred).
"""

from html import escape

from vippsdiag.sandbox.apis.buyer.page import buyer_page
from vippsdiag.sandbox.gateway.reply import Reply, in_json

NO_STORE = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))
TEXTS = {
    "invalid_client": "Client authentication failed (e.g., unknown client, no client "
    "authentication included, or unsupported authentication method).",
    "invalid_grant": "The provided authorization grant (e.g., authorization code, "
    "resource owner credentials) or refresh token is invalid, expired, revoked, does "
    "not match the redirection URI used in the authorization request, or was issued "
    "to another client.",
    "invalid_request": "The request is missing a required parameter, includes an "
    "invalid parameter value, includes a parameter more than once, or is otherwise "
    "malformed.",
    "unsupported_grant_type": "The authorization grant type is not supported by the "
    "authorization server.",
    "unsupported_response_type": "The authorization server does not support obtaining "
    "a token using this method.",
    "invalid_scope": "The requested scope is invalid, unknown, or malformed.",
    "invalid_state": "The state is missing or does not have enough characters and is "
    "therefore considered too weak.",
    "access_denied": "The resource owner or authorization server denied the request.",
    "login_required": "The Authorization Server requires End-User authentication.",
    "authorization_pending": "The authorization request is still pending",
    "slow_down": "The token endpoint is asked more often than the interval allows.",
    "expired_token": "The auth_req_id has expired.",
    "invalid_binding_message": "The binding message has to be of 5 to 8 capital "
    "letters, digits and hyphens.",
    "unknown_user_id": "There is no user with this login hint.",
}
# What a page says: captured (LOGIN#68, high), and documented (high).
NOT_REGISTERED = (
    'The "redirect_uri" provided with your request does not match any of your '
    "preregistered URIs. See how to add/update URIs in our documentation:"
)
NO_CLIENT = (
    "The client or its related sales unit or merchant does not exist or is not active"
)


def refused(error: str, detail: str = "", **more: str) -> Reply:
    """Refuse in JSON.

    Args:
        error: OAuth's name for it.
        detail: a sentence on this case; it is put behind the usual text.
        more: further fields.
    """
    text = f"{TEXTS[error]} {detail}".strip()
    body = {"error": error, "error_description": text, **more}
    status = 401 if error == "invalid_client" else 400
    return in_json(status, body, headers=NO_STORE)


def shown(status: int, error: str, text: str) -> Reply:
    """Refuse on a page, where there is nowhere to lead to (its look is inferred)."""
    body = f"<p>Error: <code>{escape(error)}</code></p><p>{escape(text)}</p>"
    return buyer_page(status, "Something went wrong", body)
