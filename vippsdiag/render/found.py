"""Views of a paste: what was read from it, its calls, and what could be tried."""

from collections.abc import Iterator
from html import escape

from vippsdiag.align import Line, State, with_known, with_other, worked_alike
from vippsdiag.check import Report, Trial
from vippsdiag.compare import compare
from vippsdiag.exchange import Exchange
from vippsdiag.language import tr
from vippsdiag.render import html
from vippsdiag.render.page import figure
from vippsdiag.render.pictures import timeline
from vippsdiag.render.words import trial_lines

# More calls than these nobody compares by eye.
MOST_CALLS = 6


def read_lines(report: Report) -> list[str]:
    """Return what was read from a paste, a sentence each."""
    evidence = report.evidence
    words = [tr(item.words) for item in evidence.excerpts]
    counts = tr(
        "Calls: {calls}. Values of keys: {values}.",
        calls=len(evidence.exchanges),
        values=len(list(evidence.values())),
    )
    return [counts, *(f"{one[:1].upper()}{one[1:]}." for one in words)]


def read_view(report: Report) -> str:
    """Return what each piece of a paste was taken for, and what was not used."""
    first, *pieces = read_lines(report)
    items = "".join(f"<li>{escape(piece)}</li>" for piece in pieces)
    found = f"<ul>{items}</ul>" if items else ""
    return f"<p>{escape(first)}</p>{found}{html.unused_list(report.evidence)}"


def timeline_view(report: Report) -> str:
    """Return what happened when, and who answered; empty if there is no call."""
    exchanges = report.evidence.exchanges
    if not exchanges:
        return ""
    shown = timeline.timeline(exchanges)
    return figure(tr(timeline.TITLE), timeline.svg(shown), timeline.text(shown))


def calls_view(report: Report) -> str:
    """Return each failed call line by line beside one that works; all if none failed.

    Below stand request and response as they are.
    """
    numbered = list(enumerate(report.evidence.exchanges, 1))
    failed = [item for item in numbered if not item[1].ok]
    chosen = (failed or numbered)[:MOST_CALLS]
    parts = []
    for number, exchange in chosen:
        head = tr("Call {number}", number=number)
        parts += [f"<h3>{escape(head)}</h3>", *_aligned(report, exchange)]
        parts.append(html.side_by_side(exchange))
    left = len(numbered) - len(chosen)
    if left:
        more = tr(
            "Calls that are not shown here: {count}. The report shows more.", count=left
        )
        parts.append(html.notice(more, "small"))
    return "".join(parts) or html.notice(tr("There is no call in it."))


def _aligned(report: Report, exchange: Exchange) -> Iterator[str]:
    found = compare(exchange, report.evidence)
    if found:
        caption = tr("The request, line by line, beside a call that works")
        yield _lines(caption, with_known(found), tr("A call that works"), known=True)
    worked = worked_alike(exchange, report.evidence.exchanges)
    if worked is not None and not exchange.ok:
        number = report.number(worked)
        caption = tr("The same call beside call {number}, which worked", number=number)
        lines = with_other(exchange, worked)
        yield _lines(caption, lines, tr("Call {number}", number=number))


def _lines(
    caption: str, lines: tuple[Line, ...], right: str, *, known: bool = False
) -> str:
    rows = [
        (
            escape(one.name or tr(one.part)),
            escape(tr(one.state.value))
            if one.state is State.UNSHOWN
            else _value(one.left),
            _value(one.right, words=known and one.part == "header"),
            html.tag(tr(one.state.value), _tone(one)),
        )
        for one in lines
    ]
    heads = (tr("What"), tr("This call"), right, tr("Compared"))
    return html.table(caption, heads, rows)


def _value(text: str | None, *, words: bool = False) -> str:
    if text is None:
        return escape(tr("nothing"))
    if words:
        return escape(tr(text))
    return f"<code>{escape(tr(text))}</code>"


def _tone(line: Line) -> str:
    return "error" if line.state.matters else ""


def trial_view(trial: Trial) -> str:
    """Return what a trial does, before it is made."""
    return f"<pre>{escape(chr(10).join(trial_lines(trial)))}</pre>"


def trials_view(report: Report, *, practice: bool) -> str:
    """Return what is said above the trials; empty if there are none.

    Args:
        report: with its trials.
        practice: whether the keys in it are the sandbox's.
    """
    if not report.trials:
        return ""
    return html.section(tr("To be surer"), *_about_trials(report, practice=practice))


def _about_trials(report: Report, *, practice: bool) -> Iterator[str]:
    yield tr(
        "A trial is the failed call once more, with one thing changed. It only reads, "
        "and it is sent when you choose it."
    )
    ready = [one for one in report.trials if not one.lacking]
    if not ready:
        yield tr(
            "It takes the keys, and there are none here: that is as it should be. Who "
            "has the keys can make a trial with: vippsdiag trial FILE --run NAME"
        )
    elif practice:
        yield tr("The keys here are practice keys: the sandbox answers.")
    else:
        hosts = ", ".join(sorted({one.request.host for one in ready}))
        yield tr(
            "What was pasted holds keys. A trial sends them to {hosts}; make it only "
            "if the merchant knows.",
            hosts=hosts,
        )


def reply_view(text: str) -> str:
    """Return a reply as it will be copied."""
    label = f'role="region" aria-label="{escape(tr("The reply"))}"'
    whole = 'style="max-height:none"'
    return f'<div class="card" {label}><pre {whole}>{escape(text)}</pre></div>'


# What stands above each part of the notebook.


def intro() -> str:
    """Return what is said above the box."""
    return html.section(
        tr("What the merchant sent"),
        tr(
            "Paste it into the box, or choose a file, and choose Diagnose: an e-mail "
            "with half a command, a HAR file, a log, an error text. If you have "
            "nothing at hand, fill in an example first."
        ),
        tr(
            "What you paste is sealed in this page, and is never written to a file. "
            "Nothing is sent to anybody unless you choose a trial. Everything that is "
            "shown has its secrets masked."
        ),
    )


def causes_head() -> str:
    """Return what is said above the causes."""
    return html.section(
        tr("What is wrong, and how to mend it"),
        tr(
            "The column How sure says what the evidence allows: certain leaves one "
            "cause, likely and possible leave others."
        ),
    )


def read_head() -> str:
    """Return what is said above the pieces."""
    return html.section(
        tr("What was read"),
        tr("What each piece was taken for, and what could not be used."),
    )


def calls_head() -> str:
    """Return what is said above the calls."""
    return html.section(tr("The calls"))


def reply_head() -> str:
    """Return what is said above the reply."""
    return html.section(
        tr("A reply to the merchant"),
        tr("Read it before you send it. It holds no secret."),
    )
