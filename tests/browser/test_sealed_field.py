"""The sealed field in a real browser: what is typed into it reaches no file."""

import json
from pathlib import Path

import pytest
from harness import Lab, Traffic, command, open_notebook, run_all, save, settle
from leaks import leaks
from playwright.sync_api import Locator, Page, expect

NOTEBOOK = "sealed.ipynb"

CELL = """
import ipywidgets
from vippsdiag.notebook.sealed import SealedField, when_ready

secret = SealedField("Client secret", help="From the portal.")
paste = SealedField("What you have", rows=4, files=True, help="Paste, or drop a file.")
button = ipywidgets.Button(description="Check")
shown = ipywidgets.Label("nothing yet")

def check(_=None):
    values = [field.value and field.value.fingerprint for field in (secret, paste)]
    shown.value = f"kernel has {values} {paste.file_name}"

button.on_click(lambda _: when_ready([secret, paste], check))
ipywidgets.VBox([secret, paste, button, shown])
"""

STATE_SAVED = pytest.mark.parametrize(
    "lab", [True, False], ids=["with state", "without state"], indirect=True
)

STATE = "application/vnd.jupyter.widget-state+json"

SAVED = "!window.jupyterapp.shell.currentWidget.context.model.dirty"

INSECURE = "Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})"

SLOW = """
const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
crypto.subtle.encrypt = async (...given) => {
    await new Promise((done) => setTimeout(done, 1500));
    return encrypt(...given);
};
"""

DROPPED = """text => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'session.har'));
    return data;
}"""


def fingerprint(text: str) -> str:
    from vippsdiag.secret import fingerprint  # noqa: PLC0415

    return fingerprint(text)


def har(canary: str, padding: int = 0) -> str:
    header = {"name": "client_secret", "value": canary}
    entry = {"request": {"headers": [header]}, "comment": "x" * padding}
    return json.dumps({"log": {"entries": [entry]}})


def secret(page: Page) -> Locator:
    return page.get_by_label("Client secret", exact=True)


def paste(page: Page) -> Locator:
    return page.get_by_label("What you have", exact=True)


def start(page: Page, lab: Lab) -> None:
    lab.write(NOTEBOOK, CELL)
    run_all(page, lab, NOTEBOOK)
    expect(secret(page)).to_be_visible()
    expect(page.get_by_text("Waiting for the kernel")).to_have_count(0)


def press_check(page: Page) -> None:
    page.get_by_role("button", name="Check", exact=True).click()


def expect_kernel_has(
    page: Page, *, in_secret: str = "", in_paste: str = "", file: str = "None"
) -> None:
    values = [fingerprint(text) if text else None for text in (in_secret, in_paste)]
    expect(page.get_by_text(f"kernel has {values} {file}")).to_be_visible()


def expect_no_trace(page: Page, lab: Lab, traffic: Traffic, canary: str) -> None:
    save(page)
    assert traffic.frames
    assert traffic.holding(canary) == []
    assert traffic.outside(lab) == []
    settle(page, lab)
    assert leaks(lab.root, canary) == []


@STATE_SAVED
def test_typed_secret_overtaken_by_a_click_reaches_the_kernel_and_no_file(
    page: Page,
    lab: Lab,
    traffic: Traffic,
    canary: str,
    request: pytest.FixtureRequest,
) -> None:
    start(page, lab)
    secret(page).focus()
    page.keyboard.type(canary[:10])
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Received · 10 characters")).to_be_visible()
    page.keyboard.type(canary)
    press_check(page)
    expect_kernel_has(page, in_secret=canary)
    expect(secret(page)).to_have_value("")
    expect(
        page.get_by_text(f"30 characters · fingerprint {fingerprint(canary)}")
    ).to_be_visible()
    expect_no_trace(page, lab, traffic, canary)
    assert (STATE in lab.saved(NOTEBOOK)) == (request.node.callspec.id == "with state")


