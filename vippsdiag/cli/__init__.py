"""The commands, one module each. Each calls the core and prints what it says.

Start-up counts, so a command's module is loaded when the command is asked for, and
what a command needs is loaded when it runs.
"""

import sys
from importlib import import_module

import click

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import LANGUAGES, VARIABLE, choose, speaking, spoken
from vippsdiag.version import __version__

NOTHING_FOUND, ERROR_FOUND, UNUSABLE = 0, 1, 2
INTERRUPTED = 130

COMMANDS = (
    "app",
    "convert",
    "diagnose",
    "exercises",
    "explain",
    "fleet",
    "lab",
    "redact",
    "sandbox",
    "scan",
    "trial",
    "triage",
    "watch",
)


class Commands(click.Group):
    """Loads a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"vippsdiag.cli.{cmd_name}")
        command: click.Command = module.command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vippsdiag")
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    envvar=VARIABLE,
    help="Of what is found: causes, evidence, fixes. English if it is not given.",
)
def commands(language: str | None) -> None:
    """Find out why a set of Vipps MobilePay API keys does not work."""
    if language:
        choose(language)


def main(argv: list[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: the arguments without the program's name; those of the process if None.

    Returns:
        The exit status: 0 nothing found, 1 an error found, 2 the input or the
        command could not be used, 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a character prints a question mark instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with speaking(spoken()):
        return _status(argv)


def _status(argv: list[str] | None) -> int:
    try:
        status = commands.main(argv, prog_name="vippsdiag", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return NOTHING_FOUND
    except VippsdiagError as error:
        click.echo(error.words, err=True)
        return UNUSABLE
    return status or NOTHING_FOUND
