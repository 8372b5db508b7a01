"""The project's own files: one list of dependencies, a lock, clean notebooks."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from vippsdiag.version import __version__

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# conda-forge's names, where they are not the same.
CONDA = {"msgspec": "msgspec-python"}


def split(requirement: str) -> tuple[str, str]:
    match = re.match(r"([\w.-]+)(\[[\w,]+\])?(.*)", requirement)
    assert match is not None
    return match[1].lower(), match[3].strip()


def test_environment_yml_has_the_same_dependencies() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    found = {item for item in listed["dependencies"] if isinstance(item, str)}
    wanted = {f"python{PYPROJECT['project']['requires-python']}", "pip"}
    for requirement in PYPROJECT["project"]["dependencies"]:
        name, version = split(requirement)
        wanted.add(CONDA.get(name, name) + version)
    assert found == wanted
    assert listed["channels"] == ["conda-forge"]


def test_the_lock_has_every_dependency_with_hashes() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.strip(), flags=re.IGNORECASE)
    locked = {}
    for entry in entries:
        match = re.match(r"([\w.-]+)==\S+", entry)
        assert match is not None, entry
        locked[match[1].lower()] = entry
    assert all("--hash=sha256:" in entry for entry in locked.values())
    extra = PYPROJECT["project"]["optional-dependencies"]["dev"]
    for requirement in PYPROJECT["project"]["dependencies"] + extra:
        assert split(requirement)[0] in locked


@pytest.mark.parametrize("word", ["://", "--index", "--find-links", "file:", "git+"])
def test_the_lock_names_no_address(word: str) -> None:
    assert word not in LOCK


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


# Written apart, so that this file does not name them itself.
MACHINE = re.compile(
    "|".join(["/" + "work/", "/" + "root/", "/tmp" + "/bash", "pypi" + r"\.org/simple"])
)


def test_no_file_names_a_path_of_one_machine() -> None:
    named = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix != ".png" and MACHINE.search(path.read_text("utf-8", "replace"))
    ]
    assert named == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_hold_no_outputs_and_little_code(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] for cell in code)
    assert all(cell["execution_count"] is None for cell in code)
    assert "widgets" not in notebook["metadata"]
    assert sum(len("".join(cell["source"]).splitlines()) for cell in code) <= 80


def test_the_version_is_in_the_change_log() -> None:
    assert f"## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_environment_is_not_tracked() -> None:
    assert ".venv/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vippsdiag", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert __version__ in done.stdout
