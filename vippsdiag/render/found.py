"""Views of a paste: what was read from it, its calls, and what could be tried."""

from collections.abc import Iterator
from html import escape

from vippsdiag.check import Report
from vippsdiag.language import tr
from vippsdiag.render import html
from vippsdiag.render.words import trial_lines

# More calls than these nobody compares by eye.
MOST_CALLS = 6


def said(text: str, kind: str = "") -> str:
    """Return a sentence that a screen reader speaks when it appears."""
    return f'<div role="status">{html.notice(text, kind)}</div>'


def read_lines(report: Report) -> list[str]:
    """Return what was read from a paste, a sentence each."""
    evidence = report.evidence
    calls, values = len(evidence.exchanges), len(list(evidence.values()))
    words = [tr(item.words) for item in evidence.excerpts]
    pieces = [f"{item[:1].upper()}{item[1:]}." for item in words]
    first = tr("Calls: {calls}. Values of keys: {values}.", calls=calls, values=values)
    return [first, *pieces]


def read_view(report: Report) -> str:
    """Return what each piece of a paste was taken for, and what was not used."""
    first, *pieces = read_lines(report)
    items = "".join(f"<li>{escape(piece)}</li>" for piece in pieces)
    found = f"<ul>{items}</ul>" if items else ""
    return f"<p>{escape(first)}</p>{found}{html.unused_list(report.evidence)}"


def calls_view(report: Report) -> str:
    """Return requests and responses side by side; those that failed, if any did."""
    numbered = list(enumerate(report.evidence.exchanges, 1))
    failed = [item for item in numbered if not item[1].ok]
    chosen = (failed or numbered)[:MOST_CALLS]
    parts = []
    for number, exchange in chosen:
        title = escape(tr("Call {number}", number=number))
        parts += [f"<h3>{title}</h3>", html.side_by_side(exchange)]
    left = len(numbered) - len(chosen)
    if left:
        more = tr(
            "Calls that are not shown here: {count}. The report shows more.", count=left
        )
        parts.append(html.notice(more, "small"))
    return "".join(parts) or html.notice(tr("There is no call in it."))


def trials_view(report: Report) -> str:
    """Return the plan of every trial; nothing is sent."""
    if not report.trials:
        return ""
    items = "".join(f"<li><pre>{escape(plan)}</pre></li>" for plan in _plans(report))
    title = escape(tr("What could be tried to be surer"))
    how = escape(
        tr(
            "Nothing is sent from here. Who has the keys can make a trial with "
            "{command}."
        )
    ).replace("{command}", "<code>vippsdiag trial FILE --run NAME</code>")
    return f"<details><summary>{title}</summary><p>{how}</p><ul>{items}</ul></details>"


def _plans(report: Report) -> Iterator[str]:
    for trial in report.trials:
        yield "\n".join(trial_lines(trial))


def reply_view(text: str) -> str:
    """Return a reply as it will be copied."""
    label = f'role="region" aria-label="{escape(tr("The reply"))}"'
    whole = 'style="max-height:none"'
    return f'<div class="card" {label}><pre {whole}>{escape(text)}</pre></div>'
