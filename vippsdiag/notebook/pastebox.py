"""One box for whatever a merchant sent, and what is known beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import ipywidgets as widgets

from vippsdiag.environments import Environment
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Context, Evidence
from vippsdiag.importers import read_paste
from vippsdiag.keys import KeyKind
from vippsdiag.notebook.keyform import labelled
from vippsdiag.notebook.sealed import SealedField
from vippsdiag.render import found, html
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import EXERCISES, start
from vippsdiag.sandbox.exercises.words import sent_in
from vippsdiag.secret import Secret, examine

# Not None: a dropdown that is set to None shows nothing at all.
NOT_KNOWN = ("Not known", "")
EMPTY = "There is nothing in the box yet."
EMPTY_HINT = "Paste what you have, choose a file, or try an example."
HELP = (
    "An e-mail, a cURL command, a HAR file, a log, an error text, or all of them. A "
    "file may have 100 MB if it is a HAR, and 32 MB otherwise."
)


class PasteBox(widgets.VBox):
    """Takes whatever there is, sealed in the page, and reads it.

    Attributes:
        field: the box itself, for texts and for a file.
        environment: the one that is meant, if somebody said so.
        kind: the kind of keys, if somebody said so.
        example: a failing call of the sandbox.
        use: fills the box with the example.
        diagnose: starts the diagnosis.
        forget: forgets everything.
        said: what happened, in a sentence.
    """

    def __init__(self) -> None:
        self.field = SealedField(
            "Paste what the merchant sent", help=HELP, rows=10, files=True
        )
        self.environment = widgets.Dropdown(
            options=[
                NOT_KNOWN,
                ("Test", Environment.TEST),
                ("Production", Environment.PRODUCTION),
            ],
            **labelled("Environment that is meant"),
        )
        self.kind = widgets.Dropdown(
            options=[NOT_KNOWN, *((f"{kind} keys", kind) for kind in KeyKind)],
            **labelled("Kind of keys"),
        )
        self.example = widgets.Dropdown(
            options=[(item.title, item.id) for item in EXERCISES],
            **labelled("Try an example"),
        )
        self.use = _button("Fill in the example")
        self.use.on_click(lambda _: self.when_ready(self.use_example))
        self.diagnose = _button("Diagnose", style="primary")
        self.forget = _button("Forget everything")
        self.forget.on_click(lambda _: self.when_ready(self.clear))
        self.said = widgets.HTML()
        super().__init__(self._rows())

    def _rows(self) -> list[widgets.Widget]:
        wrap = {"flex_flow": "row wrap"}
        return [
            widgets.HBox([self.example, self.use], layout=wrap),
            self.field,
            widgets.HBox([self.environment, self.kind], layout=wrap),
            widgets.HBox([self.diagnose, self.forget], layout=wrap),
            self.said,
        ]

    def use_example(self) -> None:
        """Fill the box with a failing call of the sandbox."""
        attempt = start(self.example.value, Sandbox())
        note = f"Example: {attempt.exercise.title}. The keys in it are practice keys."
        self.field.set(Secret(sent_in(attempt)), note)

    def clear(self) -> None:
        """Forget what was pasted and what was chosen."""
        self.environment.value, self.kind.value = "", ""
        self.field.clear()
        self.say("Everything is forgotten.")

    def say(self, text: str, kind: str = "") -> None:
        """Show a sentence below the buttons."""
        self.said.value = html.page(found.said(text, kind)) if text else ""

    def when_ready(self, action: Callable[[], object]) -> None:
        """Run an action once a value that was pasted has arrived."""
        self.field.when_ready(action)

    def read(self) -> Evidence:
        """Return what the pasted text holds, with what was told beside it.

        Raises:
            UnreadablePaste: there is nothing in the box, or nothing that can be used.
        """
        if self.field.value is None:
            raise UnreadablePaste(EMPTY, EMPTY_HINT)
        evidence = examine(self.field.value, read_paste)
        told = Context(
            environment=self.environment.value or None, kind=self.kind.value or None
        )
        return replace(
            evidence,
            context=told.or_else(evidence.context),
            now=evidence.now or datetime.now(UTC),
        )


def _button(label: str, *, style: str = "") -> widgets.Button:
    return widgets.Button(
        description=label, button_style=style, layout={"width": "max-content"}
    )
