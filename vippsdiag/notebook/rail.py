"""The rail: where somebody is on a way of several steps."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import anywidget
import traitlets

from vippsdiag.language import tr
from vippsdiag.notebook.voice import Speaking

HERE = Path(__file__).parent


class Rail(Speaking, anywidget.AnyWidget):
    """Numbered steps, each done, open now, or to come; each leads to its step.

    Args:
        steps: the names of the steps; literals that were marked.

    Attributes:
        current: the number of the open step, from 0.
        done: the numbers of the steps that are done.
    """

    _esm = HERE / "rail.js"
    _css = HERE / "rail.css"

    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True)
    current = traitlets.Int(0).tag(sync=True)
    done = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, steps: Sequence[str]) -> None:
        self._steps = tuple(steps)
        self._callbacks: list[Callable[[int], object]] = []
        super().__init__()
        self.speak()

    def paint(self) -> None:
        """Name the steps and their states."""
        self.labels = [tr(step) for step in self._steps]
        self.words = {
            "steps": tr("Steps"),
            "done": tr("done"),
            "now": tr("now"),
            "open": tr("to come"),
        }
        self.said = self.told()

    def told(self) -> str:
        """Return which step is open, in words."""
        return tr(
            "Step {number} of {all}: {name}",
            number=self.current + 1,
            all=len(self._steps),
            name=tr(self._steps[self.current]),
        )

    def go(self, step: int) -> None:
        """Open a step, and tell who wants to know; nothing happens if there is none."""
        if not 0 <= step < len(self._steps):
            return
        self.current = step
        self.said = self.told()
        for callback in self._callbacks:
            callback(step)

    def mark_done(self, steps: Collection[int]) -> None:
        """Say which steps are done; the others are not."""
        self.done = sorted(steps)

    def on_go(self, callback: Callable[[int], object]) -> None:
        """Call back with the number of a step when it was opened."""
        self._callbacks.append(callback)

    def _handle_custom_msg(self, content: object, buffers: object) -> None:
        del buffers
        match content:
            case {"kind": "go", "step": int(step)} if isinstance(content, Mapping):
                self.go(step)
