"""What every notebook shows: our own area, its sealed fields and its main button."""

import os
import re
from pathlib import Path

from harness import REPOSITORY, Server
from playwright.sync_api import Locator, Page, expect

NOTEBOOKS = sorted(path.name for path in (REPOSITORY / "notebooks").glob("*.ipynb"))

# The cells in JupyterLab and Notebook 7, the page in Voila.
AREA = ".jp-Notebook"
# Fields for what is no secret: it may be shown, as a user's name may.
SHOWN = re.compile("^(client_id|Merchant serial number)")
WAITING = "Waiting for the kernel"

# Everything that a page shows or holds, in every frame: markup, and what fields hold.
HELD = """() => document.documentElement.outerHTML +
    [...document.querySelectorAll("input, textarea, select")].map(e => e.value).join()
"""

SAID = f"() => document.querySelector('{AREA}').innerText"


def show(page: Page, server: Server, notebook: str) -> None:
    """Open a notebook, and wait until its controls can be used."""
    server.open(page, notebook)
    expect(controls(page).first).to_be_visible()
    expect(page.get_by_text(WAITING)).to_have_count(0)


def area(page: Page) -> Locator:
    """Return our own area."""
    return page.locator(AREA)


def controls(page: Page) -> Locator:
    """Return the buttons and choices in it that can be seen."""
    return (
        area(page)
        .locator(".jp-OutputArea-output")
        .locator("button:visible, select:visible")
    )


def open_fields(page: Page) -> bool:
    """Open the step that has the fields; say whether the notebook has steps at all."""
    rail = area(page).get_by_role("navigation", name="Steps")
    if rail.count():
        rail.get_by_role("button", name="2. Your keys").click()
        expect(area(page).get_by_role("heading", name="2. Your keys")).to_be_visible()
    return bool(rail.count())


def secret_fields(page: Page) -> list[Locator]:
    """Return the sealed fields that can be seen, but for names that may be shown."""
    found = page.locator(".vd-sealed:visible")
    label = page.locator(".vd-sealed-label").filter(has_text=SHOWN)
    return found.filter(has_not=label).locator(".vd-sealed-input").all()


def main_button(page: Page) -> Locator:
    """Return the button that leads on: the first of those that are coloured, or any."""
    coloured = area(page).locator("button.mod-primary:visible:enabled")
    shown = area(page).locator(".jp-OutputArea-output button:visible")
    return (coloured if coloured.count() else shown).first


def press_main_button(page: Page) -> None:
    """Press it, and wait until the area says something else than before.

    Where there is no button, another language is chosen.
    """
    button = main_button(page)
    if not button.count():
        area(page).get_by_label("Language", exact=True).select_option("Dansk")
        return
    before = page.evaluate(SAID)
    button.click()
    page.wait_for_function(f"before => ({SAID})() !== before", arg=before)


def held_by(page: Page) -> bytes:
    """Return all that the page holds, with its frames."""
    return "\n".join(str(frame.evaluate(HELD)) for frame in page.frames).encode()


def picture(page: Page, folder: Path, name: str, *, height: int = 0) -> None:
    """Take a picture.

    Args:
        page: what to take a picture of.
        folder: where it goes.
        name: of the file.
        height: of a picture for the docs, in pixels; `PICTURES=docs` makes those anew.
    """
    page.evaluate("window.jupyterapp?.shell.collapseLeft?.()")
    page.evaluate("document.activeElement?.blur()")
    if height and os.environ.get("PICTURES"):
        before = page.viewport_size
        page.set_viewport_size({"width": 1180, "height": height})
        page.screenshot(path=Path(os.environ["PICTURES"]) / f"{name}.png")
        page.set_viewport_size(before or {"width": 1180, "height": height})
    page.screenshot(path=folder / f"{name}.png")


def stem(notebook: str) -> str:
    """Return the name of a notebook for a test's id."""
    return Path(notebook).stem
