"""The notebook for regenerating keys in a real browser, walked as a person would."""

import re
from pathlib import Path

from area import picture
from harness import Lab, Server, Traffic
from leaks import found_in, leaks
from playwright.sync_api import Page, expect

NOTEBOOK = "04-key-rotation.ipynb"
PRIMARY = "Subscription key (primary)"
STEPS = (
    "1. See which key the shop uses",
    "2. Switch the shop to the secondary key",
    "3. Regenerate the primary key",
    "4. Switch the shop to the new primary key",
    "5. Regenerate the secondary key",
    "6. Get a fresh access token",
    "7. Regenerate the client_secret",
    "8. Put the new client_secret into the shop",
)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def start(page: Page, place: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 3400})
    place.open(page, NOTEBOOK)
    expect(page.get_by_text("The shop rests: it makes no calls.")).to_be_visible()


def test_the_wrong_order_is_explained_and_mended_with_the_keyboard(
    page: Page, lab: Lab, tmp_path: Path
) -> None:
    start(page, lab)
    press(page, "Open the shop")
    press(page, STEPS[0])
    page.get_by_role("button", name=STEPS[2], exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The shop's calls fail. See below why.")).to_be_visible()
    expect(page.get_by_text("What would have avoided it")).to_be_visible()
    picture(page, tmp_path, "key-rotation", height=1330)
    lab.theme(page, dark=True)
    picture(page, tmp_path, "dark")
    page.get_by_role("button", name=STEPS[1], exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Mended. Calls that failed"))).to_be_visible()
    press(page, "Do it for me")
    expect(page.get_by_text("The right order is being played.")).to_be_visible()
    expect(
        page.get_by_text("Done: all keys are new, and no call failed.")
    ).to_be_visible(timeout=60_000)


def test_own_keys_are_compared_and_reach_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str, tmp_path: Path
) -> None:
    start(page, lab)
    press(page, "Compare both keys")
    expect(page.get_by_text("Both keys work")).to_be_visible()
    page.get_by_label(PRIMARY, exact=True).fill(canary)
    press(page, "Compare both keys")
    expect(page.get_by_text("One of the two keys does not work.")).to_be_visible()
    picture(page, tmp_path, "compared")
    lab.save(page)
    assert found_in(lab.saved(NOTEBOOK).encode(), canary) == []
    assert traffic.holding(canary) == []
    lab.settle(page)
    assert leaks(lab.root, canary) == []
