"""Where PostgreSQL is for the tests; run as a script, it makes sure there is one."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

HOW = "No PostgreSQL here: on Debian, run `apt-get install postgresql` as root."
DEBIAN = Path("/usr/lib/postgresql")
# PostgreSQL refuses to run as root; Debian's package makes this user for it.
USER = "postgres"
PASSWORD = "correct-horse-battery"
# Whoever comes as this user needs the password.
GUEST = "guest"
SETTINGS = """
listen_addresses = ''
fsync = off
max_connections = 40
shared_buffers = 32MB
"""


def find_postgres() -> Path | None:
    """Return the folder of the newest server's programs, or ``None``."""
    found = [
        path.parent for path in DEBIAN.glob("*/bin/initdb") if path.parts[-3].isdigit()
    ]
    if found:
        return max(found, key=lambda path: int(path.parts[-2]))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


def _root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


class Server:
    """A server that tests talk to through a socket in its folder."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self.folder = programs, folder

    def make(self) -> None:
        """Make its files, and start it."""
        self.run(
            *("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"),
            *("--username", USER, "--pgdata", self.data),
        )
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(f"{SETTINGS}unix_socket_directories = '{self.folder}'\n")
        hosts = self.data / "pg_hba.conf"
        asks = f"local all {GUEST} scram-sha-256\n"
        hosts.write_text(asks + hosts.read_text())
        self.start()
        self.tell(f"CREATE ROLE {GUEST} LOGIN PASSWORD '{PASSWORD}'")
        self.tell("CREATE DATABASE sandbox")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.folder / "log"
        self.run("pg_ctl", "--wait", "--silent", "-D", self.data, "-l", log, "start")

    def stop(self) -> None:
        """End it at once, as if it crashed."""
        self.run("pg_ctl", "--silent", "--mode=immediate", "-D", self.data, "stop")

    @property
    def data(self) -> Path:
        """The folder with its files."""
        return self.folder / "data"

    def run(self, program: str, *given: str | Path) -> None:
        """Run one of its programs, as a user that may."""
        line = [str(self._programs / program), *map(str, given)]
        # It has no place where root's own folders are.
        user = {"user": USER, "group": USER, "extra_groups": []} if _root() else {}
        done = subprocess.run(
            line, cwd=self.folder, stdout=subprocess.DEVNULL, check=False, **user
        )
        assert done.returncode == 0, line

    def address(self, database: str, user: str = USER) -> str:
        """Return the address of a database."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def tell(self, line: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a line of SQL as the server's owner; return the rows, if any."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(line.encode())
            return cursor.fetchall() if cursor.description else []

    def set(self, setting: str) -> None:
        """Change a setting that can be changed while it runs."""
        self.tell(f"ALTER SYSTEM SET {setting}")
        self.tell("SELECT pg_reload_conf()")

    def cut(self, database: str) -> None:
        """End all connections to a database, as a server does that is restarted."""
        self.tell(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            f"WHERE datname = '{database}'"
        )


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Run a server, and yield it."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as made:
        if _root():
            shutil.chown(made, USER, USER)
        server = Server(programs, Path(made))
        server.make()
        try:
            yield server
        finally:
            server.stop()


def _can_install() -> bool:
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    return bool(debian) and _root()


def _install() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends"]
    for command in (["apt-get", "update"], [*install, "postgresql"]):
        subprocess.run(command, env=quiet, stdout=sys.stderr, check=False)


def main() -> int:
    """Print where PostgreSQL is; install Debian's first if that is possible."""
    if not find_postgres() and _can_install():
        _install()
    found = find_postgres()
    (sys.stdout if found else sys.stderr).write(f"{found or HOW}\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
