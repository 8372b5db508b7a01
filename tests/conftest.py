"""What every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from places import InFile, OnServer, Place
from postgres import HOW, Server, find_postgres, running

from vippsdiag.language import speaking

# A slow machine is no fault. In CI the examples are the same every time, so that what
# was green stays green; at home they are new, and find something.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("CI", settings.get_profile("any machine"), derandomize=True)
settings.load_profile("CI" if os.environ.get("CI") == "true" else "any machine")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the browser come last: its event loop keeps this thread to the end."""
    items.sort(key=lambda item: ROOT / "tests" / "browser" in item.path.parents)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, and leaves no other language to the next."""
    with speaking("en"):
        yield


@pytest.fixture
def shared() -> Path:
    """The folder of references and real reports beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the folder of references is not beside the project")
    return SHARED


@pytest.fixture
def sent(
    monkeypatch: pytest.MonkeyPatch,
) -> list[tuple[dict[str, object], list[bytes]]]:
    """Everything that leaves the kernel: opening, state and custom messages."""
    import comm  # noqa: PLC0415 - most tests need no kernel

    messages: list[tuple[dict[str, object], list[bytes]]] = []

    def publish(
        self: object,  # noqa: ARG001
        msg_type: str,  # noqa: ARG001
        data: dict[str, object] | None = None,
        metadata: dict[str, object] | None = None,  # noqa: ARG001
        buffers: list[bytes] | None = None,
        **_: object,
    ) -> None:
        messages.append((data or {}, list(buffers or [])))

    monkeypatch.setattr(comm.DummyComm, "publish_msg", publish)
    return messages


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server; without one, skip at home and fail in CI."""
    programs = find_postgres()
    if programs is None:
        pytest.skip(HOW)
    with running(programs) as started:
        yield started


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where a sandbox keeps its state."""
    if request.param == "SQLite":
        made: Place = InFile(tmp_path)
    else:
        made = OnServer(request.getfixturevalue("server"))
    yield made
    made.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where everything is installed, a skipped test is a failed one."""
    del item
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
