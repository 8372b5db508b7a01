"""Views of the drill with regenerated keys, and of a comparison of the two keys."""

from collections.abc import Sequence
from html import escape

from vippsdiag.check import Check, Finding, Report
from vippsdiag.keys import Field, KeySet
from vippsdiag.language import tr
from vippsdiag.render import html
from vippsdiag.render.page import document
from vippsdiag.render.words import causes, fix_of, sureness, title_of
from vippsdiag.rotation import CHECKLIST, Action, Pair, Trouble

SHOWN = (Field.SUBSCRIPTION_KEY, Field.SECONDARY_SUBSCRIPTION_KEY, Field.CLIENT_SECRET)


def label(field: Field) -> str:
    """Return what the portal calls a key."""
    match field:
        case Field.SUBSCRIPTION_KEY:
            return tr("Subscription key (primary)")
        case Field.SECONDARY_SUBSCRIPTION_KEY:
            return tr("Subscription key (secondary)")
    return str(field)


def step_view(action: Action, *, number: int, state: str) -> str:
    """Return what stands beside a step's button.

    Args:
        action: the step.
        number: counted from 1.
        state: ``done``, ``next`` or empty.
    """
    words = {"done": tr("done"), "next": tr("next")}
    mark = html.tag(words[state], "good" if state == "done" else "") if state else ""
    near = 'style="margin:.25rem 0"'
    first = f"<p {near}>{escape(tr(action.why))} {mark}</p>"
    if not action.really:
        return first
    head = tr("Step {number} with your own keys", number=number)
    return (
        f'{first}<details class="small" {near}><summary>{escape(head)}</summary>'
        f"<p>{escape(tr(action.really))}</p></details>"
    )


def keys_view(portal: KeySet, shop: KeySet, in_use: Field) -> str:
    """Return the keys in the portal beside those in the shop's settings."""
    rows = []
    for field in SHOWN:
        now = str(getattr(portal, field.attribute))
        held = _held(shop, field, in_use)
        if held is None:
            told = html.tag(tr("not in use"))
        elif held == now:
            told = html.tag(tr("the same"), "good")
        else:
            told = html.tag(tr("the shop has the old value"), "error")
        rows.append(
            (
                escape(label(field)),
                f"<code>{escape(now)}</code>",
                f"<code>{escape(held)}</code>" if held else escape(tr("nothing")),
                told,
            )
        )
    heads = (tr("Key"), tr("In the portal"), tr("In the shop"), tr("Compared"))
    small = tr(
        "What stands after the dots is a fingerprint: two keys with the same "
        "fingerprint are the same, and it does not give the key away."
    )
    caption = tr("The keys now")
    return html.table(caption, heads, rows) + html.notice(small, "small")


def _held(shop: KeySet, field: Field, in_use: Field) -> str | None:
    """Return what the shop has of a key; its one subscription key is either."""
    if field is Field.CLIENT_SECRET:
        return str(shop.client_secret)
    return str(shop.subscription_key) if field is in_use else None


def trouble_view(trouble: Trouble, report: Report | None) -> str:
    """Return why the shop's calls fail, what mends it, and what would have avoided it.

    Args:
        trouble: what the drill knows: what was done.
        report: what the diagnosis makes of the call and its answer alone.
    """
    rows = [
        (escape(tr("What was done")), escape(tr(trouble.what))),
        *_found(report),
        (escape(tr("What mends it now")), escape(tr(trouble.mend))),
        (escape(tr("What would have avoided it")), escape(tr(trouble.avoided))),
    ]
    caption = tr("The shop's calls fail")
    return html.table(caption, (tr("Question"), tr("Answer")), rows)


def _found(report: Report | None) -> list[tuple[str, str]]:
    found = causes(report)[:1] if report else []
    return [(escape(tr("What the diagnosis says")), _said(*cause)) for cause in found]


def _said(check: Check, finding: Finding) -> str:
    sure = html.tag(sureness(finding.confidence), check.severity.value)
    text = f"{escape(title_of(check))} {escape(tr(finding.message))}"
    return f'{sure} {text}<br><span class="small">{escape(fix_of(check))}</span>'


