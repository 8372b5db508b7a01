"""Did the call get through the network?"""

import re
from collections.abc import Iterator

from vippsdiag.check import SERVERS, Confidence, Finding, Severity, check
from vippsdiag.checks.answers import identity_codes, text_in
from vippsdiag.checks.later import went_well_later
from vippsdiag.evidence import Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Failure, FailureKind, Request, once
from vippsdiag.importers.failures import find_failure
from vippsdiag.language import say
from vippsdiag.products import product_at
from vippsdiag.samples import (
    PRODUCTION,
    TEST,
    call,
    case,
    token_call,
)
from vippsdiag.who import is_recorders


def failures(evidence: Evidence, *kinds: FailureKind) -> Iterator[Exchange]:
    """Yield the exchanges that failed in one of these ways, and did so to the end."""
    for exchange in evidence.exchanges:
        failure = failure_of(exchange)
        if (
            failure
            and failure.kind in kinds
            and not went_well_later(evidence, exchange)
        ):
            yield exchange


# A shop that hands the words of its library on: they name where it did not get to.
_OUR_HOST = re.compile(r"\bapi(?:test)?\.vipps\.no\b", re.IGNORECASE)
_NEAR = 300


@once
def failure_of(exchange: Exchange) -> Failure | None:
    """Return why a call that was meant for the API got no answer, or a shop's call."""
    if exchange.response is None:
        return exchange.failure if is_ours(exchange.request) else None
    if is_recorders(exchange.response) and is_ours(exchange.request):
        return find_failure(text_in(exchange))
    shop = exchange.request is not None and call_of(exchange.request) is None
    if not shop or exchange.response.status not in {500, 502, 503, 504}:
        return None
    text = text_in(exchange)
    named = _OUR_HOST.search(text)
    return find_failure(_near(text, named)) if named else None


def _near(text: str, named: re.Match[str]) -> str:
    """Return what stands around the host: a page of errors shows a program, too."""
    return text[max(0, named.start() - _NEAR) : named.end() + _NEAR]


def is_ours(request: Request | None) -> bool:
    """Tell whether a call was meant for the API: a host may be misspelt."""
    if request is None or call_of(request) is not None:
        return True
    return product_at(request.path) is not None


# The second is how Go names the name server that it asked.
_RESOLVING = re.compile(r"\bresolv(?:e|ing)\b|\blookup [\w.-]+ on ", re.IGNORECASE)


def is_dns(exchange: Exchange) -> bool:
    """Tell whether a name could not be resolved, also if it only took too long."""
    failure = failure_of(exchange)
    if failure is None:
        return False
    slow = failure.kind is FailureKind.TIMEOUT and _RESOLVING.search(failure.message)
    return failure.kind is FailureKind.DNS or bool(slow)


def _failed(exchange: Exchange) -> Place:
    part = "failure" if exchange.failure else "response body"
    return Place(exchange=exchange, part=part)


def _sure(exchange: Exchange) -> Confidence:
    """Tell how sure a failure is: a shop's page may speak of several calls."""
    return Confidence.CERTAIN if _is_own(exchange) else Confidence.LIKELY


def _is_own(exchange: Exchange) -> bool:
    """Tell whether a failure is the recorded call's own, not one that a shop tells."""
    return exchange.response is None or is_recorders(exchange.response)


# What clients say if they were connected: cURL, Python and Java, Node.js, Go.
_WAITED = re.compile(
    r"\bOperation timed out after \d+ milliseconds with -?\d|\bRead ?time(?:d ?)?out"
    r"|\bHeaders ?Timeout|\breading (?:body|data)\b",
    re.IGNORECASE,
)
_CONNECTED = (
    "cURL error 28: Operation timed out after 30001 milliseconds with 0 bytes received"
)
_NO_TUNNEL = "Tunnel connection failed: 403 Forbidden"
_FIDDLER = '[Fiddler] DNS Lookup for "apitest.vipps.no" failed. No such host is known'
_CHARLES = (
    "<html><head><title>Charles Error Report</title></head><body>SSL handshake with "
    "the server failed: javax.net.ssl.SSLHandshakeException</body></html>"
)
_PAGE = "https://api.vipps.no/x: no answer" + " " * 400 + "// timeout in seconds"


