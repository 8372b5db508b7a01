"""The one field through which secrets, pastes and dropped files enter a notebook.

A synced trait is saved with the notebook, and often by the page before the kernel can
empty it. So nothing of a value is ever in a trait, not even whether there is one: it
comes as a custom message, sealed in the page for this kernel (see `envelope`), and
what the page shows about it goes back as a custom message too.

From the page: ``hello`` (a view was drawn), ``touched`` (the focus, a pointer or a file
is over the field: somebody begins to use it), ``coming`` (a value will follow; sent in
the same instant as the user leaves the field, so before a click on a button), ``part``
(with the sealed bytes), ``failed`` (it will not follow after all), ``clear``,
``answer`` (which values are on their way, and whether the field is still in use). To
the page: ``welcome`` (the public key), ``got`` (send the next part), ``refused`` (the
value could not be used), ``status`` (what to show), ``forget`` (drop whatever is still
in the field, such as a text that was too large to be sent), ``ask`` (which values are
on their way?).

Before it acts on a click, a kernel asks for each field that was touched since, because
the click may come before what the page said before it: JupyterLab and ipykernel give
widgets threads of their own (ipykernel 7.4 sends what a page says to the thread on
which that widget spoke last), and the order is kept within a thread alone.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from threading import RLock, Timer
from typing import TypeAlias

import anywidget
import traitlets

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, say, tr
from vippsdiag.notebook.envelope import LIMIT_MEGABYTES, Arrival, open_part, public_key
from vippsdiag.notebook.voice import Speaking
from vippsdiag.secret import FINGERPRINT_FROM, Secret
from vippsdiag.shapes import characters

Action: TypeAlias = Callable[[], object]
Buffers: TypeAlias = Sequence[bytes | memoryview]
Message: TypeAlias = Mapping[str, object]

HERE = Path(__file__).parent
SCRIPTS = ("courier.js", "sealed.js")

# One more than the limit has, for a page that cuts unevenly.
MOST_PARTS = LIMIT_MEGABYTES + 1

# Seconds after which a page that does not answer is taken for gone.
ANSWERED_WITHIN = 5.0

# What the page says by itself; it fills in what stands in braces.
WORDS = {
    "choose": mark("Choose a file"),
    "choose_for": mark("Choose a file: {label}"),
    "clear": mark("Clear"),
    "clear_for": mark("Clear {label}"),
    "waiting": mark("Waiting for the kernel …"),
    "silent": mark("The kernel does not answer. Run the cells again."),
    "unsealed": mark(
        "This page was not opened over https, so what you enter goes to the kernel "
        "unsealed."
    ),
    "sending": mark("Sending …"),
    "part": mark("Sending, part {part} of {of} …"),
    "large_file": mark(
        "“{name}” has {size} MB; up to {limit} MB can be taken in. Please cut it, or "
        "record a shorter session."
    ),
    "large_text": mark(
        "This text has {size} MB; up to {limit} MB can be taken in. Please cut it."
    ),
    "text_only": mark("This field takes text. Please paste the text."),
    "one_file": mark("Please drop one file at a time."),
    "unread_file": mark("“{name}” could not be read. Please try again."),
    "unread_text": mark("The text could not be read. Please try again."),
}


class SealedField(Speaking, anywidget.AnyWidget):
    """A field for a value that must reach no file.

    Whoever shows it sets its label and its help again when the language changes.

    Args:
        label: what is written above the field and spoken by a screen reader.
        help: a sentence below the field.
        rows: 1 for a secret that is masked while it is typed, more for a paste box.
        files: whether files may be dropped on the field, or chosen.
        placeholder: an example, shown while the field is empty.
    """

    # A widget's script is one module, and cannot import a neighbour.
    _esm = "\n".join(HERE.joinpath(n).read_text("utf-8") for n in SCRIPTS)
    _css = HERE / "sealed.css"

    label = traitlets.Unicode().tag(sync=True)
    help = traitlets.Unicode().tag(sync=True)
    rows = traitlets.Int(1).tag(sync=True)
    files = traitlets.Bool(default_value=False).tag(sync=True)
    placeholder = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        label: str,
        *,
        help: str = "",  # noqa: A002 - the word the user of a form knows
        rows: int = 1,
        files: bool = False,
        placeholder: str = "",
    ) -> None:
        # JupyterLab lets widgets speak while a cell runs, on a thread of their own; it
        # is started late, so that a value can even overtake its own announcement.
        self._lock = RLock()
        self._touched = False
        self._asked: dict[str, Timer] = {}
        self._questions = count()
        self._secret: Secret | None = None
        self._file_name: str | None = None
        self._status = Status()
        self._arrivals: dict[str, Arrival] = {}
        self._settled: set[str] = set()
        self._callbacks: list[Callable[[SealedField], object]] = []
        self._actions: list[Action] = []
        super().__init__(
            label=label, help=help, rows=rows, files=files, placeholder=placeholder
        )
        self.speak()

    def paint(self) -> None:
        """Set what the page says by itself, and say again what it shows."""
        self.words = {name: tr(text) for name, text in WORDS.items()}
        if self._status.texts:
            self._show(self._status)

    @property
    def value(self) -> Secret | None:
        """The value, or ``None`` while there is none."""
        return self._secret

    @property
    def file_name(self) -> str | None:
        """The name of the file that the value came from, if it came from one."""
        return self._file_name

    @property
    def pending(self) -> bool:
        """Whether a value is on its way, or may be: the page was asked."""
        with self._lock:
            for name in [n for n, a in self._arrivals.items() if a.stale]:
                del self._arrivals[name]
            return bool(self._arrivals or self._asked)

    def set(self, secret: Secret, note: str) -> None:
        """Take a value that the kernel itself has; the page shows only the note."""
        self._fill(secret, None, note)
        self._changed()

    def clear(self) -> None:
        """Forget the value, and what may still stand in the page's field."""
        self.send({"kind": "forget"})
        self._forget()

    def _forget(self) -> None:
        had_one = self._secret is not None
        self._secret, self._file_name = None, None
        self._show(Status(say("Cleared.")) if had_one else Status())
        if had_one:
            self._changed()

    def close(self) -> None:
        """Forget the value and remove the field from the page."""
        self._secret, self._file_name = None, None
        with self._lock:
            for timer in self._asked.values():
                timer.cancel()
            self._touched = False
            self._asked.clear()
            self._arrivals.clear()
            self._actions.clear()
        super().close()

    def on_value(self, callback: "Callable[[SealedField], object]") -> None:
        """Call back with the field when a value has arrived, is set or is cleared."""
        self._callbacks.append(callback)

    def when_ready(self, action: Action) -> None:
        """Run an action once no value is on its way any more; at once if none is.

        Sealing takes the page a moment, so a click on a button can overtake the value
        that was typed just before. The action also runs when the value fails to come.
        """
        self.ask()
        self._once_ready(action)

    def ask(self) -> None:
        """Ask the page which values are on their way, if somebody used the field."""
        name = f"ask.{next(self._questions)}"
        timer = Timer(ANSWERED_WITHIN, self._hear, [name, ()])
        timer.daemon = True
        with self._lock:
            if not self.pending:
                # Left over from a page that went away: that click is long past.
                self._actions.clear()
            if not self._touched:
                return
            self._touched = False
            self._asked[name] = timer
        timer.start()
        self.send({"kind": "ask", "id": name})

    def _once_ready(self, action: Action) -> None:
        with self._lock:
            if self.pending:
                self._actions.append(action)
                return
        action()

    # What the page says. Nothing of a message is ever shown, logged or raised.

    def _handle_custom_msg(self, content: object, buffers: Buffers) -> None:
        if not isinstance(content, Mapping):
            return
        match content.get("kind"), content.get("id"):
            case "hello", str(name):
                self._welcome(name)
            case "touched", _:
                self._touched = True
            case "coming", str(name):
                self._expect(name)
            case "answer", str(name):
                self._touched = self._touched or content.get("in_use") is True
                self._hear(name, content.get("held"))
            case "part", str(name):
                self._take(name, content, buffers)
            case "failed", str(name):
                self._settle(name)
            case "clear", _:
                # The page has emptied the field, and may have something new in it.
                self._forget()

    def _expect(self, name: str) -> None:
        with self._lock:
            if name not in self._settled:
                self._arrivals.setdefault(name, Arrival())

    def _hear(self, question: str, held: object) -> None:
        """Take the answer to a question; none in time means that nothing is held."""
        with self._lock:
            timer = self._asked.pop(question, None)
            if timer is None:
                return
            timer.cancel()
            for name in held if isinstance(held, list) else ():
                if isinstance(name, str):
                    self._expect(name)
            actions = self._due()
        for action in actions:
            action()

    def _welcome(self, name: str) -> None:
        status = {"kind": "welcome", "id": name, "status": self._status.shown}
        self.send(status, buffers=[public_key()])

    def _take(self, name: str, content: Message, buffers: Buffers) -> None:
        problem: tuple[str, ...] = ()
        try:
            if not self._add(name, content, buffers):
                return
        except VippsdiagError as error:
            problem = error.args
        except Exception as error:  # noqa: BLE001 - nothing of it may get out
            kind = type(error).__name__
            problem = (say("The value could not be opened ({kind}).", kind=kind),)
        if problem:
            self._refuse(name, problem)
            self._settle(name)
            return
        try:
            self._changed()
        finally:
            self._settle(name)

    def _add(self, name: str, content: Message, buffers: Buffers) -> bool:
        """Take in one part, and say whether it was the last."""
        number, of = content.get("part"), content.get("of")
        if not (isinstance(number, int) and isinstance(of, int)):
            raise TypeError
        if not 0 <= number < of <= MOST_PARTS:
            raise ValueError
        with self._lock:
            arrival = self._arrivals.setdefault(name, Arrival())
        if content.get("sealed"):
            arrival.add(number, open_part(buffers, f"{name}/{number}/{of}"))
        else:
            arrival.add(number, bytes(buffers[0]))
        if number + 1 < of:
            self.send({"kind": "got", "id": name, "part": number})
            return False
        secret = arrival.read(single_line=self.rows == 1)
        self._fill(secret, arrival.file_name, _received(secret, arrival), name)
        return True

    def _fill(
        self, secret: Secret, file_name: str | None, text: str, name: str = ""
    ) -> None:
        self._secret, self._file_name = secret, file_name
        self._show(Status(text, tone="good", filled=True), name)

    def _refuse(self, name: str, problem: tuple[str, ...]) -> None:
        kept = self._secret is not None
        more = (say("The value from before is kept."),) if kept else ()
        self._status = Status(*problem, *more, tone="bad", filled=kept)
        self.send({"kind": "refused", "id": name, "status": self._status.shown})

    def _show(self, status: "Status", name: str = "") -> None:
        self._status = status
        self.send({"kind": "status", "id": name, "status": status.shown})

    def _changed(self) -> None:
        for callback in list(self._callbacks):
            callback(self)

    def _settle(self, name: str) -> None:
        """Stop waiting for a value, and do what waited for it."""
        with self._lock:
            self._arrivals.pop(name, None)
            self._settled.add(name)
            actions = self._due()
        for action in actions:
            action()

    def _due(self) -> list[Action]:
        """Take out what waited, if nothing is on its way any more."""
        if self.pending:
            return []
        actions, self._actions = self._actions, []
        return actions


