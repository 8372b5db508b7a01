"""``vippsdiag redact [FILE]``: replace every secret, so that a text can be shared."""

import sys
from typing import BinaryIO

import click

from vippsdiag.cli import NOTHING_FOUND, UNUSABLE


@click.command("redact")
@click.argument("file", type=click.File("rb"), default="-", metavar="[FILE]")
@click.option(
    "--seed",
    envvar="VIPPSDIAG_SEED",
    help="Gives the same secret the same pseudonym in every run with this seed. Choose "
    "a long random one and keep it to yourself: whoever knows it can find short values "
    "by trying. Without it pseudonyms are the same within one run only.",
)
def command(file: BinaryIO, seed: str | None) -> int:
    """Print FILE, or standard input, with a pseudonym in every secret's place.

    What is in doubt is replaced too, and listed on standard error: its line and what
    it looks like, never the value. References, trace ids, amounts, merchant serial
    numbers and client_ids stay as they are. Read the result before you share it.
    """
    from vippsdiag.errors import UnreadablePaste
    from vippsdiag.importers.decode import text_of
    from vippsdiag.redact import Pseudonyms, redact
    from vippsdiag.redact.legible import refuse_illegible
    from vippsdiag.render.redaction import sentences

    try:
        text = text_of(file.read())
        refuse_illegible(text)
    except UnreadablePaste as error:
        click.echo(error.words, err=True)
        return UNUSABLE
    redaction = redact(text, Pseudonyms(seed))
    sys.stdout.buffer.write(redaction.text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    for said in sentences(redaction):
        click.echo(said, err=True)
    return NOTHING_FOUND
