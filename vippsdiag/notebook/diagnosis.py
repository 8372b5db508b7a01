"""What is wrong with keys and calls so far, and a trial to be surer of it."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING

import ipywidgets as widgets

from vippsdiag.check import Report, Trial, Tried
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import VippsdiagError
from vippsdiag.evidence import Evidence
from vippsdiag.language import tr
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.report import ReportButton
from vippsdiag.notebook.step import Step, action
from vippsdiag.notebook.steps import TokenStep
from vippsdiag.notebook.views import DiagnosisTable
from vippsdiag.notebook.voice import Speaking
from vippsdiag.proof import weigh
from vippsdiag.render import html
from vippsdiag.render.frame import to_frame
from vippsdiag.render.page import render_html
from vippsdiag.render.words import trial_line

if TYPE_CHECKING:
    import pandas as pd


class DiagnosisStep(Speaking, widgets.VBox):
    """Shows what is wrong, how sure that is, and how to mend it; always up to date.

    Args:
        form: the keys.
        token: the step whose client made the calls.
        steps: the other steps that make calls.

    Attributes:
        report: what the diagnosis came to.
        table: the causes.
        attempt: makes the trial that would tell most; hidden if there is none.
        save: hands over the report, with no secret in it.
    """

    def __init__(self, form: KeyForm, token: TokenStep, *steps: Step) -> None:
        self.form, self.token = form, token
        self.report: Report = diagnose(Evidence())
        self._tried: list[Tried] = []
        self._remark = ""
        self.table = DiagnosisTable()
        self.plan = widgets.HTML()
        self.attempt = action()
        self.attempt.on_click(lambda _: form.when_ready(self.make_trial))
        name = "vippsdiag-report.html"
        self.save = ReportButton("", self._page, name)
        form.on_change(self.refresh)
        for step in (token, *steps):
            step.on_change(self.refresh)
        super().__init__([self.table, self.plan, self.attempt, self.save])
        self.speak()
        self.refresh()

    @property
    def evidence(self) -> Evidence:
        """Everything that was typed, pasted and called so far."""
        given = self.form.evidence
        made = tuple(self.token.client.exchanges) if self.token.client else ()
        return replace(given, exchanges=given.exchanges + made, now=datetime.now(UTC))

    def refresh(self, remark: str = "") -> None:
        """Diagnose again, and weigh the trials that were made of calls still here."""
        evidence = self.evidence
        here = {id(exchange) for exchange in evidence.exchanges}
        self._tried = [one for one in self._tried if id(one.trial.baseline) in here]
        self.report = reduce(weigh, self._tried, diagnose(evidence))
        self._remark = remark
        self.table.show(self.report)
        self.paint()

    def paint(self) -> None:
        """Say what could be tried."""
        trial = self._trial()
        self.attempt.description = tr("Try it")
        self.save.label = tr("Save the report")
        self.attempt.layout.display = "" if trial else "none"
        parts = []
        if trial:
            does = tr("The button does this: {trial}", trial=trial_line(trial))
            parts.append(html.notice(does))
        if self._remark:
            parts.append(html.notice(tr(self._remark), "error"))
        self.plan.value = html.page(*parts) if parts else ""

    def _trial(self) -> Trial | None:
        """Return the trial that tells most of those that can be made."""
        if self.token.client is None:
            return None
        ready = (trial for trial in self.report.trials if not trial.lacking)
        return next(ready, None)

    def make_trial(self) -> None:
        """Make the trial that is shown; nothing is sent before this is asked for."""
        trial, client = self._trial(), self.token.client
        if trial is None or client is None:
            return
        remark = ""
        self.attempt.disabled = True
        try:
            self._tried.append(client.trial(trial))
        except VippsdiagError as error:
            remark = error.text
        finally:
            self.attempt.disabled = False
        self.refresh(remark)

    def _page(self) -> str:
        return render_html(self.report, "onboarding")

    def to_frame(self) -> "pd.DataFrame":
        """Return the findings as a pandas ``DataFrame``."""
        return to_frame(self.report)
