"""A secret shows its mask, whatever is done to it."""

import copy
import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.errors import SecretHandling, UnreadablePaste
from vippsdiag.samples import CLIENT_SECRET, KEYS, SUBSCRIPTION_KEY
from vippsdiag.secret import MASK, Secret, examine, fingerprint, mask, size

SECRET = Secret(CLIENT_SECRET)
SHOWN = "•••" + fingerprint(CLIENT_SECRET)


def printed(secret: Secret) -> str:
    stream = io.StringIO()
    print(secret, file=stream)
    return stream.getvalue()


def logged(secret: Secret) -> str:
    record = logging.LogRecord("x", 20, "x", 1, "a %s %r", (secret, secret), None)
    return record.getMessage()


def captured(secret: Secret) -> str:
    try:
        raise ValueError(secret)
    except ValueError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(shown.format())


WAYS: dict[str, Callable[[Secret], str]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": format,
    "format-with-a-width": lambda secret: format(secret, ">40"),
    "f-string": lambda secret: f"{secret}",
    "f-string-repr": lambda secret: f"{secret!r}",
    "f-string-debug": lambda secret: f"{secret=}",
    "str-format": "{}".format,
    "percent-s": lambda secret: "%s" % secret,  # noqa: UP031
    "percent-r": lambda secret: "%r" % secret,  # noqa: UP031
    "addition": lambda secret: "x" + secret,
    "addition-behind": lambda secret: secret + "x",
    "join": lambda secret: ",".join([secret, secret]),
    "slice": lambda secret: secret[:],
    "upper": lambda secret: secret.upper(),
    "strip": lambda secret: secret.strip(),
    "replace": lambda secret: secret.replace("x", "y"),
    "split": lambda secret: repr(secret.split("=")),
    "translate": lambda secret: secret.translate({}),
    "characters": lambda secret: "".join(list(secret)),
    "encode": lambda secret: secret.encode().decode(),
    "bytes": lambda secret: bytes(secret, "utf-8").decode(),
    "json": lambda secret: json.dumps({"a": secret}, ensure_ascii=False),
    "json-as-key": lambda secret: json.dumps({secret: 1}, ensure_ascii=False),
    "json-indented": lambda secret: json.dumps([secret], indent=1, ensure_ascii=False),
    "pickle": lambda secret: repr(pickle.dumps(secret)),
    "pickle-text": lambda secret: repr(pickle.dumps(secret, 0)),
    "pickle-and-back": lambda secret: str(pickle.loads(pickle.dumps(secret))),
    "copy": lambda secret: repr(copy.copy(secret)),
    "deepcopy": lambda secret: repr(copy.deepcopy({"a": [secret]})),
    "list": lambda secret: repr([secret]),
    "dict": lambda secret: repr({"a": secret}),
    "print": printed,
    "log": logged,
    "vars-of-a-frame": captured,
    "exception": lambda secret: repr(ValueError(secret)) + str(ValueError(secret)),
    "frame": lambda secret: pd.DataFrame({"a": [secret]}).to_string(),
    "frame-html": lambda secret: pd.DataFrame({"a": [secret]}).to_html(),
    "frame-csv": lambda secret: pd.DataFrame({"a": [secret]}).to_csv(),
    "frame-json": lambda secret: pd.DataFrame({"a": [secret]}).to_json(),
    "series": lambda secret: repr(pd.Series([secret])),
    "key-set": lambda secret: repr(KEYS.with_value(next(KEYS.values())[0], secret)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_way_to_text_shows_the_value(way: Callable[[Secret], str]) -> None:
    shown = way(SECRET)
    assert CLIENT_SECRET not in shown
    assert CLIENT_SECRET.lower() not in shown.lower()
    assert CLIENT_SECRET.rstrip("=") not in shown


@pytest.mark.parametrize("way", ["str", "format", "f-string", "percent-s", "join"])
def test_the_mask_is_shown_in_its_place(way: str) -> None:
    assert SHOWN in WAYS[way](SECRET)


def test_a_secret_is_never_pickled() -> None:
    back = pickle.loads(pickle.dumps(SECRET))
    assert type(back) is str
    assert back == SHOWN


def test_text_made_of_a_secret_is_a_plain_string() -> None:
    assert type(str(SECRET)) is str
    assert type(f"{SECRET}") is str


def test_copies_are_the_secret_itself() -> None:
    assert copy.copy(SECRET) is SECRET
    assert copy.deepcopy(SECRET) is SECRET
    assert Secret(SECRET) is SECRET


def test_no_attribute_can_be_added_and_none_lists_the_value() -> None:
    with pytest.raises(AttributeError):
        SECRET.note = "x"  # type: ignore[attr-defined]
    assert not hasattr(SECRET, "__dict__")
    assert CLIENT_SECRET not in repr(dir(SECRET))


def test_only_reveal_gives_the_value() -> None:
    assert SECRET.reveal() == CLIENT_SECRET
    assert SECRET.size == len(CLIENT_SECRET)
    assert size(SECRET) == size(CLIENT_SECRET) == len(CLIENT_SECRET)


def test_secrets_are_equal_when_their_values_are() -> None:
    assert Secret(CLIENT_SECRET) == Secret(CLIENT_SECRET, "shown otherwise")
    assert hash(Secret(CLIENT_SECRET)) == hash(Secret(CLIENT_SECRET, "otherwise"))
    assert Secret(CLIENT_SECRET) != Secret(SUBSCRIPTION_KEY)
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_a_secret_is_equal_to_no_plain_string_of_the_same_value() -> None:
    assert Secret(CLIENT_SECRET) != CLIENT_SECRET
    assert Secret(CLIENT_SECRET) != CLIENT_SECRET


def test_two_short_secrets_with_the_same_mask_differ() -> None:
    assert str(Secret("a")) == str(Secret("b")) == MASK
    assert Secret("a") != Secret("b")


@pytest.mark.parametrize("length", [0, 1, 15], ids=str)
def test_a_short_value_has_no_fingerprint_to_try(length: int) -> None:
    assert mask("x" * length) == MASK


def test_a_fingerprint_is_the_beginning_of_the_sha_256() -> None:
    assert fingerprint("abc") == "ba7816bf"
    assert SECRET.fingerprint == fingerprint(CLIENT_SECRET)
    assert mask("x" * 16) == MASK + fingerprint("x" * 16)


def test_a_value_that_is_no_valid_unicode_has_a_fingerprint() -> None:
    assert len(fingerprint("\ud800" * 20)) == 8


def test_a_question_gets_its_answer() -> None:
    assert examine(SECRET, len) == len(CLIENT_SECRET)
    assert examine(CLIENT_SECRET, len) == len(CLIENT_SECRET)


def refuse(raw: str) -> int:
    raise ValueError(raw)


def test_a_question_that_fails_tells_the_class_of_the_error_and_no_more() -> None:
    with pytest.raises(SecretHandling) as caught:
        examine(SECRET, refuse)
    error = caught.value
    assert str(error) == "A value could not be read (ValueError)."
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert CLIENT_SECRET not in "".join(shown.format())


def test_an_error_of_our_own_comes_through_without_its_frames() -> None:
    def question(raw: str) -> int:
        del raw
        raise UnreadablePaste("made for people")

    with pytest.raises(UnreadablePaste, match="made for people") as caught:
        examine(SECRET, question)
    frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert "question" not in frames


@given(st.text(min_size=4))
def test_no_text_is_its_own_mask(raw: str) -> None:
    assert str(Secret(raw)) == mask(raw)
    assert repr(Secret(raw)) == f"Secret({mask(raw)!r})"
    assert Secret(raw).reveal() == raw
