"""Where the notebooks can run: JupyterLab, Notebook 7, and as apps with Voila.

A place is a server of its own on the loopback address. Its token comes to it in the
environment, so that it stands in no list of processes.
"""

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

TOKEN = "JUPYTER_TOKEN"

# Where Voila finds our template, and JupyterLab what it need not ask, beside what is
# installed and configured.
SHARE = Path(__file__).parent / "share"

# What a kernel and its server say to each other, others on this machine cannot read;
# without it, each kernel warns of that.
ENCRYPTED = ("--KernelManager.transport_encryption=auto",)

SERVER = (
    *ENCRYPTED,
    "--log-level=ERROR",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.open_browser=False",
    "--ServerApp.port_retries=0",
    "--LabApp.extension_manager=readonly",
    # Voila shows the notebooks in a place of its own; here it turns warnings on that
    # are meant for its developers.
    "--ServerApp.jpserver_extensions=voila.server_extension=False",
    "--FileContentsManager.pre_save_hook=vippsdiag.hook.drop_widget_state",
)

# Nothing is asked of other machines, and nothing of the user. Notebook 7 has JupyterLab
# in it.
LAB = (
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
    "--LabApp.log_level=ERROR",
)

# Its file alone is read: what else is configured for Voila is not for these pages.
APP = (*ENCRYPTED, f"--Voila.config_file_paths={SHARE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A server that shows notebooks.

    Attributes:
        name: what people call it.
        module: what Python runs.
        app: whose settings the folder and the port are.
        settings: of its command line.
        path: before the name of a notebook, in an address.
        ready: the path that it answers once it has started.
    """

    name: str
    module: str
    app: str = "ServerApp"
    settings: tuple[str, ...]
    path: str
    ready: str = "/api/status"

    def command(self, folder: Path, port: int, *more: str) -> list[str]:
        """Return the command line, with further settings; no token stands in it."""
        # What libraries think of each other is nothing for the user.
        line = [sys.executable, "-W", "ignore::DeprecationWarning"]
        line += ["-m", self.module, *self.settings]
        line += [f"--{self.app}.root_dir={folder}", f"--{self.app}.port={port}", *more]
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return [*line, "--allow-root"] if root and self.app == "ServerApp" else line

    def environment(self, token: str) -> dict[str, str]:
        """Return what stands in its environment."""
        names = ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH")
        return {TOKEN: token} | {name: _ours_first(name) for name in names}

    def address(self, port: int, notebook: str, token: str) -> str:
        """Return the address of a notebook, with which a browser is let in."""
        path = f"{self.path}{quote(notebook)}"
        return f"http://127.0.0.1:{port}{path}?token={token}"


def _ours_first(name: str) -> str:
    """Return a list of folders in the environment, with ours before the others."""
    paths = filter(None, (str(SHARE), os.environ.get(name)))
    return os.pathsep.join(paths)


JUPYTERLAB = Place(
    name="JupyterLab", module="jupyterlab", settings=SERVER + LAB, path="/lab/tree/"
)
NOTEBOOK = Place(
    name="Notebook", module="notebook", settings=SERVER + LAB, path="/notebooks/"
)
VOILA = Place(
    name="App",
    module="voila",
    app="Voila",
    settings=APP,
    path="/voila/render/",
    ready="/voila/api/contents/",
)


def kept_ready(notebook: str, number: int = 1) -> tuple[str, ...]:
    """Return Voila's settings to keep kernels of one notebook ready.

    Such a kernel has run the notebook before anybody came. That is safe here: nothing
    in a notebook is about a person, and each kernel is given to one visitor only.
    """
    others = rf".*(?<![/\\]{re.escape(notebook)})$"
    return (
        f"--VoilaConfiguration.default_pool_size={number}",
        f"--VoilaKernelManager.preheat_denylist={others}",
    )
