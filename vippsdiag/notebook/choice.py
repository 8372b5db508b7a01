"""A dropdown whose label and options follow the language."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from vippsdiag.language import tr
from vippsdiag.notebook.voice import Speaking

# What surrounds a control is a part of its width.
WIDEST = "calc(100% - 4px)"


class Choice(Speaking, widgets.Dropdown):
    """One of several; which one is chosen stays when the language changes.

    Args:
        label: a literal that was marked; shown whole.
        options: marked words, each with what it stands for.
    """

    # The library has no types.
    options: tuple[tuple[str, object], ...]
    value: Any

    def __init__(self, label: str, options: Sequence[tuple[str, object]]) -> None:
        self._label, self._choices = label, tuple(options)
        self._painting = False
        super().__init__(
            options=self._choices,
            style={"description_width": "initial"},
            layout={"width": "max-content", "max_width": WIDEST},
        )
        self.speak()

    def paint(self) -> None:
        """Say everything in the language that is spoken; nobody is told of a change."""
        self.description = tr(self._label)
        self.relabel(self._choices)

    def relabel(self, options: Sequence[tuple[str, object]]) -> None:
        """Take other options; what was chosen stays if it is still there."""
        self._choices = tuple(options)
        said = tuple((tr(words), value) for words, value in self._choices)
        if said == self.options:
            return
        chosen, self._painting = self.value, True
        values = [value for _, value in said]
        with self.hold_sync():
            self.options = said
            self.value = chosen if chosen in values else next(iter(values), None)
        self._painting = False

    def on_choice(self, told: Callable[[], object]) -> None:
        """Call back when something else was chosen."""
        self.observe(lambda _: None if self._painting else told(), "value")
