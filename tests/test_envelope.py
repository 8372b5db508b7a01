"""Reading the bytes of a file that was dropped on a field."""

import pytest

from vippsdiag.errors import UnreadablePaste
from vippsdiag.notebook.envelope import read_text

TEXT = "nøkkel €"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT.encode(), id="utf-8"),
        pytest.param(TEXT.encode("utf-8-sig"), id="utf-8 with mark"),
        pytest.param(TEXT.encode("utf-16"), id="utf-16 with mark"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="utf-16 big-endian"),
        pytest.param(TEXT.encode("utf-32"), id="utf-32 with mark"),
    ],
)
def test_text_is_read(data: bytes) -> None:
    assert read_text(data, "keys.txt") == TEXT


def test_text_that_is_not_utf_8_is_read_as_latin_1() -> None:
    assert read_text("nøkkel".encode("latin-1"), "keys.txt") == "nøkkel"


def test_text_with_tabs_and_colours_is_text() -> None:
    assert read_text(b"\x1b[31mred\x1b[0m\t\r\n", "log") == "\x1b[31mred\x1b[0m\t\r\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(b"PK\x03\x04\0", "a ZIP archive or an Office document", id="zip"),
        pytest.param(b"\x1f\x8b\x08\0", "a gzip archive", id="gzip"),
        pytest.param(b"%PDF-1.7\0", "a PDF", id="pdf"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0", "a picture", id="png"),
    ],
)
def test_binary_file_is_named_as_such(data: bytes, kind: str) -> None:
    with pytest.raises(UnreadablePaste) as caught:
        read_text(data, "keys.bin")
    assert str(caught.value) == (
        f"“keys.bin” is not a text file; it looks like {kind}. "
        "Save it as text, then try again."
    )


def test_binary_file_of_an_unknown_kind_is_named_too() -> None:
    with pytest.raises(UnreadablePaste, match="is not a text file"):
        read_text(b"\0\1\2", "keys.bin")


def test_empty_file_is_named_as_such() -> None:
    with pytest.raises(UnreadablePaste, match="is empty"):
        read_text(b"", "empty.har")
