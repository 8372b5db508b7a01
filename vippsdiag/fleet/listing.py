"""The list of sales units: CSV as people and spreadsheets write it."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vippsdiag.conceal import conceal
from vippsdiag.errors import UnreadablePaste
from vippsdiag.fleet.unit import SalesUnit
from vippsdiag.importers.decode import text_of
from vippsdiag.importers.guard import guarded
from vippsdiag.keys import Field, KeyKind, KeySet, field_named
from vippsdiag.language import say
from vippsdiag.sensitive import plain_name

NAMES = frozenset(
    """
    butik butikk butikknavn company companyname forretning kunde kundenavn merchant
    merchantname myyntiyksikk name namn navn nimi salesunitname salgsenhet shop store
    storename tradingname
    """.split()
)
KINDS = frozenset("kind keykind kindofkeys keytype typeofkeys".split())
DELIMITERS = ";,\t|"
# So many lines a quoted cell may go on; a quote that is never closed ends here.
MOST_LINES = 20
# A cell of a spreadsheet that is a number: 123456.0, or 1.23E+05.
_DECIMAL = re.compile(r"(\d+)[.,]0+")
_ROUNDED = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")
_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)
HINT = (
    "Give a CSV file with a heading, such as: Merchant serial number; Name. Each row "
    "may have keys of its own: client_id; client_secret; Ocp-Apim-Subscription-Key."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What there is to say about a row.

    Attributes:
        line: of the row, counted from 1.
        words: a sentence without the line.
        lost: whether the row is not checked because of it.
    """

    line: int
    words: str
    lost: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of sales units as it was read.

    Attributes:
        units: those that can be checked, in the order of the list, each once.
        remarks: what there is to say about rows, in the same order.
    """

    units: tuple[SalesUnit, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def lost(self) -> int:
        """How many rows are not checked."""
        return sum(remark.lost for remark in self.remarks)

    @property
    def needs_keys(self) -> bool:
        """Whether there are units without keys of their own."""
        return any(unit.keys is None for unit in self.units)


# A row with the number of its first line.
_Row = tuple[int, list[str]]


@guarded
def read_listing(data: bytes | str) -> Listing:
    """Read a list of sales units.

    Columns are found by their usual names, in any order and spelling; a list without
    a heading is one of numbers, perhaps with names beside them. A row that cannot be
    used is told with its line, and the others are read all the same.

    Args:
        data: CSV with any of the usual separators and encodings.

    Raises:
        UnreadablePaste: there is no column with merchant serial numbers in it.
    """
    text = text_of(data) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    lines = text.splitlines(keepends=True)
    told = _SEPARATOR.fullmatch(lines[0].strip(" \r\n")) if lines else None
    start = 1 if told else 0
    delimiter = told[1] if told else _delimiter(lines)
    rows = [row for row in _rows(lines, start, delimiter) if any(row[1])]
    if not rows:
        raise UnreadablePaste(say("There is no sales unit in it."), say(HINT))
    columns = _columns(rows[0][1])
    if columns is None:
        columns = _guessed(rows)
    else:
        del rows[0]
    if columns is None:
        raise UnreadablePaste(
            say("There is no column with merchant serial numbers in it."), say(HINT)
        )
    return _listing(rows, columns)


def _delimiter(lines: list[str]) -> str:
    """Return the separator that gives the first row the most names that are known."""
    first = next((line for line in lines if line.strip()), "")

    def worth(delimiter: str) -> tuple[int, int]:
        cells = _cells([first], 0, delimiter)[0]
        return sum(_column(cell) is not None for cell in cells), len(cells)

    return max(DELIMITERS, key=worth)


def _rows(lines: list[str], start: int, delimiter: str) -> Iterator[_Row]:
    while start < len(lines):
        cells, end = _cells(lines, start, delimiter)
        yield start + 1, cells
        start = end


def _cells(lines: list[str], start: int, delimiter: str) -> tuple[list[str], int]:
    """Return the cells of the row that begins at a line, and the line behind it."""
    for end in range(start + 1, min(start + MOST_LINES, len(lines)) + 1):
        try:
            row = next(csv.reader(lines[start:end], delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue
            break
        return [_trimmed(cell) for cell in row], end
    # A quote that is not one, or is never closed, must not swallow the rows below.
    bare = lines[start].rstrip("\r\n").split(delimiter)
    return [_trimmed(cell).strip('"') for cell in bare], start + 1


def _trimmed(cell: str) -> str:
    return cell.strip(" \t\r\n\xa0\u200b\ufeff")


Column = Field | str


def _column(title: str) -> Column | None:
    """Return what a column holds, by its title; None if it does not matter here."""
    plain = plain_name(title)
    if plain in NAMES:
        return "name"
    if plain in KINDS:
        return "kind"
    return field_named(title)


def _columns(titles: list[str]) -> dict[Column, int] | None:
    """Return where each column is; None if this is no heading."""
    found: dict[Column, int] = {}
    for index, title in enumerate(titles):
        column = _column(title)
        if column is not None:
            found.setdefault(column, index)
    return found if Field.MSN in found else None


def _guessed(rows: list[_Row]) -> dict[Column, int] | None:
    """Return where the numbers are in a list without a heading, and the names."""
    width = max(len(cells) for _, cells in rows)
    for index in range(width):
        found = [number_in(cells[index]) for _, cells in rows if index < len(cells)]
        if 2 * sum(one is not None for one in found) > len(rows):
            return {Field.MSN: index, "name": 1 if index == 0 else 0}
    return None


def _listing(rows: list[_Row], columns: dict[Column, int]) -> Listing:
    units: dict[tuple[str, KeySet | None], SalesUnit] = {}
    remarks: list[Remark] = []
    # Equal keys are one value, so that a long list takes little room.
    known: dict[KeySet, KeySet] = {}
    for line, cells in rows:
        row = {name: cells[at] for name, at in columns.items() if at < len(cells)}
        msn = number_in(row.get(Field.MSN, ""))
        if msn is None:
            words = _not_a_number(row.get(Field.MSN, ""))
            remarks.append(Remark(line=line, words=words))
            continue
        keys = _keys(row)
        keys = known.setdefault(keys, keys) if keys else None
        # What slipped into the wrong column may be a key.
        name = str(conceal(row.get("name", "")))
        unit = SalesUnit(msn=msn, name=name, keys=keys, line=line)
        first = units.setdefault((msn, keys), unit)
        if first is not unit:
            words = say(
                "{msn} stands in line {line} already, with the same keys; it is "
                "checked once.",
                msn=msn,
                line=first.line,
            )
            remarks.append(Remark(line=line, words=words, lost=False))
    return Listing(units=tuple(units.values()), remarks=tuple(remarks))


_PARTS = (
    Field.CLIENT_ID,
    Field.CLIENT_SECRET,
    Field.SUBSCRIPTION_KEY,
    Field.SECONDARY_SUBSCRIPTION_KEY,
    Field.PSP_ID,
)


def _keys(row: dict[Column, str]) -> KeySet | None:
    """Return the keys of a row; None if it has none."""
    values = {name.attribute: row[name] for name in _PARTS if row.get(name)}
    if not values:
        return None
    return KeySet(**values, kind=_kind(row.get("kind", "")))  # type: ignore[arg-type]


def _kind(text: str) -> KeyKind:
    plain = plain_name(text).removesuffix("keys")
    kinds = (kind for kind in KeyKind if plain_name(kind) == plain)
    return next(kinds, KeyKind.SALES_UNIT)


def number_in(cell: str) -> str | None:
    """Return the merchant serial number in a cell; None if it is none.

    Spreadsheets write ``="123456"``, ``'123456``, ``123456.0`` and ``123 456``.
    """
    text = re.sub(r"[\s\xa0\u202f]", "", cell.strip("'\"=\u2019"))
    whole = _DECIMAL.fullmatch(text)
    text = whole[1] if whole else text
    return text if re.fullmatch("[0-9]{4,7}", text) else None


def _not_a_number(cell: str) -> str:
    """Return why a cell holds no number; what could be a key is not shown."""
    if not cell:
        return say("The merchant serial number is missing.")
    text = re.sub(r"\s", "", cell)
    if _ROUNDED.fullmatch(text):
        return say(
            "A spreadsheet has rounded the number to {cell}. Format the column as "
            "text, and enter the number again.",
            cell=text,
        )
    if text.isascii() and text.isdecimal() and len(text) <= 12:
        return _wrong_length(text)
    return say(
        "The cell for the merchant serial number holds something else. It is a number "
        "of 4 to 7 digits."
    )


def _wrong_length(text: str) -> str:
    if len(text) in {8, 9}:
        return say(
            "{number} has {digits} digits; it may be an organisation number. A "
            "merchant serial number has 4 to 7 digits.",
            number=text,
            digits=len(text),
        )
    return say(
        "{number} has {digits} digits; a merchant serial number has 4 to 7.",
        number=text,
        digits=len(text),
    )


def without_keys(listing: Listing) -> Listing:
    """Return a list without the rows that need keys that nobody gave."""
    words = say("This row has no keys of its own, and no keys were given for all.")
    bare = [unit for unit in listing.units if unit.keys is None]
    remarks = [Remark(line=unit.line, words=words) for unit in bare]
    return Listing(
        units=tuple(unit for unit in listing.units if unit.keys is not None),
        remarks=_by_line([*listing.remarks, *remarks]),
    )


def _by_line(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda remark: remark.line))
