"""The check of a list: with which keys, how far it is, and how it is stopped."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets

from vippsdiag.client import recording_session
from vippsdiag.environments import SANDBOX_ADDRESS, Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.fleet import Listing, Summary, Target, without_keys
from vippsdiag.fleet.target import PER_SECOND
from vippsdiag.fleet.words import confirmation, progress_words, units_words
from vippsdiag.keys import KeyKind, KeySet
from vippsdiag.language import say, several, tr
from vippsdiag.notebook.course import Course
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.unitlist import UnitList
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.practice.partner import BASE

WRAP = {"flex_flow": "row wrap"}


class Checking(Speaking, widgets.VBox):
    """Checks a list with a partner's keys, and asks before production is called.

    Args:
        units: the list.
        journal: where the results are kept; in memory if not given.

    Attributes:
        form: the partner's keys, and where the calls go; hidden until there is a list
            of one's own.
        go: begins, or goes on after a stop.
        cancel: stops; what was found stays.
        afresh: begins anew, in place of going on.
        confirm: begins after production was asked about.
        decline: does not.
        bar: how far it is.
        said: the same in words, and what went wrong.
        course: the run itself.
    """

    def __init__(self, units: UnitList, journal: Path | None = None) -> None:
        self.units = units
        self.course = Course(journal, self._show, self._tell)
        # Each row of the list has a number of its own.
        self.form = KeyForm(numbered=False)
        self._asking: Listing | None = None
        self._agreed, self._left_out = False, 0
        self._listeners: list[Callable[[Summary | None], object]] = []
        self.go, self.confirm = _button("primary"), _button("primary")
        self.cancel, self.afresh, self.decline = (_button() for _ in range(3))
        self.go.on_click(lambda _: self._when_ready(self.begin))
        self.cancel.on_click(lambda _: self.stop())
        self.afresh.on_click(lambda _: self._when_ready(self.begin_anew))
        self.confirm.on_click(lambda _: self._agree())
        self.decline.on_click(lambda _: self._ask(None))
        self.bar = widgets.IntProgress(min=0, layout={"width": "min(100%, 40rem)"})
        self.bar.style.description_width = "initial"
        self.said, self._question = widgets.HTML(), widgets.HTML()
        both = widgets.HBox([self.confirm, self.decline], layout=WRAP)
        self._box = widgets.VBox([self._question, both])
        buttons = widgets.HBox([self.go, self.cancel, self.afresh], layout=WRAP)
        super().__init__([buttons, self._box, self.bar, self.said])
        units.on_change(self._new_list)
        self.form.on_change(self._new_keys)
        self._new_list()
        self.speak()

    def on_result(self, listener: Callable[[Summary | None], object]) -> None:
        """Call back with what was found so far, and with None when it is forgotten."""
        self._listeners.append(listener)

    # What the page asks for.

    def begin(self) -> None:
        """Check the list, or what is left of it; ask first before production."""
        if self.course.running or self.units.listing is None:
            return
        listing = self._usable(self.units.listing)
        self._left_out = len(self.units.listing.units) - len(listing.units)
        production = self._environment() is Environment.PRODUCTION
        if production and listing.units and not self._agreed:
            self._ask(listing)
        else:
            self._start(listing)

    def begin_anew(self) -> None:
        """Check the whole list, whatever was found before."""
        if not self.course.running:
            self.course.afresh()
            self.begin()

    def stop(self) -> None:
        """Stop; what is under way is still written down."""
        self.course.stop()
        self.paint()

    def close(self) -> None:
        """Stop, let others have the journal, and remove it from the page."""
        self.course.end()
        super().close()

    def _when_ready(self, action: Callable[[], object]) -> None:
        """Run an action once everything that was pasted has arrived."""
        self.units.field.when_ready(lambda: self.form.when_ready(action))

    def _ask(self, listing: Listing | None) -> None:
        self._asking = listing
        self.paint()

    def _agree(self) -> None:
        listing, self._asking = self._asking, None
        if listing is not None and not self.course.running:
            self._agreed = True
            self._start(listing)

    # What the list and the keys say.

    def _new_list(self) -> None:
        """Forget what was found of another list."""
        own = self.units.listing is not None and self.units.made is None
        self.form.layout.display = "" if own else "none"
        if own:
            self._offer_real_keys()
        self._agreed, self._asking, self._left_out = False, None, 0
        self.course.forget()
        self.paint()

    def _offer_real_keys(self) -> None:
        """Expect a partner's keys, which exist in production only."""
        if self.form.environment.value is Environment.SANDBOX:
            self.form.environment.value = Environment.PRODUCTION
            self.form.kind.value = KeyKind.PARTNER
            for field in self.form.fields.values():
                if field.value is None:
                    # Nobody entered the sandbox's keys, so none are said to be gone.
                    field.clear()

    def _new_keys(self) -> None:
        """Say what is found with other keys beside what was found before."""
        self._agreed, self._asking = False, None
        self.paint()

    def _environment(self) -> Environment:
        if self.units.made is not None:
            return Environment.SANDBOX
        chosen: Environment = self.form.environment.value
        return chosen

    def _given(self) -> KeySet | None:
        """Return the keys for all units; None if nothing was entered."""
        if self.units.made is not None:
            return self.units.made.keys
        given = replace(self.form.key_set, msn=None)
        return given if next(given.values(), None) else None

    def _usable(self, listing: Listing) -> Listing:
        return listing if self._given() else without_keys(listing)

    def _target(self) -> Target:
        environment = self._environment()
        if environment is not Environment.SANDBOX:
            return Target(environment=environment, per_second=PER_SECOND)
        if self.units.made is not None:
            session = Sandbox(self.units.made.config).session
            return _practice_target(BASE, session)
        base = self.form.client().base_url
        if os.environ.get(SANDBOX_ADDRESS):
            return _practice_target(base, recording_session)
        return _practice_target(base, self.form.sandbox.session)

    # The run.

    def _start(self, listing: Listing) -> None:
        try:
            if not listing.units:
                raise VippsdiagError(
                    say("There are no keys yet: enter the partner's in the form above.")
                )
            self.course.begin(listing, self._target(), self._given())
        except VippsdiagError as error:
            self.course.problem = error.args
        self.paint()

    def _show(self) -> None:
        """Show how far the run is, and more once it has ended."""
        if self.course.running:
            self._paint_progress()
        else:
            self.paint()

    def _tell(self, summary: Summary | None) -> None:
        for listener in self._listeners:
            listener(summary)

    def paint(self) -> None:
        """Show what can be done now, and how far the run is."""
        listing, running = self.units.listing, self.course.running
        number = len(listing.units) if listing else 0
        self.go.description = self._next(number)
        self.go.disabled = running or not number or self._asking is not None
        self.cancel.description = tr("Cancel")
        self.cancel.disabled = not running
        self.afresh.description = tr("Begin again")
        self.afresh.layout.display = "" if self.course.stopped else "none"
        self.confirm.description = tr("Yes, begin")
        self.decline.description = tr("No")
        self._box.layout.display = "none" if self._asking is None else ""
        if self._asking is not None:
            self._question.value = html.page(html.status(self._asked(), "warning"))
        self._paint_progress()

    def _next(self, number: int) -> str:
        if self.course.stopped:
            return tr("Resume")
        if self.course.fleet is not None and self.course.fleet.complete:
            return tr("Check again")
        if not number:
            return tr("Check")
        return tr("Check {units}", units=units_words(number))

    def _asked(self) -> str:
        listing = self._asking
        number = len(listing.units) if listing else 0
        return confirmation(number, tuple(self._target().probes()))

    def _paint_progress(self) -> None:
        fleet, problem = self.course.fleet, self.course.problem
        stopped = self.course.stopped
        self.bar.layout.display = "" if fleet else "none"
        said = []
        if fleet is not None:
            progress = fleet.progress
            self.bar.max, self.bar.value = progress.total, progress.done
            self.bar.description = tr("Progress")
            if stopped:
                progress = replace(progress, seconds_left=None, pause=0.0)
            said.append(progress_words(progress))
        if fleet is not None and self._left_out:
            said.append(
                several(
                    "{count:,} row has no keys of its own, and none were given for "
                    "all: it is not checked.",
                    "{count:,} rows have no keys of their own, and none were given for "
                    "all: they are not checked.",
                    self._left_out,
                )
            )
        if problem:
            said += map(tr, problem)
        elif stopped:
            said.append(tr("Stopped. Resume goes on from here."))
        told = html.status(" ".join(said), "error" if problem else "")
        self.said.value = html.page(told) if said else ""


def _practice_target(base: str, session: Callable[[], object]) -> Target:
    return Target(
        environment=Environment.SANDBOX,
        sandbox=base,
        per_second=None,
        workers=2,
        session=session,  # type: ignore[arg-type]
    )


def _button(style: str = "") -> widgets.Button:
    layout = {"width": "max-content", "max_width": "100%"}
    return widgets.Button(button_style=style, layout=layout)
