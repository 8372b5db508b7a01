"""Send the token call and the probes, and record them as they went over the wire."""

import base64
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy

from vippsdiag.client.failures import read_exception
from vippsdiag.client.wire import Recording, RecordingAdapter
from vippsdiag.environments import (
    BASE_URLS,
    Environment,
    behaves_as,
    environment_of,
    may_receive_keys,
)
from vippsdiag.errors import HostNotAllowed, UnsafeCall, UnsendableValue
from vippsdiag.evidence import (
    SPECIALIZED_TOKEN_PATH,
    STANDARD_TOKEN_PATH,
    received_token,
)
from vippsdiag.exchange import Exchange, Failure, Headers, Request, Response
from vippsdiag.keys import Field, KeySet
from vippsdiag.products import PROBE_REFERENCE, Flow, Probe, Product, probes
from vippsdiag.secret import Secret, examine
from vippsdiag.version import __version__

# Seconds to connect, and seconds between two pieces of an answer.
TIMEOUT = (5.0, 20.0)
MOST_BYTES = 5_000_000
SAFE_METHODS = frozenset({"GET", "HEAD"})
TOKEN_PATHS = frozenset({STANDARD_TOKEN_PATH, SPECIALIZED_TOKEN_PATH})
_NOT_SENDABLE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")


class Client:
    """Makes calls with one set of keys in one environment. Not for several threads.

    Args:
        keys: the keys to send.
        environment: where to send them.
        sandbox: the sandbox's address, if the environment is the sandbox.
        session: a session that answers in process; for the sandbox and tests.
        timeout: seconds to connect, and seconds to wait for each piece of an answer.

    Attributes:
        exchanges: every call that was made, in order.
        access_token: of the last token call that worked; None before.
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
        self.base_url = _base_url(environment, sandbox)
        self.timeout = timeout
        self.exchanges: list[Exchange] = []
        self.access_token: str | None = None
        self._session = session or _session()

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
        return exchange

    def _standard(self) -> Exchange:
        headers = self._common()
        headers["client_id"] = self.keys.client_id
        headers["client_secret"] = self.keys.client_secret
        headers[Field.SUBSCRIPTION_KEY] = self._subscription_key
        return self.send("POST", STANDARD_TOKEN_PATH, headers, body="")

    def _specialized(self) -> Exchange:
        headers = self._common()
        headers.pop(Field.MSN)
        headers["Authorization"] = _basic(self.keys)
        kind = "application/x-www-form-urlencoded; charset=utf-8"
        headers["Content-Type"] = kind
        body = "grant_type=client_credentials"
        return self.send("POST", SPECIALIZED_TOKEN_PATH, headers, body=body)

    @property
    def _subscription_key(self) -> str | None:
        return self.keys.subscription_key or self.keys.secondary_subscription_key

    def _common(self) -> dict[str, str | None]:
        return {
            Field.MSN.header: self.keys.msn,
            "Vipps-System-Name": "vippsdiag",
            "Vipps-System-Version": __version__,
        }

    def probe(self, probe: Probe) -> Exchange:
        """Make a reading call, with the token of the last token call."""
        headers = self._common()
        if self.access_token is not None:
            token = self.access_token
            headers["Authorization"] = examine(
                token, lambda raw: Secret(f"Bearer {raw}", f"Bearer {token}")
            )
        if self.specialized:
            headers.pop(Field.MSN)
        else:
            headers[Field.SUBSCRIPTION_KEY] = self._subscription_key
        headers[Field.PSP_ID] = self.keys.psp_id
        path = probe.path.replace("{unknown}", PROBE_REFERENCE + uuid.uuid4().hex)
        return self.send(probe.method, path, headers)

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
            headers: those whose value is None or empty are left out.
            body: as text.

        Raises:
            HostNotAllowed: keys may not go to this address.
            UnsafeCall: the call could change something in production.
            UnsendableValue: a value holds a character that cannot be sent.
        """
        url = self.base_url + path
        if not may_receive_keys(url):
            host = urlsplit(url).hostname
            raise HostNotAllowed(f"Keys are not sent to {host}: the host is not known.")
        if _changes_production(method, url, path):
            raise UnsafeCall(
                f"{method} {path} could change something in production; it is not sent."
            )
        kept = {name: value for name, value in headers.items() if value is not None}
        for name, value in kept.items():
            _validate(name, value)
        exchange = self._exchange(method, url, kept, body)
        self.exchanges.append(exchange)
        return exchange

    def _exchange(
        self, method: str, url: str, headers: dict[str, str], body: str | None
    ) -> Exchange:
        started = datetime.now(UTC)
        recording = self._recording()
        proxy = self._proxy(url)
        response, failure = self._call(method, url, headers, body, recording)
        sent = recording.as_sent() if recording.headers else Headers(headers.items())
        return Exchange(
            request=Request(
                method=method,
                url=url,
                headers=sent,
                body=body or None,
                http_version="HTTP/1.1",
            ),
            response=response,
            failure=failure,
            timing=recording.timing(),
            started=started,
            proxy=proxy,
        )

    def _recording(self) -> Recording:
        fresh = Recording()
        for adapter in self._session.adapters.values():
            if isinstance(adapter, RecordingAdapter):
                adapter.recording = fresh
        return fresh

    def _proxy(self, url: str) -> str | None:
        if not self._session.trust_env or environment_of(url) is Environment.SANDBOX:
            return None
        chosen = select_proxy(url, get_environ_proxies(url))
        if not chosen:
            return None
        parts = urlsplit(chosen if "://" in chosen else f"http://{chosen}")
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}"

    def _call(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: str | None,
        recording: Recording,
    ) -> tuple[Response | None, Failure | None]:
        """Send; nothing of an exception gets out, for it may hold a value."""
        try:
            with self._session.request(
                method,
                url,
                headers={name: _reveal(value) for name, value in headers.items()},
                data=body,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
                verify=True,
                auth=_keep_headers,
            ) as answer:
                with recording.phase("receive"):
                    text = _body(answer)
                return _response(answer, text), None
        except Exception as error:  # noqa: BLE001 - all of them are failures of the call
            return None, read_exception(error)