def _handed_on(words: str) -> Evidence:
    answer = {"error": f"https://api.vipps.no/accesstoken/get: {words}"}
    return case(call("POST", "https://shop.example/pay", status=500, answer=answer))


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Compare the host name letter by letter, then try to resolve it on the machine "
    "that sends (nslookup api.vipps.no).",
    docs=SERVERS,
    source="generic to networks (high)",
    broken=lambda: [
        case(token_call(TEST, failure=FailureKind.DNS, message="Could not resolve")),
        case(
            token_call(
                TEST,
                failure=FailureKind.TIMEOUT,
                message="cURL error 28: Resolving timed out after 5001 milliseconds",
            )
        ),
        _handed_on("getaddrinfo ENOTFOUND api.vipps.no"),
        case(token_call(TEST, status=502, answer=_FIDDLER)),
    ],
    healthy=lambda: [
        case(token_call(TEST, failure=FailureKind.TIMEOUT)),
        case(call("GET", "https://statistics.example/x", failure=FailureKind.DNS)),
        case(token_call(TEST, failure=FailureKind.DNS), token_call(TEST)),
        case(token_call(TEST, status=502, answer="no such host is known")),
    ],
)
def dns_resolution_failure(evidence: Evidence) -> Iterator[Finding]:
    """The machine that sends could not find the host's address.

    No request left the machine. The name may be misspelt, or the machine's name server
    does not answer.
    """
    for exchange in evidence.exchanges:
        if not is_dns(exchange) or went_well_later(evidence, exchange):
            continue
        own = exchange.request if _is_own(exchange) else None
        host = own.host if own else ""
        yield Finding(
            message=say("The name {host} could not be resolved.", host=host)
            if host
            else say("The host's name could not be resolved."),
            place=_failed(exchange),
            confidence=_sure(exchange),
        )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Let the machine that sends make connections to port 443 of the host, directly "
    "or through its proxy. If it can make them, let it wait longer for the answer.",
    docs=SERVERS,
    source="facts 6.7: outgoing 443 must be open, callers are not filtered; in test, "
    "old versions of TLS wait for ever (high)",
    broken=lambda: [
        case(token_call(TEST, failure=FailureKind.TIMEOUT)),
        case(token_call(TEST, failure=FailureKind.REFUSED)),
        _handed_on("connect ETIMEDOUT 192.0.2.7:443"),
        case(
            token_call(
                TEST,
                status=502,
                answer="<html><title>502 Bad Gateway</title>Connection refused",
                answer_headers={"Server": "mitmproxy 11.0.2"},
            )
        ),
        case(token_call(TEST, failure=FailureKind.TIMEOUT, message=_CONNECTED)),
        case(token_call(TEST, failure=FailureKind.PROXY, message=_NO_TUNNEL)),
    ],
    healthy=lambda: [
        case(token_call(TEST, failure=FailureKind.DNS)),
        case(token_call(TEST, failure=FailureKind.PROXY)),
        case(call("GET", "https://shop.example/", status=504, answer="timed out")),
        case(call("GET", "https://shop.example/", status=500, answer=_PAGE)),
    ],
)
def network_egress_blocked(evidence: Evidence) -> Iterator[Finding]:
    """No answer came from the host.

    The API can be reached from everywhere. A firewall or the rules of a hosting
    provider between the machine and the internet are the usual reason. If the
    connection came about, the sender may have waited too short, or its TLS is too old.
    """
    kinds = FailureKind.TIMEOUT, FailureKind.REFUSED, FailureKind.UNREACHABLE
    for exchange in failures(evidence, *kinds, FailureKind.RESET):
        failure = failure_of(exchange)
        if failure is None or is_dns(exchange):
            continue
        connected = _was_connected(failure)
        yield Finding(
            message=_unanswered(exchange, failure, connected=connected),
            place=_failed(exchange),
            confidence=Confidence.POSSIBLE if connected else Confidence.LIKELY,
        )
    for exchange in evidence.exchanges:
        asked = exchange.status == 407 and is_ours(exchange.request)
        failure = failure_of(exchange)
        closed = failure is not None and failure.kind is FailureKind.PROXY
        closed = closed and not went_well_later(evidence, exchange)
        if asked or (closed and refused_by_proxy(exchange)):
            yield Finding(
                message=say("The proxy did not open the way to the host."),
                place=_failed(exchange),
                confidence=Confidence.POSSIBLE if asked else Confidence.LIKELY,
            )


