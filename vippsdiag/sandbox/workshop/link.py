"""The way from a learner or a trainer to the sandbox that holds the workshop."""

from contextlib import suppress
from typing import Any, TypeVar

import msgspec

from vippsdiag.client.control import Control, NoSandbox
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say
from vippsdiag.sandbox.control.control import TRAINER, WORKSHOP
from vippsdiag.sandbox.simulator import Sandbox
from vippsdiag.sandbox.workshop.control import SEAT
from vippsdiag.sandbox.workshop.messages import (
    Board,
    Guess,
    Outcome,
    Pass,
    Said,
    Sent,
    Sheet,
    Stand,
    Standing,
)
from vippsdiag.secret import Secret, examine

T = TypeVar("T")


class Refused(VippsdiagError):  # noqa: N818 - named for what happened
    """The sandbox does not do what was asked.

    Attributes:
        status: what it answered with; 401 says that a code is wrong.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Refusal(msgspec.Struct):
    """What a sandbox says when it refuses something."""

    message: str
    said: Said | None = None


def _plain(code: str) -> Secret:
    """Return a code as it can be a header, however it was written."""

    def written(raw: str) -> Secret:
        letters = "".join(raw.split()).upper()
        return Secret(letters.encode("ascii", "replace").decode())

    return examine(code, written)


def _written(asked: Any) -> bytes:
    """Return what is asked as JSON.

    Raises:
        VippsdiagError: half a character is in it; a page can send that.
    """
    with suppress(UnicodeEncodeError):
        return msgspec.json.encode(asked)
    # Not from that error, which holds the whole text.
    raise VippsdiagError(
        say(
            "Half a character is in what you wrote, as when an emoji is cut in two. "
            "Write that place anew."
        )
    )


class Link:
    """Reaches the workshop of one sandbox.

    Args:
        sandbox: the address of one that is served, as it was printed, or one in this
            process; a new one of one's own if not given.

    Attributes:
        alone: the sandbox in this process; None if it is elsewhere.
        seat: the seat that was taken; None before.

    Raises:
        HostNotAllowed: this is no address of a sandbox.
    """

    def __init__(self, sandbox: str | Sandbox | None = None) -> None:
        if isinstance(sandbox, str):
            self.alone = None
            self._control = Control(sandbox)
        else:
            self.alone = sandbox or Sandbox()
            self._control = Control("http://127.0.0.1", self.alone.session())
        self.seat: Pass | None = None
        self._proof: dict[str, str] = {}

    @property
    def base(self) -> str:
        """The address of the sandbox, without the access code."""
        return self._control.base

    @property
    def local(self) -> bool:
        """Whether the sandbox is on this machine, so that keys may go there."""
        return self._control.local

    # A seat.

    def take(self, name: str) -> Pass:
        """Take a new seat, and sit there from now on."""
        return self._sit(self._ask("POST", "seats", {"name": name}, Pass))

    def come_back(self, code: str) -> Stand:
        """Sit where one sat before; the code may be a `Secret`."""
        before, self._proof = self._proof, {SEAT: _plain(code)}
        try:
            found = self.stand()
        except VippsdiagError:
            self._proof = before
            raise
        self.seat = Pass(number=found.number, name=found.name, code=self._proof[SEAT])
        return found

    def _sit(self, seat: Pass) -> Pass:
        self.seat, self._proof = seat, {SEAT: Secret(seat.code)}
        return seat

    def stand(self) -> Stand:
        """Return how far the seat is."""
        return self._ask("GET", "seat", None, Stand)

    def begin(self, exercise: str) -> Sheet:
        """Begin an exercise, or begin it anew."""
        return self._ask("POST", "exercise", {"exercise": exercise}, Sheet)

    def hint(self, exercise: str) -> Standing:
        """Take the next hint."""
        return self._ask("POST", "hint", {"exercise": exercise}, Standing)

    def call(self, exercise: str, call: Sent, settings: dict[str, str]) -> Outcome:
        """Make a call."""
        asked = {"exercise": exercise, "call": call, "settings": settings}
        return self._ask("POST", "call", asked, Outcome)

    def choose(self, exercise: str, cause: str) -> Guess:
        """Choose a cause."""
        return self._ask("POST", "cause", {"exercise": exercise, "cause": cause}, Guess)

    # The trainer.

    def lead(self, code: str) -> Board:
        """Be the trainer from now on; the code may be a `Secret`."""
        before, self._proof = self._proof, {TRAINER: _plain(code)}
        try:
            return self.board()
        except VippsdiagError:
            self._proof = before
            raise

    def board(self) -> Board:
        """Return how far everybody is."""
        return self._ask("GET", "board", None, Board)

    def reset(self, seat: int) -> Board:
        """Forget what a seat has reached."""
        return self._ask("POST", "board/reset", {"seat": seat}, Board)

    def code_of(self, seat: int) -> Pass:
        """Return the return code of a seat, for a learner who has lost it."""
        return self._ask("POST", "board/code", {"seat": seat}, Pass)

    def seat_for(self, name: str) -> Pass:
        """Return the seat of a hub's user; it is a new one the first time."""
        return self._ask("POST", "board/seat", {"name": name}, Pass)

    def set_open(self, exercise: str, *, is_open: bool) -> Board:
        """Open or close an exercise for everybody."""
        asked = {"exercise": exercise, "open": is_open}
        return self._ask("POST", "board/exercise", asked, Board)

    def _ask(self, method: str, path: str, asked: Any, kind: type[T]) -> T:
        body = None if asked is None else _written(asked)
        status, text = self._control.ask(
            method, f"{WORKSHOP}/{path}", self._proof, body
        )
        try:
            if status == 200:
                return msgspec.json.decode(text, type=kind)
            refusal = msgspec.json.decode(text, type=_Refusal)
        except msgspec.DecodeError:
            refusal = None
        if refusal is None:
            raise NoSandbox(
                say(
                    "What answers at {base} is no sandbox of this version of "
                    "vippsdiag, or its access code is another one.",
                    base=self.base,
                )
            )
        said: str = refusal.said.again() if refusal.said else refusal.message
        if status == 403:
            said = say(
                "The sandbox does not take this access code. Take the whole address "
                "that it printed when it was started."
            )
        raise Refused(status, said)
