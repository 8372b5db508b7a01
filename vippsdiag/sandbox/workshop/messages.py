"""What a seat and the sandbox say to each other, in JSON.

Texts of exercises and checks are not sent: they are known by id on both sides, and said
in the learner's language there. What the sandbox says itself is sent as a template with
its values, for the same reason.
"""

from collections.abc import Collection
from datetime import datetime
from string import Formatter
from typing import Union

import msgspec

from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.language import Text
from vippsdiag.render.values import revealed
from vippsdiag.sandbox.workshop.progress import Progress


class Said(msgspec.Struct, kw_only=True):
    """A text that is said in another language where it arrives."""

    text: str
    values: dict[str, Union[str, int, float, "Said"]] = {}

    @classmethod
    def of(cls, text: str) -> "Said":
        """Take a text apart."""
        if not isinstance(text, Text):
            return cls(text=str(text))
        values = {
            name: cls.of(value) if isinstance(value, Text) else value
            for name, value in text.values.items()
        }
        return cls(text=text.template, values=values)  # type: ignore[arg-type]

    def again(self) -> Text:
        """Return the text; with its placeholders where they cannot be filled safely."""
        if not _only_names(self.text, self.values):
            return Text(self.text, {})
        values: dict[str, object] = {
            name: value.again() if isinstance(value, Said) else value
            for name, value in self.values.items()
        }
        return Text(self.text, values)


def _only_names(template: str, known: Collection[str]) -> bool:
    """Tell whether a template does nothing but name values, and each of them once.

    It may come from a sandbox that is not ours. Anything else that ``str.format``
    knows reaches into the values (``{x.__class__}``) or makes a text that no memory
    holds (``{x:>9999999999}``), and so do values in values that are named many times.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        return False
    names = [name for _, name, _, _ in parts if name is not None]
    return (
        all(name in known and name.isidentifier() for name in names)
        and not any(form or conversion for _, _, form, conversion in parts)
        and len(names) == len(set(names))
    )


class Sent(msgspec.Struct, kw_only=True):
    """A call, with its values as they are; they are practice values, or the learner's.

    It is never printed and never kept.
    """

    method: str
    url: str
    headers: list[tuple[str, str]] = []
    body: str | None = None

    @classmethod
    def of(cls, request: Request) -> "Sent":
        """Write down a request."""
        return cls(
            method=request.method,
            url=revealed(request.url),
            headers=[
                (revealed(name), revealed(text)) for name, text in request.headers
            ],
            body=None if request.body is None else revealed(request.body),
        )

    def __repr__(self) -> str:
        """Return it without anything that may be secret."""
        return f"Sent({self.method})"

    def request(self) -> Request:
        """Return it as the package's own value, with secrets concealed."""
        return Request(
            method=self.method,
            url=self.url,
            headers=Headers(self.headers),
            body=self.body,
        )


class Answer(msgspec.Struct, kw_only=True):
    """What came back, or why nothing did."""

    status: int | None = None
    reason: str = ""
    headers: list[tuple[str, str]] = []
    body: str = ""
    failure: str = ""

    @classmethod
    def of(cls, exchange: Exchange) -> "Answer":
        """Write down what an exchange was answered with."""
        if exchange.failure:
            return cls(failure=str(revealed(exchange.failure.message)))
        response = exchange.response
        if response is None:
            return cls()
        return cls(
            status=response.status,
            reason=response.reason,
            headers=[(name, revealed(text)) for name, text in response.headers],
            body=revealed(response.body or ""),
        )


class Standing(msgspec.Struct, kw_only=True):
    """How far a seat is with an exercise.

    Attributes:
        minutes: since it was begun first, or until it was solved.
        idle: minutes since something was done at it last.
    """

    exercise: str
    tries: int
    hints: int
    guesses: int
    solved: bool
    named: bool
    points: int
    minutes: int
    idle: int

    @classmethod
    def of(cls, progress: Progress, now: datetime) -> "Standing":
        """Return what is shown of somebody's progress."""
        until = progress.solved or progress.named or now
        return cls(
            exercise=progress.exercise,
            tries=progress.tries,
            hints=progress.hints,
            guesses=progress.guesses,
            solved=progress.solved is not None,
            named=progress.named is not None,
            points=progress.points,
            minutes=int((until - progress.since).total_seconds() // 60),
            idle=int((now - (progress.last or progress.since)).total_seconds() // 60),
        )


class Pass(msgspec.Struct, kw_only=True):
    """A seat, and the code that proves that it is one's own."""

    number: int
    name: str
    code: str

    def __repr__(self) -> str:
        """Return it without the code."""
        return f"Pass({self.number})"


class Stand(msgspec.Struct, kw_only=True):
    """How far a seat is with everything, and which exercises are closed."""

    number: int
    name: str
    standings: list[Standing]
    closed: list[str]


class Sheet(msgspec.Struct, kw_only=True):
    """An exercise that was begun.

    Attributes:
        call: the one to mend.
        answer: what it was answered with.
        before: the calls that went before and belong to the case.
        hand: what there is to put into a call, by its name; empty if it is made anew
            each time.
        settings: what can be set beside the call.
        choices: the ids of four checks, one of which names the cause.
        hints: how many hints were taken.
    """

    exercise: str
    call: Sent
    answer: Answer
    before: list[tuple[Sent, Answer]]
    hand: dict[str, str]
    settings: dict[str, str]
    choices: list[str]
    standing: Standing

    def __repr__(self) -> str:
        """Return it without the keys."""
        return f"Sheet({self.exercise})"


class Outcome(msgspec.Struct, kw_only=True):
    """What came of a call that a learner made.

    Attributes:
        answer: what came back.
        solved: whether the call solves the exercise.
        words: why not, or that it does.
        found: the ids of the checks that find something in this call, best first.
            The cause of the exercise is left out as long as it is to be found out.
        still: whether the cause of the exercise is still there.
        anew: whether the exercise was begun again, because the sandbox was.
        standing: how far it is now.
    """

    answer: Answer
    solved: bool
    words: Said
    found: list[str]
    still: bool
    anew: bool
    standing: Standing


class Guess(msgspec.Struct, kw_only=True):
    """What came of choosing a cause."""

    right: bool
    standing: Standing


class Row(msgspec.Struct, kw_only=True):
    """A seat on the trainer's board.

    Attributes:
        current: the id of the exercise that is worked at now; empty for none.
    """

    number: int
    name: str
    standings: list[Standing]
    current: str = ""


class Board(msgspec.Struct, kw_only=True):
    """Everybody's progress."""

    rows: list[Row]
    closed: list[str]
