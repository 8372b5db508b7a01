"""Logs of any size: how many calls, which causes, which sales units, since when.

A log is cut into parts. Each part is counted by itself, on whatever core or machine
there is, and the counts are added up in the order of the parts: so the result is the
same however many work on it.
"""

from vippsdiag.triage.cut import parts_of
from vippsdiag.triage.result import Group, Triage, total
from vippsdiag.triage.run import counted

__all__ = ["Group", "Triage", "parts_of", "total", "triage"]


def triage(
    paths: "list[str]", *, workers: int | None = None, scheduler: str | None = None
) -> Triage:
    """Count what is in some logs.

    Args:
        paths: of JSON lines (an entry of a HAR or a record of a log each), HAR files
            and the logs of web servers, also packed with gzip or zstd; ``-`` is
            standard input.
        workers: how many processes count; None for as many as there are cores.
        scheduler: the address of a Dask scheduler, whose workers count instead; they
            have to see the files under the same paths.

    Raises:
        UnreadablePaste: a file cannot be read, or the scheduler cannot be used.
    """
    parts = parts_of(paths)
    return total(counted(parts, workers=workers, scheduler=scheduler), paths)
