"""The seats of a workshop, and what each of them has of its own: keys and a code.

All of it is made from one secret of the sandbox and the number of the seat. The seed of
a sandbox would not do: it is a small number, so that everybody could make everybody's
keys. The secret is part of the state, so with a file a seat outlives the process.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

import msgspec

from vippsdiag.environments import Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say
from vippsdiag.sandbox.keys.units import SandboxConfig, Unit
from vippsdiag.sandbox.state.state import State
from vippsdiag.sandbox.workshop.progress import Progress

if TYPE_CHECKING:
    from vippsdiag.sandbox.exercises.attempt import Attempt

ROOM = "workshop"
# More people than this are no workshop; and whoever can reach it could fill it.
MOST_SEATS = 1_000
LONGEST_NAME = 40
# Of these 20 letters are a code: as hard to guess as a number of a hundred bits.
LETTERS = 20


class Seat(msgspec.Struct, kw_only=True):
    """A place that somebody has taken.

    Attributes:
        number: counts the seats from 1.
        name: what the learner chose, or the hub's name for them; the trainer sees it.
        since: when it was taken.
        vouched: whether a hub has let its learner in under this name.
    """

    number: int
    name: str
    since: datetime
    vouched: bool = False


class Lesson(msgspec.Struct, kw_only=True):
    """What belongs to the workshop as a whole.

    Attributes:
        secret: what keys and codes are made from.
        closed: the ids of the exercises that the trainer has closed.
    """

    secret: str
    closed: list[str] = []


# What a reset of the sandbox leaves: what was reached is not to be lost by it.
KINDS = (Seat, Lesson, Progress)


class NameTaken(VippsdiagError):  # noqa: N818 - named for what happened
    """Somebody has taken a seat with this name."""


class Roll:
    """Knows the seats.

    Args:
        state: where they are kept; other processes may share it.
        others: the units that belong to no seat.

    Attributes:
        open: the exercises that are being worked at, by the number of the seat.
    """

    def __init__(self, state: State, others: Iterable[Unit] = ()) -> None:
        self._state = state
        self._units: list[tuple[Unit, ...]] = []
        self._numbers = {(unit.environment, unit.msn) for unit in others}
        self.open: dict[int, dict[str, Attempt]] = {}

    def seats(self) -> list[Seat]:
        """Return all seats, in the order in which they were taken."""
        return self._state.all(Seat, ROOM)

    def lesson(self) -> Lesson:
        """Return what belongs to all; made when it is asked for first."""
        found = self._state.get(Lesson, ROOM, ROOM)
        if found is not None:
            return found
        with self._state.change():
            # Another process may have been quicker.
            found = self._state.get(Lesson, ROOM, ROOM)
            if found is None:
                found = Lesson(secret=secrets.token_hex(32))
                self._state.put(ROOM, ROOM, found)
        return found

    def take(self, name: str, now: datetime) -> Seat:
        """Take a new seat under a name of one's own choice.

        Raises:
            NameTaken: there is a seat of that name.
            VippsdiagError: the name cannot be shown, or there is no room.
        """
        name = _shown(name)
        with self._state.change():
            if self._called(name):
                raise NameTaken(
                    say(
                        "Somebody sits here as {name}. If it is you, come back with "
                        "your return code; the trainer can tell it to you. Otherwise "
                        "choose another name.",
                        name=name,
                    )
                )
            return self._new(name, now)

    def vouched(self, name: str, now: datetime) -> Seat:
        """Return the seat of a hub's user, which is a new one the first time.

        The name is theirs, also if somebody has chosen it before: that seat stays whose
        it is, and its number is put behind its name.

        Raises:
            VippsdiagError: the name cannot be shown, or there is no room.
        """
        name = _shown(name)
        with self._state.change():
            same = self._called(name)
            for seat in same:
                # To a hub, names are the same if they are so in small letters.
                if seat.vouched and seat.name.lower() == name.lower():
                    return seat
            new = self._new(name, now, vouched=True)
            for seat in same:
                if not seat.vouched:
                    seat.name = f"{seat.name} ({seat.number})"
                    self._keep(seat)
            return new

    def _called(self, name: str) -> list[Seat]:
        """Return the seats whose name people would take for this one."""
        return [one for one in self.seats() if one.name.casefold() == name.casefold()]

    def _new(self, name: str, now: datetime, *, vouched: bool = False) -> Seat:
        number = len(self.seats()) + 1
        if number > MOST_SEATS:
            raise VippsdiagError(say("All the seats are taken."))
        seat = Seat(number=number, name=name, since=now, vouched=vouched)
        self._keep(seat)
        return seat

    def _keep(self, seat: Seat) -> None:
        self._state.put(ROOM, str(seat.number), seat)

    def news(self) -> Callable[[], list[Unit]]:
        """Return a function that tells the units of seats taken since it last did."""
        told = 0

        def new() -> list[Unit]:
            nonlocal told
            before, told = told, len(self.seats())
            numbers = range(before + 1, told + 1)
            return [unit for number in numbers for unit in self.units_of(number)]

        return new

    def units_of(self, number: int) -> tuple[Unit, ...]:
        """Return the units of a seat, with keys that no other seat has."""
        while len(self._units) < number:
            config = self._made(len(self._units) + 1)
            self._units.append(config.units)
            self._numbers.update(_numbers(config.units))
            self._state.hide(*config.secrets)
        return self._units[number - 1]

    def _made(self, number: int) -> SandboxConfig:
        """Make the units of a seat; of a million numbers, two may be the same."""
        for turn in count():
            seed = self._derived(f"keys/{number}/{turn}").hex()
            config = SandboxConfig.from_seed(seed)
            if self._numbers.isdisjoint(_numbers(config.units)):
                return config
        raise TypeError

    def code_of(self, number: int) -> str:
        """Return what a learner proves with that a seat is theirs."""
        return f"{number}-{_letters(self._derived(f'seat/{number}'))}"

    def trainer_code(self) -> str:
        """Return what the trainer proves with that they are the trainer."""
        return _letters(self._derived("trainer"))

    def seat_with(self, code: str) -> Seat | None:
        """Return the seat that a code is of; None if it is of none."""
        number = code.strip().partition("-")[0]
        if not (number.isascii() and number.isdecimal() and len(number) <= 6):
            return None
        seat = self._state.get(Seat, ROOM, str(int(number)))
        return seat if seat and _same(code, self.code_of(seat.number)) else None

    def is_trainer(self, code: str) -> bool:
        """Tell whether a code is the trainer's."""
        return _same(code, self.trainer_code())

    def set_open(self, exercise: str, *, is_open: bool) -> None:
        """Open or close an exercise for everybody."""
        with self._state.change():
            lesson = self.lesson()
            lesson.closed = [name for name in lesson.closed if name != exercise]
            lesson.closed += [] if is_open else [exercise]
            self._state.put(ROOM, ROOM, lesson)

    def _derived(self, what: str) -> bytes:
        key = bytes.fromhex(self.lesson().secret)
        return hmac.digest(key, what.encode(), hashlib.sha256)


def _shown(name: str) -> str:
    """Return a name as it is shown."""
    name = " ".join(name.split())
    if not (name and name.isprintable() and len(name) <= LONGEST_NAME):
        text = "A name has 1 to {most} letters, digits and blanks."
        raise VippsdiagError(say(text, most=LONGEST_NAME))
    return name


def _numbers(units: Iterable[Unit]) -> set[tuple[Environment, str]]:
    return {(unit.environment, unit.msn) for unit in units if unit.msn}


def room_of(number: int) -> str:
    """Return the room that a seat's progress is in."""
    return f"{ROOM}/{number}"


def _letters(digest: bytes) -> str:
    text = base64.b32encode(digest).decode()[:LETTERS]
    return "-".join(text[start : start + 5] for start in range(0, LETTERS, 5))


def _same(one: str, other: str) -> bool:
    """Compare two codes; capitals and blanks make no difference."""
    given = "".join(one.split()).upper().encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, other.encode())
