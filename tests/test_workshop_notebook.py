"""The workshop notebook: seats, exercises and the trainer's board."""

import asyncio
import html as escaping
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sealed_page import Page, Sent

from vippsdiag.environments import SANDBOX_ADDRESS, SEAT_CODE
from vippsdiag.language import choose
from vippsdiag.notebook import Exercise, Trainer, Workshop
from vippsdiag.notebook.envelope import OAEP
from vippsdiag.notebook.mend import looks_like_key
from vippsdiag.notebook.seatform import ALONE, SHARED, SeatForm
from vippsdiag.notebook.valuerow import GIVEN, OWN, ValueRow, holds_key
from vippsdiag.notebook.voice import speak_in
from vippsdiag.notebook.workshop import LEAD
from vippsdiag.render import board
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import EXERCISES
from vippsdiag.sandbox.exercises import Exercise as Case
from vippsdiag.sandbox.keys.tokens import Mint
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.workshop import messages
from vippsdiag.sandbox.workshop.course import COURSE, Level
from vippsdiag.sandbox.workshop.link import Link
from vippsdiag.secret import Secret

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "03-workshop.ipynb"
CANARY = "0123456789abcdef0123456789abcdef"
FIRST = "two-keys-are-enough"
KEY = "Ocp-Apim-Subscription-Key"
every = pytest.mark.parametrize("case", EXERCISES, ids=lambda item: item.id)


