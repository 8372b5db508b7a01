"""What the commands that call for sales units share: where, which, with which keys."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vippsdiag.errors import VippsdiagError

if TYPE_CHECKING:
    from vippsdiag.fleet import Listing, Target
    from vippsdiag.keys import KeySet

KINDS = ("partner", "sales unit", "accounting", "merchant-level", "management", "PSP")
FASTEST = 1000.0

Command = Callable[..., Any]

_OPTIONS = (
    click.option(
        "--environment",
        type=click.Choice(["test", "production"]),
        help="Where the calls go.",
    ),
    click.option(
        "--sandbox",
        metavar="ADDRESS",
        help="A sandbox on this machine, in place of an environment.",
    ),
    click.option(
        "--keys",
        "key_file",
        metavar="FILE",
        help="A file with the keys for all units that have none of their own.",
    ),
    click.option(
        "--keyring", metavar="SERVICE", help="Take those keys from the keyring."
    ),
    click.option(
        "--kind",
        type=click.Choice(KINDS),
        help="What kind of keys those are; partner if it is not given, and sales "
        "unit where the keys name their own number.",
    ),
    click.option(
        "--product",
        "products",
        multiple=True,
        metavar="NAME",
        help="Ask this API only; may be given several times.",
    ),
    click.option(
        "--rate",
        type=click.FloatRange(0, FASTEST),
        default=10.0,
        show_default=True,
        help="How many calls a second at most; 0 for no limit, for the sandbox.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 64),
        default=8,
        show_default=True,
        help="How many units are checked at once.",
    ),
)


def where_and_whose(command: Command) -> Command:
    """Add the options of where calls go, how fast, and with which keys."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def target_of(name: str | None, sandbox: str | None) -> "Target":
    """Return where the calls go, with its usual pace."""
    from vippsdiag.environments import Environment
    from vippsdiag.fleet import Target

    if (name is None) is (sandbox is None):
        raise click.UsageError("Give either --environment or --sandbox.")
    environment = Environment(name) if name else Environment.SANDBOX
    return Target(environment=environment, sandbox=sandbox)


def listing_in(name: str) -> "Listing":
    """Read a list from a file, or from standard input."""
    from vippsdiag.fleet import read_listing

    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise VippsdiagError(f"{name}: {error.strerror}.") from error
    return read_listing(data)


def keys_of(file: str | None, service: str | None, kind: str | None) -> "KeySet | None":
    """Return the keys for all units: from a file, the keyring, or the environment."""
    from vippsdiag.fleet import sources
    from vippsdiag.keys import KeyKind

    if file is not None:
        found: KeySet | None = sources.keys_in_file(file)
    elif service is not None:
        found = sources.keys_in_keyring(service)
    else:
        found = sources.keys_in_environment()
    return replace(found, kind=KeyKind(kind or "partner")) if found else None


def usable(read: "Listing", keys: "KeySet | None") -> "Listing":
    """Say what was read, and return what can be checked."""
    from vippsdiag.fleet import without_keys
    from vippsdiag.fleet.words import listing_words, remark_words
    from vippsdiag.language import say

    if keys is None:
        read = without_keys(read)
    click.echo(listing_words(read), err=True)
    for remark in read.remarks:
        click.echo(remark_words(remark), err=True)
    if not read.units:
        raise VippsdiagError(say("There is no sales unit to check."))
    return read


def confirm(target: "Target", count: int, *, yes: bool) -> None:
    """Ask before production is called."""
    from vippsdiag.environments import Environment
    from vippsdiag.fleet.words import confirmation
    from vippsdiag.language import tr

    if target.environment is not Environment.PRODUCTION or yes:
        return
    click.echo(confirmation(count, tuple(target.probes())), err=True)
    click.confirm(tr("Begin?"), abort=True, err=True)
