"""Send the token call and the probes, and record them as they went over the wire."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from vippsdiag.check import Trial, Tried
from vippsdiag.client.answer import read_body, seconds_of, to_response
from vippsdiag.client.bounds import TOKEN_PATHS, base_url, permit, permit_payment
from vippsdiag.client.failures import read_exception
from vippsdiag.client.headers import (
    NO_DEFAULTS,
    OWN_HEADERS,
    basic,
    bearer,
    common,
    validate,
)
from vippsdiag.client.order import FORCED, PAYMENTS, Order
from vippsdiag.client.pace import seconds_to_wait
from vippsdiag.client.proxy import only, proxy_for, shown
from vippsdiag.client.wire import Recording, RecordingAdapter, recording_session
from vippsdiag.environments import Environment, api_path, behaves_as
from vippsdiag.errors import TooSoon, UnsafeCall
from vippsdiag.evidence import (
    SPECIALIZED_TOKEN_PATH,
    STANDARD_TOKEN_PATH,
    received_token,
)
from vippsdiag.exchange import Exchange, Failure, Headers, Request, Response
from vippsdiag.keys import Field, KeySet
from vippsdiag.language import say
from vippsdiag.products import PROBE_REFERENCE, Flow, Probe, Product, probes
from vippsdiag.secret import Secret
from vippsdiag.trials import with_headers

# Seconds to connect, and seconds between two pieces of an answer.
TIMEOUT = (5.0, 20.0)


class Client:
    """Makes calls with one set of keys in one environment. Not for several threads.

    Args:
        keys: the keys to send.
        environment: where to send them.
        sandbox: the sandbox's address, if the environment is the sandbox.
        session: a session that answers in process, for the sandbox and tests; its
            own adapters send, so nothing but the headers and the total is recorded.
        timeout: seconds to connect, and seconds to wait for each piece of an answer.

    Attributes:
        exchanges: every call that was made, in order, the trials apart.
        tries: the calls of the trials, in order.
        access_token: of the last token call; None before, and if it brought none.
        token_seconds: how long that token is valid, in seconds from when it was
            issued; None if the answer does not say.
    """

    def __init__(
        self,
        keys: KeySet,
        environment: Environment,
        *,
        sandbox: str | None = None,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self.keys = keys
        self.environment = environment
        self.base_url = base_url(environment, sandbox)
        self.timeout = timeout
        self.exchanges: list[Exchange] = []
        self.tries: list[Exchange] = []
        self.access_token: str | None = None
        self.token_seconds: int | None = None
        self._session = session or recording_session()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    @property
    def specialized(self) -> bool:
        """Whether the keys are of a kind that needs the specialized token flow."""
        return self.keys.kind is not None and self.keys.kind.specialized

    def token(self) -> Exchange:
        """Ask for an access token, at the endpoint that fits the kind of keys.

        Raises:
            UnsendableValue: a key holds a character that cannot be sent.
        """
        exchange = self._specialized() if self.specialized else self._standard()
        self.access_token = received_token(exchange)
        self.token_seconds = seconds_of(exchange)
        return exchange

    def _standard(self) -> Exchange:
        headers = common(self.keys)
        headers["client_id"] = self.keys.client_id
        headers["client_secret"] = self.keys.client_secret
        headers[Field.SUBSCRIPTION_KEY] = self._subscription_key
        return self.send("POST", STANDARD_TOKEN_PATH, headers, body="")

    def _specialized(self) -> Exchange:
        headers = common(self.keys)
        headers.pop(Field.MSN)
        headers["Authorization"] = basic(self.keys)
        kind = "application/x-www-form-urlencoded; charset=utf-8"
        headers["Content-Type"] = kind
        body = "grant_type=client_credentials"
        return self.send("POST", SPECIALIZED_TOKEN_PATH, headers, body=body)

    @property
    def _subscription_key(self) -> str | None:
        return self.keys.subscription_key or self.keys.secondary_subscription_key

    def probe(self, probe: Probe) -> Exchange:
        """Make a reading call, with the token of the last token call."""
        path = probe.path.replace("{unknown}", PROBE_REFERENCE + uuid.uuid4().hex)
        return self.send(probe.method, path, self._api_headers())

    def _api_headers(self) -> dict[str, str | None]:
        headers = common(self.keys)
        if self.access_token is not None:
            headers["Authorization"] = bearer(self.access_token)
        if self.specialized:
            headers.pop(Field.MSN)
        else:
            headers[Field.SUBSCRIPTION_KEY] = self._subscription_key
        headers[Field.PSP_ID] = self.keys.psp_id
        return headers

    def create_payment(self, order: Order) -> Exchange:
        """Create a payment, in test or in a sandbox that plays it.

        Raises:
            UnsafeCall: the calls go anywhere else; nothing is sent.
        """
        return self._change_payment(PAYMENTS, order.creation())

    def approve_payment(self, order: Order) -> Exchange:
        """Approve a payment in the buyer's place; it needs the test user's number.

        Raises:
            UnsafeCall: the calls go anywhere but to test; nothing is sent.
        """
        path = f"{FORCED}/{order.reference}/approve"
        return self._change_payment(path, order.approval())

    def capture_payment(self, order: Order) -> Exchange:
        """Take the whole amount of an approved payment.

        Raises:
            UnsafeCall: the calls go anywhere but to test; nothing is sent.
        """
        return self._change_payment(f"{order.path}/capture", order.capture())

    def _change_payment(self, path: str, body: str) -> Exchange:
        permit_payment(self.base_url)
        headers = self._api_headers()
        headers["Idempotency-Key"] = str(uuid.uuid4())
        headers["Content-Type"] = "application/json"
        return self.send("POST", path, headers, body)

    def read_payment(self, order: Order) -> tuple[Exchange, Exchange]:
        """Read a payment, and what happened to it so far."""
        headers = self._api_headers()
        payment = self.send("GET", order.path, headers)
        return payment, self.send("GET", f"{order.path}/events", headers)

    def probes(self) -> list[tuple[Product, Exchange]]:
        """Make every probe that there is for the environment and the kind of keys."""
        chosen = behaves_as(self.base_url) or self.environment
        flow = Flow.SPECIALIZED if self.specialized else Flow.STANDARD
        return [
            (product, self.probe(probe))
            for product, probe in probes(chosen)
            if flow in product.flows
        ]

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str | None],
        body: str | None = None,
    ) -> Exchange:
        """Send a request, and record it. A failure on the way is data, not an error.

        Args:
            method: in capitals.
            path: below the environment's address.
            headers: those whose value is None are left out.
            body: as text; it may be a `Secret`.

        Raises:
            HostNotAllowed: keys may not go to this address.
            UnsafeCall: the call could change something in production.
            UnsendableValue: a value holds a character that cannot be sent.
        """
        exchange = self._deliver(method, self.base_url + path, headers, body)
        self.exchanges.append(exchange)
        return exchange

    def trial(self, trial: Trial) -> Tried:
        """Make a trial: the call as it was, if need be, and then with the change.

        The call as it was is made first unless this client itself made it, for only
        then is the change the one thing that differs.

        Raises:
            HostNotAllowed: keys may not go to this address.
            UnsafeCall: the call could change something.
            UnsendableValue: a value holds a character that cannot be sent.
            TooSoon: the API asked to wait before the next call.
        """
        known = any(exchange is trial.baseline for exchange in self.exchanges)
        control = None
        if not known or trial.stand_in:
            control = self._try(trial.unchanged)
        request = trial.request
        if trial.token_request is not None:
            token = received_token(self._try(trial.token_request))
            if token is None:
                return Tried(trial=trial, control=control, exchange=self.tries[-1])
            request = with_headers(request, {"Authorization": bearer(token)})
        return Tried(trial=trial, control=control, exchange=self._try(request))

    def _try(self, request: Request) -> Exchange:
        url = str(request.url)
        if request.method != "GET" and api_path(url) not in TOKEN_PATHS:
            raise UnsafeCall(
                say(
                    "{method} is not a reading call; it is not sent.",
                    method=request.method,
                )
            )
        calls = sorted((*self.exchanges, *self.tries), key=_moment)
        seconds = seconds_to_wait(calls, datetime.now(UTC))
        if seconds:
            raise TooSoon(seconds)
        headers = dict(request.headers)
        exchange = self._deliver(request.method, url, headers, request.body)
        self.tries.append(exchange)
        return exchange

    def _deliver(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str | None],
        body: str | None,
    ) -> Exchange:
        permit(method, url)
        kept = {
            str(name): value for name, value in headers.items() if value is not None
        }
        for name, value in kept.items():
            validate(name, value)
        return self._exchange(method, url, OWN_HEADERS | kept, body)

    def _exchange(
        self, method: str, url: str, headers: dict[str, str], body: str | None
    ) -> Exchange:
        started = datetime.now(UTC)
        recording = self._recording()
        proxy = proxy_for(url, self._session)
        response, failure = self._call(method, url, headers, body, proxy, recording)
        return Exchange(
            request=Request(
                method=method,
                url=url,
                headers=Headers(recording.headers or headers.items()),
                body=body or None,
                http_version="HTTP/1.1",
            ),
            response=response,
            failure=failure,
            timing=recording.timing(),
            started=started,
            proxy=shown(proxy),
        )

    def _recording(self) -> Recording:
        fresh = Recording()
        for adapter in self._session.adapters.values():
            if isinstance(adapter, RecordingAdapter):
                adapter.recording = fresh
        return fresh

    def _call(  # noqa: PLR0913, PLR0917 - the parts of a call
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: str | None,
        proxy: str | None,
        recording: Recording,
    ) -> tuple[Response | None, Failure | None]:
        """Send; nothing of an exception gets out, for it may hold a value.

        Raises:
            KeyboardInterrupt: the user stopped the call.
        """
        try:
            with (
                recording.around(),
                self._request(method, url, headers, body, proxy) as answer,
            ):
                recording.complete(answer.request)
                with recording.phase("receive"):
                    text = read_body(answer)
                return to_response(answer, text), None
        except KeyboardInterrupt:
            pass
        except Exception as error:  # noqa: BLE001 - all of them are failures of the call
            return None, read_exception(error, proxied=proxy is not None)
        # Outside the except block: a verbose traceback would print the variables of
        # the library's frames, and the values are in them.
        raise KeyboardInterrupt

    def _request(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: str | None,
        proxy: str | None,
    ) -> requests.Response:
        # The types of the library do not know that None takes a default away.
        revealed: dict[str, Any] = dict.fromkeys(NO_DEFAULTS)
        proxies: Any = only(proxy, self._session)
        return self._session.request(
            method,
            url,
            headers=revealed | {name: _reveal(headers[name]) for name in headers},
            data=body.reveal() if isinstance(body, Secret) else body,
            timeout=self.timeout,
            allow_redirects=False,
            stream=True,
            verify=True,
            auth=_keep_headers,
            proxies=proxies,
        )


def _moment(exchange: Exchange) -> datetime:
    return exchange.started or datetime.min.replace(tzinfo=UTC)


def _reveal(value: str) -> bytes:
    """Return what goes over the wire; outer blanks would be taken away anyway."""
    raw = value.reveal() if isinstance(value, Secret) else value
    return raw.strip(" \t").encode("latin-1")


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for an authentication, so that a .netrc file does not replace ours."""
    return request
