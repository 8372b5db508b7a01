"""A reply to the merchant, to read and to copy."""

import ipywidgets as widgets

from vippsdiag.check import Report
from vippsdiag.notebook.copy import CopyButton
from vippsdiag.render import found, html
from vippsdiag.render.reply import to_reply, to_reply_markdown


class ReplyBox(widgets.VBox):
    """Shows a reply that holds no secret, and copies it.

    Attributes:
        view: the reply.
        plain: copies it for an e-mail.
        markdown: copies it for a ticket.
    """

    def __init__(self, hint: str) -> None:
        self._hint = hint
        self.view = widgets.HTML()
        self.plain = CopyButton("Copy as text")
        self.markdown = CopyButton("Copy as Markdown")
        buttons = widgets.HBox([self.plain, self.markdown])
        super().__init__([self.view, buttons])
        self.clear()

    def show(self, report: Report) -> None:
        """Show the reply for a report."""
        text = to_reply(report)
        self.view.value = html.page(found.reply_view(text))
        self.plain.text, self.markdown.text = text, to_reply_markdown(report)

    def clear(self) -> None:
        """Forget the reply."""
        self.view.value = html.page(html.notice(self._hint, "small"))
        self.plain.text, self.markdown.text = "", ""
