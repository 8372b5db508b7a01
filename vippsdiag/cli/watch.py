"""``vippsdiag watch [LIST]``: look again and again, and tell what stops working."""

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

import click

from vippsdiag.cli import ERROR_FOUND, NOTHING_FOUND
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
    from vippsdiag.fleet import SalesUnit
    from vippsdiag.keys import KeySet
    from vippsdiag.watch import Look, Watch

_SPAN = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# Nobody needs to know it sooner, and the APIs are there for payments.
SHORTEST = 30
# Seconds after which Ctrl-C is heard at the latest.
LONGEST_WAIT = 0.5


class Span(click.ParamType[int]):
    """A span of time: a number with s, m, h or d behind it."""

    name = "span"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Return the seconds."""
        if isinstance(value, int):
            return value
        match = _SPAN.fullmatch(str(value).strip())
        if match is None:
            self.fail("Give a number with s, m, h or d, such as 10m.", param, ctx)
        return int(match[1]) * _SECONDS[match[2]]


@click.command("watch")
@click.argument("listing", metavar="[LIST]", required=False)
@where_and_whose
@click.option(
    "--every",
    type=Span(),
    default="10m",
    show_default=True,
    help="How long from one look to the next; 30s at least outside the sandbox.",
)
@click.option(
    "--times",
    type=click.IntRange(1),
    help="End after so many looks; 1 for a scheduler that starts it by itself, with a "
    "--journal, or each start tells again what does not work.",
)
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep what was told in this file; a new start then tells only what changed.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--prometheus",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write each look to this file, in the text format of Prometheus.",
)
@click.option(
    "--webhook",
    metavar="URL",
    envvar="VIPPSDIAG_WEBHOOK",
    help="Post the news as JSON to this address; better given as VIPPSDIAG_WEBHOOK.",
)
@click.option("--yes", is_flag=True, help="Do not ask before production is called.")
def command(  # noqa: PLR0913, PLR0917 - one for each option
    listing: str | None,
    environment: str | None,
    sandbox: str | None,
    key_file: str | None,
    keyring: str | None,
    kind: str | None,
    products: tuple[str, ...],
    rate: float,
    workers: int,
    every: int,
    times: int | None,
    journal: Path | None,
    form: str,
    prometheus: Path | None,
    webhook: str | None,
    yes: bool,
) -> int:
    """Look on a schedule whether keys, products and certificates still work.

    LIST is as for the command fleet. Without one, the keys themselves have to name
    their merchant serial number. Only the token call and reading calls are made. A
    look prints what is otherwise than at the one before; the first, what does not work.

    It ends with Ctrl-C, or after --times looks. The exit status is 0 if everything
    worked at the last look, and 1 if something did not.
    """
    from vippsdiag.client.notice import check_address
    from vippsdiag.fleet import Journal
    from vippsdiag.watch import Watch

    target = target_of(environment, sandbox)
    target = replace(
        target, products=products, per_second=rate or None, workers=workers
    )
    target.probes()
    if environment and every < SHORTEST:
        raise click.UsageError(f"--every is {SHORTEST}s at least outside the sandbox.")
    if webhook:
        check_address(webhook)
    units, keys = _units(listing, key_file, keyring, kind)
    confirm(target, len(units), yes=yes)
    with closing(Journal(journal)) as kept:
        watch = Watch(units, target, keys=keys, journal=kept)
        last = None
        for look in _looks(watch, every, times):
            last = look
            _tell(look, form, prometheus, webhook)
    return NOTHING_FOUND if last is None or last.works else ERROR_FOUND


def _units(
    listing: str | None, key_file: str | None, keyring: str | None, kind: str | None
) -> "tuple[tuple[SalesUnit, ...], KeySet | None]":
    from vippsdiag.fleet import SalesUnit
    from vippsdiag.language import say

    if listing is not None:
        read = listing_in(listing)
        keys = keys_of(key_file, keyring, kind) if read.needs_keys else None
        return tuple(usable(read, keys).units), keys
    # Keys that name a number are one sales unit's.
    keys = keys_of(key_file, keyring, kind or "sales unit")
    if keys is None:
        raise VippsdiagError(say("There are no keys: give a LIST, or --keys."))
    if keys.msn is None:
        raise VippsdiagError(
            say("The keys do not name a merchant serial number: give a LIST.")
        )
    return (SalesUnit(msn=str(keys.msn)),), keys


def _looks(watch: "Watch", every: int, times: int | None) -> "Iterator[Look]":
    """Look until somebody stops it; what takes longer than a span delays the next."""
    with _stopped(watch) as stop:
        while not stop.is_set():
            look = watch.look()
            if stop.is_set():
                return
            yield look
            times = times - 1 if times else None
            if times == 0 or _stops_within(stop, every):
                return


def _stops_within(stop: Event, seconds: float) -> bool:
    """Wait for some seconds, and tell whether somebody stopped it.

    On Windows a wait cannot be interrupted, so it is a short one again and again.
    """
    end = monotonic() + seconds
    while (left := end - monotonic()) > 0:
        if stop.wait(min(left, LONGEST_WAIT)):
            return True
    return stop.is_set()


@contextmanager
def _stopped(watch: "Watch") -> Iterator[Event]:
    import signal

    stop = Event()

    def handle(*_: object) -> None:
        stop.set()
        watch.stop()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(
    look: "Look", form: str, prometheus: Path | None, webhook: str | None
) -> None:
    from vippsdiag.watch.show import in_json, news_line, to_prometheus

    if form == "json":
        click.echo(json.dumps(in_json(look)))
    else:
        for news in look.news:
            click.echo(f"{look.at:%Y-%m-%d %H:%M:%S}Z {news_line(news)}")
    if prometheus:
        _write(prometheus, to_prometheus(look))
    if webhook and look.news:
        from vippsdiag.client.notice import send_notice
        from vippsdiag.language import tr

        trouble = send_notice(webhook, in_json(look))
        if trouble:
            click.echo(tr(trouble), err=True)


def _write(path: Path, text: str) -> None:
    """Write a file so that whoever reads it meanwhile sees all of it or nothing.

    A look that could not be written is told; the next one may be.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError as error:
        click.echo(f"{path}: {error.strerror}.", err=True)
