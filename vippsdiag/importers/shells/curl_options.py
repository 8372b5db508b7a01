"""What a cURL command asks for, by its manual (7.88 to 8)."""

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from vippsdiag.importers.shells.curl_config import config_words, expanded, variable
from vippsdiag.importers.shells.mail import option

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_FLAGS = {"G": "get", "I": "head", "g": "globoff"}
# These begin like an option with a value, and have none.
_OWN = frozenset("head netrc parallel ssl".split())
_DATA = frozenset("data data-ascii data-binary data-raw data-urlencode json".split())
_FROM_FILE = re.compile(r"[^=@]*@")
# What can only be an address, if a word stands alone.
ADDRESS = re.compile(
    r"(?i)[\"'<{]?(?:https?://|localhost\b|\$|\{\{|%\w+%|<\w|(?:[\w-]+\.)+[a-z]{2,}(?:[:/?#]|$)"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?:[:/]|$)|\[[0-9a-f:]+\]|[^\s/\"'<>]+[:/][\w/])"
)


@dataclass(slots=True)
class Operation:
    """What one part of a command asks for; ``--next`` begins another.

    Attributes:
        given: the values of each option, by its long name.
        data: the pieces of the body, with the option that brought each.
        forms: the fields of a form with parts, likewise.
        urls: the addresses.
        strange: how many words stand alone and are no address.
    """

    given: dict[str, list[str]] = field(default_factory=dict, repr=False)
    data: list[tuple[str, str]] = field(default_factory=list, repr=False)
    forms: list[tuple[str, str]] = field(default_factory=list, repr=False)
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
        elif name in {"form", "form-string"}:
            self.forms.append((name, value))
        elif name == "url":
            self.urls.append(value)
        else:
            self.given.setdefault(name, []).append(value)

    @property
    def reads_file(self) -> bool:
        """Whether a part of what it sends is in a file."""
        upload = self.last("upload-file")
        sources = [upload] if upload else []
        sources += [source for one in self.data if (source := source_of(*one))]
        for name, value in self.forms:
            content = value.partition("=")[2]
            if name == "form" and content[:1] in {"@", "<"}:
                sources.append(content[1:].partition(";")[0])
        return any(one != "-" or self.stdin is None for one in sources)


def source_of(name: str, value: str) -> str | None:
    """Return the file that an option takes a part of the body from; None for none."""
    if name == "data-raw":
        return None
    if name == "data-urlencode":
        named = _FROM_FILE.match(value)
        return value[named.end() :] if named else None
    return value[1:] if value.startswith("@") else None


class _Reader:
    """Reads the words of a command line, one option after the other."""

    def __init__(self, words: list[str], stdin: str | None, *, prose: bool) -> None:
        self.rest: Iterator[str] = iter(words)
        self.stdin, self.prose = stdin, prose
        self.operations = [Operation(stdin=stdin)]
        self.variables: dict[str, str] = {}
        self.configs = 0

    def read(self) -> list[Operation]:
        """Return what the words ask for."""
        while (word := next(self.rest, None)) is not None:
            typed = option(word)
            if typed in {"-", "–", "—"}:
                # A blank slipped in behind the dash.
                following = next(self.rest, "")
                typed = word = option(f"-{following}")
            if typed == "--":
                continue
            if typed.startswith("--"):
                self._long(typed[2:])
            elif typed.startswith("-") and len(typed) > 1:
                self._short(typed[1:])
            elif self.prose and not ADDRESS.match(word):
                break
            elif word.strip():
                self._alone(word)
        return self.operations

    def _long(self, given: str) -> None:
        name, mark, value = given.partition("=")
        expand = name.startswith("expand-")
        name = _full(name.removeprefix("expand-"))
        if name == "next":
            self.operations.append(Operation(stdin=self.stdin))
            return
        if name in _VALUED:
            value = value if mark else next(self.rest, "")
        self._take(name, expanded(value, self.variables) if expand else value)

    def _short(self, letters: str) -> None:
        for place, letter in enumerate(letters, 1):
            if letter == ":":
                self.operations.append(Operation(stdin=self.stdin))
                return
            if letter in _SHORT:
                self._take(_SHORT[letter], letters[place:] or next(self.rest, ""))
                return
            self._take(_FLAGS.get(letter, letter), "")

    def _take(self, name: str, value: str) -> None:
        if name == "variable":
            known = variable(value)
            self.variables |= [known] if known else []
        elif name == "config" and value == "-" and self.stdin is not None:
            self.configs += 1
            words = config_words(self.stdin) if self.configs == 1 else ()
            self.rest = chain(words, self.rest)
        else:
            self.operations[-1].add(name, value)

    def _alone(self, word: str) -> None:
        word = word.rstrip(".,;:!?)") if self.prose else word
        now = self.operations[-1]
        if ADDRESS.match(word):
            now.urls.append(word)
        else:
            now.strange += 1


def _full(name: str) -> str:
    """Return an option's whole name; its beginning is enough if no other has it."""
    if name in _VALUED or name in _OWN or len(name) < 3:
        return name
    fitting = [full for full in _VALUED if full.startswith(name)]
    return fitting[0] if len(fitting) == 1 else name


def parted(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the words that stand alone, and the options with their values."""
    alone: list[str] = []
    options: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or len(word) == 1:
            alone.append(word)
            continue
        options.append(word)
        name = word[2:] if word.startswith("--") else _SHORT.get(word[1:], "")
        if name in _VALUED:
            options.append(next(rest, ""))
    return alone, options


def curl_operations(
    words: list[str], stdin: str | None = None, *, prose: bool = False
) -> list[Operation]:
    """Return what a command line asks for.

    Args:
        words: the arguments, without the command's name.
        stdin: what the command reads from its standard input, if that is known.
        prose: whether the command stands in a sentence, which may go on behind it.
    """
    return _Reader(words, stdin, prose=prose).read()
