"""Where a fleet is checked, and how fast."""

from collections.abc import Callable
from dataclasses import dataclass

import requests

from vippsdiag.client import recording_session
from vippsdiag.environments import Environment, behaves_as
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say
from vippsdiag.products import Probe, probes

WORKERS = 8
# Calls a second; the API documents no limit for these calls, so this is careful.
PER_SECOND = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a fleet is checked, and how.

    Attributes:
        environment: where the calls go.
        sandbox: the sandbox's address, if that is the sandbox.
        products: the names of the APIs to ask; all that have a probe if empty.
        per_second: how many calls a second; None for no limit.
        workers: how many units are checked at once.
        session: returns a session for one thread.
    """

    environment: Environment
    sandbox: str | None = None
    products: tuple[str, ...] = ()
    per_second: float | None = PER_SECOND
    workers: int = WORKERS
    session: Callable[[], requests.Session] = recording_session

    @property
    def plays(self) -> Environment:
        """The real environment that answers; the sandbox plays one of the two."""
        return behaves_as(self.sandbox or "") or self.environment

    def connect(self) -> requests.Session:
        """Return a session for one thread."""
        made = self.session()
        if self.environment is Environment.SANDBOX:
            # On this machine no proxy is used; to look for one takes longer than all
            # that our own code does for a call.
            made.trust_env = False
        return made

    def probes(self) -> dict[str, Probe]:
        """Return the probes to make, by the names of the products.

        Raises:
            VippsdiagError: there is no probe for a product.
        """
        known = {product.name: probe for product, probe in probes(self.plays)}
        for name in self.products:
            if name not in known:
                raise VippsdiagError(
                    say(
                        "There is no safe reading call for {product} here. There is "
                        "one for: {products}.",
                        product=name,
                        products=", ".join(known),
                    )
                )
        chosen = self.products or known
        return {name: probe for name, probe in known.items() if name in chosen}
