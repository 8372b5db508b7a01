"""One table: every Vipps MobilePay API that vippsdiag knows.

Facts section 5. A probe is a read-only call that shows whether keys reach a product;
this release sends the two that work in both environments and change nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from vippsdiag.environments import LOOPBACK_HOSTS, Environment
from vippsdiag.exchange import Exchange, Request

BOTH = frozenset({Environment.TEST, Environment.PRODUCTION})
PRODUCTION_ONLY = frozenset({Environment.PRODUCTION})


# A probe asks for something that does not exist; this begins its reference.
PROBE_REFERENCE = "vippsdiag-"


class Flow(StrEnum):
    """The token endpoint whose token an API takes."""

    STANDARD = "standard"
    SPECIALIZED = "specialized"
    LOGIN = "login"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A safe, read-only call.

    Attributes:
        path: below the host; ``{unknown}`` stands for an id that does not exist.
        accepted: the statuses that show that keys, token and number were accepted.
    """

    path: str
    accepted: frozenset[int]
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One API.

    Attributes:
        name: as the documentation calls it.
        paths: what its paths begin with, in lower case.
        flows: the token flows that it takes.
        environments: where it is served.
        msn: whether ``Merchant-Serial-Number`` is required.
        probe: how to see whether keys reach it; None if there is no safe way.
    """

    name: str
    paths: tuple[str, ...]
    flows: frozenset[Flow] = frozenset({Flow.STANDARD})
    environments: frozenset[Environment] = BOTH
    msn: bool = False
    probe: Probe | None = None


PRODUCTS = (
    Product(
        name="Webhooks",
        paths=("/webhooks/v1",),
        probe=Probe(path="/webhooks/v1/webhooks", accepted=frozenset({200})),
    ),
    Product(
        name="ePayment",
        paths=("/epayment/v1",),
        msn=True,
        probe=Probe(
            path="/epayment/v1/payments/{unknown}", accepted=frozenset({200, 404})
        ),
    ),
    Product(name="Recurring", paths=("/recurring/v3",)),
    Product(name="Login", paths=("/access-management",), flows=frozenset({Flow.LOGIN})),
    Product(name="Login CIBA", paths=("/vipps-login-ciba",)),
    Product(name="Userinfo", paths=("/vipps-userinfo-api",)),
    Product(name="QR", paths=("/qr/v1",)),
    # The agent texts say production only, the specification lists test as well.
    Product(name="Order Management", paths=("/order-management",), msn=True),
    Product(
        name="Report",
        paths=("/settlement/v1", "/report/v1", "/report/v2"),
        flows=frozenset({Flow.STANDARD, Flow.SPECIALIZED}),
        environments=PRODUCTION_ONLY,
    ),
    Product(
        name="Sales",
        paths=("/sales/report",),
        flows=frozenset({Flow.SPECIALIZED}),
        environments=PRODUCTION_ONLY,
    ),
    Product(name="Management", paths=("/management/v1",), environments=PRODUCTION_ONLY),
    Product(
        name="Donations",
        paths=("/donations/v1",),
        flows=frozenset({Flow.STANDARD, Flow.SPECIALIZED}),
        environments=PRODUCTION_ONLY,
    ),
    Product(name="Partner", paths=("/partner-api",), environments=PRODUCTION_ONLY),
    # Takes the keys themselves as headers, and no token.
    Product(name="Checkout", paths=("/checkout",), flows=frozenset({Flow.NONE})),
    Product(name="eCom", paths=("/ecomm/v2",)),
    Product(name="PSP", paths=("/psp/v3",), msn=True),
    Product(name="PSP Signup", paths=("/merchant-management/psp",)),
    Product(name="Check-in", paths=("/point-of-sale",), msn=True),
)


def product_at(path: str) -> Product | None:
    """Return the API that serves a path; None if no API is known to."""
    path = path.lower()
    return next((item for item in PRODUCTS if _serves(item, path)), None)


_OUR_HEADERS = ("Ocp-Apim-Subscription-Key", "Merchant-Serial-Number", "client_id")


def is_for_an_api(request: Request) -> bool:
    """Tell whether a call goes to a host of the APIs, or to a sandbox's.

    On one's own machine a shop that is being made answers too, so there the call itself
    must show it.
    """
    if request.host not in LOOPBACK_HOSTS:
        return request.host.endswith((".vipps.no", ".vippsmobilepay.com"))
    ours = any(name in request.headers for name in _OUR_HEADERS)
    return ours or product_at(request.path) is not None


def _serves(product: Product, path: str) -> bool:
    # What ends in a version is not the beginning of another version's number.
    return any(
        path.startswith(start) and not path[len(start) :][:1].isdigit()
        for start in product.paths
    )


def probes(environment: Environment) -> list[tuple[Product, Probe]]:
    """Return the probes that can be sent in an environment."""
    real = Environment.TEST if environment is Environment.SANDBOX else environment
    return [
        (product, product.probe)
        for product in PRODUCTS
        if product.probe and real in product.environments
    ]


def found_nothing(exchange: Exchange) -> bool:
    """Tell whether a probe asked for what does not exist, and was told so."""
    path = exchange.request.path if exchange.request else ""
    return exchange.status == 404 and PROBE_REFERENCE in path


class Reach(StrEnum):
    """What a probe's answer says about the keys (facts section 5)."""

    REACHED = "reached"
    KEY_REFUSED = "subscription key refused"
    TOKEN_REFUSED = "token refused"
    FORBIDDEN = "not allowed"
    NO_TOKEN = "no token"
    TOO_MANY = "too many calls"
    SERVER_ERROR = "server error"
    NO_ANSWER = "no answer"
    UNCLEAR = "unclear"

    @property
    def words(self) -> str:
        """What it means, in a sentence."""
        return _REACH_WORDS[self]


_REACH_WORDS = {
    Reach.REACHED: "Keys, token and merchant serial number were accepted.",
    Reach.KEY_REFUSED: "The gateway refused the subscription key.",
    Reach.TOKEN_REFUSED: "The access token was refused.",
    Reach.FORBIDDEN: "The token was accepted. The product, the merchant serial number "
    "or the partner link is not right, or the subscription key is of another sales "
    "unit.",
    Reach.NO_TOKEN: "No access token was issued, so the API was not called.",
    Reach.TOO_MANY: "Too many calls in a short time; wait and try again.",
    Reach.SERVER_ERROR: "The service had a problem; this says nothing of the keys.",
    Reach.NO_ANSWER: "No answer came.",
    Reach.UNCLEAR: "The answer does not tell.",
}
