"""The list before going live: ticked off here, and printed from a file."""

from datetime import UTC, datetime
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

from vippsdiag.golive import ITEMS
from vippsdiag.language import tr
from vippsdiag.notebook.report import ReportButton
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.render.portal import golive_page

HERE = Path(__file__).parent
FILE = "vippsdiag-go-live.html"


class Ticks(Speaking, anywidget.AnyWidget):
    """The items with a box each.

    Attributes:
        ticked: the ids of what is done.
    """

    _esm = HERE / "checklist.js"
    _css = HERE / "checklist.css"

    items = traitlets.List(traitlets.Dict()).tag(sync=True)
    ticked = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.speak()

    def paint(self) -> None:
        """Set the words of every item."""
        self.items = [
            {"id": item.id, "title": tr(item.done), "why": tr(item.why)}
            for item in ITEMS
        ]


class GoLive(Speaking, widgets.VBox):
    """What is to be done before the first real payment.

    Attributes:
        ticks: the items.
        said: how many are done.
        save: hands the list over as a page to print.
    """

    def __init__(self) -> None:
        self.ticks = Ticks()
        self.said = widgets.HTML()
        self.save = ReportButton("", self.page, FILE)
        self.ticks.observe(lambda _: self.paint(), "ticked")
        super().__init__([self.said, self.ticks, self.save])
        self.speak()

    @property
    def complete(self) -> bool:
        """Whether everything is ticked."""
        return len(self.ticks.ticked) == len(ITEMS)

    def paint(self) -> None:
        """Count what is done."""
        self.save.label = tr("Save the list to print it")
        done = len(self.ticks.ticked)
        text = tr("Done: {done} of {all}.", done=done, all=len(ITEMS))
        self.said.value = html.page(html.notice(text))

    def page(self) -> str:
        """Return the list as a page to print; it holds no value of yours."""
        day = datetime.now(UTC).strftime("%Y-%m-%d")
        return golive_page(self.ticks.ticked, day)
