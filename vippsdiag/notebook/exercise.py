"""An exercise: a call that fails, to be mended or explained."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import ipywidgets as widgets

from vippsdiag.check import Check
from vippsdiag.checks import CHECKS
from vippsdiag.conceal import conceal
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, say, several, tr
from vippsdiag.notebook.mend import CallForm
from vippsdiag.notebook.valuerow import called
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import exercise as views
from vippsdiag.render import html
from vippsdiag.render.html import status as said
from vippsdiag.render.values import revealed
from vippsdiag.sandbox.exercises import Exercise as Case
from vippsdiag.sandbox.exercises import find
from vippsdiag.sandbox.workshop.course import Level, level, theme
from vippsdiag.sandbox.workshop.link import Link
from vippsdiag.sandbox.workshop.messages import (
    Answer,
    Outcome,
    Sent,
    Sheet,
    Standing,
)
from vippsdiag.sandbox.workshop.progress import MOST_POINTS

LEVELS: Mapping[Level, str] = {
    Level.EASY: mark("easy"),
    Level.MEDIUM: mark("medium"),
    Level.HARD: mark("hard"),
}
# These end by time passing; a sandbox of one's own can let it pass at once.
WAITS: Mapping[str, int] = {"a-loop-without-a-pause": 60, "asked-on-the-phone": 6}
_CHECKS = {check.id: check for check in CHECKS}


class Exercise(Speaking, widgets.VBox):
    """Shows an exercise, with hints, a form to mend the call, and the check of a try.

    Args:
        name: the id of an exercise; see docs/exercises.md.
        link: the way to the sandbox, with a seat; a sandbox of one's own if not given.

    Attributes:
        case: what it is about, with the failing call and its answer.
        hint: takes the next hint.
        hints: the hints that were taken.
        causes: four causes to choose from.
        choose: says which one it is.
        form: the call to mend.
        outcome: what came of the last try.
        standing: how far it is.

    Raises:
        VippsdiagError: there is no such exercise, or the sandbox does not answer.
    """

    def __init__(
        self, name: str = "two-keys-are-enough", link: Link | None = None
    ) -> None:
        self.link = link or Link()
        if self.link.seat is None:
            self.link.take("1")
        self._listeners: list[Callable[[], object]] = []
        self._outcome: Outcome | None = None
        self._remark: tuple[str, str] | None = None
        self._wrong: str | None = None
        self._unchosen = False
        self.exercise: Case = find(name)
        self.sheet: Sheet = self.link.begin(name)
        self._make()
        self._wire()
        super().__init__(self._parts())
        self._fill()
        self.speak()

    @property
    def standing(self) -> Standing:
        """How far the seat is with it."""
        return self.sheet.standing

    def _make(self) -> None:
        self.case, self.hints, self.guess, self.outcome, self.said = (
            widgets.HTML() for _ in range(5)
        )
        self.about_form, self.about_causes = widgets.HTML(), widgets.HTML()
        wide = {"width": "max-content"}
        self.hint, self.choose, self.wait = (
            widgets.Button(layout=wide) for _ in range(3)
        )
        self.causes = widgets.RadioButtons(
            style={"description_width": "initial"}, layout={"width": "100%"}
        )
        self.causes.add_class(views.CHOICES)
        self.form = CallForm()

    def _wire(self) -> None:
        self.hint.on_click(lambda _: self._do(self.take_hint))
        self.choose.on_click(lambda _: self._do(self.name_cause))
        self.wait.on_click(lambda _: self._do(self.let_time_pass))
        self.form.send.on_click(
            lambda _: self.form.when_ready(lambda: self._do(self.send))
        )
        self.form.again.on_click(lambda _: self._do(self.begin))

    def _parts(self) -> list[widgets.Widget]:
        return [
            self.case,
            self.hint,
            self.hints,
            self.about_causes,
            self.causes,
            self.choose,
            self.guess,
            self.about_form,
            self.form,
            self.wait,
            self.said,
            self.outcome,
        ]

    # What the learner does.

    def begin(self, name: str = "") -> None:
        """Begin another exercise, or this one anew.

        Raises:
            VippsdiagError: it is closed, or the sandbox does not answer.
        """
        sheet = self.link.begin(name or self.exercise.id)
        self.exercise, self.sheet = find(sheet.exercise), sheet
        self._outcome = None
        self._fill()
        self._changed()

    def take_hint(self) -> None:
        """Take the next hint."""
        self.sheet.standing = self.link.hint(self.exercise.id)
        self._changed()

    def name_cause(self) -> None:
        """Say that the chosen cause is the one."""
        if self.causes.value is None:
            self._unchosen = True
            self.paint()
            return
        guess = self.link.choose(self.exercise.id, self.causes.value)
        self.sheet.standing = guess.standing
        self._wrong = None if guess.right else self.causes.value
        self._changed()

    def send(self) -> None:
        """Send the call as it stands in the form."""
        foreign = [] if self.link.local else self.form.foreign()
        if foreign:
            text = say(
                "Nothing was sent. The value of {names} could be a key of your own, "
                "and the sandbox is on another machine, where only practice keys go. "
                "Choose one of the practice keys from the list.",
                names=", ".join(foreign),
            )
            self._say(text, "warning")
            return
        outcome = self.link.call(
            self.exercise.id, Sent.of(self.form.request()), self.form.set_beside()
        )
        self._outcome, self.sheet.standing = outcome, outcome.standing
        self._changed()

    def let_time_pass(self) -> None:
        """Let the time pass that the exercise needs; in a sandbox of one's own only."""
        seconds = WAITS.get(self.exercise.id)
        if self.link.alone and seconds:
            self.link.alone.advance(timedelta(seconds=seconds))
            self._say(mark("The time has passed. Send the call again."))

    def on_change(self, listener: Callable[[], object]) -> None:
        """Call back when something was reached."""
        self._listeners.append(listener)

    # What is shown.

    def _do(self, action: Callable[[], object]) -> None:
        self._remark, self._unchosen = None, False
        try:
            action()
        except VippsdiagError as error:
            self._say(error.text, "error")

    def _changed(self) -> None:
        self.paint()
        for listener in self._listeners:
            listener()

    def _say(self, text: str, kind: str = "") -> None:
        self._remark = text, kind
        self.paint()

    def _fill(self) -> None:
        sheet = self.sheet
        self._wrong = None
        self.form.fill(sheet.call.request(), revealed, sheet.hand, sheet.settings)
        self.causes.options = [(name, name) for name in sheet.choices]
        self.causes.value = None

    def paint(self) -> None:
        """Say everything in the language that is spoken."""
        self.case.value = html.page(self._case(), self._calls())
        self._paint_hints()
        self._paint_causes()
        self.about_form.value = html.page(
            views.heading(tr("Mend the call")), self._how()
        )
        self.wait.description = tr("Let the time pass")
        self.wait.layout.display = (
            "" if self.link.alone and self.exercise.id in WAITS else "none"
        )
        self.outcome.value = html.page(self._came()) if self._outcome else ""
        text, kind = self._remark or ("", "")
        self.said.value = html.page(said(tr(text), kind)) if text else ""

    def _case(self) -> str:
        case, points = self.exercise, self.standing.points
        remarks = [
            tr(theme(case)),
            tr(LEVELS[level(case)]),
            several("{count} point so far", "{count} points so far", points),
        ]
        return views.case_view(tr(case.title), tr(case.story), tr(case.goal), remarks)

    def _calls(self) -> str:
        sheet = self.sheet
        before = [(_call(call), _answer(answer)) for call, answer in sheet.before]
        words = {name: called(name) for name in sheet.hand}
        return (
            views.before_view(before)
            + views.pair_view(_call(sheet.call), _answer(sheet.answer))
            + views.hand_view(sheet.hand, words)
        )

    def _how(self) -> str:
        text = tr(
            "Change what is wrong, and choose Send. These are practice values, and "
            "the call goes to the sandbox only. You can try as often as you like, and "
            "send other calls in between."
        )
        waits = WAITS.get(self.exercise.id)
        more = (
            tr("Here time has to pass: {count} seconds.", count=waits) if waits else ""
        )
        beside = (
            tr(
                "What stands between the program and the API, or is set at the shop, "
                "can be changed below the body."
            )
            if self.sheet.settings
            else ""
        )
        return html.notice(" ".join(filter(None, (text, beside, more))))

    def _paint_hints(self) -> None:
        hints, taken = self.exercise.hints, self.standing.hints
        check = self.exercise.check
        texts = [tr(hint) for hint in hints[:-1]] + [tr(check.fix, context=check.id)]
        left = len(hints) - taken
        self.hint.description = (
            tr("Take a hint (costs a point)") if self._costs() else tr("Take a hint")
        )
        self.hint.disabled = not left
        self.hints.value = html.page(views.hints_view(texts[:taken], left))

    def _costs(self) -> bool:
        return self.standing.hints < MOST_POINTS and not self.standing.solved

    def _paint_causes(self) -> None:
        self.about_causes.value = html.page(
            views.CHOICES_STYLE,
            views.heading(tr("Name the cause")),
            html.notice(
                tr(
                    "One of these four is why the call fails. The first choice gives a "
                    "point if it is right; you can do this with or without mending the "
                    "call."
                )
            ),
        )
        self.causes.description = tr("Cause")
        chosen = self.causes.value
        self.causes.options = [
            (tr(_CHECKS[name].title, context=name), name)
            for name in self.sheet.choices
            if name in _CHECKS
        ]
        self.causes.value = chosen
        self.choose.description = tr("This is the cause")
        self.choose.disabled = self.standing.named or self.standing.solved
        self.guess.value = html.page(self._guessed())

    def _guessed(self) -> str:
        if self.standing.named or self.standing.solved:
            words = tr("That is the cause.") if self.standing.named else ""
            first = said(words, "good") if words else ""
            return first + views.explanation_view(self.exercise.check)
        if self._unchosen:
            return said(tr("Choose one of the four causes first."), "warning")
        if self._wrong:
            text = tr(
                "It is another one. Look at the call once more, and choose again."
            )
            return said(text, "warning")
        return ""

    def _came(self) -> str:
        outcome = self._outcome
        if outcome is None:
            return ""
        words = tr(outcome.words.again())
        remarks = self._remarks(outcome)
        return (
            views.heading(tr("What came of it"))
            + views.outcome_view(words, remarks, solved=outcome.solved)
            + views.answer_view(_answer(outcome.answer, masked=True))
        )

    def _remarks(self, outcome: Outcome) -> list[str]:
        if outcome.solved:
            points = self.standing.points
            return [
                several("It gives {count} point.", "It gives {count} points.", points)
            ]
        lines = [tr("The sandbox was started again, so the case was made anew.")] * (
            outcome.anew
        )
        if outcome.still:
            lines.append(tr("What was wrong with the first call is still so."))
        elif not outcome.found:
            lines.append(tr("What was wrong with the first call is not so any more."))
        lines += views.cause_lines(_known(outcome.found))
        return lines


def _known(names: list[str]) -> list[Check]:
    return [_CHECKS[name] for name in names if name in _CHECKS]


def _call(call: Sent) -> views.Shown:
    return views.Shown(
        line=f"{call.method} {call.url}",
        headers=tuple(call.headers),
        body=call.body or "",
    )


def _answer(answer: Answer, *, masked: bool = False) -> views.Shown:
    """Return an answer; one to what a learner typed may repeat it, so it is masked."""
    if answer.failure or answer.status is None:
        return views.Shown(line=tr("No answer came. {why}", why=answer.failure).strip())
    show = (lambda text: str(conceal(text))) if masked else str
    return views.Shown(
        line=f"{answer.status} {answer.reason}".strip(),
        headers=tuple((name, show(value)) for name, value in answer.headers),
        body=show(answer.body),
    )
