"""A reply to who asked for help: cause, evidence and fix, with no secret in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from vippsdiag.check import Confidence, Report, Severity
from vippsdiag.evidence import Evidence, tokens
from vippsdiag.language import mark, tr
from vippsdiag.render.markdown import escape, fenced
from vippsdiag.render.view import Row, View, asked_for, view
from vippsdiag.secret import Secret

THANKS = mark("Thank you for what you sent. This is what we found in it.")
SURE = {
    Confidence.PROVED: mark("A call with only this changed went through."),
    Confidence.CERTAIN: mark("What you sent leaves no other cause."),
    Confidence.LIKELY: mark("This is the likeliest cause."),
    Confidence.POSSIBLE: mark("This is one possible cause."),
}
NOT_FOUND = mark("We could not tell the cause from it.")
ONCE_MORE = mark(
    "Please send the failing call once more, with its method, address, headers and "
    "body, the complete answer, and the time."
)
WITHOUT_KEYS = mark(
    "Please leave client_secret, subscription keys and tokens out of your messages. We "
    "do not need them to help you."
)
AGAIN = mark("If it still fails after that, please send the new call and its answer.")
CORRECTED = mark(
    "The call as it should be, with your own values in place of the variables"
)
# More than these would make it long; the report has them all.
MOST_CAUSES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A paragraph of a reply.

    Attributes:
        label: what it is about; may be empty.
        form: ``text``, ``address`` or ``code``.
    """

    label: str = ""
    text: str
    form: str = "text"


def to_reply(report: Report) -> str:
    """Return the reply as plain text, for an e-mail."""
    return "\n\n".join(map(_plain, _parts(report))) + "\n"


def to_reply_markdown(report: Report) -> str:
    """Return the reply as Markdown, for a ticket."""
    return "\n\n".join(map(_markdown, _parts(report))) + "\n"


def _plain(part: Part) -> str:
    if part.form == "code":
        return f"{part.label}:\n\n{part.text}"
    text = " ".join(part.text.split())
    return f"{part.label}: {text}" if part.label else text


def _markdown(part: Part) -> str:
    if part.form == "code":
        return "\n".join([f"**{part.label}:**", "", *fenced(part.text, "sh")])
    text = f"<{part.text}>" if part.form == "address" else escape(part.text)
    return f"**{part.label}:** {text}" if part.label else text


def _parts(report: Report) -> Iterator[Part]:
    shown = view(report)
    yield Part(text=tr("Hello,"))
    yield Part(text=tr(THANKS))
    causes = _causes(shown)
    if causes:
        yield from _found(shown, causes)
    else:
        yield from _not_found(shown, asked_for(report))
    if _has_keys(report.evidence):
        yield Part(text=tr(WITHOUT_KEYS))
    if causes:
        yield Part(text=tr(AGAIN))
    yield Part(text=tr("Kind regards"))


def _has_keys(evidence: Evidence) -> bool:
    """Tell whether what was sent holds values that nobody else should have."""
    values = [item.value for item in evidence.values()]
    values += [token for token, _ in tokens(evidence)]
    return any(isinstance(value, Secret) for value in values)


def _causes(shown: View) -> list[Row]:
    """Return the findings above a note, the best one of each check."""
    best: dict[str, Row] = {}
    for row in shown.rows:
        if row.check.severity is not Severity.NOTE:
            best.setdefault(row.check.id, row)
    return list(best.values())


def _found(shown: View, causes: list[Row]) -> Iterator[Part]:
    first, *others = causes
    yield from _cause(first)
    for row in others[: MOST_CAUSES - 1]:
        sure = row.finding.confidence in {Confidence.PROVED, Confidence.CERTAIN}
        label = tr("This is wrong too") if sure else tr("If that does not mend it")
        yield Part(label=label, text=f"{row.cause} {row.fix}")
    if shown.trial:
        yield Part(label=tr("To be surer"), text=shown.trial)
    if shown.curl:
        yield Part(label=tr(CORRECTED), text=shown.curl, form="code")
    if shown.left:
        yield Part(text=shown.left)


def _not_found(shown: View, more: str) -> Iterator[Part]:
    """Say what was noticed, and what to send."""
    for row in shown.rows[:MOST_CAUSES]:
        yield Part(label=tr("What we noticed"), text=f"{row.cause} {row.fix}")
    if shown.rows:
        yield Part(label=tr("If that does not explain it"), text=tr(ONCE_MORE))
    else:
        yield Part(text=f"{tr(NOT_FOUND)} {tr(ONCE_MORE)}")
    if more:
        yield Part(label=tr("This would help too"), text=f"{more}.")


def _named(row: Row) -> bool:
    """Tell whether the evidence names its place already."""
    name = row.finding.place.name if row.finding.place else None
    return name is not None and name in row.message


def _cause(row: Row) -> Iterator[Part]:
    sure = tr(SURE[row.finding.confidence])
    place = f" ({row.where})" if row.where and not _named(row) else ""
    yield Part(label=tr("What is wrong"), text=f"{row.cause} {sure}")
    message = row.message.rstrip(".")
    yield Part(label=tr("What shows it"), text=f"{message}{place}.")
    yield Part(label=tr("What to do"), text=row.fix)
    yield Part(label=tr("Read more"), text=row.check.docs, form="address")
