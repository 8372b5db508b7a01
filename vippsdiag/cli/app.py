"""``vippsdiag app``: the notebooks as apps, with the sandbox beside them."""

import click

from vippsdiag.cli.lab import served


@click.command("app")
@served
@click.option(
    "--ready",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="How many visitors find the first app ready at once.",
)
def command(notebook: str | None, port: int, browser: bool | None, ready: int) -> int:
    """Open the notebooks as apps, without code, with the sandbox beside them.

    NOTEBOOK is the one to begin with, such as "troubleshooting".
    """
    from vippsdiag.lab import run
    from vippsdiag.place import VOILA

    return run(VOILA, notebook, browser=browser, port=port, ready=ready)
