"""The notebook for integrations: a guide to each, and a check of its settings."""

from dataclasses import replace
from datetime import UTC, datetime

import ipywidgets as widgets

from vippsdiag.check import Check, Report
from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.evidence import Context, Evidence
from vippsdiag.integrations import GUIDES, Guide, guide
from vippsdiag.language import mark, say, tr
from vippsdiag.notebook.choice import Choice
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.mishap import Mishap
from vippsdiag.notebook.step import action
from vippsdiag.notebook.steps import TokenStep
from vippsdiag.notebook.voice import Heading, Speaking
from vippsdiag.render import html
from vippsdiag.render import integrations as views
from vippsdiag.sandbox.practice.settings import UNITS, mistaken

BY_ID: dict[str, Check] = {check.id: check for check in CHECKS}


class Integrations(Speaking, widgets.VBox):
    """A guide to each integration, and a check of its settings.

    Attributes:
        language: the choice of the language.
        choice: which integration.
        view: its guide.
        example: fills in settings with a mistake in them.
        form: takes the settings.
        token: makes a token call with them.
        causes: what is wrong, in the product's own words.
        report: the same as a value.
    """

    def __init__(self) -> None:
        self.heading = Heading("06-integrations")
        self.choice = Choice(
            mark("What you use"), [(one.name, one.name) for one in GUIDES]
        )
        self.view, self.causes = widgets.HTML(), widgets.HTML()
        self.example = action()
        self.form = KeyForm()
        self.token = TokenStep(self.form)
        self.report: Report = diagnose(Evidence())
        self._prose = [widgets.HTML() for _ in range(3)]
        self._wire()
        intro, trying, found = self._prose
        parts = [self.heading, intro, self.choice, self.view, trying, self.example]
        super().__init__([*parts, self.form, self.token, found, self.causes, Mishap()])
        self.choose()
        self.speak()

    def _wire(self) -> None:
        self._example = False
        self.choice.on_choice(self.choose)
        self.example.on_click(lambda _: self.form.when_ready(self.use_example))
        self.form.on_change(self._start_again)
        self.token.on_change(self.diagnose)

    @property
    def guide(self) -> Guide:
        """The guide that is chosen."""
        return guide(str(self.choice.value))

    def choose(self) -> None:
        """Show a guide, and take the kind of keys that goes with it."""
        if self.form.practising or self._example:
            self.form.practice.value = UNITS[self.guide.kind]
            self.form.use_practice_keys()
        self.form.kind.value = self.guide.kind
        self._start_again()
        self.paint()

    def use_example(self) -> None:
        """Fill in the settings as the product shows them, with a mistake in them."""
        note = say("Example: two values have changed places. They are practice keys.")
        self.form.environment.value = Environment.SANDBOX
        self.form.paste.set(mistaken(self.guide, self.form.sandbox), note)
        self._example = True

    def _start_again(self) -> None:
        """Forget a call that was made with other keys, and diagnose again."""
        self._example = False
        self.token.clear()
        self.diagnose()

    @property
    def evidence(self) -> Evidence:
        """Everything that was pasted and called so far, for the chosen product."""
        given = self.form.evidence
        made = tuple(self.token.client.exchanges) if self.token.client else ()
        return replace(
            given,
            exchanges=given.exchanges + made,
            context=Context(client=self.guide.name).or_else(given.context),
            now=datetime.now(UTC),
        )

    def diagnose(self) -> None:
        """Say what is wrong with the settings, and with the call if one was made."""
        self.report = diagnose(self.evidence)
        self._show()

    def _show(self) -> None:
        self.causes.value = html.page(html.findings_table(self.report))

    def paint(self) -> None:
        """Set every text, in the language that is spoken now."""
        self.example.description = tr("Fill in an example with a mistake")
        texts = (views.intro(), views.trying(self.guide), views.found())
        for prose, text in zip(self._prose, texts, strict=True):
            prose.value = html.page(text)
        self.view.value = html.page(views.guide_view(self.guide, BY_ID))
        self._show()
