"""What the client sends, where it does not, and what it makes of every failure."""

import contextlib
import datetime
import http.client
import http.server
import ipaddress
import re
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vippsdiag.client import Client, wire
from vippsdiag.environments import BASE_URLS, Environment, may_receive_keys
from vippsdiag.errors import (
    HostNotAllowed,
    UnsafeCall,
    UnsendableValue,
    VippsdiagError,
)
from vippsdiag.exchange import FailureKind
from vippsdiag.keys import Field, KeySet
from vippsdiag.products import PROBE_REFERENCE, PRODUCTS, Reach, probes
from vippsdiag.proof import reach
from vippsdiag.samples import CLIENT_SECRET, KEYS, SUBSCRIPTION_KEY
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running
from vippsdiag.secret import Secret, examine

SANDBOX = Environment.SANDBOX
CANARY = "canary-Zx81Qw"


class Raw:
    """A server that answers every connection with the same bytes."""

    def __init__(self, answer: bytes, *, context: ssl.SSLContext | None = None) -> None:
        self.answer, self.context = answer, context
        self.received: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.settimeout(10)
        self.thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def __enter__(self) -> "Raw":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)  # wakes the thread up
        self.listening.close()
        self.thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self.listening.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), peer:
                self._answer(peer)

    def _answer(self, peer: socket.socket) -> None:
        if self.context:
            with contextlib.suppress(ssl.SSLError):
                self.context.wrap_socket(peer, server_side=True).close()
            return
        data = b""
        while not _is_complete(data):
            part = peer.recv(65536)
            if not part:
                return
            data += part
        self.received.append(data)
        peer.sendall(self.answer)


