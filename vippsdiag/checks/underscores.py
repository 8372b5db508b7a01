"""Did a proxy drop the headers whose names have an underscore?"""

import re
from collections.abc import Iterator

from vippsdiag.check import (
    ACCESS_TOKEN,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.codes import missed_parameter
from vippsdiag.checks.sent import (
    KEY_HEADER,
    NO_CLIENT,
    carries,
    header_place,
    lacks,
    proxied,
)
from vippsdiag.environments import HOSTS
from vippsdiag.evidence import Call, Evidence, Need, Place
from vippsdiag.exchange import Exchange, FailureKind
from vippsdiag.language import say
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    SUBSCRIPTION_KEY,
    TEST,
    call,
    case,
    identity_provider,
    token_call,
)

PROXIED: dict[str, str | None] = NO_CLIENT | {"X-Forwarded-For": "192.0.2.7"}
NO_ID = identity_provider(
    900144,
    "The request body must contain the following parameter: 'client_id'.",
    "invalid_request",
)
_SENT = {
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    KEY_HEADER: SUBSCRIPTION_KEY,
}


def through_proxy() -> Exchange:
    """Return a token call to a proxy that dropped the client, for an example."""
    url = "http://localhost:8080/vipps/accesstoken/get"
    return call("POST", url, _SENT, status=400, answer=NO_ID)


# What nginx writes into its log of errors about a header that it leaves out.
_LEFT_OUT = re.compile(r'client sent invalid header line: "(\w{1,40})')


def left_out(exchange: Exchange) -> str | None:
    """Return which of the two headers a server says that it left out, if it does."""
    told = exchange.failure and _LEFT_OUT.search(exchange.failure.message)
    return told[1] if told and told[1].lower() in NO_CLIENT else None


def lost(exchange: Exchange) -> bool:
    """Tell whether a client id was sent to another server, and did not get through."""
    request = exchange.request
    if request is None or request.host in HOSTS.values():
        return False
    return carries(request, "client_id") and missed_parameter(exchange) == "client_id"


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.STANDARD_TOKEN},
    fix="Let the proxy pass such headers on (nginx: underscores_in_headers on;), or "
    "make the call from your server without it.",
    docs=ACCESS_TOKEN,
    source="generic behaviour of nginx and several Python servers (low for Vipps); "
    "an inference from what is missing",
    broken=lambda: [
        case(token_call(TEST, headers=PROXIED, status=400, answer="")),
        case(token_call(TEST, headers=PROXIED, status=400, answer=NO_ID)),
        case(through_proxy()),
        case(
            token_call(
                TEST,
                failure=FailureKind.OTHER,
                message='client sent invalid header line: "client_id: ..."',
            )
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST, headers=NO_CLIENT, status=400, answer="")),
        case(token_call(TEST, headers={"X-Forwarded-For": "192.0.2.7"})),
        case(token_call(TEST, headers=PROXIED)),
        case(token_call(TEST, status=400, answer=NO_ID)),
        case(
            token_call(
                TEST,
                failure=FailureKind.OTHER,
                message='client sent invalid header line: "x_id: ..."',
            )
        ),
    ],
)
def underscore_headers_dropped(evidence: Evidence) -> Iterator[Finding]:
    """A proxy on your side drops headers with an underscore.

    client_id and client_secret have an underscore in their names. nginx, with its
    default settings, and several Python servers leave out such headers and say nothing.
    """
    for exchange, request in evidence.calls(Call.STANDARD_TOKEN):
        if name := left_out(exchange):
            yield Finding(
                message=say(
                    "The server's log says that it left out {name}.", name=name
                ),
                place=Place(exchange=exchange, part="failure"),
            )
            continue
        gone = lacks(request, "client_id") and lacks(request, "client_secret")
        gone = gone and not exchange.ok
        if gone and proxied(request) and carries(request, KEY_HEADER):
            yield Finding(
                message=say(
                    "The call went through a proxy, and of its headers just the "
                    "two with an underscore are missing."
                ),
                place=header_place(exchange, "client_id"),
                confidence=Confidence.LIKELY,
            )
        elif lost(exchange):
            yield Finding(
                message=say("The request names a client_id, but none arrived."),
                place=header_place(exchange, "client_id"),
                confidence=Confidence.LIKELY,
            )
