"""A token is read however broken it is, and every defect has its name."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.environments import TEST_DIRECTORY, Environment
from vippsdiag.samples import (
    CLIENT_ID,
    NOW,
    OTHER_CLIENT_ID,
    PRODUCTION,
    SUBSCRIPTION_KEY,
    TEST,
    token,
)
from vippsdiag.secret import Secret
from vippsdiag.token import (
    TokenDefect,
    bearer_of,
    is_piece_of_token,
    read_token,
)

WHOLE = token()
HEADER, CLAIMS, SIGNATURE = WHOLE.split(".")


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


BROKEN = {
    "empty": ("", [TokenDefect.EMPTY]),
    "blank": ("   ", [TokenDefect.EMPTY]),
    "only-bearer": ("Bearer", [TokenDefect.BEARER_INSIDE, TokenDefect.EMPTY]),
    "bearer": (f"Bearer {WHOLE}", [TokenDefect.BEARER_INSIDE]),
    "bearer-twice": (f"Bearer Bearer {WHOLE}", [TokenDefect.BEARER_INSIDE]),
    "bearer-with-a-colon": (f"bearer: {WHOLE}", [TokenDefect.BEARER_INSIDE]),
    "quotes": (f'"{WHOLE}"', [TokenDefect.QUOTES]),
    "smart-quotes": (f"“{WHOLE}”", [TokenDefect.QUOTES]),
    "quotes-around-bearer": (
        f'"Bearer {WHOLE}"',
        [TokenDefect.QUOTES, TokenDefect.BEARER_INSIDE],
    ),
    "blank-inside": (f"{WHOLE[:50]} {WHOLE[50:]}", [TokenDefect.BLANKS]),
    "line-break": (f"{WHOLE[:50]}\r\n{WHOLE[50:]}", [TokenDefect.BLANKS]),
    "line-break-at-the-end": (f"{WHOLE}\n", [TokenDefect.BLANKS]),
    "dots": (
        f"{WHOLE[:60]}...",
        [TokenDefect.CUT, TokenDefect.UNREADABLE_CLAIMS],
    ),
    "cut-in-the-claims": (
        f"{HEADER}.{CLAIMS[:40]}",
        [TokenDefect.CUT, TokenDefect.UNREADABLE_CLAIMS],
    ),
    "cut-in-the-header": (
        HEADER[:14],
        [TokenDefect.CUT, TokenDefect.UNREADABLE_HEADER],
    ),
    "no-claims": (HEADER, [TokenDefect.CUT]),
    "no-signature": (f"{HEADER}.{CLAIMS}.", [TokenDefect.NO_SIGNATURE]),
    "signature-cut-away": (f"{HEADER}.{CLAIMS}", [TokenDefect.CUT]),
    "header-is-no-json": (
        f"eyJhbGci.{CLAIMS}.{SIGNATURE}",
        [TokenDefect.UNREADABLE_HEADER],
    ),
    "claims-are-no-object": (
        f"{HEADER}.{part([1])}.{SIGNATURE}",
        [TokenDefect.CUT, TokenDefect.UNREADABLE_CLAIMS],
    ),
    "standard-base64": (f"{WHOLE}+/", [TokenDefect.CHANGED]),
    "comma-at-the-end": (f"{WHOLE},", [TokenDefect.CHANGED]),
    "four-parts": (f"{WHOLE}.x", [TokenDefect.NOT_A_TOKEN]),
    "a-client-id": (CLIENT_ID, [TokenDefect.NOT_A_TOKEN]),
    "a-key": (SUBSCRIPTION_KEY, [TokenDefect.NOT_A_TOKEN]),
    "a-variable": ("{{access_token}}", [TokenDefect.NOT_A_TOKEN]),
    "undefined": ("undefined", [TokenDefect.NOT_A_TOKEN]),
}


@pytest.mark.parametrize(("value", "defects"), BROKEN.values(), ids=BROKEN)
def test_every_defect_has_its_name(value: str, defects: list[TokenDefect]) -> None:
    read = read_token(value)
    assert set(read.defects) == set(defects)
    assert read_token(Secret(value)) == read


def test_a_whole_token_has_no_defect_and_says_what_it_is() -> None:
    read = read_token(WHOLE)
    assert read.defects == ()
    assert read.client_id == CLIENT_ID
    assert read.environment is Environment.TEST
    assert read.issued == read.not_before == NOW
    assert read.expires == NOW + timedelta(seconds=3900)
    assert read.header["alg"] == "RS256"


@pytest.mark.parametrize(
    "value",
    [f"Bearer {WHOLE}", f"'{WHOLE}'", f"{WHOLE[:9]}\n{WHOLE[9:]}", f'"Bearer {WHOLE}"'],
    ids=["bearer", "quotes", "line-break", "quotes-around-bearer"],
)
def test_what_is_left_around_a_token_does_not_hide_what_it_says(value: str) -> None:
    assert read_token(value).claims == read_token(WHOLE).claims


def test_an_expired_token_says_when_it_ended() -> None:
    old = read_token(token(issued=NOW - timedelta(days=2)))
    assert old.expires is not None
    assert old.expires < NOW


def test_a_token_says_which_client_it_was_issued_to() -> None:
    assert read_token(token(client_id=OTHER_CLIENT_ID)).client_id == OTHER_CLIENT_ID


ISSUERS = {
    "test": (token(TEST), Environment.TEST),
    "production": (token(PRODUCTION), Environment.PRODUCTION),
    "test-by-the-issuer": (
        token(tid=None, iss=f"https://sts.windows.net/{TEST_DIRECTORY}/"),
        Environment.TEST,
    ),
    "another-issuer": (token(PRODUCTION, iss="https://login.example/"), None),
    "no-directory": (token(PRODUCTION, tid=None), None),
    "claims-of-other-types": (token(PRODUCTION, tid=1, iss=["x"]), None),
}


@pytest.mark.parametrize(("value", "environment"), ISSUERS.values(), ids=ISSUERS)
def test_the_directory_tells_the_environment(
    value: str, environment: Environment | None
) -> None:
    assert read_token(value).environment is environment


MOMENTS = {
    "number": (0, datetime(1970, 1, 1, tzinfo=UTC)),
    "fraction": (0.5, datetime(1970, 1, 1, microsecond=500_000, tzinfo=UTC)),
    "number-as-text": ("86400", datetime(1970, 1, 2, tzinfo=UTC)),
    "text": ("tomorrow", None),
    "endless-digits": ("1" * 5_000, None),
    "none": (None, None),
    "yes-or-no": (True, None),
    "list": ([], None),
    "far": (10**30, None),
    "long-ago": (-(10**30), None),
}


@pytest.mark.parametrize(("value", "moment"), MOMENTS.values(), ids=MOMENTS)
def test_a_time_that_is_none_is_not_known(
    value: object, moment: datetime | None
) -> None:
    assert read_token(token(exp=value)).expires == moment


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"], ids=str)
def test_a_number_that_is_no_time_is_not_known(value: str) -> None:
    raw = base64.urlsafe_b64encode(f'{{"exp": {value}}}'.encode()).decode().rstrip("=")
    assert read_token(f"{HEADER}.{raw}.{SIGNATURE}").expires is None


BEARERS = {
    "bearer": (f"Bearer {WHOLE}", WHOLE),
    "lower-case": (f"bearer {WHOLE}", WHOLE),
    "doubled": (f"Bearer Bearer {WHOLE}", f"Bearer {WHOLE}"),
    "two-blanks": (f"Bearer  {WHOLE}", f" {WHOLE}"),
    "nothing": ("Bearer ", ""),
    "no-blank": (f"Bearer{WHOLE}", None),
    "colon": (f"Bearer: {WHOLE}", None),
    "bare": (WHOLE, None),
    "basic": ("Basic eA==", None),
    "quoted": (f'"Bearer {WHOLE}"', None),
}


@pytest.mark.parametrize(("value", "rest"), BEARERS.values(), ids=BEARERS)
def test_what_stands_behind_one_bearer_is_a_secret(
    value: str, rest: str | None
) -> None:
    found = bearer_of(Secret(value))
    assert found == (None if rest is None else Secret(rest))
    assert bearer_of(value) == found


@pytest.mark.parametrize("start", range(12), ids=str)
def test_a_piece_of_a_header_is_known_wherever_it_begins(start: int) -> None:
    header = part({"typ": "JWT", "alg": "RS256"})
    assert is_piece_of_token(header[start % 4 :])


@pytest.mark.parametrize(
    "value",
    ["", CLIENT_ID, SUBSCRIPTION_KEY, "a" * 40],
    ids=["empty", "id", "key", "a"],
)
def test_other_text_is_no_piece_of_a_token(value: str) -> None:
    assert not is_piece_of_token(value)


@given(
    st.text()
    | st.text("eyJ.-_=+AZ0 \n\"'", max_size=80)
    | st.integers(0, 400).map(WHOLE.__getitem__)
)
def test_reading_never_raises(value: str) -> None:
    read = read_token(value)
    _ = read.client_id, read.issued, read.not_before, read.expires, read.environment
    bearer_of(value)
    is_piece_of_token(value)


@given(st.integers(0, len(WHOLE) - 1))
def test_a_token_that_was_cut_anywhere_has_a_defect_or_a_shorter_signature(
    end: int,
) -> None:
    whole = len(HEADER) + len(CLAIMS) + 2
    assert read_token(WHOLE[:end]).defects or end > whole


def test_a_deeply_nested_token_is_unreadable_and_not_an_error() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
    assert TokenDefect.UNREADABLE_CLAIMS in read_token(f"{HEADER}.{deep}.x").defects


def test_nothing_of_the_signature_is_in_what_was_read() -> None:
    assert SIGNATURE not in repr(read_token(WHOLE))