def _is_complete(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= int(length[1] if length else 0)


def http_answer(body: str, status: str = "200 OK", extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\n{extra}"
    return f"{head}Connection: close\r\n\r\n{body}".encode()


@pytest.fixture
def client_of() -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(address: str, keys: KeySet = KEYS, **options: object) -> Client:
        client = Client(keys, SANDBOX, sandbox=address, **options)  # type: ignore[arg-type]
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


def local(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def test_the_record_is_what_went_over_the_wire(
    client_of: Callable[..., Client],
) -> None:
    with Raw(http_answer("{}")) as server:
        exchange = client_of(local(server.port)).token()
    lines = server.received[0].decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    assert lines[0] == "POST /accesstoken/get HTTP/1.1"
    sent = [tuple(line.split(": ", 1)) for line in lines[1:]]
    assert exchange.request is not None
    recorded = [
        (name, examine(value, lambda raw: raw))
        for name, value in exchange.request.headers
    ]
    assert recorded == sent
    assert ("client_id", KEYS.client_id) in recorded
    assert ("client_secret", CLIENT_SECRET) in recorded
    assert ("Ocp-Apim-Subscription-Key", SUBSCRIPTION_KEY) in recorded
    assert ("Content-Length", "0") in recorded


def test_the_record_shows_no_secret(client_of: Callable[..., Client]) -> None:
    with running() as address:
        client = client_of(address, Sandbox().keys_of("Test unit"))
        client.token()
        client.probes()
    secret = examine(client.keys.client_secret or "", lambda raw: raw)
    token = examine(client.access_token or "", lambda raw: raw)
    assert token.startswith("eyJ")
    for text in (repr(client.exchanges), repr(client.keys), repr(client.access_token)):
        assert secret not in text
        assert token not in text


def test_what_is_taken_down_is_concealed_at_once() -> None:
    recording = wire.Recording()
    recording.wrote("client_secret", CANARY)
    recording.wrote("Accept", "application/json")
    assert CANARY not in repr(recording)
    assert recording.headers[0][1] == Secret(CANARY)
    assert recording.headers[1] == ("Accept", "application/json")


def test_phases_are_timed(client_of: Callable[..., Client]) -> None:
    with running() as address:
        exchange = client_of(address).token()
    timing = exchange.timing
    assert timing is not None
    assert timing.tls is None
    phases = timing.dns, timing.connect, timing.send, timing.wait, timing.receive
    assert all(phase is not None and phase >= 0 for phase in phases)
    assert timing.total > 0


@pytest.mark.parametrize(
    "name", ["Test unit", "Production unit", "Partner"], ids=lambda name: name.lower()
)
def test_practice_keys_reach_everything(
    name: str, client_of: Callable[..., Client]
) -> None:
    keys = Sandbox().keys_of(name)
    path = "/production" if keys.environment is Environment.PRODUCTION else ""
    with running() as address:
        client = client_of(address + path, keys)
        assert client.token().status == 200
        found = client.probes()
    ways = dict(probes(Environment.TEST))
    assert [product.name for product, _ in found] == ["Webhooks", "ePayment"]
    for product, exchange in found:
        assert reach(ways[product], exchange) is Reach.REACHED
    assert found[1][1].request is not None
    assert PROBE_REFERENCE in found[1][1].request.path


def test_accounting_keys_use_the_specialized_flow(
    client_of: Callable[..., Client],
) -> None:
    keys = Sandbox().keys_of("Accounting partner")
    with running() as address:
        client = client_of(address + "/production", keys)
        exchange = client.token()
        assert client.probes() == []
    assert exchange.status == 200
    assert exchange.request is not None
    assert exchange.request.path == "/miami/v1/token"
    assert "Ocp-Apim-Subscription-Key" not in exchange.request.headers
    assert "Merchant-Serial-Number" not in exchange.request.headers


def test_in_process_answers_are_recorded_the_same_way(
    client_of: Callable[..., Client],
) -> None:
    sandbox = Sandbox()
    keys = sandbox.keys_of("Test unit")
    inside = client_of("http://127.0.0.1", keys, session=sandbox.session())
    with running(sandbox) as address:
        outside = client_of(address, keys)
        for client in (inside, outside):
            assert client.token().status == 200
            assert [exchange.status for _, exchange in client.probes()] == [200, 404]
    for first, second in zip(inside.exchanges, outside.exchanges, strict=True):
        assert first.request is not None
        assert second.request is not None
        names, others = (
            [name for name, _ in item.request.headers] for item in (first, second)
        )
        assert names == others
        assert {type(name) for name in names} == {str}
        assert first.request.headers.get("Host") == "127.0.0.1"
        assert first.response is not None
        assert first.response.http_version == "HTTP/1.1"
        timing = first.timing
        assert timing is not None
        assert timing.wait is not None
        assert (timing.dns, timing.connect, timing.tls, timing.send) == (None,) * 4


def test_a_sandboxs_session_answers_for_the_real_hosts_and_no_others() -> None:
    sandbox = Sandbox()
    session = sandbox.session()
    for name, environment in (
        ("Test unit", Environment.TEST),
        ("Production unit", Environment.PRODUCTION),
    ):
        client = Client(sandbox.keys_of(name), environment, session=session)
        assert client.token().status == 200
        assert [exchange.status for _, exchange in client.probes()] == [200, 404]
    with pytest.raises(requests.exceptions.InvalidSchema):
        session.get("https://vipps.example", timeout=1)


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [('"3599"', 3599), ("900", 900), ("true", None), ('"soon"', None), ("1.5", None)],
    ids=["text", "number", "truth", "word", "fraction"],
)
def test_the_life_of_a_token_is_text_or_a_number(
    expires_in: str, seconds: int | None, client_of: Callable[..., Client]
) -> None:
    with Raw(http_answer(f'{{"expires_in": {expires_in}}}')) as server:
        client = client_of(local(server.port))
        client.token()
    assert client.token_seconds == seconds


def test_a_body_that_is_secret_is_sent_and_not_its_mask(
    client_of: Callable[..., Client],
) -> None:
    body = f"grant_type=client_credentials&token={CANARY}"
    with Raw(http_answer("{}")) as server:
        exchange = client_of(local(server.port)).send("POST", "/x", {}, Secret(body))
    assert f"Content-Length: {len(body)}\r\n".encode() in server.received[0]
    assert server.received[0].endswith(body.encode())
    assert CANARY not in repr(exchange)


def test_a_cookie_is_not_sent_back(client_of: Callable[..., Client]) -> None:
    with Raw(http_answer("{}", extra="Set-Cookie: seen=1; Path=/\r\n")) as server:
        client = client_of(local(server.port))
        client.token()
        client.token()
    assert len(server.received) == 2
    assert b"cookie" not in server.received[1].lower()


def test_a_setting_that_prints_headers_is_not_heeded(
    client_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    with Raw(http_answer("{}")) as server:
        client_of(local(server.port)).token()
    assert CLIENT_SECRET not in "".join(capfd.readouterr())


def test_the_next_address_is_tried_when_one_does_not_answer(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = urllib3.util.connection.create_connection
    tried = []

    def connect(address: tuple[str, int], *rest: object, **named: object) -> object:
        tried.append(address[0])
        if address[0] == "::1":
            raise TimeoutError
        return real(address, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(wire, "_resolve", lambda *_: ["::1", "127.0.0.1"])
    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect)
    with Raw(http_answer("{}")) as server:
        address = f"localhost:{server.port}"
        exchange = client_of(f"http://{address}").token()
    assert tried == ["::1", "127.0.0.1"]
    assert exchange.status == 200
    assert exchange.request is not None
    assert exchange.request.headers.get("Host") == address


def test_redirects_are_not_followed(client_of: Callable[..., Client]) -> None:
    with Raw(http_answer("")) as other:
        moved = http_answer("", "302 Found", f"Location: {local(other.port)}/x\r\n")
        with Raw(moved) as server:
            assert client_of(local(server.port)).token().status == 302
    assert other.received == []


# Where keys go.


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://apitest.vipps.no/x", True),
        ("https://api.vipps.no/x", True),
        ("https://api.vipps.no:443/x", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://localhost/x", True),
        ("http://[::1]:80/x", True),
        ("http://api.vipps.no/x", False),
        ("https://api.vipps.no:8443/x", False),
        ("https://api.vipps.no.evil.example/x", False),
        ("https://evil.example/api.vipps.no", False),
        ("https://api.vippsmobilepay.com/x", False),
        ("https://api.vipps.no@evil.example/x", False),
        ("https://user@api.vipps.no/x", False),
        ("https://evil.example#@api.vipps.no/x", False),
        ("http://127.0.0.1.evil.example/x", False),
        ("http://0.0.0.0/x", False),
        ("ftp://api.vipps.no/x", False),
        ("https://api.vipps.no:99999/x", False),
        ("", False),
        ("api.vipps.no", False),
    ],
)
def test_keys_go_to_known_hosts_only(url: str, *, allowed: bool) -> None:
    assert may_receive_keys(url) is allowed


@pytest.mark.parametrize("address", ["https://evil.example", "http://10.0.0.1", ""])
def test_the_sandbox_is_on_this_machine_only(address: str) -> None:
    with pytest.raises(HostNotAllowed):
        Client(KEYS, SANDBOX, sandbox=address)


def test_an_address_that_is_changed_later_is_refused(
    client_of: Callable[..., Client],
) -> None:
    client = client_of("http://127.0.0.1:9")
    client.base_url = "https://evil.example"
    with pytest.raises(HostNotAllowed, match=r"evil\.example"):
        client.token()
    assert client.exchanges == []


class Forbidden(requests.adapters.BaseAdapter):
    """Fails the test if anything is sent."""

    def send(self, *_: object, **__: object) -> requests.Response:  # type: ignore[override]
        pytest.fail("a request was sent")

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/epayment/v1/payments"),
        ("POST", "/accesstoken/get/../../epayment/v1/payments"),
        ("POST", "/accesstoken/get?x=1"),
        ("PUT", "/accesstoken/get"),
        ("DELETE", "/webhooks/v1/webhooks/x"),
        ("PATCH", "/recurring/v3/agreements/x"),
        ("post", "/epayment/v1/payments"),
        ("HEAD", "/webhooks/v1/webhooks"),
        ("get", "/webhooks/v1/webhooks"),
        ("OPTIONS", "/accesstoken/get"),
        ("POST", "/accessToken/get"),
        ("POST", "//accesstoken/get"),
    ],
)
def test_nothing_that_changes_anything_is_sent_to_production(
    method: str, path: str
) -> None:
    session = requests.Session()
    session.mount("https://", Forbidden())
    client = Client(KEYS, Environment.PRODUCTION, session=session)
    with pytest.raises(UnsafeCall):
        client.send(method, path, {})


def test_certificates_are_always_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    seen: list[object] = []

    class Recorder(Forbidden):
        def send(self, *_: object, **options: object) -> requests.Response:  # type: ignore[override]
            seen.append((options["verify"], options["timeout"]))
            raise requests.ConnectionError

    session = requests.Session()
    session.verify = False
    session.mount("https://", Recorder())
    client = Client(KEYS, Environment.TEST, session=session)
    client.token()
    assert seen == [(True, (5.0, 20.0))]


def test_a_missing_file_of_certificates_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file.pem")
    client = Client(KEYS, Environment.TEST)
    failure = client.token().failure
    client.close()
    assert failure is not None
    assert failure.kind is FailureKind.TLS
    assert failure.message.startswith("There is no file of trusted certificates")


def test_a_call_that_is_interrupted_shows_no_value(
    client_of: Callable[..., Client],
) -> None:
    class Interrupted(Forbidden):
        def send(self, *_: object, **__: object) -> requests.Response:  # type: ignore[override]
            raise KeyboardInterrupt

    session = requests.Session()
    session.mount("http://", Interrupted())
    client = client_of("http://127.0.0.1:9", session=session)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.token()
    assert caught.value.__context__ is None
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    assert not any("requests" in frame.f_code.co_filename for frame in frames)
    for frame in frames[1:]:
        assert CLIENT_SECRET not in repr(frame.f_locals)


# Values that cannot be sent.


@pytest.mark.parametrize(
    "bad",
    [
        f"{CANARY}\n",
        f"{CANARY}\r\nX-Other: 1",
        f"{CANARY}\u200b",
        f"“{CANARY}”",
        f"{CANARY}\x00",
    ],
    ids=["line break", "header injection", "zero width", "curly quotes", "null"],
)
@pytest.mark.parametrize(
    "name", ["client_id", "client_secret", "subscription_key", "msn"]
)
def test_a_value_that_cannot_be_sent_is_never_shown(name: str, bad: str) -> None:
    session = requests.Session()
    session.mount("https://", Forbidden())
    field = next(item for item in Field if item.attribute == name)
    client = Client(KEYS.with_value(field, bad), Environment.TEST, session=session)
    with pytest.raises(UnsendableValue) as caught:
        client.token()
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert CANARY not in shown
    assert caught.value.__context__ is None
    assert str(caught.value).startswith(f"The value for {field.header} holds ")


def test_outer_blanks_are_not_sent(client_of: Callable[..., Client]) -> None:
    keys = KEYS.with_value(Field.CLIENT_SECRET, f"  {CLIENT_SECRET}\t")
    with Raw(http_answer("{}")) as server:
        client_of(local(server.port), keys).token()
    assert f"client_secret: {CLIENT_SECRET}\r\n".encode() in server.received[0]


# Failures on the way.


def failure_of(client: Client) -> FailureKind | None:
    exchange = client.token()
    assert exchange.response is None
    assert exchange.failure is not None
    assert CLIENT_SECRET not in repr(exchange)
    return exchange.failure.kind


def test_refused(client_of: Callable[..., Client]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert failure_of(client_of(local(port))) is FailureKind.REFUSED


def test_timeout(client_of: Callable[..., Client]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = local(listening.getsockname()[1])
        assert failure_of(client_of(address, timeout=(1, 0.2))) is FailureKind.TIMEOUT


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", FailureKind.RESET),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", FailureKind.RESET),
        (b"this is not http\r\n\r\n", FailureKind.PROTOCOL),
        (
            (
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                b"4\r\n\r\nnope"
            ),
            FailureKind.PROTOCOL,
        ),
    ],
    ids=["closed", "cut", "not http", "broken gzip"],
)
def test_broken_answers(
    answer: bytes, kind: FailureKind, client_of: Callable[..., Client]
) -> None:
    with Raw(answer) as server:
        assert failure_of(client_of(local(server.port))) is kind


