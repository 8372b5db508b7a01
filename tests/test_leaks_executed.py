"""Notebooks that are executed by a tool: what was in a sealed field is nowhere.

All of these save the state of every widget with the notebook, which JupyterLab does not
do by default, and some write what they execute into their log.
"""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from leaks import leaks

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

TOOLS = {
    "nbclient": "-c 'from nbclient.cli import main; main()' --output=out in.ipynb",
    "nbconvert-html": "-m nbconvert --execute --to=html --output=out in.ipynb",
    "nbconvert-notebook": "-m nbconvert --execute --to=notebook --output=out in.ipynb",
    "papermill": "-m papermill --log-output --log-level=DEBUG in.ipynb out.ipynb",
}
FOLDERS = ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "TMPDIR")

# Fills every sealed field but those whose values are shown, as a name is, and presses
# every button that leads on.
FILL = """
import os
from ipywidgets import Button
from ipywidgets.widgets.widget import _instances
from vippsdiag.notebook import SealedField
from vippsdiag.secret import Secret

shown = list(_instances.values())
filled = [
    piece
    for piece in shown
    if isinstance(piece, SealedField)
    and not piece.label.startswith(("client_id", "Merchant serial number"))
]
for field in filled:
    field.set(Secret(os.environ["CANARY"]), "Filled")
pressed = [
    piece for piece in shown if isinstance(piece, Button) and piece.button_style
]
for button in pressed:
    button.click()
print("filled", len(filled), "pressed", len(pressed))
"""

LEAKING = """
import os
import ipywidgets
text = ipywidgets.Text(os.environ["CANARY"])
"""


def executed(folder: Path, canary: str, notebook: dict[str, object]) -> None:
    """Execute a notebook with each tool, with all of its folders below `folder`."""
    running = []
    for name, line in TOOLS.items():
        place = folder / name
        environment = dict(os.environ, CANARY=canary)
        for variable in FOLDERS:
            (place / variable).mkdir(parents=True)
            environment[variable] = str(place / variable)
        (place / "in.ipynb").write_text(json.dumps(notebook), "utf-8")
        with (place / "log").open("wb") as log:
            command = f"exec {sys.executable} {line}"
            process = subprocess.Popen(
                ["sh", "-c", command],
                cwd=place,
                env=environment,
                stdout=log,
                stderr=log,
            )
        running.append((process, place / "log"))
    for process, log_file in running:
        assert process.wait(300) == 0, log_file.read_text("utf-8")[-2000:]


def with_cell(notebook: dict[str, object], source: str) -> dict[str, object]:
    """Return a notebook with one more cell."""
    cell = {
        "cell_type": "code",
        "id": "last",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }
    cells = notebook["cells"]
    assert isinstance(cells, list)
    return notebook | {"cells": [*cells, cell]}


def written(folder: Path) -> dict[str, str]:
    """Return what each tool has made."""
    return {
        name: next((folder / name).glob("out.*")).read_text("utf-8") for name in TOOLS
    }


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_in_a_sealed_field_is_in_nothing_that_a_tool_writes(
    path: Path, tmp_path: Path
) -> None:
    canary = f"Canary{secrets.token_hex(12)}"
    notebook = json.loads(path.read_text("utf-8"))
    executed(tmp_path, canary, with_cell(notebook, FILL))
    for made in written(tmp_path).values():
        assert "filled " in made
        assert "filled 0" not in made or path.stem == "00-start"
        assert "application/vnd.jupyter.widget-state+json" in made
    assert leaks(tmp_path, canary) == []


def test_the_search_sees_what_a_plain_field_leaves_with_each_tool(
    tmp_path: Path,
) -> None:
    canary = f"Canary{secrets.token_hex(12)}"
    notebook = json.loads(NOTEBOOKS[0].read_text("utf-8"))
    executed(tmp_path, canary, with_cell(notebook | {"cells": []}, LEAKING))
    found = {place.partition("/")[0] for place in leaks(tmp_path, canary)}
    assert found == set(TOOLS)
