"""``vippsdiag trial FILE``: show what could be tried, and try it when told to."""

from typing import TYPE_CHECKING

import click

from vippsdiag.cli import NOTHING_FOUND, UNUSABLE
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import tr

if TYPE_CHECKING:
    from vippsdiag.check import Report, Trial


@click.command("trial")
@click.argument("file", metavar="FILE")
@click.option("--run", "chosen", metavar="NAME", help="The trial to make.")
@click.option("--yes", is_flag=True, help="Make it without asking.")
def command(file: str, chosen: str | None, yes: bool) -> int:
    """Show the reading calls that would prove a cause; make one with --run.

    A trial is the failed call with one thing changed. It goes to the documented hosts
    of the API or to a sandbox on this machine, and changes nothing there.
    """
    from vippsdiag.diagnosis import diagnose
    from vippsdiag.importers import read_file

    report = diagnose(read_file(file))
    if not report.trials:
        click.echo("There is no call here that a trial could make surer.")
        return NOTHING_FOUND
    if chosen is None:
        click.echo("\n\n".join(map(_shown, report.trials)))
        click.echo(f"\nMake one with: vippsdiag trial {file} --run NAME")
        return NOTHING_FOUND
    trial = next((item for item in report.trials if item.id == chosen), None)
    if trial is None:
        names = ", ".join(item.id for item in report.trials)
        click.echo(f"There is no trial named {chosen}. There are: {names}.", err=True)
        return UNUSABLE
    return _make(report, trial, yes=yes)


def _shown(trial: "Trial") -> str:
    from vippsdiag.render.words import trial_lines

    return "\n".join(trial_lines(trial))


def _make(report: "Report", trial: "Trial", *, yes: bool) -> int:
    from vippsdiag.client import Client
    from vippsdiag.environments import Environment
    from vippsdiag.keys import KeySet
    from vippsdiag.proof import weigh, words_of
    from vippsdiag.render.words import verdict

    click.echo(_shown(trial))
    if trial.lacking:
        click.echo(tr(trial.lacking), err=True)
        return UNUSABLE
    if not yes:
        click.confirm(tr("Send this?"), abort=True)
    client = Client(KeySet(), Environment.TEST)
    try:
        tried = client.trial(trial)
    except VippsdiagError as error:
        click.echo(error.words, err=True)
        return UNUSABLE
    finally:
        client.close()
    click.echo(tr(words_of(tried)))
    click.echo(verdict(weigh(report, tried)))
    return NOTHING_FOUND
