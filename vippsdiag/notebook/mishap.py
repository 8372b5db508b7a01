"""Where an error of the notebook itself is told, and not to a log alone.

An error in what a click or a choice calls is caught by the libraries: one goes to a log
that nobody sees, the other into an output that JupyterLab hides and Voila throws away.
"""

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from weakref import WeakSet

import ipywidgets as widgets
from IPython import get_ipython

from vippsdiag.language import tr
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html


class Shell(Protocol):
    """What is asked of IPython."""

    showtraceback: Callable[..., object]

    def get_parent(self) -> dict[str, dict[str, object]]:
        """Return the message that is answered now."""


class Mishap(Speaking, widgets.HTML):
    """Says that something went wrong here, and nothing of what it was about.

    Attributes:
        error: the class of the last error; empty if there was none.
    """

    error = ""

    def __init__(self) -> None:
        self._at = ""
        super().__init__()
        listen(get_ipython())
        _shown.add(self)
        self.speak()

    def tell(self, error: type[BaseException]) -> None:
        """Show that there was an error; not its text, which may hold anything."""
        self.error, self._at = error.__name__, f"{datetime.now().astimezone():%H:%M:%S}"
        self.paint()

    def paint(self) -> None:
        """Say it in the language that is spoken now."""
        if not self.error:
            return
        said = tr(
            "At {time}, this notebook itself made an error ({error}). What you entered "
            "is still here. Try again; if that does not help, start the notebook anew.",
            time=self._at,
            error=self.error,
        )
        alert = f'<div role="alert">{html.notice(said, "error")}</div>'
        self.value = html.page(alert)


_shown: "WeakSet[Mishap]" = WeakSet()


class Ear(logging.Handler):
    """Hears what the library for widgets logs when something that it called failed."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the error, if the record has one."""
        if record.exc_info and record.exc_info[0]:
            tell(record.exc_info[0])


def tell(error: type[BaseException]) -> None:
    """Show in every notebook's page that there was an error."""
    for mishap in list(_shown):
        mishap.tell(error)


def listen(shell: Shell | None) -> None:
    """Hear of errors in callbacks from now on; asking twice changes nothing."""
    logger = logging.getLogger("Comm")
    if not any(isinstance(handler, Ear) for handler in logger.handlers):
        logger.addHandler(Ear(logging.ERROR))
    if shell is None or hasattr(shell.showtraceback, "vippsdiag"):
        return
    show = shell.showtraceback

    def show_and_tell(*args: object, **named: object) -> None:
        error = sys.exc_info()[0]
        show(*args, **named)
        # An error of a cell stands below the cell; that of a callback, nowhere.
        message = shell.get_parent().get("header", {}).get("msg_type")
        if error and message == "comm_msg":
            tell(error)

    show_and_tell.vippsdiag = True  # type: ignore[attr-defined]
    shell.showtraceback = show_and_tell
