"""The shop of the drill: it keeps calling, whatever is done to its keys.

Time is counted in calls. The shop's token is good for `TOKEN_CALLS` of them, so that
nobody has to wait an hour to see what an ended token means.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

from vippsdiag.check import Report
from vippsdiag.client import Client
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.evidence import Context, Evidence
from vippsdiag.exchange import Exchange
from vippsdiag.keys import Field, KeySet
from vippsdiag.products import PRODUCTS, Probe
from vippsdiag.rotation.actions import ACTIONS, Action, Do
from vippsdiag.rotation.pair import PRIMARY, SECONDARY
from vippsdiag.rotation.trouble import TROUBLES, Trouble
from vippsdiag.sandbox.simulator import Sandbox

UNIT = "Test unit"
# A token's life, and how many calls the picture shows.
TOKEN_CALLS, SHOWN = 200, 60
# How many calls "Do it for me" lets pass between two steps.
PAUSE = 12
SECRET = Field.CLIENT_SECRET
ADDRESS = "http://127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call of the shop.

    Attributes:
        number: counted from 1.
        well: whether it succeeded.
        status: of the answer; None if none came.
        after: the step that was done right before it; None for none.
    """

    number: int
    well: bool
    status: int | None
    after: Do | None = None


class Drill:
    """A shop with the keys of the sandbox's test unit. Safe for several threads.

    Attributes:
        done: the steps that were done, in their order.
        in_use: which of the two subscription keys the shop was given.
        calls: the last calls.
        good: how many calls succeeded so far.
        bad: how many failed.
        failed: the last call that failed; None if none did.
        past: why it failed; None if none did.
        playing: whether the right order is being played.
    """

    # The last calls that succeeded are kept for the diagnosis: the token call (True)
    # and the reading call (False).

    def __init__(self) -> None:
        self._lock = RLock()
        self.begin()

    def begin(self) -> None:
        """Begin anew, with the first keys."""
        with self._lock:
            self._sandbox = Sandbox()
            self._shop = self.portal.with_value(SECONDARY, None)
            self.in_use = PRIMARY
            self.done: list[Do] = []
            self.calls: deque[Called] = deque(maxlen=SHOWN)
            self.good = self.bad = 0
            self.failed: Exchange | None = None
            self.past: Trouble | None = None
            self.playing = False
            self._new: Do | None = None
            self._quiet = self._token_left = 0
            self._worked: dict[bool, Exchange] = {}
            self._report: tuple[Exchange, Report] | None = None
            self._connect()

    @property
    def portal(self) -> KeySet:
        """The keys as the portal shows them now."""
        return self._sandbox.keys_of(UNIT)

    @property
    def shop(self) -> KeySet:
        """The keys in the shop's settings; it holds one subscription key."""
        return self._shop

    @property
    def token_left(self) -> int:
        """For how many calls the shop's token is good."""
        return self._token_left

    def call(self) -> Called:
        """Let the shop make its next call."""
        with self._lock:
            self._play()
            return self._make()

    def _make(self) -> Called:
        exchange = self._ask()
        made = Called(
            number=self.good + self.bad + 1,
            well=exchange.ok,
            status=exchange.status,
            after=self._new,
        )
        self._new = None
        self.calls.append(made)
        if made.well:
            self.good += 1
        else:
            self.bad += 1
            self.failed = exchange
            self.past = self.trouble
        return made

    def _ask(self) -> Exchange:
        self._client.exchanges.clear()
        if self._token_left <= 0 or self._client.access_token is None:
            exchange = self._client.token()
            if not exchange.ok:
                return exchange
            self._worked[True] = exchange
            self._token_left = TOKEN_CALLS
        self._token_left -= 1
        exchange = self._client.probe(_PROBE)
        if exchange.ok:
            self._worked[False] = exchange
        return exchange

    def act(self, do: Do) -> None:
        """Do a step, in whatever order; the shop calls at least once between two."""
        with self._lock:
            if self._new or not self.calls:
                self._make()
            _STEPS[do](self)
            if do not in self.done:
                self.done.append(do)
            self._new = do

    def play(self) -> None:
        """Begin anew, and play the right order while calls are made."""
        with self._lock:
            self.begin()
            self.playing = True

    def _play(self) -> None:
        if not self.playing:
            return
        self._quiet += 1
        if self._quiet < PAUSE:
            return
        self._quiet = 0
        following = self.following
        if following is None:
            self.playing = False
        else:
            self.act(following.do)

    @property
    def following(self) -> Action | None:
        """The step that is next in the right order; None if all are done."""
        return next((one for one in ACTIONS if one.do not in self.done), None)

    @property
    def failing(self) -> bool:
        """Whether the last call failed."""
        return bool(self.calls) and not self.calls[-1].well

    @property
    def trouble(self) -> Trouble | None:
        """Why the last call failed; None if it did not."""
        if not self.failing:
            return None
        with self._lock:
            stale = self.shop.subscription_key != getattr(
                self.portal, self.in_use.attribute
            )
            return TROUBLES[self.in_use if stale else SECRET]

    @property
    def looked(self) -> bool:
        """Whether the shop's key was looked at."""
        return Do.LOOK in self.done

    @property
    def report(self) -> Report | None:
        """The diagnosis of the last call that failed; None if none did."""
        exchange = self.failed
        if exchange is None:
            return None
        if self._report is None or self._report[0] is not exchange:
            before = (*self._worked.values(), exchange)
            context = Context(environment=Environment.TEST)
            evidence = Evidence(exchanges=before, context=context)
            self._report = exchange, diagnose(evidence)
        return self._report[1]

    # The steps.

    def _connect(self) -> None:
        """Give the shop a client with the keys that it has now, and a fresh token."""
        self._client = Client(
            self._shop,
            Environment.SANDBOX,
            sandbox=ADDRESS,
            session=self._sandbox.session(),
        )
        self._token_left = 0

    def _use(self, key: Field) -> None:
        self.in_use = key
        value = getattr(self.portal, key.attribute)
        self._shop = self._shop.with_value(PRIMARY, value)
        # The token that it has is good for either of the two keys.
        self._client.keys = self._shop

    def _renew(self) -> None:
        self._token_left = 0

    def _use_secret(self) -> None:
        self._shop = self._shop.with_value(SECRET, self.portal.client_secret)
        self._client.keys = self._shop
        self._renew()

    def _regenerate(self, key: Field) -> None:
        self._sandbox.regenerate(UNIT, key)


def _probe() -> Probe:
    return next(item.probe for item in PRODUCTS if item.probe)


_PROBE = _probe()
_STEPS: dict[Do, Callable[[Drill], object]] = {
    Do.LOOK: lambda drill: None,  # noqa: ARG005 - to look changes nothing
    Do.USE_SECONDARY: lambda drill: drill._use(SECONDARY),
    Do.NEW_PRIMARY: lambda drill: drill._regenerate(PRIMARY),
    Do.USE_PRIMARY: lambda drill: drill._use(PRIMARY),
    Do.NEW_SECONDARY: lambda drill: drill._regenerate(SECONDARY),
    Do.FRESH_TOKEN: lambda drill: drill._renew(),
    Do.NEW_SECRET: lambda drill: drill._regenerate(SECRET),
    Do.USE_SECRET: lambda drill: drill._use_secret(),
}
