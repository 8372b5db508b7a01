"""The troubleshooting notebook: from what a merchant sent to the cause, and a reply."""

import ipywidgets as widgets

from vippsdiag.check import Report, Tried
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, tr
from vippsdiag.notebook.mishap import Mishap
from vippsdiag.notebook.pastebox import PasteBox
from vippsdiag.notebook.replybox import ReplyBox
from vippsdiag.notebook.report import ReportButton
from vippsdiag.notebook.sealed import SealedField
from vippsdiag.notebook.trialbox import TrialBox
from vippsdiag.notebook.voice import Heading, Speaking
from vippsdiag.proof import weigh
from vippsdiag.render import found, html
from vippsdiag.render.page import render_html

LOOKING = mark("Looking at it …")
DONE = mark("Done: what was found stands below.")
KEPT = mark("What stands below is from before.")
CHANGED = mark("Choose Diagnose to look at what is there now.")
TRIED = mark("The trial was made: what it shows stands below.")


class Troubleshooting(Speaking, widgets.VBox):
    """From what a merchant sent to the cause, and to a reply.

    Attributes:
        language: the choice of the language.
        paste: the box, with what is known beside it.
        causes: who answered, the difference to a call that works, the ranked causes.
        trials: what could be tried to be surer.
        found: what each piece was taken for, and what could not be used.
        timeline: what happened when.
        calls: the calls line by line beside one that works.
        reply: a reply to the merchant.
        save: hands over the report, with no secret in it; hidden if there is none.
        report: what the diagnosis came to; None before the first.
    """

    def __init__(self) -> None:
        self.report: Report | None = None
        self.heading = Heading("02-troubleshooting")
        self.paste = PasteBox()
        self.found, self.causes, self.calls = (widgets.HTML() for _ in range(3))
        self.timeline = widgets.HTML()
        self.trials = TrialBox(self._weigh)
        self.reply = ReplyBox()
        self.save = ReportButton("", self._page, "vippsdiag-report.html")
        self._prose = [widgets.HTML() for _ in range(5)]
        self._wire()
        super().__init__(self._parts())
        self.speak()

    def _parts(self) -> list[widgets.Widget]:
        intro, causes, read, calls, reply = self._prose
        parts = [self.heading, intro, self.paste, causes, self.causes, self.trials]
        parts += [read, self.found, calls, self.timeline, self.calls]
        return [*parts, reply, self.reply, self.save, Mishap()]

    def _wire(self) -> None:
        self.paste.diagnose.on_click(lambda _: self.paste.when_ready(self.diagnose))
        self.paste.field.on_value(self._changed)
        for choice in self.paste.told:
            choice.on_choice(self._say_older)

    def diagnose(self) -> None:
        """Read what was pasted, and show what is wrong."""
        self.paste.diagnose.disabled = True
        self.paste.say(LOOKING)
        try:
            report = diagnose(self.paste.read())
        except VippsdiagError as error:
            kept = [KEPT] if self.report else []
            self.paste.say(*error.args, *kept, kind="error")
        else:
            self._show(report)
            self.paste.say(DONE)
        finally:
            self.paste.diagnose.disabled = False

    def _weigh(self, tried: Tried) -> None:
        """Show what a trial changes in the report."""
        if self.report:
            self._show(weigh(self.report, tried))
            self.paste.say(TRIED)

    def _show(self, report: Report | None) -> None:
        self.report = report
        self.trials.show(report, self.paste.sandbox)
        if report:
            self.reply.show(report)
        else:
            self.reply.clear()
        self.save.layout.display = "" if report else "none"
        self.paint()

    def _changed(self, field: SealedField) -> None:
        if field.value is None:
            self.clear()
            return
        # A trial would send what is no longer in the box.
        self.trials.show(None)
        self.paste.say(CHANGED)
        self._say_older()

    def _say_older(self) -> None:
        """Say that what is shown was found before something changed."""
        if self.report:
            self.paste.say(CHANGED, KEPT)

    def clear(self) -> None:
        """Forget the report, and everything that shows it."""
        self._show(None)
        self.paste.say()

    def paint(self) -> None:
        """Show everything in the language that is spoken now."""
        heads = (
            found.intro(),
            found.causes_head(),
            found.read_head(),
            found.calls_head(),
            found.reply_head(),
        )
        for prose, text in zip(self._prose, heads, strict=True):
            prose.value = html.page(text)
        self.save.label = tr("Save the report")
        report = self.report
        if report is None:
            hint = tr("This fills when you choose Diagnose.")
            for shown in (self.found, self.causes, self.calls):
                shown.value = html.page(html.notice(hint, "small"))
            self.timeline.value = ""
            return
        self.found.value = html.page(found.read_view(report))
        self.causes.value = html.page(html.findings_table(report))
        self.timeline.value = html.page(found.timeline_view(report))
        self.calls.value = html.page(found.calls_view(report))

    def _page(self) -> str:
        return render_html(self.report, "troubleshooting") if self.report else ""