def test_dns_failure(
    client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure_of(client_of("http://localhost:9")) is FailureKind.DNS


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_tls_failure(
    self_signed: ssl.SSLContext, client_of: Callable[..., Client]
) -> None:
    with Raw(b"", context=self_signed) as server:
        client = client_of(f"https://127.0.0.1:{server.port}")
        assert failure_of(client) is FailureKind.TLS
    failure = client.exchanges[0].failure
    assert failure is not None
    assert failure.message.endswith(
        "The certificate was not accepted: self-signed certificate."
    )
    assert server.received == []


@pytest.mark.parametrize(
    "body",
    ["<!doctype html><h1>Sign in</h1>", "ok", "", "[]", '{"access_token": 5}', "{"],
    ids=["html", "text", "empty", "list", "number", "cut json"],
)
def test_a_200_without_a_token_is_an_exchange_like_any_other(
    body: str, client_of: Callable[..., Client]
) -> None:
    with Raw(http_answer(body)) as server:
        client = client_of(local(server.port))
        exchange = client.token()
    assert exchange.status == 200
    assert exchange.failure is None
    assert client.access_token is None


def test_a_huge_or_binary_body_is_bounded(client_of: Callable[..., Client]) -> None:
    with Raw(http_answer("x" * 5_500_000)) as server:
        text = client_of(local(server.port)).token().text
    assert len(text) < 5_100_000
    assert text.endswith("(cut: larger than 5 MB)")
    # The rest is not waited for: this server ends before it has sent what it promised.
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n"
    with Raw(head + b"x" * 5_500_000) as server:
        assert client_of(local(server.port)).token().text == text
    with Raw(http_answer("a\x00b")) as server:
        assert client_of(local(server.port)).token().text == "(binary, 3 bytes)"


# The environment of the process.


class Proxy(http.server.BaseHTTPRequestHandler):
    """Refuses every tunnel, and remembers that it was asked."""

    asked: list[str] = []  # noqa: RUF012 - cleared by the test

    def do_CONNECT(self) -> None:
        self.asked.append(self.path)
        self.send_response(403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_proxy_is_used_and_shown_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Proxy.asked.clear()
    server = http.server.HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://user:{CANARY}@127.0.0.1:{server.server_port}"
        monkeypatch.setenv("HTTPS_PROXY", address)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        client = Client(KEYS, Environment.TEST)
        exchange = client.token()
        client.close()
    finally:
        server.shutdown()
        server.server_close()
    assert Proxy.asked == ["apitest.vipps.no:443"]
    assert exchange.proxy == f"http://127.0.0.1:{server.server_port}"
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.PROXY
    assert CANARY not in repr(exchange)


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        (f"http://user:{CANARY}/x@127.0.0.1:9", "(an address that cannot be read)"),
        (f"http://user:{CANARY}@127.0.0.1:x", "(an address that cannot be read)"),
        (f"socks5://user:{CANARY}@127.0.0.1:9", "socks5://127.0.0.1:9"),
        (f"user:{CANARY}@127.0.0.1:9", "http://127.0.0.1:9"),
        (f"http://user:{CANARY}@[::1]:9", "http://[::1]:9"),
        (f"http://user:{CANARY}@no-such-proxy.invalid", "http://no-such-proxy.invalid"),
    ],
    ids=["slash", "port", "socks", "bare", "ipv6", "no such host"],
)
def test_a_proxy_that_does_not_work_is_named_and_its_password_is_not(
    proxy: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    client = Client(KEYS, Environment.TEST)
    exchange = client.token()
    client.close()
    assert exchange.proxy == shown
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.PROXY
    assert CANARY not in repr(exchange)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "http_proxy"])
