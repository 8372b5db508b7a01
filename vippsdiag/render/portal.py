"""Views of what is done outside: the way to the keys, the list before going live."""

from collections.abc import Collection
from html import escape

from vippsdiag.environments import Environment
from vippsdiag.golive import ITEMS
from vippsdiag.keys import KeyKind
from vippsdiag.language import tr
from vippsdiag.portal import ADDRESS, HOW_SURE, NEVER_SENT, directions
from vippsdiag.render import html
from vippsdiag.render.page import document

STYLE = """
.list{list-style:none;margin:0;padding:0;max-width:48rem}
.list li{break-inside:avoid;padding:.4rem 0 .4rem 2rem;position:relative}
.box{position:absolute;left:0;top:.45rem;width:1.1rem;height:1.1rem;line-height:1.1rem;
border:1.5px solid currentColor;border-radius:2px;text-align:center}
"""


def directions_view(kind: KeyKind, environment: Environment) -> str:
    """Return the way to the keys of a kind, in test or in production."""
    link = (
        f'<a href="{ADDRESS}" target="_blank" rel="noopener noreferrer">'
        f"{escape(ADDRESS.removeprefix('https://'))}</a>"
    )
    items = []
    for step in directions(kind, environment):
        guess = " " + tr("(We infer this; it is not documented.)")
        more = tr(step.see) + (guess if step.inferred else "")
        items.append(
            f'<li><strong>{escape(tr(step.do))}</strong><br><span class="small">'
            f"{escape(more)}</span></li>"
        )
    notes = html.notice(tr(HOW_SURE), "small") + html.notice(tr(NEVER_SENT), "small")
    portal = f"<p>{escape(tr('The portal:'))} {link}</p>"
    return f"{portal}<ol>{''.join(items)}</ol>{notes}"


def golive_page(ticked: Collection[str], day: str) -> str:
    """Return the list before going live as a page to print; it holds no value of yours.

    Args:
        ticked: the ids of what is done.
        day: when it was, as people write it.
    """
    title = tr("Before you go live with Vipps MobilePay")
    done = sum(item.id in ticked for item in ITEMS)
    counted = tr("{day}. Done: {done} of {all}.", day=day, done=done, all=len(ITEMS))
    items = "".join(
        f"<li>{_box(item.id in ticked)}{escape(tr(item.done))}"
        f'<br><span class="small">{escape(tr(item.why))}</span></li>'
        for item in ITEMS
    )
    list_ = f'<style>{STYLE}</style><ul class="list">{items}</ul>'
    return document(title, html.page(html.notice(counted), list_))


def _box(ticked: bool) -> str:
    sign, word = ("✓", tr("Done")) if ticked else ("", tr("Open"))
    return f'<span class="box" role="img" aria-label="{escape(word)}">{sign}</span>'
