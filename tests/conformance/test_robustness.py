"""The sandbox under many connections, slow senders, large bodies, and a sudden end."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from serving import TEST, Served, served

pytestmark = pytest.mark.conformance
resource = pytest.importorskip("resource", reason="Windows counts files otherwise")

TOKEN = "/accesstoken/get"
MEGABYTE = 1_000_000
CONNECTIONS = 1_000


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    """A sandbox that these tests may mistreat."""
    with served() as found:
        yield found


def keys() -> dict[str, str]:
    return {
        "client_id": TEST.client_id,
        "client_secret": TEST.client_secret,
        "Ocp-Apim-Subscription-Key": TEST.primary,
    }


def ask(
    running: Served, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(
        urlsplit(running.address).netloc, timeout=10
    )
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def connect(running: Served) -> socket.socket:
    parts = urlsplit(running.address)
    return socket.create_connection((parts.hostname, parts.port or 0), 10)


@pytest.fixture
def many_files() -> Iterator[None]:
    """As many open files as a thousand connections need on both sides."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * CONNECTIONS), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_a_thousand_connections_are_all_answered() -> None:
    headers = {"Host": "127.0.0.1", "Content-Length": "0"} | keys()
    lines = [f"{name}: {value}" for name, value in headers.items()]
    call = "\r\n".join([f"POST {TOKEN} HTTP/1.1", *lines, "", ""])
    with served() as running, ExitStack() as stack:
        opened = [stack.enter_context(connect(running)) for _ in range(CONNECTIONS)]
        # Half of each call first: all of them are open and unanswered at once.
        for peer in opened:
            peer.sendall(call[:40].encode())
        assert ask(running, "POST", TOKEN, keys())[0] == 200
        for peer in opened:
            peer.sendall(call[40:].encode())
        answers = [peer.recv(65_536).split(b" ", 2)[1] for peer in opened]
    assert answers == [b"200"] * CONNECTIONS


def test_more_connections_than_it_may_open_do_not_end_it() -> None:
    with served() as running:
        resource.prlimit(running.process.pid, resource.RLIMIT_NOFILE, (64, 64))
        with ExitStack() as stack:
            for _ in range(100):
                stack.enter_context(connect(running))
            time.sleep(0.2)
        assert ask(running, "POST", TOKEN, keys())[0] == 200


def test_slow_senders_keep_nobody_waiting(running: Served) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(running)) for _ in range(50)]
        for letter in b"POST /accesstoken/get HTTP/1.1\r\nHost":
            for peer in slow:
                peer.sendall(bytes([letter]))
            start = time.perf_counter()
            assert ask(running, "POST", TOKEN, {})[0] == 401
            assert time.perf_counter() - start < 5


@pytest.mark.parametrize(("more", "status"), [(0, 401), (1, 413)], ids=["most", "more"])
def test_a_body_over_a_megabyte_is_refused(
    running: Served, more: int, status: int
) -> None:
    body = b"x" * (MEGABYTE + more)
    assert ask(running, "POST", TOKEN, {}, body)[0] == status
    assert ask(running, "POST", TOKEN, keys())[0] == 200


def test_the_sandbox_lives_after_all_that(running: Served) -> None:
    for _ in range(200):
        with connect(running) as peer:
            peer.sendall(b"\x00\xff" * 200)
    assert running.process.poll() is None
    assert json.loads(ask(running, "POST", TOKEN, keys())[1])["token_type"] == "Bearer"
