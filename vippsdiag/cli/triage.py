"""``vippsdiag triage LOG...``: what fails in logs of any size, and for whom."""

import click

from vippsdiag.cli import ERROR_FOUND, NOTHING_FOUND

FORMS = ("table", "json", "html")


@click.command("triage")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option("--format", "form", type=click.Choice(FORMS), default="table")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="How many processes count; as many as there are cores if it is not given.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Of a Dask scheduler, whose workers count instead.",
)
def command(
    logs: tuple[str, ...], form: str, workers: int | None, scheduler: str | None
) -> int:
    """Count which causes are in logs, for which sales units, and since when.

    A LOG holds a call or a record a line as JSON, or is a HAR or the log of a web
    server; it may be packed with gzip or zstd, and - is standard input. A call counts
    for its likeliest cause. The exit status is 0 if no call failed, 1 if one did.
    """
    from vippsdiag.triage import triage
    from vippsdiag.triage.show import to_json, to_page, to_table

    result = triage(list(logs), workers=workers, scheduler=scheduler)
    if form == "table":
        from shutil import get_terminal_size

        columns = max(80, min(get_terminal_size((120, 24)).columns, 200))
        click.echo(to_table(result, columns).rstrip("\n"))
    else:
        click.echo((to_json if form == "json" else to_page)(result).rstrip("\n"))
    return ERROR_FOUND if result.groups else NOTHING_FOUND
