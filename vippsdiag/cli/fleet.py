"""``vippsdiag fleet LIST``: check many sales units, and say what to mend first."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vippsdiag.cli import ERROR_FOUND, INTERRUPTED, NOTHING_FOUND, UNUSABLE
from vippsdiag.cli.whose import (
    confirm,
    keys_of,
    listing_in,
    target_of,
    usable,
    where_and_whose,
)
from vippsdiag.errors import VippsdiagError

if TYPE_CHECKING:
    from vippsdiag.fleet import Fleet, Listing, Summary, Target
    from vippsdiag.keys import KeySet

FORMATS = ("table", "csv", "jsonl", "parquet")


@click.command("fleet")
@click.argument("listing", metavar="[LIST]", required=False)
@where_and_whose
@click.option(
    "--practice",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="N made-up units, in a sandbox within this command, in place of a LIST.",
)
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the results in this file: a run that was stopped goes on, and the next "
    "one is compared with it.",
)
@click.option("--afresh", is_flag=True, help="Begin anew, even after a stop.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    help="How to print the result.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result to this file; needed for parquet.",
)
@click.option("--yes", is_flag=True, help="Do not ask before production is called.")
def command(  # noqa: PLR0913, PLR0917 - one for each option
    listing: str | None,
    environment: str | None,
    sandbox: str | None,
    practice: int | None,
    key_file: str | None,
    keyring: str | None,
    kind: str | None,
    products: tuple[str, ...],
    journal: Path | None,
    afresh: bool,
    rate: float,
    workers: int,
    form: str,
    output: Path | None,
    yes: bool,
) -> int:
    """Check every sales unit in LIST, and group what fails by what is to be done.

    LIST is a CSV file, or - for standard input, with a column for the merchant serial
    number. Units without keys of their own are called with those of --keys, of
    --keyring, or of the variables VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET and
    VIPPS_SUBSCRIPTION_KEY. Only the token call and reading calls are made.

    The exit status is 0 if everything works, 1 if something does not, 2 if a row or an
    answer could not be used, and 130 if the run was stopped.
    """
    from vippsdiag.fleet import Fleet, Journal, summarise

    if form == "parquet" and output is None:
        raise click.UsageError("Parquet is written to a file: give --output FILE.")
    _see_writable(form, output)
    keys: KeySet | None
    if practice is not None:
        if listing or environment or sandbox:
            raise click.UsageError("--practice brings its own list and sandbox.")
        target, read, keys = _practice(practice)
    else:
        if listing is None:
            raise click.UsageError("Give a LIST, or --practice N.")
        target = target_of(environment, sandbox)
        read = listing_in(listing)
        keys = keys_of(key_file, keyring, kind) if read.needs_keys else None
    limit = None if practice else rate or None
    target = replace(target, products=products, per_second=limit, workers=workers)
    target.probes()
    read = usable(read, keys)
    confirm(target, len(read.units), yes=yes)
    with closing(Journal(journal)) as kept:
        fleet = Fleet(read.units, target, keys=keys, journal=kept, afresh=afresh)
        _run(fleet)
        summary = summarise(fleet.results, fleet.products, fleet.before())
    _write(summary, form, output)
    if not fleet.complete:
        click.echo(_stopped(fleet, journal), err=True)
        return INTERRUPTED
    return _status(read, summary)


def _practice(count: int) -> "tuple[Target, Listing, KeySet]":
    """Return made-up units with a sandbox that answers for them."""
    from vippsdiag.environments import Environment
    from vippsdiag.fleet import Target, read_listing
    from vippsdiag.sandbox import Sandbox
    from vippsdiag.sandbox.practice.partner import BASE, practice

    made = practice(count)
    target = Target(
        environment=Environment.SANDBOX,
        sandbox=BASE,
        session=Sandbox(made.config).session,
    )
    return target, read_listing(made.table), made.keys


def _run(fleet: "Fleet") -> None:
    """Check the units; Ctrl-C ends the run when what is under way is written down."""
    with _cancelling(fleet), _shown(fleet):
        for _ in fleet.check():
            pass


@contextmanager
def _cancelling(fleet: "Fleet") -> Iterator[None]:
    import signal

    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop(*_: object) -> None:
        if fleet.cancelled:
            raise KeyboardInterrupt
        fleet.cancel()

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _shown(fleet: "Fleet") -> Iterator[None]:
    """Show on a terminal how far the run is; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(_Progress(fleet)):
        yield


class _Progress:
    """How far a run is, each time that the terminal is painted."""

    def __init__(self, fleet: "Fleet") -> None:
        self._fleet = fleet

    def __rich__(self) -> str:
        """Return it in words."""
        from vippsdiag.fleet.words import progress_words

        return progress_words(self._fleet.progress)


def _see_writable(form: str, output: Path | None) -> None:
    """See before thousands of calls that what they tell can be written."""
    from vippsdiag.fleet.records import see_parquet

    if form == "parquet":
        see_parquet()
    if output is not None and not output.absolute().parent.is_dir():
        raise VippsdiagError(f"{output}: {os.strerror(errno.ENOENT)}.")


def _write(summary: "Summary", form: str, output: Path | None) -> None:
    from vippsdiag.fleet import records

    if form == "parquet" and output is not None:
        try:
            records.write_parquet(summary, output)
        except OSError as error:
            raise VippsdiagError(f"{output}: {error.strerror}.") from error
        return
    if form == "table":
        from shutil import get_terminal_size

        from vippsdiag.fleet.table import render_fleet

        width = max(80, min(get_terminal_size((100, 24)).columns, 160))
        text = render_fleet(summary, width)
    else:
        text = {"csv": records.to_csv, "jsonl": records.to_jsonl}[form](summary)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise VippsdiagError(f"{output}: {error.strerror}.") from error


def _stopped(fleet: "Fleet", journal: Path | None) -> str:
    from vippsdiag.language import tr

    said = tr(
        "Stopped after {done:,} of {total:,}.",
        done=fleet.progress.done,
        total=fleet.progress.total,
    )
    again = tr("The same command goes on from there.")
    return f"{said} {again}" if journal else said


def _status(read: "Listing", summary: "Summary") -> int:
    from vippsdiag.fleet import Standing

    if read.lost or summary.count(Standing.UNKNOWN):
        return UNUSABLE
    return ERROR_FOUND if summary.count(Standing.FAILS) else NOTHING_FOUND
