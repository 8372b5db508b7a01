"""No button is shown before it says what it does: a page draws change after change."""

from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets
import pytest

from vippsdiag.environments import SANDBOX_ADDRESS
from vippsdiag.notebook import (
    Integrations,
    Onboarding,
    Partner,
    Troubleshooting,
    Workshop,
)


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SANDBOX_ADDRESS, raising=False)


def nameless(piece: ipywidgets.Widget) -> Iterator[ipywidgets.Button]:
    """Yield the buttons that are shown in a piece, and say nothing."""
    if piece.layout.display == "none":
        return
    if isinstance(piece, ipywidgets.Button) and not piece.description:
        yield piece
    for part in getattr(piece, "children", ()):
        yield from nameless(part)


def onboarding(app: Onboarding) -> None:
    for step in (app.token, app.access, app.payment, app.paid):
        app.next.click()
        step.button.click()
    app.payment.approve.click()
    app.paid.button.click()
    app.next.click()
    app.rail.go(0)
    app.rail.go(6)


def troubleshooting(app: Troubleshooting) -> None:
    app.paste.example.value = "moved-to-production"
    app.paste.use.click()
    app.paste.diagnose.click()
    assert app.trials.buttons


def partner(app: Partner) -> None:
    for button in list(buttons_of(app)):
        button.click()


def integrations(app: Integrations) -> None:
    for _, name in app.choice.options:
        app.choice.value = name
        app.example.click()
        app.token.button.click()


def workshop(app: Workshop) -> None:
    for button in buttons_of(app.seat):
        button.click()
    for _ in range(2):
        for button in list(buttons_of(app)):
            button.click()


def buttons_of(piece: ipywidgets.Widget) -> Iterator[ipywidgets.Button]:
    if isinstance(piece, ipywidgets.Button):
        yield piece
    for part in getattr(piece, "children", ()):
        yield from buttons_of(part)


@pytest.mark.parametrize(
    ("made", "walk"),
    [
        (Onboarding, onboarding),
        (Troubleshooting, troubleshooting),
        (Partner, partner),
        (Integrations, integrations),
        (Workshop, workshop),
    ],
)
def test_a_button_says_what_it_does_from_the_moment_it_is_shown(
    made: Callable[[], Any],
    walk: Callable[[Any], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = made()
    found: list[ipywidgets.Button] = []
    tell = ipywidgets.Widget.notify_change

    def see(self: ipywidgets.Widget, change: Any) -> None:
        tell(self, change)
        if change["name"] in {"children", "display"}:
            found.extend(nameless(app))

    monkeypatch.setattr(ipywidgets.Widget, "notify_change", see)
    walk(app)
    assert found == []
