"""``vippsdiag exercises``: calls that fail in the sandbox, to be mended."""

import click

from vippsdiag.cli import NOTHING_FOUND


@click.group("exercises", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> int:
    """List the exercises, show one of them, or make one of a report."""
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


@command.command("show")
@click.argument("exercise", metavar="ID")
@_HINT
def show(exercise: str, hints: int) -> int:
    """Print the story of an exercise, the call that fails, and what is answered."""
    from vippsdiag.sandbox import Sandbox
    from vippsdiag.sandbox.exercises import start
    from vippsdiag.sandbox.exercises.words import sheet

    click.echo(sheet(start(exercise, Sandbox()), hints))
    return NOTHING_FOUND


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
