"""The list of sales units: pasted, from a file, or made up for practice."""

from collections.abc import Callable

import ipywidgets as widgets

from vippsdiag.errors import VippsdiagError
from vippsdiag.fleet import Listing, read_listing, views
from vippsdiag.language import tr
from vippsdiag.notebook.sealed import SealedField
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.sandbox.practice.partner import Practice, practice
from vippsdiag.secret import examine

PRACTICE_UNITS = 40


class UnitList(Speaking, widgets.VBox):
    """Takes a list of sales units, sealed in the page: rows may hold keys.

    Attributes:
        practise: takes made-up units, which a sandbox in this notebook answers for.
        field: for a file or a pasted list.
        said: what was read.
        listing: the list; None while there is none.
        made: the practice units, while it is them.
    """

    def __init__(self) -> None:
        self.listing: Listing | None = None
        self.made: Practice | None = None
        self._problem: tuple[str, ...] = ()
        self._listeners: list[Callable[[], object]] = []
        layout = {"width": "max-content", "max_width": "100%"}
        self.field = SealedField("", rows=4, files=True)
        self.practise = widgets.Button(button_style="primary", layout=layout)
        self.practise.on_click(lambda _: self.field.when_ready(self.use_practice))
        self.field.on_value(lambda _: self.read())
        self.said = widgets.HTML()
        super().__init__([self.practise, self.field, self.said])
        self.speak()

    def on_change(self, listener: Callable[[], object]) -> None:
        """Call back when the list is another one."""
        self._listeners.append(listener)

    def use_practice(self) -> None:
        """Take made-up units."""
        if self.field.value is not None:
            self.field.clear()
        self.made = practice(PRACTICE_UNITS)
        self._take(read_listing(self.made.table))

    def read(self) -> None:
        """Read what was pasted or chosen."""
        given = self.field.value
        self.made = None
        if given is None:
            self._take(None)
            return
        try:
            listing = examine(given, read_listing)
        except VippsdiagError as error:
            self._take(None, *error.args)
        else:
            self._take(listing)

    def _take(self, listing: Listing | None, *problem: str) -> None:
        self.listing, self._problem = listing, tuple(filter(None, problem))
        self.paint()
        for listener in self._listeners:
            listener()

    def paint(self) -> None:
        """Show what was read."""
        self.practise.description = tr(
            "Try with {count} practice units", count=PRACTICE_UNITS
        )
        self.field.label = tr("Your list of sales units, as CSV")
        self.field.help = tr(
            "A column with the merchant serial number is enough. A name may stand "
            "beside it, and keys of its own: client_id, client_secret, subscription "
            "key. The columns may be in any order."
        )
        if self._problem:
            text = " ".join(map(tr, self._problem))
            self.said.value = html.page(html.status(text, "error"))
        elif self.listing is None:
            self.said.value = ""
        else:
            made = html.notice(
                tr(
                    "They are made up. A sandbox in this notebook answers for them: no "
                    "keys are needed, and nothing leaves this machine."
                )
            )
            read = views.listing_view(self.listing)
            self.said.value = html.page(read, made if self.made else "")
