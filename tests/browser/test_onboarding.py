"""The onboarding notebook in a real browser, walked as a person would."""

import os
from pathlib import Path

import pytest
from harness import Lab, Traffic, open_notebook, run_all, save, settle
from leaks import found_in, leaks
from playwright.sync_api import Locator, Page, expect

from vippsdiag.sandbox import Sandbox

NOTEBOOK = "01-onboarding.ipynb"

# Where pictures go; `PICTURES=docs pytest tests/browser` makes those of the docs anew.
PICTURES = os.environ.get("PICTURES")

STATE_SAVED = pytest.mark.parametrize(
    "lab", [True, False], ids=["with state", "without state"], indirect=True
)


def field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def start(page: Page, lab: Lab) -> None:
    run_all(page, lab, NOTEBOOK)
    expect(field(page, "client_secret")).to_be_visible()
    expect(page.get_by_text("Waiting for the kernel")).to_have_count(0)


def expect_no_trace(page: Page, lab: Lab, traffic: Traffic, canary: str) -> None:
    save(page)
    assert traffic.frames
    assert traffic.holding(canary) == []
    assert traffic.outside(lab) == []
    settle(page, lab)
    assert leaks(lab.root, canary) == []


def show(page: Page, heading: str) -> None:
    """Scroll a heading to the top of a smaller page, with the file browser closed."""
    page.set_viewport_size({"width": 1180, "height": 1900})
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    found = page.get_by_role("heading", name=heading)
    found.evaluate("heading => heading.scrollIntoView()")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.evaluate("document.activeElement?.blur()")
        page.screenshot(path=Path(PICTURES) / name)


def test_practice_keys_work_from_run_all_to_the_next_step_with_no_typing(
    page: Page, lab: Lab
) -> None:
    page.set_viewport_size({"width": 1280, "height": 2600})
    start(page, lab)
    expect(page.get_by_text("Has the right form.")).to_have_count(5)
    press(page, "Get token")
    expect(page.get_by_text("You have an access token.")).to_be_visible()
    expect(page.get_by_text("Request headers")).to_be_visible()
    life = page.get_by_role("img", name="How long the token lives")
    expect(life).to_be_visible()
    press(page, "See what the keys reach")
    expect(page.get_by_text("Webhooks", exact=True)).to_be_visible()
    expect(page.get_by_text("reached", exact=True)).to_have_count(2)
    expect(page.get_by_text("Nothing found")).to_be_visible()
    expect(page.get_by_text("Next: choose Test above")).to_be_visible()


@STATE_SAVED
def test_typed_secret_is_diagnosed_and_reaches_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 2600})
    start(page, lab)
    field(page, "client_secret").fill(canary)
    press(page, "Get token")
    expect(page.get_by_text("No token: the answer has the status 401.")).to_be_visible()
    cause = "The client_secret does not belong to the client_id."
    expect(page.get_by_text(f"Likely: {cause}")).to_be_visible()
    show(page, "2. Get an access token")
    picture(page, "onboarding.png")
    with page.expect_download() as download:
        press(page, "Save the report")
    report = Path(download.value.path()).read_text("utf-8")
    assert "client-secret-wrong" in report
    assert found_in(report.encode(), canary) == []
    expect_no_trace(page, lab, traffic, canary)


@STATE_SAVED
def test_pasted_block_fills_the_fields_and_reaches_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    start(page, lab)
    known = Sandbox().keys_of("Test unit").client_id
    block = f"VIPPS_CLIENT_ID={known}\nVIPPS_CLIENT_SECRET={canary}\nSHOP_COLOUR=blue\n"
    field(page, "Paste everything here, in any form").fill(block)
    press(page, "Get token")
    expect(page.get_by_text("SHOP_COLOUR")).to_be_visible()
    cause = "Certain: No subscription key reached the gateway."
    expect(page.get_by_text(cause)).to_be_visible()
    expect_no_trace(page, lab, traffic, canary)


def test_restart_and_run_all_again_break_nothing(page: Page, lab: Lab) -> None:
    start(page, lab)
    press(page, "Get token")
    expect(page.get_by_text("You have an access token.")).to_be_visible()
    save(page)
    lab.stop_kernels()
    open_notebook(page, lab, NOTEBOOK)
    start(page, lab)
    press(page, "Get token")
    expect(page.get_by_text("You have an access token.")).to_be_visible()
