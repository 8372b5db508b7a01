"""Make the virtual environment from the lock: ``python .ci/venv.py VENV``.

With ``--lock``, make the lock anew instead. Runs before anything is installed, so it
uses the standard library alone.
"""

import shutil
import subprocess
import sys
from pathlib import Path

LOCK = "requirements.lock"
OLDEST = (3, 11)
COMPILE = [
    "pip",
    "compile",
    "pyproject.toml",
    "--extra=dev",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "--quiet",
    f"--output-file={LOCK}",
]


def python_of(venv: Path) -> Path:
    folder = "Scripts" if sys.platform == "win32" else "bin"
    return venv / folder / ("python.exe" if sys.platform == "win32" else "python")


def run(*line: object) -> None:
    done = subprocess.run([str(part) for part in line], check=False)
    if done.returncode:
        sys.exit(f"This step failed: {' '.join(str(part) for part in line[1:])}")


def make(venv: Path) -> Path:
    """Make the environment, or mend one whose making was interrupted."""
    if not python_of(venv).exists():
        shutil.rmtree(venv, ignore_errors=True)
        done = subprocess.run([sys.executable, "-m", "venv", str(venv)], check=False)
        if done.returncode:
            shutil.rmtree(venv, ignore_errors=True)
            sys.exit(
                "Python could not make a virtual environment. On Debian and Ubuntu, "
                "install the package python3-venv, and try again."
            )
    return python_of(venv)


def install(python: Path) -> None:
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    print("Installing; this takes a minute the first time.", flush=True)
    run(*pip, "--require-hashes", "--requirement", LOCK)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ".")


def lock(python: Path) -> None:
    run(python, "-m", "pip", "install", "--quiet", "uv")
    run(python, "-m", "uv", *COMPILE)


def main() -> None:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"Python 3.11 or newer is needed; this is {found}. Name another one with "
            "make PYTHON=python3.12 and the like."
        )
    python = make(Path(sys.argv[1]))
    lock(python) if "--lock" in sys.argv else install(python)


if __name__ == "__main__":
    main()
