"""The notebook for integrations in a real browser, walked as a person would."""

from pathlib import Path

from area import picture
from harness import Lab, Server, Traffic
from leaks import found_in, leaks
from playwright.sync_api import Page, expect

NOTEBOOK = "06-integrations.ipynb"
BOX = "Paste everything here, in any form"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def start(page: Page, place: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 3800})
    place.open(page, NOTEBOOK)
    expect(page.get_by_text("Which keys", exact=True)).to_be_visible()


def test_pasted_settings_are_checked_and_reach_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str, tmp_path: Path
) -> None:
    start(page, lab)
    lab.theme(page, dark=True)
    page.get_by_label("What you use").select_option("Postman")
    page.get_by_label(BOX, exact=True).fill(
        f"client_id: {{{{client_id}}}}\nclient_secret: {canary}\n"
    )
    press(page, "Get token")
    expect(
        page.get_by_text("Certain: A variable was sent by its name instead")
    ).to_be_visible()
    expect(page.get_by_text("From what you pasted")).not_to_have_count(0)
    picture(page, tmp_path, "postman")
    lab.save(page)
    assert found_in(lab.saved(NOTEBOOK).encode(), canary) == []
    assert traffic.holding(canary) == []
    lab.settle(page)
    assert leaks(lab.root, canary) == []
