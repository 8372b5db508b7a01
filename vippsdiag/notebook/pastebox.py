"""One box for whatever a merchant sent, and what is known beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import ipywidgets as widgets

from vippsdiag.environments import Environment
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Context, Evidence
from vippsdiag.importers import read_paste
from vippsdiag.integrations import GUIDES
from vippsdiag.language import mark, say, tr
from vippsdiag.notebook.choice import Choice
from vippsdiag.notebook.keyform import KINDS
from vippsdiag.notebook.report import ReportButton
from vippsdiag.notebook.sealed import SealedField
from vippsdiag.notebook.step import action
from vippsdiag.notebook.views import ROW
from vippsdiag.notebook.voice import Speaking
from vippsdiag.redact import Redaction, redact
from vippsdiag.redact.legible import refuse_illegible
from vippsdiag.render import html
from vippsdiag.render.integrations import integration_named
from vippsdiag.render.redaction import sentences
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import EXERCISES, start
from vippsdiag.sandbox.exercises.words import sent_in
from vippsdiag.secret import Secret, examine

# Not None: a dropdown that is set to None shows nothing at all.
NOT_KNOWN = (mark("Not known"), "")
ENVIRONMENTS = (
    NOT_KNOWN,
    (mark("Test"), Environment.TEST),
    (mark("Production"), Environment.PRODUCTION),
)

# Those of the guides that causes have words of their own for.
_INTEGRATIONS = (
    NOT_KNOWN,
    *((one.name, one.name) for one in GUIDES if integration_named(one.name)),
)

# Of the places that a person should look at, more fill the page.
_MOST_SHOWN = 20


class PasteBox(Speaking, widgets.VBox):
    """Takes whatever there is, sealed in the page, and reads it.

    Attributes:
        field: the box itself, for texts and for a file.
        environment: the one that is meant, if somebody said so.
        kind: the kind of keys, if somebody said so.
        integration: the one in use, if somebody said so.
        told: these three.
        example: a failing call of the sandbox.
        use: fills the box with the example.
        diagnose: starts the diagnosis.
        share: hands over what is in the box with a pseudonym for every secret.
        forget: forgets everything.
        said: what happened, in a sentence.
        sandbox: what the example in the box was made with; None if it is no example.
    """

    def __init__(self) -> None:
        self.sandbox: Sandbox | None = None
        self._said: tuple[tuple[str, ...], str] = ((), "")
        self._redaction: Redaction | None = None
        self.field = SealedField("", rows=10, files=True)
        self.field.on_value(lambda _: self._arrived())
        self.environment = Choice(mark("Environment that is meant"), ENVIRONMENTS)
        self.kind = Choice(mark("Kind of keys"), (NOT_KNOWN, *KINDS))
        self.integration = Choice(mark("Integration in use"), _INTEGRATIONS)
        self.told = (self.environment, self.kind, self.integration)
        examples = [(item.title, item.id) for item in EXERCISES]
        self.example = Choice(mark("Try an example"), examples)
        self.use, self.forget = action(), action()
        self.diagnose = action(primary=True)
        self.share = ReportButton(
            "", self.shareable, "vippsdiag-shareable.txt", self.when_ready
        )
        self.use.on_click(lambda _: self.when_ready(self.use_example))
        self.forget.on_click(lambda _: self.when_ready(self.clear))
        self.said = widgets.HTML()
        super().__init__(self._rows())
        self.speak()

    def _rows(self) -> list[widgets.Widget]:
        return [
            widgets.HBox([self.example, self.use], layout=ROW),
            self.field,
            widgets.HBox(self.told, layout=ROW),
            widgets.HBox([self.diagnose, self.share, self.forget], layout=ROW),
            self.said,
        ]

    def paint(self) -> None:
        """Set every text, and say again what was said last."""
        self.use.description = tr("Fill in the example")
        self.diagnose.description = tr("Diagnose")
        self.share.label = tr("Save a copy with pseudonyms")
        self.forget.description = tr("Forget everything")
        self.field.label = tr("Paste what the merchant sent")
        self.field.help = tr(
            "An e-mail, a cURL command, a HAR file, a log, an error text, or all of "
            "them. A file may have 100 MB if it is a HAR, and 32 MB otherwise."
        )
        texts, kind = self._said
        text = " ".join(
            sentences(self._redaction) if self._redaction else map(tr, texts)
        )
        self.said.value = html.page(html.status(text, kind)) if text else ""

    def use_example(self) -> None:
        """Fill the box with a failing call of the sandbox."""
        sandbox = Sandbox()
        attempt = start(str(self.example.value), sandbox)
        note = say(
            "Example: {title} The keys in it are practice keys.",
            title=_sentence(attempt.exercise.title),
        )
        self.field.set(Secret(sent_in(attempt)), note)
        self.sandbox = sandbox

    def _arrived(self) -> None:
        """Something else is in the box now."""
        self.sandbox = None

    def clear(self) -> None:
        """Forget what was pasted and what was chosen."""
        for choice in self.told:
            choice.value = ""
        self.field.clear()
        self.say(say("Everything is forgotten."))

    def say(self, *texts: str, kind: str = "") -> None:
        """Show sentences below the buttons."""
        self._said, self._redaction = (texts, kind), None
        self.paint()

    def when_ready(self, action: Callable[[], object]) -> None:
        """Run an action once a value that was pasted has arrived."""
        self.field.when_ready(action)

    def shareable(self) -> str:
        """Return what is in the box with a pseudonym for every secret; empty for none.

        What was replaced, and what a person should look at, is said below the buttons.
        """
        try:
            redaction = examine(self._pasted(), _redacted)
        except UnreadablePaste as error:
            self.say(*error.args, kind="error")
            return ""
        self.say()
        shown = redaction.review[:_MOST_SHOWN]
        self._redaction = replace(redaction, text="", review=shown)
        self.paint()
        return redaction.text

    def _pasted(self) -> str:
        if self.field.value is None:
            raise UnreadablePaste(
                say("There is nothing in the box yet."),
                say("Paste what you have, choose a file, or try an example."),
            )
        return self.field.value

    def read(self) -> Evidence:
        """Return what the pasted text holds, with what was told beside it.

        Raises:
            UnreadablePaste: there is nothing in the box, or nothing that can be used.
        """
        evidence = examine(self._pasted(), read_paste)
        told = Context(
            environment=self.environment.value or None,
            kind=self.kind.value or None,
            client=self.integration.value or None,
        )
        return replace(
            evidence,
            context=told.or_else(evidence.context),
            now=evidence.now or datetime.now(UTC),
        )


def _redacted(text: str) -> Redaction:
    refuse_illegible(text)
    return redact(text)


def _sentence(title: str) -> str:
    said = say(title)
    return said if title.endswith((".", "?")) else say("{title}.", title=said)
