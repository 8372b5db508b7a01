"""The notebook for regenerating keys: a drill, a comparison, and a checklist."""

import ipywidgets as widgets

from vippsdiag.errors import VippsdiagError
from vippsdiag.exchange import Exchange
from vippsdiag.keys import KeySet
from vippsdiag.language import tr
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.mishap import Mishap
from vippsdiag.notebook.pulse import Pulse
from vippsdiag.notebook.report import ReportButton
from vippsdiag.notebook.step import action
from vippsdiag.notebook.views import ROW
from vippsdiag.notebook.voice import Heading, Speaking
from vippsdiag.render import html
from vippsdiag.render import rotation as views
from vippsdiag.render.pictures import strip
from vippsdiag.rotation import ACTIONS, Do, Pair, compare_keys
from vippsdiag.sandbox.practice.drill import Drill


class Shop(Speaking, widgets.VBox):
    """The shop that keeps calling, shown live.

    Attributes:
        drill: the shop and its keys.
        pulse: lets it call ten times a second.
        door: lets it begin, or rest.
        strip: its calls.
        said: how it is, in a sentence.
        words: the calls in words, while the shop rests.
    """

    def __init__(self, drill: Drill) -> None:
        self.drill = drill
        self.pulse = Pulse(self.call, self.paint)
        self.door = action()
        self.door.on_click(lambda _: self.toggle())
        self.strip, self.said, self.words = (widgets.HTML() for _ in range(3))
        self._listeners: list[Speaking] = []
        super().__init__([self.door, self.said, self.strip, self.words])
        self.speak()

    def tell(self, piece: Speaking) -> None:
        """Paint a piece again after each call."""
        self._listeners.append(piece)

    def call(self) -> None:
        """Let the shop make its next call, and show it."""
        self.drill.call()
        self.show()

    def show(self) -> None:
        """Paint the shop, and who follows it."""
        for piece in (self, *self._listeners):
            piece.paint()

    def begin(self) -> None:
        """Let it call."""
        self.pulse.start()
        self.paint()

    def toggle(self) -> None:
        """Let it call, or rest."""
        if self.pulse.running:
            self.pulse.stop()
            self.paint()
        else:
            self.begin()

    def close(self) -> None:
        """Let it rest, and remove it from the page."""
        self.pulse.stop()
        super().close()

    def paint(self) -> None:
        """Show the calls, and say how the shop is."""
        running = self.pulse.running
        self.door.description = (
            tr("Let the shop rest") if running else tr("Open the shop")
        )
        self.said.value = html.page(self._status())
        beats = [
            strip.Beat(
                number=call.number,
                well=call.well,
                status=call.status,
                mark=_mark(call.after) if call.after else "",
                sign=str(_NUMBERS[call.after]) if call.after else "",
            )
            for call in self.drill.calls
        ]
        shown = strip.strip(beats, good=self.drill.good, bad=self.drill.bad)
        self.strip.value = html.page(html.picture(strip.title(), strip.svg(shown)))
        told = "" if running else html.more(tr("In words"), strip.text(shown))
        self.words.value = html.page(told)

    def _status(self) -> str:
        if self.drill.failing:
            return html.status(tr("The shop's calls fail. See below why."), "error")
        if not self.pulse.running:
            return html.status(tr("The shop rests: it makes no calls."))
        return html.status(tr("The shop is open, and its calls succeed."), "good")


_SHORT = {action.do: action.short for action in ACTIONS}
_NUMBERS = {action.do: number for number, action in enumerate(ACTIONS, 1)}


def _mark(do: Do) -> str:
    return f"{_NUMBERS[do]} {tr(_SHORT[do])}"


