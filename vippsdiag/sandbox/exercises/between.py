"""What can stand between a program and the API, and the shop that is told of events.

Each has a setting or two that can be wrong, as on a real server.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from vippsdiag.exchange import Headers, Request, Response
from vippsdiag.secret import examine
from vippsdiag.webhooks import body_change, verify

# The network that the program is in: that of the office, or that for guests.
NETWORK = "network"
# How many minutes the clock of the program's machine is ahead; behind, if negative.
CLOCK = "clock_minutes"
SHOP = "shop.example"
HOOK = f"https://{SHOP}/hooks/vipps"
# The setting of nginx: whether headers with an underscore in the name pass.
UNDERSCORES = "underscores_in_headers"
WEBHOOK_SECRET = "webhook_secret"


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


def on_the_way(
    call: Request, settings: Mapping[str, str], refused: str = ""
) -> Response | None:
    """Answer a call in place of the API, as a network or a firewall does.

    Args:
        call: the call.
        settings: what the learner can change.
        refused: a User-Agent that the firewall in front of the API does not like.
    """
    if settings.get(NETWORK) == "guests":
        return _page(403, "Forbidden", "Welcome! Please sign in.")
    agent = call.headers.get("User-Agent") or ""
    script = examine(call.body or "", lambda raw: "<script" in raw.lower())
    if script or (refused and refused == agent):
        sign = "<hr><center>Microsoft-Azure-Application-Gateway/v2</center>"
        return _page(403, "Forbidden", f"<h1>403 Forbidden</h1>{sign}")
    return None


def _page(status: int, reason: str, html: str) -> Response:
    return Response(
        status=status,
        reason=reason,
        headers=Headers([("Content-Type", "text/html")]),
        body=f"<html><body>{html}</body></html>",
    )


def ahead(settings: Mapping[str, str]) -> timedelta:
    """Return how far the clock of the program's machine is ahead."""
    try:
        return timedelta(minutes=float(settings.get(CLOCK, "0")))
    except (ValueError, OverflowError):
        return timedelta()


def at_the_shop(delivery: Request, settings: Mapping[str, str]) -> Response:
    """Answer a webhook as the shop does, which looks at its signature first."""
    verdict = verify(delivery, settings.get(WEBHOOK_SECRET, ""))
    if verdict and verdict.fits and body_change(delivery) is None:
        return Response(status=200, reason="OK", body="")
    return Response(status=401, reason="Unauthorized", body="Invalid signature")
