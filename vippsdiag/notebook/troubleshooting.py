"""The parts of the troubleshooting notebook, wired to each other."""

import ipywidgets as widgets

from vippsdiag.check import Report
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import VippsdiagError
from vippsdiag.notebook.pastebox import PasteBox
from vippsdiag.notebook.replybox import ReplyBox
from vippsdiag.notebook.report import ReportButton
from vippsdiag.notebook.sealed import SealedField
from vippsdiag.render import found, html
from vippsdiag.render.page import render_html

LOOKING = "Looking at it …"
DONE = "Done: what was found stands below."
KEPT = "What stands below is from before."
CHANGED = "Choose Diagnose to look at what is there now."
HINT = "This fills when you choose Diagnose."


class Troubleshooting:
    """From what a merchant sent to the cause, and to a reply.

    Attributes:
        paste: the box, with what is known beside it.
        found: what each piece was taken for, and what could not be used.
        causes: who answered, the difference to a call that works, the ranked causes,
            and what could be tried.
        calls: requests and responses side by side.
        reply: a reply to the merchant.
        save: hands over the report, with no secret in it; hidden if there is none.
        report: what the diagnosis came to; None before the first.
    """

    def __init__(self) -> None:
        self.report: Report | None = None
        self.paste = PasteBox()
        self.found, self.causes, self.calls = (widgets.HTML() for _ in range(3))
        self.reply = ReplyBox(HINT)
        self.save = ReportButton("Save the report", self._page, "vippsdiag-report.html")
        self.paste.diagnose.on_click(lambda _: self.paste.when_ready(self.diagnose))
        self.paste.field.on_value(self._changed)
        for told in (self.paste.environment, self.paste.kind):
            told.observe(lambda _: self._say_older(), "value")
        self.clear()

    def diagnose(self) -> None:
        """Read what was pasted, and show what is wrong."""
        self.paste.diagnose.disabled = True
        self.paste.say(LOOKING)
        try:
            report = diagnose(self.paste.read())
        except VippsdiagError as error:
            kept = KEPT if self.report else ""
            self.paste.say(f"{error} {kept}".strip(), "error")
        else:
            self._show(report)
            self.paste.say(DONE)
        finally:
            self.paste.diagnose.disabled = False

    def _show(self, report: Report) -> None:
        self.report = report
        self.found.value = html.page(found.read_view(report))
        self.causes.value = html.page(
            html.findings_table(report), found.trials_view(report)
        )
        self.calls.value = html.page(found.calls_view(report))
        self.reply.show(report)
        self.save.layout.display = ""

    def _changed(self, field: SealedField) -> None:
        if field.value is None:
            self.clear()
            return
        self.paste.say(CHANGED)
        self._say_older()

    def _say_older(self) -> None:
        """Say that what is shown was found before something changed."""
        if self.report:
            self.paste.say(f"{CHANGED} {KEPT}")

    def clear(self) -> None:
        """Forget the report, and everything that shows it."""
        self.report = None
        for shown in (self.found, self.causes, self.calls):
            shown.value = html.page(html.notice(HINT, "small"))
        self.reply.clear()
        self.save.layout.display = "none"
        self.paste.say("")

    def _page(self) -> str:
        return render_html(self.report, "troubleshooting") if self.report else ""