def test_click_waits_for_a_value_that_is_slow_to_seal(
    page: Page, lab: Lab, canary: str
) -> None:
    page.add_init_script(SLOW)
    start(page, lab)
    shown = page.get_by_text("kernel has [")
    secret(page).fill(canary)
    press_check(page)
    expect(page.get_by_text("Sending …")).to_be_visible()
    expect(shown).to_have_count(0)
    expect_kernel_has(page, in_secret=canary)


def test_value_arrives_though_its_field_is_shown_no_more(
    page: Page, lab: Lab, canary: str, tmp_path: Path
) -> None:
    page.add_init_script(SLOW)
    away = "box = _\ngo = ipywidgets.Button(description='Away')\n"
    away += "go.on_click(lambda _: setattr(box, 'children', [secret, button, shown]))"
    lab.write(NOTEBOOK, CELL, f"{away}\ngo")
    run_all(page, lab, NOTEBOOK)
    text = har(canary, padding=2_500_000)
    tmp_path.joinpath("large.har").write_text(text)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file: What you have").click()
    chooser.value.set_files(tmp_path / "large.har")
    page.get_by_role("button", name="Away").click()
    expect(paste(page)).to_have_count(0)
    press_check(page)
    expect_kernel_has(page, in_paste=text, file="large.har")


def test_button_pressed_without_leaving_the_field_has_what_is_in_it(
    page: Page, lab: Lab, canary: str
) -> None:
    start(page, lab)
    secret(page).focus()
    page.keyboard.type(canary)
    page.get_by_role("button", name="Check", exact=True).evaluate("e => e.click()")
    expect_kernel_has(page, in_secret=canary)
    expect(secret(page)).to_have_value("")


@STATE_SAVED
def test_save_while_typing_saves_the_notebook_without_the_text(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    start(page, lab)
    secret(page).focus()
    page.keyboard.type(canary)
    save(page)
    expect(secret(page)).to_have_value(canary)
    assert leaks(lab.root, canary) == []
    command(page, "notebook:insert-cell-below")
    secret(page).focus()
    page.keyboard.press("Control+s")
    page.wait_for_function(SAVED)
    press_check(page)
    expect_kernel_has(page, in_secret=canary)
    expect_no_trace(page, lab, traffic, canary)


@STATE_SAVED
def test_dropped_har_reaches_the_kernel_and_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    start(page, lab)
    text = har(canary)
    data = page.evaluate_handle(DROPPED, text)
    for event in ("dragenter", "dragover", "drop"):
        paste(page).dispatch_event(event, {"dataTransfer": data})
    press_check(page)
    expect_kernel_has(page, in_paste=text, file="session.har")
    expect(page.get_by_text("Received · “session.har”")).to_be_visible()
    expect_no_trace(page, lab, traffic, canary)


def test_chosen_file_of_several_parts_reaches_the_kernel_and_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str, tmp_path: Path
) -> None:
    start(page, lab)
    text = har(canary, padding=12_000_000)
    tmp_path.joinpath("large.har").write_text(text)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file: What you have").click()
    chooser.value.set_files(tmp_path / "large.har")
    press_check(page)
    expect_kernel_has(page, in_paste=text, file="large.har")
    expect_no_trace(page, lab, traffic, canary)


