"""Views of an exercise: the case, the failing call, the hints, what came of a try."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from vippsdiag.check import Check
from vippsdiag.language import mark, several, tr
from vippsdiag.render import html
from vippsdiag.render.words import fix_of

Pairs = Iterable[tuple[str, str]]

# Each with the caption of its headers.
FAILING = (mark("The call that fails"), mark("Headers of the call"))
BEFORE = (mark("The call"), mark("Headers of the call"))
CAME = (mark("What came back"), mark("Headers of the answer"))

# Of the choice of a cause: the library gives each choice one line, whatever it says.
CHOICES = "vd-choices"
CHOICES_STYLE = f"""<style>
.{CHOICES} .widget-radio-box label{{display:flex;gap:.5em;align-items:flex-start;
height:auto;line-height:1.4;margin:.15em 0;white-space:normal}}
.{CHOICES} .widget-radio-box label>input{{order:-1;flex:none;margin:.15em 0 0;
position:static}}
</style>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A call or an answer, with every value as it is to be shown.

    Attributes:
        line: its first line: method and address, or the status.
    """

    line: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


def heading(text: str) -> str:
    """Return the heading of a part of the exercise."""
    return f"<h4>{escape(text)}</h4>"


def case_view(title: str, story: str, goal: str, remarks: Sequence[str]) -> str:
    """Return what the exercise is about, and what has to succeed."""
    small = html.notice(" · ".join(remarks), "small")
    return (
        f"<h3>{escape(title)}</h3>{small}<p>{escape(story)}</p>"
        f"<p><strong>{escape(tr('What has to succeed'))}:</strong> {escape(goal)}</p>"
    )


def pair_view(call: Shown, answer: Shown, title: tuple[str, str] = FAILING) -> str:
    """Return a call and its answer beside each other."""
    cards = [
        html.card(words, one.line, one.headers, one.body)
        for words, one in ((title, call), (CAME, answer))
    ]
    return f'<div class="pair">{"".join(cards)}</div>'


def answer_view(answer: Shown) -> str:
    """Return the answer to a call that the learner made."""
    return html.card(CAME, answer.line, answer.headers, answer.body)


def before_view(calls: Sequence[tuple[Shown, Shown]]) -> str:
    """Return the calls that went before; empty if there are none."""
    if not calls:
        return ""
    title = several(
        "{count} call that went before", "{count} calls that went before", len(calls)
    )
    pairs = "".join(pair_view(*one, BEFORE) for one in calls)
    return f"<details><summary>{escape(title)}</summary>{pairs}</details>"


def hand_view(values: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Return what the learner has to hand; the keys open the sandbox alone.

    Args:
        values: by name; empty for what is made anew each time.
        words: what each name is called in the language that is spoken.
    """
    anew = f'<span class="small">{escape(tr("made anew each time"))}</span>'
    rows = [
        (
            escape(words.get(name, name)),
            f"<code>{escape(value)}</code>" if value else anew,
            f"<code>{escape('{{' + name + '}}')}</code>",
        )
        for name, value in values.items()
    ]
    heads = (tr("What"), tr("Value"), tr("Name to write in its place"))
    caption = tr("They open this sandbox, and nothing else.")
    listed = html.table(caption, heads, rows)
    title = escape(tr("The keys that you have at hand"))
    return f"<details><summary>{title}</summary>{listed}</details>"


def hints_view(hints: Sequence[str], left: int) -> str:
    """Return the hints that were taken; the last one taken stands last."""
    items = "".join(f"<li>{escape(hint)}</li>" for hint in hints)
    more = several("{count} hint is left.", "{count} hints are left.", left)
    rest = more if left else tr("That was the last hint: do what it says.")
    listed = f"<ol>{items}</ol>" if items else ""
    return f'<div role="status">{listed}{html.notice(rest, "small")}</div>'


def outcome_view(words: str, remarks: Sequence[str], *, solved: bool) -> str:
    """Return what came of a try, spoken when it appears."""
    first = f"<strong>{escape(words)}</strong>"
    kind = "good" if solved else "warning"
    rest = "".join(html.notice(text) for text in remarks)
    return f'<div role="status"><p class="{kind}">{first}</p>{rest}</div>'


def cause_lines(checks: Iterable[Check]) -> list[str]:
    """Return causes with how to mend each, a line for each."""
    return [f"{tr(check.title, context=check.id)} {fix_of(check)}" for check in checks]


def explanation_view(check: Check) -> str:
    """Return what the cause is, why it makes calls fail, and where to read more."""
    why = tr(check.why, context=check.id)
    link = html.link(check.docs, tr("Read about it in the documentation"))
    return (
        f"<p><strong>{escape(tr('The cause'))}:</strong> "
        f"{escape(tr(check.title, context=check.id))} {escape(why)}</p><p>{link}</p>"
    )
