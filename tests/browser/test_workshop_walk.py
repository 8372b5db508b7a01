"""The workshop notebook in a real browser, walked as learners and their trainer do."""

from pathlib import Path

import pytest
from area import picture
from harness import Lab, Traffic, run_all, save, settle
from leaks import leaks
from playwright.sync_api import Locator, Page, expect

from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.workshop.link import Link

NOTEBOOK = "03-workshop.ipynb"
KEY = "Ocp-Apim-Subscription-Key"

STATE_SAVED = pytest.mark.parametrize(
    "lab", [True, False], ids=["with state", "without state"], indirect=True
)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def start(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1280, "height": 2000})
    run_all(page, lab, NOTEBOOK)
    expect(page.get_by_role("button", name="Begin", exact=True)).to_be_visible()
    expect(page.get_by_text("Waiting for the kernel")).to_have_count(0)


def enter(field: Locator, text: str) -> None:
    """Write something, and leave the field, which is when it is taken."""
    field.fill(text)
    field.press("Tab")


def add_header(page: Page, name: str) -> None:
    press(page, "Add a header")
    added = page.get_by_label("Header", exact=True).last
    expect(added).to_have_value("")
    enter(added, name)


@STATE_SAVED
def test_a_key_that_is_typed_reaches_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    start(page, lab)
    press(page, "Begin")
    add_header(page, KEY)
    field = page.get_by_label(f"Value of {KEY}", exact=True)
    expect(field).to_be_visible()
    expect(page.get_by_text("Waiting for the kernel")).to_have_count(0)
    field.fill(canary)
    press(page, "Send")
    expect(page.get_by_text("The call is still answered with 401")).to_be_visible()
    save(page)
    assert traffic.frames
    assert traffic.holding(canary) == []
    assert traffic.outside(lab) == []
    settle(page, lab)
    assert leaks(lab.root, canary) == []


def test_a_trainer_sees_on_a_dark_ground_what_a_learner_does(
    page: Page, lab: Lab, traffic: Traffic, tmp_path: Path
) -> None:
    lab.settings(save_state=True, dark=True)
    sandbox = Sandbox()
    with running(sandbox) as address:
        other = Link(address)
        other.take("Bo")
        other.begin("two-keys-are-enough")
        start(page, lab)
        page.get_by_label("In a workshop, with a trainer").check()
        page.get_by_label("Address of the workshop", exact=True).fill(address)
        enter(page.get_by_label("Your name or a number", exact=True), "Anna")
        press(page, "Begin")
        expect(page.get_by_text("You sit in the workshop as Anna")).to_be_visible()
        press(page, "Show my return code")
        expect(page.get_by_text(sandbox.roll.code_of(2))).to_be_visible()
        picture(page, tmp_path, "seat")
        press(page, "Hide it")
        press(page, "I lead the workshop")
        page.get_by_label("Address of the workshop", exact=True).fill(address)
        code = sandbox.roll.trainer_code()
        page.get_by_label("Trainer's code", exact=True).fill(code)
        press(page, "Open the board")
        expect(page.get_by_role("rowheader", name="2. Anna")).to_be_visible()
        other.choose("two-keys-are-enough", "subscription-key-missing")
        expect(page.get_by_text("cause named")).to_be_visible(timeout=4_000)
        picture(page, tmp_path, "workshop-board", height=1000)
        save(page)
    assert traffic.outside(lab) == []
    settle(page, lab)
    assert leaks(lab.root, code) == []
    assert leaks(lab.root, sandbox.roll.code_of(2)) == []
