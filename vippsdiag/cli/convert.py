"""``vippsdiag convert [FILE] --to FORM``: the same requests in another form."""

from typing import TYPE_CHECKING

import click

from vippsdiag.cli import NOTHING_FOUND, UNUSABLE

if TYPE_CHECKING:
    from vippsdiag.exchange import Exchange
    from vippsdiag.render.values import Show

FORMS = ("har", "curl", "http", "python", "javascript")
WARNING = "Warning: the output holds the secrets of the requests. Keep it to yourself."
NOTHING = "There is no request in it to convert."


@click.command("convert")
@click.argument("file", default="-", metavar="[FILE]")
@click.option("--to", "form", type=click.Choice(FORMS), required=True)
@click.option("--reveal", is_flag=True, help="Write secrets out instead of masking.")
def command(file: str, form: str, reveal: bool) -> int:
    """Turn whatever a merchant sent into HAR, cURL, HTTP, Python or JavaScript.

    Without FILE, or with -, standard input is read. A command comes out as the request
    that its shell would have sent. Secrets are masked.
    """
    from vippsdiag.importers import read_file
    from vippsdiag.render.values import masked, revealed

    evidence = read_file(file)
    text = converted(evidence.exchanges, form, revealed if reveal else masked)
    if not text:
        click.echo(f"{file}: {NOTHING}", err=True)
        return UNUSABLE
    if reveal:
        click.echo(WARNING, err=True)
    click.echo(text.removesuffix("\n"))
    return NOTHING_FOUND


def converted(exchanges: "tuple[Exchange, ...]", form: str, show: "Show") -> str:
    """Return exchanges in another form; empty if none of them can have it."""
    from vippsdiag.render.curl import to_curl
    from vippsdiag.render.har import to_har
    from vippsdiag.render.http import to_http
    from vippsdiag.render.javascript import to_javascript
    from vippsdiag.render.python import to_python

    requests = [one.request for one in exchanges if one.request]
    if form == "http":
        return "\n\n".join(filter(None, (to_http(one, show) for one in exchanges)))
    if form == "har":
        return to_har(exchanges, show) if exchanges else ""
    if not requests:
        return ""
    if form == "python":
        return to_python(requests, show)
    if form == "javascript":
        return to_javascript(requests, show)
    return "\n\n".join(to_curl(request, show) for request in requests)
