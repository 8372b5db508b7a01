"""One fault, and how it is written: ``reset; times=2``, ``latency=0.1-0.5; seed=7``.

The same words work in a header, in an address and from Python.
"""

from collections.abc import Iterator
from typing import Any, NoReturn

import msgspec

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, say

# What is written in a header is kept as the name of a counter, so it has an end.
LONGEST = 300


class FaultUnclear(VippsdiagError):  # noqa: N818 - told to who asked for it
    """A fault was asked for in words that are not understood."""


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that goes wrong on purpose.

    Attributes:
        what: a name from the table in docs/sandbox.md, a status such as ``503``, a
            code of an API such as ``5090``, or the id of a check.
        value: more about it, such as seconds; empty for the usual.
        form: how an answer that is asked for by its status is written.
        times: how often it strikes until it ends; None for always.
        chance: how probable it is that it strikes, from 0 to 1.
        seed: another number makes other calls be struck, and other latencies.
        path: strikes only below this path; empty for all.
        name: tells counters of equal faults apart.
    """

    what: str
    value: str = ""
    form: str = ""
    times: int | None = None
    chance: float = 1.0
    seed: int = 0
    path: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Return it as it is written."""
        what = f"{self.what}={self.value}" if self.value else self.what
        options = msgspec.to_builtins(self)
        words = [f"{key}={options[key]}" for key in OPTIONS if key in options]
        return "; ".join([what, *words])


OPTIONS = ("form", "times", "chance", "seed", "path", "name")


def read_faults(text: str) -> tuple[Fault, ...]:
    """Read faults with commas between them.

    Raises:
        FaultUnclear: with a sentence that says what is not understood.
    """
    if len(text) > LONGEST:
        raise FaultUnclear(
            say("A fault is at most {count} characters long.", count=LONGEST)
        )
    found = tuple(_read(part) for part in text.split(",") if part.strip())
    if not found:
        raise FaultUnclear(
            mark("No fault is named. A fault is written as: reset; times=2")
        )
    return found


def _read(text: str) -> Fault:
    first, *options = text.split(";")
    what, _, value = first.partition("=")
    given = dict(_options(options))
    return checked(Fault(what=named(what), value=value.strip(), **given))


def named(words: str) -> str:
    """Return a name as the tables have it: ``401 invalid key`` is ``invalid-key``."""
    parts = words.replace("_", "-").lower().replace("-", " ").split()
    if len(parts) > 1 and len(parts[0]) == 3 and parts[0].isdecimal():
        parts = parts[1:]
    return "-".join(parts)


def _options(parts: list[str]) -> Iterator[tuple[str, Any]]:
    for part in filter(str.strip, parts):
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            yield name, _option(name, value)
        except ValueError:
            _unclear(name, value)


def _option(name: str, value: str) -> Any:
    match name:
        case "times" | "seed":
            return int(value)
        case "chance":
            over, slash, under = value.partition("/")
            return float(over) / (float(under) or 1.0) if slash else float(over)
        case "form" | "path" | "name":
            return value
    raise FaultUnclear(
        say(
            "A fault has no option {name}. The options are: {options}.",
            name=repr(name),
            options=", ".join(OPTIONS),
        )
    )


def _unclear(name: str, value: str) -> NoReturn:
    raise FaultUnclear(
        say(
            "The option {name} of a fault is a number, and not {value}.",
            name=name,
            value=repr(value),
        )
    )


def checked(fault: Fault) -> Fault:
    """Return a fault that can strike.

    Raises:
        FaultUnclear: it cannot; the sentence says why.
    """
    if not 0 <= fault.chance <= 1:
        raise FaultUnclear(
            mark("The chance of a fault is from 0 to 1, or such as 1/3.")
        )
    if fault.times is not None and fault.times < 1:
        raise FaultUnclear(mark("A fault strikes at least once: times=1."))
    from vippsdiag.sandbox.faults.kinds import kind_of  # noqa: PLC0415 - start-up

    kind_of(fault)
    return fault
