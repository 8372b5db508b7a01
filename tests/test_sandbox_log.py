"""What the sandbox keeps of the last calls, and how it shows them."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.exchange import FailureKind, Headers, Request
from vippsdiag.samples import INVALID_KEY
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.apis.login.discovery import AUTHORIZE
from vippsdiag.sandbox.control.log import LONGEST_BODY, MOST, Log
from vippsdiag.sandbox.control.log_page import MOST_SHOWN
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.state.state import Room
from vippsdiag.sandbox.webhooks.deliveries import Attempt, keep

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:8080"
TOKEN = "/accesstoken/get"
KEY = "Ocp-Apim-Subscription-Key"
# Nothing else holds it, and it has the form of a client secret.
CANARY = "Q2FuYXJ5Q2FuYXJ5Q2E9PQ=="


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=lambda: NOW)


def keys(sandbox: Sandbox, **changed: str) -> dict[str, str]:
    unit = sandbox.config.units[0]
    return {
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
        KEY: unit.primary,
    } | changed


def ask(
    sandbox: Sandbox,
    target: str = TOKEN,
    headers: dict[str, str] | None = None,
    *,
    method: str = "POST",
    base: str = BASE,
    body: bytes = b"",
) -> Reply:
    pairs = tuple((headers or {}).items())
    return sandbox.answer(
        Received(method=method, base=base, target=target, pairs=pairs, body=body)
    )


def listed(sandbox: Sandbox, query: str = "") -> Any:
    return json.loads(ask(sandbox, f"/_sandbox/log.json{query}", method="GET").body)


def redirecting(sandbox: Sandbox) -> str:
    """Return a path whose answer leads elsewhere."""
    client = sandbox.config.units[0].client_id
    asked = f"client_id={client}&response_type=code&scope=openid&state=abcdefgh"
    return f"{AUTHORIZE}?{asked}&redirect_uri=http://localhost"


def page(sandbox: Sandbox) -> str:
    return ask(sandbox, "/_sandbox", method="GET").body.decode()


# What is kept.


def test_the_last_calls_are_kept_as_exchanges(sandbox: Sandbox) -> None:
    ask(sandbox, TOKEN, keys(sandbox))
    ask(sandbox, "/nothing?a=b", method="GET")
    first, second = (entry.exchange for entry in sandbox.log)
    assert first.request is not None
    assert (first.request.method, first.request.path, first.status) == (
        "POST",
        TOKEN,
        200,
    )
    assert second.request is not None
    assert (second.request.url, second.status) == (BASE + "/nothing?a=b", 404)
    assert second.started == NOW


def test_calls_in_process_are_kept_as_well(sandbox: Sandbox) -> None:
    url = "https://apitest.vipps.no" + TOKEN
    sandbox.handle(Request(method="POST", url=url, headers=Headers()))
    (entry,) = sandbox.log
    assert entry.exchange.status == 401


def test_only_the_last_hundred_are_kept(sandbox: Sandbox) -> None:
    for _ in range(MOST + 20):
        ask(sandbox)
    numbers = [entry.number for entry in sandbox.log]
    assert numbers == list(range(21, MOST + 21))


def test_of_a_long_body_the_beginning_is_kept(sandbox: Sandbox) -> None:
    ask(sandbox, TOKEN, body=b"x" * 900_000)
    (entry,) = sandbox.log
    assert entry.exchange.request is not None
    assert len(str(entry.exchange.request.body)) <= LONGEST_BODY


def test_a_reset_connection_is_kept_as_a_failure(sandbox: Sandbox) -> None:
    ask(sandbox, "/_fault/reset" + TOKEN)
    (entry,) = sandbox.log
    assert entry.exchange.failure is not None
    assert entry.exchange.failure.kind is FailureKind.RESET
    assert entry.exchange.response is None
    assert entry.faults == ("reset",)


def test_a_cut_body_is_kept_as_it_was_sent(sandbox: Sandbox) -> None:
    ask(sandbox, "/_fault/cut=5/nothing")
    (entry,) = sandbox.log
    assert len(entry.exchange.text) == 5


def test_a_picture_is_kept_as_its_size() -> None:
    log = Log()
    received = Received(method="GET", base=BASE, target="/x")
    log.add(received, Reply(status=200, body=b"\x89PNG\xff", kind="image/png"), NOW)
    (entry,) = log
    assert entry.exchange.text == "(5 bytes of image/png)"


# As they can be on the wire: bytes, each of them a character.
latin = st.text(st.characters(max_codepoint=255), max_size=30)


@given(
    method=latin,
    target=latin,
    base=latin,
    pairs=st.lists(st.tuples(latin, latin), max_size=4),
    body=st.binary(max_size=60),
)
def test_whatever_came_can_be_shown(
    method: str, target: str, base: str, pairs: list[tuple[str, str]], body: bytes
) -> None:
    sandbox = Sandbox(clock=lambda: NOW)
    sandbox.answer(
        Received(
            method=method,
            base=f"http://{base}",
            target=f"/{target}",
            pairs=tuple(pairs),
            body=body,
        )
    )
    assert listed(sandbox, "?html=1")["last"] <= 1


# Secrets.


SENT = {
    "client_secret": CANARY,
    "Authorization": f"Basic {CANARY}",
    "Cookie": f"session={CANARY}",
}


def test_no_secret_is_shown(sandbox: Sandbox) -> None:
    token = json.loads(ask(sandbox, TOKEN, keys(sandbox)).body)["access_token"]
    body = json.dumps({"client_secret": CANARY}).encode()
    ask(sandbox, f"{TOKEN}?client_secret={CANARY}", SENT, body=body)
    ask(sandbox, "/webhooks/v1/webhooks", {"Authorization": f"Bearer {token}"})
    shown = page(sandbox) + json.dumps(listed(sandbox, "?html=1"))
    for secret in (CANARY, token, *keys(sandbox).values()):
        if secret != sandbox.config.units[0].client_id:
            assert secret not in shown


def test_what_came_is_dropped_once_it_is_concealed(sandbox: Sandbox) -> None:
    for _ in range(3):
        ask(sandbox, TOKEN, SENT)
    assert [entry.raw for entry in sandbox.log] == [True] * 3
    assert [sandbox.log.conceal_one() for _ in range(4)] == [True] * 3 + [False]
    assert [entry.raw for entry in sandbox.log] == [False] * 3
    assert CANARY not in repr([entry._raw for entry in sandbox.log])


def test_the_server_conceals_by_itself(sandbox: Sandbox) -> None:
    with running(sandbox) as address:
        requests.post(address + TOKEN, headers=SENT, timeout=10)
        end = time.monotonic() + 10
        while any(entry.raw for entry in sandbox.log) and time.monotonic() < end:
            pass
        assert not any(entry.raw for entry in sandbox.log)


def test_what_is_kept_cannot_be_read_by_its_repr(sandbox: Sandbox) -> None:
    ask(sandbox, TOKEN, SENT)
    assert CANARY not in repr([entry._raw for entry in sandbox.log])


def test_the_access_code_is_not_in_the_log(sandbox: Sandbox) -> None:
    ask(sandbox, TOKEN, base=f"{BASE}/_code/workshop-2026-oslo")
    assert "workshop" not in json.dumps(listed(sandbox))


def test_the_access_code_is_not_in_what_is_handed_out(sandbox: Sandbox) -> None:
    # Where a login goes on is told in the answer, and may be sent in the next call.
    target = redirecting(sandbox)
    base = f"{BASE}/_code/workshop-2026-oslo"
    reply = ask(sandbox, target, method="GET", base=base)
    (where,) = [value for name, value in reply.headers if name == "Location"]
    assert "/_code/workshop-2026-oslo/" in where
    ask(sandbox, TOKEN, {"Referer": where}, body=where.encode())
    shown = json.dumps(listed(sandbox))
    assert "workshop" not in shown
    assert "/_code/\\u2022" in shown


# What is shown.


def test_a_call_is_shown_with_its_diagnosis(sandbox: Sandbox) -> None:
    key = sandbox.config.units[2].primary
    ask(sandbox, TOKEN, keys(sandbox) | {KEY: key})
    (entry,) = listed(sandbox)["entries"]
    assert entry["number"] == 1
    assert entry["outcome"] == "refused: 401 Unauthorized"
    assert entry["checks"][0] == "production-keys-on-test"
    assert entry["verdict"].startswith("Likely: Production keys were used in the test")
    assert (entry["request"]["method"], entry["request"]["url"]) == (
        "POST",
        BASE + TOKEN,
    )
    assert INVALID_KEY in entry["response"]["body"]
    text = page(sandbox)
    assert "Production keys were used in the test environment." in text
    assert "refused: 401 Unauthorized" in text
    assert INVALID_KEY in text


def test_a_call_that_works_needs_no_words(sandbox: Sandbox) -> None:
    ask(sandbox, TOKEN, keys(sandbox))
    (entry,) = listed(sandbox)["entries"]
    assert (entry["outcome"], entry["verdict"]) == ("answered: 200 OK", "")


def test_a_redirection_is_no_failure(sandbox: Sandbox) -> None:
    ask(sandbox, redirecting(sandbox), method="GET")
    (entry,) = listed(sandbox)["entries"]
    assert (entry["outcome"], entry["verdict"]) == ("answered: 302 Found", "")
    assert '<span class="tag good">answered: 302 Found</span>' in page(sandbox)


def test_a_sandbox_for_others_is_no_unknown_host(sandbox: Sandbox) -> None:
    ask(sandbox, TOKEN, keys(sandbox), base="http://192.0.2.7:8080")
    (entry,) = listed(sandbox)["entries"]
    assert entry["checks"] == []
    assert entry["request"]["url"] == "http://192.0.2.7:8080" + TOKEN


def test_the_newest_call_is_first(sandbox: Sandbox) -> None:
    for path in ("/one", "/two"):
        ask(sandbox, path)
    assert [one["number"] for one in listed(sandbox)["entries"]] == [2, 1]
    text = page(sandbox)
    assert text.index("POST /two") < text.index("POST /one")


def test_what_is_new_can_be_asked_for(sandbox: Sandbox) -> None:
    for _ in range(3):
        ask(sandbox)
    found = listed(sandbox, "?after=2")
    assert (found["last"], [one["number"] for one in found["entries"]]) == (3, [3])
    assert "html" not in found["entries"][0]
    assert "<details" in listed(sandbox, "?after=2&html=1")["entries"][0]["html"]
    assert len(listed(sandbox, "?after=" + "9" * 6000)["entries"]) == 0
    assert len(listed(sandbox, "?after=x")["entries"]) == 3


def test_no_more_is_diagnosed_than_anybody_reads(sandbox: Sandbox) -> None:
    for _ in range(MOST_SHOWN + 5):
        ask(sandbox)
    assert len(listed(sandbox)["entries"]) == MOST_SHOWN


def test_what_went_wrong_on_purpose_says_so(sandbox: Sandbox) -> None:
    ask(sandbox, "/_fault/502;times=1" + TOKEN)
    assert listed(sandbox)["entries"][0]["faults"] == ["502; times=1"]
    assert "This went wrong on purpose: 502; times=1" in page(sandbox)


def test_a_fault_that_is_not_understood_is_no_fault_of_the_call(
    sandbox: Sandbox,
) -> None:
    ask(sandbox, TOKEN, {"Sandbox-Fault": "<b>"})
    (entry,) = listed(sandbox)["entries"]
    assert entry["verdict"] == "There is no fault named '<b>'."
    assert entry["checks"] == []
    text = page(sandbox)
    assert "There is no fault named &#x27;&lt;b&gt;&#x27;." in text
    assert "Certain:" not in text


def test_deliveries_are_shown(sandbox: Sandbox) -> None:
    unit = sandbox.config.units[0]
    room = Room(sandbox.state, f"{unit.environment}/{unit.msn}")
    attempt = Attempt(
        number=1,
        at=NOW,
        webhook="w",
        url="https://shop.example/hook?token=" + CANARY,
        event="epayments.payment.created.v1",
        body='{"reference":"<b>order</b>"}',
        count=1,
        status=500,
        outcome="failed",
        reason="The receiver answered 500.",
        again=NOW + timedelta(seconds=5),
    )
    keep(room, attempt)
    (shown,) = listed(sandbox)["deliveries"]
    assert (shown["event"], shown["outcome"], shown["status"]) == (
        "epayments.payment.created.v1",
        "failed",
        500,
    )
    text = page(sandbox)
    assert "The receiver answered 500." in text
    assert "&lt;b&gt;order" in text
    assert CANARY not in text


# The page.


class Seen(HTMLParser):
    """Collects what a page would load and run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name in {"src", "srcset", "data", "action"} or (
                name == "href" and tag != "a"
            ):
                self.loads.append(value or "")


def test_nothing_that_is_sent_becomes_part_of_the_page(sandbox: Sandbox) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    ask(sandbox, f"/{evil}?{evil}", {"X-Evil": evil, evil: "x"}, body=evil.encode())
    ask(sandbox, "/x", {"client_id": evil}, method=evil)
    seen = Seen()
    seen.feed(page(sandbox))
    assert seen.tags.count("script") == 1
    assert "img" not in seen.tags


def test_the_page_loads_nothing_and_runs_only_its_own_script(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "/_sandbox", method="GET")
    policy = dict(reply.headers)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    seen = Seen()
    seen.feed(reply.body.decode())
    assert seen.loads == []


def test_the_page_works_without_a_script(sandbox: Sandbox) -> None:
    ask(sandbox, "/one")
    without = re.sub(r"<script>.*?</script>", "", page(sandbox), flags=re.DOTALL)
    assert "POST /one" in without
    assert "Reload the page" in without


def test_an_empty_log_is_a_page_too(sandbox: Sandbox) -> None:
    assert BASE in page(sandbox)
    assert listed(sandbox) == {"last": 0, "entries": [], "deliveries": []}
