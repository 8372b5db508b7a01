"""``vippsdiag lab``: the notebooks in JupyterLab, with the sandbox beside it."""

from collections.abc import Callable

import click


def served(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options that every way of serving the notebooks has."""
    named = click.argument("notebook", required=False)
    port = click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=0,
        help="The port to listen on; 0 takes a free one.",
    )
    browser = click.option(
        "--browser/--no-browser",
        default=None,
        help="Open a browser; by default, if there is a display.",
    )
    return named(port(browser(function)))


@click.command("lab")
@served
@click.option("--classic", is_flag=True, help="In Notebook 7, if it is installed.")
def command(
    notebook: str | None, port: int, browser: bool | None, classic: bool
) -> int:
    """Open the notebooks in JupyterLab, with the sandbox beside it.

    NOTEBOOK is the one to begin with, such as "troubleshooting".
    """
    from vippsdiag.lab import run
    from vippsdiag.place import JUPYTERLAB, NOTEBOOK

    place = NOTEBOOK if classic else JUPYTERLAB
    return run(place, notebook, browser=browser, port=port)
