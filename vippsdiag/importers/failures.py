"""Why no response came, told from the client's own words.

The words are those of curl, OpenSSL, Python, Node, PHP, Java, Go, .NET and the
browsers; the numbers are curl's exit codes.
"""

import re

from vippsdiag.exchange import Failure, FailureKind

_CURL_CODES = {
    5: FailureKind.PROXY,
    6: FailureKind.DNS,
    7: FailureKind.REFUSED,
    8: FailureKind.PROTOCOL,
    16: FailureKind.PROTOCOL,
    28: FailureKind.TIMEOUT,
    35: FailureKind.TLS,
    51: FailureKind.TLS,
    52: FailureKind.RESET,
    53: FailureKind.TLS,
    54: FailureKind.TLS,
    55: FailureKind.RESET,
    56: FailureKind.RESET,
    58: FailureKind.TLS,
    59: FailureKind.TLS,
    60: FailureKind.TLS,
    77: FailureKind.TLS,
    83: FailureKind.TLS,
    90: FailureKind.TLS,
    92: FailureKind.PROTOCOL,
    97: FailureKind.PROXY,
}
_CURL = re.compile(
    r"\bcurl: \((\d{1,2})\)|cURL error (\d{1,2})\b|CURLE?\w*\s*\(?errno:? ?(\d{1,2})",
    re.IGNORECASE,
)

# The more telling words come first: a proxy's refusal is told before a refusal.
_WORDS = {
    FailureKind.CORS: r"""\bCORS\b | Access-Control-Allow | cross-origin\ request
        | not\ allowed\ by\ Access-Control | ERR_BLOCKED_BY_(?:RESPONSE|ORB)""",
    FailureKind.PROXY: r"""ProxyError | ERR_(?:PROXY|TUNNEL)_
        | cannot\ connect\ to\ proxy
        | could\ not\ resolve\ proxy | tunnel\ connection\ failed
        | (?:response|error)\ .{0,20}from\ proxy | proxy\ authentication\ required
        | CONNECT\ tunnel\ failed | proxyconnect""",
    FailureKind.DNS: r"""getaddrinfo | ENOTFOUND | EAI_AGAIN | ERR_NAME_NOT_RESOLVED
        | could\ not\ resolve\ host | couldn't\ resolve\ host | no\ such\ host
        | name\ or\ service\ not\ known | nodename\ nor\ servname
        | UnknownHostException | name\ resolution | ERR_NAME_RESOLUTION_FAILED
        | NameResolutionError | the\ remote\ name\ could\ not\ be\ resolved
        | NS_ERROR_UNKNOWN_HOST | ERR_DNS_ | ERR_ADDRESS_INVALID""",
    FailureKind.TLS: r"""certificate | \bSSL(?!\ connection\ using)
        | \bTLSv?1?\b.{0,40}\b(?:alert|fail|error|handshake) | handshake_?\ ?fail
        | ERR_CERT_ | ERR_SSL_
        | SEC_ERROR_ | PKIX\ path | SSLHandshakeException | \bX509\b | \bx509: | CERT_
        | secure\ (?:channel|connection)\ .{0,20}fail | MOZILLA_PKIX
        | UNABLE_TO_VERIFY_LEAF | NS_ERROR_NET_INADEQUATE_SECURITY | EPROTO""",
    FailureKind.TIMEOUT: r"""time[d]?[\ -]?out | ETIMEDOUT | ESOCKETTIMEDOUT
        | ERR_TIMED_OUT | deadline\ exceeded | ConnectTimeout | ReadTimeout
        | NS_ERROR_NET_TIMEOUT | UND_ERR_\w+_TIMEOUT""",
    FailureKind.REFUSED: r"""ECONNREFUSED | connection\ refused | ERR_CONNECTION_REFUSED
        | actively\ refused | NS_ERROR_CONNECTION_REFUSED
        | failed\ to\ connect\ to | couldn't\ connect\ to\ server""",
    FailureKind.RESET: r"""ECONNRESET | connection\ (?:was\ )?reset | reset\ by\ peer
        | socket\ hang\ up | empty\ reply | ERR_EMPTY_RESPONSE
        | ERR_CONNECTION_(?:RESET|CLOSED|ABORTED) | connection\ aborted
        | RemoteDisconnected | closed\ by\ the\ remote\ host | broken\ pipe | EPIPE
        | NS_ERROR_NET_(?:RESET|INTERRUPT) | unexpected\ EOF | UND_ERR_SOCKET""",
    FailureKind.UNREACHABLE: r"""ENETUNREACH | EHOSTUNREACH | network\ is\ unreachable
        | no\ route\ to\ host | ERR_ADDRESS_UNREACHABLE | ERR_INTERNET_DISCONNECTED
        | ERR_NETWORK_CHANGED | ERR_NETWORK_ACCESS_DENIED | NS_ERROR_OFFLINE""",
    FailureKind.PROTOCOL: r"""invalid\ header\ line | ERR_HTTP2_ | HTTP/2\ stream
        | HTTP/2\ framing | protocol\ error | malformed\ (?:response|HTTP)
        | HPE_INVALID | BadStatusLine | ERR_INVALID_HTTP_RESPONSE | bad\ response
        | unsupported\ HTTP\ version | received\ HTTP/0\.9
        | NS_ERROR_NET_PARTIAL_TRANSFER | ERR_INVALID_RESPONSE""",
}
_PATTERNS = {
    kind: re.compile(words, re.IGNORECASE | re.VERBOSE)
    for kind, words in _WORDS.items()
}


def find_failure(text: str) -> Failure | None:
    """Return the failure that a text speaks of; None if it speaks of none."""
    code = _CURL.search(text)
    if code:
        number = int(next(filter(None, code.groups())))
        known = _CURL_CODES.get(number)
        kind = known or _kind_of(text) or FailureKind.OTHER
        return Failure(kind=kind, message=text.strip())
    found = _kind_of(text)
    return Failure(kind=found, message=text.strip()) if found else None


def _kind_of(text: str) -> FailureKind | None:
    return next((kind for kind, words in _PATTERNS.items() if words.search(text)), None)


def failure_from(text: str) -> Failure:
    """Return the failure that a client's words stand for.

    Args:
        text: an exception's or a tool's own words; an empty text says nothing.

    Returns:
        The failure, its kind ``OTHER`` if the words are not known.
    """
    return find_failure(text) or Failure(kind=FailureKind.OTHER, message=text.strip())
