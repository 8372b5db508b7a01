"""What the tests of conformance share: a sandbox, the official files, the results."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from npm import find_packages
from official import FILES, Edition
from serving import Served, served

HERE = Path(__file__).parent
OFFICIAL = Path(__file__).parents[3] / "shared/reference/official"
Results = dict[str, list[tuple[str, ...]]]
RESULTS = pytest.StashKey[Results]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RESULTS] = {}


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config) -> Results:
    """The tables that are printed at the end: rows by heading."""
    return pytestconfig.stash[RESULTS]


@pytest.fixture(scope="session")
def official() -> Path:
    """The folder of official files and collections, which is no part of the project."""
    if not OFFICIAL.is_dir():
        pytest.skip("the official files are not beside the project")
    return OFFICIAL


@pytest.fixture(scope="session")
def editions(official: Path) -> dict[str, Edition]:
    """The official OpenAPI files by their names."""
    return {file: Edition(folder=official / "openapi", file=file) for file in FILES}


@pytest.fixture(scope="session")
def clients() -> Path:
    """The folder of the official clients."""
    found = find_packages(HERE)
    if found is None:
        pytest.skip("the official clients are not there: run tests/npm.py")
    return found


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Served]:
    """A sandbox in a process of its own."""
    with served() as running:
        yield running


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for heading, rows in config.stash[RESULTS].items():
        terminalreporter.section(heading, sep="-")
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
            terminalreporter.write_line("  ".join(cells).rstrip())
