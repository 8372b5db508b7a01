"""Our own area can be used by everybody: axe-core, the keyboard alone, any width."""

from pathlib import Path

import pytest
from area import NOTEBOOKS, controls, press_main_button, show, stem
from harness import Apps, Lab, Server
from npm import find_packages
from playwright.sync_api import Page, expect

from vippsdiag.sandbox import Sandbox

HERE = Path(__file__).parent
PLACES = pytest.mark.parametrize("place", ["JupyterLab", "Voila"], indirect=True)
EVERY_NOTEBOOK = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=stem)

# Around our area, JupyterLab's own page is not ours to mend; an app's page is.
OURS = {Lab: ".jp-Notebook .jp-OutputArea-output", Apps: "html"}

AXE = """async (ours) => {
    const { violations } = await axe.run(
        // The table of pandas is not ours.
        { include: [...document.querySelectorAll(ours)], exclude: [".dataframe"] },
        { resultTypes: ["violations"] },
    );
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, html, failureSummary }) =>
            `${id}: ${target} ${html.slice(0, 160)} ${failureSummary}`));
}"""

# Whatever is wider than its place, and is within nothing that scrolls.
TOO_WIDE = """ours => {
    const scrolls = element => getComputedStyle(element).overflowX !== "visible";
    const within = element =>
        element && (scrolls(element) || within(element.parentElement));
    return [...document.querySelectorAll(`${ours}, ${ours} *`)]
        .filter(element => element.clientWidth &&
            element.scrollWidth > element.clientWidth + 1 &&
            getComputedStyle(element).display !== "inline" && !within(element))
        .map(({ tagName, className, scrollWidth, clientWidth, textContent }) =>
            `${tagName}.${className} ${scrollWidth} > ${clientWidth}: ` +
            textContent.trim().slice(-60));
}"""


FOCUSED = """() => {
    const focused = document.activeElement;
    const named = focused.labels?.[0] ?? focused;
    return focused.ariaLabel || named.textContent.trim();
}"""

# Something is drawn around what has the focus.
MARKED = """() => {
    const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
    return outlineStyle !== "none" || boxShadow !== "none";
}"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    found = find_packages(HERE)
    if found is None:
        pytest.skip("axe-core is not there: run tests/npm.py")
    return (found / "node_modules/axe-core/axe.min.js").read_text("utf-8")


@PLACES
@EVERY_NOTEBOOK
def test_axe_finds_nothing_in_our_area(
    page: Page, place: Server, axe: str, notebook: str
) -> None:
    show(page, place, notebook)
    page.evaluate(axe)
    found = page.evaluate(AXE, OURS[type(place)])
    press_main_button(page)
    found += page.evaluate(AXE, OURS[type(place)])
    place.theme(page, dark=True)
    found += page.evaluate(AXE, OURS[type(place)])
    assert found == []


@EVERY_NOTEBOOK
def test_nothing_is_wider_than_its_place_on_narrow_and_wide_screens(
    page: Page, apps: Apps, notebook: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    show(page, apps, notebook)
    press_main_button(page)
    for width in (390, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_WIDE, "main") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@PLACES
def test_onboarding_goes_from_the_first_field_to_a_token_with_the_keyboard_alone(
    page: Page, place: Server
) -> None:
    show(page, place, "01-onboarding.ipynb")
    secret = Sandbox().keys_of("Test unit").client_secret
    assert secret is not None
    controls(page).first.focus()
    tab_to(page, "Next: Your keys")
    page.keyboard.press("Enter")
    expect(page.get_by_label("client_secret", exact=True)).to_be_visible()
    tab_to(page, "client_secret")
    page.keyboard.type(secret.reveal())
    tab_to(page, "Next: Get a token")
    expect(page.get_by_text(f"fingerprint {secret.fingerprint}")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Get token")).to_be_visible()
    tab_to(page, "Get token")
    page.keyboard.press("Space")
    expect(page.get_by_text("You have an access token.")).to_be_visible()
    tab_to(page, "Save the report")
    with page.expect_download():
        page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus, which can be seen."""
    passed = []
    for _ in range(60):
        page.keyboard.press("Tab")
        passed.append(str(page.evaluate(FOCUSED)))
        if passed[-1] == name:
            assert page.evaluate(MARKED)
            return
    raise AssertionError(f"{name} was not among {passed}")
