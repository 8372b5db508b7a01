"""The environments, their hosts, and where keys may go.

Hosts: facts section 2 (official servers page, confidence high). There is one host an
environment for every API, market and brand.
"""

import re
from enum import StrEnum
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from vippsdiag.language import Text, say

TEST_HOST = "apitest.vipps.no"
PRODUCTION_HOST = "api.vipps.no"

# Seen in generated code since 2025, never in official documentation. Whether these
# names resolve is not known.
UNDOCUMENTED_HOSTS = frozenset({"api.vippsmobilepay.com", "apitest.vippsmobilepay.com"})

# The directory that issues tokens in the test environment
# (facts section 3.1). The one of production is not known.
TEST_DIRECTORY = "e5116526-51dc-4c14-b086-a5cb4716bc4b"

# Once official; facts section 2, "deprecated / dead hosts".
RETIRED_HOSTS = frozenset(
    {
        "api-portal.vipps.no",
        "api-test.vippsbedrift.no",
        "api.vippsbedrift.no",
        "apitest-portal.vipps.no",
        "invoice-api.vipps.no",
        "login-uat.vipps.io",
        "portal-test.vipps.no",
        "sit02gw.api.test.tech-02.net",
    }
)

# Every host below it was one of the test environment, years ago (the same section).
RETIRED_DOMAIN = ".tech-02.net"

# Documented hosts that are no API hosts: the portal, the payment pages, the docs.
OTHER_DOCUMENTED_HOSTS = frozenset(
    {
        "developer.vippsmobilepay.com",
        "pay-mt.vipps.no",
        "pay.mobilepay.dk",
        "pay.mobilepay.fi",
        "pay.vipps.no",
        "portal.vippsmobilepay.com",
        "qr-mt.vipps.no",
        "qr.mobilepay.dk",
        "qr.mobilepay.fi",
        "qr.vipps.no",
        "status.vippsmobilepay.com",
    }
)

# What a page there says of errors is no answer to a call; programs of others sign in at
# Microsoft's.
PAGE_HOSTS = (
    ".b2clogin.com",
    ".live.com",
    ".microsoftonline.com",
    "developer.vippsmobilepay.com",
    "github.com",
    "portal.vippsmobilepay.com",
    "stackoverflow.com",
    "status.vippsmobilepay.com",
)

OFFICIAL_DOMAINS = (
    ".vipps.no",
    ".vippsmobilepay.com",
    ".mobilepay.dk",
    ".mobilepay.fi",
)


def is_web_site(host: str) -> bool:
    """Tell whether a host is one of the pages for people, whose calls are their own.

    The portal, the payment pages and Checkout's frame call services that are no part of
    the API. Every host of the API, also of those in use before, begins with ``api``.
    """
    known = host in HOSTS.values() or host in RETIRED_HOSTS
    return host.endswith(OFFICIAL_DOMAINS) and not known and not host.startswith("api")


LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})

# The sandbox answers as the test environment, and as production below this path.
SANDBOX_PRODUCTION = "/production"

# The environment variable that tells a notebook where a sandbox was started for it.
SANDBOX_ADDRESS = "VIPPSDIAG_SANDBOX"
# And the one that holds the return code of a seat that was taken for it in a workshop.
SEAT_CODE = "VIPPSDIAG_SEAT"
# And the one that holds the trainer's code, for who leads a workshop on a hub.
TRAINER_CODE = "VIPPSDIAG_TRAINER"


class Environment(StrEnum):
    """Where a call goes."""

    TEST = "test"
    PRODUCTION = "production"
    SANDBOX = "sandbox"

    @property
    def other(self) -> "Environment":
        """Production for test, and the other way round."""
        test = Environment.TEST
        return Environment.PRODUCTION if self is test else test

    @property
    def words(self) -> Text:
        """How a person says it."""
        return say("the sandbox") if self is Environment.SANDBOX else say(self.value)


HOSTS = {Environment.TEST: TEST_HOST, Environment.PRODUCTION: PRODUCTION_HOST}
BASE_URLS = {environment: f"https://{host}" for environment, host in HOSTS.items()}


@lru_cache(maxsize=1024)
def split(url: str) -> SplitResult:
    """Split a URL; one that cannot be split has no parts instead of raising."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def environment_of(url: str) -> Environment | None:
    """Tell by its host which environment a URL belongs to, or None."""
    host = split(url).hostname or ""
    if host in LOOPBACK_HOSTS:
        return Environment.SANDBOX
    return next((env for env, name in HOSTS.items() if name == host), None)


def behaves_as(url: str) -> Environment | None:
    """Tell which real environment answers at a URL; the sandbox plays both."""
    environment = environment_of(url)
    if environment is not Environment.SANDBOX:
        return environment
    path = split(url).path
    production = path == SANDBOX_PRODUCTION or path.startswith(SANDBOX_PRODUCTION + "/")
    return Environment.PRODUCTION if production else Environment.TEST


def api_path(url: str) -> str:
    """Return a URL's path as the API sees it, without the sandbox's prefix."""
    path = split(url).path
    if environment_of(url) is Environment.SANDBOX and (
        behaves_as(url) is Environment.PRODUCTION
    ):
        path = path.removeprefix(SANDBOX_PRODUCTION)
    return path or "/"


# Passed over while an address is split; what sends it may read it otherwise.
_IGNORED = re.compile(r"^\s|[\x00-\x1f\x7f]")


def may_receive_keys(url: str) -> bool:
    """Tell whether keys may be sent to a URL.

    Only to the documented API hosts over https on the usual port, and to this
    machine itself, where the sandbox is. Anything that is not certain is refused.
    """
    if _IGNORED.search(url):
        return False
    parts = split(url)
    if parts.username is not None or parts.password is not None:
        return False
    if parts.hostname in LOOPBACK_HOSTS:
        return parts.scheme in {"http", "https"}
    known = parts.hostname in HOSTS.values()
    return known and parts.scheme == "https" and parts.port in {None, 443}
