"""Where the values of some columns stand in a table: CSV, tabs, Markdown, SQL."""

import re
from collections.abc import Callable, Generator, Iterator

from vippsdiag.extent import DAY, Span
from vippsdiag.ids import is_id
from vippsdiag.phones import GROUPED

# What stands behind a title in brackets: "timestamp [UTC]".
_UNIT = r"(?:[(\[][\w .\-]{1,40}[)\]])?"
_TITLE = re.compile(
    rf"[\s\"'`*]{{0,60}}+[^\W\d][\w .\-]{{0,60}}+{_UNIT}[\s\"'`*]{{0,60}}+"
)
_TITLES = re.compile(r"[\w .\-\"'`*()\[\],;|\t\r]*")
_TITLE_END = re.compile(rf"[\w .\-]{{0,60}}+{_UNIT}[ \"'`*]*+[,;|\t\r\n]")
_CELL = re.compile(
    rf"[\s\"'`*]*+(?P<value>{DAY}|{GROUPED}|(?=[^\s\d]*\d)[^\s\"'`]{{6,}})[\s\"'`*]*+"
)
# PostgreSQL's COPY a (name, client_secret) FROM stdin; with tabs in the lines below.
_COPY = re.compile(r"\((?P<titles>[^()=;]{1,2000})\) FROM stdin[^\r\n]{0,99}(?=\r?\n)")
# A line between a table's head and its rows.
_RULE = re.compile(r"[ \t]*[|+:-][|+: \t-]*\r?")
# INSERT INTO a (name, client_secret) VALUES ('...', '...'), ('...', '...')
_INSERT = re.compile(
    r"\((?P<titles>[^()=;]{1,2000})\)\s{0,9}VALUES\s{0,9}\(", re.IGNORECASE
)
_INSERTED = re.compile(
    r"\s{0,9}N?(?:(?P<quote>['\"])(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\]))*+)(?P=quote)"
    r"|(?P<bare>[^,()'\"]{0,2000}+))\s{0,9}(?P<end>,|\)\s{0,9},\s{0,9}\()?"
)
# Where a table may begin: behind an empty line, or below what says that it comes.
_APART = ("\n\n", ":\n", "\n\r\n", ":\r\n")
# What is drawn below a table's titles.
_DRAWN = re.compile(r"\n(?=[ \t]{0,9}[+|:]?[ :]?--[ |+:-]{0,400}[|+])")
_LETTER = re.compile(r"[^\W\d_]")
_CELLS = re.compile(r"[\t;|,]")
_LONGEST_LINE = 4000

IsName = Callable[[str], object]


def columns(text: str, roots: list[int], is_name: IsName) -> Iterator[Span]:
    """Yield the values below their names in a table: CSV, tabs or Markdown."""
    done = 0
    for root in roots:
        if root < done or not _TITLE_END.match(text, root):
            continue
        start = text.rfind("\n", max(0, root - _LONGEST_LINE), root) + 1
        end = done = _line_end(text, start)
        titles = text[start:end] if end - start <= _LONGEST_LINE else ""
        titles = titles.replace("||", "|")
        for sign in ("\t", ";", "|", ","):
            cells = titles.strip("|\r").split(sign) if sign in titles else ()
            if len(cells) > 1 and all(map(_TITLE.fullmatch, cells)):
                named = [
                    n for n, cell in enumerate(cells) if is_name(cell.strip("\"' `*"))
                ]
                if named:
                    done = yield from _rows(text, end, sign, len(cells), named)
                break


def inserted(text: str, is_name: IsName) -> Iterator[Span]:
    """Yield the values of some columns that SQL puts into a table."""
    place = 0
    for opened in _INSERT.finditer(text):
        if opened.start() < place:
            continue
        titles = opened["titles"].split(",")
        named = {n for n, one in enumerate(titles) if is_name(one.strip("\"'`[] \r\n"))}
        n, place = 0, opened.end()
        while named and (item := _INSERTED.match(text, place)):
            if n in named:
                yield item.span("quoted" if item["quote"] else "bare")
            if not item["end"]:
                break
            # The next value of this row, or the next row.
            n = n + 1 if item["end"] == "," else 0
            place = item.end()


def copied(text: str, is_name: IsName) -> Iterator[Span]:
    """Yield the values of some columns that PostgreSQL copies into a table."""
    done = 0
    for head_line in _COPY.finditer(text):
        if head_line.start() < done:
            continue
        titles = head_line["titles"].split(",")
        named = [n for n, one in enumerate(titles) if is_name(one.strip(' "\r\n'))]
        if named:
            done = yield from _rows(text, head_line.end(), "\t", len(titles), named)


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return end if end >= 0 else len(text)


def _rows(
    text: str, place: int, sign: str, count: int, named: list[int]
) -> Generator[Span, None, int]:
    """Yield the values of some columns while the lines have as many cells.

    Returns:
        The place where the last such line begins.
    """
    start = place
    while place < len(text):
        start = place + 1
        place = _line_end(text, start)
        row = text[start:place].rstrip("\r|")
        left = len(row) - len(row.lstrip("|")) if sign == "|" else 0
        if _RULE.fullmatch(row):
            continue
        cells = row[left:].split(sign)
        if len(cells) != count or row == "\\.":
            break
        start += left
        for n, cell in enumerate(cells):
            if n in named and (match := _CELL.fullmatch(cell)):
                yield start + match.start("value"), start + match.end("value")
            start += len(cell) + 1
    return start


def id_cells(text: str) -> frozenset[int]:
    """Return where the values begin that stand in a table below the name of an id."""
    drawn = _DRAWN.finditer(text) if "--" in text else ()
    heads = {0, *(text.rfind("\n", 0, one.start()) + 1 for one in drawn)}
    for sign in _APART[: None if "\r" in text else 2]:
        heads.update(_ends(text, sign))
    roots = [root for start in sorted(heads) for root in _first_title(text, start)]
    cells = [*columns(text, roots, _is_called_id)]
    if "VALUES" in text or "values" in text:
        cells += inserted(text, _is_called_id)
    return frozenset(start for start, _ in cells)


def _ends(text: str, sign: str) -> Iterator[int]:
    """Yield where each place ends at which a sign stands."""
    place = text.find(sign)
    while place >= 0:
        yield place + len(sign)
        place = text.find(sign, place + 1)


def _first_title(text: str, start: int) -> Iterator[int]:
    """Yield where the first title of a line begins, if some title is an id's."""
    titles = text[start : min(_line_end(text, start), start + _LONGEST_LINE)]
    letter = _LETTER.search(titles) if _TITLES.fullmatch(titles) else None
    if letter and any(map(_is_called_id, _CELLS.split(titles))):
        yield start + letter.start()


def _is_called_id(title: str) -> bool:
    """Tell whether what is in a column is an id, by its title."""
    name = title.strip("\"' `*")
    return is_id(f'"{name}": ', len(name) + 4)
