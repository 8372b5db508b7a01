"""A workshop of many: a server for each learner, and one sandbox for all of them.

    export VIPPSDIAG_HUB_PASSWORD=... VIPPSDIAG_HUB_TRAINER_PASSWORD=...
    make hub

Everybody logs in with a name of their own and the password of the workshop; `trainer`
logs in with the trainer's. Each server begins with a seat of its own, and so with
practice keys of its own. What is reached is in the sandbox's database, so it outlives a
restart of the hub and of the sandbox. See docs/hub.md.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator

from vippsdiag.environments import SANDBOX_ADDRESS
from vippsdiag.hub import TRAINER, prepare
from vippsdiag.place import LAB
from vippsdiag.sandbox.state.keeping import kept_in
from vippsdiag.secret import Secret

c = get_config()  # type: ignore[name-defined] # noqa: F821 - JupyterHub defines it

PLACE = Path(os.environ.get("VIPPSDIAG_HUB_FOLDER", "vippsdiag-hub")).absolute()
SANDBOX_PORT = int(os.environ.get("VIPPSDIAG_HUB_SANDBOX_PORT", "8765"))
# Bytes of data that each process of a learner's may have.
MEMORY = int(os.environ.get("VIPPSDIAG_HUB_MEMORY", str(1 << 30)))
# Seconds after which a server is stopped that nobody uses.
IDLE = int(os.environ.get("VIPPSDIAG_HUB_IDLE", "3600"))

PLACE.mkdir(mode=0o700, parents=True, exist_ok=True)
# A file, or the address of a PostgreSQL database, which may hold a password.
STATE = os.environ.get("VIPPSDIAG_HUB_DB", str(PLACE / "workshop.db"))
# Kernels are reached by files, whose names may have a hundred letters at most.
SOCKETS = TemporaryDirectory(prefix="hub-", dir="/tmp")

# Who comes in. A seat's name has 40 letters at most, and a folder has it as well.
c.JupyterHub.authenticator_class = SharedPasswordAuthenticator
c.SharedPasswordAuthenticator.user_password = os.environ["VIPPSDIAG_HUB_PASSWORD"]
c.SharedPasswordAuthenticator.admin_password = os.environ[
    "VIPPSDIAG_HUB_TRAINER_PASSWORD"
]
c.Authenticator.admin_users = {TRAINER}
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"^\w[\w.@-]{0,39}$"

# Where a server runs: as a process of this machine's, in a folder of the learner's own.
c.JupyterHub.spawner_class = "jupyterhub.spawner.SimpleLocalProcessSpawner"
c.SimpleLocalProcessSpawner.home_dir_template = str(PLACE / "learners" / "{username}")
c.Spawner.pre_spawn_hook = prepare(kept_in(Secret(STATE)))
c.Spawner.cmd = [
    "prlimit",
    f"--data={MEMORY}",
    sys.executable,
    "-m",
    "jupyterhub.singleuser",
]
c.Spawner.default_url = "/lab/tree/03-workshop.ipynb"
c.Spawner.args = [
    *LAB,
    # Over TCP, thirty kernels that start at once take each other's ports.
    "--KernelManager.transport=ipc",
    "--FileContentsManager.pre_save_hook=vippsdiag.hook.drop_widget_state",
    "--LabApp.extension_manager=readonly",
    # In a container all may be root's; elsewhere the hub needs no such rights.
    *(["--allow-root"] if os.geteuid() == 0 else []),
]
c.Spawner.environment = {
    SANDBOX_ADDRESS: f"http://127.0.0.1:{SANDBOX_PORT}",
    "JUPYTER_RUNTIME_DIR": lambda spawner: f"{SOCKETS.name}/{spawner.user.id}",
}
# All begin at the same moment, and then a server takes its time.
c.JupyterHub.concurrent_spawn_limit = 100
c.Spawner.start_timeout = c.Spawner.http_timeout = 300

# What the hub has to keep.
c.JupyterHub.db_url = f"sqlite:///{PLACE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(PLACE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(PLACE / "proxy.pid")
c.JupyterHub.bind_url = os.environ.get("VIPPSDIAG_HUB_URL", "http://127.0.0.1:8000")
# The proxy that `make hub` has fetched; otherwise the one that is installed.
PROXY = "node_modules/.bin/configurable-http-proxy"
FETCHED = Path(__file__).parent.parent / ".cache" / "deploy" / PROXY
if FETCHED.exists():
    c.ConfigurableHTTPProxy.command = str(FETCHED)

# JupyterHub keeps the environment of a service in its database, which is no place for a
# password. So it is handed over in memory that ends with the hub.
HANDED = os.memfd_create("state")
os.write(HANDED, STATE.encode())

# What runs beside it: the sandbox, and what stops servers that nobody uses. The sandbox
# prints the trainer's code, which is not for the hub's log.
c.JupyterHub.services = [
    {
        "name": "sandbox",
        "command": [
            "sh",
            "-c",
            'VIPPSDIAG_DB=$(cat "$0") exec "$@" >/dev/null',
            f"/proc/{os.getpid()}/fd/{HANDED}",
            sys.executable,
            "-m",
            "vippsdiag",
            "sandbox",
            f"--port={SANDBOX_PORT}",
        ],
    },
    {
        "name": "culler",
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={IDLE}",
        ],
    },
]
c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "services": ["culler"],
        "scopes": [
            "list:users",
            "read:users:activity",
            "read:servers",
            "delete:servers",
        ],
    }
]
