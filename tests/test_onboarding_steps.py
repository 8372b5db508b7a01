"""The onboarding notebook: its rail, its payment, and what it never does."""

from typing import Any

import pytest
from test_notebook import shown, state

from vippsdiag.client import Client
from vippsdiag.environments import SANDBOX_ADDRESS, Environment
from vippsdiag.golive import ITEMS
from vippsdiag.keys import Field, KeyKind
from vippsdiag.notebook import Onboarding
from vippsdiag.notebook.voice import speak_in
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running
from vippsdiag.secret import Secret

PHONE = "4790000017"
CANARY = "canaryQ7Zx81Qw9Lk2Pd5v=="


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SANDBOX_ADDRESS, raising=False)


@pytest.fixture
def app() -> Onboarding:
    return Onboarding()


def as_far_as_the_payment(app: Onboarding) -> None:
    for step in (app.token, app.access, app.payment):
        step.button.click()


def test_from_run_all_to_a_paid_payment_nothing_is_typed(app: Onboarding) -> None:
    assert app.rail.done == [0, 1]
    app.token.button.click()
    assert app.rail.done == [0, 1, 2]
    app.access.button.click()
    assert "reach everything" in shown(app.access.view)
    assert app.rail.done == [0, 1, 2, 3]
    app.payment.button.click()
    assert "waits ten minutes for the buyer" in shown(app.payment.view)
    assert app.rail.done == [0, 1, 2, 3, 4]
    app.paid.button.click()
    assert "Not paid yet" in shown(app.paid.view)
    assert app.rail.done == [0, 1, 2, 3, 4]
    app.payment.approve.click()
    assert "The payment is approved." in shown(app.payment.view)
    app.paid.button.click()
    assert "Paid: the buyer has approved" in shown(app.paid.view)
    assert app.rail.done == [0, 1, 2, 3, 4, 5]
    app.paid.capture.click()
    assert "Paid and captured" in shown(app.paid.view)
    assert "CAPTURED 10.00 NOK" in shown(app.paid.view)
    assert app.paid.capture.layout.display == "none"
    assert "Nothing found" in shown(app.diagnosis.table.view)
    assert len(app.paid.timeline.exchanges) == 12


def test_one_step_is_open_and_the_buttons_lead_on(app: Onboarding) -> None:
    def open_ones() -> list[bool]:
        return [panel.layout.display == "" for panel in app._panels]

    assert open_ones() == [True] + [False] * 6
    assert app.next.description == "Next: Your keys"
    app.next.click()
    assert open_ones() == [False, True] + [False] * 5
    assert app.back.description == "Back: Where the keys are"
    app.rail._handle_custom_msg({"kind": "go", "step": 6}, None)
    assert open_ones() == [False] * 6 + [True]
    assert app.next.layout.display == "none"
    app.back.click()
    assert app.rail.said == "Step 6 of 7: See it paid"


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "go", "step": 7},
        {"kind": "go", "step": -1},
        {"kind": "go", "step": "1"},
        {"kind": "other"},
        "go",
    ],
    ids=["too far", "before", "text", "other", "no message"],
)
def test_a_step_that_there_is_not_opens_nothing(app: Onboarding, message: Any) -> None:
    app.rail._handle_custom_msg(message, None)
    assert app.rail.current == 0


def test_other_keys_start_the_later_steps_anew_and_say_so(app: Onboarding) -> None:
    as_far_as_the_payment(app)
    app.payment.approve.click()
    app.paid.button.click()
    app.form.fields[Field.CLIENT_SECRET].set(Secret(CANARY), "typed")
    assert app.rail.done == [0, 1]
    assert "start anew" in shown(app.said)
    assert app.payment.order is None
    assert app.payment.calls.exchanges == ()
    assert not app.payment.link.shown
    assert app.paid.timeline.exchanges == ()
    assert app.access.matrix.found == ()
    app.token.button.click()
    assert "start anew" not in shown(app.said)


def test_keys_that_change_before_the_first_call_need_no_word(app: Onboarding) -> None:
    app.form.practice.value = "Partner"
    app.form.use.click()
    assert shown(app.said) == ""


