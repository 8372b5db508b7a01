"""``vippsdiag scan PATH...``: find keys that should not be in files."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vippsdiag.cli import ERROR_FOUND, NOTHING_FOUND, UNUSABLE
from vippsdiag.language import several, tr

if TYPE_CHECKING:
    from vippsdiag.scan import Leak


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "sarif"]),
    default="table",
    help="How to print what was found.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Look at files that git ignores, too."
)
@click.option(
    "--all-shapes",
    is_flag=True,
    help="Find lone values that look like a key, with no name beside them. Most of "
    "them are checksums.",
)
def command(
    paths: tuple[str, ...], form: str, *, everything: bool, all_shapes: bool
) -> int:
    """Find Vipps MobilePay keys in files and folders.

    Nothing is sent anywhere, and no value is printed. In a folder that is under
    version control, files that git ignores are passed over. The exit status is 0 if
    nothing was found, 1 if keys were found, and 2 if a path could not be used.
    """
    missing = [path for path in paths if not Path(path).exists()]
    for path in missing:
        click.echo(tr("{path}: there is no such file.", path=path), err=True)
    leaks: list[Leak] = []
    read = passed = 0
    for file in _files(paths, everything=everything):
        found = _leaks(file, all_shapes=all_shapes)
        if found is None:
            passed += 1
            continue
        read += 1
        leaks += found
    if leaks or form != "table":
        click.echo(_rendered(leaks, form).rstrip("\n"))
    click.echo(_summary(len(leaks), read, passed), err=True)
    if missing or (not read and not passed):
        return UNUSABLE
    return ERROR_FOUND if leaks else NOTHING_FOUND


def _files(paths: Iterable[str], *, everything: bool) -> Iterator[Path]:
    seen = set()
    for name in paths:
        path = Path(name)
        inside = _folder(path, everything=everything) if path.is_dir() else [path]
        for file in inside:
            if file not in seen and file.is_file() and not file.is_symlink():
                seen.add(file)
                yield file


def _folder(folder: Path, *, everything: bool) -> list[Path]:
    """Return the files in a folder, without those that git ignores."""
    listed = None if everything else _listed_by_git(folder)
    if listed is not None:
        return listed
    files = (path for path in folder.rglob("*") if ".git" not in path.parts)
    return sorted(path for path in files if path.is_file())


def _listed_by_git(folder: Path) -> list[Path] | None:
    """Return what git lists; None if the folder is not under git."""
    import subprocess
    from shutil import which

    git = which("git")
    if git is None:
        return None
    arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(
            [git, "-C", str(folder), *arguments], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    names = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [folder / name for name in sorted(filter(None, names))]


def _leaks(path: Path, *, all_shapes: bool) -> "list[Leak] | None":
    """Return the keys in a file; None if it is binary or cannot be read."""
    from vippsdiag.errors import UnreadablePaste
    from vippsdiag.importers.decode import chunks_of
    from vippsdiag.scan import scan_chunks

    try:
        with path.open("rb") as file:
            chunks = chunks_of(file)
            return scan_chunks(chunks, path.as_posix(), all_shapes=all_shapes)
    except (OSError, UnreadablePaste):
        return None


def _rendered(leaks: "list[Leak]", form: str) -> str:
    if form == "sarif":
        from vippsdiag.render.sarif import scan_sarif

        return scan_sarif(leaks)
    if form == "json":
        import json
        from dataclasses import asdict

        return json.dumps([asdict(leak) for leak in leaks], indent=2)
    return "\n".join(
        tr(
            "{place}: {kind}, fingerprint {fingerprint} ({sureness})",
            place=f"{leak.path}:{leak.line}",
            kind=tr(leak.kind),
            fingerprint=leak.fingerprint,
            sureness=tr(leak.confidence),
        )
        for leak in leaks
    )


def _summary(found: int, read: int, passed: int) -> str:
    files = several("{count} file", "{count} files", read)
    words = (
        tr("{count} found in {files}.", count=found, files=files)
        if found
        else tr("No key was found in {files}.", files=files)
    )
    if not passed:
        return words
    over = several(
        "{count} file, binary or unreadable, was passed over.",
        "{count} files, binary or unreadable, were passed over.",
        passed,
    )
    return f"{words} {over}"
