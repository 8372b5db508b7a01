"""A checklist for one's own keys; nothing here touches them."""

from collections.abc import Iterator
from dataclasses import dataclass

from vippsdiag.language import mark, tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the checklist.

    Attributes:
        title: what it is about.
        items: what to tick off, in this order.
    """

    title: str
    items: tuple[str, ...]


CHECKLIST = (
    Part(
        title=mark("Before"),
        items=(
            mark(
                "You know why you do it: a key was seen by others, somebody left, or "
                "it is time. A call that fails with 401 is no reason: regenerating "
                "should never be needed to mend one."
            ),
            mark("You have Developer or administrator access in the portal."),
            mark(
                "You know the sales unit (MSN) and the environment: test and "
                "production have separate keys."
            ),
            mark(
                "You know every place that holds the keys: servers, plugins, jobs that "
                "run at night, a copy at your developer's or partner's."
            ),
            mark("You know how each of them takes a new value, and who can do it."),
            mark(
                "You have tried both keys with a token call: the primary and the "
                "secondary work."
            ),
        ),
    ),
    Part(
        title=mark("The subscription keys"),
        items=(
            mark("See which of the two keys each system uses."),
            mark("Put the secondary key into all of them. Restart what caches it."),
            mark("See that calls succeed with it, from each system."),
            mark("Regenerate the primary key in the portal."),
            mark("Put the new primary key into all of them, and see that they work."),
            mark("Regenerate the secondary key in the portal."),
            mark("Keep the new values in your password store, not in a mail."),
        ),
    ),
    Part(
        title=mark("The client_secret"),
        items=(
            mark(
                "Only if it has to be: there is one, so a short gap is possible. "
                "Choose a quiet hour."
            ),
            mark("Let each system get a fresh access token right before."),
            mark(
                "Regenerate it in the portal. Read first what the portal says it "
                "replaces: it may be all keys of the sales unit."
            ),
            mark("Put the new value into all systems at once. Restart what caches it."),
            mark("See that each of them gets a token with it."),
            mark(
                "Login and webhooks: see that a login works, and that a webhook still "
                "arrives."
            ),
        ),
    ),
    Part(
        title=mark("After"),
        items=(
            mark("Watch the log for 401 for a day: some job may hold the old key."),
            mark("Delete the old values wherever they are kept."),
            mark("Write down when it was done, and when it will be done again."),
        ),
    ),
)


def checklist() -> str:
    """Return the checklist as plain text, to print or to keep."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield tr("Regenerating keys in production: a checklist")
    for part in CHECKLIST:
        yield f"\n{tr(part.title)}"
        for item in part.items:
            yield f"[ ] {tr(item)}"
