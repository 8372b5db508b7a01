"""What the notebooks are called, and what the page of an app says by itself."""

from vippsdiag.language import mark, say, tr

# By the name of the file, without its ending.
TITLES = {
    "00-start": mark("What do you want to do?"),
    "01-onboarding": mark("Get your keys to work"),
    "02-troubleshooting": mark("Find out why a call fails"),
    "03-workshop": mark("Learn by mending calls"),
    "04-key-rotation": mark("Renew keys without a break"),
    "05-partner": mark("Check many sales units"),
    "06-integrations": mark("Set up your integration"),
}

# By the names that the templates use.
PAGE = {
    "apps": mark("Apps"),
    "all_apps": mark("All apps"),
    "failed": mark("This page could not be made."),
    "failed_how": mark(
        "A step of it ended with {error}. Load the page again. If that does not help, "
        "the terminal in which vippsdiag app runs shows where it went wrong."
    ),
    "nothing": mark("This address shows no app (status {status})"),
    "starting": mark("Starting …"),
    "starting_part": mark("Starting, {number} of {count} …"),
}


def title_of(name: str) -> str:
    """Return the title of a notebook in the language that is spoken, or its name."""
    return tr(TITLES[name]) if name in TITLES else name


def said(name: str, /, **values: object) -> str:
    """Return what a page says, by its name in `PAGE`, in the language that is spoken.

    Without values, what stands in braces stays, for the page itself to fill in.
    """
    return tr(say(PAGE[name], **values))
