"""``vippsdiag diagnose FILE...``: rank what is wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import click

from vippsdiag.cli import ERROR_FOUND, NOTHING_FOUND, UNUSABLE
from vippsdiag.errors import VippsdiagError

if TYPE_CHECKING:
    from vippsdiag.check import Report
    from vippsdiag.evidence import Evidence

FORMATS = ("table", "json", "jsonl", "markdown", "html", "sarif", "junit")
# The modules that are not named as the format is.
HOMES = {"jsonl": "json", "html": "page"}
KINDS = ("sales unit", "partner", "accounting", "merchant-level", "management", "PSP")


@click.command("diagnose")
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
@click.option(
    "--integration",
    "client",
    help="What makes the calls, such as WooCommerce or a native app, if the files do "
    "not say it.",
)
def command(files: tuple[str, ...], form: str, **told: str | None) -> int:
    """Read whatever a merchant sent, and rank what is wrong.

    A FILE of - is standard input. The exit status is 0 if nothing was found, 1 if an
    error was found, and 2 if an input could not be used.
    """
    status = NOTHING_FOUND
    for name in files:
        try:
            report = _report(name, **told)
        except VippsdiagError as error:
            click.echo(f"{name}: {error.words}", err=True)
            status = UNUSABLE
            continue
        click.echo(_renderer(form)(report, name).rstrip("\n"))
        if status != UNUSABLE and report.worst == "error":
            status = ERROR_FOUND
    return status


def _report(name: str, **told: str | None) -> "Report":
    from vippsdiag.diagnosis import diagnose
    from vippsdiag.importers import read_file

    return diagnose(_told(read_file(name), **told))


def _told(
    evidence: "Evidence",
    *,
    environment: str | None,
    kind: str | None,
    client: str | None,
) -> "Evidence":
    """Add what the user said, and the time, to what the file holds."""
    from vippsdiag.environments import Environment
    from vippsdiag.keys import KeyKind

    context = evidence.context
    if environment:
        context = replace(context, environment=Environment(environment))
    if kind:
        context = replace(context, kind=KeyKind(kind))
    if client:
        context = replace(context, client=client)
    return replace(evidence, context=context, now=evidence.now or datetime.now(UTC))


def _renderer(form: str) -> Callable[["Report", str], str]:
    module = import_module(f"vippsdiag.render.{HOMES.get(form, form)}")
    renderer: Callable[..., str] = getattr(module, f"render_{form}")
    return partial(renderer, width=_width()) if form == "table" else renderer


def _width() -> int:
    from shutil import get_terminal_size

    return max(60, min(get_terminal_size((100, 24)).columns, 160))
