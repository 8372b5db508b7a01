"""What can be asked of the sandbox itself, and who may reach it."""

import http.client
import json
import socket
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from vippsdiag.cli.sandbox import command
from vippsdiag.errors import VippsdiagError
from vippsdiag.sandbox import Sandbox, SandboxConfig
from vippsdiag.sandbox.control.control import OPERATIONS
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.serving import server
from vippsdiag.sandbox.serving.entrance import Entrance
from vippsdiag.sandbox.serving.server import running, serve
from vippsdiag.sandbox.variants import VARIANTS

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:1"
CODE = "workshop-2026-oslo"
JSON = ("Content-Type", "application/json")
TOKEN = "/accesstoken/get"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=lambda: NOW)


def ask(
    sandbox: Sandbox, method: str, path: str, body: object = None, *headers: Any
) -> Reply:
    sent = b"" if body is None else json.dumps(body).encode()
    pairs = headers or (JSON,)
    return sandbox.answer(
        Received(method=method, base=BASE, target=path, pairs=pairs, body=sent)
    )


def said(reply: Reply) -> Any:
    return json.loads(reply.body)


# What can be asked.


def test_a_browser_is_led_to_the_page_of_the_last_calls(sandbox: Sandbox) -> None:
    accept = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
    reply = ask(sandbox, "GET", "/", None, accept)
    assert (reply.status, reply.headers) == (302, (("Location", "/_sandbox"),))
    assert ask(sandbox, "GET", "/", None, ("Accept", "*/*")).status == 404


def test_the_clock_is_moved_on(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "POST", "/_sandbox/clock", {"advance": 3600})
    assert (reply.status, said(reply)) == (200, {"now": "2026-11-24T13:00:00Z"})
    assert said(ask(sandbox, "GET", "/_sandbox/clock")) == said(reply)
    assert sandbox.clock() == datetime(2026, 11, 24, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"advance": -1}, "advance: The clock goes forward only."),
        ({"advance": 1e10}, "advance: The clock goes on by a hundred years at most."),
        ({"advance": "soon"}, "advance: Expected `float`, got `str`"),
        ({}, "advance: The advance field is required."),
        ([], "Expected `object`, got `array`"),
    ],
)
def test_the_clock_says_what_it_cannot_do(
    sandbox: Sandbox, body: object, words: str
) -> None:
    reply = ask(sandbox, "POST", "/_sandbox/clock", body)
    assert (reply.status, said(reply)["message"]) == (400, words)
    assert sandbox.clock() == NOW


def test_the_clock_cannot_be_moved_out_of_the_calendar(sandbox: Sandbox) -> None:
    for _ in range(3):
        ask(sandbox, "POST", "/_sandbox/clock", {"advance": 50 * 365 * 86400})
    assert sandbox.clock().year < 2200
    assert ask(sandbox, "POST", TOKEN).status == 401


def test_faults_are_put_in_force_and_ended(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "POST", "/_sandbox/faults", {"fault": "502; times=3"})
    fault = {"fault": "502; times=3", "calls": 0, "struck": 0}
    assert said(reply) == {"faults": [fault]}
    assert ask(sandbox, "POST", TOKEN).status == 502
    listed = said(ask(sandbox, "GET", "/_sandbox/faults"))["faults"]
    assert listed == [fault | {"calls": 1, "struck": 1}]
    assert said(ask(sandbox, "DELETE", "/_sandbox/faults")) == {"faults": []}
    assert ask(sandbox, "POST", TOKEN).status == 401


def test_an_unclear_fault_is_told(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "POST", "/_sandbox/faults", {"fault": "explode"})
    assert reply.status == 400
    assert said(reply)["message"].startswith("fault: There is no fault named 'explode'")


def test_faults_do_not_strike_what_ends_them(sandbox: Sandbox) -> None:
    sandbox.faults.add("reset")
    assert ask(sandbox, "DELETE", "/_sandbox/faults").status == 200


def test_a_reset_forgets_everything_but_the_keys(sandbox: Sandbox) -> None:
    before = sandbox.mint.key.as_pem()
    ask(sandbox, "POST", "/_sandbox/clock", {"advance": 60})
    ask(sandbox, "POST", "/_sandbox/faults", {"fault": "502"})
    assert ask(sandbox, "POST", TOKEN).status == 502
    assert ask(sandbox, "POST", "/_sandbox/reset", {}).status == 200
    assert sandbox.clock() == NOW
    assert list(sandbox.log) == []
    assert ask(sandbox, "POST", TOKEN).status == 401
    assert sandbox.mint.key.as_pem() == before


def test_the_units_are_listed_with_keys_that_work(sandbox: Sandbox) -> None:
    units = said(ask(sandbox, "GET", "/_sandbox/units"))["units"]
    test = next(unit for unit in units if unit["name"] == "Test unit")
    keys = {
        "client_id": test["client_id"],
        "client_secret": test["client_secret"],
        "Ocp-Apim-Subscription-Key": test["subscription_key"],
    }
    assert ask(sandbox, "POST", TOKEN, None, *keys.items()).status == 200
    kinds = [(unit["environment"], unit["kind"]) for unit in units]
    assert kinds.count(("test", "sales unit")) >= 2