def test_a_call_to_this_machine_never_goes_through_a_proxy(
    name: str, client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(other, raising=False)
    with Raw(http_answer("{}")) as proxy, Raw(http_answer("{}")) as server:
        monkeypatch.setenv(name, local(proxy.port))
        exchange = client_of(local(server.port)).token()
        session = requests.Session()
        session.proxies["http"] = session.proxies["all"] = local(proxy.port)
        client_of(local(server.port), session=session).token()
    assert proxy.received == []
    assert len(server.received) == 2
    assert exchange.proxy is None


def test_a_netrc_file_does_not_replace_the_token(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    client_of: Callable[..., Client],
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n", "utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Raw(http_answer("{}")) as server:
        client = client_of(local(server.port))
        client.access_token = Secret("eyJ0eXAi.eyJ9.c2ln")
        client.probes()
    assert b"Authorization: Bearer eyJ0eXAi.eyJ9.c2ln\r\n" in server.received[0]


@pytest.mark.parametrize(
    "body",
    [
        '{"statusCode": 404, "message": "Resource not found"}',
        '{"responseInfo": {"responseCode": 404, "responseMessage": "x"}}',
    ],
    ids=["native", "wrapped"],
)
def test_the_gateways_own_404_does_not_mean_that_the_product_was_reached(
    body: str, client_of: Callable[..., Client]
) -> None:
    probe = next(item.probe for item in PRODUCTS if item.name == "ePayment")
    assert probe is not None
    with Raw(http_answer(body, "404 Not Found")) as server:
        exchange = client_of(local(server.port)).probe(probe)
    assert reach(probe, exchange) is Reach.UNCLEAR


def test_every_error_of_the_client_is_ours() -> None:
    for error in (HostNotAllowed, UnsafeCall, UnsendableValue):
        assert issubclass(error, VippsdiagError)
    assert set(BASE_URLS.values()) == {
        "https://apitest.vipps.no",
        "https://api.vipps.no",
    }
