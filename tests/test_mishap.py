"""An error of the notebook itself is told where people look, and only by its name."""

import asyncio
import logging
from threading import Event

import pytest
from ipywidgets import VBox
from sealed_page import Sent

from vippsdiag import notebook
from vippsdiag.language import speaking
from vippsdiag.notebook import Mishap
from vippsdiag.notebook.mishap import listen
from vippsdiag.notebook.pulse import Pulse
from vippsdiag.notebook.trainer import Trainer
from vippsdiag.sandbox import Sandbox
from vippsdiag.secret import Secret

APPS = (
    notebook.Integrations,
    notebook.KeyRotation,
    notebook.Onboarding,
    notebook.Partner,
    notebook.Start,
    notebook.Troubleshooting,
    notebook.Workshop,
)


class Shell:
    """As much of IPython as is asked, while it answers a message of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.shown = 0

    def showtraceback(self) -> None:
        self.shown += 1

    def get_parent(self) -> dict[str, dict[str, object]]:
        return {"header": {"msg_type": self.kind}}


@pytest.fixture
def mishap(sent: Sent) -> Mishap:  # noqa: ARG001 - no kernel is asked
    return Mishap()


def test_nothing_is_said_while_nothing_went_wrong(mishap: Mishap) -> None:
    assert mishap.value == ""


def test_what_the_library_logs_is_told_without_its_text(mishap: Mishap) -> None:
    try:
        raise LookupError("client_secret=abc")
    except LookupError:
        logging.getLogger("Comm").exception("Exception in comm_msg for %s", "a")
    assert mishap.error == "LookupError"
    assert "this notebook itself made an error (LookupError)" in mishap.value
    assert "abc" not in mishap.value


@pytest.mark.parametrize(
    ("kind", "told"),
    [("comm_msg", "ZeroDivisionError"), ("execute_request", "")],
    ids=["callback", "cell"],
)
def test_what_ipython_shows_of_a_callback_is_told(
    mishap: Mishap, kind: str, told: str
) -> None:
    shell = Shell(kind)
    listen(shell)
    listen(shell)
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        shell.showtraceback()
    assert shell.shown == 1
    assert mishap.error == told


def test_it_is_said_in_the_language_that_is_spoken(mishap: Mishap) -> None:
    mishap.tell(KeyError)
    english = mishap.value
    with speaking("nb"):
        mishap.paint()
    mishap.paint()
    assert mishap.value == english


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.__name__)
def test_every_app_has_a_place_for_it(app: type[VBox], sent: Sent) -> None:  # noqa: ARG001
    assert any(isinstance(part, Mishap) for part in app().children)


def test_an_error_in_what_is_done_again_and_again_is_told(mishap: Mishap) -> None:
    stopped = Event()

    def beat() -> None:
        raise LookupError

    Pulse(beat, stopped.set).start()
    assert stopped.wait(10)
    assert mishap.error == "LookupError"


def test_an_error_while_the_trainer_follows_the_workshop_is_told(
    mishap: Mishap,
) -> None:
    async def follow() -> None:
        sandbox = Sandbox()
        trainer = Trainer(sandbox, pause=0)
        trainer.code.set(Secret(sandbox.roll.trainer_code()), "typed")
        trainer.enter()
        assert trainer._task
        trainer.look = fail  # type: ignore[method-assign]
        await trainer._task

    async def fail() -> None:
        raise LookupError

    asyncio.run(follow())
    assert mishap.error == "LookupError"