@pytest.fixture(scope="module", autouse=True)
def _one_signing_key() -> Iterator[None]:
    """Sign everything with one key: to make one takes a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mint, "key", Sandbox().mint.key)
        yield


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (SANDBOX_ADDRESS, SEAT_CODE, "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def app() -> Workshop:
    made = Workshop()
    made.seat.take.click()
    return made


def shown(widget: ipywidgets.HTML) -> str:
    """Return the text of a view, as a person reads it."""
    text = re.sub(r"<style>.*?</style>", "", widget.value, flags=re.DOTALL)
    return " ".join(escaping.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def opened(app: Workshop) -> Exercise:
    assert app.exercise is not None
    return app.exercise


def row(exercise: Exercise, name: str) -> ValueRow:
    return next(one for one in exercise.form.rows if one.name.value == name)


def add(exercise: Exercise, name: str, value: str) -> ValueRow:
    exercise.form.add.click()
    added = exercise.form.rows[-1]
    added.name.value = name
    if added.is_key:
        added.source.value = value
    else:
        added.write(value)
    return added


def mend_first(exercise: Exercise) -> None:
    add(exercise, KEY, "{{primary key of the test unit}}")
    exercise.form.send.click()


def solved(exercise: Exercise) -> bool:
    return exercise.standing.solved


def seated(sandbox: Sandbox, name: str) -> Workshop:
    app = Workshop(sandbox)
    app.seat.name.value = name
    app.seat.take.click()
    return app


def board_of(sandbox: Sandbox) -> Trainer:
    trainer = Trainer(sandbox)
    trainer.code.set(Secret(sandbox.roll.trainer_code()), "")
    trainer.lead.click()
    return trainer


# How each exercise of the course is mended in the form.


def _missing_key(exercise: Exercise) -> None:
    add(exercise, KEY, "{{primary key of the test unit}}")


def _swapped(exercise: Exercise) -> None:
    for name in ("client_id", "client_secret"):
        row(exercise, name).source.value = f"{{{{{name} of the test unit}}}}"


def _quotes(exercise: Exercise) -> None:
    row(exercise, KEY).source.value = "{{secondary key of the test unit}}"


def _production(exercise: Exercise) -> None:
    for name in ("client_id", "client_secret"):
        row(exercise, name).source.value = f"{{{{{name} of the production unit}}}}"
    row(exercise, KEY).source.value = "{{primary key of the production unit}}"
    msn = exercise.sheet.hand["merchant serial number of the production unit"]
    row(exercise, "Merchant-Serial-Number").write(msn)


def _new_token(exercise: Exercise) -> None:
    token = "Bearer {{access token of the test unit}}"
    row(exercise, "Authorization").source.value = token


def _path(exercise: Exercise) -> None:
    address = exercise.form.address
    address.value = address.value.replace("/payment/", "/payments/")


def _unit(exercise: Exercise) -> None:
    name = "merchant serial number of the test unit"
    row(exercise, "Merchant-Serial-Number").source.value = f"{{{{{name}}}}}"


def _setting(value: str) -> Callable[[Exercise], None]:
    def mend(exercise: Exercise) -> None:
        exercise.form.settings[0].source.value = value

    return mend


def _amount(exercise: Exercise) -> None:
    body = exercise.form.body
    body.value = re.sub(r'"value": "?[\d.,]+"?', '"value": 49950', body.value)
    row(exercise, "Idempotency-Key").source.value = "{{new idempotency key}}"


def _approve(exercise: Exercise) -> None:
    form, path, body = exercise.form, exercise.form.address.value, exercise.form.body
    kept = body.value
    form.address.value = re.sub(
        r"/epayment/v1/payments/([^/]+)/capture",
        r"/epayment/v1/test/payments/\1/approve",
        path,
    )
    body.value = '{"customer": {"phoneNumber": "4791234567"}}'
    form.send.click()
    form.address.value, body.value = path, kept
    row(exercise, "Idempotency-Key").source.value = "{{new idempotency key}}"


def _registration(exercise: Exercise) -> None:
    (setting,) = exercise.form.settings
    setting.source.value = "{{secret of the webhook, production}}"


MENDED: dict[str, Callable[[Exercise], None]] = {
    FIRST: _missing_key,
    "two-fields-four-values": _swapped,
    "quotes-from-a-file": _quotes,
    "moved-to-production": _production,
    "a-word-in-front": _new_token,
    "since-this-morning": _new_token,
    "a-missing-letter": _path,
    "which-sales-unit": _unit,
    "behind-a-proxy": _setting("on"),
    "kroner-and-ore": _amount,
    "before-the-buyer": _approve,
    "which-registration": _registration,
}


def without_tokens(call: messages.Sent) -> list[str]:
    """Return all that a call says; a token from a form stands for a new one."""
    # A proxy adds one header, and drops those with an underscore.
    pairs = [
        f"{name}: {value}"
        for name, value in call.headers
        if name != "X-Forwarded-For" and "_" not in name
    ]
    texts = [call.method, call.url, call.body or "", *pairs]
    return [re.sub(r"eyJ[\w.-]+", "token", text) for text in texts]


class TestAnExercise:
    @every
    def test_the_form_sends_the_failing_call_as_it_was(
        self, sandbox: Sandbox, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = []
        handle = sandbox.handle
        monkeypatch.setattr(
            sandbox, "handle", lambda call: seen.append(call) or handle(call)
        )
        link = Link(sandbox)
        link.take("Anna")
        exercise = Exercise(case.id, link)
        before, sheet = list(seen), exercise.sheet
        exercise.form.send.click()
        assert shown(exercise.outcome).startswith("What came of it ")
        assert not solved(exercise)
        if len(seen) > len(before):  # some are answered on the way
            sent = messages.Sent.of(seen[len(before)])
            assert without_tokens(sent) == without_tokens(sheet.call)

    @pytest.mark.parametrize("name", COURSE)
    def test_it_is_solved_with_the_form(self, name: str) -> None:
        exercise = Exercise(name)
        MENDED[name](exercise)
        exercise.form.send.click()
        assert solved(exercise), shown(exercise.outcome)
        assert "Solved: the same call succeeds. It gives 3 points." in shown(
            exercise.outcome
        )
        assert "The cause:" in shown(exercise.guess)

    def test_what_it_is_about_stands_beside_the_call_and_its_answer(self) -> None:
        exercise = Exercise()
        text = shown(exercise.case)
        assert text.startswith("Two keys, or three The keys · easy · 0 points so far")
        assert "What has to succeed: Get an access token in test" in text
        assert exercise.sheet.hand["client_id of the test unit"] in text
        assert "401 Unauthorized" in text

    def test_hints_come_one_by_one_and_cost_a_point_each(self) -> None:
        exercise = Exercise()
        assert shown(exercise.hints) == "3 hints are left."
        assert exercise.hint.description == "Take a hint (costs a point)"
        for _ in range(3):
            exercise.hint.click()
        assert "That was the last hint" in shown(exercise.hints)
        assert exercise.hint.disabled
        mend_first(exercise)
        assert "It gives 0 points." in shown(exercise.outcome)

    def test_the_cause_is_chosen_of_four(self) -> None:
        exercise = Exercise()
        exercise.choose.click()
        assert shown(exercise.guess) == "Choose one of the four causes first."
        exercise.causes.value = "subscription-key-header-name-wrong"
        exercise.choose.click()
        assert shown(exercise.guess).startswith("It is another one.")
        exercise.causes.value = "subscription-key-missing"
        exercise.choose.click()
        assert shown(exercise.guess).startswith("That is the cause. The cause: No sub")
        assert exercise.choose.disabled
        assert exercise.standing.points == 0

    def test_what_went_wrong_anew_is_told_and_the_cause_is_not(self) -> None:
        exercise = Exercise()
        exercise.form.send.click()
        text = shown(exercise.outcome)
        assert "What was wrong with the first call is still so." in text
        assert "No subscription key reached the gateway" not in text
        exercise.form.method.value = "GET"
        exercise.form.send.click()
        text = shown(exercise.outcome)
        assert "The token request has another method than POST." in text
        assert "No subscription key reached the gateway" not in text

    def test_the_failing_call_can_be_taken_again(self) -> None:
        exercise = Exercise()
        exercise.form.method.value = "GET"
        exercise.form.rows[0].drop.click()
        exercise.form.again.click()
        assert exercise.form.method.value == "POST"
        assert [one.name.value for one in exercise.form.rows] == [
            "client_id",
            "client_secret",
            "Merchant-Serial-Number",
        ]

    def test_time_passes_at_once_in_a_sandbox_of_ones_own(self) -> None:
        exercise = Exercise("a-loop-without-a-pause")
        exercise.wait.click()
        row(exercise, "Idempotency-Key").source.value = "{{new idempotency key}}"
        exercise.form.send.click()
        assert solved(exercise)
        assert exercise.wait.layout.display == ""
        exercise.begin(FIRST)
        assert exercise.wait.layout.display == "none"

    def test_form_values_are_encoded_where_they_stand(self) -> None:
        exercise = Exercise("as-other-token-endpoints")
        assert "{{client_secret of the test unit}}" in exercise.form.body.value
        secret = exercise.sheet.hand["client_secret of the test unit"]
        assert secret not in exercise.form.body.value
        exercise.form.send.click()
        assert exercise.standing.tries == 1

    def test_it_is_said_in_another_language_and_back(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exercise = Exercise()
        mend_first(exercise)
        before = exercise.form.send.description, shown(exercise.outcome)

        class Catalogue:
            def gettext(self, text: str) -> str:
                return f"«{text}»"

            def pgettext(self, context: str, text: str) -> str:
                return f"«{context}: {text}»"

            def ngettext(self, one: str, many: str, count: int) -> str:
                return f"«{one if count == 1 else many}»"

        monkeypatch.setattr("vippsdiag.language._catalogue", lambda _: Catalogue())
        try:
            speak_in("nb")
            assert exercise.form.send.description == "«Send»"
            assert "«Solved: the same call succeeds.»" in shown(exercise.outcome)
            assert "«Two keys, or three»" in shown(exercise.case)
            assert exercise.causes.options[0][0].startswith("«subscription-key")
            assert exercise.form.rows[0].source.options[0] == (
                "«as in the failing call»",
                GIVEN,
            )
        finally:
            speak_in("en")
            choose("en")
        assert (exercise.form.send.description, shown(exercise.outcome)) == before


class TestKeysInTheForm:
    def test_a_key_that_is_typed_is_in_no_trait(self, sent: Sent) -> None:
        exercise = Exercise()
        added = add(exercise, KEY, OWN)
        assert added.own is not None
        Page(added.own, sent).enter(CANARY)
        exercise.form.send.click()
        assert exercise.standing.tries == 1
        assert CANARY not in repr(sent)
        assert CANARY not in repr(exercise.form.request())

    def test_a_name_in_braces_can_be_typed(self, sent: Sent) -> None:
        exercise = Exercise()
        added = add(exercise, KEY, OWN)
        assert added.own is not None
        Page(added.own, sent).enter("{{primary key of the test unit}}")
        exercise.form.send.click()
        assert solved(exercise)

    @pytest.mark.parametrize("place", ["address", "body", "header"])
    def test_a_key_in_a_plain_field_is_taken_out_again(self, place: str) -> None:
        exercise = Exercise()
        form = exercise.form
        header = add(exercise, "X-Note", "a note").text
        field = {"address": form.address, "body": form.body, "header": header}[place]
        before = field.value
        field.value = f"{before} {CANARY}"
        assert field.value == before
        assert shown(form.said).startswith("That looks like a key")
        field.value = f"{before}?a=b"
        assert field.value == f"{before}?a=b"
        assert shown(form.said) == ""

    def test_an_address_without_a_host_is_told_to_be_one(self) -> None:
        exercise = Exercise()
        exercise.form.address.value = "nonsense"
        exercise.form.send.click()
        assert "The address is not whole" in shown(exercise.outcome)

    def test_practice_values_and_names_are_no_keys_of_anybody(self) -> None:
        assert not looks_like_key(f"a {CANARY} b", [CANARY])
        assert not looks_like_key("{{primary key of the test unit}}", [])
        assert not looks_like_key("+4791234567 order-1", [])
        known = '{"code_verifier": "mZ4tQ8vX1nR6kB3wY7sLpgTu0hE5cA2dJ9fW"}'
        assert not looks_like_key(known.replace(": ", ":"), [known])

    @pytest.mark.parametrize(
        "key",
        [
            "QUJDREVGR0hJSktMTU5PUA==",
            "mZ4tQ8vX1nR6kB3wY7sLpg=",
            "mZ4tQ8vX1nR6kB3wY7sLpg",
            "xT7/q+2LmZ4tQ8vX1nR6kB3wY7sLpgTu0hE5cA2d",
            "aB18Q~mZ4tQ8vX1nR6kB3wY7sLpgTu0.hE5-cA2d",
        ],
        ids=["two signs", "one sign", "no sign", "40 letters", "with a tilde"],
    )
    def test_a_key_is_told_whatever_it_ends_in(self, key: str) -> None:
        assert looks_like_key(key, [])
        assert looks_like_key(f'{{"secret": "{key}", "a": 1}}', [])

    @pytest.mark.parametrize(
        "text",
        [
            "https://apitest.vipps.no/epayment/v1/payments/acme-Shop-Order-2024-0071",
            "https://shop.example/vippsCallback/v2/orderId12345?fromApp=True",
            "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246",
            "6D2B8E14-93C7-4F05-A1D8-5E70B9C3F246",
            '{"amount":{"currency":"NOK","value":49900},"paymentMethod":"WALLET"}',
            "WooCommerce/9.1.2 PHP/8.3 Vipps-Plugin/2.14.3",
            "2026-11-28T12:00:00.000Z",
        ],
    )
    def test_what_is_often_written_into_a_call_is_no_key(self, text: str) -> None:
        assert not looks_like_key(text, [])

    @pytest.mark.parametrize(
        ("name", "held"),
        [
            ("client_id", True),
            ("client-secret", True),
            (KEY, True),
            ("Authorization", True),
            ("webhook_secret", True),
            ("Merchant-Serial-Number", False),
            ("Content-Type", False),
            ("Idempotency-Key", False),
            ("clock_minutes", False),
        ],
        ids=str,
    )
    def test_fields_for_keys_are_told_by_their_names(
        self, name: str, held: bool
    ) -> None:
        assert holds_key(name) is held

    def test_a_header_that_becomes_a_key_keeps_no_text(self) -> None:
        exercise = Exercise()
        added = add(exercise, "X-Note", "a note")
        added.name.value = KEY
        assert added.text.value == ""
        assert added.own in added.children

    @pytest.mark.parametrize(
        ("typed", "goes"),
        [
            (CANARY, False),
            (f"Bearer {CANARY}", False),
            (CANARY[:12], False),
            ("{{access token of the test unit}}", True),
            ("Bearer {{access token of the test unit}}", True),
            ('"{{primary key of the test unit}}"', True),
        ],
        ids=["a key", "with a word", "a part", "a name", "a name, a word", "quotes"],
    )
    def test_no_own_key_goes_to_another_machine(
        self, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, typed: str, goes: bool
    ) -> None:
        link = Link(sandbox)
        link.take("Anna")
        exercise = Exercise(FIRST, link)
        monkeypatch.setattr(type(link), "local", False)
        added = add(exercise, "Authorization", OWN)
        assert added.own is not None
        added.own.set(Secret(typed), "")
        exercise.form.send.click()
        assert exercise.standing.tries == int(goes)
        assert shown(exercise.said).startswith("Nothing was sent.") is not goes


class TestTheApp:
    def test_it_begins_with_one_click_and_no_typing(self, app: Workshop) -> None:
        assert "You learn alone." in shown(app.seat.intro)
        assert opened(app).exercise.id == COURSE[0]
        assert shown(app.way).startswith("Done: 0 of 12. Points: 0.")

    def test_the_way_shows_what_is_done(self, app: Workshop) -> None:
        mend_first(opened(app))
        assert app.choice.label == "1. Two keys, or three – solved, 3 points"
        assert shown(app.way).startswith("Done: 1 of 12. Points: 3.")

    def test_the_next_one_is_that_which_is_not_done(self, app: Workshop) -> None:
        mend_first(opened(app))
        app.next.click()
        assert opened(app).exercise.id == COURSE[1]
        app.choice.value = COURSE[-1]
        app.next.click()
        assert opened(app).exercise.id == COURSE[1]

    def test_the_rail_leads_through_the_course(self, app: Workshop) -> None:
        mend_first(opened(app))
        assert app.rail.done == [0]
        app.rail.go(4)
        assert opened(app).exercise.id == COURSE[4]
        app.next.click()
        assert app.rail.current == 5
        app.theme.value = "QR"
        assert app.rail.layout.display == "none"
        app.theme.value = "course"
        assert (app.rail.layout.display, app.choice.layout.display) == ("", "none")

    def test_exercises_are_chosen_by_theme_and_by_how_hard_they_are(
        self, app: Workshop
    ) -> None:
        app.theme.value = "ePayment"
        app.level.value = int(Level.HARD)
        chosen = [name for _, name in app.choice.options]
        assert "before-the-buyer" in chosen
        assert opened(app).exercise.id == chosen[0]
        app.theme.value = "everything"
        app.level.value = 0
        assert len(app.choice.options) == len(EXERCISES)

    def test_nothing_fits_and_nothing_breaks(self, app: Workshop) -> None:
        app.theme.value = "Webhooks"
        app.level.value = int(Level.EASY)
        assert app.choice.options == ()
        app.next.click()
        assert shown(app.said).startswith("Everything that is chosen here is done.")

    def test_two_seats_do_not_see_each_other(self, sandbox: Sandbox) -> None:
        one, other = seated(sandbox, "Anna"), seated(sandbox, "Bo")
        mend_first(opened(one))
        assert not solved(opened(other))
        assert "Done: 0 of 12" in shown(other.way)
        ones = set(opened(one).sheet.hand.values()) - {""}
        assert not ones & set(opened(other).sheet.hand.values())
        everything = shown(opened(other).case) + shown(other.way)
        assert "Anna" not in everything
        assert not any(value in everything for value in ones)

    def test_a_name_is_asked_for_in_a_workshop(self, sandbox: Sandbox) -> None:
        form = SeatForm(sandbox)
        form.take.click()
        assert shown(form.said).startswith("Write the name or the number")
        seated(sandbox, "Anna")
        form.name.value = "Anna"
        form.take.click()
        assert shown(form.said).startswith("Somebody sits here as Anna.")
        assert form.link is None

    def test_a_closed_exercise_is_told(self, sandbox: Sandbox) -> None:
        app = seated(sandbox, "Anna")
        sandbox.roll.set_open(COURSE[1], is_open=False)
        app.choice.value = COURSE[1]
        assert shown(app.said) == "The trainer has closed this exercise for now."
        sandbox.roll.set_open(COURSE[0], is_open=False)
        opened(app).form.send.click()
        assert shown(opened(app).said).startswith("The trainer has closed")

    def test_the_notebook_shows_the_app_and_holds_no_output(self) -> None:
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        nbformat.validate(notebook)
        codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert [cell.outputs for cell in codes] == [[]]
        assert "display(app)" in codes[0].source


class TestTheReturnCode:
    def test_a_learner_comes_back_after_the_kernel_has_ended(
        self, sandbox: Sandbox, sent: Sent
    ) -> None:
        app = seated(sandbox, "Anna")
        mend_first(opened(app))
        app.seat.show_code._handle_custom_msg({"kind": "ask"}, [])
        told = sent[-1][0]["content"]["text"]
        again = Workshop(sandbox)
        Page(again.seat.code, sent).enter(told)
        again.seat.take.click()
        assert "You sit in the workshop as Anna, seat 1." in shown(again.seat.intro)
        assert shown(again.way).startswith("Done: 1 of 12. Points: 3.")
        assert opened(again).exercise.id == COURSE[1]

    def test_it_is_in_no_trait(self, sandbox: Sandbox) -> None:
        app = seated(sandbox, "Anna")
        code = sandbox.roll.code_of(1)
        widgets = ipywidgets.Widget.get_manager_state()["state"]
        assert app.seat.show_code.model_id in widgets
        assert code not in repr(widgets)

    def test_it_comes_sealed_for_the_page_that_asks(
        self, sandbox: Sandbox, sent: Sent
    ) -> None:
        app = seated(sandbox, "Anna")
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        app.seat.show_code._handle_custom_msg({"kind": "ask"}, [memoryview(public)])
        data, buffers = sent[-1]
        code = sandbox.roll.code_of(1)
        assert code not in repr(data)
        assert key.decrypt(buffers[0], OAEP).decode() == code

    def test_a_wrong_one_is_told(self, sandbox: Sandbox) -> None:
        form = SeatForm(sandbox)
        form.code.set(Secret("1-AAAAA"), "")
        form.take.click()
        assert shown(form.said) == "The sandbox knows no seat with this return code."

    def test_the_environment_can_hold_it(
        self, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
    ) -> None:
        with running(sandbox) as address:
            link = Link(address)
            link.take("Anna")
            assert link.seat
            monkeypatch.setenv(SANDBOX_ADDRESS, address)
            monkeypatch.setenv(SEAT_CODE, link.seat.code)
            app = Workshop()
            assert opened(app).exercise.id == COURSE[0]


class TestAWorkshopOnAServer:
    def test_a_seat_is_taken_at_the_address_that_was_typed(self) -> None:
        with running() as address:
            form = SeatForm()
            form.where.value = SHARED
            form.name.value = "Anna"
            form.take.click()
            assert shown(form.said).startswith("The address of the workshop is missing")
            form.address.set(Secret(address), "")
            form.take.click()
            assert form.link is not None
            assert form.link.seat
            assert form.address.value is None

    def test_the_address_of_the_environment_is_taken(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with running() as address:
            monkeypatch.setenv(SANDBOX_ADDRESS, address)
            form = SeatForm()
            assert form.where.value == SHARED
            assert form.address not in form.children
            form.where.value = ALONE
            form.take.click()
            assert form.link is not None
            assert form.link.alone

    def test_an_end_of_the_sandbox_is_told(self) -> None:
        with running() as address:
            link = Link(address)
            link.take("Anna")
            exercise = Exercise(FIRST, link)
        exercise.form.send.click()
        assert shown(exercise.said).startswith("No sandbox answers at http://127.0.0.1")

    def test_the_trainer_sees_a_solved_exercise_by_looking_again(self) -> None:
        sandbox = Sandbox()
        with running(sandbox) as address:
            link = Link(address)
            link.take("Anna")
            asyncio.run(self._seen(address, sandbox, Exercise(FIRST, link)))

    async def _seen(self, address: str, sandbox: Sandbox, exercise: Exercise) -> None:
        trainer = Trainer(pause=0.05)
        trainer.address.set(Secret(address), "")
        trainer.code.set(Secret(sandbox.roll.trainer_code()), "")
        trainer.lead.click()
        assert "opened 0 tries, 0 min" in shown(trainer.view)
        await asyncio.to_thread(mend_first, exercise)
        async with asyncio.timeout(2):
            while "solved 1 try" not in shown(trainer.view):
                await asyncio.sleep(0.01)
        trainer.close()


class TestTheTrainer:
    def test_the_board_opens_with_the_code_alone(self, sandbox: Sandbox) -> None:
        trainer = Trainer(sandbox)
        trainer.lead.click()
        assert shown(trainer.said).startswith("The trainer's code is missing.")
        trainer.code.set(Secret("AAAAA-AAAAA-AAAAA-AAAAA"), "")
        trainer.lead.click()
        assert shown(trainer.said) == "This is not the trainer's code of this sandbox."
        assert trainer.view not in trainer.children
        opened_ = board_of(sandbox)
        assert shown(opened_.view).endswith("Nobody has taken a seat yet.")

    def test_seats_and_exercises_make_a_table(self, sandbox: Sandbox) -> None:
        one, _ = seated(sandbox, "Anna"), seated(sandbox, "Bo <b>")
        mend_first(opened(one))
        trainer = board_of(sandbox)
        text = shown(trainer.view)
        assert "1. Anna 3 solved 1 try, 0 min" in text
        assert "2. Bo <b> 0 opened 0 tries, 0 min" in text
        assert "<b>" not in trainer.view.value

    def test_a_seat_begins_again(self, sandbox: Sandbox) -> None:
        app = seated(sandbox, "Anna")
        mend_first(opened(app))
        trainer = board_of(sandbox)
        trainer.forget.click()
        assert shown(trainer.said) == "Seat 1 begins again."
        assert "1. Anna 0 –" in shown(trainer.view)

    def test_an_exercise_is_closed_and_opened(self, sandbox: Sandbox) -> None:
        seated(sandbox, "Anna")
        trainer = board_of(sandbox)
        trainer.choice.value = COURSE[2]
        assert trainer.toggle.description == "Close it for all"
        trainer.toggle.click()
        assert sandbox.roll.lesson().closed == [COURSE[2]]
        assert "A value from a configuration file (closed)" in shown(trainer.view)
        assert trainer.toggle.description == "Open it for all"
        trainer.toggle.click()
        assert sandbox.roll.lesson().closed == []

    def test_a_lost_code_is_shown_and_kept_in_no_trait(
        self, sandbox: Sandbox, sent: Sent
    ) -> None:
        seated(sandbox, "Anna")
        trainer = board_of(sandbox)
        trainer.show_code._handle_custom_msg({"kind": "ask"}, [])
        assert sent[-1][0]["content"]["text"] == sandbox.roll.code_of(1)
        state = repr(ipywidgets.Widget.get_manager_state())
        assert sandbox.roll.code_of(1) not in state
        assert sandbox.roll.trainer_code() not in state

    def test_the_app_holds_the_board_as_well(self, sandbox: Sandbox) -> None:
        app = Workshop(sandbox)
        app.role.value = LEAD
        assert app.trainer in app.children
        assert app.seat not in app.children

    def test_what_was_begun_beside_the_course_has_a_column(
        self, sandbox: Sandbox
    ) -> None:
        app = seated(sandbox, "Anna")
        app.theme.value = "QR"
        assert "a-code-on-every-table" in board_of(sandbox).columns


def place(**parts: int) -> messages.Standing:
    given = {"tries": 0, "hints": 0, "guesses": 0, "points": 0, "minutes": 0, "idle": 0}
    flags = {name: bool(parts.pop(name, 0)) for name in ("solved", "named")}
    return messages.Standing(exercise=FIRST, **flags, **(given | parts))


def line(number: int, current: str, **places: board.Place) -> board.Line:
    return board.Line(number=number, name="Anna", places=places, current=current)


def test_the_exercise_that_most_are_stuck_at_is_named() -> None:
    lines = [
        line(1, "a", a=place(minutes=12), b=place(minutes=90)),
        line(2, "a", a=place(minutes=10)),
        line(3, "b", b=place(minutes=40)),
        line(4, "b", b=place(minutes=40, solved=1)),
        line(5, "b", b=place(minutes=9)),
    ]
    text = board.stuck_view(lines, {"a": "First", "b": "Second"})
    assert "Most are stuck at: First (2 people, for 10 minutes or longer)." in text
    text = board.stuck_view(lines[3:], {"b": "Second"})
    assert "Nobody works at the same exercise for 10 minutes" in text
