"""The onboarding notebook in a real browser, walked as a person would."""

import re
from pathlib import Path

import pytest
from area import picture, show
from harness import Apps, Lab, Traffic, open_notebook, run_all, save, settle
from leaks import found_in, leaks
from playwright.sync_api import Locator, Page, expect
from test_accessible import AXE, axe

from vippsdiag.environments import SANDBOX_ADDRESS
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running

__all__ = ["axe"]  # a fixture

NOTEBOOK = "01-onboarding.ipynb"

STATE_SAVED = pytest.mark.parametrize(
    "lab", [True, False], ids=["with state", "without state"], indirect=True
)


def field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def start(page: Page, lab: Lab) -> None:
    run_all(page, lab, NOTEBOOK)
    expect(page.get_by_role("heading", name="1. Where the keys are")).to_be_visible()
    expect(page.get_by_text("Waiting for the kernel")).to_have_count(0)


def expect_no_trace(page: Page, lab: Lab, traffic: Traffic, canary: str) -> None:
    save(page)
    assert traffic.frames
    assert traffic.holding(canary) == []
    assert traffic.outside(lab) == []
    settle(page, lab)
    assert leaks(lab.root, canary) == []


def go(page: Page, step: str) -> None:
    """Open a step by the rail."""
    rail = page.get_by_role("navigation", name="Steps")
    rail.get_by_role("button", name=step).click()
    expect(page.get_by_role("heading", name=step)).to_be_visible()


def test_the_buyer_approves_on_the_page_of_the_sandbox(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1280, "height": 2600})
    page.context.route("https://example.com/**", lambda route: route.abort())
    with running() as address:
        lab.write(
            "server.ipynb",
            f"import os; os.environ['{SANDBOX_ADDRESS}'] = '{address}'",
            "from vippsdiag.notebook import Onboarding; display(Onboarding())",
        )
        show(page, lab, "server.ipynb")
        go(page, "3. Get a token")
        press(page, "Get token")
        expect(page.get_by_text("You have an access token.")).to_be_visible()
        go(page, "5. Create a payment")
        press(page, "Create the payment")
        link = page.get_by_role("link", name="Open the payment page")
        token = (link.get_attribute("href") or "").split("token=")[1]
        with page.expect_popup() as opened:
            link.click()
        buyer = opened.value
        expect(buyer.get_by_role("heading", name="Pay 10.00 NOK")).to_be_visible()
        with buyer.expect_request("https://example.com/paid"):
            buyer.get_by_role("button", name="Approve").click()
        go(page, "6. See it paid")
        press(page, "See whether it is paid")
        expect(page.get_by_text("Paid: the buyer has approved")).to_be_visible()
        save(page)
        assert found_in(lab.saved("server.ipynb").encode(), token) == []


def test_axe_finds_nothing_in_any_step(page: Page, apps: Apps, axe: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 2600})
    show(page, apps, NOTEBOOK)
    page.evaluate(axe)
    found = page.evaluate(AXE, "html")
    for step, *buttons in (
        ("2. Your keys",),
        ("3. Get a token", "Get token"),
        ("4. What the keys reach", "See what the keys reach"),
        ("5. Create a payment", "Create the payment", "Approve as the buyer"),
        ("6. See it paid", "See whether it is paid"),
        ("7. Go live",),
    ):
        go(page, step)
        for button in buttons:
            press(page, button)
            status = page.locator("[role=status]:visible").filter(has_text=".")
            expect(status.first).to_be_visible()
        found += page.evaluate(AXE, "html")
    assert found == []


def test_the_rail_says_where_one_is_and_works_from_the_keyboard(
    page: Page, lab: Lab
) -> None:
    start(page, lab)
    rail = page.get_by_role("navigation", name="Steps")
    now = rail.locator("[aria-current=step]")
    expect(now).to_have_text(re.compile(r"1\. Where the keys are.*now"))
    expect(rail.get_by_role("button")).to_have_count(7)
    third = rail.get_by_role("button", name="3. Get a token")
    expect(third).to_have_text(re.compile("to come"))
    third.focus()
    page.keyboard.press("Enter")
    expect(now).to_have_text(re.compile(r"3\. Get a token.*now"))
    expect(page.get_by_role("heading", name="3. Get a token")).to_be_visible()
    # Whoever came by keyboard is still on the same step.
    assert page.evaluate("document.activeElement.getAttribute('aria-current')")
    press(page, "Get token")
    expect(now).to_have_text(re.compile("now · done"))


def test_the_list_before_going_live_is_ticked_and_saved(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1280, "height": 2600})
    start(page, lab)
    go(page, "7. Go live")
    page.get_by_label("Calls go to api.vipps.no").check()
    expect(page.get_by_text("Done: 1 of 16.")).to_be_visible()
    with page.expect_download() as download:
        press(page, "Save the list to print it")
    text = Path(download.value.path()).read_text("utf-8")
    assert text.count("✓") == 1


def test_the_call_is_copied_as_javascript(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1280, "height": 2600})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    start(page, lab)
    go(page, "3. Get a token")
    press(page, "Get token")
    choice = page.get_by_label("The same call as", exact=True)
    choice.locator("visible=true").select_option("JavaScript")
    code = page.get_by_text("let response = await fetch(")
    expect(code).to_be_visible()
    press(page, "Copy")
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("let response = await fetch(")
    assert "process.env.CLIENT_SECRET" in copied


@STATE_SAVED
def test_typed_secret_is_diagnosed_and_reaches_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1280, "height": 2600})
    start(page, lab)
    go(page, "2. Your keys")
    field(page, "client_secret").fill(canary)
    go(page, "3. Get a token")
    press(page, "Get token")
    expect(page.get_by_text("No token: the answer has the status 401.")).to_be_visible()
    cause = "The client_secret does not belong to the client_id."
    expect(page.get_by_text(f"Likely: {cause}")).to_be_visible()
    picture(page, tmp_path, "onboarding", height=2080)
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
    go(page, "2. Your keys")
    known = Sandbox().keys_of("Test unit").client_id
    block = f"VIPPS_CLIENT_ID={known}\nVIPPS_CLIENT_SECRET={canary}\nSHOP_COLOUR=blue\n"
    field(page, "Paste everything here, in any form").fill(block)
    field(page, "client_id").focus()
    expect(page.get_by_text("SHOP_COLOUR")).to_be_visible()
    go(page, "3. Get a token")
    press(page, "Get token")
    cause = "Certain: No subscription key reached the gateway."
    expect(page.get_by_text(cause)).to_be_visible()
    expect_no_trace(page, lab, traffic, canary)


def test_restart_and_run_all_again_break_nothing(page: Page, lab: Lab) -> None:
    start(page, lab)
    go(page, "3. Get a token")
    press(page, "Get token")
    expect(page.get_by_text("You have an access token.")).to_be_visible()
    save(page)
    lab.stop_kernels()
    open_notebook(page, lab, NOTEBOOK)
    start(page, lab)
    go(page, "3. Get a token")
    press(page, "Get token")
    expect(page.get_by_text("You have an access token.")).to_be_visible()
