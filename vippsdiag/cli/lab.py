"""``vippsdiag lab``: JupyterLab with the sandbox beside it."""

import click


@click.command("lab")
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
def command(port: int, browser: bool | None) -> int:
    """Start the sandbox, and JupyterLab on the onboarding notebook."""
    from vippsdiag.lab import open_lab

    return open_lab(browser=browser, port=port)
