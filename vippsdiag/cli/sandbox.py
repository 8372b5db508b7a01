"""``vippsdiag sandbox``: the simulator as a server."""

from typing import TYPE_CHECKING

import click

from vippsdiag.cli import NOTHING_FOUND
from vippsdiag.secret import Secret

if TYPE_CHECKING:
    from vippsdiag.sandbox import Sandbox, Unit


def _pairs(
    ctx: click.Context,  # noqa: ARG001 - the signature is click's
    param: click.Parameter,  # noqa: ARG001
    given: tuple[str, ...],
) -> dict[str, str]:
    """Read NAME=CHOICE."""
    for item in given:
        if "=" not in item:
            raise click.BadParameter(f"{item!r} is not of the form NAME=CHOICE.")
    return dict(item.split("=", 1) for item in given)


@click.command("sandbox")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port to listen on; 0 takes a free one.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Makes the keys: the same number makes the same ones every time.",
)
@click.option(
    "--db",
    type=Secret,
    metavar="FILE",
    envvar="VIPPSDIAG_DB",
    help="Keep everything in this file, which several sandboxes may share, or in this "
    "PostgreSQL database: postgresql://NAME:PASSWORD@HOST/DATABASE, better given as "
    "VIPPSDIAG_DB.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. If other machines reach it, every request has to "
    "carry an access code.",
)
@click.option("--code", help="The access code; a new one is made where one is needed.")
@click.option(
    "--variant",
    "variants",
    multiple=True,
    callback=_pairs,
    metavar="NAME=CHOICE",
    help="Answer in the other known way; can be given several times.",
)
@click.option(
    "--list-variants", is_flag=True, help="Print what --variant can choose, and end."
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print addresses and keys as JSON, one line.",
)
@click.option(
    "--describe", is_flag=True, help="Print what is served, as OpenAPI, and end."
)
def command(  # noqa: PLR0913, PLR0917 - one for each option
    port: int,
    seed: int,
    db: Secret | None,
    host: str,
    code: str | None,
    variants: dict[str, str],
    list_variants: bool,
    as_json: bool,
    describe: bool,
) -> int:
    """Run the built-in simulator of the API on this machine."""
    if describe or list_variants:
        click.echo(_description() if describe else _variants())
        return NOTHING_FOUND
    from vippsdiag.environments import LOOPBACK_HOSTS
    from vippsdiag.sandbox import Sandbox, SandboxConfig
    from vippsdiag.sandbox.serving.server import serve
    from vippsdiag.sandbox.state.keeping import kept_in

    if code is None and host not in LOOPBACK_HOSTS:
        import secrets

        code = secrets.token_urlsafe(15)
    sandbox = Sandbox(
        SandboxConfig.from_seed(seed), state=kept_in(db), variants=variants
    )
    announcement = _in_json if as_json else _in_words

    def announce(address: str) -> None:
        click.echo(announcement(sandbox, address, code))

    try:
        serve(port, announce=announce, sandbox=sandbox, host=host, code=code)
    except OSError as error:
        reason = error.strerror or "unknown"
        raise click.ClickException(
            f"The sandbox cannot listen on {host}, port {port}: {reason}."
        ) from error
    return NOTHING_FOUND


def _description() -> str:
    import json

    from vippsdiag.sandbox.control.describe import openapi

    return json.dumps(openapi(), indent=2)


def _variants() -> str:
    from vippsdiag.sandbox.variants import VARIANTS

    return "\n\n".join(
        f"{name}={one.default} (the default), {name}={one.other}\n  {one.text}"
        for name, one in VARIANTS.items()
    )


def _with_code(address: str, code: str | None) -> str:
    """Return an address that carries the access code."""
    from vippsdiag.sandbox.serving.entrance import PREFIX

    return f"{address}{PREFIX}{code}" if code else address


def _in_json(sandbox: "Sandbox", address: str, code: str | None) -> str:
    import msgspec

    base = _with_code(address, code)
    return msgspec.json.encode(
        {
            "address": address,
            "test": base,
            "production": f"{base}/production",
            "log": f"{base}/_sandbox",
            "code": code,
            "trainer": sandbox.roll.trainer_code(),
            "units": [unit.shown() for unit in sandbox.config.units],
        }
    ).decode()


def _in_words(sandbox: "Sandbox", address: str, code: str | None) -> str:
    base = _with_code(address, code)
    lines = [
        "The sandbox answers. Its base addresses:",
        "",
        f"  test        {base}",
        f"  production  {base}/production",
        f"  last calls  {base}/_sandbox",
    ]
    if code:
        lines += [
            f"  code        {code}",
            "",
            "Every request has to carry the access code: in its address as above, as",
            "the header Sandbox-Access-Code, or as a Basic password. Who has it can",
            "see what others send to this sandbox. Send it no real keys.",
        ]
    lines += [
        "",
        "For a workshop: learners open 03-workshop and enter the address of test.",
        "Their trainer enters this code as well, and tells it to nobody:",
        f"  trainer     {sandbox.roll.trainer_code()}",
    ]
    lines += ["", "Its keys, which open this sandbox and nothing else:"]
    for unit in sandbox.config.units:
        lines += ["", *_table(unit)]
    return "\n".join([*lines, "", "Stop it with Ctrl-C."])


def _table(unit: "Unit") -> list[str]:
    rows = {
        "merchant serial number": unit.msn,
        "may act for": ", ".join(sorted(unit.connected)),
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
        "subscription key": unit.primary,
        "secondary": unit.secondary,
    }
    lines = [f"  {name:<24}{value}" for name, value in rows.items() if value]
    return [f"{unit.name} ({unit.environment})", *lines]
