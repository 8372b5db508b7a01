"""What the apps of the notebooks show is said in the language that is spoken."""

import html as escaping
import re
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakSet

import ipywidgets as widgets
import pytest
from sealed_page import Sent

from vippsdiag import language
from vippsdiag.notebook import (
    Integrations,
    KeyRotation,
    Troubleshooting,
    voice,
)
from vippsdiag.notebook.pulse import Pulse
from vippsdiag.notebook.voice import speak_in
from vippsdiag.rotation import Do

# Names, codes, values and signs: the same in every language.
KEPT = re.compile(
    r"[\W\d_]*|\W*(?:[\w-]*(?:client_id|client_secret|Ocp[-_]Apim|Serial-?Number"
    r"|Psp-Id|Vipps|https?:|POST|GET|MSN|•••)[^«]*|[a-z]+(?:-[a-z]+)+|[\w./-]*/[\w./-]*"
    r"|Content-\w+|Date|\d+ \w+|0x\w+|[\w-]+: .*)\W*"
)


class Everything:
    """A catalogue in which every text has a translation that shows."""

    def gettext(self, text: str) -> str:
        return f"«{text}»"

    def pgettext(self, context: str, text: str) -> str:
        del context
        return f"«{text}»"

    def ngettext(self, one: str, many: str, count: int) -> str:
        return f"«{one if count == 1 else many}»"


@pytest.fixture(autouse=True)
def translated(monkeypatch: pytest.MonkeyPatch, sent: Sent) -> None:  # noqa: ARG001
    monkeypatch.setattr(language, "_catalogue", lambda _: Everything())
    monkeypatch.setattr(voice, "_shown", WeakSet())
    monkeypatch.setattr(Pulse, "_run", lambda *_: None)


def rotation() -> KeyRotation:
    app = KeyRotation()
    app.steps.buttons[Do.LOOK].click()
    app.steps.buttons[Do.NEW_PRIMARY].click()
    app.shop.call()
    app.both.compare.click()
    return app


def troubleshooting() -> Troubleshooting:
    app = Troubleshooting()
    app.paste.example.value = "moved-to-production"
    app.paste.use.click()
    app.paste.diagnose.click()
    return app


def integrations() -> Integrations:
    app = Integrations()
    app.example.click()
    return app


APPS: dict[str, Callable[[], widgets.Widget]] = {
    "02-troubleshooting": troubleshooting,
    "04-key-rotation": rotation,
    "06-integrations": integrations,
}


def pieces(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from pieces(child)


def texts(widget: Any) -> Iterator[str]:
    """Yield every text of a widget that a person reads."""
    if isinstance(widget, widgets.HTML):
        view = re.sub(r"<style>.*?</style>", "", widget.value, flags=re.DOTALL)
        view = re.sub(r"<(pre|code)\b.*?</\1>", "", view, flags=re.DOTALL)
        yield from map(escaping.unescape, re.split(r"<[^>]+>|\n", view))
    chosen = isinstance(widget, widgets.Dropdown)  # whose label is its choice
    for name in ("description",) if chosen else ("description", "label", "help"):
        if widget.has_trait(name):
            yield getattr(widget, name)


def unsaid(app: widgets.Widget) -> list[str]:
    found = (text.strip() for one in pieces(app) for text in texts(one))
    return [text for text in found if "«" not in text and not KEPT.fullmatch(text)]


@pytest.mark.parametrize("make", APPS.values(), ids=list(APPS))
def test_every_text_is_said_in_the_language(make: Callable[[], widgets.Widget]) -> None:
    app = make()
    speak_in("nb")
    assert unsaid(app) == []
    assert any("«" in text for one in pieces(app) for text in texts(one))
    speak_in("en")
    assert not any("«" in text for one in pieces(app) for text in texts(one))
