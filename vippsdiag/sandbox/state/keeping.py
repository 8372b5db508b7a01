"""Where a sandbox keeps its state: in memory, in a file, or on a PostgreSQL server."""

from pathlib import Path

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark
from vippsdiag.sandbox.state.database import Database
from vippsdiag.sandbox.state.state import Memory, State
from vippsdiag.secret import Secret, examine

NO_POSTGRES = mark(
    "A database on a PostgreSQL server needs one more package: "
    "pip install 'vippsdiag[postgres]'."
)


def kept_in(db: Secret | None) -> State:
    """Return the state that is kept there, which is made if it is not.

    Args:
        db: a file, or the address of a database as ``postgresql://...``; None for the
            memory of this process.

    Raises:
        VippsdiagError: it cannot be used, or a package is missing that it needs.
    """
    if db is None:
        return Memory()
    if examine(db, _is_address):
        try:
            # What is not asked for need not be installed.
            from vippsdiag.sandbox.state.postgres import Postgres  # noqa: PLC0415
        except ImportError:
            raise VippsdiagError(NO_POSTGRES) from None
        return Postgres(db)
    return Database(examine(db, Path))


def _is_address(db: str) -> bool:
    """Tell an address from a file's name; with a slip in it, it may hold a password."""
    return "://" in db or db.startswith("postgres:")
