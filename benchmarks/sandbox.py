"""How fast the sandbox is, beside Prism in the same run.

    python benchmarks/sandbox.py [SECONDS]

Each is one process on one core, and wrk sends from the other. Prism answers from the
official description of the ePayment API, which is no part of the project and is looked
for in the folder of references beside it. Prism has no state, checks no keys, and gives
everybody the example of the description; the sandbox checks the keys, the token and the
body, and keeps each payment. Linux only.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vippsdiag.exchange import Headers, Request
from vippsdiag.sandbox import Sandbox, SandboxConfig
from vippsdiag.sandbox.gateway.received import of_request

ROOT = Path(__file__).parent.parent
SPEC = ROOT.parent / "shared/reference/official/openapi/newer/epayment.yaml"
INSTALL = ROOT / "tests/npm.py"
# Below the ports that the system gives away, so that nothing connects to itself.
PRISM_PORT = 14_010
CONNECTIONS = 32
TOKEN = "/accesstoken/get"
UNIT = next(u for u in SandboxConfig.from_seed().units if u.name == "Test unit")
KEYS = {
    "client_id": UNIT.client_id,
    "client_secret": UNIT.client_secret,
    "Ocp-Apim-Subscription-Key": UNIT.primary,
}
PAYMENT = {
    "amount": {"currency": "NOK", "value": 1000},
    "paymentMethod": {"type": "WALLET"},
    "returnUrl": "https://example.com/return",
    "userFlow": "WEB_REDIRECT",
    "paymentDescription": "A pair of socks",
}
# Each payment is read in its turn, for the same one is only served so often.
READ = """
local at = 0
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers)
end
"""
CREATE = """
local at = 0
function request()
  at = at + 1
  headers["Idempotency-Key"] = run .. at
  return wrk.format("POST", path, headers, (body:gsub("REFERENCE", run .. at)))
