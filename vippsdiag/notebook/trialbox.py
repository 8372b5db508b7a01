"""The trials that could make a diagnosis surer; buttons only where keys are at hand."""

from collections.abc import Callable

import ipywidgets as widgets

from vippsdiag.check import Report, Trial, Tried
from vippsdiag.client import Client
from vippsdiag.environments import Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.keys import KeySet
from vippsdiag.language import tr
from vippsdiag.notebook.step import action
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import found, html
from vippsdiag.sandbox import Sandbox


class TrialBox(Speaking, widgets.VBox):
    """Shows what could be tried, and tries it when it is asked to.

    Args:
        tried: what to do with what came of a trial.

    Attributes:
        view: what trials are, and whether any can be made.
        buttons: one for each trial that can be made, by its id.
    """

    def __init__(self, tried: Callable[[Tried], object]) -> None:
        self._tried = tried
        self._report: Report | None = None
        self._sandbox: Sandbox | None = None
        self._problem: VippsdiagError | None = None
        self.view, self.said = widgets.HTML(), widgets.HTML()
        self.buttons: dict[str, widgets.Button] = {}
        self._texts: list[widgets.HTML] = []
        super().__init__()
        self.speak()

    def show(self, report: Report | None, sandbox: Sandbox | None = None) -> None:
        """Show the trials of a report.

        Args:
            report: with its trials; None for none.
            sandbox: what answers them, if the keys are the sandbox's.
        """
        self._report, self._sandbox, self._problem = report, sandbox, None
        self.buttons, self._texts = {}, []
        rows: list[widgets.Widget] = []
        for trial in report.trials if report else ():
            self._texts.append(widgets.HTML())
            rows.append(self._texts[-1])
            if not trial.lacking:
                rows.append(self._button(trial))
        # Named before they are shown: the page draws one change after the other.
        self.paint()
        self.children = (self.view, *rows, self.said)

    def _button(self, trial: Trial) -> widgets.Button:
        made = action()
        made.on_click(lambda _: self.make(trial))
        self.buttons[trial.id] = made
        return made

    def make(self, trial: Trial) -> None:
        """Make a trial; nothing is sent before this is asked for."""
        for button in self.buttons.values():
            button.disabled = True
        client = self._client()
        try:
            self._tried(client.trial(trial))
        except VippsdiagError as error:
            self._problem = error
            self.paint()
        finally:
            client.close()
            for button in self.buttons.values():
                button.disabled = False

    def _client(self) -> Client:
        session = self._sandbox.session() if self._sandbox else None
        return Client(KeySet(), Environment.TEST, session=session)

    def paint(self) -> None:
        """Set every text in the language that is spoken now."""
        report = self._report
        practice = self._sandbox is not None
        head = found.trials_view(report, practice=practice) if report else ""
        self.view.value = html.page(head) if head else ""
        trials = report.trials if report else ()
        for view, trial in zip(self._texts, trials, strict=True):
            view.value = html.page(found.trial_view(trial))
        for name, button in self.buttons.items():
            button.description = tr("Make the trial {name}", name=name)
        words = self._problem.words if self._problem else ""
        self.said.value = html.page(html.status(words, "error")) if words else ""
