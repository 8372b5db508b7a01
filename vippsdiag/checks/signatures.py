"""Is a webhook's signature what the shop computes?"""

from collections.abc import Iterator

from vippsdiag.check import Confidence, Finding, Severity, When, check
from vippsdiag.checks.callbacks import (
    OF_A_BOT,
    STRANGE,
    WEBHOOKS,
    is_callback,
    is_strange,
    speaks_of_signature,
)
from vippsdiag.checks.client import body_place
from vippsdiag.checks.later import went_well_later
from vippsdiag.checks.sent import header_place
from vippsdiag.environments import split
from vippsdiag.evidence import Evidence, Need, Place, secret_in
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import say
from vippsdiag.samples import (
    WEBHOOK_BODY,
    WEBHOOK_SECRET,
    WEBHOOK_URL,
    call,
    case,
    delivery,
)
from vippsdiag.secret import Secret
from vippsdiag.shapes import is_redacted
from vippsdiag.webhooks import (
    body_change,
    is_delivery,
    is_signed,
    verify,
)


def _part_place(exchange: Exchange, part: str) -> Place:
    """Return where a changed part of a delivery shows."""
    headers = {"date": "x-ms-date", "host": "Host"}
    if part in headers:
        return header_place(exchange, headers[part])
    names = {"path": "request address", "body": "request body", "key": "keys"}
    if part == "key":
        return Place(part=names[part], name=say("webhook secret"))
    return Place(exchange=exchange, part=names[part])


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.FAILED, When.ELSEWHERE},
    fix="Hash the body as it arrived, before anything reads it; sign with the host and "
    "the path that were registered; use the characters of that registration's secret "
    "as the key.",
    docs=WEBHOOKS,
    source="facts 6.6, recomputed from the official example (high); which change was "
    "made is shown by undoing it",
    broken=lambda: [
        case(delivery(WEBHOOK_URL + "/"), webhook_secret=WEBHOOK_SECRET),
        case(
            delivery(headers={"Host": "10.0.0.7", "X-Forwarded-Host": "shop.example"}),
            webhook_secret=WEBHOOK_SECRET,
        ),
        case(delivery(body=WEBHOOK_BODY.replace(":", ": "))),
        case(delivery(), webhook_secret=WEBHOOK_SECRET + "\n"),
        case(delivery(), webhook_secret="d0a1f7c2-5e48-4b93-9a6d-1c7f3e82b504"),
        case(delivery(), webhook_secret=WEBHOOK_SECRET),
        case(call("POST", WEBHOOK_URL, status=401, answer="Invalid signature")),
    ],
    healthy=lambda: [
        case(delivery(status=200), webhook_secret=WEBHOOK_SECRET),
        case(delivery(headers={"x-ms-content-sha256": "***"}, status=500)),
        case(call("POST", WEBHOOK_URL, status=401)),
        case(call("POST", WEBHOOK_URL, OF_A_BOT, **STRANGE | {"status": 401})),
    ],
)
def webhook_signature_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """The webhook's signature is not what the shop computes.

    The signature covers method, path, date, host and the hash of the raw body. A proxy
    that changes the host or the path, a framework that writes the body anew, or the
    secret of another registration gives another signature.
    """
    for exchange, request in evidence.calls():
        if exchange.ok or exchange.failure or not is_callback(request):
            continue
        if went_well_later(evidence, exchange):
            continue
        if not is_delivery(request):
            if speaks_of_signature(exchange) and not is_strange(request):
                yield Finding(
                    message=say("The shop says that the signature is not right."),
                    place=body_place(exchange),
                    confidence=Confidence.LIKELY,
                )
            continue
        found = list(_changes(evidence, exchange, request))
        yield from found
        if not found and exchange.status in {None, 400, 401, 403}:
            yield _unexplained(evidence, exchange, request)


def _changes(
    evidence: Evidence, exchange: Exchange, request: Request
) -> Iterator[Finding]:
    change = body_change(request)
    if change:
        yield Finding(
            message=change.words,
            place=_part_place(exchange, "body"),
            confidence=Confidence.CERTAIN
            if _secret(evidence) or exchange.status in {None, 400, 401, 403}
            # A shop that broke down did not refuse; the body may be cut for sharing.
            else Confidence.POSSIBLE,
        )
    secret = _secret(evidence)
    verdict = verify(request, secret) if secret else None
    for item in verdict.changes if verdict else ():
        yield Finding(message=item.words, place=_part_place(exchange, item.part))
    unlike = verdict and not verdict.fits and not verdict.changes and not change
    if unlike and _shows_address(request):
        yield Finding(
            message=say(
                "The signature was not made with this secret, whatever is undone; "
                "it is that of another registration or environment."
            ),
            place=_part_place(exchange, "key"),
            confidence=Confidence.LIKELY,
        )


def _shows_address(request: Request) -> bool:
    """Tell whether host and path are known, which are both signed."""
    address = split(str(request.url))
    return bool(address.path and (address.netloc or "Host" in request.headers))


def _secret(evidence: Evidence) -> str | None:
    """Return what webhooks are signed with, if it was not redacted.

    It is told, or it stands in the answer to the registration.
    """
    registered = filter(None, map(_registered_secret, evidence.exchanges))
    secret = evidence.webhook_secret or next(registered, None)
    return None if secret is None or is_redacted(secret) else secret


_REGISTER = "/webhooks/v1/webhooks"


def _registered_secret(exchange: Exchange) -> Secret | None:
    """Return the secret that registering a webhook was answered with; None for none."""
    request = exchange.request
    path = request.path.lower().rstrip("/") if request else ""
    return secret_in(exchange, "secret") if path.endswith(_REGISTER) else None


def _unexplained(evidence: Evidence, exchange: Exchange, request: Request) -> Finding:
    """Return what is left to say when nothing in the delivery was changed."""
    sure = Confidence.LIKELY
    if not is_signed(request):
        message = say(
            "The Authorization header that a delivery is signed in is missing."
        )
    elif _secret(evidence) and not _shows_address(request):
        sure = Confidence.POSSIBLE
        message = say(
            "Where the webhook was sent is not shown; with its whole address, it can "
            "be told whether the signature is right."
        )
    elif _secret(evidence) and exchange.status is None:
        sure = Confidence.POSSIBLE
        message = say(
            "Signature and body are right for this secret; if the shop refuses this "
            "delivery, it computes something else."
        )
    elif _secret(evidence):
        message = say(
            "Signature and body are right for this secret, so it is the shop that "
            "computes something else."
        )
    elif exchange.status is None:
        sure = Confidence.POSSIBLE
        message = say(
            "The shop's answer is not shown; with the webhook's secret, it can be told "
            "whether the signature is right."
        )
    else:
        message = say(
            "The shop refused a signed delivery; with the webhook's secret, what "
            "differs can be named."
        )
    return Finding(
        message=message, place=header_place(exchange, "Authorization"), confidence=sure
    )
