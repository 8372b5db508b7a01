"""Every notebook, walked as a person would: in each place, in two languages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from area import show
from harness import Lab, Server, Traffic
from playwright.sync_api import Locator, Page, expect
from visitor import Visitor

from vippsdiag.fleet.words import units_words
from vippsdiag.language import several, speaking
from vippsdiag.rotation import ACTIONS

KEY = "Ocp-Apim-Subscription-Key"


@pytest.fixture
def visitor(page: Page, place: Server, language: str, tmp_path: Path) -> Visitor:
    """Somebody with a screen that holds a whole notebook."""
    page.set_viewport_size({"width": 1280, "height": 4600})
    docs = language == "en" and type(place) is Lab
    return Visitor(page, place, language, tmp_path, docs=docs)


def walk_start(visitor: Visitor) -> None:
    visitor.see("What is done with your secrets")
    visitor.see("About {minutes} minutes.", minutes=60)
    visitor.picture("start", 1000)


def walk_onboarding(visitor: Visitor) -> None:
    page = visitor.page

    def on(step: str) -> None:
        visitor.press("Next: {name}", name=visitor.t(step))

    visitor.see("Where the keys are")
    expect(page.get_by_role("link", name="portal.vippsmobilepay.com")).to_be_visible()
    on("Your keys")
    expect(page.get_by_text(visitor.t("Has the right form."))).to_have_count(5)
    on("Get a token")
    visitor.press("Get token")
    visitor.see("You have an access token.")
    visitor.see("Request headers")
    visitor.hear("How long the token lives")
    on("What the keys reach")
    visitor.press("See what the keys reach")
    reached = page.get_by_role("cell", name=visitor.t("reached"), exact=True)
    expect(reached).to_have_count(2)
    on("Create a payment")
    visitor.press("Create the payment")
    visitor.see("The payment is created, and waits ten minutes for the buyer.")
    visitor.press("Approve as the buyer")
    visitor.see("The payment is approved. The next step shows that it is paid.")
    on("See it paid")
    visitor.press("See whether it is paid")
    visitor.see(
        "Paid: the buyer has approved, and the amount is reserved. In a shop you "
        "capture it when you send the goods."
    )
    visitor.press("Take the money (capture)")
    visitor.see("Paid and captured: the amount is yours.")
    on("Go live")
    visitor.see("Every call that changes something has an Idempotency-Key.")


def walk_troubleshooting(visitor: Visitor) -> None:
    visitor.press("Fill in the example")
    visitor.press("Diagnose")
    visitor.see("Done: what was found stands below.")
    visitor.see("Test keys were used in production.", context="test-keys-on-production")
    visitor.see("Kind regards")
    visitor.picture("troubleshooting", 1500)
    visitor.press("Make the trial {name}", name="other-environment")
    visitor.see("The trial was made: what it shows stands below.")
    title = "Test keys were used in production."
    cause = visitor.t(title, context="test-keys-on-production")
    sure = visitor.t("proved").capitalize()
    visitor.see("{sure}: {cause}", sure=sure, cause=cause)
    assert b"test-keys-on-production" in visitor.save("Save the report")


def walk_workshop(visitor: Visitor) -> None:
    page, t = visitor.page, visitor.t
    visitor.press("Begin")
    heading = page.get_by_role("heading", name=t("Two keys, or three"))
    expect(heading).to_be_visible()
    points = "Done: {done} of {all}. Points: {points}."
    visitor.see(points, done=0, all=12, points=0)
    visitor.picture("workshop", 1830)
    visitor.press("Take a hint (costs a point)")
    visitor.see("The answer names what is missing.")
    visitor.press("Send")
    visitor.see("The call is still answered with {status}.", status="401 Unauthorized")
    cause = "No subscription key reached the gateway."
    page.get_by_label(t(cause, context="subscription-key-missing")).check()
    visitor.press("This is the cause")
    visitor.see("That is the cause.")
    visitor.press("Add a header")
    added = visitor.field("Header").last
    expect(added).to_have_value("")
    enter(added, KEY)
    whose = t("{what} of {whose}", what=t("primary key"), whose=t("the test unit"))
    offered = page.get_by_role("combobox", name=t("Value"))
    offered.filter(has_text=whose).last.select_option(whose)
    visitor.press("Send")
    visitor.see("Solved: the same call succeeds.")
    visitor.see(points, done=1, all=12, points=3)
    visitor.press("Next exercise")
    heading = page.get_by_role("heading", name=t("Four values from the portal"))
    expect(heading).to_be_visible()


def enter(field: Locator, text: str) -> None:
    """Write something, and leave the field, which is when it is taken."""
    field.fill(text)
    field.press("Tab")


def walk_rotation(visitor: Visitor) -> None:
    visitor.see("The shop rests: it makes no calls.")
    for number, step in enumerate(ACTIONS, 1):
        title = visitor.t(step.title)
        visitor.press("{number}. {title}", number=number, title=title)
    visitor.see("Done: all keys are new, and no call failed.")
    visitor.hear("The shop's calls")
    visitor.press("Let the shop rest")
    visitor.see("The shop rests: it makes no calls.")
    page = visitor.save("Save the checklist").decode()
    assert visitor.t("Do not write a key on this page.") in page


def walk_partner(visitor: Visitor) -> None:
    page = visitor.page
    visitor.press("Try with {count} practice units", count=40)
    with speaking(visitor.language):
        units = units_words(40)
    visitor.press("Check {units}", units=units)
    visitor.see("{done:,} of {total:,} checked.", done=40, total=40)
    with speaking(visitor.language):
        works = several(
            "{works:,} of {units} work; {count:,} does not.",
            "{works:,} of {units} work; {count:,} do not.",
            18,
            works=22,
            units=units,
        )
    expect(page.get_by_text(works)).to_be_visible()
    visitor.hear("What the sales units reach")
    visitor.hear("Units by cause")
    visitor.picture("partner", 1500)
    visitor.field("Show").select_option(index=6)
    expect(page.get_by_role("rowheader", name="1100007")).to_be_visible()
    expect(page.get_by_role("rowheader", name="1100000")).to_have_count(0)
    assert len(visitor.save("Save as CSV").splitlines()) == 41


def walk_integrations(visitor: Visitor) -> None:
    visitor.see("Which keys")
    expect(
        visitor.page.get_by_text("Ocp_Apim_Key_eCommerce", exact=True)
    ).to_be_visible()
    visitor.picture("integrations", 1330)
    visitor.field("What you use").select_option("Shopware")
    expect(visitor.page.get_by_text("Subscription key secondary")).to_be_visible()
    visitor.press("Fill in an example with a mistake")
    visitor.see("A value is in another value's field.", context="keys-swapped")
    visitor.press("Use these keys")
    visitor.press("Get token")
    visitor.see("You have an access token.")


WALKS: dict[str, Callable[[Visitor], None]] = {
    "00-start": walk_start,
    "01-onboarding": walk_onboarding,
    "02-troubleshooting": walk_troubleshooting,
    "03-workshop": walk_workshop,
    "04-key-rotation": walk_rotation,
    "05-partner": walk_partner,
    "06-integrations": walk_integrations,
}


@pytest.mark.parametrize(
    ("place", "language"),
    [
        pytest.param("JupyterLab", "en", id="JupyterLab, English"),
        pytest.param("JupyterLab", "nb", id="JupyterLab, Norwegian"),
        pytest.param("Notebook 7", "en", id="Notebook 7, English"),
        pytest.param("Voila", "en", id="Voila, English"),
        pytest.param("Voila", "nb", id="Voila, Norwegian"),
    ],
    indirect=["place"],
)
@pytest.mark.parametrize("notebook", WALKS)
def test_a_notebook_is_walked_and_speaks_one_language(
    visitor: Visitor, traffic: Traffic, notebook: str
) -> None:
    show(visitor.page, visitor.place, f"{notebook}.ipynb")
    visitor.choose_language()
    WALKS[notebook](visitor)
    left = visitor.left_in_english()
    assert not left, "\n".join(left)
    assert traffic.outside(visitor.place) == []
