"""Views that stand alone: calls side by side, causes, what keys reach, a timeline."""

from collections.abc import Callable, Iterable
from functools import cached_property

import ipywidgets as widgets

from vippsdiag.check import Report
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import mark, tr
from vippsdiag.notebook.choice import Choice
from vippsdiag.notebook.copy import CopyButton
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.render.curl import to_curl
from vippsdiag.render.javascript import to_javascript
from vippsdiag.render.page import figure
from vippsdiag.render.pictures import matrix, timeline
from vippsdiag.render.pictures.calls import outcome
from vippsdiag.render.pictures.matrix import Found
from vippsdiag.render.python import to_python

# In how many ways a call can be written, and how.
WAYS: dict[str, Callable[[Request], str]] = {
    "cURL": to_curl,
    "Python": lambda request: to_python([request]),
    "JavaScript": lambda request: to_javascript([request]),
}
ROW = {"flex_flow": "row wrap", "align_items": "center"}


class _Calls(Speaking, widgets.VBox):
    """What `SideBySide` shows; made when there is a call."""

    def __init__(self, whole: "SideBySide") -> None:
        self.whole = whole
        self.call = Choice(mark("Call"), ())
        self.view, self.code = widgets.HTML(), widgets.HTML()
        self.way = Choice(mark("The same call as"), [(way, way) for way in WAYS])
        self.copy = CopyButton("")
        for choice in (self.call, self.way):
            choice.on_choice(self.paint)
        self._as_code = widgets.HBox([self.way, self.copy], layout=ROW)
        super().__init__([self.call, self.view, self._as_code, self.code])
        self.speak()

    @property
    def exchange(self) -> Exchange | None:
        """The call that is shown; None if there is none."""
        at = self.call.value
        return self.whole.exchanges[at] if at is not None else None

    def paint(self) -> None:
        """Show the call that was chosen."""
        self.copy.label = tr("Copy")
        lines = [(_line(one), at) for at, one in enumerate(self.whole.exchanges)]
        self.call.relabel(lines)
        self.call.layout.display = "" if len(lines) > 1 else "none"
        exchange = self.exchange
        self.view.value = html.page(html.side_by_side(exchange)) if exchange else ""
        request = exchange.request if exchange else None
        written = WAYS[str(self.way.value)](request) if request else ""
        self.copy.text = written
        self.code.value = html.page(html.code(written)) if written else ""
        self._as_code.layout.display = "" if written else "none"


class SideBySide(widgets.VBox):
    """Calls: what was sent beside what was answered, and the call as code.

    Secrets are masked, and in the code an environment variable stands in their place.

    Args:
        exchanges: the calls; `show` takes others.

    Attributes:
        exchanges: the calls.
    """

    def __init__(self, *exchanges: Exchange) -> None:
        self.exchanges = exchanges
        super().__init__()
        self.show(*exchanges)

    def show(self, *exchanges: Exchange) -> None:
        """Show other calls."""
        self.exchanges = exchanges
        # Before there is a call, its parts would only slow the page down.
        if exchanges or self.children:
            self._parts.paint()

    @cached_property
    def _parts(self) -> _Calls:
        parts = _Calls(self)
        self.children = (parts,)
        return parts

    @property
    def exchange(self) -> Exchange | None:
        """The call that is shown; None if there is none."""
        return self._parts.exchange

    @property
    def call(self) -> Choice:
        """Which of several calls is shown; hidden if there is one."""
        return self._parts.call

    @property
    def view(self) -> widgets.HTML:
        """Request and response."""
        return self._parts.view

    @property
    def way(self) -> Choice:
        """How the call is written as code."""
        return self._parts.way

    @property
    def code(self) -> widgets.HTML:
        """The call as code."""
        return self._parts.code

    @property
    def copy(self) -> CopyButton:
        """Copies that."""
        return self._parts.copy


def _line(exchange: Exchange) -> str:
    request = exchange.request
    sent = f"{request.method} {request.path}" if request else ""
    return f"{sent} · {outcome(exchange)}".strip(" ·")


class DiagnosisTable(Speaking, widgets.VBox):
    """What is wrong, how sure that is, and how to mend it.

    Args:
        report: from `vippsdiag.diagnose`; `show` takes another.

    Attributes:
        view: the table.
    """

    def __init__(self, report: Report | None = None) -> None:
        self.report = report
        self.view = widgets.HTML()
        super().__init__([self.view])
        self.speak()

    def show(self, report: Report) -> None:
        """Show another report."""
        self.report = report
        self.paint()

    def paint(self) -> None:
        """Show the report in the language that is spoken."""
        table = html.findings_table(self.report) if self.report else ""
        self.view.value = html.page(table) if table else ""


class AccessMatrix(Speaking, widgets.VBox):
    """What each set of keys reaches of each product, with the same in words.

    Args:
        found: a name, a product and what the one reaches of the other, for each cell.

    Attributes:
        view: the picture.
    """

    def __init__(self, found: Iterable[Found] = ()) -> None:
        self.found = tuple(found)
        self.view = widgets.HTML()
        super().__init__([self.view])
        self.speak()

    def show(self, found: Iterable[Found]) -> None:
        """Show other cells."""
        self.found = tuple(found)
        self.paint()

    def paint(self) -> None:
        """Draw the picture in the language that is spoken."""
        shown = matrix.matrix(self.found)
        picture = figure(tr(matrix.TITLE), matrix.svg(shown), matrix.text(shown))
        self.view.value = html.page(picture) if self.found else ""


class Timeline(Speaking, widgets.VBox):
    """What happened when, with the same in words.

    Args:
        exchanges: the calls, in any order.

    Attributes:
        view: the picture.
    """

    def __init__(self, exchanges: Iterable[Exchange] = ()) -> None:
        self.exchanges = tuple(exchanges)
        self.view = widgets.HTML()
        super().__init__([self.view])
        self.speak()

    def show(self, exchanges: Iterable[Exchange]) -> None:
        """Show other calls."""
        self.exchanges = tuple(exchanges)
        self.paint()

    def paint(self) -> None:
        """Draw the picture in the language that is spoken."""
        shown = timeline.timeline(self.exchanges)
        picture = figure(tr(timeline.TITLE), timeline.svg(shown), timeline.text(shown))
        self.view.value = html.page(picture) if self.exchanges else ""
