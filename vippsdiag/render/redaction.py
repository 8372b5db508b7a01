"""What redaction did to a text, in sentences that hold no value."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vippsdiag.language import several, tr

if TYPE_CHECKING:
    from vippsdiag.redact import Redaction


def sentences(redaction: "Redaction") -> Iterator[str]:
    """Yield how many values were replaced, and what a person should look at."""
    count = len(redaction.replaced)
    yield several("{count} value was replaced.", "{count} values were replaced.", count)
    for item in redaction.review:
        what = tr(item.kind)
        if item.line:
            yield tr("Please look at line {line}: {what}.", line=item.line, what=what)
        else:
            yield tr("Please look at an encoded part: {what}.", what=what)
