"""Where the browser for the tests is; run as a script, it makes sure there is one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HOW = "No Chromium here: on Debian, run `apt-get install chromium` as root."

# The name on Debian first; tests run with whichever is there.
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of the browser, or ``None``."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def _can_install() -> bool:
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    return bool(debian) and os.geteuid() == 0


def _install() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends"]
    for command in (
        ["apt-get", "update"],
        [*install, "chromium", "curl", "fonts-dejavu-core"],
    ):
        subprocess.run(command, env=quiet, stdout=sys.stderr, check=False)


def main() -> int:
    """Print where the browser is; install Debian's first if that is possible.

    The tests also compare commands with the real curl, which comes along.
    """
    if not (find_chromium() and shutil.which("curl")) and _can_install():
        _install()
    found = find_chromium()
    (sys.stdout if found else sys.stderr).write(f"{found or HOW}\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