def test_keys_of_which_one_is_missing_are_not_done_and_that_is_told(
    app: Onboarding,
) -> None:
    assert 1 in app.done
    assert "Still missing" not in shown(app.form.shapes)
    app.form.fields[Field.SUBSCRIPTION_KEY].clear()
    assert 1 in app.done  # the secondary one does as well
    app.form.fields[Field.CLIENT_ID].clear()
    assert 1 not in app.done
    assert "Still missing: client_id." in shown(app.form.shapes)


def test_a_wrong_shape_is_not_done(app: Onboarding) -> None:
    app.form.fields[Field.CLIENT_ID].set(Secret("not a client id at all"), "typed")
    assert app.rail.done == [0]


def test_a_client_that_is_used_no_more_lets_go_of_its_connection(
    app: Onboarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Client] = []

    def close(client: Client) -> None:
        closed.append(client)

    monkeypatch.setattr(Client, "close", close)
    app.token.button.click()
    first = app.token.client
    assert closed == []
    app.token.button.click()
    assert closed == [first]


def test_a_payment_needs_a_token(app: Onboarding) -> None:
    app.payment.button.click()
    assert "Get a token first." in shown(app.payment.view)
    app.paid.button.click()
    assert "Create a payment first." in shown(app.paid.view)


def test_nothing_is_created_in_production(app: Onboarding) -> None:
    app.form.environment.value = Environment.PRODUCTION
    assert "In production nothing is created from here" in shown(app.payment.view)
    assert app.payment.button.disabled
    assert app.payment.order_form.layout.display == "none"
    app.payment.run()
    assert "In production nothing is created from here" in shown(app.payment.view)
    assert app.payment.calls.exchanges == ()


def test_practice_keys_of_production_create_nothing_either(app: Onboarding) -> None:
    app.form.practice.value = "Production unit"
    app.form.use.click()
    app.token.button.click()
    assert app.token.done
    assert "These practice keys play production" in shown(app.payment.view)
    app.payment.run()
    assert app.payment.order is None
    app.form.practice.value = "Test unit"
    # The keys in the fields are still the other ones.
    assert app.form.plays is Environment.PRODUCTION
    app.form.use.click()
    assert not app.payment.button.disabled


def test_a_phone_number_reaches_no_state(app: Onboarding) -> None:
    app.token.button.click()
    app.payment.phone.set(Secret(PHONE), "typed")
    app.payment.button.click()
    assert app.payment.done
    assert "•••" in shown(app.payment.calls.view)
    app.payment.approve.click()
    assert PHONE not in state()
    assert PHONE not in repr(app.diagnosis.evidence)


def test_a_phone_number_without_country_code_is_explained(app: Onboarding) -> None:
    app.token.button.click()
    app.payment.phone.set(Secret("90 00 00 17"), "typed")
    app.payment.button.click()
    assert "needs its country code" in shown(app.payment.view)
    assert not app.payment.done


def test_a_refused_payment_is_diagnosed(app: Onboarding) -> None:
    app.token.button.click()
    app.payment.currency.value = "DKK"
    app.payment.button.click()
    assert "was not created" in shown(app.payment.view)
    assert app.rail.done == [0, 1, 2]
    assert app.payment.approve.layout.display == "none"
    causes = [check.id for check, _ in app.diagnosis.report.ranked]
    assert causes


def test_an_approval_that_fails_is_explained(app: Onboarding) -> None:
    app.token.button.click()
    app.payment.amount.value = 151
    app.payment.button.click()
    app.payment.approve.click()
    assert "It was not approved" in shown(app.payment.view)
    app.paid.button.click()
    assert "Not paid yet" in shown(app.paid.view)


