"""What tests need from npm; run as a script, it makes sure that it is there.

    python tests/npm.py FOLDER [COMMAND...]

Versions and hashes come from the lock in the folder; everything is installed below a
folder that git ignores. A command that is missing is installed too, where that is
possible.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache"
HOW = "No Node.js here: on Debian, run `apt-get install nodejs npm` as root."


def find_packages(pins: Path) -> Path | None:
    """Return the folder with `node_modules`, or None if the packages are not there."""
    place = CACHE / pins.name
    stamp = place / "installed"
    # Written last: what stopped half-way has no stamp, or that of another lock.
    there = stamp.is_file() and stamp.read_text("utf-8") == _lock(pins)
    return place if there else None


def install(pins: Path) -> Path | None:
    """Install what a lock pins, and return where; None if that cannot be."""
    found = find_packages(pins)
    npm = shutil.which("npm")
    if found or not npm:
        return found
    place = CACHE / pins.name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(pins / name, place)
    line = [npm, "ci", "--ignore-scripts", "--cache", str(CACHE / "npm")]
    done = subprocess.run(line, cwd=place, stdout=sys.stderr, check=False)
    if done.returncode == 0:
        (place / "installed").write_text(_lock(pins), "utf-8")
    return find_packages(pins)


def _lock(pins: Path) -> str:
    return (pins / "package-lock.json").read_text("utf-8")


def install_packages(*names: str) -> None:
    """Install Debian packages, where that is possible."""
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    if not debian or os.geteuid() != 0:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *names]
    for line in (["apt-get", "update"], install):
        subprocess.run(line, env=quiet, stdout=sys.stderr, check=False)


def main() -> int:
    """Print where the packages are; install what is missing first."""
    folder, *commands = sys.argv[1:]
    wanted = ["npm", *commands]
    missing = [name for name in wanted if not shutil.which(name)]
    if missing:
        install_packages(*missing)
    found = install(Path(folder).resolve())
    (sys.stdout if found else sys.stderr).write(f"{found or HOW}\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
