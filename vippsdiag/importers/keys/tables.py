"""Tables with keys taken apart into names and values."""

import csv
import re
from collections.abc import Iterator

from vippsdiag.importers.keys.lines import MOST_LINES, split_lines
from vippsdiag.importers.keys.names import NO_HEADING, Heading, read_heading, understand
from vippsdiag.importers.keys.pieces import Piece
from vippsdiag.importers.keys.values import has_key_shape

_RULE = re.compile(r"[\s|:+-]*")
# What code has and the cell of a name has not.
_MARK = re.compile(r"[:=$]|[({\[][\"']")
_MOST_ROWS = 5_000
# A longer line is no row that a person reads.
_LONGEST = 4_000

# A row with the number of its line, counted from 1.
Row = tuple[int, list[str]]


def read_table(text: str) -> tuple[list[Piece], str]:
    """Take a table out of a text: names in its first line or in its first column.

    Returns:
        The pieces, and the text without the table, line for line.
    """
    lines = split_lines(text)
    for index, line in enumerate(lines[: min(len(lines) - 1, MOST_LINES)]):
        for delimiter in "\t;,|" if len(line) <= _LONGEST else "":
            if delimiter not in line:
                continue
            found, start, end = _table(lines, index, delimiter)
            if found:
                lines[start:end] = [""] * (end - start)
                return found, "\n".join(lines)
    return [], text


def _table(
    lines: list[str], index: int, delimiter: str
) -> tuple[list[Piece], int, int]:
    """Read a table that begins at a line; return it with where it begins and ends."""
    cells = _cells(lines[index], delimiter)
    known = [not _MARK.search(cell) and _known(cell) for cell in cells]
    if sum(known) > 1 and not any(map(_MARK.search, cells)):
        rows = list(_rows(lines, index + 1, delimiter, len(cells)))
        return _by_line(cells, rows), index, _end(rows, index)
    lists = len(cells) > 2 or (len(cells) == 2 and delimiter in ",;")
    if not (lists and known[0] and sum(known) == 1):
        return [], 0, 0
    following = next(_rows(lines, index + 1, delimiter, len(cells)), None)
    if following is None or not _known(following[1][0]):
        return [], 0, 0
    rows = list(_rows(lines, index, delimiter, len(cells)))
    titles, start = _titles(lines, index, delimiter, len(cells))
    return _by_column(titles, rows), start, _end(rows, index)


def _known(name: str) -> bool:
    return understand((name,)).field is not None


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        inner = line.strip().removeprefix("|").removesuffix("|")
        return [cell.strip(" *`") for cell in inner.split("|")]
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip(" ") for cell in cells]


def _rows(lines: list[str], start: int, delimiter: str, width: int) -> Iterator[Row]:
    """Yield the rows from a line on, down to the first line that is none."""
    for index in range(start, min(len(lines), start + _MOST_ROWS)):
        line = lines[index]
        if line and _RULE.fullmatch(line):
            continue
        cells = _cells(line, delimiter) if len(line) <= _LONGEST else []
        if len(cells) != width:
            return
        yield index + 1, cells


def _end(rows: list[Row], index: int) -> int:
    return rows[-1][0] if rows else index


def _titles(
    lines: list[str], index: int, delimiter: str, width: int
) -> tuple[list[str], int]:
    """Return the cells above the first row, and where the table begins."""
    for above in range(index - 1, max(index - 3, -1), -1):
        cells = _cells(lines[above], delimiter)
        if _RULE.fullmatch(lines[above]) and lines[above]:
            continue
        return (cells, above) if len(cells) == width else ([""] * width, index)
    return [""] * width, index


def _by_line(names: list[str], rows: list[Row]) -> list[Piece]:
    found: list[Piece] = []
    for line, cells in rows:
        # A column may say which environment a row is for.
        headings = (title for title in map(read_heading, cells) if title)
        heading = next(headings, NO_HEADING)
        for name, cell in zip(names, cells, strict=True):
            if cell and read_heading(cell) is None:
                found.append(Piece((name,), cell, line, (line,), heading))
    return found


def _by_column(titles: list[str], rows: list[Row]) -> list[Piece]:
    found: list[Piece] = []
    for column in range(1, len(titles)):
        heading = read_heading(titles[column])
        if column > 1 and heading is None and not _holds_keys(column, rows):
            continue
        for line, cells in rows:
            where = heading or Heading()
            found.append(Piece((cells[0],), cells[column], line, (column,), where))
    return found


def _holds_keys(column: int, rows: list[Row]) -> bool:
    """Tell whether a column holds values; it could hold explanations."""
    return sum(has_key_shape(cells[column]) for _, cells in rows) > 1