def test_the_payment_page_is_offered_and_its_address_is_in_no_state(
    app: Onboarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    with running() as address:
        monkeypatch.setenv(SANDBOX_ADDRESS, address)
        app.token.button.click()
        app.payment.link.send = lambda message, *_: sent.append(message)
        app.payment.button.click()
        app.payment.link._handle_custom_msg({"kind": "hello"}, None)
        app.token.client.close()  # type: ignore[union-attr]
    assert app.payment.link.shown
    page = sent[-1]["address"]
    assert page.startswith(f"{address}/dwo-api-application/")
    token = page.split("token=")[1]
    assert len(token) == 32
    assert token not in state()
    assert "Play the buyer" in shown(app.payment.view)


@pytest.mark.parametrize("number", [PHONE, None], ids=["number", "no number"])
def test_in_test_the_page_is_opened_or_a_test_user_approves(
    app: Onboarding, number: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, sandbox = app.form, Sandbox()
    form.environment.value = Environment.TEST
    for name, value in sandbox.keys_of("Test unit").values():
        form.fields[name].set(Secret(value), "typed")
    # What goes to the real host is answered by the sandbox.
    session = sandbox.session()
    monkeypatch.setattr(
        form,
        "client",
        lambda: Client(form.key_set, Environment.TEST, session=session),
    )
    app.token.button.click()
    if number:
        app.payment.phone.set(Secret(number), "typed")
    app.payment.button.click()
    assert app.payment.link.shown
    assert "in the test app (MT)" in shown(app.payment.view)
    can = app.payment.approve.layout.display == ""
    assert can is bool(number)
    if can:
        app.payment.approve.click()
        app.paid.button.click()
        assert app.paid.done


@pytest.mark.parametrize(
    ("address", "well"),
    [
        ("https://pay-mt.vipps.no/?token=x", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://pay-mt.vipps.no/", False),
        ("javascript:alert(1)", False),
        ("", False),
        (None, False),
    ],
    ids=["https", "sandbox", "plain", "script", "empty", "none"],
)
def test_only_a_page_is_opened(
    app: Onboarding, address: str | None, *, well: bool
) -> None:
    app.payment.link.lead_to(address)
    assert app.payment.link.shown is well


def test_no_reading_call_is_said_to_be_there_for_accounting_keys(
    app: Onboarding,
) -> None:
    app.form.practice.value = "Accounting partner"
    app.form.use.click()
    app.token.button.click()
    app.access.button.click()
    assert "no reading call" in shown(app.access.view)
    assert 3 in app.rail.done


def test_the_list_is_ticked_and_printed(app: Onboarding) -> None:
    app.rail.go(6)
    app.golive.ticks.ticked = ["keys", "host"]
    assert shown(app.golive.said) == f"Done: 2 of {len(ITEMS)}."
    page = app.golive.page()
    assert page.startswith("<!doctype html>")
    assert page.count("✓") == 2
    assert "Calls go to api.vipps.no" in page
    app.golive.ticks.ticked = [item.id for item in ITEMS]
    assert 6 in app.rail.done


def test_the_ids_of_the_list_are_each_others_only_ones() -> None:
    assert len({item.id for item in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize("kind", KeyKind, ids=str)
@pytest.mark.parametrize(
    "environment", [Environment.TEST, Environment.PRODUCTION], ids=str
)
def test_the_way_to_every_kind_of_keys_is_told(
    app: Onboarding, kind: KeyKind, environment: Environment
) -> None:
    app.guide.kind.value, app.guide.environment.value = kind, environment
    text = shown(app.guide.view)
    assert "portal.vippsmobilepay.com" in text
    none = kind.production_only and environment is Environment.TEST
    assert ("There are no such keys in test" in text) is none


def test_what_is_inferred_says_so(app: Onboarding) -> None:
    app.guide.environment.value = Environment.PRODUCTION
    assert "We infer this" not in shown(app.guide.view)
    app.guide.kind.value = KeyKind.ACCOUNTING
    assert "We infer this; it is not documented." in shown(app.guide.view)


def test_the_guide_does_not_touch_the_form(app: Onboarding) -> None:
    app.guide.kind.value = KeyKind.PARTNER
    assert app.form.kind.value is KeyKind.SALES_UNIT


def test_another_language_changes_no_state_and_makes_no_call(app: Onboarding) -> None:
    as_far_as_the_payment(app)
    app.rail.go(4)
    client, order = app.token.client, app.payment.order
    assert client is not None
    before = app.form.key_set, list(client.exchanges), app.rail.done
    speak_in("nb")
    assert (app.form.key_set, client.exchanges, app.rail.done) == before
    assert app.token.client is client
    assert app.payment.order is order
    assert app.rail.current == 4


def test_no_state_holds_a_key(app: Onboarding) -> None:
    keys = app.form.key_set
    as_far_as_the_payment(app)
    app.payment.approve.click()
    app.paid.button.click()
    saved = state()
    for value in (keys.client_secret, keys.subscription_key):
        assert isinstance(value, Secret)
        assert value.reveal() not in saved
