"""The forms of the notebook: set a value, click, read what is shown."""

import html as escaping
import json
import re
from typing import Any

import ipywidgets
import pytest
from sealed_page import Page, Sent

from vippsdiag.environments import SANDBOX_ADDRESS, Environment
from vippsdiag.keys import Field, KeyKind
from vippsdiag.notebook import Onboarding
from vippsdiag.samples import CLIENT_SECRET, MISSING_KEY
from vippsdiag.sandbox.serving.server import running
from vippsdiag.secret import Secret, examine

CANARY = "canaryQ7Zx81Qw9Lk2Pd5v=="


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SANDBOX_ADDRESS, raising=False)


@pytest.fixture
def onboarding() -> Onboarding:
    return Onboarding()


def shown(widget: ipywidgets.HTML) -> str:
    """Return the text of a view, as a person reads it."""
    text = re.sub(r"<style>.*?</style>", "", widget.value, flags=re.DOTALL)
    return " ".join(escaping.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def state() -> str:
    """Return everything that could be saved with the notebook."""
    return json.dumps(ipywidgets.Widget.get_manager_state(), default=str)


def test_the_sandbox_is_first_and_its_keys_are_filled_in(
    onboarding: Onboarding,
) -> None:
    form = onboarding.form
    assert form.environment.value is Environment.SANDBOX
    assert form.key_set.client_id == form.sandbox.keys_of("Test unit").client_id
    assert shown(form.shapes).count("Has the right form.") == 5


def test_from_keys_to_diagnosis_with_no_typing(onboarding: Onboarding) -> None:
    onboarding.token.button.click()
    assert "You have an access token." in shown(onboarding.token.view)
    assert "It is valid for another" in shown(onboarding.token.says)
    onboarding.access.button.click()
    assert shown(onboarding.access.view).count("reached") == 2
    assert "Nothing found" in shown(onboarding.diagnosis.table.view)
    assert onboarding.diagnosis.to_frame().empty


def test_the_call_can_be_copied_without_its_secrets(onboarding: Onboarding) -> None:
    onboarding.token.button.click()
    text = onboarding.token.calls.copy.text
    assert text.startswith("curl -X POST 'http://127.0.0.1/accesstoken/get'")
    assert '"client_secret: $CLIENT_SECRET"' in text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Partner", KeyKind.PARTNER),
        ("Production unit", KeyKind.SALES_UNIT),
        ("Accounting partner", KeyKind.ACCOUNTING),
    ],
    ids=["partner", "production", "accounting"],
)
def test_every_set_of_practice_keys_gets_a_token(
    onboarding: Onboarding, name: str, kind: KeyKind
) -> None:
    onboarding.form.practice.value = name
    onboarding.form.use.click()
    assert onboarding.form.kind.value is kind
    onboarding.token.button.click()
    assert "You have an access token." in shown(onboarding.token.view)


def test_a_wrong_secret_is_diagnosed(onboarding: Onboarding) -> None:
    onboarding.form.fields[Field.CLIENT_SECRET].set(Secret(CANARY), "typed")
    onboarding.token.button.click()
    assert "No token: the answer has the status 401." in shown(onboarding.token.view)
    assert onboarding.diagnosis.report.ranked[0][0].id == "client-secret-wrong"
    assert "client-secret-wrong" in shown(onboarding.diagnosis.table.view)
    assert "client-secret-wrong" in onboarding.diagnosis.to_frame().index
    onboarding.rail.go(2)
    assert shown(onboarding.said).startswith("Before you go on, mend the first cause")


def test_a_missing_product_is_diagnosed(onboarding: Onboarding) -> None:
    onboarding.form.practice.value = "Test unit without ePayment"
    onboarding.form.use.click()
    onboarding.token.button.click()
    onboarding.access.button.click()
    assert "not allowed" in shown(onboarding.access.view)
    assert "Not everything is reached." in shown(onboarding.access.view)
    assert onboarding.diagnosis.report.ranked[0][0].id == "product-not-activated"


def test_reaching_without_a_token_is_explained(onboarding: Onboarding) -> None:
    onboarding.access.button.click()
    assert "Get a token first" in shown(onboarding.access.view)


