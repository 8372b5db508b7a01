"""The one field through which secrets, pastes and dropped files enter a notebook.

A synced trait is saved with the notebook, and often by the page before the kernel can
empty it. So nothing of a value is ever in a trait, not even whether there is one: it
comes as a custom message, sealed in the page for this kernel (see `envelope`), and
what the page shows about it goes back as a custom message too.

From the page: ``hello`` (a view was drawn), ``coming`` (a value will follow; sent in
the same instant as the user leaves the field, so before a click on a button),
``part`` (with the sealed bytes), ``failed`` (it will not follow after all), ``clear``.
To the page: ``welcome`` (the public key), ``got`` (send the next part), ``refused``
(the value could not be used), ``status`` (what to show).
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import TypeAlias

import anywidget
import traitlets

from vippsdiag.errors import VippsdiagError
from vippsdiag.notebook.envelope import LIMIT_MEGABYTES, Arrival, open_part, public_key
from vippsdiag.secret import FINGERPRINT_FROM, Secret

Action: TypeAlias = Callable[[], object]
Buffers: TypeAlias = Sequence[bytes | memoryview]
Message: TypeAlias = Mapping[str, object]

HERE = Path(__file__).parent
SCRIPTS = ("courier.js", "sealed.js")

# One more than the limit has, for a page that cuts unevenly.
MOST_PARTS = LIMIT_MEGABYTES + 1


class SealedField(anywidget.AnyWidget):
    """A field for a value that must reach no file.

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
        self._secret: Secret | None = None
        self._file_name: str | None = None
        self._status: dict[str, object] = _status("")
        self._arrivals: dict[str, Arrival] = {}
        self._settled: set[str] = set()
        self._callbacks: list[Callable[[SealedField], object]] = []
        self._actions: list[Action] = []
        super().__init__(
            label=label, help=help, rows=rows, files=files, placeholder=placeholder
        )

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
        """Whether the page announced a value that is not here yet."""
        with self._lock:
            for name in [n for n, a in self._arrivals.items() if a.stale]:
                del self._arrivals[name]
            return bool(self._arrivals)

    def set(self, secret: Secret, note: str) -> None:
        """Take a value that the kernel itself has; the page shows only the note."""
        self._fill(secret, None, note)
        self._changed()

    def clear(self) -> None:
        """Forget the value."""
        had_one = self._secret is not None
        self._secret, self._file_name = None, None
        self._show(_status("Cleared." if had_one else ""))
        if had_one:
            self._changed()

    def close(self) -> None:
        """Forget the value and remove the field from the page."""
        self._secret, self._file_name = None, None
        self._arrivals.clear()
        super().close()

    def on_value(self, callback: "Callable[[SealedField], object]") -> None:
        """Call back with the field when a value has arrived, is set or is cleared."""
        self._callbacks.append(callback)

    def when_ready(self, action: Action) -> None:
        """Run an action once no value is on its way any more; at once if none is.

        Sealing takes the page a moment, so a click on a button can overtake the value
        that was typed just before. The action also runs when the value fails to come.
        """
        with self._lock:
            if self.pending:
                self._actions.append(action)
                return
            # Left over from a page that went away: that click is long past.
            self._actions.clear()
        action()

    # What the page says. Nothing of a message is ever shown, logged or raised.

    def _handle_custom_msg(self, content: object, buffers: Buffers) -> None:
        if not isinstance(content, Mapping):
            return
        match content.get("kind"), content.get("id"):
            case "hello", str(name):
                self._welcome(name)
            case "coming", str(name):
                with self._lock:
                    if name not in self._settled:
                        self._arrivals.setdefault(name, Arrival())
            case "part", str(name):
                self._take(name, content, buffers)
            case "failed", str(name):
                self._settle(name)
            case "clear", _:
                self.clear()

    def _welcome(self, name: str) -> None:
        status = {"kind": "welcome", "id": name, "status": self._status}
        self.send(status, buffers=[public_key()])

    def _take(self, name: str, content: Message, buffers: Buffers) -> None:
        problem = ""
        try:
            if not self._add(name, content, buffers):
                return
        except VippsdiagError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - nothing of it may get out
            problem = f"The value could not be opened ({type(error).__name__})."
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
        self._show(_status(text, tone="good", filled=True), name)

    def _refuse(self, name: str, problem: str) -> None:
        kept = self._secret is not None
        text = f"{problem} The value from before is kept." if kept else problem
        self._status = _status(text, tone="bad", filled=kept)
        self.send({"kind": "refused", "id": name, "status": self._status})

    def _show(self, status: dict[str, object], name: str = "") -> None:
        self._status = status
        self.send({"kind": "status", "id": name, "status": status})

    def _changed(self) -> None:
        for callback in list(self._callbacks):
            callback(self)

    def _settle(self, name: str) -> None:
        """Stop waiting for a value, and do what waited for it."""
        with self._lock:
            self._arrivals.pop(name, None)
            self._settled.add(name)
            if self.pending:
                return
            actions = list(self._actions)
            self._actions.clear()
        for action in actions:
            action()


def when_ready(fields: Sequence[SealedField], action: Action) -> None:
    """Run an action once no value of any of these fields is on its way any more."""
    for field in fields:
        if field.pending:
            field.when_ready(lambda: when_ready(fields, action))
            return
    action()


def _status(text: str, *, tone: str = "", filled: bool = False) -> dict[str, object]:
    return {"text": text, "tone": tone, "filled": filled}


def _received(secret: Secret, arrival: Arrival) -> str:
    """Describe a value without showing any of it."""
    name = "" if arrival.file_name is None else f" · “{arrival.file_name}”"
    size = "1 character" if secret.size == 1 else f"{secret.size:,} characters"
    # A short value could be found from its fingerprint by trying.
    long = secret.size >= FINGERPRINT_FROM
    mark = f" · fingerprint {secret.fingerprint}" if long else ""
    return f"Received{name} · {size}{mark}"