def test_pasted_text_is_taken_at_once(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    start(page, lab)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", f"a\n{canary}\n")
    paste(page).focus()
    page.keyboard.press("Control+v")
    expect(page.get_by_text("Received · 33 characters")).to_be_visible()
    expect(paste(page)).to_have_value("")
    press_check(page)
    expect_kernel_has(page, in_paste=f"a\n{canary}\n")
    expect_no_trace(page, lab, traffic, canary)


def test_keyboard_alone_is_enough(page: Page, lab: Lab, canary: str) -> None:
    start(page, lab)
    secret(page).focus()
    page.keyboard.type(canary)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Received · 30 characters")).to_be_visible()
    expect(paste(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cleared.")).to_be_visible()
    expect(secret(page)).to_be_focused()
    page.keyboard.type(canary)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Received · 30 characters")).to_be_visible()


def test_keys_do_not_reach_the_shortcuts_of_the_notebook(page: Page, lab: Lab) -> None:
    start(page, lab)
    paste(page).focus()
    page.keyboard.type("aabbddx00")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+b")
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_text("Received · 9 characters")).to_be_visible()
    page.get_by_role("button", name="Clear What you have").focus()
    page.keyboard.press("b")
    page.wait_for_timeout(300)
    expect(page.get_by_role("region", name="File Browser")).to_be_visible()
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    assert page.get_by_text("[1]:").count() == 2


def test_second_view_shows_the_same_and_takes_values_too(
    page: Page, lab: Lab, canary: str
) -> None:
    lab.write(NOTEBOOK, CELL, "secret")
    run_all(page, lab, NOTEBOOK)
    expect(secret(page)).to_have_count(2)
    for number in (0, 1):
        secret(page).nth(number).fill(canary[number:])
        secret(page).nth(number).press("Enter")
        arrived = page.get_by_text(fingerprint(canary[number:]))
        expect(arrived).to_have_count(2)


def test_reopened_notebook_says_that_the_cells_must_be_run(
    page: Page, lab: Lab, canary: str
) -> None:
    start(page, lab)
    secret(page).fill(canary)
    press_check(page)
    expect_kernel_has(page, in_secret=canary)
    save(page)
    lab.stop_kernels()
    open_notebook(page, lab, NOTEBOOK)
    expect(secret(page)).to_be_visible()
    expect(page.get_by_text("The kernel does not answer.").first).to_be_visible()
    expect(page.get_by_text("Received")).to_have_count(0)


def test_text_is_kept_while_the_kernel_does_not_answer(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    start(page, lab)
    save(page)
    lab.stop_kernels()
    open_notebook(page, lab, NOTEBOOK)
    secret(page).fill(canary)
    secret(page).press("Enter")
    expect(secret(page)).to_have_value("")
    said = "The kernel does not answer. Run the cells again."
    expect(page.get_by_text(said).first).to_be_visible()
    expect(secret(page)).to_have_value(canary)
    expect_no_trace(page, lab, traffic, canary)


def test_kernel_that_answers_late_gets_the_text_after_all(
    page: Page, lab: Lab, canary: str
) -> None:
    late = "import time; _, take = secret._take, SealedField._take\n"
    late += "secret._take = lambda *a: (time.sleep(7), take(secret, *a))"
    lab.write(NOTEBOOK, CELL, late)
    run_all(page, lab, NOTEBOOK)
    secret(page).fill(canary)
    press_check(page)
    expect(page.get_by_text("The kernel does not answer.")).to_be_visible()
    expect(secret(page)).to_have_value(canary)
    expect_kernel_has(page, in_secret=canary)
    expect(page.get_by_text("Received · 30 characters")).to_be_visible()
    expect(secret(page)).to_have_value("")


def test_page_that_cannot_seal_says_so_and_the_value_still_reaches_no_file(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    page.add_init_script(INSECURE)
    start(page, lab)
    expect(page.get_by_text("goes to the kernel unsealed").first).to_be_visible()
    secret(page).fill(canary)
    press_check(page)
    expect_kernel_has(page, in_secret=canary)
    save(page)
    assert traffic.holding(canary) == ["plain"]
    settle(page, lab)
    assert leaks(lab.root, canary) == []


def test_search_sees_what_a_plain_text_field_leaves(
    page: Page, lab: Lab, traffic: Traffic, canary: str
) -> None:
    cell = "import ipywidgets; ipywidgets.Text(description='Client secret')"
    lab.write(NOTEBOOK, cell)
    run_all(page, lab, NOTEBOOK)
    secret(page).fill(canary)
    command(page, "docmanager:save")
    page.wait_for_timeout(500)
    assert traffic.holding(canary) != []
    settle(page, lab)
    assert f"work/notebooks/{NOTEBOOK}: plain" in leaks(lab.root, canary)
