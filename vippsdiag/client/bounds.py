"""Where calls may go, and what they may change there."""

from urllib.parse import urlsplit

from vippsdiag.environments import (
    BASE_URLS,
    Environment,
    api_path,
    behaves_as,
    environment_of,
    may_receive_keys,
)
from vippsdiag.errors import HostNotAllowed, UnsafeCall
from vippsdiag.evidence import SPECIALIZED_TOKEN_PATH, STANDARD_TOKEN_PATH
from vippsdiag.language import mark, say

TOKEN_PATHS = frozenset({STANDARD_TOKEN_PATH, SPECIALIZED_TOKEN_PATH})


def base_url(environment: Environment, sandbox: str | None) -> str:
    """Return the address that calls go to.

    Raises:
        HostNotAllowed: the sandbox's address is not on this machine.
    """
    if environment is not Environment.SANDBOX:
        return BASE_URLS[environment]
    url = (sandbox or "").rstrip("/")
    if environment_of(url) is not Environment.SANDBOX:
        raise HostNotAllowed(mark("The sandbox's address is not on this machine."))
    return url


def permit(method: str, url: str) -> None:
    """Let a call pass that may be made, and no other.

    Raises:
        HostNotAllowed: keys may not go to this address.
        UnsafeCall: the call could change something in production.
    """
    if not may_receive_keys(url):
        host = urlsplit(url).hostname
        raise HostNotAllowed(
            say("Keys are not sent to {host}: the host is not known.", host=host)
        )
    if _changes_production(method, url):
        raise UnsafeCall(
            say(
                "{method} {path} could change something in production; it is not sent.",
                method=method,
                path=api_path(url),
            )
        )


def permit_payment(url: str) -> None:
    """Let a call pass that changes a payment: in test, and in a sandbox that plays it.

    Raises:
        UnsafeCall: the address is any other, whatever it is.
    """
    if behaves_as(url) is not Environment.TEST:
        raise UnsafeCall(
            mark(
                "Payments are created and changed in test and in the sandbox only; "
                "this is not sent."
            )
        )


def _changes_production(method: str, url: str) -> bool:
    if environment_of(url) is not Environment.PRODUCTION or method == "GET":
        return False
    # To the letter: what is not certain is refused.
    path = url.removeprefix(BASE_URLS[Environment.PRODUCTION])
    return not (method == "POST" and path in TOKEN_PATHS)
