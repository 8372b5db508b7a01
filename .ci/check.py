"""Run every linter and test, and say how long each took; ``--lints`` leaves out tests.

The exit status is 0 only if all of them passed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(sys.executable).parent
LINTS = (
    ("format", [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."]),
    ("lint", [sys.executable, "-m", "ruff", "check", "--quiet", "."]),
    ("types", [sys.executable, "-m", "mypy", "--no-error-summary"]),
    ("imports", [str(HERE / "lint-imports"), "--no-logo"]),
)
TESTS = (("tests", [sys.executable, "-m", "pytest", "--quiet"]),)


def main() -> None:
    steps = LINTS if "--lints" in sys.argv else LINTS + TESTS
    failed = []
    for name, line in steps:
        start = time.monotonic()
        env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(line, check=False, env=env)
        verdict = "failed" if done.returncode else "passed"
        print(f"{name}: {verdict} in {time.monotonic() - start:.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
