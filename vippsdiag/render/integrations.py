"""Views of a guide to an integration: its keys, its settings, its usual mistakes."""

from collections.abc import Mapping
from html import escape

from vippsdiag.check import Check
from vippsdiag.integrations import INTEGRATIONS, Guide, Integration, Setting, Way
from vippsdiag.keys import Field, KeyKind
from vippsdiag.language import mark, tr
from vippsdiag.render import html
from vippsdiag.render.words import fix_of, title_of

# What each value is, for who reads the portal beside it.
FIELDS = {
    Field.CLIENT_ID: mark("The client_id: a GUID, 36 characters with dashes."),
    Field.CLIENT_SECRET: mark("The client_secret: Base64, often ending with =."),
    Field.SUBSCRIPTION_KEY: mark(
        "The subscription key, primary or secondary: 32 digits and letters a to f."
    ),
    Field.SECONDARY_SUBSCRIPTION_KEY: mark("The other one of the subscription keys."),
    Field.MSN: mark("The merchant serial number (MSN): 4 to 7 digits."),
}
KINDS = {
    KeyKind.SALES_UNIT: mark(
        "Sales unit keys: the merchant finds them in the portal, one set for test and "
        "one for production."
    ),
    KeyKind.PARTNER: mark(
        "Partner keys: the partner team hands them out, for production alone."
    ),
    KeyKind.ACCOUNTING: mark(
        "Accounting keys: for accounting partners, in production alone."
    ),
}


def integration_named(name: str) -> Integration | None:
    """Return what is known of a guide's product for single causes; None if nothing."""
    found = (one for one in INTEGRATIONS if one.name.lower() == name.lower())
    return next(found, None)


def guide_view(guide: Guide, checks: Mapping[str, Check]) -> str:
    """Return a whole guide.

    Args:
        guide: what to show.
        checks: the checks by their ids, for the titles of the mistakes.
    """
    parts = [
        f"<h3>{escape(tr('Which keys'))}</h3>",
        html.notice(tr(KINDS[guide.kind])),
        f"<h3>{escape(tr('Where they go'))}</h3>",
        html.notice(tr(guide.place)),
        _settings(guide),
        *_own_test(guide),
        f"<h3>{escape(tr('What to look at'))}</h3>",
        _list(guide.look),
        _mistakes(guide, checks),
    ]
    return "".join(parts)


def _settings(guide: Guide) -> str:
    rows = [
        (f"{_name(one)}{_sure(one)}", escape(_content(one))) for one in guide.settings
    ]
    heads = (tr("Setting"), tr("What goes there"))
    listed = html.table(tr("Its settings"), heads, rows)
    if not any(one.inferred for one in guide.settings):
        return listed
    text = tr(
        "A name that is marked as inferred is not documented: it may read otherwise."
    )
    return listed + html.notice(text, "small")


def _name(setting: Setting) -> str:
    return f'<code style="overflow-wrap:normal">{escape(setting.name)}</code>'


def _sure(setting: Setting) -> str:
    return f" {html.tag(tr('inferred'))}" if setting.inferred else ""


def _content(setting: Setting) -> str:
    texts = [tr(FIELDS[setting.field])] if setting.field else []
    return " ".join([*texts, tr(setting.text)]).strip()


def _own_test(guide: Guide) -> list[str]:
    if not guide.button:
        return []
    return [
        f"<h3>{escape(tr('What its own test tells'))}</h3>",
        html.notice(tr(guide.button)),
    ]


def _list(texts: tuple[str, ...]) -> str:
    items = "".join(f"<li>{escape(tr(text))}</li>" for text in texts)
    return f"<ul>{items}</ul>"


def _mistakes(guide: Guide, checks: Mapping[str, Check]) -> str:
    product = integration_named(guide.name)
    rows = [
        (
            escape(title_of(check)),
            escape(fix_of(check, product)),
            html.link(check.docs, check.id),
        )
        for check in (checks[name] for name in guide.mistakes)
    ]
    heads = (tr("Mistake"), tr("How to mend"), tr("Read more"))
    return html.table(tr("The usual mistakes"), heads, rows)


# What stands above each part of the notebook.


def intro() -> str:
    """Return what is said above the choice."""
    return html.section(
        tr("Your integration"),
        tr(
            "Choose what you use. You see which keys it needs, where they go, and what "
            "usually goes wrong."
        ),
    )


def trying(guide: Guide) -> str:
    """Return what is said above the check of the settings."""
    lacking = tr(
        "This product has no subscription key, but a token call needs one. To try the "
        "keys here, add the subscription key from the same row of the portal."
    )
    return html.section(
        tr("Check its settings"),
        tr(
            "Copy the settings as they are shown to you, names and values, and paste "
            "them. You see what each value looks like, and whether one is in "
            "another's place. What you paste is sealed in this page, and is never "
            "written to a file."
        ),
        lacking if guide.way is Way.LOGIN else "",
    )


def found() -> str:
    """Return what is said above the diagnosis."""
    return html.section(tr("What is wrong, and how to mend it"))