def test_a_value_that_cannot_be_sent_is_explained(onboarding: Onboarding) -> None:
    onboarding.form.fields[Field.CLIENT_SECRET].set(Secret(f"{CANARY}\n{CANARY}"), "")
    onboarding.token.button.click()
    assert "cannot be sent" in shown(onboarding.token.view)
    assert CANARY not in onboarding.token.view.value
    first = onboarding.diagnosis.report.ranked[0][0]
    assert first.id == "value-contains-hidden-characters"


@pytest.mark.parametrize(
    "text",
    [
        "VIPPS_CLIENT_ID=6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246\nVIPPS_CLIENT_SECRET={}\n",
        '{{"clientId": "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246", "clientSecret": "{}"}}',
        "client_id: 6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246\nclient_secret: {}",
    ],
    ids=["env", "json", "lines"],
)
def test_a_paste_fills_the_fields(onboarding: Onboarding, text: str) -> None:
    form = onboarding.form
    form.paste.set(Secret(text.format(CLIENT_SECRET)), "")
    assert form.key_set.client_id == "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"
    assert examine(form.key_set.client_secret or "", lambda raw: raw == CLIENT_SECRET)
    assert form.key_set.subscription_key is None


def test_a_paste_that_cannot_be_read_is_explained_and_loses_nothing(
    onboarding: Onboarding,
) -> None:
    before = onboarding.form.key_set
    onboarding.form.paste.set(Secret("Hello, how are you?"), "")
    assert "Not used from what you pasted" in shown(onboarding.form.shapes)
    assert onboarding.form.key_set == before


def test_a_pasted_error_is_diagnosed(onboarding: Onboarding) -> None:
    body = json.dumps({"statusCode": 401, "message": MISSING_KEY})
    onboarding.form.paste.set(Secret(body), "")
    assert "subscription-key-missing" in shown(onboarding.diagnosis.table.view)


def test_other_keys_forget_the_calls_of_the_first(onboarding: Onboarding) -> None:
    onboarding.token.button.click()
    onboarding.access.button.click()
    onboarding.form.fields[Field.CLIENT_SECRET].set(Secret(CANARY), "typed")
    assert onboarding.token.exchange is None
    assert onboarding.access.found == []
    assert onboarding.diagnosis.evidence.exchanges == ()
    assert onboarding.token.calls.copy.text == ""


def test_practice_keys_are_taken_out_when_another_environment_is_chosen(
    onboarding: Onboarding,
) -> None:
    onboarding.form.environment.value = Environment.TEST
    assert list(onboarding.form.key_set.values()) == []


def test_typed_keys_stay_when_another_environment_is_chosen(
    onboarding: Onboarding,
) -> None:
    form = onboarding.form
    form.environment.value = Environment.TEST
    form.fields[Field.CLIENT_SECRET].set(Secret(CANARY), "typed")
    form.environment.value = Environment.SANDBOX
    assert [name for name, _ in form.key_set.values()] == [Field.CLIENT_SECRET]


def test_keys_typed_over_practice_keys_stay_when_another_environment_is_chosen(
    onboarding: Onboarding,
) -> None:
    form = onboarding.form
    assert form.filled
    form.fields[Field.CLIENT_SECRET].set(Secret(CANARY), "typed")
    form.environment.value = Environment.TEST
    assert [name for name, _ in form.key_set.values()] == [Field.CLIENT_SECRET]
    assert form.key_set.environment is Environment.TEST


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (KeyKind.SALES_UNIT, "client_id client_secret primary secondary MSN"),
        (KeyKind.ACCOUNTING, "client_id client_secret"),
        (KeyKind.PSP, "client_id client_secret primary secondary MSN Psp-Id"),
    ],
    ids=["sales unit", "accounting", "PSP"],
)
def test_only_the_fields_of_the_kind_of_keys_are_shown(
    onboarding: Onboarding, kind: KeyKind, names: str
) -> None:
    form = onboarding.form
    form.environment.value = Environment.TEST
    form.kind.value = kind
    labels = [
        field.label for field in form.fields.values() if field.layout.display != "none"
    ]
    assert len(labels) == len(names.split())
    assert all(name in " ".join(labels) for name in names.split())


