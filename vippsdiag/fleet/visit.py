"""The check of one sales unit: a token, the probes, and the causes."""

from collections.abc import Mapping
from dataclasses import dataclass

import requests

from vippsdiag.client import Client
from vippsdiag.errors import UnsendableValue, VippsdiagError
from vippsdiag.evidence import received_token
from vippsdiag.exchange import Exchange
from vippsdiag.fleet.ask import Patience
from vippsdiag.fleet.judge import Judge
from vippsdiag.fleet.target import Target
from vippsdiag.fleet.tokens import Issue, Tokens
from vippsdiag.fleet.unit import Cause, Checked, SalesUnit
from vippsdiag.keys import Field, KeySet
from vippsdiag.products import PRODUCTS, Flow, Probe, Reach
from vippsdiag.proof import reach

Found = tuple[dict[str, Reach], tuple[Cause, ...]]
_ANY = Probe(path="", accepted=frozenset())
_FLOWS = {product.name: product.flows for product in PRODUCTS}
# Where no product can be asked with a kind of keys, the token is all that is known.
TOKEN_ONLY = ("Access token",)
# What a token call may say of every product, besides that there is no token.
_OF_ALL = frozenset(
    {Reach.NO_ANSWER, Reach.TOO_MANY, Reach.SERVER_ERROR, Reach.KEY_REFUSED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Checks units, for several threads.

    Attributes:
        target: where the calls go.
        probes: the calls to make, by the names of the products.
        tokens: what was asked for already.
        patience: when calls are made.
        judge: finds the causes.
    """

    target: Target
    probes: Mapping[str, Probe]
    tokens: Tokens
    patience: Patience
    judge: Judge

    def check(
        self, unit: SalesUnit, keys: KeySet, holder: str, session: requests.Session
    ) -> Checked:
        """Check a unit with a set of keys, over the connections of this thread.

        Raises:
            Cancelled: the run was cancelled meanwhile.
            HostNotAllowed: keys may not go to this address.
        """
        numbered = keys.with_value(Field.MSN, unit.msn)
        try:
            issue = self.tokens.of(holder, lambda: self._token(keys, session))
            found, causes = self._reached(numbered, holder, issue, session)
        except UnsendableValue:
            found = dict.fromkeys(self._asked(keys) or TOKEN_ONLY, Reach.NO_TOKEN)
            causes = self.judge.causes(numbered, None, {})
        finally:
            self.tokens.done(holder)
        return Checked(unit=unit, holder=holder, reach=found, causes=causes)

    def _asked(self, keys: KeySet) -> dict[str, Probe]:
        """Return the probes of the products that take a token of this kind of keys."""
        special = keys.kind is not None and keys.kind.specialized
        flow = Flow.SPECIALIZED if special else Flow.STANDARD
        return {
            name: probe for name, probe in self.probes.items() if flow in _FLOWS[name]
        }

    def _reached(
        self, keys: KeySet, holder: str, issue: Issue, session: requests.Session
    ) -> Found:
        asked = self._asked(keys)
        if issue.token is None:
            told = reach(_ANY, issue.exchange)
            word = told if told in _OF_ALL else Reach.NO_TOKEN
            causes = issue.causes or self.judge.causes(keys, issue.exchange, {})
            return dict.fromkeys(asked or TOKEN_ONLY, word), causes
        if not asked:
            return dict.fromkeys(TOKEN_ONLY, Reach.REACHED), ()
        found: dict[str, Reach] = {}
        missed: dict[str, Exchange] = {}
        causes = ()
        for name, probe in asked.items():
            exchange = self._probe(keys, issue, probe, session)
            if reach(probe, exchange) is Reach.TOKEN_REFUSED:
                fresh = self.tokens.renewed(
                    holder, issue, lambda: self._token(keys, session)
                )
                if fresh is not issue and fresh.token is not None:
                    issue = fresh
                    exchange = self._probe(keys, issue, probe, session)
            found[name] = reach(probe, exchange)
            if found[name] is Reach.REACHED:
                continue
            missed[name] = exchange
            causes = self.judge.causes(keys, issue.exchange, missed)
            if any(not cause.product for cause in causes):
                # It is the same for all products, so the others need not be asked.
                break
        return found, causes

    def _client(self, keys: KeySet, session: requests.Session) -> Client:
        target = self.target
        return Client(keys, target.environment, sandbox=target.sandbox, session=session)

    def _token(self, keys: KeySet, session: requests.Session) -> Issue:
        """Ask for a token; it is shared, so no unit's number is sent with the call."""
        client = self._client(keys.with_value(Field.MSN, None), session)
        exchange = self.patience.settled(
            client.token, lambda one: received_token(one) is not None, client.keys
        )
        token = received_token(exchange)
        causes: tuple[Cause, ...] = ()
        if (
            reach(_ANY, exchange) is Reach.KEY_REFUSED
            and client.keys.secondary_subscription_key
        ):
            causes = self._proved(client, exchange)
        return Issue(
            exchange=exchange,
            token=token,
            seconds=client.token_seconds,
            causes=causes,
        )

    def _proved(self, client: Client, exchange: Exchange) -> tuple[Cause, ...]:
        """Try whether the other subscription key works; one call for all its units."""
        self.patience.wait()
        try:
            return self.judge.proved(client.keys, exchange, client.trial)
        except VippsdiagError:
            # The API asked to wait; the causes are as they were.
            return ()

    def _probe(
        self, keys: KeySet, issue: Issue, probe: Probe, session: requests.Session
    ) -> Exchange:
        client = self._client(keys, session)
        client.access_token = issue.token
        return self.patience.settled(
            lambda: client.probe(probe),
            lambda one: reach(probe, one) is Reach.REACHED,
            keys,
        )
