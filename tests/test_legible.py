"""What is not handed on for sharing, because a secret in it could go unseen."""

import pytest
from click.testing import CliRunner

from vippsdiag.cli.redact import command
from vippsdiag.errors import UnreadablePaste
from vippsdiag.redact.legible import refuse_illegible
from vippsdiag.samples import SUBSCRIPTION_KEY

LOST = "\ufffd"
CUT = SUBSCRIPTION_KEY[:28] + LOST + SUBSCRIPTION_KEY[29:]


@pytest.mark.parametrize(
    "text",
    [
        f"Hei Bj{LOST}rn,\nn{LOST}kkelen virker ikke {LOST}\n",
        f"p{LOST}: {SUBSCRIPTION_KEY}",
        "\x1b[31mred\x1b[0m, and one \x01",
        "",
    ],
)
def test_a_text_in_which_letters_of_words_were_lost_is_taken(text: str) -> None:
    refuse_illegible(text + "x" * 100)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"one\ntwo: {CUT}", r"In line 2 letters .* Take them out there"),
        (f"h{LOST}schTqvXnRkBwYsLpgZmQa", "In line 1 letters"),
        (f"{SUBSCRIPTION_KEY}\0", "This is binary data, not a text. Give a text"),
        ("ab\1\2" * 30, "This is binary data"),
    ],
)
def test_what_may_hold_a_key_that_cannot_be_told_is_refused(
    text: str, words: str
) -> None:
    with pytest.raises(UnreadablePaste, match=words) as caught:
        refuse_illegible(text)
    assert SUBSCRIPTION_KEY[:8] not in str(caught.value)


def test_the_command_writes_nothing_then() -> None:
    result = CliRunner().invoke(command, input=f"key {CUT}\n", standalone_mode=False)
    assert result.return_value == 2
    assert result.stdout == ""
    assert "In line 1 letters of what may be a key were lost." in result.stderr
