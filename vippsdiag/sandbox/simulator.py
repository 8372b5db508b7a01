"""The sandbox: a function from a request to a response, and its state."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vippsdiag.environments import Environment, api_path
from vippsdiag.exchange import Request, Response
from vippsdiag.keys import KeySet
from vippsdiag.sandbox import access, answers, epayment, webhooks
from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.gate import Keyring
from vippsdiag.sandbox.routes import Routes
from vippsdiag.sandbox.state import State
from vippsdiag.sandbox.tokens import Mint
from vippsdiag.sandbox.units import SandboxConfig
from vippsdiag.secret import examine

if TYPE_CHECKING:
    import requests

ROUTES = Routes((*access.ROUTES, *webhooks.ROUTES, *epayment.ROUTES))


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


class Sandbox:
    """A stand-in for the Vipps MobilePay APIs, with state of its own.

    Args:
        config: the sales units that it knows; those of seed 0 if not given.
        clock: returns the time as the sandbox sees it, with a time zone; it may be
            replaced to move the time.
    """

    def __init__(
        self,
        config: SandboxConfig | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.config = config or SandboxConfig.from_seed()
        self.clock = clock
        self._mint = Mint()
        self._keyring = Keyring(self.config.units, self._mint)
        self._state = State()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the units, for `keys_of`."""
        return tuple(unit.name for unit in self.config.units)

    def keys_of(self, name: str) -> KeySet:
        """Return the keys of a unit.

        Raises:
            KeyError: there is no unit of that name.
        """
        for unit in self.config.units:
            if unit.name == name:
                return unit.keys()
        raise KeyError(name)

    def session(self) -> "requests.Session":
        """Return a session whose calls are answered here, with no socket."""
        from vippsdiag.sandbox.adapter import session  # noqa: PLC0415 - loads requests

        return session(self)

    def handle(self, request: Request) -> Response:
        """Answer a request as the API would. Never raises."""
        now = self.clock()
        environment = request.environment or Environment.TEST
        path = examine(request.url, api_path)
        production = environment is Environment.PRODUCTION
        served = ROUTES.find(path, production=production)
        if not served:
            return answers.path_unknown(now)
        route, params = served.get(request.method.upper(), (None, {}))
        if route is None:
            return answers.method_unknown(now)
        call = Call(
            request=request,
            environment=environment,
            now=now,
            keyring=self._keyring,
            state=self._state,
            params=params,
        )
        return route.gate(call) or route.serve(call)
