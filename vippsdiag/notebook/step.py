"""What all steps of a notebook have: a button, what came of it, and the calls."""

from collections.abc import Callable

import ipywidgets as widgets

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import tr
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.views import SideBySide
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html


def action(*, primary: bool = False) -> widgets.Button:
    """Return a button whose label can be read whole; `paint` gives it one."""
    layout = {"width": "max-content", "align_self": "flex-start"}
    return widgets.Button(button_style="primary" if primary else "", layout=layout)


class Step(Speaking, widgets.VBox):
    """A button, and what came of it.

    A step says three things: `label` is the button's, `hint` what is shown before it
    was pressed, `told` what is shown after that.

    Attributes:
        button: starts the step.
        view: what came of it, in words.
        calls: what was sent and answered, side by side and as code.
        problem: why the step could not be done, in words; empty if it could.
    """

    label = ""
    hint = ""
    children: tuple[widgets.Widget, ...]  # the library has no types

    def __init__(self, form: KeyForm, *parts: widgets.Widget) -> None:
        self.form = form
        self.problem = ""
        self.button = action(primary=True)
        self.view = widgets.HTML()
        self.calls = SideBySide()
        self.button.on_click(lambda _: form.when_ready(self.run))
        self._listeners: list[Callable[[], object]] = []
        super().__init__([*parts, self.button, self.view, self.calls])
        self.speak()

    def paint(self) -> None:
        """Say what the button does, and what came of it."""
        self.button.description = tr(self.label)
        if self.problem:
            shown = html.status(tr(self.problem), "error")
        elif self.calls.exchanges:
            shown = self.told()
        else:
            shown = html.notice(tr(self.hint), "small")
        self.view.value = html.page(shown)

    def clear(self) -> None:
        """Forget what came of it."""
        self.problem = ""
        self.calls.show()
        self.paint()

    def on_change(self, listener: Callable[[], object]) -> None:
        """Call back when the step was done, or tried."""
        self._listeners.append(listener)

    @property
    def begun(self) -> bool:
        """Whether there is anything to forget."""
        return bool(self.problem or self.calls.exchanges)

    @property
    def done(self) -> bool:
        """Whether the step came to what it is for."""
        return False

    def run(self) -> None:
        """Do the step, show what came of it, and tell who wants to know."""
        self.attempt(self.work)

    def attempt(self, work: Callable[[], None]) -> None:
        """Do something that may be refused, show what came of it, and tell of it."""
        self.button.disabled = True
        self.problem = ""
        try:
            work()
        except VippsdiagError as error:
            self.problem = error.text
        finally:
            self.button.disabled = False
        self.paint()
        for listener in self._listeners:
            listener()

    def work(self) -> None:
        """Do the step.

        Raises:
            VippsdiagError: it cannot be done; the text says why.
        """
        # Each step has its own; why the class is not abstract says `Speaking.paint`.
        raise NotImplementedError

    def told(self) -> str:
        """Return what came of it, as HTML."""
        raise NotImplementedError