class Steps(Speaking, widgets.VBox):
    """The steps of the drill, in the right order; each can be done at any time.

    Attributes:
        play: plays the right order.
        again: begins anew.
        buttons: one for each step.
        notes: what stands beside each button.
        table: the keys in the portal and in the shop.
        advice: what comes next, in a sentence.
        cause: why the calls fail, and what would have avoided it.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop, self.drill = shop, shop.drill
        self.play, self.again = action(primary=True), action()
        self.play.on_click(lambda _: self.play_all())
        self.again.on_click(lambda _: self.begin())
        self.buttons = {do: action() for do in _NUMBERS}
        for button in self.buttons.values():
            button.layout.width = "23rem"
        self.notes = {do: widgets.HTML() for do in _NUMBERS}
        for do, button in self.buttons.items():
            button.on_click(lambda _, do=do: self.act(do))
        self.table, self.advice, self.cause = (widgets.HTML() for _ in range(3))
        for note in self.notes.values():
            note.layout = {"flex": "1 1 20rem", "min_width": "0"}
        rows = [
            widgets.HBox([self.buttons[do], note], layout=ROW)
            for do, note in self.notes.items()
        ]
        both = widgets.HBox([self.play, self.again], layout=ROW)
        super().__init__([both, self.advice, self.cause, *rows, self.table])
        shop.tell(self)
        self.speak()

    def act(self, do: Do) -> None:
        """Do a step; the shop is opened for it."""
        self.drill.act(do)
        self.shop.begin()
        self.shop.show()

    def play_all(self) -> None:
        """Begin anew, and play the right order."""
        self.drill.play()
        self.shop.begin()
        self.shop.show()

    def begin(self) -> None:
        """Begin anew, with the first keys."""
        self.drill.begin()
        self.shop.show()

    def paint(self) -> None:
        """Show what was done, what is next, and why calls fail if they do."""
        self.play.description = tr("Do it for me")
        self.again.description = tr("Begin again")
        for number, step in enumerate(ACTIONS, 1):
            state = self._state(step.do)
            title = tr(step.title)
            button = self.buttons[step.do]
            button.description = tr("{number}. {title}", number=number, title=title)
            button.button_style = "primary" if state == "next" else ""
            note = views.step_view(step, number=number, state=state)
            if self.notes[step.do].value != (shown := html.page(note)):
                self.notes[step.do].value = shown
        self.table.value = html.page(self._keys())
        self.advice.value = html.page(html.status(self._advice()))
        self.cause.value = html.page(self._cause())

    def _state(self, do: Do) -> str:
        trouble, following = self.drill.trouble, self.drill.following
        now = trouble.by if trouble else following.do if following else None
        if do is now:
            return "next"
        return "done" if do in self.drill.done else ""

    def _keys(self) -> str:
        if not self.drill.looked:
            return ""
        drill = self.drill
        return views.keys_view(drill.portal, drill.shop, drill.in_use)

    def _advice(self) -> str:
        trouble, following = self.drill.trouble, self.drill.following
        if trouble:
            return tr("Now: {step}", step=tr(trouble.mend))
        if self.drill.playing:
            return tr("The right order is being played. Watch the calls.")
        if following is None and self.drill.bad:
            return tr("All keys are new. Begin again to do it without a failed call.")
        if following is None:
            return tr("Done: all keys are new, and no call failed.")
        number, title = _NUMBERS[following.do], tr(following.title)
        return tr("Next is step {number}: {title}.", number=number, title=title)

    def _cause(self) -> str:
        drill = self.drill
        if drill.trouble:
            return views.trouble_view(drill.trouble, drill.report)
        return views.past_view(drill.past, drill.bad) if drill.past else ""


class BothKeys(Speaking, widgets.VBox):
    """Sees whether the primary and the secondary key of a set both work.

    Attributes:
        form: takes the keys.
        compare: makes two token calls.
        view: what came of them.
        pairs: the same as values; empty before the first time.
    """

    def __init__(self) -> None:
        self.pairs: tuple[Pair, ...] = ()
        self._problem: tuple[str, ...] = ()
        self.form = KeyForm()
        self.compare = action(primary=True)
        self.compare.on_click(lambda _: self.form.when_ready(self.run))
        self.form.on_change(self._forget)
        self.view = widgets.HTML()
        super().__init__([self.form, self.compare, self.view])
        self.speak()

    def run(self) -> None:
        """Make the two calls, and show what came of them."""
        self._forget()
        self.compare.disabled = True
        try:
            self.pairs = compare_keys(self.form.key_set, self._token)
        except VippsdiagError as error:
            self._problem = error.args
        finally:
            self.compare.disabled = False
        self.paint()

    def _token(self, keys: KeySet) -> Exchange:
        client = self.form.client()
        client.keys = keys
        try:
            return client.token()
        finally:
            client.close()

    def _forget(self) -> None:
        self.pairs, self._problem = (), ()
        self.paint()

    def paint(self) -> None:
        """Show what came of the calls."""
        self.compare.description = tr("Compare both keys")
        if self._problem:
            text = " ".join(map(tr, self._problem))
            self.view.value = html.page(html.status(text, "error"))
        elif self.pairs:
            self.view.value = html.page(views.pair_view(self.pairs))
        else:
            hint = tr("Two token calls, one with each key. They change nothing.")
            self.view.value = html.page(html.notice(hint, "small"))


class KeyRotation(Speaking, widgets.VBox):
    """Regenerate keys without a failed call: first as a drill, then with a checklist.

    Attributes:
        language: the choice of the language.
        shop: a shop that keeps calling.
        steps: the steps of the drill.
        both: whether both of one's own keys work.
        save: hands over the checklist, to print.
    """

    def __init__(self) -> None:
        self.heading = Heading("04-key-rotation")
        self.shop = Shop(Drill())
        self.steps = Steps(self.shop)
        self.both = BothKeys()
        self.save = ReportButton("", views.checklist_page, "key-rotation.html")
        self._prose = [widgets.HTML() for _ in range(4)]
        intro, drill, own, checklist = self._prose
        parts = [self.heading, intro, self.shop, drill, self.steps]
        parts += [own, self.both, checklist, self.save, Mishap()]
        super().__init__(parts)
        self.speak()

    def paint(self) -> None:
        """Set the headings and what is said below them."""
        texts = (views.intro(), views.drill(), views.own(), views.checklist())
        for prose, text in zip(self._prose, texts, strict=True):
            prose.value = html.page(text)
        self.save.label = tr("Save the checklist")
