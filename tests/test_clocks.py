"""The server's clock, as its answers write it."""

from email.utils import parsedate_to_datetime

from hypothesis import example, given
from hypothesis import strategies as st

from vippsdiag.checks.clocks import date_in

DATES = st.from_regex(
    r"([A-Z][a-z]{2}, )?[0-3]\d (Jan|Feb|Jun|Nov|Xyz) [0-2]\d{1,3} "
    r"[0-2]\d:[0-6]\d(:[0-6]\d)? (GMT|UTC|\+0100|-0000|)",
    fullmatch=True,
)


@given(DATES | st.text())
@example("Tue, 24 Nov 2026 06:00:01 GMT")
@example("Tue, 31 Feb 2026 06:00:01 GMT")
@example("Tue, 24 Nov 2026 060001.5 GMT")
@example("Tue, 24 Nov 2026 06:00:0\u0663 GMT")
@example("Tue, 24 Nov 2026 06:00:+1 GMT")
@example("Tue, 24 Nov 0026 06:00:01 GMT")
def test_date_is_the_one_that_the_standard_library_reads(text: str) -> None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        date = None
    expected = date if date and date.tzinfo else None
    found = date_in(text)
    assert found == expected
    if found and expected:
        assert found.utcoffset() == expected.utcoffset()
