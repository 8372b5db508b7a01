"""Does the fault lie in software: a library's, a plugin's, or the service's?"""

import re
from collections.abc import Iterator

from vippsdiag.check import DOCS, ERRORS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import is_gateway, text_in
from vippsdiag.checks.client import body_place
from vippsdiag.evidence import Evidence, Need, Place
from vippsdiag.exchange import Exchange, FailureKind
from vippsdiag.language import say
from vippsdiag.samples import TEST, api_call, call, case, ecom, gateway, token_call
from vippsdiag.who import Who, answered_by

# A program's own words for a mistake in it, in the languages that integrations use.
_MISTAKE = re.compile(
    r"TypeError|AttributeError|ReferenceError|NullReferenceException"
    r"|NullPointerException|ClassCastException|IndexOutOfRange|KeyError:"
    r"|undefined (?:index|property|variable|array key|offset|method)"
    r"|cannot read propert(?:y|ies) of (?:undefined|null)"
    r"|call to (?:a member function|undefined)|uncaught (?:error|exception)"
    r"|must be of (?:the )?type \w+|is not a function|nil pointer dereference",
    re.IGNORECASE,
)
# The JavaScript SDK 2.4 on Node 20: it sends a request with a body a second time.
_KNOWN = re.compile(r"Cannot construct a Request with a Request object", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:after|since) (?:the |an? |i |we )*(?:latest )?"
    r"(?:up(?:dat|grad)\w*|new version)"
    r"|\bregression\b|\bworked (?:fine )?(?:in|with|before) (?:version |v)?\d"
    r"|\bbug in (?:the )?(?:plugin|library|sdk|module)",
    re.IGNORECASE,
)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Update the library or the plugin to its newest version; if it fails there "
    "too, go back to the last one that worked, and report the text of the error.",
    docs=DOCS + "plugins/",
    source="the JavaScript SDK 2.4 as measured; the words of other programs are "
    "generic (low)",
    broken=lambda: [
        case(
            api_call(
                TEST,
                failure=FailureKind.OTHER,
                message="TypeError: Cannot construct a Request with a Request object "
                "that has already been used.",
            )
        ),
        case(
            token_call(
                TEST,
                failure=FailureKind.OTHER,
                message="PHP Notice: Undefined index: access_token",
            )
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST, failure=FailureKind.OTHER, message="something failed")),
        case(
            token_call(
                TEST, failure=FailureKind.CORS, message="TypeError: Failed to fetch"
            )
        ),
        case(
            call("POST", "https://shop.example/cart", status=500, answer="KeyError: 1")
        ),
    ],
)
def client_library_bug(evidence: Evidence) -> Iterator[Finding]:
    """The library or the plugin that sends the call has a mistake in it.

    The text of the error is a program's own, about its variables and not about the
    keys. Such mistakes come with an update, and go with the next one.
    """
    for exchange in evidence.exchanges:
        failure = exchange.failure
        browsers = failure and failure.kind is FailureKind.CORS
        words = failure.message if failure and not browsers else ""
        if _KNOWN.search(words) or _MISTAKE.search(words):
            yield Finding(
                message=say("The error is one of the program that sends."),
                place=Place(exchange=exchange, part="failure"),
                confidence=Confidence.LIKELY,
            )
    failed = any(exchange.failure or not exchange.ok for exchange in evidence.exchanges)
    if failed and _SAID.search(" ".join(_told(evidence))):
        yield Finding(
            message=say("You say that it began with another version of the program."),
            confidence=Confidence.POSSIBLE,
        )


def _told(evidence: Evidence) -> Iterator[str]:
    context = evidence.context
    yield from filter(None, (context.client, context.product))
    yield str(evidence.text or "")[:20_000]


_SERVER = re.compile(
    r"\bjava\.\w+\.\w+|\bat (?:no|com)\.vipps\.|System\.\w*Exception|Traceback \(most"
    r"|stack ?trace|NullPointerException|NullReferenceException|org\.springframework",
    re.IGNORECASE,
)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Send the support the request without its keys, the whole answer with its "
    "trace or context id, and the time; look at the status page as well.",
    docs=ERRORS,
    source="an inference from the form of the answer (low): a program's own exception, "
    "or an error that says success",
    broken=lambda: [
        case(api_call(TEST, answer=gateway(500, "Internal server error"))),
        case(api_call(TEST, status=500, answer="java.lang.NullPointerException at x")),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=500, answer="")),
        case(api_call(TEST, status=400, answer=ecom("34", "Duplicate"))),
        case(
            call(
                "POST",
                "https://shop.example/callback",
                status=500,
                answer="java.lang.X",
            )
        ),
    ],
)
def vipps_side_bug(evidence: Evidence) -> Iterator[Finding]:
    """The service itself seems to have a mistake in it.

    The answer is not one that the API means to give, whatever the request. If a small
    change of the request makes it go away, it was the request after all.
    """
    for exchange in evidence.exchanges:
        if _contradicts(exchange):
            yield _broken(
                exchange, say("The status says success, and the body an error.")
            )
        elif is_server_exception(exchange):
            yield _broken(exchange, say("The answer holds a program's own exception."))


def _broken(exchange: Exchange, message: str) -> Finding:
    return Finding(
        message=message, place=body_place(exchange), confidence=Confidence.LIKELY
    )


def _contradicts(exchange: Exchange) -> bool:
    if not exchange.ok or answered_by(exchange) is Who.SHOP:
        return False
    body = exchange.response.json if exchange.response else None
    inner = str(body.get("statusCode")) if isinstance(body, dict) else ""
    failed = is_gateway(exchange) and inner[:1] in {"4", "5"}
    # What has a number of its own in a list may be anything; an error has this name.
    errors = isinstance(body, list) and any(map(_is_error, body[:50]))
    return failed or errors


def _is_error(item: object) -> bool:
    return isinstance(item, dict) and bool(item.get("errorCode"))


def is_server_exception(exchange: Exchange) -> bool:
    """Tell whether the service answered with its program's own exception."""
    server = exchange.status is not None and exchange.status >= 500
    ours = answered_by(exchange) not in {Who.SHOP, Who.PROXY, Who.NOBODY}
    return server and ours and _SERVER.search(text_in(exchange)) is not None
