"""Our own area can be used by everybody: axe-core, the keyboard alone, any width."""

from pathlib import Path

import pytest
from area import NOTEBOOKS, press_main_button, show, stem
from harness import Apps, Lab, Server
from npm import find_packages
from playwright.sync_api import Page

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
@pytest.mark.parametrize("width", [390, 1600], ids=["narrow", "wide"])
def test_nothing_is_wider_than_its_place(
    page: Page, apps: Apps, notebook: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    show(page, apps, notebook)
    press_main_button(page)
    assert page.evaluate(TOO_WIDE, "main") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