def test_a_value_that_the_kind_does_not_have_stays_in_view(
    onboarding: Onboarding,
) -> None:
    onboarding.form.kind.value = KeyKind.ACCOUNTING
    field = onboarding.form.fields[Field.SUBSCRIPTION_KEY]
    assert field.value is not None
    assert field.layout.display == ""


def test_a_psp_id_is_taken_from_a_paste(onboarding: Onboarding) -> None:
    onboarding.form.paste.set(Secret("client_id=x\npsp_id=4711\n"), "")
    assert onboarding.form.key_set.psp_id == "4711"


def test_production_says_what_is_not_done(onboarding: Onboarding) -> None:
    onboarding.form.environment.value = Environment.PRODUCTION
    assert "no money moves" in shown(onboarding.form.warning)


def test_a_sandbox_that_was_started_is_used(
    onboarding: Onboarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as address:
        monkeypatch.setenv(SANDBOX_ADDRESS, address)
        onboarding.token.button.click()
        onboarding.token.client.close()  # type: ignore[union-attr]
    assert address in shown(onboarding.token.calls.view)
    assert "Took " in shown(onboarding.token.calls.view)


def test_no_state_holds_what_was_typed(onboarding: Onboarding) -> None:
    onboarding.form.fields[Field.CLIENT_SECRET].set(Secret(CANARY), "typed")
    onboarding.form.paste.set(Secret(f"client_secret={CANARY}\nother={CANARY}"), "")
    onboarding.token.button.click()
    onboarding.access.button.click()
    assert CANARY not in state()
    assert CANARY not in repr(onboarding.diagnosis.evidence)


def test_a_click_waits_for_a_value_that_is_on_its_way(
    onboarding: Onboarding, sent: Sent
) -> None:
    page = Page(onboarding.form.fields[Field.CLIENT_SECRET], sent)
    name = page.coming()
    onboarding.token.button.click()
    assert onboarding.token.exchange is None
    page.deliver(name, CANARY.encode())
    assert onboarding.token.exchange is not None


def wrong_environment(onboarding: Onboarding) -> None:
    """Type keys of a production unit, and call the test environment with them."""
    form = onboarding.form
    keys = form.sandbox.keys_of("Production unit")
    for name, value in keys.values():
        if name in form.fields:
            form.fields[name].set(Secret(value), "")
    form._practising = None
    onboarding.token.button.click()


def test_nothing_is_tried_before_the_button_is_pressed(onboarding: Onboarding) -> None:
    step = onboarding.diagnosis
    assert step.attempt.layout.display == "none"
    wrong_environment(onboarding)
    assert step.attempt.layout.display == ""
    assert "change only the host: production instead of test" in shown(step.plan)
    assert "Likely: Production keys were used in the test" in shown(step.table.view)
    client = onboarding.token.client
    assert client is not None
    assert client.tries == []


def test_a_trial_proves_the_cause(onboarding: Onboarding) -> None:
    wrong_environment(onboarding)
    step = onboarding.diagnosis
    step.attempt.click()
    assert "Proved: Production keys were used in the test" in shown(step.table.view)
    assert "We changed only the host" in shown(step.table.view)
    step.refresh()
    assert "Proved: Production keys" in shown(step.table.view)


def test_a_trial_is_forgotten_when_the_keys_change(onboarding: Onboarding) -> None:
    wrong_environment(onboarding)
    onboarding.diagnosis.attempt.click()
    onboarding.form.use_practice_keys()
    onboarding.token.button.click()
    assert "Proved" not in shown(onboarding.diagnosis.table.view)


def test_the_report_is_made_when_asked_for_and_holds_no_secret(
    onboarding: Onboarding,
) -> None:
    onboarding.form.fields[Field.CLIENT_SECRET].set(Secret(CANARY), "")
    onboarding.token.button.click()
    button = onboarding.diagnosis.save
    sent: list[dict[str, Any]] = []
    button.send = lambda message, *_: sent.append(message)
    button._handle_custom_msg({"kind": "something else"}, None)
    assert sent == []
    button._handle_custom_msg({"kind": "make"}, None)
    (message,) = sent
    assert message["name"] == "vippsdiag-report.html"
    assert message["text"].startswith("<!doctype html>")
    assert CANARY not in message["text"]
    assert "<!doctype" not in state()
