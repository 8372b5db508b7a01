"""Turn the HTTP library's exceptions into a `Failure`, without their texts.

Those texts can hold the address with its query, and the value of a header.
"""

import socket
import ssl
from collections.abc import Iterator

import requests
from urllib3 import exceptions as urllib3

from vippsdiag.exchange import Failure, FailureKind
from vippsdiag.language import joined, say

WORDS = {
    FailureKind.DNS: say("The host's name could not be resolved."),
    FailureKind.REFUSED: say("The host refused the connection."),
    FailureKind.TIMEOUT: say("No answer came in time."),
    FailureKind.TLS: say("The secure connection could not be set up."),
    FailureKind.PROXY: say("The proxy did not let the call through."),
    FailureKind.PROTOCOL: say("The answer was not valid HTTP."),
    FailureKind.RESET: say("The connection was closed before the answer was complete."),
    FailureKind.UNREACHABLE: say("The host cannot be reached from here."),
    FailureKind.OTHER: say("The call failed."),
}

NO_CERTIFICATES = say(
    "There is no file of trusted certificates where REQUESTS_CA_BUNDLE or "
    "CURL_CA_BUNDLE says."
)

# The first that is in the chain of causes decides, so the narrow ones come first:
# urllib3 counts a connection that was refused among its time-outs too. What failed on
# the way to the proxy is the proxy's, whatever it was.
KINDS: tuple[tuple[type[BaseException], FailureKind], ...] = (
    (urllib3.ProxyError, FailureKind.PROXY),
    (requests.exceptions.ProxyError, FailureKind.PROXY),
    (requests.exceptions.InvalidProxyURL, FailureKind.PROXY),
    (ssl.SSLError, FailureKind.TLS),
    (requests.exceptions.SSLError, FailureKind.TLS),
    (socket.gaierror, FailureKind.DNS),
    (urllib3.NameResolutionError, FailureKind.DNS),
    (ConnectionRefusedError, FailureKind.REFUSED),
    (ConnectionResetError, FailureKind.RESET),
    (BrokenPipeError, FailureKind.RESET),
    (requests.exceptions.Timeout, FailureKind.TIMEOUT),
    (urllib3.TimeoutError, FailureKind.TIMEOUT),
    (TimeoutError, FailureKind.TIMEOUT),
    (requests.exceptions.ChunkedEncodingError, FailureKind.RESET),
    (urllib3.IncompleteRead, FailureKind.RESET),
    (urllib3.ProtocolError, FailureKind.PROTOCOL),
    (requests.exceptions.ContentDecodingError, FailureKind.PROTOCOL),
    (urllib3.NewConnectionError, FailureKind.UNREACHABLE),
    (OSError, FailureKind.UNREACHABLE),
)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and everything that it wraps."""
    queue, seen = [error], set()
    while queue:
        item = queue.pop(0)
        if id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        inner = (item.__cause__, item.__context__, getattr(item, "reason", None))
        queue += [part for part in (*inner, *item.args) if _is_error(part)]


def _is_error(part: object) -> bool:
    return isinstance(part, BaseException)


def read_exception(error: BaseException, *, proxied: bool = False) -> Failure:
    """Return what an exception of the HTTP library means; its text is left out.

    Args:
        error: the exception.
        proxied: whether the call was to go through a proxy; it is then taken for the
            reason where there is no other.
    """
    chain = list(_chain(error))
    if any(map(_no_certificates, chain)):
        return Failure(kind=FailureKind.TLS, message=NO_CERTIFICATES)
    kind = next(_kinds(chain), FailureKind.PROXY if proxied else FailureKind.OTHER)
    return Failure(kind=kind, message=joined(WORDS[kind], *_reason(chain)))


def _kinds(chain: list[BaseException]) -> Iterator[FailureKind]:
    for wanted, kind in KINDS:
        for item in chain:
            # requests' own exceptions are OSErrors, which says nothing of the network.
            own = isinstance(item, requests.exceptions.RequestException)
            if isinstance(item, wanted) and not (wanted is OSError and own):
                yield _narrow(kind, chain)


def _narrow(kind: FailureKind, chain: list[BaseException]) -> FailureKind:
    """Tell a connection that ended from an answer that could not be read."""
    ended = any("RemoteDisconnected" in type(item).__name__ for item in chain)
    return FailureKind.RESET if kind is FailureKind.PROTOCOL and ended else kind


def _reason(chain: list[BaseException]) -> list[str]:
    """Return what was wrong with a certificate, which holds nothing of ours."""
    refused = [one for one in chain if isinstance(one, ssl.SSLCertVerificationError)]
    return [
        say("The certificate was not accepted: {reason}.", reason=one.verify_message)
        for one in refused[:1]
    ]


def _no_certificates(error: BaseException) -> bool:
    """Tell that REQUESTS_CA_BUNDLE names no file; requests raises a bare OSError."""
    bare = isinstance(error, OSError) and error.errno is None
    return bare and "TLS CA certificate bundle" in str(error)