# What cannot be.


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"],
)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_sandbox/clock", {"advance": 60}),
        ("/_sandbox/faults", {"fault": "502"}),
        ("/_sandbox/reset", {}),
    ],
)
def test_a_form_of_another_web_page_changes_nothing(
    sandbox: Sandbox, path: str, body: object, kind: str
) -> None:
    ask(sandbox, "POST", TOKEN)
    reply = ask(sandbox, "POST", path, body, ("Content-Type", kind))
    assert reply.status == 415
    assert (sandbox.clock(), len(sandbox.log)) == (NOW, 1)
    assert sandbox.faults.shown() == []


@pytest.mark.parametrize("path", OPERATIONS)
def test_nothing_is_for_the_scripts_of_other_pages(sandbox: Sandbox, path: str) -> None:
    origin = ("Origin", "https://elsewhere.example")
    for method in ("GET", "OPTIONS"):
        headers = dict(ask(sandbox, method, path, None, origin).pairs(NOW))
        assert not any(name.startswith("Access-Control") for name in headers)
    if "GET" in OPERATIONS[path]:
        headers = dict(ask(sandbox, "GET", path).pairs(NOW))
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_path_says_what_there_is(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "GET", "/_sandbox/nothing")
    assert reply.status == 404
    assert "/_sandbox/clock" in said(reply)["message"]
    wrong = ask(sandbox, "PUT", "/_sandbox/clock")
    assert (wrong.status, dict(wrong.headers)["Allow"]) == (405, "GET, POST")


def test_the_sandbox_itself_is_no_api(sandbox: Sandbox) -> None:
    ask(sandbox, "GET", "/_sandbox/units")
    assert list(sandbox.log) == []
    assert ask(sandbox, "GET", "/production/_sandbox/units").status == 404


# Who may come in.


def request(target: str = TOKEN, host: str = "127.0.0.1", *pairs: Any) -> Received:
    return Received(method="GET", base=f"http://{host}", target=target, pairs=pairs)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:80", "localhost:1", "LOCALHOST", "[::1]:8080"]
)
def test_this_machine_comes_in_under_its_own_names(host: str) -> None:
    assert Entrance(None).enter(request(host=host)) == request(host=host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:80",
        "apitest.vipps.no",
        "sandbox.localhost",
        "localhost@evil.example",
        "evil.example#localhost",
        "localhost:" + "0" * 200,
        "[::1",
        "",
    ],
)
def test_no_other_name_leads_in(host: str) -> None:
    with pytest.raises(Refusal) as caught:
        Entrance(None).enter(request(host=host))
    assert caught.value.reply.status == 403
    assert b"under the names 127.0.0.1, localhost" in caught.value.reply.body


def basic(password: str) -> str:
    return "Basic " + b64encode(f"anyone:{password}".encode()).decode()


def test_the_code_lets_in_and_does_not_stay() -> None:
    entrance = Entrance(CODE)
    plain = request()
    with_header = request(TOKEN, "127.0.0.1", ("sandbox-access-code", CODE))
    assert entrance.enter(with_header) == plain
    with_basic = request(TOKEN, "127.0.0.1", ("authorization", basic(CODE)))
    assert entrance.enter(with_basic) == plain
    below = entrance.enter(request(f"/_code/{CODE}{TOKEN}?a=b"))
    assert (below.target, below.base) == (
        f"{TOKEN}?a=b",
        f"http://127.0.0.1/_code/{CODE}",
    )
    assert entrance.enter(request(f"/_code/{CODE}?a=b")).target == "/?a=b"


def test_a_code_that_is_sent_twice_stays_nowhere() -> None:
    pairs = (("Sandbox-Access-Code", CODE), ("Authorization", basic(CODE)))
    entered = Entrance(CODE).enter(
        request(f"/_code/{CODE}{TOKEN}", "127.0.0.1", *pairs)
    )
    assert (entered.target, entered.pairs) == (TOKEN, ())


@pytest.mark.parametrize(
    "received",
    [
        request(),
        request("/_sandbox/units"),
        request(f"/_code/{CODE[:-1]}{TOKEN}"),
        request(f"/_code/{CODE}x{TOKEN}"),
        request(f"/production/_code/{CODE}{TOKEN}"),
        request(f"{TOKEN}?code={CODE}"),
        request(TOKEN, "127.0.0.1", ("Sandbox-Access-Code", "")),
        request(TOKEN, "127.0.0.1", ("Sandbox-Access-Code", CODE.upper())),
        request(TOKEN, "127.0.0.1", ("Sandbox-Access-Code", "\udcff\xff")),
        request(TOKEN, "127.0.0.1", ("Authorization", f"Bearer {CODE}")),
        request(TOKEN, "127.0.0.1", ("Authorization", basic("guess"))),
        request(TOKEN, "127.0.0.1", ("Authorization", "Basic \xff")),
    ],
    ids=repr,
)
def test_nothing_else_lets_in(received: Received) -> None:
    with pytest.raises(Refusal) as caught:
        Entrance(CODE).enter(received)
    assert caught.value.reply.status == 403
    assert CODE.encode() not in caught.value.reply.body


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.2"])
def test_without_a_code_no_other_machine_can_be_served(host: str) -> None:
    with pytest.raises(VippsdiagError, match="needs an access code"):
        serve(host=host, announce=pytest.fail)