def past_view(trouble: Trouble, bad: int) -> str:
    """Return what is left of a trouble that was mended."""
    mended = tr("Mended. Calls that failed: {count}.", count=bad)
    what, avoided = tr(trouble.what), tr(trouble.avoided)
    again = tr(
        "{what} What would have avoided it: {avoided}", what=what, avoided=avoided
    )
    return html.notice(mended, "good") + html.notice(again)


def pair_view(pairs: Sequence[Pair]) -> str:
    """Return whether each of the two keys brought a token."""
    rows = [
        (
            escape(label(pair.field)),
            f"<code>{escape(str(pair.value))}</code>" if pair.value else "",
            _worked(pair),
            escape(_status(pair)),
        )
        for pair in pairs
    ]
    heads = (tr("Key"), tr("Shown as"), tr("Token call"), tr("Answer"))
    kind, text = _verdict(pairs)
    return html.notice(text, kind) + html.table(tr("Both keys"), heads, rows)


def _worked(pair: Pair) -> str:
    match pair.works:
        case None:
            return html.tag(tr("not tried: it is not here"), "warning")
        case True:
            return html.tag(tr("works"), "good")
    return html.tag(tr("does not work"), "error")


def _status(pair: Pair) -> str:
    if pair.exchange is None:
        return ""
    if pair.exchange.failure:
        return tr("no answer")
    return str(pair.exchange.status)


def _verdict(pairs: Sequence[Pair]) -> tuple[str, str]:
    works = [pair.works for pair in pairs]
    if None in works:
        return "warning", tr("Both keys are needed to compare them.")
    if pairs[0].value == pairs[1].value:
        return "warning", tr(
            "Both fields hold the same key. Copy the other one from the portal, or "
            "there is nothing to switch to."
        )
    if all(works):
        return "good", tr("Both keys work: you can switch to either of them.")
    if any(works):
        return "error", tr(
            "One of the two keys does not work. Do not regenerate the other one before "
            "this is mended: copy the key again from the portal."
        )
    return "error", tr(
        "Neither key works. The cause is then rather the environment, the client_id or "
        "the client_secret than the two keys."
    )


def checklist_view() -> str:
    """Return the checklist with a box before each item."""
    parts = []
    for part in CHECKLIST:
        items = "".join(f"<li>☐ {escape(tr(item))}</li>" for item in part.items)
        parts.append(
            f"<h3>{escape(tr(part.title))}</h3>"
            f'<ul style="list-style:none;padding-left:0">{items}</ul>'
        )
    return "".join(parts)


def checklist_page() -> str:
    """Return the checklist as a page to print; it holds no key and asks for none."""
    title = tr("Regenerating keys in production: a checklist")
    facts = (tr("Sales unit (MSN)"), tr("Date"), tr("Who"))
    lines = "".join(f"<p>{escape(fact)}: ____________________</p>" for fact in facts)
    never = html.notice(tr("Do not write a key on this page."), "small")
    return document(title, html.page(lines, never, checklist_view()))


# What stands above each part of the notebook.


def intro() -> str:
    """Return what the drill is for, above the shop."""
    return html.section(
        tr("A shop that keeps calling"),
        tr(
            "Keys are replaced when others have seen them, or when it is time. Each "
            "sales unit has two subscription keys, so that this can be done while the "
            "shop goes on. Practise it here first."
        ),
        tr(
            "This shop makes about ten reading calls a second to the sandbox on this "
            "machine. Its access token is good for {count} calls, so that you need not "
            "wait an hour to see one end. No real key is touched.",
            count=200,
        ),
    )


def drill() -> str:
    """Return what is said above the steps."""
    return html.section(
        tr("The drill"),
        tr(
            "Do the steps from 1 to 8 while the shop is open: none of its calls may "
            "fail. You can also do them in another order, and see what happens."
        ),
    )


def own() -> str:
    """Return what is said above the comparison of one's own keys."""
    return html.section(
        tr("Your own two keys"),
        tr(
            "Before you regenerate one key, see that the other one works. Choose the "
            "environment, and enter both keys of your sales unit. What you enter is "
            "sealed in this page, and is never written to a file."
        ),
        tr(
            "A token shows that the key is one of this environment. It does not show "
            "that the key is your sales unit's: compare it with the portal."
        ),
    )


def checklist() -> str:
    """Return the checklist with its heading."""
    title = tr("A checklist for your own keys")
    text = tr("Print it, or save it. It works without this notebook.")
    return html.section(title, text) + checklist_view()
