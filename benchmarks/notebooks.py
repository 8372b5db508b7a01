"""How fast the onboarding notebook is, beside a notebook with one plain button.

    python benchmarks/notebooks.py [RUNS]

Each figure is taken of both in turn, so that a busy machine slows both; printed are
medians, and how busy the machine was. Needs Linux and Chromium (the browser of the
tests). The goals: 3 s from "Run all" to the first successful call of the sandbox, with
no typing; 1.5 s until an app is drawn whose kernel stood ready; 100 ms from a click to
its answer; 60 MB for a kernel before a DataFrame is asked for.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/browser")]

from chromium import find_chromium  # noqa: E402 - the tests' own, found only now
from harness import BROWSER_FLAGS, Apps, Lab, Server, command, open_notebook  # noqa: E402

from vippsdiag.environments import SANDBOX_ADDRESS  # noqa: E402
from vippsdiag.place import VOILA, kept_ready  # noqa: E402
from vippsdiag.sandbox.serving.server import running  # noqa: E402

# Seconds until a kernel that was used is surely replaced.
REFILL = 8.0


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A notebook to measure.

    Attributes:
        name: what is printed.
        notebook: its file.
        cells: what "Run all" runs.
        press: code that presses its button, and fails if nothing came of it.
        way: the buttons that lead to that button in a page.
        button: its label.
        answer: what is shown after it was pressed.
    """

    name: str
    notebook: str
    cells: tuple[str, ...]
    press: str
    way: tuple[str, ...] = ()
    button: str
    answer: str


PLAIN_CELL = """
import ipywidgets

button, answer = ipywidgets.Button(description="Press"), ipywidgets.Label()

def say(_):
    answer.value = ""
    answer.value = "Pressed."

button.on_click(say)
ipywidgets.VBox([button, answer])
"""
PLAIN = Subject(
    name="a plain button",
    notebook="plain.ipynb",
    cells=(PLAIN_CELL,),
    press="button.click()\nassert answer.value == 'Pressed.'",
    button="Press",
    answer="Pressed.",
)


def onboarding() -> Subject:
    """Return the onboarding notebook, as it is in the repository."""
    path = ROOT / "notebooks" / "01-onboarding.ipynb"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return Subject(
        name="onboarding",
        notebook=path.name,
        cells=tuple(code),
        press="app.token.button.click()\nassert app.token.done",
        way=("3. Get a token",),
        button="Get token",
        answer="You have an access token.",
    )


@contextmanager
def kernel() -> Iterator[BlockingKernelClient]:
    """Start a kernel, and end it."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str) -> str:
    """Run code in a kernel, and return what it printed."""
    said: list[str] = []

    def hear(message: dict[str, dict[str, str]]) -> None:
        if message["msg_type"] == "stream":
            said.append(message["content"]["text"])

    reply = client.execute_interactive(code, output_hook=hear, timeout=60)
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"]["traceback"]))
    return "".join(said)


def in_kernel(subject: Subject) -> dict[str, float]:
    """Measure a notebook in a fresh kernel, without a browser."""
    with kernel() as client:
        begin = time.perf_counter()
        for cell in subject.cells:
            run(client, cell)
        run(client, subject.press)
        called = time.perf_counter() - begin
        process = int(run(client, "import os; print(os.getpid())"))
        sizes = memory(process)
        timed = "import time as t; a = t.perf_counter()\n"
        timed += subject.press + "\nprint(t.perf_counter() - a)"
        clicks = [1000 * float(run(client, timed)) for _ in range(10)]
    return {
        "Run all to first answer, kernel, s": called,
        "click to answer, kernel, ms": statistics.median(clicks),
        "kernel memory, its own, MB": sizes["Private_Dirty"] + sizes["Private_Clean"],
        "kernel memory, PSS, MB": sizes["Pss"],
        "kernel memory, RSS, MB": sizes["Rss"],
    }


def memory(process: int) -> dict[str, float]:
    """Return the sizes of a process in MB, by the kernel's names for them."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}


# Clicks, and waits until what is awaited is written anew.
CLICK = """([button, answer]) => new Promise((done) => {
    const pressed = [...document.querySelectorAll("button")].find(
        (one) => one.textContent.trim() === button && one.offsetParent);
    const watch = new MutationObserver((changes) => {
        if (!changes.some(({ target }) => target.textContent.includes(answer))) return;
        watch.disconnect();
        requestAnimationFrame(() => done(performance.now() - begin));
    });
    const all = { childList: true, subtree: true, characterData: true };
    watch.observe(document.body, all);
    const begin = performance.now();
    pressed.click();
})"""


