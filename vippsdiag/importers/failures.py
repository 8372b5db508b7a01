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
    r"\bcurl: \((\d{1,2})\)|cURL error (\d{1,2})\b"
    r"|CURLE?\w{0,40}\s{0,9}\(?errno:? ?(\d{1,2})",
    re.IGNORECASE,
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


# Plain words in lower case, which are found in a moment in any text. The more telling
# kinds come first: a proxy's refusal is told before a refusal.
_KINDS: dict[FailureKind, tuple[str, ...]] = {
    FailureKind.CORS: _words(
        "access-control-allow|cross-origin request|blocked by cors|cors policy"
        "|corserror|cors error|cors request|err_blocked_by_response|err_blocked_by_orb"
        "|ns_error_dom_bad_uri"
        # All that a page is told, also of a network that is down (Chrome, Firefox,
        # Safari, Axios); the reason stands in the browser's console alone.
        "|typeerror: failed to fetch|networkerror when attempting to fetch"
        "|typeerror: load failed|axioserror: network error|xmlhttprequest error"
        "|: 0 unknown error|access control checks|response to preflight"
        "|response for preflight|preflight response is not"
        "|violates the following content security"
    ),
    FailureKind.PROXY: _words(
        "proxyerror|err_proxy_|err_tunnel_|cannot connect to proxy|proxyconnect"
        "|could not resolve proxy|tunnel connection failed|connect tunnel failed"
        "|proxy authentication required|code 407 from proxy|response 407"
        "|unable to tunnel through proxy|unable to connect to proxy|tunneling socket"
        "|proxy tunnel request|response code for connect|proxy connect aborted"
        "|returned an error: (407)"
    ),
    FailureKind.DNS: _words(
        "getaddrinfo|enotfound|eai_again|err_name_not_resolved|could not resolve host"
        "|couldn't resolve host|no such host|name or service not known"
        "|nodename nor servname|unknownhostexception|name resolution"
        "|err_name_resolution_failed|nameresolutionerror"
        "|remote name could not be resolved|ns_error_unknown_host|err_dns_"
        "|err_address_invalid|could not be resolved|host not found"
        "|unresolvedaddressexception|hostname could not be found"
        "|dns lookup for|name lookup failed|dial tcp: lookup|server misbehaving"
        "|failed host lookup|no address associated with|unable to resolve host"
        "|cannot resolve host|could not resolve: |nxdomain|querya e|queryaaaa e"
        "|eservfail|eai_fail|dnsnameresolver|dns error"
    ),
    FailureKind.TLS: _words(
        "certificate|ssl_|sslerror|ssl error|sslexception|sslhandshake|ssl routines"
        "|ssl connect|ssl connection could|ssl alert|ssl: |ssl/tls|ssl handshake"
        "|ssl peer|ssl3_|ssl message|tls alert|tls handshake|tlsv1 alert|tls: "
        "|tls error|tlsv1.3 alert|handshake_fail|handshake fail|err_cert_|err_ssl_"
        "|sec_error_|pkix path|x509|cert_|secure channel|secure connection fail"
        "|possess a common algorithm|mozilla_pkix|unable_to_verify_leaf|eproto"
        "|ns_error_net_inadequate_security"
        "|authentication failed because the remote party|schannel|gnutls_handshake"
        "|secure tls connection|self_signed_cert|sslpeerunverified|trustanchors param"
        "|trust anchor for cert|terminated the handshake|during handshake"
        "|peer not authenticated|tls fatal alert|eof occurred in violation of protocol"
        "|unexpected error occurred on a send"
    ),
    FailureKind.TIMEOUT: _words(
        "timeout|time-out|timed out|timed-out|time out|etimedout|esockettimedout"
        "|err_timed_out|connection_timed_out|deadline exceeded"
        "|requestcanceled: the request was aborted"
        "|task was canceled|httpclient.timeout|did not properly respond"
        "|host has failed to respond"
    ),
    FailureKind.REFUSED: _words(
        "econnrefused|connection refused|actively refused|failed to connect to"
        "|err_connection_refused|ns_error_connection_refused"
        "|couldn't connect to server|failed to open tcp connection"
        "|could not connect to the server|unable to connect to ssl://"
        "|unable to connect to the remote server"
        "|with the server could not be established"
    ),
    FailureKind.RESET: _words(
        "econnreset|connection reset|connection was reset|reset by peer|epipe"
        "|socket hang up|empty reply|err_empty_response|err_connection_reset"
        "|err_connection_closed|err_connection_aborted|connection aborted|broken pipe"
        "|remotedisconnected|closed by the remote host|ns_error_net_reset"
        "|ns_error_net_interrupt|unexpected eof|und_err_socket|forcibly closed"
        "|prematurely closed|end of file reached|connection was closed"
        "|connection closed|response is empty|response ended prematurely"
        "|nohttpresponseexception"
    ),
    FailureKind.UNREACHABLE: _words(
        "enetunreach|ehostunreach|network is unreachable|no route to host"
        "|err_address_unreachable|err_internet_disconnected|err_network_changed"
        "|err_network_access_denied|ns_error_offline|host is unreachable"
        "|user has blocked requests through http|appears to be offline"
        "|unreachable network|location cannot be reached"
        # SAP, Oracle, Business Central and Salesforce.
        "|icm_http_connection_failed|ora-24247|blocked by the runtime to prevent"
        "|check setup->security->remote site"
        # The machine's own rules: Windows' and Linux' firewalls, Deno's permissions.
        "|forbidden by its access permissions|connect eacces|connect eperm"
        "|run again with the --allow-net|tcp connect error: permission"
    ),
    FailureKind.PROTOCOL: _words(
        "invalid header line|err_http2_|http/2 stream|http/2 framing|protocol error"
        "|malformed response|malformed http|hpe_invalid|badstatusline|bad response"
        "|err_invalid_http_response|unsupported http version|received http/0.9"
        "|ns_error_net_partial_transfer|err_invalid_response"
        "|valid response status line was not found|httpbadresponse|wrong status line"
        "|http/2 goaway|nghttp2_|protocol violation|unknownprotocol"
        "|http2 framing|http2: server sent|http/2 error code|http_1_1_required"
        "|goaway received|streamresetexception|connectionshutdownexception|rst_stream"
        "|stream error: stream id|invalid http status line|unexpected status line"
        "|respond with a valid http response|invalid http response"
        "|unknown http version|unknown protocol: http|parse error: expected http/"
        "|invalid http version|http/2 status line|unsupported protocol version"
    ),
}
_FROM_PROXY = re.compile(
    r"(?:\b(?:response|error)\b|\b[45]\d\d\b).{0,40} from proxy", re.IGNORECASE
)
_CORS = re.compile(r"\bCORS\b")
# What a call that went well prints too.
_HARMLESS = re.compile(
    r"ssl connection using|certificate verify ok|certificate level|\bcertificate chain"
    r"|server certificate:|tls handshake, (?:client|server|certificate|cert|finished"
    r"|encrypted|newsession|unknown)|timeout[\"']?\s*(?:[:=]|=>)\s*[\"']?\d"
    r"|(?:ssl_|verify)\w{0,40}certificate\w{0,40}\s{0,9}[:=]",
    re.IGNORECASE,
)


