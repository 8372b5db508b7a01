"""What can be asked about the workshop, below ``/_sandbox/workshop``.

A learner proves with the code of their seat that it is theirs, and the trainer with the
trainer's code; both are sent as headers, which no other web page can make a browser
send. Nothing here tells a seat anything about another one.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say
from vippsdiag.sandbox.control.control import TRAINER, WORKSHOP, Operation, given
from vippsdiag.sandbox.exercises import find
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json
from vippsdiag.sandbox.workshop.desk import Desk, ExerciseClosed
from vippsdiag.sandbox.workshop.messages import Board, Pass, Row, Said, Sent, Stand
from vippsdiag.sandbox.workshop.seats import NameTaken, Seat

if TYPE_CHECKING:
    from vippsdiag.sandbox.simulator import Sandbox

# The header that a learner sends.
SEAT = "Sandbox-Seat"


class Name(msgspec.Struct):
    """What a learner wants to be called."""

    name: str


class Which(msgspec.Struct):
    """An exercise."""

    exercise: str


class Try(msgspec.Struct):
    """A call to make, and what is set beside it."""

    exercise: str
    call: Sent
    settings: dict[str, str] = {}


class Cause(msgspec.Struct):
    """The cause that a learner has chosen: the id of a check."""

    exercise: str
    cause: str


class Number(msgspec.Struct):
    """A seat."""

    seat: int


class Opening(msgspec.Struct):
    """Whether an exercise is open."""

    exercise: str
    open: bool


def _telling(operation: Operation) -> Operation:
    """Tell what cannot be done, in a form that can be said in another language."""

    def told(sandbox: "Sandbox", received: Received) -> Reply:
        try:
            # The page of the last calls is open to everybody.
            with sandbox.log.paused():
                return operation(sandbox, received)
        except NameTaken as error:
            return _refused(409, error)
        except ExerciseClosed as error:
            return _refused(423, error)
        except VippsdiagError as error:
            return _refused(400, error)

    return told


def _refused(status: int, error: VippsdiagError) -> Reply:
    text = error.args[0] if error.args else ""
    return in_json(status, {"message": str(error), "said": Said.of(text)})


def _told(value: Any) -> Reply:
    return in_json(200, value)


def _seat(sandbox: "Sandbox", received: Received) -> Seat:
    """Return the seat that is asked for, by its code."""
    seat = sandbox.roll.seat_with(received.headers().get(SEAT.lower(), ""))
    if seat is None:
        text = say("The sandbox knows no seat with this return code.")
        raise Refusal(_refused(401, VippsdiagError(text)))
    return seat


def _see_trainer(sandbox: "Sandbox", received: Received) -> None:
    if not sandbox.roll.is_trainer(received.headers().get(TRAINER.lower(), "")):
        text = say("This is not the trainer's code of this sandbox.")
        raise Refusal(_refused(401, VippsdiagError(text)))


def _desk(sandbox: "Sandbox", received: Received) -> Desk:
    return Desk(sandbox, _seat(sandbox, received))


def take(sandbox: "Sandbox", received: Received) -> Reply:
    """Take a new seat."""
    seat = sandbox.roll.take(given(Name, received).name, sandbox.clock())
    return _told(_pass(sandbox, seat))


def _pass(sandbox: "Sandbox", seat: Seat) -> Pass:
    code = sandbox.roll.code_of(seat.number)
    return Pass(number=seat.number, name=seat.name, code=code)


def stand(sandbox: "Sandbox", received: Received) -> Reply:
    """Tell a seat how far it is."""
    seat = _seat(sandbox, received)
    return _told(
        Stand(
            number=seat.number,
            name=seat.name,
            standings=Desk(sandbox, seat).standings(),
            closed=sandbox.roll.lesson().closed,
        )
    )


def begin(sandbox: "Sandbox", received: Received) -> Reply:
    """Begin an exercise."""
    desk = _desk(sandbox, received)
    return _told(desk.begin(given(Which, received).exercise))


def hint(sandbox: "Sandbox", received: Received) -> Reply:
    """Take a hint."""
    desk = _desk(sandbox, received)
    return _told(desk.hint(given(Which, received).exercise))


def call(sandbox: "Sandbox", received: Received) -> Reply:
    """Make a call."""
    desk, asked = _desk(sandbox, received), given(Try, received)
    return _told(desk.call(asked.exercise, asked.call, asked.settings))


def choose(sandbox: "Sandbox", received: Received) -> Reply:
    """Choose a cause."""
    desk, asked = _desk(sandbox, received), given(Cause, received)
    return _told(desk.choose(asked.exercise, asked.cause))


def board(sandbox: "Sandbox", received: Received) -> Reply:
    """Tell the trainer how far everybody is."""
    _see_trainer(sandbox, received)
    desks = [(seat, Desk(sandbox, seat)) for seat in sandbox.roll.seats()]
    rows = [
        Row(
            number=seat.number,
            name=seat.name,
            standings=desk.standings(),
            current=desk.current(),
        )
        for seat, desk in desks
    ]
    return _told(Board(rows=rows, closed=sandbox.roll.lesson().closed))


def reset(sandbox: "Sandbox", received: Received) -> Reply:
    """Forget what a seat has reached; its keys and its code stay."""
    _see_trainer(sandbox, received)
    Desk(sandbox, _numbered(sandbox, received)).clear()
    return board(sandbox, received)


def code(sandbox: "Sandbox", received: Received) -> Reply:
    """Tell the trainer the code of a seat, for a learner who has lost it."""
    _see_trainer(sandbox, received)
    return _told(_pass(sandbox, _numbered(sandbox, received)))


def seat_for(sandbox: "Sandbox", received: Received) -> Reply:
    """Give a hub the seat of one of its users, which is a new one the first time.

    A hub starts each learner's notebook with a seat of their own.
    """
    _see_trainer(sandbox, received)
    seat = sandbox.roll.vouched(given(Name, received).name, sandbox.clock())
    return _told(_pass(sandbox, seat))


def _numbered(sandbox: "Sandbox", received: Received) -> Seat:
    number = given(Number, received).seat
    for seat in sandbox.roll.seats():
        if seat.number == number:
            return seat
    raise VippsdiagError(say("There is no seat {number}.", number=number))


def set_open(sandbox: "Sandbox", received: Received) -> Reply:
    """Open or close an exercise for everybody."""
    _see_trainer(sandbox, received)
    asked = given(Opening, received)
    sandbox.roll.set_open(find(asked.exercise).id, is_open=asked.open)
    return board(sandbox, received)


_ALL: tuple[tuple[str, str, Operation], ...] = (
    ("POST", "seats", take),
    ("GET", "seat", stand),
    ("POST", "exercise", begin),
    ("POST", "hint", hint),
    ("POST", "call", call),
    ("POST", "cause", choose),
    ("GET", "board", board),
    ("POST", "board/reset", reset),
    ("POST", "board/code", code),
    ("POST", "board/seat", seat_for),
    ("POST", "board/exercise", set_open),
)
OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    f"{WORKSHOP}/{path}": {method: _telling(operation)}
    for method, path, operation in _ALL
}
