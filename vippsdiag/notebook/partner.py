"""The notebook for a partner: many sales units at once, and what to mend first."""

from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as widgets

from vippsdiag.fleet import views
from vippsdiag.fleet.records import to_csv, to_frame
from vippsdiag.fleet.summary import Action, Summary, summarise
from vippsdiag.fleet.words import cause_words, whose
from vippsdiag.language import tr
from vippsdiag.notebook.checking import Checking
from vippsdiag.notebook.mishap import Mishap
from vippsdiag.notebook.report import ReportButton
from vippsdiag.notebook.unitlist import UnitList
from vippsdiag.notebook.voice import Heading, Speaking
from vippsdiag.render import html

if TYPE_CHECKING:
    import pandas as pd

# What the filter holds besides the things to do.
_ALL = ""


class Results(Speaking, widgets.VBox):
    """What came of a run, by what is to be done about it.

    Attributes:
        summary: what the run came to so far; None before the first.
        actions: how the fleet is, what to do, and what is different from before.
        bars: the causes as a picture.
        filter: shows the units of one cause only.
        heat: what works where as a picture.
        table: the same as a table.
        save: hands over all units as CSV; no key is in it.
    """

    def __init__(self) -> None:
        self.summary: Summary | None = None
        self.actions, self.bars, self.heat, self.table = (
            widgets.HTML() for _ in range(4)
        )
        self.filter = widgets.Dropdown()
        self.filter.style.description_width = "initial"
        self.filter.layout = {"width": "max-content", "max_width": "100%"}
        self.filter.observe(lambda _: self._paint_units(), "value")
        self.save = ReportButton("", self._csv, "sales-units.csv")
        self._details = widgets.HTML()
        parts = [self.actions, self.save, self.bars, self._details, self.filter]
        super().__init__([*parts, self.heat, self.table])
        self.speak()

    def show(self, summary: Summary | None) -> None:
        """Show what a run came to; None for nothing."""
        self.summary = summary
        self.paint()

    @property
    def chosen(self) -> Action | None:
        """What the filter is set to; None for all units."""
        found = self.summary.actions if self.summary else ()
        return next((one for one in found if _name(one) == self.filter.value), None)

    def paint(self) -> None:
        """Show everything in the language that is spoken now."""
        summary = self.summary
        self.save.label = tr("Save as CSV")
        self.filter.description = tr("Show")
        for part in (self.save, self.filter):
            part.layout.display = "" if summary else "none"
        heading = html.section(tr("4. What works where"))
        self._details.value = html.page(heading) if summary else ""
        if summary is None:
            hint = tr("This fills while the sales units are checked.")
            self.actions.value = html.page(html.notice(hint, "small"))
            self.bars.value = self.heat.value = self.table.value = ""
            return
        change = views.change_view(summary.change) if summary.change else ""
        self.actions.value = html.page(views.actions_view(summary), change)
        picture = views.bars_view(summary) if summary.actions else ""
        self.bars.value = html.page(picture)
        self._offer(summary)
        self._paint_units()

    def _offer(self, summary: Summary) -> None:
        """Offer every thing to do as a filter; what was chosen stays, if it can."""
        before = self.filter.value
        options = [(tr("All sales units"), _ALL)]
        options += [
            (f"{cause_words(action)} – {whose(action)}", _name(action))
            for action in summary.actions
        ]
        self.filter.options = options
        known = {name for _, name in options}
        self.filter.value = before if before in known else _ALL

    def _paint_units(self) -> None:
        if self.summary is None:
            return
        units = views.chosen(self.summary, self.chosen)
        self.heat.value = html.page(views.heat_view(units))
        self.table.value = html.page(views.units_view(units, self.summary.products))

    def _csv(self) -> str:
        return to_csv(self.summary) if self.summary else ""

    def to_frame(self) -> "pd.DataFrame":
        """Return a row for each unit as a pandas ``DataFrame``."""
        return to_frame(self.summary or summarise((), ()))


def _name(action: Action) -> str:
    """Return what an action is known by while the run goes on and others come."""
    shared = action.units[0].holder if action.shared else ""
    return f"{action.cause or '?'} {action.product} {shared}"


class Partner(Speaking, widgets.VBox):
    """From a list of sales units to what works where, and what to mend first.

    Args:
        journal: a file to keep the results in, so that a run goes on after the kernel
            ended, and is compared with the one before; in memory if not given.

    Attributes:
        language: the choice of the language.
        units: the list.
        checking: the keys, and the run.
        results: what came of it.
    """

    def __init__(self, journal: str | Path | None = None) -> None:
        self.heading = Heading("05-partner")
        self.units = UnitList()
        self.checking = Checking(self.units, Path(journal) if journal else None)
        self.results = Results()
        self.checking.on_result(self.results.show)
        self._prose = [widgets.HTML() for _ in range(3)]
        intro, keys, result = self._prose
        parts = [self.heading, intro, self.units, keys, self.checking.form]
        super().__init__([*parts, self.checking, result, self.results, Mishap()])
        self.speak()

    def paint(self) -> None:
        """Set the headings and what is said below them."""
        texts = (
            (
                tr("1. The sales units"),
                tr(
                    "Choose the list of your merchants' sales units, as a CSV file or "
                    "pasted, or try it with practice units first. You then see below "
                    "which products work where, and the fewest things to mend."
                ),
            ),
            (
                tr("2. The keys, and the check"),
                tr(
                    "Only the token call and reading calls are made: nothing is "
                    "changed, and no money moves. A call that fails is made again, "
                    "until the answer can be believed."
                ),
            ),
            (tr("3. What to mend first"),),
        )
        for prose, (title, *text) in zip(self._prose, texts, strict=True):
            prose.value = html.page(html.section(title, *text))