def find_failure(text: str) -> Failure | None:
    """Return the failure that a text speaks of; None if it speaks of none."""
    kind = _by_number(text) or _kind_of(text)
    return Failure(kind=kind, message=text.strip()) if kind else None


def _by_number(text: str) -> FailureKind | None:
    """Return the kind that curl's exit code stands for; None without one."""
    code = _CURL.search(text) if "url" in text.lower() else None
    if code is None:
        return None
    number = int(next(filter(None, code.groups())))
    # Some numbers only say that receiving failed; what a proxy said tells more.
    told = _kind_of(text)
    if told is FailureKind.PROXY:
        return told
    return _CURL_CODES.get(number) or told or FailureKind.OTHER


def _kind_of(text: str) -> FailureKind | None:
    kind = _kind_in(text)
    if kind in {FailureKind.TLS, FailureKind.TIMEOUT}:
        return _kind_in(_HARMLESS.sub("", text))
    return kind


def _kind_in(text: str) -> FailureKind | None:
    if "CORS" in text and _CORS.search(text):
        return FailureKind.CORS
    words = text.lower()
    if "from proxy" in words and _FROM_PROXY.search(words):
        return FailureKind.PROXY
    return next((kind for kind, names in _KINDS.items() if _any(names, words)), None)


def _any(names: tuple[str, ...], words: str) -> bool:
    # Twice as quick as any(), and this runs for every line.
    for name in names:  # noqa: SIM110
        if name in words:
            return True
    return False


# Words that mean much else in a text, and tell a kind only if they are an error.
_AS_AN_ERROR: dict[FailureKind, tuple[str, ...]] = {
    FailureKind.TLS: _words(
        "a security error occurred|message received was unexpected or badly formatted"
        "|0x80072f8f|token supplied to the function is invalid|alert number"
        "|authority is invalid|unknownissuer"
    ),
    FailureKind.UNREACHABLE: _words(
        "permission denied|operation not permitted|address unavailable: http"
    ),
    # What Axios says in a browser; it has another word for each reason elsewhere.
    FailureKind.CORS: _words("network error"),
}


def failure_from(text: str) -> Failure:
    """Return the failure that a client's words stand for.

    Args:
        text: an exception's or a tool's own words; an empty text says nothing.

    Returns:
        The failure, its kind ``OTHER`` if the words are not known.
    """
    found = find_failure(text)
    if found and found.kind is not FailureKind.OTHER:
        return found
    words = text.lower()
    known = (kind for kind, names in _AS_AN_ERROR.items() if _any(names, words))
    return Failure(kind=next(known, FailureKind.OTHER), message=text.strip())
