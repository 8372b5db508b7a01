"""What can stand between a program and the API, and the shop that is told of events.

Each has a setting or two that can be wrong, as on a real server.
"""

from collections.abc import Mapping
from dataclasses import replace

from vippsdiag.exchange import Headers, Request, Response
from vippsdiag.webhooks import body_change, verify

SHOP = "shop.example"
HOOK = f"https://{SHOP}/hooks/vipps"
# The setting of nginx: whether headers with an underscore in the name pass.
UNDERSCORES = "underscores_in_headers"
WEBHOOK_SECRET = "webhook_secret"
# Whether the shop reads the body and writes it anew before it hashes it.
WRITTEN_ANEW = "body"


def through_proxy(call: Request, settings: Mapping[str, str]) -> Request:
    """Return a call as it leaves the proxy, if there is one."""
    if UNDERSCORES not in settings:
        return call
    kept = [
        (name, value)
        for name, value in call.headers
        if "_" not in name or settings[UNDERSCORES] == "on"
    ]
    return replace(call, headers=Headers([*kept, ("X-Forwarded-For", "192.0.2.7")]))


def at_the_shop(delivery: Request, settings: Mapping[str, str]) -> Response:
    """Answer a webhook as the shop does, which looks at its signature first."""
    verdict = verify(delivery, settings.get(WEBHOOK_SECRET, ""))
    if verdict and verdict.fits and body_change(delivery) is None:
        return Response(status=200, reason="OK", body="")
    return Response(status=401, reason="Unauthorized", body="Invalid signature")
