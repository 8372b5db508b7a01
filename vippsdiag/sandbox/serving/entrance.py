"""Who may reach the sandbox over the network.

On this machine, nobody needs a code; but a web page must not reach the sandbox under a
name of its own that leads here (DNS rebinding), so only names of this machine count.
From other machines every request carries the access code, in one of three places, for
some clients can be given headers, some a password, and some an address alone.
"""

import base64
import binascii
import hmac

from msgspec import structs

from vippsdiag.environments import LOOPBACK_HOSTS, split
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Refusal

HEADER = "Sandbox-Access-Code"
PREFIX = "/_code/"
WITHOUT = (
    "This sandbox asks for the access code that it printed when it started: as the "
    f"header {HEADER}, as a Basic password, or at the beginning of the path "
    f"({PREFIX}THE-CODE/...)."
)
# Shorter ones can be guessed.
SHORTEST_CODE = 12
# Scheme, host and port; no name of this machine is as long.
LONGEST_BASE = 100
# How many ways of writing the address are remembered.
MOST_KNOWN = 100


class Entrance:
    """Lets requests in.

    Args:
        code: what every request has to carry; None on this machine.
    """

    def __init__(self, code: str | None) -> None:
        self._code = code.encode() if code else None
        self._known: set[str] = set()

    def enter(self, received: Received) -> Received:
        """Return a request without what let it in.

        Raises:
            Refusal: it may not come in.
        """
        if self._code is not None:
            return self._with_code(received)
        if received.base not in self._known:
            _see_host(received.base)
            if len(self._known) < MOST_KNOWN:
                self._known.add(received.base)
        return received

    def _with_code(self, received: Received) -> Received:
        below = self._below(received)
        left = tuple(pair for pair in received.pairs if not self._carries(*pair))
        if below is None and len(left) == len(received.pairs):
            raise Refusal(answers.gateway(403, WITHOUT))
        left = tuple(pair for pair in left if pair[0].lower() != HEADER.lower())
        return structs.replace(below or received, pairs=left)

    def _below(self, received: Received) -> Received | None:
        """Return a request without the code in its path; None if it has none there."""
        if not received.target.startswith(PREFIX):
            return None
        code, slash, rest = received.target.removeprefix(PREFIX).partition("/")
        code, question, query = code.partition("?")
        if not self._is(code):
            return None
        base = f"{received.base}{PREFIX}{code}"
        target = f"/{rest}" if slash else f"/{question}{query}"
        return structs.replace(received, base=base, target=target)

    def _carries(self, name: str, value: str) -> bool:
        """Tell whether a header carries the code."""
        match name.lower():
            case "sandbox-access-code":
                return self._is(value.strip())
            case "authorization":
                return self._is(_password(value))
        return False

    def _is(self, code: str) -> bool:
        sent = code.encode("utf-8", "surrogatepass")
        return self._code is not None and hmac.compare_digest(sent, self._code)


def is_code(code: str) -> bool:
    """Tell whether something can be an access code, in an address as well."""
    plain = code.replace("-", "").replace("_", "")
    return len(code) >= SHORTEST_CODE and plain.isascii() and plain.isalnum()


def _see_host(base: str) -> None:
    if len(base) > LONGEST_BASE or split(base).hostname not in LOOPBACK_HOSTS:
        text = (
            "This sandbox answers this machine alone, under the names 127.0.0.1, "
            "localhost and [::1]. The Host header of the request is another. For other "
            "machines, start it with --host."
        )
        raise Refusal(answers.gateway(403, text))


def _password(authorization: str) -> str:
    """Return the password of a ``Basic`` header; empty if there is none."""
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return text.partition(":")[2]
