"""``vippsdiag sandbox``: the simulator as a server."""

import click

from vippsdiag.cli import NOTHING_FOUND


@click.command("sandbox")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port to listen on; 0 takes a free one.",
)
def command(port: int) -> int:
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
