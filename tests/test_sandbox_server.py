"""The sandbox as a server: what arrives, what leaves, and how it starts and stops."""

import http.client
import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vippsdiag.exchange import Headers, Request
from vippsdiag.samples import INVALID_KEY, MISSING_KEY
from vippsdiag.sandbox import Sandbox, Unit
from vippsdiag.sandbox.serving import connection as connection_module
from vippsdiag.sandbox.serving import server
from vippsdiag.sandbox.serving.server import MOST_BYTES, running, serve

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


# What does not behave.


@contextmanager
def peer(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), 20) as made:
        yield made


def everything(made: socket.socket) -> bytes:
    """Read until the sandbox ends the connection."""
    pieces = []
    while piece := made.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


GET = b"GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
def many_files() -> Iterator[None]:
    """Both ends of a thousand connections are files of this process."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    server._take_more_files()
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2500:
        pytest.skip("this system lets a process have too few files")
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("many_files")
def test_a_thousand_connections_are_served_at_once(address: str) -> None:
    parts = urlsplit(address)
    with ExitStack() as stack:
        peers = [
            stack.enter_context(
                socket.create_connection((parts.hostname, parts.port), 60)
            )
            for _ in range(1000)
        ]
        for made in peers:
            made.sendall(LAST[:10])
        for made in peers:
            made.sendall(LAST[10:])
        assert {everything(made).split()[1] for made in peers} == {b"404"}


def test_requests_behind_each_other_are_answered_in_order(address: str) -> None:
    asked = [f"/epayment/v1/payments/{number}" for number in range(50)]
    request = "GET {} HTTP/1.1\r\nHost: localhost\r\nSandbox-Fault: {}\r\n\r\n"
    faults = [f"{400 + number}, latency=0.0{number % 2}" for number in range(50)]
    text = "".join(map(request.format, asked, faults))
    with peer(address) as made:
        made.sendall(text.encode() + LAST)
        lines = re.findall(rb"HTTP/1.1 (\d+)", everything(made))
    assert [int(line) for line in lines] == [*range(400, 450), 404]


def test_what_follows_the_last_request_is_not_served(
    address: str, sandbox: Sandbox
) -> None:
    before = sandbox.log.count
    with peer(address) as made:
        made.sendall(GET + LAST + GET * 20)
        assert everything(made).count(b"HTTP/1.1 404") == 2
    assert sandbox.log.count == before + 2


def test_what_follows_a_broken_off_answer_is_not_served(
    address: str, sandbox: Sandbox
) -> None:
    before = sandbox.log.count
    with peer(address) as made:
        made.sendall(GET.replace(b"/x", b"/_fault/cut/x") + GET * 5)
        assert everything(made).count(b"HTTP/1.1 404") == 1
    assert sandbox.log.count == before + 1


@pytest.mark.parametrize("piece", [b"x", b""], ids=["a byte at a time", "half-open"])
def test_who_never_ends_a_request_is_let_go(
    monkeypatch: pytest.MonkeyPatch, piece: bytes
) -> None:
    monkeypatch.setattr(server, "ROUND", 0.02)
    monkeypatch.setattr(server, "IDLE", 0.1)
    with running() as found, peer(found) as made:
        made.sendall(b"GET /x HTTP/1.1\r\nX: ")
        made.settimeout(0.02)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                made.sendall(piece)
                if not made.recv(100):
                    return
            except TimeoutError:
                continue
            except OSError:
                return
    pytest.fail("The connection is still open.")


def test_who_waits_for_a_late_answer_is_not_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "ROUND", 0.02)
    monkeypatch.setattr(server, "IDLE", 0.1)
    with running() as found, peer(found) as made:
        made.sendall(LAST.replace(b"/x", b"/_fault/latency=0.5/x"))
        assert everything(made).startswith(b"HTTP/1.1 404")


FLOODS = {
    "many headers": (b"GET /x HTTP/1.1\r\n", b"X-Flood: " + b"x" * 1000 + b"\r\n"),
    "one header": (b"GET /x HTTP/1.1\r\nX-Flood: ", b"x" * 1000),
    "one name": (b"GET /x HTTP/1.1\r\n", b"x" * 1000),
    "one address": (b"GET /", b"x" * 1000),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_headers_without_an_end_are_refused(address: str, flood: str) -> None:
    begin, piece = FLOODS[flood]
    with peer(address) as made:
        made.sendall(begin)
        for _ in range(400):
            made.sendall(piece)
        assert everything(made).startswith(b"HTTP/1.1 431 ")


def test_large_headers_are_refused_with_an_end_too(address: str) -> None:
    flood = b"X-Flood: " + b"x" * 65_000 + b"\r\n\r\n"
    with peer(address) as made:
        made.sendall(GET[:-2] + flood)
        assert everything(made).startswith(b"HTTP/1.1 431 ")
    with peer(address) as made:
        made.sendall(LAST[:-2] + flood.replace(b"x" * 2_000, b"", 1))
        assert everything(made).startswith(b"HTTP/1.1 404 ")


def test_a_body_in_pieces_of_a_byte_is_refused_in_the_end(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(connection_module, "MOST_RAW_BYTES", 200_000)
    head = b"POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with peer(address) as made:
        made.sendall(head)
        for _ in range(50):
            made.sendall(b"1\r\nx\r\n" * 1000)
        assert everything(made).startswith(b"HTTP/1.1 413 ")


def test_what_came_before_nonsense_is_answered(address: str) -> None:
    late = GET.replace(b"/x", b"/_fault/latency=0.1/x")
    for first in (GET, late):
        with peer(address) as made:
            made.sendall(first + b"nonsense\r\n\r\n")
            assert everything(made).startswith(b"HTTP/1.1 404 ")


def test_who_asks_whether_to_go_on_is_told_to(address: str) -> None:
    head = (
        b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
        b"Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with peer(address) as made:
        made.sendall(head)
        assert made.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        made.sendall(b"body")
        assert everything(made).startswith(b"HTTP/1.1 404 ")


def test_an_answer_to_head_has_a_length_and_no_body(
    connection: http.client.HTTPConnection,
) -> None:
    connection.request("HEAD", "/x")
    answer = connection.getresponse()
    assert (int(answer.headers["Content-Length"]) > 0, answer.read()) == (True, b"")
    assert ask(connection, "GET", "/x")[0] == 404


@given(st.lists(st.binary(max_size=200), max_size=5))
@settings(max_examples=150, deadline=None)
def test_whatever_arrives_the_server_lives(address: str, pieces: list[bytes]) -> None:
    with peer(address) as made, suppress(OSError):
        for piece in pieces:
            made.sendall(piece)
        made.shutdown(socket.SHUT_WR)
        everything(made)
    with peer(address) as made:
        made.sendall(LAST)
        assert everything(made).startswith(b"HTTP/1.1 404 ")


# Faults on the wire.


def test_a_connection_is_reset(address: str) -> None:
    with peer(address) as made:
        made.sendall(LAST.replace(b"/x", b"/_fault/reset/x"))
        with pytest.raises(ConnectionResetError):
            everything(made)


def test_a_lost_answer_was_made(address: str, sandbox: Sandbox) -> None:
    with peer(address) as made:
        made.sendall(LAST.replace(b"/x", b"/_fault/lost-answer/lost"))
        with pytest.raises(ConnectionResetError):
            everything(made)
    *_, entry = sandbox.log
    assert entry.faults == ("lost-answer",)


def test_a_body_ends_in_the_middle(address: str) -> None:
    with peer(address) as made:
        made.sendall(GET.replace(b"/x", b"/_fault/cut=7/x"))
        head, _, body = everything(made).partition(b"\r\n\r\n")
    assert len(body) == 7
    assert int(re.findall(rb"Content-Length: (\d+)", head)[0]) > 7


def test_a_late_answer_does_not_hold_up_others(address: str) -> None:
    with peer(address) as slow, peer(address) as fast:
        slow.sendall(LAST.replace(b"/x", b"/_fault/latency=30/x"))
        fast.sendall(LAST)
        assert everything(fast).startswith(b"HTTP/1.1 404 ")
        slow.settimeout(0.01)
        with pytest.raises(TimeoutError):
            slow.recv(1)


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
from vippsdiag.sandbox.serving.server import serve
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


WITH_CODE = """
from vippsdiag.sandbox.serving.server import serve
serve(code="workshop-2026-oslo", announce=lambda address: print(address, flush=True))
"""


def test_with_a_code_nothing_is_served_without_it() -> None:
    line = [sys.executable, "-c", WITH_CODE]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        made = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        code = {"Sandbox-Access-Code": "workshop-2026-oslo"}
        for path in (TOKEN, "/_sandbox", "/_sandbox/units", "/_fault/500/x", "/x"):
            assert ask(made, "GET", path)[0] == 403
            assert ask(made, "GET", path, code)[0] != 403
        below = "/_code/workshop-2026-oslo"
        assert ask(made, "POST", below + TOKEN)[0] == 401
        status, page = ask(made, "GET", below + "/_sandbox")
        assert (status, f"{address}{below}/production".encode() in page) == (200, True)
        log = ask(made, "GET", below + "/_sandbox/log.json")[1]
        assert b"workshop" not in log
        made.close()
        process.terminate()
