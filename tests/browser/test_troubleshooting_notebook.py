"""The troubleshooting notebook in a real browser, walked as a person would."""

import json
from pathlib import Path

import pytest
from area import picture
from harness import Lab, Traffic, run_all, save, settle
from leaks import found_in, leaks
from playwright.sync_api import Locator, Page, expect

from vippsdiag.samples import MISSING_KEY

NOTEBOOK = "02-troubleshooting.ipynb"
BOX = "Paste what the merchant sent"
CAUSE = "Certain: No subscription key reached the gateway."
CALL = "curl -X POST https://apitest.vipps.no/accesstoken/get -H 'client_secret: {}'"
ANSWER = "HTTP/1.1 401 Unauthorized\n\n" + json.dumps({"message": MISSING_KEY})

# A text that seems to be larger than a page can show in a test's time.
HUGE = """
const encode = TextEncoder.prototype.encode;
TextEncoder.prototype.encode = function (text) {
    return text?.startsWith("huge") ? { length: 200e6 } : encode.call(this, text);
};
"""

STATE_SAVED = pytest.mark.parametrize(
    "lab", [True, False], ids=["with state", "without state"], indirect=True
)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def box(page: Page) -> Locator:
    return page.get_by_label(BOX, exact=True)


def start(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1280, "height": 3600})
    run_all(page, lab, NOTEBOOK)
    expect(box(page)).to_be_visible()
    expect(page.get_by_text("Waiting for the kernel")).to_have_count(0)


@STATE_SAVED
def test_a_pasted_mail_leads_to_its_cause_and_reaches_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str, tmp_path: Path
) -> None:
    start(page, lab)
    box(page).fill(f"Hello, it fails:\n\n{CALL.format(canary)}\n\n{ANSWER}\n")
    press(page, "Diagnose")
    expect(page.get_by_text(CAUSE)).to_be_visible()
    expect(page.get_by_text("a cURL command.")).to_be_visible()
    expect(page.get_by_text("Request headers")).to_be_visible()
    expect(page.get_by_text("Kind regards")).to_be_visible()
    picture(page, tmp_path, "troubleshooting")
    with page.expect_download() as download:
        press(page, "Save the report")
    report = Path(download.value.path()).read_bytes()
    assert b"subscription-key-missing" in report
    assert found_in(report, canary) == []
    with page.expect_download() as download:
        press(page, "Save a copy with pseudonyms")
    copy = Path(download.value.path()).read_bytes()
    assert b"Hello, it fails:" in copy
    assert found_in(copy, canary) == []
    expect(page.get_by_text("value was replaced").first).to_be_visible()
    save(page)
    assert "Kind regards" in lab.saved(NOTEBOOK) or "widgets" not in lab.saved(NOTEBOOK)
    assert traffic.frames
    assert traffic.holding(canary) == []
    assert traffic.outside(lab) == []
    settle(page, lab)
    assert leaks(lab.root, canary) == []


def test_an_example_is_diagnosed_with_the_keyboard_and_then_forgotten(
    page: Page, lab: Lab, tmp_path: Path
) -> None:
    lab.settings(save_state=True, dark=True)
    start(page, lab)
    press(page, "Diagnose")
    expect(page.get_by_text("There is nothing in the box yet.")).to_be_visible()
    picture(page, tmp_path, "empty")
    page.get_by_role("button", name="Fill in the example").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The keys in it are practice keys.")).to_be_visible()
    page.get_by_role("button", name="Diagnose", exact=True).focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("Likely: Test keys were used in production.")
    ).to_be_visible()
    environment = page.get_by_label("Environment that is meant")
    expect(environment).to_have_value("Not known")
    environment.select_option("Test")
    picture(page, tmp_path, "example")
    press(page, "Forget everything")
    expect(page.get_by_text("Everything is forgotten.")).to_be_visible()
    expect(environment).to_have_value("Not known")
    expect(page.get_by_text("Test keys were used in production.")).to_have_count(0)
    expect(page.get_by_role("button", name="Save the report")).to_be_hidden()


def test_a_text_that_is_too_large_goes_when_everything_is_forgotten(
    page: Page, lab: Lab
) -> None:
    page.add_init_script(HUGE)
    start(page, lab)
    box(page).fill("huge text")
    press(page, "Diagnose")
    expect(page.get_by_text("This text has 191 MB")).to_be_visible()
    expect(box(page)).to_have_value("huge text")
    press(page, "Forget everything")
    expect(page.get_by_text("Everything is forgotten.")).to_be_visible()
    expect(box(page)).to_have_value("")
    box(page).fill("huge text")
    press(page, "Diagnose")
    press(page, f"Clear {BOX}")
    expect(box(page)).to_have_value("")
    expect(page.get_by_role("button", name=f"Clear {BOX}")).to_be_hidden()


def test_a_chosen_file_is_diagnosed_and_reaches_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    start(page, lab)
    text = f"{CALL.format(canary)}\n\n{ANSWER}\n"
    with page.expect_file_chooser() as chooser:
        press(page, f"Choose a file: {BOX}")
    chooser.value.set_files(
        {"name": "call.txt", "mimeType": "text/plain", "buffer": text.encode()}
    )
    press(page, "Diagnose")
    expect(page.get_by_text(CAUSE)).to_be_visible()
    save(page)
    assert traffic.holding(canary) == []
    settle(page, lab)
    assert leaks(lab.root, canary) == []