def lead(page: Page, subject: Subject) -> None:
    """Go to where the button is."""
    for name in subject.way:
        page.get_by_role("button", name=name).click()
    page.get_by_role("button", name=subject.button, exact=True).wait_for()


def in_lab(page: Page, lab: Server, subject: Subject) -> dict[str, float]:
    """Measure from "Run all" to the answer in JupyterLab, with a fresh kernel."""
    open_notebook(page, lab, subject.notebook)
    begin = time.perf_counter()
    command(page, "notebook:run-all-cells")
    lead(page, subject)
    page.evaluate(CLICK, [subject.button, subject.answer])
    return {"Run all to first answer, JupyterLab, s": time.perf_counter() - begin}


def in_app(page: Page, apps: Server, subject: Subject) -> dict[str, float]:
    """Measure an app whose kernel stands ready."""
    begin = time.perf_counter()
    page.goto(apps.address(subject.notebook))
    page.locator(".jp-OutputArea-output button:visible").first.wait_for()
    drawn = time.perf_counter() - begin
    painted = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    )
    lead(page, subject)
    clicks = [page.evaluate(CLICK, [subject.button, subject.answer]) for _ in range(6)]
    page.goto("about:blank")
    return {
        "app, first paint, s": painted / 1000,
        "app, drawn whole, s": drawn,
        "click to answer, browser, ms": statistics.median(clicks),
    }


class Ready(Apps):
    """Voila with one notebook's kernel standing ready."""

    notebook = ""

    def reset(self) -> None:
        """Write the peer beside the project's notebooks."""
        super().reset()
        self.write(PLAIN.notebook, *PLAIN.cells)

    @property
    def command(self) -> list[str]:
        """The command line."""
        return VOILA.command(self.folder, self.port, *kept_ready(self.notebook))


class Quiet(Lab):
    """JupyterLab that does not log every message, as the tests let it."""

    @property
    def command(self) -> list[str]:
        """The command line."""
        return [part for part in super().command if "Session.debug" not in part]


def in_browser(
    subjects: list[Subject], runs: int, add: Callable[[Subject, dict[str, float]], None]
) -> None:
    """Measure every subject in JupyterLab and in Voila."""
    servers: list[tuple[Server, Callable[..., dict[str, float]], Subject]] = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=BROWSER_FLAGS
        )
        lab = Quiet(Path(folder) / "lab")
        for subject in subjects:
            apps = Ready(Path(folder) / subject.notebook)
            apps.notebook = subject.notebook
            servers += [(lab, in_lab, subject), (apps, in_app, subject)]
        started = {id(server): server for server, *_ in servers}.values()
        try:
            for server in started:
                server.start()
            lab.write(PLAIN.notebook, *PLAIN.cells)
            lab.settings(save_state=False)
            for number in range(runs + 1):
                time.sleep(REFILL)
                for server, measure, subject in servers:
                    page = browser.new_page()
                    found = measure(page, server, subject)
                    page.close()
                    if number:  # the first warms the browser's and the server's files
                        add(subject, found)
                lab.stop_kernels()
        finally:
            browser.close()
            for server in started:
                server.stop()


def main() -> None:
    """Measure, and print a table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    subjects = [onboarding(), PLAIN]
    figures: dict[str, dict[str, list[float]]] = {}

    def add(subject: Subject, found: dict[str, float]) -> None:
        for name, value in found.items():
            figures.setdefault(name, {}).setdefault(subject.name, []).append(value)

    print(f"{os.getloadavg()[0]:.1f} other processes were running at the beginning")
    with running() as sandbox:
        os.environ[SANDBOX_ADDRESS] = sandbox
        for _ in range(runs):
            for subject in subjects:
                add(subject, in_kernel(subject))
        in_browser(subjects, runs, add)
    print(f"{os.getloadavg()[0]:.1f} at the end; medians of {runs} runs")
    print(f"{'':40}" + "".join(f"{one.name:>16}" for one in subjects))
    for name, found in figures.items():
        values = (statistics.median(found[one.name]) for one in subjects)
        print(f"{name:40}" + "".join(f"{value:16.2f}" for value in values))


if __name__ == "__main__":
    main()
