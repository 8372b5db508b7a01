"""The sandbox as a server: what arrives, what leaves, and how it starts and stops."""

import http.client
import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from vippsdiag.exchange import Headers, Request
from vippsdiag.samples import INVALID_KEY, MISSING_KEY
from vippsdiag.sandbox import Sandbox, Unit
from vippsdiag.sandbox.server import MOST_BYTES, running, serve

TOKEN = "/accesstoken/get"
CANARY = "canary-Zx81Qw"


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture(scope="module")
def address(sandbox: Sandbox) -> Iterator[str]:
    with running(sandbox) as found:
        yield found


@pytest.fixture
def connection(address: str) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    yield made
    made.close()


def unit(sandbox: Sandbox, name: str = "Test unit") -> Unit:
    return next(item for item in sandbox.config.units if item.name == name)


def keys(owner: Unit) -> dict[str, str]:
    return {
        "client_id": owner.client_id,
        "client_secret": owner.client_secret,
        "Ocp-Apim-Subscription-Key": owner.primary,
    }


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> tuple[int, bytes]:
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


# What arrives.


def test_headers_with_an_underscore_arrive(
    connection: http.client.HTTPConnection, sandbox: Sandbox
) -> None:
    status, body = ask(connection, "POST", TOKEN, keys(unit(sandbox)))
    assert (status, json.loads(body)["token_type"]) == (200, "Bearer")


def test_the_token_goes_out_as_it_is(
    connection: http.client.HTTPConnection, sandbox: Sandbox
) -> None:
    owner = unit(sandbox)
    token = json.loads(ask(connection, "POST", TOKEN, keys(owner))[1])["access_token"]
    headers = keys(owner) | {"Authorization": f"Bearer {token}"}
    status, body = ask(connection, "GET", "/webhooks/v1/webhooks", headers)
    assert (status, json.loads(body)) == (200, {"webhooks": []})


def test_production_is_below_its_path(
    connection: http.client.HTTPConnection, sandbox: Sandbox
) -> None:
    headers = keys(unit(sandbox, "Production unit"))
    assert ask(connection, "POST", "/production" + TOKEN, headers)[0] == 200
    status, body = ask(connection, "POST", TOKEN, headers)
    assert (status, json.loads(body)["message"]) == (401, INVALID_KEY)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", TOKEN), ("GET", TOKEN), ("GET", "/nothing"), ("GET", "/%ff%00?a=%ff")],
)
def test_the_server_says_what_handle_says(
    connection: http.client.HTTPConnection, sandbox: Sandbox, method: str, path: str
) -> None:
    url = f"http://127.0.0.1{path}"
    expected = sandbox.handle(Request(method=method, url=url, headers=Headers()))
    assert ask(connection, method, path) == (expected.status, expected.text.encode())


@pytest.mark.parametrize(
    ("size", "status"), [(MOST_BYTES, 401), (MOST_BYTES + 1, 413)], ids=["most", "more"]
)
def test_a_body_is_read_up_to_a_megabyte(
    connection: http.client.HTTPConnection, size: int, status: int
) -> None:
    assert ask(connection, "POST", TOKEN, {}, b"x" * size)[0] == status


def test_a_large_body_in_pieces_is_refused_too(
    connection: http.client.HTTPConnection,
) -> None:
    pieces = iter([b"x" * 300_000] * 4)
    connection.request("POST", TOKEN, pieces, encode_chunked=True)
    assert connection.getresponse().status == 413


ODD = {
    "no path": b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "whole address": b"GET http://evil.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "two slashes": b"GET //evil.example/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tunnel": b"CONNECT api.vipps.no:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "not ASCII": b"GET /x HTTP/1.1\r\nHost: localhost\r\nclient_id: \xff\xe6\r\n\r\n",
    "web socket": b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: eA==\r\n\r\n",
    "not HTTP": b"hello\r\n\r\n",
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_request_is_answered_and_the_server_lives(
    connection: http.client.HTTPConnection, address: str, odd: str
) -> None:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), 5) as peer:
        peer.sendall(ODD[odd])
        status = int(peer.recv(65536).split()[1])
    assert status in {400, 404}
    assert ask(connection, "POST", TOKEN)[0] == 401


# Secrets.


def test_nothing_of_a_request_is_logged(
    connection: http.client.HTTPConnection,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"client_secret": CANARY, "Ocp-Apim-Subscription-Key": CANARY}
    ask(connection, "POST", f"{TOKEN}?secret={CANARY}", headers)
    assert CANARY not in caplog.text + "".join(capfd.readouterr())


def test_only_this_machine_can_ask(address: str) -> None:
    parts = urlsplit(address)
    assert parts.hostname == "127.0.0.1"
    # Another address of the same machine: a server on all of them would answer.
    with (
        pytest.raises(OSError),  # noqa: PT011 - which one depends on the system
        socket.create_connection(("127.0.0.2", parts.port), 5),
    ):
        pass


# How fast.


def test_it_is_ready_at_once() -> None:
    start = time.perf_counter()
    with running():
        taken = time.perf_counter() - start
    assert taken < 5


def test_a_call_does_not_wait_for_small_pieces_to_gather(
    connection: http.client.HTTPConnection,
) -> None:
    start = time.perf_counter()
    for _ in range(100):
        ask(connection, "POST", TOKEN)
    # With the delay of 40 ms that TCP adds to small pieces, it would take 4 s.
    assert time.perf_counter() - start < 3


def test_many_can_ask_at_once(address: str, sandbox: Sandbox) -> None:
    def one(_: int) -> int:
        made = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        try:
            return ask(made, "POST", TOKEN, keys(unit(sandbox)))[0]
        finally:
            made.close()

    with ThreadPoolExecutor(30) as people:
        assert set(people.map(one, range(60))) == {200}


# How it starts and stops.


def test_two_sandboxes_do_not_know_each_other(sandbox: Sandbox) -> None:
    with running(sandbox) as first, running() as second:
        assert first != second
        hosts = [urlsplit(url).netloc for url in (first, second)]
        made = [http.client.HTTPConnection(host, timeout=10) for host in hosts]
        try:
            headers = keys(unit(sandbox))
            token = json.loads(ask(made[0], "POST", TOKEN, headers)[1])["access_token"]
            headers["Authorization"] = f"Bearer {token}"
            path = "/webhooks/v1/webhooks"
            assert [ask(item, "GET", path, headers)[0] for item in made] == [200, 401]
        finally:
            for item in made:
                item.close()


def test_a_given_port_is_taken_and_given_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    for _ in range(2):
        with running(port=port) as found:
            assert found == f"http://127.0.0.1:{port}"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 5)


def test_a_port_in_use_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(OSError, match="in use"), running(port=port):
            pass
        with pytest.raises(OSError, match="in use"):
            serve(port, announce=pytest.fail)


def test_no_thread_stays_behind() -> None:
    before = threading.active_count()
    with running():
        assert threading.active_count() > before
    assert threading.active_count() == before


PROGRAM = """
from vippsdiag.sandbox.server import serve
serve(announce=lambda address: print(address, flush=True))
print("ended")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another thing there")
def test_ctrl_c_ends_it_without_a_word() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().strip()
        made = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        status, body = ask(made, "POST", TOKEN)
        assert (status, json.loads(body)["message"]) == (401, MISSING_KEY)
        process.send_signal(signal.SIGINT)
        said, complained = process.stdout.read(), process.stderr.read()
        made.close()
    assert (process.returncode, said, complained) == (0, "ended\n", "")
