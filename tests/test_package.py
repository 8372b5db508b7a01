"""What the package itself promises: its names, its imports, its secrets."""

import subprocess
import sys
from pathlib import Path

import pytest

import vippsdiag
from vippsdiag import notebook
from vippsdiag.checks.pages import checks_page

ROOT = Path(__file__).parent.parent
HEAVY = ("pandas", "ipywidgets", "requests", "rich", "cryptography", "msgspec")


@pytest.mark.parametrize("name", vippsdiag.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(vippsdiag, name) is not None


def test_public_names_are_sorted_and_each_has_a_home() -> None:
    named = {name for names in vippsdiag._HOMES.values() for name in names}
    assert named | {"__version__"} == set(vippsdiag.__all__)
    assert vippsdiag.__all__ == sorted(vippsdiag.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = vippsdiag.nothing


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, vippsdiag\n"
        "from vippsdiag import diagnose, Evidence, CHECKS\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_page_of_checks_is_up_to_date() -> None:
    page = (ROOT / "docs" / "checks.md").read_text("utf-8")
    assert page == checks_page(), "run python -m vippsdiag.checks.pages"


def test_reveal_is_called_only_where_a_request_is_sent() -> None:
    callers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "vippsdiag").rglob("*.py")
        if ".reveal()" in path.read_text("utf-8")
    }
    # The sandbox is what a request is sent to; its own codes are sent to it, and the
    # password of its database to that.
    sends = {
        "vippsdiag/client/client.py",
        "vippsdiag/client/control.py",
        "vippsdiag/sandbox/state/postgres.py",
        "vippsdiag/sandbox/gateway/received.py",
    }
    assert callers == sends | {"vippsdiag/secret.py"}


def test_no_module_is_longer_than_a_room_should_be() -> None:
    long = {
        path.name: lines
        for path in (ROOT / "vippsdiag").rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long


def test_every_piece_of_the_notebooks_is_where_its_name_says() -> None:
    assert sorted(notebook.HOMES) == notebook.__all__
    for name, home in notebook.HOMES.items():
        assert getattr(notebook, name).__module__ == f"vippsdiag.notebook.{home}"


def test_a_name_that_is_no_piece_is_an_error() -> None:
    with pytest.raises(AttributeError):
        _ = notebook.Nothing


def test_a_notebook_loads_only_what_it_shows() -> None:
    code = "import sys; from vippsdiag.notebook import Onboarding; Onboarding(); "
    code += (
        "print('vippsdiag.notebook.partner' in sys.modules, 'pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False False"
