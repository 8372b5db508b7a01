"""The commands. Each one calls the core and prints what it says."""

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from vippsdiag.errors import VippsdiagError
from vippsdiag.version import __version__

if TYPE_CHECKING:
    from vippsdiag.check import Report
    from vippsdiag.evidence import Context, Evidence

NOTHING_FOUND, ERROR_FOUND, UNUSABLE = 0, 1, 2

FORMATS = ("table", "json", "jsonl", "markdown")
KINDS = ("sales unit", "partner", "accounting", "merchant-level", "management", "PSP")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vippsdiag")
def commands() -> None:
    """Find out why a set of Vipps MobilePay API keys does not work."""


@commands.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    help="How to print the report; jsonl prints one report a line.",
)
@click.option(
    "--environment",
    type=click.Choice(["test", "production"]),
    help="What the keys are meant for, if the files do not say it.",
)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    help="The kind of keys, if the files do not say it.",
)
def diagnose(
    files: tuple[str, ...], form: str, environment: str | None, kind: str | None
) -> int:
    """Read HAR files, pasted keys or error texts, and rank what is wrong.

    A FILE of - is standard input. The exit status is 0 if nothing was found, 1 if an
    error was found, and 2 if an input could not be used.
    """
    status = NOTHING_FOUND
    for name in files:
        try:
            evidence = _told(_read(name), environment, kind)
        except VippsdiagError as error:
            click.echo(f"{name}: {error}", err=True)
            status = UNUSABLE
            continue
        report = _report(evidence)
        click.echo(_renderer(form)(report, name).rstrip("\n"))
        if status != UNUSABLE and report.worst == "error":
            status = ERROR_FOUND
    return status


def _read(name: str) -> "Evidence":
    from vippsdiag.importers import read_file

    return read_file(name)


def _report(evidence: "Evidence") -> "Report":
    from vippsdiag.diagnosis import diagnose as run

    return run(evidence)


def _told(
    evidence: "Evidence", environment: str | None, kind: str | None
) -> "Evidence":
    """Add what the user said, and the time, to what the file holds."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from vippsdiag.environments import Environment
    from vippsdiag.keys import KeyKind

    context: Context = evidence.context
    if environment:
        context = replace(context, environment=Environment(environment))
    if kind:
        context = replace(context, kind=KeyKind(kind))
    return replace(evidence, context=context, now=datetime.now(UTC))


def _renderer(form: str) -> Callable[["Report", str], str]:
    from vippsdiag.render.json import render_json, render_jsonl
    from vippsdiag.render.markdown import render_markdown
    from vippsdiag.render.table import render_table

    renderers: dict[str, Callable[[Report, str], str]] = {
        "json": render_json,
        "jsonl": render_jsonl,
        "markdown": render_markdown,
        "table": lambda report, name: render_table(report, name, _width()),
    }
    return renderers[form]


def _width() -> int:
    from shutil import get_terminal_size

    return max(60, min(get_terminal_size((100, 24)).columns, 160))


@commands.command()
@click.argument("check", required=False)
def explain(check: str | None) -> int:
    """Print the page of one CHECK, or the list of all of them."""
    from vippsdiag.checks import CHECKS
    from vippsdiag.render.markdown import check_page

    if check is None:
        width = max(len(item.id) for item in CHECKS)
        for item in CHECKS:
            click.echo(f"{item.id:<{width}}  {item.title}")
        return NOTHING_FOUND
    found = next((item for item in CHECKS if item.id == check), None)
    if found is None:
        names = _similar(check, (item.id for item in CHECKS))
        click.echo(f"There is no check named {check}.{names}", err=True)
        return UNUSABLE
    click.echo(check_page(found), nl=False)
    return NOTHING_FOUND


def _similar(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=3)
    return f" Similar names: {', '.join(close)}." if close else ""


@commands.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port to listen on; 0 takes a free one.",
)
def sandbox(port: int) -> int:
    """Run the built-in simulator of the API on this machine."""
    from vippsdiag.sandbox.server import serve

    serve(port, announce=lambda address: click.echo(_announcement(address)))
    return NOTHING_FOUND


def _announcement(address: str) -> str:
    from vippsdiag.environments import SANDBOX_PRODUCTION

    return (
        f"The sandbox answers at {address} as the test environment, and at "
        f"{address}{SANDBOX_PRODUCTION} as production. Stop it with Ctrl-C."
    )


@commands.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port to listen on; 0 takes a free one.",
)
@click.option(
    "--browser/--no-browser",
    default=None,
    help="Open a browser; by default, if there is a display.",
)
def lab(port: int, browser: bool | None) -> int:
    """Start the sandbox, and JupyterLab on the onboarding notebook."""
    from vippsdiag.lab import open_lab

    return open_lab(browser=browser, port=port)


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
    try:
        status = commands.main(argv, prog_name="vippsdiag", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return NOTHING_FOUND
    except VippsdiagError as error:
        click.echo(str(error), err=True)
        return UNUSABLE
    return status or NOTHING_FOUND
