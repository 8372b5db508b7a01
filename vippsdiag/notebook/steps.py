"""The steps after the keys: token, reach, diagnosis, and what comes next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING

import ipywidgets as widgets

from vippsdiag.check import Report, Severity, Trial, Tried
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.evidence import Evidence, received_token
from vippsdiag.exchange import Exchange
from vippsdiag.notebook.copy import CopyButton
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.report import ReportButton
from vippsdiag.products import Product, Reach, probes, reach
from vippsdiag.proof import weigh
from vippsdiag.render import html
from vippsdiag.render.curl import to_curl
from vippsdiag.render.frame import to_frame
from vippsdiag.render.page import render_html
from vippsdiag.render.words import trial_line
from vippsdiag.token import read_token

if TYPE_CHECKING:
    import pandas as pd

    from vippsdiag.client import Client


class Step(widgets.VBox):
    """A button and what it shows.

    Attributes:
        button: starts the step.
        view: what came of it.
    """

    def __init__(self, form: KeyForm, label: str, hint: str) -> None:
        self.form = form
        self.hint = hint
        self.button = widgets.Button(
            description=label,
            button_style="primary",
            layout={"width": "max-content", "align_self": "flex-start"},
        )
        self.view = widgets.HTML()
        self.button.on_click(lambda _: form.when_ready(self.run))
        self._listeners: list[Callable[[], object]] = []
        self.clear()
        super().__init__([self.button, self.view])

    def clear(self) -> None:
        """Show the hint again."""
        self.view.value = html.page(html.notice(self.hint, "small"))

    def on_change(self, listener: Callable[[], object]) -> None:
        """Call back when the step has run."""
        self._listeners.append(listener)

    def run(self) -> None:
        """Do the step, show what came of it, and tell whoever wants to know."""
        self.button.disabled = True
        try:
            self.view.value = html.page(self.work())
        except VippsdiagError as error:
            self.view.value = html.page(html.notice(str(error), "error"))
        finally:
            self.button.disabled = False
        for listener in self._listeners:
            listener()

    def work(self) -> str:
        """Do the step and return the HTML to show."""
        raise TypeError


class TokenStep(Step):
    """Gets an access token, and shows request, response and the token.

    Attributes:
        client: the client that was used last; None before the first time.
        exchange: the call; None before the first time.
        copy: copies the call as a cURL command with no secret in it.
    """

    def __init__(self, form: KeyForm) -> None:
        self.client: Client | None = None
        self.exchange: Exchange | None = None
        self.copy = CopyButton("Copy as cURL")
        super().__init__(
            form, "Get token", "The call and its answer will stand here side by side."
        )
        self.children = (self.button, self.view, self.copy)

    def clear(self) -> None:
        """Forget the call: the keys have changed."""
        self.client, self.exchange, self.copy.text = None, None, ""
        super().clear()

    def work(self) -> str:
        """Send the token call."""
        self.clear()
        self.client = self.form.client()
        self.exchange = self.client.token()
        if self.exchange.request:
            self.copy.text = to_curl(self.exchange.request)
        parts = [_outcome(self.exchange), html.side_by_side(self.exchange)]
        received = received_token(self.exchange)
        if received is not None:
            parts.append(html.token_view(read_token(received), datetime.now(UTC)))
        return "".join(parts)


def _outcome(exchange: Exchange) -> str:
    if exchange.failure:
        return html.notice("No answer came. The diagnosis below says why.", "error")
    if exchange.ok and received_token(exchange) is not None:
        return html.notice("You have an access token.", "good")
    return html.notice(
        f"No token: the answer has the status {exchange.status}. The diagnosis below "
        "says why.",
        "error",
    )


class AccessStep(Step):
    """Makes the reading calls that show what the keys can reach.

    Attributes:
        found: each product with the call and what it says.
    """

    def __init__(self, form: KeyForm, token: TokenStep) -> None:
        self.token = token
        self.found: list[tuple[Product, Exchange, Reach]] = []
        super().__init__(
            form,
            "See what the keys reach",
            "Reading calls only. A token alone does not show what the keys may do.",
        )

    def clear(self) -> None:
        """Forget the calls: the keys have changed."""
        self.found = []
        super().clear()

    def work(self) -> str:
        """Send the probes, with a token from the step before or a new one."""
        client = self.token.client
        if client is None or self.token.exchange is None or not self.token.exchange.ok:
            return html.notice("Get a token first, with the button above.", "warning")
        ways = dict(probes(client.environment))
        self.found = [
            (product, exchange, reach(ways[product], exchange))
            for product, exchange in client.probes()
        ]
        return html.access_table(self.found)


class DiagnosisStep(widgets.VBox):
    """Shows what is wrong, how sure that is, and how to mend it; always up to date.

    Attributes:
        report: what the diagnosis came to.
        view: the table.
        attempt: makes the trial that would tell most; hidden if there is none.
        save: hands over the report, with no secret in it.
    """

    def __init__(self, form: KeyForm, token: TokenStep, access: AccessStep) -> None:
        self.form, self.token, self.access = form, token, access
        self.report: Report = diagnose(Evidence())
        self._tried: list[Tried] = []
        self.view = widgets.HTML()
        self.attempt = widgets.Button(
            description="Try it", layout={"width": "max-content"}
        )
        self.attempt.on_click(lambda _: form.when_ready(self.make_trial))
        self.next = widgets.HTML()
        self.save = ReportButton("Save the report", self._page, "vippsdiag-report.html")
        for part in (form, token, access):
            part.on_change(self.refresh)
        super().__init__([self.view, self.attempt, self.next, self.save])
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
        trial = self._trial()
        self.attempt.layout.display = "" if trial else "none"
        parts = [html.findings_table(self.report)]
        if trial:
            parts.append(html.notice(f"The button does this: {trial_line(trial)}"))
        parts += [html.notice(remark, "error")] if remark else []
        self.view.value = html.page(*parts)
        self.next.value = html.page(html.notice(self.advice()))

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
            remark = str(error)
        finally:
            self.attempt.disabled = False
        self.refresh(remark)

    def _page(self) -> str:
        return render_html(self.report, "onboarding")

    def advice(self) -> str:
        """Return the next thing to do, in a sentence or two."""
        if self.report.worst is Severity.ERROR:
            return "Next: mend the first cause in the table, and get a token again."
        if self.token.exchange is None:
            return "Next: get a token."
        if not self.access.found:
            return "Next: see what the keys reach."
        if self.form.environment.value is Environment.SANDBOX:
            return (
                "Next: choose Test above and use the keys of your own test sales unit. "
                "The steps are the same."
            )
        if self.form.environment.value is Environment.TEST:
            return "Next: your keys work. Create your first test payment."
        return "Next: your keys work in production."

    def to_frame(self) -> "pd.DataFrame":
        """Return the findings as a pandas ``DataFrame``."""
        return to_frame(self.report)


class Onboarding:
    """The parts of the onboarding notebook, wired to each other.

    Attributes:
        keys: the form for the keys.
        token: the step that gets a token.
        access: the step that shows what the keys reach.
        diagnosis: what is wrong and how to mend it.
    """

    def __init__(self) -> None:
        self.keys = KeyForm()
        self.token = TokenStep(self.keys)
        self.access = AccessStep(self.keys, self.token)
        self.keys.on_change(self._start_again)
        self.diagnosis = DiagnosisStep(self.keys, self.token, self.access)

    def _start_again(self) -> None:
        """Forget calls that were made with other keys."""
        self.token.clear()
        self.access.clear()
