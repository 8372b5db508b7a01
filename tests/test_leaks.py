"""The search must see a value wherever it is, or its silence proves nothing."""

import base64
import gzip
import io
import sqlite3
import urllib.parse
import zipfile
from pathlib import Path

import pytest
from leaks import leaks

CANARY = "Canary~5e1f~/+æ"
RAW = CANARY.encode()


def zipped(data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.har", data)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(b"a" + RAW + b"b", "file: plain", id="plain"),
        pytest.param(CANARY.encode("utf-16"), "file: UTF-16 LE", id="utf-16"),
        pytest.param(CANARY.encode("utf-16-be"), "file: UTF-16 BE", id="utf-16 be"),
        pytest.param(
            urllib.parse.quote(CANARY, safe="").encode(),
            "file: percent-encoded",
            id="percent-encoded",
        ),
        pytest.param(RAW.hex().encode(), "file: hexadecimal", id="hexadecimal"),
        pytest.param(gzip.compress(RAW), "file > gzip: plain", id="gzip"),
        pytest.param(zipped(RAW), "file > inner.har: plain", id="zip"),
        pytest.param(
            gzip.compress(zipped(RAW)), "file > gzip > inner.har: plain", id="nested"
        ),
    ],
)
def test_value_is_found(tmp_path: Path, data: bytes, place: str) -> None:
    tmp_path.joinpath("file").write_bytes(data)
    assert place in leaks(tmp_path, CANARY)


@pytest.mark.parametrize("before", range(3))
@pytest.mark.parametrize("after", range(3))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_value_is_found_in_base64_wherever_it_starts(
    tmp_path: Path, before: int, after: int, encode: object
) -> None:
    assert callable(encode)
    tmp_path.joinpath("file").write_bytes(encode(b"a" * before + RAW + b"b" * after))
    assert any(f"at {before}" in place for place in leaks(tmp_path, CANARY))


def test_value_is_found_in_a_database_and_its_log(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    database = sqlite3.connect(path)
    database.execute("pragma journal_mode=wal")
    database.execute("create table history (line text)")
    database.execute("insert into history values (?)", [CANARY])
    database.commit()
    places = leaks(tmp_path, CANARY)
    database.close()
    assert "history.sqlite-wal: plain" in places
    assert "history.sqlite > rows: plain" in places


def test_value_is_found_in_a_name(tmp_path: Path) -> None:
    tmp_path.joinpath("Canary5e1f.txt").touch()
    assert leaks(tmp_path, "Canary5e1f") == ["Canary5e1f.txt: name, plain"]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_bytes(RAW[:-1])
    tmp_path.joinpath("broken.gz").write_bytes(b"\x1f\x8b\x08")
    tmp_path.joinpath("broken.zip").write_bytes(b"PK\x03\x04")
    assert leaks(tmp_path, CANARY) == []