def _base_url(environment: Environment, sandbox: str | None) -> str:
    if environment is not Environment.SANDBOX:
        return BASE_URLS[environment]
    url = (sandbox or "").rstrip("/")
    if environment_of(url) is not Environment.SANDBOX:
        raise HostNotAllowed("The sandbox's address is not on this machine.")
    return url


def _session() -> requests.Session:
    session = requests.Session()
    session.headers.clear()
    session.headers["User-Agent"] = f"vippsdiag/{__version__}"
    session.headers["Accept"] = "application/json"
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, RecordingAdapter())
    return session


def _changes_production(method: str, url: str, path: str) -> bool:
    if environment_of(url) is not Environment.PRODUCTION or method in SAFE_METHODS:
        return False
    return not (method == "POST" and path in TOKEN_PATHS)


def _validate(name: str, value: str) -> None:
    """Refuse what the HTTP library would refuse while printing it.

    Raises:
        UnsendableValue: names the header and the kind of fault, never the value.
    """
    if examine(value, lambda raw: bool(_NOT_SENDABLE.search(raw.strip(" \t")))):
        raise UnsendableValue(
            f"The value for {name} holds a line break or another character that cannot "
            "be sent. Copy it again."
        )


def _reveal(value: str) -> bytes:
    """Return what goes over the wire; outer blanks would be taken away anyway."""
    raw = value.reveal() if isinstance(value, Secret) else value
    return raw.strip(" \t").encode("latin-1")


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for an authentication, so that a .netrc file does not replace ours."""
    return request


def _basic(keys: KeySet) -> Secret:
    def joined(user: str) -> Secret:
        return examine(
            keys.client_secret or "",
            lambda password: Secret(
                "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(),
                "Basic •••",
            ),
        )

    return examine(keys.client_id or "", joined)


def _body(answer: requests.Response) -> str:
    """Read the body as text, up to a limit."""
    parts, size = [], 0
    for part in answer.iter_content(65536):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            break
    raw = b"".join(parts)[:MOST_BYTES]
    if b"\x00" in raw:
        return f"(binary, {len(raw)} bytes)"
    text = raw.decode("utf-8", "replace")
    return text + "\n(cut: larger than 5 MB)" if size > MOST_BYTES else text


def _response(answer: requests.Response, text: str) -> Response:
    version = {9: "HTTP/0.9", 10: "HTTP/1.0", 11: "HTTP/1.1", 20: "HTTP/2"}
    raw = answer.raw
    return Response(
        status=answer.status_code,
        reason=answer.reason or "",
        headers=Headers(raw.headers.items()),
        body=text,
        http_version=version.get(raw.version),
    )
