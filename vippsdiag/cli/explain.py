"""``vippsdiag explain CHECK``: the page of one check."""

from collections.abc import Iterable

import click

from vippsdiag.cli import NOTHING_FOUND, UNUSABLE


@click.command("explain")
@click.argument("check", required=False)
def command(check: str | None) -> int:
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
