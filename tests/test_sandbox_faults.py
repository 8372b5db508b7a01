"""What goes wrong on purpose: how it is asked for, what it does, and when it ends."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.checks.codes import CODES as KNOWN_CODES
from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence
from vippsdiag.samples import token
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.apis.payments import SAMPLE_REFERENCE
from vippsdiag.sandbox.faults import Fault, FaultUnclear, read_faults
from vippsdiag.sandbox.faults.codes import CODES
from vippsdiag.sandbox.faults.errors import ERRORS, FORMS
from vippsdiag.sandbox.faults.faults import ROOM, Tally
from vippsdiag.sandbox.faults.kinds import WIRE
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.serving.adapter import session
from vippsdiag.sandbox.state.database import Database
from vippsdiag.token import read_token

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = "https://apitest.vipps.no"
TOKEN = "/accesstoken/get"
KEY, MSN = "Ocp-Apim-Subscription-Key", "Merchant-Serial-Number"
DOCS = Path(__file__).parent.parent / "docs" / "sandbox.md"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=lambda: NOW)


def keys(sandbox: Sandbox) -> dict[str, str]:
    unit = sandbox.config.units[0]
    return {
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
        KEY: unit.primary,
    }


def ask(sandbox: Sandbox, fault: str = "", target: str = TOKEN, **more: str) -> Reply:
    headers = keys(sandbox) | ({"Sandbox-Fault": fault} if fault else {}) | more
    return sandbox.answer(
        Received(
            method="GET" if "epayment" in target else "POST",
            base=BASE,
            target=target,
            pairs=tuple(headers.items()),
        )
    )


def body(reply: Reply) -> Any:
    return json.loads(reply.body)


# How it is written.


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("reset", Fault("reset")),
        (" reset ; times=2 ", Fault("reset", times=2)),
        ("latency=0.1-0.5; seed=7", Fault("latency", "0.1-0.5", seed=7)),
        ("401 invalid key", Fault("invalid-key")),
        ("401", Fault("401")),
        ("503; form=problem", Fault("503", form="problem")),
        ("5090; chance=1/4", Fault("5090", chance=0.25)),
        ("AADSTS7000215", Fault("aadsts7000215")),
        ("invalid_client", Fault("invalid-client")),
        (
            "drop=client_id; path=/accesstoken",
            Fault("drop", "client_id", path="/accesstoken"),
        ),
    ],
)
def test_a_fault_is_read(written: str, read: Fault) -> None:
    assert read_faults(written) == (read,)


@pytest.mark.parametrize("fault", ["reset; times=2; chance=0.5; seed=3", "cut=10"])
def test_a_fault_is_written_as_it_is_read(fault: str) -> None:
    (read,) = read_faults(fault)
    assert read_faults(str(read)) == (read,)


def test_several_faults_have_commas_between_them() -> None:
    assert read_faults("latency=1, 502") == (Fault("latency", "1"), Fault("502"))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("explode", "There is no fault named 'explode'. There are: latency, cut,"),
        ("", "No fault is named"),
        ("200", "There is no fault named '200'"),
        ("reset; often=2", "no option 'often'. The options are: form, times,"),
        ("reset; times=two", "The option times of a fault is a number, and not 'two'"),
        ("reset; times=0", "at least once"),
        ("reset; chance=2", "from 0 to 1"),
        ("reset; chance=nan", "from 0 to 1"),
        ("reset=5", "The fault reset cannot be '5'. It has no value."),
        ("latency=soon", "Its value is: seconds"),
        ("latency=9-1", "Its value is: seconds"),
        ("latency=601", "Its value is: seconds"),
        ("cut=-1", "Its value is: bytes"),
        ("clock=nan", "Its value is: seconds"),
        ("clock=1e300", "Its value is: seconds"),
        ("drop", "Its value is: a header"),
        ("401; form=poem", "one of: gateway, azure, problem"),
        ("reset; form=page", "The option form is for a fault that is a status"),
        ("x" * 301, "at most 300 characters"),
    ],
)
def test_an_unclear_fault_is_answered_with_a_sentence(
    sandbox: Sandbox, written: str, words: str
) -> None:
    with pytest.raises(FaultUnclear) as caught:
        read_faults(written)
    assert words in str(caught.value)
    with pytest.raises(FaultUnclear):
        sandbox.faults.add(written)
    if written:
        reply = ask(sandbox, written)
        assert (reply.status, body(reply)["message"]) == (400, str(caught.value))


@given(st.text(max_size=40))
def test_no_words_break_the_reading(written: str) -> None:
    with suppress(FaultUnclear):
        for fault in read_faults(written):
            assert read_faults(str(fault)) == (fault,)


# How it is asked for.


def test_a_header_asks_for_a_fault(sandbox: Sandbox) -> None:
    assert ask(sandbox, "429").status == 429
    assert ask(sandbox).status == 200


def test_an_address_asks_for_a_fault(sandbox: Sandbox) -> None:
    assert ask(sandbox, target="/_fault/429" + TOKEN).status == 429
    assert ask(sandbox, target="/_fault/cut=3;times=1%2C%20429" + TOKEN).status == 429


def test_below_a_fault_production_is_where_it_always_is() -> None:
    sandbox = Sandbox(clock=lambda: NOW)
    unit = next(one for one in sandbox.config.units if one.name == "Production unit")
    received = Received(
        method="POST",
        base="http://127.0.0.1:1",
        target="/_fault/cut=3/production" + TOKEN,
        pairs=(
            ("client_id", unit.client_id),
            ("client_secret", unit.client_secret),
            (KEY, unit.primary),
        ),
    )
    reply = sandbox.answer(received)
    assert (reply.status, reply.cut) == (200, 3)


def test_what_is_handed_out_keeps_the_fault_in_its_address(sandbox: Sandbox) -> None:
    received = Received(
        method="GET", base="http://127.0.0.1:1", target="/_fault/cut/x?y"
    )
    asked = sandbox.faults.on(received, {})
    assert asked is not None
    assert asked.received.base == "http://127.0.0.1:1/_fault/cut"
    assert asked.received.target == "/x?y"


def test_a_fault_in_force_strikes_every_call(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("500"))
    assert [ask(sandbox).status for _ in range(3)] == [500] * 3
    sandbox.faults.clear()
    assert ask(sandbox).status == 200


def test_a_fault_strikes_below_its_path_only(sandbox: Sandbox) -> None:
    sandbox.faults.add("500; path=/epayment")
    assert ask(sandbox).status == 200
    assert ask(sandbox, target="/epayment/v1/payments/x").status == 500
    assert ask(sandbox, target="/production/ePayment/v1/payments/x").status == 500


# When it ends.


@pytest.mark.parametrize("below", [False, True], ids=["header", "address"])
def test_a_fault_ends_after_its_times(sandbox: Sandbox, below: bool) -> None:
    fault = "502; times=2"
    asked = ("", f"/_fault/{fault}{TOKEN}") if below else (fault, TOKEN)
    assert [ask(sandbox, *asked).status for _ in range(4)] == [502, 502, 200, 200]


def test_a_fault_in_force_leaves_when_it_has_ended(sandbox: Sandbox) -> None:
    sandbox.faults.add("502; times=1")
    assert [one["fault"] for one in sandbox.faults.shown()] == ["502; times=1"]
    assert [ask(sandbox).status for _ in range(2)] == [502, 200]
    assert sandbox.faults.shown() == []
    sandbox.faults.add("502; times=1")
    assert ask(sandbox).status == 502


def test_equal_faults_can_be_told_apart_by_a_name(sandbox: Sandbox) -> None:
    faults = [f"502; times=1; name={name}" for name in ("anna", "bo")]
    assert [ask(sandbox, fault).status for fault in faults] == [502, 502]


def test_a_chance_is_as_often_as_it_says_and_the_same_every_time() -> None:
    def struck(fault: str) -> list[int]:
        sandbox = Sandbox(clock=lambda: NOW)
        return [ask(sandbox, fault).status for _ in range(150)]

    first = struck("502; chance=1/3")
    assert 30 < first.count(502) < 70
    assert struck("502; chance=1/3") == first
    assert struck("502; chance=1/3; seed=1") != first


def test_a_latency_between_two_is_the_same_every_time() -> None:
    def delays(fault: str) -> list[float]:
        sandbox = Sandbox(clock=lambda: NOW)
        return [ask(sandbox, fault).delay for _ in range(5)]

    first = delays("latency=0.1-0.5")
    assert all(0.1 <= delay <= 0.5 for delay in first)
    assert len(set(first)) == 5
    assert delays("latency=0.1-0.5") == first
    assert delays("latency=0.1-0.5; seed=2") != first
    assert delays("latency=2") == [2.0] * 5


def test_processes_that_share_a_file_count_together(tmp_path: Path) -> None:
    both = [Sandbox(state=Database(tmp_path / "state")) for _ in range(2)]
    both[0].faults.add("502; times=3")
    statuses = [ask(both[number % 2]).status for number in range(5)]
    assert statuses == [502, 502, 502, 200, 200]


def test_nobody_can_fill_the_memory_with_counters(sandbox: Sandbox) -> None:
    for number in range(6_000):
        ask(sandbox, f"429; name={number}")
    assert len(sandbox.state.all(Tally, ROOM)) == 5_000


# What it does.


def test_a_reset_call_has_not_happened(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "reset")
    assert reply.reset
    assert not reply.body


def test_a_lost_answer_has_happened(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "lost-answer")
    assert reply.reset
    assert "access_token" in body(reply)


def test_a_body_is_cut(sandbox: Sandbox) -> None:
    whole = len(ask(sandbox).body)
    half = ask(sandbox, "cut").cut
    assert half is not None
    assert abs(half - whole // 2) < 30
    assert ask(sandbox, "cut=0").cut == 0


@pytest.mark.parametrize(
    ("fault", "error"),
    [("reset", requests.ConnectionError), ("cut=10", requests.RequestException)],
)
def test_a_client_in_process_sees_a_broken_connection(
    sandbox: Sandbox, fault: str, error: type[Exception]
) -> None:
    headers = keys(sandbox) | {"Sandbox-Fault": fault}
    with session(sandbox) as made, pytest.raises(error):
        made.post(BASE + TOKEN, headers=headers)


def test_the_clock_is_wrong_for_a_token_and_in_its_answer(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "clock=-7200")
    claims = read_token(body(reply)["access_token"]).claims
    usual = read_token(body(ask(sandbox))["access_token"]).claims
    assert usual["exp"] - claims["exp"] == 7200
    dates = [value for name, value in reply.pairs(NOW) if name == "Date"]
    assert dates == ["Tue, 24 Nov 2026 10:00:00 GMT"]
    assert sandbox.clock() == NOW


@pytest.mark.parametrize(
    ("fault", "code"), [("drop=client_id", 900144), ("underscores", 900144)]
)
def test_a_header_does_not_arrive(sandbox: Sandbox, fault: str, code: int) -> None:
    assert body(ask(sandbox, fault))["error_codes"] == [code]


def test_the_first_error_answers_and_the_wire_adds_to_it(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "latency=1, 429, 500, cut=5")
    assert (reply.status, reply.delay, reply.cut) == (429, 1.0, 5)


# What is answered.


def test_a_page_is_that_of_a_proxy(sandbox: Sandbox) -> None:
    reply = ask(sandbox, "gateway-page")
    assert (reply.status, reply.kind.partition(";")[0]) == (502, "text/html")
    assert b"<center>nginx</center>" in reply.body
    assert ask(sandbox, "503").body.count(b"503 Service Unavailable") == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 423, 429, 500, 502, 599])
def test_any_status_can_be_asked_for(sandbox: Sandbox, status: int) -> None:
    assert ask(sandbox, str(status)).status == status


@pytest.mark.parametrize("form", FORMS)
def test_a_status_can_have_any_form(sandbox: Sandbox, form: str) -> None:
    assert ask(sandbox, f"418; form={form}").status == 418


def diagnosed(sandbox: Sandbox, fault: str, target: str) -> set[str]:
    """Return the causes that the package finds for a call."""
    # Of the caller's own keys: what is refused is not another's.
    own = token(client_id=keys(sandbox)["client_id"])
    sent = {"Authorization": f"Bearer {own}", MSN: "123456"}
    ask(sandbox, fault, target, **sent if target != TOKEN else {})
    *_, entry = sandbox.log
    report = diagnose(Evidence(exchanges=(entry.exchange,), now=NOW))
    return {check.id for check, _ in report.ranked}


TARGETS = (
    TOKEN,
    f"/epayment/v1/payments/{SAMPLE_REFERENCE}",
    "/ecomm/v2/payments/order-1/details",
    "/recurring/v3/agreements/agr_1",
    "/access-management-1.0/access/oauth2/token",
    "/settlement/v1/ledgers",
    "/webhooks/v1/webhooks",
)
# Whose checks look at more than the answer: at a body, or at the other of two codes.
UNSEEN = {"unsupported-media-type"}


@pytest.mark.parametrize("name", ERRORS)
def test_the_package_finds_the_cause_of_an_error(sandbox: Sandbox, name: str) -> None:
    found = set().union(*(diagnosed(sandbox, name, target) for target in TARGETS))
    assert ERRORS[name].check in found


@pytest.mark.parametrize("code", sorted(KNOWN_CODES.keys() - UNSEEN))
def test_the_package_finds_the_cause_of_a_code(sandbox: Sandbox, code: str) -> None:
    found = set().union(*(diagnosed(sandbox, code, target) for target in TARGETS))
    assert KNOWN_CODES[code].check in found


def test_an_answer_can_be_asked_for_by_its_check(sandbox: Sandbox) -> None:
    assert b"invalid subscription key" in ask(sandbox, "subscription-key-invalid").body
    assert b"6160" in ask(sandbox, "6160").body
    assert ask(sandbox, "payment-locked").status in {423, 429}


def test_a_code_has_the_form_of_its_api(sandbox: Sandbox) -> None:
    target = f"/epayment/v1/payments/{SAMPLE_REFERENCE}"
    reply = ask(sandbox, "5090", target, **{MSN: "123456"})
    assert reply.status == 404
    assert body(reply)["title"] == "Reference not found"
    assert body(reply)["detail"] == (
        f"The reference `{SAMPLE_REFERENCE}` does not exist for MSN 123456"
    )
    assert body(ask(sandbox, "37"))[0]["errorCode"] == "37"
    assert body(ask(sandbox, "charge-due-too-soon"))["type"].endswith(
        "#charge-due-too-soon"
    )
    assert body(ask(sandbox, "invalid_grant"))["error"] == "invalid_grant"


# What is documented.


def test_every_fault_is_documented() -> None:
    rows = [line.split("|") for line in DOCS.read_text("utf-8").splitlines()]
    written = {row[1].strip(): row[2].strip() for row in rows if len(row) >= 4}
    for name, kind in WIRE.items():
        assert written[f"`{name}`"] == kind.text
    for name, error in ERRORS.items():
        assert written[f"`{name}`"] == error.text


def test_every_known_code_can_be_asked_for() -> None:
    assert len(CODES) == len(KNOWN_CODES)
