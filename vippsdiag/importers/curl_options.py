"""What a cURL command asks for, by its manual (7.88 to 8)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vippsdiag.importers.mail import option

# Long options with a value, from the manual; those below are the ones that matter.
_VALUED = frozenset(
    """abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers
    config connect-timeout connect-to continue-at cookie cookie-jar create-file-mode
    crlfile curves data data-ascii data-binary data-raw data-urlencode delegation
    dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech
    egd-file engine etag-compare etag-save expect100-timeout form form-string
    ftp-account ftp-method ftp-port happy-eyeballs-timeout-ms haproxy-clientip header
    hostpubmd5 hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key
    key-type krb libcurl limit-rate local-port login-options mail-auth mail-from
    mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output
    output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir
    proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers
    proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey
    proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword
    proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate referer
    request request-target resolve retry retry-delay retry-max-time sasl-authzid
    service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname
    speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max
    tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config
    unix-socket upload-file url url-query user user-agent variable vlan-priority
    write-out""".split()
)
_SHORT = {
    "A": "user-agent",
    "b": "cookie",
    "c": "cookie-jar",
    "C": "continue-at",
    "d": "data",
    "D": "dump-header",
    "e": "referer",
    "E": "cert",
    "F": "form",
    "h": "help",
    "H": "header",
    "K": "config",
    "m": "max-time",
    "o": "output",
    "P": "ftp-port",
    "Q": "quote",
    "r": "range",
    "t": "telnet-option",
    "T": "upload-file",
    "u": "user",
    "U": "proxy-user",
    "w": "write-out",
    "x": "proxy",
    "X": "request",
    "y": "speed-time",
    "Y": "speed-limit",
    "z": "time-cond",
}
_FLAGS = {"G": "get", "I": "head", ":": "next"}
_DATA = frozenset("data data-ascii data-binary data-raw data-urlencode json".split())
# What can only be an address, if a word stands alone.
ADDRESS = re.compile(
    r"(?i)[\"'<]?(?:https?://|localhost\b|\$|\{\{|%\w+%|<\w|(?:[\w-]+\.)+[a-z]{2,}(?:[:/?#]|$)"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)|\[[0-9a-f:]+\]|[^\s/]+[:/][\w/])"
)


@dataclass(slots=True)
class Operation:
    """What one part of a command asks for; ``--next`` begins another.

    Attributes:
        given: the values of each option, by its long name.
        data: the pieces of the body, with the option that brought each.
        urls: the addresses.
        strange: how many words stand alone and are no address.
    """

    given: dict[str, list[str]] = field(default_factory=dict, repr=False)
    data: list[tuple[str, str]] = field(default_factory=list, repr=False)
    urls: list[str] = field(default_factory=list, repr=False)
    strange: int = 0
    stdin: str | None = field(default=None, repr=False)

    def last(self, name: str) -> str | None:
        """Return the value of an option that counts, the last one; None if absent."""
        values = self.given.get(name)
        return values[-1] if values else None

    def add(self, name: str, value: str) -> None:
        """Take an option down."""
        if name in _DATA:
            self.data.append((name, value))
        elif name == "url":
            self.urls.append(value)
        else:
            self.given.setdefault(name, []).append(value)

    @property
    def reads_file(self) -> bool:
        """Whether a part of what it sends is in a file."""
        named = any(map(self._is_file, self.data))
        forms = self.given.get("form", [])
        return (
            named
            or "upload-file" in self.given
            or any(value.partition("=")[2][:1] in {"@", "<"} for value in forms)
        )

    def _is_file(self, piece: tuple[str, str]) -> bool:
        name, value = piece
        if name == "data-raw" or (value == "@-" and self.stdin is not None):
            return False
        if name == "data-urlencode":
            return re.match(r"[^=@]*@", value) is not None
        return value.startswith("@")


def curl_operations(
    words: list[str], stdin: str | None = None, *, prose: bool = False
) -> list[Operation]:
    """Return what a command line asks for.

    Args:
        words: the arguments, without the command's name.
        stdin: what the command reads from its standard input, if that is known.
        prose: whether the command stands in a sentence, which may go on behind it.
    """
    operations = [Operation(stdin=stdin)]
    rest = iter(words)
    for word in map(option, rest):
        now = operations[-1]
        if word.startswith("--") and len(word) > 2:
            name, mark, value = word[2:].partition("=")
            if name == "next":
                operations.append(Operation(stdin=stdin))
            elif name in _VALUED:
                now.add(name, value if mark else next(rest, ""))
            else:
                now.add(name, "")
        elif word.startswith("-") and len(word) > 1:
            if _short(word, now, rest):
                operations.append(Operation(stdin=stdin))
        elif prose and not ADDRESS.match(word):
            break
        elif word.strip():
            _alone(word.rstrip(".,;:!?)") if prose else word, now)
    return operations


def _short(word: str, now: Operation, rest: Iterator[str]) -> bool:
    """Read short options in one word; True if another operation begins."""
    for place, letter in enumerate(word[1:], 2):
        if letter in _SHORT:
            value = word[place:] or next(rest, "")
            now.add(_SHORT[letter], value)
            return False
        if letter == ":":
            return True
        now.add(_FLAGS.get(letter, letter), "")
    return False


def _alone(word: str, now: Operation) -> None:
    if ADDRESS.match(word):
        now.urls.append(word)
    else:
        now.strange += 1
