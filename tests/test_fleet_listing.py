"""Lists of sales units, as people and spreadsheets write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.errors import UnreadablePaste
from vippsdiag.fleet import read_listing, without_keys
from vippsdiag.fleet.listing import number_in
from vippsdiag.fleet.words import listing_words, remark_words
from vippsdiag.keys import KeyKind
from vippsdiag.secret import Secret

ID = "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"
SECRET = "Y8Kteew6GE3ZmeycEt6egg=="
KEY = "0f14ebcab0eb4b29ae0cb90d91b4a84a"

PLAIN = "msn,name\n123456,Shop\n234567,Café\n"
LISTS = {
    "commas": PLAIN,
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "bars": PLAIN.replace(",", "|"),
    "byte order mark": "\ufeff" + PLAIN,
    "windows line ends": PLAIN.replace("\n", "\r\n"),
    "capitals": PLAIN.replace("msn,name", "MSN,NAME"),
    "long names": PLAIN.replace("msn,name", "Merchant Serial Number,Merchant name"),
    "header names": PLAIN.replace("msn", "Merchant-Serial-Number"),
    "norwegian": PLAIN.replace("msn,name", "Salgsenhetsnummer,Butikk"),
    "other order": "name,msn\nShop,123456\nCafé,234567\n",
    "more columns": "id,name,x,msn\n1,Shop,,123456\n2,Café,,234567\n",
    "quoted": '"msn","name"\n"123456","Shop"\n"234567","Café"\n',
    "told separator": "sep=;\n" + PLAIN.replace(",", ";"),
    "told tab": "sep=\t\n" + PLAIN.replace(",", "\t"),
    "no heading": "123456,Shop\n234567,Café\n",
    "no heading, name first": "Shop,123456\nCafé,234567\n",
    "blank lines": PLAIN.replace("\n", "\n\n"),
    "spreadsheet's text": 'msn,name\n"=""123456""",Shop\n\'234567,Café\n',
    "spreadsheet's number": "msn;name\n123456.0;Shop\n234 567;Café\n",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_a_list_is_read_however_it_is_written(text: str) -> None:
    read = read_listing(text)
    found = [(unit.msn, unit.name) for unit in read.units]
    assert found == [("123456", "Shop"), ("234567", "Café")]
    assert read.remarks == ()
    assert read.needs_keys


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]
)
def test_a_file_is_read_in_any_usual_encoding(encoding: str) -> None:
    read = read_listing(PLAIN.encode(encoding))
    assert [unit.name for unit in read.units] == ["Shop", "Café"]


def test_rows_may_have_keys_of_their_own() -> None:
    head = "client_secret;MSN;Client ID;Ocp-Apim-Subscription-Key;Kind\n"
    text = f"{head}{SECRET};123456;{ID};{KEY};partner keys\n;234567;;;\n"
    first, second = read_listing(text).units
    assert first.keys is not None
    assert first.keys.client_id == ID
    assert first.keys.client_secret == Secret(SECRET)
    assert first.keys.subscription_key == Secret(KEY)
    assert first.keys.kind is KeyKind.PARTNER
    assert second.keys is None


def test_a_units_line_is_the_line_in_the_file() -> None:
    text = 'msn,name\n123456,"Shop\nof\nthree lines"\n\n234567,Café\n'
    assert [unit.line for unit in read_listing(text).units] == [2, 6]


BAD = {
    "missing": (",Shop", "Line 3: The merchant serial number is missing."),
    "letters": (
        "12x456,Shop",
        (
            "Line 3: The cell for the merchant serial number holds something else. "
            "It is a number of 4 to 7 digits."
        ),
    ),
    "organisation number": (
        "987654321,Shop",
        (
            "Line 3: 987654321 has 9 digits; it may be an organisation number. "
            "A merchant serial number has 4 to 7 digits."
        ),
    ),
    "too short": (
        "123,Shop",
        "Line 3: 123 has 3 digits; a merchant serial number has 4 to 7.",
    ),
    "rounded": (
        "1.23E+05,Shop",
        (
            "Line 3: A spreadsheet has rounded the number to 1.23E+05. "
            "Format the column as text, and enter the number again."
        ),
    ),
}


@pytest.mark.parametrize(("row", "words"), BAD.values(), ids=BAD)
def test_a_bad_row_is_named_with_its_line_and_the_others_are_read(
    row: str, words: str
) -> None:
    read = read_listing(f"msn,name\n123456,First\n{row}\n234567,Last\n")
    assert [unit.msn for unit in read.units] == ["123456", "234567"]
    assert [remark_words(remark) for remark in read.remarks] == [words]
    assert read.lost == 1
    assert listing_words(read) == (
        "2 sales units in the list. 1 row cannot be used; it is named below, and not "
        "checked."
    )


def test_a_key_in_the_wrong_column_is_shown_nowhere() -> None:
    read = read_listing(f"msn,name\n{KEY},Shop\n123456,{KEY}\n")
    assert KEY not in str(read) + "".join(map(remark_words, read.remarks))


def test_the_same_row_twice_is_checked_once_and_said() -> None:
    read = read_listing("msn\n123456\n234567\n123456\n")
    assert [unit.msn for unit in read.units] == ["123456", "234567"]
    (remark,) = read.remarks
    assert not remark.lost
    assert remark_words(remark) == (
        "Line 4: 123456 stands in line 2 already, with the same keys; it is checked "
        "once."
    )


def test_a_number_with_other_keys_is_another_unit_to_check() -> None:
    head = "msn,client_id,client_secret\n"
    read = read_listing(f"{head}123456,{ID},{SECRET}\n123456,,\n")
    assert len(read.units) == 2


def test_a_quote_that_is_never_closed_swallows_no_other_row() -> None:
    rows = "".join(f"{number},Shop {number}\n" for number in range(200_000, 200_050))
    read = read_listing(f'msn,name\n123456,"Shop\n{rows}')
    assert len(read.units) == 51
    assert read.units[0].name == "Shop"


def test_a_quote_inside_a_name_stays() -> None:
    read = read_listing('msn,name\n123456,The "Old" Shop\n')
    assert read.units[0].name == 'The "Old" Shop'


def test_rows_without_keys_are_named_if_none_were_given_for_all() -> None:
    head = "msn,client_id,client_secret\n"
    read = without_keys(read_listing(f"{head}123456,,\n234567,{ID},{SECRET}\n1,,\n"))
    assert [unit.msn for unit in read.units] == ["234567"]
    assert [remark.line for remark in read.remarks] == [2, 4]


@pytest.mark.parametrize("text", ["", "\n\n", "name,city\nShop,Oslo\n", "{}"], ids=repr)
def test_a_list_without_numbers_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnreadablePaste, match="Merchant serial number; Name"):
        read_listing(text)


@given(st.text())
def test_whatever_stands_in_a_cell_the_rows_around_it_are_read(cell: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    read = read_listing(f"msn,name\n123456,First\n345678,{quoted}\n234567,Last\n")
    found = [unit.msn for unit in read.units]
    assert found[0] == "123456"
    # A cell of many lines is taken for a quote that was not closed.
    assert cell.count("\n") + cell.count("\r") > 9 or "234567" in found


@given(st.text())
def test_reading_raises_nothing_else(text: str) -> None:
    try:
        read = read_listing(text)
    except UnreadablePaste:
        return
    assert all(number_in(unit.msn) == unit.msn for unit in read.units)
