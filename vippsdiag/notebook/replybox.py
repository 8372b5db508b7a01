"""A reply to the merchant, to read and to copy."""

import ipywidgets as widgets

from vippsdiag.check import Report
from vippsdiag.language import tr
from vippsdiag.notebook.copy import CopyButton
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import found, html
from vippsdiag.render.reply import to_reply, to_reply_markdown


class ReplyBox(Speaking, widgets.VBox):
    """Shows a reply that holds no secret, and copies it.

    Attributes:
        view: the reply.
        plain: copies it for an e-mail.
        markdown: copies it for a ticket.
    """

    def __init__(self) -> None:
        self._report: Report | None = None
        self.view = widgets.HTML()
        self.plain, self.markdown = CopyButton(""), CopyButton("")
        buttons = widgets.HBox(
            [self.plain, self.markdown], layout={"flex_flow": "row wrap"}
        )
        super().__init__([self.view, buttons])
        self.speak()

    def show(self, report: Report) -> None:
        """Show the reply for a report."""
        self._report = report
        self.paint()

    def clear(self) -> None:
        """Forget the reply."""
        self._report = None
        self.paint()

    def paint(self) -> None:
        """Write the reply in the language that is spoken now."""
        self.plain.label = tr("Copy as text")
        self.markdown.label = tr("Copy as Markdown")
        if self._report is None:
            hint = html.notice(tr("This fills when you choose Diagnose."), "small")
            self.view.value = html.page(hint)
            self.plain.text, self.markdown.text = "", ""
            return
        text = to_reply(self._report)
        self.view.value = html.page(found.reply_view(text))
        self.plain.text = text
        self.markdown.text = to_reply_markdown(self._report)