def when_ready(fields: Sequence[SealedField], action: Action) -> None:
    """Run an action once no value of any of these fields is on its way any more."""
    for field in fields:
        field.ask()
    _once_ready(fields, action)


def _once_ready(fields: Sequence[SealedField], action: Action) -> None:
    for field in fields:
        if field.pending:
            field._once_ready(lambda: _once_ready(fields, action))
            return
    action()


class Status:
    """What the page shows of a value; it is said again in another language.

    Args:
        texts: sentences that are shown one after another.
        tone: ``good``, ``bad`` or empty.
        filled: whether there is a value.
    """

    __slots__ = ("filled", "texts", "tone")

    def __init__(self, *texts: str, tone: str = "", filled: bool = False) -> None:
        self.texts = tuple(filter(None, texts))
        self.tone, self.filled = tone, filled

    @property
    def shown(self) -> dict[str, object]:
        """What is sent to the page."""
        text = " ".join(map(tr, self.texts))
        return {"text": text, "tone": self.tone, "filled": self.filled}


def _received(secret: Secret, arrival: Arrival) -> str:
    """Describe a value without showing any of it."""
    size: str = characters(secret.size)
    # A short value could be found from its fingerprint by trying.
    if secret.size >= FINGERPRINT_FROM:
        size = say("{size} · fingerprint {print}", size=size, print=secret.fingerprint)
    if arrival.file_name is None:
        return say("Received · {size}", size=size)
    return say("Received · “{name}” · {size}", name=arrival.file_name, size=size)