@pytest.mark.parametrize(
    "code", ["", "short", "with/a/slash/in/it", "with blanks here"]
)
def test_a_weak_code_is_none(code: str) -> None:
    with pytest.raises(VippsdiagError, match="at least 12 characters"):
        serve(host="0.0.0.0", code=code, announce=pytest.fail)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running() as found:
        yield found


def over_http(address: str, path: str, host: str | None = None) -> tuple[int, str]:
    made = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    made.request("GET", path, headers={"Host": host} if host else {})
    answer = made.getresponse()
    text = answer.read().decode()
    made.close()
    return answer.status, text


def test_a_page_with_a_name_that_leads_here_gets_nothing(address: str) -> None:
    assert over_http(address, "/_sandbox/units")[0] == 200
    status, text = over_http(address, "/_sandbox/units", "evil.example")
    assert status == 403
    assert "client_secret" not in text


def test_the_sandbox_says_when_it_fails_itself() -> None:
    class Broken(Sandbox):
        def answer(self, received: Received) -> Reply:
            raise RuntimeError(received.target)

    with running(Broken()) as found:
        status, text = over_http(found, "/x?secret=1")
    assert status == 500
    assert "failed (RuntimeError)" in text
    assert "secret" not in text


# The command.


def invoke(
    monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[str, dict[str, Any]]:
    """Return what the command prints, and what it serves with."""
    given: dict[str, Any] = {}

    def served(port: int, *, announce: Any, **more: Any) -> None:
        given.update(more, port=port)
        announce("http://127.0.0.1:8080")

    monkeypatch.setattr(server, "serve", served)
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    return done.output, given


def test_the_command_prints_addresses_and_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output, given = invoke(monkeypatch)
    for line in (
        "test        http://127.0.0.1:8080\n",
        "production  http://127.0.0.1:8080/production\n",
        "last calls  http://127.0.0.1:8080/_sandbox\n",
        "which open this sandbox and nothing else",
    ):
        assert line in output
    for unit in SandboxConfig.from_seed().units:
        assert f"{unit.name} ({unit.environment})\n" in output
        assert unit.client_secret in output
    assert given["code"] is None


def test_the_same_seed_prints_the_same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    first, again, other = (
        invoke(monkeypatch, "--seed", seed)[0].partition("Its keys")[2]
        for seed in ("7", "7", "8")
    )
    assert first
    assert first == again
    assert first != other


def test_json_is_one_line_for_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    output, _ = invoke(monkeypatch, "--json")
    found = json.loads(output)
    assert output.count("\n") == 1
    assert found["test"] == "http://127.0.0.1:8080"
    assert (
        found["units"][0]["client_id"] == SandboxConfig.from_seed().units[0].client_id
    )
    assert found["code"] is None


def test_another_address_has_a_code_in_all_its_links(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output, given = invoke(monkeypatch, "--host", "0.0.0.0", "--json")
    found = json.loads(output)
    assert len(found["code"]) >= 12
    assert given["code"] == found["code"]
    assert found["log"] == f"http://127.0.0.1:8080/_code/{found['code']}/_sandbox"
    _, other = invoke(monkeypatch, "--host", "0.0.0.0")
    assert other["code"] != found["code"]
    output, given = invoke(monkeypatch, "--host", "0.0.0.0", "--code", CODE)
    assert given["code"] == CODE
    assert "Send it no real keys" in output


def test_a_variant_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    _, given = invoke(monkeypatch, "--variant", "bearer-case=any")
    assert given["sandbox"].variant("bearer-case") == "any"
    with pytest.raises(VippsdiagError, match="cannot be switched"):
        invoke(monkeypatch, "--variant", "nothing=any")
    output, _ = invoke(monkeypatch, "--variant", "bearer-case")
    assert "NAME=CHOICE" in output


def test_the_variants_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    output, given = invoke(monkeypatch, "--list-variants")
    assert given == {}
    for name, one in VARIANTS.items():
        assert f"{name}={one.default} (the default), {name}={one.other}\n" in output
        assert one.text in output


def test_a_file_keeps_the_state(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "sandbox.db"
    _, given = invoke(monkeypatch, "--db", str(path))
    given["sandbox"].faults.add("502")
    given["sandbox"].state.close()
    _, again = invoke(monkeypatch, "--db", str(path))
    assert [one["fault"] for one in again["sandbox"].faults.shown()] == ["502"]
    again["sandbox"].state.close()


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = CliRunner().invoke(command, ["--port", str(port)])
    assert done.exit_code == 1
    assert f"cannot listen on 127.0.0.1, port {port}: " in done.output
