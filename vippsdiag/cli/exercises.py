"""``vippsdiag exercises``: calls that fail in the sandbox, to be mended."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from vippsdiag.cli import ERROR_FOUND, NOTHING_FOUND

if TYPE_CHECKING:
    from vippsdiag.sandbox.exercises import Attempt

# A year, in seconds.
LONGEST_WAIT = 365 * 86400


@click.group("exercises", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> int:
    """List the exercises, show one, check a mended call, or make one of a report."""
    if context.invoked_subcommand is None:
        from vippsdiag.sandbox.exercises import EXERCISES

        width = max(len(item.id) for item in EXERCISES)
        for item in EXERCISES:
            click.echo(f"{item.id:<{width}}  {item.title}")
    return NOTHING_FOUND


_HINT = click.option(
    "--hint",
    "hints",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="How many hints to show.",
)
_SEAT = click.option(
    "--seat",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Whose keys to use, in a room with several learners; the first if not given.",
)


def _begun(exercise: str, seat: int) -> "Attempt":
    """Begin an exercise at a seat, in a sandbox of its own."""
    from vippsdiag.sandbox import Sandbox, SandboxConfig
    from vippsdiag.sandbox.exercises import start

    number = seat - 1
    return start(exercise, Sandbox(SandboxConfig.from_seed(number)), number)


@command.command("show")
@click.argument("exercise", metavar="ID")
@_HINT
@_SEAT
def show(exercise: str, hints: int, seat: int) -> int:
    """Print an exercise: its story, the keys, the call that fails, and the answer."""
    from vippsdiag.sandbox.exercises.words import sheet

    check = f"vippsdiag exercises check {exercise}"
    if seat > 1:
        check += f" --seat {seat}"
    click.echo(sheet(_begun(exercise, seat), hints, check))
    return NOTHING_FOUND


@command.command("check")
@click.argument("exercise", metavar="ID")
@click.argument("file", default="-", metavar="[FILE]")
@_SEAT
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a setting that the exercise shows. May be given several times.",
)
@click.option(
    "--wait",
    type=click.IntRange(0, LONGEST_WAIT),
    default=0,
    metavar="SECONDS",
    help="How much time passes in the sandbox before the last call.",
)
def check(
    exercise: str, file: str, seat: int, settings: tuple[str, ...], wait: int
) -> int:
    """Tell whether the mended call in FILE solves an exercise.

    Without FILE, or with -, standard input is read: the call as cURL, raw HTTP or HAR.
    It goes to a sandbox in this program and nowhere else. Of several calls, each is
    made in its turn, and the last one counts.

    The exit status is 0 if the exercise is solved, 1 if not yet, and 2 if no call can
    be read.
    """
    from vippsdiag.conceal import conceal
    from vippsdiag.importers import read_file
    from vippsdiag.sandbox.exercises.again import play
    from vippsdiag.sandbox.exercises.words import answer

    attempt = _begun(exercise, seat)
    _change(attempt.settings, settings)
    made = play(attempt, read_file(file), timedelta(seconds=wait))
    checked = attempt.check(made)
    click.echo(str(conceal(checked.words)))
    if checked.solved:
        return NOTHING_FOUND
    click.echo(f"\n{conceal(answer(made))}")
    return ERROR_FOUND


def _change(settings: dict[str, str], changes: tuple[str, ...]) -> None:
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals or name not in settings:
            names = ", ".join(settings) or "nothing"
            raise click.UsageError(f"--set NAME=VALUE: here can be set: {names}.")
        settings[name] = value


@command.command("load")
@click.argument("file")
@_HINT
def load(file: str, hints: int) -> int:
    """Make an exercise of the failing call in FILE, such as a HAR of a report."""
    from vippsdiag.importers import read_file
    from vippsdiag.sandbox import Sandbox
    from vippsdiag.sandbox.exercises import from_evidence, start
    from vippsdiag.sandbox.exercises.words import sheet

    attempt = start(from_evidence(read_file(file)), Sandbox())
    click.echo(sheet(attempt, hints))
    return NOTHING_FOUND
