"""The check of a list: with which keys, how far it is, and how it is stopped."""

import os
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event, Lock, Thread

import ipywidgets as widgets

from vippsdiag.client import recording_session
from vippsdiag.environments import SANDBOX_ADDRESS, Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.fleet import (
    Fleet,
    Journal,
    Listing,
    Summary,
    Target,
    summarise,
    without_keys,
)
from vippsdiag.fleet.target import PER_SECOND
from vippsdiag.fleet.words import confirmation, progress_words, units_words
from vippsdiag.keys import Field, KeyKind, KeySet
from vippsdiag.language import say, tr
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.unitlist import UnitList
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.practice import BASE

# Seconds between two paintings of the progress, and after how many of them what was
# found so far is shown: it is a page full.
STEP = 0.25
STEPS = 12
WRAP = {"flex_flow": "row wrap"}


class Checking(Speaking, widgets.VBox):
    """Checks a list in a thread of its own, so that the notebook can be used.

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
        fleet: the run; None before the first.
    """

    def __init__(self, units: UnitList, journal: Path | None = None) -> None:
        self.units = units
        self._path = journal
        self.form = KeyForm()
        # Each row of the list has its own.
        self.form.fields[Field.MSN].layout.display = "none"
        self.fleet: Fleet | None = None
        self._journal = Journal(journal)
        self._afresh = False
        self._thread: Thread | None = None
        self._busy, self._showing = False, Lock()
        self._asking: Listing | None = None
        self._agreed = False
        self._problem: tuple[str, ...] = ()
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

    @property
    def running(self) -> bool:
        """Whether units are being checked."""
        return self._busy

    @property
    def stopped(self) -> bool:
        """Whether a run was stopped that can go on."""
        return not self.running and self.fleet is not None and not self.fleet.complete

    # What the page asks for.

    def begin(self) -> None:
        """Check the list, or what is left of it; ask first before production."""
        if self.running or self.units.listing is None:
            return
        listing = self._usable(self.units.listing)
        production = self._environment() is Environment.PRODUCTION
        if production and listing.units and not self._agreed:
            self._ask(listing)
        else:
            self._start(listing)

    def begin_anew(self) -> None:
        """Check the whole list, whatever was found before."""
        if not self.running:
            self._forget()
            self._afresh = True
            self.begin()

    def stop(self) -> None:
        """Stop; what is under way is still written down."""
        if self.fleet is not None:
            self.fleet.cancel()
        self.paint()

    def wait(self) -> None:
        """Wait until the run has ended; for whoever writes code."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        """Stop, let others have the journal, and remove it from the page."""
        self.end()
        super().close()

    def end(self) -> None:
        """Stop, and let another kernel have the journal; nothing is checked then."""
        self.stop()
        self.wait()
        self._journal.close()

    def _when_ready(self, action: Callable[[], object]) -> None:
        """Run an action once everything that was pasted has arrived."""
        self.units.field.when_ready(lambda: self.form.when_ready(action))

    def _ask(self, listing: Listing | None) -> None:
        self._asking = listing
        self.paint()

    def _agree(self) -> None:
        listing, self._asking = self._asking, None
        if listing is not None and not self.running:
            self._agreed = True
            self._start(listing)

    # What the list and the keys say.

    def _new_list(self) -> None:
        """Forget what was found of another list."""
        own = self.units.listing is not None and self.units.made is None
        self.form.layout.display = "" if own else "none"
        if own:
            self._offer_real_keys()
        self._agreed = False
        self._forget()
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

    def _forget(self) -> None:
        self.stop()
        self._busy, self._showing = False, Lock()
        self._asking, self._problem = None, ()
        self.fleet = None
        if self._path is None:
            self._journal = Journal()
        self._tell(None)

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
        if SANDBOX_ADDRESS in os.environ:
            return _practice_target(base, recording_session)
        return _practice_target(base, self.form.sandbox.session)

    # The run.

    def _start(self, listing: Listing) -> None:
        self._problem = ()
        if not listing.units:
            self._problem = (
                say("There are no keys yet: enter the partner's in the form above."),
            )
            self.paint()
            return
        try:
            self.fleet = Fleet(
                listing.units,
                self._target(),
                keys=self._given(),
                journal=self._journal,
                afresh=self._afresh,
            )
        except VippsdiagError as error:
            self._problem = error.args
            self.paint()
            return
        self._busy, self._afresh = True, False
        self._thread = Thread(target=self._run, args=(self.fleet,), daemon=True)
        self._thread.start()
        self.paint()

    def _run(self, fleet: Fleet) -> None:
        """Check every unit, while another thread shows what was found."""
        ended = Event()
        Thread(target=self._watch, args=(fleet, ended), daemon=True).start()
        try:
            for _ in fleet.check():
                pass
        except VippsdiagError as error:
            self._problem = error.args
        finally:
            # What is shown last is what is known last.
            with self._showing:
                ended.set()
                if fleet is self.fleet:
                    self._busy = False
                    whole = summarise(fleet.results, fleet.products, fleet.before())
                    self._tell(whole)
                    self.paint()

    def _watch(self, fleet: Fleet, ended: Event) -> None:
        """Show from time to time how far a run is, and what was found so far."""
        for step in count(1):
            ended.wait(STEP)
            with self._showing:
                if ended.is_set() or fleet is not self.fleet:
                    return
                self._paint_progress()
                if step % STEPS == 0:
                    self._tell(summarise(tuple(fleet.results), fleet.products))

    def _tell(self, summary: Summary | None) -> None:
        for listener in self._listeners:
            listener(summary)

    def paint(self) -> None:
        """Show what can be done now, and how far the run is."""
        listing, running = self.units.listing, self.running
        number = len(listing.units) if listing else 0
        self.go.description = self._next(number)
        self.go.disabled = running or not number or self._asking is not None
        self.cancel.description = tr("Cancel")
        self.cancel.disabled = not running
        self.afresh.description = tr("Begin again")
        self.afresh.layout.display = "" if self.stopped else "none"
        self.confirm.description = tr("Yes, begin")
        self.decline.description = tr("No")
        self._box.layout.display = "none" if self._asking is None else ""
        if self._asking is not None:
            self._question.value = html.page(html.status(self._asked(), "warning"))
        self._paint_progress()

    def _next(self, number: int) -> str:
        if self.stopped:
            return tr("Resume")
        if self.fleet is not None and self.fleet.complete:
            return tr("Check again")
        if not number:
            return tr("Check")
        return tr("Check {units}", units=units_words(number))

    def _asked(self) -> str:
        listing = self._asking
        number = len(listing.units) if listing else 0
        return confirmation(number, tuple(self._target().probes()))

    def _paint_progress(self) -> None:
        fleet = self.fleet
        self.bar.layout.display = "" if fleet else "none"
        text, kind = "", ""
        if fleet is not None:
            progress = fleet.progress
            self.bar.max, self.bar.value = progress.total, progress.done
            self.bar.description = tr("Progress")
            if self.stopped:
                progress = replace(progress, seconds_left=None, pause=0.0)
            text = progress_words(progress)
            if self.stopped and not self._problem:
                text = f"{text} {tr('Stopped. Resume goes on from here.')}"
        if self._problem:
            text = " ".join([text, *map(tr, self._problem)]).strip()
            kind = "error"
        self.said.value = html.page(html.status(text, kind)) if text else ""


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