end
"""
# One line of JSON instead of wrk's own table; its times are in microseconds.
DONE = """
function done(summary, latency)
  io.write(string.format(
    '{"calls": %d, "took": %d, "bad": %d, "p50": %d, "p99": %d}',
    summary.requests, summary.duration, summary.errors.status,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server that runs.

    Attributes:
        base: what stands before the paths of the ePayment API.
        start: seconds until the first answer.
    """

    address: str
    base: str
    process: "subprocess.Popen[str]"
    start: float

    @property
    def pids(self) -> list[int]:
        """It and its children: Prism answers from one."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
        return [pid, *map(int, children.split())]

    @property
    def memory(self) -> float:
        """The proportional share of memory, in MB."""
        files = [Path(f"/proc/{pid}/smaps_rollup") for pid in self.pids]
        found = [text.partition("\nPss:")[2].split()[0] for text in map(read, files)]
        return sum(map(int, found)) / 1024

    @property
    def worked(self) -> float:
        """How long it has kept a core busy, in microseconds."""
        files = [Path(f"/proc/{pid}/stat") for pid in self.pids]
        found = [text.rpartition(") ")[2].split()[11:13] for text in map(read, files)]
        ticks = sum(int(user) + int(system) for user, system in found)
        return ticks / os.sysconf("SC_CLK_TCK") * 1e6


def read(path: Path) -> str:
    """Return what is in a file."""
    return path.read_text("utf-8")


@contextmanager
def running(line: list[str], base: str, port: int = 0) -> Iterator[Server]:
    """Start a server on the first core, and wait for its first answer."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "--cpu-list", "0", *line],
        stdout=subprocess.DEVNULL if port else subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"NODE_ENV": "production"},
    )
    try:
        port = port or announced(process)
        address = f"http://127.0.0.1:{port}"
        while not answers(address):
            if process.poll() is not None:
                sys.exit(f"It did not start: {' '.join(line)}")
            time.sleep(0.001)
        start = time.perf_counter() - begin
        yield Server(address=address, base=base, process=process, start=start)
    finally:
        process.terminate()
        process.wait()


def announced(process: "subprocess.Popen[str]") -> int:
    """Return the port that a sandbox says it listens on."""
    for said in process.stdout or ():
        if found := re.search(r"127\.0\.0\.1:(\d+)", said):
            return int(found[1])
    sys.exit("The sandbox did not start.")


def ask(
    address: str, method: str, path: str, headers: dict[str, str], body: str = ""
) -> tuple[int, bytes]:
    """Send one request, and return the status and the body."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def answers(address: str) -> bool:
    """Tell whether there is any answer."""
    try:
        return ask(address, "GET", "/", {})[0] > 0
    except OSError:
        return False


def headers(token: str) -> dict[str, str]:
    """Return the headers of a call."""
    return {
        "Authorization": f"Bearer {token}",
        "Ocp-Apim-Subscription-Key": UNIT.primary,
        "Merchant-Serial-Number": UNIT.msn,
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
    }


def made(server: Server, sent: dict[str, str], count: int) -> list[str]:
    """Create payments and return their paths; the sandbox has one at the beginning."""
    path = f"{server.base}/v1/payments"
    paths = [f"{path}/sandbox-payment-1"]
    for number in range(count):
        body = json.dumps(PAYMENT | {"reference": f"benchmark-{number}"})
        once = sent | {"Idempotency-Key": str(uuid.uuid4())}
        if ask(server.address, "POST", path, once, body)[0] == 201:
            paths.append(f"{path}/benchmark-{number}")
    return paths


def lua(**values: object) -> str:
    """Return values as variables of wrk's language."""

    def told(value: object) -> str:
        if isinstance(value, dict):
            pairs = (f"[{told(k)}] = {told(v)}" for k, v in value.items())
            return f"{{{', '.join(pairs)}}}"
        if isinstance(value, list):
            return f"{{{', '.join(map(told, value))}}}"
        return json.dumps(value)

    return "".join(f"{name} = {told(value)}\n" for name, value in values.items())


def load(server: Server, script: str, seconds: float) -> dict[str, float]:
    """Send as fast as one core can, and return what wrk counted."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + DONE)
        file.flush()
        line = ["taskset", "--cpu-list", "1", "wrk", "--latency", "--threads", "1"]
        line += ["--connections", str(CONNECTIONS), "--duration", f"{seconds:.0f}s"]
        line += ["--script", file.name, server.address]
        before = server.worked
        done = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout[done.stdout.rindex("{") :])
    return found | {"work": (server.worked - before) / found["calls"]}


def in_process(calls: int) -> dict[str, float]:
    """Return what a call costs without a socket, in microseconds of a core.

    `handle` takes and gives the package's own values, which conceal secrets; `answer`
    is what the server asks.
    """
    sandbox = Sandbox()
    url = "http://127.0.0.1"
    asked = Request(method="POST", url=url + TOKEN, headers=Headers(KEYS.items()))
    answer = sandbox.answer(of_request(asked))
    sent = headers(json.loads(answer.body)["access_token"])
    path = f"{url}/epayment/v1/payments"
    creates, reads = [], []
    for number in range(2 * calls):
        own = Headers((sent | {"Idempotency-Key": f"{number}"}).items())
        body = json.dumps(PAYMENT | {"reference": f"benchmark-{number}"})
        creates.append(Request(method="POST", url=path, headers=own, body=body))
        one = f"{path}/benchmark-{number}"
        reads.append(Request(method="GET", url=one, headers=own))
    received = [[of_request(r) for r in each[calls:]] for each in (creates, reads)]
    return {
        "handle POST": spent(sandbox.handle, creates[:calls], 201),
        "handle GET": spent(sandbox.handle, reads[:calls], 200),
        "answer POST": spent(sandbox.answer, received[0], 201),
        "answer GET": spent(sandbox.answer, received[1], 200),
    }


def spent(ask: Callable[[Any], Any], calls: list[Any], status: int) -> float:
    """Return what each of some calls costs, which have to be answered as told."""
    begin = time.process_time()
    answered = [ask(call) for call in calls]
    took = time.process_time() - begin
    if {answer.status for answer in answered} != {status}:
        sys.exit("A call was refused.")
    return took / len(calls) * 1e6


def measure(name: str, server: Server, seconds: float) -> dict[str, dict[str, float]]:
    """Print how a server does, and return it."""
    answer = ask(server.address, "POST", TOKEN, KEYS)[1] if name == "sandbox" else b"{}"
    sent = headers(json.loads(answer).get("access_token", "token"))
    paths = made(server, sent, 3_000)
    memory = server.memory
    create = lua(
        path=f"{server.base}/v1/payments",
        headers=sent,
        run=f"{uuid.uuid4()}"[:9],
        body=json.dumps(PAYMENT | {"reference": "REFERENCE"}),
    )
    read = lua(paths=paths, headers=sent)
    scripts = {"GET payment": read + READ, "POST payment": create + CREATE}
    print(f"{name:8} start {server.start:6.2f} s   memory {memory:5.0f} MB")
    found = {what: load(server, script, seconds) for what, script in scripts.items()}
    for what, counted in found.items():
        rate = counted["calls"] / counted["took"] * 1e6
        middle, late = counted["p50"] / 1e3, counted["p99"] / 1e3
        print(
            f"{name:8} {what:13} {rate:8,.0f} calls/s   p50 {middle:6.2f} ms"
            f"   p99 {late:6.2f} ms   {counted['work']:5.0f} µs of a core a call"
            f"   {counted['bad']:.0f} refused"
        )
    return found


def main() -> None:
    """Measure one after the other, and print the ratios."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    print(f"{os.getloadavg()[0]:.1f} other processes were running")
    line = [sys.executable, str(INSTALL), str(Path(__file__).parent), "wrk", "taskset"]
    done = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=True)
    prism = f"{done.stdout.strip()}/node_modules/.bin/prism"
    mock = [prism, "mock", "--port", str(PRISM_PORT), "--verboseLevel", "silent"]
    with running([sys.executable, "-m", "vippsdiag", "sandbox"], "/epayment") as server:
        ours = measure("sandbox", server, seconds)
        print(f"sandbox  memory {server.memory:.0f} MB after that")
    if SPEC.is_file():
        with running([*mock, str(SPEC)], "", PRISM_PORT) as server:
            peers = measure("Prism", server, seconds)
        for what, counted in ours.items():
            ratio = counted["calls"] / peers[what]["calls"]
            work = peers[what]["work"] / counted["work"]
            print(f"{what:13} {ratio:5.1f} x Prism, and {work:.1f} x for the same work")
    for what, cost in in_process(5_000).items():
        print(f"in process, {what:11} {cost:5.0f} µs of a core a call")


if __name__ == "__main__":
    main()
