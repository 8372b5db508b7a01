"""The partner's notebook in a real browser, walked as a person would."""

from pathlib import Path

import pytest
from area import show
from harness import Lab, Server, Traffic, save, settle
from leaks import found_in, leaks
from playwright.sync_api import Page, expect

NOTEBOOK = "05-partner.ipynb"
BOX = "Your list of sales units, as CSV"
LIST = "Merchant serial number;Name;client_secret\n123456;Shop;{}\n12;Short;\n"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def start(page: Page, place: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 4600})
    show(page, place, NOTEBOOK)
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_visible()


def picture(page: Page, folder: Path, name: str) -> None:
    page.evaluate("window.jupyterapp?.shell.collapseLeft?.()")
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=folder / f"{name}.png")


def test_everything_is_done_with_the_keyboard_on_a_dark_ground(
    page: Page, lab: Lab, tmp_path: Path
) -> None:
    start(page, lab)
    lab.theme(page, dark=True)
    page.get_by_role("button", name="Try with 40 practice units").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Check 40 sales units", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("40 of 40 checked.")).to_be_visible()
    page.get_by_role("button", name="Check again", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The same as in the last run")).to_be_visible()
    picture(page, tmp_path, "dark")


@pytest.mark.parametrize(
    "lab", [True, False], ids=["with state", "without state"], indirect=True
)
def test_keys_in_a_list_reach_no_file_and_production_is_asked_about(
    page: Page, lab: Lab, traffic: Traffic, canary: str, tmp_path: Path
) -> None:
    start(page, lab)
    with page.expect_file_chooser() as chooser:
        press(page, f"Choose a file: {BOX}")
    text = LIST.format(canary).encode()
    chooser.value.set_files(
        {"name": "units.csv", "mimeType": "text/csv", "buffer": text}
    )
    expect(page.get_by_text("Line 3: 12 has 2 digits")).to_be_visible()
    press(page, "Check 1 sales unit")
    expect(page.get_by_text("This calls production for 1 sales unit")).to_be_visible()
    picture(page, tmp_path, "asked")
    press(page, "No")
    expect(page.get_by_text("This calls production")).to_be_hidden()
    save(page)
    assert found_in(lab.saved(NOTEBOOK).encode(), canary) == []
    assert traffic.holding(canary) == []
    assert traffic.outside(lab) == []
    settle(page, lab)
    assert leaks(lab.root, canary) == []