_REFUSED_TUNNEL = re.compile(
    r"(?:tunnel|connect\b|proxy).{0,80}\b4\d\d\b|\b4\d\d\b.{0,40}proxy",
    re.IGNORECASE | re.DOTALL,
)


def refused_by_proxy(exchange: Exchange) -> bool:
    """Tell whether a client says that its proxy answered, and let it not out."""
    words = exchange.failure.message if exchange.failure else ""
    return _REFUSED_TUNNEL.search(words) is not None


def _was_connected(failure: Failure) -> bool:
    """Tell whether a client says that only the answer did not come in time."""
    timeout = failure.kind is FailureKind.TIMEOUT
    return timeout and _WAITED.search(failure.message) is not None


def _unanswered(exchange: Exchange, failure: Failure, *, connected: bool) -> str:
    if connected:
        return say("There was a connection, but no answer came in time.")
    if _is_own(exchange):
        return say("There was no answer ({kind}).", kind=failure.kind)
    return say("The shop got no answer from the API ({kind}).", kind=failure.kind)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Update the certificates and the TLS library of the machine that sends (TLS "
    "1.2 or newer), and look whether a proxy replaces certificates.",
    docs=SERVERS,
    source="facts 6.7 (high); the identity provider's code 1002016 (generic, low)",
    broken=lambda: [
        case(token_call(TEST, failure=FailureKind.TLS)),
        _handed_on("SSL certificate problem: unable to get local issuer"),
        case(token_call(TEST, status=503, answer=_CHARLES)),
        case(token_call(TEST, status=400, answer="AADSTS1002016: TLS version 1.0")),
    ],
    healthy=lambda: [
        case(token_call(TEST, failure=FailureKind.REFUSED)),
        case(token_call(TEST, status=400, answer="AADSTS7000112: no TLS here")),
    ],
)
def tls_failure(evidence: Evidence) -> Iterator[Finding]:
    """The secure connection could not be set up.

    The machine could not verify the host's certificate, or the two have no version of
    TLS in common. Turning verification off would show the keys to whoever is between.
    """
    for exchange in failures(evidence, FailureKind.TLS):
        yield Finding(
            message=say("The TLS handshake failed before anything was sent."),
            place=_failed(exchange),
            confidence=_sure(exchange),
        )
    for exchange in evidence.exchanges:
        if 1002016 in identity_codes(exchange):
            yield Finding(
                message=say("The answer says that the version of TLS is too old."),
                place=Place(exchange=exchange, part="response body"),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.FAILURE},
    fix="Update the HTTP library or the plugin, or let it speak HTTP/1.1.",
    docs=SERVERS,
    source="magento2#19994 (high)",
    broken=lambda: [
        case(
            token_call(
                PRODUCTION,
                failure=FailureKind.PROTOCOL,
                message="Invalid header line detected",
            )
        )
    ],
    healthy=lambda: [case(token_call(PRODUCTION, failure=FailureKind.TIMEOUT))],
)
def client_http2_unsupported(evidence: Evidence) -> Iterator[Finding]:
    """The HTTP library cannot read the answer.

    Old libraries stumble over HTTP/2, whose status line has no words and whose header
    names are in lower case.
    """
    for exchange in failures(evidence, FailureKind.PROTOCOL):
        yield Finding(
            message=say("The library received an answer that it could not read."),
            place=_failed(exchange),
            confidence=Confidence.LIKELY,
        )
